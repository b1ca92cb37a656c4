"""Where the reader is: sections, progress, pages read, routes; and code that folds."""

import json
import sys
from pathlib import Path

import pytest
import visit
from conftest import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import clock  # noqa: E402

PAGE = "book/zooming_out/block_spins"
BOOK = clock.on_routes()

# What of the list in the margin, while it shows, lies under something of the text.
COVERED = """() => {
  const list = document.querySelector('.rg-contents nav');
  const box = list.getBoundingClientRect();
  if (!list.checkVisibility({ visibilityProperty: true })) {
    const over = document.elementsFromPoint(box.left + 20, Math.max(60, box.top + 20));
    return over.filter((node) => node.closest('.rg-contents')).map(() => 'it takes the pointer');
  }
  const found = [];
  for (let y = box.top + 2; y < Math.min(box.bottom, innerHeight); y += 12)
    for (const x of [box.left + 2, box.left + box.width / 2, box.right - 2])
      for (const node of document.elementsFromPoint(x, y))
        if (node.closest('.bd-article')) found.push(node.outerHTML.slice(0, 80));
  return found;
}"""


def visit_to(page, address):
    """Open a page; its deferred scripts have run."""
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address, wait_until="domcontentloaded")


def told(page):
    """What the page knows of the book."""
    return json.loads(page.locator("#rg-book").text_content())


def test_the_list_of_sections_follows_and_never_lies_over_a_note(site, open_page, poll):
    page = open_page(width=1440, reduced_motion="reduce")
    visit_to(page, f"{site}/{PAGE}.html")
    visit.settle(page, poll)
    shown = 0
    for share in (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1):
        page.evaluate("share => scrollTo(0, share * document.body.scrollHeight)", share)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert page.evaluate(COVERED) == []
        list_ = page.locator(".rg-contents nav")
        here = page.locator(".rg-here")
        assert here.is_visible() != list_.is_visible()  # one of the two lists, never both
        shown += list_.is_visible() and list_.evaluate("n => n.getBoundingClientRect().top >= 0")
    assert shown >= 3
    page.evaluate("document.querySelector('#measure-the-flow').scrollIntoView()")
    current = page.locator(":is(.rg-contents, .rg-here) a[aria-current]")
    poll(lambda: current.all_text_contents() == ["Measure the flow"] * 2)
    assert page.locator(".rg-here-name").inner_text() == "Measure the flow"
    width = page.locator(".rg-progress").evaluate("n => n.getBoundingClientRect().width")
    assert 0.05 < width / page.locator(".bd-main").evaluate("n => n.clientWidth") < 0.6
    assert visit.troubles(page) == []


def test_pages_read_and_the_route_are_remembered(site, open_page, poll):
    page = open_page(width=390, height=844, has_touch=True, reduced_motion="reduce")
    page.clock.install()
    visit_to(page, f"{site}/{PAGE}.html")
    ticked = page.get_by_label("I have read this page")
    assert not ticked.is_checked()
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    page.clock.run_for(30_000)
    poll(ticked.is_checked)
    page.locator(".rg-end select").select_option("learning")
    onward = page.locator(".right-next")
    order = clock.route(BOOK, "learning")
    after = order[order.index(PAGE) + 1]
    assert onward.get_attribute("href").split("/")[-1] == f"{after.split('/')[-1]}.html"
    assert "learning route" in onward.inner_text()

    onward.click()  # another page of the book knows
    page.wait_for_url(f"**/{after}.html")
    assert page.locator(".rg-end select").input_value() == "learning"
    page.get_by_role("button", name="Contents of the book").click()
    tally = page.locator(".rg-tally")
    assert tally.inner_text().startswith(f"1 of {len(order)} read")
    assert page.locator("li > a:has(.rg-tick)").inner_text().startswith("Zoom out with block spins")
    page.get_by_role("button", name="Forget").click()
    assert tally.inner_text() == f"0 of {len(order)} read"
    page.keyboard.press("Escape")
    menu = page.locator(".rg-here")
    menu.locator("summary").click()
    assert menu.locator("a").count() > 3
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_routes_of_the_pages_are_those_of_the_labels_and_a_button_chooses_one(site, open_page):
    page = open_page()
    visit_to(page, f"{site}/{PAGE}.html")
    pages = told(page)["pages"]
    for route in clock.ROUTES:
        built = [one["name"] for one in pages if route in one["routes"]]
        assert built == clock.route(BOOK, route)
    minutes = {one["name"]: one["minutes"] for one in pages if one["routes"]}
    assert minutes == {name: clock.head(notebook).minutes for name, notebook in BOOK.items()}
    page.evaluate(
        """document.querySelector('.bd-article').insertAdjacentHTML(
            'afterbegin', '<button data-rg-route="physics">Physics</button>')"""
    )
    button = page.locator("button[data-rg-route]")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("rgKeep.get('route')") == "physics"


