"""The running coupling in a real browser: its curves are the package's."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, readout, value, verdict

from rgcourse.running_couplings import M_Z, banks_zaks, beta_coefficients, run_coupling
from rgcourse.widgets import RunningCoupling


def curve(page, name="curve"):
    return np.array(page.evaluate(f"{FIGURE}.scene.state.{name}"))


@pytest.mark.parametrize("n_f, n_c, loops", [(5, 3, 3), (12, 3, 2), (20, 3, 1), (3, 2, 2)])
def test_curves_are_the_package_s(mount, n_f, n_c, loops):
    page = mount(RunningCoupling(n_f=n_f, n_c=n_c, loops=loops))
    for Q, x in curve(page)[::12]:
        expected = run_coupling(0.118, M_Z, Q, loops=loops, n_f=n_f, n_c=n_c)
        assert 1 / x == pytest.approx(expected, rel=1e-7)
    b0 = beta_coefficients(n_f, n_c)[0]
    for Q, x in curve(page, "straight")[::12]:
        assert x == pytest.approx(1 / 0.118 + 2 * b0 * np.log(Q / M_Z), rel=1e-9)
    assert value(page, "slope") == pytest.approx(2 * b0)
    assert value(page, "fixed_point") == pytest.approx(banks_zaks(n_f, n_c))
    assert page.errors == []


def test_a_pixel_lies_on_the_curve(mount):
    page = mount(RunningCoupling(n_f=12, loops=1))
    at_5 = run_coupling(0.118, M_Z, 1e5, loops=1, n_f=12)
    assert pixel_at(page, "straight", 1e5, 1 / at_5, reach=1) == colour(page, "accent")
    assert pixel_at(page, "straight", 1e5, 1 / at_5 + 8) == colour(page, "none")


def test_flavours_are_pulled_until_freedom_ends(mount, poll):
    page = mount(RunningCoupling(n_f=15.5, loops=1), script=HURRY)
    assert verdict(page).startswith("Free")
    assert readout(page, "low") == f"{run_coupling(0.118, M_Z, 10.0, loops=1, n_f=15.5):.4f}"
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    page.keyboard.press("s")
    assert value(page, "n_f") == 16.5 and "The edge" in verdict(page)
    assert readout(page, "pole") == "none"
    page.keyboard.press("s")
    assert "Freedom has ended, above 16.5 flavours" in verdict(page)
    page.keyboard.press("c")  # a fourth colour
    assert value(page, "n_c") == 4 and verdict(page).startswith("Free")
    page.get_by_role("button", name="Run").click()
    poll(lambda: value(page, "n_f") == 24)
    poll(lambda: value(page, "running") is False)
    assert "above 22.0 flavours" in verdict(page)
    page.locator("figure.rgw").focus()
    page.keyboard.press("0")
    assert (value(page, "n_f"), value(page, "n_c")) == (15.5, 3)
    page.keyboard.press("m")
    assert value(page, "alpha") == 0.118
    assert page.errors == []


def test_beyond_the_pole_there_is_no_number(mount):
    page = mount(RunningCoupling(n_f=0, alpha=0.3, loops=1))
    assert readout(page, "low") == "beyond"
    page.get_by_label("α at M_Z").fill("0.118")
    assert readout(page, "low") == f"{run_coupling(0.118, M_Z, 10.0, loops=1, n_f=0):.4f}"
