"""The boiling fluid in a real browser, against the package."""

import numpy as np
import pytest
from figures import (
    FIGURE,
    colour,
    pixel_at,
    place_of,
    readout,
    spins,
    value,
    verdict,
)

from rgcourse.coexistence import stored_curve, van_der_waals_curve
from rgcourse.widgets import BoilingFluid


def expected(curve, place, width):
    low, high = 10 ** (place - width / 2), 10 ** (place + width / 2)
    t = curve.distance
    return curve.slope(max(low, 0.999999 * t[0]), min(high, 1.000001 * t[-1]))


@pytest.mark.parametrize("fluid", ["water", "krypton", "van der Waals"])
def test_slopes_are_the_package_s(mount, fluid):
    page = mount(BoilingFluid(fluid=fluid, L=64, running=False))
    t = stored_curve("water").distance
    curve = van_der_waals_curve(t) if fluid == "van der Waals" else stored_curve(fluid)
    for place in (-4.02, -2.5, -1.3):
        page.evaluate(f"{FIGURE}.set({{place: {place}}})")
        slope = expected(curve, place, 1.0)
        assert value(page, "slope") == pytest.approx(slope, abs=2e-5)  # tables of 32 bits
        assert readout(page, "slope") == f"{value(page, 'slope'):.3f}"
    assert (page.errors, page.blocked) == ([], [])


def test_fluids_and_windows_can_be_chosen(mount):
    page = mount(BoilingFluid(L=64, running=False))
    page.locator("figure.rgw").focus()
    page.keyboard.press("f")
    assert value(page, "fluid") == "sulfur hexafluoride"
    page.get_by_label("Window at lg t", exact=True).press("ArrowLeft")
    assert value(page, "place") == pytest.approx(-1.6)
    page.keyboard.press("+")
    assert value(page, "width") == pytest.approx(1.1)
    page.mouse.click(*place_of(page, "slopes", -3.0, 0.4))
    assert value(page, "place") == pytest.approx(-3.0, abs=0.05)
    page.evaluate(f"{FIGURE}.set({{place: -4.2}})")
    assert "No density was weighed here" in verdict(page)
    page.locator("figure.rgw select").select_option("van der Waals")
    assert "No fluid but a theory" in verdict(page)
    assert page.errors == []


def test_the_lattice_starts_as_liquid_below_vapour_and_boils(mount, poll):
    page = mount(BoilingFluid(L=64, place=-1.0, running=False))
    start = spins(page).reshape(64, 64)
    assert np.all(start[:32] == -1) and np.all(start[32:] == 1)  # holes above, particles below
    page.get_by_role("button", name="Step", exact=True).click()
    assert not np.array_equal(spins(page).reshape(64, 64), start)
    page.get_by_role("button", name="Reset", exact=True).click()
    assert np.array_equal(spins(page).reshape(64, 64), start)
    page.get_by_role("button", name="Run", exact=True).click()
    poll(lambda: value(page, "sweeps") > 20)
    assert page.errors == []


def test_curves_stand_where_the_package_says(mount):
    page = mount(BoilingFluid(fluid="argon", place=-1.5, L=64, running=False))
    argon = stored_curve("argon")
    at = np.argmin(abs(np.log10(argon.distance) + 2.2))
    x, y = np.log10(argon.distance[at]), np.log10(argon.difference[at])
    assert pixel_at(page, "curve", x, y, reach=1) == colour(page, "ink")
    assert pixel_at(page, "slopes", -4.7, 0.3264187) == colour(page, "critical")
