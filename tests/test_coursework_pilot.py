"""The pilot: three students who do not exist, from source to marks, in one command."""

import csv
import os
import sys

import nbformat
import pytest

from rgcourse.coursework import command, grade, key, pilot, source, variants

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")


def points(folder):
    with (folder / "grades.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A pilot that was stopped after its first paper and gone on with: (folder, what was told)."""
    folder = tmp_path_factory.mktemp("pilot") / "new" / "folder"
    told = []

    def stop(*progress):
        told.append(progress)
        if len(told) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pilot.run(folder, progress=stop)
    assert not (folder / "grades.csv").exists()
    rows = pilot.run(folder, progress=stop)
    return folder, rows, told


@linux
@pytest.mark.slow
def test_it_goes_from_source_to_marks(ran):
    folder, rows, _ = ran
    marks = points(folder)
    assert {name: row["auto total"] for name, row in marks.items()} == {
        "ann": "16",
        "ben": "8",
        "cem": "8",
    }
    assert marks["ann"]["status"] == marks["ben"]["status"] == "graded"
    assert "not all of it has run" in marks["cem"]["status"] and "10 s" in marks["cem"]["status"]
    of_ben = (folder / "grades_feedback/ben.md").read_text()
    assert "its error is larger than the question allows" in of_ben
    assert "looks like: the spread of single pairs in the place of the error" in of_ben
    for name in pilot.STUDENTS:
        given, came = (
            nbformat.read(folder / place / f"{name}.ipynb", as_version=4)
            for place in ("notebooks", "handed_in")
        )
        assert given.metadata.rgcourse.student == came.metadata.rgcourse.student == name
        assert "# yours" in str(given) and "# yours" not in came.cells[4].source


@linux
@pytest.mark.slow
def test_it_goes_on_where_it_was_stopped(ran):
    _, _, told = ran
    assert [done for done, _, _ in told] == [1, 2, 3]


@linux
@pytest.mark.slow
def test_what_it_says_is_what_there_is(ran):
    folder, rows, _ = ran
    said = pilot.told(folder, rows)
    for line in said.splitlines():
        for word in line.split():
            if word.startswith(("grades", "notebooks/", "handed_in/")):
                assert (folder / word).exists(), word
    assert "  ann    16 of 16   graded" in said
    assert f"RGCOURSE_SECRET={variants.DEMO_SECRET}" in said


@linux
@pytest.mark.slow
def test_a_paper_that_was_changed_is_marked_again_and_no_other(ran):
    folder, _, _ = ran
    ann, ben = (folder / "handed_in" / f"{name}.ipynb" for name in ("ann", "ben"))
    before = ann.read_bytes()
    given = nbformat.read(folder / "notebooks/ben.ipynb", as_version=4)
    nbformat.write(pilot.answered(given, pilot.RIGHT), ben)
    told = []
    pilot.run(folder, progress=lambda *progress: told.append(progress))
    assert [name for _, _, name in told] == ["ben"]
    assert points(folder)["ben"]["auto total"] == "16" and ann.read_bytes() == before


@linux
@pytest.mark.slow
def test_the_commands_that_it_names_give_the_same_key(ran, monkeypatch):
    folder, rows, _ = ran
    monkeypatch.setenv("RGCOURSE_SECRET", variants.DEMO_SECRET)
    monkeypatch.chdir(folder)
    before = (folder / "key.json").read_bytes()
    lines = [line.split() for line in pilot.told(folder, rows).splitlines() if "rgcourse " in line]
    (call,) = [line[1:] for line in lines if line[1] == "key"]
    assert command.main([word for word in call if word not in ("--roster", "roster.csv")]) == 0
    assert (folder / "key.json").read_bytes() == before
    command._parser().parse_args(lines[-1][1:])


@pytest.mark.parametrize("there", ["thesis.txt", ".hidden", "warm_up.ipynb", "handed_in"])
def test_a_folder_of_something_else_is_left_as_it_is(there, tmp_path, capsys):
    (tmp_path / there).write_text("mine")
    assert command.main(["pilot", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"
    said = capsys.readouterr().err
    assert "is not empty" in said and "nothing was written" in said and "new folder" in said


def test_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "here").write_text("mine")
    assert command.main(["pilot", str(tmp_path / "here")]) == 2
    assert "is a file" in capsys.readouterr().err
    assert (tmp_path / "here").read_text() == "mine"


def test_a_folder_that_cannot_be_made_costs_one_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert command.main(["pilot", str(tmp_path / "file" / "new")]) == 2
    assert capsys.readouterr().err.count("rgcourse:") == 1


def test_windows_is_told_where_it_works(tmp_path, monkeypatch):
    monkeypatch.setattr(pilot, "os", type("os", (), {"name": "nt"}))
    with pytest.raises(ValueError, match="wsl"):
        pilot.run(tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("system, unsafe", [("Linux", False), ("Darwin", True)])
def test_our_own_papers_are_marked_where_limits_are_missing(tmp_path, monkeypatch, system, unsafe):
    asked = {}
    monkeypatch.setattr(pilot.platform, "system", lambda: system)
    monkeypatch.setattr(grade, "grade", lambda *_, **options: asked.update(options) or [])
    assert pilot.run(tmp_path / "new") == []
    assert asked["unsafe"] == unsafe and asked["roster"] == [*pilot.STUDENTS]
    assert [path.name for path in asked["hidden"]] == ["key.json"]
    if os.name == "posix":
        assert (tmp_path / "new/key.json").stat().st_mode & 0o077 == 0


def test_every_answer_has_its_cell():
    made = key.make(pilot.WARM_UP, variants.DEMO_SECRET)
    given = source.student_notebook(made.assignment, made.parameters("ann"), "ann")
    for answers in pilot.ANSWERS.values():
        shown = [cell.source for cell in pilot.answered(given, answers).cells]
        assert set(answers.values()) <= set(shown)
    assert "# yours" in str(given), "the notebook itself is left as it was"
    with pytest.raises(ValueError, match="0 cells begin"):
        pilot.answered(given, {"def nothing": "pass"})
