"""The iteration against exact diagonalization, free levels, and itself in other bases."""

from functools import cache, reduce
from itertools import product

import numpy as np
import pytest

from rgcourse.nrg import (
    ISOSPIN,
    MULTIPLETS,
    PROJECTIONS,
    Impurity,
    WilsonChain,
    anderson_flow,
    anderson_impurity,
    band_correction,
    energy_unit,
    flat_chain,
    free_levels,
    kondo_flow,
    run,
    wilson_chain,
)

BASES = [MULTIPLETS, ISOSPIN, PROJECTIONS]
EVERYTHING = 10**6
Z, UP = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [0.0, 0.0]])
A, B = 0.37, 0.0123  # weights of charge and S**2, so that levels carry their quantum numbers


def creators(n_sites):
    """c^+ of every site and spin by Jordan and Wigner, as [site][spin]."""
    n = 2 * n_sites
    one = [reduce(np.kron, [Z] * k + [UP.T] + [np.eye(2)] * (n - k - 1)) for k in range(n)]
    return [one[2 * site : 2 * site + 2] for site in range(n_sites)]


def spin_vector(c):
    """S_x, i S_y, S_z of one site."""
    up, down = c
    plus = up @ down.T
    return (plus + plus.T) / 2, (plus - plus.T) / 2, (up @ up.T - down @ down.T) / 2


def dot(a, b):
    return a[0] @ b[0] - a[1] @ b[1] + a[2] @ b[2]  # the second is i S_y


def tagged(H, c, more_spin=None):
    """Eigenvalues of H + A Q + B S**2, ascending."""
    Q = sum(s @ s.T for site in c for s in site) - len(c) * np.eye(len(H))
    S = [sum(parts) for parts in zip(*map(spin_vector, c), strict=True)]
    if more_spin is not None:
        S = [s + m for s, m in zip(S, more_spin, strict=True)]
    return np.linalg.eigvalsh(H + A * Q + B * dot(S, S))


def hopping(a, b):
    return sum(x @ y.T + y @ x.T for x, y in zip(a, b, strict=True))


def tagged_levels(flow, N):
    """The same from the flow, every state counted."""
    E = flow.ground[N] + flow.energies[N] * flow.scale[N]
    S = flow.spin[N]
    return np.sort(np.repeat(E + A * flow.charge[N] + B * S * (S + 1), flow.multiplicity(N)))


@cache
def kondo_exact(J, n_sites):
    c, t = creators(n_sites), wilson_chain(2.5, n_sites)
    H = sum(t[n] * hopping(c[n], c[n + 1]) for n in range(n_sites - 1))
    half = [np.array([[0, 0.5], [0.5, 0]]), np.array([[0, 0.5], [-0.5, 0]]), np.diag([0.5, -0.5])]
    impurity = [np.kron(s, np.eye(len(H))) for s in half]
    c = [[np.kron(np.eye(2), s) for s in site] for site in c]
    H = np.kron(np.eye(2), H) + J * band_correction(2.5) * dot(impurity, spin_vector(c[0]))
    return tagged(H, c, impurity)


@pytest.mark.parametrize("J", [0.4, -0.7, 2.0])
@pytest.mark.parametrize("basis", [MULTIPLETS, ISOSPIN])
def test_kondo_with_four_sites_is_exact(J, basis):
    flow = kondo_flow(J, Lambda=2.5, n_sites=4, n_keep=EVERYTHING, basis=basis)
    assert tagged_levels(flow, 3) == pytest.approx(kondo_exact(J, 4), abs=1e-12)


def anderson_exact(orbital, V, chain):
    n_sites = chain.n_sites + 1
    c, t = creators(n_sites), [V, *chain.hoppings]
    H = sum(t[n] * hopping(c[n], c[n + 1]) for n in range(n_sites - 1))
    number = [sum(s @ s.T for s in site) for site in c]
    eye = np.eye(len(H))
    H = H + sum(e * (n - eye) for e, n in zip(chain.onsite, number[1:], strict=True))
    empty, single, double = orbital
    both = c[0][0] @ c[0][0].T @ c[0][1] @ c[0][1].T
    H = H + empty * eye + (single - empty) * number[0] + (double - 2 * single + empty) * both
    return tagged(H, c)


