"""Hostile submissions: each is stopped, and what else is in the notebook still counts."""

import os
import shutil
import socket
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rgcourse.coursework import clock, plain, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

GOOD = "def double(x):\n    return 2 * x"
ASK = {"name": "double", "args": [21], "group": "double"}


def run(*cells, ask=(), **options):
    """Outcome of some cells after a good one; the good function is always asked last."""
    return sandbox.run([GOOD, *cells], [*ask, ASK], **options)


def call(name, *args):
    return {"name": name, "args": [plain.encode(a) for a in args], "group": name}


def test_walls_are_there():
    assert shutil.which("bwrap"), "bubblewrap is needed to test grading: apt install bubblewrap"


def test_values_functions_arrays_and_generators():
    cells = [
        "import numpy as np\ndef shuffle(x, rng): return rng.permutation(x)",
        "answer = np.float64(3.5)",
    ]
    outcome = run(*cells, ask=[call("shuffle", np.arange(5), plain.Seed(7)), {"name": "answer"}])
    shuffled = plain.decode(outcome.answers[0])
    assert np.array_equal(shuffled, np.random.default_rng(7).permutation(np.arange(5)))
    assert outcome.answers[1] == 3.5 and outcome.answers[2] == 42 and not outcome.errors


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def broken(:", "SyntaxError"),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os._exit(0)", "process ended"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "process ended"),
        ("bytearray(5 * 10**9)", "MemoryError"),  # the limit is 4 GB
        ("import numpy; numpy.ones(6 * 10**8)", "MemoryError"),
        ("open('big', 'wb').write(bytes(10**8))", "File too large"),
        ("def deep(): deep()\ndeep()", "RecursionError"),
        ("input('the answer?')", "EOFError"),
        ("class E(Exception):\n  def __str__(self): raise self\nraise E", "E"),
    ],
)
def test_one_bad_cell_costs_one_cell(cell, reason):
    outcome = run(cell)
    assert reason in outcome.cell_errors[1] and outcome.answers == {0: 42}


def test_a_gigabyte_is_allowed():
    outcome = run("length = len(bytearray(10**9))", ask=[{"name": "length"}])
    assert outcome.answers == {0: 10**9, 1: 42} and not outcome.cell_errors


def test_a_temporary_folder_holds_a_hundred_megabytes():
    """In files of less than 50 MB, which is the limit of one."""
    fill = (
        "size = 0\nfor n in range(5):\n    size += open(f'part{n}', 'wb').write(bytes(24 * 10**6))"
    )
    outcome = run(fill, ask=[{"name": "size"}])
    assert "No space left" in outcome.cell_errors[1] and outcome.answers == {0: 96 * 10**6, 1: 42}


def test_reasons_are_short():
    """Cut where they arise: eight long ones would be more than all answers may take."""
    outcome = run(*["raise ValueError('x' * 4 * 10**6)"] * 8)
    assert list(outcome.cell_errors.values()) == [f"ValueError: {'x' * 288}"] * 8
    assert outcome.answers == {0: 42}


def test_loops_are_stopped_and_the_rest_counts(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 1.0)
    loop = "def loop(x):\n    while True: pass"
    outcome = run("while True: pass", loop, ask=[call("loop", 1), call("loop", 2)])
    assert "stopped after" in outcome.cell_errors[1]
    assert all("stopped after" in outcome.errors[n] for n in (0, 1)) and outcome.answers == {2: 42}


def test_calls_of_one_question_share_their_time(monkeypatch):
    """Two of them take 4 s of the 5 s; and who sleeps gets no more time than who computes."""
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 5.0)
    monkeypatch.setattr(clock, "WALL_FACTOR", 30)  # others may be testing on this machine
    slow = "import time\ndef slow(x):\n    end = time.process_time() + 2\n"
    slow += "    while time.process_time() < end: pass\n    return x"
    outcome = run(slow, ask=[call("slow", n) for n in range(4)])
    assert outcome.answers == {0: 0, 1: 1, 4: 42}
    assert all("in one question" in outcome.errors[n] for n in (2, 3))
    asleep = "import time\ndef slow(x):\n    time.sleep(2)\n    return x"
    outcome = run(asleep, ask=[call("slow", n) for n in range(4)])
    assert outcome.answers[0] == 0 and 3 in outcome.errors and outcome.answers[4] == 42


