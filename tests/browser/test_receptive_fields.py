"""Receptive fields in a real browser: the page shows the fields that Python has calculated."""

import numpy as np
import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    place_of,
    readout,
    value,
    verdict,
    view_pixel,
    words,
)

from rgcourse import rbm
from rgcourse.widgets import ReceptiveFields


def stack(seed):
    rng = np.random.default_rng(seed)
    return [rbm.random_rbm(m, n, scale=1.0, rng=rng) for m, n in ((64, 16), (16, 4))]


def explorer(**options):
    return ReceptiveFields({"trained": stack(1), "untrained": stack(2)}, **options)


def shown(page):
    """The field that the page draws, in lattice order."""
    values = page.evaluate(f"Array.from({FIGURE}.scene.field({FIGURE}.scene.unit))")
    return np.array(values) / 127


def expected(data, layer, unit):
    field = rbm.receptive_fields(stack({"trained": 1, "untrained": 2}[data]))[layer - 1][:, unit]
    return field / np.abs(field).max()


def shares(data, layer, unit, side):
    return rbm.block_share(expected(data, layer, unit), side)


def test_keys_walk_through_units_layers_and_stacks(mount):
    page = mount(explorer())
    assert shown(page) == pytest.approx(expected("trained", 1, 0), abs=0.005)
    page.locator("figure.rgw").focus()
    for _ in range(6):
        page.keyboard.press("u")
    assert shown(page) == pytest.approx(expected("trained", 1, 6), abs=0.005)
    page.keyboard.press("l")
    assert value(page, "layer") == 2
    assert shown(page) == pytest.approx(expected("trained", 2, 2), abs=0.005)
    page.keyboard.press("d")
    assert value(page, "data") == "untrained"
    assert shown(page) == pytest.approx(expected("untrained", 2, 2), abs=0.005)
    page.keyboard.press("l")
    assert value(page, "layer") == 1
    assert page.errors == []


@pytest.mark.parametrize("layer, unit, side", [(1, 3, 2), (2, 1, 3), (1, 0, 8)])
def test_the_block_holds_what_the_package_says(mount, layer, unit, side):
    page = mount(explorer(layer=layer, unit=unit, side=side))
    exact = shares("trained", layer, unit, side)
    for corner in (0, 29, 63):
        page.evaluate(f"{FIGURE}.set({{ corner: {corner} }})")
        page.evaluate(f"{FIGURE}.refresh()")
        assert value(page, "share") == pytest.approx(exact.ravel()[corner], abs=0.01)
    page.get_by_role("button", name="Best place").click()
    assert value(page, "share") == pytest.approx(exact.max(), abs=0.01)
    assert readout(page, "most").endswith(f"at {side}")
    assert f"a block of {side} by {side} sites" in words(page)


def test_the_block_follows_the_pointer(mount):
    page = mount(explorer(side=2))
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    at = lambda row, column: (  # noqa: E731
        box["x"] + (column + 0.5) * box["width"] / 8, box["y"] + (row + 0.5) * box["height"] / 8,
    )  # fmt: skip
    page.mouse.move(*at(2, 3))
    page.mouse.down()
    assert value(page, "corner") == 1 * 8 + 2  # its middle is under the pointer
    page.mouse.move(*at(0, 7))
    page.mouse.up()
    assert value(page, "corner") == 7 * 8 + 6  # across the edge
    page.mouse.click(*place_of(page, "shares", 5, 0.5))
    assert value(page, "side") == 5


def test_run_tries_all_sides_and_finds_the_best(mount, poll):
    page = mount(explorer(unit=3, side=1), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("p")
    page.keyboard.press("s")
    assert value(page, "side") == 2
    page.keyboard.press("Space")
    poll(lambda: value(page, "running") is False and value(page, "side") != 2)
    best = [shares("trained", 1, 3, side).max() for side in range(1, 9)]
    top = int(np.argmax(best)) + 1
    poll(lambda: value(page, "side") == top)
    assert f"No block holds more of this unit than one of side {top}" in verdict(page)
    assert page.errors == []


def test_weights_in_random_order_and_block_spins_are_told_apart(mount):
    spins = np.zeros((64, 16))
    for unit in range(16):
        row, column = 2 * (unit // 4), 2 * (unit % 4)
        spins.reshape(8, 8, 16)[row : row + 2, column : column + 2, unit] = 1
    machine = rbm.RBM(spins, np.zeros(64), np.zeros(16))
    page = mount(ReceptiveFields({"rule": [machine]}, unit=5, side=2))
    page.get_by_role("button", name="Best place").click()
    assert readout(page, "share") == "100.0 %"
    assert "one of side 2: 100 %. A block spin has 100 % at side 2" in verdict(page)
    noise = mount(explorer(data="untrained", side=1))
    noise.evaluate(f"{FIGURE}.set({{ side: {FIGURE}.scene.top[0] }})")
    noise.get_by_role("button", name="Best place").click()
    assert "In random order its weights would give as much." in verdict(noise)


def blend(page, weight):
    """The colour of a weight in units of the largest."""
    end, paper = colour(page, "hot" if weight > 0 else "cold"), colour(page, "bg")
    return [p + abs(weight) * (e - p) for p, e in zip(paper, end, strict=True)]


@pytest.mark.parametrize("unit", [0, 6])
def test_pixels_have_the_weights_and_their_signs(mount, unit):
    page = mount(explorer(unit=unit, side=1, corner=63))
    weights = expected("trained", 1, unit).reshape(8, 8)
    assert weights.min() < -0.3 and weights.max() > 0.3
    for row, column in np.ndindex(8, 8):
        shade = pytest.approx(blend(page, weights[row, column]), abs=2)
        assert view_pixel(page, 0, row, column, 8) == shade


def test_the_block_is_framed(mount):
    page = mount(explorer(side=2, corner=9))
    assert view_pixel(page, 0, 1 * 160, 1 * 160 + 80, 1280) == colour(page, "accent")
