"""The phi**4 chain: its pieces exactly, then against quadrature, enumeration and Kaufman."""

import math

import numpy as np
import pytest
from numba import njit
from scipy.stats import chi2, norm

from rgcourse import jackknife
from rgcourse._random import next_word, random_state
from rgcourse.exact import enumerate_ising, kaufman
from rgcourse.field_theory import Phi4, propagator
from rgcourse.field_theory import phi4 as kernels

COUPLINGS = [(-1.3, 6.0), (-6.5, 48.0), (-3.5, 20.0)]


# --- pieces, exactly -----------------------------------------------------------------------------


@pytest.mark.parametrize("L, dim", [(2, 1), (5, 1), (2, 2), (4, 2), (3, 3), (2, 4)])
def test_neighbours(L, dim):
    table = np.empty(2 * dim * L**dim, np.int32)
    kernels._fill_neighbours(L, dim, table)
    sites = np.arange(L**dim).reshape((L,) * dim)
    for axis in range(dim):  # the first axis of the table is the last of the array
        up, down = np.moveaxis(table.reshape(-1, dim, 2), 2, 0)[:, :, dim - 1 - axis]
        assert np.array_equal(up, np.roll(sites, -1, axis).ravel())
        assert np.array_equal(down, np.roll(sites, 1, axis).ravel())


def action(field, r, u):
    """S from its definition, with whole arrays."""
    gradient = sum(0.5 * (np.roll(field, -1, axis) - field) ** 2 for axis in range(field.ndim))
    return np.sum(gradient + r / 2 * field**2 + u / 24 * field**4)


@pytest.mark.parametrize("L, dim", [(2, 1), (5, 1), (2, 2), (4, 2), (3, 3), (2, 4)])
def test_site_action_and_sums(L, dim, rng):
    r, u = -1.3, 6.0
    chain = Phi4(L, r, u, dim=dim, rng=rng)
    start = rng.normal(size=(L,) * dim)
    chain.field = start
    assert chain.action() * L**dim == pytest.approx(action(start, r, u), rel=1e-13)
    assert chain.magnetization() == pytest.approx(start.mean(), abs=1e-15)
    site, other = tuple(rng.integers(L, size=dim)), start.copy()
    other[site] = 0.7
    n = sum(np.roll(start, shift, axis)[site] for axis in range(dim) for shift in (1, -1))
    a, g = dim + r / 2, u / 24
    rise = kernels.site_action(0.7, n, a, g) - kernels.site_action(start[site], n, a, g)
    assert rise == pytest.approx(action(other, r, u) - action(start, r, u), abs=1e-12)


@njit
def unit_numbers(state, n):
    found = np.empty(n)
    for k in range(n):
        found[k] = kernels.uniform(state)
    return found


def test_uniform_numbers_are_symmetric(rng):
    state = random_state(rng)
    words = state.copy()
    found = unit_numbers(state, 1000)
    whole = np.array([int(next_word(words)) >> 12 for _ in range(1000)])
    assert np.array_equal(found, (whole + 0.5) / 2**52)
    assert 0 < 0.5 / 2**52 and (2**52 - 0.5) / 2**52 < 1


def numbers_ahead(state, n):
    """The next n uniform numbers of a state, which stays as it is."""
    return unit_numbers(state.copy(), n)


def test_a_sweep_follows_the_metropolis_rule(rng):
    """Each site in turn: the proposal, its change of the whole action, and the chance exp(-dS)."""
    r, u, L, step = -1.3, 6.0, 4, 1.1
    chain = Phi4(L, r, u, clusters=0, step=step, rng=rng)
    chain.field = rng.normal(size=(L, L))
    for _ in range(20):
        field, numbers = chain.field.copy(), iter(numbers_ahead(chain._state, 2 * L * L))
        accepted = 0
        for site in np.ndindex(L, L):
            other = field.copy()
            other[site] += step * (2 * next(numbers) - 1)
            rise = action(other, r, u) - action(field, r, u)
            if rise <= 0 or next(numbers) < math.exp(-rise):
                field, accepted = other, accepted + 1
        series = chain.record(1)
        assert chain.field == pytest.approx(field, abs=1e-12)
        assert series.acceptance[0] == accepted / L**2


