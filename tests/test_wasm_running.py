"""The running of the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse.running_couplings import beta as rc


@pytest.fixture(scope="module")
def page():
    return Page("running.wasm")


def test_coefficients_and_fixed_points_are_bit_equal(page, rng):
    fill, fixed = native(rc.fill_coefficients), native(rc.fixed_coupling)
    for n_f, n_c in [(5, 3), (16.5, 3), (0, 2), *rng.uniform([0, 2], [24, 5], (50, 2))]:
        b = np.empty(3)
        there = page.put(b)
        fill(n_f, n_c, b)
        page.call("fill_coefficients", float(n_f), float(n_c), there)
        assert np.array_equal(page.get(there, b), b)
        assert page.call("fixed_coupling", there) == fixed(b)


@pytest.mark.parametrize("loops", [1, 2, 3])
def test_runs_are_bit_equal(page, rng, loops):
    run = native(rc.run_inverse)
    ends = set()
    for n_f, t, alpha in [(5, 0.0, 0.118), *rng.uniform([0, -15, 0.06], [24, 25, 0.3], (80, 3))]:
        b = rc.beta_coefficients(n_f)
        there = page.put(b)
        expected = run(1 / alpha, t, b, loops, 0.25, rc.MAX_STEP)
        assert page.call("run_inverse", 1 / alpha, t, there, loops, 0.25, rc.MAX_STEP) == expected
        ends.add(expected == 0)
    assert ends == {True, False}  # some met the pole


def test_poles_are_equal(page, rng):
    for g, b in rng.uniform([0.01, -2], [1, 2], (50, 2)):
        assert page.call("pole_distance", g, b) == rc.pole_distance(g, b)
