"""The exact curves against the infinite hierarchy of the Bethe ansatz and against their limits."""

from functools import cache

import numpy as np
import pytest
from scipy.fft import irfft, next_fast_len, rfft
from scipy.optimize import brentq

from rgcourse.kondo import WILSON_NUMBER, bethe_ansatz, universal_curve, universal_magnetization
from rgcourse.kondo.universal import _curve, _kondo_temperature, _settle, _solve
from rgcourse.nrg.thermodynamics import T_CHI_AT_T_K
from rgcourse.reference import entry

LN2 = np.log(2)


@cache
def scale():
    """T_0 in units of T_K, from T chi = T / (4 pi T_0) at low T."""
    return 1e-6 / (4 * np.pi * universal_curve(1e-6)[1])


def wilsons_T_K():
    """T_K of the exact solution, where 4 T_K chi(0) = 0.4107, in units of ours."""
    return np.pi * WILSON_NUMBER * scale()


# --- the hierarchy: ln eta_n = -2 delta_n1 e**z + G * [ln(1 + eta_{n-1}) + ln(1 + eta_{n+1})]


def spread_by_sech(n, step):
    """G * f for rows f on n points, constant beyond both ends; G = 1 / (2 pi cosh)."""
    k = step / (2 * np.pi * np.cosh(step * np.arange(1 - n, n)))
    size = next_fast_len(2 * n - 1, real=True)
    k_hat = rfft(k, size)
    left = (0.5 - k[n - 1]) / 2 - np.concatenate([[0], np.cumsum(k[n:])])

    def convolve(f):
        inside = irfft(rfft(f, size) * k_hat, size)[:, n - 1 : 2 * n - 1]
        return inside + f[:, :1] * left + f[:, -1:] * left[::-1]

    return convolve


def next_level(last, y):
    """ln(1 + eta_{N+1}) from the one below, exact where eta is constant."""
    root = np.exp(last / 2)
    return 2 * np.log(root * np.cosh(y) + np.sqrt(1 + (root * np.sinh(y)) ** 2))


def hierarchy(y, *, levels=12, step=0.2, edge=60.0):
    """ln(1 + eta_1) of that many levels, at h / 2T = y."""
    z = np.arange(-edge, edge, step)
    G, drive = spread_by_sech(len(z), step), np.zeros((levels, len(z)))
    drive[0] = -2 * np.exp(z)
    L, free = [], np.zeros(len(z))
    for _ in range(levels):
        free = next_level(free, y)
        L.append(free)
    L = np.array(L)
    for _ in range(5000):
        source = np.vstack([0 * L[:1], L, next_level(L[-1:], y)])
        last, L = L, np.logaddexp(0, drive + G(source[:-2] + source[2:]))
        if abs(L - last).max() < 1e-11:
            break
    return z, L[0]


def log_z_and_entropy(T, z, L):
    """Of the impurity, T in units of T_0."""
    u = -np.log(T) - z
    G = (z[1] - z[0]) / (2 * np.pi * np.cosh(u))
    return G @ L, (G * (1 + np.tanh(u))) @ L


def test_the_entropy_of_twelve_levels():
    """The closure is off by a power of the number of levels: 5e-6 in ln Z at T = 10."""
    levels = hierarchy(0.0)
    for T in (0.03, 0.1, 0.3, 1.0, 3.0, 10.0):
        expected = log_z_and_entropy(T, *levels)[1]
        assert universal_curve(T * scale())[0] == pytest.approx(expected, abs=1e-5)


def test_the_work_of_a_field_on_twelve_levels():
    """ln Z(y) - ln Z(0) = 2 int M dy, by three points of Gauss; 0 to y = 1 / 2."""
    with_field, without = hierarchy(0.5), hierarchy(0.0)
    nodes, weights = np.polynomial.legendre.leggauss(3)
    y, weights = (nodes + 1) / 4, weights / 4
    for T, bound in ((0.03, 1e-7), (0.1, 2e-7), (0.3, 1e-6), (1.0, 2e-5)):
        expected = log_z_and_entropy(T, *with_field)[0] - log_z_and_entropy(T, *without)[0]
        work = 2 * weights @ universal_magnetization(T * scale(), 2 * y * T * scale())
        assert work == pytest.approx(expected, abs=bound)
        assert work > 1e3 * bound


# --- limits


def test_low_temperature_is_a_fermi_liquid_with_wilson_ratio_2():
    entropy, t_chi = universal_curve(T := np.array([1e-30, 1e-12, 1e-6, 1e-4]))
    assert 4 * np.pi**2 / 3 * t_chi / entropy == pytest.approx(2, abs=2e-6)
    assert entropy / T == pytest.approx(np.pi / (6 * scale()), rel=1e-6)
    assert bethe_ansatz(30 * np.pi, 1.0).wilson_ratio == pytest.approx(2)  # by other equations


def test_the_way_to_low_temperature_is_quadratic():
    slopes = [universal_curve(T)[0] / T * 6 * scale() / np.pi - 1 for T in (0.02, 0.01)]
    assert slopes[0] / slopes[1] == pytest.approx(4, rel=0.01)


def wilsons_tail(T, T_K):
    """4 T chi through the second order in 1 / ln(T / T_K), where no second power stands alone."""
    log = np.log(T / T_K)
    return 1 - 1 / log - np.log(log) / (2 * log**2)


