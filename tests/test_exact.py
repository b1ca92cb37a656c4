"""Exact results against one another: enumeration, Kaufman, Onsager, duality, series, limits."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ellipe, ellipkm1

from rgcourse import exact
from rgcourse.enumeration import _count_states, _count_states_kernel, _neighbours
from rgcourse.exact import (
    CRITICAL_K,
    CRITICAL_T,
    enumerate_ising,
    inverse_correlation_length,
    kaufman,
    onsager_energy,
    onsager_log_z,
    onsager_specific_heat,
    spontaneous_magnetization,
)
from rgcourse.exact.onsager import interface_tension

INFINITE = [onsager_log_z, onsager_energy, onsager_specific_heat, spontaneous_magnetization]

# T, f = -T ln z, u, c, m of the infinite lattice, computed independently to the digits shown
TABLE = [
    (1.0, -2.000348283701, -1.997160204112, 0.0233795646865, 0.9992757519571),
    (2.2, -2.090746104213, -1.546489144098, 1.41427769134, 0.7847551313839),
    (2.3, -2.119628899001, -1.342866387696, 1.82236868612, 0),
    (2.5, -2.198409551937, -1.106079203746, 0.861698356831, 0),
    (5.0, -3.672654061382, -0.4282288332403, 0.0976521775885, 0),
]
# L: ln Z / N, E / N, c of the torus at K_c, likewise
TORUS = {
    4: (0.97011971617221, -1.5656237876383, 0.78326682592891),
    8: (0.93971532482921, -1.4915891074397, 1.1455592398944),
    16: (0.93219631498099, -1.4530648528135, 1.4987049594),
    32: (0.93032039018412, -1.4336584661462, 1.8467675900396),
    64: (0.92985163169429, -1.423938389833, 2.1922113931406),
    128: (0.92973445577019, -1.419076272085, 2.5363313351086),
}


def derivative(f, x, h):
    """f'(x) by central differences of sixth order."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    return sum(w * (f(x + k * h) - f(x - k * h)) for k, w in weights.items()) / h


# --- The infinite lattice


@pytest.mark.parametrize(("T", "f", "u", "c", "m"), TABLE)
def test_table(T, f, u, c, m):
    K = 1 / T
    assert -T * onsager_log_z(K) == pytest.approx(f, abs=6e-13)
    assert onsager_energy(K) == pytest.approx(u, abs=6e-13)
    assert onsager_specific_heat(K) == pytest.approx(c, rel=1e-11)
    assert spontaneous_magnetization(K) == pytest.approx(m, abs=6e-14)


def test_critical_point():
    catalan = 0.915965594177219015
    assert math.sinh(2 * CRITICAL_K) == pytest.approx(1, rel=1e-15)
    assert CRITICAL_T == pytest.approx(2.269185314213022, rel=1e-15)
    assert onsager_log_z(CRITICAL_K) == pytest.approx(
        math.log(2) / 2 + 2 * catalan / math.pi, rel=1e-14
    )
    for K in (np.arcsinh(1) / 2, math.log(1 + math.sqrt(2)) / 2, 1 / CRITICAL_T):
        assert onsager_energy(K) == pytest.approx(-math.sqrt(2), rel=1e-15)
        assert onsager_specific_heat(K) == math.inf
        assert spontaneous_magnetization(K) == 0


@pytest.mark.parametrize("distance", [2.0**-k for k in (4, 10, 20, 30, 40, 46)])
def test_duality(distance):
    # sinh 2K sinh 2K' = 1 carries high to low temperature: ln z(K) - ln z(K') = ln sinh 2K
    K = CRITICAL_K + distance
    dual = -math.log(math.tanh(K)) / 2
    assert onsager_log_z(K) == pytest.approx(
        onsager_log_z(dual) + math.log(math.sinh(2 * K)), rel=1e-14
    )
    slope = -1 / math.sinh(2 * K)  # dK'/dK
    assert onsager_energy(K) == pytest.approx(
        slope * onsager_energy(dual) - 2 / math.tanh(2 * K), rel=3e-14
    )


