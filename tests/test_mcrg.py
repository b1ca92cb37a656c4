"""Monte Carlo RG against transformations that are known exactly, and against the square lattice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import ndtri

from rgcourse import jackknife
from rgcourse.blocking import block_spins, decimate_spins
from rgcourse.couplings import decimate_chain
from rgcourse.flows import find_fixed_point
from rgcourse.mcrg import (
    NoMatch,
    UnstableSpectrum,
    covariances,
    linearized_rg,
    matching_shift,
    scaling_exponents,
)
from rgcourse.operators import even_operators, odd_operators
from rgcourse.samplers import SwendsenWang

K_C = np.arcsinh(1) / 2


# --- exact: every configuration enumerated --------------------------------------------------------


def configurations(n):
    """All 2**n rows of n spins."""
    return (1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)).astype(np.int8)


def derivative(R, K, h=3e-4):
    """dR_a / dK_b by differences of fourth order."""
    columns = []
    for e in h * np.eye(len(K)):
        near, far = R(K + e) - R(K - e), R(K + 2 * e) - R(K - 2 * e)
        columns.append((8 * near - far) / (12 * h))
    return np.array(columns).T


@pytest.mark.parametrize("K, h", [(0.3, 0.0), (0.7, 0.0), (0.5, 0.2), (0.2, 0.6)])
def test_decimated_ring_has_the_derivative_of_the_exact_map(K, h):
    """A ring of 8: keeping every second spin gives a ring of 4 with K', h', and no other coupling.

    The set (nn, m) is not complete on a ring of 4, but here the map never leaves it.
    """
    ring = configurations(8)
    kept = decimate_spins(ring)

    def operators(s):
        return np.column_stack([np.sum(s * np.roll(s, -1, axis=1), axis=1), s.sum(axis=1)])

    S, S_blocked = operators(ring.astype(int)), operators(kept.astype(int))
    T = linearized_rg(S, S_blocked, weights=np.exp(K * S[:, 0] + h * S[:, 1]))
    exact = derivative(lambda x: np.array(decimate_chain(*x)[:2]), np.array([K, h]))
    assert T == pytest.approx(exact, abs=1e-9)


def votes_of_16():
    """(states, blocks, P): all lattices of 4 x 4 and of 2 x 2, and P(block | state) with coins."""
    states, blocks = configurations(16).reshape(-1, 4, 4), configurations(4)
    sums = states.reshape(-1, 2, 2, 2, 2).sum(axis=(2, 4)).reshape(-1, 1, 4)
    up = (1 + np.sign(sums)) / 2
    return states, blocks.reshape(-1, 2, 2), np.where(blocks == 1, up, 1 - up).prod(axis=2)


@pytest.fixture(scope="module")
def votes():
    return votes_of_16()


def operators_of_2x2(spins, even):
    """A complete set on 2 x 2 spins: nn, nnn and plaquette, or m and corner."""
    return even_operators(spins)[:, :3] if even else odd_operators(spins)[:, :2]


@pytest.mark.parametrize("even", [True, False])
def test_a_vote_of_16_spins_is_linearized_exactly(votes, even):
    """The couplings of the 2 x 2 blocks follow from their 16 probabilities, and so do derivatives.

    Odd derivatives are taken at zero odd couplings, where the even ones do not mix in.
    """
    states, blocks, P = votes
    S = np.hstack([operators_of_2x2(states, e) for e in (True, False)])
    B = np.hstack([operators_of_2x2(blocks, e) for e in (True, False)])
    basis = np.column_stack([np.ones(16), B])

    def R(K):
        p = np.exp(S @ K) @ P
        solution = np.linalg.lstsq(basis, np.log(p), rcond=None)[0]
        assert basis @ solution == pytest.approx(np.log(p), abs=1e-11)  # the set is complete
        return solution[1:]

    K = np.array([0.35, 0.05, -0.02, 0.0, 0.0])
    part = slice(0, 3) if even else slice(3, 5)
    i, j = np.nonzero(P)
    weights = np.exp(S[i] @ K) * P[i, j]
    T = linearized_rg(S[i, part], B[j, part], weights=weights)
    assert T == pytest.approx(derivative(R, K)[part, part], abs=1e-9)
    if even:
        assert scaling_exponents(T)[0] == pytest.approx(0.95, abs=0.1)


def test_the_exact_vote_has_a_fixed_point_with_one_relevant_direction(votes):
    states, blocks, P = votes
    S, B = operators_of_2x2(states, True), operators_of_2x2(blocks, True)
    basis = np.column_stack([np.ones(16), B])

    def R(K):
        return np.linalg.lstsq(basis, np.log(np.exp(S @ K) @ P), rcond=None)[0][1:]

    point = find_fixed_point(R, [0.3, 0.09, 0.0], b=2)
    i, j = np.nonzero(P)
    T = linearized_rg(S[i], B[j], weights=np.exp(S[i] @ point.couplings) * P[i, j])
    assert scaling_exponents(T) == pytest.approx(point.exponents, abs=1e-9)
    assert np.sum(point.exponents > 0) == 1


def test_gaussian_operators_return_the_matrix_they_are_made_with(rng, z_within):
    """S' = A S + noise, cov(S) = 1: cov(S', S) = A, cov(S', S') = A A' + 1, T their quotient."""
    A = np.array([[2.0, 0.3], [0.1, 0.5]])
    S = rng.normal(size=(40_000, 2))
    S_blocked = S @ A.T + rng.normal(size=S.shape)
    exact = np.linalg.solve(A @ A.T + np.eye(2), A)
    z_within(jackknife(linearized_rg, S, S_blocked).z_score(exact).ravel())


