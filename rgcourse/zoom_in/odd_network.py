"""A small network in place of the rule: the log-odds of an up spin from a wide context.

Site (x, y) of parity q sees 16 spins t_i, seven that are drawn and nine coarse ones. With hidden
units h,

    z(t) = sum_h v_qh [tanh(b_qh + sum_i w_qih t_i) - tanh(b_qh - sum_i w_qih t_i)],

which changes its sign with all spins, as a magnet without a field must.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._threads import one_blas_thread
from ._kernels import WIDE_BITS
from .rules import _counts

__all__ = ["OddNetwork", "fit_network", "network_probabilities"]

STATES = 1 << WIDE_BITS
DECAY = (0.9, 0.999)  # of Adam's means
RATE, LAST_RATE = 0.02, 0.0004
BATCH = 1000  # contexts of each parity
LARGEST = 1e100  # weight: sums and products of larger ones may overflow


class OddNetwork(NamedTuple):
    """Weights of one hidden layer for each of the four parities of a site.

    `w` has the shape (4, 16, n_hidden), `b` and `v` have (4, n_hidden).
    """

    w: NDArray[np.float64]
    b: NDArray[np.float64]
    v: NDArray[np.float64]


def wide_spins(context: ArrayLike) -> NDArray[Any]:
    """The 16 spins of wide contexts 0 .. 65535, shape (..., 16)."""
    bits = np.asarray(context)[..., None] >> np.arange(WIDE_BITS) & 1
    return 2.0 * bits - 1


def log_odds(
    net: OddNetwork, spins: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """z, and the two tanh, for spins of shape (4, n, 16)."""
    s = spins @ net.w
    plus, minus = np.tanh(net.b[:, None] + s), np.tanh(net.b[:, None] - s)
    return ((plus - minus) @ net.v[..., None])[..., 0], plus, minus


def loss_and_gradient(
    net: OddNetwork, spins: NDArray[Any], labels: NDArray[Any]
) -> tuple[float, OddNetwork]:
    """Mean of -ln p(label), labels +-1 of shape (4, n), and its gradient."""
    z, plus, minus = log_odds(net, spins)
    loss = np.mean(np.logaddexp(0, -labels * z))
    dz = -labels / (1 + np.exp(labels * z)) / labels.size
    v = np.einsum("qn,qnh->qh", dz, plus - minus)
    up = dz[..., None] * net.v[:, None] * (1 - plus**2)
    down = dz[..., None] * net.v[:, None] * (1 - minus**2)
    w = spins.transpose(0, 2, 1) @ (up + down)
    return float(loss), OddNetwork(w, (up - down).sum(axis=1), v)


@one_blas_thread()
def fit_network(
    counts: ArrayLike, *, n_hidden: int = 24, steps: int = 3000, rng: int | np.random.Generator
) -> OddNetwork:
    """A network that makes the counted spins likely, by Adam with a falling rate.

    Contexts are drawn with the frequencies of the counts, one thousand of each parity a step.

    Parameters
    ----------
    counts : array (4, 65536, 2)
        From `context_counts(fine, coarse, wide=True)`.
    n_hidden : int
        Hidden units for each parity.
    steps : int
        Steps of training; the rate falls from 0.02 to 0.0004 as a cosine.
    rng : int or numpy.random.Generator
        Source of the start and of the batches; required.

    Raises
    ------
    ValueError
        If the counts are not such, or none of some parity.

    References
    ----------
    S. Efthymiou, M. J. S. Beach and R. G. Melko, Phys. Rev. B 99, 075113 (2019),
    doi:10.1103/PhysRevB.99.075113.
    """
    table = _counts(counts)
    if table.shape != (4, STATES, 2) or table.min() < 0 or not table.sum(axis=(1, 2)).all():
        raise ValueError(
            f"counts must be those of context_counts(..., wide=True), shape (4, {STATES}, 2), with "
            f"sites of every parity, got shape {table.shape}"
        )
    n_hidden = _checks.integer("n_hidden", n_hidden, minimum=1)
    steps = _checks.integer("steps", steps, minimum=1)
    rng = _checks.generator(rng)
    net = OddNetwork(0.3 * rng.normal(size=(4, WIDE_BITS, n_hidden)), np.zeros((4, n_hidden)),
                     0.1 * rng.normal(size=(4, n_hidden)))  # fmt: skip
    up_to = np.cumsum(table.reshape(4, -1), axis=1)
    first, second = [[np.zeros_like(x) for x in net] for _ in range(2)]
    for step in range(1, steps + 1):
        drawn = np.array([np.searchsorted(c, rng.random(BATCH) * c[-1], "right") for c in up_to])
        _, gradient = loss_and_gradient(net, wide_spins(drawn >> 1), 2.0 * (drawn & 1) - 1)
        rate = LAST_RATE + (RATE - LAST_RATE) * (1 + np.cos(np.pi * step / steps)) / 2
        for x, g, m, s in zip(net, gradient, first, second, strict=True):
            m += (1 - DECAY[0]) * (g - m)
            s += (1 - DECAY[1]) * (g**2 - s)
            size = np.sqrt(s / (1 - DECAY[1] ** step)) + 1e-8
            x -= rate * m / (1 - DECAY[0] ** step) / size
    return net


@one_blas_thread()
def network_probabilities(net: OddNetwork) -> NDArray[np.float64]:
    """The network's probability of up for every wide context, shape (4, 65536).

    A network of 16 spins is a table of 65 536 numbers, which `zoom_in` looks up.

    Raises
    ------
    ValueError
        If the weights have other shapes than those of an `OddNetwork`, or are not finite.
    """
    net = _checked(net)
    every, found = wide_spins(np.arange(STATES)), np.empty((4, STATES))
    for start in range(0, STATES, 4096):
        part = slice(start, start + 4096)
        z, _, _ = log_odds(net, np.broadcast_to(every[part], (4, 4096, WIDE_BITS)))
        with np.errstate(over="ignore"):
            found[:, part] = 1 / (1 + np.exp(-z))
    return found


def _checked(net: OddNetwork) -> OddNetwork:
    """The network, of arrays; ValueError for what is none."""
    try:
        w, b, v = net
    except (TypeError, ValueError):
        raise ValueError(f"net must be an OddNetwork, got {net!r}") from None
    net = OddNetwork(*(_checks.finite_array(x, y) for x, y in (("w", w), ("b", b), ("v", v))))
    n_hidden = net.v.shape[-1] if net.v.ndim else 0
    shapes = [x.shape for x in net]
    if n_hidden == 0 or shapes != [(4, WIDE_BITS, n_hidden), (4, n_hidden), (4, n_hidden)]:
        raise ValueError(
            f"net must have w of shape (4, {WIDE_BITS}, n_hidden), b and v of (4, n_hidden), got "
            f"{', '.join(map(str, shapes))}"
        )
    largest = max(float(np.abs(x).max()) for x in net)
    if largest > LARGEST:
        raise ValueError(f"weights of a network must be at most {LARGEST:g}, got {largest:g}")
    return net
