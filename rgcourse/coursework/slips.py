"""Slips of bets: the file that a reader saves from the page *Collect your bets*, tabulated.

A slip counts if it is complete, whether or not the bets in it are right. What is complete is said
by a table of the bets that were due, with the columns `page`, and `number` and `week` if you like:
without a number, any bet on the page will do.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import by_hand, door
from .tables import as_csv, replace

__all__ = ["Due", "checked", "missing", "read_due", "read_slip", "write_slips"]

FORMAT = "rgcourse-bets-1"
MAX_BYTES = 200_000
MAX_BETS = 500
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
KINDS = {"page": str, "number": int, "answer": str, "right": bool, "at": str}
COLUMNS = ("student", "bets", "right", "first", "last", "status")


def read_slip(path: str | Path) -> list[dict[str, Any]]:
    """The bets of a slip, each once, in the order of their times.

    Parameters
    ----------
    path : str or Path
        The file, of a stranger: nothing of it is believed but its form.

    Returns
    -------
    list of dict
        With `page`, `number`, `answer`, `right` and `at`, as the page of the book has them.

    Raises
    ------
    ValueError
        If it is no slip of this format; the message says why.
    """
    if not Path(path).is_file():
        raise ValueError("not a file")  # a pipe would be waited for
    with Path(path).open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return checked(content)


def checked(content: bytes) -> list[dict[str, Any]]:
    """The bets in the bytes of a slip, as `read_slip` gives them, and with its errors.

    Parameters
    ----------
    content : bytes
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES // 1000} kB, which no slip is")
    try:
        slip = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON: save the slip again, as a file") from error
    if not isinstance(slip, dict) or slip.get("format") != FORMAT:
        raise ValueError(f"not a slip of format {FORMAT!r}")
    bets = slip.get("bets")
    if not isinstance(bets, list) or len(bets) > MAX_BETS:
        raise ValueError(f"`bets` must be a list of at most {MAX_BETS}")
    once: dict[tuple[str, int], dict[str, Any]] = {}
    for bet in sorted(map(_checked, bets), key=lambda bet: bet["at"]):
        once.setdefault((bet["page"], bet["number"]), bet)  # the first one counts
    return list(once.values())


def _checked(bet):
    if not isinstance(bet, dict) or any(type(bet.get(k)) is not kind for k, kind in KINDS.items()):
        raise ValueError(f"each bet needs {', '.join(KINDS)}, of the right kinds")
    if not TIME.fullmatch(bet["at"]):
        raise ValueError("a time is written as 2026-10-12T09:30:00Z")
    return {name: bet[name] for name in KINDS}


@dataclass(frozen=True)
class Due:
    """A bet that was to be made: on this page, with this number (0: any), in this week."""

    page: str
    number: int = 0
    week: str = ""

    def __str__(self) -> str:
        return f"{self.page} {self.number}" if self.number else self.page


def read_due(path: str | Path) -> list[Due]:
    """The bets that were due, from a table with the columns `page`, `number`, `week`.

    Raises
    ------
    ValueError
        If there is no column `page`, no line, a number that is none, or a bet twice.
    """
    table = by_hand.read(path)
    if len(table) < 2 or "page" not in table[0]:
        raise ValueError(f"{path} needs a column `page` (and `number`, `week`), and lines")
    due: list[Due] = []
    for place, line in enumerate(table[1:], 2):
        row = {name: cell.strip() for name, cell in zip(table[0], line, strict=False)}
        number = row.get("number", "") or "0"
        if not (number.isascii() and number.isdigit()):
            raise ValueError(f"{path}, line {place}: {door.one_line(number, 20)!r} is no number")
        one = Due(_page(row["page"]), int(number), row.get("week", ""))
        if (one.page, one.number) in [(other.page, other.number) for other in due]:
            raise ValueError(f"{path}, line {place}: {one} is there twice")
        due.append(one)
    return due


def missing(bets: Iterable[Mapping[str, Any]], due: Iterable[Due]) -> list[Due]:
    """Those of the bets that were due which are not in a slip.

    Parameters
    ----------
    bets : list of dict
        From `read_slip`.
    due : list of Due
    """
    made = {(_page(bet["page"]), bet["number"]) for bet in bets}
    pages = {page for page, _ in made}
    return [
        one
        for one in due
        if (one.page, one.number) not in made and (one.number or one.page not in pages)
    ]


def _page(name):
    """A page is the same with and without its ending, and the folder that all of them share."""
    return name.strip("/").removeprefix("book/").removesuffix(".ipynb").removesuffix(".md")


def write_slips(
    paths: Iterable[str | Path],
    output: str | Path,
    due: Sequence[Due] = (),
    roster: Iterable[str] = (),
) -> int:
    """Write a table with a line for each slip, by the name of its file; how many there were.

    Parameters
    ----------
    paths : iterable of Path
    output : str or Path
        The table, as CSV.
    due : list of Due
        With it, the table says the share of them that each student has made, of all and of each
        week, and which are missing.
    roster : iterable of str
        Students who get a line even without a slip.
    """
    weeks = list(dict.fromkeys(one.week for one in due if one.week))
    by_week = {week: [one for one in due if one.week == week] for week in weeks}
    more = [*(f"week {week}" for week in weeks), "complete", "missing"] if due else []
    lines: list[Sequence[object]] = [[*COLUMNS, *more]]
    found = {_name(path.stem): path for path in sorted(map(Path, paths))}
    absent = {_name(student) for student in roster} - set(found)
    for student in [*found, *sorted(absent)]:
        bets, status = _read(found.get(student))
        times = [bet["at"] for bet in bets]
        right = sum(bet["right"] for bet in bets)
        ends = (times[0], times[-1]) if times else ("", "")
        line: list[object] = [student, len(bets), right, *ends, door.one_line(status)]
        if due:
            left = missing(bets, due)
            line += [_share(by_week[week], left) for week in weeks]
            line += [_share(due, left), door.one_line("; ".join(map(str, left)))]
        lines.append(line)
    replace(output, as_csv(lines))
    return len(found)


def _read(path):
    """The bets of a slip, and how it was read."""
    if path is None:
        return [], "no slip was handed in"
    try:
        return read_slip(path), "read"
    except (ValueError, OSError) as error:
        return [], str(error)


def _share(due, left):
    return f"{1 - sum(one in left for one in due) / len(due):.4g}"


def _name(text):
    return door.safe_name(unicodedata.normalize("NFC", text))
