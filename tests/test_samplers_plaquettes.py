"""Clusters of plaquettes against weights of single plaquettes and all states of 4 x 4 spins."""

import math

import numpy as np
import pytest

from rgcourse.samplers import PlaquetteClusters
from rgcourse.samplers import plaquettes as kernels

COUPLINGS = [
    {"K": 0.44},
    {"K": 0.27, "K_down": 0.27},
    {"K": 0.19, "K_down": 0.19, "K_up": 0.19},
    {"K": 0.35, "K_4": 0.18},
    {"K": 0.3, "K_4": 0.2, "K_down": 0.1, "K_up": 0.05, "h": 0.04},
    {"K": 0.4, "h": -0.05},
]
BITS = 1 - 2 * (np.arange(1 << 16)[:, None] >> np.arange(16) & 1)
LATTICES = BITS.reshape(-1, 4, 4)


def weights(K, K_4=0.0, K_down=0.0, K_up=0.0, h=0.0):
    """Boltzmann weights of all 4 x 4 lattices, normalized."""
    s = LATTICES
    right, below = np.roll(s, -1, 2), np.roll(s, -1, 1)
    both = np.roll(right, -1, 1)
    energy = K * s * (right + below) + K_4 * s * right * below * both
    energy = energy + K_down * s * both + K_up * right * below + h * s
    p = np.exp(energy.sum(axis=(1, 2)))
    return p / p.sum()


@pytest.mark.parametrize("K, K_4", [(0.44, 0.0), (0.35, 0.18), (0.3, 0.3), (0.0, 0.0)])
def test_terms_of_a_plaquette_add_up_to_its_weight(K, K_4):
    for state in range(16):
        a, b, c, d = (1 - 2 * (state >> i & 1) for i in range(4))
        equal = kernels.equal_sides(state)
        assert equal == (a == b) + 2 * (c == d) + 4 * (a == c) + 8 * (b == d)
        terms = [g for g in range(8) if int(kernels.bonds_of(g)) & ~int(equal) == 0]
        total = sum(kernels.weight_of(g, K, K_4) for g in terms)
        expected = math.exp(K / 2 * (a * b + c * d + a * c + b * d) + K_4 * a * b * c * d)
        assert total == pytest.approx(expected, rel=1e-14)
        assert all(kernels.weight_of(g, K, K_4) >= 0 for g in terms)


def test_thresholds_are_the_shares_of_the_terms():
    thresholds = np.empty(kernels.N_THRESHOLDS, np.uint64)
    kernels._fill_thresholds(0.35, 0.18, 0.1, 0.0, thresholds)
    shares = thresholds[:128].reshape(16, 8) / 2.0**64
    for state in range(16):
        equal = int(kernels.equal_sides(state))
        allowed = [int(kernels.bonds_of(g)) & ~equal == 0 for g in range(8)]
        drawn = np.diff(shares[state], prepend=0)
        w = [kernels.weight_of(g, 0.35, 0.18) * ok for g, ok in enumerate(allowed)]
        assert drawn == pytest.approx(np.array(w) / sum(w), abs=1e-12)
        assert np.all(drawn[np.logical_not(allowed)] == 0)
    assert thresholds[128] / 2.0**64 == pytest.approx(1 - math.exp(-0.2))
    assert thresholds[129] == 0


@pytest.mark.parametrize("couplings", COUPLINGS)
def test_sixteen_spins_have_their_boltzmann_weights(couplings, rng):
    """Means of sums even and odd agree, and a coupling wrong by 5 % is found."""
    chain = PlaquetteClusters(4, **couplings, rng=rng)
    chain.sweep(20)
    s = chain.sample(60_000, every=2).astype(int)

    def measured(s):
        right, below = np.roll(s, -1, 2), np.roll(s, -1, 1)
        both = np.roll(right, -1, 1)
        sums = [s * (right + below), s * both, right * below, s * right * below * both, s]
        return np.stack([x.sum(axis=(1, 2)) for x in sums] + [s.sum(axis=(1, 2)) ** 2], axis=1)

    binned = measured(s).reshape(100, -1, 6).mean(axis=1)
    mean, error = binned.mean(axis=0), binned.std(axis=0, ddof=1) / 10
    every = measured(LATTICES)
    z = (mean - weights(**couplings) @ every) / error
    assert np.all(np.abs(z) < 4.5), z
    wrong = couplings | {"K": 1.05 * couplings["K"]}
    assert np.abs((mean - weights(**wrong) @ every) / error).max() > 6


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 3, "K": 0.4}, "L must be at least 4"),
        ({"L": 8, "K": -0.1}, "clusters of equal spins need K >= 0, got -0.1"),
        ({"L": 8, "K": 0.2, "K_4": 0.3}, "K_4 up to K = 0.2, got K_4 = 0.3"),
        ({"L": 8, "K": 0.2, "K_down": np.nan}, "K_down must be finite"),
    ],
)
def test_what_has_no_clusters_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        PlaquetteClusters(**wrong, rng=1)


def test_a_chain_is_its_seed():
    one, other = (PlaquetteClusters(16, 0.4, h=0.01, rng=5) for _ in range(2))
    one.sweep(3)
    assert np.array_equal(one.spins, other.sample(1, every=3)[0])
