"""The dream of `RBMDream`, made by the package itself: the page must agree bit by bit."""

import numpy as np

from rgcourse._random import random_state
from rgcourse.rbm import RBM
from rgcourse.rbm._kernels import _draw, _gibbs_sweep
from rgcourse.widgets.rbm_dream import BURN_IN


def rounded_machine(dream, machine):
    """The `RBM` that the page works with: one of the machines, rounded to 16 bits a weight."""
    n, k = dream.L**2, dream.n_hidden
    table = np.frombuffer(dream.weights, "<i2").reshape(-1, n * k + n + k)[machine]
    W, a, b = np.split((table * dream.scales[machine]).astype(np.float32), [n * k, n * k + n])
    return RBM(W.reshape(n, k), a, b)


def first_units(dream):
    """Visible and hidden units of the page's first frame, float32."""
    rbm = rounded_machine(dream, dream.machine)
    n, k = rbm.W.shape
    W, a, b = (x.astype(np.float32).ravel() for x in (rbm.W, rbm.a, rbm.b))
    v, h, fields = (np.full(m, 0.5, np.float32) for m in (n, k, max(n, k)))
    words, state = np.zeros(max(n, k) + 1, np.uint32), random_state(dream.seed)
    _draw(fields, v, 1, n, words, state)
    for _ in range(BURN_IN):
        _gibbs_sweep(W, a, b, n, k, v, h, fields, words, state)
    return v, h
