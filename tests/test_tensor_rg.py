"""Tensor renormalization: exact on small tori, plain loops of tensordot, Onsager and Yang."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.exact import (
    CRITICAL_K,
    CRITICAL_T,
    enumerate_ising,
    kaufman,
    onsager_log_z,
    spontaneous_magnetization,
)
from rgcourse.tensor_rg import (
    central_charge,
    corner_double_line,
    filtering,
    flow,
    gilt_flow,
    hotrg,
    hotrg_flow,
    hotrg_magnetization,
    ising_tensor,
    log_trace,
    scaling_dimensions,
    trg_flow,
)

FLOWS = [trg_flow, hotrg_flow, gilt_flow]
couplings = st.one_of(st.just(0.0), st.floats(1e-12, 3.0))


def torus_log_z(sites, bonds, K):
    """ln Z of any list of bonds, by summation over all states."""
    s = np.array(list(product([1, -1], repeat=sites)))
    energy = sum(s[:, i] * s[:, j] for i, j in bonds)
    return np.logaddexp.reduce(K * energy)


def turned(n):
    """Bonds of the torus of 2**n sites, n odd, with the edges (a, a) and (a, -a)."""
    a = 2 ** ((n - 1) // 2)

    def home(x, y):  # the site of its class with the smallest coordinates
        return min(
            (x + i * a + j * a, y + i * a - j * a) for i in range(-4, 5) for j in range(-4, 5)
            if x + i * a + j * a >= 0 and y + i * a - j * a >= 0
        )  # fmt: skip

    names = sorted({home(x, y) for x in range(2 * a) for y in range(2 * a)})
    number = {name: k for k, name in enumerate(names)}
    bonds = []
    for x, y in names:
        bonds += [(number[x, y], number[home(x + 1, y)]), (number[x, y], number[home(x, y + 1)])]
    assert len(names) == 2**n
    return bonds


# --- Exact where nothing is cut


@pytest.mark.parametrize("run", FLOWS[:2])
@given(K=couplings)
@settings(max_examples=8, deadline=None)
def test_small_tori_are_exact(run, K):
    found = run(K, 16, 4).log_z
    assert found[0] == pytest.approx(2 * K + math.log(2), rel=1e-13)  # one spin, twice its own
    for n, L in ((2, 2), (4, 4)):
        assert found[n] == pytest.approx(enumerate_ising(L, K).log_z, rel=1e-12)


def test_tori_between_are_those_turned_by_45_degrees_or_twice_as_long():
    K = 0.37
    by_halves = trg_flow(K, 16, 3).log_z
    for n in (1, 3):
        exact = torus_log_z(2**n, turned(n), K) / 2**n
        assert by_halves[n] == pytest.approx(exact, rel=1e-13)
    rows = [(4 * x + y, 4 * x + (y + 1) % 4) for x in range(2) for y in range(4)]
    rows += [(4 * x + y, 4 * ((x + 1) % 2) + y) for x in range(2) for y in range(4)]
    assert hotrg_flow(K, 16, 3).log_z[3] == pytest.approx(torus_log_z(8, rows, K) / 8, rel=1e-13)


@pytest.mark.parametrize("run", FLOWS)
@pytest.mark.parametrize("K", [0.3, CRITICAL_K, 0.6])
def test_larger_tori_come_close_to_the_free_fermions(run, K):
    found = run(K, 10, 10).log_z
    for n in (6, 8, 10):
        assert found[n] == pytest.approx(kaufman(2 ** (n // 2), K).log_z, rel=5e-5)


def test_a_wrong_coupling_would_be_seen():
    assert abs(trg_flow(1.05 * CRITICAL_K, 12, 8).log_z[8] / kaufman(16, CRITICAL_K).log_z - 1) > (
        100 * 5e-5
    )


@pytest.mark.parametrize("run", FLOWS)
@pytest.mark.parametrize("K", [0, 1e-300, 1e-17, 30.0, 500.0, 1e6, 1e300])
def test_extreme_couplings(run, K):
    exact = 2 * K + math.log(2) / 2**10 if K > 1 else math.log(2)
    assert run(K, 6, 10).log_z_per_site == pytest.approx(exact, rel=1e-12)


# --- The same without blocks


def plain_cut(T, chi):
    n = T.shape[0]
    u, s, v = np.linalg.svd(T.reshape(n * n, n * n))
    keep = min(chi, int(np.sum(s > 1e-14 * s[0])))
    u, v = u[:, :keep] * np.sqrt(s[:keep]), v[:keep].T * np.sqrt(s[:keep])
    return u.reshape(n, n, -1), v.reshape(n, n, -1)


def plain_trg(K, chi, n_steps):
    """Levin and Nave's as it is in their paper; ln Z per site after each step, and the tensors."""
    T, log_scale = ising_tensor(K)
    log_z, tensors = [], []
    for n in range(n_steps + 1):
        top = np.abs(T).max()
        T, log_scale = T / top, log_scale + np.log(top)
        tensors.append(T)
        log_z.append((log_trace(T) + log_scale) / 2**n)
        ul, dr = plain_cut(T, chi)
        ur, dl = plain_cut(T.transpose(0, 3, 2, 1), chi)
        top = np.tensordot(dr, dl, ((1,), (1,)))  # d [r] k, d' [l] q -> d k d' q
        low = np.tensordot(ur, ul, ((1,), (1,)))  # u [r] p, u' [l] m -> u p u' m
        T = np.tensordot(top, low, ((0, 2), (0, 2)))  # k q p m
        T, log_scale = T.transpose(0, 2, 3, 1), 2 * log_scale  # u l d r
    return np.array(log_z), tensors


