"""Slips of bets: what is read of a stranger's file, and what a class's table says."""

import csv
import json
import os

import pytest

from rgcourse.coursework.command import main
from rgcourse.coursework.slips import read_slip, write_slips

BET = {
    "page": "book/zooming_out/flows",
    "number": 1,
    "title": "Twenty-four magnets",
    "answer": "b",
    "right": True,
    "at": "2026-10-12T09:30:00.000Z",
}


def written(path, *bets, **changes):
    slip = {"format": "rgcourse-bets-1", "name": "Ada", "offered": 28, "bets": list(bets)}
    path.write_text(json.dumps(slip | changes), encoding="utf-8")
    return path


def test_bets_come_in_the_order_of_their_times_and_each_once(tmp_path):
    early = BET | {"number": 2, "at": "2026-10-01T09:30:00Z", "right": False}
    bets = read_slip(written(tmp_path / "ada.json", BET, BET, early, name=7))
    assert [(bet["number"], bet["right"]) for bet in bets] == [(2, False), (1, True)]
    assert "title" not in bets[0], "nothing is kept that is not needed"


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b" " * 200_001, "larger than 200 kB"),
        (b"[]", "not a slip"),
        (b'{"format": "rgcourse-bets-2", "bets": []}', "not a slip"),
        (b'{"format": "rgcourse-bets-1"}', "must be a list"),
        (json.dumps({"format": "rgcourse-bets-1", "bets": [0] * 501}).encode(), "at most 500"),
        (b'{"format": "rgcourse-bets-1", "bets": [1]}', "each bet needs page"),
    ],
)
def test_what_is_no_slip_is_refused(tmp_path, content, message):
    path = tmp_path / "ada.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_slip(path)


@pytest.mark.parametrize(
    "wrong",
    [{"page": 1}, {"number": True}, {"number": 1.0}, {"right": "yes"}, {"at": "=1+1"}, {"at": ""}],
)
def test_a_bet_of_another_form_is_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match="bet needs|a time is written"):
        read_slip(written(tmp_path / "ada.json", BET | wrong))


def test_the_command_writes_a_line_for_each_student_and_no_formula(tmp_path, capsys):
    written(tmp_path / "ada.json", BET, BET | {"number": 2, "right": False})
    written(tmp_path / "=cmd.json", BET)
    (tmp_path / "emmy.json").write_text("a picture of a slip")
    assert main(["slips", str(tmp_path), "-o", str(tmp_path / "bets.csv")]) == 0
    assert "3 slips" in capsys.readouterr().out
    with (tmp_path / "bets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not rows[0]["student"].startswith("=")
    ada, emmy = rows[1:]
    assert (ada["student"], ada["bets"], ada["right"], ada["status"]) == ("ada", "2", "1", "read")
    assert (emmy["bets"], emmy["status"]) == ("0", "not JSON: save the slip again, as a file")
    assert main(["slips", str(tmp_path / "nowhere"), "-o", "x.csv"]) == 2


def test_of_two_bets_at_one_place_the_first_counts(tmp_path):
    second = BET | {"at": "2026-10-12T09:30:01Z", "right": False, "answer": "a"}
    (bet,) = read_slip(written(tmp_path / "ada.json", second, BET))
    assert bet["right"] and bet["answer"] == BET["answer"]


def test_names_and_files_of_every_kind_cost_nobody_else(tmp_path):
    written(tmp_path / "ada.json", BET)
    (tmp_path / "b\udcff.json").write_text("{}", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    assert write_slips(tmp_path.glob("*.json"), tmp_path / "bets.csv") == 4
    with (tmp_path / "bets.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row["status"] for row in csv.DictReader(file)}
    assert rows["ada"] == "read" and rows["pipe"] == rows["folder"] == "not a file"
    assert rows[r"b\udcff"].startswith("not a slip")


# --- complete, not correct --------------------------------------------------------------------


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_what_is_complete_counts_whether_or_not_it_is_right(tmp_path, capsys):
    folder = tmp_path / "slips"
    folder.mkdir()
    page = BET["page"]
    other = BET | {"page": "book/kondo/numerical_rg", "number": 4, "right": False}
    written(folder / "ada.json", BET | {"right": False}, BET | {"number": 2}, other)
    written(folder / "emmy.json", BET)
    (folder / "odd.json").write_text("{}")
    due = tmp_path / "due.csv"
    due.write_text(f"week,page,number\n1,{page},1\n1,{page},2\n2,kondo/numerical_rg,\n3,intro,1\n")
    (tmp_path / "roster.csv").write_text("student\nada\nbob\nemmy\n")
    call = ["slips", str(folder), "--expected", str(due), "-o", str(tmp_path / "bets.csv")]
    assert main([*call, "--roster", str(tmp_path / "roster.csv")]) == 0
    assert "3 slips" in capsys.readouterr().out
    rows = rows_of(tmp_path / "bets.csv")
    assert list(rows) == ["ada", "emmy", "odd", "bob"]
    told = {name: [rows[name][k] for k in ("week 1", "week 2", "week 3", "complete")]
            for name in rows}  # fmt: skip
    assert told["ada"] == ["1", "1", "0", "0.75"] and rows["ada"]["missing"] == "intro 1"
    assert told["emmy"] == ["0.5", "0", "0", "0.25"]
    assert told["bob"] == told["odd"] == ["0", "0", "0", "0"]
    assert rows["bob"]["status"] == "no slip was handed in"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "needs a column `page`"), ("page\n", "needs a column"), ("week\n1\n", "needs a col"),
        ("page,number\nintro,x\n", "line 2: 'x' is no number"),
        ("page,number\nintro,-1\n", "is no number"),
        ("page,number\nintro,1\nbook/intro.md,1\n", "line 3: intro 1 is there twice"),
    ],
)  # fmt: skip
def test_a_table_of_what_was_due_that_is_wrong_is_refused(tmp_path, capsys, text, told):
    (tmp_path / "due.csv").write_text(text)
    call = ["slips", str(tmp_path), "--expected", str(tmp_path / "due.csv"), "-o"]
    assert main([*call, str(tmp_path / "bets.csv")]) == 2
    assert told in capsys.readouterr().err and not (tmp_path / "bets.csv").exists()
