"""Entropy and susceptibility: free levels exactly, then the careful average over even and odd."""

import numpy as np
import pytest

from rgcourse.kondo import resonant_level
from rgcourse.nrg import (
    PROJECTIONS,
    NoKondoTemperature,
    Thermodynamics,
    anderson_flow,
    anderson_impurity,
    flat_chain,
    free_levels,
    free_thermodynamics,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
    shell_thermodynamics,
    z_average,
)

LN2 = np.log(2)


def test_free_levels_by_summing_states():
    """Four states of each level, summed with their Boltzmann weights."""
    levels, T = np.array([-0.3, 0.0, 0.7]), 0.4
    log_z, energy, spin_squared = 0.0, 0.0, 0.0
    for e in levels:
        weight = np.exp(-np.array([0, e, e, 2 * e]) / T)
        p = weight / weight.sum()
        log_z += np.log(weight.sum())
        energy += p @ [0, e, e, 2 * e]
        spin_squared += (p[1] + p[2]) / 4
    entropy, t_chi = free_thermodynamics(levels, T)
    assert entropy == pytest.approx(log_z + energy / T, abs=1e-13)
    assert t_chi == pytest.approx(spin_squared, abs=1e-13)


def test_every_shell_of_a_short_chain_is_exact():
    """Without interaction and truncation the shells are free levels, with and without impurity."""
    flow = anderson_flow(0.0, 0.05, Lambda=2.5, n_sites=5, n_keep=10**6)
    V = anderson_impurity(0.0, 0.05, 2.5).coupling
    shells = shell_thermodynamics(flow)
    for N, T in enumerate(shells.T):
        whole = free_thermodynamics(free_levels([V, *flow.chain.hoppings[:N]]), T)
        band = free_thermodynamics(flow.chain.levels(N + 1), T)
        assert shells.entropy[N] == pytest.approx(whole[0] - band[0], abs=1e-12)
        assert shells.t_chi[N] == pytest.approx(whole[1] - band[1], abs=1e-12)


@pytest.mark.parametrize("delta", [0.0, 0.02])
def test_resonant_level_against_single_particle_levels(delta):
    flow = anderson_flow(0.0, 0.01, delta=delta, Lambda=2.0, n_sites=20, n_keep=500)
    ours = impurity_thermodynamics(flow)
    exact = resonant_level(0.01, flat_chain(2.0, 60), ours.T, delta=delta)
    assert ours.entropy == pytest.approx(exact.entropy, abs=2e-3)
    assert ours.t_chi == pytest.approx(exact.t_chi, abs=2e-4)
    assert exact.entropy[-1] > 1.9 * LN2 and exact.entropy[0] < 0.3


def test_a_level_is_resolved_down_to_four_times_the_last_energy_of_the_chain():
    chain = flat_chain(2.0, 15)
    lowest = 4 * chain.scale[-1]
    assert len(resonant_level(0.1, chain, [1.0, 1.001 * lowest]).entropy) == 2
    with pytest.raises(ValueError, match="below 4 times the chain's last energy"):
        resonant_level(0.1, chain, [1.0, 0.999 * lowest])


def test_eight_sites_are_needed_for_even_and_odd_curves():
    flows = [kondo_flow(0.4, Lambda=2.5, n_sites=n, n_keep=60) for n in (7, 8)]
    assert np.all(np.isfinite(impurity_thermodynamics(flows[1]).entropy))
    with pytest.raises(ValueError, match="at least 8 sites, got 7"):
        impurity_thermodynamics(flows[0])


def test_curves_are_not_continued_beyond_their_temperatures():
    T = np.array([0.01, 0.02, 0.05, 0.1])
    curves = Thermodynamics(T, T**2, 1 + T)
    for inside in (0.01, 0.1, 0.01 * (1 - 1e-13), 0.1 * (1 + 1e-13)):
        entropy, t_chi = curves.at(inside)
        assert entropy == pytest.approx(inside**2, rel=1e-9)
        assert t_chi == pytest.approx(1 + inside, rel=1e-9)
    with pytest.raises(ValueError, match="T = 0.01 is outside .*use more sites"):
        curves.at([0.01 * (1 - 1e-9), 0.05])
    with pytest.raises(ValueError, match="T = 0.1 is outside .*higher ones lie outside the band"):
        curves.at([0.05, 0.1 * (1 + 1e-9)])


