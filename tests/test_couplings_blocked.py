"""Weights of block spins, against lattices summed state by state."""

import itertools

import numpy as np
import pytest

from rgcourse.couplings import (
    couplings_from_log_weights,
    decimated_lattice,
    square_blocks,
    triangle_blocks,
)
from rgcourse.exact import kaufman

DECIMATE = [1, 0] * 8


def spins_of(n):
    """All states of n spins, spin i of state k up where bit i of k is 0."""
    return 1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)


@pytest.fixture(scope="module")
def lattice():
    """All 2**16 states of a 4 x 4 torus, and the number of satisfied minus broken bonds."""
    s = spins_of(16).reshape(-1, 4, 4)
    return s, (s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))).sum(axis=(1, 2))


@pytest.mark.parametrize("K", [-0.5, 0.0, 0.408, 1.5])
def test_majority_rule_on_four_blocks(lattice, K):
    s, bonds = lattice
    total = s.reshape(-1, 2, 2, 2, 2).sum(axis=(2, 4)).reshape(-1, 4)
    up = np.where(total > 0, 1, np.where(total == 0, 0.5, 0))
    chances = [np.where(h > 0, up, 1 - up).prod(axis=1) for h in spins_of(4)]
    log_w = np.log(np.array(chances) @ np.exp(K * bonds))
    assert np.allclose(square_blocks(4, K), log_w, rtol=0, atol=1e-12)


def test_any_rule_on_four_blocks(lattice):
    s, bonds = lattice
    rule = np.random.default_rng(5).random(16)
    inside = s.reshape(-1, 2, 2, 2, 2).swapaxes(2, 3).reshape(-1, 4, 4)  # state, block, spin
    up = rule[(inside < 0) @ (1 << np.arange(4))]
    chances = [np.where(h > 0, up, 1 - up).prod(axis=1) for h in spins_of(4)]
    log_w = np.log(np.array(chances) @ np.exp(0.4 * bonds))
    assert np.allclose(square_blocks(4, 0.4, rule), log_w, rtol=0, atol=1e-12)


@pytest.mark.parametrize("L", [4, 6, 8])
def test_decimation_is_that_of_the_decimated_lattice(L):
    J = couplings_from_log_weights(square_blocks(L, 0.408, DECIMATE))
    assert np.allclose(J, decimated_lattice(L, 0.408), rtol=0, atol=1e-12)


@pytest.mark.parametrize("L", [6, 8])
def test_votes_keep_partition_function_and_symmetries(L):
    log_w, n = square_blocks(L, 0.44), L // 2
    assert np.logaddexp.reduce(log_w) == pytest.approx(L * L * kaufman(L, 0.44).log_z, abs=1e-10)
    states = np.arange(log_w.size).reshape((2,) * n * n)  # axes are spins, the last one first
    axes = np.arange(n * n).reshape(n, n)
    for moved in (np.roll(axes, 1, 0), np.roll(axes, 1, 1), axes.T, axes[::-1]):
        assert np.allclose(log_w[states.transpose(moved.ravel()).ravel()], log_w, atol=1e-11)
    assert np.allclose(log_w[::-1], log_w, atol=1e-11)


def triangular_neighbours(n):
    """Pairs of the 3 n**2 sites at distance 1 on the torus, from their places in the plane."""
    e = np.array([[1, 0], [0.5, np.sqrt(3) / 2]])
    A = np.array([e[0] + e[1], 2 * e[1] - e[0]])
    corners = np.array([0 * e[0], e[0], e[1]])
    blocks = [x * A[0] + y * A[1] for y in range(n) for x in range(n)]
    places = np.array([block + corner for block in blocks for corner in corners])
    images = [(i * A[0] + j * A[1]) * n for i, j in itertools.product((-1, 0, 1), repeat=2)]
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(places)), 2)
        for image in images
        if abs(np.linalg.norm(places[i] - places[j] + image) - 1) < 1e-9
    ]


def test_triangular_votes_on_nine_blocks():
    """Every sixteenth state of the block spins: a sum over the 4**9 states that vote so."""
    bonds = triangular_neighbours(3)
    assert len(bonds) == 81
    log_w = triangle_blocks(3, 0.26)
    voters = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    which = np.arange(4**9)[:, None] // 4 ** np.arange(9) % 4  # state, block
    for state in range(0, 512, 16):
        h = 1 - 2 * (state >> np.arange(9) & 1)
        s = (voters[which] * h[:, None]).reshape(-1, 27)
        energy = sum(s[:, i] * s[:, j] for i, j in bonds)
        assert log_w[state] == pytest.approx(np.logaddexp.reduce(0.26 * energy), abs=1e-11)


def test_triangular_block_spins_stand_where_they_are_said_to():
    """Neighbours among sixteen block spins have the strongest of all pair couplings."""
    J = couplings_from_log_weights(triangle_blocks(4, 0.26))
    spin = 1 << np.arange(16).reshape(4, 4)  # y, x
    near = [
        J[spin + np.roll(spin, shift, (0, 1))] for shift in ((0, -1), (-1, 0), (-1, 1))
    ]  # (x + 1, y), (x, y + 1), (x - 1, y + 1)
    assert np.allclose(near, near[0][0, 0], atol=1e-12)
    pairs = [k for k in range(J.size) if k.bit_count() == 2]
    assert np.sum(np.isclose(J[pairs], near[0][0, 0], atol=1e-9)) == 48
    assert max(J[pairs]) == pytest.approx(near[0][0, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: square_blocks(5, 0.4), "L must be 4, 6 or 8, got 5"),
        (lambda: square_blocks(4, 2.1), "K must be between -2 and 2"),
        (lambda: square_blocks(4, 0.4, [1, 0]), "16 probabilities"),
        (lambda: square_blocks(4, 0.4, [2, 0] * 8), "16 probabilities"),
        (lambda: square_blocks([4, 6], 0.4), "L must be a whole number"),
        (lambda: triangle_blocks(5, 0.2), "n must be 3 or 4, got 5"),
        (lambda: triangle_blocks(3, np.inf), "K must be finite"),
    ],
)
def test_what_cannot_be_summed_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_states_that_a_rule_never_makes_have_no_weight():
    log_w = square_blocks(np.int64(4), 0.4, [1] * 16)
    assert np.isfinite(log_w[0]) and np.all(log_w[1:] == -np.inf)
