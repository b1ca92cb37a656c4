"""What a submission may take with all its processes together, and the attacks that try for more.

Limits are made small here, so that an attack is over soon; the counting is the same.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from coursework_class import hand_in, small_key, solution

from rgcourse.coursework import clock, command, grade, key, levels, sandbox, syscalls, tree, walls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

GOOD = "def double(x):\n    return 2 * x"
ASK = {"name": "double", "args": [21], "group": "double"}
MANY = (  # a process that dies when the first one does would hide what is tested
    "import ctypes, mmap, os, signal, socket, struct, subprocess, sys, time\n"
    "kernel = ctypes.CDLL(None, use_errno=True)\n"
    "def apart(work):\n"
    "    '''Do some work in a grandchild that has left group and session.'''\n"
    "    if os.fork() == 0:\n"
    "        os.setsid()\n"
    "        if os.fork() == 0:\n"
    "            try: work()\n"
    "            except BaseException: pass\n"
    "            time.sleep(1000)\n"
    "        os._exit(0)\n"
    "    os.wait()\n"
)
BOTH = pytest.mark.parametrize("isolated", [True, False], ids=["walls", "no walls"])


def attack(cell, *ask, **options):
    """Outcome of a cell among good ones, and whether the good ones still count."""
    outcome = sandbox.run([GOOD, MANY + cell], [*ask, ASK], **options)
    assert outcome.answers.get(len(ask)) == 42, outcome
    return outcome


@pytest.fixture
def little_memory(monkeypatch):
    monkeypatch.setattr(walls, "MEMORY_IN_ALL", 600_000_000)


@pytest.fixture
def little_time(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 1.5)


# --- memory of all processes --------------------------------------------------------------------

HOLD = "x = bytearray(250_000_000); x[::4096] = b'1' * len(x[::4096])"
HELD_BY_MANY = {
    "children": "for _ in range(3):\n    if os.fork() == 0:\n"
    f"        {HOLD}\n        time.sleep(99)",
    "grandchildren that have left": f"def work():\n    {HOLD}\n    time.sleep(99)\n"
    "for _ in range(3): apart(work)",
    "new programs": "program = [sys.executable, '-c', "
    f"{f'import time; {HOLD}; time.sleep(99)'!r}]\n"
    "for _ in range(3): subprocess.Popen(program, start_new_session=True)",
    "one shared memory after another": "for _ in range(3):\n"
    "    if os.fork() == 0:\n"
    "        shared = mmap.mmap(-1, 250_000_000)\n"
    "        shared.write(bytes(250_000_000))\n"
    "        time.sleep(99)",
}


@BOTH
@pytest.mark.parametrize("how", HELD_BY_MANY)
def test_memory_of_all_processes_is_counted(how, isolated, little_memory):
    """Red before: 4.8 GB held by three, each of them within its own limit."""
    outcome = attack(HELD_BY_MANY[how] + "\ntime.sleep(99)", isolated=isolated)
    assert "GB of memory in all its processes" in outcome.cell_errors[1]


def test_what_is_shared_counts_once(little_memory):
    """Ten workers that look at one array do not hold ten of them."""
    cell = (
        "x = bytearray(250_000_000); x[::4096] = b'1' * len(x[::4096])\n"
        "for _ in range(10):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(99)\n"
        "time.sleep(1); size = len(x)"
    )
    outcome = attack(cell, {"name": "size"})
    assert not outcome.cell_errors and outcome.answers[0] == 250_000_000


@pytest.mark.parametrize(("size", "held"), [(10, False), (45, True)])
def test_scratch_is_memory_and_counts(size, held, monkeypatch):
    """Files of 45 MB in two places are within the size of each."""
    monkeypatch.setattr(walls, "MEMORY_IN_ALL", 200_000_000)
    cell = (
        "for place in ('/tmp/a', '/tmp/b', '/dev/shm/a', '/dev/shm/b'):\n"
        f"    with open(place, 'wb') as file: file.write(bytes({size}_000_000))\n"
        "time.sleep(1); x = 7"
    )
    outcome = attack(cell, {"name": "x"})
    assert ("GB of memory" in outcome.cell_errors.get(1, "")) == held, outcome


def test_memory_files_are_refused_and_where_they_cannot_be_they_are_counted(
    little_memory, monkeypatch
):
    """Red before: 4.4 GB in memory files of 40 MB each, which no process has in its own memory."""
    cell = (
        "files = []\n"
        "for n in range(20):\n"
        "    files.append(os.memfd_create('x')); os.write(files[-1], b'1' * 40_000_000)\n"
        "time.sleep(99)"
    )
    assert "not implemented" in attack(cell).cell_errors[1]
    monkeypatch.setattr(syscalls, "program", lambda: b"")
    assert "GB of memory in all" in attack(cell).cell_errors[1]


def test_a_file_system_of_its_own_counts_where_it_cannot_be_refused(little_memory, monkeypatch):
    """Red before: an 8 GB tmpfs in a user namespace of the submission's own."""
    fill = "for n in $(seq 20); do head -c 40000000 /dev/zero > /tmp/own/$n; done; sleep 99"
    script = f"mkdir /tmp/own; mount -t tmpfs -o size=8g none /tmp/own && {fill}"
    cell = f"subprocess.run(['unshare', '-Urm', 'sh', '-c', {script!r}], check=True)"
    assert "CalledProcessError" in attack(cell).cell_errors[1]
    monkeypatch.setattr(syscalls, "program", lambda: b"")
    reason = attack(cell).cell_errors[1]
    assert ("GB of memory in all" if os.getuid() == 0 else "CalledProcessError") in reason


