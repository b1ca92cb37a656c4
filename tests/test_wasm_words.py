"""The words of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.text import controls, pieces, windows

N, WORDS = 5000, 60


@pytest.fixture(scope="module")
def page():
    return Page("words.wasm")


@pytest.fixture
def ids(rng):
    return rng.geometric(0.08, N).clip(1, WORDS).astype(np.int32) - 1


@pytest.mark.parametrize("length", [1, 20, 777])
def test_shuffles_are_equal(page, rng, ids, length):
    starts = pieces(N, length).astype(np.int32)
    order, result, state = np.zeros_like(starts), np.zeros_like(ids), random_state(rng)
    there = [page.put(array) for array in (ids, starts, order, result, state)]
    page.call("reorder_pieces", there[0], N, there[1], len(starts), *there[2:])
    native(controls.reorder_pieces)(ids, N, starts, len(starts), order, result, state)
    for address, array in zip(there[2:], (order, result, state), strict=True):
        assert np.array_equal(page.get(address, array), array)
    assert np.array_equal(np.sort(result), np.sort(ids)) and not np.array_equal(result, ids)


def test_markov_texts_are_equal(page, rng, ids):
    first, followers = np.zeros(WORDS + 1, np.int32), np.zeros_like(ids)
    result, state = np.zeros_like(ids), random_state(rng)
    there = [page.put(array) for array in (ids, first, followers, result, state)]
    page.call("walk_markov", there[0], N, WORDS, there[1], there[2], N, *there[3:])
    native(controls.walk_markov)(ids, N, WORDS, first, followers, N, result, state)
    for address, array in zip(there[1:], (first, followers, result, state), strict=True):
        assert np.array_equal(page.get(address, array), array)
    pairs = set(zip(ids.tolist(), np.roll(ids, -1).tolist(), strict=True))
    assert set(zip(result[:-1].tolist(), result[1:].tolist(), strict=True)) <= pairs


def test_correlations_are_equal(page, rng, ids):
    values, distances = rng.normal(size=WORDS), np.array([1, 2, 5, 10, 33, 100, 500])
    lowest, highest = (lags.astype(np.int32) for lags in windows.lags_near(distances, 0.1))
    sums, result, m = np.zeros(N + 1), np.zeros(2 * len(distances)), len(distances)
    there = [page.put(array) for array in (ids, values, lowest, highest, sums, result)]
    page.call("correlate_near", there[0], N, *there[1:4], m, 20, *there[4:])
    kernel = native(windows.correlate_near)
    kernel(ids, N, values, lowest, highest, m, 20, sums, result)
    assert page.get(there[4], sums) == pytest.approx(sums, rel=1e-12, abs=1e-10)
    assert page.get(there[5], result) == pytest.approx(result, rel=1e-8, abs=1e-12)
    found = windows.correlation_near(ids, values, distances)
    assert result[::2] == pytest.approx(found.value, rel=1e-8, abs=1e-12)
    assert result[1::2] == pytest.approx(found.error, rel=1e-6, abs=1e-12)