@pytest.mark.parametrize("delta", [0.0, 0.08])
@pytest.mark.parametrize("basis", BASES)
def test_anderson_with_three_sites_is_exact(delta, basis):
    U, Gamma = 0.3, 0.05
    if basis is ISOSPIN and delta:
        with pytest.raises(ValueError, match="isospin is not conserved"):
            anderson_flow(
                U, Gamma, delta=delta, Lambda=2.5, n_sites=3, n_keep=EVERYTHING, basis=basis
            )
        return
    flow = anderson_flow(
        U, Gamma, delta=delta, Lambda=2.5, n_sites=3, n_keep=EVERYTHING, basis=basis
    )
    V = np.sqrt(2 * Gamma / np.pi * band_correction(2.5))
    exact = anderson_exact((U / 2 - delta, 0.0, U / 2 + delta), V, flow.chain)
    levels = tagged_levels(flow, 2)
    if basis is PROJECTIONS:  # lists S_z, not S: compare energies and charges
        levels = np.sort(flow.ground[2] + flow.energies[2] * flow.scale[2] + A * flow.charge[2])
        multiplets = anderson_flow(
            U, Gamma, delta=delta, Lambda=2.5, n_sites=3, n_keep=EVERYTHING, basis=MULTIPLETS
        )
        E = multiplets.ground[2] + multiplets.energies[2] * flow.scale[2] + A * multiplets.charge[2]
        exact = np.sort(np.repeat(E, multiplets.multiplicity(2)))
    assert levels == pytest.approx(exact, abs=1e-12)


def test_a_lopsided_band_is_exact():
    """Energies on the sites of the chain, and an orbital without any symmetry."""
    chain = WilsonChain(2.0, np.array([0.4, 0.3]), np.array([0.1, -0.2, 0.05]))
    orbital = (0.3, -0.1, 0.2)
    flow = run(Impurity(orbital=orbital, coupling=0.25), chain, n_keep=EVERYTHING)
    assert tagged_levels(flow, 2) == pytest.approx(anderson_exact(orbital, 0.25, chain), abs=1e-12)


def test_without_interaction_levels_are_sums_of_single_particle_levels():
    flow = anderson_flow(0.0, 0.02, delta=0.01, Lambda=2.5, n_sites=5, n_keep=EVERYTHING)
    V = np.sqrt(0.04 / np.pi * band_correction(2.5))
    single = free_levels([V, *flow.chain.hoppings], [0.01, *flow.chain.onsite])
    sums = np.array([sum(n) for n in product(*[(0, e) for e in single])])
    exact = np.sort((sums[:, None] + sums[None, :]).ravel() - single.sum() + 0.0)
    ours = np.repeat(flow.ground[4] + flow.energies[4] * flow.scale[4], flow.multiplicity(4))
    assert np.sort(ours) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("delta", [0.0, 0.03])
def test_bases_agree_after_truncation(delta):
    bases = BASES if delta == 0 else [MULTIPLETS, PROJECTIONS]
    flows = [
        anderson_flow(0.2, 0.02, delta=delta, Lambda=2.5, n_sites=18, n_keep=120, basis=basis)
        for basis in bases
    ]
    for flow in flows[1:]:
        assert flow.ground == pytest.approx(flows[0].ground, abs=1e-12)
        for N in range(18):
            kept = flows[0].multiplicity(N)[: flows[0].kept[N]].sum()
            assert flow.multiplicity(N)[: flow.kept[N]].sum() == kept
            assert flow.levels(N, kept) == pytest.approx(flows[0].levels(N, kept), abs=1e-10)


