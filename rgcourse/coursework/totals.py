"""Final marks: automatic points, points by hand from the table, and what being late takes off.

A total is there only when every part of it is: a mark by hand that nobody has given yet is not 0.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from . import by_hand, door, submissions
from .by_hand import Table
from .late import Late
from .source import Assignment
from .tables import Row, as_csv, columns

__all__ = ["Part", "Total", "automatic", "final", "table_of"]

BY_HAND = "{} by hand"
MOST_ERRORS = 5  # that are said at once


@dataclass(frozen=True)
class Part:
    """The points of one column of the table, None if they are not given yet."""

    name: str
    points: float | None
    most: float
    told: str = ""  # reasons for what is missing


@dataclass(frozen=True)
class Total:
    """The marks of one student; see `points`."""

    student: str
    parts: tuple[Part, ...]
    status: str
    late: Late = Late()
    seconds: float = 0.0
    why_none: str = ""  # why there is no total yet

    @property
    def before(self) -> float:
        """Points before anything is taken off for being late; those that are given so far."""
        return sum(part.points for part in self.parts if part.points is not None)

    @property
    def points(self) -> float:
        """Points that count."""
        return round(self.before * (1 - self.late.share), 2)

    @property
    def most(self) -> float:
        """Points that can be had."""
        return sum(part.most for part in self.parts)

    @property
    def told(self) -> str:
        """All of it in one line, as a student may read it."""
        said = [
            f"{part.name}: {'not marked yet' if part.points is None else f'{part.points:g}'} "
            f"of {part.most:g}"
            for part in self.parts
        ]
        if self.late.days:
            days = f"{self.late.days} day{'s' * (self.late.days > 1)}"
            said.append(f"{days} late: {self.late.share:.0%} of {self.before:g} taken off")
        return "; ".join([*said, self.why_none] if self.why_none else said)


def automatic(row: Row, assignment: Assignment) -> Total:
    """The automatic points alone, of a row that has just been marked."""
    parts = [
        Part(one.name, row["auto"][one.name], one.auto, "\n".join(row["reasons"].get(one.name, [])))
        for one in assignment.questions
        if one.auto
    ]
    return Total(row["student"], tuple(parts), row["status"], seconds=row["seconds"])


def final(
    table: Table,
    assignment: Assignment,
    late: Mapping[str, Late] | None = None,
    *,
    absent_zero: bool = False,
    partial: bool = False,
) -> list[Total]:
    """The `Total` of every student in a table of marks; `why_none` is empty where it is final.

    Parameters
    ----------
    table : list of list of str
        From `by_hand.read`: written by the marking, with marks by hand.
    assignment : Assignment
    late : dict
        {student: `Late`} where there is a deadline; who is not in it has no total.
    absent_zero : bool
        Who has handed in nothing has 0 points, rather than no total.
    partial : bool
        Marks by hand that are not given yet are left out of totals, which are there nevertheless.

    Raises
    ------
    ValueError
        If the table is not of this assignment, a student is there twice, or a mark is no number
        from 0 to its most.
    """
    if not table:
        raise ValueError("the table of marks is not there, or empty: `rgcourse grade` writes it")
    by_hand.check("the table", table, columns(assignment))
    found, wrong, seen = [], [], set()
    for line in table[1:]:
        row = dict(zip(table[0], line, strict=False))
        student = row.get("student", "")
        if student in seen:
            wrong.append(f"{student} is there twice")
        seen.add(student)
        parts, errors = _parts(row, assignment)
        wrong += [f"{student}, {error}" for error in errors]
        found.append(_total(row, parts, late, absent_zero, partial))
    if wrong:
        shown = "; ".join(door.one_line(one) for one in wrong[:MOST_ERRORS])
        more = f"; and {len(wrong) - MOST_ERRORS} more" if len(wrong) > MOST_ERRORS else ""
        raise ValueError(f"no marks can be read from the table: {shown}{more}")
    return found


def _total(row, parts, late, absent_zero, partial):
    status = row.get("status", "")
    absent = status == submissions.NOTHING
    if absent:
        parts = [Part(one.name, 0.0 if absent_zero else one.points, one.most) for one in parts]
    if absent and not absent_zero:
        why = submissions.NOTHING
    elif not partial and (missing := [one.name for one in parts if one.points is None]):
        why = f"not marked yet: {', '.join(missing)}"
    elif late is not None and not absent and row["student"] not in late:
        why = "no time of handing in is known"
    else:
        why = ""
    lateness = (late or {}).get(row["student"], Late())
    return Total(row["student"], tuple(parts), status, lateness, why_none=why)


def _parts(row, assignment):
    """The parts of a line, and what is wrong with it."""
    parts, errors = [], []
    for question in assignment.questions:
        both = ((question.name, question.auto), (BY_HAND.format(question.name), question.manual))
        for name, most in both:
            if not most:
                continue
            heading = f"{name} ({most:g})"
            try:
                points = _points(row.get(heading, ""), most)
            except ValueError as error:
                errors.append(f"{heading}: {error}")
                points = None
            if points is None and name == question.name and not errors:
                errors.append(f"{heading}: nothing there, which the marking has filled")
            parts.append(Part(name, points, most))
    return parts, errors


def _points(text, most):
    """Points as a spreadsheet may have written them; None for an empty cell."""
    text = text.strip()
    if not text:
        return None
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= most:
        raise ValueError(
            f"{door.one_line(text, 40)!r} is no number from 0 to {most:g} (anything beyond goes "
            "into a column of your own)"
        )
    return points


def table_of(totals: list[Total]) -> str:
    """The totals as CSV: every part, before, days late, share taken off, total, what is missing."""
    head = [f"{part.name} ({part.most:g})" for part in totals[0].parts] if totals else []
    last = ["before", "days late", "share taken off", "total", "no total because"]
    lines = [["student", *head, *last]]
    for one in totals:
        given = ["" if part.points is None else f"{part.points:g}" for part in one.parts]
        lines.append(
            [
                one.student, *given, f"{one.before:g}", str(one.late.days), f"{one.late.share:g}",
                "" if one.why_none else f"{one.points:g}", door.one_line(one.why_none),
            ]
        )  # fmt: skip
    return as_csv(lines)
