"""Feedback that teaches: what was asked, what came, which mistake it is, where to read again."""

import functools
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from coursework_class import SECRET, SOURCES, code, hand_in, small_source, solution, with_code

from rgcourse.coursework import command, feedback, grade, key, source, submissions, where

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
ROOT = Path(__file__).resolve().parents[1]
NAMES = [path.stem for path in SOURCES]
WARM_UP = ROOT / "rgcourse" / "coursework" / "warm_up.ipynb"
STUDENT = "emmy"


def key_of(notebook, folder):
    nbformat.write(notebook, Path(folder) / "source.ipynb")
    return key.make(Path(folder) / "source.ipynb", SECRET)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The small assignment, with mistakes listed and a page to reread."""
    notebook = small_source()
    about = {"page": "zooming_out/flows", "title": "Follow couplings", "anchor": "small-steps"}
    for cell in notebook.cells:
        if cell.metadata.rgcourse.get("question") == "own" and "question" in cell.metadata.tags:
            cell.metadata.rgcourse["reread"] = about | {"section": "Small steps"}
    wrong = {
        "own": ["# a missing square\nown = factor", "# a cube\nown = factor**3"],
        "multiply": ["# twice, not three times\ndef multiply(x):\n    return 2 * np.asarray(x)"],
    }
    for question, cells in wrong.items():
        notebook.cells += [code(one, ["wrong"], question=question) for one in cells]
    return key_of(notebook, tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def grader(made):
    return grade.Grader(made)


def marked(grader, folder, notebook, student="ada"):
    """The row of a notebook."""
    path = hand_in(folder, student, notebook)
    return grader.row(submissions.Submission(student, path))


def edited(made, old, new, student="ada"):
    """The right notebook with another text somewhere."""
    notebook = solution(made, student)
    assert any(old in cell.source for cell in notebook.cells)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    return notebook


def written(row, made, **options):
    """The feedback of a row in both forms."""
    told = feedback.built(row, made.assignment, **options)
    return feedback.as_markdown(told), feedback.as_html(told)


# --- what a student reads ---------------------------------------------------------------------


@linux
def test_a_wrong_value_is_shown_with_its_mistake_and_a_page(grader, made, tmp_path):
    """Red before: the whole feedback was `own: wrong`."""
    row = marked(grader, tmp_path, edited(made, "factor**2", "factor"))
    factor = made.parameters("ada")["factor"]
    assert row["auto"]["own"] == 0 and row["like"]["own"] == [
        {"names": ["a missing square"], "of": []}
    ]
    plain, page = written(row, made)
    assert f"- `own`: wrong. Yours: {factor:.3g}." in plain
    assert "**This looks like: a missing square.**" in plain
    assert "Reread: Follow couplings, section Small steps." in plain
    assert "<code>own</code>: wrong." in page and "This looks like: a missing square." in page
    plain, page = written(row, made, book="https://book.example/course/")
    address = "https://book.example/course/book/zooming_out/flows.html#small-steps"
    assert f"]({address})" in plain and f'href="{address}"' in page


@linux
def test_a_wrong_function_is_told_by_its_inputs(grader, made, tmp_path):
    row = marked(grader, tmp_path, edited(made, "3 * np.asarray(x)", "2 * np.asarray(x)"))
    assert row["like"]["multiply"] == [{"names": ["twice, not three times"], "of": []}]
    assert [one["on"] for one in row["lost"]["multiply"]] == [
        "on the first of two inputs", "on the second of two inputs"
    ]  # fmt: skip
    assert (
        "`multiply(x)`, on the first of two inputs: all 3 numbers are wrong."
        in written(row, made)[0]
    )
    half = "np.where(np.arange(np.size(x)) == 1, 0, 3 * np.asarray(x))"
    row = marked(grader, tmp_path, edited(made, "3 * np.asarray(x)", half))
    assert "the second of 3 numbers is wrong" in written(row, made)[0]


@linux
def test_an_error_is_told_by_cell_line_and_source(grader, made, tmp_path):
    """Numbers of cells are those of Jupyter, where empty cells have none."""
    notebook = edited(made, "    return 3 *", "    y = x\n    return y.no *")
    notebook = with_code(notebook, "\n\n", "   ", at=1)
    row = marked(grader, tmp_path, notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    number = 1 + next(n for n, one in enumerate([c for c in cells if c.strip()]) if "y.no" in one)
    line = f"AttributeError. In cell {number}, line 3: `return y.no * np.asarray(x)`."
    assert f"`multiply(x)`, on both inputs: {line}" in written(row, made)[0]


@linux
def test_the_first_cell_that_failed_comes_first(grader, made, tmp_path):
    notebook = with_code(edited(made, "own = factor**2", "own = (factor**2"), "1 / 0", at=99)
    row = marked(grader, tmp_path, notebook)
    plain, page = written(row, made)
    found = re.search(r"Begin with (cell \d+), line 2: `own = \(factor\*\*2`: SyntaxError", plain)
    assert found, plain
    assert f"there is no 'own' in the notebook: {found[1]}, where it stands, has failed" in plain
    assert plain.index("Begin with") < plain.index("## multiply") and "(<ipython" not in page
    assert (
        f"{found[1]}: SyntaxError" in row["status"] and "cell 7: ZeroDivisionError" in row["status"]
    )


@linux
def test_rubrics_wait_for_the_last_paper(grader, made, tmp_path):
    """Red before: a student who handed in nothing got the rubrics, which state the answers."""
    row = marked(grader, tmp_path, solution(made, "ada"))
    absent = grader.row(submissions.Submission("absent", None))
    for one in (row, absent):
        assert "says why" not in "".join(written(one, made))
        assert "Read by a person, 4 points." in written(one, made)[0]
    assert all("4: says why" in form for form in written(row, made, rubric=True))
    assert "says why" not in "".join(written(absent, made, rubric=True))


@linux
def test_the_command_writes_both_forms(made, tmp_path, capsys):
    key.write(made, tmp_path / "key.json")
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", edited(made, "factor**2", "factor"))
    output = tmp_path / "grades.csv"
    call = ["grade", str(tmp_path / "class"), "--key", str(tmp_path / "key.json")]
    call += ["-o", str(output)]
    assert command.main(call) == 0
    folder = tmp_path / "grades_feedback"
    assert {path.name for path in folder.iterdir()} == {"ada.md", "ada.html"}
    assert "says why" not in (folder / "ada.html").read_text()
    assert command.main([*call, "--rubric", "--book", "https://book.example"]) == 0
    page = (folder / "ada.html").read_text()
    assert "4: says why" in page and "https://book.example/book/zooming_out/flows.html" in page
    assert command.main([*call, "--book", "javascript:alert(1)"]) == 2
    assert "expected the address of the book" in capsys.readouterr().err


class Tags(HTMLParser):
    """The tags of a page, and all that it would load or follow."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "action", "style")]
        assert not [name for name, _ in attrs if name.startswith("on")]


