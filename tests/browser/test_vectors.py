"""Figures follow the theme and keep their letters readable."""

import pytest

HANGING = 120_000  # milliseconds
WITH_VECTORS = "book/fields/running_couplings"

SHOWN = """() => [...document.querySelectorAll("figure:has(.rg-light):not(details *)")]
  .map((figure) => [...figure.querySelectorAll("img")]
    .filter((image) => getComputedStyle(image).display !== "none")
    .map((image) => (image.classList.contains("rg-dark") ? "dark" : "light")))"""

NARROW = """() => [...document.querySelectorAll(".rg-scroll")]
  .filter((box) => box.getClientRects().length)
  .map((box) => [
    [...box.querySelectorAll("img")].find((image) => image.getClientRects().length).clientWidth,
    Number.parseFloat(box.style.getPropertyValue("--rg-least")),
    box.scrollWidth > box.clientWidth + 1,
    box.tabIndex,
  ])"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_vector_figures_have_the_colours_of_the_page_and_are_printed_light(theme, site, open_page):
    page = open_page(color_scheme=theme)
    page.set_default_timeout(HANGING)
    page.goto(f"{site}/{WITH_VECTORS}.html", wait_until="domcontentloaded")
    shown = page.evaluate(SHOWN)
    assert len(shown) > 3 and all(one == [theme] for one in shown)
    page.emulate_media(media="print", color_scheme=theme)
    assert all(one == ["light"] for one in page.evaluate(SHOWN))


def test_a_figure_on_a_phone_scrolls_before_its_letters_become_too_small(site, open_page, poll):
    page = open_page(width=390, height=844)
    page.set_default_timeout(HANGING)
    page.goto(f"{site}/{WITH_VECTORS}.html", wait_until="domcontentloaded")
    boxes = poll(lambda: (found := page.evaluate(NARROW)) and _marked(found) and found)
    assert all(wide >= least - 1 for wide, least, _, _ in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def _marked(boxes):
    """Whether exactly the boxes that scroll are reached by the keyboard."""
    return all((tab == 0) == scrolls for _, _, scrolls, tab in boxes)