@pytest.mark.parametrize("K", [0.05, 0.3, 0.43, 0.45, 0.6, 1.0])
def test_onsagers_elliptic_integrals(K):
    # as printed: u = -coth 2K [1 + 2/pi k' K(k)], c with K(k) and E(k); loses digits far from K_c
    modulus, coth = 2 * math.tanh(2 * K) ** 2 - 1, 1 / math.tanh(2 * K)
    first, second = ellipkm1(modulus**2), ellipe(1 - modulus**2)
    u = -coth * (1 + 2 / math.pi * modulus * first)
    c = (
        2 / math.pi * (K * coth) ** 2
        * (2 * (first - second) - (1 - modulus) * (math.pi / 2 + modulus * first))
    )  # fmt: skip
    assert onsager_energy(K) == pytest.approx(u, rel=1e-13)
    assert onsager_specific_heat(K) == pytest.approx(c, rel=1e-11)
    m = (1 - math.sinh(2 * K) ** -4) ** 0.125 if K > CRITICAL_K else 0
    assert spontaneous_magnetization(K) == pytest.approx(m, rel=1e-12)


@pytest.mark.parametrize("K", [1e-12, 1e-6, 1e-3, 0.02])
def test_high_temperature_series(K):
    # closed loops on the square lattice, in v = tanh K, up to twelve bonds
    v2 = math.tanh(K) ** 2
    loops = v2**2 * (1 + v2 * (2 + v2 * (9 / 2 + v2 * (12 + v2 * 112 / 3))))
    assert onsager_log_z(K) == pytest.approx(
        math.log(2) + 2 * math.log(math.cosh(K)) + loops, rel=1e-15
    )
    slope = 4 * v2 * (1 + v2 * (3 + v2 * (9 + v2 * (30 + v2 * 112))))  # d loops / dv / v
    u = -2 * math.tanh(K) - math.tanh(K) * slope * (1 - v2)
    assert onsager_energy(K) == pytest.approx(u, rel=1e-13)
    assert onsager_specific_heat(K) == pytest.approx(2 * K**2, rel=20 * K**2 + 1e-13)


@pytest.mark.parametrize("K", [3.0, 5.0, 20.0, 80.0])
def test_low_temperature_series(K):
    # one flipped spin costs exp(-8 K), a pair exp(-12 K), of which each site starts two
    one, two = math.exp(-8 * K), 2 * math.exp(-12 * K)
    close = 30 * math.exp(-8 * K) + 1e-13
    assert onsager_log_z(K) - 2 * K == pytest.approx(one + two, rel=close, abs=1e-14 * K)
    assert onsager_energy(K) + 2 == pytest.approx(8 * one + 12 * two, rel=close, abs=1e-15)
    assert onsager_specific_heat(K) == pytest.approx(
        K**2 * (64 * one + 144 * two), rel=200 * math.exp(-8 * K) + 1e-13
    )
    assert spontaneous_magnetization(K) == pytest.approx(1 - 2 * one, abs=10 * two + 1e-15)


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("distance", [1e-4, 1e-7, 1e-10, 1e-13])
def test_singularities_at_the_critical_point(side, distance):
    K = CRITICAL_K + side * distance
    delta = (K - CRITICAL_K) - exact.CRITICAL_K_REST  # what rounding K has left, known exactly
    close = 20 * distance * abs(math.log(distance))
    log = math.log(math.sqrt(2) / abs(delta))
    assert onsager_specific_heat(K) == pytest.approx(
        4 * CRITICAL_K**2 / math.pi * (2 * log - 2 - math.pi / 2), rel=close + 1e-12
    )
    assert onsager_energy(K) == pytest.approx(
        -math.sqrt(2) * (1 + 4 * math.sqrt(2) / math.pi * delta * log)
        + math.sqrt(2) * math.sqrt(2) * delta,
        abs=close * distance * 5 + 1e-15,
    )
    m = (8 * math.sqrt(2) * delta) ** 0.125 if side > 0 else 0
    assert spontaneous_magnetization(K) == pytest.approx(m, rel=close + 1e-12)


@pytest.mark.parametrize("steps", [-1000, -30, -3, 3, 4, 30, 1000])
def test_full_precision_in_the_last_places_of_the_critical_point(steps):
    """A few doubles beside K_c, against the closed forms with 60 digits."""
    K = CRITICAL_K + steps * np.spacing(CRITICAL_K)
    with mpmath.workdps(60):
        x = 2 * mpmath.mpf(K)
        modulus = 2 * mpmath.tanh(x) ** 2 - 1
        m = (1 - mpmath.sinh(x) ** -4) ** mpmath.mpf(0.125) if steps > 0 else 0
        k = 2 * mpmath.sinh(x) / mpmath.cosh(x) ** 2
        first, second = mpmath.ellipk(k**2), mpmath.ellipe(k**2)
        heat = first - second - (1 - modulus) / 2 * (mpmath.pi / 2 + modulus * first)
        heat *= 4 / mpmath.pi * (mpmath.mpf(K) * mpmath.coth(x)) ** 2
    assert spontaneous_magnetization(K) == pytest.approx(float(m), rel=1e-13)
    assert onsager_specific_heat(K) == pytest.approx(float(heat), rel=1e-13)