def plain_hotrg(K, chi, n_steps):
    """The isometry from the Gram matrix of the whole joined tensor."""
    T, log_scale = ising_tensor(K)
    log_z, tensors = [], []
    for n in range(n_steps + 1):
        top = np.abs(T).max()
        T, log_scale = T / top, log_scale + np.log(top)
        log_z.append((log_trace(T) + log_scale) / 2**n)
        tensors.append(T if n % 2 == 0 else T.transpose(1, 0, 3, 2))
        m, k = T.shape[:2]
        both = np.tensordot(T, T, ((2,), (0,)))  # u l [a] r, [a] l' d r' -> u l r l' d r'
        both = both.transpose(1, 3, 0, 4, 2, 5)  # l l' u d r r'
        rows = both.reshape(k * k, -1)
        values, vectors = np.linalg.eigh(rows @ rows.T)  # (l l') [u d r r'] (l l')
        U = vectors[:, ::-1][:, : min(chi, int(np.sum(values > 1e-15 * values[-1])))]
        T = np.tensordot(U, both.reshape(k * k, m, m, k * k), ((0,), (0,)))  # k u d (r r')
        T = np.tensordot(T, U, ((3,), (0,)))  # l u d r, as u l d r of the lattice lying down
        T = T.transpose(0, 1, 3, 2)
        log_scale *= 2  # and what was horizontal is vertical
    return np.array(log_z), tensors


@pytest.mark.parametrize("chi", [2, 5, 8, 12])
@pytest.mark.parametrize("K", [0.4, CRITICAL_K, 0.5])
@pytest.mark.parametrize(("run", "plain"), [(trg_flow, plain_trg), (hotrg_flow, plain_hotrg)])
def test_blocks_give_what_the_plain_contraction_gives(run, plain, K, chi):
    n_steps = 6
    log_z, tensors = plain(K, chi, n_steps)
    found = run(K, chi, n_steps)
    # A plain cut may tear a multiplet that ours keeps together, in steps where there is one.
    same = [n for n in range(n_steps + 1) if found.tensors[n].shape == tensors[n].shape]
    if len(same) == n_steps + 1:
        assert found.log_z == pytest.approx(log_z, rel=1e-11)
        ours, theirs = scaling_dimensions(found.tensors[6], 3), scaling_dimensions(tensors[6], 3)
        assert ours == pytest.approx(theirs, rel=1e-6)
    else:
        assert found.log_z == pytest.approx(log_z, rel=1e-3)


