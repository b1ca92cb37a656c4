"""The network lab in a real browser: what it says of its lattice is what Python says of it."""

import numpy as np
import pytest
from figures import FIGURE, spins, value

from rgcourse.networks import random_net
from rgcourse.widgets import NetworkLab
from rgcourse.widgets.network_lab import brightest

T = np.linspace(1.8, 2.8, 11)
CURVES = T, np.linspace(0.95, 0.05, 11), np.linspace(0.9, 0.1, 11)


def lab(**options):
    options = {"running": False} | options
    return NetworkLab(random_net(rng=2), (12.0, -7.0), CURVES, **options)


def agree(page, figure):
    """Both readers, and the first map, for the very lattice of the page."""
    lattice = spins(page).reshape(figure.L, figure.L)
    ours, theirs = figure.outputs(lattice)
    assert value(page, "network") == pytest.approx(ours, abs=1e-14)
    assert value(page, "reader") == pytest.approx(theirs, abs=1e-14)
    assert value(page, "magnetization") == abs(lattice.mean())
    shown = page.evaluate(f"Array.from({FIGURE}.scene.net.picture(1).values)")
    shades = 64 * figure.net.layers(lattice[None])[0][0, ..., 1].ravel() / brightest(figure.net)[1]
    assert max(shown) > 0 and np.abs(shown - shades).max() < 0.51


def test_starts_with_what_python_says(mount):
    figure = lab()
    page = mount(figure)
    assert page.locator("canvas").count() == 1 + 6 + 1
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
    assert (value(page, "T"), value(page, "sweeps")) == (2.0, 0)
    assert page.errors == []


def test_runs_and_averages(mount, poll):
    figure = lab(running=True, L=16)
    page = mount(figure)
    poll(lambda: value(page, "sweeps") > 30)
    page.get_by_role("button", name="Pause").click()
    agree(page, figure)
    looks, total = page.evaluate(f"[{FIGURE}.scene.looks, {FIGURE}.scene.sums.network]")
    assert looks > 30 and 0 < total / looks < 1
