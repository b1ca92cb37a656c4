"""The table of marks, written anew without losing what a person has written into it.

Points for written answers are given by hand, in columns of the table itself, and perhaps in columns
that a person has added. A later run of the marking keeps them, and keeps the older table as well.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .source import Assignment

__all__ = [
    "Table",
    "as_text",
    "check",
    "differ",
    "free_name",
    "merged",
    "parsed",
    "read",
    "replaced",
]

Table = list[list[str]]  # a row of headings, then one for each student
NO_MARKS = {"status", "walls"}  # what marking says beside the marks; older tables had no `walls`


def read(path: str | Path) -> Table:
    """The lines of a table as a spreadsheet may have saved it; none if there is no such file.

    Commas, semicolons and tabulators are told apart by the first line.

    Raises
    ------
    ValueError
        If it is not text in UTF-8.
    """
    path = Path(path)
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path} is not in UTF-8, so what a person wrote there cannot be kept: save it as "
            "CSV in UTF-8, or give another name with -o"
        ) from None
    return parsed(text)


def parsed(text: str) -> Table:
    """The lines of a table from its text."""
    first = text.split("\n", 1)[0]
    comma = max(",;\t", key=first.count)
    return [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=comma) if line]


def as_text(table: Table) -> str:
    """A table as CSV, its cells as they are: they were in a table of the instructor's before."""
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()


def merged(old: Table, new: Table, ours: Iterable[str]) -> tuple[Table, list[str]]:
    """The new table with what a person wrote into the old one, and in words what was done.

    Parameters
    ----------
    old, new : list of list of str
        With a column `student`.
    ours : iterable of str
        Headings that the marking fills; all others are a person's.
    """
    ours = set(ours)
    head, *lines = new
    old_head, *old_lines = old
    theirs = [name for name in old_head if name and name not in ours]
    head = [*head, *(name for name in theirs if name not in head)]
    place = {name: number for number, name in enumerate(head)}
    before = {line[old_head.index("student")]: _by_heading(old_head, line) for line in old_lines}
    made, kept, changed = [], 0, 0
    for line in lines:
        line = [*line, *[""] * (len(head) - len(line))]
        was = before.pop(line[place["student"]], {})
        for name in theirs:
            if was.get(name):
                line[place[name]] = was[name]
                kept += 1
        now = _by_heading(head, line)
        changed += any(differ(was[k], now[k]) for k in was if k in ours - NO_MARKS and k in now)
        made.append(line)
    gone = [was for was in before.values() if any(was.get(name) for name in theirs)]
    for was in gone:
        made.append([was.get(name, "") for name in head])
        made[-1][place["status"]] = "no longer handed in; marks by hand kept"
        kept += sum(bool(was.get(name)) for name in theirs)
    told = [f"{kept} entries made by hand were kept"] if kept else []
    told += [f"{len(gone)} of a student who has no paper any more"] if gone else []
    told += [f"automatic marks have changed in {changed} of the lines"] if changed else []
    return [head, *made], told


def replaced(path: str | Path, new: str | Path, assignment: Assignment, ours: list[str]) -> str:
    """Put the table `new` in the place of `path`; what was done, in words, or nothing to say.

    Parameters
    ----------
    path : str or Path
        The table that may be there, with marks given by hand.
    new : str or Path
        The table that has just been written, beside it; it is gone afterwards.
    assignment : Assignment
        For the columns that are a person's.
    ours : list of str
        Headings of a table of this assignment, from `grade.columns`.
    """
    path, new = Path(path), Path(new)
    old = read(path)
    if not old:
        os.replace(new, path)
        return ""
    check(path, old, ours)
    hand = [f"{one.name} by hand ({one.manual:g})" for one in assignment.questions if one.manual]
    table, said = merged(old, read(new), [name for name in ours if name not in hand])
    backup: str | Path = ""
    if said:
        backup = free_name(path)
        shutil.copy2(path, backup)
    new.write_text(as_text(table), encoding="utf-8", newline="")
    os.replace(new, path)
    return f"{path}: {'; '.join(said)}; the table as it was: {backup}" if said else ""


def check(path: str | Path, old: Table, ours: list[str]) -> None:
    """ValueError if a table is there that is not one of this assignment.

    Parameters
    ----------
    path : str or Path
        For the message.
    old : list of list of str
        From `read`.
    ours : list of str
        Headings of a table of this assignment.
    """
    missing = next((name for name in ours if old and name not in {*old[0], "walls"}), None)
    if missing:
        raise ValueError(
            f"{path} is there, and is not a table of this assignment (no column {missing!r}): "
            "move it away, or give another name with -o"
        )


def _by_heading(head: list[str], line: list[str]) -> dict[str, Any]:
    return dict(zip(head, line, strict=False))


def differ(one: str, two: str) -> bool:
    """Whether two entries differ as numbers, or as text where they are none."""
    try:
        return float(one.replace(",", ".")) != float(two.replace(",", "."))
    except ValueError:
        return one != two


def free_name(path: Path) -> Path:
    """A name beside `path` that is free, for the table as it was: `grades.before-1.csv`."""
    number = 1
    while (backup := path.with_name(f"{path.stem}.before-{number}{path.suffix}")).exists():
        number += 1
    return backup
