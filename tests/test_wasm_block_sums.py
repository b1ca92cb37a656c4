"""Sums of numbers and averages of pictures in the page and in the package."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.block_sums import SOURCES, numbers, pictures


@pytest.fixture(scope="module")
def page():
    return Page("block_sums.wasm")


@pytest.mark.parametrize("source", range(len(SOURCES)))
def test_numbers_their_sums_and_their_cumulants(page, source):
    n, state = 600, random_state(5)
    x, sums, moments = np.empty(n), np.empty(n // 2), np.empty(4)
    counts = np.empty(20, np.uint32)
    at = [page.put(array) for array in (x, sums, moments, counts, state)]
    native(numbers.fill_numbers)(source, n, x, state)
    native(numbers.add_pairs)(x, n, 0.7, sums)
    native(numbers.sum_powers)(sums, n // 2, moments)
    native(numbers.count_bins)(sums, n // 2, -4.0, 4.0, 20, counts)
    page.call("fill_numbers", source, n, at[0], at[4])
    assert page.get(at[0], x) == pytest.approx(x, rel=1e-13)
    assert np.array_equal(page.get(at[4], state), state)
    page.call("add_pairs", at[0], n, 0.7, at[1])
    page.call("sum_powers", at[1], n // 2, at[2])
    if source > 2:
        size = native(numbers.typical_size)(sums, n // 2)
        assert page.call("typical_size", at[1], n // 2) == pytest.approx(size, rel=1e-12)
    page.call("count_bins", at[1], n // 2, -4.0, 4.0, 20, at[3])
    assert page.get(at[1], sums) == pytest.approx(sums, rel=1e-12)
    assert page.get(at[2], moments) == pytest.approx(moments, rel=1e-9)
    assert np.array_equal(page.get(at[3], counts), counts)


@pytest.mark.parametrize("kind", [0, 1])
def test_pictures_and_their_averages(page, kind):
    side, state = 32, random_state(6)
    picture, corners, halved = np.empty(side**2), np.empty((side + 2) ** 2), np.empty(side**2 // 4)
    at = [page.put(array) for array in (picture, corners, halved, state)]
    native(pictures.fill_picture)(kind, side, picture, corners, state)
    native(pictures.halve_picture)(picture, side, side, halved)
    page.call("fill_picture", kind, side, at[0], at[1], at[3])
    page.call("halve_picture", at[0], side, side, at[2])
    assert np.array_equal(page.get(at[0], picture), picture)
    assert np.array_equal(page.get(at[2], halved), halved)
    spread = native(pictures.deviation)(halved, halved.size)
    assert page.call("deviation", at[2], halved.size) == spread
