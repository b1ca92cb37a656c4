"""The flow near four dimensions in a real browser, against the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, place_of, readout, value, verdict, words

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
    page.mouse.click(*place_of(page, "plot", 0.1, 0.2))
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
    assert page.errors == []