def chi_squared_deviate(counts, expected):
    """Normal deviate as unlikely as the chi squared of counts against their expectation."""
    chi_squared = np.sum((counts - expected) ** 2 / expected)
    return norm.isf(chi2.sf(chi_squared, len(counts) - 1))


def wolff_matrix(sizes):
    """Exact transition matrix of one embedded cluster on a ring of sites with the given |phi|.

    Every choice of seed and of empty and occupied bonds is summed with its probability, as Fortuin
    and Kasteleyn would: clusters of all bonds, then the one that holds the seed is turned.
    """
    n = len(sizes)
    bonds = [(i, (i + 1) % n) for i in range(n)]
    signs = np.array([[1 if s >> i & 1 else -1 for i in range(n)] for s in range(2**n)])
    P = np.zeros((2**n, 2**n))
    for state, s in enumerate(signs):
        for choice in range(2**n):
            chance, labels = 1.0, list(range(n))
            for k, (i, j) in enumerate(bonds):
                p = 1 - math.exp(-2 * sizes[i] * sizes[j]) if s[i] == s[j] else 0.0
                occupied = choice >> k & 1
                chance *= p if occupied else 1 - p
                if occupied:
                    labels = [labels[i] if x == labels[j] else x for x in labels]
            for seed in range(n):
                turned = sum(1 << i for i in range(n) if labels[i] == labels[seed])
                P[state, state ^ turned] += chance / n
    return signs, P


def test_clusters_leave_the_weight_alone_and_the_kernel_makes_them(rng, z_within):
    """Ring of five sizes: the rule is stationary to rounding, the kernel's frequencies are its."""
    sizes = np.array([0.3, 1.2, 0.7, 0.9, 0.5])
    signs, P = wolff_matrix(sizes)
    phi = signs * sizes
    weight = np.exp(np.sum(phi * np.roll(phi, -1, axis=1), axis=1))
    weight /= weight.sum()
    flow = weight[:, None] * P
    assert np.abs(flow - flow.T).max() < 1e-15 and np.abs(P.sum(1) - 1).max() < 1e-14
    table, stack = np.empty(10, np.int32), np.empty(5, np.int32)
    kernels._fill_neighbours(5, 1, table)
    cluster, state, n = njit(kernels.wolff_cluster), random_state(rng), 20_000
    for start in (0, 0b01101):
        counts = np.zeros(32)
        for _ in range(n):
            field = phi[start].copy()
            size = cluster(field, table, 5, 1, stack, state)
            assert np.array_equal(abs(field), sizes) and np.sum(field != phi[start]) == size
            counts[int(((field > 0) << np.arange(5)).sum())] += 1
        expected = n * P[start]
        possible = expected > 0
        assert counts[~possible].sum() == 0 and possible.sum() > 5
        z_within(chi_squared_deviate(counts[possible], expected[possible]))


def test_a_wrong_bond_would_be_noticed():
    """Power: 5 % more coupling changes the matrix by many of the errors of the test above."""
    _, P = wolff_matrix(np.array([0.3, 1.2, 0.7, 0.9, 0.5]))
    _, wrong = wolff_matrix(np.array([0.3, 1.2, 0.7, 0.9, 0.5]) * 1.05**0.5)
    spread = np.sqrt(P[0] * (1 - P[0]) / 20_000)
    assert np.max(np.abs(wrong - P)[0][spread > 0] / spread[spread > 0]) > 4


# --- averages, exactly ---------------------------------------------------------------------------


def weights_2x2(r, u, points=34):
    """All fields of the 2 x 2 torus on a grid (n, 2, 2), with weights. The trapezoidal rule of
    a smooth function that has died at the ends is exact to far below any statistical error."""
    top = 1.0
    while u / 24 * top**4 + r / 2 * top**2 < 25:  # the gradient only helps
        top *= 1.05
    grid = np.linspace(-top, top, points)
    phi = np.stack(np.meshgrid(grid, grid, grid, grid, indexing="ij"), -1).reshape(-1, 2, 2)
    gradient = sum(0.5 * (np.roll(phi, -1, a) - phi) ** 2 for a in (1, 2))
    S = np.sum(gradient + r / 2 * phi**2 + u / 24 * phi**4, axis=(1, 2))
    weight = np.exp(-(S - S.min()))
    return phi, weight / weight.sum()


