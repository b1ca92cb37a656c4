"""The chain in a real browser: dropped by mouse and by keys, it flows as Python says."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, ticks, value

from rgcourse.couplings import correlation_length, decimate_chain, sample_chain
from rgcourse.widgets import ChainFlow


def rows(page):
    return page.evaluate(f"{FIGURE}.scene.rows")


def test_starts_with_the_package_s_chain(mount):
    page = mount(ChainFlow(K=1.5, h=0.0, n_spins=128, seed=3))
    assert rows(page)[0] == sample_chain(1.5, 128, 1, h=0.0, rng=3)[0].tolist()
    assert float(readout(page, "xi")) == pytest.approx(correlation_length(1.5), abs=0.06)


def test_steps_decimate_chain_and_couplings(mount):
    page = mount(ChainFlow(K=1.0, h=0.1))
    figure = page.locator("figure.rgw")
    figure.focus()
    K, h = 1.0, 0.1
    for steps in (1, 2, 3):
        page.keyboard.press("s")
        K, h, _ = decimate_chain(K, h)
        assert value(page, "steps") == steps
        assert value(page, "flow")[-1] == pytest.approx([K, h], abs=1e-12)
        assert float(readout(page, "K")) == pytest.approx(K, rel=0.06, abs=6e-4)
        assert rows(page)[-1] == rows(page)[-2][::2]
    page.keyboard.press("0")
    assert value(page, "steps") == 0 and len(rows(page)) == 1


def test_run_stops_when_two_spins_are_left(mount, poll):
    page = mount(ChainFlow(K=1.0, h=0.0, n_spins=64, b=4, running=True), script=HURRY)
    poll(lambda: value(page, "running") is False)
    assert [len(row) for row in rows(page)] == [64, 16, 4]
    page.get_by_role("button", name="Run", exact=True).click()
    poll(lambda: value(page, "running") is False and len(rows(page)) == 3)


def test_a_click_drops_a_chain(mount, poll):
    page = mount(ChainFlow(K=1.0, h=0.0), script=HURRY)
    page.mouse.click(*place_of(page, "plane", 1.5, 0.8))
    poll(lambda: value(page, "steps") > 0)
    assert (value(page, "K"), value(page, "h")) == pytest.approx((1.5, 0.8), abs=0.02)
    K, h, _ = decimate_chain(value(page, "K"), value(page, "h"))
    assert value(page, "flow")[1] == pytest.approx([K, h], abs=1e-12)


def test_sliders_and_reduced_motion(mount):
    page = mount(ChainFlow(K=1.0, h=0.0, running=True), reduced_motion="reduce")
    assert value(page, "running") is False
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "K") == pytest.approx(1.05)
    page.locator("input[type=range]").nth(1).focus()  # its mark at h = 0 must not hold it
    page.keyboard.press("ArrowRight")
    assert value(page, "h") == pytest.approx(0.05)
    page.locator("input[type=range]").nth(2).focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "b") == 3
    assert (page.errors, page.blocked) == ([], [])


def spins_drawn(page, row, n):
    """Spins of a row, read from the middle of each cell of the picture."""
    pixels = page.evaluate(
        f"""([row, n]) => {{
          const {{ canvas, depth }} = {FIGURE}.scene;
          const y = Math.floor(((row + 0.4) * canvas.height) / (depth + 1));
          const {{ data }} = canvas.getContext("2d").getImageData(0, y, canvas.width, 1);
          const middle = (i) => Math.floor(((i + 0.5) * canvas.width) / n);
          return Array.from({{ length: n }}, (_, i) => [...data.slice(4 * middle(i), 4 * middle(i) + 3)]);
        }}""",  # noqa: E501
        [row, n],
    )
    tones = {colour(page, "up"): 1, colour(page, "down"): -1}
    return [tones[tuple(pixel)] for pixel in pixels]


def test_what_is_drawn_is_the_flow_and_the_chain(mount):
    page = mount(ChainFlow(K=1.6, h=0.5, b=2, n_spins=64, seed=3))
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    start, end = (1.6, 0.5), decimate_chain(1.6, 0.5)[:2]
    assert pixel_at(page, "plane", *end) == colour(page, "accent")
    assert pixel_at(page, "plane", *start) == colour(page, "surface")  # a ring
    half = np.mean([start, end], axis=0)
    assert pixel_at(page, "plane", *half, reach=1) == pytest.approx(colour(page, "accent"), abs=40)
    assert ticks(page, "plane")[0] == pytest.approx(0, abs=0.01)
    assert ticks(page, "plane")[-1] == pytest.approx(2, abs=0.01)
    for row, n in enumerate((64, 32)):
        assert spins_drawn(page, row, n) == rows(page)[row]
