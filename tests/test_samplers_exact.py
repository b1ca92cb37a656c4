"""The shipped samplers against exact results: enumeration, Kaufman, cluster identities."""

from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2, norm

from rgcourse.exact import enumerate_ising, kaufman
from rgcourse.samplers import HeatBath, Metropolis, SwendsenWang, Wolff
from rgcourse.statistics import jackknife

K_C = np.log1p(np.sqrt(2)) / 2
CHAINS = [HeatBath, Metropolis, Wolff, SwendsenWang]
every_chain = pytest.mark.parametrize("Chain", CHAINS)


@lru_cache
def states(L, dim):
    """Sum over bonds and sum over spins of every state; on L = 2 every bond is double."""
    n = L**dim
    codes = np.arange(2**n, dtype=np.int64)
    spins = np.array([2 * (codes >> i & 1) - 1 for i in range(n)], np.int8).T
    lattice = spins.reshape(-1, *(L,) * dim)
    bonds = sum(
        (lattice * np.roll(lattice, 1, axis)).reshape(len(codes), -1).sum(1, dtype=np.int64)
        for axis in range(1, dim + 1)
    )
    return bonds, spins.sum(1, dtype=np.int64)


def chi_square_z(chain, K, h, *, n, every):
    """Normal deviate of chi-square of the joint counts of bond and spin sums, `every` apart."""
    chain.sweep(every)
    series = chain.record(n, every)
    bonds, spins = states(chain.L, chain.dim)
    n_sites = chain.n_sites
    edge = 2 * n_sites + 1
    cell = (bonds + chain.dim * n_sites) * edge + spins + n_sites
    weight = np.exp(K * (bonds - bonds.max()) + h * spins)
    p = np.bincount(cell, weight / weight.sum())
    seen_bonds = np.rint(-series.energy * n_sites).astype(int)
    seen_spins = np.rint(series.magnetization * n_sites).astype(int)
    seen_cell = (seen_bonds + chain.dim * n_sites) * edge + seen_spins + n_sites
    count = np.bincount(seen_cell, minlength=len(p))
    assert count[p == 0].sum() == 0
    count, expected = count[p > 0], n * p[p > 0]
    large = expected >= 10  # rarer cells are thrown together
    count = np.append(count[large], count[~large].sum())
    expected = np.append(expected[large], expected[~large].sum())
    count, expected = count[expected > 5], expected[expected > 5]
    statistic = np.sum((count - expected) ** 2 / expected)
    return norm.isf(chi2.sf(statistic, len(count) - 1))


# thinned until the samples are independent: at least ten autocorrelation times of the slowest
SMALL = [
    *((C, 4, 2, K, h, every) for C in (HeatBath, Metropolis) for K, h, every in
      ((0.2, 0.0, 60), (K_C, 0.0, 400), (0.4, 0.1, 100), (-0.3, 0.2, 60))),
    *((C, 2, 3, K, h, 200) for C in (HeatBath, Metropolis) for K, h in ((0.1, 0.0), (0.1, 0.2))),
    (HeatBath, 2, 2, 0.2, 0.0, 100),
    (HeatBath, 2, 2, 0.2, 0.3, 100),
    (HeatBath, 4, 2, 0.0, 0.2, 3),
    *((Wolff, L, dim, K, 0.0, 40) for L, dim, K in
      ((2, 2, 0.3), (3, 2, 0.4), (4, 2, K_C), (4, 2, 0.1), (2, 3, 0.15))),
    *((SwendsenWang, L, dim, K, 0.0, 40) for L, dim, K in
      ((2, 2, 0.3), (3, 2, 0.4), (4, 2, K_C), (4, 2, 0.1), (2, 3, 0.15))),
]  # fmt: skip


def small_chain(Chain, L, dim, K, h, rng):
    return Chain(L, K, dim=dim, rng=rng, **({"h": h} if h else {}))


@pytest.mark.parametrize(("Chain", "L", "dim", "K", "h", "every"), SMALL)
def test_joint_distribution_of_energy_and_magnetization(Chain, L, dim, K, h, every, rng, z_within):
    chain = small_chain(Chain, L, dim, K, h, rng)
    z_within(chi_square_z(chain, K, h, n=20_000, every=every))


