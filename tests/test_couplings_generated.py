"""Couplings that decimation creates, against lattices summed state by state."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.couplings import couplings_from_log_weights, decimated_lattice, star_couplings


def products(n):
    """The product of the spins of every subset in every state, shape (2**n states, 2**n)."""
    spins = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    subsets = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return np.prod(np.where(subsets[None], spins[:, None], 1), axis=2)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 5), st.integers(0, 1000))
def test_couplings_and_weights_are_two_ways_to_say_the_same(n, seed):
    J = np.random.default_rng(seed).normal(size=2**n)
    assert np.allclose(couplings_from_log_weights(products(n) @ J), J, atol=1e-13)


@pytest.mark.parametrize("K", [-0.3, 0.0, 0.44, 2.0])
def test_star(K):
    states = np.array(list(itertools.product([1, -1], repeat=4)))
    constant, pair, four = star_couplings(K)
    pairs = (states.sum(axis=1) ** 2 - 4) / 2
    exact = np.log(2 * np.cosh(K * states.sum(axis=1)))
    assert np.allclose(constant + pair * pairs + four * states.prod(axis=1), exact, atol=1e-13)
    assert pair == pytest.approx(np.log(np.cosh(4 * K)) / 8, abs=1e-14)
    assert four == pytest.approx(pair - np.log(np.cosh(2 * K)) / 2, abs=1e-14)


@pytest.fixture(scope="module")
def enumerated():
    """`enumerated(K)` does as `decimated_lattice(4, K)`, by summing over all 2**16 states."""
    spins = (1 - 2 * ((np.arange(2**16)[:, None] >> np.arange(16)) & 1)).astype(np.int8)
    lattice = spins.reshape(-1, 4, 4)
    bonds = (lattice * (np.roll(lattice, 1, 1) + np.roll(lattice, 1, 2))).sum(axis=(1, 2))
    state = (lattice[:, ::2, ::2].reshape(len(spins), -1) < 0) @ (1 << np.arange(4))
    return lambda K: couplings_from_log_weights(np.log(np.bincount(state, np.exp(K * bonds))))


@pytest.mark.parametrize("K", [-0.5, 0.2, 0.4406868, 1.5])
def test_all_couplings_of_four_kept_spins(enumerated, K):
    assert np.allclose(decimated_lattice(4, K), enumerated(K), atol=1e-12)


@pytest.mark.parametrize("L", [6, 8])
def test_larger_lattices_keep_the_partition_function(L):
    """Couplings summed back over the kept spins give Kaufman's ln Z; shifted ones are the same."""
    from scipy.special import logsumexp

    from rgcourse.exact import kaufman

    K, half = 0.4, L // 2
    J = decimated_lattice(L, K)
    n = half * half
    weights = J.reshape((2,) * n)
    for axis in range(n):
        sums, differences = np.moveaxis(weights, axis, 0)
        weights = np.stack([sums + differences, sums - differences], axis)
    assert logsumexp(weights) == pytest.approx(L * L * kaufman(L, K).log_z, abs=1e-9)

    def pair(i, j):
        return J[1 << (i[0] * half + i[1]) | 1 << (j[0] * half + j[1])]

    assert pair((0, 0), (0, 1)) == pytest.approx(pair((1, 1), (2, 1)), abs=1e-12)
    assert pair((0, 0), (1, 1)) == pytest.approx(pair((0, 1), (1, 0)), abs=1e-12)
    odd = [J[A] for A in range(len(J)) if A.bit_count() % 2]
    assert np.max(np.abs(odd)) < 1e-12


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: couplings_from_log_weights([1.0, 2.0, 3.0]), r"2\*\*n log_weights"),
        (lambda: couplings_from_log_weights([1.0, -np.inf]), "must be finite"),
        (lambda: star_couplings(np.nan), "K must be finite"),
        (lambda: decimated_lattice(5, 0.3), "L must be 4, 6 or 8"),
        (lambda: decimated_lattice(10, 0.3), "L must be 4, 6 or 8"),
        (lambda: decimated_lattice(4, 50.0), "between -20 and 20"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("sign", [-1, 1])
def test_couplings_up_to_20(sign):
    """The ground states, all up or of two sublattices, keep their weight to the last digits."""
    J = decimated_lattice(4, 20.0 * sign)
    assert np.all(np.isfinite(J))
    assert J.sum() == pytest.approx(2 * 16 * 20, abs=1)  # ln of the weight of all kept spins up
    with pytest.raises(ValueError, match="K must lie between -20 and 20"):
        decimated_lattice(4, 20.001 * sign)
