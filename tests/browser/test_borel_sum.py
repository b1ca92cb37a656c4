"""The Borel sums in a real browser, against the package."""

import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    pixel_at,
    place_of,
    readout,
    ticks,
    value,
    verdict,
)

from rgcourse.epsilon_expansion import eta_series, inverse_nu_series
from rgcourse.resummation import conformal_sums, lipatov_a, resum
from rgcourse.widgets import BorelSum


def test_sums_and_rule_are_the_package_s(mount):
    page = mount(BorelSum())
    found = resum(inverse_nu_series(1, 6), lipatov_a(1))
    nu, error = 1 / found.estimate.value, found.estimate.error / found.estimate.value**2
    assert value(page, "estimate") == pytest.approx([nu, error], rel=1e-9)
    assert readout(page, "rule") == f"{nu:.4f} ± {error:.4f}"
    sums = conformal_sums(inverse_nu_series(1, 6), lipatov_a(1), b=5, lam=1)
    assert page.evaluate(f"{FIGURE}.scene.sums(5, 1, 1)") == pytest.approx(
        1 / sums[:-4:-1], rel=1e-10
    )
    page.locator("figure.rgw").focus()
    page.keyboard.press("r")
    assert (value(page, "b"), value(page, "lam")) == pytest.approx((found.b, found.lam))
    assert readout(page, "sum") == f"{nu:.4f}"
    assert (page.errors, page.blocked) == ([], [])


def test_exponents_orders_and_dimensions_can_be_chosen(mount):
    page = mount(BorelSum(N=2))
    assert "Six loops are not confirmed for this exponent and N: 5 are used" in verdict(page)
    page.get_by_label("Exponent", exact=True).select_option("eta")
    found = resum(eta_series(2, 6), lipatov_a(2)).estimate
    assert value(page, "estimate") == pytest.approx([found.value, found.error], rel=1e-9)
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowLeft")
    found = resum(eta_series(2, 5), lipatov_a(2)).estimate
    assert value(page, "estimate") == pytest.approx([found.value, found.error], rel=1e-9)
    assert readout(page, "accepted") == "0.0382"
    page.get_by_label("Dimension d", exact=True).press("ArrowLeft")
    assert value(page, "d") < 3 and readout(page, "accepted") == "unknown"
    assert "of 5 loops" in verdict(page)


def test_run_adds_loops_and_stops(mount, poll):
    page = mount(BorelSum(order=3), script=HURRY)
    page.get_by_role("button", name="Run").click()
    poll(lambda: value(page, "order") == 6)
    poll(lambda: value(page, "running") is False)
    page.keyboard.press("s")
    assert value(page, "order") == 3


def test_the_button_goes_to_the_rule_and_a_touch_chooses_b_and_d(mount):
    page = mount(BorelSum())
    page.get_by_role("button", name="To the rule's b and λ").click()
    found = resum(inverse_nu_series(1, 6), lipatov_a(1))
    assert (value(page, "b"), value(page, "lam")) == pytest.approx((found.b, found.lam))
    page.mouse.click(*place_of(page, "against_b", 20, 0.62))
    assert value(page, "b") == pytest.approx(20, abs=0.2)
    page.mouse.click(*place_of(page, "against_d", 2.5, 0.8))
    assert value(page, "d") == pytest.approx(2.5, abs=0.05)


def test_typed_loops_and_components_are_whole(mount):
    page = mount(BorelSum())
    for name, typed, taken in (("order", "4.4", 4), ("N", "9", 3)):
        page.get_by_role("button", name=f"Type a value for {name}").click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert value(page, name) == taken
    assert page.errors == []


def test_curves_and_dots_stand_where_the_package_says(mount):
    page = mount(BorelSum(quantity="eta", N=0, b=5.0, lam=1.0, d=2.5))
    found = resum(eta_series(0, 6), lipatov_a(0), epsilon=1.5)
    sums = conformal_sums(eta_series(0, 6)[2:], lipatov_a(0), b=20, lam=1, epsilon=1.5) * 1.5**2
    assert pixel_at(page, "against_b", 20, sums[-1], reach=1) == colour(page, "ink")
    ring = found.b, found.estimate.value
    assert pixel_at(page, "against_b", *ring) == colour(page, "surface")  # hollow
    assert pixel_at(page, "against_d", 2, 5 / 24) == colour(page, "ok")
    rule = resum(eta_series(0, 6), lipatov_a(0), epsilon=1.4).estimate.value
    assert pixel_at(page, "against_d", 2.6, rule) == colour(page, "surface")
    assert ticks(page, "against_b") == pytest.approx([0, 10, 20, 30], abs=0.2)
    assert ticks(page, "against_d")[0] == pytest.approx(2, abs=0.02)