def test_average_over_z_smooths_a_coarse_band():
    """At Lambda = 4 the exact answer itself ripples; two shifted bands cancel the ripple."""
    T = np.exp(np.linspace(np.log(2e-5), np.log(2e-3), 40))
    exact = {z: resonant_level(0.01, flat_chain(4.0, 40, z=z), T) for z in (1.0, 0.5)}
    fine = resonant_level(0.01, flat_chain(1.5, 90), T)
    averaged = z_average(exact.values())
    ripple = np.ptp(exact[1.0].entropy - fine.entropy)
    assert ripple > 0.02
    assert np.ptp(averaged.entropy - fine.entropy) < ripple / 10
    flows = [anderson_flow(0.0, 0.01, Lambda=4.0, n_sites=16, n_keep=200, z=z) for z in (1.0, 0.5)]
    ours = z_average([impurity_thermodynamics(flow) for flow in flows])
    at = (ours.T > T[0]) & (ours.T < T[-1])
    assert ours.entropy[at] == pytest.approx(
        resonant_level(0.01, flat_chain(1.5, 90), ours.T[at]).entropy, abs=0.02
    )


def test_a_free_spin_has_ln_2_and_a_quarter():
    free = impurity_thermodynamics(kondo_flow(0.0, Lambda=2.5, n_sites=24, n_keep=300))
    assert free.entropy == pytest.approx(LN2, abs=2e-4)
    assert free.t_chi == pytest.approx(0.25, abs=2e-4)


def test_states_and_multiplets_give_the_same():
    ours, theirs = (
        impurity_thermodynamics(kondo_flow(0.5, Lambda=3.0, n_sites=10, n_keep=100, basis=basis))
        for basis in (None, PROJECTIONS)
    )
    assert ours.entropy == pytest.approx(theirs.entropy, abs=1e-11)
    assert ours.t_chi == pytest.approx(theirs.t_chi, abs=1e-11)


def test_average_of_neighbouring_shells_would_be_wrong():
    """The trap: T chi ~ T at low T, averaged at unequal T, is off by 5 % at Lambda = 2.5."""
    flow = kondo_flow(0.6, Lambda=2.5, n_sites=26, n_keep=300)
    shells, careful = shell_thermodynamics(flow), impurity_thermodynamics(flow)
    y = shells.t_chi
    naive = (y[:-2] + 2 * y[1:-1] + y[2:]) / 4
    k = np.argmin(np.abs(np.log(shells.T[1:-1] / 1e-3)))
    factor = (2 + np.sqrt(2.5) + 1 / np.sqrt(2.5)) / 4
    assert naive[k] / careful.at(shells.T[k + 1])[1] == pytest.approx(factor, rel=5e-3)


def test_temperatures_can_be_asked_for():
    flow = kondo_flow(0.6, Lambda=2.5, n_sites=20, n_keep=200)
    whole = impurity_thermodynamics(flow)
    some = impurity_thermodynamics(flow, [0.02, 0.01])
    assert some.T.tolist() == [0.02, 0.01]
    assert whole.at(0.01) == pytest.approx((some.entropy[1], some.t_chi[1]))
    with pytest.raises(ValueError, match="use more sites"):
        impurity_thermodynamics(flow, [1e-9])
    with pytest.raises(ValueError, match="outside the band"):
        whole.at(3.0)


@pytest.mark.parametrize("order", ["ascending", "descending", "mixed"])
def test_row_i_belongs_to_temperature_i(order):
    """Nothing sorts the reader's array behind their back; curves are read in any order."""
    flow = kondo_flow(0.6, Lambda=3.0, n_sites=18, n_keep=120)
    whole, T = impurity_thermodynamics(flow), np.geomspace(1e-3, 1e-1, 9)
    T = {"ascending": T, "descending": T[::-1], "mixed": T[[4, 0, 8, 2, 6, 1, 3, 5, 7]]}[order]
    some = impurity_thermodynamics(flow, T)
    assert some.T.tolist() == T.tolist()
    assert some.t_chi == pytest.approx(whole.at(T)[1], rel=1e-12)
    assert some.entropy == pytest.approx(whole.at(T)[0], rel=1e-12)
    assert some.at(T) == pytest.approx(np.array([some.entropy, some.t_chi]), rel=1e-12)
    in_order = impurity_thermodynamics(flow, np.sort(T))
    assert kondo_temperature(some) == pytest.approx(kondo_temperature(in_order), rel=1e-12)
    mean = z_average([some, whole])
    assert mean.t_chi == pytest.approx(whole.at(mean.T)[1], rel=1e-6)
    chain = flat_chain(2.0, 30)
    level = resonant_level(0.01, chain, T)
    one_by_one = [resonant_level(0.01, chain, t).entropy[0] for t in T]
    assert level.T.tolist() == T.tolist()
    assert level.entropy == pytest.approx(one_by_one, rel=1e-12)