def test_the_whole_is_stopped_too(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 1.0)
    outcome = run(*["while True: pass"] * 20, seconds=5.0)
    assert outcome.answers == {} and "stopped" in outcome.errors[0]


def left_over(before):
    """Numbers of new processes that run a submission."""
    found = []
    for number in filter(str.isdigit, set(os.listdir("/proc")) - before):
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue
        found += [number] if b"child.py" in command else []
    return found


def test_processes_are_few_and_none_is_left():
    bomb = (
        "import os, time\n"
        "def bomb():\n"
        "    born = 0\n"
        "    try:\n"
        "        while True:\n"
        "            if os.fork() == 0:\n"
        "                os.setsid()\n"
        "                time.sleep(1000)\n"
        "            born += 1\n"
        "    except OSError:\n"
        "        return born\n"
    )
    before = set(os.listdir("/proc"))
    outcome = run(bomb, ask=[call("bomb")])
    assert 0 < outcome.answers[0] <= sandbox.LIMITS["RLIMIT_NPROC"] and outcome.answers[1] == 42
    until = time.monotonic() + 60
    while left_over(before) and time.monotonic() < until:  # the system takes a moment
        time.sleep(0.1)
    assert not left_over(before)


def test_a_gigabyte_of_output_and_of_answers():
    loud = "def loud():\n    for _ in range(1000): print('x' * 10**6)\n    return 1"
    vast = "import numpy as np\ndef vast(): return np.zeros(10**7)"
    outcome = run(loud, vast, ask=[call("loud"), call("vast")])
    assert outcome.answers == {0: 1, 2: 42} and "200000 are allowed" in outcome.errors[1]


def test_junk_on_the_channel_is_ignored(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 60.0)  # a flood takes long on a busy machine
    junk = (
        "import os\n"
        "def junk():\n"
        "    for fd in range(3, 20):\n"
        '        try: os.write(fd, b\'{"value": ["request", "x"]}\\n[[[\\n\' * 99)\n'
        "        except OSError: pass\n"
        "    return 5\n"
    )
    outcome = run(junk, ask=[call("junk")])
    assert outcome.answers == {0: 5, 1: 42}
    flood = junk.replace("* 99", "* 10**6").replace("range(3, 20)", "list(range(3, 20)) * 9")
    assert "MB of answers" in run(flood, ask=[call("junk")]).errors[0]


def test_no_files_of_ours_no_network(tmp_path):
    secret = tmp_path / "key.json"
    secret.write_text("expected = 42")
    inside = Path(sandbox.__file__).with_name("hidden_by_test")
    inside.write_text("expected = 42")
    spy = (
        "import os, socket\n"
        "def read(path):\n    return open(path).read()\n"
        "def found():\n"
        "    tops = set(os.listdir('/')) - {'proc', 'sys', 'dev', 'usr'}\n"
        "    folders = (f for top in tops for f, _, _ in os.walk('/' + top))\n"
        "    return [f for f in folders if f.endswith('/instructor')]\n"
        "def call_home(port):\n"
        "    return bool(socket.create_connection(('127.0.0.1', port), 2))\n"
        "def mine():\n    return dict(os.environ)\n"
        "def others():\n    return sum(name.isdigit() for name in os.listdir('/proc'))\n"
    )
    ask = [call("read", str(secret)), call("read", str(inside)), call("read", "/etc/passwd")]
    with socket.create_server(("127.0.0.1", 0)) as listening:  # reachable from outside the walls
        ask += [call("found"), call("call_home", listening.getsockname()[1]), call("mine")]
        ask += [call("others")]
        try:
            outcome = run(spy, ask=ask, hidden=[inside])
        finally:
            inside.unlink()
    assert "FileNotFoundError" in outcome.errors[0] and "FileNotFoundError" in outcome.errors[2]
    assert "expected" not in str(outcome.answers.get(1)) and outcome.answers[3] == {"list": []}
    assert "refused" in outcome.errors[4] or "unreachable" in outcome.errors[4]
    assert "RGCOURSE_SECRET" not in str(outcome.answers[5])
    assert outcome.answers[6] <= 3  # itself and what started it inside; nobody else's processes


