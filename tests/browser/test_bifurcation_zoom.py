"""The bifurcation diagram in a real browser: what it counts, where it zooms, where digits end."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, ticks, value, verdict, words

from rgcourse.doubling import maps
from rgcourse.doubling.orbits import (
    ACCUMULATION,
    FAMILIES,
    find_period,
    iterate_map,
    lyapunov_exponent,
)
from rgcourse.widgets import BifurcationZoom
from rgcourse.widgets.bifurcation_zoom import ALPHA, DELTA

DONE = f"() => {FIGURE}.scene.attractor.done && !{FIGURE}.running"


def settled(page):
    """Wait until all orbits are counted."""
    page.wait_for_function(DONE)
    return page


def buffers(page, names):
    return page.evaluate(
        f"""(names) => {{
          const {{ attractor }} = {FIGURE}.scene;
          const {{ n, rows, transient, steps, kernels }} = attractor;
          const counts = kernels.view("uint32", attractor.counts, n * rows);
          return {{ n, rows, transient, steps, counts: [...counts] }};
        }}""",
        names,
    )


@pytest.mark.parametrize(
    "family, window",
    [("logistic", (2.9, 4.0, 0.2, 0.9)), ("gradient descent", (1.0, 1.4, 0.4, 1.3))],
)
def test_what_is_counted_is_the_package_s_density(mount, family, window):
    page = settled(mount(BifurcationZoom(family, window=window), width=420))
    shown = buffers(page, [])
    shape = shown["rows"], shown["n"]
    middle, half = (window[0] + window[1]) / 2, (window[1] - window[0]) / 2
    height, tall = (window[2] + window[3]) / 2, (window[3] - window[2]) / 2
    n, steps, step = shown["n"], shown["steps"], 2 * half / shown["n"]
    xs, slopes, logs = np.empty(n), np.empty(n), np.zeros(n)
    counts, hits = np.zeros(shape[0] * n, np.uint32), np.zeros(n, np.uint32)
    maps.fill_density(
        FAMILIES.index(family), middle - half, step, height - tall, height + tall, shape[0], n,
        shown["transient"], steps, xs, slopes, logs, hits, counts,
    )  # fmt: skip
    assert shown["counts"] == counts.tolist() and counts.sum() > 1000


def test_an_orbit_is_ink_where_it_must_be(mount):
    """The cycle of two at r = 3.2: x = (4.2 +- sqrt(4.2 * 0.2)) / 6.4; between them is nothing."""
    page = settled(mount(BifurcationZoom(window=(3.1, 3.3, 0.42, 0.9), place=0)))
    for sign in (-1, 1):
        x = (4.2 + sign * np.sqrt(4.2 * 0.2)) / 6.4
        around = [pixel_at(page, "diagram", 3.2, x + k * 0.0008) for k in range(-4, 5)]
        darkest = min(around, key=sum)
        assert darkest == pytest.approx(colour(page, "cold"), abs=12)
    assert pixel_at(page, "diagram", 3.2, 0.65) == colour(page, "surface")
    assert ticks(page, "diagram")[0] == pytest.approx(3.1, abs=0.001)


def test_one_doubling_deeper_is_delta_and_alpha_and_doubles_the_period(mount, poll):
    page = mount(BifurcationZoom(place=30), script=HURRY)
    a = ACCUMULATION["logistic"]
    low, high, bottom, top = value(page, "window")
    period = value(page, "period")
    page.get_by_role("button", name="One period doubling deeper").click()
    poll(lambda: value(page, "running") is False and readout(page, "zoom") == "4.67×")
    window = value(page, "window")
    assert window[:2] == pytest.approx([a + (low - a) / DELTA, a + (high - a) / DELTA], abs=1e-12)
    assert window[2:] == pytest.approx([0.5 + 0.5 / ALPHA, 0.5 - 0.5 / ALPHA], abs=1e-12)
    assert value(page, "period") == 2 * period == find_period("logistic", value(page, "parameter"))
    assert "One doubling deep: nearly the same picture, of cycles 2 times as long." in verdict(page)


def test_the_picture_repeats(mount):
    """Two levels, one turned over, agree in nearly all of their places with and without ink."""
    page = settled(mount(BifurcationZoom("gradient descent"), width=420, reduced_motion="reduce"))
    page.locator("figure.rgw").focus()
    inked = []
    for _ in range(5):
        page.keyboard.press("d")
        settled(page)
        shown = buffers(page, [])
        grid = np.reshape(shown["counts"], (shown["rows"], shown["n"])) > 0
        turned = value(page, "window")[2] > value(page, "window")[3]
        inked.append(grid[::-1] if turned else grid)
    coarse = [block(grid, 8) for grid in inked]
    agree = [np.mean(one == other) for one, other in zip(coarse[3:], coarse[4:], strict=False)]
    assert min(agree) > 0.95 and np.mean(coarse[4] == coarse[4][::-1]) < 0.9


def block(grid, side):
    rows, columns = (size // side * side for size in grid.shape)
    parts = grid[:rows, :columns].reshape(rows // side, side, columns // side, side)
    return parts.any(axis=(1, 3))


def test_readouts_are_the_package_s(mount):
    page = mount(BifurcationZoom("sine", place=73.5))
    a = value(page, "parameter")
    assert a == pytest.approx(0.68 + 0.735 * 0.32)
    assert readout(page, "period") == f"{find_period('sine', a) or 'none ≤ 8192'}"
    exact = lyapunov_exponent("sine", a, steps=2**20)
    assert value(page, "lyapunov") == pytest.approx(exact, abs=0.02)
    assert f"a = {a:.3f}"[:8] in words(page)


def test_the_loss_beside_the_diagram_is_that_of_gradient_descent(mount):
    page = mount(BifurcationZoom("gradient descent", window=(0.1, 0.5, 0.0, 1.5), place=25))
    w = iterate_map("gradient descent", 0.2, 61)
    loss = (w**2 - 1) ** 2 / 4
    assert value(page, "parameter") == pytest.approx(0.2)
    assert page.evaluate(f"{FIGURE}.scene.run.y.log") is True
    for step in (2, 8):
        assert pixel_at(page, "run", step, loss[step]) == colour(page, "accent")


def test_keys_and_buttons_move_the_window(mount):
    page = mount(BifurcationZoom(window=(3.4, 3.8, 0.2, 0.8)))
    figure = page.locator("figure.rgw")
    figure.focus()
    for key, name, shift in (("l", "Right", (0.1, 0)), ("j", "Left", (-0.1, 0)),
                             ("i", "Up", (0, 0.15)), ("k", "Down", (0, -0.15))):  # fmt: skip
        for press in (lambda: page.keyboard.press(key),  # noqa: B023
                      page.get_by_role("button", name=name, exact=True).click):  # fmt: skip
            before = value(page, "window")
            press()
            figure.focus()
            moved = np.subtract(value(page, "window"), before)
            assert moved == pytest.approx([shift[0]] * 2 + [shift[1]] * 2, abs=1e-12)
    page.keyboard.press("0")
    assert value(page, "window") == pytest.approx([3.4, 3.8, 0.2, 0.8], abs=1e-15)
    page.keyboard.press("+")
    window = value(page, "window")
    assert window[3] - window[2] == pytest.approx(0.6 / 1.5)
    assert window[1] - window[0] == pytest.approx(0.4 / 1.5 ** (np.log(DELTA) / np.log(ALPHA)))
    page.keyboard.press("-")
    assert value(page, "window") == pytest.approx([3.4, 3.8, 0.2, 0.8], abs=1e-12)
    page.keyboard.press("ArrowRight")
    assert value(page, "place") == 46
    page.keyboard.press("m")
    assert value(page, "family") == "sine" and value(page, "window") == [0.68, 1.0, 0.0, 1.0]
    assert page.errors == []


def test_drag_moves_click_chooses_and_the_wheel_waits_for_the_focus(mount):
    page = mount(BifurcationZoom())
    x, y = place_of(page, "diagram", 3.4, 0.5)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(100)
    assert value(page, "window") == [2.8, 4.0, 0.0, 1.0]  # the page has scrolled instead
    x, y = place_of(page, "diagram", 3.2, 0.5)
    page.mouse.click(x, y)
    assert value(page, "parameter") == pytest.approx(3.2, abs=0.005)
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"{FIGURE}.scene.scale > 1.5")
    low, high, bottom, top = value(page, "window")
    assert low < 3.2 < high and (3.2 - low) / (high - low) == pytest.approx(1 / 3, abs=0.01)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    after = value(page, "window")
    assert after[0] < low and after[1] - after[0] == pytest.approx(high - low)
    assert after[2:] == pytest.approx([bottom, top])


def test_two_fingers_pinch(mount):
    page = mount(BifurcationZoom(), has_touch=True)
    x, y = place_of(page, "diagram", 3.5, 0.5)
    session = page.context.new_cdp_session(page)

    def touch(kind, *xs):
        points = [{"x": x + dx, "y": y, "id": k} for k, dx in enumerate(xs)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -20, 20)
    for reach in (25, 30, 35, 40):
        touch("touchMove", -reach, reach)
    touch("touchEnd")
    page.wait_for_function(f"{FIGURE}.scene.scale > 2")
    low, high, _, _ = value(page, "window")
    assert low < 3.5 < high


def test_the_digits_of_a_double_end(mount):
    page = mount(BifurcationZoom(), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    for deep in range(1, 19):
        page.keyboard.press("d")
        if deep in (5, 14):
            assert f"{deep} doublings deep: nearly the same picture" in verdict(page)
    assert "The digits of a double end here" in verdict(page)
    assert page.get_by_role("button", name="One period doubling deeper").is_disabled()
    low, high, _, _ = value(page, "window")
    assert np.log(1.2 / (high - low)) / np.log(DELTA) == pytest.approx(15, abs=1e-3)
    for _ in range(10):
        page.keyboard.press("+")
    low, high, _, _ = value(page, "window")
    assert (high - low) / np.spacing(3.57) == pytest.approx(2**17, rel=1e-3)
    assert page.get_by_role("button", name="Zoom in").is_disabled()
    assert page.errors == []


def test_ticks_of_narrow_windows_say_what_is_to_be_added(mount):
    """r = 3.569946 + n 10^-8: label and tick together are the place where the tick is."""
    page = mount(BifurcationZoom(), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    for _ in range(10):
        page.keyboard.press("d")
    marks = page.evaluate(f"{FIGURE}.scene.diagram.x.marks(6)")
    assert page.evaluate(f"{FIGURE}.scene.diagram.x.label") == "r = 3.569946 + n·10⁻⁸"
    low, high, _, _ = value(page, "window")
    assert 3 <= len(marks) <= 8
    for place, text in marks:
        added = float(text.replace("\u2212", "-")) * 1e-8
        assert low < place < high and place == pytest.approx(3.569946 + added, abs=1e-14)


def test_a_change_of_theme_repaints_all_that_is_shown(mount):
    page = settled(mount(BifurcationZoom(), reduced_motion="reduce"))
    page.locator("figure.rgw").focus()
    page.keyboard.press("d")
    settled(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"{FIGURE}.scene.attractor.layers.length === 1")
    page.keyboard.press("-")
    settled(page)
    assert pixel_at(page, "diagram", 3.45, 0.6) == colour(page, "surface")


def test_run_zooms_on_and_a_pause_leaves_a_plain_window(mount, poll):
    page = mount(BifurcationZoom(running=True), script=HURRY)
    poll(lambda: page.evaluate(f"{FIGURE}.scene.scale") > 25)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    assert value(page, "running") is False
    assert page.evaluate(f"{FIGURE}.scene.squash") == 1
    settled(page)
    assert page.errors == []
