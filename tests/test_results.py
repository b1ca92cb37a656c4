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


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """A course of one page that has printed these lines."""
    lines = [
        "slope 0.48 ± 0.14, -2.3 errors\n",
        "width 32: 0.5\n",
        "width 64: 1e-3 ± 2e-05, 7.50(25)\n",
    ]
    cells = [{"outputs": [{"output_type": "stream", "text": lines}]}, {"source": "prose"}]
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text("root: book/one")
    (tmp_path / "book/one.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "words, number",
    [
        ("slope", Estimate(0.48, 0.14)),
        ("width 32:", Estimate(0.5, 0.0)),
        ("64:", Estimate(1e-3, 2e-5)),
        ("2e-05,", Estimate(7.5, 0.25)),
    ],
)
def test_what_a_page_has_printed_is_a_number_with_its_error(pages, words, number):
    assert results.printed("one", words) == number


@pytest.mark.parametrize("page, words", [("one", "slop"), ("one", "heat"), ("two", "slope")])
def test_what_no_page_has_printed_is_no_number(pages, page, words):
    with pytest.raises(ValueError, match="one number behind|no notebook"):
        results.printed(page, words)


def test_words_that_two_numbers_follow_are_too_few(pages):
    text = "L = 2: share 0.5\nL = 3: share 0.6\n"
    path = Path("book/one.ipynb")
    path.write_text(json.dumps({"cells": [{"outputs": [{"text": text}]}]}), encoding="utf-8")
    with pytest.raises(ValueError, match="0.5.*0.6.*more words"):
        results.printed("one", "share")
    assert results.printed("one", "3: share").value == 0.6
