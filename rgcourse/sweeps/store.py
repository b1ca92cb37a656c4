"""The store of a sweep: a journal with a head that says what the sweep is, and a row a task."""

import dis
import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from .. import _journal
from .tasks import key_of

__all__ = ["Store", "identity"]

HEAD = "sweep"
MADE_OF = "made of"
Identity = dict[str, Any]


class Store:
    """What is finished, in memory and, with a `path`, on disk before the next is counted.

    `rows` is {key of the task: its row}; a row has "task", and "result" or "reason".

    Raises
    ------
    ValueError
        If the file at `path` is that of another sweep, which is then told, or of none.
    """

    def __init__(self, path: str | Path | None, expected: Identity) -> None:
        self.path = None if path is None else Path(path)
        self.rows: dict[str, dict[str, Any]] = {}
        if self.path is None:
            return
        heads, self.rows = read(self.path)
        for head in heads:
            _compare(self.path, head, expected)
        if not heads:
            _journal.append(self.path, [{HEAD: expected}])

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows, for good."""
        rows = list(rows)
        if self.path is not None and rows:
            _journal.append(self.path, rows)
        self.rows.update((key_of(row["task"]), row) for row in rows)

    def has(self, task: dict[str, Any]) -> bool:
        """Whether there is a result of this task; one that failed is tried again."""
        return "result" in self.rows.get(key_of(task), ())


def read(path: Path) -> tuple[list[Identity], dict[str, dict[str, Any]]]:
    """Heads, and rows by key, of the file at `path`; ValueError if it is no store of a sweep."""
    heads: list[Identity] = []
    rows: dict[str, dict[str, Any]] = {}
    for entry in _journal.entries(path):
        if isinstance(entry, dict) and isinstance(entry.get(HEAD), dict):
            heads.append(entry[HEAD])
        elif isinstance(entry, dict) and isinstance(entry.get("task"), dict):
            key = key_of(entry["task"])
            if "result" in entry or "result" not in rows.get(key, ()):
                rows[key] = entry
    if not heads and path.exists() and not _is_new(path):
        raise ValueError(f"{path} is no store of a sweep, or has lost its head; name another file")
    return heads, rows


def identity(
    function: Callable[..., Any], names: Iterable[str], seed: int, *, remembered: bool = True
) -> Identity:
    """What two runs share if their results may stand in one store.

    The function's name, a digest of its source, and the same of what it uses of its own module:
    functions and classes, numbers and texts, and arrays. What it imports is told by the versions of
    this package and of NumPy alone. What need not be `remembered` may be any callable.

    Raises
    ------
    ValueError
        If the source cannot be read.
    """
    return {
        "function": getattr(_bare(function), "__qualname__", repr(function)),
        "seed": seed,
        "parameters": sorted(names),
        "rgcourse": version("rgcourse"),
        "numpy": np.__version__,
        MADE_OF: _parts(function, {}) if remembered else {},
    }


def _is_new(path):
    """Whether nothing is in the file, or no more than a head that was cut short."""
    text, head = path.read_bytes().strip(), f'{{"{HEAD}": '.encode()
    return b"\n" not in text and (head.startswith(text) or text.startswith(head))


def _compare(path, was, expected):
    """ValueError that names what differs between two identities."""
    was, now = _flat(was), _flat(json.loads(json.dumps(expected)))
    changed = [
        f"{name} was {was.get(name, 'not there')}, is {now.get(name, 'not there')}"
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
    if changed:
        raise ValueError(
            f"{path} holds another sweep ({'; '.join(changed)}): name a new file, or go back to "
            f"what it was"
        )


def _flat(one):
    return {name: value for name, value in one.items() if name != MADE_OF} | one.get(MADE_OF, {})


def _bare(function):
    """The plain function behind a partial, a decorated and a compiled one."""
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(getattr(function, "py_func", function))


def _parts(function, seen):
    """{name: digest of the source, or value} of a function and of what it uses of its module."""
    while isinstance(function, functools.partial):
        bound = {str(n): v for n, v in [*enumerate(function.args), *function.keywords.items()]}
        seen |= {f"argument {n}": _told(value) for n, value in bound.items()}
        function = function.func
    bare = _bare(function)
    if not isinstance(bare, FunctionType):
        raise ValueError(
            f"a store needs a function whose source it can remember, got {function!r}: define one "
            f"by def, and call this in it"
        )
    seen[f"the source of {bare.__qualname__}"] = _source(bare)
    for name, value in _used(bare):
        own = getattr(value, "__module__", None) == bare.__module__
        if name in seen or value is bare:
            continue
        if own and isinstance(_bare(value), FunctionType):
            if f"the source of {_bare(value).__qualname__}" not in seen:
                _parts(value, seen)
        elif own and inspect.isclass(value):
            seen[f"the source of {name}"] = _source(value)
        elif (told := _told(value)) is not None:
            seen[name] = told
    return seen


def _used(function):
    """(name, value) of the globals, captured variables and defaults that a function reads."""
    for name in sorted(_globals_read(function.__code__)):
        if name in function.__globals__:
            yield name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not yet set
            continue
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.default is not parameter.empty:
            yield f"{function.__qualname__}({name}=)", parameter.default


def _globals_read(code):
    names = {one.argval for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"}
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return names.union(*map(_globals_read, inner))


def _told(value):
    """A plain value as JSON has it, an array as a digest, None for anything else."""
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind != "O":
        if value.ndim == 0:
            return value.item() if value.dtype.kind in "biufU" else str(value)
        return f"array {_digest(value.tobytes())} of shape {value.shape}"
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        return None
    return value if len(text) < 80 else f"{type(value).__name__} {_digest(text.encode())}"


def _source(thing):
    try:
        return _digest(inspect.getsource(thing).encode())
    except (OSError, TypeError):
        raise ValueError(
            f"the source of {thing.__qualname__} cannot be read, so that a store could not tell "
            f"when it changes: define it in a file or in a cell of a notebook"
        ) from None


def _digest(data):
    return hashlib.sha256(data).hexdigest()[:12]
