"""Designed rules, plaquettes and glasses in the page are the package's own, bit for bit."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.mcrg import PRESET_RULES, designs, glass
from rgcourse.samplers import plaquettes

L = 16


@pytest.fixture(scope="module")
def page():
    return Page("designs.wasm")


@pytest.mark.parametrize("couplings", [(0.44, 0, 0, 0), (0.27, 0, 0.27, 0), (0.3, 0.2, 0.1, 0.05)])
@pytest.mark.parametrize("h", [0.0, 0.02])
def test_a_chain_and_its_blocks_are_bit_equal(page, rng, couplings, h):
    thresholds = np.empty(plaquettes.N_THRESHOLDS, np.uint64)
    native(plaquettes.plaquette_thresholds)(*map(float, couplings), thresholds)
    here = page.put(np.zeros_like(thresholds))
    page.call("plaquette_thresholds", *map(float, couplings), here)
    # exp in the page is that of the machine, and may differ in the last of 53 digits
    gap = page.get(here, thresholds).astype(float) - thresholds.astype(float)
    assert np.all(abs(gap) <= 2.0**-50 * thresholds)
    here = page.put(thresholds)
    spins, work, state = np.ones(L * L, np.int8), np.empty((2, L * L), np.int32), random_state(rng)
    buffers = [page.put(x) for x in (spins, work[0], work[1], state)]
    for _ in range(10):
        native(plaquettes.plaquette_sweep)(spins, L, thresholds, h, *work, state)
        page.call("plaquette_sweep", buffers[0], L, here, h, *buffers[1:])
    assert np.array_equal(page.get(buffers[0], spins), spins)
    rule, out = (2 * PRESET_RULES["majority"]).astype(np.int8), np.empty(L * L // 4, np.int8)
    native(designs.blocks_by_coins)(spins, L, rule, out, state)
    there = page.put(out * 0)
    page.call("blocks_by_coins", buffers[0], L, page.put(rule), there, buffers[3])
    assert np.array_equal(page.get(there, out), out)
    assert np.array_equal(page.get(buffers[3], state), state)


def test_couplings_are_those_of_the_package(page, rng):
    bins = rng.integers(0, 50, (8, designs.COUNTS)).astype(float)
    total, work, result = np.empty(designs.COUNTS), np.empty(32), np.empty(8)
    native(designs.measure_couplings)(bins.ravel(), 8, total, work, result)
    there = [page.put(x) for x in (bins, total, work, result)]
    page.call("measure_couplings", there[0], 8, *there[1:])
    assert page.get(there[3], result) == pytest.approx(result, rel=1e-9)
    assert np.all(result[4:] > 0)
    nothing = page.put(bins * 0)
    page.call("measure_couplings", nothing, 8, *there[1:])
    assert np.isnan(page.get(there[3], result)).all()


def test_glasses_are_shaken_alike(rng):
    page = Page("glass.wasm")
    n, state = 6, random_state(rng)
    left, couplings, out = rng.normal(size=2 * n * n), np.zeros(n), np.zeros(n)
    there = [page.put(x) for x in (left, couplings, out, state)]
    native(glass.shake)(n, couplings, state)
    page.call("shake", n, there[1], there[3])
    assert np.array_equal(page.get(there[1], couplings), couplings)
    assert abs(couplings).max() < 1
    native(glass.strengths)(n, left, couplings, out)
    page.call("strengths", n, there[0], there[1], there[2])
    assert page.get(there[2], out) == pytest.approx(out, rel=1e-14)