def test_a_joined_impurity_is_the_plain_contraction(rng):
    T = hotrg_flow(0.4, 6, 5).tensors[4]
    vertical, horizontal = hotrg_flow(0.4, 6, 5).parities[4]
    spin = rng.normal(size=T.shape)
    legs = np.add.outer(np.add.outer(vertical, horizontal), np.add.outer(vertical, horizontal))
    spin[legs % 2 == 0] = 0
    ones = np.ones(horizontal.size, dtype=int)
    U, parity, mirror = hotrg.isometry(T, vertical, horizontal, ones, 6)
    found = hotrg.join(spin, T, U, vertical, horizontal, parity, mirror, odd=1)
    plain = np.tensordot(spin, T, ((2,), (0,)))  # u l [a] r, [a] l' d r' -> u l r l' d r'
    plain = np.tensordot(plain, U, ((1, 3), (0, 1)))  # u r d r' k
    plain = np.tensordot(plain, U, ((1, 3), (0, 1)))  # u d k k'
    assert found == pytest.approx(plain.transpose(0, 2, 1, 3), abs=1e-12)


def test_legs_keep_their_parity():
    for run in FLOWS:
        found = run(0.44, 8, 7)
        for T, (vertical, horizontal) in zip(found.tensors, found.parities, strict=True):
            pair = np.add.outer(vertical, horizontal)
            legs = np.add.outer(pair, pair)
            assert T.shape == legs.shape
            assert np.all(T[legs % 2 == 1] == 0)
            assert np.abs(T).max() == pytest.approx(1, rel=1e-12)


def test_scales_and_tensors_are_the_partition_sum():
    for run in FLOWS:
        found = run(0.42, 8, 8)
        for n, T in enumerate(found.tensors):
            both = (log_trace(T) + found.log_scales[n]) / 2**n
            assert both == pytest.approx(found.log_z[n], rel=1e-13)
        assert found.log_z_per_site == found.log_z[-1] and len(found.tensors) == 9
        assert found.tensors[-1] == pytest.approx(found.tensors[8], abs=0)
        assert len(found.tensors[2:5]) == 3


# --- Against Onsager: the errors that other code of ours found, before


TABLE = {
    trg_flow: {8: (-3.5e-6, -6.9e-5, -8.5e-5), 16: (-6.0e-7, -4.6e-6, -1.7e-6)},
    hotrg_flow: {8: (-1.1e-6, -1.36e-5, -4.9e-6), 12: (-5.7e-8, -1.67e-6, -3.0e-7)},
}


@pytest.mark.parametrize("run", TABLE)
def test_errors_are_those_of_an_independent_program(run):
    for chi, row in TABLE[run].items():
        for T, expected in zip((2.0, CRITICAL_T, 2.4), row, strict=True):
            error = run(1 / T, chi, 30).log_z_per_site / onsager_log_z(1 / T) - 1
            assert error == pytest.approx(expected, rel=0.02)


def test_the_filter_makes_the_free_energy_better():
    exact = onsager_log_z(CRITICAL_K)
    plain = abs(trg_flow(CRITICAL_K, 8, 26).log_z_per_site / exact - 1)
    assert abs(gilt_flow(CRITICAL_K, 8, 26, eps=1e-4).log_z_per_site / exact - 1) < plain / 2


def test_fixed_point_tensors_show_the_ising_operators():
    exact = onsager_log_z(CRITICAL_K)
    for run, n in ((trg_flow, 8), (hotrg_flow, 6), (gilt_flow, 10)):
        found = run(CRITICAL_K, 16, n)
        x = scaling_dimensions(found.tensors[n], 2)
        assert x == pytest.approx([0.125, 1.0], rel=0.03)
        c = central_charge(found.tensors[n], found.log_scales[n], 2**n, exact)
        assert c == pytest.approx(0.5, abs=0.01)


def test_missing_levels_are_infinite():
    assert scaling_dimensions(np.ones((1, 1, 1, 1)), 2).tolist() == [math.inf, math.inf]
    rank_one = np.ones((2, 3, 2, 3))  # its second eigenvalue is rounding
    assert scaling_dimensions(rank_one, 3).tolist() == 3 * [math.inf]
    for ratio, seen in ((2e-13, True), (5e-14, False)):
        T = np.diag([1.0, ratio]).reshape(2, 1, 2, 1)
        assert bool(np.isfinite(scaling_dimensions(T, 1)[0])) == seen


def test_a_block_of_two_squares_needs_its_aspect():
    flow, exact = hotrg_flow(CRITICAL_K, 12, 7), onsager_log_z(CRITICAL_K)
    T, scale = flow.tensors[7], flow.log_scales[7]
    assert scaling_dimensions(T, 1, aspect=0.5) == pytest.approx([0.125], rel=0.03)
    assert central_charge(T, scale, 2**7, exact, aspect=0.5) == pytest.approx(0.5, abs=0.02)
    for bad in (0, -1.0, math.nan, math.inf, None, True, "1"):
        with pytest.raises(ValueError, match="aspect"):
            scaling_dimensions(T, 1, aspect=bad)
        with pytest.raises(ValueError, match="aspect"):
            central_charge(T, scale, 2**7, exact, aspect=bad)


