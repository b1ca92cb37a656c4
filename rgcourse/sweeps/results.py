"""What a sweep has found: a labelled Dataset, what is missing in it, and means over replicas."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..statistics import Estimate, ShortChainError, mean_of, r_hat
from . import store as stores
from .tasks import REPLICA, Task, key_of, tasks_of

if TYPE_CHECKING:
    import xarray

__all__ = ["Failure", "StalledError", "SweepError", "dataset_of", "pooled", "stored_sweep"]

Rows = Mapping[str, dict[str, Any]]
MOST_R_HAT = 1.1  # above it replicas have not forgotten where they began
WITHOUT_XARRAY = (
    "a sweep gives an xarray.Dataset, and xarray is not installed: pip install 'rgcourse[scale]'"
)


class Failure(NamedTuple):
    """A task without a result: its parameters with `replica`, and the reason."""

    task: Task
    reason: str


class SweepError(RuntimeError):
    """Tasks have failed; the others are done.

    Parameters
    ----------
    message : str
    failures : list of Failure
        Each task that failed, with the reason.
    result : xarray.Dataset
        The others; nan where there is no result.
    """

    def __init__(self, message: str, failures: list[Failure], result: "xarray.Dataset") -> None:
        super().__init__(message)
        self.failures, self.result = failures, result

    def __reduce__(self) -> tuple[Any, ...]:  # pickle would call with the message alone
        return type(self), (*self.args, self.failures, self.result), self.__dict__


class StalledError(RuntimeError):
    """A sweep cannot go on: nothing came for too long, or the executor takes nothing more.

    Parameters
    ----------
    message : str
    result : xarray.Dataset
        What has been finished; nan elsewhere.
    """

    def __init__(self, message: str, result: "xarray.Dataset") -> None:
        super().__init__(message)
        self.result = result

    def __reduce__(self) -> tuple[Any, ...]:  # pickle would call with the message alone
        return type(self), (*self.args, self.result), self.__dict__


def pooled(
    dataset: "xarray.Dataset", name: str, over: str = REPLICA, *, along: str | None = None
) -> Estimate:
    """The mean over independent replicas, as an `Estimate` with the error of the mean.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `run_sweep`, with two replicas or more.
    name : str
        Of the result.
    over : str
        Dimension of what is independent. The other dimensions stay, in their order.
    along : str, optional
        Dimension along which every replica is a series, as `"energy_0"`. The mean along it is
        taken too, after a look at R-hat, whether the replicas agree as they should.

    Raises
    ------
    ValueError
        For a name or a dimension that is not there, one replica, or results that are missing.
    ShortChainError
        If R-hat, `rgcourse.statistics.r_hat`, is above 1.1 somewhere. Its `.estimate` is what would
        have been returned.

    Examples
    --------
    >>> pooled(dataset, "energy")[0]  # doctest: +SKIP
    Estimate(0.7053 ± 0.0021)
    """
    if name not in dataset.data_vars:
        raise ValueError(f"the sweep has {', '.join(map(str, dataset.data_vars))}, got {name!r}")
    first = [over] if along is None else [over, along]
    for dim in first:
        if dim not in dataset[name].dims:
            raise ValueError(f"{name} has the dimensions {dataset[name].dims}, got {dim!r}")
    values = dataset[name].transpose(*first, ...).to_numpy()
    if along is None:
        return mean_of(values)
    estimate, worst = mean_of(values.mean(axis=1)), float(np.max(r_hat(values)))
    if not worst <= MOST_R_HAT:
        raise ShortChainError(
            f"R-hat of {name} is {worst:.3g}, expected {MOST_R_HAT} or less: the replicas differ "
            f"by more than they move, and {estimate} may have forgotten nothing of their starts. "
            f"Make the series longer, or drop its beginning",
            estimate,
        )
    return estimate


def stored_sweep(store: str | Path) -> "xarray.Dataset":
    """What stands in a store: all that is finished, also while the sweep is running.

    Parameters
    ----------
    store : path
        As `run_sweep` was given.

    Raises
    ------
    ValueError
        If there is no such store.

    Examples
    --------
    >>> stored_sweep("ising.sweep").to_zarr("ising.zarr")  # doctest: +SKIP
    """
    path = Path(store)
    heads, rows = stores.read(path)
    if not heads:
        raise ValueError(f"{path} is no store of a sweep, or nothing is in it yet")
    axes: dict[str, list[Any]] = {}
    for row in rows.values():
        for name, value in row["task"].items():
            if value not in (known := axes.setdefault(name, [])):
                known.append(value)
    ordered = {name: _ordered(axes[name]) for name in axes}
    return dataset_of(rows, ordered, heads[-1])


def dataset_of(rows: Rows, axes: dict[str, list[Any]], head: Mapping[str, Any]) -> "xarray.Dataset":
    """The results as `xarray.Dataset` with the dimensions of `axes`, and then each result's own.

    ImportError without xarray; ValueError if a result does not have one shape everywhere.
    """
    try:
        import xarray
    except ImportError as error:
        raise ImportError(WITHOUT_XARRAY) from error
    tasks = tasks_of(axes) if axes else []
    found = [rows.get(key_of(task), {}).get("result") for task in tasks]
    sizes, data = [len(values) for values in axes.values()], {}
    for name, shape in _shapes(tasks, found).items():
        if name in axes:
            raise ValueError(f"the function returns {name!r}, which is a parameter: rename it")
        nothing = np.full(shape, np.nan)
        values = np.array([nothing if one is None else one[name] for one in found], float)
        dims = [*axes, *(f"{name}_{i}" for i in range(len(shape)))]
        data[name] = dims, values.reshape(sizes + list(shape))
    attributes = {name: head[name] for name in ("function", "seed", "rgcourse", "numpy")}
    return xarray.Dataset(data, axes, attributes)


def failures_of(rows: Rows, tasks: Iterable[Task]) -> list[Failure]:
    """Of these tasks, those that have a reason and no result."""
    told = (rows.get(key_of(task), {}) for task in tasks)
    return [Failure(row["task"], row["reason"]) for row in told if "reason" in row]


def described(task: Task) -> str:
    """`K = 0.4, replica = 2`."""
    return ", ".join(f"{name} = {value!r}" for name, value in task.items())


def _shapes(tasks, found):
    """{name: shape} of the results; ValueError if they are not the same everywhere."""
    first = None
    for task, result in zip(tasks, found, strict=True):
        if result is None:
            continue
        shapes = {name: np.shape(value) for name, value in result.items()}
        if first is None:
            first, where = shapes, task
        elif shapes != first:
            raise ValueError(
                f"the function must return the same names and shapes everywhere, got {first} at "
                f"{described(where)} and {shapes} at {described(task)}; pad with nan what is "
                f"shorter"
            )
    return first or {}


def _ordered(values):
    try:
        return sorted(values)
    except TypeError:  # numbers and texts
        return values
