"""The table of claims: what the code of the page counts is what stands in the rows."""

import ast
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "book/_theme")]
import claims  # noqa: E402
from page_text import code_cells, markdown  # noqa: E402

NAMES = "grades", "not_tested", "half_tested", "about"
GRADES = {"theorem": "theorem", "controlled approximation": "controlled", "metaphor": "metaphor"}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(ROOT / "book/learning/limits.ipynb", as_version=4)


@pytest.fixture(scope="module")
def rows(notebook):
    """Number: (claim, grade, objection, tested, verdict, support, power)."""
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
    assert list(rows) == list(range(1, len(rows) + 1)) and len(rows) > 30
    assert all(len(row) == 7 and all(row) for row in rows.values())


def test_every_row_is_counted_with_its_grade(rows, counted):
    said = {number: grade for grade, numbers in counted["grades"].items() for number in numbers}
    for number, (_, grade, *_) in rows.items():
        expected = next((key for name, key in GRADES.items() if grade.startswith(name)), "other")
        assert said[number] == expected, f"row {number} says {grade!r}"
    assert sorted(sum(counted["grades"].values(), [])) == list(rows)


def test_what_was_not_tested_says_so(rows, counted):
    not_tested = {number for number, row in rows.items() if row[3].startswith(claims.UNTESTED)}
    assert counted["not_tested"] == not_tested
    assert all(rows[number][4] == rows[number][6] == "none" for number in not_tested)
    assert all("none" not in row for number, row in rows.items() if number not in not_tested)
    untold = [number for number in not_tested if len(rows[number][3].partition(": ")[2]) < 40]
    assert untold == [], "an untested claim says what a test would take"
    half = {number for number, row in rows.items() if "half" in row[3]}
    assert counted["half_tested"] == half


def test_the_book_shows_a_card_for_each_row(rows):
    """The table as the page has it, through the extension that makes cards of it."""
    from docutils import nodes
    from docutils.frontend import get_default_settings
    from docutils.utils import new_document
    from myst_parser.docutils_ import Parser

    lines = [f"| {n} | {' | '.join(row)} |" for n, row in rows.items()]
    head = "| | " + " | ".join(claims.NAMES) + " |\n" + "|---" * 8 + "|"
    document = new_document("page", get_default_settings(Parser))
    text = re.sub(r"\{\w+\}`[^`]*`", "[ref]", "\n".join([head, *lines]))
    Parser().parse(text, document)
    claims.ClaimCards(document).apply()
    cards = [item for item in document.findall(nodes.list_item) if "rg-claim" in item["classes"]]
    assert [card["ids"] for card in cards] == [[f"claim-{number}"] for number in rows]
    (chart,) = document.findall(nodes.raw)
    assert chart.astext().count('href="#claim-') == len(rows)
    said = cards[0].astext()
    assert all(words in said for words in ("for it", "against it", "would have seen"))
    assert "would have seen" not in cards[5].astext(), "6 is not tested"


def test_every_theorem_is_about_one_thing(counted):
    about = list(counted["about"].values())
    assert sorted(number for numbers in about for number in numbers) == sorted(
        counted["grades"]["theorem"]
    )
