"""Whose paper it is: names as computers change them, and notebooks that are somebody else's."""

import csv
import json
import sys
import unicodedata

import nbformat
import pytest
from coursework_class import SECRET, hand_in, small_key, small_source, solution

from rgcourse.coursework import command, grade, key, source, submissions, whose

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
JOSE = "José"
JOSE_OF_A_MAC = unicodedata.normalize("NFD", JOSE)
FULL = {"multiply": 10.0, "own": 6.0, "measure": 4.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_key(tmp_path_factory.mktemp("key"))


def class_of(tmp_path, made, papers):
    """A folder with {name of the file without its ending: whose notebook lies there}."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name, student in papers.items():
        hand_in(folder, name, solution(made, student))
    return folder


def marked(folder, made, roster=()):
    with pytest.warns(UserWarning, match="not be what their names say") as said:
        rows = grade.grade(folder, made, folder.parent / "grades.csv", roster=roster)
    return {row["student"]: row for row in rows}, str(said[-1].message)


def test_a_name_that_a_mac_has_taken_apart_is_the_same_student(made, tmp_path):
    assert JOSE != JOSE_OF_A_MAC and made.parameters(JOSE) == made.parameters(JOSE_OF_A_MAC)
    folder = class_of(tmp_path, made, {JOSE_OF_A_MAC: JOSE})
    for roster in ([JOSE], [JOSE_OF_A_MAC], []):
        (found,) = submissions.find(folder, roster)
        assert unicodedata.normalize("NFC", found.student) == JOSE and found.path is not None
    (tmp_path / "roster.csv").write_text(f"student\n{JOSE_OF_A_MAC}\n", encoding="utf-8")
    assert command.read_roster(tmp_path / "roster.csv") == [JOSE]
    (row,) = grade.grade(folder, made, tmp_path / "grades.csv", roster=[JOSE])
    assert row["auto"] == FULL and row["status"] == "graded"


@pytest.mark.parametrize(
    "name", ["ada (1)", "ada(2)", "ada-Copy1", "ada copy 2", "ada.ipynb", "ada.ipynb (1)"]
)
@pytest.mark.parametrize("roster", [(), ("ada", "emmy")])
def test_a_copy_under_another_name_is_the_students_if_there_is_no_other(
    made, tmp_path, name, roster
):
    found = submissions.find(class_of(tmp_path, made, {name: "ada", "emmy": "emmy"}), roster)
    settled, notes = whose.settle(found, roster, "small")
    assert sorted(one.student for one in settled) == ["ada", "emmy"]
    assert all(one.path is not None for one in settled)
    assert notes == {"ada": whose.Note(f"handed in as {name!r}")}


def test_it_is_marked_with_the_numbers_of_its_student(made, tmp_path):
    folder = class_of(tmp_path, made, {"ada (1)": "ada", "doe_123_456_x": "emmy"})
    rows, said = marked(folder, made, ["ada", "emmy"])
    assert rows["ada"]["auto"] == rows["emmy"]["auto"] == FULL and len(rows) == 2
    assert rows["ada"]["status"] == "graded; handed in as 'ada (1)'"
    assert "emmy: handed in as 'doe_123_456_x'" in said


def test_two_files_that_claim_one_student_are_left_to_a_person(made, tmp_path):
    folder = class_of(tmp_path, made, {"ada": "ada", "ada (1)": "ada", "x": "emmy", "y": "emmy"})
    rows, said = marked(folder, made, ["ada", "emmy"])
    assert rows["ada"]["auto"] == FULL and rows["ada"]["status"] == "graded"
    assert rows["ada (1)"]["status"].startswith(
        "could not be marked: a copy of 'ada', of whom there is"
    )
    assert rows["ada (1)"]["auto"] == dict.fromkeys(FULL, 0.0)
    assert rows["emmy"]["status"] == "nothing was handed in"
    assert "made for 'emmy'" in rows["x"]["status"] and "made for 'emmy'" in rows["y"]["status"]
    assert "ada (1): could not be marked" in said


def test_somebody_elses_notebook_is_reported(made, tmp_path):
    """It is marked with the numbers of its file's name, so it gains nothing; a person looks."""
    folder = class_of(tmp_path, made, {"ada": "ada", "emmy": "ada"})
    rows, said = marked(folder, made, ["ada", "emmy"])
    assert rows["ada"]["status"] == "graded" and rows["ada"]["auto"] == FULL
    assert rows["emmy"]["status"] == "graded; look at it: the notebook was made for 'ada'"
    assert rows["emmy"]["auto"]["own"] == 0 and "emmy: look at it" in said


def other_assignment(tmp_path):
    notebook = small_source()
    notebook.cells[0].metadata["rgcourse"]["assignment"] = "other"
    nbformat.write(notebook, tmp_path / "other.ipynb")
    return key.make(tmp_path / "other.ipynb", SECRET)


def test_a_paper_of_another_assignment_is_reported_and_not_marked(made, tmp_path):
    folder = class_of(tmp_path, made, {"ada": "ada", "emmy": "emmy"})
    other = other_assignment(tmp_path)
    hand_in(folder, "sofia", solution(other, "sofia"))
    rows, said = marked(folder, made)
    assert rows["sofia"]["status"] == "could not be marked: a notebook of the assignment 'other'"
    assert not rows["sofia"]["reasons"] and "sofia: could not be marked" in said
    assert rows["ada"]["auto"] == FULL
    with (tmp_path / "grades.csv").open(newline="") as file:
        told = {line["student"]: line["status"] for line in csv.DictReader(file)}
    assert told["sofia"] == rows["sofia"]["status"]


def test_the_key_of_another_assignment_is_refused_before_anybody_is_marked(made, tmp_path, capsys):
    folder = class_of(tmp_path, made, {"ada": "ada", "emmy": "emmy", "sofia": "sofia"})
    key.write(other_assignment(tmp_path), tmp_path / "key.json")
    output = tmp_path / "grades.csv"
    call = ["grade", str(folder), "--key", str(tmp_path / "key.json"), "-o", str(output)]
    assert command.main(call) == 2 and not output.exists()
    told = capsys.readouterr().err
    assert "the key is of the assignment 'other', but 3 of 3 notebooks are of 'small'" in told


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[" * 100_000, "[]", "null", '{"metadata": null}', '{"metadata": []}',
        '{"metadata": {"rgcourse": null}}', '{"metadata": {"rgcourse": ["student"]}}',
        json.dumps({"metadata": {"rgcourse": {"student": 7, "assignment": ["small"]}}}),
        json.dumps({"metadata": {"rgcourse": {"student": "\ud800", "assignment": "a\x1b[2J"}}}),
        json.dumps({"metadata": {"rgcourse": {"student": "x" * 201, "assignment": ""}}}),
    ],
)  # fmt: skip
def test_metadata_of_any_kind_can_only_say_nothing(tmp_path, content):
    path = tmp_path / "ada.ipynb"
    path.write_text(content)
    assert whose.origin(path) == whose.Origin()
    path.write_bytes(b"\xff\xfe" + content.encode()[:99])
    assert whose.origin(path) == whose.Origin()
    assert whose.origin(tmp_path) == whose.origin(None) == whose.Origin()


def test_a_notebook_that_says_nothing_is_marked_as_ever(made, tmp_path):
    """Some tools drop metadata that they do not know."""
    notebook = solution(made, "ada")
    del notebook.metadata["rgcourse"]
    folder = class_of(tmp_path, made, {})
    hand_in(folder, "ada", notebook)
    (row,) = grade.grade(folder, made, tmp_path / "grades.csv")
    assert row["auto"] == FULL and row["status"] == "graded"


def test_released_notebooks_say_whose_they_are(made, tmp_path):
    notebook = source.student_notebook(made.assignment, made.parameters("ada"), "ada")
    nbformat.write(notebook, tmp_path / "x.ipynb")
    assert whose.origin(tmp_path / "x.ipynb") == whose.Origin("ada", "small")


def test_only_a_few_lines_are_said():
    notes = {f"s{n}": whose.Note("odd") for n in range(9)}
    assert whose.told({}) == ""
    assert whose.told(notes).count("\n") == 6 and "and 4 more" in whose.told(notes)
