"""The exact transition matrix of the local updates on 3 x 3, all 512 states.

It is assembled by calling the package's own site update on either side of its threshold, so what is
tested is what the sweeps run.
"""

import numpy as np
import pytest

from rgcourse.samplers import local

L, SITES = 3, 9
STATES = 2**SITES
SPINS = np.array([[1 if s >> i & 1 else -1 for i in range(SITES)] for s in range(STATES)], np.int8)
NEIGHBOURS = [
    [(x + dx) % L * L + (y + dy) % L for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    for x in range(L)
    for y in range(L)
]
UPDATES = {
    "heat_bath": local.heat_bath_thresholds,
    "metropolis": local.metropolis_thresholds,
}
ENTRIES = 10
COUPLINGS = [(0.0, 0.0), (0.2, 0.0), (0.44068679, 0.0), (0.44, 0.3), (-0.5, 0.1), (2.0, -1.0)]


def boltzmann(K, h):
    lattice = SPINS.reshape(-1, L, L).astype(float)
    bonds = sum((lattice * np.roll(lattice, 1, axis)).sum((1, 2)) for axis in (1, 2))
    weight = np.exp(K * bonds + h * SPINS.sum(1))
    return weight / weight.sum()


def index_of(spins):
    return int(((spins > 0) << np.arange(SITES)).sum())


def site_matrix(site, thresholds):
    """P(s -> s') of one site update, from the two words on either side of the threshold."""
    matrix = np.zeros((STATES, STATES))
    for state, spins in enumerate(SPINS):
        n = sum(int(spins[j]) for j in NEIGHBOURS[site])
        below = thresholds[local.threshold_entry(int(spins[site]), n, 4)]
        words = [(below, 1.0 - float(below) / 2.0**64)]
        if below > 0:
            words.append((below - np.uint64(1), float(below) / 2.0**64))
        for word, probability in words:
            after = spins.copy()
            local.update_site(after, site, below, word)
            matrix[state, index_of(after)] += probability
    return matrix


@pytest.fixture(params=UPDATES, scope="module")
def update(request):
    return UPDATES[request.param]


@pytest.fixture(params=COUPLINGS, ids=lambda c: f"K={c[0]:g},h={c[1]:g}", scope="module")
def coupling(request):
    return request.param


@pytest.fixture(scope="module")
def matrices(update, coupling):
    """The matrices of the nine sites."""
    thresholds = np.empty(ENTRIES, np.uint64)
    update(*coupling, 4, thresholds)
    return [site_matrix(site, thresholds) for site in range(SITES)]


def test_detailed_balance_of_each_site(matrices, coupling):
    p = boltzmann(*coupling)
    for matrix in matrices:
        flow = p[:, None] * matrix
        assert np.abs(flow - flow.T).max() < 1e-14
        assert np.abs(matrix.sum(1) - 1).max() < 1e-14


@pytest.mark.parametrize("order", ["typewriter", "checkerboard"])
def test_a_sweep_leaves_the_boltzmann_weight_alone(matrices, coupling, order):
    sites = range(SITES)
    if order == "checkerboard":
        sites = sorted(sites, key=lambda i: (i // L + i % L) % 2)
    p = boltzmann(*coupling)
    after = p
    for site in sites:
        after = after @ matrices[site]
    assert np.abs(after - p).max() < 1e-14


def test_a_wrong_coupling_is_noticed(update):
    thresholds = np.empty(ENTRIES, np.uint64)
    update(1.05 * 0.44, 0.0, 4, thresholds)
    flow = boltzmann(0.44, 0.0)[:, None] * site_matrix(4, thresholds)
    assert np.abs(flow - flow.T).max() > 1e-6


def test_words_far_from_the_threshold_decide_alike(update, coupling):
    """The outcome depends on nothing but which side of the threshold the word is on."""
    thresholds = np.empty(ENTRIES, np.uint64)
    update(*coupling, 4, thresholds)
    for spin in (-1, 1):
        for n in range(-4, 5, 2):
            below = int(thresholds[local.threshold_entry(spin, n, 4)])
            for word, near in ((0, below - 1), (2**64 - 1, below)):
                if (word < below) == (near < below):
                    outcomes = []
                    for w in (word, near):
                        after = np.full(1, spin, np.int8)
                        local.update_site(after, 0, np.uint64(below), np.uint64(max(w, 0)))
                        outcomes.append(after[0])
                    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(("K", "h"), COUPLINGS)
def test_metropolis_flips_with_one_number_whether_the_spin_is_up_or_down(K, h):
    """Up spins hold the exact complement: 2**64 minus the words that flip, never less than one."""
    thresholds, mirrored = np.empty((2, ENTRIES), np.uint64)
    local.metropolis_thresholds(K, h, 4, thresholds)
    local.metropolis_thresholds(K, -h, 4, mirrored)
    for n in range(-4, 5, 2):
        stays = int(thresholds[local.threshold_entry(1, n, 4)])
        flips = int(mirrored[local.threshold_entry(-1, -n, 4)])
        assert stays + flips == 2**64


def test_an_impossible_flip_is_not_made():
    """p = 0: an up spin stays up for all words but one, a down spin stays down for all."""
    thresholds = np.empty(ENTRIES, np.uint64)
    local.metropolis_thresholds(1e300, 0.0, 4, thresholds)
    assert int(thresholds[local.threshold_entry(1, 4, 4)]) == 2**64 - 1
    assert int(thresholds[local.threshold_entry(-1, -4, 4)]) == 0