def test_two_doubles_on_either_side_count_as_the_critical_point():
    near = CRITICAL_K + np.arange(-3, 4) * np.spacing(CRITICAL_K)
    assert np.isinf(onsager_specific_heat(near)).tolist() == [False] + [True] * 5 + [False]
    assert (spontaneous_magnetization(near) > 0).tolist() == [False] * 6 + [True]


@pytest.mark.parametrize("K", [0.1, 0.35, 0.43, 0.46, 0.8, 1.5])
def test_energy_and_specific_heat_are_derivatives(K):
    h = 0.01 * abs(K - CRITICAL_K)
    assert onsager_energy(K) == pytest.approx(-derivative(onsager_log_z, K, h), rel=1e-10)
    assert onsager_specific_heat(K) == pytest.approx(
        -(K**2) * derivative(onsager_energy, K, h), rel=1e-8, abs=1e-12
    )


@pytest.mark.parametrize("K", [1e-12, 0.9e-9, 1.1e-9, 1e-8, 1e-6, 1e-5, 5e-5])
def test_hot_spins_to_the_last_digit(K):
    assert onsager_energy(K) == pytest.approx(-2 * K - 10 / 3 * K**3, rel=2e-15, abs=0)


def test_free_spins_and_ground_state():
    assert onsager_log_z(0) == pytest.approx(math.log(2), rel=1e-15)
    assert (onsager_energy(0), onsager_specific_heat(0), spontaneous_magnetization(0)) == (0, 0, 0)
    for K in (100.0, 1e5, 1e300):
        assert onsager_log_z(K) == pytest.approx(2 * K, rel=1e-15)
        assert onsager_energy(K) == -2
        assert onsager_specific_heat(K) == pytest.approx(0, abs=1e-300)
        assert spontaneous_magnetization(K) == 1


def test_antiferromagnet_mirrors_the_ferromagnet():
    K = np.linspace(0.1, 1, 10)
    assert np.array_equal(onsager_log_z(-K), onsager_log_z(K))
    assert np.array_equal(onsager_energy(-K), -onsager_energy(K))
    assert np.array_equal(onsager_specific_heat(-K), onsager_specific_heat(K))
    assert not spontaneous_magnetization(-K).any()


@pytest.mark.parametrize("function", INFINITE)
def test_arrays_keep_their_shape_and_numbers_are_floats(function):
    K = np.linspace(0, 1, 6).reshape(2, 3)
    values = function(K)
    assert values.shape == (2, 3)
    assert values.tolist() == [[function(k) for k in row] for row in K.tolist()]
    assert type(function(0.3)) is float and type(function(1)) is float
    assert function([0.3]).shape == (1,) and function([]).shape == (0,)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6))
def test_bounds_hold_everywhere(K):
    assert onsager_log_z(K) >= math.log(2) * (1 - 1e-15)
    assert abs(onsager_energy(K)) <= 2
    assert onsager_specific_heat(K) >= 0
    assert 0 <= spontaneous_magnetization(K) <= 1


# --- The correlation length


@pytest.mark.parametrize("K", [0.2, 0.3])
def test_correlation_length_of_a_wide_strip(K):
    """From the transfer matrix of strips around which L spins go: exact up to exp(-L / xi)."""
    L = 8
    spins = 1 - 2 * (np.arange(2**L)[:, None] >> np.arange(L) & 1)
    row = np.exp(K / 2 * np.sum(spins * np.roll(spins, 1, axis=1), axis=1))
    first, second = np.linalg.eigvalsh(row[:, None] * np.exp(K * spins @ spins.T) * row)[:-3:-1]
    expected = inverse_correlation_length(K)
    assert np.log(first / second) == pytest.approx(expected, rel=math.exp(-L * expected))