def test_spoilt_marks_are_no_marks(site, open_page):
    page = open_page()
    for spoilt in ('"abc"', "5", "true", "[1]"):
        visit_to(page, f"{site}/book/notation.html")
        page.evaluate("text => localStorage.setItem('zooming-out:read', text)", spoilt)
        page.reload(wait_until="domcontentloaded")
        assert page.locator(".rg-tally").text_content().startswith("0 of")
    assert page.errors == []


CODE = """() => [...document.querySelectorAll('.cell_input')]
    .filter((code) => code.checkVisibility()).length"""


def test_code_folds_to_lines_that_open_it(site, open_page, poll):
    page = open_page(reduced_motion="reduce")
    visit_to(page, f"{site}/{PAGE}.html")
    switch = page.get_by_role("button", name="Fold all code")
    shown = page.evaluate(CODE)
    assert shown > 10
    first = page.locator("details.rg-code").first
    assert first.get_attribute("open") is None and "Imports" in first.inner_text()
    switch.click()
    assert page.evaluate(CODE) == 0
    page.reload()
    assert switch.get_attribute("aria-pressed") == "true"
    assert page.evaluate(CODE) == 0
    page.locator("details.rg-code.rg-shown > summary").first.click()
    assert page.evaluate(CODE) == 1
    page.emulate_media(media="print")
    assert page.evaluate(CODE) == 1
    page.emulate_media(media="screen")
    switch.click()
    assert page.evaluate(CODE) == shown


def test_without_scripts_all_code_is_there_and_the_page_says_so(site, open_page):
    page = open_page(java_script_enabled=False)
    visit_to(page, f"{site}/{PAGE}.html")
    words = [math.get_attribute("data-plain") for math in page.locator(".bd-article .math").all()]
    assert len(words) > 20 and "2 × 2" in words
    assert [text for text in words if not text or "\\" in text] == []
    cells = page.locator("details.rg-code .cell_input")
    assert all(cell.is_visible() for cell in cells.all()[:6])
    assert page.locator(".rg-noscript").is_visible()


LGW = "book/fields/landau_ginzburg_wilson"


def false_stops(page):
    """The formulas that the tab key stops at and that hardly scroll, if they do."""
    return page.evaluate(
        """() => [...document.querySelectorAll('mjx-container[tabindex]')].filter((box) =>
        box.scrollWidth <= box.clientWidth + 1 || box.scrollWidth < 100)
        .map((box) => box.outerHTML.slice(0, 200))"""
    )


@pytest.mark.parametrize("name", ["book/reference/glossary", "book/reference/ledger"])
def test_no_false_stops_in_lists_and_tables(name, site, open_page, poll):
    """There the span of a formula is a box in a row, as wide as the formula less its overhang."""
    page = open_page(width=1440, height=900, reduced_motion="reduce")
    visit_to(page, f"{site}/{name}.html")
    visit.settle(page, poll)
    assert page.locator("mjx-container").count() > 10
    assert false_stops(page) == []


@pytest.mark.parametrize("name", [LGW])
def test_no_false_stops_of_the_tab_key(name, site, open_page, poll):
    """A formula that does not scroll is none; the skip links lead to the text and to the figure."""
    page = open_page(width=1366, height=768, reduced_motion="reduce")
    visit_to(page, f"{site}/{name}.html")
    visit.settle(page, poll)
    assert false_stops(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.bd-article')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.bd-article') !== null")
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    page.locator("#pst-skip-link a", has_text="live figure").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('figure.rgw')")