@every_chain
def test_the_joint_distribution_would_show_a_wrong_coupling(Chain, rng):
    chain = Chain(4, 1.05 * K_C, rng=rng)
    assert chi_square_z(chain, K_C, 0.0, n=20_000, every=400) > 6


# measurements, and updates between them
RUNS = {
    HeatBath: (40_000, 8),
    Metropolis: (40_000, 8),
    Wolff: (20_000, 5),
    SwendsenWang: (20_000, 2),
}


def burnt(Chain, L, K, rng, dim=2):
    """A chain in equilibrium and a record of it."""
    n, every = RUNS[Chain]
    chain = Chain(L, K, dim=dim, rng=rng)
    chain.sweep(n * every // 20)
    return chain.record(n, every)


@every_chain
@pytest.mark.parametrize("K", [0.35, K_C, 0.5])
@pytest.mark.parametrize("L", [8, 16])
def test_energy_of_the_finite_torus(Chain, L, K, rng, z_within):
    z_within(jackknife(np.mean, burnt(Chain, L, K, rng).energy).z_score(kaufman(L, K).energy))


@pytest.mark.parametrize("Chain", [Wolff, SwendsenWang])
@pytest.mark.parametrize("L", [2, 7, 32])
def test_energy_and_specific_heat_for_odd_small_and_larger_lattices(Chain, L, rng, z_within):
    energy = burnt(Chain, L, 0.42, rng).energy
    exact = kaufman(L, 0.42)
    z_within(jackknife(np.mean, energy).z_score(exact.energy))
    heat = jackknife(lambda e: 0.42**2 * L**2 * np.var(e), energy)
    assert abs(heat.z_score(exact.specific_heat)) < 4


@every_chain
def test_the_energy_would_show_a_wrong_coupling(Chain, rng):
    energy = jackknife(np.mean, burnt(Chain, 16, 1.05 * 0.42, rng).energy)
    assert abs(energy.z_score(kaufman(16, 0.42).energy)) > 6


@pytest.mark.parametrize("Chain", [Wolff, SwendsenWang])
@pytest.mark.parametrize("K", [0.1, 0.22, 0.3])
def test_cubes_of_27_spins(Chain, K, rng, z_within):
    series = burnt(Chain, 3, K, rng, dim=3)
    exact = enumerate_ising(3, K, dim=3)
    z_within(jackknife(np.mean, series.energy).z_score(exact.energy))
    m2 = jackknife(np.mean, series.magnetization**2)
    assert abs(m2.z_score(exact.m2)) < 4


@pytest.mark.parametrize("Chain", [HeatBath, Metropolis])
@pytest.mark.parametrize("K", [0.15, 0.22])
def test_cubes_of_64_spins_agree_with_clusters(Chain, K, rng, z_within):
    local, cluster = (burnt(C, 4, K, rng, dim=3) for C in (Chain, Wolff))
    z_within(jackknife(np.mean, local.energy).z_score(jackknife(np.mean, cluster.energy)))
    m2 = [jackknife(np.mean, series.magnetization**2) for series in (local, cluster)]
    assert abs(m2[0].z_score(m2[1])) < 4


@pytest.mark.parametrize(("L", "dim", "K"), [(4, 2, K_C), (3, 2, 0.4), (8, 2, 0.3), (4, 3, 0.2)])
def test_mean_wolff_cluster_is_the_susceptibility(L, dim, K, rng, z_within):
    """<n> = N <m**2>, in the difference of the two, measured in one run."""
    chain = Wolff(L, K, dim=dim, rng=rng)
    chain.sweep(1000)
    series = chain.record(50_000)
    difference = series.cluster_size - chain.n_sites * series.magnetization**2
    z_within(jackknife(np.mean, difference).z_score(0.0))


def bond_states(L, K):
    """Weight and number of clusters of every set of occupied bonds of the L x L torus."""
    site = np.arange(L * L).reshape(L, L)
    bonds = [
        (a, b)
        for axis in (0, 1)
        for a, b in zip(site.ravel(), np.roll(site, -1, axis).ravel(), strict=True)
    ]
    codes = np.arange(2 ** len(bonds))
    labels = np.tile(np.arange(L * L), (len(codes), 1))
    for _ in range(L * L):
        for k, (a, b) in enumerate(bonds):
            occupied = (codes >> k & 1).astype(bool)
            smaller = np.minimum(labels[occupied, a], labels[occupied, b])
            labels[occupied, a] = labels[occupied, b] = smaller
    clusters = (labels == np.arange(L * L)).sum(1)
    occupied = sum(codes >> k & 1 for k in range(len(bonds)))
    weight = np.expm1(2 * K) ** occupied * 2.0**clusters
    return weight / weight.sum(), clusters


@pytest.mark.parametrize(("L", "K"), [(2, 0.3), (3, 0.4)])
def test_number_of_swendsen_wang_clusters(L, K, rng, z_within):
    """Fortuin and Kasteleyn: bonds have weight (exp(2 K) - 1)**bonds 2**clusters."""
    weight, clusters = bond_states(L, K)
    exact = weight @ clusters
    if (L, K) == (3, 0.4):
        assert abs(exact - 2.24913024) < 5e-9
    chain = SwendsenWang(L, K, rng=rng)
    chain.sweep(100)
    z_within(jackknife(np.mean, chain.record(100_000).n_clusters).z_score(exact))


@pytest.mark.parametrize("Chain", [HeatBath, Metropolis])
@pytest.mark.parametrize(("K", "h"), [(0.3, 0.1), (-0.4, 0.5)])
def test_magnetization_in_a_field(Chain, K, h, rng, z_within):
    chain = Chain(4, K, h=h, rng=rng)
    chain.sweep(1000)
    m = jackknife(np.mean, chain.record(40_000, 5).magnetization)
    step = 1e-4
    log_z = [enumerate_ising(4, K, h=h + side * step).log_z for side in (-1, 1)]
    z_within(m.z_score((log_z[1] - log_z[0]) / (2 * step)))


def test_one_heat_bath_sweep_from_a_fixed_start(rng, z_within):
    """All 16 outcomes on 2 x 2, against the product of the four site probabilities."""
    K, h, n = 0.2, 0.1, 100_000
    chain = HeatBath(2, K, h=h, rng=rng)
    start = np.array([[1, -1], [-1, -1]])
    counts = np.zeros(16)
    for _ in range(n):
        chain.spins = start
        chain.sweep(1)
        counts[(chain.spins.ravel() > 0) @ [1, 2, 4, 8]] += 1
    expected = np.zeros(16)
    for even in product((-1, 1), repeat=2):
        for odd in product((-1, 1), repeat=2):
            # each even site sees both odd sites twice, as they were; then the other way round
            fields = [K * 2 * (start[0, 1] + start[1, 0]) + h] * 2 + [K * 2 * sum(even) + h] * 2
            spins = [*even, *odd]
            p = np.prod([1 / (1 + np.exp(-2 * s * f)) for s, f in zip(spins, fields, strict=True)])
            code = np.dot([s > 0 for s in (even[0], odd[0], odd[1], even[1])], [1, 2, 4, 8])
            expected[code] = n * p
    z_within(norm.isf(chi2.sf(np.sum((counts - expected) ** 2 / expected), 15)))


@pytest.mark.parametrize("Chain", [HeatBath, Metropolis])
@pytest.mark.parametrize(("dim", "L"), [(2, 1024), (3, 96)])
def test_rare_flips_have_the_chance_of_a_whole_word(Chain, dim, L, rng, z_within):
    """One spin in 2**18 is up, which 16 bits of a random word cannot say.

    A word serves four spins, 16 bits each, and more bits are drawn where these do not decide.
    Without them every fourth spin would be up four times as often, 7/4 as many in all: z = 15.
    """
    n, p = 100, 1 / (1 + 2**18)
    chain = Chain(L, 0.0, h=-9 * np.log(2), dim=dim, rng=rng)
    chain.sweep(2)
    up = np.sum((1 + chain.record(n).magnetization) / 2) * L**dim
    expected = n * p * L**dim
    z_within((up - expected) / np.sqrt(expected))
    assert expected > 300
