"""Before a class gets its notebooks: the reference solution in the place of every student."""

import sys

import nbformat
import pytest
from coursework_class import SECRET, SOURCES, of_class, small_key, small_source

from rgcourse.coursework import command, grade, key, rehearsal, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
NAMES = [path.stem for path in SOURCES]
CLASS = [f"s{n:03}" for n in range(1, 121)]


def unlucky_source():
    """The small assignment, whose reference is wrong for about one student in four."""
    notebook = small_source()
    cell = next(c for c in notebook.cells if "own = factor**2" in c.source)
    cell.source = cell.source.replace("factor**2", "factor**2 * (1 + (factor % 4 == 3))")
    return notebook


@pytest.fixture
def unlucky(tmp_path):
    path = tmp_path / "source.ipynb"
    nbformat.write(unlucky_source(), path)
    return path, key.make(path, SECRET)


def class_with(made, unlucky):
    """Students of whom the first two, and the reference itself, are not the unlucky ones."""
    good, bad = [], []
    for student in CLASS:
        (bad if made.parameters(student)["factor"] % 4 == 3 else good).append(student)
    assert made.parameters("reference")["factor"] % 4 != 3
    return [*good[:2], *bad[:unlucky]]


def test_students_for_whom_the_reference_loses_points_are_named(unlucky):
    _, made = unlucky
    students = class_with(made, 1)
    seen = []
    lost = rehearsal.rehearse(made, students, progress=lambda *told: seen.append(told))
    assert list(lost) == [students[-1]]
    assert lost[students[-1]][0].startswith("own: own: wrong; yours: ")
    assert [done for done, _, _ in seen] == [1, 2, 3]


def test_no_key_is_written_for_a_class_in_which_it_does(unlucky, tmp_path, monkeypatch, capsys):
    path, made = unlucky
    monkeypatch.setenv("RGCOURSE_SECRET", SECRET)
    roster, held = tmp_path / "roster.csv", tmp_path / "key.json"
    call = ["key", str(path), "-o", str(held), "--roster", str(roster)]
    students = class_with(made, 1)
    roster.write_text("\n".join(["student", *students]))
    assert command.main(call) == 2 and not held.exists()
    told = capsys.readouterr().err
    assert f"{students[-1]}: own: own: wrong" in told and "1 of 3" in told
    roster.write_text("\n".join(["student", *students[:2]]))
    assert command.main(call) == 0 and held.exists()
    assert "every point in the place of each of 2" in capsys.readouterr().out


def test_students_with_the_same_numbers_are_named(tmp_path):
    notebook = small_source()
    cell = next(c for c in notebook.cells if "def variant" in c.source)
    cell.source = cell.source.replace("10**6", "4")
    nbformat.write(notebook, tmp_path / "source.ipynb")
    made = key.make(tmp_path / "source.ipynb", SECRET)
    groups = rehearsal.alike(made, CLASS[:9])
    assert sorted(sum(groups, [])) == CLASS[:9] and len(groups) == 2


def test_the_reference_goes_through_the_walls_and_limits_of_a_submission(tmp_path, monkeypatch):
    """First trusted, to compile; then exactly as a submission, and only that run is judged."""
    made, runs = small_key(tmp_path), []

    def run(cells, requests, **options):
        runs.append(options)
        return really(cells, requests, **options)

    really = sandbox.run
    monkeypatch.setattr(sandbox, "run", run)
    grader = grade.Grader(made)
    assert rehearsal.lost(grader, "ada") == []
    assert runs[0].get("trusted") and not any(one.get("trusted") for one in runs[1:])
    walls = sandbox.bubblewrap() is not None
    assert len(runs) == 3 and all(one["isolated"] == walls for one in runs[1:])


def test_a_sandbox_that_kills_everybody_stops_the_marking(tmp_path, monkeypatch):
    """Such as a bubblewrap that does not know an option: nobody else is marked."""
    if sandbox.bubblewrap() is None:
        pytest.skip("no bubblewrap here")
    made = small_key(tmp_path)
    command = sandbox.walls.command
    monkeypatch.setattr(
        sandbox.walls,
        "command",
        lambda box: [*command(box)[:1], "--no-such-option", *command(box)[1:]],
    )
    with pytest.raises(ValueError, match="reference solution|nothing can be run"):
        grade.Grader(made)


@pytest.fixture
def late(monkeypatch):
    """Numbers of runs that are stopped before anything is answered, how many there were; why."""
    numbers, count, really = set(), [], sandbox.run
    reason = ["stopped after 10 s in one cell"]

    def run(cells, requests, **options):
        count.append(None)
        if len(count) not in numbers:
            return really(cells, requests, **options)
        errors = {n: "there is no such name" for n, _ in enumerate(requests)}
        return sandbox.Outcome(errors=errors, cell_errors=dict(enumerate(reason)), began=True)

    monkeypatch.setattr(sandbox, "run", run)
    return numbers, count, reason


def test_a_reference_that_runs_out_of_time_is_not_said_to_be_wrong(late, tmp_path):
    late[0].add(2)
    with pytest.raises(ValueError, match="this machine is too slow or too busy"):
        grade.Grader(small_key(tmp_path))


@pytest.mark.parametrize("why", ["stopped after 10 s", "stopped: more than 4 GB of memory"])
def test_one_that_was_stopped_beside_others_is_run_once_more_alone(late, why, tmp_path):
    late[2][:] = [why]
    late[0].update({3, 4})  # two students, after two runs of the grader's own
    assert rehearsal.rehearse(small_key(tmp_path), CLASS[:2], workers=1) == {}
    assert len(late[1]) == 6


def test_one_that_is_late_alone_is_named(late, tmp_path):
    late[0].update({3, 4})
    lost = rehearsal.rehearse(small_key(tmp_path), CLASS[:1], workers=1)
    assert lost[CLASS[0]][0] == "cell 1: stopped after 10 s in one cell"


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_gets_everything_from_a_class(name):
    """Student 28 of one class lost 7 points once: its error exceeded a bound that knew no L.

    A few here; the whole class every week, by `make test-class`.
    """
    made = key.make(SOURCES[NAMES.index(name)], SECRET)
    assert rehearsal.rehearse(made, CLASS[of_class(25, 0) : of_class(33, 120)]) == {}
