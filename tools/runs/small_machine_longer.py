"""The machine of 16 hidden units of steps_and_machines, with more epochs and by another recipe.

Made after that run, to refute what it seemed to show, that 320 epochs are no plateau yet. Fixed
beforehand: 1280 epochs, two seeds, and the noisy and then quiet recipe of the page before (60 and
120 epochs, ending with batches of 400 and two Gibbs sweeps a step), five seeds. If four times the
epochs change the spread by less than a tenth, 320 epochs are on the plateau; if the second recipe
ends lower by more than that, the plateau is one of the recipe.
"""

import functools
from unittest import mock

import long_runs
import numpy as np

from rgcourse import rbm

small = long_runs.load("steps_and_machines")
train = rbm.train_rbm


def run(seed):
    """Lists over the seeds: spread / sqrt(N), share of variance, nats / N, by recipe."""
    rng = np.random.default_rng(seed)
    machine = functools.partial(small._machine, small.K_PAGE, 16, 30_000, 3e-4)
    found = {"1280 epochs": [machine(1280, rng) for _ in range(2)]}
    with mock.patch.object(rbm, "train_rbm", _noisy_then_quiet):
        found["noisy, quiet"] = [machine(60, rng) for _ in range(5)]
    return {
        f"{name} {key}": values.tolist()
        for name, scores in found.items()
        for key, values in zip(("spread", "left", "nats"), np.transpose(scores), strict=True)
    }


def _noisy_then_quiet(data, n_hidden, *, n_epochs, l1, rng, **_):
    noisy = dict(n_epochs=n_epochs, batch_size=50, rate=(0.3, 0.1))
    quiet = dict(n_epochs=2 * n_epochs, batch_size=400, rate=(1.0, 0.001), k=2)
    start = train(data, n_hidden, **noisy, l1=l1, rng=rng)
    return train(data, start=start, **quiet, l1=l1, rng=rng)
