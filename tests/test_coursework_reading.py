"""Written answers in one page, and the marks that come back from it into the table."""

import base64
import csv
import io
import json
import re
import stat
from html import unescape

import nbformat
import pytest
from coursework_class import hand_in, small_key, solution, with_code
from PIL import Image

from rgcourse.coursework import (
    answers,
    command,
    grade,
    pictures,
    reading,
    standalone,
    submissions,
    taking,
)
from rgcourse.coursework import key as keys
from rgcourse.coursework.aliases import alias
from rgcourse.coursework.journal import Journal
from rgcourse.coursework.source import Question

HAND = "own by hand (4)"


@pytest.fixture
def made(tmp_path):
    return small_key(tmp_path)


def answered(made, student, text):
    notebook = solution(made, student)
    for cell in notebook.cells:
        if "written" in cell.metadata.get("tags", []):
            cell.source = text
    return notebook


@pytest.fixture
def folder(made, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for student in ("ada", "emmy", "zeno"):
        text = f"Why?\n\nBecause, says {student}."
        hand_in(folder, student, answered(made, student, text))
    return folder


def table(made, path, students=("ada", "emmy", "zeno"), **hand):
    rows = [
        {"student": s, "auto": {"multiply": 10.0, "own": 6.0, "measure": 4.0}, "status": "graded"}
        for s in students
    ]
    grade.write_table(rows, made.assignment, path)
    if hand:
        lines = read(path)
        for student, points in hand.items():
            lines[student][HAND] = points
        write(path, [*lines.values()])
    return path


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return {line["student"]: line for line in csv.DictReader(file)}


def write(path, lines):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def marks(path, *lines, who="student"):
    head = (who, HAND, "own rubric", "own comment")
    return write(path, [dict(zip(head, line, strict=True)) for line in lines])


# --- the page ---------------------------------------------------------------------------------


def test_each_card_has_the_answer_the_numbers_and_the_result(made, folder, tmp_path):
    journal = Journal(tmp_path / "grades.csv.journal", made)
    row = {"auto": {"own": 2.0}, "reasons": {"own": ["own: <wrong>"]}}
    ada = submissions.Submission("ada", folder / "ada.ipynb")
    journal.add(submissions.load(ada), row)
    said = reading.write(folder, made, tmp_path / "reading.html")
    page = (tmp_path / "reading.html").read_text()
    assert "3 of 3 students have something to read; automatic results of 1" in said
    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(cards) == 3 and "Because, says ada." in cards[0] and "Why?" not in cards[0]
    assert f"factor = {made.parameters('ada')['factor']}" in cards[0]
    assert "automatic: 2 of 6<ul><li>own: &lt;wrong&gt;</li>" in cards[0]
    assert "automatic: not marked yet" in cards[1]
    assert "Because." in page and "says why" in page
    mode = stat.S_IMODE((tmp_path / "reading.html").stat().st_mode)
    assert mode == 0o600, "it holds the model answers"


def test_nothing_is_fetched_and_only_its_own_script_runs(made, folder, tmp_path):
    reading.write(folder, made, tmp_path / "reading.html")
    page = (tmp_path / "reading.html").read_text()
    assert not re.search(r"(src|href)=\"(?!#|data:image/png;base64,)", page)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert len(re.findall(r"<script", page)) == 1 and " style=" not in page


def test_a_model_answer_has_the_numbers_of_each_student(tmp_path):
    """Of a source with a `model` cell; they are kept, so that a second run need not compute."""
    from coursework_class import code, small_source

    book = small_source()
    for cell in book.cells:
        if "written" in cell.metadata["tags"]:
            cell.source = "Why?\n\n<!-- MODEL ANSWER -->\nThe square is <<square:d>>."
    book.cells.append(code("numbers = {'square': own}", ["model"], question="own"))
    nbformat.write(book, tmp_path / "source.ipynb")
    made = keys.make(tmp_path / "source.ipynb", "a secret for tests")
    folder = tmp_path / "class"
    folder.mkdir()
    for student in ("ada", "emmy"):
        hand_in(folder, student, answered(made, student, "Why?\n\nSo."))
    cache = tmp_path / "numbers"
    first = answers.gathered(folder, made, cache=cache)
    for one in first:
        square = made.parameters(one.name)["factor"] ** 2
        assert one.numbers == {"own": {"square": square}}
        assert f"The square is {square}." in reading.reading_page(made, [one])
    cache.write_text(cache.read_text().replace(str(square), "17") + '\n{"for": ')
    assert answers.gathered(folder, made, cache=cache)[1].numbers == {"own": {"square": 17}}


def test_a_reference_that_fails_for_a_student_says_so_there(made, folder, monkeypatch):
    def fails(self, parameters):
        raise AssertionError("not so")

    monkeypatch.setattr(keys.Reference, "numbers", fails)
    (one, *_) = answers.gathered(folder, made)
    assert one.numbers == {"": {"error": "AssertionError: not so"}}


def test_anonymous_pages_have_no_name_and_another_order(made, folder, tmp_path):
    hand_in(folder, "nemo", "no notebook")
    reading.write(folder, made, tmp_path / "reading.html", anonymous=True)
    page = (tmp_path / "reading.html").read_text()
    assert not re.search(r"\b(ada|emmy|zeno|nemo)\b", page.split("<body")[1].split("<script")[0])
    assert page.count("Because, says [name].") == 3
    shown = re.findall(r'data-student="([^"]*)"', page)
    assert shown == sorted(alias(made.class_key, s) for s in ("ada", "emmy", "zeno"))
    assert 'data-who="alias"' in page


def test_what_cannot_be_read_costs_its_owner_alone(made, folder, tmp_path):
    hand_in(folder, "broken", "no notebook")
    notebook = json.loads((folder / "ada.ipynb").read_text())
    for cell in notebook["cells"]:
        cell["attachments"], cell["outputs"] = [3], {"data": None}
    (folder / "odd.ipynb").write_text(json.dumps(notebook))
    (folder / "none.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()))
    readings = {one.name: one for one in answers.gathered(folder, made, roster=["absent"])}
    assert "not a notebook" in readings["broken"].problem
    assert readings["absent"].problem == submissions.NOTHING
    assert readings["odd"].written and readings["ada"].written
    page = reading.reading_page(made, [*readings.values()])
    assert "The notebook has no cell for this answer." in page
    assert "Nothing to read of: absent" in page


def test_text_is_escaped_and_blank_is_blank():
    assert reading.with_formulas("a < b\n$x<y$ \\(z\\)") == (
        'a &lt; b\n<span class="tex">$x&lt;y$</span> <span class="tex">\\(z\\)</span>'
    )
    many = reading.with_formulas("$\\[" * 9999)
    assert unescape(re.sub("<[^>]*>", "", many)) == "$\\[" * 9999
    blank = "Why?\n\n*Your answer, in words and formulas:*"
    assert answers.answer_of(blank, "Why?") == ""
    assert answers.answer_of("Why?\n\nSo.", "Why?") == "So."
    assert answers.answer_of("I deleted it.", "Why?") == "I deleted it."


def test_a_rubric_that_does_not_add_up_is_one_item():
    short = Question("q", manual=4, rubric=("2: a", "1: b"))
    assert answers.items_of(short) == [(4, "2: a; 1: b")]
    assert answers.items_of(Question("q", manual=1.5, rubric=("1: a", "0.5: b"))) == [
        (1.0, "a"), (0.5, "b"),
    ]  # fmt: skip


# --- pictures ---------------------------------------------------------------------------------


def png(width=4, height=4, **more):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(content, "PNG", **more)
    return content.getvalue()


def notebook_with(*contents):
    outputs = [
        {"output_type": "display_data", "data": {"image/png": base64.b64encode(c).decode()}}
        for c in contents
    ]
    cell = {
        "cell_type": "code", "source": "", "metadata": {"rgcourse": {"question": "own"}},
        "outputs": outputs,
    }  # fmt: skip
    return json.dumps({"cells": [cell], "metadata": {}}).encode()


def test_pictures_are_drawn_anew():
    tail = png() + b"<script>alert(1)</script>"
    found, left_out = pictures.pictures(notebook_with(tail))
    (made,) = found["own"]
    assert left_out == 0 and made.startswith(b"\x89PNG") and b"script" not in made
    assert Image.open(io.BytesIO(made)).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_a_large_picture_is_made_smaller_and_a_larger_one_left_out(monkeypatch):
    made = pictures.redrawn(png(1800, 600))
    assert Image.open(io.BytesIO(made)).size == (900, 300)
    monkeypatch.setattr(pictures, "MAX_PIXELS", 99)
    assert pictures.redrawn(png(9, 11)) and pictures.redrawn(png(10, 10)) is None


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png()[:40], b"<svg onload='x'/>"]
)
def test_what_is_no_picture_is_left_out(content):
    assert pictures.pictures(notebook_with(content)) == ({}, 1)


