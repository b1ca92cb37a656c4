"""The history of marks: it only grows, says who, when and why, and cannot be written by others."""

import csv
import sys
from datetime import UTC, datetime

import pytest
from coursework_class import hand_in, small_key, solution

from rgcourse.coursework import command, grade, history, journal, key
from rgcourse.coursework.history import Change, History

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
SECRET = "ab" * 32
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
HAND = "own by hand (4)"


def one(student="ada", old="", new="3", question="own (6)"):
    return Change(student, question, old, new)


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [line for line in csv.DictReader(file) if line]


def test_it_grows_and_is_read_again(tmp_path):
    path = tmp_path / "g.history.csv"
    History(path, SECRET).add([(one(), "first marking")], "emmy", NOW)
    first = path.read_bytes()
    History(path, SECRET).add([(one(old="3", new="4"), "a right answer")], "emmy", NOW)
    assert path.read_bytes().startswith(first)
    again = History(path, SECRET)
    assert again.known == {("ada", "own (6)"): "4"} and again.doubtful == 0
    last = rows(path)[-1]
    del last["check"]
    assert last == {
        "when": "2026-12-01T09:30:00Z", "who": "emmy", "why": "a right answer",
        "student": "ada", "question": "own (6)", "old": "3", "new": "4",
    }  # fmt: skip
    assert again.add([], "emmy", NOW) == 0 and len(rows(path)) == 2


def test_a_line_that_somebody_has_changed_does_not_count(tmp_path):
    path = tmp_path / "g.history.csv"
    for n in range(4):
        History(path, SECRET).add([(one(f"s{n}"), "w")], "emmy", NOW)
    text = path.read_text()
    path.write_text(text.replace("s1,own (6),,3", "s1,own (6),,6"))
    found = History(path, SECRET)
    assert found.doubtful == 1 and {s for s, _ in found.known} == {"s0", "s2", "s3"}
    lines = text.splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",s1," not in line))
    assert History(path, SECRET).doubtful == 1, "the line after one that is gone"
    path.write_text(text)
    assert History(path, "cd" * 32).doubtful == 4, "nobody without the key writes one that counts"


@pytest.mark.parametrize("left", range(1, 55, 6))
def test_cut_short_by_a_full_disk_it_goes_on(tmp_path, left):
    path = tmp_path / "g.history.csv"
    History(path, SECRET).add([(one("s0"), "w")], "emmy", NOW)
    whole = len(path.read_bytes())
    History(path, SECRET).add([(one("s1", new="10"), "w")], "emmy", NOW)
    path.write_bytes(path.read_bytes()[: whole + left])
    History(path, SECRET).add([(one("s2"), "w")], "emmy", NOW)
    found = History(path, SECRET)
    assert found.known[("s0", "own (6)")] == found.known[("s2", "own (6)")] == "3"
    assert ("s1", "own (6)") not in found.known, "half a mark is none"


def test_names_and_reasons_of_every_kind_stay_in_their_cells(tmp_path):
    path = tmp_path / "g.history.csv"
    odd = ["=1+1", 'a,"b', "two\nlines", "\x1b[2J", "\ud800", "\u2028"]
    History(path, SECRET).add([(one(name), name) for name in odd], odd[2], NOW)
    found = History(path, SECRET)
    assert found.doubtful == 0 and len(found.known) == len(odd)
    assert all(not line["student"].startswith("=") for line in rows(path))
    assert not set(path.read_text(encoding="utf-8")) & set("\x1b\u2028")


def test_numbers_are_compared_as_numbers_and_nothing_is_no_zero():
    table = [["student", "a (4)"], ["ada", "3,0"], ["bob", ""], ["eve", "0"]]
    known = {("ada", "a (4)"): "3", ("bob", "a (4)"): "2"}
    assert history.changes(known, table, ["a (4)"]) == [
        Change("bob", "a (4)", "2", ""), Change("eve", "a (4)", "", "0"),
    ]  # fmt: skip


# --- in the marking ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def marked(made, tmp_path):
    """A class of two that is marked: the arguments of the command, and its history."""
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    key.write(made, tmp_path / "key.json")
    for student in ("ada", "emmy"):
        hand_in(folder, student, solution(made, student))
    call = ["grade", str(folder), "--key", str(tmp_path / "key.json"), "-o", str(output)]
    assert command.main([*call, "--who", "noether"]) == 0
    return call, tmp_path / "grades.history.csv"