def averages(phi, weight):
    m = phi.mean(axis=(1, 2))
    near = 2 * phi[:, 0, 0] * (phi[:, 0, 1] + phi[:, 1, 0]) / 2
    values = (m**2, m**4, phi[:, 0, 0] ** 2, phi[:, 0, 0] ** 4, near / 2)
    return np.array([np.sum(weight * value) for value in values])


def test_quadrature_has_converged():
    r, u = COUPLINGS[0]
    coarse, fine = (averages(*weights_2x2(r, u, points)) for points in (26, 34))
    assert coarse == pytest.approx(fine, rel=1e-6)


@pytest.mark.parametrize("clusters", [0, 2])
@pytest.mark.parametrize("r, u", COUPLINGS)
def test_torus_of_four_sites(r, u, clusters, rng, z_within):
    m2, m4, phi2, phi4, near = averages(*weights_2x2(r, u))
    chain = Phi4(2, r, u, clusters=clusters, rng=rng)
    chain.sweep(100)
    series = chain.record(40_000, every=10)
    measured = {
        "m2": (series.magnetization**2, m2),
        "m4": (series.magnetization**4, m4),
        "phi2": (series.phi2, phi2),
        "phi4": (series.phi4, phi4),
        "gradient": (series.gradient, 2 * phi2 - 2 * near),
    }
    z = {name: jackknife(np.mean, x).z_score(exact) for name, (x, exact) in measured.items()}
    z_within(z["m2"])  # the others are not independent of it
    assert max(map(abs, z.values())) < 4, z
    wrong = averages(*weights_2x2(r, 1.05 * u))
    assert abs(jackknife(np.mean, series.phi4).z_score(wrong[3])) > 4


def test_distribution_of_one_and_two_sites(rng, z_within):
    """Histograms of phi(0), and of phi(0) and phi(1) together, against quadrature."""
    r, u = COUPLINGS[0]
    phi, weight = weights_2x2(r, u)
    grid = np.unique(phi)
    half = (grid[1] - grid[0]) / 2
    edges = np.r_[grid[0] - half, grid + half][[0, 10, 13, 15, 17, 19, 21, 24, 34]]
    chain = Phi4(2, r, u, rng=rng)
    chain.sweep(100)
    fields = np.array([chain.sweep(15) or chain.field for _ in range(20_000)])

    # cell averages by finer integration of the smooth marginal density
    marginal = np.array([weight[phi[:, 0, 0] == g].sum() for g in grid]) / (2 * half)
    pair = np.array([
        [weight[(phi[:, 0, 0] == g) & (phi[:, 0, 1] == h)].sum() for h in grid] for g in grid
    ]) / (4 * half**2)  # fmt: skip
    # A band-limited function on a grid: interpolate by sinc, integrate each cell by Gauss-Legendre.
    nodes, node_weights = np.polynomial.legendre.leggauss(12)
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    places = middle[:, None] + width[:, None] * nodes
    cell = np.einsum("ck,k,ckg->cg", np.repeat(width[:, None], 12, 1), node_weights,
                     np.sinc((places[..., None] - grid) / (2 * half)))  # fmt: skip
    for expected, found in (
        (cell @ marginal, np.histogram(fields[:, 0, 0], edges)[0]),
        (cell @ pair @ cell.T, np.histogram2d(fields[:, 0, 0], fields[:, 0, 1], [edges, edges])[0]),
    ):
        expected, found = expected.ravel(), found.ravel() / len(fields)
        assert expected.sum() == pytest.approx(1, abs=1e-4)
        expected = len(fields) * expected / expected.sum()
        rare = expected < 20  # these count as one
        counts, expected = (
            np.append(x[~rare], x[rare].sum() if rare.any() else [])
            for x in (len(fields) * found, expected)
        )
        z_within(chi_squared_deviate(counts, expected))


