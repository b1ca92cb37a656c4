"""The assignments in the real nbgrader: release, hand in, mark."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from coursework_class import SOURCES, hand_in, small_key, solution

from rgcourse.coursework import command, key, nbgrader, variants

NBGRADER = [sys.executable, "-m", "nbgrader"]


def run(course, *arguments):
    call = [*NBGRADER, *arguments, f"--course-dir={course}"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for alembic
    done = subprocess.run(
        call, cwd=course, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert done.returncode == 0, done.stderr[-3000:]


def scores(course, monkeypatch):
    from nbgrader.api import Gradebook

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student.id: {
                grade.cell.name: (grade.auto_score, grade.max_score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.assignment_submissions("small")
        }


def test_release_hand_in_and_mark(tmp_path, monkeypatch):
    made = small_key(tmp_path)
    source = tmp_path / "source" / "small"
    source.mkdir(parents=True)
    nbformat.write(nbgrader.notebook(made), source / "small.ipynb")
    run(tmp_path, "generate_assignment", "small")
    released = tmp_path / "release" / "small" / "small.ipynb"
    text = released.read_text()
    assert "HIDDEN" not in text and "factor**2" not in text and "Because." not in text
    full = (source / "small.ipynb").read_text()
    for student, paper in {"ada": full, "bob": text}.items():
        place = tmp_path / "submitted" / student / "small"
        place.mkdir(parents=True)
        (place / "small.ipynb").write_text(paper)
    run(tmp_path, "autograde", "small")
    marks = scores(tmp_path, monkeypatch)
    for question, points in (("multiply", 10), ("own", 6), ("measure", 4)):
        assert marks["ada"][f"{question}-tests"] == (points, points)
        assert marks["bob"][f"{question}-tests"] == (0, points)
    assert marks["ada"]["own-written"][1] == 4
    run(tmp_path, "generate_feedback", "small")
    pages = [path.read_text() for path in (tmp_path / "feedback").rglob("*.html")]
    own = nbgrader.own_key(made).class_key
    assert len(pages) == 2 and all(own in page for page in pages), "nbgrader shows its hidden tests"
    assert not any(made.class_key in page for page in pages), "red before: the key of the class"


def test_what_the_form_shows_gives_no_key_of_the_class(tmp_path):
    """Red before: the class key stood in every hidden test."""
    made = small_key(tmp_path)
    text = nbformat.writes(nbgrader.notebook(made))
    own = nbgrader.own_key(made)
    assert made.class_key not in text and own.class_key in text
    keys = {word for word in re.findall("[0-9a-f]{32,}", text)}
    assert keys == {own.class_key}
    for student in ("ada", "nbgrader", "reference"):
        assert own.parameters(student) != made.parameters(student)
    (first, _), (shown, _) = (one.cases("multiply", {}) for one in (made, own))
    assert list(first.args[0]) != list(shown.args[0]), "the hidden cases of `rgcourse grade`"
    assert nbgrader.own_key(small_key(tmp_path, "another secret of ours")) != own


def test_a_class_with_this_form_is_marked_with_its_one_set_of_numbers(tmp_path, capsys):
    """Red before: each was marked with numbers of his or her own, which nobody had been given."""
    made = small_key(tmp_path)
    key.write(made, tmp_path / "key.json")
    shared = nbgrader.of_this_form(made)
    folder = tmp_path / "class"
    folder.mkdir()
    for student in ("ada", "bob"):
        paper = solution(shared, "nbgrader")
        assert f"factor = {made.parameters('nbgrader')['factor']}" in nbformat.writes(paper)
        hand_in(folder, student, paper)
    call = ["grade", str(folder), "--key", str(tmp_path / "key.json"), "-o", str(tmp_path / "g")]
    assert command.main(call) == 2
    assert "2 of 2 notebooks are of nbgrader's form" in capsys.readouterr().err
    assert command.main([*call, "--one-for-all"]) == 0
    with (tmp_path / "g").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert [rows[s]["auto total"] for s in ("ada", "bob")] == ["20", "20"]
    assert {rows[s]["status"] for s in rows} == {"graded"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_assignment_has_a_source_for_it(path):
    made = key.make(path, variants.DEMO_SECRET)
    notebook = nbgrader.notebook(made)
    nbformat.validate(notebook)
    told = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
    assert sum(about.get("points", 0) for about in told) == 100
    names = [about["grade_id"] for about in told]
    assert len(set(names)) == len(names)
