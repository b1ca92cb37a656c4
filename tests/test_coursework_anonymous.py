"""Marking by hand without names: no name reaches the reader, and every mark finds its student."""

import csv
import sys

import pytest
from coursework_class import hand_in, small_key, solution

from rgcourse.coursework import anonymous, by_hand, command, key
from rgcourse.coursework.aliases import alias

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
HAND = "own by hand (4)"
STUDENTS = ("Ada Lovelace", "emmy@uni.edu", "José")


@pytest.fixture
def call(tmp_path):
    made, folder = small_key(tmp_path), tmp_path / "class"
    folder.mkdir()
    key.write(made, tmp_path / "key.json")
    for student in STUDENTS[1:]:
        hand_in(folder, student, solution(made, student))
    hand_in(folder, "Ada Lovelace (1)", solution(made, "Ada Lovelace"))  # its status has the name
    call = ["grade", str(folder), "--key", str(tmp_path / "key.json"), "-o"]
    return [*call, str(tmp_path / "grades.csv"), "--anonymous", str(tmp_path / "reader")]


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return {line["student"]: line for line in csv.DictReader(file)}


def test_no_name_reaches_the_reader_and_marks_come_back(call, tmp_path, capsys):
    assert command.main(call) == 0
    reader, names = tmp_path / "reader", tmp_path / "grades.names.csv"
    assert names.stat().st_mode & 0o777 == 0o600 and "who is who" in capsys.readouterr().out
    files = [path for path in reader.rglob("*") if path.is_file()]
    assert len(files) == 1 + 2 * 3
    told = "".join(str(path) + path.read_text(encoding="utf-8") for path in files)
    assert not [part for name in STUDENTS for part in (name, name.split()[0]) if part in told]
    held = key.read(tmp_path / "key.json").class_key
    shown = rows(reader / "grades.csv")
    assert set(shown) == {alias(held, student) for student in STUDENTS}
    assert list(shown) == sorted(shown), "their order says nothing"
    assert {row["status"] for row in shown.values()} == {"graded"}
    with names.open(newline="", encoding="utf-8") as file:
        who = {row["alias"]: row["student"] for row in csv.DictReader(file)}
    assert set(who.values()) == set(STUDENTS)
    table = by_hand.read(reader / "grades.csv")
    place = table[0].index(HAND)
    for number, line in enumerate(table[1:], 1):
        line[place] = str(number)
    (reader / "grades.csv").write_text(by_hand.as_text(table), encoding="utf-8")
    assert command.main(call) == 0
    assert "3 marks taken in from" in capsys.readouterr().err
    marks = rows(tmp_path / "grades.csv")
    assert {who[line[0]]: line[place] for line in table[1:]} == {
        student: row[HAND] for student, row in marks.items()
    }
    assert {row[HAND] for row in rows(reader / "grades.csv").values()} == {"1", "2", "3"}
    assert command.main(call) == 0
    assert "taken in" not in capsys.readouterr().err


def test_two_different_marks_of_one_answer_are_left_to_a_person(call, tmp_path, capsys):
    assert command.main(call) == 0
    for path, mark in ((tmp_path / "grades.csv", "4"), (tmp_path / "reader/grades.csv", "2")):
        table = by_hand.read(path)
        for line in table[1:]:
            line[table[0].index(HAND)] = mark
        path.write_text(by_hand.as_text(table), encoding="utf-8")
    before = (tmp_path / "grades.csv").read_bytes()
    assert command.main(call) == 2
    assert "have different marks for Ada Lovelace, own by hand (4)" in capsys.readouterr().err
    assert (tmp_path / "grades.csv").read_bytes() == before


def test_marks_of_a_stranger_and_of_a_formula(tmp_path):
    made, reader = small_key(tmp_path), tmp_path / "reader.csv"
    head = "student,multiply (10),own (6),own by hand (4),measure (4),auto total,status\n"
    (tmp_path / "grades.csv").write_text(head + "'=1+1,1,1,,1,3,graded\n")
    reader.write_text(head + f"{alias(made.class_key, '=1+1')},1,1,3,1,3,graded\n")
    assert "1 marks taken in" in anonymous.take_in(tmp_path / "grades.csv", reader, made)
    assert rows(tmp_path / "grades.csv")["'=1+1"][HAND] == "3"
    reader.write_text(head + "NOBO-DYXX,1,1,3,1,3,graded\n")
    with pytest.raises(ValueError, match="has marks of NOBO-DYXX, whom"):
        anonymous.take_in(tmp_path / "grades.csv", reader, made)


def test_the_list_of_names_is_closed_over_an_open_file(tmp_path):
    made = small_key(tmp_path)
    names = tmp_path / "names.csv"
    names.write_text("older")
    names.chmod(0o644)
    row = {"student": "ada", "auto": {"multiply": 1.0, "own": 2.0, "measure": 3.0},
           "reasons": {}, "status": "look at ada", "seconds": 0.0, "written": {}}  # fmt: skip
    anonymous.hand_out([row], made, tmp_path / "reader", names)
    assert names.stat().st_mode & 0o777 == 0o600
    (line,) = rows(tmp_path / "reader" / "grades.csv").values()
    assert line["status"] == "look at it"


def test_two_of_one_alias_are_refused(monkeypatch):
    monkeypatch.setattr(anonymous, "alias", lambda key, student: "SAME-SAME")
    with pytest.raises(ValueError, match="have the same alias"):
        anonymous.names_of("ab" * 32, ["ada", "bob"])
