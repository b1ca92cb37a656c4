"""Marks that a person has given on the page of written answers, put into the table of marks.

Nothing else in the table changes. A mark that stands there already and is another is not
overwritten unless that is asked for, and the table as it was is kept.
"""

import csv
import io
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import by_hand, door
from .aliases import alias
from .answers import by_hand_column, items_of
from .by_hand import Table
from .journal import locked
from .key import Key
from .source import Assignment
from .tables import columns, harmless, replace

__all__ = ["Taken", "checked", "take"]

MAX_COMMENT = 2000  # characters


@dataclass
class Taken:
    """What was taken from a table of marks."""

    marks: int = 0  # entries that were not there before
    students: int = 0  # of whom there were any
    unknown: list[str] = field(default_factory=list)  # who are not in the table
    unfinished: int = 0  # answers that were read in part, and so have no points
    backup: Path | None = None  # the table as it was

    def __str__(self) -> str:
        told = [f"{self.marks} entries of {self.students} students taken"]
        if self.backup:
            told.append(f"the table as it was: {self.backup}")
        if self.unfinished:
            told.append(f"{self.unfinished} answers are read in part, and have no points yet")
        if self.unknown:
            names = door.one_line(", ".join(self.unknown[:5]))
            more = f" and {len(self.unknown) - 5} more" if len(self.unknown) > 5 else ""
            told.append(f"not in the table, and not taken: {names}{more}")
        return "; ".join(told)


def take(marks: str | Path, table: str | Path, key: Key, *, overwrite: bool = False) -> Taken:
    """Put the marks of `marks` into `table`.

    Parameters
    ----------
    marks : str or Path
        As the page of written answers has saved it, with a column `student` or `alias`.
    table : str or Path
        From `grade.grade`, perhaps with marks by hand.
    key : Key
        Of the assignment.
    overwrite : bool
        Whether a mark takes the place of another that is there.

    Raises
    ------
    ValueError
        If one of the files is not what it should be, a mark is no number of points that can be
        had, or another one is in its place already. Nothing is written then.
    """
    table = Path(table)
    given = _table(marks, f"{marks} is empty, or not there: save it from the page")
    with locked(table.with_name(table.name + ".journal"), table):
        old = _table(table, f"{table} is not there: mark first (rgcourse grade)")
        by_hand.check(table, old, columns(key.assignment))
        names = [line[old[0].index("student")] for line in old[1:]]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{table}: {door.one_line(twice)!r} has two lines; keep one of them")
        clean, unknown, unfinished = checked(given, names, key, marks)
        made, new = _merged(old, clean, overwrite, table)
        taken = Taken(new, len(clean) - 1, unknown, unfinished)
        if made != old:
            taken.backup = by_hand.free_name(table)
            shutil.copy2(table, taken.backup)
            text = io.StringIO()
            csv.writer(text).writerows(made)
            replace(table, text.getvalue())
    return taken


def checked(
    given: Table, students: Iterable[str], key: Key, path: str | Path = "the table"
) -> tuple[Table, list[str], int]:
    """The marks that count, by student, who is not known, and how many answers are half read.

    Parameters
    ----------
    given : list of list of str
        As `by_hand.read` has it.
    students : iterable of str
        As the table of marks calls them.
    key : Key
    path : str or Path
        For messages.

    Raises
    ------
    ValueError
        If there is no column of students, a student comes twice, or a mark is no number between
        zero and what can be had; the message names the first five.
    """
    head, *lines = given
    who = next((name for name in ("alias", "student") if name in head), None)
    if who is None:
        raise ValueError(f"{path} has no column `student` or `alias`: save it from the page")
    real = {name: name for name in students}
    if who == "alias":
        real = {alias(key.class_key, _plain(name)): name for name in real}
    most = {by_hand_column(q): q.manual for q in key.assignment.questions if q.manual}
    wanted = [name for name in head if name in _columns(key.assignment)]
    if not set(wanted) & set(most):
        raise ValueError(
            f"{path} has no column of this assignment, such as {next(iter(most), 'none')!r}: "
            "is it of another one?"
        )
    table: Table = [["student", *wanted]]
    unknown: list[str] = []
    wrong: list[str] = []
    unfinished = 0
    seen: set[str] = set()
    for line in lines:
        row = dict(zip(head, line, strict=False))
        entries = [row.get(name, "").strip() for name in wanted]
        name = row.get(who, "").strip()
        unfinished += sum("?" in row.get(f"{q.name} rubric", "") for q in key.assignment.questions)
        if not any(entries):
            continue
        if name in seen:
            raise ValueError(f"{path}: {door.one_line(name)!r} comes twice; keep one of the lines")
        seen.add(name)
        student = real.get(name, real.get(*harmless([name])))
        if student is None:
            unknown.append(name)
            continue
        for heading, entry in zip(wanted, entries, strict=True):
            if heading in most and entry and _points(entry, most[heading]) is None:
                wrong.append(f"{door.one_line(name, 40)}, {heading}: {door.one_line(entry, 20)!r}")
        cells = (_cell(entry, h in most) for h, entry in zip(wanted, entries, strict=True))
        table.append([student, *cells])
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise ValueError(
            f"{path}: these are no points from 0 to what can be had: {'; '.join(wrong[:5])}{more}"
        )
    return table, unknown, unfinished


def _merged(old, given, overwrite, path):
    """The table with the marks, and how many of them were not there."""
    head, *lines = old
    told, *marks = given
    head = [*head, *(name for name in told if name not in head)]
    place = {name: number for number, name in enumerate(head)}
    rows = {line[place["student"]]: [*line, *[""] * (len(head) - len(line))] for line in lines}
    others, new = [], 0
    for line in marks:
        row = rows[line[0]]
        for name, entry in zip(told[1:], line[1:], strict=True):
            was = row[place[name]]
            if not entry or _same(was, entry):
                continue
            if was.strip():
                others.append(f"{door.one_line(line[0], 40)}, {name}: {door.one_line(was, 30)!r}")
            row[place[name]] = entry
            new += 1
    if others and not overwrite:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        raise ValueError(
            f"{path} has other marks by hand already ({'; '.join(others[:5])}{more}): nothing was "
            "written. With --overwrite the new ones take their place"
        )
    return ([head, *rows.values()] if new else old), new


def _columns(assignment: Assignment):
    """Headings that may be taken: of points, and of what was said about them."""
    names = set()
    for question in assignment.questions:
        if question.manual and items_of(question):
            names |= {by_hand_column(question), f"{question.name} comment"}
            names.add(f"{question.name} rubric")
    return names


def _table(path, otherwise):
    found = by_hand.read(path)
    if not found:
        raise ValueError(otherwise)
    return found


def _points(text, most):
    """The points that a text says, None if it says none that can be had."""
    points = _number(text)
    return points if points is not None and 0 <= points <= most else None


def _cell(entry, is_points):
    number = _number(entry)
    if is_points and number is not None:
        return f"{number:g}"
    return harmless([door.one_line(_plain(entry), MAX_COMMENT)])[0]


def _number(text):
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _same(one, other):
    return one == other or (_number(one) is not None and _number(one) == _number(other))


def _plain(cell):
    """A cell before it was made harmless."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t") else cell
