"""Journals: what is on the disk is read again, what was cut short is not, one writes at a time."""

import errno
import json
import os
import signal
import subprocess
import sys

import pytest

from rgcourse import _journal

ENTRIES = [{"a": 0.1}, [1, "ü\u2028"], {"b": float("nan")}]
LOCK = """
import sys, time
from rgcourse import _journal
with _journal.locked(sys.argv[1], "taken"):
    print("in", flush=True)
    time.sleep(600)
"""
FORK = """
import os, signal, sys, time
from rgcourse import _journal
with _journal.locked(sys.argv[1], "taken"):
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        time.sleep(600)
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_is_appended_is_read_again(tmp_path):
    path = tmp_path / "j"
    assert list(_journal.entries(path)) == []
    _journal.append(path, ENTRIES[:1])
    _journal.append(path, ENTRIES[1:])
    assert str(list(_journal.entries(path))) == str(ENTRIES)


def test_cut_short_anywhere_it_goes_on(tmp_path):
    path = tmp_path / "j"
    _journal.append(path, [{"n": 1}])
    whole = path.read_bytes()
    _journal.append(path, [{"n": "ü"}])
    for left in range(len(whole), path.stat().st_size - 1):
        path.write_bytes((whole + b'\n{"n": "\xc3\xbc"}\n')[:left])
        _journal.append(path, [{"n": 3}])
        assert [one["n"] for one in _journal.entries(path)] in ([1, 3], [1, "ü", 3])


def test_a_full_disk_is_said(tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("a device that is always full is Linux's")
    with pytest.raises(OSError, match="what was written before is kept: make room") as caught:
        _journal.append("/dev/full", [{"n": 1}])
    assert caught.value.errno == errno.ENOSPC


def test_one_writes_at_a_time_and_a_death_frees_the_lock(tmp_path):
    pytest.importorskip("fcntl")
    command = [sys.executable, "-c", LOCK, str(tmp_path / "j")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(ValueError, match="taken"), _journal.locked(tmp_path / "j", "taken"):
            pass
        other.kill()
    with _journal.locked(tmp_path / "j", "taken"):
        pass


def test_a_child_that_outlives_its_parent_holds_no_lock(tmp_path):
    """Workers of a forked pool do, when their client is killed."""
    pytest.importorskip("fcntl")
    command = [sys.executable, "-c", FORK, str(tmp_path / "j")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert parent.wait() == -signal.SIGKILL
        with _journal.locked(tmp_path / "j", "taken"):
            os.kill(child, signal.SIGKILL)


def test_lines_are_json(tmp_path):
    _journal.append(tmp_path / "j", [{"a": 1}])
    assert json.loads((tmp_path / "j").read_text()) == {"a": 1}
