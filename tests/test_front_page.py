"""What the front page promises is what the book holds: claims, hours, routes, names."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "book/_theme")]
import clock  # noqa: E402
import names  # noqa: E402
import pages  # noqa: E402

BOOK = clock.on_routes()
FRONT = clock.prose(pages.read(ROOT / "book/intro.ipynb").cells)
BUTTON = r'<a data-rg-route="{}" href="([\w/]+)\.html"><b>\w+</b>[^<]*<span>([^<]*)</span></a>'
UNTESTED = "not tested here"
# The theorems that were tested, by their number in the table, each read with the question whether
# it is about a trained deep network: 1 is about every model, 22 about random weights, the others
# about distributions and data, with no network between.
THEOREMS = {1, 15, 16, 17, 18, 22, 30, 34, 35}


def claims():
    """The table of claims: {number: (grade, tests and verdict)}."""
    text = clock.prose(pages.read(ROOT / "book/learning/limits.ipynb").cells)
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", text, re.MULTILINE)
    cells = {int(number): [cell.strip() for cell in row.split(" | ")] for number, row in rows}
    assert list(cells) == list(range(1, len(cells) + 1)) and len(cells) > 20
    return {number: (row[1], row[3]) for number, row in cells.items()}


def test_the_verdict_of_the_front_page_is_counted_in_the_table_of_claims():
    tested = {n: grade for n, (grade, test) in claims().items() if not test.startswith(UNTESTED)}
    kinds = {n: re.match(r"\w+", grade)[0] for n, grade in tested.items()}
    count = Counter(kinds.values())
    theorems = {n for n, kind in kinds.items() if kind == "theorem"}
    assert theorems == THEOREMS, "is a new one about a trained deep network? then say so in front"
    wanted = (
        f"of {len(tested)} claims tested, {count['theorem']} are theorems, "
        f"{count['metaphor']} are metaphors, {count['refuted']} are refuted, "
        "and no theorem among them is about a trained deep network"
    )
    assert wanted in FRONT


@pytest.mark.parametrize("route", clock.ROUTES)
def test_a_button_leads_to_a_page_of_its_route_and_tells_the_hours(route):
    ((page, said),) = re.findall(BUTTON.format(route), FRONT)
    if route == "teaching":  # whoever assigns the course reads its plan
        weeks = (ROOT / "book/coursework/syllabus.md").read_text(encoding="utf-8")
        assert page == "coursework/syllabus" and said == "Twelve weeks, or five"
        assert "## Twelve weeks" in weeks and "## Five weeks" in weeks
        return
    assert f"book/{page}" in clock.route(BOOK, route)[:3]
    assert said == f"{clock.hours(BOOK, route):.0f} hours"


def test_every_page_has_a_second_name_that_fits_the_side_bar():
    known = names.second_names()
    assert [page for page in pages.toc_files() if not known.get(page)] == []
    assert {name: text for name, text in known.items() if len(text) > 40} == {}
    assert len(set(known.values())) == len(known)


def test_the_side_bar_knows_the_words_of_the_field():
    words = " ".join(names.second_names().values())
    for word in ("NRG", "RBM", "MCRG", "CNN", "Wilson-Fisher", "epsilon", "Mehta and Schwab"):
        assert word in words
