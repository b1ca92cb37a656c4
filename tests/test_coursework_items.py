"""What marks say about questions: numbers worked out by hand, and none where n is small."""

import csv
import io
import math

import numpy as np
import pytest
from coursework_class import small_key
from PIL import Image

from rgcourse.coursework import command, grade, items, key, report, submissions
from rgcourse.coursework.journal import Journal
from rgcourse.coursework.source import Question
from rgcourse.coursework.submissions import Paper


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


def marks_of(**points):
    """Marks of questions {name: points of each student}."""
    count = len(next(iter(points.values())))
    rows = [
        {"student": f"s{n}", "auto": {q: got[n] for q, got in points.items()}, "reasons": {}}
        for n in range(count)
    ]
    return items.Marks(rows, [{} for _ in rows], 0)


def test_discrimination_worked_out_by_hand():
    """Half of ten students have the item; the rest of them has 0, 1, ..., 9 points.

    The sum of products about the means is 35 - 10 x 0.5 x 4.5 = 12.5, the squares are 2.5 and 82.5:
    r = 12.5 / sqrt(2.5 x 82.5) = 5 / sqrt(33).
    """
    x, y = np.repeat([0, 1], 5), np.arange(10)
    told = items.discrimination(x, y)
    assert math.isclose(told.value, 5 / math.sqrt(33), rel_tol=1e-12)
    left_out = [np.corrcoef(np.delete(x, n), np.delete(y, n))[0, 1] for n in range(10)]
    error = math.sqrt(9 / 10 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
    assert math.isclose(told.error, error, rel_tol=1e-9)


def test_an_item_is_compared_with_the_others_and_not_with_itself():
    """Two items that have nothing to do with each other: with itself in the total r were 0.71."""
    first, second = [0.0, 0, 2, 2] * 3, [0.0, 2] * 6
    found = items.analysed(
        marks_of(a=first, b=second), [Question("a", auto=2), Question("b", auto=2)]
    )
    assert [abs(one.discrimination.value) < 1e-12 for one in found] == [True, True]
    assert [one.right for one in found] == [0.5, 0.5]
    assert found[0].mean.value == 1 and math.isclose(found[0].mean.error, 1 / math.sqrt(11))


def test_under_ten_students_nothing_is_said_about_discrimination():
    with pytest.raises(ValueError, match="9 students are too few, expected 10 or more"):
        items.discrimination([0, 1, 1] * 3, range(9))
    assert items.discrimination([0, 1] * 5, range(10)).n_bins == 10
    (one, _) = items.analysed(
        marks_of(a=[0.0, 1.0], b=[1.0, 0.0]), [Question("a", 1), Question("b", 1)]
    )
    assert one.discrimination is None and "too few" in one.why_not and one.n == 2


@pytest.mark.parametrize("got", [[1] * 12, [1] * 11 + [0]])
def test_where_all_but_one_are_alike_nothing_is_said(got):
    with pytest.raises(ValueError, match="all students, or all but one"):
        items.discrimination(got, range(12))
    with pytest.raises(ValueError, match="points of the rest"):
        items.discrimination(range(12), got)


def test_a_single_student_has_no_error():
    (one,) = items.analysed(marks_of(a=[1.0]), [Question("a", auto=1)])
    assert one.mean is None and one.right == 1


# --- from the files of a marking --------------------------------------------------------------


def marked(made, folder, students, hand=None):
    """A table and a journal, as a marking leaves them."""
    rows = []
    journal = Journal(folder / "grades.csv.journal", made)
    for number, student in enumerate(students):
        wrong = number % 3 == 0
        row = {
            "student": student,
            "auto": {"multiply": 2.5 if wrong else 10.0, "own": 6.0, "measure": 0.0},
            "reasons": {
                "multiply": ["multiply(...): 1 of 3 numbers are wrong"] if wrong else [],
                "measure": [f"pair: an error of {number}, expected 0.01 to 0.2"],
            },
            "status": "graded", "written": {}, "seconds": 1.0,
        }  # fmt: skip
        older = row | {"auto": dict.fromkeys(row["auto"], 0.0), "reasons": {}}
        journal.add(Paper(student, b"first version"), older)
        journal.add(Paper(student, b"second version"), row)
        rows.append(row)
    nothing = dict.fromkeys(("multiply", "own", "measure"), 0.0)
    rows.append({"student": "absent", "auto": nothing, "status": submissions.NOTHING})
    grade.write_table(rows, made.assignment, folder / "grades.csv")
    if hand:
        text = (folder / "grades.csv").read_text().splitlines()
        text[1:] = [line.replace(",6,,", f",6,{hand},") for line in text[1:]]
        (folder / "grades.csv").write_text("\n".join(text) + "\n")
    return folder / "grades.csv"


def test_the_version_that_stands_in_the_table_is_counted(made, tmp_path):
    marks = items.read(marked(made, tmp_path, "abcdef"), made)
    assert len(marks) == 6 and marks.absent == 1
    assert [row["auto"]["multiply"] for row in marks.rows] == [2.5, 10, 10, 2.5, 10, 10]
    by_name = {one.name: one for one in items.analysed(marks, made.assignment.questions)}
    assert set(by_name) == {"multiply", "own", "measure"}
    assert math.isclose(by_name["multiply"].right, 4 / 6)
    assert by_name["multiply"].mean.value == 7.5
    assert by_name["measure"].reasons == (("pair: an error of …, expected … to …", 6),)


def test_hidden_cases_by_what_was_asked(made, tmp_path):
    marks = items.read(marked(made, tmp_path, "abcdef"), made)
    cases = {one.question: one for one in items.cases_of(marks, made)}
    multiply = cases["multiply"]
    assert (multiply.asked, multiply.cases, multiply.n) == ("multiply(...)", 2, 6)
    assert math.isclose(multiply.right, 4 / 6)
    assert multiply.reasons == (("… of … numbers are wrong", 2),)
    assert cases["own"].right == 1 and cases["measure"].right == 0


def test_reasons_in_other_words_find_their_case(made):
    """As feedback may tell them: a call with its arguments, which inputs, a recognised mistake."""
    reasons = [
        "multiply(x), on the first of two inputs: wrong", "this looks like: a factor 1/2 missing",
        "this looks like in the first number: a sign",
    ]  # fmt: skip
    marks = marks_of(multiply=[2.5, 10.0, 0.0])
    marks.rows[0]["reasons"] = {"multiply": reasons}
    marks.rows[2]["reasons"] = {"multiply": ["something new"]}
    told, other, *_ = items.cases_of(marks, made)
    assert told.asked == "multiply(...)" and math.isclose(told.right, 2 / 3)
    assert told.reasons == (("wrong", 1),)
    assert other.asked == items.ELSEWHERE and other.reasons == (("something new", 1),)
    (item,) = items.analysed(marks, made.assignment.questions[:1])
    assert item.mistakes == (("a factor 1/2 missing", 1), ("a sign", 1))
    assert not any("looks like" in text for text, _ in item.reasons)


def test_points_by_hand_are_an_item_once_all_are_there(made, tmp_path):
    marks = items.read(marked(made, tmp_path, "abcdef", hand="3"), made)
    found = {one.name: one for one in items.analysed(marks, made.assignment.questions)}
    assert found["own by hand"].mean.value == 3 and found["own by hand"].right == 0
    marks.by_hand[0].clear()
    assert "own by hand" not in {
        one.name for one in items.analysed(marks, made.assignment.questions)
    }


def test_the_report_is_written(made, tmp_path, capsys):
    grades = marked(made, tmp_path, [f"s{n}" for n in range(12)])
    key.write(made, tmp_path / "key.json")
    call = ["report", str(grades), "--key", str(tmp_path / "key.json"), "-o", str(tmp_path / "out")]
    assert command.main(call) == 0
    assert "3 items of 12 papers" in capsys.readouterr().out
    out = tmp_path / "out"
    with (out / "items.csv").open(newline="") as file:
        lines = {line["item"]: line for line in csv.DictReader(file)}
    assert lines["multiply"]["all points"] == "0.667" and lines["multiply"]["mean"] == "7.5"
    assert "all students, or all but one" in lines["own"]["remark"]
    with (out / "cases.csv").open(newline="") as file:
        assert [line["question"] for line in csv.DictReader(file)] == ["multiply", "own", "measure"]
    page = (out / "items.html").read_text()
    assert "12 papers, 1 more have no paper that was marked" in page
    assert "With 12 papers these numbers are rough" in page and "<script" not in page
    assert Image.open(io.BytesIO((out / "items.png").read_bytes())).width > 800


def test_reasons_cannot_start_anything(made, tmp_path):
    marks = marks_of(multiply=[1.0, 0.0])
    marks.rows[1]["reasons"] = {"multiply": ["multiply(...): <script>x</script>"]}
    found = items.analysed(marks, made.assignment.questions[:1])
    page = report.items_page(made, marks, found, items.cases_of(marks, made), b"")
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_a_name_is_no_formula_of_the_figure():
    one = items.Item("$x^", 2, 1, 0.5, None, None)
    assert report.figure([one], []).startswith(b"\x89PNG")


@pytest.mark.parametrize("what", ["table", "journal", "key"])
def test_what_is_missing_is_said(made, tmp_path, what):
    grades = marked(made, tmp_path, "ab")
    other = made
    if what == "table":
        grades.unlink()
    elif what == "journal":
        (tmp_path / "grades.csv.journal").unlink()
    else:
        other = small_key(tmp_path, "another secret for tests")
    expected = "is not there, or is empty" if what == "table" else "has no row of these students"
    with pytest.raises(ValueError, match=expected):
        items.read(grades, other)
