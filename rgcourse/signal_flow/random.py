"""Networks as they are: two inputs on their way through layers of finite width."""

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._compile import compiled
from .._random import random_state, uniform
from .recursion import LINEAR, _variances, tanh_at

__all__ = ["send_pairs"]

STRONGEST = 1e100  # of an input: beyond, its square may overflow
WEAKEST = 1e-20  # of a signal: below, tanh by one exponential has less than six digits


@register_jitable
def two_normals(state):
    """Two normal random numbers, by Marsaglia's polar method."""
    x, y, s = 0.0, 0.0, 2.0
    while s >= 1.0:
        x = 2.0 * uniform(state) - 1.0
        y = 2.0 * uniform(state) - 1.0
        s = x * x + y * y
    size = math.sqrt(-2.0 * math.log(s) / s)
    return size * x, size * y


@register_jitable
def start_pair(n, q, c, x, y, state):
    """Two inputs of n signals, of mean square q and overlap c exactly."""
    xx, xy, yy = 0.0, 0.0, 0.0
    for i in range(n):
        x[i], y[i] = two_normals(state)
        xx += x[i] * x[i]
        xy += x[i] * y[i]
        yy += y[i] * y[i]
    yy -= xy * xy / xx
    first = math.sqrt(n * q / xx)
    other = math.sqrt(n * q * max(1.0 - c * c, 0.0) / yy)
    for i in range(n):
        across = y[i] - xy / xx * x[i]
        x[i] *= first
        y[i] = c * x[i] + other * across


@register_jitable
def send_layer(n, w2, b2, x, y, x_after, y_after, state):
    """One layer with weights drawn on the way; x and y become what the units say."""
    for j in range(n):
        x[j] = tanh_at(x[j])
        y[j] = tanh_at(y[j])
    size, shift = math.sqrt(w2 / n), math.sqrt(b2)
    for i in range(0, n, 2):  # two units at a time, the last one alone if n is odd
        one, other = two_normals(state)
        a, b, c, d = shift * one, shift * one, shift * other, shift * other
        for j in range(n):
            v, w = two_normals(state)
            a += size * v * x[j]
            b += size * v * y[j]
            c += size * w * x[j]
            d += size * w * y[j]
        x_after[i], y_after[i] = a, b
        if i + 1 < n:
            x_after[i + 1], y_after[i + 1] = c, d


@register_jitable
def read_pair(n, x, y, result):
    """Mean squares of both inputs and of their difference, into `result`."""
    xx, yy, apart = 0.0, 0.0, 0.0
    for i in range(n):
        xx += x[i] * x[i]
        yy += y[i] * y[i]
        apart += (x[i] - y[i]) * (x[i] - y[i])
    result[0], result[1], result[2] = xx / n, yy / n, apart / n


_start_pair = compiled(start_pair)
_send_layer = compiled(send_layer)
_read_pair = compiled(read_pair)


def send_all(n, w2, b2, q, c, depth, x, y, u, v, result, state):
    """One network: `result` gets what `read_pair` says of the inputs and of each layer."""
    _start_pair(n, q, c, x, y, state)
    _read_pair(n, x, y, result[0])
    for layer in range(depth):
        _send_layer(n, w2, b2, x, y, u, v, state)
        x, y, u, v = u, v, x, y
        _read_pair(n, x, y, result[layer + 1])


_send_all = compiled(send_all)


def send_pairs(
    n_networks: int, width: int, depth: int, w2: float, b2: float, *, q: float, c: float, rng: Any
) -> NDArray[np.float64]:  # fmt: skip
    """Two inputs through random networks: what each layer says of them.

    Parameters
    ----------
    n_networks : int
        Each has its own weights and its own two inputs.
    width, depth : int
        Units in a layer, at least 2, and layers.
    w2, b2 : float
        Variances of weights (times 1 / width) and of biases.
    q, c : float
        Mean square of the inputs, 1e-12 to 1e100, and their overlap, -1 to 1; both exact.
    rng : numpy Generator or seed

    Returns
    -------
    array (n_networks, depth + 1, 3)
        Mean squares over the units of a layer: of the first input's signals, of the second's, and
        of their difference. The inputs come first. The overlap is 1 - d / (2 sqrt(q1 q2)) +
        (sqrt(q1) - sqrt(q2))**2 / (2 sqrt(q1 q2)).

    Raises
    ------
    ValueError
        For values outside these ranges, and where signals die on the way.

    Examples
    --------
    >>> seen = send_pairs(2, 50, 3, 1.5, 0.1, q=0.5, c=1.0, rng=1)
    >>> seen.shape, bool(np.all(seen[:, :, 2] == 0))  # the same input twice
    ((2, 4, 3), True)
    """
    n_networks = _checks.integer("n_networks", n_networks, minimum=1)
    width, depth = (
        _checks.integer("width", width, minimum=2),
        _checks.integer("depth", depth, minimum=0),
    )
    w2, b2 = _variances(w2, b2)
    q, c = _checks.finite("q", q), _checks.finite("c", c)
    if q <= 0.0 or abs(c) > 1.0:
        raise ValueError(f"q must be above 0 and c between -1 and 1, got q = {q:g}, c = {c:g}")
    if not LINEAR <= q <= STRONGEST:
        raise ValueError(f"q must lie between {LINEAR:g} and {STRONGEST:g}, got {q:g}")
    state = random_state(rng)
    x, y, u, v = (np.empty(width) for _ in range(4))
    result = np.empty((n_networks, depth + 1, 3))
    for one in result:
        _send_all(width, w2, b2, q, c, depth, x, y, u, v, one, state)
    weakest = result[:, :, :2].min()
    if not weakest >= WEAKEST:
        raise ValueError(
            f"all signals die for w2 = {w2:g} and b2 = {b2:g}: a mean square of {weakest:g} is "
            f"left, below {WEAKEST:g} digits are lost; take fewer layers, a larger w2, or b2 > 0"
        )
    return result
