"""The two conveyors in a real browser: they train there as the package does here, bit by bit."""

import sys
from pathlib import Path

import numpy as np
import pytest
from figures import FIGURE, colour, pixel_at, readout, value, verdict, view_pixel, words

from rgcourse.widgets import TwoConveyors, two_conveyors

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import long_runs  # noqa: E402

TASKS = list(two_conveyors.TRUTHS)


def weights(page):
    scene = f"{FIGURE}.scene.net"
    return np.float32(
        page.evaluate(f"Array.from({scene}.kernels.view('float32', {scene}.weights, {scene}.size))")
    )


def train(page, n):
    page.evaluate(f"(() => {{ for (let k = 0; k < {n}; k++) {FIGURE}.scene.step(); }})()")
    page.evaluate(f"{FIGURE}.refresh()")


def top(page):
    """What is read from the last 16 numbers of the network, by task."""
    return dict(zip(TASKS, value(page, "network_shares")[-4:], strict=True))


def test_page_and_package_train_alike(mount):
    """The same seed: the same lattices, weights and readings, untrained and after some steps."""
    native = long_runs.load("two_conveyors").Conveyors(7)
    page = mount(TwoConveyors(task="defect", seed=7))
    for rule in ("votes", "averages"):
        page.evaluate(f"{FIGURE}.set({{ rule: '{rule}' }})")
        blocks = native.read_blocks(rule)[..., 0]
        assert value(page, "block_shares") == pytest.approx(blocks.ravel(), abs=1e-9)
    untrained = native.read_network()[..., 0]
    assert value(page, "network_shares") == pytest.approx(untrained.ravel(), abs=1e-9)
    for shuffle in (False, True):
        page.evaluate(f"{FIGURE}.set({{ shuffle: {str(shuffle).lower()} }})")
        native.begin("defect", shuffle)
        losses = [native.step() for _ in range(20)]
        train(page, 20)
        assert value(page, "loss") == pytest.approx(losses[-1], rel=1e-12)
        assert np.array_equal(weights(page), native.weights)
        assert value(page, "steps") == 20
    assert page.errors == []


def test_trained_it_keeps_its_task_and_with_shuffled_labels_it_does_not(mount):
    page = mount(TwoConveyors(task="defect"))
    before, found = top(page), {}
    for shuffle in (False, True):
        page.evaluate(f"{FIGURE}.set({{ shuffle: {str(shuffle).lower()} }})")
        page.evaluate(f"{FIGURE}.scene.exhibit()")
        page.evaluate(f"{FIGURE}.refresh()")
        found[shuffle] = top(page)
        assert value(page, "steps") == two_conveyors.STEPS and value(page, "running") is False
    assert found[False]["defect"] > 0.9 > 0.1 > max(before["defect"], found[True]["defect"])
    assert value(page, "block_shares")[7] < 0.1 < 0.9 < value(page, "block_shares")[3]
    assert "labels shuffled" in page.locator("figure.rgw").inner_text()
    assert "In 16 numbers: blocks" in verdict(page)
    assert float(readout(page, "network")) == pytest.approx(found[True]["defect"], abs=6e-3)
    last = page.evaluate(f"{FIGURE}.scene.curve.at(-1)")
    assert pixel_at(page, "losses", *last) == colour(page, "accent")
    assert last[1] == pytest.approx(1, abs=0.1)  # knows nothing


def test_keys_alone_plant_flip_wipe_and_draw(mount):
    page = mount(TwoConveyors())
    page.locator("figure.rgw").focus()

    def changed():
        return page.evaluate(f"{FIGURE}.scene.change")

    assert changed() == [0] * 7
    page.keyboard.press("f")
    assert changed()[0] == pytest.approx(2 * 64 / 1024, rel=0.2)  # over 1 - m^2, which is below 1
    assert changed()[1] > 0 and "64 spins painted" in words(page)
    inside = view_pixel(page, 1, 8, 8, 16)  # a whole block in the patch: all its votes are turned
    assert inside == colour(page, "accent")
    assert view_pixel(page, 1, 1, 1, 16) == colour(page, "surface")
    page.keyboard.press("d")
    assert view_pixel(page, 1, 8, 8, 16) in (colour(page, "up"), colour(page, "down"))
    page.keyboard.press("w")
    assert changed() == [0] * 7 and "0 spins painted" in words(page)
    page.keyboard.press("p")
    board = {view_pixel(page, 0, 12, column, 32) for column in range(12, 20)}
    assert board == {colour(page, "up"), colour(page, "down")}
    assert "Changed, of 1 for an unrelated lattice" in verdict(page)
    before = page.evaluate(f"Array.from({FIGURE}.scene.spins)")
    page.keyboard.press("n")
    assert page.evaluate(f"Array.from({FIGURE}.scene.spins)") != before
    for task in ("E", "sign", "defect", "T"):
        page.keyboard.press("t")
        assert value(page, "task") == task
    page.keyboard.press("v")
    assert value(page, "rule") == "averages"
    page.keyboard.press("ArrowRight")
    assert value(page, "T") == pytest.approx(2.27)
    page.keyboard.press("s")
    assert (value(page, "steps"), value(page, "running")) == (1, False)
    page.keyboard.press("0")
    assert (value(page, "steps"), value(page, "rule")) == (0, "votes")
    assert page.errors == []


def test_the_pointer_paints(mount):
    page = mount(TwoConveyors())
    box = page.locator("figure.rgw canvas").first.bounding_box()
    cell = box["width"] / 32
    page.mouse.move(box["x"] + 5.5 * cell, box["y"] + 5.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 9.5 * cell, box["y"] + 5.5 * cell, steps=8)
    page.mouse.up()
    spins = np.array(page.evaluate(f"Array.from({FIGURE}.scene.spins)")).reshape(32, 32)
    assert abs(spins[5:7, 5:11].sum()) == 12
    assert page.evaluate(f"{FIGURE}.scene.painted") > 0
