"""Slips of bets: the file that a reader saves from the page *Collect your bets*, tabulated."""

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .grade import harmless

__all__ = ["read_slip", "write_slips"]

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


def write_slips(paths: Iterable[str | Path], output: str | Path) -> int:
    """Write a table with a line for each slip, by the name of its file; how many there were."""
    lines = [COLUMNS]
    for path in sorted(map(Path, paths)):
        try:
            bets, status = read_slip(path), "read"
        except (ValueError, OSError) as error:
            bets, status = [], str(error)
        times = [bet["at"] for bet in bets]
        right = sum(bet["right"] for bet in bets)
        ends = (times[0], times[-1]) if times else ("", "")
        name = path.stem.encode("utf-8", "backslashreplace").decode()  # of bytes that are no UTF-8
        lines.append((name, len(bets), right, *ends, status))
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([harmless(map(str, line)) for line in lines])
    return len(lines) - 1