def test_compiled_kernels_come_as_a_copy(tmp_path):
    kernels = tmp_path / "kernels"
    use = "from rgcourse.exact import enumerate_ising\nu = enumerate_ising(2, 0.3).energy"
    ours = sandbox.run([use], [{"name": "u"}], kernels=kernels, trusted=True)
    files = {path: path.read_bytes() for path in kernels.rglob("*.nb?")}
    assert files and not ours.errors
    spoil = (
        "import os\nfrom pathlib import Path\n"
        "own = sorted(Path(os.environ['NUMBA_CACHE_DIR']).rglob('*.nb?'))\n"
        "count = len(own)\nfor path in own: path.write_bytes(b'spoilt')\n"
        f"Path({str(next(iter(files)))!r}).write_bytes(b'spoilt')"
    )
    theirs = run(use, spoil, ask=[{"name": "u"}, {"name": "count"}], kernels=kernels)
    assert theirs.answers == {0: ours.answers[0], 1: len(files), 2: 42}
    assert "OSError" in theirs.cell_errors[2] or "PermissionError" in theirs.cell_errors[2]
    assert files == {path: path.read_bytes() for path in kernels.rglob("*.nb?")}


def test_answers_that_lie_about_equality_do_not_cross():
    cheat = (
        "class Yes:\n"
        "    def __eq__(self, other): return True\n"
        "    def __reduce__(self): return (print, ('boo',))\n"
        "yes = Yes()\n"
    )
    outcome = run(cheat, ask=[{"name": "yes"}])
    assert 0 in outcome.errors and outcome.answers == {1: 42}


def test_a_hook_in_the_frames_above_finds_inputs_only():
    hook = (
        "import sys\n"
        "def peek(x):\n"
        "    frame, seen = sys._getframe(), []\n"
        "    while frame:\n"
        "        seen.append(repr(sorted(frame.f_locals))[:2000])\n"
        "        seen += [repr(v)[:2000] for k, v in frame.f_locals.items() if k == 'request']\n"
        "        frame = frame.f_back\n"
        "    return seen\n"
    )
    outcome = run(hook, ask=[call("peek", 1)])
    seen = str(outcome.answers[0])
    assert "peek" in seen and "expected" not in seen and "key" not in seen.replace("keys", "")


LOOK = """
import gc, os, select, sys
same = abs
def look():
    frame, seen = sys._getframe(), [repr([d for d in gc.get_objects() if type(d) is dict])]
    while frame:
        seen.append(repr(frame.f_locals))
        frame = frame.f_back
    for number in range(64):
        try:
            if select.select([number], [], [], 0)[0]:
                seen.append(repr(os.read(number, 100_000)))
        except (OSError, ValueError):
            pass
    return "7373" "7373" in str(seen)
"""


def test_a_cell_finds_no_inputs_for_they_have_not_come():
    """What a cell raises is told to its student; what a function raises has its inputs left out."""
    outcome = run(LOOK, "early = look()", ask=[{"name": "early"}, call("same", 73737373)])
    assert outcome.answers[0] is False and outcome.answers[1] == 73737373


def test_a_cell_that_claims_to_be_over_may_get_inputs_but_no_word_out():
    claim = (
        "for number in range(64):\n"
        '    try: os.write(number, b\'{"done": ["cell", 2]}\\n\')\n'
        "    except OSError: pass\n"
        "import time\n"
        "end = time.monotonic() + 5\n"
        "while not (early := look()) and time.monotonic() < end: time.sleep(0.01)\n"
        "raise ValueError(f'now it is known: {early}')"
    )
    outcome = run(LOOK, claim, ask=[call("same", 73737373)])
    assert list(outcome.cell_errors) == [2] and "known:" not in outcome.cell_errors[2]
    assert outcome.answers == {0: 73737373, 1: 42}  # without the cell


def test_limits_hold_without_walls_too():
    outcome = run("bytearray(5 * 10**9)", isolated=False)
    assert "MemoryError" in outcome.cell_errors[1] and outcome.answers == {0: 42}


def test_walls_are_not_silently_left_out(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: None)
    with pytest.raises(ValueError, match="apt install bubblewrap"):
        run()


def test_walls_that_may_not_be_built_count_as_none(tmp_path, monkeypatch):
    """As in a container without namespaces: every submission would fail there."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho no permission to create a namespace >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox.bubblewrap.cache_clear()
    try:
        assert sandbox.bubblewrap() is None
        assert sandbox.level().name == "limits only"
    finally:
        sandbox.bubblewrap.cache_clear()
