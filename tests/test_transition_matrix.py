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
    "heat_bath": (local.heat_bath_thresholds, local.heat_bath_entry, local.heat_bath_site, 5),
    "metropolis": (local.metropolis_thresholds, local.metropolis_entry, local.metropolis_site, 10),
}
COUPLINGS = [(0.0, 0.0), (0.2, 0.0), (0.44068679, 0.0), (0.44, 0.3), (-0.5, 0.1), (2.0, -1.0)]


def boltzmann(K, h):
    lattice = SPINS.reshape(-1, L, L).astype(float)
    bonds = sum((lattice * np.roll(lattice, 1, axis)).sum((1, 2)) for axis in (1, 2))
    weight = np.exp(K * bonds + h * SPINS.sum(1))
    return weight / weight.sum()


def index_of(spins):
    return int(((spins > 0) << np.arange(SITES)).sum())


def site_matrix(site, update, thresholds):
    """P(s -> s') of one site update, from the two words on either side of the threshold."""
    _, entry, update_site, _ = update
    matrix = np.zeros((STATES, STATES))
    for state, spins in enumerate(SPINS):
        n = sum(int(spins[j]) for j in NEIGHBOURS[site])
        chance = thresholds[entry(int(spins[site]), n, 4)]
        words = [(chance, 1.0 - float(chance) / 2.0**64)]
        if chance > 0:
            words.append((chance - np.uint64(1), float(chance) / 2.0**64))
        for word, probability in words:
            after = spins.copy()
            update_site(after, site, chance, word)
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
    fill, _, _, entries = update
    thresholds = np.empty(entries, np.uint64)
    fill(*coupling, 4, thresholds)
    return [site_matrix(site, update, thresholds) for site in range(SITES)]


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
    fill, _, _, entries = update
    thresholds = np.empty(entries, np.uint64)
    fill(1.05 * 0.44, 0.0, 4, thresholds)
    flow = boltzmann(0.44, 0.0)[:, None] * site_matrix(4, update, thresholds)
    assert np.abs(flow - flow.T).max() > 1e-6


def test_words_far_from_the_threshold_decide_alike(update, coupling):
    """The outcome depends on nothing but which side of the threshold the word is on."""
    fill, entry, update_site, entries = update
    thresholds = np.empty(entries, np.uint64)
    fill(*coupling, 4, thresholds)
    for spin in (-1, 1):
        for n in range(-4, 5, 2):
            chance = int(thresholds[entry(spin, n, 4)])
            for word, near in ((0, chance - 1), (2**64 - 1, chance)):
                if (word < chance) == (near < chance):
                    outcomes = []
                    for w in (word, near):
                        after = np.full(1, spin, np.int8)
                        update_site(after, 0, np.uint64(chance), np.uint64(max(w, 0)))
                        outcomes.append(after[0])
                    assert outcomes[0] == outcomes[1]