def by_hand(output, student, points):
    with output.open(newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        line[HAND] = points if line["student"] == student else line[HAND]
    with output.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def test_every_change_says_who_and_why(marked, made, tmp_path, capsys):
    call, path = marked
    assert {line["why"] for line in rows(path)} == {"first marking"}
    assert {line["who"] for line in rows(path)} == {"noether"} and len(rows(path)) == 6
    by_hand(tmp_path / "grades.csv", "ada", "3.5")
    assert command.main([*call, "--who", "noether"]) == 0
    by_hand(tmp_path / "grades.csv", "ada", "4")
    hand_in(tmp_path / "class", "emmy", "")
    assert command.main([*call, "--who", "hilbert"]) == 0
    told = [tuple(line[k] for k in ("who", "why", "student", "question", "old", "new"))
            for line in rows(path)[6:]]  # fmt: skip
    assert told[0] == ("noether", "by hand", "ada", HAND, "", "3.5")
    assert told[1] == ("hilbert", "by hand", "ada", HAND, "3.5", "4")
    lost = [("multiply (10)", "10", "0"), ("own (6)", "6", "0"), ("measure (4)", "4", "0")]
    changed = [("hilbert", "the paper has changed", "emmy", *rest) for rest in lost]
    assert told[2:] == changed
    assert "4 marks are not what they were" in capsys.readouterr().err
    before = path.read_bytes()
    assert command.main(call) == 0 and path.read_bytes() == before


def spoiled(path, key_, student, **auto):
    """A row in the journal that a busy machine has spoiled."""
    kept = journal.Journal(path, key_)
    (place,) = [place for place in kept.rows if place[0] == student]
    row = kept.rows[place] | {"auto": kept.rows[place]["auto"] | auto}
    kept.add(type("Paper", (), {"student": student, "digest": place[1]}), row)


def test_a_student_is_marked_again_for_a_reason(marked, made, tmp_path, capsys):
    call, path = marked
    spoiled(tmp_path / "grades.csv.journal", made, "ada", own=0.0, multiply=0.0)
    assert command.main(call) == 0
    again = [*call, "--again", "ada"]
    assert command.main(again) == 2 and "--why TEXT" in capsys.readouterr().err
    assert command.main([*again, "--why", "busy machine", "--question", "own"]) == 0
    assert "1 marked again: busy machine" in capsys.readouterr().err
    last = rows(path)[-1]
    assert (last["why"], last["question"], last["old"], last["new"]) == (
        "busy machine", "own (6)", "0", "6",
    )  # fmt: skip
    with (tmp_path / "grades.csv").open(newline="") as file:
        ada = next(csv.DictReader(file))
    assert (ada["multiply (10)"], ada["own (6)"]) == ("0", "6"), "the other question stays"
    assert command.main([*again, "--why", "busy machine"]) == 0
    assert rows(path)[-1]["question"] == "multiply (10)"
    assert command.main(call) == 0, "and it stays so"
    assert len(rows(path)) == 6 + 2 + 1 + 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--again", "bob", "--why", "x"], "nothing of bob is there to be marked again"),
        (["--again", "ada", "--why", "x", "--question", "z"], "no question 'z' is marked autom"),
        (["--question", "own"], "--again STUDENT"),
        (["--again", "ada", "--why", "  "], "--why TEXT"),
    ],
)
def test_what_is_wrong_is_said_before_anybody_is_marked(marked, capsys, options, told):
    call, path = marked
    before = path.read_bytes()
    assert command.main([*call, *options]) == 2
    assert told in capsys.readouterr().err and path.read_bytes() == before


def test_a_corrected_judge_marks_again_and_says_so(marked, made, tmp_path, monkeypatch, capsys):
    """Red before: what had been marked stood, whatever was corrected."""
    call, path = marked
    spoiled(tmp_path / "grades.csv.journal", made, "ada", own=0.0)
    assert command.main(call) == 0
    monkeypatch.setattr(journal, "judge", lambda: "another")
    assert command.main(call) == 0
    assert "2 marked again: the code that marks has changed" in capsys.readouterr().err
    assert rows(path)[-1]["new"] == "6"
    assert rows(path)[-1]["why"] == "the code that marks has changed"
    monkeypatch.setattr(journal, "version", lambda name: "9.9")
    assert command.main(call) == 0
    assert "the package has changed, from" in capsys.readouterr().err


def test_all_code_that_marks_is_looked_at():
    folder = journal.Path(journal.__file__).parent
    assert all((folder / f"{name}.py").is_file() for name in journal.JUDGES)
    assert {"cases", "grade", "plain", "door", "child"} <= set(journal.JUDGES)


def test_the_table_is_the_same_with_and_without_a_history(made, marked, tmp_path):
    call, path = marked
    before = (tmp_path / "grades.csv").read_bytes()
    path.unlink()
    assert grade.grade(tmp_path / "class", made, tmp_path / "grades.csv")
    assert (tmp_path / "grades.csv").read_bytes() == before and len(rows(path)) == 6
