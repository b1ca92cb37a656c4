"""A submission in a process of its own: no network, no files of ours, and limits on everything.

`run` starts `child` under bubblewrap where that is installed, gives it cells and requests, and
collects the answers. A step that hangs or kills its process is left out and the rest is run again,
so that one bad cell costs one cell.
"""

import contextlib
import functools
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import child

__all__ = ["Outcome", "bubblewrap", "run"]

NO_BUBBLEWRAP = "bubblewrap is not installed, or may not build its walls here"
MAX_REPLY_BYTES = 16_000_000  # of one run
SECONDS_PER_STEP = 10.0  # of wall clock: one cell, or all calls of one question
SECONDS_IN_ALL = 60.0
TRUSTED_TIME_FACTOR = 12  # for a run of ours, which may have to compile every kernel
MAX_RESTARTS = 6
LIMITS = {
    "RLIMIT_CPU": 60,
    "RLIMIT_AS": 4_000_000_000,
    "RLIMIT_FSIZE": 50_000_000,
    "RLIMIT_NPROC": 32,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
}
SCRATCH_BYTES = 100_000_000  # of its temporary folder
SYSTEM_PATHS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")


@dataclass
class Outcome:
    """What a submission did: answers and errors of the requests, errors of the cells."""

    answers: dict[int, Any] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    cell_errors: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0


@functools.cache
def bubblewrap() -> str | None:
    """Path of the `bwrap` command; None where it is not installed, or may not build its walls."""
    path = shutil.which("bwrap")
    if path is None:
        return None
    probe = [path, *_spaces(), "--ro-bind", "/", "/", "true"]
    return path if subprocess.run(probe, capture_output=True).returncode == 0 else None


def _spaces():
    """Options that part a process from the network and from other processes."""
    user = [] if os.getuid() == 0 else ["--unshare-user"]
    return ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", *user]


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
        Wall clock for all of it.
    kernels : Path
        Folder of compiled kernels; the process gets a copy, so that it need not compile them.
    trusted : bool
        The cells are ours: no walls, time to compile, and the compiled kernels stay in `kernels`.
    """
    if isolated and not trusted and bubblewrap() is None:
        raise ValueError(f"{NO_BUBBLEWRAP}: apt install bubblewrap, or isolated=False")
    box = _Box(isolated and not trusted, tuple(hidden), kernels, trusted)
    seconds *= TRUSTED_TIME_FACTOR if trusted else 1
    outcome, start, skipped_cells = Outcome(), time.monotonic(), set()
    clock = _Clock(SECONDS_PER_STEP * (TRUSTED_TIME_FACTOR if trusted else 1), requests)
    for _ in range(MAX_RESTARTS + 1):
        left = seconds - (time.monotonic() - start)
        todo = [
            (number, request)
            for number, request in enumerate(requests)
            if number not in outcome.answers and number not in outcome.errors
        ]
        job = {
            "cells": [(n, c) for n, c in enumerate(cells) if n not in skipped_cells],
            "requests": [(n, {k: r[k] for k in ("name", "args") if k in r}) for n, r in todo],
        }
        step, reason = _attempt(job, outcome, box, left, clock)
        if reason is None or not todo:
            break
        kind, number = step or ("cell", -1)
        if kind == "cell":
            if number in skipped_cells or number < 0:
                _give_up(outcome, todo, reason)
                break
            skipped_cells.add(number)
            outcome.cell_errors[number] = reason
        else:
            group = requests[number].get("group")
            same = [n for n, r in todo if n == number or (group and r.get("group") == group)]
            for n in same:
                if n not in outcome.answers:
                    outcome.errors[n] = reason
        if time.monotonic() - start >= seconds:
            _give_up(outcome, todo, f"stopped after {seconds:.0f} s in all")
            break
    else:
        _give_up(outcome, todo, "stopped: too many cells or calls that hang or crash")
    outcome.seconds = time.monotonic() - start
    return outcome


def _give_up(outcome, todo, reason):
    for number, _ in todo:
        if number not in outcome.answers:
            outcome.errors.setdefault(number, reason)


@dataclass(frozen=True)
class _Box:
    """What is around the process; see `run`."""

    isolated: bool
    hidden: tuple[str | Path, ...]
    kernels: Path | None
    trusted: bool


class _Clock:
    """How long each step may still take: a cell, or the requests of one group together."""

    def __init__(self, limit, requests):
        self.limit, self.spent = limit, {}
        self.group = {n: r.get("group") or n for n, r in enumerate(requests)}

    def left(self, step):
        """Seconds that a step may take; twice the limit before the first, as Python starts."""
        if step is None:
            return 2 * self.limit
        return self.limit - self.spent.get(self._name(step), 0.0)

    def add(self, step, seconds):
        """Count what a step has taken."""
        name = self._name(step)
        self.spent[name] = self.spent.get(name, 0.0) + seconds

    def _name(self, step):
        kind, number = step
        return (kind, self.group.get(number) if kind == "request" else number)


_attempts = itertools.count()


def _attempt(job, outcome, box, seconds, clock):
    """(step at which it stopped, reason) of one process; reason None if it came to its end."""
    with tempfile.TemporaryDirectory(prefix="rgcourse-") as folder:
        user = None
        package = Path(__file__).resolve().parents[2]
        if _may_change_user(box, package):  # to a number that nobody else has, for NPROC
            user = 200_000 + os.getpid() % 100_000 * 64 + next(_attempts) % 64
            os.chmod(folder, 0o777)
        given = str(box.kernels) if box.kernels and not box.trusted else None
        limits = {} if box.trusted else LIMITS
        job = job | {"limits": limits, "user": user, "package": str(package), "kernels": given}
        command = [sys.executable, "-s", "-P", child.__file__]
        if box.isolated:
            command = [*_walls(package, box), *command]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder, box),
            start_new_session=True,
        )
        try:
            return _listen(process, json.dumps(job).encode(), outcome, seconds, clock)
        finally:
            _end(process, user)


def _may_change_user(box, package):
    """Whether we are root, and another user could still reach Python and the package."""
    if box.trusted or not hasattr(os, "getuid") or os.getuid() != 0:
        return False
    roots = [Path(sys.prefix), Path(sys.base_prefix), package]
    folders = {folder for root in roots for folder in [root, *root.parents]}
    return box.isolated or all(folder.stat().st_mode & 0o001 for folder in folders)


def _listen(process, job, outcome, seconds, clock):
    """Feed the job, read the events, and watch the clock."""
    begin = time.monotonic()
    step, step_began, buffer, received = None, begin, b"", 0
    sent = 0
    os.set_blocking(process.stdin.fileno(), False)
    while True:
        now = time.monotonic()
        wait = min(begin + seconds, step_began + clock.left(step)) - now
        if wait <= 0:
            if now >= begin + seconds:
                return step, f"stopped after {seconds:.0f} s in all"
            what = {"cell": "one cell", "request": "one question"}[step[0] if step else "cell"]
            return step, f"stopped after {clock.limit:.0f} s in {what}"
        writing = [process.stdin] if sent < len(job) else []
        ready, writable, _ = select.select([process.stdout], writing, [], min(wait, 1.0))
        if writable:
            with contextlib.suppress(BlockingIOError):
                try:
                    sent += os.write(process.stdin.fileno(), job[sent : sent + 65536])
                except BrokenPipeError:
                    sent = len(job)
            if sent == len(job):
                process.stdin.close()
        if not ready:
            continue
        chunk = os.read(process.stdout.fileno(), 65536)
        received += len(chunk)
        if received > MAX_REPLY_BYTES:
            return step, f"stopped: more than {MAX_REPLY_BYTES // 1_000_000} MB of answers"
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            event = _event(line)
            if "begin" in event:
                if step:
                    clock.add(step, time.monotonic() - step_began)
                step, step_began = event["begin"], time.monotonic()
            elif "end" in event:
                return None, None
            else:
                _note(event, outcome)
        if not chunk:
            return step, _death(process)


def _event(line):
    """One event, checked; what is malformed counts as nothing."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(event, dict):
        return {}
    for key in ("begin", "done", "value", "error"):
        step = event.get(key)
        if step is not None and not (
            isinstance(step, list)
            and len(step) == 2
            and step[0] in ("cell", "request")
            and type(step[1]) is int
        ):
            return {}
    return event


