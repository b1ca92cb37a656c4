"""Final marks and what other systems get of them: nothing is 0 that nobody has marked."""

import csv
import json
import os
import subprocess
import sys
import zipfile

import pytest
from coursework_class import small_key

from rgcourse.coursework import by_hand, command, exports, key, totals
from rgcourse.coursework.late import Late

HAND = "own by hand (4)"
HEAD = ["student", "multiply (10)", "own (6)", HAND, "measure (4)", "auto total", "status"]
ROSTER = (
    "student,name,email,id,section\nada,Ada L,ada@uni.edu,17,A\n"
    "bob,Bob,Bob@uni.edu,18,B\neve,Eve,eve@uni.edu,19,A\nmia,Mia,mia@uni.edu,20,B\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def small(made):
    return made.assignment


def table(**hand):
    """A table of four: one all right, one half, one with nothing in hand marks, one absent."""
    marks = {"ada": ("10", "6", "4"), "bob": ("2.5", "0", "4"), "eve": ("10", "6", "0")}
    lines = [[s, a, b, hand.get(s, ""), c, "0", "graded"] for s, (a, b, c) in marks.items()]
    return [HEAD, *lines, ["mia", "0", "0", "", "0", "0", "nothing was handed in"]]


def written(folder, made, lines):
    path = folder / "grades.csv"
    path.write_text(by_hand.as_text(lines), encoding="utf-8")
    key.write(made, folder / "key.json")
    (folder / "roster.csv").write_text(ROSTER)
    return ["export", str(path), "--key", str(folder / "key.json")]


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_total_needs_every_mark_by_hand(small):
    found = {one.student: one for one in totals.final(table(ada="3,5", bob="0"), small)}
    assert found["ada"].points == 23.5 and found["ada"].most == 24 and not found["ada"].why_none
    assert found["bob"].points == 6.5 and not found["bob"].why_none, "a 0 that is written is one"
    assert found["eve"].why_none == "not marked yet: own by hand"
    assert found["mia"].why_none == "nothing was handed in"


def test_what_is_partial_or_absent_counts_if_that_is_said(small):
    found = {one.student: one for one in totals.final(table(ada="4"), small, partial=True)}
    assert found["eve"].points == 16 and not found["eve"].why_none and found["eve"].most == 24
    assert found["mia"].why_none == "nothing was handed in"
    found = {one.student: one for one in totals.final(table(), small, absent_zero=True)}
    assert found["mia"].points == 0 and not found["mia"].why_none


def test_lateness_takes_its_share_and_the_points_before_stay(small):
    late = {"ada": Late(2, 0.2), "eve": Late()}
    found = {
        one.student: one for one in totals.final(table(ada="4", bob="1", eve="2"), small, late)
    }
    assert (found["ada"].before, found["ada"].points) == (24, 19.2)
    assert "2 days late: 20% of 24 taken off" in found["ada"].told
    assert found["bob"].why_none == "no time of handing in is known"
    assert found["eve"].points == found["eve"].before == 18
    lines = by_hand.parsed(totals.table_of(list(found.values())))
    ada = dict(zip(lines[0], lines[1], strict=True))
    assert ada["multiply (10)"] == "10" and ada["before"] == "24" and ada["total"] == "19.2"
    assert (ada["days late"], ada["share taken off"]) == ("2", "0.2")
    mia = dict(zip(lines[0], lines[4], strict=True))
    assert mia["total"] == "" and mia["no total because"] == "nothing was handed in"


@pytest.mark.parametrize("mark", ["4.01", "-1", "nan", "inf", "four", "1e999", "0x4", "3/4"])
def test_a_mark_that_is_none_is_said_with_its_place(small, mark):
    with pytest.raises(ValueError, match=r"ada, own by hand \(4\): .* is no number from 0 to 4"):
        totals.final(table(ada=mark), small)


def test_a_table_that_is_wrong_is_refused(small):
    for lines, told in (
        ([], "not there, or empty"), ([["student", "mark"]], "is not a table of this assignment"),
        ([HEAD, table()[1], table()[1]], "ada is there twice"),
        ([HEAD, ["ada", "", "6", "1", "4", "", "graded"]], "multiply .10.: nothing there"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=told):
            totals.final(lines, small)
    many = [HEAD, *([f"s{n}", "99", "6", "1", "4", "", "graded"] for n in range(9))]
    with pytest.raises(ValueError, match="and 4 more"):
        totals.final(many, small)


# --- the forms of other systems ---------------------------------------------------------------


def test_every_system_gets_final_marks_and_nobody_a_zero(made, tmp_path, capsys):
    call = written(tmp_path, made, table(ada="3.5", bob="0"))
    files = {name: tmp_path / name for name in
             ("final", "canvas", "moodle", "lms", "nbgrader", "gradescope", "otter")}  # fmt: skip
    options = [part for name, path in files.items() if name != "final"
               for part in (f"--{name}", str(path))]  # fmt: skip
    roster = ["--roster", str(tmp_path / "roster.csv")]
    assert command.main([*call, *options, *roster, "-o", str(files["final"])]) == 0
    said = capsys.readouterr().out
    assert "2 totals of 'Small', of 24 points" in said
    assert "left out, without a total: eve (not marked yet: own by hand), mia (nothing was" in said
    canvas = list(csv.reader(files["canvas"].open(newline="")))
    assert canvas == [
        ["Student", "ID", "SIS Login ID", "Section", "Small"],
        ["    Points Possible", "", "", "", "24"],
        ["Ada L", "17", "ada", "A", "23.5"], ["Bob", "18", "bob", "B", "6.5"],
    ]  # fmt: skip
    moodle = read(files["moodle"])
    assert [(row["Email address"], row["Grade"]) for row in moodle] == [
        ("ada@uni.edu", "23.5"), ("Bob@uni.edu", "6.5"),
    ]  # fmt: skip
    assert "own by hand: 3.5 of 4" in moodle[0]["Feedback comments"]
    assert files["lms"].read_text().splitlines() == [
        "SIS Login ID,Small (24)", "ada,23.5", "bob,6.5"
    ]  # fmt: skip
    assert read(files["nbgrader"])[0] == {
        "assignment": "small", "student_id": "ada", "score": "23.5", "max_score": "24.0",
    }  # fmt: skip
    otter = read(files["otter"] / "final_grades.csv")
    assert otter[0]["file"] == "ada.ipynb" and otter[0]["own by hand"] == "3.5"
    assert float(otter[1]["percent_correct"]) == pytest.approx(6.5 / 24, rel=1e-5)
    ada = json.loads((files["gradescope"] / "ada" / "results.json").read_text())
    assert ada["score"] == 23.5 and {"own", "own by hand"} <= {t["name"] for t in ada["tests"]}
    assert not (files["gradescope"] / "eve").exists()
    final = {row["student"]: row["total"] for row in read(files["final"])}
    assert final == {"ada": "23.5", "bob": "6.5", "eve": "", "mia": ""}


def test_the_archive_for_gradescope_hands_out_what_is_there(made, tmp_path):
    found = totals.final(table(ada="4", bob="1"), made.assignment)[:2]
    people = {"ada": {"email": "ada@uni.edu"}}
    exports.write_gradescope(found, made.assignment, tmp_path / "gs", people)
    root = tmp_path / "autograder"
    (root / "results").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "gs" / "autograder.zip") as archive:
        assert {"setup.sh", "run_autograder"} <= set(archive.namelist())
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
        archive.extractall(root / "source")
    script = (root / "source" / "run_autograder").read_text().replace("/autograder", str(root))
    for email, status in (("ada@uni.edu", 0), ("bob", 0), ("../../x", 1), ("eve@uni.edu", 1)):
        about = {"users": [{"email": email}]}
        (root / "submission_metadata.json").write_text(json.dumps(about))
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert done.returncode == status and ("no marks yet" in done.stderr) == bool(status)
    assert json.loads((root / "results" / "results.json").read_text())["score"] == 15 - 7.5


def test_a_worksheet_of_moodle_is_filled_in_and_the_rest_of_it_stays(made, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "\ufeffIdentifier,Full name,Email address,Grade,Last modified (grade),Feedback comments\n"
        'Participant 4,"L, Ada",ada@uni.edu,,-,\nParticipant 5,Eve,eve@uni.edu,7,-,old\n'
        "Participant 6,Zoe,zoe@uni.edu,,-,\n",
        encoding="utf-8",
    )
    call = written(tmp_path, made, table(ada="4", bob="1"))
    call += ["--roster", str(tmp_path / "roster.csv"), "--moodle", str(tmp_path / "m.csv")]
    assert command.main([*call, "--worksheet", str(sheet)]) == 0
    rows = {row["Identifier"]: row for row in read(tmp_path / "m.csv")}
    assert rows["Participant 4"]["Grade"] == "24" and rows["Participant 4"]["Full name"] == "L, Ada"
    assert rows["Participant 5"]["Grade"] == "7" and rows["Participant 6"]["Grade"] == ""
    assert {row["Last modified (grade)"] for row in rows.values()} == {"-"}
    assert "not in the worksheet of Moodle: bob" in capsys.readouterr().err
    sheet.write_text("student,mark\nada,1\n")
    assert command.main([*call, "--worksheet", str(sheet)]) == 2
    assert "is no grading worksheet of Moodle" in capsys.readouterr().err


def test_names_and_titles_that_are_formulas_are_text_everywhere(made, tmp_path):
    lines = table(ada="4", bob="1")
    lines[1][0] = "=1+1"
    call = written(tmp_path, made, lines)
    (tmp_path / "roster.csv").write_text("student,name,email,section\n=1+1,@x,+1@uni.edu,-A\n")
    names = ("canvas", "moodle", "lms", "nbgrader")
    options = [part for name in names for part in (f"--{name}", str(tmp_path / name))]
    options += ["--otter", str(tmp_path), "--roster", str(tmp_path / "roster.csv"), "-o"]
    assert command.main([*call, *options, str(tmp_path / "final")]) == 0
    for name in (*names, "final", "final_grades.csv"):
        cells = [cell for line in csv.reader((tmp_path / name).open(newline="")) for cell in line]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t")]


# --- deadlines, and the history ---------------------------------------------------------------


def test_deadlines_extensions_and_the_history_of_what_was_taken_off(made, tmp_path, capsys):
    call = written(tmp_path, made, table(ada="4", bob="1", eve="2"))
    (tmp_path / "times.csv").write_text(
        "student,time\nada,2026-12-02T12:00+01:00\nbob,2026-12-03T12:00+01:00\n"
        "eve,2026-12-01T23:59+01:00\n"
    )
    (tmp_path / "more.csv").write_text("student,until\nbob,2026-12-03T23:59+01:00\n")
    due = ["--due", "2026-12-01T23:59+01:00", "--handed-in", str(tmp_path / "times.csv")]
    policy = ["--late", "10%/day", "--until", "3 days", "--grace", "15 min", "--why", "policy"]
    policy += ["--extensions", str(tmp_path / "more.csv"), "--who", "noether"]
    final = tmp_path / "final.csv"
    assert command.main([*call, *due, *policy, "-o", str(final)]) == 0
    assert "late: 1, by at most 1 day\n" in capsys.readouterr().out
    rows = {row["student"]: row for row in read(final)}
    assert (rows["ada"]["before"], rows["ada"]["days late"], rows["ada"]["total"]) == (
        "24", "1", "21.6",
    )  # fmt: skip
    assert rows["bob"]["total"] == rows["bob"]["before"] == "7.5"
    assert rows["eve"]["days late"] == "0"
    kept = read(tmp_path / "grades.history.csv")
    (taken,) = [x for x in kept if x["student"] == "ada" and x["question"] == "share taken off"]
    assert (taken["new"], taken["why"], taken["who"]) == ("0.1", "policy", "noether")
    size = len(kept)
    assert command.main([*call, *due, *policy, "-o", str(final)]) == 0
    assert len(read(tmp_path / "grades.history.csv")) == size, "nothing has changed"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--late", "10%/day"], "--late needs a deadline"),
        (["--handed-in", "{times}"], "--handed-in needs a deadline"),
        (["--due", "2026-12-01T23:59+01:00"], "--handed-in TABLE or FOLDER"),
        (["--due", "2026-12-01T23:59", "--handed-in", "{times}"], "has no time zone"),
        (["--due", "2026-12-01T23:59Z", "--handed-in", "{times}", "--extensions", "{other}"],
         "zoe is not in the table of marks"),
        (["--worksheet", "{times}"], "--worksheet is filled in under the name that --moodle"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_said_and_nothing_is_written(
    made, tmp_path, capsys, options, told
):
    call = written(tmp_path, made, table(ada="4"))
    (tmp_path / "times.csv").write_text("student,time\nada,2026-12-02T12:00Z\n")
    (tmp_path / "other.csv").write_text("student,until\nzoe,2026-12-02T12:00Z\n")
    places = {name: tmp_path / f"{name}.csv" for name in ("times", "other")}
    options = [part.format(**places) for part in options]
    assert command.main([*call, *options, "-o", str(tmp_path / "final")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "final").exists() and not (tmp_path / "grades.history.csv").exists()


def test_nobody_marked_is_no_table(made, tmp_path, capsys):
    call = written(tmp_path, made, table())
    assert command.main([*call, "--lms", str(tmp_path / "lms")]) == 2
    assert "nobody has a total yet: ada (not marked yet: own by hand)" in capsys.readouterr().err
    assert not (tmp_path / "lms").exists()
    assert command.main([*call, "--lms", str(tmp_path / "lms"), "--partial"]) == 0
    assert "ada,20" in (tmp_path / "lms").read_text()


def test_while_somebody_marks_nothing_is_exported(made, tmp_path, capsys):
    fcntl = pytest.importorskip("fcntl")
    call = written(tmp_path, made, table(ada="4"))
    with (tmp_path / "grades.csv.journal").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert command.main([*call, "-o", str(tmp_path / "final")]) == 2
    assert "is writing" in capsys.readouterr().err and not os.path.exists(tmp_path / "final")
    assert command.main([*call, "-o", str(tmp_path / "final")]) == 0
