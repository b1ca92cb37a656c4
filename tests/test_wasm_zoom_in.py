"""The page grows the package's own lattices: same rule, same coins, same spins."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse._random import random_state
from rgcourse.zoom_in import LocalRule, zoom_in
from rgcourse.zoom_in._kernels import CONTEXTS
from rgcourse.zoom_in.rules import _thresholds


@pytest.fixture(scope="module")
def page():
    return Page("zoom_in.wasm")


def thresholds(page, rule):
    """The thresholds of a rule in the memory of the page, and what they are."""
    at = page.put(np.zeros(CONTEXTS, np.uint64))
    page.call("rule_thresholds", *rule, at)
    return at, page.get(at, np.zeros(CONTEXTS, np.uint64))


@pytest.mark.parametrize("rule", [
    LocalRule(0.38, 1.36, 0.49), LocalRule(0.0, 0.0, 0.0), LocalRule(1.5, 3.0, 1.5),
    LocalRule(0.0, 40.0, 0.0),
])  # fmt: skip
def test_a_magnet_grows_from_one_spin_as_in_python(page, rule, rng):
    at, found = thresholds(page, rule)
    assert found == pytest.approx(_thresholds(rule), rel=1e-14)
    if not np.array_equal(found, _thresholds(rule)):
        return  # exp may round otherwise there: then coins in between are too rare to be tried
    seed = int(rng.integers(2**31))
    words = page.put(random_state(seed))
    coarse = np.ones((1, 1, 1), np.int8)
    here = page.put(coarse)
    numbers = np.random.default_rng(seed)
    state = random_state(numbers)
    for k in range(1, 6):
        fine = page.put(np.zeros(4**k, np.int8))
        page.call("zoom_in_2d", here, 2**k, at, fine, words)
        coarse = grown(coarse, rule, state)
        assert np.array_equal(page.get(fine, coarse.ravel()), coarse.ravel())
        here = fine
    assert np.array_equal(page.get(words, state), state)


def grown(coarse, rule, state):
    """As `zoom_in`, with a generator that goes on."""
    from rgcourse.zoom_in._kernels import zoom_in_all

    L = 2 * coarse.shape[1]
    fine = np.empty((1, L, L), np.int8)
    zoom_in_all(coarse.reshape(1, -1), L, False, _thresholds(rule), fine.reshape(1, -1), state)
    return fine


def test_the_first_step_is_that_of_the_public_function(page):
    rule = LocalRule(0.38, 1.36, 0.49)
    at, _ = thresholds(page, rule)
    coarse = np.random.default_rng(3).choice(np.array([-1, 1], np.int8), (1, 16, 16))
    fine, words = page.put(np.zeros(1024, np.int8)), page.put(random_state(8))
    page.call("zoom_in_2d", page.put(coarse), 32, at, fine, words)
    expected = zoom_in(coarse, rule, rng=8).ravel()
    assert np.array_equal(page.get(fine, expected), expected)
