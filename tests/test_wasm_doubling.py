"""Orbits of maps in the page and in the package: the same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse.doubling import maps, orbits

RATES = [(0, 3.2), (0, 3.9), (1, 0.7), (1, 0.95), (2, 0.8), (2, 1.5), (2, 1.9)]


@pytest.fixture(scope="module")
def page():
    return Page("doubling.wasm")


@pytest.mark.parametrize("kind, a", RATES)
def test_steps_and_orbits(page, kind, a):
    orbit = np.empty(200)
    there = page.put(orbit)
    native(maps.write_orbit)(kind, a, 0.3, 200, orbit)
    page.call("write_orbit", kind, a, 0.3, 200, there)
    assert np.array_equal(page.get(there, orbit), orbit)
    assert page.call("next_value", kind, a, 0.3) == orbit[1]
    assert page.call("critical_at", kind, a) == native(maps.critical_at)(kind, a)
    assert page.call("loss_at", a) == maps.loss_at(a)


@pytest.mark.parametrize("kind, a", RATES)
def test_periods_and_exponents(page, kind, a):
    period = page.call("period_at", kind, a, 4096, 512, orbits.RETURNED)
    assert period == native(maps.period_at)(kind, a, 4096, 512, orbits.RETURNED)
    mean = native(maps.mean_log_slope)(kind, a, 100, 1000)
    assert page.call("mean_log_slope", kind, a, 100, 1000) == pytest.approx(mean, rel=1e-14)


@pytest.mark.parametrize("kind, window", [(0, [2.9, 4.1, 0.1, 0.9]), (1, [0.7, 1.0, 0.0, 1.0]),
                                          (2, [0.0, 2.0, -1.5, 1.5])])  # fmt: skip
def test_pictures_are_the_same_in_one_go_and_in_pieces(page, kind, window):
    n, n_rows, transient, steps = 40, 30, 100, 320
    low, high, x_low, x_high = window
    step = (high - low) / n
    arrays = [np.empty(n), np.empty(n), np.zeros(n), np.zeros(n, np.uint32)]
    counts = np.zeros(n_rows * n, np.uint32)
    there = [page.put(array) for array in (*arrays, counts)]
    maps.fill_density(kind, low, step, x_low, x_high, n_rows, n, transient, steps, *arrays, counts)
    page.call("start_orbits", kind, low, step, n, there[0])
    for first, last in ((0, 7), (7, 40)):
        page.call("let_settle", kind, low, step, first, last, transient, there[0])
        for _ in range(2):
            page.call("add_visits", kind, low, step, first, last, x_low, x_high, n_rows, n,
                      steps // 2, *there)  # fmt: skip
    assert np.array_equal(page.get(there[4], counts), counts)
    assert np.array_equal(page.get(there[3], arrays[3]), arrays[3])
    assert page.get(there[2], arrays[2]) == pytest.approx(arrays[2], rel=1e-13, nan_ok=True)
    assert counts.any()
