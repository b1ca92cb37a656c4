"""A magnet grown in a real browser: its spins and its numbers are those of the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, readout, value, verdict, words

from rgcourse._random import random_state
from rgcourse.blocking import block_spins
from rgcourse.widgets import ZoomIn
from rgcourse.widgets.zoom_in import BATCH, BATCHES, FROM, MEASURED, TRAINED
from rgcourse.zoom_in import LocalRule
from rgcourse.zoom_in._kernels import zoom_in_all
from rgcourse.zoom_in.rules import _thresholds


def grown(coarse, rule, state):
    L = 2 * coarse.shape[1]
    fine = np.empty((len(coarse), L, L), np.int8)
    flat = coarse.reshape(len(coarse), -1), L, False, _thresholds(rule)
    zoom_in_all(*flat, fine.reshape(len(coarse), -1), state)
    return fine


def shown(page):
    """The lattice on the screen."""
    script = f"""() => {{
      const scene = {FIGURE}.scene;
      return [...scene.kernels.view("int8", scene.shown[scene.level], 4 ** scene.level)];
    }}"""
    n = value(page, "size")
    return np.reshape(page.evaluate(script), (1, n, n)).astype(np.int8)


def batches(rule, seed, n):
    """<m**2> at each size and the energy of so many batches, as the figure grows them."""
    state = random_state(np.random.default_rng(seed + 1))
    squares, energy = np.zeros((n, MEASURED + 1)), np.zeros(n)
    for b in range(n):
        for _ in range(BATCH):
            s = np.ones((1, 1, 1), np.int8)
            squares[b, 0] += 1 / BATCH
            for k in range(MEASURED):
                s = grown(s, rule, state)
                squares[b, k + 1] += s.mean() ** 2 / BATCH
            bonds = s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))
            energy[b] -= bonds.mean(dtype=float) / BATCH
    return squares, energy


def rule_of(page):
    return LocalRule(*(value(page, name) for name in ("fine", "parent", "near")))


def agree(page, seed, n=BATCHES):
    """eta, E and their errors are those of the same lattices in Python."""
    squares, energy = batches(rule_of(page), seed, n)
    without = (squares.sum(axis=0) - squares) / (n - 1)

    def eta(mean):
        return np.log2(mean[..., FROM] / mean[..., MEASURED]) / (MEASURED - FROM)

    expected = eta(squares.mean(axis=0)), np.sqrt(n - 1) * np.std(eta(without))
    assert value(page, "eta") == pytest.approx(expected, abs=1e-9)
    assert value(page, "energy") == pytest.approx(
        [energy.mean(), energy.std() / np.sqrt(n - 1)], abs=1e-9
    )
    assert readout(page, "n") == str(n * BATCH)
    assert f"{value(page, 'eta')[0]:.3f}" in readout(page, "eta")


def test_presses_grow_the_package_s_lattice(mount):
    page = mount(ZoomIn(seed=4))
    state, s = random_state(np.random.default_rng(4)), np.ones((1, 1, 1), np.int8)
    rule = LocalRule(TRAINED["fine"], TRAINED["parent"], TRAINED["near"])
    agree(page, 4)
    canvas = page.evaluate_handle(f"{FIGURE}.scene.panel.canvas").as_element()
    for press in (
        lambda: page.get_by_role("button", name="Zoom in").click(),
        canvas.click,
        lambda: page.keyboard.press("i"),
    ):
        page.locator("figure.rgw").focus()
        press()
        s = grown(s, rule, state)
        assert np.array_equal(shown(page), s)
    for _ in range(6):
        page.keyboard.press("i")
    assert value(page, "size") == 512 and page.get_by_role("button", name="Zoom in").is_disabled()
    big = shown(page)
    page.keyboard.press("b")
    assert value(page, "size") == 256 and 90 < float(readout(page, "same").split()[0]) < 98
    blocks = block_spins(big, rng=1)
    sums = big.reshape(1, 256, 2, 256, 2).sum(axis=(2, 4))
    assert np.array_equal(shown(page)[sums != 0], blocks[sums != 0])
    page.get_by_role("button", name="One spin").click()
    assert value(page, "size") == 1 and page.errors == []


def test_a_tree_with_eta_of_the_magnet_is_no_magnet(mount):
    parent = 2 * np.arctanh(2**-0.125)
    page = mount(ZoomIn(parent, near=0.0, fine=0.0, seed=2))
    eta, error = value(page, "eta")
    assert abs(eta - 0.25) < 4 * error and error < 0.02
    agree(page, 2)
    if abs(eta - 0.25) < 2 * error:
        assert "this is a tree" in verdict(page)
    page.get_by_role("button", name="Trained rule").click()
    assert rule_of(page) == pytest.approx((TRAINED["fine"], TRAINED["parent"], TRAINED["near"]))
    agree(page, 2)
    assert "Straight" in verdict(page) and "\u03b7 = " in words(page)


def test_keys_move_the_parent_and_steps_measure_more(mount, poll):
    page = mount(ZoomIn(parent=1.0, seed=3), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowLeft")
    assert value(page, "parent") == pytest.approx(0.95)
    page.keyboard.press("s")
    agree(page, 3, BATCHES + 1)
    page.keyboard.press(" ")
    poll(lambda: value(page, "eta")[1] and int(readout(page, "n")) > 25 * BATCHES + 100)
    page.keyboard.press(" ")
    agree(page, 3, int(readout(page, "n")) // BATCH)
    page.keyboard.press("0")
    assert value(page, "parent") == 1.0 and readout(page, "n") == str(BATCH * BATCHES)


def test_the_first_point_is_where_it_must_be(mount):
    page = mount(ZoomIn(seed=5))
    assert pixel_at(page, "fall", 0, 0) == colour(page, "accent")
    assert pixel_at(page, "fall", 1, -3.5) == colour(page, "none")