def test_too_many_pictures_are_left_out():
    found, left_out = pictures.pictures(notebook_with(*[png()] * 9))
    assert len(found["own"]) == pictures.MAX_EACH and left_out == 3


# --- marks come back --------------------------------------------------------------------------


def test_marks_are_put_into_their_columns(made, tmp_path):
    grades = table(made, tmp_path / "grades.csv", zeno="1")
    before = grades.read_bytes()
    path = marks(
        tmp_path / "marks.csv",
        ("ada", "3.5", "3.5", "'=SUM(A1)"), ("emmy", "", "?", ""), ("nobody", "4", "4", ""),
        ("zeno", "1.0", "1", ""),
    )  # fmt: skip
    taken = taking.take(path, grades, made)
    lines = read(grades)
    assert lines["ada"][HAND] == "3.5" and lines["ada"]["own comment"] == "'=SUM(A1)"
    assert lines["emmy"][HAND] == "" and lines["zeno"][HAND] == "1"
    assert lines["ada"]["auto total"] == "20" and lines["ada"]["status"] == "graded"
    assert taken.unknown == ["nobody"] and taken.unfinished == 1
    assert taken.backup.read_bytes() == before
    assert "not in the table, and not taken: nobody" in str(taken)


def test_marks_outlive_the_next_marking(made, tmp_path):
    from rgcourse.coursework import by_hand

    grades = table(made, tmp_path / "grades.csv")
    taking.take(marks(tmp_path / "marks.csv", ("ada", "2", "2", "why")), grades, made)
    fresh = table(made, tmp_path / "fresh.csv", ("ada", "emmy"))
    by_hand.replaced(grades, fresh, made.assignment, grade.columns(made.assignment))
    assert read(grades)["ada"][HAND] == "2" and read(grades)["ada"]["own comment"] == "why"


