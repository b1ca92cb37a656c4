"""The Kondo and Anderson models against an independent calculation and against exact results."""

from functools import cache

import mpmath
import numpy as np
import pytest

from rgcourse.kondo import (
    WILSON_NUMBER,
    anderson_law,
    bethe_ansatz,
    fermi_liquid,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
    universal_curve,
)
from rgcourse.nrg import anderson_flow

LN2 = np.log(2)

# (Lambda, g): T_K by an independent program in another basis, same Lambda and same correction
T_K = {
    (2.0, 0.1): 1.1483e-05,
    (2.0, 0.2): 3.0055e-03,
    (2.5, 0.1): 1.1976e-05,
    (2.5, 0.2): 3.1311e-03,
    (2.5, 0.3): 2.5571e-02,
    (3.0, 0.2): 3.2614e-03,
    (3.0, 0.3): 2.6553e-02,
}


def sites_for(T_lowest, Lambda):
    return 6 + int(2 * np.log(1 / T_lowest) / np.log(Lambda))


@cache
def kondo(g, Lambda, scale=1.0):
    n_sites = sites_for(0.01 * T_K[Lambda, g], Lambda)
    flow = kondo_flow(2 * g * scale, Lambda=Lambda, n_sites=n_sites, n_keep=400)
    return impurity_thermodynamics(flow)


@pytest.mark.parametrize("Lambda, g", T_K)
def test_kondo_temperatures(Lambda, g):
    ours = kondo_temperature(kondo(g, Lambda))
    assert ours == pytest.approx(T_K[Lambda, g], rel=2e-3)


def test_a_five_percent_wrong_coupling_would_be_seen():
    ours = kondo_temperature(kondo(0.2, 2.5, scale=1.05))
    assert ours > 1.25 * T_K[2.5, 0.2]


@pytest.mark.parametrize("Lambda, g", T_K)
def test_the_strong_coupling_fixed_point_is_a_fermi_liquid(Lambda, g):
    liquid = fermi_liquid(kondo(g, Lambda))
    assert liquid.chi * kondo_temperature(kondo(g, Lambda)) == pytest.approx(0.104, abs=0.002)
    assert 4 * liquid.chi * T_K[Lambda, g] == pytest.approx(WILSON_NUMBER, rel=0.02)
    assert liquid.wilson_ratio == pytest.approx(2.0, abs=0.03)


def deviations(thermodynamics, T_K, x):
    """Largest distances of entropy and T chi from the exact curve, at T = x T_K."""
    ours, exact = thermodynamics.at(x * T_K), universal_curve(x)
    return np.abs(np.subtract(ours, exact)).max(axis=1)


@pytest.mark.parametrize("Lambda, bounds", [(2.0, (1.6e-4, 2e-5)), (2.5, (3.2e-4, 5e-5))])
def test_the_curve_is_the_exact_one(Lambda, bounds):
    """Up to T = D / 1000; what is left is the coarse chain's average, 3e-4 at Lambda = 2.5."""
    thermodynamics = kondo(0.1, Lambda)
    T_K = kondo_temperature(thermodynamics)
    x = np.geomspace(0.011, 80, 40)
    assert np.all(deviations(thermodynamics, T_K, x) < bounds)
    assert np.all(deviations(thermodynamics, 1.01 * T_K, x) > bounds)


def test_the_curve_is_the_exact_one_over_six_decades():
    """T_K is 1.3e-7 D here, so that ten thousand of it are far from the band edge."""
    thermodynamics = impurity_thermodynamics(kondo_flow(0.14, Lambda=2.5, n_sites=49, n_keep=400))
    T_K = kondo_temperature(thermodynamics)
    x = np.geomspace(0.01, 1e4, 61)
    assert np.all(deviations(thermodynamics, T_K, x) < (3.2e-4, 5e-5))


def test_the_spin_is_screened():
    thermodynamics = kondo(0.2, 2.5)
    assert thermodynamics.entropy[-1] == pytest.approx(LN2, abs=0.1)
    assert abs(thermodynamics.entropy[0]) < 0.02
    assert np.all(np.diff(thermodynamics.t_chi[:-4]) > 0)


