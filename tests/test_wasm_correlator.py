"""The autocorrelations of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse import correlator


@pytest.mark.parametrize("n", [1, 5, 300, 20_000])
def test_sums_values_and_times_are_bit_equal(rng, n):
    page, levels = Page("correlator.wasm"), 12
    x = np.cumsum(rng.normal(size=n)) / 10
    memory, result = np.zeros(correlator.memory_length(levels)), np.zeros(3)
    assert page.call("memory_length", levels) == memory.size
    there = page.put(memory), page.put(result)
    for value in x:
        page.call("take_in", value, levels, there[0])
    running = correlator.RunningAutocorrelation(mean=0.0, levels=levels)
    running.add(x)
    assert np.array_equal(page.get(there[0], memory), running._memory)
    for (level, k), value in zip(running._known_lags(), running.values, strict=True):
        assert page.call("autocorrelation_at", level, k, levels, there[0]) == value
    correlator._integrate(levels, running._memory, result)
    page.call("integrate", levels, *there)
    assert np.array_equal(page.get(there[1], result), result)
