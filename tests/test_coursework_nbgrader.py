"""The assignments in the real nbgrader: release, hand in, mark."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from coursework_class import SOURCES, small_key

from rgcourse.coursework import key, nbgrader, variants

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


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_assignment_has_a_source_for_it(path):
    made = key.make(path, variants.DEMO_SECRET)
    notebook = nbgrader.notebook(made)
    nbformat.validate(notebook)
    told = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
    assert sum(about.get("points", 0) for about in told) == 100
    names = [about["grade_id"] for about in told]
    assert len(set(names)) == len(names)
