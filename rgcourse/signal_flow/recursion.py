"""Infinite width: the map of variance and overlap from layer to layer, and where it leads.

Means over normal variables are sums over an even grid, which for smooth functions converge faster
than any power of its distance. For q up to 6 they are exact to 9 digits.

References
----------
B. Poole et al., arXiv:1606.05340 (2016). S. S. Schoenholz et al., arXiv:1611.01232 (2017).
"""

import math
from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled

__all__ = [
    "Phase",
    "critical_point",
    "critical_weight",
    "fixed_variance",
    "overlap_after",
    "phase",
    "variance_after",
]

REACH = 7.0  # of the grid, in standard deviations
FINE, COARSE = 0.1, 0.2  # its distance, for one variable and for two
HALVINGS, NEWTON = 100, 60
MOST = 6.0  # largest variance of weights: beyond, the grid is too coarse
LEAST = 1e-300  # variance of weights: below, products with it are 0
LINEAR = 1e-12  # variance up to which tanh(x) is x; the grid gives 0 / 0 in the end
SMALL, NEAR_ONE = 1e-6, 1e-3  # variances of fixed points below which series are better than sums
ON_EDGE = 1e-9  # of w2, times q: these sums do not know the critical line better
CLEAR = 100  # times its rounding must the map of overlaps leave the diagonal, for 1 per cent


@register_jitable
def tanh_at(x):
    """tanh(x) by one exponential."""
    e = math.exp(-2.0 * abs(x))
    t = (1.0 - e) / (1.0 + e)
    return t if x >= 0.0 else -t


@register_jitable
def square_mean(q):
    """<tanh(sqrt(q) u)**2>."""
    root, total, norm, u = math.sqrt(q), 0.0, 0.5, FINE
    while u < REACH:
        weight = math.exp(-0.5 * u * u)
        t = tanh_at(root * u)
        total += weight * t * t
        norm += weight
        u += FINE
    return total / norm


@register_jitable
def slope_mean(q):
    """<tanh'(sqrt(q) u)**2>."""
    root, total, norm, u = math.sqrt(q), 0.5, 0.5, FINE
    while u < REACH:
        weight = math.exp(-0.5 * u * u)
        t = tanh_at(root * u)
        total += weight * (1.0 - t * t) * (1.0 - t * t)
        norm += weight
        u += FINE
    return total / norm


@register_jitable
def product_mean(q, c, slopes):
    """<f(sqrt(q) u) f(sqrt(q) v)> for u and v of correlation c: f is tanh, or its slope."""
    root, rest = math.sqrt(q), math.sqrt(max(1.0 - c * c, 0.0))
    total, norm, u = 0.0, 0.0, 0.0
    while u < REACH:  # both signs of (u, v) give the same
        weight_u = math.exp(-0.5 * u * u) * (0.5 if u == 0.0 else 1.0)
        a = tanh_at(root * u)
        v = -REACH
        while v < REACH + 0.5 * COARSE:
            weight = weight_u * math.exp(-0.5 * v * v)
            b = tanh_at(root * (c * u + rest * v))
            total += weight * ((1.0 - a * a) * (1.0 - b * b) if slopes else a * b)
            norm += weight
            v += COARSE
        u += COARSE
    return total / norm


@register_jitable
def variance_step(q, w2, b2):
    """The variance one layer later."""
    return w2 * square_mean(q) + b2


@register_jitable
def overlap_step(c, q, w2, b2):
    """The overlap one layer later, of two inputs of variance q."""
    return (w2 * product_mean(q, c, False) + b2) / (w2 * square_mean(q) + b2)


@register_jitable
def variance_fixed(w2, b2):
    """The variance that stays; 0 where every signal dies."""
    low, high = 0.0, w2 + b2
    for _ in range(HALVINGS):
        q = 0.5 * (low + high)
        if w2 * square_mean(q) + b2 > q:
            low = q
        else:
            high = q
    return 0.5 * (low + high)


@register_jitable
def overlap_fixed(q, w2, b2):
    """The overlap, at that variance, to which two inputs flow from anywhere below 1."""
    if not w2 * slope_mean(q) > 1.0:
        return 1.0
    c = 0.0
    for _ in range(NEWTON):  # the map is convex: from below each step ends below
        c += (overlap_step(c, q, w2, b2) - c) / (1.0 - w2 * product_mean(q, c, True))
    return c


