"""Spectral functions against exact diagonalization, sum rules, free electrons and Bethe ansatz."""

import math
from functools import cache

import numpy as np
import pytest
from test_nrg_flow import creators, hopping

from rgcourse.kondo import bethe_ansatz
from rgcourse.nrg import (
    ISOSPIN,
    MULTIPLETS,
    PROJECTIONS,
    anderson_flow,
    anderson_impurity,
    anderson_spectrum,
    energy_unit,
    flat_chain,
    impurity_thermodynamics,
    kondo_impurity,
    kondo_temperature,
    spectral_poles,
)
from rgcourse.nrg.spectrum import broadening, flat_hybridization, green_function

U, GAMMA, LAMBDA, EVERYTHING = 0.3, 0.05, 2.5, 10**6
CASES = [(0.0, MULTIPLETS), (0.0, ISOSPIN), (0.0, PROJECTIONS), (0.08, MULTIPLETS)]


def poles(delta, n_sites, n_keep, *, T=0.0, basis=None, merge=0.0):
    impurity = anderson_impurity(U, GAMMA, LAMBDA, delta=delta)
    chain = flat_chain(LAMBDA, n_sites)
    return spectral_poles(impurity, chain, n_keep=n_keep, T=T, basis=basis, merge=merge)


def moments(energies, weights):
    """Of e**k, arctan(e / 0.05) and its like: they see where the weights are, and no order."""
    tests = [energies**k for k in range(5)]
    tests += [np.arctan((energies - place) / 0.02) for place in np.linspace(-0.5, 0.5, 21)]
    return np.array(tests) @ weights


@cache
def lehmann(delta, n_sites, T):
    """The same moments of the exact sums over all states: of d^+, and of d^+ and [d, H_orbital]."""
    impurity, chain = anderson_impurity(U, GAMMA, LAMBDA, delta=delta), flat_chain(LAMBDA, n_sites)
    c, t = creators(n_sites + 1), [impurity.coupling, *chain.hoppings]
    n_up, n_down = (s @ s.T for s in c[0])
    charge = n_up + n_down - np.eye(len(n_up))
    orbital = U / 2 * charge @ charge + delta * charge
    H = orbital + sum(t[n] * hopping(c[n], c[n + 1]) for n in range(n_sites))
    E, states = np.linalg.eigh(H)
    p = np.exp(-(E - E[0]) / T) if T else (E < E[0] + 1e-9) * 1.0
    p /= p.sum()
    d = states.T @ c[0][0] @ states
    commutator = states.T @ (orbital @ c[0][0] - c[0][0] @ orbital) @ states
    lines = (E[:, None] - E).ravel()
    both = [(d * x * (p[:, None] + p)).ravel() for x in (d, commutator)]
    return np.array([moments(lines, weights) for weights in both])


@pytest.mark.parametrize("T", [0.0, 0.05])
@pytest.mark.parametrize(("delta", "basis"), CASES)
def test_short_chains_are_exact(delta, basis, T):
    found = poles(delta, 3, EVERYTHING, T=T, basis=basis)
    both = [moments(found.energies, x) for x in (found.weights, found.commutator)]
    assert np.allclose(both, lehmann(delta, 3, T), rtol=0, atol=1e-10)


def test_a_wrong_model_would_be_seen():
    found = poles(0.08 * 1.05, 3, EVERYTHING)
    assert abs(moments(found.energies, found.weights) - lehmann(0.08, 3, 0.0)[0]).max() > 1e-3


@pytest.mark.parametrize("T", [0.0, 1e-3])
@pytest.mark.parametrize("delta", [0.0, 0.08])
def test_nothing_is_lost_by_truncation(delta, T):
    found = poles(delta, 20, 60, T=T, basis=MULTIPLETS, merge=0.01)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    occupied = 2 * found.weights[found.energies < 0].sum()
    if T == 0:  # two ways to the occupation: lines below zero, and a commutator
        assert found.commutator.sum() == pytest.approx(delta + U * (occupied - 1) / 2, abs=1e-12)
    if delta == 0:
        assert found.energies @ found.weights == pytest.approx(0, abs=1e-12)
        assert found.commutator.sum() == pytest.approx(0, abs=1e-12)


def test_even_and_odd_chains_have_the_same_occupation():
    pair = [poles(0.08, n, 200, merge=0.01).commutator.sum() for n in (24, 25)]
    assert pair[0] == pytest.approx(pair[1], abs=1e-4)