def test_the_same_marks_twice_change_nothing(made, tmp_path):
    grades = table(made, tmp_path / "grades.csv")
    path = marks(tmp_path / "marks.csv", ("ada", "2", "2", "why"))
    taking.take(path, grades, made)
    once = grades.read_bytes()
    taken = taking.take(path, grades, made)
    assert taken.marks == 0 and taken.backup is None and grades.read_bytes() == once


def test_another_mark_is_not_overwritten_unless_asked(made, tmp_path):
    grades = table(made, tmp_path / "grades.csv", ada="1", zeno="4")
    path = marks(tmp_path / "marks.csv", ("ada", "2", "2", ""), ("emmy", "3", "3", ""))
    before = grades.read_bytes()
    with pytest.raises(ValueError, match="ada, own by hand .4.: '1'.*nothing was written"):
        taking.take(path, grades, made)
    assert grades.read_bytes() == before and not list(tmp_path.glob("*before*"))
    taking.take(path, grades, made, overwrite=True)
    assert [read(grades)[s][HAND] for s in ("ada", "emmy", "zeno")] == ["2", "3", "4"]


@pytest.mark.parametrize("points", ["-1", "4.5", "nan", "inf", "four", "=4"])
def test_points_that_cannot_be_had_are_refused(made, tmp_path, points):
    grades = table(made, tmp_path / "grades.csv")
    before = grades.read_bytes()
    with pytest.raises(ValueError, match="no points from 0 to what can be had: ada"):
        taking.take(marks(tmp_path / "m.csv", ("ada", points, "", "")), grades, made)
    assert grades.read_bytes() == before


