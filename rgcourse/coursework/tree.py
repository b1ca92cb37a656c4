"""What all processes of a submission use together, wherever they have gone, and their end.

The limits of the kernel that anybody may set are for one process. A `Tree` is looked at some ten
times a second: it counts the memory of all processes of a submission, memory files and temporary
file systems with it, their processor time, and themselves.
"""

import contextlib
import functools
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Process", "Tree", "Use", "processes"]

FRESH = 0.05  # seconds for which all trees share one look at the table of processes
WHOLE = 1.0  # seconds after which also those are read again that are in no tree
MOST_MAPPED = 8  # times the limit: what is shared is counted once, up to here
INODE, PIPE = 1024, 65536  # bytes of the kernel's memory for an empty file, and for a full pipe
CROWD = 1.5  # cores; a tree that uses more is put on one
IDLE_OF_ALL = 19  # the least share of a processor that may be asked for


@dataclass(frozen=True)
class Process:
    """One line of the table of processes."""

    pid: int
    parent: int
    start: int  # in ticks after the start of the machine; tells apart two with one number
    state: str  # R runs or would run, S sleeps, D waits for the machine, ...
    threads: int
    seconds: float  # of processor, with those of children that it has waited for
    resident: int  # bytes
    core: int


@dataclass(frozen=True)
class Use:
    """What a tree has used since the last look, and what it holds."""

    seconds: float  # of processor
    busy: bool  # something in it computes, or would if the machine had time
    held: int  # bytes
    tasks: int  # processes and threads


def processes(age: float = FRESH, watched: Iterable[int] = ()) -> dict[int, Process]:
    """All processes of this machine by number, as they were at most `age` seconds ago.

    Parameters
    ----------
    age : float
        Seconds; 0 reads everything anew.
    watched : iterable of int
        Those that are read each time. Of others only the parent matters, which stays.
    """
    return _table.read(age, watched)


class _Table:
    """The table of processes, read once for all who ask within a moment."""

    def __init__(self):
        self.lock, self.when, self.whole = threading.Lock(), 0.0, 0.0
        self.found, self.watched = {}, {}

    def read(self, age, watched):
        with self.lock:
            now = time.monotonic()
            self.watched.update(dict.fromkeys(watched, now))
            if age == 0 or now - self.when > age:
                every = age == 0 or now - self.whole > WHOLE
                if every:
                    self.whole = now
                    self.watched = {n: when for n, when in self.watched.items() if now - when < 1}
                lines = ((n, self._line(n, every)) for n in _numbers())
                self.found = {number: one for number, one in lines if one}
                self.when = time.monotonic()
            return self.found

    def _line(self, number, every):
        kept = None if every or number in self.watched else self.found.get(number)
        return kept or _process(number)


def _numbers():
    with contextlib.suppress(OSError):  # there is no such folder but on Linux
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return []


_table = _Table()


def _process(pid, place=""):
    """The line of a process, or None if it is gone."""
    try:
        line = _read(f"/proc/{pid}/{place}stat")
    except OSError:
        return None
    parts = line[line.rindex(b")") + 2 :].split()
    ticks, page = _units()
    numbers = [int(part) for part in parts[1:37]]
    return Process(
        pid, numbers[0], numbers[18], chr(parts[0][0]), numbers[16], sum(numbers[10:14]) / ticks,
        numbers[20] * page, numbers[35],
    )  # fmt: skip


@functools.cache
def _units():
    return os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


def _read(path):
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 65536)
    finally:
        os.close(file)


class Tree:
    """The processes that come from one, also those that have left its group and session.

    Behind walls all of them descend from the first, since the walls end with it. Without walls
    those that were left by their parents are told by their user, or by a variable.

    Parameters
    ----------
    first : int
        Number of the first process, a child of this one that has not been waited for.
    memory : float
        Bytes that are allowed; what is shared is only told apart where that matters.
    user : int, optional
        A user who has no other processes.
    mark : str, optional
        `NAME=value`, a variable of no other processes.

    Attributes
    ----------
    total : float
        Seconds of processor time that have been seen.
    """

    def __init__(
        self, first: int, memory: float, *, user: int | None = None, mark: str | None = None
    ) -> None:
        self.memory, self.user, self.mark = memory, user, mark
        one = _process(first)
        self.first = {first: one.start} if one else {}  # number and start
        self.known = self.first
        self.strangers: dict[int, int] = {}
        self.here = frozenset(_temporary("self"))
        self.sum = self.total = 0.0
        self.when = time.monotonic()
        self.crowded = False

    def look(self) -> Use:
        """What they have used since the last look; one that uses too many cores is put on one."""
        table = processes(FRESH, self.known)
        members = self._members(table)
        now, total = time.monotonic(), sum(one.seconds for one in members)
        # a child that nobody waits for takes its time away with it: only what is added counts
        used, passed = max(0.0, total - self.sum), now - self.when
        self.sum, self.when = total, now
        self.total += used
        running = [one for one in members if one.state == "R"]
        if passed >= FRESH and (used > CROWD * passed or len(running) > 2 * CROWD):
            self.crowded = True
        if self.crowded and members:
            _put_on_one_core(members, (running or members)[0].core)
        busy = any(one.state in "RD" for one in members) or any(map(_has_busy_thread, members))
        held = self._held(members)
        if held > self.memory:  # nobody is stopped for what was so a moment ago
            members = [one for one in map(_again, members) if one]
            held = min(held, self._held(members))
        return Use(used, busy, held, sum(one.threads for one in members))

    def end(self) -> None:
        """Kill all of them; returns when none is left, or after some seconds."""
        for _ in range(50):
            members = [one for one in self._members(processes(0.0)) if one.state not in "ZX"]
            if not members:
                return
            for one in members:
                if _again(one):
                    with contextlib.suppress(OSError):
                        os.kill(one.pid, signal.SIGKILL)
            time.sleep(0.02)

    def _members(self, table):
        """The first, those known from before, whoever descends from them, and those marked."""
        children = defaultdict(list)
        for one in table.values():
            children[one.parent].append(one)
        left = [one for one in table.values() if self._belongs(one)]
        found = {}
        while left:
            one = left.pop()
            if one.pid not in found:
                found[one.pid] = one
                left += children[one.pid]
        # a table that is a moment older than the first process must not make us forget it
        self.known = self.first | {one.pid: one.start for one in found.values()}
        return [*found.values()]

    def _belongs(self, one):
        if self.known.get(one.pid) == one.start:
            return True
        if (self.user is None and self.mark is None) or self.strangers.get(one.pid) == one.start:
            return False
        if self.user is not None:
            ours = _user(one.pid) == self.user
        else:
            ours = _has_variable(one.pid, self.mark)
        if not ours and one.pid != os.getpid():
            self.strangers[one.pid] = one.start
        return ours

    def _held(self, members):
        """Bytes of memory of all of them."""
        others, resident = _files(members, self.here), sum(one.resident for one in members)
        if resident + others <= self.memory or resident > MOST_MAPPED * self.memory:
            return resident + others
        return sum(map(_own_share, members)) + others


