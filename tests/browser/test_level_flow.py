"""The level flow in a real browser: the page shows the levels that Python has calculated."""

import numpy as np
import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    pixel_at,
    place_of,
    readout,
    ticks,
    value,
    verdict,
    words,
)
from native_levels import table_levels

from rgcourse.widgets import LevelFlow
from rgcourse.widgets.level_flow import TRACKS, free_excitations

SMALL = {"Lambdas": (2.5, 3.0), "n_sites": 16, "n_keep": 40}


def explorer(**options):
    return LevelFlow(**{"J": 0.4, **SMALL, **options})


def shown(page):
    """Levels at the chosen site, as the page draws them; nan beyond the top."""
    levels = page.evaluate(f"{FIGURE}.scene.levels.map((E) => E ?? NaN)")
    return np.array(levels, dtype=float)


def expected(J, Lambda, N, parity):
    sites, levels = table_levels(LevelFlow(J, Lambda, parity=parity, **SMALL))
    return levels[list(sites).index(N)]


def test_keys_walk_through_couplings_and_parities(mount):
    page = mount(explorer())
    assert shown(page) == pytest.approx(expected(0.4, 2.5, 14, "odd"), nan_ok=True)
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "J") == pytest.approx(0.44)
    assert shown(page) == pytest.approx(expected(0.44, 2.5, 14, "odd"), nan_ok=True)
    page.keyboard.press("p")
    assert value(page, "parity") == "even"
    assert shown(page) == pytest.approx(expected(0.44, 2.5, 15, "even"), nan_ok=True)
    page.keyboard.press("l")
    assert value(page, "Lambda") == 3
    assert shown(page) == pytest.approx(expected(0.44, 3.0, 15, "even"), nan_ok=True)
    page.keyboard.press("Shift+ArrowLeft")
    assert value(page, "J") == pytest.approx(0.04)
    page.keyboard.press("0")
    assert (value(page, "J"), value(page, "parity")) == (0.4, "odd")
    assert page.errors == []


def test_sliders_and_choice(mount):
    page = mount(explorer(parity="even"))
    page.get_by_role("combobox", name="Ratio Λ").select_option("3")
    page.get_by_label("Last site N", exact=True).fill("7")
    assert shown(page) == pytest.approx(expected(0.4, 3.0, 7, "even"), nan_ok=True)
    page.get_by_role("combobox", name="Chains with").select_option("odd")
    assert shown(page) == pytest.approx(expected(0.4, 3.0, 8, "odd"), nan_ok=True)
    page.get_by_role("button", name="Set J to J = 0").click()
    assert value(page, "J") == pytest.approx(0, abs=1e-9)
    assert readout(page, "tk") == "—"
    assert "no T_K" in words(page)


def test_the_fixed_points_are_recognized(mount):
    page = mount(explorer(J=0.8))
    assert value(page, "regime") == "bound spin"
    page.get_by_label("Exchange J", exact=True).fill("0.04")
    assert value(page, "regime") == "free spin"
    assert "free spin" in verdict(page)


def test_step_adds_two_sites_and_a_touch_chooses_one(mount):
    page = mount(explorer(N=4))
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert value(page, "N") == 6
    page.mouse.click(*place_of(page, "flow", 10, 1.5))
    assert value(page, "N") == 10


def test_run_walks_to_the_end_and_stops(mount, poll):
    page = mount(explorer(N=8), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "N") == 14 and not value(page, "running"))
    assert page.errors == []


def test_typed_values_go_to_the_nearest_of_the_table(mount):
    page = mount(explorer())
    for name, typed, taken in (("J", "0.3", 0.32), ("N", "6.6", 8)):
        page.get_by_role("button", name=f"Type a value for {name}").click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert value(page, name) == pytest.approx(taken, abs=1e-9)
    assert shown(page) == pytest.approx(expected(0.32, 2.5, 8, "odd"), nan_ok=True)


def test_dots_and_bars_stand_at_the_levels(mount):
    page = mount(explorer(N=8))
    level = dict(zip(TRACKS["odd"], expected(0.4, 2.5, 8, "odd"), strict=True))
    for track, name in (((0, 2, 0), "hot"), ((0, 0, 1), "ink")):
        assert pixel_at(page, "flow", 8, level[track]) == colour(page, name)
    assert pixel_at(page, "flow", 8, level[1, 1, 0]) == colour(page, "surface")  # hollow
    free = free_excitations(2.5, 61)[1]  # at the beginning
    assert pixel_at(page, "flow", 0.5, free) == colour(page, "accent")
    assert pixel_at(page, "flow", 0.5, free / 2) == colour(page, "none")
    assert ticks(page, "flow")[0] == pytest.approx(0, abs=0.1)
