"""Power laws fitted to largest values, by the book of Clauset, Shalizi and Newman.

The n largest of N values x >= x_min have the likeliest exponent

    alpha = 1 + n / sum ln(x / x_min),      p(x) ~ x^-alpha,

and of all tails that one is taken whose values are nearest to their power law, in the largest
distance of the two distribution functions (Kolmogorov and Smirnov). Whether that is near enough is
told by samples that are a power law in the tail and drawn from the data below it, each fitted anew.

References
----------
A. Clauset, C. R. Shalizi and M. E. J. Newman, SIAM Rev. 51, 661 (2009), doi:10.1137/070710111.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled

__all__ = ["PowerLaw", "fit_power_law", "power_law_p_value", "tail_distances", "trace_log_tail"]

SPREAD = 1e-13  # of logarithms: values that are nearer are equal but for rounding


@dataclass(frozen=True)
class PowerLaw:
    """The power law that fits the tail of some values best.

    Attributes
    ----------
    alpha : float
        Exponent of the density, p(x) ~ x^-alpha.
    x_min : float
        The smallest value of the tail.
    n_tail : int
        How many values the tail has.
    distance : float
        The largest distance of the distribution functions of tail and power law.
    """

    alpha: float
    x_min: float
    n_tail: int
    distance: float


def measure_tails(n, fewest, logs, alphas, distances):
    """Exponent and distance of the tails of `fewest` ... n values; `logs` falling.

    Their places are `alphas[k - fewest]` for k values. The last values may be equal; a tail in
    which all are has no exponent, and a distance of 2, more than there can be.
    """
    total = 0.0
    for i in range(fewest - 1):
        total += logs[i]
    for k in range(fewest, n + 1):
        smallest = logs[k - 1]
        total += smallest
        excess = total - k * smallest
        alpha = math.inf
        distance = 2.0
        if excess > 0.0:
            alpha = 1.0 + k / excess
            distance = 0.0
            for i in range(k):
                beyond = math.exp((1.0 - alpha) * (logs[i] - smallest))
                distance = max(distance, (i + 1) / k - beyond, beyond - i / k)
        alphas[k - fewest] = alpha
        distances[k - fewest] = distance


_measure_tails = compiled(measure_tails)


def _checked(values, n_min):
    n_min = _checks.integer("n_min", n_min, minimum=2)
    x = np.sort(_checks.finite_array("values", values).ravel())[::-1]
    if x.size < n_min:
        raise ValueError(f"values must be at least n_min = {n_min}, got {x.size}; take n_min lower")
    if x[n_min - 1] <= 0:
        raise ValueError(
            f"the {n_min} largest values must be above 0, got {x[n_min - 1]}; a power law has no "
            "others"
        )
    return x[x > 0], n_min


def _tails(logs, n_min):
    alphas, distances = np.empty((2, logs.size - n_min + 1))
    _measure_tails(logs.size, n_min, logs, alphas, distances)
    equal = logs[0] - logs[n_min - 1 :] <= SPREAD * max(1.0, *np.abs(logs[[0, -1]]))
    alphas[equal], distances[equal] = math.inf, 2.0
    return alphas, distances


def tail_distances(
    values: ArrayLike, *, n_min: int = 20
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exponent and distance of the power law of every tail, from the `n_min` largest values on.

    Parameters
    ----------
    values : array_like
        Of any order. Those that are not above 0 are in no tail.
    n_min : int
        The shortest tail, at least 2. Fix it before you look.

    Returns
    -------
    (array, array)
        `alphas` and Kolmogorov-Smirnov `distances` of the tails of n_min, n_min + 1, ... values.
        Where all values of a tail are equal, but for rounding, inf and 2.

    Raises
    ------
    ValueError
        For fewer than `n_min` values, or if these are not all above 0.

    Examples
    --------
    Three values in steps of e, of which 1 + 3 / (2 + 1 + 0) is the likeliest exponent:

    >>> tail_distances(np.exp([0, 1, 2]), n_min=3)[0]
    array([2.])
    """
    x, n_min = _checked(values, n_min)
    return _tails(np.log(x), n_min)


