"""What students handed in: which files there are, and the code in them."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Submission", "Unreadable", "find", "read"]

MAX_NOTEBOOK_BYTES = 20_000_000
MAX_CELLS = 500


class Unreadable(ValueError):
    """A submission is not a readable notebook of this course; the message says why."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in: whose it is, and its path (None if nothing was handed in)."""

    student: str
    path: Path | None

    @property
    def digest(self) -> str:
        """Changes when the file changes."""
        if self.path is None:
            return "nothing"
        if not self.path.is_file():
            return "no file"
        hasher = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(1 << 20):
                hasher.update(block)
        return hasher.hexdigest()[:16]


def find(folder: str | Path, roster: Iterable[str] = ()) -> list[Submission]:
    """The `Submission`s in a folder: `ada.ipynb`, or `ada/` with one notebook in it.

    Whatever else lies there is a submission too, and will be marked as unreadable; students of the
    roster without a file come last. Hidden files are not looked at.

    Raises
    ------
    ValueError
        If there is no such folder, or two files belong to one student.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder of submissions")
    found: dict[str, Submission] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        student = path.name if path.is_dir() else path.stem
        if student in found:
            first = found[student].path or path
            raise ValueError(f"{first.name} and {path.name} are both of {student}; keep one")
        found[student] = Submission(student, _notebook_in(path))
    for student in roster:
        found.setdefault(student, Submission(student, None))
    return list(found.values())


def _notebook_in(path):
    if not path.is_dir() or path.is_symlink():
        return path
    inside = sorted(p for p in path.glob("*.ipynb") if not p.name.startswith("."))
    return inside[0] if len(inside) == 1 else path


def read(submission: Submission) -> tuple[list[str], dict[str, str]]:
    """Sources of the code cells, and {question: text} of the written answers.

    Raises
    ------
    Unreadable
        If there is no file, or it is too large, no notebook, or not in Python.
    """
    path = submission.path
    if path is None:
        raise Unreadable("nothing was handed in")
    if path.is_dir():
        raise Unreadable("expected one notebook in the folder, found none or several")
    if path.is_symlink() or not path.is_file():
        raise Unreadable("not an ordinary file")
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        size, most = path.stat().st_size / 1e6, MAX_NOTEBOOK_BYTES / 1e6
        raise Unreadable(f"{size:.0f} MB; at most {most:.0f} MB")
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        language = notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        parts = [(c["cell_type"], _text(c["source"]), c.get("metadata", {})) for c in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"not a notebook ({type(error).__name__})") from None
    if str(language).lower() not in ("python", "python3"):
        raise Unreadable(f"a notebook in {str(language)[:20]}, expected Python")
    if len(parts) > MAX_CELLS:
        raise Unreadable(f"{len(parts)} cells; at most {MAX_CELLS}")
    code = [_plain_python(text) for kind, text, _ in parts if kind == "code"]
    written = {}
    for kind, text, metadata in parts:
        about = metadata.get("rgcourse", {}) if isinstance(metadata, dict) else {}
        is_answer = kind == "markdown" and "written" in _list(metadata.get("tags"))
        if is_answer and isinstance(about, dict):
            written[str(about.get("question"))] = text[:20_000]
    return code, written


def _text(source):
    text = source if isinstance(source, str) else "".join(source)
    if not isinstance(text, str):
        raise TypeError
    return text


def _list(value):
    return value if isinstance(value, list) else []


def _plain_python(source):
    """The cell without IPython's own lines, which mean nothing outside a notebook."""
    if source.lstrip().startswith("%%"):
        return ""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)