HOSTILE = "</code><script>alert(1)</script><img src=x onerror=y>`` [a](javascript:b) \"'&"


def test_whatever_comes_from_a_submission_is_text(made):
    one = dict.fromkeys(("asked", "on", "why", "came", "at", "code", "cell"), HOSTILE)
    row = {
        "student": HOSTILE, "status": HOSTILE, "auto": {"multiply": 0, "own": 0, "measure": 0},
        "reasons": {}, "lost": {"own": [one]}, "cells": [one],
        "like": {"own": [{"names": [HOSTILE], "of": [HOSTILE]}]},
    }  # fmt: skip
    plain, page = written(row, made)
    found = Tags(page)
    assert not {"script", "img", "iframe", "link", "object"} & set(found.tags) and not found.links
    assert HOSTILE not in page and "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    outside = re.sub(r"(`+) .*? \1(?!`)", "", plain)
    assert not re.search(r"(?<!\\)[<\[]", outside), outside


def test_rows_without_details_have_feedback_too(made):
    """Those of a student who handed in nothing, or of a journal that somebody has edited."""
    row = {"student": "ada", "status": "nothing was handed in", "reasons": {},
           "auto": {"multiply": 0, "own": 0, "measure": 0}}  # fmt: skip
    plain, page = written(row, made)
    assert "own: 0 of 6" in plain and "0 of 20 points" in page


# --- places -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "line", "text", "found"),
    [
        ("a\nb", 2, "b", 2),
        ("\n\n  a\nb", 1, "a", 3),
        ("a\nb\nb", 1, "b", None),  # which of the two?
        ("a\nb", 9, "b", 2),
        ("%time a", 1, "get_ipython()", None),
        ("", 1, "", None),
        ("a", 0, "x", None),
        ("a", -1, "a", 1),
    ],
)
def test_a_line_is_told_only_if_it_stands_there(cell, line, text, found):
    assert where.line_of(cell, line, text) == found


@pytest.mark.parametrize("place", [None, (-1, 1, "a"), (7, 1, "a")])
def test_places_that_do_not_exist_are_not_told(place):
    assert where.told(["a"], place) == ("", "")


# --- pages to reread ----------------------------------------------------------------------------


def headings(page):
    """{anchor: heading} of a page of the book, the first its title."""
    from docutils.nodes import make_id

    cells = nbformat.read(ROOT / "book" / f"{page}.ipynb", as_version=4).cells
    texts = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {make_id(one): one for one in re.findall(r"^#+ (.*)$", texts, re.MULTILINE)}


@pytest.mark.parametrize("path", [*SOURCES, WARM_UP], ids=[*NAMES, "warm_up"])
def test_every_question_names_a_page_and_a_section_that_are_there(path):
    for question in source.read(path).questions:
        one = question.reread
        assert one is not None, f"{question.name} names no page to reread"
        found = headings(one.page)
        assert one.title == next(iter(found.values())), question.name
        assert bool(one.anchor) == bool(one.section)
        if one.anchor:
            assert found[one.anchor].replace("$", "").replace("\\", "") == one.section