# --- what must not change the result --------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 5))
def test_changes_of_basis_and_origin(seed, n):
    """New operators S M change T to M^-1 T M; constants and order do nothing."""
    rng = np.random.default_rng(seed)
    S = rng.normal(size=(50, n))
    S_blocked = 0.7 * S + 0.3 * rng.normal(size=(50, n))
    T = linearized_rg(S, S_blocked)
    M = np.eye(n) + 0.2 * rng.uniform(-1, 1, (n, n)) / n
    assert linearized_rg(S @ M, S_blocked @ M) == pytest.approx(np.linalg.solve(M, T) @ M, rel=1e-6)
    assert linearized_rg(S + 1000, S_blocked - 500) == pytest.approx(T, rel=1e-7, abs=1e-9)
    order = rng.permutation(50)
    assert linearized_rg(S[order], S_blocked[order]) == pytest.approx(T, rel=1e-9, abs=1e-12)
    cross, square = covariances(S, S_blocked)
    assert np.linalg.solve(square, cross) == pytest.approx(T, rel=1e-9, abs=1e-12)


def test_weights_count_samples():
    S = np.array([[0.0, 1.0], [2.0, 0.0], [3.0, 5.0], [4.0, 1.0]])
    S_blocked = np.array([[1.0, 0.0], [2.0, 1.0], [1.0, 4.0], [0.0, 1.0]])
    often = [1, 3, 2, 1]
    repeated = linearized_rg(S.repeat(often, axis=0), S_blocked.repeat(often, axis=0))
    assert linearized_rg(S, S_blocked, weights=often) == pytest.approx(repeated)


@pytest.mark.parametrize("b", [2, 3, 3**0.5])
def test_exponents_of_a_known_matrix(b):
    y = np.array([1.875, 1.0, -0.5, -2.0])
    V = np.random.default_rng(1).normal(size=(4, 4))
    T = V @ np.diag(b**y) @ np.linalg.inv(V)
    assert scaling_exponents(T, b) == pytest.approx(y)
    assert scaling_exponents([[2.0]]).tolist() == [1.0]
    with_zero = scaling_exponents(np.diag([0.0, 4.0]))
    assert with_zero[0] == 2.0 and np.isnan(with_zero[1])