def _note(event, outcome):
    if "value" in event:
        outcome.answers.setdefault(event["value"][1], event.get("answer"))
    elif "error" in event:
        kind, number = event["error"]
        errors = outcome.cell_errors if kind == "cell" else outcome.errors
        errors.setdefault(number, str(event.get("reason", ""))[:300])


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


def _end(process, user):
    """End the process and everything that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()
    process.wait()
    if user is not None:  # those that left the group still have the number
        _end_all_of(user)


def _end_all_of(user):
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if entry.stat().st_uid == user:
                os.kill(int(entry.name), signal.SIGKILL)


def _environment(folder, box):
    """Few variables: what Python and the compiled kernels need, nothing of the grader's own."""
    home = "/tmp" if box.isolated else folder
    keep = {"LANG": os.environ["LANG"]} if "LANG" in os.environ else {}
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return (
        keep
        | dict.fromkeys(threads, "1")
        | {
            "HOME": home,
            "NUMBA_CACHE_DIR": str(box.kernels) if box.trusted else f"{home}/kernels",
            "TMPDIR": home,
            "PATH": "/usr/bin:/bin",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(_matplotlib_cache()),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )


def _matplotlib_cache():
    """Matplotlib's folder with its list of fonts, which takes seconds to make anew."""
    import matplotlib

    return Path(matplotlib.get_cachedir())


def _walls(package, box):
    """The bubblewrap command: a file system of what Python needs, read-only, and nothing else."""
    roots = [Path(sys.prefix), Path(sys.base_prefix), package / "rgcourse", _matplotlib_cache()]
    if box.kernels:
        roots.append(Path(box.kernels))
    binds = ["--perms", "0755", "--dir", "/etc"]
    for path in SYSTEM_PATHS:
        if Path(path).is_symlink():
            binds += ["--symlink", os.readlink(path), path]
        elif Path(path).exists():
            binds += ["--ro-bind", path, path]
    for root in roots:
        if root.exists() and not root.is_relative_to("/usr"):
            for parent in reversed(root.parents[:-1]):
                binds += ["--perms", "0755", "--dir", str(parent)]
            binds += ["--ro-bind", str(root), str(root)]
    for path in box.hidden:
        path = Path(path).resolve()
        if any(path.is_relative_to(root) for root in [*roots, *SYSTEM_PATHS]):
            kind = ["--tmpfs"] if path.is_dir() else ["--ro-bind", os.devnull]
            binds += [*kind, str(path)]
    scratch = ["--size", str(SCRATCH_BYTES), "--perms", "1777", "--tmpfs", "/tmp"]
    return [
        bubblewrap(), *_spaces(), "--die-with-parent", "--new-session", *scratch, *binds,
        "--proc", "/proc", "--dev", "/dev", "--chdir", "/tmp",
    ]  # fmt: skip