def ring(r, u, L, points=200):
    """<phi**2> and <phi(0) phi(1)> of a ring of L sites by its transfer operator."""
    grid = np.linspace(-6, 6, points)
    local = r / 2 * grid**2 + u / 24 * grid**4
    T = np.exp(-0.5 * (grid[:, None] - grid) ** 2 - (local[:, None] + local) / 2)
    values, vectors = np.linalg.eigh(T)
    values = np.maximum(values / values[-1], 0)
    Z = np.sum(values**L)
    square = vectors.T @ (grid[:, None] ** 2 * vectors)
    phi = vectors.T @ (grid[:, None] * vectors)
    phi2 = np.sum(values**L * np.diag(square)) / Z
    near = np.sum(values ** (L - 1) * np.einsum("ab,b,ba->a", phi, values, phi)) / Z
    return phi2, near


@pytest.mark.parametrize("r, u, L", [(-1.0, 2.0, 12), (0.5, 1.0, 5)])
def test_ring_against_the_transfer_operator(r, u, L, rng, z_within):
    phi2, near = ring(r, u, L)
    chain = Phi4(L, r, u, dim=1, rng=rng)
    chain.sweep(100)
    series = chain.record(20_000, every=10)
    z_within(jackknife(np.mean, series.phi2).z_score(phi2))
    assert abs(jackknife(np.mean, series.gradient).z_score(phi2 - near)) < 4


@pytest.mark.parametrize("clusters", [0, 3])
def test_free_field_covariance(clusters, rng, z_within):
    L, r = 6, 0.5
    G = propagator(L, r, 2)
    chain = Phi4(L, r, 0.0, clusters=clusters, rng=rng)
    chain.sweep(200)
    fields = np.array([chain.sweep(10) or chain.field for _ in range(6000)])
    power = abs(np.fft.fft2(fields)) ** 2 / L**2
    exact = np.fft.fft2(G).real
    for k in [(0, 0), (0, 1), (1, 1), (2, 3)]:
        z_within(jackknife(np.mean, power[:, *k]).z_score(exact[k]))
    zero = jackknife(np.mean, chain.record(40_000, every=40).magnetization ** 2 * L**2)
    z_within(zero.z_score(1 / r))
    assert abs(zero.z_score(1 / (1.05 * r))) > 4


def test_equipartition(rng, z_within):
    """<phi dS/dphi> = 1 on every lattice; a coupling wrong by 5 % does not obey it."""
    r, u = -6.5, 48.0
    for dim, L in ((1, 8), (2, 6), (3, 4), (4, 3)):
        chain = Phi4(L, r, u, dim=dim, rng=rng)
        chain.sweep(50)
        s = chain.record(4000, every=5)
        one = jackknife(np.mean, 2 * s.gradient + r * s.phi2 + u / 6 * s.phi4)
        z_within(one.z_score(1.0))
        off = jackknife(np.mean, 2 * s.gradient + r * s.phi2 + 1.05 * u / 6 * s.phi4)
        assert abs(off.z_score(1.0)) > 4


# --- the Ising limit -----------------------------------------------------------------------------


def ising_limit(L, K, u, *, dim=2, rng):
    """Phi4 with |phi| pinned to sqrt(K): r = -2 dim - u K / 6."""
    return Phi4(L, -2 * dim - u * K / 6, u, dim=dim, rng=rng)


def test_ising_limit_on_the_torus_of_nine(rng, z_within):
    K, u = 0.3, 1e8
    chain = ising_limit(3, K, u, rng=rng)
    series = chain.record(20_000, every=3)
    assert abs(series.phi2 - K).max() < 1e-3
    exact = enumerate_ising(3, K)
    z_within(jackknife(np.mean, series.magnetization**2 / K).z_score(exact.m2))
    energy = (series.gradient - 2 * series.phi2) / K
    assert abs(jackknife(np.mean, series.magnetization**4 / K**2).z_score(exact.m4)) < 4
    assert abs(jackknife(np.mean, energy).z_score(exact.energy)) < 4
    wrong = enumerate_ising(3, 1.05 * K)
    assert abs(jackknife(np.mean, energy).z_score(wrong.energy)) > 4


