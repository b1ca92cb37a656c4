"""Training: gradient ascent on the likelihood, the machine's averages taken by Gibbs sampling.

    dW = <(v - mu)(h - lambda)>_data - <(v - mu)(h - lambda)>_machine

The offsets mu and lambda are the mean activities of the units. They change no fixed point and no
machine, only the path: without them (`centered=False`) flipping all 0 and 1 of the data would
change what is learned, and half-filled data such as spins learn slowly.

References
----------
G. E. Hinton, Neural Comput. 14, 1771 (2002), doi:10.1162/089976602760128018 (contrastive
divergence).
T. Tieleman, ICML 2008, doi:10.1145/1390156.1390290 (its persistent form).
J. Melchior, A. Fischer and L. Wiskott, J. Mach. Learn. Res. 17, 1 (2016), arXiv:1311.1354
(centering).
"""

from collections import deque

import numpy as np
from scipy.linalg.blas import sgemm

from .. import _checks
from .._threads import one_blas_thread
from .gibbs import Layers
from .machine import RBM, units
from .units import _chances

MEMORY = 0.01  # weight of the newest batch in the mean activity of the hidden units
EVEN = 1e-3  # means of the data this close to 0 or 1 count as that far away, in the first biases


def random_rbm(n_visible, n_hidden, *, scale=0.01, means=None, rng):
    """An untrained `RBM`: weights normal with standard deviation `scale`, hidden biases zero.

    With `means`, the mean of each visible unit in the data, the visible biases are
    ln(mean / (1 - mean)), so that the machine begins with the right activities.

    Examples
    --------
    >>> random_rbm(4, 2, rng=1)
    RBM(n_visible=4, n_hidden=2)
    """
    n_visible = _checks.integer("n_visible", n_visible, minimum=1)
    n_hidden = _checks.integer("n_hidden", n_hidden, minimum=1)
    W = _checks.finite("scale", scale) * _checks.generator(rng).normal(size=(n_visible, n_hidden))
    means = np.full(n_visible, 0.5) if means is None else units("means", means, n_visible,
                                                               fractions=True)[0]  # fmt: skip
    means = np.clip(means, EVEN, 1 - EVEN)
    return RBM(W, np.log(means / (1 - means)), np.zeros(n_hidden))


def train_rbm(data, n_hidden=None, *, n_epochs, start=None, batch_size=100, rate=(0.05, 0.005),
              k=1, persistent=True, centered=True, l1=0.0, l2=0.0, rng):  # fmt: skip
    """A new `RBM`, trained to give the data a high likelihood.

    Ascends <ln p> - l1 sum |W| - l2 sum W**2 / 2 in steps of `rate`. The machine's side of the
    gradient comes from `batch_size` chains that make k Gibbs sweeps before every step: chains that
    go on from step to step (persistent contrastive divergence, PCD-k), or that start from the
    batch each time (CD-k), which is cheaper to start and biased: it never asks what the machine
    does far from the data.

    Parameters
    ----------
    data : array, shape (n_samples, n_visible)
        Samples of 0 and 1, or chances between; at least `batch_size`. Shuffled in every epoch; a
        rest smaller than a batch waits for the next shuffle.
    n_hidden : int
        Number of hidden units; not with `start`.
    n_epochs : int
        Passes through the data, 0 or more.
    start : RBM, optional
        Where training begins; by default `random_rbm` with the means of the data.
    batch_size : int
        Samples in a step, and chains.
    rate : float or (float, float)
        Step size; of a pair, the first at the beginning and the second at the end. In between
        its square root falls linearly: large steps learn, small ones let the noise settle.
    k : int
        Gibbs sweeps between steps.
    persistent, centered : bool
        See above.
    l1, l2 : float
        Penalties on the weights, not the biases. A weight that `l1` would carry through zero stops
        there.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For data that are not between 0 and 1 or fewer than a batch, for both or none of `n_hidden`
        and `start`, for other input out of range.
    RuntimeError
        If the weights grow out of bounds; the rate is too large.

    Examples
    --------
    Two units that always agree: the machine learns that 01 and 10 do not occur.

    >>> from rgcourse.rbm import log_likelihood
    >>> data = np.repeat([[0, 0], [1, 1]], 500, axis=0)
    >>> machine = train_rbm(data, 2, n_epochs=100, rate=(0.5, 0.1), rng=1)
    >>> bool(np.exp(log_likelihood(machine, [[0, 1], [1, 0]])).max() < 0.05)
    True
    """
    options = dict(batch_size=batch_size, rate=rate, k=k, persistent=persistent, centered=centered,
                   l1=l1, l2=l2, rng=rng)  # fmt: skip
    history = epochs(data, n_hidden, n_epochs=n_epochs, start=start, **options)
    return deque(history, maxlen=1).pop()


