"""The sandpile in a real browser: what it shows is what the package finds."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, readout, value, verdict, words

from rgcourse.sandpile import Sandpile, add_piles, identity_pile, is_recurrent, stabilize
from rgcourse.widgets import SandpileLab


def heights(page):
    L = value(page, "L")
    script = f"""() => {{
      const scene = {FIGURE}.scene;
      return [...scene.kernels.view("int32", scene.heights, ({L} + 2) ** 2)];
    }}"""
    return np.reshape(page.evaluate(script), (L + 2, L + 2))[1:-1, 1:-1]


def pixel(page, row, column):
    """(r, g, b) in the middle of a site of the picture."""
    L = value(page, "L")
    return page.evaluate(
        f"""() => {{
          const {{ canvas }} = {FIGURE}.scene.pile.painter;
          const at = (k) => Math.floor(((k + 0.5) / {L}) * canvas.width);
          return [...canvas.getContext("2d").getImageData(at({column}), at({row}), 1, 1).data];
        }}"""
    )[:3]


@pytest.mark.parametrize("L", [32, 64])
def test_grains_by_key_and_by_click_are_the_package_s(mount, L):
    page = mount(SandpileLab(L=L), reduced_motion="reduce")
    before = heights(page)
    assert is_recurrent(before) and readout(page, "burns") == "yes"
    page.locator("figure.rgw").focus()
    for k in range(1, 9):
        before[L // 2, L // 2] += 1
        rest = stabilize(before)
        page.keyboard.press("d")
        assert np.array_equal(heights(page), rest.heights)
        assert value(page, "size") == rest.topplings.sum() and value(page, "grains") == k
        before = rest.heights.copy()
    box = page.evaluate_handle(f"{FIGURE}.scene.pile.canvas").as_element().bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"] + 1, box["y"] + 0.75 * box["height"] + 1)
    place = np.argwhere(heights(page) != before)
    assert value(page, "grains") == 9 and len(place)
    row, column = (int(value(page, name) / 100 * L) for name in ("down", "across"))
    before[row, column] += 1
    assert (row, column) == (3 * L // 4, L // 4)
    assert np.array_equal(heights(page), stabilize(before).heights)
    assert "9 grains have fallen" in words(page) and page.errors == []


def test_the_picture_and_the_burning_test(mount):
    page = mount(SandpileLab(L=32), reduced_motion="reduce")
    page.get_by_role("button", name="Empty the pile").click()
    assert readout(page, "burns") == "no" and "Not all of it burns" in verdict(page)
    assert pixel(page, 3, 3) == list(colour(page, "surface")[:3])
    assert value(page, "recurrent") is False


def test_the_identity(mount):
    page = mount(SandpileLab(L=32), reduced_motion="reduce")
    page.get_by_role("button", name="Identity").click()
    e = identity_pile(32)
    assert np.array_equal(heights(page), e)
    assert "This is the identity" in verdict(page) and readout(page, "burns") == "yes"
    other = Sandpile(32, rng=1).heights
    assert np.array_equal(add_piles(heights(page), other), other)


def test_an_avalanche_spreads_and_ends_by_itself(mount, poll):
    page = mount(SandpileLab(L=64), script=HURRY)
    page.locator("figure.rgw").focus()
    for k in range(1, 6):
        page.keyboard.press("d")
        poll(lambda: value(page, "running") is False)
        assert value(page, "grains") == k
    assert readout(page, "burns") == "yes"
    page.keyboard.press("f")
    page.keyboard.press(" ")
    poll(lambda: value(page, "grains") > 2000)
    page.keyboard.press(" ")
    assert abs(value(page, "mean") / 153.043 - 1) < 0.5
    assert is_recurrent(heights(page))
    page.get_by_label("Side L").focus()
    page.keyboard.press("ArrowLeft")
    assert value(page, "L") == 32 and value(page, "grains") == 0
    assert page.errors == []
