"""A submission in a process of its own: no network, no files of ours, and limits on everything.

`run` starts `child` under bubblewrap where that is installed, gives it cells and requests, and
collects the answers, which come in by `door`. Meanwhile it looks at what all processes of the
submission use. A step that hangs, uses too much or kills its process is left out and the rest is
run again, so that one bad cell costs one cell.
"""

import contextlib
import itertools
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import door, levels, walls
from .clock import Clock, ran_out
from .levels import bubblewrap
from .tree import Tree
from .walls import LIMITS

__all__ = ["LIMITS", "Outcome", "bubblewrap", "level", "run", "was_stopped"]

NO_BUBBLEWRAP = "bubblewrap is not installed, or may not build its walls here"
SECONDS_PER_STEP = 10.0  # one cell, or all calls of one question; see `clock`
SECONDS_IN_ALL = 60.0
SECONDS_TO_START = 60.0  # before the first step, none of which is the student's
TRUSTED_TIME_FACTOR = 12  # for a run of ours, which may have to compile every kernel
LOOK_EVERY = 0.1  # seconds, at what it uses
MAX_RESTARTS = 6
TOO_MUCH = "stopped: more than"


@dataclass
class Outcome:
    """What a submission did: answers and errors of the requests, errors of the cells."""

    answers: dict[int, Any] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    cell_errors: dict[int, str] = field(default_factory=dict)
    places: dict[door.Step, door.Place | None] = field(default_factory=dict)  # of what was raised
    seconds: float = 0.0
    processor: float = 0.0  # seconds of it, of all its processes
    began: bool = False  # its first step; a process that ends before is not the student's fault
    parts: int = 0  # of what it has answered; see `door.Replies`

    @property
    def was_late(self) -> bool:
        """Whether a clock has stopped something in it."""
        return any(map(ran_out, [*self.errors.values(), *self.cell_errors.values()]))


def was_stopped(reason: str) -> bool:
    """Whether a reason is that of a count of time, memory or processes."""
    return ran_out(reason) or TOO_MUCH in reason


def level() -> levels.Level:
    """The level of protection that a submission gets on this machine."""
    found = levels.level()
    return found if bubblewrap() is not None or not found.walls else levels.without_walls()


def run(
    cells: Sequence[str],
    requests: Sequence[dict[str, Any]],
    *,
    isolated: bool = True,
    hidden: Sequence[str | Path] = (),
    seconds: float = SECONDS_IN_ALL,
    kernels: Path | None = None,
    trusted: bool = False,
) -> Outcome:
    """The `Outcome` of executing cells and then answering requests, in a process of its own.

    Parameters
    ----------
    cells : list of str
        Source of the code cells, in order.
    requests : list of dict
        `{"name": ...}` asks for a value; with `"args"`, a list of `plain.encode`d arguments, a
        function is called. Requests of one `"group"` share their time, and when one of them has
        hung or crashed, the others are not tried again.
    isolated : bool
        Under bubblewrap; ValueError if that does not work here.
    hidden : sequence of Path
        Files and folders that must not be seen even if they lie among what the sandbox needs.
    seconds : float
        For all of it; see `clock.Clock`.
    kernels : Path
        Folder of compiled kernels; the process gets a copy, so that it need not compile them.
    trusted : bool
        The cells are ours: no walls, time to compile, and the compiled kernels stay in `kernels`.
    """
    if isolated and not trusted and bubblewrap() is None:
        raise ValueError(f"{NO_BUBBLEWRAP}: apt install bubblewrap, or isolated=False")
    if trusted:
        around = levels.LIMITS_ONLY  # and not even those
    else:
        around = levels.level() if isolated else levels.without_walls()
    box = walls.Box(around, tuple(hidden), kernels, trusted)
    outcome, start = Outcome(), time.monotonic()
    skipped_cells: set[int] = set()
    factor = TRUSTED_TIME_FACTOR if trusted else 1
    clock = Clock(SECONDS_PER_STEP * factor, seconds * factor, SECONDS_TO_START, requests)
    for _ in range(MAX_RESTARTS + 1):
        todo = [
            (number, request)
            for number, request in enumerate(requests)
            if number not in outcome.answers and number not in outcome.errors
        ]
        kept = [(n, cell) for n, cell in enumerate(cells) if n not in skipped_cells]
        asked = [(n, {k: r[k] for k in ("name", "args") if k in r}) for n, r in todo]
        steps = [("cell", n) for n, _ in kept] + [("request", n) for n, _ in todo]
        replies = door.Replies(steps, outcome.parts)
        reason = _attempt(kept, asked, replies, outcome, box, clock)
        if reason is None or replies.step and replies.over and not replies.coming:
            break
        why_all = _step_failed(replies, reason, outcome, skipped_cells, requests)
        why_all = clock.spent_all or why_all
        if why_all or not todo:
            _give_up(outcome, replies, todo, why_all or reason)
            break
    else:
        _give_up(outcome, replies, todo, "stopped: too many cells or calls that hang or crash")
    outcome.seconds = time.monotonic() - start
    return outcome


