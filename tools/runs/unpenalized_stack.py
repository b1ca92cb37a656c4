"""The stack of taller_stacks with ten times the lattices, and with no penalty on its weights.

Made after that run, to refute what it seemed to show, that the second moment of the fields doubles
from layer to layer as their spots do: its weights are trained with a penalty that asks for local
fields. A trial with one other seed had shown that without it the second moment does not grow from
the first layer to the second. Fixed beforehand: two new seeds, each with the penalty of the page,
1e-3, and with none. The claim falls for the measure that does not grow, in both seeds, without it.
"""

import functools
from unittest import mock

import long_runs
import numpy as np

from rgcourse import rbm

taller = long_runs.load("taller_stacks")
train = rbm.train_rbm
N_LATTICES, N_SEEDS = 80_000, 2


def run(seed):
    """Lists over the seeds by penalty: sizes by layer, spots by layer, R**2 of energy and m**2."""
    found = {}
    for one in np.random.SeedSequence([seed, 1]).spawn(N_SEEDS):
        rng = np.random.default_rng(one)
        spins = taller._sample(N_LATTICES + taller.N_TEST, rng)
        for name, l1 in (("penalty", 1e-3), ("no penalty", 0.0)):
            with mock.patch.object(rbm, "train_rbm", functools.partial(_train, penalty=l1)):
                scores = taller._one(spins[:N_LATTICES], spins[N_LATTICES:], 10, rng)
            for key, value in scores.items():
                found.setdefault(f"{name} {key}", []).append(value)
    return found


def _train(data, n_hidden, *, l1, penalty, **recipe):
    return train(data, n_hidden, l1=penalty, **recipe)
