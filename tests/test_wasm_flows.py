"""The flow of the page's diagram is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse.couplings import critical_surface, cumulants


@pytest.fixture(scope="module")
def page():
    return Page("flows.wasm")


def couplings(rng, n):
    """Points of the diagram and well beyond it, on both sides of the critical surface."""
    return rng.uniform([-0.2, -0.15, -0.15], [0.6, 0.15, 0.15], (n, 3))


def test_steps_are_bit_equal(page, rng):
    step = native(cumulants.cumulant_step)
    for K in couplings(rng, 50):
        there = page.put(K)
        for _ in range(12):
            step(K)
            page.call("cumulant_step", there)
        assert np.array_equal(page.get(there, K), K)


def test_fates_are_equal(page, rng):
    escape_time = native(cumulants.escape_time)
    starts = couplings(rng, 200)
    fates = [escape_time(*K, 100) for K in starts]
    assert min(fates) < 0 < max(fates)
    assert [page.call("escape_time", *K, 100) for K in starts] == fates


@pytest.mark.parametrize("K2, K3", [(0.0, 0.0), (0.12, -0.07), (-0.15, 0.1)])
def test_critical_couplings_are_bit_equal(page, K2, K3):
    assert page.call("critical_coupling", K2, K3) == critical_surface(K2, K3)
