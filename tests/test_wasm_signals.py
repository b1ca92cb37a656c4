"""The signals of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.signal_flow import random as layers
from rgcourse.signal_flow import recursion


@pytest.fixture(scope="module")
def page():
    return Page("signals.wasm")


def test_the_map_and_its_fixed_points_are_bit_equal(page, rng):
    fixed, step = native(recursion.variance_fixed), native(recursion.overlap_step)
    end, slope = native(recursion.overlap_fixed), native(recursion.overlap_slope)
    for w2, b2 in [(1.0, 0.05), (2.5, 0.0), *rng.uniform([0.5, 0.0], [6.0, 1.0], (12, 2))]:
        q = fixed(w2, b2)
        assert page.call("variance_fixed", w2, b2) == q
        for c in (0.0, 0.6, 1.0):
            assert page.call("overlap_step", c, q, w2, b2) == step(c, q, w2, b2)
        c = end(q, w2, b2)
        assert page.call("overlap_fixed", q, w2, b2) == c
        assert page.call("overlap_slope", c, q, w2) == slope(c, q, w2)


def test_the_critical_line_is_bit_equal(page):
    for q in (0.0, 0.57, 3.0):
        assert page.call("edge_weight", q) == native(recursion.edge_weight)(q)
        assert page.call("edge_bias", q) == native(recursion.edge_bias)(q)
        there = native(recursion.edge_weight_at)(q / 3)
        assert page.call("edge_weight_at", q / 3) == there


@pytest.mark.parametrize("n", [7, 40])
def test_networks_are_bit_equal(page, n):
    state = random_state(np.random.default_rng(n))
    x, y, u, v, seen = (np.zeros(k) for k in (n, n, n, n, 3))
    there = [page.put(array) for array in (x, y, u, v, seen, state)]
    native(layers.start_pair)(n, 0.7, 0.4, x, y, state)
    page.call("start_pair", n, 0.7, 0.4, there[0], there[1], there[5])
    assert np.array_equal(page.get(there[0], x), x) and np.array_equal(page.get(there[1], y), y)
    native(layers.send_layer)(n, 1.8, 0.1, x, y, u, v, state)
    page.call("send_layer", n, 1.8, 0.1, *there[:4], there[5])
    assert np.array_equal(page.get(there[2], u), u) and np.array_equal(page.get(there[3], v), v)
    native(layers.read_pair)(n, u, v, seen)
    page.call("read_pair", n, there[2], there[3], there[4])
    assert np.array_equal(page.get(there[4], seen), seen) and seen[0] > 0
    assert np.array_equal(page.get(there[5], state), state)