def test_kondo_in_the_three_bases():
    flows = [kondo_flow(0.5, Lambda=3.0, n_sites=15, n_keep=100, basis=basis) for basis in BASES]
    for flow in flows[1:]:
        for N in range(15):
            assert flow.levels(N, 150) == pytest.approx(flows[0].levels(N, 150), abs=1e-10)


def test_the_cut_never_separates_degenerate_levels():
    flow = kondo_flow(0.6, Lambda=2.0, n_sites=24, n_keep=75)
    for N in range(24):
        k = flow.kept[N]
        if k < len(flow.energies[N]):
            assert 0 < k <= 75
            assert flow.energies[N][k] - flow.energies[N][k - 1] > 1e-8
        for E in np.unique(flow.energies[N][:k].round(6)):  # both charges of a pair, or none
            group = np.abs(flow.energies[N] - E) < 1e-6
            assert flow.charge[N][group].sum() == 0


def lopsided_site(gap, n_keep):
    """An orbital and a site apart: 3 multiplets at 0, 3 at `gap`, others above, in units of D_0."""
    chain = WilsonChain(2.0, np.zeros(0), np.zeros(1))
    orbital = (0.0, 1.0, gap * chain.scale[0])
    return run(Impurity(orbital=orbital), chain, n_keep=n_keep, basis=MULTIPLETS)


@pytest.mark.parametrize("n_keep, kept", [(3, 3), (5, 3), (6, 6), (9, 6), (10, 10)])
def test_levels_a_little_farther_apart_than_1e_8_may_be_parted(n_keep, kept):
    flow = lopsided_site(1.1e-8, n_keep)
    assert flow.kept.tolist() == [kept]
    assert flow.energies[0][:7] == pytest.approx([0, 0, 0, *[1.1e-8] * 3, 1 / flow.scale[0]])


def test_levels_a_little_closer_than_1e_8_stay_together():
    assert lopsided_site(0.9e-8, 6).kept.tolist() == [6]
    for n_keep in (3, 5):
        with pytest.raises(ValueError, match="the lowest 6 multiplets are degenerate"):
            lopsided_site(0.9e-8, n_keep)


@pytest.mark.parametrize("Lambda, J, n_keep", [(2.0, 0.6, 300), (2.5, 0.6, 300)])
def test_strong_coupling_is_a_free_chain_of_the_other_parity(Lambda, J, n_keep):
    n_sites = 36
    flow = kondo_flow(J, Lambda=Lambda, n_sites=n_sites, n_keep=n_keep)
    for N in (n_sites - 2, n_sites - 1):
        # site 0 is bound in a singlet: the chain ends one site earlier, in the same units
        chain = flat_chain(Lambda, N)
        single = chain.levels(N) / energy_unit(Lambda, N - 1)
        expected = free_spectrum(single, 40)
        assert flow.levels(N, 40) == pytest.approx(expected, abs=1e-3)
        assert flow.levels(N, 40) != pytest.approx(
            free_spectrum(flat_chain(Lambda, N + 1).levels(N + 1) / flow.scale[N], 40), abs=0.1
        )


def free_spectrum(single, n_levels):
    """The lowest many-particle excitations of electrons with spin in these levels."""
    cost = np.sort(np.abs(single))[:6]
    sums = np.array([sum(n) for n in product(*[(0, e) for e in cost])])
    return np.sort((sums[:, None] + sums[None, :]).ravel())[:n_levels]


def test_without_exchange_a_free_spin_stays():
    flow = kondo_flow(0.0, Lambda=2.5, n_sites=20, n_keep=300)
    for N in (18, 19):
        single = flat_chain(2.5, N + 1).levels(N + 1) / flow.scale[N]
        expected = np.repeat(free_spectrum(single, 20), 2)
        assert flow.levels(N, 40) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("basis", [MULTIPLETS, ISOSPIN])
