"""The cobweb in a real browser: its staircase is the package's recursion."""

import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict

from rgcourse.couplings import migdal_kadanoff
from rgcourse.flows import find_fixed_point
from rgcourse.widgets import Cobweb


@pytest.mark.parametrize("K, b, dim", [(0.4, 2, 2), (0.03, 3, 3), (0.35, 1.5, 2)])
def test_the_staircase_is_the_recursion_and_the_ring_its_fixed_point(mount, K, b, dim):
    page = mount(Cobweb(K=K, b=b, dim=dim))
    expected = [K]
    for _ in range(2):
        page.get_by_role("button", name="Step").click()
        expected.append(migdal_kadanoff(expected[-1], b=b, dim=dim))
    path = page.evaluate(f"{FIGURE}.scene.path")
    assert path == pytest.approx(expected, rel=1e-13)
    star = find_fixed_point(lambda K: migdal_kadanoff(K, b=b, dim=dim), [0.3], b=b)
    assert value(page, "fixed_point") == pytest.approx(star.couplings[0], rel=1e-9)
    assert value(page, "nu") == pytest.approx(1 / star.exponents[0], rel=1e-6)


def test_the_curve_and_the_diagonal_are_where_they_are(mount):
    page = mount(Cobweb(K=0.1))
    assert pixel_at(page, "map", 0.6, migdal_kadanoff(0.6), reach=1) == colour(page, "ink")
    assert pixel_at(page, "map", 0.6, migdal_kadanoff(0.6) / 2) == colour(page, "none")
    assert pixel_at(page, "map", 0.9, 0.9, reach=1) == pytest.approx(colour(page, "ctrl"), abs=40)


def test_a_press_in_the_plot_and_a_run(mount, poll):
    page = mount(Cobweb(K=0.5), script=HURRY)
    page.mouse.click(*place_of(page, "map", 0.2, 0.6))
    assert value(page, "K") == pytest.approx(0.2, abs=0.005)
    page.get_by_role("button", name="Run").click()
    poll(lambda: "disorder" in verdict(page))
    assert value(page, "running") is False
    page.get_by_role("button", name="Set dimension to 3").click()
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    assert readout(page, "K") == "0.4407"
    page.keyboard.press("Space")
    poll(lambda: "order" in verdict(page))
    page.get_by_label("Dimension d").fill("1")
    assert (readout(page, "star"), value(page, "nu")) == ("none", 0)
    assert "disorder always wins" in verdict(page)
    assert page.errors == []
