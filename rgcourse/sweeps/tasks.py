"""Tasks: points of a grid with a replica, their generators, and the work on some of them."""

import hashlib
import itertools
import json
import math
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import _checks

__all__ = ["axes_of", "key_of", "task_generator", "tasks_of", "work"]

REPLICA = "replica"
RESERVED = (REPLICA, "rng")
LONGEST = 500  # characters of a reason
Task = dict[str, Any]


def task_generator(seed: int, parameters: Mapping[str, Any]) -> np.random.Generator:
    """The Generator of one task, which depends on the seed and on the parameters alone.

    The seed is that of the sweep; the spawn key is the SHA-256 of the parameters as sorted JSON. So
    it is the same whatever the executor, the order or the rest of the grid. 1 and 1.0 differ.

    Parameters
    ----------
    seed : int
        Of the sweep, not negative.
    parameters : mapping
        Name and value, a number or a text, of each parameter. `run_sweep` adds `replica`, from 0.

    Raises
    ------
    ValueError
        If the seed is no such number, or a value is neither number nor text.

    Examples
    --------
    The order of the names does not matter.

    >>> a = task_generator(1, {"K": 0.4, "replica": 0})
    >>> b = task_generator(1, {"replica": 0, "K": 0.4})
    >>> a.random() == b.random()
    True
    >>> task_generator(1, {"K": 0.4, "replica": 1}).random() == b.random()
    False
    """
    seed = _checks.integer("seed", seed, minimum=0)
    key = key_of({name: _plain(name, value) for name, value in parameters.items()})
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), "<u4")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(words.tolist())))


def key_of(task: Task) -> str:
    """What a task is known by: its parameters and its replica, as sorted JSON."""
    return json.dumps(task, sort_keys=True)


def axes_of(grid: Mapping[str, Iterable[Any]], n_seeds: int) -> dict[str, list[Any]]:
    """{parameter: its values}, as plain numbers and texts, with the replicas last.

    Raises
    ------
    ValueError
        For a grid that is none, a name that is taken, an axis that is empty or has a value twice,
        and a value that is neither number nor text.
    """
    if not isinstance(grid, Mapping):
        raise ValueError(
            f"grid must be {{parameter: values}}, got {type(grid).__name__}; for example "
            f"{{'L': [8, 16], 'K': np.linspace(0.4, 0.5, 11)}}"
        )
    axes = {}
    for name, values in grid.items():
        if name in RESERVED or not isinstance(name, str):
            raise ValueError(
                f"a parameter cannot be called {name!r}: a sweep itself gives {REPLICA} and rng"
            )
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise ValueError(f"{name} must be a list of values, got {values!r}; use [{values!r}]")
        axes[name] = [_plain(name, value) for value in values]
        if not axes[name]:
            raise ValueError(f"{name} has no value: give one or more, or take it out of the grid")
        if len(set(axes[name])) < len(axes[name]):
            raise ValueError(f"{name} has a value twice in {axes[name]}; for more runs use n_seeds")
    return axes | {REPLICA: list(range(_checks.integer("n_seeds", n_seeds, minimum=1)))}


def tasks_of(axes: Mapping[str, list[Any]]) -> list[Task]:
    """All tasks of the axes, the last axis fastest."""
    return [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]


def work(function: Callable[..., Any], batch: list[Task], seed: int) -> list[dict[str, Any]]:
    """Rows of some tasks: each with its result or, where it raised, the reason why there is none.

    This is what runs on a worker. A task that raises does not take the others with it.
    """
    rows: list[dict[str, Any]] = []
    for task in batch:
        arguments = {name: value for name, value in task.items() if name != REPLICA}
        try:
            result = function(**arguments, rng=task_generator(seed, task))
            if not isinstance(result, Mapping):
                raise TypeError(
                    f"the function of a sweep returns {{name: number or array}}, got {result!r}"
                )
            values = {str(n): _checks.real_array(n, v).tolist() for n, v in result.items()}
            rows.append({"task": task, "result": values})
        except Exception as error:
            rows.append({"task": task, "reason": said(error)})
    return rows


def said(error: BaseException) -> str:
    """An error in a line: its type, its message and, if it has been raised, where."""
    text = f"{type(error).__name__}: {error}"[:LONGEST]
    if not (frames := traceback.extract_tb(error.__traceback__)):
        return text
    return f"{text} (line {frames[-1].lineno} of {Path(frames[-1].filename).name})"


def _plain(name, value):
    """A value of the grid as Python's own, which JSON writes and reads again without loss."""
    value = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
    finite = not isinstance(value, float) or math.isfinite(value)
    if isinstance(value, (bool, int, float, str)) and finite:
        return value
    raise ValueError(
        f"values of {name} must be finite numbers or texts, got {value!r} of type "
        f"{type(value).__name__}; name what you mean by one, and look it up in the function"
    )
