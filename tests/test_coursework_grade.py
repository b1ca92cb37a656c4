"""A class hands in everything that can be handed in; each gets the mark it deserves."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from coursework_class import SECRET, hand_in, small_key, small_source, solution, with_code

from rgcourse.coursework import command, exports, grade, key, sandbox, source, submissions

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
ROOT = Path(__file__).resolve().parents[1]
FULL = {"multiply": 10.0, "own": 6.0, "measure": 4.0}
NONE = dict.fromkeys(FULL, 0.0)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def graded(made, tmp_path_factory):
    """Rows by student of a class that hands in everything at once."""
    folder = tmp_path_factory.mktemp("class")
    was, sandbox.SECONDS_PER_STEP = sandbox.SECONDS_PER_STEP, 1.5
    try:
        for student, notebook in handed_in(made).items():
            hand_in(folder, student, notebook)
        (folder / "essay.docx").write_bytes(b"PK\x03\x04")
        (folder / "several").mkdir()
        for name in "ab":
            nbformat.write(solution(made, "several"), folder / "several" / f"{name}.ipynb")
        (folder / "foldered").mkdir()
        nbformat.write(solution(made, "foldered"), folder / "foldered" / "any name.ipynb")
        (folder / "linked.ipynb").symlink_to("/etc/passwd")
        output = folder.parent / f"{folder.name}_grades" / "grades.csv"
        output.parent.mkdir()
        rows = grade.grade(folder, made, output, roster=["absent", "right"])
    finally:
        sandbox.SECONDS_PER_STEP = was
    return {row["student"]: row for row in rows}, output


def handed_in(made):
    """What students hand in, by name."""
    right = {name: solution(made, name) for name in CHANGES}
    papers = {
        "right": solution(made, "right"),
        "blank": source.student_notebook(made.assignment, made.parameters("blank"), "blank"),
        "copied": solution(made, "right"),
        "empty": "",
        "not_json": "{",
        "json_only": "[1, 2, 3]",
        "deep": "[" * 100_000,
        "julia": json.dumps({"cells": [], "metadata": {"kernelspec": {"language": "julia"}}}),
        "huge": " " * (submissions.MAX_NOTEBOOK_BYTES + 1),
        "deleted": nbformat.v4.new_notebook(cells=solution(made, "deleted").cells[:4]),
    }
    return papers | {name: change(right[name]) for name, (change, _) in CHANGES.items()}


def edited(old, new):
    """A change of the text of all cells."""

    def change(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)
        return notebook

    return change


def added(*sources, at=2):
    return lambda notebook: with_code(notebook, *sources, at=at)


CHEAT = (
    "class Yes(float):\n    def __eq__(self, other): return True\n"
    "    def __abs__(self): return 0.0\n    def __sub__(self, other): return 0.0\n"
)
# student: (what is done to the right notebook, what it deserves)
CHANGES = {
    "magic": (added("%matplotlib inline\n!ls\nx = 1", "%%bash\nls"), FULL),
    "wrong": (edited("3 * np", "2 * np"), FULL | {"multiply": 0.0}),
    "partly": (edited("3 * np.asarray(x)", "3 * x if type(x) is int else x"),
               FULL | {"multiply": 7.5}),
    "syntax": (edited("return 3 *", "return 3 * *"), FULL | {"multiply": 0.0}),
    "crash": (edited("own = factor**2", "import os; os._exit(1)"), FULL | {"own": 0.0}),
    "loops": (edited("return 3 * np.asarray(x)", "while True: pass"), FULL | {"multiply": 0.0}),
    "loops_in_cell": (added("while True: pass", at=99), FULL),
    "bomb": (added("import os\ntry:\n  while True: os.fork()\nexcept OSError: pass", at=99), FULL),
    "hog": (edited("own = factor**2", "own = len(bytearray(5 * 10**9))"), FULL | {"own": 0.0}),
    "loud": (added("for _ in range(1000): print('x' * 10**6)"), FULL),
    "liar": (
        edited("return 3 * np.asarray(x)", f"exec({CHEAT!r}, globals()); return Yes()"),
        FULL | {"multiply": 0.0},
    ),
    "hooks": (
        added("import builtins, json, sys\nbuiltins.input = lambda *_: 1\nsys.settrace(None)"), FULL
    ),
    "reads": (
        edited("own = factor**2", "import glob; own = open(glob.glob('/**/*key*.json')[0]).read()"),
        FULL | {"own": 0.0},
    ),
    "calls_home": (
        edited("own = factor**2", "import urllib.request as u; own = u.urlopen('http://1.1.1.1')"),
        FULL | {"own": 0.0},
    ),
    "renamed": (edited("def multiply", "def times_three"), FULL | {"multiply": 0.0}),
    "pickles": (
        edited("own = factor**2", "import pickle; own = pickle.dumps(factor**2)"),
        FULL | {"own": 0.0},
    ),
    "nan": (edited("factor**2", "float('nan')"), FULL | {"own": 0.0}),
    "infinite_error": (edited("x.std() / 20", "float('inf')"), FULL | {"measure": 0.0}),
    "boasts": (edited("x.std() / 20", "1e-9"), FULL | {"measure": 0.0}),
    "shape": (edited("3 * np.asarray(x)", "3 * np.atleast_2d(x)"), FULL | {"multiply": 0.0}),
    "text": (edited("own = factor**2", "own = str(factor**2)"), FULL | {"own": 0.0}),
    "patches": (
        added("import rgcourse.coursework.plain as p\np.encode = lambda v: {'list': []}", at=99),
        NONE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("student", CHANGES)
def test_each_gets_what_it_deserves(graded, student):
    row = graded[0][student]
    assert row["auto"] == CHANGES[student][1], row
    lost = [name for name, points in FULL.items() if row["auto"][name] < points]
    assert all(row["reasons"][name] for name in lost)


def test_right_blank_copied_and_absent(graded):
    rows, _ = graded
    assert rows["right"]["auto"] == rows["foldered"]["auto"] == FULL
    assert rows["right"]["status"] == "graded" and rows["right"]["reasons"]["own"] == []
    assert rows["blank"]["auto"] == NONE and rows["deleted"]["auto"]["own"] == 0
    assert rows["copied"]["auto"]["own"] == 0 and rows["copied"]["auto"]["multiply"] == 10
    assert rows["absent"]["status"] == "nothing was handed in" and rows["absent"]["auto"] == NONE


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("empty", "not a notebook"), ("not_json", "not a notebook"),
        ("json_only", "not a notebook"), ("deep", "not a notebook"), ("julia", "julia"),
        ("huge", "MB"), ("essay", "not a notebook"),
        ("several", "one notebook"), ("linked", "ordinary file"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_gets_a_row_with_a_reason(graded, student, why):
    row = graded[0][student]
    assert why in row["status"] and row["auto"] == NONE


def test_the_table_has_everybody_once_and_columns_for_a_person(graded):
    rows, output = graded
    with output.open(newline="") as file:
        table = list(csv.DictReader(file))
    assert Counter(line["student"] for line in table) == Counter(list(rows))
    assert list(table[0])[1:4] == ["multiply (10)", "own (6)", "own by hand (4)"]
    assert all(line["own by hand (4)"] == "" for line in table)
    line = next(line for line in table if line["student"] == "partly")
    assert line["multiply (10)"] == "7.5" and line["auto total"] == "17.5"


def test_feedback_gives_reasons_but_no_answer(graded, made):
    rows, output = graded
    folder = output.with_name("grades_feedback")
    assert len(list(folder.glob("*.md"))) == len(rows)
    text = (folder / "wrong.md").read_text()
    assert "multiply: 0 of 10" in text and "numbers are wrong" in text
    assert "Read by a person, 4 points." in text and "4: says why" not in text
    copied = (folder / "copied.md").read_text()
    assert str(made.parameters("copied")["factor"] ** 2) not in copied


@pytest.mark.parametrize("first", "=+-@\t")
def test_a_cell_that_a_spreadsheet_would_calculate_is_made_text(first):
    assert grade.harmless([f"{first}SUM(A1)", "ada", f"a{first}b"]) == [
        f"'{first}SUM(A1)", "ada", f"a{first}b"
    ]  # fmt: skip


def test_a_row_is_on_disk_before_the_next_is_counted(made, tmp_path, monkeypatch):
    """A loss of power cannot be had in a test: watch what is asked of the disk, and when."""
    path, asked = tmp_path / "journal", []

    def fsync(number):
        assert os.path.samestat(os.fstat(number), path.stat())
        asked.append(finished(path))  # everything has left the buffers of this process

    monkeypatch.setattr(os, "fsync", fsync)
    journal = grade.Journal(path, made)
    for n, student in enumerate(("ada", "emmy")):
        paper = submissions.Submission(student, None)
        journal.add(paper, {"student": student})
        assert len(asked) == n + 1
        assert grade.Journal(path, made).row(paper) == {"student": student}
    assert asked == [["ada"], ["ada", "emmy"]]


def test_tables_for_other_systems_hold_no_formulas(graded, made, tmp_path):
    row = graded[0]["right"] | {"student": "=1+1"}
    exports.write_nbgrader([row], made.assignment, tmp_path / "nb.csv")
    exports.write_lms([row], made.assignment, tmp_path / "lms.csv")
    for name in ("nb.csv", "lms.csv"):
        with (tmp_path / name).open(newline="") as file:
            cells = [cell for line in csv.reader(file) for cell in line]
        assert "'=1+1" in cells and "=1+1" not in cells


def test_nobody_sees_the_papers_of_the_others(made, tmp_path, monkeypatch):
    """Wherever they lie: the folder and the journal are hidden, and what the caller names."""
    folder, output, seen = tmp_path / "class", tmp_path / "grades.csv", []
    folder.mkdir()
    hand_in(folder, "ada", solution(made, "ada"))

    def run(cells, requests, **options):
        seen.append(options.get("hidden"))
        return really(cells, requests, **options)

    really = sandbox.run
    monkeypatch.setattr(sandbox, "run", run)
    rows = grade.grade(folder, made, output, hidden=[tmp_path / "key.json"])
    assert rows[0]["auto"] == FULL
    expected = {tmp_path / "key.json", folder, tmp_path / "grades.csv.journal"}
    assert [set(hidden) for hidden in seen if hidden] == [expected]


def test_exports(graded, made, tmp_path):
    rows = list(graded[0].values())
    exports.write_gradescope(rows, made.assignment, tmp_path)
    told = json.loads((tmp_path / "partly" / "results.json").read_text())
    assert told["score"] == 17.5 and told["tests"][0]["max_score"] == 10
    exports.write_nbgrader(rows, made.assignment, tmp_path / "nb.csv")
    exports.write_lms(rows, made.assignment, tmp_path / "lms.csv")
    with (tmp_path / "nb.csv").open(newline="") as file:
        line = next(x for x in csv.DictReader(file) if x["student_id"] == "right")
    assert (line["assignment"], line["score"], line["max_score"]) == ("small", "20.0", "20.0")
    assert "right,20" in (tmp_path / "lms.csv").read_text()


def test_killed_at_any_moment_it_goes_on(made, tmp_path):
    folder, held, output = tmp_path / "class", tmp_path / "key.json", tmp_path / "grades.csv"
    folder.mkdir()
    names = [f"student{n:02}" for n in range(8)]
    for name in names:
        hand_in(folder, name, solution(made, name))
    key.write(made, held)
    call = [sys.executable, "-m", "rgcourse.coursework.command", "grade", str(folder)]
    call += ["--key", str(held), "-o", str(output)]
    journal = tmp_path / "grades.csv.journal"
    process = subprocess.Popen(call, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 600
    while time.monotonic() < until and not (journal.exists() and finished(journal)):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    early = finished(journal)
    assert 1 <= len(early) < len(names) and not output.exists()
    with journal.open("a") as file:
        file.write('\n{"student": "student07", "dig')  # a line cut short
    subprocess.run(call, cwd=ROOT, check=True, capture_output=True)
    assert Counter(finished(journal)) == Counter(names)
    with output.open(newline="") as file:
        assert [line["auto total"] for line in csv.DictReader(file)] == ["20"] * len(names)


def finished(journal):
    names = []
    for line in journal.read_text().split("\n"):
        try:
            names.append(json.loads(line)["student"])
        except ValueError:
            continue
    return names


def test_a_reference_that_is_wrong_is_refused_before_anybody_loses_points(tmp_path):
    notebook = small_source()
    cell = next(c for c in notebook.cells if "own = factor**2" in c.source)
    cell.source = cell.source.replace("factor**2", "factor**3")
    nbformat.write(notebook, tmp_path / "source.ipynb")
    broken = key.make(tmp_path / "source.ipynb", SECRET)
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", "")
    with pytest.raises(ValueError, match="reference solution of 'own' does not get all its"):
        grade.grade(tmp_path / "class", broken, tmp_path / "g.csv")
    assert not (tmp_path / "g.csv").exists()


def test_a_new_version_of_a_paper_is_graded_again(made, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    hand_in(folder, "ada", "")
    first = grade.grade(folder, made, tmp_path / "grades.csv")
    hand_in(folder, "ada", solution(made, "ada"))
    seen = []
    second = grade.grade(
        folder, made, tmp_path / "grades.csv", progress=lambda *told: seen.append(told)
    )
    assert first[0]["auto"] == NONE and second[0]["auto"] == FULL and seen == [(1, 1, "ada")]
    grade.grade(folder, made, tmp_path / "grades.csv", progress=lambda *told: seen.append(told))
    assert len(seen) == 1


def test_the_command_from_secret_to_grades(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RGCOURSE_SECRET", SECRET)
    source, held = tmp_path / "source.ipynb", tmp_path / "key.json"
    nbformat.write(small_source(), source)
    (tmp_path / "roster.csv").write_text("student,name\nada,Ada\nemmy,Emmy\n")
    roster = str(tmp_path / "roster.csv")
    assert command.main(["key", str(source), "-o", str(held)]) == 0
    assert held.stat().st_mode & 0o077 == 0
    for extra, where in ((), "students"), (("--solutions",), "solutions"):
        out = str(tmp_path / where)
        assert command.main(["release", str(source), "--roster", roster, *extra, "-o", out]) == 0
    plain = (tmp_path / "students" / "ada.ipynb").read_text()
    assert "factor" in plain and "factor**2" not in plain and "Because." not in plain
    done = command.main(
        ["grade", str(tmp_path / "solutions"), "--key", str(held), "-o", str(tmp_path / "g.csv")]
    )
    assert done == 0 and (tmp_path / "g.csv").read_text().count("graded") == 2
    assert "2 of 2" in capsys.readouterr().err


def test_a_key_is_for_its_owner_alone_even_over_a_file_that_others_could_read(made, tmp_path):
    held = tmp_path / "key.json"
    held.write_text("an older one")
    held.chmod(0o664)
    key.write(made, held)
    assert held.stat().st_mode & 0o777 == 0o600
    assert key.read(held).class_key == made.class_key


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["grade", "nowhere", "--key", "{key}", "-o", "x.csv"], "not a folder"),
        (["grade", ".", "--key", "none.json", "-o", "x.csv"], "no none.json; make a key: rgcourse"),
        (["grade", "{folder}", "--key", "{source}", "-o", "x.csv"], "not a key"),
        (["key", "{source}", "-o", "k.json"], "RGCOURSE_SECRET is not set"),
        (["grade", "{folder}", "--key", "{key}", "-o", "x", "--roster", "{roster}"], "'../ada'"),
    ],
)
def test_wrong_input_is_said_in_one_line(call, told, made, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("RGCOURSE_SECRET", raising=False)
    key.write(made, tmp_path / "key.json")
    nbformat.write(small_source(), tmp_path / "source.ipynb")
    (tmp_path / "roster.csv").write_text("student\n../ada\n")
    files = {"key": "key.json", "source": "source.ipynb", "roster": "roster.csv", "folder": ""}
    places = {name: tmp_path / file for name, file in files.items()}
    assert command.main([part.format(**places) for part in call]) == 2
    assert told in capsys.readouterr().err


def test_without_walls_it_warns_and_without_limits_it_refuses(made, tmp_path, monkeypatch):
    (tmp_path / "class").mkdir()
    hand_in(tmp_path / "class", "ada", solution(made, "ada"))
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: None)
    with pytest.warns(UserWarning, match="bubblewrap is not installed"):
        rows = grade.grade(tmp_path / "class", made, tmp_path / "g.csv")
    assert rows[0]["auto"] == FULL
    monkeypatch.setattr(grade.platform, "system", lambda: "Darwin")
    with pytest.raises(ValueError, match="--unsafe"):
        grade.grade(tmp_path / "class", made, tmp_path / "g.csv")