def test_smaller_eigenvalues_may_be_negative_or_complex():
    assert scaling_exponents(np.diag([2.0, -0.5])).tolist() == [1.0, -1.0]
    T = np.array([[4.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    assert scaling_exponents(T) == pytest.approx([2, 0, 0])


# --- the square lattice ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def critical():
    """Even and odd operators of 20 000 critical lattices of 32 x 32, and of their blocks."""
    rng = np.random.default_rng(1979)
    chain, even, odd = SwendsenWang(32, K_C, rng=rng), [], []
    chain.sweep(50)
    for _ in range(20):
        spins = np.array([chain.sweep(2) or chain.spins for _ in range(1000)])
        levels = [spins]
        for _ in range(3):
            levels.append(block_spins(levels[-1], rng=rng))
        even.append([even_operators(s) for s in levels])
        odd.append([odd_operators(s) for s in levels])
    return tuple([np.concatenate(part) for part in zip(*x, strict=True)] for x in (even, odd))


def leading(S, S_blocked):
    return scaling_exponents(linearized_rg(S, S_blocked))[0]


def test_exponents_of_the_square_lattice(critical, z_within):
    even, odd = critical
    y_t, y_h = jackknife(leading, *even[1:3], n_bins=20), jackknife(leading, *odd[1:3], n_bins=20)
    assert y_t.error < 0.012 and y_h.error < 0.001
    z_within([y_t.z_score(1.0)])
    assert abs(y_h.value - 1.875) < 0.004  # truncation and size, not noise, decide here
    assert abs(y_t.z_score(1.05)) > 4  # 5 % off would be seen


def matched(K, n_samples, rng):
    """Lattices of 32 blocked three times and of 16 blocked twice, and their bonds."""
    sides = []
    for L, steps in ((32, 3), (16, 2)):
        chain = SwendsenWang(L, K, rng=rng)
        chain.sweep(50)
        spins = np.array([chain.sweep(2) or chain.spins for _ in range(n_samples)])
        bonds = even_operators(spins)[:, 0]
        for _ in range(steps):
            spins = block_spins(spins, rng=rng)
        sides.append((even_operators(spins)[:, :2], bonds))
    (S, bonds), (S_small, bonds_small) = sides
    return S, S_small, bonds, bonds_small


def test_matching_finds_the_critical_coupling(rng, z_within):
    K = 0.437
    shift = jackknife(matching_shift, *matched(K, 10_000, rng), n_bins=20)
    assert np.all(shift.error < 1e-3)
    for a in range(2):
        z_within((shift[a] + K).z_score(K_C))
        assert abs((shift[a] + K).z_score(1.05 * K_C)) > 4


def test_matching_is_exact_where_weights_are():
    """Two toy lattices whose averages are known at every coupling: tanh(c K + d)."""
    samples = np.array([-1.0, 1.0])
    K, K_star = 0.2, 0.5

    def lattice(c, n=200_000):
        up = (1 + np.tanh(c * (K - K_star))) / 2
        spins = np.repeat(samples, [n - round(n * up), round(n * up)])
        return spins[:, None], c * spins

    (S, bonds), (S_small, bonds_small) = lattice(2.0), lattice(1.0)
    shift = matching_shift(S, S_small, bonds, bonds_small)
    assert K + shift == pytest.approx(K_star, abs=1e-5)


# --- bad input ------------------------------------------------------------------------------------

GOOD = np.random.default_rng(2).normal(size=(20, 2))


@pytest.mark.parametrize(
    "S, S_blocked, weights, message",
    [
        (GOOD[:, 0], GOOD, None, r"S must have shape \(n_samples, n_operators\)"),
        (GOOD, GOOD[:19], None, "one row for each lattice, got 20 and 19 rows"),
        (GOOD[:2], GOOD[:2], None, "2 samples cannot determine covariances of 2 operators"),
        (GOOD * np.nan, GOOD, None, "S must be finite"),
        ([["a"]], GOOD, None, "S must be a real number or an array"),
        (GOOD, GOOD, np.ones(19), "weights must be 20 numbers"),
        (GOOD, GOOD, -np.ones(20), "none negative"),
        (GOOD, GOOD, np.zeros(20), "not all zero"),
        (GOOD, GOOD * [1, 0], None, "operator 1 of the blocked lattice never changes"),
        (GOOD, GOOD[:, [0, 0]], None, "depend on each other"),
    ],
)
def test_linearized_rg_refuses(S, S_blocked, weights, message):
    with pytest.raises(ValueError, match=message):
        linearized_rg(S, S_blocked, weights=weights)


@pytest.mark.parametrize("rest", [1.2e-10, 0.8e-10])
def test_operators_depend_on_each_other_from_1e_10_of_a_variance(rest):
    """Two operators of correlation 1 - rest: that is what is left of the one beside the other."""
    one, other = np.repeat([-1.0, 1.0], 8), np.tile([-1.0, 1.0], 8)
    S = np.column_stack([one, (1 - rest) * one + np.sqrt(rest * (2 - rest)) * other])
    if rest > 1e-10:
        T = np.array([[2.0, 0.0], [1.0, 0.5]])
        assert linearized_rg(S @ T, S) == pytest.approx(T, abs=1e-4)
        return
    with pytest.raises(ValueError, match="depend on each other"):
        linearized_rg(S, S)


def test_four_spins_do_not_know_five_operators(rng):
    """On 2 x 2 spins a pair at distance 2 is one spin with itself."""
    spins = rng.choice(np.array([-1, 1], np.int8), (500, 4, 4))
    with pytest.raises(ValueError, match="never changes; leave it out"):
        linearized_rg(even_operators(spins), even_operators(block_spins(spins, rng=rng)))


@pytest.mark.parametrize(
    "T, b, message",
    [
        ([1.0, 2.0], 2, "T must be a square matrix, got shape"),
        (np.ones((2, 3)), 2, "as many operators of the blocked lattice"),
        ([[np.inf]], 2, "T must be finite"),
        ([[2.0]], 1, "b must be greater than 1, got 1"),
        ([[2.0]], "two", "b must be one real number"),
    ],
)
def test_scaling_exponents_refuses(T, b, message):
    with pytest.raises(ValueError, match=message):
        scaling_exponents(T, b)


@pytest.mark.parametrize(
    "T, kind",
    [([[0, 1], [-1, 0]], "complex"), ([[-2.0]], "not positive"), ([[0.0]], "not positive"),
     (np.diag([-3.0, 2.0]), "not positive")],
)  # fmt: skip
def test_no_exponent_from_an_impossible_eigenvalue(T, kind):
    with pytest.raises(UnstableSpectrum, match=kind) as caught:
        scaling_exponents(T)
    assert isinstance(caught.value, RuntimeError)
    sizes = abs(caught.value.eigenvalues)
    assert len(sizes) == len(T) and np.all(np.diff(sizes) <= 0)


def test_too_few_samples_are_noticed():
    """Eigenvalues of noise are of either sign, and complex: some of 40 tries are impossible."""
    rng, unstable = np.random.default_rng(3), 0
    for _ in range(40):
        S, S_blocked = rng.normal(size=(2, 8, 5))
        try:
            scaling_exponents(linearized_rg(S, S_blocked))
        except UnstableSpectrum:
            unstable += 1
    assert 10 < unstable < 40


BONDS = np.tile([-1.0, 1.0], 10)


@pytest.mark.parametrize(
    "S, S_small, bonds, bonds_small, message",
    [
        (BONDS, BONDS[:, None], BONDS, BONDS, r"S must have shape"),
        (BONDS[:, None], BONDS[:, None], BONDS[:9], BONDS, "bonds must have one number"),
        (BONDS[:, None], np.ones((20, 2)), BONDS, BONDS, "the same operators, got 1 and 2"),
        (BONDS[:4, None], BONDS[:, None], BONDS[:4], BONDS, "at least 10 rows of S"),
        (BONDS[:, None], BONDS[:, None] * np.inf, BONDS, BONDS, "S_small must be finite"),
    ],
)
def test_matching_refuses(S, S_small, bonds, bonds_small, message):
    with pytest.raises(ValueError, match=message):
        matching_shift(S, S_small, bonds, bonds_small)


@pytest.mark.parametrize("narrow", ["larger lattice", "smaller lattice"])
@pytest.mark.parametrize("share, matches", [(0.105, True), (0.095, False)])
def test_a_tenth_of_the_samples_must_count(narrow, share, matches):
    """Bonds that are normal: the share of samples that count falls with dK, and is known."""
    wide = 100 * ndtri((np.arange(20_000) + 0.5) / 20_000)

    def counting(dK):
        p = np.exp(dK * wide - np.max(dK * wide))
        return p.sum() ** 2 / (len(p) * (p @ p))

    dK = brentq(lambda dK: counting(dK) - share, 0.0, 0.1)
    bonds, bonds_small = (wide, wide / 4) if narrow == "larger lattice" else (wide / 4, wide)
    p = np.exp(dK * bonds - np.max(dK * bonds))
    S, S_small = bonds[:, None], np.full((20_000, 1), p @ bonds / p.sum())  # alike at K + dK
    if matches:
        assert matching_shift(S, S_small, bonds, bonds_small) == pytest.approx(dK, rel=1e-9)
    else:
        with pytest.raises(NoMatch, match=rf"dK = \+{dK:.4f} away, where fewer than 10% of"):
            matching_shift(S, S_small, bonds, bonds_small)


def test_matching_says_when_there_is_no_match(rng):
    with pytest.raises(NoMatch, match="which lattice is which"):
        matching_shift(BONDS[:, None], 2 * BONDS[:, None], BONDS, 2 * BONDS)
    bonds = rng.normal(size=5000) * 100
    far = (0.01 * bonds + rng.normal(size=5000))[:, None]
    with pytest.raises(NoMatch, match=r"matches only about dK = -0\.\d+ away.*match again"):
        matching_shift(far + 5, far / 2, bonds, bonds / 2)
