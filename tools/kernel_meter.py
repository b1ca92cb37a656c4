"""How long a kernel worked, in seconds of wall clock and of processor, and its peak of memory."""

import threading
import time
from pathlib import Path

import psutil

MEGABYTE = 1e6


def over_family(pid, measure):
    """The sum of `measure(process)` over a process and all its children; 0 when it is gone."""
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in family:
        try:
            total += measure(process)
        except psutil.NoSuchProcess:  # a child may end while we count
            continue
    return total


def resident_bytes(pid):
    """Resident memory of a process and all its children, in bytes; 0 when it is gone."""
    return over_family(pid, lambda process: process.memory_info().rss)


def high_water_bytes(pid):
    """The largest resident memory a process ever had, where the system keeps it (Linux), else 0."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0][1]) * 1024 if lines else 0


def processor_seconds(pid):
    """Processor time of a process, its living children and those it has waited for; 0 when gone."""

    def used(process):
        times = process.cpu_times()
        ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return times.user + times.system + ended

    return over_family(pid, used)


class Meter:
    """Seconds and peak memory of a process, from `Meter(pid)` until `.stop()`.

    `seconds` are those of the wall clock, which on a busy machine measure the machine;
    `processor_seconds` are what the process and its children used.

    The family of processes is sampled, so that a page that starts workers pays for them; the
    system's own high-water mark catches what falls between two samples.
    """

    def __init__(self, pid, every=0.1):
        self.pid = pid
        self.start = time.perf_counter()
        self.seconds = 0.0
        self.processor_seconds = 0.0
        self._used_before = processor_seconds(pid)
        self.peak_bytes = 0
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self):
        while not self._ended.is_set():
            self.peak_bytes = max(self.peak_bytes, resident_bytes(self.pid))
            self._ended.wait(self._every)

    def stop(self):
        """End the measurement; call it while the process still lives."""
        if not self._ended.is_set():
            self.seconds = time.perf_counter() - self.start
            self.processor_seconds = processor_seconds(self.pid) - self._used_before
            self._ended.set()
            self._thread.join()
            self.peak_bytes = max(self.peak_bytes, high_water_bytes(self.pid))

    @property
    def megabytes(self):
        return self.peak_bytes / MEGABYTE
