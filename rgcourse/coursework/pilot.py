"""The way from source to marks with three students who do not exist, in one command.

The assignment is `warm_up.ipynb` beside this file, whose solutions are public. One student is
right, one takes the spread of single measurements for the error of their mean, and one loops for
ever. Every file that a class has is written and can be looked at, changed, and marked again.
"""

import copy
import os
import platform
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from . import grade, key, source, tables, variants
from .tables import Row

__all__ = ["ANSWERS", "STUDENTS", "WARM_UP", "answered", "run", "told"]

WARM_UP = Path(__file__).with_name("warm_up.ipynb")
IN_WORDS = (
    "**Why this formula, and what follows when it is used again and again?**\n\n"
    "The spin in the middle gives $2\\cosh K(s + s')$. If its neighbours agree that is "
    "$2\\cosh 2K$, if not it is $2$, and the ratio is $e^{2K'}$. Each time the coupling gets "
    "smaller."
)
DECIMATE = "def decimate(K):\n    return np.arctanh(np.tanh(K) ** 2)"
DRAW = (
    "agreement = ...\n"
    "p = 1 / (1 + np.exp(-2 * K))\n"
    "pairs = np.where(np.random.default_rng(seed).random(20_000) < p, 1, -1)\n"
)
# What is written into the cells: {how a cell begins: the cell}.
RIGHT = {
    "def decimate(K):": DECIMATE,
    "agreement = ...": f"{DRAW}agreement = (pairs.mean(), pairs.std() / np.sqrt(pairs.size))",
    "**Why this formula": IN_WORDS,
}
SPREAD = RIGHT | {"agreement = ...": f"{DRAW}agreement = (pairs.mean(), pairs.std())"}
LOOP = RIGHT | {
    "agreement = ...": (
        f"{DRAW}while pairs.std() > 0.01:  # until the error is small enough\n"
        "    pairs = np.concatenate([pairs[-20_000:], pairs[:20_000]])\n"
        "agreement = (pairs.mean(), pairs.std())"
    ),
}
ANSWERS = {"right": RIGHT, "spread": SPREAD, "loop": LOOP}
STUDENTS = {"ann": "right", "ben": "spread", "cem": "loop"}
NO_WINDOWS = (
    "marking needs Linux, or macOS for a trial; on Windows use the Linux inside it (wsl --install) "
    "and give the same command there"
)


def answered(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy of a student's notebook of the warm-up with answers in it.

    Parameters
    ----------
    notebook : NotebookNode
        From `source.student_notebook`.
    answers : dict
        One of `ANSWERS`: {how a cell begins: the cell as it is handed in}.

    Raises
    ------
    ValueError
        If no cell begins so.
    """
    notebook = copy.deepcopy(notebook)
    for begins, answer in answers.items():
        places = [cell for cell in notebook.cells if cell.source.startswith(begins)]
        if len(places) != 1:
            raise ValueError(f"{len(places)} cells begin with {begins!r}, expected one")
        places[0].source = answer
    return notebook


def run(
    folder: str | Path, *, progress: Callable[[int, int, str], object] | None = None
) -> list[Row]:
    """Write a class of three into a folder, mark it, and return the rows of its table.

    A folder in which a pilot has been begun is gone on with: what is there stays as it is, also
    where it has been edited, and only papers that have changed are marked again.

    Parameters
    ----------
    folder : str or Path
        Empty, not there yet, or of a pilot.
    progress : callable
        Called with (number done, number in all, student).

    Raises
    ------
    ValueError
        If something else is in the folder (nothing is written then), or on Windows.
    """
    if os.name == "nt":
        raise ValueError(NO_WINDOWS)
    folder = Path(folder)
    _refuse_what_is_not_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / WARM_UP.name, WARM_UP.read_text(encoding="utf-8"))
    _put(folder / "roster.csv", tables.as_csv([["student"], *([name] for name in STUDENTS)]))
    made = key.make(folder / WARM_UP.name, variants.DEMO_SECRET)
    key.write(made, folder / "key.json")
    for student, kind in STUDENTS.items():
        given = source.student_notebook(made.assignment, made.parameters(student), student)
        _put(folder / "notebooks" / f"{student}.ipynb", nbformat.writes(given))
        paper = answered(given, ANSWERS[kind])
        _put(folder / "handed_in" / f"{student}.ipynb", nbformat.writes(paper))
    return grade.grade(
        folder / "handed_in",
        made,
        folder / "grades.csv",
        roster=[*STUDENTS],
        unsafe=platform.system() != "Linux",  # these papers are ours
        progress=progress,
        hidden=[folder / "key.json"],
    )


def told(folder: str | Path, rows: Iterable[Row]) -> str:
    """What has come out, where to look, and how the same is done by hand.

    Parameters
    ----------
    folder : str or Path
    rows : list of dict
        From `run`.
    """
    folder = Path(folder)
    whole = sum(question.auto for question in source.read(folder / WARM_UP.name).questions)
    lines = [
        f"  {row['student']:4} {sum(row['auto'].values()):4g} of {whole:g}   {row['status']}"
        for row in rows
    ]
    return "\n".join(
        [
            *lines,
            "",
            f"Look into {folder}:",
            "  grades.csv                the table, with empty columns for marks by hand",
            "  grades_feedback           what each student gets back; read that of ben first",
            "  notebooks/ben.ipynb       what he got, with numbers that nobody else has",
            "  handed_in/ben.ipynb       what he handed in",
            "Change a paper, give the command again, and it is marked again. By hand the same is",
            f"  export RGCOURSE_SECRET={variants.DEMO_SECRET}",
            f"  cd {shlex.quote(str(folder))}",
            "  rgcourse key warm_up.ipynb --roster roster.csv -o key.json",
            "  rgcourse release warm_up.ipynb --roster roster.csv -o notebooks",
            "  rgcourse grade handed_in --key key.json --roster roster.csv -o grades.csv",
        ]
    )


def _refuse_what_is_not_ours(folder):
    """ValueError for a folder with anything in it, unless a pilot was begun there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ValueError(f"{folder} is a file; name a new folder for the pilot")
    there = sorted(path.name for path in folder.iterdir())
    begun = folder / WARM_UP.name
    if there and not (begun.is_file() and begun.read_bytes() == WARM_UP.read_bytes()):
        raise ValueError(
            f"{folder} is not empty ({there[0]!r} is in it) and holds no pilot; nothing was "
            "written. Name a new folder"
        )


def _put(path, text):
    """Write a file, whole or not at all, unless it is there."""
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        tables.replace(path, text)
