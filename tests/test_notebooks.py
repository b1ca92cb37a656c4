"""Every page of the book runs, agrees with what it shows, and keeps within its memory.

nbval runs each page once, one after the other, and compares the cells tagged `nbval-check-output`.
"""

import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS.parent / "tools"))
import pages  # noqa: E402
from notebook_self_checks import self_checks, without_stubs  # noqa: E402

HANGING = 3600  # seconds
PAGES = {path.stem: path for path in pages.notebooks()}


def run(path, *options):
    """(passed, report) of one notebook under nbval and the budget."""
    plugins = ["-p", "notebook_budget", "-p", "notebook_self_checks", "-p", "no:cacheprovider"]
    plugins += ["--color=no", "-s"]
    nbval = ["--nbval-lax", "--nbval-current-env"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *nbval, *options, str(path)],
        cwd=TESTS,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANGING,
    )
    return done.returncode == 0, done.stdout + done.stderr


def measured(report):
    """The line of the report that says how long the page ran and how much memory it held."""
    found = re.search(r"^\S+: [\d.]+ s, [\d.]+ s of processor, \d+ MB$", report, re.MULTILINE)
    return found[0] if found else "not measured"


@pytest.fixture(scope="module")
def runs(request):
    """The pages of this session, one after the other: name -> future of (passed, report)."""
    names = [item.callspec.params["name"] for item in request.session.items if is_page_test(item)]
    with ThreadPoolExecutor(1) as pool:  # a page may use both cores
        yield {name: pool.submit(run, PAGES[name]) for name in names}


def is_page_test(item):
    return getattr(item, "originalname", "") == test_page_runs_and_agrees.__name__


@pytest.mark.parametrize("name", PAGES)
def test_page_runs_and_agrees(name, runs, capsys):
    passed, report = runs[name].result()
    with capsys.disabled():
        print(f"\n{measured(report)}", end=" ")
    assert passed, report


# --- the harness turns red where it should ----------------------------------------------------


@pytest.fixture
def verdict(tmp_path):
    """`verdict(source, printed, *options, **cell)` -> (passed, report) of a page of one cell."""

    def judge(source, printed, *options, tags=("nbval-check-output",)):
        cell = new_code_cell(source, execution_count=1, metadata={"tags": list(tags)})
        cell.outputs = [new_output("stream", text=printed)] if printed else []
        nbformat.write(new_notebook(cells=[cell]), tmp_path / "page.ipynb")
        return run(tmp_path / "page.ipynb", *options)

    return judge


def test_a_page_that_agrees_is_green_and_measured(verdict):
    passed, report = verdict("print(6 * 7)", "42\n")
    assert passed, report
    assert re.fullmatch(r"page: [\d.]+ s, [\d.]+ s of processor, \d\d+ MB", measured(report))


def test_a_stale_output_is_red(verdict):
    passed, report = verdict("print(6 * 7)", "41\n")
    assert not passed and "mismatch 'stdout'" in report


def test_an_error_is_red_even_in_an_unchecked_cell(verdict):
    passed, report = verdict("raise ValueError('no way out')", "", tags=())
    assert not passed and "no way out" in report


def test_a_slow_page_is_no_fault_of_the_page(verdict):
    """Sleep is time of the wall clock alone, as that of a busy machine is."""
    passed, report = verdict("import time; time.sleep(3)", "")
    seconds, processor = map(float, re.findall(r"([\d.]+) s", measured(report)))
    assert passed and seconds >= 3 and processor < seconds


EXERCISE = ":::{exercise} Find it\n:label: ex-it\n\nHow many?\n:::"
SOLUTION = ":::{solution-start} ex-it\n:class: dropdown\n:::"


@pytest.mark.parametrize(
    ("check", "passed", "words"),
    [
        ("n = ...\nprint('solved' if n == 4 else 'not yet')", True, ""),
        (
            "n = ...\nprint('solved' if n is not ... else 'not yet')",
            False,
            "takes the wrong answer",
        ),
        ("n = ...\nprint('solved' if n == 5 else 'not yet')", False, "refuses its solution"),
        ("print('solved' if n == 4 else 'not yet')", False, "has no stub"),
        ("def f():\n    ...\nprint('solved' if f() == 4 else 'not yet')", True, ""),
        ("def f():\n    return ...\nprint('solved' if f() == 4 else 'not yet')", True, ""),
        ("def f():\n    ...\nprint('solved' if f() is not None else 'not yet')", False, "takes"),
    ],
)
def test_self_checks_take_the_right_answer_alone(check, passed, words, tmp_path):
    cells = [
        new_code_cell("n = 4"),
        new_markdown_cell(EXERCISE),
        new_code_cell(check),
        new_markdown_cell(SOLUTION),
        new_code_cell("n = 4\ndef f():\n    return 4"),
        new_markdown_cell(":::{solution-end}\n:::"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    did, report = run(tmp_path / "page.ipynb")
    assert did is passed and words in report


def test_a_page_that_needs_much_memory_is_red(verdict):
    big = "x = bytearray(300_000_000); x[::4096] = b'1' * len(x[::4096]); del x"
    passed, report = verdict(big, "", "--page-megabytes=300")
    assert not passed and "expected at most 300 MB" in report


@pytest.mark.parametrize("name", PAGES)
def test_three_plausible_wrong_answers_are_listed_for_each_exercise(name):
    labels = self_checks(pages.read(PAGES[name]))
    listed = tomllib.loads((TESTS / "wrong_answers.toml").read_text(encoding="utf-8")).get(name, {})
    assert set(listed) == set(labels)
    assert all(len(answers) >= 3 for answers in listed.values())
    for label, answers in listed.items():
        stubs, _ = without_stubs(labels[label])
        names = [part for stub, _ in stubs for part in re.findall(r"\w+", stub) if part != "def"]
        aimless = [a for a in answers if not any(re.search(rf"\b{n}\b", a) for n in names)]
        assert aimless == [], f"{label} asks for {names}"
