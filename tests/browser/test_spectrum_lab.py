"""The laboratory of spectra in a real browser: its theory and its regressions are the package's."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words

from rgcourse._random import random_state
from rgcourse.ridge import learning_curve, regression
from rgcourse.widgets import SpectrumLab
from rgcourse.widgets._front import words_for_page

D, EXAMPLES = 256, (4, 8, 16, 32, 64, 128)
K = np.arange(1.0, D + 1)


def theory(page, P):
    a, b = value(page, "a"), value(page, "b")
    ridge = value(page, "spec")["constants"]["ridges"][value(page, "ridge")]
    return learning_curve(K**-a, K**-b, P, ridge=ridge)


def drawn(page, seed, rounds):
    """Mean errors of the same regressions here, from the same random numbers."""
    a, b = value(page, "a"), value(page, "b")
    ridge = value(page, "spec")["constants"]["ridges"][value(page, "ridge")]
    state = np.array(words_for_page(seed), np.uint32).view(np.uint64).copy()
    assert state.shape == random_state(1).shape
    errors = np.zeros((rounds, len(EXAMPLES)))
    for row in errors:
        for i, P in enumerate(EXAMPLES):
            room = np.empty(D * P), np.empty(P * P), np.empty(P), np.empty(D)
            row[i] = regression._fit_once(K**-a, K**-b, D, P, ridge, 0.0, *room, state)
    return errors.mean(axis=0)


@pytest.mark.parametrize(
    "a, b, P, ridge", [(1.5, 3.0, 32, 0), (2.5, 8.0, 4, 0), (1.1, 1.1, 128, 3)]
)
def test_theory_is_the_package_s(mount, a, b, P, ridge):
    page = mount(SpectrumLab(a=a, b=b, P=P, ridge=ridge))
    curve = theory(page, P)
    assert value(page, "kappa") == pytest.approx(float(curve.kappa), rel=1e-9)
    learnt = np.sum(K**-a > curve.kappa)
    assert (value(page, "learnt"), readout(page, "learnt")) == (learnt, f"{learnt} of 256")
    sides = theory(page, P * np.exp([-0.01, 0.01])).error
    exponent = np.log(sides[0] / sides[1]) / 0.02
    assert float(readout(page, "slope")) == pytest.approx(exponent, abs=0.006)
    points = np.array(page.evaluate(f"{FIGURE}.scene.known.curve"))
    assert points[:, 1] == pytest.approx(theory(page, points[:, 0]).error, rel=1e-9)
    assert page.errors == []


def test_drawn_data_are_the_package_s(mount):
    page = mount(SpectrumLab(b=4.0, seed=7))
    assert readout(page, "ratio") == "–"
    for _ in range(6):
        page.get_by_role("button", name="Step").click()
    assert value(page, "errors") == pytest.approx(
        drawn(page, 7, 1) / theory(page, EXAMPLES).error, rel=1e-6
    )
    page.get_by_role("button", name="Draw data").click()
    expected = drawn(page, 7, 11) / theory(page, EXAMPLES).error
    assert value(page, "errors") == pytest.approx(expected, rel=1e-6)
    assert readout(page, "ratio").split()[0] == f"{expected[3]:.2f}"
    assert "drawn over theory" in words(page)
    page.get_by_role("button", name="Reset").click()
    assert readout(page, "ratio") == "–"
    assert page.errors == []


def test_lines_are_dragged_and_the_curve_follows(mount):
    page = mount(SpectrumLab())
    assert verdict(page) == "The target is the limit: b - 1 = 2.00, from modes not yet learnt."
    start, goal = place_of(page, "spectrum", 20, 20**-3.0), place_of(page, "spectrum", 20, 20**-4.5)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*goal, steps=8)
    page.mouse.up()
    assert value(page, "b") == pytest.approx(4.5, abs=0.06) and value(page, "a") == 1.5
    assert "The kernel is the limit: 2a = 3.00" in verdict(page)
    start, goal = place_of(page, "spectrum", 60, 60**-1.5), place_of(page, "spectrum", 60, 60**-2.0)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*goal, steps=8)
    page.mouse.up()
    assert value(page, "a") == pytest.approx(2.0, abs=0.06)
    assert verdict(page).startswith("The target is the limit")
    page.mouse.click(*place_of(page, "curve", 60, theory(page, 60).error))
    assert value(page, "P") == 64
    page.mouse.click(*place_of(page, "spectrum", 1, 0.5))  # no slope goes through there
    assert value(page, "a") == pytest.approx(2.0, abs=0.06)
    assert page.errors == []


def test_keys_alone(mount):
    page = mount(SpectrumLab())
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "a") == pytest.approx(1.6)
    page.keyboard.press("+")
    page.keyboard.press("d")
    assert value(page, "P") == 64 and min(value(page, "errors")) > 0
    for _ in range(5):
        page.keyboard.press("r")
    assert verdict(page).startswith("The ridge rules")
    assert readout(page, "limit") == "–" and max(value(page, "errors")) == 0
    page.keyboard.press("0")
    assert (value(page, "a"), value(page, "P"), value(page, "ridge")) == (1.5, 32, 0)


def test_pixels_lie_on_both_curves(mount):
    page = mount(SpectrumLab(b=5.0))
    assert pixel_at(page, "curve", 50, theory(page, 50).error, reach=1) == colour(page, "ink")
    assert pixel_at(page, "curve", 50, 30 * theory(page, 50).error) == colour(page, "none")
    assert pixel_at(page, "spectrum", 150, 150**-1.5, reach=1) == colour(page, "accent")
    kappa = value(page, "kappa")
    assert any(
        pixel_at(page, "spectrum", x, kappa, reach=1) == colour(page, "critical")
        for x in (1.2, 1.25, 1.3, 1.35)
    )


def test_it_runs_and_rests(mount, poll):
    page = mount(SpectrumLab(running=True), script=HURRY)
    poll(lambda: min(value(page, "errors") or [0]) > 0)
    page.get_by_role("button", name="Pause").click()
    assert value(page, "running") is False
    calm = mount(SpectrumLab(running=True), reduced_motion="reduce")
    assert value(calm, "running") is False
