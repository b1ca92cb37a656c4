"""Marking by hand without names: a table and papers' feedback under aliases, and the way back.

The reader gets a folder in which nobody is named. Who is who stands in a file of its own, readable
by the owner alone, which the reader does not get. What a student has written into the paper itself
is not changed: who signs an answer is known by it.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import by_hand, door, submissions
from .aliases import alias
from .feedback import write_feedback
from .key import Key
from .tables import Row, as_csv, columns, original, replace, write_table

__all__ = ["hand_out", "names_of", "take_in"]

STATUS = ("graded", "not all of it has run", "could not be marked", submissions.NOTHING)


def names_of(class_key: str, students: Iterable[str]) -> dict[str, str]:
    """{alias: student}; ValueError if two have the same."""
    names: dict[str, str] = {}
    for student in students:
        name = alias(class_key, student)
        if names.setdefault(name, student) != student:
            raise ValueError(f"{names[name]} and {student} have the same alias {name}")
    return names


def hand_out(rows: Sequence[Row], key: Key, folder: str | Path, names: str | Path) -> None:
    """Write `grades.csv` and `feedback/` under aliases, in their order, and who is who.

    Parameters
    ----------
    rows : list of dict
        From `grade.grade`.
    key : Key
    folder : str or Path
        For the reader. Marks that are in its table stay.
    names : str or Path
        The file that the reader does not get, of mode 600.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    of = names_of(key.class_key, (row["student"] for row in rows))
    rows_of = {row["student"]: row for row in rows}
    shown = [_nameless(rows_of[of[name]], name) for name in sorted(of)]
    table, fresh = folder / "grades.csv", folder / "grades.csv.new"
    write_table(shown, key.assignment, fresh)
    by_hand.replaced(table, fresh, key.assignment, columns(key.assignment))
    write_feedback(shown, key.assignment, folder / "feedback", rubric=True)
    _for_the_owner(names, as_csv([("alias", "student"), *sorted(of.items())]))


def take_in(table: str | Path, reader: str | Path, key: Key) -> str:
    """Marks by hand from the reader's table, put into the table of the class; what was done.

    Parameters
    ----------
    table : str or Path
        `grades.csv`.
    reader : str or Path
        `grades.csv` in the folder of the reader; if there is none, nothing is done.
    key : Key

    Raises
    ------
    ValueError
        If both tables have a mark, and not the same: neither is overwritten. If there are marks
        of somebody who is not in the table of the class.
    """
    ours, theirs = by_hand.read(table), by_hand.read(reader)
    if not ours or not theirs:
        return ""
    head = columns(key.assignment)
    by_hand.check(table, ours, head)
    by_hand.check(reader, theirs, head)
    hand = [f"{q.name} by hand ({q.manual:g})" for q in key.assignment.questions if q.manual]
    who = ours[0].index("student")
    of = names_of(key.class_key, (original(line[who]) for line in ours[1:]))
    given = {
        (of.get(row["student"], row["student"]), name): row[name].strip()
        for row in (dict(zip(theirs[0], line, strict=False)) for line in theirs[1:])
        for name in hand
        if row.get(name, "").strip()
    }
    number, unlike = 0, []
    for line in ours[1:]:
        line += [""] * (len(ours[0]) - len(line))
        for name in hand:
            place = ours[0].index(name)
            mark = given.pop((original(line[who]), name), "")
            if mark and line[place].strip() and by_hand.differ(mark, line[place]):
                unlike.append(f"{line[who]}, {name}")
            elif mark and not line[place].strip():
                line[place], number = mark, number + 1
    if given:
        strangers = "; ".join(sorted({student for student, _ in given})[:5])
        raise ValueError(f"{reader} has marks of {door.one_line(strangers)}, whom {table} has not")
    if unlike:
        raise ValueError(
            f"{table} and {reader} have different marks for {door.one_line('; '.join(unlike[:5]))}"
            f"{' and others' if len(unlike) > 5 else ''}: make them the same in one of them"
        )
    if number:
        replace(table, by_hand.as_text(ours))
    return f"{number} marks taken in from {reader}" if number else ""


def _nameless(row, name):
    status = next((text for text in STATUS if row["status"].startswith(text)), "look at it")
    return row | {"student": name, "status": status}


def _for_the_owner(path, text):
    """Written so that at no moment anybody else can read it."""
    path = Path(path)
    half = path.with_name(path.name + ".part")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w",
              encoding="utf-8", newline="") as file:  # fmt: skip
        file.write(text)
    os.replace(half, path)
