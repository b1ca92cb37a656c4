"""Receptive fields in a real browser: the page shows the fields that Python has calculated."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, readout, value, view_pixel, words

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


def test_keys_walk_through_units_layers_and_stacks(mount):
    page = mount(explorer())
    assert shown(page) == pytest.approx(expected("trained", 1, 0), abs=0.005)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert shown(page) == pytest.approx(expected("trained", 1, 10), abs=0.005)
    page.keyboard.press("l")
    assert value(page, "layer") == 2
    assert shown(page) == pytest.approx(expected("trained", 2, 2), abs=0.005)
    page.keyboard.press("d")
    assert value(page, "data") == "untrained"
    assert shown(page) == pytest.approx(expected("untrained", 2, 2), abs=0.005)
    page.keyboard.press("0")
    assert (value(page, "layer"), value(page, "unit"), value(page, "data")) == (1, 0, "trained")
    for layer in (2, 1):  # and round
        page.keyboard.press("l")
        assert value(page, "layer") == layer
    assert page.errors == []


def test_sliders_choice_and_readouts(mount):
    page = mount(explorer())
    page.get_by_label("Layer", exact=True).fill("2")
    page.get_by_label("Hidden unit", exact=True).fill("1")
    page.get_by_role("combobox").select_option("untrained")
    size = rbm.field_size(expected("untrained", 2, 1))
    assert value(page, "size") == pytest.approx(size, abs=1e-3)
    assert readout(page, "size") == f"{size:.1f}"
    assert f"radius is {size:.1f}" in words(page)
    weights = shown(page)
    share = (weights**2).sum() ** 2 / (weights**4).sum() / 64
    assert readout(page, "share") == f"{100 * share:.0f} %"


def test_a_click_on_a_small_field_enlarges_it(mount):
    page = mount(explorer())
    atlas = page.locator("canvas").nth(1)
    atlas.scroll_into_view_if_needed()
    box = atlas.bounding_box()
    # second row, third column of four
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    assert value(page, "unit") == 6
    assert shown(page) == pytest.approx(expected("trained", 1, 6), abs=0.005)


def blend(page, weight):
    """The colour of a weight in units of the largest."""
    end, paper = colour(page, "hot" if weight > 0 else "cold"), colour(page, "bg")
    return [p + abs(weight) * (e - p) for p, e in zip(paper, end, strict=True)]


@pytest.mark.parametrize("unit", [0, 6])
def test_pixels_have_the_weights_and_their_signs(mount, unit):
    page = mount(explorer(unit=unit))
    weights = expected("trained", 1, unit).reshape(8, 8)
    assert weights.min() < -0.3 and weights.max() > 0.3
    for row, column in np.ndindex(8, 8):
        shade = pytest.approx(blend(page, weights[row, column]), abs=2)
        assert view_pixel(page, 0, row, column, 8) == shade
        # in the other picture, four cells of ten sites a side, the first of them a margin
        place = 10 * (unit // 4) + 1 + row, 10 * (unit % 4) + 1 + column
        assert view_pixel(page, 1, *place, 40) == shade


def test_the_unit_shown_is_framed(mount):
    page = mount(explorer(unit=6))
    assert view_pixel(page, 1, 1 * 320, 2 * 320 + 160, 1280) == colour(page, "accent")
    assert view_pixel(page, 1, 1 * 320, 1 * 320 + 160, 1280) == colour(page, "rule")


def test_run_walks_on(mount, poll):
    page = mount(explorer(unit=14), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert value(page, "unit") == 15
    page.keyboard.press("Space")
    poll(lambda: value(page, "unit") == 1)
    assert page.errors == []
