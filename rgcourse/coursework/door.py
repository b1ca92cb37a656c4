"""The one door: whatever comes from a submission is checked here, once, before anybody uses it.

A file, its name, the lines that its process writes and every text in them are a stranger's.
What passes has the form that is written here; what does not costs its owner, and nobody else.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

__all__ = [
    "Event",
    "Notebook",
    "Place",
    "Replies",
    "Step",
    "TooMuch",
    "Unreadable",
    "file_name",
    "notebook",
    "one_line",
    "paragraphs",
    "safe_name",
]

MAX_FILE_BYTES = 100_000_000  # of a notebook as it lies on the disk
MAX_NOTEBOOK_BYTES = 20_000_000  # of it without the outputs of its cells
MAX_CELLS = 500
MAX_WRITTEN = 20_000  # characters of a written answer
MAX_FILE_PARTS = 4_000_000  # lists, dictionaries and what is in them; each takes memory
MAX_REPLY_PARTS = 1_000_000  # of all processes of a submission
MAX_REPLY_BYTES = 16_000_000  # of one process
MAX_REPLY_LINES = 100_000  # of one process; each takes the time of the grader
MAX_TEXT = 300  # characters of a reason
MAX_NAME_BYTES = 200  # a file system takes 255, and feedback adds an ending
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

KINDS = ("begin", "done", "value", "error", "end")

Step = tuple[str, int]  # ("cell", 3) or ("request", 0)
Place = tuple[int, int, str]  # cell, line in it, text of the line; only claimed, see `where`


class Unreadable(ValueError):
    """A submission is not a readable notebook of this course; the message says why."""


class TooMuch(ValueError):
    """A process has written more than anybody will read; the message says how much."""


# --- text and names ---------------------------------------------------------------------------


def one_line(text: object, most: int = MAX_TEXT) -> str:
    r"""A text in one line that is safe in a table, a file and a terminal.

    Examples
    --------
    >>> print(one_line("two\nlines, \x1b[31mred, half a \ud83d"))
    two lines, \x1b[31mred, half a \ud83d
    """
    return _shown(" ".join(str(text)[: 4 * most].split()))[:most]


def paragraphs(text: str, most: int = MAX_WRITTEN) -> str:
    """A text of several lines, each of them made safe as in `one_line`."""
    return "\n".join(_shown(part.expandtabs(4)) for part in text[:most].splitlines())[:most]


def safe_name(text: str) -> str:
    r"""The name of a file or student as it can be shown and stored; no two become the same.

    Examples
    --------
    >>> print(safe_name("José"), safe_name("Jos\udce9"), safe_name("a\x1b[2J"), safe_name("a\\x1b"))
    José Jos\udce9 a\x1b[2J a\\x1b
    """
    return _shown(text.replace("\\", "\\\\"))


def file_name(student: str, ending: str = "") -> str:
    """A name for a file of a student: the student's own where every file system takes it."""
    size = len(student.encode("utf-8", "surrogatepass"))
    is_plain = _shown(student) == student and not set(student) & set("/\\")
    if is_plain and student[:1] not in ("", ".") and size <= MAX_NAME_BYTES:
        return student + ending
    digest = sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    start = "".join(c for c in student if c.isascii() and (c.isalnum() or c in "-_"))
    return f"{start[:60] or 'student'}-{digest}{ending}"


def _shown(text):
    """Controls, half characters and turners of the direction of writing become visible."""
    return "".join(_escaped(c) if _is_unsafe(c) else c for c in text)


def _is_unsafe(character):
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs", "Zl", "Zp") or character in TURNING


def _escaped(character):
    number = ord(character)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


# --- the file ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Notebook:
    """What marking needs of a notebook: sources of its code cells, and its written answers."""

    code: list[str]
    written: dict[str, str]  # question: text
    student: str = ""  # whose numbers it was made with, and for which assignment, if it says so
    assignment: str = ""


def notebook(content: bytes) -> Notebook:
    """The `Notebook` in the bytes of a file.

    Only what is needed is looked at: metadata of a wrong form count as none.

    Raises
    ------
    Unreadable
        If it is too large, no notebook, or not in Python.
    """
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(_size(len(content), MAX_FILE_BYTES))
    if _parts(content) > MAX_FILE_PARTS:
        raise Unreadable(f"more than {MAX_FILE_PARTS} parts: clear the outputs")
    try:
        found = json.loads(content)
        cells = _list_of_dicts(found["cells"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if len(content) > MAX_NOTEBOOK_BYTES:
            raise Unreadable(_size(len(content), MAX_NOTEBOOK_BYTES)) from None
        raise Unreadable(f"not a notebook ({type(error).__name__})") from None
    if len(content) > MAX_NOTEBOOK_BYTES:
        size = len(content) - sum(_bytes_of_outputs(cell) for cell in cells)
        if size > MAX_NOTEBOOK_BYTES:
            raise Unreadable(_size(size, MAX_NOTEBOOK_BYTES) + " without outputs")
    language = _dict(_dict(found.get("metadata")).get("kernelspec")).get("language")
    if isinstance(language, str) and language.lower() not in ("python", "python3"):
        raise Unreadable(f"a notebook in {one_line(language, 20)}, expected Python")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"{len(cells)} cells; at most {MAX_CELLS}")
    code, written = [], {}
    for cell in cells:
        text, metadata = _source(cell.get("source")), _dict(cell.get("metadata"))
        tags, question = metadata.get("tags"), _dict(metadata.get("rgcourse")).get("question")
        if cell.get("cell_type") == "code":
            code.append(text)
            continue
        is_written = cell.get("cell_type") == "markdown" and isinstance(tags, list)
        if is_written and "written" in tags and isinstance(question, str):
            written[one_line(question)] = paragraphs(text)
    about = _dict(_dict(found.get("metadata")).get("rgcourse"))
    made_for = [about.get(key) for key in ("student", "assignment")]
    return Notebook(code, written, *(one_line(x) if isinstance(x, str) else "" for x in made_for))


def _size(size, most):
    return f"{size / 1e6:.0f} MB; at most {most / 1e6:.0f} MB"


def _parts(content):
    """At least as many as there are lists, dictionaries and things in them."""
    return content.count(b",") + content.count(b"[") + content.count(b"{")


def _list_of_dicts(value):
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise TypeError
    return value


def _dict(value):
    return value if isinstance(value, dict) else {}


def _source(source):
    if isinstance(source, list) and all(isinstance(part, str) for part in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable("not a notebook (a cell without a source)")
    return source


def _bytes_of_outputs(cell):
    """As Jupyter has written them, with three more spaces before each line."""
    if not cell.get("outputs"):
        return 0
    try:
        text = json.dumps(cell["outputs"], indent=1, ensure_ascii=False)
    except RecursionError:
        return 0
    return len(text.encode("utf-8", "surrogatepass")) + 3 * text.count("\n")


# --- what a process writes --------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """One checked line of a process: `kind` is begin, done, value, error or end."""

    kind: str
    step: Step | None = None
    answer: Any = None  # of a value; for `plain.decode`
    reason: str = ""  # of an error
    place: Place | None = None  # of an error, where the process says it arose


class Replies:
    """The replies of one process, in the only order that they can have.

    Each step, a cell or a request, begins when the one before it is over, and is over with `done`
    or `error` (a cell), `value` or `error` (a request). What is malformed, or out of its turn,
    counts as nothing: it cannot start the clock of another step, nor answer for one.

    Parameters
    ----------
    steps : sequence of (str, int)
        All steps of the process, in their order.
    parts : int
        How many of `MAX_REPLY_PARTS` earlier processes of the submission have used.
    """

    def __init__(self, steps: Sequence[Step], parts: int = 0) -> None:
        self.coming = [*reversed(steps)]
        self.step: Step | None = None  # the last that has begun
        self.over = True
        self.received, self.lines, self.parts = 0, 0, parts
        self.rest: list[bytes] = []

    @property
    def after_cells(self) -> bool:
        """Whether no cell is running or still to come."""
        cells = [*self.coming[-1:], *([] if self.over else [self.step])]
        return not any(step and step[0] == "cell" for step in cells)

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that are complete with this chunk.

        Raises
        ------
        TooMuch
            If the process has written more than `MAX_REPLY_BYTES`, or too many lines or parts.
        """
        self.received += len(chunk)
        self.lines += chunk.count(b"\n")
        if self.received > MAX_REPLY_BYTES or self.lines > MAX_REPLY_LINES:
            size = MAX_REPLY_BYTES // 1_000_000
            raise TooMuch(f"stopped: more than {MAX_REPLY_LINES} lines, or {size} MB of answers")
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join([*self.rest, lines[0]])
            self.rest = []
        self.rest.append(rest)
        for content in lines:
            event = self._event(content)
            if event:
                yield event

    def _event(self, content):
        parts = self.parts + _parts(content)
        if parts > MAX_REPLY_PARTS:
            raise TooMuch(f"stopped: more than {MAX_REPLY_PARTS} parts in all answers")
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            return None
        said = said if isinstance(said, dict) else {}
        kind = next((kind for kind in KINDS if kind in said), None)
        if kind == "end":
            return Event("end") if self.over and not self.coming else None
        step = _step(said.get(kind))
        if step is None:
            return None
        if kind == "begin":
            if not (self.over and self.coming and step == self.coming[-1]):
                return None
            self.step, self.over = self.coming.pop(), False
            return Event("begin", step)
        ends = ("done", "error") if step[0] == "cell" else ("value", "error")
        if self.over or step != self.step or kind not in ends:
            return None
        self.over, self.parts = True, parts
        reason = said.get("reason")
        told = one_line(reason) if isinstance(reason, str) else "no reason given"
        return Event(kind, step, said.get("answer"), told, _place(said.get("at")))


def _step(value):
    """("cell" or "request", number), or None."""
    if isinstance(value, list) and len(value) == 2:
        kind, number = value
        if kind in ("cell", "request") and type(number) is int:
            return kind, number
    return None


def _place(value):
    """(cell, line, text), or None."""
    if isinstance(value, list) and len(value) == 3:
        cell, line, text = value
        if type(cell) is int and type(line) is int and isinstance(text, str):
            return cell, line, text[: 2 * MAX_TEXT]
    return None