@pytest.mark.parametrize("points", ["0", "4", "4,0"])
def test_points_at_the_ends_are_taken(made, tmp_path, points):
    grades = table(made, tmp_path / "grades.csv")
    taking.take(marks(tmp_path / "m.csv", ("ada", points, "", "")), grades, made)
    assert float(read(grades)["ada"][HAND]) == float(points.replace(",", "."))


def test_aliases_find_their_students(made, tmp_path):
    grades = table(made, tmp_path / "grades.csv")
    name = alias(made.class_key, "emmy")
    path = marks(tmp_path / "m.csv", (name, "2", "2", ""), ("ada", "1", "1", ""), who="alias")
    taken = taking.take(path, grades, made)
    assert read(grades)["emmy"][HAND] == "2"
    assert taken.unknown == ["ada"], "a name is no alias"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("student,other\nada,3\n", "no column of this assignment"),
        ("name,own by hand (4)\nada,3\n", "no column `student` or `alias`"),
        ("", "is empty, or not there"),
        ("student,own by hand (4)\nada,3\nada,2\n", "comes twice"),
    ],
)
def test_a_table_of_something_else_is_not_taken(made, tmp_path, content, message):
    grades = table(made, tmp_path / "grades.csv")
    (tmp_path / "m.csv").write_text(content)
    with pytest.raises(ValueError, match=message):
        taking.take(tmp_path / "m.csv", grades, made)


def test_two_lines_of_a_student_are_not_made_one(made, tmp_path):
    grades = table(made, tmp_path / "grades.csv", ("ada", "ada"))
    with pytest.raises(ValueError, match="'ada' has two lines"):
        taking.take(marks(tmp_path / "m.csv", ("ada", "1", "1", "")), grades, made)


def test_the_command_reads_and_takes(made, folder, tmp_path, capsys):
    keys.write(made, tmp_path / "key.json")
    grades = table(made, tmp_path / "grades.csv")
    path = marks(tmp_path / "marks.csv", ("ada", "2", "2", ""), ("x\x1b[2J", "1", "1", ""))
    base = ["read", "--key", str(tmp_path / "key.json"), "-o"]
    assert command.main([*base, str(tmp_path / "r.html"), str(folder)]) == 0
    assert command.main([*base, str(grades), "--take", str(path)]) == 0
    told = capsys.readouterr().out
    assert "3 of 3 students have something to read" in told and "\x1b" not in told
    assert "1 entries of 1 students taken" in told or "2 entries of 1 students taken" in told
    assert command.main([*base, str(grades)]) == 2
    missing = [*base, str(tmp_path / "r.html"), str(folder), "--grades", "none.csv"]
    assert command.main(missing) == 2


def test_a_page_has_its_text_escaped():
    page = standalone.page("<b>", "", about={"kept": '"x'})
    assert "<title>&lt;b&gt;</title>" in page and 'data-kept="&quot;x"' in page
    assert "<b>" not in standalone.table(["<b>"], [["<b>"]], "<b>")


def test_cells_added_by_a_student_do_not_matter(made, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    notebook = with_code(answered(made, "ada", "Why?\n\nSo."), "x = 1")
    hand_in(folder, "ada", notebook)
    (one,) = answers.gathered(folder, made)
    assert answers.answer_of(one.written["own"], "Why?") == "So."