def test_ising_limit_against_kaufman(rng, z_within):
    K, L = 0.44, 16
    chain = ising_limit(L, K, 1e8, rng=rng)
    chain.clusters = 3
    chain.sweep(50)
    series = chain.record(4000, every=2)
    energy = jackknife(np.mean, (series.gradient - 2 * series.phi2) / K)
    z_within(energy.z_score(kaufman(L, K).energy))
    assert abs(energy.z_score(kaufman(L, 1.05 * K).energy)) > 4
    size = jackknife(
        lambda s, m: np.mean(s) - L**2 * np.mean(m**2) / K,
        series.cluster_size, series.magnetization,
    )  # fmt: skip
    z_within(size.z_score(0.0))  # Wolff: <size> = N <m**2>


# --- manners -------------------------------------------------------------------------------------


def test_a_chain_goes_on_where_it_stopped():
    one, two = Phi4(6, -1.3, 6.0, rng=5), Phi4(6, -1.3, 6.0, rng=5)
    one.sweep(7)
    two.sweep(3)
    two.sweep(4)
    assert np.array_equal(one.field, two.field)
    series = two.record(3, every=2)
    one.sweep(6)
    assert np.array_equal(one.field, two.field)
    assert series.magnetization[-1] == pytest.approx(one.magnetization(), abs=1e-15)
    assert len(series) == 3 and repr(one) == "Phi4(L=6, r=-1.3, u=6, dim=2)"


def test_long_runs_are_cut_into_calls(monkeypatch):
    whole, cut = Phi4(6, -1.3, 6.0, rng=5), Phi4(6, -1.3, 6.0, rng=5)
    expected = whole.record(10, every=3)
    whole.sweep(11)  # before calls become short: 200 sites are five sweeps
    monkeypatch.setattr(Phi4, "_sites_per_call", 200)
    found = cut.record(10, every=3)
    assert np.array_equal(found.phi4, expected.phi4)
    cut.sweep(11)
    assert np.array_equal(whole.field, cut.field)


def test_the_field_is_a_copy_and_can_be_set():
    chain = Phi4(4, -1.3, 6.0, rng=1)
    assert chain.field == pytest.approx(np.full((4, 4), 1.3**0.5))  # Landau's minimum
    with pytest.raises(ValueError, match="read-only"):
        chain.field[0, 0] = 0
    with pytest.raises(ValueError, match=r"field must have shape \(4, 4\), got \(3, 3\)"):
        chain.field = np.zeros((3, 3))
    with pytest.raises(ValueError, match="field must be finite"):
        chain.field = np.full((4, 4), np.nan)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"u": -1.0}, "no minimum for r = -1, u = -1; use u > 0"),
        ({"u": 0.0}, "no minimum for r = -1, u = 0"),
        ({"r": float("inf")}, "r must be finite"),
        ({"L": 1}, "L must be at least 2"),
        ({"L": 2**14}, "at most 134217728 fit; use a smaller L"),
        ({"dim": 5}, "dim must be 1 to 4, got 5"),
        ({"clusters": -1}, "clusters must be at least 0"),
        ({"step": 0.0}, "step must be above 0"),
        ({"rng": None}, "rng is needed"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        Phi4(**({"L": 4, "r": -1.0, "u": 6.0, "rng": 1} | wrong))


@pytest.mark.parametrize(
    ("dim", "r", "u"),
    [(2, 1.0, 0.0), (2, 0.5, 6.0), (3, 5.0, 1.0), (2, -4.0, 2400.0),  # one minimum
     (2, -20.0, 24.0), (2, -50.0, 6.0), (1, -10.0, 24.0), (3, -30.0, 10.0),  # two of them
     (2, -4.0, 0.6), (2, -4.0, 6.0), (3, -6.0, 1.0), (4, -8.0, 10.0), (1, -2.0, 1.0)],  # edge
)  # fmt: skip
def test_about_half_of_the_proposals_are_accepted(dim, r, u, rng):
    """The width follows the curvature: of the well at zero, or of those at +-Landau's minimum,
    and, where a site alone is between the two, of the well that its neighbours make."""
    chain = Phi4(8, r, u, dim=dim, rng=rng)
    chain.sweep(50)
    assert 0.4 < chain.record(200).acceptance.mean() < 0.55