REFUSED = {  # a call of the kernel that returns -1, and why
    "kernel.unshare(0x10000000)": "Errno 1]",
    "kernel.setns(os.open('/proc/self/ns/user', os.O_RDONLY), 0)": "Errno 1]",
    "kernel.mount(b'none', b'/tmp', b'tmpfs', 0, b'')": "Errno 1]",
    "kernel.syscall(56, 0x10000011, 0, 0, 0, 0)": "Errno 1]",  # clone, of x86-64
    "kernel.shmget(0, 10**9, 0o1600)": "Errno 38]",
    "kernel.msgget(0, 0o1600)": "Errno 38]",
    "kernel.memfd_create(b'x', 0)": "Errno 38]",
    "kernel.syscall(425, 8, bytes(120))": "Errno 38]",  # io_uring_setup
    "kernel.vmsplice(1, 0, 0, 0)": "Errno 38]",
    "kernel.ptrace(16, os.getppid(), 0, 0)": "Errno 1]",
    "kernel.setpriority(0, 0, -5)": "Errno 13]",
}


@pytest.mark.parametrize("call", REFUSED)
def test_calls_that_are_refused(call):
    """By the filter, and so with every bubblewrap, as root and as anybody."""
    if "syscall(56" in call and os.uname().machine != "x86_64":
        pytest.skip("a number of another processor")
    cell = f"if {call} < 0: raise OSError(ctypes.get_errno(), 'refused')"
    assert REFUSED[call] in attack(cell).cell_errors[1]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("subprocess.run(['unshare', '-Ur', 'true'], check=True)", "CalledProcessError"),
        ("subprocess.run(['bwrap', '--ro-bind', '/', '/', 'true'], check=True)", "Error"),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "Network is unreachable"),
        ("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)", "Network is unreachable"),
        ("open('/new', 'w')", "Read-only"),
        ("open('/dev/new', 'w')", "Read-only"),
        ("open('/etc/new', 'w')", "Read-only"),
        ("os.mkdir('/usr/new')", "Read-only"),
        ("os.chmod('/dev/null', 0)", "Error"),
        ("import resource; resource.setrlimit(resource.RLIMIT_NPROC, (999, 999))", "ValueError"),
        ("os.setuid(0)", "PermissionError"),
    ],
)
def test_what_is_refused(cell, reason):
    assert reason in attack(cell).cell_errors[1]


