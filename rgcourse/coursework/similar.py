"""Papers that are unusually alike, for a person to judge.

Honest papers have much in common: what was handed out, what the course teaches, what the question
leaves no choice about. So a fingerprint counts by how few papers of the class have it, and a pair
by how much more of that it shares than the two share with others. What stands above the line is a
question to two students, not an answer.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import answers, door, fingerprints, source, submissions, whose
from .fingerprints import Prints
from .key import Key
from .tables import as_csv, replace

__all__ = ["Borrowed", "Comparison", "Pair", "Paper", "borrowed", "compared", "papers", "write"]

FEWEST = 8  # papers, below which there is no line
SHARED_BY = 6  # a fingerprint is rare if at most a sixth of the papers have it, or four of them
FEW = 5  # fingerprints that two papers alone have: fewer are never above the line
FALSE_ALARMS = 0.01  # pairs above the line in an honest class, if its tail is exponential
MAX_PAIRS = 40  # that are listed
DIGITS = 5  # of a number that is somebody's own


@dataclass
class Paper:
    """One paper as it is compared."""

    student: str
    code: list[str] = field(default_factory=list)  # without what everybody was given
    given: list[str] = field(default_factory=list)  # cells that assign the student's own numbers
    written: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    prints: dict[str, Prints] = field(default_factory=dict)  # of "code" and "text"


@dataclass(frozen=True)
class Pair:
    """Two papers: how much they share beyond what is expected, and which fingerprints."""

    one: int
    other: int
    excess: float  # surprise in units of ln, less what the two share with anybody
    share: float  # of the rare fingerprints of the smaller of the two
    common: tuple[int, ...]  # fingerprints, rarest first


@dataclass(frozen=True)
class Comparison:
    """All pairs that share something rare, most first, and the line above which they stand out."""

    pairs: list[Pair]
    line: float | None  # None where there are too few papers to draw one
    n: int

    def above(self) -> list[Pair]:
        """The pairs above the line."""
        return [pair for pair in self.pairs if self.line is not None and pair.excess > self.line]


@dataclass(frozen=True)
class Borrowed:
    """Numbers of another student in a paper."""

    student: str
    of: str
    what: str


def write(folder: str | Path, key: Key, output: str | Path, *, roster: Sequence[str] = ()) -> str:
    """Compare the papers of a folder; write `similar.html` and `similar.csv`; in words, what.

    Parameters
    ----------
    folder : str or Path
        Of submissions, as for `grade.grade`.
    key : Key
    output : str or Path
        The folder to write into.
    roster : sequence of str

    Raises
    ------
    ValueError
        If there is no such folder, or the key is of another assignment.
    """
    from . import similar_page

    found = papers(folder, key, roster)
    kinds = {kind: compared([one.prints[kind] for one in found]) for kind in ("code", "text")}
    numbers = borrowed(found)
    lines: list[tuple[object, ...]] = [
        ("kind", "one", "other", "excess", "line", "above", "share of the smaller", "what")
    ]
    for kind, comparison in kinds.items():
        above = comparison.above()
        for pair in comparison.pairs[:MAX_PAIRS]:
            line = "" if comparison.line is None else f"{comparison.line:.1f}"
            lines.append((
                kind, found[pair.one].student, found[pair.other].student, f"{pair.excess:.1f}",
                line, "yes" if pair in above else "no", f"{pair.share:.2f}", "",
            ))  # fmt: skip
    lines += [("numbers", one.student, one.of, "", "", "yes", "", one.what) for one in numbers]
    replace(Path(output) / "similar.csv", as_csv(lines))
    page = similar_page.page(key, found, kinds, numbers)
    replace(Path(output) / "similar.html", page, mode=0o600)
    count = sum(len(comparison.above()) for comparison in kinds.values())
    return (
        f"{len(found)} papers compared, {count} pairs above the line, {len(numbers)} with "
        "numbers of another student: questions for a person, not answers"
    )


def papers(folder: str | Path, key: Key, roster: Sequence[str] = ()) -> list[Paper]:
    """The papers of a folder with their fingerprints; what cannot be read is left out.

    Parameters
    ----------
    folder : str or Path
    key : Key
    roster : sequence of str
    """
    todo, notes = whose.settle(submissions.find(folder, roster), roster, key.assignment.name)
    common = _given(key)
    made = []
    for one in todo:
        if one.student in notes and not notes[one.student].counts:
            continue
        try:
            notebook = submissions.load(one).notebook()
        except submissions.Unreadable:
            continue
        made.append(_paper(one.student, notebook, key, common))
    return made


@dataclass(frozen=True)
class _Common:
    """What everybody has."""

    cells: set[str]
    names: set[str]
    code: set[int]
    text: set[int]
    prompts: dict[str, str]


def _given(key):
    blank = source.student_notebook(key.assignment, {})
    cells = [cell.source for cell in blank.cells if cell.cell_type == "code"]
    texts = [cell.source for cell in blank.cells if cell.cell_type == "markdown"]
    names = fingerprints.imported(cells)
    prompts = {q.name: answers.prompt_of(key.assignment, q) for q in key.assignment.questions}
    return _Common(
        {cell.strip() for cell in cells},
        names,
        set(fingerprints.of_code(cells, names)),
        set(fingerprints.of_text(texts)),
        prompts,
    )


def _paper(student, notebook, key, common):
    parameters = key.parameters(student)
    code = [cell for cell in notebook.code if cell.strip() not in common.cells]
    written = {
        name: answers.answer_of(text, common.prompts.get(name, ""))
        for name, text in notebook.written.items()
    }
    given = [cell for cell in code if _assigns(cell, parameters)]
    own = [cell for cell in code if cell not in given]
    prints = {
        "code": _without(fingerprints.of_code(own, common.names), common.code),
        "text": _without(fingerprints.of_text([*written.values()]), common.text),
    }
    return Paper(student, own, given, written, parameters, prints)


def _assigns(cell, parameters):
    return bool(parameters) and set(fingerprints.literals(cell)[0]) >= set(parameters)


def _without(prints, common):
    return {number: place for number, place in prints.items() if number not in common}


# --- pairs ------------------------------------------------------------------------------------


def compared(prints: Sequence[Prints]) -> Comparison:
    """All pairs of papers that share rare fingerprints, those that share most beyond chance first.

    A fingerprint of d of n papers counts ln(n / d) if it is rare. A pair shares S of it; by chance
    it shares about m m' / mean(m), where m is what a paper shares with another on the average. The
    excess is the difference. The line is where the tail of the class itself, an exponential
    through the median and the ninth decile of all pairs, leaves 0.01 pairs.

    Parameters
    ----------
    prints : sequence of dict
        From `fingerprints.of_code` or `of_text`, without what everybody was given.
    """
    n = len(prints)
    holders: dict[int, list[int]] = {}
    for place, one in enumerate(prints):
        for number in one:
            holders.setdefault(number, []).append(place)
    most = max(4, n // SHARED_BY)
    weights = {f: math.log(n / len(who)) for f, who in holders.items() if len(who) <= most}
    shared = np.zeros((n, n))
    for number, weight in weights.items():
        who = holders[number]
        if len(who) > 1:
            shared[np.ix_(who, who)] += weight
    np.fill_diagonal(shared, 0.0)
    excess = shared - _expected(shared)
    first, second = np.triu_indices(n, 1)
    values = excess[first, second]
    line = _line(values, n)
    whole = [sum(weights.get(number, 0.0) for number in own) for own in prints]
    pairs: list[Pair] = []
    order = np.lexsort((second, first, -values))
    for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if shared[a, b] == 0 or (len(pairs) >= MAX_PAIRS and excess[a, b] <= (line or 0.0)):
            continue
        common = [number for number in prints[a] if number in prints[b] and number in weights]
        common.sort(key=lambda number: (-weights[number], number))
        least = min(whole[a], whole[b])
        share = float(shared[a, b] / least)
        pairs.append(Pair(a, b, float(excess[a, b]), share, tuple(common)))
    return Comparison(pairs, line, n)


def _expected(shared: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each pair would share if every paper shared with all others alike."""
    n = len(shared)
    if n < 3:
        return np.zeros_like(shared)
    mean = shared.sum(axis=1) / (n - 1)
    return np.outer(mean, mean) / mean.mean() if mean.any() else np.zeros_like(shared)


