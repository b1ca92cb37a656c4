"""What students handed in: which files there are, and their bytes, each read once."""

import os
import stat
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from . import door
from .door import MAX_CELLS, MAX_FILE_BYTES, MAX_NOTEBOOK_BYTES, Unreadable

__all__ = ["Paper", "Submission", "Unreadable", "find", "load", "read"]
__all__ += ["MAX_CELLS", "MAX_FILE_BYTES", "MAX_NOTEBOOK_BYTES"]

NOTHING = "nothing was handed in"
SEVERAL = "expected one notebook in the folder, found none or several"


@dataclass(frozen=True)
class Submission:
    """What one student handed in: whose it is, and its path (None if nothing was handed in)."""

    student: str
    path: Path | None
    problem: str = ""  # why it cannot be marked, as far as its name tells

    @property
    def digest(self) -> str:
        """Changes when the file changes."""
        return load(self).digest


@dataclass(frozen=True)
class Paper:
    """The bytes of a submission, read once: what is marked is what the digest belongs to."""

    student: str
    content: bytes | None
    problem: str = ""  # why there are none

    @property
    def digest(self) -> str:
        """Changes when the file changes."""
        if self.content is None:
            return "nothing" if self.problem == NOTHING else "no file"
        return sha256(self.content).hexdigest()[:16]

    def notebook(self) -> door.Notebook:
        """The notebook in the file; `Unreadable` if there is none that can be marked."""
        if self.content is None:
            raise Unreadable(self.problem)
        return door.notebook(self.content)


def find(folder: str | Path, roster: Iterable[str] = ()) -> list[Submission]:
    """The `Submission`s in a folder: `ada.ipynb`, or `ada/` with one notebook in it.

    Whatever else lies there is a submission too, and will be marked as unreadable; so will two
    files of one student, and a file whose name is no text. Students of the roster without a file
    come last. Hidden files are not looked at. A name that a Mac has taken apart into letters and
    accents is that of the roster.

    Raises
    ------
    ValueError
        If there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder of submissions")
    roster = list(roster)
    spelled = {unicodedata.normalize("NFC", student): student for student in roster}
    found: dict[str, Submission] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        raw = path.name if _is_folder(path) else path.stem
        composed = unicodedata.normalize("NFC", raw)
        student = door.safe_name(spelled.get(composed, composed))
        problem = _problem_of_name(raw, path)
        if student in found:
            first = door.safe_name(_top(found[student].path, folder))
            problem = f"{first} and {door.safe_name(path.name)} are both of {student}; keep one"
        found[student] = Submission(student, _notebook_in(path), problem)
    for student in roster:
        found.setdefault(door.safe_name(student), Submission(door.safe_name(student), None))
    return list(found.values())


def _top(path, folder):
    return path.relative_to(folder).parts[0]


def _is_folder(path):
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _problem_of_name(raw, path):
    if door.safe_name(raw) != raw:
        return f"its name, {door.safe_name(path.name)}, is not plain text: name it as the student"
    if len(os.fsencode(path.name)) > door.MAX_NAME_BYTES:
        size = len(os.fsencode(path.name))
        return f"a name of {size} bytes; at most {door.MAX_NAME_BYTES}"
    return ""


def load(submission: Submission) -> Paper:
    """The bytes of a submission, if it is one ordinary file of a size that will be read.

    Whatever is wrong with it becomes the `problem` of the `Paper`; nothing is raised.
    """
    if submission.problem or submission.path is None:
        return Paper(submission.student, None, submission.problem or NOTHING)
    try:
        return Paper(submission.student, _content(submission.path))
    except Unreadable as error:
        return Paper(submission.student, None, str(error))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return Paper(submission.student, None, f"cannot be read ({door.one_line(why)})")


def _notebook_in(path):
    """The one notebook in a folder; where there is none, or several, the folder itself."""
    if not _is_folder(path):
        return path
    try:
        with os.scandir(path) as entries:
            names = [e.name for e in entries if e.name.endswith(".ipynb") and e.name[0] != "."]
    except OSError:
        return path
    return path / names[0] if len(names) == 1 else path


def _content(path):
    """Opened without following a link or waiting for a pipe; its size is looked at first."""
    if _is_folder(path):
        os.scandir(path).close()  # says so if we may not look into it
        raise Unreadable(SEVERAL)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise Unreadable("not an ordinary file")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("not an ordinary file")
        size = about.st_size
        if size <= MAX_FILE_BYTES:
            content = file.read(MAX_FILE_BYTES + 1)
            size = len(content)
        if size > MAX_FILE_BYTES:
            raise Unreadable(f"{size / 1e6:.0f} MB; at most {MAX_FILE_BYTES / 1e6:.0f} MB")
    return content


def read(submission: Submission) -> tuple[list[str], dict[str, str]]:
    """Sources of the code cells, and {question: text} of the written answers.

    Raises
    ------
    Unreadable
        If there is no file, or it is too large, no notebook, or not in Python.
    """
    notebook = load(submission).notebook()
    return notebook.code, notebook.written