@pytest.mark.parametrize("offset", [0.0, 1e-15, 1e-9, -1e-9, 1e-4, 0.1999, 0.2001, -0.2001, 3.0])
def test_correlation_length_to_the_last_digits(offset):
    mpmath = pytest.importorskip("mpmath")
    K = CRITICAL_K + offset
    with mpmath.workdps(50):
        tension = 2 * mpmath.mpf(K) + mpmath.log(mpmath.tanh(mpmath.mpf(K)))
        expected = float(2 * tension if tension > 0 else -tension)
    if offset == 0:
        expected = 0.0
    assert inverse_correlation_length(K) == pytest.approx(expected, rel=1e-14, abs=0)
    signed = interface_tension(K)
    assert max(2 * signed, -signed) == pytest.approx(expected, rel=1e-13, abs=2e-15)


def test_correlation_length_and_duality():
    K = np.linspace(0.05, 0.44, 20)
    dual = -np.log(np.tanh(K)) / 2
    assert inverse_correlation_length(dual) == pytest.approx(
        2 * inverse_correlation_length(K), rel=1e-13
    )
    assert inverse_correlation_length(-K).tolist() == inverse_correlation_length(K).tolist()
    assert inverse_correlation_length(0.0) == np.inf
    assert inverse_correlation_length(300.0) == 1200


# --- The torus


@pytest.mark.parametrize("L", TORUS)
def test_torus_table(L):
    log_z, energy, specific_heat = kaufman(L, CRITICAL_K)
    assert log_z == pytest.approx(TORUS[L][0], abs=1e-14)
    assert energy == pytest.approx(TORUS[L][1], abs=1e-13)
    assert specific_heat == pytest.approx(TORUS[L][2], abs=1e-10)


