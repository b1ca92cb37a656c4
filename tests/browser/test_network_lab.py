"""The network lab in a real browser: what it says of its lattice is what Python says of it."""

import numpy as np
import pytest
from figures import FIGURE, colour, pixel_at, place_of, spins, ticks, value
from native_lattices import equilibrated

from rgcourse.exact import CRITICAL_T
from rgcourse.networks import random_net
from rgcourse.widgets import NetworkLab

T = np.linspace(1.8, 2.8, 11)
CURVES = T, np.linspace(0.95, 0.05, 11), np.linspace(0.9, 0.1, 11)


def lab(**options):
    options = {"running": False} | options
    return NetworkLab(random_net(rng=2), (12.0, -7.0), CURVES, **options)


def agree(page, figure):
    """Both readers, and the first map, for the very lattice of the page."""
    lattice = spins(page).reshape(figure.L, figure.L)
    ours = figure.net.probability(lattice[None])[0]
    slope, offset = figure.constants["line"]
    theirs = 1 / (1 + np.exp(-slope * abs(lattice.mean()) - offset))
    assert value(page, "network") == pytest.approx(ours, abs=1e-14)
    assert value(page, "reader") == pytest.approx(theirs, abs=1e-14)
    assert value(page, "magnetization") == abs(lattice.mean())
    shown = page.evaluate(f"Array.from({FIGURE}.scene.net.picture(1).values)")
    first_map = figure.net.layers(lattice[None])[0][0, ..., 1].ravel()
    shades = 64 * first_map / figure.constants["brightest"][1]
    assert max(shown) > 0 and np.abs(shown - shades).max() < 0.51


def test_starts_with_what_python_says(mount):
    figure = lab()
    page = mount(figure)
    assert page.locator("canvas").count() == 1 + 6 + 1
    assert np.array_equal(spins(page), equilibrated(32, CRITICAL_T, 0.0, 7).ravel())
    agree(page, figure)


def test_steps_and_keys(mount):
    figure = lab(T=2.0)
    page = mount(figure)
    page.locator("figure.rgw").focus()
    for _ in range(3):
        page.keyboard.press("s")
        agree(page, figure)
    assert value(page, "sweeps") == 3
    page.keyboard.press("ArrowRight")
    assert value(page, "T") == pytest.approx(2.01)
    page.keyboard.press("c")
    assert value(page, "T") == pytest.approx(2.269185, abs=1e-6)
    page.keyboard.press("0")
    assert value(page, "T") == pytest.approx(2.269185, abs=1e-6) and value(page, "sweeps") == 0
    assert page.errors == []


def test_runs_and_averages(mount, poll):
    figure = lab(running=True, L=16)
    page = mount(figure)
    poll(lambda: value(page, "sweeps") > 30)
    page.get_by_role("button", name="Pause").click()
    agree(page, figure)
    looks, total = page.evaluate(f"[{FIGURE}.scene.looks, {FIGURE}.scene.sums.network]")
    assert looks > 30 and 0 < total / looks < 1


def test_a_click_sets_the_temperature(mount):
    page = mount(lab())
    page.mouse.click(*place_of(page, "chances", 2.5, 0.5))
    assert value(page, "T") == pytest.approx(2.5, abs=0.003)
    assert value(page, "T") == pytest.approx(round(value(page, "T"), 3), abs=1e-12)


def test_curve_and_dot_are_drawn_where_they_are(mount):
    page = mount(lab(T=1.9))
    marks = [T for T in ticks(page, "chances") if T > 1.79]  # not the last label of the y axis
    assert marks == pytest.approx(np.arange(1.8, 2.85, 0.1), abs=0.005)
    chance = np.interp(2.4, CURVES[0], CURVES[1])
    for height, drawn in ((1.0, "ink"), (0.5, "none")):
        at = pixel_at(page, "chances", 2.4, height * chance)
        assert at == pytest.approx(colour(page, drawn), abs=40)
    assert pixel_at(page, "chances", 1.9, value(page, "network")) == colour(page, "accent")
    at = pixel_at(page, "chances", CRITICAL_T, 0.9, reach=4)
    assert at == pytest.approx(colour(page, "critical"), abs=60)
