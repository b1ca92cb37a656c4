"""What is handed in, as it lies on the disk: what is read, and what is refused."""

import json

import pytest

from rgcourse.coursework.submissions import Submission, Unreadable, find, read


def cell(source, kind="code", **metadata):
    return {"cell_type": kind, "source": source, "metadata": metadata}


def handed_in(path, cells, **metadata):
    path.write_text(json.dumps({"cells": cells, "metadata": metadata}))
    return Submission(path.stem, path)


def test_five_hundred_cells_are_read_and_one_more_is_not(tmp_path):
    code, _ = read(handed_in(tmp_path / "ada.ipynb", [cell(f"x = {n}") for n in range(500)]))
    assert code == [f"x = {n}" for n in range(500)]
    with pytest.raises(Unreadable, match="501 cells; at most 500"):
        read(handed_in(tmp_path / "emmy.ipynb", [cell("x = 1")] * 501))


def test_twenty_megabytes_are_read_and_one_byte_more_is_not(tmp_path):
    submission = handed_in(tmp_path / "ada.ipynb", [cell("x = 1")])
    text = submission.path.read_text()
    submission.path.write_text(text.ljust(20_000_000))
    assert read(submission)[0] == ["x = 1"]
    submission.path.write_text(text.ljust(20_000_001))
    with pytest.raises(Unreadable, match="20 MB; at most 20 MB"):
        read(submission)


def test_cells_are_read_as_they_are(tmp_path):
    """What `%` and `!` mean is for IPython to say, where the cells are run."""
    cells = [
        cell(["%matplotlib inline\n", "x = 7 % 3\n", "if x:\n", "    !ls\n"]),
        cell("%%bash\nrm -r /"),
        cell("# words", "markdown"),
        cell("y = 'a % b'\n  %time x"),
    ]
    code, written = read(handed_in(tmp_path / "ada.ipynb", cells))
    assert code == ["".join(cells[0]["source"]), "%%bash\nrm -r /", "y = 'a % b'\n  %time x"]
    assert written == {}


def test_written_answers_are_found_by_their_question_and_cut_at_twenty_thousand(tmp_path):
    about = {"tags": ["written"], "rgcourse": {"question": "own"}}
    cells = [cell("x" * 20_001, "markdown", **about), cell("y", **about), cell("z", "markdown")]
    assert read(handed_in(tmp_path / "ada.ipynb", cells))[1] == {"own": "x" * 20_000}


@pytest.mark.parametrize(
    ("language", "good"), [("python", True), ("Python3", True), ("python2", False), ("R", False)]
)
def test_notebooks_are_in_python(tmp_path, language, good):
    submission = handed_in(tmp_path / "ada.ipynb", [], kernelspec={"language": language})
    if good:
        assert read(submission) == ([], {})
        return
    with pytest.raises(Unreadable, match=f"a notebook in {language}, expected Python"):
        read(submission)


def test_everybody_has_one_submission(tmp_path):
    handed_in(tmp_path / "ada.ipynb", [])
    (tmp_path / "emmy").mkdir()
    handed_in(tmp_path / "emmy" / "any.ipynb", [])
    handed_in(tmp_path / "emmy" / ".any-checkpoint.ipynb", [])
    (tmp_path / ".hidden.ipynb").write_text("")
    found = {s.student: s.path for s in find(tmp_path, roster=["ada", "sofia"])}
    assert list(found) == ["ada", "emmy", "sofia"]
    assert found["emmy"] == tmp_path / "emmy" / "any.ipynb" and found["sofia"] is None


def test_two_files_of_one_student_cost_nobody_else(tmp_path):
    for student in ("ada", "emmy"):
        handed_in(tmp_path / f"{student}.ipynb", [cell("x = 1")])
    (tmp_path / "ada").mkdir()
    ada, emmy = find(tmp_path)
    with pytest.raises(Unreadable, match="ada and ada.ipynb are both of ada; keep one"):
        read(ada)
    assert read(emmy) == (["x = 1"], {})


def test_the_digest_changes_with_the_file(tmp_path):
    submission = handed_in(tmp_path / "ada.ipynb", [cell("x = 1")])
    first = submission.digest
    assert first == submission.digest
    handed_in(tmp_path / "ada.ipynb", [cell("x = 2")])
    assert submission.digest != first
    assert Submission("sofia", None).digest == "nothing"
    assert Submission("emmy", tmp_path).digest == "no file"
