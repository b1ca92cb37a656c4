"""Journals: JSON lines that are on the disk before anything counts on them, and their lock."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# Descriptors that hold a lock. A process that is forked meanwhile has copies, and as long as one is
# open the lock is held, even when its owner is gone.
_held: set[int] = set()


def entries(path: str | Path) -> Iterator[Any]:
    """What stands in the journal at `path`, in order; nothing when there is no such file.

    A line that was cut short, by a kill or by a full disk, is no line.
    """
    path = Path(path)
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def append(path: str | Path, new: Iterable[Any]) -> None:
    """Write the entries `new`, a line each, at the end of the journal: on return they are on disk.

    They begin on a line of their own, so that what was cut short before them does no harm.

    Raises
    ------
    OSError
        When the disk is full, say; what was written before stands as it was.
    """
    text = "".join(f"\n{json.dumps(entry)}" for entry in new) + "\n"
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OSError(
            error.errno,
            f"{error.strerror}; what was written before is kept: make room, and start again",
            os.fspath(path),
        ) from error


@contextlib.contextmanager
def locked(path: str | Path, refusal: str) -> Iterator[None]:
    """Nobody else is in here with the journal at `path`, which is made if it is not there.

    The lock is the system's: it is gone with its process, however that ends. Without Unix, and on a
    file system that knows no locks, there is none.

    Raises
    ------
    ValueError
        With the text `refusal`, if another process has it.
    """
    try:
        import fcntl
    except ImportError:  # no Unix
        yield
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(refusal) from None
        except OSError:  # a file system that knows no locks
            pass
        _held.add(descriptor)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # also where a copy is not yet closed
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def _let_go():
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
