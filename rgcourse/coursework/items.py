"""Which question failed: how many got it, which hidden case they lost, what it tells of a student.

The rows come from the journal of a marking, which keeps the reasons for every point lost. A number
of a small class says little, and some say nothing: then there is none, and in words why.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ..statistics import Estimate, jackknife, mean_of
from ..statistics.estimate import ShortChainError
from . import by_hand, submissions
from .answers import by_hand_column
from .journal import Journal
from .key import Key
from .source import Question
from .tables import Row, columns

__all__ = ["FEWEST", "CaseOf", "Item", "Marks", "analysed", "cases_of", "discrimination", "read"]

FEWEST = 10  # students, below which nothing is said about discrimination
LIKE = re.compile(r"this looks like[^:]*: ")  # how a recognised mistake is told among the reasons
ELSEWHERE = "(what was asked is not told)"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
NOT_COUNTED = ("could not be marked", submissions.NOTHING, "no longer handed in")


@dataclass(frozen=True)
class Marks:
    """The marks of a class: rows of papers that were marked, and points by hand of each."""

    rows: list[Row]
    by_hand: list[dict[str, float]]  # {question: points}, in the order of the rows
    absent: int  # lines of the table without a marked paper

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Item:
    """What the marks say of a question, or of its part that is read by a person."""

    name: str
    most: float  # points to be had
    n: int  # students
    right: float  # share of them with all the points
    mean: Estimate | None  # points; None of a single student
    discrimination: Estimate | None
    why_not: str = ""  # why there is no discrimination
    reasons: tuple[tuple[str, int], ...] = ()  # commonest first, with the students who have it
    mistakes: tuple[tuple[str, int], ...] = ()  # of the source's list, as far as recognised


@dataclass(frozen=True)
class CaseOf:
    """What the marks say of the hidden cases of a question that are asked for in the same words."""

    question: str
    asked: str
    cases: float  # of them, for each student on the average
    n: int
    right: float  # share of students who had all of them right
    reasons: tuple[tuple[str, int], ...] = ()


def read(table: str | Path, key: Key) -> Marks:
    """The `Marks` of a table, with reasons from the journal beside it.

    Parameters
    ----------
    table : str or Path
        From `grade.grade`, perhaps with marks by hand.
    key : Key

    Raises
    ------
    ValueError
        If there is no such table, it is of another assignment, or its journal has none of its
        students for this key.
    """
    path = Path(table)
    lines = by_hand.read(path)
    if not lines:
        raise ValueError(f"{path} is not there, or is empty: mark first (rgcourse grade)")
    by_hand.check(path, lines, columns(key.assignment))
    kept = path.with_name(path.name + ".journal")
    journal = Journal(kept, key)
    versions: dict[str, list[Row]] = {}
    for (student, _, stamp), row in journal.rows.items():
        if stamp == journal.stamp:
            versions.setdefault(student, []).append(row)
    head, *body = lines
    rows, hand, absent = [], [], 0
    for line in body:
        cells = dict(zip(head, line, strict=False))
        counts = not cells.get("status", "").startswith(NOT_COUNTED)
        found = versions.get(cells["student"]) if counts else None
        if not found:
            absent += 1
            continue
        rows.append(_version(found, cells, key))
        hand.append(_points_by_hand(cells, key))
    if not rows:
        raise ValueError(
            f"{kept} has no row of these students for this key: give the key that they were "
            "marked with, and leave the journal beside its table"
        )
    return Marks(rows, hand, absent)


def _version(found, cells, key):
    """The version of a paper that stands in the table; the last one where none does."""
    auto = [question for question in key.assignment.questions if question.auto]
    for row in reversed(found):
        if all(
            _number(cells.get(f"{q.name} ({q.auto:g})")) == float(f"{row['auto'][q.name]:g}")
            for q in auto
        ):
            return row
    return found[-1]


def _points_by_hand(cells, key):
    told = {
        question.name: _number(cells.get(by_hand_column(question)))
        for question in key.assignment.questions
        if question.manual
    }
    return {name: points for name, points in told.items() if points is not None}


def _number(text):
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        return None


# --- questions --------------------------------------------------------------------------------


def analysed(marks: Marks, questions: Sequence[Question]) -> list[Item]:
    """An `Item` for each question, and for each part of one that a person has marked throughout.

    Discrimination is the correlation of the points of an item with the points of all others
    together: near zero or negative, the item does not tell who knows the rest. Its error is that
    of a jackknife over students.

    Parameters
    ----------
    marks : Marks
    questions : sequence of Question
    """
    points: dict[str, tuple[float, list[float]]] = {}
    for one in questions:
        if one.auto:
            points[one.name] = (one.auto, [row["auto"].get(one.name, 0.0) for row in marks.rows])
        if one.manual and all(one.name in hand for hand in marks.by_hand):
            points[f"{one.name} by hand"] = (
                one.manual,
                [hand[one.name] for hand in marks.by_hand],
            )
    whole = np.sum([got for _, got in points.values()], axis=0)
    return [
        _item(name, most, np.array(got), whole, _reasons_of(marks, name))
        for name, (most, got) in points.items()
    ]


def _reasons_of(marks, name):
    return [row["reasons"].get(name, []) for row in marks.rows]


def _item(name, most, got, whole, reasons):
    told, why_not = None, ""
    try:
        told = discrimination(got, whole - got)
    except ValueError as error:
        why_not = str(error)
    return Item(
        name,
        most,
        len(got),
        float(np.mean(got >= most - 1e-9)),
        mean_of(got) if len(got) > 1 else None,
        told,
        why_not,
        commonest([[one for one in own if not LIKE.match(one)] for own in reasons]),
        _mistakes(reasons),
    )


def _mistakes(reasons):
    """Recognised mistakes, in the words of the source."""
    told = [
        {LIKE.sub("", reason, count=1) for reason in own if LIKE.match(reason)} for own in reasons
    ]
    counted = Counter(name for own in told for name in own)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:5])


def discrimination(item: ArrayLike, rest: ArrayLike) -> Estimate:
    """The correlation of an item with the rest of a test, and its error by a jackknife.

    Parameters
    ----------
    item, rest : array, shape (n_students,)
        Points of the item, and of all other items together.

    Raises
    ------
    ValueError
        With fewer than 10 students, or where all of them, or all but one, have the same points.

    Examples
    --------
    >>> print(f"{discrimination([0, 1] * 6, [0, 1] * 6).value:.2f}")
    1.00
    """
    x, y = np.asarray(item, dtype=float), np.asarray(rest, dtype=float)
    if len(x) < FEWEST:
        raise ValueError(f"{len(x)} students are too few, expected {FEWEST} or more")
    for what, values in (("of the item", x), ("of the rest", y)):
        if Counter(values.round(9)).most_common(1)[0][1] >= len(values) - 1:
            raise ValueError(f"all students, or all but one, have the same points {what}")
    try:
        error = jackknife(_correlation, x, y, n_bins=len(x)).error
    except ShortChainError as order:  # students are no chain: their order in the table is chance
        error = order.estimate.error
    return Estimate(_correlation(x, y), error, n_bins=len(x))


def _correlation(x, y):
    x, y = x - x.mean(), y - y.mean()
    return x @ y / np.sqrt((x @ x) * (y @ y))


def commonest(reasons: Iterable[Iterable[str]], most: int = 5) -> tuple[tuple[str, int], ...]:
    """The commonest reasons, and how many students have each; numbers in them are not told apart.

    Parameters
    ----------
    reasons : iterable of iterable of str
        Those of each student.
    most : int
        How many of them.

    Examples
    --------
    >>> commonest([["got 3, wrong", "no answer"], ["got 4.5, wrong"]])
    (('got …, wrong', 2), ('no answer', 1))
    """
    counted = Counter(
        text for own in reasons for text in sorted({NUMBER.sub("…", reason) for reason in own})
    )
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


# --- hidden cases -----------------------------------------------------------------------------


def cases_of(marks: Marks, key: Key) -> list[CaseOf]:
    """A `CaseOf` for everything that is asked in other words, in the order of the questions.

    Parameters
    ----------
    marks : Marks
    key : Key
    """
    made = []
    for question in key.assignment.questions:
        if not question.auto:
            continue
        asked: Counter[str] = Counter()
        failed: dict[str, list[list[str]]] = {}
        for row in marks.rows:
            cases = key.cases(question.name, key.parameters(row["student"]))
            asked.update(case.asked for case in cases)
            lost: dict[str, list[str]] = {}
            for reason in row["reasons"].get(question.name, []):
                if not LIKE.match(reason):
                    label, why = _told(reason, cases)
                    lost.setdefault(label, []).append(why)
            for label, whys in lost.items():
                failed.setdefault(label, []).append(whys)
        n = len(marks)
        for label in [*asked, *(label for label in failed if label not in asked)]:
            whys_of = failed.get(label, [])
            made.append(
                CaseOf(
                    question.name,
                    label,
                    asked[label] / n,
                    n,
                    1 - len(whys_of) / n,
                    commonest(whys_of, 3),
                )
            )
    return made


def _told(reason, cases):
    """What was asked, and why it is wrong: a reason begins with the first, perhaps in other words.

    A function may be told with its arguments, `vote(spins, b), on the first of two inputs: ...`.
    """
    for label in sorted({case.asked for case in cases}, key=len, reverse=True):
        found = re.match(rf"{re.escape(label)}(?:, on [^:]*)?: ", reason)
        if found:
            return label, reason[found.end() :]
    for case in cases:
        call = re.match(rf"{re.escape(case.name)}\([^)]*\)(?:, on [^:]*)?: ", reason)
        if call and case.args is not None:
            return case.asked, reason[call.end() :]
    return ELSEWHERE, reason