def test_what_an_honest_notebook_needs_is_not_refused():
    """Pools, threads, pipes, sockets between its own processes, subprocesses, asyncio."""
    cell = (
        "import asyncio, concurrent.futures, multiprocessing\n"
        "from threading import Thread\n"
        "def square(x): return x * x\n"
        "with multiprocessing.get_context('fork').Pool(4) as pool: a = pool.map(square, range(4))\n"
        "with concurrent.futures.ThreadPoolExecutor(4) as pool: b = [*pool.map(square, range(4))]\n"
        "one, other = socket.socketpair(); one.send(b'x'); c = other.recv(1)\n"
        "d = subprocess.run(['cat'], input=b'y', capture_output=True).stdout\n"
        "shared = multiprocessing.Array('d', 3); shared[1] = 2.5\n"
        "os.sched_setaffinity(0, os.sched_getaffinity(0))\n"
        "open('/tmp/x', 'w').write('z'); open('/dev/null', 'w').write('z')\n"
        "e = (a == b, c, d, shared[1]) == (True, b'x', b'y', 2.5)\n"
    )
    outcome = attack(cell, {"name": "e"})
    assert outcome.answers[0] is True and not outcome.cell_errors


def test_pipes_and_sockets_are_no_store(little_memory, monkeypatch):
    """Red before: what lies in pipes and sockets is in no process's memory."""
    monkeypatch.setattr(walls, "MEMORY_IN_ALL", 300_000_000)
    cell = (
        "def work():\n"
        "    kept = [socket.socketpair() for _ in range(110)]\n"
        "    for pair in kept:\n"
        "        for end in pair:\n"
        "            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 10**9)\n"
        "            end.setblocking(False)\n"
        "            try:\n"
        "                while True: end.send(bytes(65536))\n"
        "            except BlockingIOError: pass\n"
        "    time.sleep(99)\n"
        "for _ in range(8): apart(work)\n"
        "time.sleep(99)"
    )
    assert "GB of memory in all" in attack(cell).cell_errors[1]


def test_a_larger_buffer_is_not_given():
    cell = (
        "one, _ = socket.socketpair()\n"
        "before = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)\n"
        "one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_000_000)\n"
        "same = before == one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)\n"
    )
    assert attack(cell, {"name": "same"}).answers[0] is True


def test_a_million_empty_files_are_not_nothing(monkeypatch):
    """Each takes a kilobyte of the kernel's memory, and nothing of the scratch."""
    monkeypatch.setattr(walls, "MEMORY_IN_ALL", 150_000_000)
    cell = "for n in range(10**6): os.close(os.open(f'/tmp/{n}', os.O_CREAT))"
    assert "GB of memory in all" in attack(cell).cell_errors[1]


# --- processor time, and the neighbour ----------------------------------------------------------

BUSY = (
    "def busy(seconds):\n    end = time.process_time() + seconds\n"
    "    while time.process_time() < end: pass\n"
)
SPINNING = (
    "def spin():\n"
    "    while True:\n"
    "        os.sched_setaffinity(0, range(os.cpu_count())); sum(range(10**5))\n"
    "for _ in range(25): apart(spin)\n"
)