@pytest.mark.parametrize("T", [0.0, 0.01])
@pytest.mark.parametrize("delta", [0.0, 0.08])
def test_bases_agree_after_truncation(delta, T):
    bases = (MULTIPLETS, PROJECTIONS, *([ISOSPIN] if delta == 0 else []))
    first, *others = (poles(delta, 8, 40, T=T, basis=basis) for basis in bases)
    for other in others:
        for name in ("weights", "commutator"):
            here, there = (moments(x.energies, getattr(x, name)) for x in (first, other))
            assert np.allclose(here, there, rtol=0, atol=1e-12)


def test_merged_lines_keep_their_moments():
    alone, merged = poles(0.08, 12, 60), poles(0.08, 12, 60, merge=0.01)
    assert len(merged.energies) < len(alone.energies) / 5
    assert merged.weights.sum() == pytest.approx(alone.weights.sum(), abs=1e-12)
    close = [moments(x.energies, x.weights) for x in (alone, merged)]
    assert close[0] == pytest.approx(close[1], abs=1e-3)


# --- curves -----------------------------------------------------------------------------------


def test_a_broadened_line_keeps_its_weight_and_its_side():
    omega = np.concatenate([-np.geomspace(1e-6, 1e3, 4000)[::-1], np.geomspace(1e-6, 1e3, 4000)])
    for T in (0.0, 1e-2):
        curve = broadening(omega, np.array([0.3, -1e-3]), 0.3, T)
        assert np.trapezoid(curve, omega, axis=0) == pytest.approx([1, 1], abs=1e-4)
    assert broadening(omega, np.array([0.3]), 0.3)[:4000].max() == 0


@pytest.mark.parametrize("width", [0.3, 0.7])
def test_broadening_leaves_a_flat_density_of_lines_flat(width):
    """The kernel is the same with line and energy exchanged, so it also integrates to 1 over lines.

    Without its shift of width / 4, which makes it so, a flat density would come out too high by
    exp(width**2 / 4): 2 and 13 per cent.
    """
    omega = np.geomspace(1e-3, 1.0, 7)
    kernel = broadening(omega, omega, width)
    assert kernel == pytest.approx(kernel.T, rel=1e-12)
    lines = np.geomspace(1e-9, 1e6, 6000)
    area = np.trapezoid(broadening(omega, lines, width) * lines, np.log(lines), axis=1)
    assert area == pytest.approx(np.ones(7), abs=1e-9)


def test_green_function_of_a_semicircle():
    x = np.linspace(-1, 1, 2001)
    G = green_function(x, 2 / np.pi * np.sqrt(1 - x**2))
    assert G.real[100:-100] == pytest.approx(2 * x[100:-100], abs=1e-3)


def test_without_interaction_it_is_a_resonant_level():
    Gamma, delta = 0.02, 0.01
    spectrum = anderson_spectrum(0.0, Gamma, delta=delta, Lambda=LAMBDA, n_sites=24, n_keep=250)
    inside = (abs(spectrum.omega) > 1e-4) & (abs(spectrum.omega) < 0.5)
    omega = spectrum.omega[inside]
    exact = -np.imag(1 / (omega - delta - flat_hybridization(omega, Gamma))) / math.pi
    assert np.allclose(spectrum.A[inside], exact, rtol=1e-9)  # the self-energy is delta
    assert np.allclose(spectrum.A_lines[inside], exact, rtol=0, atol=0.06 * exact.max())
    wrong = -np.imag(1 / (omega - delta - flat_hybridization(omega, 1.1 * Gamma))) / math.pi
    assert abs(spectrum.A_lines[inside] - wrong).max() > 0.06 * exact.max()  # power


@cache
def symmetric(Gamma):
    """Spectrum, T_K, 1/Z for U = 0.1."""
    n_sites = {0.0045: 46, 0.007: 40, 0.01: 36}[Gamma]
    model = {"Lambda": LAMBDA, "n_sites": n_sites}
    spectrum = anderson_spectrum(0.1, Gamma, n_keep=150, **model)
    flow = anderson_flow(0.1, Gamma, n_keep=300, **model)
    T_K = kondo_temperature(impurity_thermodynamics(flow))
    near = abs(abs(spectrum.omega) / T_K - 0.05) < 0.04
    slope = np.polyfit(spectrum.omega[near], spectrum.self_energy.real[near], 1)[0]
    return spectrum, T_K, 1 - slope


@pytest.mark.parametrize("Gamma", [0.0045, 0.007, 0.01])
def test_friedel_sum_rule_of_the_symmetric_impurity(Gamma):
    spectrum, T_K, _ = symmetric(Gamma)
    assert spectrum.occupation == pytest.approx(1, abs=1e-9)
    assert math.pi * Gamma * spectrum.at(0.01 * T_K) == pytest.approx(1, abs=0.02)
    assert math.pi * Gamma * spectrum.at(0.01 * T_K, lines=True) == pytest.approx(1, abs=0.05)
    assert np.allclose(spectrum.A, spectrum.A[::-1], rtol=1e-6)


