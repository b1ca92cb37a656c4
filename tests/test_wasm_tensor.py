"""Tensors are renormalized in the page as in the package: same code, same bits."""

import numpy as np
import pytest
from native_tensors import STEP, buffers, native_flow
from wasm_page import Page, native

from rgcourse.exact import CRITICAL_K
from rgcourse.tensor_rg import corners, live_readings


def page_flow(K, chi, n_steps):
    """(numbers of each step, buffers) of the flow, as the page has them."""
    page, b = Page("tensor.wasm"), buffers(chi)
    there = {name: page.put(buffer) for name, buffer in b.items()}
    tensor, legs, totals = (there[name] for name in ("tensor", "legs", "totals"))
    page.call("first_tensor", K, tensor, legs, totals)
    numbers = []
    for _ in range(n_steps):
        page.call("trg_step", chi, *(there[name] for name in STEP))
        work = tensor, legs, there["rows"], there["others"]
        one = page.call("ring_of_one", *work, there["values"], there["odd"])
        c = page.call("central_charge", one, page.call("ring_of_two", *work))
        numbers.append((page.call("log_z_at", tensor, legs, totals), c))
    return numbers, {name: page.get(at, b[name]) for name, at in there.items()}


@pytest.mark.parametrize("K", [0.0, 1 / 2.4, CRITICAL_K, 0.5])
@pytest.mark.parametrize("chi", [2, 3, 8])
def test_flows_are_bit_equal(K, chi):
    readings, here = native_flow(K, chi, 7)
    numbers, there = page_flow(K, chi, 7)
    assert numbers == [(reading.log_z, reading.c) for reading in readings]
    for name, buffer in here.items():
        assert np.array_equal(there[name], buffer, equal_nan=True), name


def test_the_largest_legs_are_bit_equal():
    readings, here = native_flow(CRITICAL_K, 16, 5)
    numbers, there = page_flow(CRITICAL_K, 16, 5)
    assert numbers[-1] == (readings[-1].log_z, readings[-1].c)
    assert np.array_equal(there["tensor"], here["tensor"])
    assert np.array_equal(there["spectrum"], here["spectrum"])


def test_exact_numbers_are_bit_equal():
    page = Page("corners.wasm")
    for K in (0.3, 1 / 2.4, CRITICAL_K, 0.5, 0.7):
        assert page.call("exact_log_z_at", K) == native(live_readings.exact_log_z_at)(K)
        levels, counts = np.zeros(24), np.zeros(25)
        there = page.put(levels)
        page.call("corner_spectrum", K, 24, page.put(counts), there)
        native(corners.corner_spectrum)(K, 24, counts, levels)
        assert np.array_equal(page.get(there, levels), levels)
