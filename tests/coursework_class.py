"""A small class for tests of grading: a short assignment, its key, and what students hand in."""

import copy
import os
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from rgcourse.coursework import key, source

SECRET = "a secret for tests"
INSTRUCTOR = Path(__file__).resolve().parents[1] / "instructor"
SOURCES = sorted(INSTRUCTOR.glob("*.ipynb"))


def small_source():
    """The source of a small assignment, as a notebook: three questions, no slow import."""
    cells = [
        text("# Small", ["assignment"], assignment="small", minutes=[1, 2]),
        code("def variant(rng):\n    return {'factor': int(rng.integers(2, 10**6))}", ["variant"]),
        code("import numpy as np"),
        text("Multiply.", ["question"], question="multiply", auto=10),
        code(
            "def multiply(x):\n    ### BEGIN SOLUTION\n    return 3 * np.asarray(x)\n"
            "    ### END SOLUTION",
            ["answer"],
            question="multiply",
        ),
        code(
            "def cases(rng, p):\n"
            "    return [call('multiply', rng.uniform(1, 2, 3)), call('multiply', 5, weight=3)]",
            ["cases"],
            question="multiply",
        ),
        text("Own.", ["question"], question="own", auto=6, manual=4, rubric=["4: says why"]),
        code(
            "own = ...\n### BEGIN SOLUTION\nown = factor**2\n### END SOLUTION",
            ["answer"],
            question="own",
        ),
        code(
            "def cases(rng, p):\n    return [value('own', expected=p['factor'] ** 2)]",
            ["cases"],
            question="own",
        ),
        text("Why?\n\n<!-- MODEL ANSWER -->\nBecause.", ["written"], question="own"),
        text("Measure.", ["question"], question="measure", auto=4),
        code(
            "pair = ...\n### BEGIN SOLUTION\n"
            "x = np.random.default_rng(factor).normal(1, 1, 400)\n"
            "pair = (x.mean(), x.std() / 20)\n### END SOLUTION",
            ["answer"],
            question="measure",
        ),
        code(
            "def cases(rng, p):\n"
            "    return [value('pair', expected=1.0, judge=statistical(0.2, 0.01))]",
            ["cases"],
            question="measure",
        ),
    ]
    return new_notebook(cells=cells)


def text(source, tags=(), **about):
    return _cell(new_markdown_cell(source), tags, about)


def code(source, tags=(), **about):
    return _cell(new_code_cell(source), tags, about)


def _cell(cell, tags, about):
    cell.metadata["tags"] = list(tags)
    cell.metadata["rgcourse"] = about
    return cell


def small_key(folder, secret=SECRET):
    path = Path(folder) / "small_source.ipynb"
    nbformat.write(small_source(), path)
    return key.make(path, secret)


def hand_in(folder, student, notebook):
    """Write what a student hands in; text as it is."""
    path = Path(folder) / f"{student}.ipynb"
    if isinstance(notebook, str):
        path.write_text(notebook)
    else:
        nbformat.write(notebook, path)
    return path


def solution(made, student):
    return source.solution_notebook(made.assignment, made.parameters(student), student)


def with_code(notebook, *sources, at=2):
    """A copy with more code cells; `at` counts cells."""
    notebook = copy.deepcopy(notebook)
    notebook.cells[at:at] = [new_code_cell(source) for source in sources]
    return notebook


def hard_wired(made, words, rehearsal, grader, monkeypatch):
    """Questions that somebody loses with another's rules written into code beneath own numbers.

    `words` are the parameters that hold rules in words; the other has all of them different.
    """
    ours = made.parameters("s000")
    told = ((f"s{n:03}", made.parameters(f"s{n:03}")) for n in range(1, 120))
    other = next(who for who, p in told if all(p[word] != ours[word] for word in words))
    literal = []
    for cell in source.reference_code(made.assignment):
        for word in words:
            cell = re.sub(rf"\b{word}\b", lambda _, word=word: repr(ours[word]), cell)
        literal.append(cell)
    monkeypatch.setattr(source, "reference_code", lambda assignment: literal)
    assert rehearsal.lost(grader, "s000") == []
    return {reason.split(":")[0] for reason in rehearsal.lost(grader, other)}


def of_class(few, whole):
    """How many students or seeds a test takes: the whole class every week, by `make test-class`."""
    return whole if os.environ.get("RGCOURSE_CLASS") == "whole" else few
