"""Majority votes on critical cubic lattices of 8, 16, 32 and 64 spins an edge.

Which part of an exponent in three dimensions comes from the transient, and which from the edge of
the lattice? Both change from vote to vote, so that one series of votes cannot tell; several edges
can. The numbers of lattices were fixed before the run, for about five minutes on one core.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

import numpy as np

from rgcourse.blocking import block_spins
from rgcourse.mcrg import scaling_exponents
from rgcourse.operators import even_operators, odd_operators
from rgcourse.samplers import SwendsenWang

DIM, K_C = 3, 0.221654626
LATTICES = {8: 768_000, 16: 384_000, 32: 192_000, 64: 40_000}  # edge: how many
BATCH = {8: 6000, 16: 2000, 32: 500, 64: 125}  # held in memory at a time
N_BINS = 32
SMALLEST = 4  # edge after the last vote


def moments(S, S_blocked):
    """Means of (S, S') and of their products, for one bin."""
    x = np.hstack([S, S_blocked])
    return np.hstack([x.mean(axis=0), (x.T @ x / len(x)).ravel()])


def batch_of(chain, size, rng):
    """Even and odd operators of some lattices at every level, as two lists of arrays."""
    levels = [chain.sample(size, 1)]
    while levels[-1].shape[1] > SMALLEST:
        levels.append(block_spins(levels[-1], rng=rng))
    return [[count(s) for s in levels] for count in (even_operators, odd_operators)]


def one_bin(chain, n_batches, size, rng):
    """Moments of one bin: two lists, even and odd, with an array for each vote."""
    batches = [batch_of(chain, size, rng) for _ in range(n_batches)]
    joined = [
        [np.concatenate(level) for level in zip(*(b[k] for b in batches), strict=True)]
        for k in (0, 1)
    ]
    return [[moments(*pair) for pair in zip(x, x[1:], strict=False)] for x in joined]


def measure(chain, n, size, rng):
    """Moments [even, odd][vote] of all bins, each an array (N_BINS, n_moments)."""
    chain.sweep(500)
    bins = [one_bin(chain, n // N_BINS // size, size, rng) for _ in range(N_BINS)]
    return [[np.array(vote) for vote in zip(*(b[k] for b in bins), strict=True)] for k in (0, 1)]


def leading(mean):
    """Leading exponents with the first 1, 2, .. operators, from one row of moments."""
    n = round((np.sqrt(1 + 4 * mean.size) - 1) / 4)  # mean.size = 2 n + 4 n^2
    x, xx = mean[: 2 * n], mean[2 * n :].reshape(2 * n, 2 * n)
    cov = xx - np.outer(x, x)
    cross, square = cov[n:, :n], cov[n:, n:]
    corners = [(square[:c, :c], cross[:c, :c]) for c in range(1, n + 1)]
    return [float(scaling_exponents(np.linalg.solve(*pair))[0]) for pair in corners]


def left_out(rows):
    """Exponents with each bin left out: rows are bins, columns numbers of operators."""
    return [np.round(leading((rows.sum(axis=0) - r) / (len(rows) - 1)), 7).tolist() for r in rows]


def exponents(dim, K, lattices, batch, seed):
    """Exponents with each bin left out, as `y_t_64[vote][bin][operators]` and so on."""
    found = {"K": K, "n_bins": N_BINS}
    for (edge, n), rng in zip(
        lattices.items(), np.random.default_rng(seed).spawn(len(lattices)), strict=True
    ):
        found[f"n_{edge}"] = n
        chain = SwendsenWang(edge, K, dim=dim, rng=rng)
        for name, votes in zip(("y_t", "y_h"), measure(chain, n, batch[edge], rng), strict=True):
            found[f"{name}_{edge}"] = [left_out(rows) for rows in votes]
    return found


def run(seed):
    """The exponents of all votes on all four lattices."""
    return exponents(DIM, K_C, LATTICES, BATCH, seed)
