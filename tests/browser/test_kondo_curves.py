"""The curves in a real browser: dragged, they measure what Python knows."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, ticks, value, verdict
from kondo_examples import frozen_spin, stored_values

from rgcourse.nrg import Thermodynamics
from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


@pytest.fixture(scope="module")
def frozen():
    return frozen_spin()


def scale(figure, k):
    """lg of T_K of curve k over that of the thick one."""
    return np.log10(figure.temperatures[k] / figure.temperatures[0])


def pull(page, T, goal, height=0.5):
    """Drag a curve from one temperature to another."""
    page.mouse.move(*place_of(page, "plot", T, height))
    page.mouse.down()
    page.mouse.move(*place_of(page, "plot", goal, height), steps=8)
    page.mouse.up()


def half(figure, k):
    """Where the entropy of curve k is ln(2) / 2."""
    T = kondo_curves.grid(figure.lowest[k])
    return float(np.interp(0.5, stored_values(figure)[k, 0], T))


def test_shows_the_numbers_of_python(mount, sweep):
    figure = KondoCurves(sweep, J=0.4, shift=-0.5)
    page = mount(figure)
    for k, shift in enumerate((0, -0.5, 0)):
        points = np.array(page.evaluate(f"{FIGURE}.scene.points({k})"))
        T = kondo_curves.grid(figure.lowest[k])
        assert points[:, 0] == pytest.approx(T * 10**shift)
        assert points[:, 1] == pytest.approx(stored_values(figure)[k, 0])
    thick, hand = sweep[0.3], sweep[0.4]
    T = kondo_curves.grid(figure.lowest[1])
    gap = abs(hand.at(T)[0] - thick.at(np.clip(T * 10**-0.5, thick.T.min(), 0.01))[0])
    left = 100 * max(gap[T <= 0.01]) / np.log(2)
    assert float(readout(page, "left").rstrip("% ")) == pytest.approx(left, abs=0.15)


def test_a_curve_is_dragged_onto_the_thick_one_and_measures_a_ratio(mount, sweep):
    figure = KondoCurves(sweep, J=0.5)
    page = mount(figure)
    assert verdict(page) == ""
    pull(page, half(figure, 1), half(figure, 0))
    assert value(page, "curve") == 1  # the one under the pointer
    assert value(page, "shift") == pytest.approx(-scale(figure, 1), abs=0.03)
    assert "✓ One curve, in S and in Tχ" in verdict(page)
    ratio = 10 ** scale(figure, 1)
    assert float(readout(page, "ratio")) == pytest.approx(ratio, rel=0.08)
    page.get_by_label("what is drawn").select_option("t_chi")
    assert "✓ One curve, in S and in Tχ" in verdict(page)
    pull(page, 1e-7, 3e-8, 0.9)  # away from all curves, the one in hand moves
    assert "✓" not in verdict(page)
    assert value(page, "curve") == 1


def test_run_finds_the_place_and_keys_do_the_same(mount, poll, sweep):
    figure = KondoCurves(sweep)
    page = mount(figure, script=HURRY)
    page.get_by_role("button", name="Run", exact=True).click()
    poll(lambda: value(page, "running") is False)
    assert value(page, "shift") == pytest.approx(-scale(figure, 2), abs=0.02)
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowLeft")
    assert (value(page, "curve"), value(page, "shift")) == (1, 0)
    for _ in range(round(scale(figure, 1) / 0.02)):
        page.keyboard.press(",")
    assert "✓ One curve" in verdict(page)
    page.keyboard.press("ArrowRight")
    assert value(page, "shift") == pytest.approx(-scale(figure, 2), abs=0.02)  # it stayed there
    page.get_by_role("button", name="Reset", exact=True).click()
    assert (value(page, "curve"), value(page, "shift")) == (2, 0)
    assert page.evaluate(f"{FIGURE}.scene.shifts") == [0, 0, 0]


def test_what_is_no_kondo_impurity_does_not_fit(mount, poll, sweep, frozen):
    T = np.geomspace(1e-7, 0.45, 50)
    free = Thermodynamics(T, np.full(50, np.log(2)), np.full(50, 0.26))
    page = mount(KondoCurves(sweep | {"a spin": frozen, -0.4: free}, J="a spin"), script=HURRY)
    assert "\u2013" in readout(page, "loops")
    for curve in (4, 3):
        page.get_by_label("In hand", exact=True).fill(str(curve))
        page.get_by_role("button", name="Run", exact=True).click()
        poll(lambda: value(page, "running") is False)
        assert "No shift does better" in verdict(page)
        assert float(readout(page, "left").rstrip("% ")) > 15
    assert (page.errors, page.blocked) == ([], [])


def test_what_is_drawn_is_the_curve_in_hand(mount, sweep):
    figure = KondoCurves(sweep, J=0.4)
    page = mount(figure)
    hand, ink = colour(page, "accent"), colour(page, "ink")
    assert pixel_at(page, "plot", half(figure, 1), 0.5, reach=1) == pytest.approx(hand, abs=40)
    assert pixel_at(page, "plot", half(figure, 0), 0.5) == pytest.approx(ink, abs=40)
    assert pixel_at(page, "law", 2 / 0.3, 0) == ink
    assert ticks(page, "plot") == pytest.approx(10.0 ** np.arange(-9, 1, 2), rel=0.1)
