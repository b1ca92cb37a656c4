"""The Borel plane in a real browser, against the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict

from rgcourse.epsilon_expansion import eta_series, inverse_nu_series
from rgcourse.reference import entry
from rgcourse.resummation import conformal_sums, resum
from rgcourse.widgets import BorelSum, borel_sum

FREE = {"b": borel_sum.B, "lam": borel_sum.LAM}


def pull(page, plot, start, end):
    """Drag in a plot from one point of the data to another."""
    page.mouse.move(*place_of(page, plot, *start))
    page.mouse.down()
    page.mouse.move(*place_of(page, plot, *end), steps=8)
    page.mouse.up()


def moved(page):
    return page.evaluate(f"{FIGURE}.scene.result().moved")


def test_sums_and_rule_are_the_package_s(mount):
    page = mount(BorelSum(quantity="nu", place=2.0))
    c = inverse_nu_series(1, 6)
    sums = 1 / conformal_sums(c, 1 / 2, **FREE)
    assert page.evaluate(f"{FIGURE}.scene.sums()") == pytest.approx(sums, rel=1e-10)
    assert moved(page) == pytest.approx(max(abs(sums[-3:-1] - sums[-1])), rel=1e-9)
    found = resum(c, 1 / 2).estimate
    nu, error = 1 / found.value, found.error / found.value**2
    assert value(page, "estimate") == pytest.approx([nu, error], rel=1e-9)
    assert readout(page, "rule") == f"{nu:.4f} ± {error:.4f}"
    assert (page.errors, page.blocked) == ([], [])


def test_a_power_that_was_taken_out_and_a_coupling_come_back(mount):
    page = mount(BorelSum(quantity="eta", place=3.0))
    sums = conformal_sums(eta_series(1, 6)[2:], 1 / 3, **FREE)
    assert page.evaluate(f"{FIGURE}.scene.sums()") == pytest.approx(sums, rel=1e-10)
    assert readout(page, "sum") == f"{sums[-1]:.4f}"
    page.get_by_label("Series", exact=True).select_option("integral")
    page.get_by_label("Orders", exact=True).fill("9")
    c = borel_sum.integral_series(9)
    sums = conformal_sums(c, 1 / 3, epsilon=3, **FREE)
    assert page.evaluate(f"{FIGURE}.scene.sums()") == pytest.approx(sums, rel=1e-9)
    plain = np.cumsum(c * 3.0 ** np.arange(10))
    assert [f for _, f in page.evaluate(f"{FIGURE}.scene.plain")] == pytest.approx(plain)


def test_the_cut_is_dragged_and_leaves_a_trail(mount):
    page = mount(BorelSum())
    pull(page, "plane", (-6, 0.5), (-1.5, 0.5))
    assert value(page, "place") == pytest.approx(1.5, abs=0.05)
    visited = page.evaluate(f"[...{FIGURE}.scene.visited.keys()].map(Number)")
    assert np.isclose(min(visited), 1.5, atol=0.06) and len(visited) > 60
    assert "Quietest so far: y = -1.8" in verdict(page)
    pull(page, "orders", (6, 0.5), (10, 0.5))
    assert value(page, "order") == 10
    page.mouse.click(*place_of(page, "trail", -4, 0.01))
    assert value(page, "place") == pytest.approx(4, abs=0.05)


def test_the_envelope_tells_the_honest_from_the_sure(mount):
    page = mount(BorelSum(quantity="nu", place=3.0))
    assert readout(page, "truth") == "closed"
    box = page.get_by_label("open the envelope", exact=True)
    box.check()
    assert readout(page, "truth") == f"{entry('resummation.nu_1').value:.4f}"
    assert "an honest error" in verdict(page)
    page.get_by_label("Cut from", exact=True).press("ArrowRight")
    assert verdict(page).startswith("You have looked")
    page.get_by_label("Series", exact=True).select_option("eta")
    assert not box.is_checked() and readout(page, "truth") == "closed"
    page.get_by_label("Cut from", exact=True).fill("0.85")
    box.check()
    assert "too sure, by a factor of 4.1" in verdict(page)
    assert not verdict(page).startswith("You have looked")
    box.uncheck()
    page.get_by_label("Cut from", exact=True).fill("3.05")
    box.check()
    assert verdict(page).startswith("You have looked")


def test_run_adds_orders_and_stops(mount, poll):
    page = mount(BorelSum(order=4), script=HURRY)
    page.get_by_role("button", name="Run").click()
    poll(lambda: value(page, "order") == 12)
    poll(lambda: value(page, "running") is False)
    page.keyboard.press("s")
    assert value(page, "order") == 4
    page.locator("figure.rgw").focus()
    page.keyboard.press(".")
    assert value(page, "order") == 5


def test_no_more_orders_than_are_known(mount):
    page = mount(BorelSum(quantity="omega", order=12, place=3.0))
    assert page.evaluate(f"{FIGURE}.scene.terms") == 6
    assert verdict(page).startswith("Six loops are known.")


def test_what_is_drawn_stands_where_the_package_says(mount):
    page = mount(BorelSum(place=2.0, opened=True))
    accent = colour(page, "accent")
    assert pixel_at(page, "plane", -5, 0) == accent  # the cut
    assert pixel_at(page, "plane", -2, 0) == accent
    assert pixel_at(page, "plane", 1, 0) == colour(page, "ink")  # the path
    re, im = page.evaluate(f"{FIGURE}.scene.poles.at(-1)")
    assert pixel_at(page, "plane", re, im) == pytest.approx(colour(page, "cold"), abs=3)
    truth = borel_sum.integral_value(3)
    assert pixel_at(page, "orders", 12.5, truth, reach=2) == pytest.approx(
        colour(page, "ok"), abs=60
    )
    sums = conformal_sums(borel_sum.integral_series(6), 1 / 2, epsilon=3, **FREE)
    assert pixel_at(page, "orders", 6, sums[-1]) == accent
    w = 0.35  # a line of equal |w| crosses the path
    assert pixel_at(page, "plane", -4 * 2 * w / (1 + w) ** 2, 0, reach=1) != colour(page, "none")
