"""The collapsing curves in a real browser: driven by keys, they show what Python gave them."""

import base64

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, readout, ticks, value, verdict

from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


def stored_values(figure):
    """Entropy / ln 2 and t_chi of every curve as the page gets them, shape (n, 2, POINTS)."""
    data = np.frombuffer(base64.b64decode(figure.curves), "<u2") / kondo_curves.UNIT
    return data.reshape(len(figure.couplings), 2, kondo_curves.POINTS)


def test_shows_the_numbers_of_python(mount, sweep):
    figure = KondoCurves(sweep, J=0.5, power=0.5)
    page = mount(figure)
    for k in range(3):
        for i in range(2):
            points = np.array(page.evaluate(f"{FIGURE}.scene.points({k}, {i})"))
            T_K = figure.temperatures[k]
            assert points[:, 0] == pytest.approx(kondo_curves.grid(T_K) / T_K**0.5)
            assert points[:, 1] == pytest.approx(stored_values(figure)[k, i])
    assert readout(page, "spread") == f"{figure.spread(0.5):.2f} decades"
    assert float(readout(page, "T_K")) == pytest.approx(figure.temperatures[2], rel=1e-2)


def test_the_reader_makes_them_collapse(mount, sweep):
    figure = KondoCurves(sweep)
    page = mount(figure)
    page.locator("input[type=range]").nth(1).focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    assert value(page, "power") == 1
    assert readout(page, "spread") == f"{figure.spread(1.0):.2f} decades"
    assert "✓ One curve" in verdict(page)
    page.locator("figure.rgw").focus()
    page.keyboard.press("t")
    assert value(page, "power") == 0
    page.keyboard.press("k")
    assert value(page, "power") == 1
    page.get_by_role("button", name="Set the axis to T", exact=True).click()
    assert value(page, "power") == 0
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert (value(page, "J"), readout(page, "J")) == (0.5, "0.50")


def test_run_and_step_move_the_axis(mount, poll, sweep):
    page = mount(KondoCurves(sweep), script=HURRY)
    page.get_by_role("button", name="Step", exact=True).click()
    assert value(page, "power") == pytest.approx(0.1)
    page.get_by_role("button", name="Run", exact=True).click()
    poll(lambda: value(page, "power") == 1 and value(page, "running") is False)
    page.get_by_role("button", name="Reset", exact=True).click()
    assert value(page, "power") == 0


def test_what_is_drawn_is_the_chosen_curve(mount, sweep):
    figure = KondoCurves(sweep, J=0.4, power=0.0)
    page = mount(figure)
    accent = colour(page, "accent")
    assert pixel_at(page, "entropy", figure.halves[1], 0.5) == pytest.approx(accent, abs=40)
    assert pixel_at(page, "entropy", figure.halves[1], 0.25) == colour(page, "none")
    half = pixel_at(page, "entropy", figure.halves[2], 0.5, reach=1)
    assert half == pytest.approx(colour(page, "ctrl"), abs=60)
    T_K = figure.temperatures[1]  # a dot is there, on the point of the table that is nearest
    for plot, value_there in zip(("entropy", "t_chi"), sweep[0.4].at(T_K), strict=True):
        scale = np.log(2) if plot == "entropy" else 1
        assert pixel_at(page, plot, T_K, float(value_there) / scale) == accent
    lowest = kondo_curves.LOWEST * min(figure.temperatures)
    powers = 10.0 ** np.arange(np.ceil(np.log10(lowest)), 0)
    assert ticks(page, "entropy") == pytest.approx(powers, rel=0.1)