def test_rounding_errors_do_not_grow(basis):
    """They would break a symmetry to be relevant; after 110 sites the levels are those of 40."""
    flow = kondo_flow(0.6, Lambda=2.5, n_sites=111, n_keep=100, basis=basis)
    assert flow.scale[110] < 1e-21
    for N, M in ((110, 40), (109, 39)):
        assert flow.levels(N, 30) == pytest.approx(flow.levels(M, 30), abs=2e-4)


def test_ferromagnetic_exchange_flows_to_the_free_spin():
    """The spin and one electron, triplet and singlet, come together like 1 / N: one loop."""
    flow = kondo_flow(-0.6, Lambda=2.5, n_sites=40, n_keep=200)
    split = [np.ptp(flow.levels(N, 10)[2:]) for N in (15, 27, 39)]
    first, second = np.diff(1 / np.array(split))
    assert first > 3 and second == pytest.approx(first, rel=0.02)
    assert flow.levels(39, 2) == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("J, Lambda, fewest", [(0.6, 2.5, 12), (0.6, 1.5, 22), (0.0, 2.0, 18)])
def test_so_few_multiplets_that_levels_are_nonsense_are_refused(J, Lambda, fewest):
    def flow(n_keep):
        return kondo_flow(J, Lambda=Lambda, n_sites=20, n_keep=n_keep)

    wrong = abs(flow(fewest).levels(19, 8) - flow(400).levels(19, 8)).max()
    assert 1e-3 < wrong < 0.5  # rough, but the same fixed point
    with pytest.raises(ValueError, match="too small: after site . it drops .* use n_keep = 100"):
        flow(fewest - 1)
    with pytest.raises(ValueError, match="too small"):
        flow(3)


def test_what_the_last_site_drops_does_not_matter():
    assert len(kondo_flow(0.6, Lambda=2.5, n_sites=1, n_keep=2).energies[0]) == 4


@pytest.mark.parametrize(
    ("U", "Gamma", "delta"), [(2.0, 0.1, 0.0), (1.0, 0.1, 0.5), (1.0, 0.1, -0.5), (0.1, 1.0, 0.0)]
)
def test_an_orbital_may_reach_up_to_the_edge_of_the_band(U, Gamma, delta):
    assert max(anderson_impurity(U, Gamma, 2.0, delta=delta).orbital) <= 1
    grown = {"U": U * 1.001, "Gamma": Gamma} if Gamma < 1 else {"U": U, "Gamma": 1.001}
    with pytest.raises(ValueError, match="must lie inside the band"):
        anderson_impurity(**grown, Lambda=2.0, delta=delta)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: kondo_flow(2.001, Lambda=2.0, n_sites=5, n_keep=50), "between -2 and 2"),
        (lambda: kondo_flow(-2.001, Lambda=2.0, n_sites=5, n_keep=50), "between -2 and 2"),
        (lambda: kondo_flow(np.nan, Lambda=2.0, n_sites=5, n_keep=50), "J must be finite"),
        (lambda: kondo_flow(0.4, Lambda=1.0, n_sites=5, n_keep=50), "Lambda must be greater"),
        (lambda: kondo_flow(0.4, Lambda=2.0, n_sites=0, n_keep=50), "n_sites must be at least 1"),
        (lambda: kondo_flow(0.4, Lambda=2.0, n_sites=5, n_keep=0), "n_keep must be at least 1"),
        (lambda: kondo_flow(0.0, Lambda=2.0, n_sites=9, n_keep=1), "must be kept together"),
        (lambda: anderson_flow(-1, 0.1, Lambda=2.0, n_sites=5, n_keep=50), "must not be negative"),
        (lambda: anderson_flow(1, 3.0, Lambda=2.0, n_sites=5, n_keep=50), "inside the band"),
        (
            lambda: kondo_flow(0.4, Lambda=2.0, n_sites=5, n_keep=50).levels(5, 3),
            "the chain has sites 0 .. 4",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
