"""Training: gradient ascent on the likelihood, the machine's averages taken by Gibbs sampling.

    dW = <(v - mu)(h - lambda)>_data - <(v - mu)(h - lambda)>_machine

The offsets mu and lambda are the mean activities of the units. They move no fixed point, only the
path to it: without them (`centered=False`) what is learned would depend on which spin is called 1,
and half-filled data such as spins are learned slowly.

Legs in the comments: `sample` for rows, i for visible units, j for hidden ones.

References
----------
G. E. Hinton, Neural Comput. 14, 1771 (2002), doi:10.1162/089976602760128018 (contrastive
divergence).
T. Tieleman, ICML 2008, doi:10.1145/1390156.1390290 (its persistent form).
J. Melchior, A. Fischer and L. Wiskott, J. Mach. Learn. Res. 17, 1 (2016), arXiv:1311.1354
(centering).
"""

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.blas import sgemm

from .. import _checks
from .._threads import one_blas_thread
from ._kernels import _activation_probabilities
from .gibbs import Layers
from .machine import RBM, as_units

__all__ = ["Trainer", "epochs", "random_rbm", "train_rbm"]

OFFSET_RATE = 0.01  # weight of the newest batch in the mean activity of the hidden units
MEAN_MARGIN = 1e-3  # first biases: means of the data are kept this far from 0 and 1


def random_rbm(
    n_visible: int,
    n_hidden: int,
    *,
    scale: float = 0.01,
    means: ArrayLike | None = None,
    rng: int | np.random.Generator,
) -> RBM:
    """An untrained `RBM`: weights normal with standard deviation `scale`, hidden biases zero.

    With `means`, the visible biases are ln(mean / (1 - mean)), so that the machine begins with the
    mean activities of the data.

    Parameters
    ----------
    n_visible, n_hidden : int
        Units of the two layers, at least 1.
    scale : float
        Standard deviation of the weights.
    means : array, shape (n_visible,), optional
        Mean of each visible unit in the data, from 0 to 1; one half if not given.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For numbers below these minima, means outside 0 to 1, a missing rng.

    Examples
    --------
    >>> random_rbm(4, 2, rng=1)
    RBM(n_visible=4, n_hidden=2)
    """
    n_visible = _checks.integer("n_visible", n_visible, minimum=1)
    n_hidden = _checks.integer("n_hidden", n_hidden, minimum=1)
    W = _checks.finite("scale", scale) * _checks.generator(rng).normal(size=(n_visible, n_hidden))
    p = np.full(n_visible, 0.5)
    if means is not None:
        p = as_units("means", means, n_visible, fractions=True)[0]
    p = np.clip(p, MEAN_MARGIN, 1 - MEAN_MARGIN)
    return RBM(W, np.log(p / (1 - p)), np.zeros(n_hidden))


