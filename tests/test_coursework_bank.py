"""The exercises of the book as questions: listed by tag, made into a source, marked."""

import functools
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from rgcourse.coursework import bank, command, grade, key, sandbox, source, variants

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
SECRET = "a secret that is none"
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")


@functools.cache
def entries():
    return bank.read_bank(BOOK)


@functools.cache
def groups():
    """All exercises that can be questions, in as few assignments as their names allow."""
    made = []
    for entry in entries():
        if not entry.cases:
            continue
        for group in made:
            if not any(bank.clash(entry, other) for other in group):
                group.append(entry)
                break
        else:
            made.append([entry])
    return made


def test_how_many_there_are():
    assert (len(entries()), sum(len(group) for group in groups())) == (124, 35)
    assert len(groups()) <= 4
    names = [entry.name for entry in entries()]
    assert len(set(names)) == len(names)


def test_names_tags_and_pages_choose():
    three = "decimation/three-at-a-time"
    assert [e.name for e in bank.chosen(entries(), [three])] == [three]
    assert {e.exercise.page for e in bank.chosen(entries(), ["flows"])} == {"flows"}
    derive = bank.chosen(entries(), [], ["derive"])
    assert derive and all("derive" in e.tags for e in derive)
    with pytest.raises(ValueError, match="the bank has no 'x'"):
        bank.chosen(entries(), ["x"])
    with pytest.raises(ValueError, match="no exercise has the tag 'x'; there are Boltzmann"):
        bank.chosen(entries(), [], ["x"])


def test_what_cannot_be_a_question_is_refused():
    (without,) = bank.chosen(entries(), ["decimation/an-antiferromagnet-forgets-its-sign"])
    with pytest.raises(ValueError, match="no function to call on hidden inputs"):
        bank.source_of([without], "one")
    with pytest.raises(ValueError, match="needs an exercise"):
        bank.source_of([], "none")
    names = ["decimation/do-it-for-another-model-potts-spins", "flows/do-it-for-another-model"]
    both = bank.chosen(entries(), names)
    with pytest.raises(ValueError, match="both need potts"):
        bank.source_of(both, "both")


def test_the_command_lists_and_writes(tmp_path, capsys):
    assert command.main(["bank", "--book", str(BOOK), "--tag", "decimation"]) == 0
    told = capsys.readouterr().out
    assert "decimation/three-at-a-time" in told and "3 of 4 can be questions" in told
    path = tmp_path / "mine.ipynb"
    one = ["bank", "decimation/three-at-a-time", "--book", str(BOOK), "-o", str(path)]
    assert command.main(one) == 0
    assert source.read(path).name == "mine"
    assert command.main(one) == 2 and "is there; move it away" in capsys.readouterr().err
    assert command.main(["bank", "--book", str(tmp_path)]) == 2
    assert "a clone of the course" in capsys.readouterr().err


def test_students_get_the_stub_of_the_page_and_no_solution():
    (three,) = bank.chosen(entries(), ["decimation/three-at-a-time"])
    made = as_key([three])
    told = source.student_notebook(made.assignment, {})
    text = "\n".join(cell.source for cell in told.cells)
    assert "def keep_one_in(b, K):\n    ...   # yours" in text
    assert "arctanh" not in text and "BEGIN" not in text and "cases" not in text
    assert "{eq}" not in text and "{cite" not in text


def as_key(group):
    notebook = bank.source_of(group, "from_the_bank")
    nbformat.validate(notebook)
    text = source.Assignment("", "", (), (), tuple(notebook.cells)).text()
    return key.Key(source.read_text(text), variants.class_key(SECRET, "bank"))


@functools.cache
def grader(number):
    return grade.Grader(as_key(groups()[number]))


def lost(number, cells, questions=None):
    """{question: how many of its cases are lost} of these cells."""
    asked = [a for a in grader(number)._asked("ada") if questions is None or a[0] in questions]
    requests = [key.request(case) | {"group": question} for question, case, _ in asked]
    outcome = sandbox.run(cells, requests, kernels=grader(number).kernels)
    told = {}
    for n, (question, case, expected) in enumerate(asked):
        told.setdefault(question, []).append(grade._reason(n, case, expected, outcome))
    return told


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


NUMBERS = [0, 1, 2, 3]


def group_or_skip(number):
    if number >= len(groups()):
        pytest.skip("all of them fit into fewer assignments")
    return grader(number).key.assignment


@linux
@pytest.mark.parametrize("number", NUMBERS)
def test_the_reference_gets_everything_and_the_stub_nothing(number):
    assignment = group_or_skip(number)
    told = lost(number, code_of(source.solution_notebook(assignment, {})))
    assert {question: why for question, why in told.items() if any(why)} == {}
    told = lost(number, code_of(source.student_notebook(assignment, {})))
    assert {question: why for question, why in told.items() if not all(why)} == {}


@linux
@pytest.mark.parametrize("number", NUMBERS)
def test_every_listed_mistake_costs_points(number):
    assignment = group_or_skip(number)
    most = max(len(assignment.code_of("wrong", q.name)) for q in assignment.questions)
    free = []
    for place in range(most):  # the mistakes of this place in all questions at once
        cells, asked = [], set()
        for cell in assignment.cells:
            if cell.cell_type != "code" or source.is_private(cell):
                continue
            question = source.course_metadata(cell).get("question")
            wrong = assignment.code_of("wrong", question)[place : place + 1] if question else []
            cells.append(wrong[0] if wrong else source.without_markers(cell.source))
            asked |= {question} if wrong else set()
        told = lost(number, cells, asked)
        free += [(question, place) for question, why in told.items() if not any(why)]
    assert free == []


@linux
def test_from_the_bank_to_a_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RGCOURSE_SECRET", SECRET)
    path = tmp_path / "warm_up.ipynb"
    options = ["decimation/three-at-a-time", "depth/the-five-of-relu", "--book", str(BOOK)]
    assert command.main(["bank", *options, "-o", str(path)]) == 0
    assert command.main(["key", str(path), "-o", "warm_up.key"]) == 0
    assert command.main(["release", str(path), "-o", "out"]) == 0
    (made,) = Path("out").glob("*.ipynb")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(code_of(nbformat.read(made, 4)))],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.count("not yet") == 2