@register_jitable
def overlap_slope(c, q, w2):
    """The slope of the map of overlaps at c, for the variance that stays."""
    return w2 * product_mean(q, c, True) if c < 1.0 else w2 * slope_mean(q)


@register_jitable
def edge_weight(q):
    """w2 of the point of the critical line with this variance."""
    return 1.0 / slope_mean(q)


@register_jitable
def edge_bias(q):
    """b2 of the point of the critical line with this variance."""
    return q - square_mean(q) / slope_mean(q)


@register_jitable
def edge_weight_at(b2):
    """w2 of the critical line at this b2."""
    low, high = 0.0, 1.0
    while edge_bias(high) < b2:
        high *= 2.0
    for _ in range(HALVINGS):
        q = 0.5 * (low + high)
        if edge_bias(q) < b2:
            low = q
        else:
            high = q
    return edge_weight(0.5 * (low + high))


_variance_step = compiled(variance_step)
_overlap_step = compiled(overlap_step)
_variance_fixed = compiled(variance_fixed)
_overlap_fixed = compiled(overlap_fixed)
_overlap_slope = compiled(overlap_slope)
_edge_weight, _edge_bias = compiled(edge_weight), compiled(edge_bias)
_edge_weight_at = compiled(edge_weight_at)


class Phase(NamedTuple):
    """Where signals of a wide random network end, and how fast.

    q
        The variance that stays.
    chi
        The slope of the map of overlaps at 1: below 1 two inputs become one, above they part.
    overlap
        Where the overlap ends, if it begins below 1.
    length
        Layers after which its distance from there has fallen by a factor e; infinite on the edge.
    """

    q: float
    chi: float
    overlap: float
    length: float


def variance_after(q: float, w2: float, b2: float) -> float:
    """The variance of signals one layer later.

    Parameters
    ----------
    q : float
        Variance of the signals, 0 to 12.
    w2, b2 : float
        Variances of weights, above 0 and at most 6 (times 1 / n), and of biases, 0 to 6.

    Raises
    ------
    ValueError
        For values outside these ranges.

    Examples
    --------
    >>> variance_after(0.0, w2=1.5, b2=0.1)  # no signal: the biases are left
    0.1
    """
    w2, b2 = _variances(w2, b2)
    q = _between("q", q, 0.0, 2 * MOST)
    return w2 * q + b2 if q < LINEAR else float(_variance_step(q, w2, b2))


def overlap_after(c: ArrayLike, q: float, w2: float, b2: float) -> NDArray[np.float64]:
    """The overlap of two inputs one layer later, both of variance q.

    Parameters
    ----------
    c : float or array
        Overlaps, <h1 h2> / q, from -1 to 1.
    q, w2, b2 : float
        As for `variance_after`, with q above 0.

    Raises
    ------
    ValueError
        For values outside these ranges.

    Examples
    --------
    >>> bool(np.isclose(overlap_after(1.0, 0.5, w2=1.5, b2=0.1), 1))  # the same input twice
    True
    """
    w2, b2 = _variances(w2, b2)
    q = _between("q", q, 0.0, 2 * MOST)
    c = _checks.finite_array("c", c)
    if q == 0.0:
        raise ValueError("q must be above 0: signals of variance 0 have no overlap")
    if c.size and np.abs(c).max() > 1.0:
        raise ValueError(f"overlaps must lie between -1 and 1, got {c.flat[np.abs(c).argmax()]}")
    if q < LINEAR:
        after = w2 * q + b2
        return np.asarray((w2 * q * c + b2) / after if after else c)
    return np.vectorize(lambda x: _overlap_step(x, q, w2, b2), otypes=[float])(c)


def fixed_variance(w2: float, b2: float) -> float:
    """The variance that no layer changes; 0 where all signals die.

    Parameters and errors as for `variance_after`.

    Examples
    --------
    >>> fixed_variance(0.9, 0.0)
    0.0
    """
    w2, b2 = _variances(w2, b2)
    q = float(_variance_fixed(w2, b2))
    if q >= SMALL:
        return q
    # q = w2 (q - 2 q**2) + b2, with the root that does not cancel
    gap = 1.0 - w2
    root = math.sqrt(gap * gap + 8.0 * w2 * b2)
    return 2.0 * b2 / (gap + root) if gap > 0.0 else (root - gap) / (4.0 * w2)


