"""Sums of neighbours, rescaled: the central limit theorem as a renormalization group.

    x'_i = (x_{2i} + x_{2i+1}) / 2^(1/alpha)

takes independent numbers to half as many. With alpha = 2 the cumulants of finite ones shrink as
kappa_k' = 2^(1 - k/2) kappa_k, so that all but the variance die out and the distribution flows to
Gauss's. Tails P(|x| > t) ~ t^-alpha with alpha < 2 flow to Levy's stable laws instead.

References
----------
P. Levy, Calcul des probabilites (1925).
I. Calvo, J. C. Cuchi, J. G. Esteve and F. Falceto, arXiv:1009.2899 (2010).
G. Jona-Lasinio, Nuovo Cimento B 26, 99 (1975).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_below, random_state, uniform

__all__ = [
    "SOURCES",
    "Source",
    "add_neighbours",
    "cumulant_errors",
    "cumulants",
    "draw_numbers",
    "stable_density",
]

MOST = 2**26
LEVY = 1.5  # the exponent of the tail of the last source
NODES = 4001  # of the integral for a stable density
LARGEST = 1e75  # its fourth power, times 2**26, is still a float


class Source(NamedTuple):
    """What is known of a source of numbers.

    alpha
        What to rescale with: 2 for a finite variance, the exponent of the tail otherwise.
    scale
        Of the fixed point, whose characteristic function is exp(-|scale k|^alpha).
    kappa
        Its cumulants from the second to the eighth; none where the variance is infinite. All means
        are 0 and finite variances 1.
    """

    alpha: float
    scale: float
    kappa: tuple[float, ...] = ()


def _tail_scale(alpha):
    """The scale of the stable law with tails P(|x| > t) = t^-alpha."""
    return (math.pi / (2 * math.gamma(alpha) * math.sin(math.pi * alpha / 2))) ** (1 / alpha)


DIE = 35 / 12  # the variance of a die
SOURCES = {
    "die": Source(
        2.0,
        0.5**0.5,
        (1, 0, -1295 / 120 / DIE**2, 0, 46655 / 252 / DIE**3, 0, -1679615 / 240 / DIE**4),
    ),
    "coin": Source(2.0, 0.5**0.5, (1, 0, -2, 0, 16, 0, -272)),
    "exponential": Source(2.0, 0.5**0.5, (1, 2, 6, 24, 120, 720, 5040)),
    "Cauchy": Source(1.0, 1.0),
    "Levy": Source(LEVY, _tail_scale(LEVY)),
}


@register_jitable
def fill_numbers(source, n, x, state):
    """n independent numbers of the source with this place in `SOURCES`."""
    for i in range(n):
        if source == 0:
            x[i] = (next_below(state, 6) - 2.5) / math.sqrt(35.0 / 12.0)
        elif source == 1:
            x[i] = 2.0 * next_below(state, 2) - 1.0
        elif source == 2:
            x[i] = -math.log(uniform(state)) - 1.0
        elif source == 3:
            a, b = 1.0, 1.0
            while a * a + b * b >= 1.0:  # the slope of a point of the disc
                a, b = 2.0 * uniform(state) - 1.0, 2.0 * uniform(state) - 1.0
            x[i] = b / a
        else:
            size = math.exp(-math.log(uniform(state)) / LEVY)
            x[i] = size if next_below(state, 2) == 1 else -size


@register_jitable
def add_pairs(x, n, factor, sums):
    """(x[2i] + x[2i+1]) * factor for the n // 2 pairs of neighbours."""
    for i in range(n // 2):
        sums[i] = (x[2 * i] + x[2 * i + 1]) * factor


@register_jitable
def sum_powers(x, n, result):
    """Mean, variance, third and fourth cumulant of n numbers, by their central moments."""
    mean = 0.0
    for i in range(n):
        mean += x[i]
    mean /= n
    m2, m3, m4 = 0.0, 0.0, 0.0
    for i in range(n):
        d = x[i] - mean
        m2 += d * d
        m3 += d * d * d
        m4 += d * d * d * d
    result[0], result[1], result[2] = mean, m2 / n, m3 / n
    result[3] = m4 / n - 3.0 * (m2 / n) * (m2 / n)


@register_jitable
def typical_size(x, n):
    """exp of the mean of ln |x|, which is there for every law; n numbers, none of them zero."""
    total = 0.0
    for i in range(n):
        total += math.log(abs(x[i]))
    return math.exp(total / n)


@register_jitable
def count_bins(x, n, low, high, n_bins, counts):
    """How many of n numbers lie in each of the bins from low to high; those outside in none."""
    scale = n_bins / (high - low)
    for k in range(n_bins):
        counts[k] = 0
    for i in range(n):
        if low <= x[i] and x[i] < high:
            k = int((x[i] - low) * scale)
            if k < n_bins:
                counts[k] += 1


_fill_numbers = compiled(fill_numbers)
_add_pairs = compiled(add_pairs)
_sum_powers = compiled(sum_powers)


def draw_numbers(source: str, n: int, *, rng: Any) -> NDArray[np.float64]:
    """n independent numbers of a source in `SOURCES`, with mean 0 and, if there is one, variance 1.

    "die", "coin" and "exponential" are what they are called, shifted and scaled. "Cauchy" has the
    density 1 / (pi (1 + x^2)), and "Levy" tails P(|x| > t) = t^-1.5 from t = 1 on, signs alike.

    Parameters
    ----------
    source : str
    n : int
        From 1 to 2**26.
    rng : int or numpy.random.Generator

    Returns
    -------
    array, shape (n,)

    Raises
    ------
    ValueError
        For another source, a number outside, or no generator.

    Examples
    --------
    >>> sorted(set(draw_numbers("coin", 100, rng=1).tolist()))
    [-1.0, 1.0]
    """
    if not isinstance(source, str) or source not in SOURCES:
        raise ValueError(f"source must be one of {', '.join(map(repr, SOURCES))}, got {source!r}")
    n = _count("n", n, MOST)
    x = np.empty(n)
    _fill_numbers(list(SOURCES).index(source), n, x, random_state(rng))
    return x


def add_neighbours(x: ArrayLike, *, alpha: float = 2.0, steps: int = 1) -> NDArray[np.float64]:
    """Add pairs of neighbours and divide by 2^(1/alpha), `steps` times.

    Parameters
    ----------
    x : array, shape (n,)
        At least 2^steps numbers; what does not fill a pair is left out.
    alpha : float
        At least 0.1; 2 keeps a variance, 1 the width of Cauchy's law.
    steps : int
        At least 0.

    Returns
    -------
    array, shape (n // 2^steps,)

    Raises
    ------
    ValueError
        For too few numbers, numbers or sums that are not finite, masked ones, or an alpha below
        0.1.

    Examples
    --------
    >>> add_neighbours([1.0, 2.0, 3.0, 5.0], alpha=1.0).tolist()
    [1.5, 4.0]
    """
    x = _checks.finite_array("x", x)
    steps = _checks.integer("steps", steps, minimum=0)
    alpha = _checks.finite("alpha", alpha)
    if alpha < 0.1:
        raise ValueError(f"alpha must be at least 0.1, got {alpha:g}")
    if x.ndim != 1 or steps > 40 or len(x) < 2**steps:
        raise ValueError(
            f"x must be a row of at least 2**steps numbers, got shape {x.shape} for {steps} steps"
        )
    for _ in range(steps):
        sums = np.empty(len(x) // 2)
        _add_pairs(x, len(x), 2 ** (-1 / alpha), sums)
        x = sums
    if not np.all(np.isfinite(x)):
        raise ValueError("x has sums that are not finite, got numbers too large; divide them first")
    return x


def cumulants(x: ArrayLike) -> NDArray[np.float64]:
    """Mean, variance, third and fourth cumulant of numbers, those of the sample itself.

    Parameters
    ----------
    x : array, shape (n,)
        At least one number.

    Returns
    -------
    array, shape (4,)

    Raises
    ------
    ValueError
        If there is no number, or one that is not finite, masked, or beyond 1e75 in size.

    Examples
    --------
    >>> cumulants([-1.0, 1.0]).tolist()
    [0.0, 1.0, 0.0, -2.0]
    """
    x = _checks.finite_array("x", x).ravel()
    if x.size == 0:
        raise ValueError("x must hold at least one number, got none")
    if np.abs(x).max() > LARGEST:
        raise ValueError(
            f"x must lie between -{LARGEST:g} and {LARGEST:g}, got {np.abs(x).max():g}: fourth "
            "powers overflow; divide all numbers by their largest first"
        )
    result = np.empty(4)
    _sum_powers(x, x.size, result)
    return result


def cumulant_errors(source: str, n: int, *, steps: int = 0) -> NDArray[np.float64]:
    """Standard errors of `cumulants` of n sums after steps with alpha = 2, for large n.

    Those of Fisher's k statistics: of the variance 2 / n and of the third and fourth cumulant 6 / n
    and 24 / n in the square, for Gauss's law; higher cumulants add to them.

    Parameters
    ----------
    source : str
        Of finite variance.
    n : int
        How many sums, at least 1.
    steps : int
        How often neighbours have been added, at least 0.

    Returns
    -------
    array, shape (4,)

    Raises
    ------
    ValueError
        For another source or numbers outside.

    References
    ----------
    R. A. Fisher, Proc. London Math. Soc. 30, 199 (1930).

    Examples
    --------
    >>> cumulant_errors("coin", 100, steps=30).round(3).tolist()
    [0.1, 0.141, 0.245, 0.49]
    """
    n = _count("n", n, 2**53)
    steps = _checks.integer("steps", steps, minimum=0)
    if not isinstance(source, str) or source not in SOURCES or not SOURCES[source].kappa:
        raise ValueError(f"source must be 'die', 'coin' or 'exponential', got {source!r}")
    k2, k3, k4, k5, k6, _, k8 = (
        kappa * 2.0 ** (steps * (1 - k / 2)) for k, kappa in enumerate(SOURCES[source].kappa, 2)
    )
    squares = [
        k2,
        k4 + 2 * k2**2,
        k6 + 9 * k4 * k2 + 9 * k3**2 + 6 * k2**3,
        k8 + 16 * k6 * k2 + 48 * k5 * k3 + 34 * k4**2 + 72 * k4 * k2**2 + 144 * k3**2 * k2
        + 24 * k2**4,
    ]  # fmt: skip
    return np.sqrt(np.maximum(squares, 0.0) / n)


def stable_density(x: ArrayLike, alpha: float, *, scale: float = 1.0) -> NDArray[np.float64]:
    """The density of the symmetric stable law with characteristic function exp(-|scale k|^alpha).

    The fixed points of `add_neighbours`: Gauss's law of variance 2 scale^2 for alpha = 2, Cauchy's
    of half width `scale` for alpha = 1. Integrated numerically, to about 1e-6 of its maximum.

    Parameters
    ----------
    x : array
        Of any shape, up to 50 scales from zero.
    alpha : float
        From 1 to 2.
    scale : float
        Positive.

    Raises
    ------
    ValueError
        For values outside.

    Examples
    --------
    >>> round(float(stable_density(0.0, 1.0) * np.pi), 5)
    1.0
    """
    x = _checks.finite_array("x", x)
    alpha, scale = _checks.finite("alpha", alpha), _checks.finite("scale", scale)
    if not 1 <= alpha <= 2 or scale <= 0:
        raise ValueError(
            f"alpha must lie between 1 and 2 and scale above 0, got {alpha:g} and {scale:g}"
        )
    if np.any(np.abs(x) > 50 * scale):
        raise ValueError(f"x must lie within 50 scales, {50 * scale:g}, got {np.abs(x).max():g}")
    s = np.linspace(0, 1, NODES)
    k = 24 * s**2  # nodes crowd at zero, where exp(-k^alpha) has a kink
    weights = 48 * s * np.exp(-(k**alpha)) / (3 * (NODES - 1))
    weights[1:-1:2] *= 4  # Simpson's rule
    weights[2:-1:2] *= 2
    density = np.cos(np.multiply.outer(x / scale, k)) @ weights / (np.pi * scale)  # x [k] [k]
    return np.maximum(density, 0.0)  # far out rounding is larger than what is left


def _count(name, value, most):
    value = _checks.integer(name, value, minimum=1)
    if value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}")
    return value