# --- One spin


@pytest.mark.parametrize(("T", "bound"), [(1.5, 2e-5), (2.0, 3e-4), (2.2, 2e-3)])
def test_magnetization_is_that_of_yang(T, bound):
    m = hotrg_magnetization(1 / T, 8, 24)
    assert m == pytest.approx(spontaneous_magnetization(1 / T), abs=bound)


def test_magnetization_vanishes_above_and_is_one_at_low_temperature():
    assert hotrg_magnetization(1 / 2.6, 8, 30) < 1e-5
    assert hotrg_magnetization(0.0, 8, 6) == 0
    assert hotrg_magnetization(20.0, 8, 6) == pytest.approx(1, abs=1e-12)


# --- Loops


def loops(rng, n):
    c = rng.uniform(0.2, 1, (n, n))
    return c @ c.T


def test_a_network_of_loops_is_a_fixed_point(rng):
    """Exact, for any corner: T goes to tr(c**4) T, seen in what no choice of basis can change."""
    for n in (2, 3):
        c = loops(rng, n)
        T = corner_double_line(c)
        ul, dr = plain_cut(T, n * n)
        ur, dl = plain_cut(T.transpose(0, 3, 2, 1), n * n)
        top = np.tensordot(dr, dl, ((1,), (1,)))  # d [r] k, d' [l] q -> d k d' q
        low = np.tensordot(ur, ul, ((1,), (1,)))  # u [r] p, u' [l] m -> u p u' m
        new = np.tensordot(top, low, ((0, 2), (0, 2))).transpose(0, 2, 3, 1)  # u l d r
        loop = np.trace(np.linalg.matrix_power(c, 4))
        for axes in ((0, 1, 2, 3), (0, 3, 2, 1), (0, 2, 1, 3)):
            old_values, new_values = (
                np.linalg.svd(x.transpose(axes).reshape(n**4, -1))[1] for x in (T, new)
            )
            assert new_values == pytest.approx(loop * old_values, rel=1e-9, abs=1e-9 * loop)
        assert log_trace(new) == pytest.approx(2 * math.log(loop), rel=1e-12)


def test_the_filter_removes_them_and_keeps_the_partition_sum():
    c = np.diag([1.0, 0.5, 0.2])
    T = corner_double_line(c)
    even = np.zeros(9, dtype=int)
    A, B, legs = filtering.filtered(T, even, even, 1e-4)
    assert A.shape == B.shape == (3, 3, 3, 3)
    new, _ = filtering._joined(A, B, legs, 9)
    assert new.shape == (1, 1, 1, 1)
    assert log_trace(new) == pytest.approx(2 * math.log(1 + 0.5**4 + 0.2**4), abs=1e-6)


@pytest.mark.parametrize(("T", "states"), [(2.8, 1), (1.9, 2)])
def test_off_critical_fixed_points_are_trivial_only_with_the_filter(T, states):
    assert trg_flow(1 / T, 12, 24).tensors[-1].shape[0] > 8
    assert gilt_flow(1 / T, 12, 24, eps=1e-5).tensors[-1].shape == (states,) * 4


# --- Guards


BAD_NUMBERS = [math.nan, math.inf, -math.inf, None, True, "0.4", [0.4], [], 0.4j, -0.1, -1e-300]


@pytest.mark.parametrize("run", [*FLOWS, hotrg_magnetization])
def test_what_cannot_be_is_refused(run):
    for K in BAD_NUMBERS:
        with pytest.raises(ValueError, match="K must"):
            run(K, 4, 4)
    for bad in [None, True, "8", 8.0, math.nan, [8], 0, -1]:
        with pytest.raises(ValueError, match="chi must"):
            run(0.4, bad, 4)
        with pytest.raises(ValueError, match="n_steps must"):
            run(0.4, 4, bad)
    for huge in (1001, 10**30):
        with pytest.raises(ValueError, match="4 GB; use chi of at most"):
            run(0.4, huge, 4)
    with pytest.raises(ValueError, match="n_steps must be at most 200, got 201"):
        run(0.4, 4, 201)


