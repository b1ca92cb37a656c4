"""Block spins by any rule, the couplings they seem to have, and the glass of water."""

import numpy as np
import pytest
from numpy.linalg import norm

from rgcourse.information import block_by_rule
from rgcourse.mcrg import (
    PRESET_MAGNETS,
    PRESET_RULES,
    blocks_by_design,
    critical_magnet,
    directions_of,
    glass,
    neighbour_couplings,
)
from rgcourse.mcrg import designs as kernels
from rgcourse.samplers import PlaquetteClusters

LATTICES = 1 - 2 * (np.arange(1 << 16)[:, None] >> np.arange(16) & 1)
SQUARES = LATTICES.reshape(-1, 4, 4).astype(np.int8)


@pytest.mark.parametrize("rule", ["decimation", "average and sign", "max-pool", "product"])
def test_rules_without_coins_are_those_of_block_by_rule(rule, rng):
    spins = rng.choice(np.array([-1, 1], np.int8), (5, 8, 8))
    expected = block_by_rule(spins, PRESET_RULES[rule])
    assert np.array_equal(blocks_by_design(spins, rule, rng=1), expected)


def test_all_blocks_have_the_outputs_of_the_rule():
    """Each of the 16 states: up, down, or a coin that falls on both sides as often."""
    blocks = (1 - 2 * (np.arange(16)[:, None] >> np.arange(4) & 1)).reshape(16, 2, 2)
    many = np.repeat(blocks, 4000, axis=0)
    for rule in PRESET_RULES.values():
        up = (blocks_by_design(many, rule, rng=3).reshape(16, -1) > 0).mean(axis=1)
        sure = rule != 0.5
        assert np.array_equal(up[sure], rule[sure])
        assert np.all(abs(up[~sure] - 0.5) < 4 * 0.5 / 4000**0.5)


def test_fair_rules_are_fair():
    fair = {name for name, rule in PRESET_RULES.items() if np.all(rule + rule[::-1] == 1)}
    assert fair == {"majority", "decimation"}


def test_neighbourhoods_are_counted_as_numpy_counts_them(rng):
    spins = rng.choice(np.array([-1, 1], np.int8), (8, 8))
    counts = np.zeros(kernels.COUNTS)
    kernels._count_samples(spins.reshape(1, -1), 8, counts[np.newaxis])
    s = spins.astype(int)

    def at(x, y):
        return np.roll(s, (-x, -y), (0, 1))

    a = at(1, 0) + at(-1, 0) + at(0, 1) + at(0, -1)
    b = at(1, 1) + at(-1, 1) + at(1, -1) + at(-1, -1)
    c = sum(at(x, 0) * at(0, y) * at(x, y) for x in (1, -1) for y in (1, -1))
    kind = 25 * ((a + 4) // 2) + 5 * ((b + 4) // 2) + (c + 4) // 2
    expected = np.bincount((2 * kind + (s > 0)).ravel(), minlength=kernels.COUNTS)
    assert np.array_equal(counts, expected)


def test_exact_averages_give_the_couplings_back():
    """All 65,536 lattices of 4 x 4 spins with their weights: h, K, K_2 and K_4 to nine digits."""
    h, K, K_2, K_4 = wanted = np.array([0.03, 0.3, 0.08, -0.02])
    s = SQUARES.astype(float)
    right, below = np.roll(s, -1, 2), np.roll(s, -1, 1)
    both = np.roll(right, -1, 1)
    energy = h * s + K * s * (right + below) + K_2 * (s * both + right * below)
    energy = (energy + K_4 * s * right * below * both).sum(axis=(1, 2))
    p = np.exp(energy - energy.max())
    p /= p.sum()
    # a spin of the torus is like any other: count the first only
    a = s[:, 1, 0] + s[:, 3, 0] + s[:, 0, 1] + s[:, 0, 3]
    b = s[:, 1, 1] + s[:, 3, 1] + s[:, 1, 3] + s[:, 3, 3]
    c = sum(s[:, x, 0] * s[:, 0, y] * s[:, x, y] for x in (1, 3) for y in (1, 3))
    kind = (25 * ((a + 4) // 2) + 5 * ((b + 4) // 2) + (c + 4) // 2).astype(int)
    counts = np.bincount(2 * kind + (s[:, 0, 0] > 0), weights=p, minlength=kernels.COUNTS)
    couplings, work = np.empty(4), np.empty(32)
    assert kernels.likeliest_couplings(counts, couplings, work) == 1
    assert couplings == pytest.approx(wanted, abs=1e-9)


def test_samples_give_the_couplings_back(rng):
    magnet = critical_magnet("plaquettes")
    chain = PlaquetteClusters(32, **magnet, rng=rng)
    chain.sweep(30)
    found = neighbour_couplings(chain.sample(2000, every=2))
    z = (found.value - [0, magnet["K"], 0, magnet["K_4"]]) / found.error
    assert np.all(abs(z) < 4.5), z
    assert found.error.max() < 0.01


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: blocks_by_design(SQUARES[:1], "minority", rng=1), "rule must be one of majority"),
        (lambda: blocks_by_design(SQUARES[:1], [0.3] * 16, rng=1), "0.5 for a coin"),
        (lambda: blocks_by_design(np.ones((1, 3, 3)), "majority", rng=1), "an even L, got L = 3"),
        (lambda: neighbour_couplings(np.ones((20, 4, 4))), "too much alike"),
        (lambda: neighbour_couplings(np.ones((2, 4, 4))), "at most the number of lattices, 2"),
        (lambda: critical_magnet("cubic"), "name must be one of square"),
        (lambda: critical_magnet("square", ratio=0), "ratio must be positive"),
        (lambda: directions_of([1.0, 2.0]), "T must be a square matrix"),
    ],
)
def test_nonsense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_presets_are_magnets():
    for name in PRESET_MAGNETS:
        magnet = critical_magnet(name, ratio=0.9)
        assert PlaquetteClusters(4, **magnet, rng=1).spins.shape == (4, 4)
    assert critical_magnet("triangular")["K"] == pytest.approx(np.log(3) / 4)


def test_directions_mind_their_own_business(rng):
    """Three steps of K' = T K multiply the strength of each direction by |lambda|**3."""
    T = rng.normal(size=(6, 6)) / 2
    values, left = directions_of(T)
    assert norm(left, axis=1) == pytest.approx(np.ones(6))
    couplings = rng.uniform(-1, 1, 6)
    parts = np.stack([left.real, left.imag], axis=-1).ravel()
    start, now = np.empty(6), np.empty(6)
    glass.strengths(6, parts, couplings, start)
    glass.after_zooms(6, start, abs(values), 3, now)
    zoomed = np.linalg.matrix_power(T, 3) @ couplings
    assert now == pytest.approx(abs(left @ zoomed), rel=1e-9)


def test_two_knobs_match_two_directions(rng):
    T = np.diag([4.0, 2.0, 0.5, 0.2]) + 0.1 * rng.normal(size=(4, 4))
    values, left = directions_of(T)
    assert not values[:2].imag.any()
    parts = np.stack([left.real, left.imag], axis=-1).ravel()
    one, other = rng.uniform(-1, 1, (2, 4))
    kept = other[2:].copy()
    glass.match_knobs(4, parts, 0, 1, one, other)
    assert (left @ one)[:2] == pytest.approx((left @ other)[:2], abs=1e-12)
    assert np.array_equal(other[2:], kept)
