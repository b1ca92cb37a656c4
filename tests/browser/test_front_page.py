"""The front page says at once what the book is, and its links land on the thing itself."""

import pytest
from conftest import PATIENCE

FIRST_SCREEN = {
    "name": ".bd-article h1",
    "a course": ".rg-front-kind",
    "the question": ".rg-front-question",
    "the verdict": ".rg-front p:has(b)",
    "physics": "[data-rg-route=physics]",
    "learning": "[data-rg-route=learning]",
    "teaching": "[data-rg-route=teaching]",
    "start": ".rg-front-links",
}
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const seen = (list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  };
  new PerformanceObserver(seen).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


def below(page, selector):
    """How far the lower edge of an element is from the top of the window."""
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_first_screen_says_what_this_is(width, height, site, open_page, poll):
    page = open_page(width=width, height=height, has_touch=width < 500)
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{site}/book/intro.html")
    poll(lambda: page.evaluate("performance.getEntriesByName('rg-alive').length"))
    hidden = {what for what, where in FIRST_SCREEN.items() if below(page, where) > height}
    assert hidden == set()
    contents, search = ("nav.bd-links", ".search-button-field")
    if width < 992:
        contents, search = ".primary-toggle", ".search-button"
    for where in (contents, search):
        assert page.locator(where).locator("visible=true").first.bounding_box()["y"] < height
    assert page.locator("#figure-1").bounding_box()["y"] < 1.5 * height
    assert page.evaluate(SHIFT) < 0.1  # what fonts do that come late; browsers call it good
    assert page.errors == []


def test_links_of_the_front_page_land_on_the_thing(site, page, poll):
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{site}/book/intro.html")
    for link, target in (("Start reading", "#step-back"), ("See the map", "#the-map")):
        page.locator(".rg-front-links").get_by_text(link).click()
        place = page.locator(target)
        poll(lambda place=place: 0 <= place.bounding_box()["y"] < 300)
        page.evaluate("scrollTo(0, 0)")
    page.locator(".rg-front-links").get_by_text("Open a lab").click()
    page.wait_for_url("**/design_rg.html#figure-1")
    poll(lambda: 30 <= page.locator("#figure-1").bounding_box()["y"] < 300)
    page.go_back()
    page.locator("[data-rg-route=physics]").click()
    page.wait_for_url("**/self_similarity.html")
    assert page.locator("nav.bd-links .rg-second").count() > 30
    assert page.errors == []


@pytest.mark.parametrize("address", ["nothing.html", "book/zooming_out/deep/nothing.html"])
def test_a_lost_reader_finds_the_book_from_any_depth(address, html, site, page, poll):
    lost = (html / "404.html").read_text(encoding="utf-8")
    page.route(f"**/{address}", lambda route: route.fulfill(body=lost, content_type="text/html"))
    page.goto(f"{site}/{address}")
    poll(lambda: page.evaluate("document.baseURI") == f"{site}/")
    page.get_by_role("link", name="Zoom out with block spins").click()
    page.wait_for_url("**/book/zooming_out/block_spins.html")
