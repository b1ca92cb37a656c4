"""Whose paper a file is: its name says so, and the notebook in it remembers.

`rgcourse release` writes the student and the assignment into the metadata of every notebook. Here
the two are compared, so that `ada (1).ipynb`, a paper of another assignment or somebody else's
notebook are found out and reported, where marking alone would call their answers wrong.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import nbgrader, submissions
from .submissions import Submission

__all__ = ["Note", "Origin", "noted", "origin", "settle", "told"]

# What computers add to a name that is taken: "ada (1)", "ada-Copy1", "ada copy 2", "ada.ipynb.txt"
COPY = re.compile(r"(?P<student>.+?)(?: ?\(\d+\)|-[Cc]opy\d*| copy(?: \d+)?|\.ipynb)+")


@dataclass(frozen=True)
class Origin:
    """What a notebook says of itself; None where it says nothing."""

    student: str | None = None
    assignment: str | None = None


@dataclass(frozen=True)
class Note:
    """What is to be said of a paper, and whether its marks stand."""

    text: str
    counts: bool = True


def origin(path: Path | None) -> Origin:
    """The `Origin` of the notebook in a file; nothing is known of what is not one."""
    try:
        notebook = submissions.load(submissions.Submission("", path)).notebook()
    except Exception:  # whatever it is, it is said when it is marked
        return Origin()
    return Origin(_name(notebook.student), _name(notebook.assignment))


def settle(
    found: Sequence[Submission], roster: Iterable[str], assignment: str, shared: str = ""
) -> tuple[list[Submission], dict[str, Note]]:
    """The submissions under the names of their students, and what is odd about them by student.

    A file under a name that nobody has, such as `ada (1).ipynb`, is Ada's if its notebook says so
    and no other file claims to be. Nothing is decided where two files do.

    Parameters
    ----------
    found : sequence of Submission
        From `submissions.find`.
    roster : iterable of str
        Students of the class; empty where there is no roster.
    assignment : str
        Name of the assignment that is marked.
    shared : str
        `Key.shared`: a notebook that was made for this name is everybody's.

    Raises
    ------
    ValueError
        If most of the notebooks belong to one other assignment: then it is the key that is wrong.
        If most were made for a whole class, and are to be marked as if each had numbers of its own.
    """
    students = {unicodedata.normalize("NFC", student) for student in roster}
    says = {one: Origin() if one.problem else origin(one.path) for one in found}
    _refuse_another_key([says[one].assignment for one in found], assignment)
    _refuse_another_form([says[one].student for one in found], shared)
    if shared:
        says = {one: _of_nobody(origin, shared) for one, origin in says.items()}
    handed_in = Counter(one.student for one in found if one.path is not None)
    claimed = Counter(
        says[one].student for one in found if _stray(one.student, says[one].student, students)
    )
    settled: dict[str, Submission] = {}
    notes: dict[str, Note] = {}
    for one in found:
        name, theirs = one.student, says[one].student
        stray = _stray(name, theirs, students)
        if theirs is not None and stray and not handed_in[theirs] and claimed[theirs] == 1:
            notes[theirs] = Note(f"handed in as {name!r}")
            settled[theirs] = replace(one, student=theirs)
            continue
        if name in settled:  # without a file of its own: it was found under another name
            continue
        settled[name] = one
        if stray and _copy_of(name) == theirs:
            notes[name] = Note(
                f"could not be marked: a copy of {theirs!r}, of whom there is another file",
                counts=False,
            )
        elif theirs is not None and theirs != name:
            notes[name] = Note(f"look at it: the notebook was made for {theirs!r}")
    for student, one in settled.items():
        theirs = says[one].assignment if one in says else origin(one.path).assignment
        if theirs is not None and theirs != assignment:
            notes[student] = Note(
                f"could not be marked: a notebook of the assignment {theirs!r}", counts=False
            )
    return list(settled.values()), notes


def noted(rows: Iterable[dict[str, Any]], notes: dict[str, Note]) -> list[dict[str, Any]]:
    """The rows with what is odd about them in their status, and without marks that do not stand.

    Parameters
    ----------
    rows : iterable of dict
        From `grade.Grader.row`.
    notes : dict
        From `settle`.
    """
    made = []
    for row in rows:
        note = notes.get(row["student"])
        if note is None:
            made.append(row)
        elif note.counts:
            made.append(row | {"status": f"{row['status']}; {note.text}"})
        else:
            nothing = dict.fromkeys(row["auto"], 0.0)
            untold: dict[str, Any] = {"reasons": {}, "lost": {}, "like": {}, "cells": []}
            made.append(row | untold | {"status": note.text, "auto": nothing})
    return made


def told(notes: dict[str, Note], most: int = 5) -> str:
    """The notes in a few lines for whoever marks; empty if there are none.

    Parameters
    ----------
    notes : dict
        From `settle`.
    most : int
        Papers that are named one by one.
    """
    if not notes:
        return ""
    lines = [f"{student}: {note.text}" for student, note in [*notes.items()][:most]]
    if len(notes) > most:
        lines.append(f"and {len(notes) - most} more; the column `status` has all of them")
    return "papers that may not be what their names say:\n  " + "\n  ".join(lines)


def _name(value):
    """A name as text that can be shown and compared, None if it is not one."""
    if not value.isprintable() or not 0 < len(value) <= 200:
        return None
    return unicodedata.normalize("NFC", value)


def _stray(name, theirs, students):
    """Whether a file lies under a name that is nobody's, while its notebook says whose it is."""
    if theirs is None or theirs == name or name in students:
        return False
    return theirs in students or (not students and _copy_of(name) == theirs)


def _copy_of(name):
    copy = COPY.fullmatch(name)
    return copy and copy["student"]


def _of_nobody(origin, shared):
    return replace(origin, student=None) if origin.student == shared else origin


def _refuse_another_form(students, shared):
    known = [student for student in students if student is not None]
    count = known.count(nbgrader.STUDENT)
    if not shared and count > 1 and count > len(known) / 2:
        raise ValueError(
            f"{count} of {len(known)} notebooks are of nbgrader's form, with the same numbers for "
            "all: mark them with --one-for-all"
        )


def _refuse_another_key(assignments, assignment):
    known = Counter(one for one in assignments if one is not None)
    for other, count in known.most_common(1):
        if other != assignment and count > 1 and count > known.total() / 2:
            raise ValueError(
                f"the key is of the assignment {assignment!r}, but {count} of {known.total()} "
                f"notebooks are of {other!r}: give the key of that one, or the other folder"
            )
