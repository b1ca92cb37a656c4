"""Run a sweep: hand out what is left, keep what comes, and say how to go on when it stops."""

import contextlib
import itertools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _checks, _journal
from .calls import GONE, Calls
from .results import StalledError, SweepError, dataset_of, described, failures_of
from .store import Store, identity
from .tasks import Task, axes_of, said, tasks_of, work

if TYPE_CHECKING:
    import xarray

__all__ = ["run_sweep"]

IN_FLIGHT = 256  # calls handed out at a time: queues stay short, and Ctrl-C quick
Result = Mapping[str, Any]


def run_sweep(
    function: Callable[..., Result],
    grid: Mapping[str, Iterable[Any]],
    *,
    seed: int,
    n_seeds: int = 1,
    store: str | Path | None = None,
    executor: Any = None,
    per_call: int = 1,
    patience: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> "xarray.Dataset":
    """Results of `function(**parameters, rng=...)` on all of a grid, for several seeds.

    The bits are those of a loop without executor, whatever the executor, the number of workers and
    the order in which they finish: see `task_generator`. A grid may grow by values and by seeds,
    and what is in the store is not calculated again.

    Parameters
    ----------
    function : callable
        Takes the parameters and `rng`, a NumPy Generator, by name, and returns a mapping of names
        to numbers or arrays, of one shape everywhere. Real numbers are kept as float64.
    grid : mapping
        {parameter: its values}: numbers and texts. Every combination is a point.
    seed : int
        Of the whole sweep.
    n_seeds : int
        Replicas of every point, each with a generator of its own.
    store : path, optional
        File that keeps what is finished; the next run goes on there. One line a task is on disk
        before the task counts as done.
    executor : optional
        None, any pool of `concurrent.futures` (threads, processes, loky, executorlib, ...), or a
        `distributed.Client`. Other processes must be able to import the function.
    per_call : int
        Tasks that one call takes together. Take more where a task lasts less than 10 ms; what a
        call has not finished when the sweep stops is done again.
    patience : float, optional
        Seconds without any finished call after which the sweep is given up; for ever by default.
        Give a few times the longest call. A pool of processes that hangs is then ended.
    progress : callable, optional
        Called as progress(done, total) at the start and whenever tasks have finished.

    Returns
    -------
    xarray.Dataset
        Dimensions: the grid's names, `replica`, and `<result>_0`, `<result>_1`, ... for arrays. It
        has `.to_zarr` and `.to_netcdf`.

    Raises
    ------
    ValueError
        For wrong input; for a store that was made by other code, another seed or with other
        parameters, which are named; and for a store that another process is writing.
    SweepError
        When all is done and tasks have failed: `.failures`, `.result`. They are tried again by the
        next run.
    StalledError
        When nothing came for `patience` seconds, or the executor broke. `.result` has the rest.
    OSError
        When the store cannot be written.

    Notes
    -----
    With n calls that one client hands out in a second, W workers stay busy while a call lasts
    longer than W / n seconds: take more tasks a call below that. `benchmarks/sweeps.py` measures n,
    which is a few hundred on Dask, and a few thousand in a pool.

    Examples
    --------
    >>> from concurrent.futures import ProcessPoolExecutor
    >>> from rgcourse.sweeps import pooled, run_sweep
    >>> def ising(L, K, rng):  # doctest: +SKIP
    ...     return {"energy": Wolff(L, K, rng=rng).record(1000).energy.mean()}
    >>> with ProcessPoolExecutor() as pool:  # doctest: +SKIP
    ...     found = run_sweep(ising, {"L": [8, 16], "K": [0.4, 0.44]}, seed=1, n_seeds=8,
    ...                       store="ising.sweep", executor=pool)
    >>> pooled(found, "energy")  # doctest: +SKIP
    """
    calls = Calls(executor)
    seed = _checks.integer("seed", seed, minimum=0)
    per_call = _checks.integer("per_call", per_call, minimum=1)
    if patience is not None and not _checks.finite("patience", patience) > 0:
        raise ValueError(f"patience must be more than 0 seconds, or None, got {patience}")
    axes = axes_of(grid, n_seeds)
    tasks = tasks_of(axes)
    with _alone(store):
        head = identity(function, axes, seed, remembered=store is not None)
        kept = Store(store, head)

        def found():
            return dataset_of(kept.rows, axes, head)

        def sentence():
            done = f"{sum(map(kept.has, tasks))} of {len(tasks)} tasks are done"
            if store is None:
                return f"{done}. With store=, a file, the same sweep would go on there"
            return f"{done} and kept in {store}: run the same sweep again to go on"

        at_a_time = 1 if executor is None else IN_FLIGHT  # what is called here is kept at once
        found()  # without xarray, or with a result that is called like a parameter: say so now
        try:
            _run(function, seed, tasks, kept, calls, at_a_time, per_call, patience, progress)
        except _Stopped as stopped:
            raise StalledError(f"{stopped}. {sentence()}", found()) from stopped.__cause__
        except KeyboardInterrupt:
            raise KeyboardInterrupt(sentence()) from None
        if failures := failures_of(kept.rows, tasks):
            task, reason = failures[0]
            raise SweepError(
                f"{len(failures)} tasks failed, the first at {described(task)}: {reason}. All are "
                f"in .failures, what succeeded is in .result. {sentence()}",
                failures,
                found(),
            )
        return found()


class _Stopped(Exception):
    """Why a sweep cannot go on."""


def _run(function, seed, tasks, kept, calls, at_a_time, per_call, patience, progress):
    """Keep a row of every task that has no result; _Stopped if the executor gives no more."""
    left = [task for task in tasks if not kept.has(task)]
    done, batches = len(tasks) - len(left), _batches(left, per_call)
    waiting: dict[Any, list[Task]] = {}
    hanging = False
    try:
        while True:
            if progress:
                progress(done, len(tasks))
            for batch in itertools.islice(batches, at_a_time - len(waiting)):
                waiting[calls.submit(work, function, batch, seed)] = batch
            if not waiting:
                return
            rows, gone = _fetch(calls, waiting, patience)
            kept.add(rows)
            done += len(rows)
            if gone is not None:
                raise _Stopped(
                    f"the executor has stopped ({said(gone)}) with {_told(waiting)}: a task may "
                    f"have killed its worker. Make a new executor"
                ) from gone
            if not rows:
                hanging = True
                raise _Stopped(
                    f"nothing has come for {patience:g} s with {_told(waiting)}: a task hangs, or "
                    f"the workers are gone. Make a new executor, or give more patience"
                )
    finally:
        calls.end(waiting, hanging=hanging)


def _fetch(calls, waiting, patience):
    """(rows, None) of calls that have ended, or (rows, error) when the executor is gone."""
    rows, gone = [], None
    for future, result, error in calls.fetch(patience):
        if isinstance(error, KeyboardInterrupt):  # of the terminal, and the worker was first
            raise error
        if isinstance(error, GONE):
            gone = error  # and the call is still out, to be told of
        else:
            batch = waiting.pop(future)
            rows += result or [{"task": task, "reason": said(error)} for task in batch]
    return rows, gone


def _batches(tasks, size):
    rest = iter(tasks)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def _told(waiting):
    """The calls that are out, in words."""
    (first, *_), *_ = waiting.values()
    return f"{len(waiting)} calls out, the first at {described(first)}"


def _alone(store):
    """Context in which no other process writes this store."""
    if store is None:
        return contextlib.nullcontext()
    return _journal.locked(
        store,
        f"another sweep is writing {store} right now: wait until it has finished, and run this "
        f"one again, or name another store",
    )