def epochs(data, n_hidden=None, *, n_epochs, start=None, batch_size=100, rate=(0.05, 0.005),
           k=1, persistent=True, centered=True, l1=0.0, l2=0.0, rng):  # fmt: skip
    """Generator of the machines of a training: before it, and after each epoch; see `train_rbm`.

    For a look at progress: `history = [score(machine) for machine in epochs(...)]`.

    Raises
    ------
    ValueError, RuntimeError
        As `train_rbm`; bad input already at the call.
    """
    n_visible = np.shape(data)[-1] if np.ndim(data) else 0
    data = units("data", data, n_visible, fractions=True, dtype=np.float32)
    n_epochs = _checks.integer("n_epochs", n_epochs, minimum=0)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    if len(data) < batch_size:
        raise ValueError(
            f"{len(data)} samples do not fill a batch of {batch_size}; pass a smaller batch_size"
        )
    rng = _checks.generator(rng)
    if (start is None) == (n_hidden is None):
        raise ValueError("give either n_hidden, for a new machine, or start, to go on from one")
    if start is None:
        start = random_rbm(data.shape[1], n_hidden, means=data.mean(axis=0, dtype=float), rng=rng)
    if start.n_visible != data.shape[1]:
        raise ValueError(f"start has {start.n_visible} visible units, the data {data.shape[1]}")
    trainer = Trainer(
        start, data, batch_size=batch_size, k=_checks.integer("k", k, minimum=1),
        persistent=persistent, centered=centered,
        l1=_not_negative("l1", l1), l2=_not_negative("l2", l2), rng=rng,
    )  # fmt: skip
    first, last = rate if np.ndim(rate) else (rate, rate)
    rates = _positive("rate", first), _positive("rate", last)
    return _epochs(trainer, n_epochs, *rates)


def _epochs(trainer, n_epochs, first, last):
    yield trainer.machine
    rates = iter(np.linspace(first**0.5, last**0.5, n_epochs * trainer.n_batches) ** 2)
    for _ in range(n_epochs):
        with one_blas_thread():
            for batch in trainer.batches():
                trainer.step(batch, next(rates))
        yield trainer.machine


class Trainer:
    """What a training keeps from step to step: weights in float32, chains, offsets, generator."""

    def __init__(self, start, data, *, batch_size, k, persistent, centered, l1, l2, rng):
        self.data, self.n = data, batch_size
        self.k, self.persistent, self.centered, self.l1, self.l2 = k, persistent, centered, l1, l2
        self.rng = rng
        self.layers = Layers(start, batch_size, rng)
        # Rows 0 .. n - 1 are clamped to the data, rows n .. 2n - 1 are the chains.
        self.v = np.empty((2 * batch_size, start.n_visible), np.float32)
        self.h = np.empty((2 * batch_size, start.n_hidden), np.float32)
        self.sign = np.repeat(np.float32([1, -1]) / batch_size, batch_size)
        self.drawn = np.empty((batch_size, start.n_hidden), np.float32)
        self.mu = self.data.mean(axis=0) * np.float32(centered)
        self.lam = np.full(start.n_hidden, 0.5 * centered, np.float32)
        chains = self.data[rng.integers(0, len(data), batch_size)]
        self.layers.draw_hidden(chains, self.drawn)

    @property
    def machine(self):
        """The machine as it is now."""
        arrays = self.layers.W, self.layers.a, self.layers.b
        if not all(np.isfinite(array).all() for array in arrays):
            raise RuntimeError("the weights grew out of bounds; use a smaller rate")
        return RBM(*arrays)

    @property
    def n_batches(self):
        """Batches in an epoch."""
        return len(self.data) // self.n

    def batches(self):
        """The data of one epoch, shuffled, batch by batch."""
        order = self.rng.permutation(len(self.data))
        for start in range(0, self.n_batches * self.n, self.n):
            yield self.data[order[start : start + self.n]]

    def step(self, batch, rate):
        """One step of gradient ascent."""
        layers, n, v, h = self.layers, self.n, self.v, self.h
        v[:n] = batch
        if not self.persistent:
            layers.draw_hidden(v[:n], self.drawn)
        for sweep in range(self.k):
            layers.draw_visible(self.drawn, v[n:])
            if sweep < self.k - 1:
                layers.draw_hidden(v[n:], self.drawn)
        np.dot(v, layers.W, out=h)
        _chances(h.reshape(-1), layers.b, np.float32(1), *h.shape)
        if self.persistent:
            layers.redraw(h[n:], self.drawn)
        self.climb(rate)

    def climb(self, rate):
        """Move weights and biases along the gradient that `v` and the chances `h` give."""
        W, v, h, rate = self.layers.W, self.v, self.h, np.float32(rate)
        if self.centered:
            self.lam += np.float32(MEMORY) * (h[: self.n].mean(axis=0) - self.lam)
            v -= self.mu
            h -= self.lam
        h *= self.sign[:, None]
        dv, dh = self.sign @ v, h.sum(axis=0)
        if self.centered:
            dv, dh = dv - (h @ self.lam) @ v, dh - (v @ self.mu) @ h
        if self.l2:
            W *= 1 - rate * np.float32(self.l2)
        sgemm(rate, h.T, v.T, beta=1.0, c=W.T, trans_b=True, overwrite_c=True)  # W += rate v.T h
        if self.l1:
            np.copyto(W, np.sign(W) * np.maximum(np.abs(W) - rate * np.float32(self.l1), 0))
        self.layers.a += rate * dv
        self.layers.b += rate * dh


def _positive(name, value):
    value = _checks.finite(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value:g}")
    return value


def _not_negative(name, value):
    value = _checks.finite(name, value)
    if value < 0:
        raise ValueError(f"{name} must not be negative, got {value:g}")
    return value
