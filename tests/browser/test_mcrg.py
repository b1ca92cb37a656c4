"""Monte Carlo RG in a real browser: samples are taken, and give the exponents of the package."""

import pytest
from figures import FIGURE, value, verdict

from rgcourse import Estimate
from rgcourse.widgets import MonteCarloRG


def shown(page):
    return Estimate(value(page, "exponent"), value(page, "error"))


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
    assert "No covariances" in verdict(page)
