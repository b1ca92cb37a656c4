"""Long runs are stored with all that remakes them, and refuse what they do not have."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from rgcourse import Estimate, results
from rgcourse.results import StoredRun, stored_run

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import long_runs  # noqa: E402

STORED = sorted(path.stem for path in (ROOT / "book/_results").glob("*.json"))
RUN = StoredRun(
    name="coin",
    what="a coin",
    seed=1,
    version="0",
    processor="abacus",
    date="1966-06-01",
    seconds=240.0,
    data={"heads": [0.5, 0.1], "few": [0.5, 0.1, 5], "n": 3, "many": [1.0, 2.0, 3.0, 4.0]},
)


def test_a_run_says_where_it_comes_from():
    assert str(RUN) == (
        "a coin; 4 min of abacus, 1966-06-01, rgcourse 0; "
        "again by: python tools/long_runs.py coin --seed 1"
    )


def test_results_are_numbers_arrays_and_estimates():
    assert RUN["n"] == 3 and np.array_equal(RUN["many"], [1, 2, 3, 4])
    assert RUN.estimate("heads") == Estimate(0.5, 0.1)
    assert RUN.estimate("few").n_bins == 5


@pytest.mark.parametrize("key", ["many", "n", "tails"])
def test_what_is_no_estimate_is_refused(key):
    with pytest.raises(ValueError, match=f"{key} of the run coin is no"):
        RUN.estimate(key)


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(KeyError, match="heads, few, n, many"):
        RUN["tails"]
    with pytest.raises(ValueError, match="no stored run 'nothing'; there are"):
        stored_run("nothing")
    with pytest.raises(ValueError, match="no run 'nothing' in tools/runs"):
        long_runs.load("nothing")


@pytest.mark.parametrize("name", STORED)
def test_every_stored_run_can_be_made_again(name):
    run = stored_run(name)
    assert name in long_runs.names(), f"tools/runs/{name}.py is not there"
    assert run.seconds > 0 and run.data and callable(long_runs.load(name).run)
    assert run.what == long_runs.load(name).__doc__.strip().splitlines()[0].rstrip(".")


def test_a_run_is_stored_when_it_is_done(tmp_path, monkeypatch):
    (tmp_path / "coin.py").write_text('"""A coin."""\ndef run(seed):\n    return {"seed": seed}\n')
    monkeypatch.setattr(long_runs, "RUNS", tmp_path)
    path = long_runs.make("coin", 7, folder=tmp_path / "out")
    record = json.loads(path.read_text())
    assert (record["what"], record["seed"], record["data"]) == ("A coin", 7, {"seed": 7})
    assert StoredRun(name="coin", **record).command.endswith("coin --seed 7")


def test_there_is_a_file_for_each_run_and_a_run_for_each_file():
    assert STORED == long_runs.names() and results.__all__


# --- what stands in the course's folder


def test_benchmarks_are_read_from_anywhere_in_the_course(tmp_path, monkeypatch):
    (tmp_path / "book/reference").mkdir(parents=True)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "_toc.yml").write_text("root: book/intro\n")
    (tmp_path / "benchmarks/growth.json").write_text('{"seconds": 2}')
    for folder in ("", "book", "book/reference"):
        monkeypatch.chdir(tmp_path / folder)
        assert results.course_folder() == tmp_path
        assert results.stored_benchmark("growth") == {"seconds": 2}
    with pytest.raises(ValueError, match="no benchmark 'speed'; there are growth"):
        results.stored_benchmark("speed")


def test_a_page_taken_out_of_the_course_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="of the whole course, and .* is not inside it"):
        results.stored_benchmark("growth")


@pytest.mark.parametrize("page", ["ledger", "performance"])
def test_the_pages_of_reference_alone_say_what_is_missing(tmp_path, monkeypatch, page):
    monkeypatch.chdir(tmp_path)
    cells = json.loads((ROOT / f"book/reference/{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    with pytest.raises(FileNotFoundError, match="download the course, and open the page there"):
        exec("\n".join(code[:3]), {})
