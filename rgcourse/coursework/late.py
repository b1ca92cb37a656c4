"""Deadlines: how late a paper is, and what is taken off its points.

    --due 2026-12-01T23:59+01:00 --late 10%/day --until "3 days" --grace "15 min"

Days are counted from the deadline, a day that has begun as a whole one. What comes within the time
of grace is not late; what comes after `--until` gets no points. All times need a time zone.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import by_hand, door, submissions, whose

__all__ = ["Late", "Policy", "duration", "file_times", "instant", "rate", "read_times"]

UNITS = {"min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86400, "week": 604800}
DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(min|minute|h|hour|day|week)s?", re.ASCII)
RATE = re.compile(r"(\d+(?:\.\d+)?) ?%/(hour|day|week)", re.ASCII)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Late:
    """How late a paper is, in days that have begun, and the share of its points taken off."""

    days: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Policy:
    """When papers are due, and what being late costs."""

    due: datetime
    share: float = 0.0  # of the points, for each `unit` that has begun
    unit: timedelta = timedelta(days=1)
    until: timedelta | None = None  # after the deadline; what is later gets no points
    grace: timedelta = NOTHING

    def late(self, handed_in: datetime, due: datetime | None = None) -> Late:
        """The `Late` of a paper.

        Parameters
        ----------
        handed_in : datetime
            With a time zone.
        due : datetime
            The student's own deadline, where there is one.
        """
        over = handed_in - (due or self.due)
        if over <= self.grace or over <= NOTHING:
            return Late()
        days = math.ceil(over / timedelta(days=1))
        if self.until is not None and over > self.until:
            return Late(days, 1.0)
        return Late(days, min(1.0, round(math.ceil(over / self.unit) * self.share, 6)))


def instant(text: str) -> datetime:
    """A moment from text such as 2026-12-01T23:59+01:00; ValueError without a time zone.

    Examples
    --------
    >>> instant("2026-12-01T23:59+01:00") == instant("2026-12-01T22:59Z")
    True
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"{door.one_line(text, 60)!r} is no time; write it as 2026-12-01T23:59+01:00"
        ) from None
    if moment.tzinfo is None:
        raise ValueError(
            f"{door.one_line(text, 60)!r} has no time zone, so nobody can say when it is: write "
            "2026-12-01T23:59+01:00, with the hours by which your clocks are ahead of UTC"
        )
    return moment


def duration(text: str) -> timedelta:
    """A length of time from text such as "3 days", "15 min", "2 h"."""
    found = DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"{door.one_line(text, 60)!r} is no length of time; write 15 min, 2 hours or 3 days"
        )
    try:
        return timedelta(seconds=float(found[1]) * UNITS[found[2]])
    except OverflowError:
        raise ValueError(f"{door.one_line(text, 60)!r} is longer than any term") from None


def rate(text: str) -> tuple[float, timedelta]:
    """(share, unit) from text such as "10%/day".

    Examples
    --------
    >>> rate("10%/day")
    (0.1, datetime.timedelta(days=1))
    """
    found = RATE.fullmatch(text.strip())
    if not found or float(found[1]) > 100:
        raise ValueError(f"{door.one_line(text, 60)!r} is no rate; write 10%/day or 1%/hour")
    return float(found[1]) / 100, timedelta(seconds=UNITS[found[2]])


def read_times(path: str | Path, column: str) -> dict[str, datetime]:
    """{student: moment} from a table with columns `student` and `column`.

    Raises
    ------
    ValueError
        If a column is missing, a student is there twice, or a time is none or has no zone; all of
        these at once.
    """
    table = by_hand.read(path)
    if not table or not {"student", column} <= set(table[0]):
        raise ValueError(f"{path} needs the columns `student` and `{column}`")
    times, wrong = {}, []
    for number, line in enumerate(table[1:], 2):
        row = dict(zip(table[0], line, strict=False))
        student = _name(row["student"])
        try:
            if student in times:
                raise ValueError(f"{student} is there twice")
            times[student] = instant(row.get(column, ""))
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = [f"and {len(wrong) - 5} more"] if len(wrong) > 5 else []
        raise ValueError(f"{path}: " + "; ".join([*wrong[:5], *more]))
    return times


def file_times(
    folder: str | Path, students: Iterable[str], assignment: str, shared: str = ""
) -> Mapping[str, datetime]:
    """{student: when the file was last written} for the papers in a folder.

    Copying a file may change its time, and whoever has the file can set it: these are times for
    papers that a system has collected and kept.

    Parameters
    ----------
    folder : str or Path
        As for `rgcourse grade`.
    students : iterable of str
        Of the table of marks.
    assignment : str
        Its name.
    shared : str
        `Key.shared`.
    """
    found, _ = whose.settle(submissions.find(folder), students, assignment, shared)
    return {
        one.student: datetime.fromtimestamp(one.path.lstat().st_mtime, UTC)
        for one in found
        if one.path is not None
    }


def _name(text):
    return door.safe_name(unicodedata.normalize("NFC", text.strip()))
