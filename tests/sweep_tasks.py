"""Functions for sweeps that other processes can import, and clients that are killed."""

import os
import signal
import sys
import time
from pathlib import Path

from rgcourse.sweeps import run_sweep

GRID = {"L": [2, 4, 8], "K": [0.25, 0.5]}
SWEEP = dict(seed=3, n_seeds=4)  # 24 tasks


def walk(L, K, rng):
    """A number and an array, from every kind of draw."""
    steps = rng.normal(size=L)
    return {"mean": K * steps.mean(), "steps": steps[:2], "whole": rng.integers(100)}


def slow(L, K, rng):
    """The same in 20 ms."""
    time.sleep(0.02)
    return walk(L, K, rng)


def nothing(n, rng):
    """As little as there is."""
    return {"x": n}


def raising(L, K, rng):
    """Raises at one point of the grid."""
    if L == 4 and K == 0.5:
        raise RuntimeError(f"no luck at {L}")
    return walk(L, K, rng)


def hanging(L, K, rng):
    """Never ends at one point of the grid."""
    if L == 8 and K == 0.5:
        time.sleep(600)
    return walk(L, K, rng)


def deadly(L, K, rng):
    """Kills its worker at one point of the grid."""
    if L == 4 and K == 0.5:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return slow(L, K, rng)


def chain(L, K, rng):
    """Swendsen-Wang, as in the course."""
    from rgcourse.samplers import SwendsenWang

    return {"energy": SwendsenWang(L, K, rng=rng).record(20).energy}


if __name__ == "__main__":  # a client: python sweep_tasks.py STORE [address of a Dask scheduler]
    store, *address = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent))
    import sweep_tasks  # by this name the workers know the function

    executor = None
    if address:
        from distributed import Client

        executor = Client(address[0], timeout=60)
    print("begins", flush=True)
    run_sweep(sweep_tasks.slow, GRID, store=store, executor=executor, patience=60, **SWEEP)
    print("ends", flush=True)