def test_shells_fall_in_temperature_and_are_read_all_the_same():
    shells = shell_thermodynamics(kondo_flow(0.6, Lambda=3.0, n_sites=18, n_keep=120))
    assert np.all(np.diff(shells.T) < 0)
    assert shells.at(shells.T[3]) == pytest.approx((shells.entropy[3], shells.t_chi[3]))
    with pytest.raises(ValueError, match="use more sites"):
        shells.at(shells.T[-1] / 2)


def test_a_temperature_given_twice_counts_once():
    flow = kondo_flow(0.6, Lambda=3.0, n_sites=18, n_keep=120)
    twice = impurity_thermodynamics(flow, [0.01, 0.1, 0.01])
    assert len(twice.T) == 3 and twice.t_chi[0] == twice.t_chi[2]
    assert twice.at(0.01)[1] == pytest.approx(twice.t_chi[0], rel=1e-12)


def test_kondo_temperature_of_a_given_curve():
    T = np.geomspace(1e-6, 0.1, 60)
    curve = Thermodynamics(T, np.zeros(60), 0.25 * T / (T + 1e-3))
    assert kondo_temperature(curve) == pytest.approx(1e-3 * 0.0701 / (0.25 - 0.0701), rel=1e-5)


def test_no_kondo_temperature():
    flow = kondo_flow(-0.4, Lambda=2.5, n_sites=20, n_keep=150)
    with pytest.raises(NoKondoTemperature, match="stays above 0.0701"):
        kondo_temperature(impurity_thermodynamics(flow))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda f: impurity_thermodynamics("flow"), "must be an NRGFlow"),
        (kondo_temperature, r"got NRGFlow; use kondo_temperature\(impurity_thermodynamics\(flow"),
        (lambda f: kondo_temperature(0.1), "must be a Thermodynamics, got float$"),
        (lambda f: impurity_thermodynamics(f), "at least 8 sites"),
        (lambda f: shell_thermodynamics(f, beta_bar=0), "beta_bar must be positive"),
        (lambda f: shell_thermodynamics("flow"), "must be an NRGFlow, got str"),
        (
            lambda f: shell_thermodynamics(kondo_flow(0.4, Lambda=2.0, n_sites=1, n_keep=50)),
            "at least 2 sites, got 1",
        ),
        (lambda f: z_average([]), "nothing to average"),
        (lambda f: z_average([0.1]), "must be a Thermodynamics, got float"),
        (lambda f: z_average(Thermodynamics(*np.ones((3, 4)))), "not in a list"),
        (lambda f: Thermodynamics(*np.ones((3, 1))).at(1.0), "two different temperatures, got 1"),
        (lambda f: kondo_temperature(Thermodynamics(*np.ones((3, 0)))), "temperatures, got 0"),
        (lambda f: free_thermodynamics([0.1], 0.0), "T must be positive"),
        (lambda f: resonant_level(0.1, flat_chain(2.0, 9), []), "at least one temperature"),
        (lambda f: resonant_level(0.1, 2.5, [0.1]), "must be a WilsonChain, such as flat_chain"),
        (lambda f: f.multiplicity(5), r"sites 0 \.\. 4, got N = 5"),
        (lambda f: f.levels("first", 3), r"sites 0 \.\. 4, got N = first"),
        (lambda f: resonant_level(0.1, flat_chain(2.0, 9), [1e-9]), "use more sites"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(kondo_flow(0.4, Lambda=2.0, n_sites=5, n_keep=50))