def _step_failed(replies, reason, outcome, skipped_cells, requests):
    """Leave out the step at which a process has stopped; the reason for all if there is none."""
    kind, number = replies.step or ("cell", -1)
    if number < 0 or number in skipped_cells:
        return reason
    if kind == "cell":
        skipped_cells.add(number)
        outcome.cell_errors[number] = reason
        return None
    group = requests[number].get("group")
    for n, request in enumerate(requests):
        if n == number or (group and request.get("group") == group):
            if n not in outcome.answers:
                outcome.errors.setdefault(n, reason)
    return None


def _give_up(outcome, replies, todo, reason):
    for kind, number in replies.coming:
        if kind == "cell":
            outcome.cell_errors.setdefault(number, f"not run, {reason}")
    for number, _ in todo:
        if number not in outcome.answers:
            outcome.errors.setdefault(number, reason)


_attempts = itertools.count()


def _attempt(cells, requests, replies, outcome, box, clock):
    """Why one process has stopped; None if it came to its end."""
    with tempfile.TemporaryDirectory(prefix="rgcourse-") as folder:
        user = None
        if walls.may_change_user(box):  # to a number that nobody else has, for NPROC
            user = 200_000 + os.getpid() % 100_000 * 64 + next(_attempts) % 64
            os.chmod(folder, 0o777)
        process, job = walls.start({"cells": cells}, box, folder, user)
        lines = job, json.dumps(requests).encode() + b"\n"
        tree = _tree(process, box, folder, user)
        clock.begin()
        try:
            reason = _listen(process, lines, replies, outcome, clock, tree)
            outcome.began = replies.step is not None or reason is None
        except door.TooMuch as error:
            reason, outcome.began = str(error), True
        finally:
            tree.look()
            outcome.processor += tree.total
            _end(process, tree, box)
        outcome.parts = replies.parts
        return reason


def _tree(process, box, folder, user):
    """All processes of a submission; without walls, they are told by their user or their home."""
    most = float("inf") if box.trusted else walls.MEMORY_IN_ALL
    if box.isolated:
        return Tree(process.pid, most)
    return Tree(process.pid, most, user=user, mark=f"HOME={folder}")


def _listen(process, lines, replies, outcome, clock, tree):
    """Feed the cells, then the requests, read the events, and look at the tree now and then."""
    left, requests = map(memoryview, lines)
    looked, next_look = time.monotonic(), 0.0
    os.set_blocking(process.stdin.fileno(), False)
    while True:
        now = time.monotonic()
        if now >= next_look:
            use = tree.look()
            clock.spend(replies.step, now - looked, use.seconds, use.busy)
            reason = clock.over(replies.step) or _too_much(use, tree)
            if reason:
                return reason
            looked, now = now, time.monotonic()
            next_look = now + max(LOOK_EVERY, now - looked)  # half of the time at most
        if not left and replies.after_cells:
            left, requests = requests, requests[:0]
        writing = [process.stdin] if left else []
        ready, writable, _ = select.select([process.stdout], writing, [], next_look - now)
        if writable:
            with contextlib.suppress(BlockingIOError):
                try:
                    left = left[os.write(process.stdin.fileno(), left[:65536]) :]
                except BrokenPipeError:
                    left = requests = left[:0]
            if not left and not requests:
                process.stdin.close()
        if not ready:
            continue
        chunk = os.read(process.stdout.fileno(), 65536)
        for event in replies.feed(chunk):
            if event.kind == "end":
                return None
            _note(event, outcome)
        if not chunk:
            return _death(process)


def _too_much(use, tree):
    """Why a tree is stopped that holds more than it may; None if it does not."""
    if use.held > tree.memory:
        most, held = tree.memory / 1e9, use.held / 1e9
        return f"{TOO_MUCH} {most:.0f} GB of memory in all its processes ({held:.1f} GB)"
    if use.tasks > walls.TASKS_IN_ALL and tree.memory < float("inf"):
        return f"{TOO_MUCH} {LIMITS['RLIMIT_NPROC']} processes"
    return None


def _note(event, outcome):
    kind, number = event.step or ("", -1)
    if event.kind == "value":
        outcome.answers.setdefault(number, event.answer)
    elif event.kind == "error":
        errors = outcome.cell_errors if kind == "cell" else outcome.errors
        if number not in errors:
            errors[number] = event.reason
            outcome.places[kind, number] = event.place


def _death(process):
    """Why a process that closed its channel is gone."""
    try:
        code = process.wait(2)
    except subprocess.TimeoutExpired:
        return "stopped: the process closed its channel"
    code = code - 128 if code > 128 else -code  # bubblewrap reports a signal as 128 + its number
    name = signal.Signals(code).name if code in set(signal.Signals) else f"exit status {-code}"
    hint = {"SIGXCPU": ", out of processor time", "SIGKILL": ", out of memory or time"}
    return f"the process ended ({name}{hint.get(name, '')})"


def _end(process, tree, box):
    """Kill all of it; nothing of a submission outlives its attempt."""
    if not box.isolated:
        tree.end()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()
    process.wait()
    if not box.isolated:
        tree.end()
