"""What a person writes into the table of marks stays there, whatever is marked afterwards."""

import csv
import sys

import pytest
from coursework_class import hand_in, small_key, solution

from rgcourse.coursework import by_hand, grade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
HAND = "own by hand (4)"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def marked(made, tmp_path):
    """A class of two that is marked, with its folder and its table."""
    folder, output = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    for student in ("ada", "emmy"):
        hand_in(folder, student, solution(made, student))
    grade.grade(folder, made, output)
    return folder, output


def lines(path, delimiter=","):
    with path.open(newline="", encoding="utf-8-sig") as file:
        return {line["student"]: line for line in csv.DictReader(file, delimiter=delimiter)}


def written(path, table, head=None, **how):
    head = head or list(next(iter(table.values())))
    with path.open("w", newline="", encoding=how.pop("encoding", "utf-8")) as file:
        writer = csv.DictWriter(file, head, **how)
        writer.writeheader()
        writer.writerows(table.values())


def by_a_person(output, **how):
    table = lines(output)
    table["ada"][HAND] = "3.5"
    for student in table:
        table[student]["comment"] = "see me" if student == "emmy" else ""
    written(output, table, **how)
    return output.read_bytes()


def test_marks_by_hand_outlive_a_late_paper(made, marked, tmp_path):
    folder, output = marked
    before = by_a_person(output)
    hand_in(folder, "late", solution(made, "late"))
    with pytest.warns(UserWarning, match="2 entries made by hand were kept; the table as it was"):
        grade.grade(folder, made, output)
    after = lines(output)
    assert after["ada"][HAND] == "3.5" and after["emmy"]["comment"] == "see me"
    assert after["late"][HAND] == "" and after["late"]["auto total"] == "20"
    assert (tmp_path / "grades.before-1.csv").read_bytes() == before


@pytest.mark.parametrize("how", [{"delimiter": ";", "encoding": "utf-8-sig"}, {"delimiter": "\t"}])
def test_as_a_spreadsheet_saves_it(made, marked, how):
    folder, output = marked
    by_a_person(output, **how)
    with pytest.warns(UserWarning, match="entries made by hand were kept"):
        grade.grade(folder, made, output)
    assert lines(output)["ada"][HAND] == "3.5"


def test_run_after_run_nothing_is_lost_and_every_table_is_kept(made, marked, tmp_path):
    folder, output = marked
    first = by_a_person(output)
    for number in (1, 2, 3):
        with pytest.warns(UserWarning, match=f"grades.before-{number}.csv"):
            grade.grade(folder, made, output)
        assert lines(output)["ada"][HAND] == "3.5"
    assert (tmp_path / "grades.before-1.csv").read_bytes() == first


def test_marks_of_a_student_whose_paper_is_gone_stay(made, marked):
    folder, output = marked
    by_a_person(output)
    (folder / "ada.ipynb").unlink()
    with pytest.warns(UserWarning, match="1 of a student who has no paper any more"):
        grade.grade(folder, made, output)
    assert lines(output)["ada"][HAND] == "3.5"
    assert "no longer handed in" in lines(output)["ada"]["status"]


def test_an_automatic_mark_that_a_person_changed_is_said_and_kept_aside(made, marked, tmp_path):
    folder, output = marked
    table = lines(output)
    table["ada"]["multiply (10)"] = "9"
    written(output, table)
    with pytest.warns(UserWarning, match="automatic marks have changed in 1 of the lines"):
        grade.grade(folder, made, output)
    assert lines(output)["ada"]["multiply (10)"] == "10"
    assert lines(tmp_path / "grades.before-1.csv")["ada"]["multiply (10)"] == "9"


def test_without_anything_by_hand_there_is_nothing_to_say(made, marked, tmp_path, recwarn):
    folder, output = marked
    before = output.read_bytes()
    grade.grade(folder, made, output)
    assert output.read_bytes() == before and not list(tmp_path.glob("*.before-*"))
    assert not [w for w in recwarn if "by hand" in str(w.message)]


@pytest.mark.parametrize("content", ["student,mark\nada,5\n", "my notes\n"])
def test_a_table_of_something_else_is_not_touched(made, marked, content):
    folder, output = marked
    output.write_text(content)
    with pytest.raises(ValueError, match="is not a table of this assignment"):
        grade.grade(folder, made, output)
    assert output.read_text() == content


def test_a_table_in_another_encoding_is_not_touched(made, marked):
    folder, output = marked
    content = "student,José\n".encode("latin-1")
    output.write_bytes(content)
    with pytest.raises(ValueError, match="is not in UTF-8"):
        grade.grade(folder, made, output)
    assert output.read_bytes() == content


def test_numbers_are_compared_as_numbers():
    old = [["student", "a (1)", "hand", "status"], ["ada", "1,0", "2", "x"]]
    new = [["student", "a (1)", "hand", "status"], ["ada", "1", "", "graded"]]
    table, said = by_hand.merged(old, new, ["student", "a (1)", "status"])
    assert table[1] == ["ada", "1", "2", "graded"] and said == ["1 entries made by hand were kept"]
