"""The trial lab in a real browser: dragged, typed and descended, its numbers are Python's."""

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
)

from rgcourse.exact import enumerate_ising
from rgcourse.variational import best_trial, block_trial
from rgcourse.widgets import TrialLab


def agree(page):
    """The page's numbers are those of Python for its own traits."""
    K, h, B, block = (value(page, name) for name in ("K", "h", "B", "block"))
    here = block_trial(K, B, h=h, block=block)
    assert value(page, "bound") == pytest.approx(here.free_energy, abs=1e-14)
    assert value(page, "exact") == pytest.approx(-enumerate_ising(4, K, h=h).log_z, abs=1e-13)
    assert value(page, "gap") == value(page, "bound") - value(page, "exact")
    assert float(readout(page, "gap")) == pytest.approx(value(page, "gap"), abs=6e-5)
    assert float(readout(page, "m")) == pytest.approx(here.magnetization, abs=6e-4)


def test_starts_with_the_package_s_numbers(mount):
    page = mount(TrialLab(K=0.35, h=0.1, B=0.5, block=2))
    agree(page)


def test_a_drag_takes_the_trial_to_its_magnetization(mount):
    page = mount(TrialLab(K=0.3, B=0.2))
    page.mouse.click(*place_of(page, "cost", -0.6, -0.6))
    assert value(page, "magnetization") == pytest.approx(-0.6, abs=0.02)
    agree(page)
    page.mouse.click(*place_of(page, "gaps", 0.5, 0.06))
    assert value(page, "K") == pytest.approx(0.5, abs=0.01)
    agree(page)


def test_descent_ends_in_the_valley_where_it_began(mount, poll):
    page = mount(TrialLab(K=0.4, h=0.03, B=-1.0, running=True), script=HURRY)
    poll(lambda: value(page, "running") is False)
    assert value(page, "steps") > 5 and value(page, "magnetization") < -0.5
    assert "not the lowest" in verdict(page)
    best = best_trial(0.4, h=0.03)
    assert value(page, "bound") > best.free_energy + 1e-3
    page.get_by_role("button", name="Best trial").click()
    assert value(page, "bound") == pytest.approx(best.free_energy, abs=1e-14)
    assert "No trial of this family is lower" in verdict(page)
    agree(page)


def test_keys_alone(mount):
    page = mount(TrialLab(K=0.3, h=0.1, B=0.0))
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "B") == pytest.approx(0.1)
    page.keyboard.press("s")
    assert value(page, "B") == pytest.approx(0.1 - 0.2 * (0.1 - 0.1 - 1.2 * np.tanh(0.1)))
    assert value(page, "steps") == 1
    for block in (2, 4, 16):
        page.keyboard.press("b")
        assert value(page, "block") == block
    page.keyboard.press("o")
    assert value(page, "B") == pytest.approx(0.1)
    assert value(page, "gap") == pytest.approx(0, abs=1e-14)
    agree(page)
    page.keyboard.press("0")
    assert (value(page, "block"), value(page, "B"), value(page, "steps")) == (1, 0.0, 0)


def test_gaps_of_the_best_trials(mount):
    page = mount(TrialLab(h=0.05))
    for block, curve in page.evaluate(f"{FIGURE}.scene.drawn.gaps.value"):
        K, gap = np.array(curve).T
        exact = block_trial(K, 0.05, h=0.05, block=16).free_energy
        best = best_trial(K, h=0.05, block=block).free_energy
        assert gap == pytest.approx(best - exact, abs=1e-14)


def test_curves_and_dots_stand_where_the_package_says(mount):
    page = mount(TrialLab(K=0.2, h=0.05, B=0.6, block=2))
    here = block_trial(0.2, 0.6, h=0.05, block=2)
    exact = -enumerate_ising(4, 0.2, h=0.05).log_z
    assert pixel_at(page, "cost", here.magnetization, here.free_energy) == colour(page, "accent")
    bar = exact + 0.4 * (here.free_energy - exact)
    edge = pytest.approx(colour(page, "accent"), abs=2)  # of a line, blended
    assert pixel_at(page, "cost", here.magnetization, bar) == edge
    other = block_trial(0.2, -0.5, h=0.05, block=2)
    curve = other.magnetization, other.free_energy
    assert pixel_at(page, "cost", *curve, reach=1) == colour(page, "ink")
    gap = best_trial(0.4, h=0.05, block=2).free_energy + enumerate_ising(4, 0.4, h=0.05).log_z
    assert pixel_at(page, "gaps", 0.4, gap, reach=1) == colour(page, "ink")
    mine = 0.2, here.free_energy - exact
    assert pixel_at(page, "gaps", *mine) == colour(page, "accent")
    assert ticks(page, "cost")[0] == pytest.approx(-1, abs=0.02)
    assert ticks(page, "gaps")[0] == pytest.approx(0, abs=0.01)


def test_reduced_motion_rests_and_steps_whole(mount):
    page = mount(TrialLab(K=0.4, B=0.5, running=True), reduced_motion="reduce")
    assert value(page, "running") is False
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert (value(page, "steps"), value(page, "running")) == (1, False)
    agree(page)
