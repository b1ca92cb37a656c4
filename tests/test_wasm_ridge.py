"""Regressions in the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.ridge import equivalent, learning_curve, regression
from rgcourse.widgets import spectrum_lab

D = spectrum_lab.D


@pytest.fixture(scope="module")
def page():
    return Page("ridge.wasm")


@pytest.mark.parametrize("a, b, ridge, noise", [(1.5, 3.0, 0.0, 0.0), (1.1, 8.0, 0.1, 0.2)])
def test_theory_is_bit_equal(page, a, b, ridge, noise):
    k = np.arange(1.0, D + 1)
    spectrum, target, out = k**-a, k**-b, np.zeros(3)
    there = [page.put(array) for array in (spectrum, target, out)]
    predict = native(equivalent.predict_error)
    for P in (3.0, 17.5, 128.0, 170.0):
        predict(spectrum, target, D, P, ridge, noise, out)
        page.call("predict_error", there[0], there[1], D, P, ridge, noise, there[2])
        assert np.array_equal(page.get(there[2], out), out)
        curve = learning_curve(spectrum, target, P, ridge=ridge, noise=noise)
        assert out == pytest.approx([curve.kappa, curve.gamma, curve.error], rel=1e-12)


@pytest.mark.parametrize("P", [4, 31, 128])
def test_fits_are_bit_equal(page, rng, P):
    k = np.arange(1.0, D + 1)
    state = random_state(rng)
    arrays = [k**-1.5, k**-3.0, np.zeros(D * P), np.zeros(P * P), np.zeros(P), np.zeros(D), state]
    there = [page.put(array) for array in arrays]
    fit = native(regression.fit_once)
    for ridge, noise in [(0.0, 0.0), (0.01, 0.3)]:
        here = fit(*arrays[:2], D, P, ridge, noise, *arrays[2:])
        assert page.call("fit_once", *there[:2], D, P, ridge, noise, *there[2:]) == here
        assert np.array_equal(page.get(there[5], arrays[5]), arrays[5])
        assert np.array_equal(page.get(there[6], state), state)
        assert here > 0


def test_what_cannot_be_solved_says_so_in_the_page_too(page, rng):
    P = 30
    spectrum = np.full(40, 1e-200)
    spectrum[0] = 1.0
    state = random_state(rng)
    arrays = [spectrum, np.ones(40), np.zeros(40 * P), np.zeros(P * P), np.zeros(P), np.zeros(40)]
    there = [page.put(array) for array in [*arrays, state]]
    assert page.call("fit_once", *there[:2], 40, P, 0.0, 0.0, *there[2:]) == -1
