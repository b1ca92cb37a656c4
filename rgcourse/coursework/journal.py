"""The journal of a marking: rows that are finished, on the disk before the next is counted."""

import contextlib
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from .. import _journal
from .key import Key
from .submissions import Paper, Submission
from .tables import Row

__all__ = ["Journal", "judge", "locked", "place_of"]

# What decides on a mark. A row that other code has marked is marked again.
JUDGES = (
    "cases", "child", "door", "grade", "mistakes", "plain", "sandbox", "shell", "submissions",
    "tree", "verdicts", "walls",
)  # fmt: skip
FIRST = "first marking"


class Journal:
    """Rows that are finished, one JSON line each, on disk before the next is counted."""

    def __init__(self, path: str | Path, key: Key) -> None:
        self.path = Path(path)
        self.by = {"version": version("rgcourse"), "judge": judge()}
        self.stamp = _stamp(key, self.by)
        self.rows: dict[tuple[str, str, str], Row] = {}
        self.last: dict[str, dict[str, str]] = {}  # of each student, without the row
        for entry in _journal.entries(self.path):
            with contextlib.suppress(KeyError, TypeError):  # a line that is no entry
                if isinstance(entry["row"], dict):
                    self.rows[entry["student"], entry["digest"], entry["key"]] = entry["row"]
                    self.last[entry["student"]] = entry

    def row(self, submission: Submission | Paper) -> Row | None:
        """The finished row of a submission as it is now, None if there is none."""
        return self.rows.get((submission.student, submission.digest, self.stamp))

    def why(self, submission: Submission | Paper) -> str:
        """Why a submission is marked, or has another row than it had last; "" if neither."""
        last = self.last.get(submission.student)
        if last is None:
            return FIRST
        if last["digest"] != submission.digest:
            return "the paper has changed"
        if last["key"] == self.stamp:
            return ""
        if last.get("version") != self.by["version"]:
            was = last.get("version", "an older one")
            return f"the package has changed, from {was} to {self.by['version']}"
        if last.get("judge") != self.by["judge"]:
            return "the code that marks has changed"
        return "the key or the source of the assignment has changed"

    def add(self, submission: Submission | Paper, row: Row) -> None:
        """Keep a row, for good; of a `Paper`, for the very bytes that were marked."""
        entry = {"student": submission.student, "digest": submission.digest, "key": self.stamp}
        entry |= self.by
        self.rows[submission.student, entry["digest"], self.stamp] = row
        self.last[submission.student] = entry
        _journal.append(self.path, [entry | {"row": row}])


def judge() -> str:
    """A digest of the code that decides on marks."""
    folder = Path(__file__).parent
    code = b"".join((folder / f"{name}.py").read_bytes() for name in JUDGES)
    return sha256(code).hexdigest()[:16]


def place_of(table: str | Path) -> Path:
    """Where the journal of a table of marks lies: `grades.csv.journal`."""
    table = Path(table)
    return table.with_name(f"{table.name}.journal")


def _stamp(key, by):
    parts = [*by.values(), key.class_key, key.shared, key.assignment.text()]
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def locked(path: str | Path, output: str | Path) -> contextlib.AbstractContextManager[None]:
    """Context in which nobody else marks with the journal at `path`, and into `output`.

    Raises
    ------
    ValueError
        If another process does.
    """
    return _journal.locked(
        path,
        f"another `rgcourse grade` is writing {output} right now: wait until it has finished, or "
        "give this one another table by -o",
    )