def phase(w2: float, b2: float) -> Phase:
    """Variance, slope, overlap and length at the fixed point of a pair of variances.

    Parameters and errors as for `variance_after`; ValueError too where all signals die, which two
    inputs cannot do apart, and so close to the edge, but not on it, that overlap and length would
    be wrong by more than some per cent.

    Examples
    --------
    >>> ordered, chaotic = phase(1.5, 0.05), phase(2.5, 0.05)
    >>> ordered.overlap, round(chaotic.overlap, 5)
    (1.0, 0.4468)
    """
    w2, b2 = _variances(w2, b2)
    q = fixed_variance(w2, b2)
    if q < LINEAR:
        raise ValueError(
            f"without biases all signals die for w2 = {w2:g}; take w2 > 1 or b2 > 0, such that a "
            f"variance of {LINEAR:g} stays, got b2 = {b2:g}"
        )
    c = float(_overlap_fixed(q, w2, b2))
    chi, slope = (float(_overlap_slope(at, q, w2)) for at in (1.0, c))
    # between its fixed points the map leaves the diagonal by about this, and both sums differ by
    leaves = abs(chi - 1.0) * (1.0 - max(c, 0.0) if c < 1.0 else 1.0)
    if leaves < CLEAR * abs(_overlap_step(1.0, q, w2, b2) - 1.0):
        if abs(w2 / _edge_at(b2) - 1.0) < ON_EDGE * q:
            return Phase(q, chi, 1.0, math.inf)
        raise ValueError(
            f"w2 = {w2!r} and b2 = {b2!r} are so close to the edge, chi - 1 = {chi - 1:.1g}, that "
            f"the digits do not say where overlaps end; take w2 further away, or critical_weight"
        )
    length = -1.0 / math.log(slope) if slope < 1.0 else math.inf
    return Phase(q, chi, c, length)


def critical_point(q: float) -> tuple[float, float]:
    """(w2, b2) of the point of the critical line, chi = 1, at which the variance is q.

    One has only to choose q: chi = 1 gives w2, and then q' = q gives b2.

    Parameters
    ----------
    q : float
        0 to 6.

    Examples
    --------
    >>> critical_point(0.0)  # without biases the line begins at 1
    (1.0, 0.0)
    """
    q = _between("q", q, 0.0, MOST)
    return float(_edge_weight(q)), _small_edge_bias(q) if q < NEAR_ONE else float(_edge_bias(q))


def critical_weight(b2: float) -> float:
    """w2 of the critical line for a variance of the biases.

    Parameters
    ----------
    b2 : float
        0 to 2.

    Examples
    --------
    >>> round(critical_weight(0.05), 6)
    1.760955
    """
    return _edge_at(_between("b2", b2, 0.0, 2.0))


def _edge_at(b2: float) -> float:
    """w2 of the critical line."""
    if b2 >= _small_edge_bias(NEAR_ONE):
        return float(_edge_weight_at(b2))
    q = (0.75 * b2) ** (1 / 3)
    for _ in range(20):  # of 4/3 q**3 (1 - 6 q + ...) = b2: each step adds three digits or more
        q = (0.75 * b2 / (1.0 - 6.0 * q + 37.4 * q * q)) ** (1 / 3)
    return float(_edge_weight(q))


def _small_edge_bias(q: float) -> float:
    """b2 of the critical line at small q, where the sum over the grid cancels."""
    return 4.0 / 3.0 * q**3 * (1.0 - 6.0 * q + 37.4 * q * q)


def _between(name: str, value: float, low: float, high: float) -> float:
    value = _checks.finite(name, value)
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value:g}")
    return value


def _variances(w2: float, b2: float) -> tuple[float, float]:
    w2 = _between("w2, the variance of the weights,", w2, 0.0, MOST)
    if w2 < LEAST:
        raise ValueError(
            f"w2, the variance of the weights, must be above 0, at least {LEAST:g}, got {w2:g}"
        )
    return w2, _between("b2, the variance of the biases,", b2, 0.0, MOST)
