"""The table of claims: what the code of the page counts is what stands in the rows."""

import ast
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
from page_text import code_cells, markdown  # noqa: E402

NAMES = "grades", "not_tested", "half_tested", "about"
GRADES = {"theorem": "theorem", "controlled approximation": "controlled", "metaphor": "metaphor"}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(ROOT / "book/learning/limits.ipynb", as_version=4)


@pytest.fixture(scope="module")
def rows(notebook):
    """Number: (claim, grade, objection, tested, verdict)."""
    lines = re.findall(r"(?m)^\| (\d+) \| (.*) \|$", markdown(notebook))
    return {int(number): [cell.strip() for cell in row.split(" | ")] for number, row in lines}


@pytest.fixture(scope="module")
def counted(notebook):
    """The literals of the page's code that count the rows."""
    found = {}
    for cell in code_cells(notebook):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.Assign):
                for target, value in pairs(node.targets[0], node.value):
                    if target in NAMES and target not in found:
                        found[target] = ast.literal_eval(value)
    return found


def pairs(target, value):
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(t.id, v) for t, v in zip(target.elts, value.elts, strict=True)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def test_rows_are_numbered_and_whole(rows):
    assert list(rows) == list(range(1, len(rows) + 1)) and len(rows) > 20
    assert all(len(row) == 5 and all(row) for row in rows.values())


def test_every_row_is_counted_with_its_grade(rows, counted):
    said = {number: grade for grade, numbers in counted["grades"].items() for number in numbers}
    for number, (_, grade, *_) in rows.items():
        expected = next((key for name, key in GRADES.items() if grade.startswith(name)), "other")
        assert said[number] == expected, f"row {number} says {grade!r}"
    assert sorted(sum(counted["grades"].values(), [])) == list(rows)


def test_what_was_not_tested_says_so(rows, counted):
    not_tested = {number for number, row in rows.items() if row[3] == "not tested here"}
    assert counted["not_tested"] == not_tested
    assert all(rows[number][4] == "none" for number in not_tested)
    half = {number for number, row in rows.items() if "half" in row[3]}
    assert counted["half_tested"] == half


def test_every_theorem_is_about_one_thing(counted):
    about = list(counted["about"].values())
    assert sorted(number for numbers in about for number in numbers) == sorted(
        counted["grades"]["theorem"]
    )