@pytest.mark.parametrize("reread", ["flows", {"page": "flows"}, {"page": 1, "title": "a"}, [],
                                    {"page": "a", "title": "b", "why": "c"}])  # fmt: skip
def test_a_page_to_reread_of_another_form_is_refused(reread, tmp_path):
    notebook = small_source()
    cell = next(c for c in notebook.cells if "question" in c.metadata.tags)
    cell.metadata.rgcourse["reread"] = reread
    with pytest.raises(ValueError, match="`reread` must be a dictionary of texts"):
        key_of(notebook, tmp_path)


# --- every mistake of every source --------------------------------------------------------------


@functools.cache
def made_of(name):
    return key.make(SOURCES[NAMES.index(name)], SECRET)


@functools.cache
def grader_of(name):
    return grade.Grader(made_of(name))


def listed(name):
    """{question: names of its mistakes}."""
    one = made_of(name).assignment
    found = {q.name: grade.mistakes.names_of(one, q.name) for q in one.questions if q.auto}
    return {question: names for question, names in found.items() if names}


def with_mistakes(name, number):
    """A notebook in which every question has its mistake of this number."""
    made = made_of(name)
    notebook, done = solution(made, STUDENT), set()
    for cell in notebook.cells:
        question = source.course_metadata(cell).get("question")
        if "answer" in source.tags_of(cell) and question in listed(name):
            wrong = made.assignment.code_of("wrong", question)
            assert question not in done
            cell.source = wrong[number % len(wrong)]
            done.add(question)
    return notebook


SETS = [(name, n) for name in NAMES for n in range(max(map(len, listed(name).values())))]


@functools.cache
def row_with_mistakes(name, number):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return marked(grader_of(name), folder, with_mistakes(name, number), STUDENT)


@linux
@pytest.mark.parametrize(("name", "number"), SETS)
def test_every_listed_mistake_is_recognised(name, number):
    """As itself, and it explains all that is wrong; two that give the same are both named."""
    row = row_with_mistakes(name, number)
    for question, names in listed(name).items():
        told = row["like"][question]
        if not row["lost"][question]:  # it happens to be right for the numbers of this student
            continue
        assert len(told) == 1 and told[0]["of"] == [], (question, told, row["lost"][question])
        assert names[number % len(names)] in told[0]["names"], (question, told)


@linux
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_is_no_mistake(name, tmp_path):
    row = marked(grader_of(name), tmp_path, solution(made_of(name), STUDENT), STUDENT)
    assert not any(row["like"].values()) and not any(row["lost"].values())
    assert not any(row["reasons"].values()) and row["cells"] == []


@linux
@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_notebook_is_no_mistake(name, tmp_path):
    made = made_of(name)
    notebook = source.student_notebook(made.assignment, made.parameters(STUDENT), STUDENT)
    row = marked(grader_of(name), tmp_path, notebook, STUDENT)
    assert not any(row["like"].values()) and all(row["lost"].values())


def digits(number):
    """The first six digits of a number as it may be written; nothing for a short one."""
    shown = f"{abs(number):.5e}".split("e")[0].replace(".", "")
    return shown if len(shown.rstrip("0")) == 6 else None


@linux
@pytest.mark.parametrize(("name", "number"), SETS)
def test_no_feedback_holds_what_is_right_or_what_was_asked(name, number):
    """Six digits of any expected value, or of a hidden input, in whatever is written."""
    made, row = made_of(name), row_with_mistakes(name, number)
    told = "".join([*written(row, made), json.dumps(row | {"written": {}})])
    asked = grader_of(name)._asked(STUDENT)
    hidden = [expected for _, _, expected in asked]
    hidden += [one for _, case, _ in asked if case.args is not None for one in case.args]
    numbers = {digits(float(x)) for x in flat(hidden)} - {None}
    assert len(numbers) > 10
    together = told.replace(".", "")
    assert not [one for one in numbers if one in together]
    assert made.class_key not in told and SECRET not in told


def flat(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from flat(one)
    elif isinstance(value, np.ndarray):
        yield from value.ravel().tolist()
    elif isinstance(value, (int, float)):
        yield value


@pytest.mark.parametrize("path", [*SOURCES, WARM_UP], ids=[*NAMES, "warm_up"])
def test_the_names_of_mistakes_end_a_sentence(path):
    one = source.read(path)
    for question in one.questions:
        names = grade.mistakes.names_of(one, question.name)
        assert len(set(names)) == len(names)
        for cell, name in zip(one.code_of("wrong", question.name), names, strict=True):
            assert cell.startswith(f"# {name}\n"), "the first line is a comment"
            assert 5 < len(name) < 80 and not name.endswith("."), name
            assert not re.search(r"\d\.\d|\d{3}", name), "a number could be the answer"
