"""The polymer in a real browser: its pivots are the package's, its slope the package's line."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words

from rgcourse._random import random_state
from rgcourse.walks import line_through
from rgcourse.walks.pivot import _pivot_walk, _start_rod, _try_pivot, table_size
from rgcourse.walks.symmetries import signed_axes
from rgcourse.widgets import PivotLab


def sites(page, k=0):
    """The sites of one of both walks in the page."""
    return np.array(
        page.evaluate(
            f"""() => {{
              const {{ kernels, walks, length }} = {FIGURE}.scene;
              return [...kernels.view("int32", walks[{k}].sites, 2 * (length + 1))];
            }}"""
        )
    ).reshape(-1, 2)


def test_steps_and_turns_are_those_of_the_package(mount):
    page = mount(PivotLab(length=128, grow="stays", seed=3))
    n, group = 128, signed_axes(2)
    own, ideal, moved = np.zeros((3, 2 * (n + 1)), np.int32)
    table, state = np.zeros(2 * table_size(n) + 1, np.int32), random_state(3)
    for walk in (own, ideal):
        _start_rod(walk, n, 2)
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
        for walk, avoiding in ((own, 1), (ideal, 0)):
            _pivot_walk(walk, n, 2, 20, avoiding, group, 8, moved, table, state)
    assert np.array_equal(sites(page), own.reshape(-1, 2))
    assert np.array_equal(sites(page, 1), ideal.reshape(-1, 2))
    for element in (6, 5, 3):
        page.get_by_role("button", name="Turn", exact=True).click()
        done = _try_pivot(own, n, 2, 64, element, 1, group, moved, table)
        assert ("Turned about site 64" in verdict(page)) == bool(done)
    assert np.array_equal(sites(page), own.reshape(-1, 2))
    assert page.errors == []


def test_a_press_turns_the_walk_where_it_is_pressed(mount):
    page = mount(PivotLab(length=64, grow="stays"))
    assert "walk of 64 steps" in words(page)
    unit = 64**0.75
    page.mouse.click(*place_of(page, "walk", (48 - 32) / unit, 0))  # site 48 of the rod
    assert value(page, "pivot") == pytest.approx(0.75)
    assert "Turned about site 48 of 64" in verdict(page)
    turned = sites(page)
    assert np.array_equal(turned[:49], [[i, 0] for i in range(49)])
    assert np.array_equal(turned[64], [48, 16])
    assert len({*map(tuple, turned)}) == 65
    page.locator("figure.rgw").focus()
    page.keyboard.press("t")
    assert "site 48" in verdict(page)
    page.keyboard.press("n")
    assert value(page, "length") == 128


def test_the_pivot_and_the_rod_are_where_they_are(mount):
    page = mount(PivotLab(length=256, grow="stays", pivot=0.5))
    assert pixel_at(page, "walk", 0, 0) == colour(page, "accent")
    assert pixel_at(page, "walk", 0.5, 0, reach=1) == pytest.approx(colour(page, "ink"), abs=60)
    assert pixel_at(page, "walk", 0.5, 0.5) == colour(page, "none")


def test_it_grows_and_its_slope_is_the_line_through_its_points(mount, poll):
    page = mount(PivotLab(length=32), script=HURRY)
    page.get_by_role("button", name="Run").click()
    assert poll(lambda: value(page, "length") >= 512)
    page.get_by_role("button", name="Pause").click()
    found = page.evaluate(
        f"""() => {{
          const {{ scene }} = {FIGURE};
          return scene.walks.map((walk) => [scene.points(walk), scene.fit(walk)]);
        }}"""
    )
    for (points, fit), low, high in zip(found, (0.7, 0.45), (0.8, 0.55), strict=True):
        n, size, error = np.array([row for row in points if row[2]], float).T
        slope, intercept, _ = line_through(np.log(n), np.log(size), error / size)
        assert fit == pytest.approx([slope.value, slope.error, intercept.value], rel=1e-9)
        assert low < slope.value < high
    assert readout(page, "nu").startswith(f"{found[0][1][0]:.3f}")
    assert value(page, "slope") == pytest.approx(found[0][1][0])
    page.get_by_role("button", name="Reset").click()
    assert readout(page, "nu") == "–" and value(page, "slope") == 0
    assert page.errors == []
