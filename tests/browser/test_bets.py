"""Bets of the pages: made once, answered where the text answers, listed on a slip, never sent."""

import json
import re

import pytest

PAGE = "book/learning/limits.html"  # a bet, and no figure that would have to load
SLIP = "book/coursework/bets.html"
KEY = "zooming-out:bets"
PATIENCE = 120_000  # milliseconds: what has not come by then hangs


@pytest.fixture
def visit(site, open_page):
    def visit(*names, page=None, **options):
        page = page or open_page(**options)
        page.set_default_timeout(PATIENCE)
        for name in names:  # bets do not wait for figures and formulas
            page.goto(f"{site}/{name}", wait_until="domcontentloaded")
        return page

    return visit


def box(page, n=1):
    return page.locator(f"#bet-{n}")


def test_a_bet_is_made_once_and_answered_where_the_text_answers(visit):
    page = visit(PAGE)
    answer = page.locator("#verdict-1")
    assert "Choose your answer" in box(page).inner_text()
    assert answer.inner_text().startswith("And the answer")
    page.get_by_label("(a)").check()
    assert page.get_by_label("(c)").is_disabled()
    assert answer.inner_text().startswith("You bet (a). And the answer")
    page.reload()
    assert page.get_by_label("(a)").is_checked()
    assert answer.inner_text().startswith("You bet (a). And the answer")
    page.get_by_role("link", name="Go to the answer").click()
    assert page.url.endswith("#verdict-1")
    page.get_by_role("button", name="Forget my bet").click()
    assert answer.inner_text().startswith("And the answer")
    page.keyboard.press("ArrowDown")  # the focus is at the first answer
    assert page.get_by_label("(b)").is_checked()
    assert answer.inner_text().startswith("You bet (b).")
    assert (page.errors, page.blocked) == ([], [])


def test_bets_of_many_pages_are_on_the_slip_and_nothing_is_sent(visit, tmp_path):
    page = visit(SLIP)
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    rows = page.locator("tr[data-bet]")
    keys = rows.evaluate_all("rows => rows.map((row) => [row.dataset.bet, row.dataset.right])")
    assert len(keys) > 25 and all(right for _, right in keys)
    links = rows.locator("a").evaluate_all("links => links.map((link) => link.href)")
    keys, offered = keys[::6], len(keys)
    for link in links[::6]:
        page.goto(link, wait_until="domcontentloaded")
        page.locator(f"{link[link.index('#') :]} input[value=a]").check()
    page.goto(page.url[: page.url.index("/book/")] + f"/{SLIP}")
    assert f"{len(keys)} of {offered} bets made" in page.locator(".rg-slip-count").inner_text()
    page.get_by_label("Name").fill("E. Noether")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    saved.value.save_as(tmp_path / "emmy.json")
    slip = json.loads((tmp_path / "emmy.json").read_text(encoding="utf-8"))
    assert (slip["name"], slip["offered"]) == ("E. Noether", offered)
    assert [(f"{b['page']}#{b['number']}", b["right"]) for b in slip["bets"]] == [
        (key, "a" in right) for key, right in keys
    ]
    from rgcourse.coursework.slips import read_slip

    assert len(read_slip(tmp_path / "emmy.json")) == len(keys)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as text").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert len(re.findall(r"\(a\) (?:right|wrong)  book/\w+/\w+: .+", text)) == len(keys)
    assert set(asked) == {"GET"} and (page.errors, page.blocked) == ([], [])


def test_nothing_is_hidden_without_scripts_and_a_spoilt_memory_is_no_bet(visit):
    plain = visit(PAGE, java_script_enabled=False)
    assert "Write your answer down" in box(plain).inner_text()
    assert plain.locator("#verdict-1").inner_text().startswith("And the answer")
    plain.goto(plain.url.replace(PAGE, SLIP))
    assert plain.locator("tr[data-bet] a").first.is_visible()
    bet = '{"book/learning/limits#1": {"answer": %s, "at": "%s"}}'
    spoilt_bets = (bet % (3, "2026-01-01"), bet % ('""', "2026-01-01"), bet % ('"a"', "x"))
    for spoilt in ("[1]", "null", *spoilt_bets, "{"):
        page = visit(SLIP)
        page.evaluate("localStorage.setItem('zooming-out:name', '{\"a\": 1}')")
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, spoilt])
        visit(PAGE, page=page)
        assert not page.get_by_label("(a)").is_disabled()
        assert visit(SLIP, page=page).locator(".rg-slip-count").inner_text().startswith("0 of")
        assert page.get_by_label("Name").input_value() == ""
        assert page.errors == []


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_boxes_and_slip_fit(visit, width):
    for name in (PAGE, SLIP):
        page = visit(name, width=width)
        assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
