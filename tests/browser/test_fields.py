"""The flow near four dimensions and the Borel sums in a real browser, against the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, ticks, value, verdict, words

from rgcourse.epsilon_expansion import critical_r, shell_trajectory, wilson_fisher_point
from rgcourse.widgets import EpsilonFlow


def test_the_point_splits_off_as_the_dimension_passes_four(mount):
    page = mount(EpsilonFlow(d=4.2))
    assert page.locator("figure.rgw input[type=range]").count() == 4
    assert "no magnet lives: Gauss rules" in verdict(page)
    assert (readout(page, "y_t"), readout(page, "y_u")) == ("2.000", "-0.200")
    page.locator("figure.rgw").focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert value(page, "d") == pytest.approx(3.0)
    point = wilson_fisher_point(d=3, N=1)
    assert "split off, at u = 0.333" in verdict(page)
    assert value(page, "exponents") == pytest.approx(point.exponents, abs=1e-12)
    assert readout(page, "nu") == "0.600"
    (_, other) = page.evaluate(f"{FIGURE}.scene.points()")
    assert other["at"] == pytest.approx(point.couplings, abs=1e-14) and other["rules"]
    assert (page.errors, page.blocked) == ([], [])


def test_a_dropped_magnet_flows_as_the_package_says(mount, poll):
    page = mount(EpsilonFlow(d=3.0), script=HURRY)
    page.mouse.click(*place_of(page, "plane", 0.1, 0.2))
    start = [value(page, name) for name in ("r", "u")]
    assert start == pytest.approx([0.1, 0.2], abs=5e-3)
    poll(lambda: value(page, "fate") == "disorder")
    path = np.array(page.evaluate(f"{FIGURE}.scene.path"))
    expected = shell_trajectory(start, d=3, N=1, length=20)[::5]
    assert path[: len(expected)] == pytest.approx(expected, rel=1e-12, abs=1e-14)
    assert "decided for: disorder" in words(page)


def test_key_c_finds_the_critical_line_and_run_the_fixed_point(mount, poll):
    page = mount(EpsilonFlow(d=3.0, u=0.1), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    assert value(page, "r") == pytest.approx(critical_r(0.1, d=3, N=1), abs=1e-14)
    for _ in range(60):
        page.keyboard.press("s")
    end = page.evaluate(f"{FIGURE}.scene.path.at(-1)")
    assert end == pytest.approx(wilson_fisher_point(d=3, N=1).couplings, abs=0.02)
    page.keyboard.press("0")
    assert (value(page, "r"), value(page, "u")) == (-0.1, 0.1)
    page.get_by_role("button", name="Onto the critical line").click()
    assert value(page, "r") == pytest.approx(critical_r(0.1, d=3, N=1), abs=1e-14)
    assert page.errors == []


def test_what_is_drawn_are_the_fixed_points_and_the_critical_line(mount):
    page = mount(EpsilonFlow(d=3.0, N=2, r=0.3, u=0.4))
    critical, surface = colour(page, "critical"), colour(page, "surface")
    assert pixel_at(page, "plane", *wilson_fisher_point(d=3, N=2).couplings) == critical
    assert pixel_at(page, "plane", 0, 0) == pixel_at(page, "plane", 0.3, 0.4) == surface  # rings
    on = [
        pixel_at(page, "plane", critical_r(u, d=3, N=2), u, reach=1) == critical
        for u in np.linspace(0.05, 0.25, 41)
    ]
    assert 0.4 < np.mean(on) < 0.95  # dashed
    marks = ticks(page, "plane")
    assert (marks[0], marks[-1]) == pytest.approx((-0.6, 0.6), abs=0.006)
