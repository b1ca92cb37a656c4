"""Spread of H - F and divergence of trained machines, against training until it has a plateau.

A 24 x 24 magnet at K = 0.408 and the first layer of a stack. What is asked: how much of the
variance of H is left in H - F on 4000 lattices that were not trained on, and how many nats are
between magnet and machine, once training has done what it can.

Fixed beforehand. A ladder of epochs has its plateau when four times the epochs change the spread
by less than a tenth, on the same lattices. Three ladders: the recipe of the page (8000 lattices,
144 hidden units, penalty 1e-3); a longer one (30 000 lattices, penalty 3e-4); and one with four
times the hidden units. A control starts from the machine that is exact, one hidden unit on each
bond, to see what training and its noise make of it. ln Z by annealing with 250 and with 1000 steps.
The condition would be called nearly fulfilled at a spread below 1. Seeds: ten at the page's ten
epochs, five at 50, one or two elsewhere, where two on the same lattices are compared.

Settled after one trial seed, that is not among these: the penalty of the longer ladder, the best of
those tried, and that faster rates of learning do worse. Launched twice before the first stored
form, so that part of the first seed had been seen when it was settled how many seeds each setting
has. Added after that form had been read: 320 epochs, because 80 had shown no plateau, and three
more seeds at 200, because two had shown one, if barely. Lattices, penalties and hidden units one by
one, with more seeds, are tried on the small torus of steps_and_machines. The store has seed 2026.
"""

import sys

import numpy as np

from rgcourse import rbm
from rgcourse.exact import kaufman
from rgcourse.samplers import SwendsenWang

L, K, N_TEST, N_MOST = 24, 0.408, 4000, 30_000
# name: seeds, lattices, hidden units, penalty, epochs
SETTINGS = {
    "page 10": (10, 8000, 144, 1e-3, 10),
    "page 50": (5, 8000, 144, 1e-3, 50),
    "page 200": (5, 8000, 144, 1e-3, 200),
    "longer 20": (2, 30_000, 144, 3e-4, 20),
    "longer 80": (2, 30_000, 144, 3e-4, 80),
    "wider 20": (1, 30_000, 576, 3e-4, 20),
    "wider 80": (1, 30_000, 576, 3e-4, 80),
    "from exact": (1, 8000, 1152, 3e-4, 10),
    "longer 320": (2, 30_000, 144, 3e-4, 320),
}


def run(seed):
    """Lists over the seeds by name of the setting: spread, left, nats, and nats of 250 steps."""
    found = {}
    seeds = np.random.SeedSequence(seed).spawn(max(n for n, *_ in SETTINGS.values()))
    for k, one in enumerate(seeds):
        rng = np.random.default_rng(one)
        data, test, H = _sample(rng)
        found.setdefault("H", []).append(float(H.std()))
        for name, (n_seeds, n_lattices, *setting) in SETTINGS.items():
            if k >= n_seeds:
                continue
            machine = _train(name, data[:n_lattices], *setting, rng)
            for key, value in _score(machine, test, H, rng).items():
                found.setdefault(f"{name} {key}", []).append(value)
            print(k, name, round(found[f"{name} spread"][-1], 2), file=sys.stderr, flush=True)
    return found


def _sample(rng):
    """Lattices to train on and to test on, as units, and the energies of the latter."""
    chain = SwendsenWang(L, K, rng=rng)
    chain.sweep(100)
    units = np.empty((N_MOST + N_TEST, L * L), np.uint8)
    for row in units:
        chain.sweep(2)
        row[:] = chain.spins.ravel() > 0
    s = 2.0 * units[N_MOST:].reshape(-1, L, L) - 1
    H = -K * (s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))).sum(axis=(1, 2))
    return units[:N_MOST], units[N_MOST:], H


def _train(name, data, n_hidden, l1, n_epochs, rng):
    recipe = dict(n_epochs=n_epochs, l1=l1, batch_size=100, rate=(0.2, 0.01), rng=rng)
    if name == "from exact":
        return rbm.train_rbm(data, start=_exact_machine(), **recipe)
    return rbm.train_rbm(data, n_hidden, **recipe)


def _exact_machine():
    """The machine with one hidden unit on each bond."""
    site = np.arange(L * L).reshape(L, L)
    ends = [np.stack([site, np.roll(site, -1, axis)], -1).reshape(-1, 2) for axis in (0, 1)]
    w = np.zeros((L * L, 2 * L * L))
    for bond, pair in enumerate(np.concatenate(ends)):
        w[pair, bond] = np.arccosh(np.exp(2 * K)) / 2
    return rbm.from_spin_rbm(w)


def _score(machine, test, H, rng):
    off = H - rbm.free_energy(machine, test)
    rough, fine = (
        rbm.annealed_log_z(machine, n_chains=100, n_steps=n, rng=rng).value for n in (250, 1000)
    )
    exact = L * L * kaufman(L, K).log_z
    return {
        "spread": float(off.std()),
        "left": float(off.var() / H.var()),
        "nats": float(fine - exact - off.mean()),
        "nats, 250 steps": float(rough - exact - off.mean()),
    }
