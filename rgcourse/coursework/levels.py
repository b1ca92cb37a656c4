"""How well this machine can keep submissions in: named levels, tried out from the best downwards.

A level is tried with the very options that submissions get, down to the limits and the filter that
`child` gives itself. Its name stands in the table of marks.
"""

import functools
import itertools
import json
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from . import syscalls, walls
from .walls import Level

__all__ = ["LIMITS_ONLY", "NO_LIMITS", "WALLS", "bubblewrap", "level", "without_walls"]

COUNTED = "memory, processes and processor time of all its processes are counted"
WALLS = Level("counted", f"walls of bubblewrap; {COUNTED}")
FULL = Level("full", f"walls of bubblewrap; the kernel holds all its processes, and {COUNTED}")
LIMITS_ONLY = Level(
    "limits only",
    f"no walls: a submission can read, change and delete your files; {COUNTED}",
    walls=False,
)
NO_LIMITS = Level("no limits", "neither walls nor limits", walls=False, limits=False)
LACKS = {  # what an option does without: short for the name, and in words
    "sized": ("older walls", "an older bubblewrap: scratch has no size, and counts as memory"),
    "proc": ("no /proc", "it cannot see its own processes, as in many containers"),
    "filtered": ("no filter", "the kernel of this machine refuses it no calls"),
}
GROUPS = Path("/sys/fs/cgroup")
SECONDS = 120.0  # for a process that does nothing
TOO_BUSY = (
    "nothing can be run here as submissions are: a process that does nothing took more than "
    "{seconds:.0f} s, so marking would judge the machine; try again when it is less busy"
)


@functools.cache
def bubblewrap() -> str | None:
    """Path of the `bwrap` command; None where it is not installed, or may not build its walls."""
    return shutil.which("bwrap") if level().walls else None


def level() -> Level:
    """The best level that works on this machine; each is tried once."""
    return _best(shutil.which("bwrap"), shutil.which("systemd-run"))


def without_walls() -> Level:
    """The best level without walls that works on this machine."""
    return _best(None, None)


@functools.cache
def _best(bwrap, systemd_run):
    if platform.system() != "Linux":
        return NO_LIMITS
    best = [one for one in (WALLS, LIMITS_ONLY) if bwrap or not one.walls]
    candidates = (weaker for one in best for weaker in _weaker(one))
    works = next(filter(_works, candidates), LIMITS_ONLY)
    if works.walls and systemd_run and _groups_hold():
        told = FULL if works.name == WALLS.name else works
        in_group = replace(works, name=told.name, told=told.told, held=True)
        return in_group if _works(in_group) else works
    return works


def _weaker(best):
    """A level and all that do without something, the best first; the name says without what."""
    choices = {"filtered": (True, False) if syscalls.program() else (False,)}
    choices |= {name: (True, False) if best.walls else (True,) for name in ("proc", "sized")}
    for values in itertools.product(*choices.values()):
        options = dict(zip(choices, values, strict=True))
        lacks = [LACKS[name] for name, has in options.items() if not has]
        name = ", ".join([best.name, *(short for short, _ in lacks)])
        told = "; ".join([best.told, *(long for _, long in lacks)])
        for shut in (True, False) if best.walls and os.getuid() else (True,):
            yield replace(best, name=name, told=told, shut=shut, **options)


def _works(candidate):
    """Whether a process that does nothing comes to its end at this level.

    An option that is not known ends it at once. One that takes long shows a machine that is too
    busy, and nothing about its walls.
    """
    box = walls.Box(candidate)
    user = 199_999 if walls.may_change_user(box) else None
    with tempfile.TemporaryDirectory(prefix="rgcourse-") as folder:
        process, job = walls.start({"cells": [], "probe": True}, box, folder, user)
        try:
            said, _ = process.communicate(job, SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise ValueError(TOO_BUSY.format(seconds=SECONDS)) from None
    return process.returncode == 0 and said.split() == [json.dumps("ready").encode()]


def _groups_hold():
    """Whether a control group made by systemd has the limits that were asked for."""
    if not (GROUPS / "cgroup.controllers").exists():
        return False
    script = 'cd "$1$(sed -n s/^0:://p /proc/self/cgroup)" && cat memory.max pids.max'
    try:
        done = subprocess.run(
            [*walls.held(), "sh", "-c", script, "sh", str(GROUPS)],
            capture_output=True,
            timeout=SECONDS,
        )
        memory, tasks = map(int, done.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return 0 < memory <= walls.MEMORY_IN_ALL and 0 < tasks <= walls.TASKS_IN_ALL