@cache
def anderson(U, Gamma, delta, T_lowest):
    flow = anderson_flow(
        U, Gamma, delta=delta, Lambda=2.5, n_sites=sites_for(T_lowest, 2.5), n_keep=400
    )
    return impurity_thermodynamics(flow)


@pytest.mark.parametrize(
    "U, Gamma, delta, T_K",
    [
        (0.001, 2.5143e-5, 0, 8.0023e-12),
        (0.001, 0.000314225, 0, 7.2019e-5),
        (0.1, 0.005, 0, 2.7158e-6),
        (0.1, 0.005, 0.03, 4.5507e-5),
    ],
)
def test_anderson_temperatures(U, Gamma, delta, T_K):
    ours = anderson(U, Gamma, delta, 0.01 * T_K)
    assert kondo_temperature(ours) == pytest.approx(T_K, rel=2e-3)


@pytest.mark.parametrize(
    "U, Gamma, T_K",
    [(0.001, 2.5143e-5, 8.0e-12), (0.001, 0.000314225, 7.2e-5), (0.1, 0.005, 2.716e-6)],
)
def test_anderson_at_zero_temperature_is_that_of_the_bethe_ansatz(U, Gamma, T_K):
    ours, exact = fermi_liquid(anderson(U, Gamma, 0, 0.01 * T_K)), bethe_ansatz(U, Gamma)
    assert ours.chi == pytest.approx(exact.chi, rel=0.02)
    assert ours.gamma == pytest.approx(exact.gamma, rel=0.02)
    assert ours.wilson_ratio == pytest.approx(exact.wilson_ratio, rel=0.01)


def test_orbital_then_spin_then_nothing():
    ours = anderson(0.1, 0.005, 0, 2.716e-8)
    S = ours.at(np.array([1e-1, 1e-3, 5e-8]))[0] / LN2
    assert S == pytest.approx([1.916, 0.991, 0.02], abs=0.01)


def test_bethe_ansatz_against_its_recursion_upwards():
    """Upwards the recursion is unstable; with 900 digits it does not matter."""
    for u in (0.3, 1.0132, 6.366, 12.66):
        with mpmath.workdps(900):
            a, c = (mpmath.pi / 2) ** 2, [mpmath.mpf(1), mpmath.mpf(1)]
            for n in range(2, 150):
                c.append((2 * n - 1) * c[-1] - a * c[-2])
            chi = sum(x * mpmath.mpf(u) ** n for n, x in enumerate(c)) / (2 * mpmath.pi)
            even = sum(x * mpmath.mpf(u) ** (2 * n) for n, x in enumerate(c[::2]))
            gamma = 2 * mpmath.pi / 3 * even
        ours = bethe_ansatz(u * np.pi, 1.0)
        assert ours.chi == pytest.approx(float(chi), rel=1e-11)
        assert ours.gamma == pytest.approx(float(gamma), rel=1e-11)
    assert bethe_ansatz(0.001, 2.5143e-5).wilson_ratio == pytest.approx(2.0, abs=1e-3)


def test_bethe_ansatz_up_to_u_of_30_and_no_farther():
    """There the sums have reached R = 2 and the law of T_K, to the digits that the law has."""
    most = bethe_ansatz(30 * np.pi * (1 - 1e-12), 1.0)
    assert most.wilson_ratio == pytest.approx(2, abs=1e-12)
    law = WILSON_NUMBER / (4 * anderson_law(30 * np.pi, 1.0))
    assert most.chi == pytest.approx(law, rel=0.02)
    with pytest.raises(ValueError, match="at most 30"):
        bethe_ansatz(30 * np.pi * (1 + 1e-12), 1.0)


def test_laws():
    assert WILSON_NUMBER == pytest.approx(0.410705, abs=1e-6)
    assert anderson_law(0.1, 0.005) == pytest.approx(2.5211e-6, rel=1e-4)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: anderson_law(0.0, 0.1), "must be positive"),
        (lambda: bethe_ansatz(-0.1, 0.1), "must not be negative"),
        (lambda: bethe_ansatz(100.0, 0.1), "at most 30"),
        (lambda: fermi_liquid(kondo(0.2, 2.5), T=1e-12), "use more sites"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
