"""Noise on a picture in a real browser: pictures, errors and cutoff are those of the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words
from wasm_page import native

from rgcourse._random import random_state
from rgcourse.exact import CRITICAL_K
from rgcourse.samplers import cluster, swendsen_wang
from rgcourse.spectra.live import fill_gaussian
from rgcourse.widgets import MovingCutoff
from rgcourse.widgets.moving_cutoff import BETWEEN, DISCS, LARGEST, LIMIT, SLOPE, SMALLEST, WARM
from rgcourse.widgets.moving_cutoff import L as SIDE
from rgcourse.zoom_in import shell_spectrum, waves, wiener_error

N = SIDE**2


def transformed(x):
    x = x.copy()
    waves._transform(SIDE, np.empty(2 * SIDE), x, np.empty(2 * SIDE))
    return x


def pictures(source, seed, n):
    """The n-th picture of a kind, as the figure draws them one after the other."""
    state, x = random_state(np.random.default_rng(seed)), np.empty(N)
    bond, spins = np.zeros(1, np.uint64), np.ones(N, np.int8)
    native(cluster.bond_threshold)(CRITICAL_K, bond)
    for k in range(n):
        if source == "Gaussian":
            native(fill_gaussian)(N, x, 1.0, state)
            native(waves.colour_waves)(SIDE, SLOPE, x)
            x = transformed(x)
        elif source == "discs":
            native(waves.drop_discs)(SIDE, DISCS, SMALLEST, LARGEST, x, state)
        else:
            labels = np.zeros(N + 8, np.int32)
            for _ in range(BETWEEN if k else WARM):
                native(swendsen_wang.swendsen_wang_sweep_2d)(spins, SIDE, bond, labels, state)
            x[:] = spins
        native(waves.standardize)(N, x)
    return x


def agree(page, *, seed, n=1):
    """Picture, expected and measured errors and cutoff are those of the same buffers in Python."""
    sigma, kind, source = (value(page, name) for name in ("noise", "filter", "source"))
    picture = pictures(source, seed, n)
    here = page.evaluate(f"[...{FIGURE}.scene.numbers('picture')]")
    assert here == pytest.approx(picture, abs=1e-11)
    counts, powers = shell_spectrum(picture.reshape(SIDE, SIDE))
    shells = len(counts), sigma, counts.astype(float), powers
    best = wiener_error(counts, powers, sigma)
    factors = powers / (powers + sigma**2)
    if kind == "sharp":
        factors = 1.0 * (np.arange(len(counts)) <= value(page, "cut"))
    state, noise, out = random_state(np.random.default_rng(seed + 1)), np.empty(N), np.empty(N)
    errors = []
    for _ in value(page, "errors"):
        native(fill_gaussian)(N, noise, 1.0, state)
        noisy = picture + sigma * noise
        if kind == "thresholds":
            memory = np.empty(waves.detail_memory(SIDE))
            native(waves.keep_large)(SIDE, LIMIT * sigma, noisy, memory, out)
        else:
            native(waves.filter_waves)(SIDE, factors, transformed(noisy), out)
            out = transformed(out)
        errors.append(np.mean((out - picture) ** 2))
    assert value(page, "errors") == pytest.approx(errors, abs=1e-9)
    assert value(page, "best") == pytest.approx(best, abs=1e-9)
    expected = best
    if kind == "sharp":
        expected = native(waves.expected_error)(*shells, factors)
    assert value(page, "expected") == pytest.approx(expected, abs=1e-9)
    assert value(page, "cutoff") == pytest.approx(native(waves.cutoff)(*shells), abs=1e-9)
    assert float(readout(page, "best")) == pytest.approx(best, abs=6e-5)
    assert float(readout(page, "error").split()[0]) == pytest.approx(np.mean(errors), abs=6e-5)
    return np.mean(errors), expected, best


def best_cut(page, seed):
    """The best sharp cutoff for the first picture of the figure."""
    counts, powers = shell_spectrum(pictures(value(page, "source"), seed, 1).reshape(SIDE, SIDE))
    sigma = value(page, "noise")
    return native(waves.best_cut)(len(counts), sigma, counts.astype(float), powers)


@pytest.mark.parametrize("source", ["Gaussian", "magnet", "discs"])
def test_pictures_and_errors_are_those_of_the_package(mount, source):
    page = mount(MovingCutoff(0.7, source=source, seed=3))
    agree(page, seed=3)
    page.get_by_role("button", name="Step").click()
    page.get_by_role("combobox", name="filter").select_option("thresholds")
    agree(page, seed=3)
    page.get_by_role("button", name="Another picture").click()
    agree(page, seed=3, n=2)
    page.get_by_role("button", name="Reset").click()
    assert value(page, "filter") == "Wiener" and page.errors == []


def test_measured_errors_are_those_that_are_expected(mount, poll):
    """Over many noises, for a picture that is not Gaussian: a tenth of a per cent would be seen."""
    page = mount(MovingCutoff(1.0, source="magnet", filter="sharp", running=True), script=HURRY)
    poll(lambda: len(value(page, "errors")) > 60)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(300)
    errors, expected = value(page, "errors"), value(page, "expected")
    error = np.std(errors) / np.sqrt(len(errors))
    assert abs(np.mean(errors) - expected) < 4 * error and error < 0.002 * expected
    assert "±" in readout(page, "error") and f"mean of {len(errors)}" in words(page)


def test_no_sharp_cutoff_comes_near_wiener(mount):
    page = mount(MovingCutoff(seed=5))
    page.locator("figure.rgw").focus()
    page.keyboard.press("-")
    assert (value(page, "filter"), value(page, "cut")) == ("sharp", 19)
    agree(page, seed=5)
    assert "Another place is better" in verdict(page)
    best = best_cut(page, 5)
    while value(page, "cut") < best:
        page.keyboard.press("+")
    _, expected, wiener = agree(page, seed=5)
    assert expected == pytest.approx(page.evaluate(f"{FIGURE}.scene.bestSharp"), abs=1e-9)
    assert 1.2 * wiener < expected < 2 * wiener
    share = f"{100 * (expected / wiener - 1):.0f} % more error than Wiener's."
    assert verdict(page) == f"✓ No sharp cutoff does much better. It leaves {share}"
    for step in ("+", "-", "-"):
        page.keyboard.press(step)
        if value(page, "cut") != best:
            assert value(page, "expected") > expected


def test_thresholds_win_on_edges_and_lose_on_a_gaussian_field(mount):
    page = mount(MovingCutoff(0.4, "thresholds", "discs", seed=6))
    error, _, best = agree(page, seed=6)
    assert error < 0.85 * best and verdict(page).startswith("✓ Thresholds leave")
    assert "edges are not in the spectrum" in verdict(page) and readout(page, "expected") == "–"
    page.locator("figure.rgw").focus()
    page.keyboard.press("p")
    error, _, best = agree(page, seed=6)
    assert value(page, "source") == "Gaussian" and error > 1.2 * best
    assert "Nothing beats it on a Gaussian field" in verdict(page)
    page.evaluate(f"{FIGURE}.set({{ source: 'discs', noise: 4 }})")
    error, _, best = agree(page, seed=6)
    assert error > 1.2 * best and "more error than Wiener's." in verdict(page)


def test_cutoff_and_noise_are_dragged_in_the_spectrum(mount):
    page = mount(MovingCutoff(1.0, seed=2))
    start = value(page, "cutoff")
    for k in (10, 40):
        page.mouse.move(*place_of(page, "spectrum", value(page, "cutoff"), 200))
        page.mouse.down()
        page.mouse.move(*place_of(page, "spectrum", k, 200), steps=6)
        page.mouse.up()
        assert value(page, "cutoff") == pytest.approx(k, abs=1.1)
    assert value(page, "noise") < 1.0 and start > 10
    page.mouse.move(*place_of(page, "spectrum", 3, value(page, "noise") ** 2))
    page.mouse.down()
    page.mouse.move(*place_of(page, "spectrum", 3, 4.0), steps=6)
    page.mouse.up()
    assert value(page, "noise") == pytest.approx(2.0, abs=0.05)
    page.get_by_role("combobox", name="filter").select_option("sharp")
    page.mouse.click(*place_of(page, "spectrum", 30, 300))
    assert (value(page, "cut"), value(page, "noise")) == (30, pytest.approx(2.0, abs=0.05))
    agree(page, seed=2)


def test_what_a_sharp_cutoff_leaves_and_takes_is_seen(mount):
    page = mount(MovingCutoff(1.0, "sharp", seed=4))
    powers = page.evaluate(f"[...{FIGURE}.scene.numbers('outPowers', 92)]")
    noisy = page.evaluate(f"[...{FIGURE}.scene.numbers('noisyPowers', 92)]")
    assert powers[1:21] == pytest.approx(noisy[1:21], rel=1e-9)
    assert max(powers[21:]) < 1e-25
    assert pixel_at(page, "spectrum", 5, powers[5], reach=1) == colour(page, "accent")
    assert pixel_at(page, "spectrum", 5, 0.01) == colour(page, "none")


def test_reduced_motion_rests_and_steps_whole(mount):
    page = mount(MovingCutoff(running=True), reduced_motion="reduce")
    assert value(page, "running") is False
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert (len(value(page, "errors")), value(page, "running")) == (2, False)
