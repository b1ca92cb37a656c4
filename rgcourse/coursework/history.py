"""The history of marks: every mark that was given or changed, when, by whom, why; never rewritten.

It lies beside the table, `grades.history.csv`, and only ever grows. What stands in the table is
compared with what the history knows, so a mark that a person has changed between two runs is
noticed by the next. Each line carries a check that belongs to it and to the line before: a line
that somebody has changed or taken out, or that a full disk has cut short, does not count.
"""

import csv
import getpass
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import by_hand, door, journal, variants
from .by_hand import Table
from .tables import as_csv

__all__ = ["COLUMNS", "BY_HAND", "Change", "History", "changes", "keep", "marker", "place_of"]

COLUMNS = ["when", "who", "why", "student", "question", "old", "new", "check"]
BY_HAND, OTHERWISE = "by hand", "marked again"


@dataclass(frozen=True)
class Change:
    """One mark that is not what it was; "" where there was none, or is none any more."""

    student: str
    question: str
    old: str
    new: str


def place_of(table: str | Path) -> Path:
    """Where the history of a table lies: `grades.history.csv` for `grades.csv`."""
    table = Path(table)
    return table.with_name(f"{table.stem}.history.csv")


def marker() -> str:
    """Who is marking, as the system knows the user."""
    try:
        return door.one_line(getpass.getuser(), 60)
    except (OSError, KeyError):  # a container may know no name for a number
        return f"user {os.getuid()}"


class History:
    """The history in a file, as far as its lines can be believed.

    Parameters
    ----------
    path : str or Path
    class_key : str
        From `Key.class_key`: who does not have it cannot write a line that counts.
    """

    def __init__(self, path: str | Path, class_key: str) -> None:
        self.path, self.class_key = Path(path), class_key
        self.known: dict[tuple[str, str], str] = {}  # (student, question): the mark by now
        self.doubtful = 0  # lines that do not count
        self.last = ""  # the check of the last line
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines()[1:]:
                self._read(line)

    def add(self, found: Iterable[tuple[Change, str]], who: str, when: datetime) -> int:
        """Append changes, each with its reason, all on the disk before it returns; how many."""
        lines = [] if self.path.exists() else [COLUMNS]
        moment = when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        number = 0
        for change, why in found:
            cells = [moment, who, why, change.student, change.question, change.old, change.new]
            (cells,) = csv.reader(io.StringIO(as_csv([map(door.one_line, cells)])))
            self.last = self._check(cells)
            lines.append([*cells, self.last])
            self.known[change.student, change.question] = change.new
            number += 1
        if not number:
            return 0
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(as_csv(lines) if len(lines) > number else "\r\n" + as_csv(lines))
            file.flush()
            os.fsync(file.fileno())
        return number

    def _read(self, line):
        cells = next(csv.reader([line]), [])
        if not cells:
            return
        *said, check = cells
        if len(cells) == len(COLUMNS) and check == self._check(said):
            self.known[said[3], said[4]] = said[6]
        else:
            self.doubtful += 1
        self.last = check if len(cells) == len(COLUMNS) else self.last

    def _check(self, cells):
        return variants.derived(self.class_key, "history", self.last, *cells)[:12]


def changes(
    known: Mapping[tuple[str, str], str], table: Table, questions: list[str]
) -> list[Change]:
    """What a table says otherwise than the history; numbers are compared as numbers.

    Parameters
    ----------
    known : dict
        `History.known`.
    table : list of list of str
        With a column `student`.
    questions : list of str
        Headings of the columns that hold marks.
    """
    head, *lines = table
    found = []
    for line in lines:
        row = dict(zip(head, line, strict=False))
        for question in questions:
            old, new = known.get((row["student"], question), ""), row.get(question, "").strip()
            if by_hand.differ(old, new):
                found.append(Change(row["student"], question, old, new))
    return found


def keep(
    place: str | Path,
    table: Table,
    class_key: str,
    questions: list[str],
    reasons: Mapping[str, str],
    who: str = "",
) -> str:
    """Write what has changed in a table into its history; in words what there is to be said.

    Parameters
    ----------
    place : str or Path
        From `place_of`.
    table : list of list of str
        As it stands now.
    class_key : str
    questions : list of str
        Headings of the columns that hold marks; those with ` by hand ` are a person's.
    reasons : dict
        {student: why what is not given by hand may have changed}.
    who : str
        `marker` unless given.
    """
    history = History(place, class_key)
    told = []
    if history.doubtful:
        told.append(
            f"{history.path}: {history.doubtful} lines were changed, or not written to their end, "
            "and do not count"
        )
    found = changes(history.known, table, questions)
    given = [(one, _why(one, reasons, history.known)) for one in found]
    history.add(given, who or marker(), datetime.now(UTC))
    again = sum(bool(one.old) for one in found)
    if again:
        told.append(f"{again} marks are not what they were: see {history.path}")
    return "; ".join(told)


def _why(change, reasons, known):
    if " by hand (" in change.question:
        return BY_HAND
    is_new = (change.student, change.question) not in known
    return reasons.get(change.student) or (journal.FIRST if is_new else OTHERWISE)
