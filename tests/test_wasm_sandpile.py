"""The sandpile of the page is the package's own: same code, same piles, same avalanches."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse._random import random_state
from rgcourse.sandpile import (
    Sandpile,
    burning_times,
    identity_pile,
    is_recurrent,
    mean_avalanche,
    stabilize,
)
from rgcourse.sandpile.piles import buffers, inner
from rgcourse.widgets.sandpile_lab import SIDES, SandpileLab


@pytest.fixture
def page():
    return Page("sandpile.wasm")


class Pile:
    """A pile in the memory of the page."""

    def __init__(self, page, L):
        self.page, self.L = page, L
        self.arrays = buffers(L)
        self.heights, self.topplings, self.lists, self.totals = map(page.put, self.arrays)

    def put(self, pile):
        flat = self.arrays[0].copy()
        inner(flat, self.L)[:] = pile
        self.heights = self.page.put(flat)

    @property
    def pile(self):
        return inner(self.page.get(self.heights, self.arrays[0]), self.L)

    def relax(self, front):
        """Topple, as the scene does, until nothing is unstable; the numbers at each step."""
        profile, here = [], 0
        while front:
            profile.append(front)
            front = self.page.call(
                "topple_front", self.heights, self.topplings, self.lists, self.L, here, front,
                self.totals,
            )  # fmt: skip
            here = 1 - here
        return profile


@pytest.mark.parametrize("L", [3, 32, 64])
def test_the_same_seed_has_the_same_pile_and_avalanches(page, rng, L):
    state = random_state(rng)
    there, words, record = Pile(page, L), page.put(state), page.put(np.zeros(4))
    here = Sandpile(L, rng=1)
    here._state[:] = state
    tree, depth = np.zeros_like(here._flat), np.zeros_like(here._flat)
    from rgcourse.sandpile._kernels import _draw_pile

    _draw_pile(here._flat, tree, depth, L, here._state)
    places = [page.put(tree), page.put(depth)]
    page.call("draw_pile", there.heights, *places, L, words)
    assert np.array_equal(there.pile, here.heights) and is_recurrent(there.pile)
    found = here.drop(300)
    for k in range(300):
        page.call(
            "drop_grains", there.heights, there.topplings, there.lists, L, 0, 1, record,
            there.totals, words,
        )  # fmt: skip
        expected = [found.size[k], found.area[k], found.duration[k], found.lost[k]]
        assert page.get(record, np.zeros(4)).tolist() == expected
    assert np.array_equal(there.pile, here.heights)
    assert np.array_equal(page.get(words, state), here._state)


def test_a_grain_by_hand(page, rng):
    there, here = Pile(page, 24), Sandpile(24, rng=rng)
    for _ in range(200):
        there.put(here.heights)
        row, column = (int(k) for k in rng.integers(24, size=2))
        page.call("clear_counts", there.topplings, there.lists, 24, there.totals)
        front = page.call("drop_grain", there.heights, there.lists, 24, row * 24 + column, 4)
        avalanche = here.drop_on(row, column)
        assert there.relax(front) == avalanche.profile.tolist()
        assert np.array_equal(there.pile, here.heights)
        topplings = inner(page.get(there.topplings, there.arrays[1]), 24)
        assert np.array_equal(topplings, avalanche.topplings)


def test_the_identity_and_the_fire(page, rng):
    there = Pile(page, 20)
    there.put(np.full((20, 20), 6))
    there.relax(page.call("find_unstable", there.heights, there.lists, 20, 4))
    assert np.array_equal(there.pile, stabilize(np.full((20, 20), 6)).heights)
    there.put(6 - there.pile)
    there.relax(page.call("find_unstable", there.heights, there.lists, 20, 4))
    assert np.array_equal(there.pile, identity_pile(20))
    times = page.put(there.arrays[1])
    for pile in (identity_pile(20), np.zeros((20, 20), int), rng.integers(0, 4, (20, 20))):
        there.put(pile)
        burnt = page.call("burn", there.heights, times, there.lists, 20)
        found = inner(page.get(times, there.arrays[1]), 20)
        assert np.array_equal(found, burning_times(pile)) and burnt == np.sum(found > 0)


def test_random_sites_are_all_there(page, rng):
    words = page.put(random_state(rng))
    counts = np.bincount([page.call("random_site", 3, words) for _ in range(9000)], minlength=9)
    assert len(counts) == 9 and abs(counts - 1000).max() < 5 * 30


def test_the_page_gets_exact_means_and_ranges():
    spec = SandpileLab().spec
    assert spec["constants"]["exact"] == {
        str(L): pytest.approx(mean_avalanche(L), abs=1e-6) for L in SIDES
    }
    assert [c["trait"] for c in spec["controls"]][:3] == ["across", "down", "L"]


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 31}, "L must lie between 32 and 512"),
        ({"L": 513}, "L must lie between 32 and 512"),
        ({"across": -0.1}, "across must lie between 0 and 100"),
        ({"down": 100.1}, "down must lie between 0 and 100"),
        ({"down": float("nan")}, "down must be finite"),
        ({"fast": 2}, "fast must be one of"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"seed": True}, "seed must be a whole number"),
        ({"L": "32"}, "L must be one real number"),
    ],
)
def test_the_figure_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        SandpileLab(**wrong)
    lab = SandpileLab()
    if "seed" not in wrong:
        with pytest.raises(ValueError, match=message):
            setattr(lab, *wrong.popitem())
