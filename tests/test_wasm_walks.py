"""The pivots of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse._random import random_state
from rgcourse.walks import pivot
from rgcourse.walks.symmetries import signed_axes


@pytest.fixture(scope="module")
def page():
    return Page("walks.wasm")


@pytest.mark.parametrize("avoiding", [0, 1])
@pytest.mark.parametrize(("n", "dim"), [(2, 2), (64, 2), (300, 2), (40, 3)])
def test_pivots_are_bit_equal(page, rng, n, dim, avoiding):
    size = pivot.table_size(n)
    assert page.call("table_size", n) == size
    group, state = signed_axes(dim), random_state(rng)
    sites, moved = np.zeros((2, (n + 1) * dim), np.int32)
    table = np.zeros(2 * size + 1, np.int32)
    there = [page.put(array) for array in (sites, group, moved, table, state)]
    page.call("start_rod", there[0], n, dim)
    pivot._start_rod(sites, n, dim)
    n_group = group.size // (2 * dim)
    for attempts in (1, 7, 200):
        done = pivot._pivot_walk(
            sites, n, dim, attempts, avoiding, group, n_group, moved, table, state
        )
        assert done == page.call(
            "pivot_walk", there[0], n, dim, attempts, avoiding, there[1], n_group, *there[2:]
        )
        assert np.array_equal(page.get(there[0], sites), sites)
        assert page.call("end_square", there[0], n, dim) == pivot._end_square(sites, n, dim)
    for element in range(1, n_group):
        site = 1 + int(rng.integers(n - 1))
        done = pivot._try_pivot(sites, n, dim, site, element, avoiding, group, moved, table)
        assert done == page.call(
            "try_pivot", there[0], n, dim, site, element, avoiding, *there[1:4]
        )
    assert np.array_equal(page.get(there[0], sites), sites)
    assert np.array_equal(page.get(there[4], state), state)


def test_lines_are_bit_equal(page, rng):
    x, y, result = np.log([32, 64, 128, 256]), rng.normal(size=4), np.zeros(5)
    errors = rng.uniform(0.1, 1, 4)
    there = [page.put(array) for array in (x, y, errors, result)]
    pivot._fit_line(x, y, errors, 4, result)
    page.call("fit_line", *there[:3], 4, there[3])
    assert page.get(there[3], result) == pytest.approx(result, rel=1e-12)