@pytest.mark.parametrize("run", FLOWS)
def test_just_inside_and_in_every_kind_of_number(run):
    assert len(run(0.4, 1, 200).tensors) == 201
    expected = run(0.25, 4, 3).log_z_per_site
    for K in (np.float64(0.25), np.float32(0.25), np.array(0.25)):
        assert run(K, np.int8(4), np.uint64(3)).log_z_per_site == expected
    assert run(np.float64(0), 1, 1).log_z_per_site == pytest.approx(math.log(2))


def test_memory_is_told_before_it_is_taken():
    with pytest.raises(ValueError, match="chi = 90 with n_steps = 30 needs more than 4 GB"):
        trg_flow(0.4, 90, 30)
    best = max(c for c in range(1, 99) if 8 * c**4 * (4 + 31 / 4) <= flow.MAX_BYTES)
    with pytest.raises(ValueError, match=f"at most {best}, or fewer"):
        trg_flow(0.4, best + 1, 30)


def test_magnetization_needs_an_odd_state():
    with pytest.raises(ValueError, match="chi must be at least 2"):
        hotrg_magnetization(0.4, 1, 4)
    assert hotrg_magnetization(0.4, 2, 4) > 0


@pytest.mark.parametrize("eps", [0, 0.1001, -1e-6, 2.0, math.nan, None, True, "1e-6"])
def test_a_filter_needs_a_threshold(eps):
    with pytest.raises(ValueError, match="eps must"):
        gilt_flow(0.4, 4, 4, eps=eps)


@pytest.mark.parametrize("eps", [1e-300, 1e-12, 0.1])
def test_extreme_thresholds_run(eps):
    assert math.isfinite(gilt_flow(0.4, 4, 6, eps=eps).log_z_per_site)


BAD_TENSORS = [
    *(None, "T", [], [[1], [1, 2]], np.ones((2, 2)), np.ones((2, 2, 2, 3)), np.ones((0, 1, 0, 1))),
    *(np.full((1, 1, 1, 1), np.nan), np.ones((1, 1, 1, 1)) * 1j),
]


@pytest.mark.parametrize("T", BAD_TENSORS)
def test_tensors_have_four_legs(T):
    for read in (log_trace, scaling_dimensions, lambda T: central_charge(T, 0.0, 1, 0.0)):
        with pytest.raises(ValueError, match="T must"):
            read(T)


def test_empty_spectra_and_sums_are_refused():
    nothing = np.zeros((2, 2, 2, 2))
    with pytest.raises(ValueError, match="no eigenvalue but 0"):
        scaling_dimensions(nothing)
    with pytest.raises(ValueError, match="trace of T must be positive"):
        log_trace(nothing)
    one = np.ones((1, 1, 1, 1))
    for bad in (0, -1, math.nan, None, "1"):
        with pytest.raises(ValueError, match="n_sites must"):
            central_charge(one, 0.0, bad, 0.0)
    for bad in (0, -1, 2.0, None):
        with pytest.raises(ValueError, match="n_levels must"):
            scaling_dimensions(one, bad)
    for bad in (math.nan, None, "0"):
        with pytest.raises(ValueError, match="log_scale must"):
            central_charge(one, bad, 1, 0.0)
        with pytest.raises(ValueError, match="log_z must"):
            central_charge(one, 0.0, 1, bad)


@pytest.mark.parametrize(
    "c", [None, [], np.ones(3), np.ones((2, 3)), [[1, 2], [3, 4]], [[math.inf]], np.eye(17)]
)
def test_corners_are_symmetric_matrices(c):
    with pytest.raises(ValueError, match="c must"):
        corner_double_line(c)


def test_the_tensor_of_one_spin():
    T, log_scale = ising_tensor(0.3)
    s = np.array([1, -1])
    W = np.array([[math.cosh(0.3) ** 0.5, x * math.sinh(0.3) ** 0.5] for x in s])
    for index in product((0, 1), repeat=4):
        exact = sum(np.prod([W[i, leg] for leg in index]) for i in (0, 1))
        assert math.exp(log_scale) * T[index] == pytest.approx(exact, abs=1e-15)
    with pytest.raises(ValueError, match="K must not be negative, got -0.5"):
        ising_tensor(-0.5)
