"""The noisy tree in a real browser: its beliefs are those of the package, sentence by sentence."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words
from native_grammar import drawn, start, written

from rgcourse.flows import find_fixed_point
from rgcourse.grammar import believe, denoising_map, hints
from rgcourse.widgets import DenoiseTree

V, M = 16, 4


def sentences(seed, L, noise, n):
    """Beliefs in the true symbols of n sentences, each of its own grammar, from the label down."""
    state, found = start(seed), []
    for _ in range(n):
        grammar = drawn(L, V, M, state)
        _, levels = written(grammar, 1, state)
        upward = believe(grammar, hints(levels[-1], noise, v=V)).upward
        truth = zip(upward, levels, strict=True)
        found.append([np.take_along_axis(b, s[..., None], -1)[0, :, 0] for b, s in truth])
    return found


def agree(page, seed, n):
    """Every belief of the last sentence, all means and the recursion are those of the package."""
    L, noise = value(page, "L"), value(page, "noise")
    expected = sentences(seed, L, noise, n)
    for here, there in zip(page.evaluate(f"{FIGURE}.scene.truth"), expected[-1], strict=True):
        assert here == pytest.approx(there, abs=1e-12)
    means = [np.mean([np.mean(one[l]) for one in expected]) for l in range(L, -1, -1)]
    assert value(page, "beliefs") == pytest.approx(means, abs=1e-12)
    assert (value(page, "samples"), readout(page, "n")) == (n, str(n))
    p = 1 - noise + noise / V
    assert float(readout(page, "letter")) == pytest.approx(p, abs=6e-4)
    for _ in range(L):
        p = denoising_map(p, v=V, m=M)
    assert float(readout(page, "flow")) == pytest.approx(p, abs=6e-4)
    assert float(readout(page, "label")) == pytest.approx(means[-1], abs=6e-4)


@pytest.mark.parametrize("noise, L, side", [(0.7, 6, "Above"), (0.8, 2, "At"), (0.9, 8, "Below")])
def test_beliefs_are_those_of_the_package(mount, noise, L, side):
    page = mount(DenoiseTree(noise, L, seed=3))
    agree(page, 3, 1)
    for _ in range(2):
        page.get_by_role("button", name="Step").click()
    agree(page, 3, 3)
    assert verdict(page).startswith(f"{side} p*")
    assert page.errors == []


def test_the_mark_is_the_fixed_point_and_its_sides_part(mount):
    page = mount(DenoiseTree(0.3, 8))
    page.get_by_role("button", name="Set ε to ε*").click()
    assert value(page, "noise") == pytest.approx(0.8, abs=1e-15)
    assert (readout(page, "letter"), readout(page, "flow")) == ("0.250", "0.250")
    point = find_fixed_point(lambda p: [denoising_map(p[0], v=V, m=M)], [0.3], b=2)
    assert value(page, "spec")["constants"]["p_star"] == pytest.approx(point.couplings[0], abs=1e-9)
    labels = {}
    for noise in (0.7, 0.9):
        page.evaluate(f"{FIGURE}.set({{ noise: {noise} }})")
        page.evaluate(f"{FIGURE}.scene.exhibit(), {FIGURE}.refresh()")
        labels[noise] = value(page, "beliefs")[-1]
    assert labels[0.7] > 0.8 and labels[0.9] < 0.1


def test_a_press_in_the_map_and_keys_alone(mount):
    page = mount(DenoiseTree(0.7, 4))
    page.mouse.click(*place_of(page, "map", 0.5, 0.2))
    assert value(page, "noise") == pytest.approx((1 - 0.5) * 16 / 15, abs=0.01)
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    page.keyboard.press("ArrowLeft")
    assert value(page, "noise") == pytest.approx(0.78)
    page.keyboard.press("l")
    page.keyboard.press("s")
    assert (value(page, "L"), value(page, "samples")) == (5, 2)
    agree(page, 16, 2)
    page.keyboard.press("0")
    assert (value(page, "L"), value(page, "noise"), value(page, "samples")) == (4, 0.7, 1)


def test_a_run_takes_sentence_after_sentence(mount, poll):
    page = mount(DenoiseTree(0.75, 6, running=True), script=HURRY)
    poll(lambda: value(page, "samples") > 30)
    page.get_by_role("button", name="Pause").click()
    agree(page, 16, value(page, "samples"))
    assert f"after {value(page, 'samples')} sentences" in words(page)


def test_curve_ring_and_cells_stand_where_the_package_says(mount):
    page = mount(DenoiseTree(0.5, 3))
    curve = 0.7, denoising_map(0.7, v=V, m=M)
    assert pixel_at(page, "map", *curve, reach=1) == colour(page, "ink")
    assert pixel_at(page, "map", 0.7, 0.5) == colour(page, "none")
    assert pixel_at(page, "map", 0.25, 0.25) == colour(page, "surface")
    (belief,) = sentences(16, 3, 0.5, 1)[0][0]
    pixel = page.evaluate(
        f"[...{FIGURE}.scene.tree.getContext('2d').getImageData(9, 20, 1, 1).data]"
    )
    paper, blue = (np.array(colour(page, name)) for name in ("bg", "cold"))
    assert pixel[:3] == pytest.approx(paper + belief * (blue - paper), abs=2)


def test_reduced_motion_rests_and_steps_whole(mount):
    page = mount(DenoiseTree(running=True), reduced_motion="reduce")
    assert value(page, "running") is False
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert (value(page, "samples"), value(page, "running")) == (2, False)
