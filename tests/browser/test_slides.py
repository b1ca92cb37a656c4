"""Slides of the pages: every figure of a page, no address outside, and formulas without network."""

import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]
import pack  # noqa: E402
import pages  # noqa: E402
import slides  # noqa: E402

NAMES = [path.relative_to(ROOT).with_suffix(".html") for path in pages.notebooks()]


def test_every_notebook_of_the_book_has_slides(html):
    assert {page.relative_to(html) for page in slides.pages_of(html)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES, ids=lambda path: path.stem)
def test_slides_have_all_figures_and_no_address(name, html, tmp_path):
    path, count = slides.write(html / name, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert slides.outside(text) == []
    made = BeautifulSoup(text.split("<script>")[0], "html.parser")
    shown = sorted(image["src"] for image in made.select(".figure img"))
    assert shown == sorted(slides.as_data(file) for file, _ in pack.figures(html / name))
    assert len(made.select("footer")) == count > 1
    asked, answered = (len(made.select(f".{kind}")) for kind in ("bet", "answer"))
    assert asked == answered == (html / name).read_text(encoding="utf-8").count('id="verdict-')


def test_slides_are_turned_set_and_fitted_without_network(html, tmp_path, open_page, poll):
    path, count = slides.write(html / "book/kondo/poor_mans_scaling.html", tmp_path)
    page = open_page(width=960, height=540)
    page.goto(path.as_uri())
    poll(lambda: page.evaluate("document.querySelectorAll('mjx-container').length > 50"))
    assert page.evaluate("document.querySelectorAll('mjx-merror').length") == 0
    too_long = """[...document.querySelectorAll('.body')].filter(
        (body) => body.scrollHeight > body.clientHeight + 1).length"""
    poll(lambda: page.evaluate(too_long) == 0)
    for key, place in {"ArrowRight": 2, " ": 3, "PageUp": 2, "End": count, "Home": 1}.items():
        page.keyboard.press(key)
        poll(lambda place=place: page.url.endswith(f"#{place}"))
        poll(lambda place=place: page.evaluate("Math.round(scrollY / innerHeight)") == place - 1)
    assert page.blocked == [] and page.errors == []
