"""The linearized vote of the square lattice for 24 couplings, 13 even and 11 odd, near T_c.

Critical lattices of 64 x 64 spins vote once, to leave the transient behind; the covariances are
those of the next vote, from 32 x 32 to 16 x 16. The couplings are those of products of one to four
spins that fit into 3 x 3 sites: all 11 of one or three, all five pairs, and the eight narrowest
ones of four. Fixed before the run: 640,000 lattices, two Swendsen-Wang sweeps apart, in 16
bins.

"even" and "odd": the linearized transformation, row after row. "even sizes", "odd sizes": moduli
of the eigenvalues, the largest first, and their jackknife errors. The couplings are `shapes`.
"""

from itertools import combinations

import numpy as np

from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_K
from rgcourse.mcrg import linearized_rg
from rgcourse.operators import MAX_SITES, N_AXES, ROW_LENGTH, _sum_of_samples, n_words, orientations
from rgcourse.samplers import SwendsenWang

L, N_LATTICES, BATCH, BINS = 64, 640_000, 1000, 16
KINDS = {False: 13, True: 11}


def shapes(odd):
    """The shapes of a sector, each with all its orientations."""
    window = [(x, y) for x in range(3) for y in range(3)]
    counts = (1, 3) if odd else (2, 4)
    found = {tuple(orientations(sites)) for n in counts for sites in combinations(window, n)}

    def reach(turned):
        sites = np.array(turned[0])
        apart = (sites[:, None] - sites[None]) ** 2
        return len(sites), int(apart.sum()), turned

    return [turned for turned in sorted(found, key=reach)[: KINDS[odd]]]


def table(odd):
    """Rows for `sum_operators`: operator, number of sites, offsets."""
    rows = []
    for operator, turned in enumerate(shapes(odd)):
        for sites in turned:
            offsets = np.zeros((MAX_SITES, N_AXES), np.int64)
            offsets[: len(sites), 1:] = sites
            rows.append([operator, len(sites), *offsets.ravel()])
    return np.array(rows, np.int64).ravel()


def sums(spins, terms):
    """The operators of each lattice."""
    n, edge = spins.shape[:2]
    S = np.zeros((n, terms.reshape(-1, ROW_LENGTH)[-1, 0] + 1))
    bits = np.empty(n_words(1, edge, edge), np.uint64)
    _sum_of_samples(spins.reshape(n, -1), 1, edge, edge, terms, bits, S)
    return S


def run(seed):
    rng = np.random.default_rng(seed)
    chain = SwendsenWang(L, CRITICAL_K, rng=rng)
    chain.sweep(300)
    sectors = {"even": table(False), "odd": table(True)}
    pairs = {name: [] for name in sectors}
    for _ in range(N_LATTICES // BATCH):
        once = block_spins(chain.sample(BATCH, every=2), rng=rng)
        twice = block_spins(once, rng=rng)
        for name, terms in sectors.items():
            pairs[name].append((sums(once, terms), sums(twice, terms)))
    found = {}
    for name, parts in pairs.items():
        S, S_blocked = (np.concatenate(part) for part in zip(*parts, strict=True))
        bins = np.arange(len(S)) * BINS // len(S)
        T = linearized_rg(S, S_blocked)
        without = [linearized_rg(S[bins != k], S_blocked[bins != k]) for k in range(BINS)]
        sizes = np.array([np.sort(abs(np.linalg.eigvals(M)))[::-1] for M in [T, *without]])
        spread = sizes[1:].var(axis=0) * (BINS - 1)
        found[name] = T.ravel().tolist()
        found[f"{name} sizes"] = sizes[0].tolist()
        found[f"{name} errors"] = np.sqrt(spread).tolist()
    return found
