"""Bond moving against exact decimation, duality and enumerated hierarchical lattices."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.couplings import (
    diamond_bonds,
    diamond_log_z,
    dual_coupling,
    migdal_kadanoff,
    migdal_kadanoff_rate,
)
from rgcourse.exact import CRITICAL_K
from rgcourse.flows import find_fixed_point

# d, b, K*, lambda (None for b -> 1), y_t: computed independently of this package
TABLE = [
    (2, 2, 0.304688931718, 1.67857351043, 0.7472357189),
    (2, 3, 0.24060591253, 2.25, 0.7381404929),
    (2, 4, 0.201762964144, 2.7498483904, 0.7296760398),
    (3, 2, 0.065266294981, 1.91737022236, 0.9391289319),
    (3, 3, 0.0393545794721, 2.76590060785, 0.9260467133),
]


@pytest.mark.parametrize("dim, b, K, eigenvalue, y", TABLE)
def test_fixed_points(dim, b, K, eigenvalue, y):
    point = find_fixed_point(lambda K: migdal_kadanoff(K, b=b, dim=dim), 0.9 * K, b=b)
    assert point.couplings == pytest.approx([K], abs=1e-12)
    assert point.eigenvalues == pytest.approx([eigenvalue], abs=1e-10)
    assert point.exponents == pytest.approx([y], abs=1e-9)


@pytest.mark.parametrize(
    "dim, K, y", [(2, CRITICAL_K, 0.7535495197), (3, 0.13977768212, 0.9481686435)]
)
def test_infinitesimal_form(dim, K, y):
    assert migdal_kadanoff_rate(K, dim=dim) == pytest.approx(0, abs=1e-11)
    step = 1e-4
    slope = (migdal_kadanoff_rate(K + step, dim=dim) - migdal_kadanoff_rate(K - step, dim=dim)) / (
        2 * step
    )
    assert slope == pytest.approx(y, abs=1e-7)
    # in two dimensions also in closed form, 2 - 2 sqrt(2) K_c
    assert dim == 3 or y == pytest.approx(2 - 2 * math.sqrt(2) * CRITICAL_K, abs=1e-10)


@settings(deadline=None)
@given(st.floats(1e-3, 18), st.integers(1, 4))
def test_infinitesimal_form_is_the_limit(K, dim):
    step = 1e-6
    # halved and extrapolated, the difference quotient is good to its square
    once, half = (
        (migdal_kadanoff(K, b=1 + s, dim=dim) - K) / math.log1p(s) for s in (step, step / 2)
    )
    assert 2 * half - once == pytest.approx(migdal_kadanoff_rate(K, dim=dim), rel=1e-5, abs=1e-7)


@settings(deadline=None)
@given(st.floats(-3, 3), st.integers(2, 5))
def test_one_dimension_is_exact_decimation(K, b):
    """Summing b - 1 spins of a row multiplies transfer matrices."""
    ends = np.linalg.matrix_power(np.exp(K * np.array([[1, -1], [-1, 1]])), b)
    summed = math.log(ends[0, 0] / ends[0, 1]) / 2
    assert migdal_kadanoff(K, b=b, dim=1) == pytest.approx(summed, abs=1e-9)


@settings(deadline=None)
@given(st.floats(0, 12), st.floats(1.01, 8), st.integers(1, 4))
def test_the_definition(K, b, dim):
    moved = b ** (dim - 1) * K
    if moved < 5:  # beyond, tanh rounds to 1 and the definition is no longer the better formula
        expected = math.atanh(math.tanh(moved) ** b)
        assert migdal_kadanoff(K, b=b, dim=dim) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("K", [5.0, 9.9, 10.1, 30.0, 400.0, 1e6])
def test_strong_couplings(K):
    assert migdal_kadanoff(K) == pytest.approx(2 * K - math.log(2) / 2, rel=1e-15, abs=1e-8)
    assert migdal_kadanoff_rate(K) == pytest.approx(K - 0.5, abs=1e-8)


def test_the_seam_is_invisible():
    below, above = migdal_kadanoff(np.array([10 - 1e-13, 10 + 1e-13]))
    assert 0 < above - below < 1e-12


def test_shapes_and_limits():
    K = np.array([[0.0, 0.3], [1.0, 2.0]])
    assert migdal_kadanoff(K).shape == (2, 2) and migdal_kadanoff(K)[0, 0] == 0
    assert np.ndim(migdal_kadanoff(0.3)) == 0 and migdal_kadanoff_rate(0.0) == 0
    assert migdal_kadanoff(-0.3, b=3) == -migdal_kadanoff(0.3, b=3)
    assert migdal_kadanoff(-0.3, b=2) == migdal_kadanoff(0.3, b=2)


@settings(deadline=None)
@given(st.floats(1e-6, 15))
def test_duality_is_an_involution(K):
    dual = dual_coupling(K)
    assert np.tanh(K) == pytest.approx(np.exp(-2 * dual), rel=1e-12)
    assert dual_coupling(dual) == pytest.approx(K, rel=1e-8)


# --- the lattice on which it is exact


def enumerated_log_z(bonds, K):
    n = bonds.max() + 1
    spins = 1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.int8)
    agreement = sum(spins[:, u] * spins[:, v] for u, v in bonds)
    return K * len(bonds) + math.log(math.fsum(np.exp(K * (agreement - float(len(bonds))))))


@pytest.mark.parametrize(
    "n_generations, b, dim",
    [(0, 2, 2), (1, 2, 2), (2, 2, 2), (1, 3, 2), (1, 2, 3), (2, 3, 1), (3, 2, 1)],
)
@pytest.mark.parametrize("K", [0.0, 0.1, 0.609377863436, 2.0])
def test_diamonds_by_enumeration(n_generations, b, dim, K):
    bonds = diamond_bonds(n_generations, b=b, dim=dim)
    assert len(bonds) == b ** (dim * n_generations)
    exact = enumerated_log_z(bonds, K)
    assert diamond_log_z(K, n_generations, b=b, dim=dim) == pytest.approx(exact, abs=1e-12)
    if K:
        wrong = diamond_log_z(1.05 * K, n_generations, b=b, dim=dim)
        assert abs(wrong - exact) > 1e-4


def test_zooming_out_a_diamond_is_the_recursion():
    """A bundle of decimated rows is the moved bond of the next step: x = 2 K flows as K does."""
    K, n_sites = 0.35, [2, 4, 12, 44]
    assert [diamond_bonds(n).max() + 1 for n in range(4)] == n_sites
    fine, coarse = (diamond_log_z(x, n) for x, n in ((2 * K, 3), (2 * migdal_kadanoff(K), 2)))
    row = migdal_kadanoff(2 * K, dim=1)
    constant = 32 * (2 * math.log(2 * math.cosh(2 * K)) - math.log(2 * math.cosh(row)))
    assert fine - coarse == pytest.approx(constant, rel=1e-14)


# --- bad input


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: migdal_kadanoff("0.3"), "K must be a real number"),
        (lambda: migdal_kadanoff(math.nan), "K must be finite"),
        (lambda: migdal_kadanoff(0.3, b=1), "b must be greater than 1, got 1"),
        (lambda: migdal_kadanoff(0.3, b=None), "b must be"),
        (lambda: migdal_kadanoff(0.3, dim=0), "dim must be at least 1"),
        (lambda: migdal_kadanoff(0.3, dim=2.5), "dim must be a whole number"),
        (lambda: migdal_kadanoff(-0.3, b=1.5), "K = -0.3 is negative and b = 1.5 not whole"),
        (lambda: migdal_kadanoff_rate(-0.1), "must not be negative, got -0.1"),
        (lambda: migdal_kadanoff_rate(0.1, dim=None), "dim must be"),
        (lambda: migdal_kadanoff_rate(math.inf), "finite"),
        (lambda: dual_coupling(0.0), "must be positive, got 0"),
        (lambda: dual_coupling([0.1, None]), "real number"),
        (lambda: diamond_bonds(-1), "n_generations must be at least 0"),
        (lambda: diamond_bonds(1, b=1), "b must be at least 2"),
        (lambda: diamond_bonds(1, dim=1.5), "dim must be a whole number"),
        (lambda: diamond_log_z(-0.1, 1), "must not be negative, got -0.1"),
        (lambda: diamond_log_z(None, 1), "K must be"),
        (lambda: diamond_log_z(0.1, True), "n_generations must be"),
        (lambda: diamond_log_z(0.1, 1, b=2.0), "b must be a whole number"),
        (lambda: diamond_log_z(0.1, 1, dim=0), "dim must be at least 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
