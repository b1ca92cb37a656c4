"""One submission can only cost its owner: hostile and unlucky papers among honest ones."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from coursework_class import hand_in, small_key, solution, with_code

from rgcourse.coursework import command, grade, key, sandbox, submissions

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
ROOT = Path(__file__).resolve().parents[1]
FULL = {"multiply": 10.0, "own": 6.0, "measure": 4.0}
NONE = dict.fromkeys(FULL, 0.0)


def say(*said, then="", times=1):
    """A cell that writes lines of its own on the channel to the grader."""
    content = b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in said
    )
    return (
        f"import os\nfor fd in range(3, 30):\n"
        f"    try: assert os.fstat(fd).st_mode & 0o170000 == 0o010000\n"
        f"    except (OSError, AssertionError): continue\n"
        f"    for _ in range({times}): os.write(fd, {content!r})\n{then}"
    )


STOP = "os._exit(1)"
EVIL_NAME = "class Meta(type):\n    __name__ = property(lambda c: 1 / 0)\n"
# kind: (a cell that is put before all others, what it may cost: FULL, NONE or None for anything)
HOSTILE = {
    "value_null": (say({"value": None}), FULL),
    "error_null": (say({"error": None}), FULL),
    "begin_null": (say({"begin": None}, then=STOP), FULL),
    "begin_far": (say({"begin": ["request", 99999]}, then=STOP), FULL),
    "begin_negative": (say({"begin": ["cell", -1]}, then=STOP), FULL),
    "begin_text": (say({"begin": ["cell", "1"]}, {"done": [[], {}]}), FULL),
    "end_early": (say({"end": True}), FULL),
    "answers_early": (say(*({"value": ["request", n], "answer": 1} for n in range(9))), FULL),
    "huge_integer": (say(b'{"begin": ["cell", ' + b"9" * 9999 + b"]}"), FULL),
    "deep_line": (say(b"[" * 60_000), FULL),
    "not_utf8": (say(b'{"error": ["cell", 0], "reason": "\xff\xfe"}'), FULL),
    "half_line": (say(b'{"begin": ["ce'), FULL),
    "error_of_half_characters": (say({"error": ["cell", 1], "reason": "\ud800\x1b[2J"}), FULL),
    "error_of_objects": (say({"error": ["cell", 1], "reason": {"a": [1]}}), FULL),
    "error_without_words": (say({"error": ["cell", 1], "reason": None}), FULL),
    "many_small_things": (say(b"[" + b"{}," * 40_000, times=60), None),
    "line_without_end": (say(b"x" * 60_000, times=400), None),
    "lines_of_nothing": (say(b"\n" * 60_000, times=300), None),
    "closes_all": ("import os\nos.closerange(3, 100)", None),
    "half_a_character": ("raise ValueError(chr(0xd800) + chr(27) + '[31m')", FULL),
    "error_without_name": (EVIL_NAME + "class E(Exception, metaclass=Meta): pass\nraise E", FULL),
    "error_that_lies": ("class E(Exception):\n    __str__ = lambda s: chr(0xdfff) * 10**6\nraise E",
                        FULL),
    "error_of_the_base": ("class E(BaseException): pass\nraise E(b'\\xff')", FULL),
    "stops_the_loop": ("import asyncio\nasyncio.get_running_loop().stop()", None),
    "task_for_ever": ("import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)\n"
                      "t = asyncio.create_task(f())", FULL),
    "alarm": ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)", None),
    "removes_the_shell": ("import IPython\nget_ipython().user_ns.clear()\n"
                          "IPython.get_ipython = None", FULL),
    "shell_of_its_own": ("type(get_ipython()).run_cell = lambda *a, **k: None", NONE),
    "transforms_cells": ("get_ipython().input_transformers_post.append(lambda x: ['1 / 0'])", None),
    "no_json": ("import json\njson.dumps = lambda *a, **k: chr(0xd800)", None),
    "no_plain": ("import rgcourse.coursework.plain as p\np.encode = lambda v: [[None]] * 9", NONE),
    "parent_dies": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", None),
    "group_dies": ("import os, signal\nos.killpg(0, signal.SIGKILL)", FULL),
    "leaves_a_child": ("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)",
                       FULL),
    "child_goes_on": ("import os\nos.fork()", None),
    "segfault": ("import ctypes\nctypes.string_at(0)", FULL),
    "deep_stack": ("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", None),
    "no_modules": ("import sys\nsys.modules.clear()", None),
    "no_builtins": ("import builtins\nbuiltins.len = builtins.str = None", None),
}  # fmt: skip
# kind: what is changed in the right answers
ANSWERS = {
    "answer_of_half_characters": "chr(0xd800) * 9",
    "answer_with_half_keys": "{chr(0xdfff): 1}",
    "answer_very_deep": "__import__('functools').reduce(lambda x, _: [x], range(5000), 1)",
    "answer_round_in_a_ring": "(lambda x: x.append(x) or x)([])",
    "answer_huge": "10 ** 5000",
    "answer_of_records": "np.zeros(3, dtype='i4,f8')",
    "answer_of_objects": "np.array([object()])",
    "answer_of_nothing": "np.zeros((0, 3))",
    "answer_of_a_class": "type",
    "answer_nan": "{'a': [float('nan'), -float('inf')]}",
    "answer_too_long": "'x' * 10**8",
}
FILES = {
    "null": "null", "empty": "", "cells_null": '{"cells": null}', "cell_null": '{"cells": [null]}',
    "source_null": '{"cells": [{"cell_type": "code", "source": null}]}',
    "source_mixed": '{"cells": [{"cell_type": "code", "source": ["a", 1]}]}',
    "zip": "PK\x03\x04", "deep": "[" * 10**5, "digits": '{"cells": ' + "9" * 9999 + "}",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


def garbage(made, student, kind):
    """What a student of a kind hands in."""
    if kind in FILES:
        return FILES[kind]
    notebook = solution(made, student)
    if kind in HOSTILE:
        return with_code(notebook, HOSTILE[kind][0], at=1)
    for cell in notebook.cells:
        cell.source = cell.source.replace("own = factor**2", f"own = {ANSWERS[kind]}")
    return notebook


KINDS = [*HOSTILE, *ANSWERS, *FILES]


@pytest.fixture(scope="module")
def graded(made, tmp_path_factory):
    """Rows by student of a class in which honest ones stand between all kinds of garbage."""
    folder = tmp_path_factory.mktemp("class")
    for n, kind in enumerate(KINDS):
        hand_in(folder, kind, garbage(made, kind, kind))
        if n % 8 == 0:
            hand_in(folder, f"{kind}_honest", solution(made, f"{kind}_honest"))
    (folder / "Jos\udce9.ipynb").write_text("{}")
    (folder / ("n" * 249 + ".ipynb")).write_text("{}")
    (folder / "\x1b]0;owned\x07.ipynb").write_text("{}")
    was, sandbox.SECONDS_PER_STEP = sandbox.SECONDS_PER_STEP, 4.0
    try:
        output = folder.parent / f"{folder.name}_grades" / "grades.csv"
        output.parent.mkdir()
        rows = grade.grade(folder, made, output)
    finally:
        sandbox.SECONDS_PER_STEP = was
    return {row["student"]: row for row in rows}, output


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_has_a_row_and_costs_its_owner_alone(graded, kind):
    row = graded[0][kind]
    text = json.dumps(row, ensure_ascii=False)
    text.encode("utf-8")
    assert "\x1b" not in text
    if kind in HOSTILE:
        costs = HOSTILE[kind][1]
        assert costs is None or row["auto"] == costs, row
    elif kind in ANSWERS:
        assert row["auto"] == FULL | {"own": 0.0} and row["reasons"]["own"], row
    else:
        assert row["auto"] == NONE and row["status"].startswith("could not be marked: ")
    assert row["status"] == "graded" or not row["status"].startswith("graded")


def test_the_honest_ones_between_them_lose_nothing(graded):
    rows, output = graded
    honest = [row for student, row in rows.items() if student.endswith("_honest")]
    assert len(honest) == -(-len(KINDS) // 8)
    assert all(row["auto"] == FULL and row["status"] == "graded" for row in honest), honest
    with output.open(encoding="utf-8", newline="") as file:
        assert [line["student"] for line in csv.DictReader(file)] == [*rows]
    feedback = list(output.with_name("grades_feedback").iterdir())
    assert len(feedback) == 2 * len(rows) and {p.suffix for p in feedback} == {".md", ".html"}
    assert {"Jos\\udce9", "n" * 249, "\\x1b]0;owned\\x07"} < set(rows)


@pytest.mark.slow
def test_a_class_of_120_in_which_every_tenth_paper_is_garbage(made, tmp_path):
    folders = {"alone": tmp_path / "alone", "among": tmp_path / "among"}
    for folder in folders.values():
        folder.mkdir()
    for n in range(120):
        student, kind = f"s{n:03}", KINDS[(n * 7) % len(KINDS)]
        if n % 10 == 9:
            hand_in(folders["among"], student, garbage(made, student, kind))
            continue
        for folder in folders.values():
            paper = solution(made, student)
            if n % 3 == 0:
                paper = with_code(paper, "%%time\n1 / 0", at=3)
            if n % 4 == 0:
                paper.cells = [c for c in paper.cells if "pair = " not in c.source]
            hand_in(folder, student, paper)
    rows = {}
    for name, folder in folders.items():
        found = grade.grade(folder, made, tmp_path / f"{name}.csv")
        rows[name] = {row["student"]: row | {"seconds": 0} for row in found}
    assert len(rows["among"]) == 120 and len(rows["alone"]) == 108
    assert {s: rows["among"][s] for s in rows["alone"]} == rows["alone"]
    assert sum(row["auto"] == FULL for row in rows["alone"].values()) > 70


# --- what is marked, and what is kept -----------------------------------------------------------


def test_a_status_says_which_cells_have_not_run(made, tmp_path):
    """Red before: a cell that began with %% was left out, and the status was `graded`."""
    notebook = with_code(solution(made, "ada"), "%%R\nx <- 1", "y = (", *["1 / 0"] * 6, at=99)
    first = len([cell for cell in notebook.cells if cell.cell_type == "code"]) - 7
    hand_in(tmp_path, "ada", notebook)
    row = grade.Grader(made).row(submissions.find(tmp_path)[0])
    assert row["auto"] == FULL and row["status"].startswith("not all of it has run; ")
    assert f"cell {first}: UsageError" in row["status"]
    assert row["status"].endswith(f"cells {first + 5}, {first + 6}, {first + 7} neither")


def test_cells_that_were_not_reached_are_named(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 2.0)
    outcome = sandbox.run(["a = 1", *["while True: pass"] * 9, "b = 2"], [{"name": "b"}])
    assert outcome.cell_errors[10].startswith("not run, stopped") and 0 in outcome.errors
    assert [*outcome.cell_errors] == [*range(1, 11)] or len(outcome.cell_errors) == 10


def test_a_paper_that_is_swapped_while_it_is_marked_keeps_its_own_marks(
    made, tmp_path, monkeypatch
):
    """Red before: the new file stood with the marks of the old one, for ever."""
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    hand_in(folder, "ada", solution(made, "ada"))
    really = sandbox.run

    def run(cells, requests, **options):
        if options.get("hidden"):
            hand_in(folder, "ada", "{}")
        return really(cells, requests, **options)

    monkeypatch.setattr(sandbox, "run", run)
    assert grade.grade(folder, made, output)[0]["auto"] == FULL
    assert grade.grade(folder, made, output)[0]["auto"] == NONE
    hand_in(folder, "ada", solution(made, "ada"))
    monkeypatch.setattr(sandbox, "run", None)  # the first one is in the journal
    assert grade.grade(folder, made, output)[0]["auto"] == FULL


def test_what_has_not_begun_is_never_journalled(made, tmp_path, monkeypatch):
    """Red before: everybody had 0, status `graded`, also after bubblewrap was mended."""
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    hand_in(folder, "ada", solution(made, "ada"))
    hand_in(folder, "emmy", solution(made, "emmy"))
    really = sandbox.run

    def run(cells, requests, **options):
        own = made.parameters("ada")["factor"]
        if options.get("hidden") and str(own) in "".join(cells):
            monkeypatch.setattr(sandbox.walls, "command", lambda box: ["false"])
        elif options.get("hidden"):
            raise OSError(28, "No space left on device")
        return really(cells, requests, **options)

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "run", run)
        rows = grade.grade(folder, made, output, workers=1)
    assert "could not be marked: nothing could be run" in rows[0]["status"]
    assert "could not be marked: the grader failed, OSError" in rows[1]["status"]
    monkeypatch.undo()
    assert [row["auto"] for row in grade.grade(folder, made, output)] == [FULL, FULL]


def test_walls_that_students_cannot_pass_are_said_before_anybody_loses_points(
    made, tmp_path, monkeypatch
):
    """They can be built for a process that does nothing, and not with the compiled kernels."""
    real = sandbox.bubblewrap()
    fake = tmp_path / "bwrap"
    refuses = 'case "$*" in *rgcourse-kernels*) exit 1;; esac'
    fake.write_text(f'#!/bin/sh\n{refuses}\nexec {real} "$@"\n')
    fake.chmod(0o755)
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", solution(made, "ada"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox.bubblewrap.cache_clear()
    try:
        assert sandbox.bubblewrap() == str(fake)
        with pytest.raises(ValueError, match="nothing can be run here as submissions are"):
            grade.grade(tmp_path / "class", made, tmp_path / "g.csv")
    finally:
        sandbox.bubblewrap.cache_clear()
    assert not (tmp_path / "g.csv").exists()


# --- two graders, a full disk, kills -----------------------------------------------------------


@pytest.fixture
def few(made, tmp_path):
    """(folder, arguments of the command, its table) for a class of four."""
    folder, held, output = tmp_path / "class", tmp_path / "key.json", tmp_path / "grades.csv"
    folder.mkdir()
    for n in range(4):
        hand_in(folder, f"s{n}", solution(made, f"s{n}"))
    key.write(made, held)
    return folder, ["grade", str(folder), "--key", str(held), "-o", str(output)], output


def totals(output):
    with output.open(newline="") as file:
        return {line["student"]: line["auto total"] for line in csv.DictReader(file)}


def test_a_second_grader_says_no_in_one_sentence(few, made, capsys):
    """Red before: four at once ended in a traceback."""
    folder, call, output = few
    tried = []

    def progress(*told):
        tried.append(command.main(call))

    grade.grade(folder, made, output, progress=progress)
    assert tried == [2] * 4
    told = capsys.readouterr().err.strip().splitlines()
    assert "another `rgcourse grade` is writing" in told[-1] and "Traceback" not in str(told)
    assert command.main(call) == 0, "the lock is gone with the first"
    assert totals(output) == dict.fromkeys(("s0", "s1", "s2", "s3"), "20")


def test_four_graders_at_once(few):
    _, call, output = few
    call = [sys.executable, "-m", "rgcourse.coursework.command", *call]
    several = [
        subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for _ in range(4)
    ]
    told = [process.communicate(timeout=300)[1].decode() for process in several]
    codes = [process.returncode for process in several]
    assert 0 in codes and set(codes) <= {0, 2} and "Traceback" not in str(told)
    assert totals(output) == dict.fromkeys(("s0", "s1", "s2", "s3"), "20")


def test_a_full_disk_is_said_and_nothing_is_lost(few, monkeypatch, capsys):
    _, call, output = few
    done, really = [], os.fsync

    def fsync(number):
        done.append(number)
        if len(done) == 3:
            raise OSError(28, "No space left on device")
        really(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        assert command.main(call) == 2
    assert "No space left on device" in capsys.readouterr().err and not output.exists()
    assert command.main(call) == 0
    assert totals(output) == dict.fromkeys(("s0", "s1", "s2", "s3"), "20")


def test_a_disk_that_is_really_full(few, tmp_path):
    """A table on a disk of one page, which the walls can make."""
    _, call, _ = few
    small = tmp_path / "small"
    small.mkdir()
    disk = ["bwrap", "--dev-bind", "/", "/", "--size", "4096", "--tmpfs", str(small)]
    call = [*disk, sys.executable, "-m", "rgcourse.coursework.command", *call[:-1]]
    done = subprocess.run([*call, str(small / "g.csv")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.strip().endswith("rgcourse: [Errno 28] No space left on device")


def test_killed_at_random_moments_it_goes_on(few):
    _, call, output = few
    call = [sys.executable, "-m", "rgcourse.coursework.command", *call]
    quiet = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    moments = random.Random(1906)
    for _ in range(5):
        process = subprocess.Popen(call, cwd=ROOT, start_new_session=True, **quiet)
        time.sleep(moments.uniform(0.5, 6))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(call, cwd=ROOT, check=True, capture_output=True)
    assert totals(output) == dict.fromkeys(("s0", "s1", "s2", "s3"), "20")
    assert not list(output.parent.rglob("*.part"))


def test_names_never_reach_the_terminal_as_they_are(few, capsys):
    folder, call, output = few
    for name in ("\x1b[31mred.ipynb", "\x9b2Jx.ipynb", "\u202egnp.ipynb", "b\udcff.ipynb"):
        (folder / name).write_text("{}")
    assert command.main(call) == 0
    said = capsys.readouterr()
    assert not set(said.out + said.err) & set("\x1b\x9b\u202e\udcff")
    (folder / "roster\x1b[2J").write_text("login\nada\n")
    assert command.main([*call, "--roster", str(folder / "roster\x1b[2J")]) == 2
    assert "\\x1b[2J needs a column" in capsys.readouterr().err
    assert "\x1b" not in output.read_text(encoding="utf-8")


# --- whose it is ------------------------------------------------


def test_somebody_elses_notebook_and_another_assignment_are_said(few, made, capsys):
    """Red before: they were marked as wrong, and not a word was printed."""
    folder, call, output = few
    hand_in(folder, "s1 (1)", solution(made, "s1"))
    other = solution(made, "s2")
    other.metadata["rgcourse"] = {"assignment": "flows", "student": "s2"}
    hand_in(folder, "s2", other)
    odd = solution(made, "s3")
    odd.metadata["rgcourse"] = {"assignment": None, "student": ["s3"]}
    hand_in(folder, "s3", odd)
    assert command.main(call) == 0
    with output.open(newline="") as file:
        status = {line["student"]: line["status"] for line in csv.DictReader(file)}
    assert status["s1"] == status["s3"] == "graded"
    assert status["s1 (1)"].startswith("could not be marked: a copy of 's1'")
    assert status["s2"] == "could not be marked: a notebook of the assignment 'flows'"
    assert "could not be marked: s1 (1), s2; see" in capsys.readouterr().out
