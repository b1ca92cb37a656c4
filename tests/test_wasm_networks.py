"""The network of the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse.networks import random_net


@pytest.fixture(scope="module")
def page():
    return Page("networks.wasm")


@pytest.mark.parametrize("L", [8, 16, 32])
def test_layers_and_logit_are_bit_equal(page, rng, L):
    net = random_net((5, 7, 3), 4, rng=rng)
    spins = rng.choice(np.int8([-1, 1]), (1, L, L))
    maps, side = page.put(spins.astype(np.float32)), L
    for kernel, bias, after in zip(net.kernels, net.biases, net.layers(spins), strict=True):
        there = page.put(np.zeros(after.size, np.float32))
        page.call("conv_relu", maps, side, *kernel.shape[:1], *kernel.shape[2:],
                  page.put(kernel), page.put(bias), there)  # fmt: skip
        assert np.array_equal(page.get(there, after), after.ravel())
        maps, side = there, side // 2
    means, logit = (page.put(np.zeros(n, np.float32)) for n in (3, 1))
    parts = [page.put(w) for w in (net.hidden, net.hidden_bias, net.out, net.out_bias.reshape(1))]
    page.call("classifier_head", maps, side * side, 3, 4, *parts, means, logit)
    assert page.get(logit, np.zeros(1, np.float32))[0] == net.logit(spins)[0] != 0