@pytest.mark.parametrize("L", [2, 3, 4, 5])
@pytest.mark.parametrize("K", [1e-6, 0.01, 0.2, 0.4, CRITICAL_K, 0.45, 0.7, 1.5, 2.9, 3.1, 9.0])
def test_torus_against_enumeration(L, K):
    torus, states = kaufman(L, K), enumerate_ising(L, K)
    assert torus.log_z == pytest.approx(states.log_z, rel=1e-14)
    assert torus.energy == pytest.approx(states.energy, rel=1e-13, abs=1e-15)
    nn, _, _, count = _count_states(L, 2, True)
    weight = count * np.exp(K * (nn - nn.max()))
    p = weight / weight.sum()
    fluctuation = K**2 * (p @ (nn - p @ nn) ** 2) / L**2
    assert torus.specific_heat == pytest.approx(fluctuation, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("L", [6, 7, 64, 1024])
@pytest.mark.parametrize("K", [0.2, 0.42, CRITICAL_K, 0.445, 0.6, 1.0])
def test_torus_energy_and_specific_heat_are_derivatives(L, K):
    h = 0.004 / L
    torus = kaufman(L, K)
    assert torus.energy == pytest.approx(
        -derivative(lambda K: kaufman(L, K).log_z, K, h), abs=1e-14 / h
    )
    assert torus.specific_heat == pytest.approx(
        -(K**2) * derivative(lambda K: kaufman(L, K).energy, K, h), abs=1e-14 / h
    )


@pytest.mark.parametrize("K", [0.1, 0.3, 0.4, 0.5, 0.6, 1.5])
def test_large_torus_is_infinite(K):
    # off criticality the corrections are exp(-L / xi); below T_c two phases add ln 2
    torus, ground_states = kaufman(1024, K), 2 if K > CRITICAL_K else 1
    assert torus.log_z == pytest.approx(
        onsager_log_z(K) + math.log(ground_states) / 1024**2, rel=1e-14
    )
    assert torus.energy == pytest.approx(onsager_energy(K), rel=1e-14)
    assert torus.specific_heat == pytest.approx(onsager_specific_heat(K), abs=1e-13)


def test_finite_size_scaling_at_criticality():
    # Ferdinand and Fisher 1969, with theta functions at q = exp(-pi)
    q = math.exp(-math.pi)
    n = np.arange(12)
    theta2 = 2 * np.sum(q ** ((n + 0.5) ** 2))
    theta3 = 1 + 2 * np.sum(q ** (n[1:] ** 2.0))
    theta4 = 1 + 2 * np.sum((-1.0) ** n[1:] * q ** (n[1:] ** 2.0))
    amplitude = -2 * theta2 * theta3 * theta4 / (theta2 + theta3 + theta4)
    for L in (128, 256, 512, 1024):
        torus = kaufman(L, CRITICAL_K)
        assert L * (torus.energy + math.sqrt(2)) == pytest.approx(amplitude, abs=1 / L**2)
        universal = L**2 * (torus.log_z - onsager_log_z(CRITICAL_K))
        assert universal == pytest.approx(0.6399119472, abs=2 / L**2 + L**2 * 3e-16)
        constant = torus.specific_heat - 8 * CRITICAL_K**2 / math.pi * math.log(L)
        assert constant == pytest.approx(0.138149510 - 0.1707 / L, abs=1 / L**2)


def test_torus_at_the_ends_of_the_temperature_scale():
    for L in (2, 3, 16):
        bonds = 2 if L > 2 else 4
        for K in (0.0, 1e-300, 1e-99, 1e-17, 1e-12):
            assert kaufman(L, K).log_z == pytest.approx(math.log(2), rel=1e-15)
            close = 3e-16 if K > 1e-16 else 1e-15 * K
            assert kaufman(L, K).energy == pytest.approx(-bonds * K, abs=close)
        for K in (4.5, 300.0, 1e300):
            assert kaufman(L, K).log_z == pytest.approx(2 * K + math.log(2) / L**2, rel=1e-15)
            assert kaufman(L, K).energy == pytest.approx(-2, abs=1e-14)
            assert 0 <= kaufman(L, K).specific_heat < 1e-11


def test_torus_takes_arrays():
    K = np.array([[0.1, 0.4, CRITICAL_K], [0.5, 0.0, 5.0]])
    torus = kaufman(6, K)
    assert all(values.shape == (2, 3) for values in torus)
    assert torus.energy[0, 1] == kaufman(6, 0.4).energy
    assert all(type(value) is float for value in kaufman(6, 0.4))


# --- State by state


def brute_force(L, K, h, K_nnn, dim, periodic):
    """The same averages from a plain sum over states of np.roll products."""
    n = L**dim
    states = np.array(list(itertools.product([1, -1], repeat=n))).reshape(-1, *[L] * dim)

    def pairs(offset):
        rolled = np.roll(states, [-o for o in offset], axis=range(1, dim + 1))
        inside = np.ones(states.shape[1:], bool)
        if not periodic:
            for axis, o in enumerate(offset):
                index = np.arange(L).reshape([-1 if a == axis else 1 for a in range(dim)])
                inside = inside & (index + o >= 0) & (index + o < L)
        return np.sum(states * rolled * inside, axis=tuple(range(1, dim + 1)))

    steps = list(itertools.product([-1, 0, 1], repeat=dim))
    half = [s for s in steps if s > (0,) * dim]  # each orientation once
    nn = sum(pairs(s) for s in half if np.abs(s).sum() == 1)
    nnn = sum(pairs(s) for s in half if np.abs(s).sum() == 2)
    m = states.reshape(-1, n).mean(axis=1)
    weight = np.exp(K * nn + K_nnn * nnn + h * n * m)
    p = weight / weight.sum()
    return np.log(weight.sum()) / n, -p @ nn / n, p @ np.abs(m), p @ m**2, p @ m**4


@pytest.mark.parametrize(("L", "dim"), [(2, 2), (3, 2), (2, 3)])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize(("K", "h", "K_nnn"), [(0.3, 0, 0), (-0.4, 0.2, 0.1), (0.5, -0.7, -0.3)])
def test_enumeration_against_a_plain_sum(L, dim, periodic, K, h, K_nnn):
    ours = enumerate_ising(L, K, h=h, K_nnn=K_nnn, dim=dim, periodic=periodic)
    assert ours == pytest.approx(brute_force(L, K, h, K_nnn, dim, periodic), rel=1e-13)


def test_known_values():
    at_critical = enumerate_ising(4, CRITICAL_K)
    assert at_critical.abs_m == pytest.approx(0.8438604448, abs=6e-11)
    assert at_critical.m2 == pytest.approx(0.7613589086, abs=6e-11)
    assert at_critical.m4 == pytest.approx(0.6656912133, abs=6e-11)
    assert 9 * enumerate_ising(3, 0.4).m2 == pytest.approx(6.6175587, abs=6e-8)


def test_free_spins_in_a_field():
    for L, dim in ((5, 2), (3, 3)):
        free = enumerate_ising(L, 0.0, h=0.3, dim=dim)
        m, n = math.tanh(0.3), L**dim
        assert free.log_z == pytest.approx(math.log(2 * math.cosh(0.3)), rel=1e-14)
        assert free.energy == pytest.approx(-dim * m**2, rel=1e-13)
        assert free.m2 == pytest.approx(m**2 + (1 - m**2) / n, rel=1e-13)


@pytest.mark.parametrize(("L", "dim"), [(5, 2), (3, 3)])
def test_largest_lattices(L, dim):
    nn, nnn, m, count = _count_states(L, dim, True)
    assert count.sum() == 2 ** (L**dim)
    assert count @ m == count @ nn == count @ nnn == 0
    assert count @ nn**2 == dim * L**dim * 2 ** (L**dim)  # one for each bond
    assert count @ nnn**2 == dim * (dim - 1) * L**dim * 2 ** (L**dim)


def test_compiled_and_interpreted_kernel_agree():
    nn, nnn = (_neighbours(3, 2, True, reach=r) for r in (1, 2))
    table = np.zeros(19 * 19 * 10, np.int64)
    _count_states_kernel([1] * 9, 9, nn.ravel().tolist(), 4, nnn.ravel().tolist(), 4, 18, 18, table)
    table = table.reshape(19, 19, 10)
    table += table[:, :, ::-1]
    assert np.array_equal(table[np.nonzero(table)], _count_states(3, 2, True)[3])


# --- Bad input


@pytest.mark.parametrize("L", [2, 3, 4])
@pytest.mark.parametrize("K", [1.4, 1.6, 2.0, 2.5, 2.9, 2.999, 3.001, 3.5, 5.0])
def test_a_cold_torus_against_the_sum_over_its_excitations(L, K):
    """Weights relative to the ground state: a sum of positive terms, right to the last digits."""
    spins = 1 - 2 * (np.arange(2 ** (L * L))[:, None] >> np.arange(L * L) & 1).reshape(-1, L, L)
    bonds = sum((spins * np.roll(spins, 1, axis)).sum((1, 2)) for axis in (1, 2))
    cost, states = np.unique(2 * L * L - bonds, return_counts=True)
    weight = states * np.exp(-K * cost)
    mean, square = (weight @ cost**n / weight.sum() for n in (1, 2))
    torus = kaufman(L, K)
    assert torus.log_z - 2 * K == pytest.approx(math.log(weight.sum()) / L**2, abs=2e-15 * K)
    assert torus.energy + 2 == pytest.approx(mean / L**2, abs=2e-15)
    expected = K**2 * (square - mean**2) / L**2
    assert torus.specific_heat == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize("function", [*INFINITE, lambda K: kaufman(4, K)])
@settings(deadline=None, max_examples=20)
@given(
    K=st.one_of(
        st.sampled_from([math.nan, math.inf, -math.inf, None, "0.4", 1j, [0.4, None], {}]),
        st.lists(st.sampled_from([0.4, math.nan]), min_size=1).filter(lambda x: math.nan in x),
    )
)
def test_couplings_must_be_finite_numbers(function, K):
    with pytest.raises(ValueError, match="K must be"):
        function(K)


@settings(deadline=None)
@given(st.one_of(st.integers(max_value=1), st.floats(), st.none(), st.text(), st.booleans()))
def test_edge_lengths_must_be_whole_and_at_least_two(L):
    with pytest.raises(ValueError, match="L must be"):
        kaufman(L, 0.4)
    with pytest.raises(ValueError, match="L must be"):
        enumerate_ising(L, 0.4)


def test_torus_refuses_negative_couplings():
    with pytest.raises(ValueError, match="got -0.2; for even L the torus at -K"):
        kaufman(4, [0.3, -0.2])


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((6, 0.4), {}, "has 36 spins.*use L <= 5, or kaufman"),
        ((4, 0.4), {"dim": 3}, "has 64 spins.*use L <= 3$"),
        ((3, 0.4), {"dim": 4}, "dim must be 2"),
        ((3, math.nan), {}, "K must be finite"),
        ((3, [0.4]), {}, "K must be one real number"),
        ((3, 0.4), {"h": math.inf}, "h must be finite"),
        ((3, 0.4), {"K_nnn": "0"}, "K_nnn must be one real number"),
    ],
)
def test_enumeration_refuses(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        enumerate_ising(*arguments, **options)
