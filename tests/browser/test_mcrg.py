"""Monte Carlo RG in a real browser: samples are taken, and give the exponents of the package."""

import pytest
from figures import FIGURE, value

from rgcourse import Estimate
from rgcourse.widgets import MonteCarloRG


def shown(page):
    return Estimate(value(page, "exponent"), value(page, "error"))


def test_mounts_without_error_or_request(mount):
    page = mount(MonteCarloRG(title="A title"))
    assert page.locator("figure.rgw .rgw-title").inner_text() == "A title"
    assert page.locator("figure.rgw input[type=range]").count() == 2
    assert page.locator("figure.rgw input[type=checkbox]").count() == 5
    assert page.locator("img.rgw-still").is_hidden()
    assert "0 lattices at K = 0.4407" in page.get_by_role("img").get_attribute("aria-label")
    assert (page.errors, page.blocked) == ([], [])


def test_running_finds_both_exponents(mount, poll):
    page = mount(MonteCarloRG(L=32, blocking=2))
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "samples") >= 6000, timeout=60)
    page.keyboard.press("Space")
    y_t = shown(page)
    assert y_t.error < 0.03 and abs(y_t.z_score(1.0)) < 4.5
    page.keyboard.press("e")
    assert value(page, "sector") == "odd"
    assert shown(page).value == pytest.approx(1.875, abs=0.006)
    assert page.errors == []


def test_operators_are_chosen_and_one_stays(mount):
    page = mount(MonteCarloRG(L=32, blocking=2), reduced_motion="reduce")
    for _ in range(10):
        page.get_by_role("button", name="Step").click()
    assert value(page, "samples") == 1000
    all_five = shown(page)
    for label in ("nnn", "plaquette", "(2,0)", "(2,1)"):
        page.get_by_label(label, exact=True).click()
    assert value(page, "even") == ["nn"]
    assert page.get_by_label("nn", exact=True).is_disabled()
    assert shown(page).value != all_five.value
    assert len(page.evaluate(f"{FIGURE}.scene.now.eigenvalues")) == 1


def test_few_samples_have_no_error_and_a_new_coupling_starts_again(mount):
    page = mount(MonteCarloRG(L=16), reduced_motion="reduce")
    page.get_by_role("button", name="Step").click()
    assert (value(page, "samples"), len(page.evaluate(f"{FIGURE}.scene.spectrum"))) == (100, 2)
    page.evaluate(f"{FIGURE}.set({{ K: 0.43 }})")
    assert value(page, "samples") == 0
    assert "No covariances" in page.locator("p.rgw-reason").inner_text()


def test_no_scroll_on_a_phone_and_both_themes(mount):
    page = mount(MonteCarloRG(), width=360)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert page.evaluate(wide) is False
    before = page.locator("canvas").first.screenshot()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert page.locator("canvas").first.screenshot() != before
    assert page.errors == []