def _again(one):
    """The line of a process as it is now; None if it is gone.

    A process that is being started has the memory of the one that starts it, until it is another.
    """
    now = _process(one.pid)
    return now if now and now.start == one.start else None


def _user(pid):
    """The real user of a process; the owner of its folder in /proc may be another."""
    with contextlib.suppress(OSError):
        for line in _read(f"/proc/{pid}/status").split(b"\n"):
            if line.startswith(b"Uid:"):
                return int(line.split()[1])
    return None


def _has_variable(pid, text):
    with contextlib.suppress(OSError):
        return text.encode() in _read(f"/proc/{pid}/environ").split(b"\0")
    return False


def _threads(one):
    """Numbers of its threads, the first of which is the process."""
    if one.threads > 1:
        with contextlib.suppress(OSError):
            return [int(name) for name in os.listdir(f"/proc/{one.pid}/task")]
    return [one.pid]


def _has_busy_thread(one):
    """Whether a thread beside the first is at work."""
    if one.threads == 1:
        return False
    found = (_process(one.pid, f"task/{number}/") for number in _threads(one))
    return any(thread and thread.state in "RD" for thread in found)


def _own_share(one):
    """Bytes in memory, what is shared by n processes divided by n."""
    with contextlib.suppress(OSError):
        for line in _read(f"/proc/{one.pid}/smaps_rollup").split(b"\n"):
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return one.resident


def _files(members, here):
    """Bytes of memory that are in no process: temporary file systems, files, pipes, sockets."""
    ours, seen, held = _namespace("self"), {}, {}
    for one in members:
        seen.setdefault(_namespace(one.pid), one.pid)
        held |= _descriptors(one.pid)
    for name, pid in seen.items():
        if name not in (None, ours):
            for number, place in _temporary(pid).items():
                if number not in here and number not in held:
                    held[number] = _bytes_in(f"/proc/{pid}/root{place}", number)
    return sum(held.values())


def _namespace(pid):
    """The name of the file systems that a process sees; None where that may not be asked."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/mnt")
    return None


def _temporary(pid):
    """{number: place} of the file systems in memory that a process sees."""
    found = {}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/mountinfo").read_text(errors="replace").splitlines():
            if " - tmpfs " in line:
                parts = line.split(" ")
                found.setdefault(parts[2], parts[4])
    return found


def _bytes_in(place, number):
    """Bytes of memory that a file system takes; 0 if another one lies at its place by now.

    While walls are built the root changes, and for a moment `/tmp` may be that of the disk.
    """
    with contextlib.suppress(OSError):
        found = os.open(place, os.O_PATH)
        try:
            device, size = os.fstat(found).st_dev, os.fstatvfs(found)
        finally:
            os.close(found)
        if number == f"{os.major(device)}:{os.minor(device)}":
            blocks = (size.f_blocks - size.f_bfree) * size.f_frsize
            return blocks + (size.f_files - size.f_ffree) * INODE
    return 0


def _descriptors(pid):
    """{name: bytes} of what open files hold: memory files, and at most that in pipes, sockets."""
    held, folder = {}, f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                target = os.readlink(f"{folder}/{name}")
                if target.startswith("pipe:"):
                    held[target] = PIPE
                elif target.startswith("socket:"):
                    held[target] = _buffer()
                elif target.startswith("/memfd:"):
                    file = os.stat(f"{folder}/{name}")
                    held[file.st_dev, file.st_ino] = file.st_blocks * 512
    return held


@functools.cache
def _buffer():
    """Bytes that a socket may hold."""
    with contextlib.suppress(OSError, ValueError):
        return int(_read("/proc/sys/net/core/wmem_default"))
    return 212_992


def _put_on_one_core(members, core):
    for one in members:
        for number in _threads(one):
            with contextlib.suppress(OSError):
                os.sched_setaffinity(number, {core})
                os.setpriority(os.PRIO_PROCESS, number, IDLE_OF_ALL)
