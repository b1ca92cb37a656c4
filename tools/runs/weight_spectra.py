"""Singular values of the weights of machines on their way to convergence, ten seeds.

The claims (Martin and Mahoney 2021; Martin and Hinrichs 2025): the spectrum of well trained weights
has a heavy tail beyond that of random numbers; at ideal training its exponent is 2, and its tail,
as a fit by a power law finds it, is the one in which the product of eigenvalues is 1.

Fixed before the run (one seed with 8000 and 80 000 lattices had shown where the spectra move):

- Machines of 64 hidden units, 8 x 8 torus at T_c, as on the page but with ten times its lattices,
  80 000, from random weights, after 2000, 8000 and 32 000 steps. Each is a whole training whose
  rate falls to its end. Ten seeds, each with lattices of its own.
- lambda are the eigenvalues of W.T W divided by their mean. Independent entries end at lambda = 4.
- Stored are, a machine: how many lambda lie beyond 4; in how many of the largest the product is
  still 1 or more (`ln_tail`); the number and exponent of the power law (`power_tail`, `alpha`)
  whose tail, of 5 values or more, is nearest in the sense of Kolmogorov and Smirnov; the divergence
  in nats from the magnet, on 20 000 lattices it has not seen. Of the same entries shuffled all but
  the last.
- The tail beyond the edge is a mark of training, and not of a training broken off, if it is there
  at 8000 and 32 000 steps too.

Said after looking: the edge is that of independent entries of one size. The entries of these
machines shuffled have two or three lambda beyond it after 32 000 steps, more than trained ones.
"""

import numpy as np

from rgcourse import exact
from rgcourse.rbm import annealed_log_z, free_energy, train_rbm
from rgcourse.samplers import SwendsenWang

L, K_C = 8, np.arcsinh(1) / 2
N_SEEDS, N_DATA, N_TEST, BATCH, STEPS = 10, 80_000, 20_000, 200, (2000, 8000, 32_000)
EDGE, SHORTEST = 4.0, 5


def run(seed):
    """Lists over the seeds by names such as "8000 trained beyond", "8000 shuffled alpha"."""
    found = {}
    for one in np.random.SeedSequence(seed).spawn(N_SEEDS):
        rng = np.random.default_rng(one)
        data, fresh = _lattices(N_DATA, rng), _lattices(N_TEST, rng)
        for steps in STEPS:
            epochs = steps * BATCH // N_DATA
            machine = train_rbm(
                data, L * L, n_epochs=epochs, batch_size=BATCH, rate=(0.5, 0.01), rng=rng
            )
            shuffled = rng.permuted(machine.W.ravel()).reshape(machine.W.shape)
            found.setdefault(f"{steps} nats", []).append(_divergence(machine, fresh, rng))
            for kind, W in (("trained", machine.W), ("shuffled", shuffled)):
                for name, value in _tails(W).items():
                    found.setdefault(f"{steps} {kind} {name}", []).append(value)
    return found


def _lattices(n, rng):
    chain = SwendsenWang(L, K_C, rng=rng)
    chain.sweep(200)
    spins = np.array([chain.sweep(2) or chain.spins.copy() for _ in range(n)])
    return (spins.reshape(n, -1) + 1) // 2


def _divergence(machine, rows, rng):
    spins = 2.0 * rows.reshape(-1, L, L) - 1
    bonds = (spins * (np.roll(spins, 1, axis=1) + np.roll(spins, 1, axis=2))).sum(axis=(1, 2))
    right = K_C * bonds.mean() - exact.kaufman(L, K_C).log_z * L**2
    log_z = annealed_log_z(machine, n_chains=500, n_steps=1000, rng=rng).value
    return round(right + free_energy(machine, rows).mean() + log_z, 4)


def _tails(W):
    values = np.linalg.svd(W, compute_uv=False) ** 2  # largest first
    values = values / values.mean()
    fits = [_power_law(values[:n]) for n in range(SHORTEST, len(values))]
    best = int(np.argmin([distance for distance, _ in fits]))
    return {
        "beyond": int(np.sum(values > EDGE)),
        "ln_tail": int(np.sum(np.cumsum(np.log(values)) >= 0)),
        "power_tail": best + SHORTEST,
        "alpha": round(fits[best][1], 3),
    }


def _power_law(tail):
    """The distance of the best power law on a tail, largest value first, and its exponent."""
    n, ratio = len(tail), tail / tail[-1]
    alpha = 1 + n / np.log(ratio).sum()
    beyond = ratio ** (1 - alpha)  # the fraction that should be larger
    rank = np.arange(1, n + 1) / n
    return max(np.max(rank - beyond), np.max(beyond - rank + 1 / n)), float(alpha)