def fit_power_law(values: ArrayLike, *, n_min: int = 20) -> PowerLaw:
    """The power law whose tail is nearest to it, of all tails of at least `n_min` values.

    Parameters
    ----------
    values : array_like
        Of any order. Those that are not above 0 are in no tail.
    n_min : int
        The shortest tail, at least 2. Fix it before you look: short tails fit anything.

    Raises
    ------
    ValueError
        For fewer than `n_min` values, or if these are not above 0, or all equal.

    References
    ----------
    A. Clauset, C. R. Shalizi and M. E. J. Newman, SIAM Rev. 51, 661 (2009), doi:10.1137/070710111.

    Examples
    --------
    A thousand numbers at the quantiles of a power law with exponent 3:

    >>> law = fit_power_law((np.arange(1000) + 0.5) ** -0.5)
    >>> round(law.alpha, 1)
    3.0
    """
    x, n_min = _checked(values, n_min)
    alphas, distances = _tails(np.log(x), n_min)
    best = int(np.argmin(distances))
    if distances[best] > 1:
        raise ValueError("values must not be all equal: there is no tail that falls")
    n_tail = best + n_min
    return PowerLaw(float(alphas[best]), float(x[n_tail - 1]), n_tail, float(distances[best]))


def power_law_p_value(
    values: ArrayLike, *, n_min: int = 20, n_samples: int = 100, rng: int | np.random.Generator
) -> float:
    """The share of samples of a power law that are farther from it than these values are.

    A sample has as many values as the data. Each is in the tail with the chance n_tail / N, and
    then drawn from the power law fitted there, or else one of the values below, with replacement.
    Every sample is fitted anew, x_min and all. The book rejects at p <= 0.1. A large p says that a
    power law is not excluded, and not that there is one.

    Parameters
    ----------
    values : array_like
        Of any order. Those that are not above 0 are in no tail.
    n_min : int
        The shortest tail, at least 2.
    n_samples : int
        How many samples, at least 1; the error of p is at most 0.5 / sqrt(n_samples).
    rng : int or numpy.random.Generator

    Raises
    ------
    ValueError
        As `fit_power_law`, and for less than one sample.

    References
    ----------
    A. Clauset, C. R. Shalizi and M. E. J. Newman, SIAM Rev. 51, 661 (2009), doi:10.1137/070710111.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> power_law_p_value(rng.pareto(2.0, 300) + 1, rng=rng) > 0.1
    True
    """
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    rng = _checks.generator(rng)
    x, n_min = _checked(values, n_min)
    law = fit_power_law(x, n_min=n_min)
    below, farther = x[law.n_tail :], 0
    for _ in range(n_samples):
        n = x.size if below.size == 0 else rng.binomial(x.size, law.n_tail / x.size)
        random = rng.uniform(size=n)
        rest = rng.choice(below, x.size - n) if below.size else below
        with np.errstate(over="ignore", divide="ignore"):
            tail = law.x_min * random ** (-1 / (law.alpha - 1))
        logs = np.log(np.sort(np.concatenate([tail, rest]))[::-1])
        if logs[0] == math.inf:  # a tail of more decades than there are numbers
            random = np.maximum(random, np.finfo(float).tiny)
            tail = math.log(law.x_min) - np.log(random) / (law.alpha - 1)
            logs = np.sort(np.concatenate([tail, np.log(rest)]))[::-1]
        farther += _tails(logs, n_min)[1].min() >= law.distance
    return float(farther / n_samples)


def trace_log_tail(eigenvalues: ArrayLike) -> int:
    """How many of the largest eigenvalues, in units of their mean, have a product of at least 1.

    The sum of their logarithms rises as long as they are above the mean, and falls afterwards. The
    tail is the longest on which it is not negative; every spectrum has one.

    Parameters
    ----------
    eigenvalues : array_like
        Of W^T W, none below 0, of any order.

    Raises
    ------
    ValueError
        For none, negative ones, or if all are 0.

    References
    ----------
    C. H. Martin and C. Hinrichs, arXiv:2507.17912 (2025).

    Examples
    --------
    In units of their mean, 2, these are 2, 1 / 2 and 1 / 2; the product of two is 1:

    >>> trace_log_tail([4, 1, 1])
    2
    """
    x = np.sort(_checks.finite_array("eigenvalues", eigenvalues).ravel())[::-1]
    if x.size == 0 or x[-1] < 0 or x[0] == 0:
        raise ValueError("eigenvalues must be there, not negative and not all 0")
    if not 1e-150 < x[0] < 1e150:  # the sum of all may overflow, or the mean be rounded to 0
        x = x / x[0]
    with np.errstate(divide="ignore"):
        logs = np.cumsum(np.log(x / x.mean()))
    return int(np.flatnonzero(logs >= -1e-12)[-1]) + 1
