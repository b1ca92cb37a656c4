"""The collapsing curves in a real browser: driven by keys, they show what Python gave them."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, readout, value, verdict

from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


def test_shows_the_numbers_of_python(mount, sweep):
    figure = KondoCurves(sweep, J=0.5, power=0.5)
    page = mount(figure)
    for k in range(3):
        for i in range(2):
            points = np.array(page.evaluate(f"{FIGURE}.scene.points({k}, {i})"))
            T_K = figure.temperatures[k]
            assert points[:, 0] == pytest.approx(kondo_curves.grid(T_K) / T_K**0.5)
            assert points[:, 1] == pytest.approx(figure.values()[k, i])
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
