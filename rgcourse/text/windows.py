"""C(d) of a text with its error: lags near d are taken together, and blocks of the text compared.

Words far apart say little of each other, and a short text says that little with a large error. The
mean over the lags from d - w to d + w, where w is a tenth of d, has most of the signal, for C(d) is
smooth, and far less of the noise, which is new at each lag. With running sums it costs no more than
a single lag.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from .. import _checks
from .._compile import compiled
from ..statistics import Estimate
from .corpus import whole_ids
from .pairs import ordinary, whole_distances

__all__ = ["correlation_near"]

WINDOW = 0.1  # of d: the lags that are taken together, up and down
BLOCKS = 20  # stretches of the text that are compared for the error


def correlate_near(ids, n, values, lowest, highest, n_distances, n_blocks, sums, result):
    """Fill `result`, float (2 n_distances,): C over lags from lowest to highest, and its error.

    Scratch: `sums` (n + 1,), the running sums of the values less their mean.
    """
    mean = 0.0
    for i in range(n):
        mean += values[ids[i]]
    mean /= n
    square = 0.0
    sums[0] = 0.0
    for i in range(n):
        x = values[ids[i]] - mean
        square += x * x
        sums[i + 1] = sums[i] + x
    square /= n
    for k in range(n_distances):
        low, high = lowest[k], highest[k]
        n_pairs = n - high
        scale = square * (high - low + 1)
        total, first, second, start = 0.0, 0.0, 0.0, 0
        for block in range(n_blocks):
            end = n_pairs * (block + 1) // n_blocks
            part = 0.0
            for i in range(start, end):
                part += (sums[i + 1] - sums[i]) * (sums[i + high + 1] - sums[i + low])
            total += part
            part /= (end - start) * scale
            first += part
            second += part * part
            start = end
        scatter = max(second - first * first / n_blocks, 0.0)
        result[2 * k] = total / n_pairs / scale
        result[2 * k + 1] = math.sqrt(scatter / (n_blocks * (n_blocks - 1.0)))


_correlate_near = compiled(correlate_near)


def lags_near(distances, window):
    """The lowest and the highest lag that are taken together at each distance, int arrays."""
    width = (window * distances).astype(np.int64)
    return distances - width, distances + width


def correlation_near(
    ids: ArrayLike,
    values: ArrayLike,
    distances: ArrayLike,
    *,
    window: float = WINDOW,
    n_blocks: int = BLOCKS,
) -> Estimate:
    """Correlation of a function of the symbols with itself about d later, and its error.

    Parameters
    ----------
    ids : array_like of int, shape (n,)
        The text.
    values : array_like, shape (n_symbols,)
        The function, one number a symbol. Its mean over this text is subtracted.
    distances : int or array_like of int, shape (n_distances,)
        At each d the mean is taken over the lags from d - w to d + w, w = floor(window d).
    window : float
        From 0, a single lag, to less than 1.
    n_blocks : int
        The text is cut into so many stretches, at least 2; the error is that of the mean of theirs.
        They must be longer than what the text remembers, or the error comes out too small.

    Returns
    -------
    Estimate
        Of arrays, shape (n_distances,).

    Raises
    ------
    ValueError
        For distances that do not fit into the text with at least one pair of words a stretch.

    Examples
    --------
    >>> correlation_near([0, 1] * 50, [1.0, -1.0], [1, 2]).value
    array([-1.,  1.])
    """
    function = _checks.finite_array("values", values)
    if function.ndim != 1:
        raise ValueError(f"values must be one function, one number a symbol; got {function.shape}")
    ids, n_symbols = whole_ids(ids)
    if n_symbols > len(function):
        raise ValueError(f"ids go up to {n_symbols - 1}, but there are {len(function)} values")
    if np.ptp(function[ids]) == 0:
        raise ValueError("a function that is the same for all words of the text has no C(d)")
    window = _checks.finite("window", window)
    if not 0 <= window < 1:
        raise ValueError(f"window must be from 0 to less than 1, got {window}")
    n_blocks = _checks.integer("n_blocks", n_blocks, minimum=2)
    low, high = lags_near(whole_distances(distances, len(ids)), window)
    if high.max() + n_blocks > len(ids):
        raise ValueError(
            f"lags up to {high.max()} leave less than {n_blocks} pairs, one a stretch, in a text "
            f"of {len(ids)} symbols; take smaller distances or fewer stretches"
        )
    result, sums = np.empty(2 * len(low)), np.empty(len(ids) + 1)
    _correlate_near(ids, len(ids), ordinary(function), low, high, len(low), n_blocks, sums, result)
    return Estimate(result[::2].copy(), result[1::2].copy(), n_bins=n_blocks)
