"""What does a sweep add to a task, on each executor, and where does it stop scaling?

    python benchmarks/sweeps.py [tasks]

Empty tasks, with a store, are run without an executor, in threads, in a pool of spawned processes,
in loky and on a Dask cluster of processes on this machine, one task a call and many a call. The
client's own processor time is what limits it, since it hands out calls one after another: with c
seconds of it a call, W workers stay busy while a call lasts longer than W c. Results are checked.
Needs the extras `test` and `scale`; writes `sweeps.json`.
"""

import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from rgcourse.sweeps import run_sweep, stored_sweep

HERE = Path(__file__).parent
WORKERS = 2
MANY = 100  # tasks a call


def nothing(n, rng):
    """A task that does nothing."""
    return {"x": n}


@contextmanager
def dask():
    """A Dask cluster of processes."""
    from distributed import Client, LocalCluster

    options = dict(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        yield client


@contextmanager
def loky():
    """A pool of loky."""
    from loky import get_reusable_executor

    pool = get_reusable_executor(max_workers=WORKERS)
    yield pool
    pool.shutdown(kill_workers=True)


@contextmanager
def none():
    """A loop."""
    yield None


EXECUTORS = {
    "none": none,
    "threads": lambda: ThreadPoolExecutor(WORKERS),
    "processes": lambda: ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")),
    "loky": loky,
    "dask": dask,
}


def measured(executor, tasks, per_call):
    """Seconds on the clock and of the client's processor, and MB of the store, for a sweep."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "sweep"
        begin, used = time.perf_counter(), time.process_time()
        found = run_sweep(
            nothing, {"n": range(tasks)}, seed=1, store=store, executor=executor, per_call=per_call
        )
        seconds, used = time.perf_counter() - begin, time.process_time() - used
        if not (found["x"].values[:, 0] == range(tasks)).all():
            sys.exit(f"wrong results with {per_call} tasks a call")
        if not stored_sweep(store).equals(found):
            sys.exit("the store has other results")
        return seconds, used, store.stat().st_size / 1e6


def main(tasks=10_000):
    """Measure all executors and write the table."""
    rows = []
    for name, make in EXECUTORS.items():
        with make() as executor:
            measured(executor, WORKERS, 1)  # starts the workers
            for per_call, number in ((1, tasks // 10), (MANY, tasks)):
                seconds, used, size = measured(executor, number, per_call)
                calls = -(-number // per_call)
                rows.append({
                    "executor": name, "tasks": number, "tasks_a_call": per_call,
                    "seconds": round(seconds, 2),
                    "us_a_task": round(1e6 * seconds / number, 1),
                    "client_us_a_call": round(1e6 * used / calls, 1),
                    "store_MB": round(size, 2),
                })  # fmt: skip
                print(rows[-1], flush=True)
    (one,) = (row for row in rows if row["executor"] == "dask" and row["tasks_a_call"] == 1)
    told = {
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("numpy", "xarray", "distributed", "loky")},
        "workers": WORKERS,
        "model": "W workers stay busy while a call lasts longer than W / calls_a_second",
        "dask_calls_a_second": round(1e6 / one["client_us_a_call"]),
        "rows": rows,
    }
    (HERE / "sweeps.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"a Dask client hands out {told['dask_calls_a_second']} calls a second")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