@pytest.mark.parametrize(("Gamma", "delta"), [(0.005, 0.04), (0.01, 0.05), (0.01, -0.045)])
def test_friedel_sum_rule_away_from_symmetry(Gamma, delta):
    spectrum = anderson_spectrum(0.1, Gamma, delta=delta, Lambda=LAMBDA, n_sites=40, n_keep=250)
    height = math.pi * Gamma * spectrum.at(0.0)
    assert height == pytest.approx(math.sin(math.pi * spectrum.occupation / 2) ** 2, rel=0.03)
    assert abs(height - 1) > 0.02  # the sum rule says more than: a peak of height 1


def test_the_width_of_the_resonance_is_the_kondo_temperature():
    widths = np.array([symmetric(G)[0].half_width / symmetric(G)[1] for G in (0.0045, 0.007, 0.01)])
    assert widths == pytest.approx(widths.mean(), rel=0.03)
    assert symmetric(0.01)[1] > 100 * symmetric(0.0045)[1]  # over more than two decades


@pytest.mark.parametrize("Gamma", [0.0045, 0.007, 0.01])
def test_slope_of_the_self_energy_is_that_of_the_bethe_ansatz(Gamma):
    exact = bethe_ansatz(0.1, Gamma).gamma / bethe_ansatz(0.0, Gamma).gamma
    assert symmetric(Gamma)[2] == pytest.approx(exact, rel=0.07)


def test_heat_takes_the_resonance_away():
    model = {"Lambda": LAMBDA, "n_sites": 36, "n_keep": 150}
    T_K = symmetric(0.01)[1]
    heights = [
        math.pi * 0.01 * anderson_spectrum(0.1, 0.01, T=x * T_K, **model).at(0.0)
        for x in (0.1, 1, 10, 100)
    ]
    assert heights[0] > 0.9 and heights[-1] < 0.15
    assert np.all(np.diff(heights) < 0)


def test_a_spectrum_begins_at_ten_times_the_last_energy_of_the_chain():
    model = {"Lambda": LAMBDA, "n_sites": 8, "n_keep": 99, "shifts": (1.0,)}
    lowest = 10 * energy_unit(LAMBDA, 7)
    omega = anderson_spectrum(0.1, 0.01, **model).omega
    assert omega[omega > 0].min() == pytest.approx(lowest, rel=1e-12)
    assert np.all(np.isfinite(anderson_spectrum(0.1, 0.01, T=1.001 * lowest, **model).A))
    with pytest.raises(ValueError, match="below 10 times the last energy"):
        anderson_spectrum(0.1, 0.01, T=0.999 * lowest, **model)


@pytest.mark.parametrize("Lambda", [2.0, 2.5, 3.0, 6.0])
def test_a_chain_too_short_for_a_spectrum_says_how_long_it_must_be(Lambda):
    """Every length is refused in our words, with a length that does, or gives a finite curve."""

    def spectrum(n_sites):
        return anderson_spectrum(
            0.1, 0.02, Lambda=Lambda, n_sites=n_sites, n_keep=99, shifts=(1.0,)
        )

    enough = 1 + next(n for n in range(30) if 10 * energy_unit(Lambda, n) < 1)
    for n_sites in range(1, enough):
        words = f"{n_sites} sites is too short for a spectrum.* use n_sites = {enough} or more"
        with pytest.raises(ValueError, match=words):
            spectrum(n_sites)
    found = spectrum(enough)
    assert np.all(np.isfinite(found.A)) and found.at(0.0) > 0 and found.half_width > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poles(0.0, 4, 100, T=-1.0), "must not be negative"),
        (
            lambda: spectral_poles(kondo_impurity(0.3, 2.5), flat_chain(2.5, 4), n_keep=99),
            "needs an impurity with an orbital",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, shifts=()),
            "pass at least one shift",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, width=0.0),
            "width must be positive",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, width=1e-3),
            "at least 0.058, the distance of the points",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, shifts="all"),
            "shifts must be a real number or an array",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites="8", n_keep=99),
            "n_sites must be a whole number",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, T=100),
            "T must lie between 0 and the edge of the band",
        ),
        (
            lambda: spectral_poles(anderson_impurity(0.1, 0.1, 2.5), 2.5, n_keep=99),
            "an Impurity and a WilsonChain are needed",
        ),
        (
            lambda: anderson_spectrum(0.1, 0.01, Lambda=2.5, n_sites=8, n_keep=99, T=1e-6),
            "use more sites",
        ),
        (lambda: poles(0.08, 4, 100, basis=ISOSPIN), "isospin is not conserved"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
