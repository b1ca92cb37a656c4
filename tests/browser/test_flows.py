"""The flow diagram in a real browser: dropped points go where the package's map takes them."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, ticks, value, verdict, words

from rgcourse.couplings import critical_surface, niemeijer_van_leeuwen
from rgcourse.couplings.cumulants import escape_time
from rgcourse.flows import trajectory
from rgcourse.widgets import FlowDiagram


def path(page):
    return np.array(page.evaluate(f"{FIGURE}.scene.path"))


def expected(start):
    steps = abs(escape_time(*start, 200))
    return trajectory(lambda K: niemeijer_van_leeuwen(K, order=2), start, steps)


def test_a_click_drops_a_point_that_flows_as_the_package_says(mount, poll):
    page = mount(FlowDiagram(), script=HURRY)
    page.mouse.click(*place_of(page, "plane", 0.35, 0.05))
    start = [value(page, name) for name in ("K1", "K2", "K3")]
    assert start == pytest.approx([0.35, 0.05, 0], abs=2e-3)
    poll(lambda: value(page, "drops") == 1)
    assert (value(page, "fate"), value(page, "running")) == ("order", False)
    assert path(page) == pytest.approx(expected(start), rel=1e-13, abs=1e-15)
    assert value(page, "steps") == len(path(page)) - 1
    assert "gone to order" in words(page)
    assert page.errors == []


def test_keys_alone_find_the_surface(mount, poll):
    page = mount(FlowDiagram(K1=0.15, K2=0.0), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "drops") == 1)
    assert (value(page, "fate"), value(page, "reveal")) == ("disorder", False)
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert value(page, "K1") == pytest.approx(0.26)
    for n in range(8):
        page.keyboard.press("s")
        assert len(path(page)) == n + 2
    assert path(page) == pytest.approx(expected([0.26, 0, 0])[:9], rel=1e-13, abs=1e-15)
    while value(page, "drops") < 2:
        page.keyboard.press("s")
    assert (value(page, "fate"), value(page, "reveal")) == ("order", True)
    assert "✓ Found in 2 drops" in verdict(page)
    page.keyboard.press("0")
    assert (value(page, "K1"), value(page, "drops"), value(page, "reveal")) == (0.15, 0, False)


def test_six_drops_show_the_surface(mount):
    page = mount(FlowDiagram(), reduced_motion="reduce")
    for K1 in (0.02, 0.05, 0.1, 0.4, 0.45, 0.49):
        assert value(page, "reveal") is False
        page.mouse.click(*place_of(page, "plane", K1, 0.0))  # calm: at once at its end
    assert (value(page, "drops"), value(page, "reveal")) == (6, True)
    assert "no flow of 8 steps" in verdict(page)


@pytest.mark.parametrize("K3", [0.0, -0.06])
def test_the_surface_is_the_package_s(mount, K3):
    page = mount(FlowDiagram(K3=K3))
    page.locator("figure.rgw").focus()
    page.keyboard.press("v")
    assert value(page, "reveal") is True
    surface = np.array(page.evaluate(f"{FIGURE}.scene.surface()"))
    heights = [critical_surface(K2, K3) for K2 in np.linspace(-0.16, 0.16, 33)]
    assert surface[:, 0] == pytest.approx(heights, abs=1e-14)
    page.get_by_label("show surface and arrows").click()
    assert value(page, "reveal") is False


def test_what_is_drawn_is_the_surface_and_its_fixed_point(mount):
    figure = FlowDiagram(K1=0.05, K2=-0.1, reveal=True)
    page = mount(figure)
    critical = colour(page, "critical")
    assert pixel_at(page, "plane", *figure.constants["fixed_point"][:2]) == critical
    assert pixel_at(page, "plane", np.log(3) / 4, 0) == colour(page, "surface")  # a ring
    assert pixel_at(page, "plane", 0.05, -0.1) == colour(page, "surface")
    on = [
        pixel_at(page, "plane", critical_surface(K2, 0), K2, reach=1) == critical
        for K2 in np.linspace(-0.15, 0.09, 49)
    ]
    assert 0.4 < np.mean(on) < 0.95  # dashed
    assert ticks(page, "plane")[0] == pytest.approx(0, abs=0.003)
    assert ticks(page, "plane")[-1] == pytest.approx(0.5, abs=0.003)


def test_a_bet_locks_everything_and_is_answered_by_the_flow(mount, poll):
    question = ("Where does its path go?", "towards K*", "straight away")
    figure = FlowDiagram(predict=question, verdict=("towards K*", "the surface leads there."))
    page = mount(figure, script=HURRY)
    at = place_of(page, "plane", 0.35, 0.05)
    page.mouse.click(*at)
    page.locator("figure.rgw").focus()
    for key in ("v", "ArrowRight", "Space", "s"):
        page.keyboard.press(key)
    assert page.get_by_label("show surface and arrows").is_disabled()
    assert [value(page, name) for name in ("K1", "reveal", "drops")] == [0.1, False, 0]
    assert page.evaluate(f"{FIGURE}.scene.path.length") == 1
    page.get_by_role("button", name="straight away").click()
    said = page.locator(".rgw-predict [role=status]")
    assert said.inner_text() == "Your guess: straight away. Now see."
    page.mouse.click(*at)
    poll(lambda: value(page, "drops") == 1)
    assert said.inner_text().endswith("Now see."), "that drop was far from the surface"
    page.mouse.click(*place_of(page, "plane", critical_surface(-0.1, 0), -0.1))
    poll(lambda: value(page, "drops") == 2)
    assert said.inner_text() == (
        "Your guess: straight away. It is towards K*: the surface leads there."
    )


def test_a_point_is_caught_by_the_surface_that_is_shown(mount, poll):
    """Two of them end in one point, which no pointer and no key would hit by itself."""
    page = mount(FlowDiagram(K1=0.25, K2=0.0, reveal=True), script=HURRY)
    K1, _, _ = FlowDiagram().constants["fixed_point"]
    page.locator("figure.rgw").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    poll(lambda: value(page, "drops") == 1)
    assert value(page, "fate") == "K*"
    x, y = place_of(page, "plane", critical_surface(-0.12, 0), -0.12)
    page.mouse.click(x + 7, y)
    poll(lambda: value(page, "drops") == 2)
    assert (value(page, "fate"), path(page)[-1][0]) == ("K*", pytest.approx(K1, abs=0.003))
    assert "✓ 2 magnets from different places" in verdict(page)


def test_the_puzzle_counts_the_drops_that_it_took(mount):
    page = mount(FlowDiagram(), reduced_motion="reduce")
    for K1, K2 in ((0.1, 0.1), (critical_surface(-0.1, 0), -0.1), (0.4, 0.1), (0.45, 0.1)):
        page.mouse.click(*place_of(page, "plane", K1, K2))
    assert "✓ Found in 2 drops" in verdict(page)
    assert page.locator("output[data-key=drops]").inner_text() == "4"
