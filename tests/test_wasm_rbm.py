"""The Gibbs sweep of the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from test_rbm import machine
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.rbm import _kernels


@pytest.fixture
def page():
    return Page("rbm.wasm")


@pytest.mark.parametrize("n, k, scale", [(64, 64, 0.5), (64, 128, 3.0), (9, 5, 40.0)])
def test_sweeps_are_bit_equal(page, rng, n, k, scale):
    m = machine(rng, n, k, scale=scale)
    W, a, b = (x.astype(np.float32).ravel() for x in (m.W, m.a, m.b))
    v, h = np.zeros(n, np.float32), np.zeros(k, np.float32)
    fields, words = np.full(max(n, k), 0.5, np.float32), np.zeros(max(n, k) + 1, np.uint32)
    state = random_state(rng)
    buffers = W, a, b, v, h, fields, words, state
    there = dict(zip("WabvhfwS", map(page.put, buffers), strict=True))

    native(_kernels.draw)(fields, v, 1, n, words, state)
    page.call("draw", there["f"], there["v"], 1, n, there["w"], there["S"])
    sweep = native(_kernels.gibbs_sweep)
    for _ in range(300):
        sweep(W, a, b, n, k, v, h, fields, words, state)
        page.call("gibbs_sweep", *(there[x] for x in "Wab"), n, k, *(there[x] for x in "vhfwS"))
    for name, here in (("v", v), ("h", h), ("f", fields), ("S", state)):
        assert np.array_equal(page.get(there[name], here), here), name
    assert 0 < v.sum() + h.sum() < n + k
