"""Kondo couplings: the sums against exact diagonalization, the flows against integrals."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from rgcourse.poor_mans_scaling import (
    flows_to_strong_coupling,
    kondo_scale,
    rate_perp,
    rate_z,
    scaling_flow,
    second_order_vertex,
)

SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


# --- the logarithm -----------------------------------------------------------------------------


def fermions(n_modes):
    """Annihilators of `n_modes` modes (Jordan and Wigner)."""
    lower, sign = np.array([[0, 1], [0, 0]]), np.diag([1, -1])

    def operator(mode):
        product = np.eye(1)
        for m in range(n_modes):
            product = np.kron(product, sign if m < mode else lower if m == mode else np.eye(2))
        return product

    return [operator(mode) for mode in range(n_modes)]


def exact_levels(levels, J_z, J_perp):
    """Energies of impurity and band with as many electrons as leave one above the full levels."""
    n = len(levels)
    c = np.array(fermions(2 * n)).reshape(n, 2, 4**n, 4**n)
    number = np.einsum("qsij,qskj->qik", c.transpose(0, 1, 3, 2), c.transpose(0, 1, 3, 2))
    band = np.einsum("q,qij->ij", levels, number)
    site = c.sum(axis=0) / math.sqrt(n)
    hamiltonian = np.kron(np.eye(2), band).astype(complex)
    for strength, sigma in zip((J_perp, J_perp, J_z), SIGMA, strict=True):
        spin = np.einsum("sij,st,tjk->ik", site.transpose(0, 2, 1), sigma / 2, site)
        hamiltonian += strength * np.kron(sigma / 2, spin)
    electrons = np.kron(np.ones(2), np.diag(number.sum(axis=0)))
    wanted = np.flatnonzero(electrons == 2 * np.sum(np.array(levels) < 0) + 1)
    return np.linalg.eigvalsh(hamiltonian[np.ix_(wanted, wanted)])


@pytest.mark.parametrize("J_z, J_perp", [(1.0, 1.0), (1.0, 0.4), (-0.7, 1.0)])
def test_vertex_is_the_second_order_of_exact_diagonalization(J_z, J_perp):
    """One electron in the lowest empty level: its four states split as an exchange says.

    E = J_z / 4 (twice), -J_z / 4 +- J_perp / 2, all over n; to second order with corrected J.
    """
    levels, scattered = [-1.3, -0.8, 0.2, 1.1], 0.2
    n = len(levels)

    def splittings(x):
        low, lower, first, second = np.sort(exact_levels(levels, x * J_z, x * J_perp)[:4])
        energies = np.array([low, lower, first, second])
        pair = np.argmin(np.diff(energies))  # the doublet with parallel spins
        single = np.delete(energies, [pair, pair + 1])
        z = energies[pair] - single.mean()  # J_z / 2 n
        return 2 * n * z, n * abs(single[1] - single[0])  # J_z and J_perp

    x = 0.02
    up, down = np.array(splittings(x)), np.array(splittings(-x))
    second = [(up[0] + down[0]) / (2 * x**2), (up[1] - down[1]) / (2 * x**2)]
    others = [e for e in levels if e != scattered]
    vertex = second_order_vertex(J_z, J_perp, others, energy=scattered)
    ours = np.array([vertex.J_z, vertex.J_perp]) * len(others) / n  # mean over n, not n - 1
    assert second[0] == pytest.approx(ours[0], rel=2e-3)
    assert second[1] == pytest.approx(ours[1] * np.sign(J_perp), rel=2e-3)


def test_vertex_from_spin_matrices(rng):
    """The same from the products of spin matrices, in their two orders."""
    S = [np.kron(s / 2, np.eye(2)) for s in SIGMA]
    s = [np.kron(np.eye(2), s / 2) for s in SIGMA]
    J = np.array([0.3, 0.3, -0.8])
    levels, energy, T = rng.uniform(-1, 1, 20), 0.05, 0.1
    f = 1 / (np.exp(levels / T) + 1)
    total = np.zeros((4, 4), complex)
    for a, b in itertools.product(range(3), repeat=2):
        through_empty = S[a] @ S[b] @ s[a] @ s[b]
        through_full = S[a] @ S[b] @ s[b] @ s[a]
        total += J[a] * J[b] * np.mean((1 - f) / (energy - levels)) * through_empty
        total += J[a] * J[b] * np.mean(f / (energy - levels)) * through_full
    parts = [np.trace(total @ S[k] @ s[k]).real * 4 for k in (2, 0)] + [np.trace(total).real / 4]
    assert second_order_vertex(J[2], J[0], levels, energy=energy, T=T) == pytest.approx(parts)


def test_logarithm_and_its_constant():
    """(1/2) int tanh(e / 2T) / e de = ln(2 exp(C) D / pi T) for T << D."""
    levels = (np.arange(-20000, 20000) + 0.5) / 20000
    for T in (0.01, 0.03):
        g = second_order_vertex(1.0, 1.0, levels, T=T).J_z / 0.5  # rho_0 = 1/2
        exact = math.log(2 * math.exp(np.euler_gamma) / (math.pi * T))
        assert g == pytest.approx(exact, abs=1e-4)


def test_ordinary_scattering_has_no_logarithm():
    levels = (np.arange(-500, 500) + 0.5) / 500
    assert abs(second_order_vertex(1.0, 1.0, levels).potential) < 1e-12


# --- flows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("g_z, g_perp", [(0.1, 0.1), (0.05, 0.2), (-0.1, 0.15), (0.3, 0.1)])
def test_one_loop_flows_along_hyperbolae(g_z, g_perp):
    flow = scaling_flow(g_z, g_perp, l_max=200.0, g_max=50.0)
    invariant = flow.g_z**2 - flow.g_perp**2
    assert np.allclose(invariant, g_z**2 - g_perp**2, rtol=1e-6, atol=3e-8 * flow.g_z**2)
    # what is left of the way from g_z = 50 to infinity is 1 / 50
    ln_scale = -math.log(kondo_scale(g_z, g_perp))
    assert flow.l[-1] + 1 / flow.g_z[-1] == pytest.approx(ln_scale, abs=1e-4)


@pytest.mark.parametrize("g", [0.05, 0.2])
def test_two_loops_follow_their_integral(g):
    flow = scaling_flow(g, loops=2, l_max=100.0, g_max=1.2)
    scale = np.sqrt(flow.g_z / (1 - flow.g_z / 2)) * np.exp(-1 / flow.g_z - flow.l)
    assert np.allclose(scale, kondo_scale(g, loops=2), rtol=1e-7)
    by_quadrature = quad(lambda x: 1 / (x**2 - x**3 / 2), g, flow.g_z[-1])[0]
    assert flow.l[-1] == pytest.approx(by_quadrature, rel=1e-8)


def test_two_loops_end_at_two():
    assert scaling_flow(0.3, loops=2, l_max=400.0, g_max=5.0).g_z[-1] == pytest.approx(2.0)


@pytest.mark.parametrize("loops", [1, 2])
def test_lines_no_flow_crosses(loops):
    for sign in (1, -1):
        flow = scaling_flow(0.2 * sign, 0.2, loops=loops, l_max=30.0)
        assert np.allclose(flow.g_z, sign * flow.g_perp, rtol=1e-9)
    assert rate_z(0.4, 0.0, loops) == rate_perp(0.4, 0.0, loops) == 0.0


def test_ferromagnetic_moments_become_free_slowly():
    flow = scaling_flow(-0.2, -0.2, l_max=1000.0)
    assert np.allclose(flow.g_z, -0.2 / (1 + 0.2 * flow.l), rtol=1e-7)
    flow = scaling_flow(-0.3, 0.1, l_max=400.0)
    assert flow.g_z[-1] == pytest.approx(-math.sqrt(0.09 - 0.01), rel=1e-7)
    assert abs(flow.g_perp[-1]) < 1e-40


def test_two_loops_know_the_exact_exponent():
    """Small g_perp grows as exp(y l), y = 1 - (1 - g_z / 2)**2 in the Coulomb gas."""
    for g_z in (-0.4, 0.1, 0.6):
        assert rate_perp(g_z, 1e-9, 2) / 1e-9 == pytest.approx(1 - (1 - g_z / 2) ** 2, rel=1e-9)


@pytest.mark.parametrize(
    "g_z, g_perp, fate",
    [(0.1, 0.1, 1), (-0.1, 0.2, 1), (-0.1, -0.2, 1), (-0.2, 0.1, 0), (-0.1, 0.1, 0), (0.3, 0, 0)],
)
def test_fates(g_z, g_perp, fate):
    assert flows_to_strong_coupling(g_z, g_perp) == fate
    flow = scaling_flow(g_z, g_perp, l_max=100.0)
    assert (max(abs(flow.g_z[-1]), abs(flow.g_perp[-1])) >= 1) == bool(fate)


def test_scale_is_continuous_at_the_isotropic_line():
    for step in (1e-5, 1e-7, 1e-9):
        assert kondo_scale(0.1, 0.1 + step) == pytest.approx(kondo_scale(0.1), rel=300 * step)
        assert kondo_scale(0.1 + step, 0.1) == pytest.approx(kondo_scale(0.1), rel=300 * step)


def test_scale_is_the_same_anywhere_on_a_flow():
    flow = scaling_flow(0.1, 0.2, g_max=0.6)
    scales = [kondo_scale(z, p) * math.exp(-l) for l, z, p in zip(*flow, strict=True)]
    assert np.allclose(scales, scales[0], rtol=1e-6)
    assert not np.allclose(kondo_scale(1.05 * 0.1, 0.2), scales[0], rtol=0.05)  # power


@pytest.mark.parametrize("step", [1e-15, 1e-13, 1e-12, 1e-10, 1e-7, 1e-5, 1e-4])
@pytest.mark.parametrize("g", [0.05, 0.3])
def test_nearly_isotropic_couplings_lose_no_digits(g, step):
    """artanh(c / g_z) / c, arctan(c / g_z) / c with 60 digits, of the couplings as they are."""
    for z, perp in ((g, g * (1 - step)), (g, g * (1 + step))):
        with mpmath.workdps(60):
            square = mpmath.mpf(z) ** 2 - mpmath.mpf(perp) ** 2
            c = mpmath.sqrt(abs(square))
            exponent = (mpmath.atanh if square > 0 else mpmath.atan)(c / z) / c
            expected = float(mpmath.exp(-exponent))
        assert kondo_scale(z, perp) == pytest.approx(expected, rel=2e-11, abs=0)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: scaling_flow(math.nan), "g_z must be finite"),
        (lambda: scaling_flow(0.1, loops=3), "loops must be 1 or 2, got 3"),
        (lambda: scaling_flow(0.1, l_max=0), "l_max must be positive"),
        (lambda: kondo_scale(0.1, 0.2, loops=2), "follow scaling_flow"),
        (lambda: kondo_scale(2.5, loops=2), "towards g = 2 from below"),
        (lambda: kondo_scale(2.0, loops=2), "towards g = 2 from below"),
        (lambda: second_order_vertex(1, 1, [0.5, -0.5], energy=0.5), "half a spacing"),
        (lambda: second_order_vertex(1, 1, []), "half a spacing"),
        (lambda: second_order_vertex(1, 1, [0.5], T=-1), "must not be negative"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