def train_rbm(
    data: ArrayLike,
    n_hidden: int | None = None,
    *,
    n_epochs: int,
    start: RBM | None = None,
    batch_size: int = 100,
    rate: float | tuple[float, float] = (0.05, 0.005),
    k: int = 1,
    persistent: bool = True,
    centered: bool = True,
    l1: float = 0.0,
    l2: float = 0.0,
    rng: int | np.random.Generator,
) -> RBM:
    """A new `RBM`, trained to give the data a high likelihood.

    Ascends <ln p> - l1 sum |W| - l2 sum W**2 / 2 in steps of `rate`. The machine's averages in the
    gradient come from `batch_size` chains that make k Gibbs sweeps before every step. The chains
    go on from step to step (persistent contrastive divergence, PCD-k), or start from the batch
    each time (CD-k); the latter needs no burn-in, but is biased: it never asks what the machine
    does far from the data.

    Parameters
    ----------
    data : array, shape (n_samples, n_visible)
        Samples of 0 and 1, or probabilities in between; at least `batch_size`. Shuffled in every
        epoch; a remainder smaller than a batch waits for the next shuffle.
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
    persistent : bool
        Whether the chains go on from step to step.
    centered : bool
        Whether gradients are taken around the mean activities.
    l1, l2 : float
        Penalties on the weights, not on the biases. A weight that `l1` would take through zero
        stops there.
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
    history = epochs(
        data, n_hidden, n_epochs=n_epochs, start=start, batch_size=batch_size, rate=rate, k=k,
        persistent=persistent, centered=centered, l1=l1, l2=l2, rng=rng,
    )  # fmt: skip
    return deque(history, maxlen=1).pop()


def epochs(
    data: ArrayLike,
    n_hidden: int | None = None,
    *,
    n_epochs: int,
    start: RBM | None = None,
    batch_size: int = 100,
    rate: float | tuple[float, float] = (0.05, 0.005),
    k: int = 1,
    persistent: bool = True,
    centered: bool = True,
    l1: float = 0.0,
    l2: float = 0.0,
    rng: int | np.random.Generator,
) -> Iterator[RBM]:
    """Generator of the machines of a training: before it, and after each epoch; see `train_rbm`.

    To follow its progress: `history = [score(machine) for machine in epochs(...)]`.

    Parameters
    ----------
    data : array, shape (n_samples, n_visible)
        Samples of 0 and 1, or probabilities in between; at least `batch_size`.
    n_hidden : int
        Number of hidden units; not with `start`.
    n_epochs : int
        Passes through the data, 0 or more; n_epochs + 1 machines come out.
    start : RBM, optional
        Where training begins; by default `random_rbm` with the means of the data.
    batch_size : int
        Samples in a step, and chains.
    rate : float or (float, float)
        Step size; of a pair, the first at the beginning and the second at the end.
    k : int
        Gibbs sweeps between steps.
    persistent : bool
        Whether the chains go on from step to step (PCD-k), or start from the batch (CD-k).
    centered : bool
        Whether gradients are taken around the mean activities.
    l1, l2 : float
        Penalties on the weights.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError, RuntimeError
        As `train_rbm`; bad input already at the call.
    """
    n_visible = np.shape(data)[-1] if np.ndim(data) else 0
    v = as_units("data", data, n_visible, fractions=True, dtype=np.float32)  # sample i
    n_epochs = _checks.integer("n_epochs", n_epochs, minimum=0)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    if len(v) < batch_size:
        raise ValueError(
            f"{len(v)} samples do not fill a batch of {batch_size}; pass a smaller batch_size"
        )
    random = _checks.generator(rng)
    if start is None and n_hidden is not None:
        means = v.mean(axis=0, dtype=float)
        start = random_rbm(n_visible, n_hidden, means=means, rng=random)
    elif start is None or n_hidden is not None:
        raise ValueError("give either n_hidden, for a new machine, or start, to go on from one")
    if start.n_visible != n_visible:
        raise ValueError(f"start has {start.n_visible} visible units, the data {n_visible}")
    trainer = Trainer(
        start, v, batch_size=batch_size, k=_checks.integer("k", k, minimum=1),
        persistent=persistent, centered=centered,
        l1=_not_negative("l1", l1), l2=_not_negative("l2", l2), rng=random,
    )  # fmt: skip
    first, last = np.broadcast_to(rate, 2).tolist()
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

    def __init__(
        self,
        start: RBM,
        data: NDArray[np.float32],
        *,
        batch_size: int,
        k: int,
        persistent: bool,
        centered: bool,
        l1: float,
        l2: float,
        rng: np.random.Generator,
    ) -> None:
        self.data, self.n = data, batch_size
        self.k, self.persistent, self.centered, self.l1, self.l2 = k, persistent, centered, l1, l2
        self.rng = rng
        self.layers = Layers(start, batch_size, rng)
        # Samples 0 .. n - 1 are clamped to the data, samples n .. 2n - 1 are the chains.
        self.v = np.empty((2 * batch_size, start.n_visible), np.float32)  # sample i
        self.h = np.empty((2 * batch_size, start.n_hidden), np.float32)  # sample j
        self.sign = np.repeat(np.array([1, -1], np.float32) / batch_size, batch_size)  # sample
        self.drawn = np.empty((batch_size, start.n_hidden), np.float32)  # sample j
        self.mu = self.data.mean(axis=0) * np.float32(centered)  # i
        self.lam = np.full(start.n_hidden, 0.5 * centered, np.float32)  # j
        chains = self.data[rng.integers(0, len(data), batch_size)]
        self.layers.draw_hidden(chains, self.drawn)

    @property
    def machine(self) -> RBM:
        """The machine as it is now."""
        arrays = self.layers.W, self.layers.a, self.layers.b
        if not all(np.isfinite(array).all() for array in arrays):
            raise RuntimeError("the weights grew out of bounds; use a smaller rate")
        return RBM(*arrays)

    @property
    def n_batches(self) -> int:
        """Batches in an epoch."""
        return len(self.data) // self.n

    def batches(self) -> Iterator[NDArray[np.float32]]:
        """The data of one epoch, shuffled, batch by batch."""
        order = self.rng.permutation(len(self.data))
        for start in range(0, self.n_batches * self.n, self.n):
            yield self.data[order[start : start + self.n]]

    def step(self, batch: NDArray[np.float32], rate: float) -> None:
        """One step of gradient ascent."""
        layers, n, v, h = self.layers, self.n, self.v, self.h
        v[:n] = batch
        if not self.persistent:
            layers.draw_hidden(v[:n], self.drawn)
        for sweep in range(self.k):
            layers.draw_visible(self.drawn, v[n:])
            if sweep < self.k - 1:
                layers.draw_hidden(v[n:], self.drawn)
        np.dot(v, layers.W, out=h)  # sample [i] [i] j
        _activation_probabilities(h.reshape(-1), layers.b, np.float32(1), *h.shape)
        if self.persistent:
            layers.redraw(h[n:], self.drawn)
        self.ascend(rate)

    def ascend(self, rate: float) -> None:
        """Move weights and biases along the gradient of `v` and the probabilities `h`."""
        W, v, h, step = self.layers.W, self.v, self.h, np.float32(rate)
        if self.centered:
            self.lam += np.float32(OFFSET_RATE) * (h[: self.n].mean(axis=0) - self.lam)
            v -= self.mu
            h -= self.lam
        h *= self.sign[:, None]
        dv, dh = self.sign @ v, h.sum(axis=0)  # i, j
        if self.centered:
            dv, dh = dv - (h @ self.lam) @ v, dh - (v @ self.mu) @ h
        if self.l2:
            W *= 1 - step * np.float32(self.l2)
        # W += step v.T h, i [sample] [sample] j
        sgemm(step, h.T, v.T, beta=1.0, c=W.T, trans_b=True, overwrite_c=True)
        if self.l1:
            np.copyto(W, np.sign(W) * np.maximum(np.abs(W) - step * np.float32(self.l1), 0))
        self.layers.a += step * dv
        self.layers.b += step * dh


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