@pytest.mark.parametrize("T", [1e8, 1e15, 1e25, 1e30])
def test_high_temperature_knows_wilsons_number(T):
    """T_K from T = 0, by 0.4107, is the T_K of the logarithms; one off by a tenth is not."""
    off = [
        (4 * universal_curve(T)[1] - wilsons_tail(T, factor * wilsons_T_K())) * np.log(T) ** 2
        for factor in (0.9, 1.0, 1.1)
    ]
    assert abs(off[1]) < 0.035
    assert abs(off[0] - off[1]) > 0.08 and abs(off[2] - off[1]) > 0.08


def test_entropy_lacks_the_third_power_of_the_coupling():
    lacks = (LN2 - universal_curve(1e30)[0]) * np.log(1e30 / wilsons_T_K()) ** 3
    assert lacks == pytest.approx(np.pi**2 / 4, rel=0.06)


def test_t_chi_at_the_exact_kondo_temperature():
    assert pytest.approx(0.98639, abs=1e-5) == wilsons_T_K()
    assert universal_curve(wilsons_T_K())[1] == pytest.approx(0.06954, abs=1e-5)


def test_weak_fields_measure_the_susceptibility():
    T = np.array([0.1, 1.0, 10.0])
    weak = universal_magnetization(T, 2e-3 * T) / 2e-3
    assert weak == pytest.approx(universal_curve(T)[1], rel=2e-6)
    assert universal_magnetization(T, -0.5 * T) == pytest.approx(
        -universal_magnetization(T, 0.5 * T), rel=1e-12
    )
    assert universal_magnetization(1.0, 0.0) == pytest.approx(0, abs=1e-15)


def test_strong_fields_at_low_and_high_temperature():
    low = universal_magnetization(1e-5, 1.5e-5)
    assert low == pytest.approx(1.5e-5 / (4 * np.pi * scale()), rel=3e-6)
    high = universal_magnetization(1e30, 1.5e30)
    assert 0.97 * np.tanh(0.75) / 2 < high < np.tanh(0.75) / 2


# --- grid, shapes, guards


@pytest.mark.parametrize("step, left", [(0.1, 1000.0), (0.2, 2000.0)])
def test_half_the_step_or_twice_the_range_changes_nothing(step, left):
    T = np.array([1e-30, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e6, 1e30])
    finer, T_K = _solve(0.0, step, left), _kondo_temperature(step, left)
    expected = np.transpose([_curve(t * T_K, finer) for t in T])
    assert np.array(universal_curve(T)) == pytest.approx(expected, rel=1e-6, abs=0)


def test_a_coarse_grid_would_be_seen():
    coarse, T_K = _solve(0.0, 0.4, 1000.0), _kondo_temperature(0.4, 1000.0)
    assert abs(_curve(T_K, coarse)[0] - universal_curve(1.0)[0]) > 1e-6


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 2)])
def test_shapes_are_those_of_the_temperatures(shape):
    T = np.full(shape, 1.0)
    entropy, t_chi = universal_curve(T)
    assert entropy.shape == t_chi.shape == shape
    assert np.allclose(t_chi, T_CHI_AT_T_K, rtol=1e-11)
    assert universal_magnetization(T, 0.1).shape == shape


def test_order_does_not_matter():
    there, back = universal_curve([0.1, 10.0]), universal_curve([10.0, 0.1])
    assert np.array_equal(there, np.array(back)[:, ::-1])


@pytest.mark.parametrize("T", [1e-30, 1e30])
def test_thirty_decades_on_both_sides_and_no_more(T):
    assert np.all(np.isfinite(universal_curve(T)))
    beyond = T * 1.001 if T > 1 else T / 1.001
    with pytest.raises(ValueError, match="between 1e-30 and 1e.30, in units of T_K"):
        universal_curve([1.0, beyond])


def test_fields_up_to_one_and_a_half_temperatures():
    assert universal_magnetization(2.0, 3.0) < 0.5
    with pytest.raises(ValueError, match=r"at most 1.5 T, got h = 3.001 at T = 2; raise T"):
        universal_magnetization(2.0, [0.0, 3.001])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: universal_curve(0.0), "got 0; divide temperatures by kondo_temperature"),
        (lambda: universal_curve([1.0, -1.0]), "got -1"),
        (lambda: universal_curve(np.nan), "T must be finite, got nan"),
        (lambda: universal_curve([1.0, np.inf]), "T must be finite, got inf"),
        (lambda: universal_curve("warm"), "T must be a real number"),
        (lambda: universal_curve(True), "T must hold numbers"),
        (lambda: universal_magnetization(0.0, 0.0), "T must lie between"),
        (lambda: universal_magnetization(1.0, np.nan), "h must be finite, got nan"),
        (lambda: universal_magnetization([1.0, 2.0], [0.0, 0.1, 0.2]), "shapes of T and h"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- the ledger


@pytest.mark.parametrize("name, T", [("01", 0.1), ("1", 1.0), ("10", 10.0), ("100", 100.0)])
def test_the_ledger_has_the_exact_curve(name, T):
    entropy, t_chi = universal_curve(T)
    assert entry(f"kondo_thermo.S_{name}").value == pytest.approx(entropy / LN2, abs=1e-6)
    assert entry(f"kondo_thermo.t_chi_{name}").value == pytest.approx(t_chi, abs=1e-6)


def test_the_ledger_has_the_temperature_of_half_the_entropy():
    half = brentq(lambda T: universal_curve(T)[0] - LN2 / 2, 0.5, 1.5)
    assert entry("kondo_thermo.half_entropy").value == pytest.approx(half, abs=1e-6)


def test_what_does_not_settle_is_no_number():
    with pytest.raises(RuntimeError, match="no fixed point in 100 rounds, the last moved 1"):
        _settle(lambda f: f + 1, np.zeros((2, 3), complex))
