"""Sweeps: one function over a grid of parameters and seeds, on any executor, kept as it arrives.

A sweep gives the same bits wherever it runs, because the generator of a task is made from the seed
of the sweep and the task's own parameters, not from its place or its turn. What is finished stands
in a store, a line each, so that a sweep that was stopped, in whatever way, goes on where it was.
"""

from .results import Failure, StalledError, SweepError, pooled, stored_sweep
from .running import run_sweep
from .tasks import task_generator

__all__ = [
    "Failure",
    "StalledError",
    "SweepError",
    "pooled",
    "run_sweep",
    "stored_sweep",
    "task_generator",
]