def _line(values, n):
    if n < FEWEST:
        return None
    middle, high = np.quantile(values, (0.5, 0.9))
    scale = (high - middle) / math.log(5)
    tail = middle + scale * math.log(0.5 * len(values) / FALSE_ALARMS)
    return float(max(tail, FEW * math.log(n / 2)))


# --- numbers ----------------------------------------------------------------------------------


def borrowed(found: Sequence[Paper]) -> list[Borrowed]:
    """Whose code or text holds numbers that were given to somebody else.

    Either all of another student's numbers are assigned, or a number of at least five digits that
    at most two students of the class were given stands somewhere. Students who were given the
    same are left alone.

    Parameters
    ----------
    found : sequence of Paper
    """
    sets: dict[str, list[int]] = {}
    owners: dict[float, set[int]] = {}
    for place, one in enumerate(found):
        sets.setdefault(repr(one.parameters), []).append(place)
        for value in one.parameters.values():
            if _is_own(value):
                owners.setdefault(float(value), set()).add(place)
    told = []
    for place, one in enumerate(found):
        assigned, numbers = _numbers(one)
        what: dict[int, str] = {}
        for values in assigned:
            for other in sets.get(repr({name: values.get(name) for name in one.parameters}), []):
                if one.parameters and found[other].parameters != one.parameters:
                    what[other] = "all of the other's numbers are assigned"
        for number in numbers & set(owners):
            if place not in owners[number] and len(owners[number]) <= 2:
                for other in owners[number]:
                    what.setdefault(other, f"{number:.12g} was given to the other")
        told += [Borrowed(one.student, found[other].student, text) for other, text in what.items()]
    return told


def _numbers(one):
    """What its cells assign, and all numbers of its code and its text."""
    assigned, numbers = [], set()
    for cell in [*one.code, *one.given]:
        values, seen = fingerprints.literals(cell)
        assigned.append(values)
        numbers |= seen
    for text in one.written.values():
        for word in re.findall(r"\d+(?:\.\d+)?", text[: door.MAX_WRITTEN]):
            if len(word) < 30:
                numbers.add(float(word))
    return assigned, numbers


def _is_own(value):
    """Whether a number has so many digits that nobody writes it by chance."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return len(f"{value:.12g}".replace(".", "").replace("-", "").strip("0")) >= DIGITS
