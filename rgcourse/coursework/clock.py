"""What a submission may take: processor time where it computes, wall clock where it sleeps.

So nobody loses points because the machine is busy with others, and nobody is waited for.
"""

from collections.abc import Sequence
from typing import Any

from .door import Step

__all__ = ["Clock", "ran_out"]

STOPPED = "stopped after"
WALL_FACTOR = 6  # of the wall clock: so slow may a busy machine make a submission
BETWEEN_LOOKS = 1.0  # seconds of sleep that are seen at most; a later look is the machine's fault


class Clock:
    """What each step has taken, and all of them, and whether that is too much.

    Parameters
    ----------
    per_step, in_all : float
        Seconds for a cell or the requests of one group, and for everything.
    to_start : float
        Seconds of wall clock before the first step of a process.
    requests : sequence of dict
        Those of one `"group"` share their time.
    """

    def __init__(
        self, per_step: float, in_all: float, to_start: float, requests: Sequence[dict[str, Any]]
    ) -> None:
        self.per_step, self.in_all, self.to_start = per_step, in_all, to_start
        self.group = {n: r.get("group") or n for n, r in enumerate(requests)}
        self.spent: dict[Any, list[float]] = {}
        self.total = [0.0, 0.0]
        self.starting = 0.0

    def begin(self) -> None:
        """A process is about to start."""
        self.starting = 0.0

    def spend(self, step: Step | None, passed: float, used: float, busy: bool) -> None:
        """Count what a look has found.

        Parameters
        ----------
        step : (str, int), optional
            The step that is running; None before the first.
        passed, used : float
            Seconds of wall clock and of processor time since the last look.
        busy : bool
            Whether something in it computes or waits for its turn. If not, it sleeps, and the
            machine is not to blame for the time that passes.
        """
        own = used if busy else max(used, min(passed, BETWEEN_LOOKS))
        if step is None:
            self.starting += passed
        for sums in (self.total, self.spent.setdefault(self._name(step), [0.0, 0.0])):
            sums[0] += own
            sums[1] += passed

    def over(self, step: Step | None) -> str | None:
        """Why a step must stop now, or None."""
        if self.spent_all:
            return self.spent_all
        if step is None:
            late = self.starting >= self.to_start
            return f"not started after {self.to_start:.0f} s" if late else None
        what = {"cell": "one cell", "request": "one question"}[step[0]]
        return _too_long(self.spent.get(self._name(step), [0.0, 0.0]), self.per_step, f"in {what}")

    @property
    def spent_all(self) -> str | None:
        """Why nothing more can be run, or None."""
        return _too_long(self.total, self.in_all, "in all")

    def _name(self, step):
        if step is None:
            return None
        kind, number = step
        return (kind, self.group.get(number) if kind == "request" else number)


def ran_out(reason: str) -> bool:
    """Whether a reason is that of a clock, which says nothing about what was to be run."""
    return STOPPED in reason


def _too_long(sums, most, where):
    own, wall = sums
    if own >= most:
        return f"{STOPPED} {most:.0f} s {where}"
    if wall >= most * WALL_FACTOR:
        return f"{STOPPED} {most * WALL_FACTOR:.0f} s of wall clock {where}"
    return None