def test_an_honest_neighbour_of_spinning_processes_loses_nothing(monkeypatch):
    """Red before: 31 of them beside 3 s of work, which then hit the limit of 10 s."""
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 4.0)
    monkeypatch.setattr(clock, "WALL_FACTOR", 30)  # others may be testing on this machine
    found = {}

    def mark(name, cell):
        found[name] = sandbox.run([MANY + BUSY, cell], [{"name": "x"}])

    cells = {"honest": "busy(2.5); x = 1", "hostile": SPINNING + "time.sleep(99)"}
    workers = [threading.Thread(target=mark, args=one) for one in cells.items()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found["honest"].answers == {0: 1} and not found["honest"].cell_errors
    assert "stopped after" in found["hostile"].cell_errors[1]


def test_a_tree_that_takes_more_than_its_share_is_put_on_one_core():
    if os.cpu_count() == 1:
        pytest.skip("there is one core")
    cell = SPINNING + "time.sleep(1.5); x = [len(os.sched_getaffinity(0)), os.nice(0)]"
    assert attack(cell, {"name": "x"}).answers[0] == {"list": [1, 19]}
    cell = BUSY + "busy(1); x = len(os.sched_getaffinity(0))"
    assert attack(cell, {"name": "x"}).answers[0] == len(os.sched_getaffinity(0))


ENDLESS = {
    "sleep": "time.sleep(99)",
    "stop": "os.kill(os.getpid(), signal.SIGSTOP)",
    "stop all": "if os.fork(): os.kill(0, signal.SIGSTOP)",
    "threads": "from threading import Thread\n"
    "one = Thread(target=time.sleep, args=(99,)); one.start(); one.join()",
    "pipe": "os.read(os.pipe()[0], 1)",
    "pause": "signal.pause()",
    "timer": "signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)\n"
    "signal.signal(signal.SIGALRM, lambda *_: None)\nwhile True: signal.pause()",
    "forks": "while True:\n    if os.fork() == 0: os._exit(0)\n    os.wait()",
    "nobody waits": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    "while True:\n    if os.fork() == 0: busy(0.3); os._exit(0)\n    time.sleep(0.25)",
    "elsewhere": "def spin():\n    while True: pass\n"
    "for _ in range(9): apart(spin)\ntime.sleep(99)",
    "a child that is waited for": "if os.fork() == 0: busy(99)\nos.wait()",
}


@pytest.mark.parametrize("how", ENDLESS)
def test_what_hangs_or_works_elsewhere_is_stopped(how, little_time):
    told = attack(BUSY + ENDLESS[how]).cell_errors[1]
    assert told.startswith("stopped after") and told.endswith("in one cell")


def requests(*groups):
    return [{"group": name} for name in groups]


def test_a_clock_counts_work_where_it_works_and_time_where_it_sleeps():
    told = clock.Clock(10.0, 60.0, 30.0, requests("a", "a", "b"))
    told.spend(("cell", 0), 50.0, 9.9, busy=True)  # the machine had others to serve
    assert told.over(("cell", 0)) is None
    told.spend(("cell", 0), 0.1, 0.2, busy=True)
    assert told.over(("cell", 0)) == "stopped after 10 s in one cell"
    for _ in range(11):
        told.spend(("cell", 1), 0.9, 0.0, busy=False)
    assert told.over(("cell", 1)) is None
    told.spend(("cell", 1), 0.2, 0.0, busy=False)
    assert told.over(("cell", 1)) == "stopped after 10 s in one cell"


def test_a_late_look_is_not_taken_for_sleep():
    """The grader itself, or the whole machine, may stand still for a while."""
    told = clock.Clock(10.0, 60.0, 30.0, [])
    told.spend(("cell", 0), passed=30.0, used=0.0, busy=False)
    assert told.over(("cell", 0)) is None
    told.spend(("cell", 0), passed=30.0, used=0.0, busy=False)
    assert told.over(("cell", 0)) == "stopped after 60 s of wall clock in one cell"


def test_a_clock_ends_what_never_gets_a_turn():
    told = clock.Clock(10.0, 60.0, 30.0, [])
    told.spend(("cell", 0), 59.0, 0.0, busy=True)
    assert told.over(("cell", 0)) is None
    told.spend(("cell", 0), 1.0, 0.0, busy=True)
    assert told.over(("cell", 0)) == "stopped after 60 s of wall clock in one cell"
    for n in range(1, 6):
        told.spend(("cell", n), 59.9, 0.0, busy=True)
    assert told.over(("cell", 5)) is None
    told.spend(("cell", 6), 0.5, 0.0, busy=True)
    assert told.over(("cell", 6)) == "stopped after 360 s of wall clock in all"


def test_a_clock_gives_a_question_its_time_once_and_everything_its_sum():
    told = clock.Clock(10.0, 25.0, 30.0, requests("a", "a", "b"))
    told.spend(("request", 0), 6.0, 6.0, busy=True)
    told.spend(("request", 1), 4.0, 4.0, busy=True)
    assert told.over(("request", 1)) == "stopped after 10 s in one question"
    told.spend(("request", 2), 9.0, 9.0, busy=True)
    assert told.over(("request", 2)) is None
    told.spend(("cell", 0), 6.0, 6.0, busy=True)
    assert told.over(("cell", 0)) == told.spent_all == "stopped after 25 s in all"


def test_a_process_has_its_time_to_start_and_each_anew():
    told = clock.Clock(10.0, 60.0, 30.0, [])
    told.spend(None, 29.0, 1.0, busy=True)
    assert told.over(None) is None
    told.begin()
    told.spend(None, 29.0, 1.0, busy=True)
    assert told.over(None) is None
    told.spend(None, 1.0, 0.0, busy=True)
    assert told.over(None) == "not started after 30 s"


# --- processes ----------------------------------------------------------------------------------


def all_marked(text):
    """Processes of this machine with a text in their command."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if text.encode() in path.read_bytes() else []
        except OSError:
            pass
    return found


@BOTH
def test_nothing_outlives_its_attempt(isolated):
    mark = f"outlive{os.getpid()}{isolated}"
    cell = (
        f"program = [sys.executable, '-c', 'import time; time.sleep(999)', '{mark}']\n"
        "def work(): subprocess.Popen(program, start_new_session=True)\n"
        "for _ in range(3): apart(work)\n"
        "time.sleep(0.5)\n"
    )
    attack(cell, isolated=isolated)
    attack(cell + "os._exit(0)", isolated=isolated)
    until = time.monotonic() + 30
    while all_marked(mark) and time.monotonic() < until:
        time.sleep(0.1)
    assert not all_marked(mark)


def test_a_crowd_is_stopped_where_the_kernel_does_not_count(monkeypatch):
    """As for a user whose limit holds for all that is theirs."""
    monkeypatch.setattr(walls, "LIMITS", walls.LIMITS | {"RLIMIT_NPROC": 500})
    cell = "for _ in range(60):\n    if os.fork() == 0: time.sleep(99)\ntime.sleep(99)"
    assert "stopped: more than 32 processes" in attack(cell).cell_errors[1]


def test_a_table_that_is_a_moment_old_does_not_lose_the_first_process(monkeypatch):
    monkeypatch.setattr(tree, "FRESH", 60.0)
    tree.processes(0.0)
    with subprocess.Popen(["sleep", "60"]) as process:
        watched = tree.Tree(process.pid, 1e9)
        assert watched.look().tasks == 0  # it was not there yet
        tree.processes(0.0)
        assert watched.look().tasks == 1
        process.kill()


def test_what_lies_at_a_place_is_asked_which_it_is(tmp_path):
    """Red before: the 32 GB of a disk were counted in 14 of 2314 starts, each watched closely.

    While bubblewrap changes the root, the `/tmp` of the list of file systems may be the disk's.
    """
    device = os.stat("/dev/shm").st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    (tmp_path / "x").write_bytes(bytes(10_000))
    assert tree._bytes_in("/dev/shm", number) > 0
    assert tree._bytes_in("/", number) == tree._bytes_in("/not/there", number) == 0


@pytest.mark.parametrize("told_apart", [True, False])
def test_a_table_that_is_a_moment_old_stops_nobody(told_apart, monkeypatch):
    """Red before: what it was started from had 5 GB, and was still what the table said.

    At that moment the new process is seen with all memory of the one that starts it.
    """
    monkeypatch.setattr(tree, "FRESH", 60.0)
    if not told_apart:  # a machine on which nobody may ask what is shared
        monkeypatch.setattr(tree, "_own_share", lambda one: one.resident)
    with subprocess.Popen(["sleep", "60"]) as process:
        watched = tree.Tree(process.pid, 4e9)
        table = tree.processes(0.0)
        table[process.pid] = replace(table[process.pid], resident=5_000_000_000)
        assert 0 < watched.look().held < 1e8
        process.kill()


def test_the_end_of_a_tree_spares_another_process_with_the_same_number():
    with subprocess.Popen(["sleep", "60"]) as process:
        watched = tree.Tree(process.pid, 1e9)
        watched.first = watched.known = {process.pid: -1}  # one that started at another time
        watched.end()
        assert process.poll() is None
        process.kill()


# --- replies ------------------------------------------------------------------------------------

FLOOD = (
    "import os\ndef flood(line):\n    for fd in range(3, 30):\n        try:\n"
    "            while True: os.write(fd, line)\n        except OSError: pass\n"
)
FLOODS = [
    "b'{},' * 10**6",
    "b'[' * 10**6",
    "b'{}\\n' * 10**6",
    "b'{\"a\": [' + b'1,' * 990_000 + b'1]}\\n'",
    "b'[' + b'{},' * 480_000 + b'{}]\\n'",
    "b'[' + b'\"' + b'x' * 15_000_000 + b'\"]'",
]


def test_a_flood_of_replies_does_not_grow_the_grader():
    """Red once: 2.7 GB of `{},{},...`. In a process of its own, to see the most that it takes."""
    program = (
        "import resource\n"
        "from rgcourse.coursework import sandbox\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "sandbox.run(['x = 1'], [{'name': 'x'}])\n"
        "before = most()\n"
        f"for line in {FLOODS!r}:\n"
        f"    sandbox.run([{FLOOD!r} + f'flood({{line}})'], [])\n"
        "print(most() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert int(done.stdout) < 300_000, "kilobytes"


# --- levels -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """Puts a command before those of the system, and forgets what was tried out."""

    def put(name, script):
        folder = tmp_path / "tools"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        levels.bubblewrap.cache_clear()

    yield put
    levels.bubblewrap.cache_clear()


def refusing(*options):
    """A bubblewrap that does not know some options, as it says it itself."""
    real = shutil.which("bwrap")
    if not options:
        return f'exec {real} "$@"'
    cases = "|".join(f"*' {one} '*" for one in options)
    return (
        f'case " $* " in {cases}) echo "bwrap: Unknown option" >&2; exit 1;; esac\nexec {real} "$@"'
    )


OLD = {
    "0.8, here": ((), "counted"),
    "0.7": (("--disable-userns",), "counted"),
    "0.6.1": (("--size", "--disable-userns"), "counted, older walls"),
    "0.4.1": (("--size", "--perms", "--disable-userns"), "counted, older walls"),
    "a container without a new /proc": (("--proc",), "counted, no /proc"),
    "both": (("--size", "--perms", "--proc"), "counted, no /proc, older walls"),
}


@pytest.mark.parametrize("which", OLD)
def test_an_older_bubblewrap_marks_at_a_level_with_a_name(which, tool, made, tmp_path):
    """Red before: everybody had 0 points, status `graded`."""
    options, name = OLD[which]
    tool("bwrap", refusing(*options))
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    hand_in(folder, "ada", solution(made, "ada"))
    hand_in(folder, "empty", "")
    if "," in name:
        with pytest.warns(UserWarning, match="not all walls can be built here"):
            rows = grade.grade(folder, made, output)
    else:
        rows = grade.grade(folder, made, output)
    assert sum(rows[0]["auto"].values()) == 20, rows
    with output.open(newline="") as file:
        table = {line["student"]: line["walls"] for line in csv.DictReader(file)}
    assert table["ada"] == name and table["empty"] == ""


@pytest.mark.parametrize("which", ["0.4.1", "a container without a new /proc"])
def test_what_is_missing_in_older_walls_is_counted_instead(which, tool, little_memory):
    """Scratch without a size is memory; and what is not seen in /proc is seen from outside."""
    tool("bwrap", refusing(*OLD[which][0]))
    fill = "for n in range(25): open(f'/tmp/{n}', 'wb').write(bytes(40_000_000))\ntime.sleep(99)"
    told = "GB of memory" if which == "0.4.1" else "No space left"
    assert told in attack(fill).cell_errors[1]
    cell = HELD_BY_MANY["grandchildren that have left"] + "\ntime.sleep(99)"
    assert "GB of memory" in attack(cell).cell_errors[1]


def test_walls_that_nobody_can_build_are_a_level_too(tool, made, tmp_path):
    tool("bwrap", "exit 1")
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", solution(made, "ada"))
    with pytest.warns(UserWarning, match="may not build its walls"):
        rows = grade.grade(tmp_path / "class", made, tmp_path / "g.csv")
    assert rows[0]["walls"] == "limits only" and sum(rows[0]["auto"].values()) == 20


def test_a_machine_that_is_too_busy_is_not_taken_for_one_without_walls(tool, monkeypatch):
    tool("bwrap", "exec sleep 60")
    monkeypatch.setattr(levels, "SECONDS", 0.2)
    with pytest.raises(ValueError, match="try again when it is less busy"):
        levels.level()


def test_a_control_group_is_used_where_it_holds(tool, monkeypatch, tmp_path):
    """Systemd is not here, so a script stands for it; what it is asked for is what it gets."""
    asked = tmp_path / "asked"
    script = f'echo "$*" >> {asked}\nwhile [ "$1" != "--" ]; do shift; done; shift; exec "$@"'
    groups = tmp_path / "groups"
    groups.mkdir()
    (groups / "cgroup.controllers").write_text("cpu memory pids\n")
    own = Path("/proc/self/cgroup").read_text().split("0::")[1].split("\n")[0]
    inner = groups / own.strip("/")
    inner.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(levels, "GROUPS", groups)
    for memory, name in (("3999997952", "full"), ("max", "counted"), ("4000004096", "counted")):
        (inner / "memory.max").write_text(f"{memory}\n")
        (inner / "pids.max").write_text("40\n")
        tool("systemd-run", script + f"  # {memory}")
        levels._best.cache_clear()
        assert levels.level().name == name
        if name == "full":
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere")
            cell = "x = 'DBUS_SESSION_BUS_ADDRESS' in os.environ"
            assert attack(cell, {"name": "x"}).answers[0] is False
            assert "MemoryMax=4000000000 -p MemorySwapMax=0 -p TasksMax=40" in asked.read_text()
    levels._best.cache_clear()


def test_the_level_is_said_on_the_terminal(made, tmp_path, capsys):
    key.write(made, tmp_path / "key.json")
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", "")
    call = ["grade", str(tmp_path / "class"), "--key", str(tmp_path / "key.json")]
    assert command.main([*call, "-o", str(tmp_path / "g.csv")]) == 0
    level = sandbox.level()
    assert f"walls: {level.name} ({level.told})" in capsys.readouterr().err


def test_a_table_from_before_the_levels_is_still_a_table(made, tmp_path):
    """Its marks by hand stay, and its lines get a level."""
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    hand_in(folder, "ada", solution(made, "ada"))
    grade.grade(folder, made, output)
    with output.open(newline="") as file:
        old = [line[:-1] for line in csv.reader(file)]
    old[1][old[0].index("own by hand (4)")] = "3"
    with output.open("w", newline="") as file:
        csv.writer(file).writerows(old)
    with pytest.warns(UserWarning, match="1 entries made by hand were kept"):
        grade.grade(folder, made, output)
    with output.open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["own by hand (4)"] == "3" and line["walls"] == sandbox.level().name


# --- the filter, and an ordinary user -----------------------------------------------------------

HEADERS = {  # where a kernel's own list of numbers may lie
    "x86_64": ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
    "aarch64": ["/usr/include/asm-generic/unistd.h"],
}


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_of_calls_are_those_of_the_kernel(machine):
    path = next((Path(name) for name in HEADERS[machine] if Path(name).exists()), None)
    if path is None:
        pytest.skip("no headers of the kernel here")
    known = {}
    for line in path.read_text().splitlines():
        parts = line.split()
        if len(parts) == 3 and parts[0] == "#define" and parts[2].isdigit():
            known[parts[1].replace("__NR3264_", "__NR_")] = int(parts[2])
    column = syscalls.ARCHITECTURES[machine][0]
    ours = {name: numbers[column] for name, numbers in syscalls.DENIED.items()}
    ours |= {"clone": syscalls.CLONE[column], "socket": syscalls.SOCKET[column]}
    ours |= {"setsockopt": syscalls.SETSOCKOPT[column]}
    found = {name: known[f"__NR_{name}"] for name in ours if f"__NR_{name}" in known}
    assert len(found) > 20 and found == {name: ours[name] for name in found}


AS_A_USER = """
import json, os, sys
from rgcourse.coursework import sandbox, walls
walls.MEMORY_IN_ALL = 600_000_000
cells = json.loads(sys.stdin.read())
outcome = sandbox.run(cells, [{"name": "double", "args": [21]}])
level = sandbox.level()
print(json.dumps([os.getuid(), level.name, outcome.answers.get(0), outcome.cell_errors]))
"""


def as_a_user(cells):
    """What a grader that is no root finds; Python is shown to it at its own place."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root, to become somebody else")
    wanted = [Path(sys.base_prefix), Path(sys.prefix), Path(walls.__file__).parents[2]]
    show = ["--perms", "0755", "--tmpfs", "/root"] if Path("/root") in wanted[0].parents else []
    for path in wanted if show else []:
        if Path("/root") in path.parents:
            for parent in [*path.parents][-3::-1]:
                show += ["--perms", "0755", "--dir", str(parent)]
            show += ["--ro-bind", str(path), str(path)]
    user = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "MPLCONFIGDIR": "/tmp/mpl-12345"}
    done = subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", *show, *user, sys.executable, "-c", AS_A_USER],
        input=json.dumps([GOOD, *cells]), env=environment, cwd="/tmp", capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_walls_and_counts_of_an_ordinary_user():
    """Red before: /, /dev and /dev/shm could be filled, and there was a namespace to be had."""
    hold = MANY + HELD_BY_MANY["grandchildren that have left"] + "\ntime.sleep(99)"
    attacks = {
        "open('/new', 'w')": "Read-only",
        "open('/dev/new', 'w')": "Read-only",
        "for n in range(9): open(f'/dev/shm/{n}', 'wb').write(bytes(24 * 10**6))": "No space left",
        MANY + "if kernel.unshare(0x10000000): raise OSError(ctypes.get_errno(), '')": "Errno 1",
        hold: "GB of memory in all its processes",
        "import os\nwhile True:\n    if os.fork() == 0: os.execlp('sleep', 'sleep', '99')":
            "temporarily unavailable",
    }  # fmt: skip
    user, level, answer, errors = as_a_user([*attacks])
    assert (user, level, answer) == (12345, sandbox.level().name, 42)
    for number, reason in enumerate(attacks.values(), 1):
        assert reason in errors[str(number)], errors
