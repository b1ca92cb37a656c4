"""The chain of the page is the package's own: same code, same bits."""

import importlib

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.couplings import chain

# The package gives this name to the function inside.
migdal_kadanoff = importlib.import_module("rgcourse.couplings.migdal_kadanoff")


@pytest.fixture(scope="module")
def page():
    return Page("decimation.wasm")


@pytest.mark.parametrize("b", [2, 3, 4])
def test_steps_are_bit_equal(page, rng, b):
    step = native(chain.decimate_step)
    result = np.zeros(3)
    there = page.put(result)
    for K, h in rng.uniform([-2, -1.5], [2, 1.5], (200, 2)):
        step(K, h, b, result)
        page.call("decimate_step", K, h, b, there)
        assert np.array_equal(page.get(there, result), result)


def test_lengths_are_equal(page, rng):
    for K, h in [(0.0, 0.0), (0.0, 1.0), (2.0, 0.0), *rng.uniform(0, 1.5, (50, 2))]:
        assert page.call("correlation_length_at", K, h) == chain.correlation_length(K, h)


@pytest.mark.parametrize("K, h", [(1.5, 0.02), (0.0, 0.0), (-0.5, 0.3), (2.0, -1.5)])
def test_samples_are_bit_equal(page, rng, K, h):
    spins, state = np.zeros(256, np.int8), random_state(rng)
    there = page.put(spins), page.put(state)
    native(chain.sample_segment)(K, h, 256, spins, state)
    page.call("sample_segment", K, h, 256, *there)
    assert np.array_equal(page.get(there[0], spins), spins)
    assert np.array_equal(page.get(there[1], state), state)


def test_the_cobweb_maps_as_the_package(rng):
    cobweb = Page("cobweb.wasm")
    result = np.zeros(2)
    there = cobweb.put(result)
    for K, b, dim in rng.uniform([0, 1.05, 1], [2, 4, 4], (200, 3)):
        wanted = native(migdal_kadanoff.move_and_decimate)(K, b, dim)
        assert cobweb.call("move_and_decimate", K, b, dim) == pytest.approx(wanted, rel=1e-13)
    native(migdal_kadanoff.unstable_coupling)(2.0, 2.0, result)
    cobweb.call("unstable_coupling", 2.0, 2.0, there)
    assert cobweb.get(there, result) == pytest.approx(result, rel=1e-12)
    assert result == pytest.approx([0.304688931718, 0.747235716], rel=1e-7)


@pytest.mark.parametrize("dim", [1.0, 1.000001, 1.01, 1.5])
def test_only_one_dimension_has_no_fixed_point(dim):
    """Close to one dimension K* = (ln b / 2) / (b**(dim - 1) - 1) is far out, and is found."""
    result = np.zeros(2)
    native(migdal_kadanoff.unstable_coupling)(2.0, dim, result)
    if dim == 1:
        assert result.tolist() == [0.0, 0.0]
        return
    assert migdal_kadanoff.move_and_decimate(result[0], 2.0, dim) == pytest.approx(result[0])
    if dim < 1.1:
        assert result[0] == pytest.approx(np.log(2) / 2 / (2 ** (dim - 1) - 1), rel=1e-9)
