"""Integrated autocorrelation times of one series and of many, by Sokal's window."""

import math

import numpy as np
from numpy.typing import ArrayLike

from .. import _checks
from .estimate import Estimate, ShortChainError

__all__ = ["MIN_TAUS", "WINDOW", "autocorrelation_time", "pooled_autocorrelation_time"]

WINDOW = 6  # the autocorrelation function is summed up to this many autocorrelation times
MIN_TAUS = 50  # ... and a series must be this many autocorrelation times long
SHORTEST_MEMORY = 2  # [steps] that a series is taken to have, whatever it says of itself


def autocorrelation_time(x: ArrayLike) -> Estimate:
    """Integrated autocorrelation time of a series, in steps, as an `Estimate`.

        tau = 1/2 + sum_{t=1}^{W} rho(t)

    with the normalized autocorrelation rho, the last term halved, and Sokal's window, the smallest
    W >= 6 memories. The memory is tau, but at least 2, and 1 + 2 sum rho(t)^2 where that is more
    than four times tau: a chain that alternates has a small tau and a long memory. A mean of n
    steps has the variance 2 tau var(x) / n: every 2 tau steps are worth one independent sample, and
    a series without memory has tau = 1/2. The bias of order 1/n is removed; the z-score is that of
    Student's t with the degrees of freedom that the window leaves.

    Parameters
    ----------
    x : array, shape (n,)
        Measurements at equal steps of a chain in equilibrium.

    Raises
    ------
    ValueError
        If x is not a one-dimensional series of finite numbers, or never changes.
    ShortChainError
        If the series is shorter than 50 memories or 100 steps, or tau not above 0; its `.estimate`
        is what was found, usually too small.

    References
    ----------
    A. Sokal, in Functional Integration (NATO ASI B 361, 1997), doi:10.1007/978-1-4899-0319-8_6;
    error and bias: U. Wolff, Comput. Phys. Commun. 156, 143 (2004),
    doi:10.1016/S0010-4655(03)00467-3.

    Examples
    --------
    Coin flips have no memory: the result is 1/2 within its error.

    >>> flips = np.random.default_rng(1).choice([-1.0, 1.0], 10_000)
    >>> abs(autocorrelation_time(flips).z_score(0.5)) < 3
    True
    """
    x = _checks.finite_array("x", x)
    if x.ndim != 1 or len(x) < 4:
        raise ValueError(f"x must be one series of at least 4 measurements, got shape {x.shape}")
    n, change = len(x), _changes(x)
    covariance = _covariance(change[:, np.newaxis])[: n // 2 + 1] / n
    return _windowed_time(covariance, n, n)


def pooled_autocorrelation_time(x: ArrayLike) -> Estimate:
    """Integrated autocorrelation time of many independent chains, in steps, as an `Estimate`.

    As `autocorrelation_time`, from the autocorrelation averaged over the chains. The mean is that
    of all chains together; no chain needs to know it from its own past alone.

    Parameters
    ----------
    x : array, shape (n, n_chains)
        Measurements at equal steps, one column for each chain in equilibrium.

    Raises
    ------
    ValueError
        If x is not such an array of finite numbers, or never changes.
    ShortChainError
        If the chains are shorter than 50 memories; its `.estimate` is what was found.

    Examples
    --------
    >>> flips = np.random.default_rng(1).choice([-1.0, 1.0], (1000, 10))
    >>> abs(pooled_autocorrelation_time(flips).z_score(0.5)) < 3
    True
    """
    x = _checks.finite_array("x", x)
    if x.ndim != 2 or len(x) < 4 or x.shape[1] < 2:
        raise ValueError(
            f"x must have at least 4 measurements of at least 2 chains, one a column, got shape "
            f"{x.shape}; for one series use autocorrelation_time"
        )
    n, n_chains = x.shape
    lags = np.arange(n // 2 + 1)
    covariance = _covariance(_changes(x))[: len(lags)] / ((n - lags) * n_chains)
    return _windowed_time(covariance, n, n * n_chains)


def _changes(x):
    """x less its mean; ValueError where it never changes."""
    if np.ptp(x) == 0:
        raise ValueError(
            f"x never changes (always {x.flat[0]}), so that nothing can be said of its memory; "
            f"measure something else or longer"
        )
    return x - x.mean()


def _covariance(change):
    """Sum of products at distance 0 .. n - 1 along axis 0, over all columns."""
    length = 2 ** math.ceil(math.log2(2 * len(change)))
    power = sum(np.abs(np.fft.rfft(column, length)) ** 2 for column in change.T)
    return np.fft.irfft(power)[: len(change)]


def _windowed_time(covariance, n, n_total):
    """Sokal's window on a covariance from chains of n steps, n_total steps in all.

    The window closes 6 memories behind the start. Where correlations are positive and fall off
    exponentially, tau and the sum of squares are nearly equal, and the memory is tau; where they
    alternate, tau is small and the sum of squares, which has no sign, is the memory.
    """
    rho = covariance[1:] / covariance[0]
    taus = 0.5 + np.cumsum(rho) - rho / 2  # half of the last term: alternating rests cancel
    squares = 1 + 2 * np.cumsum(rho**2)
    memories = np.where(squares > 4 * taus, squares, taus)
    lags = np.arange(1, len(rho) + 1)
    closed = np.flatnonzero(lags >= WINDOW * np.maximum(memories, SHORTEST_MEMORY))
    window = 1 + (closed[0] if len(closed) else len(rho) - 1)
    bias = 1 + (2 * window + 1) / n_total
    tau, memory = taus[window - 1] * bias, memories[window - 1] * bias
    estimate = _with_error(tau, taus[window * 3 // 4 : window], window, n_total)
    if n < MIN_TAUS * memory or n_total < MIN_TAUS * SHORTEST_MEMORY:
        memory = max(memory, SHORTEST_MEMORY)
        raise ShortChainError(
            f"{n} steps are too few for an autocorrelation time of about {memory:.1f}: at least "
            f"{MIN_TAUS} tau = {MIN_TAUS * memory:.0f} are needed, and tau may still grow",
            estimate,
        )
    if tau <= 0:
        raise ShortChainError(
            f"{n} steps are too few: their correlations, which alternate, add up to {tau:.2g}, and "
            f"a time below 0 would be a variance below 0",
            estimate,
        )
    return estimate


def _with_error(tau, last, window, n_total):
    """The Estimate of tau: distributed as chi squared is, its window W leaving n / 2W degrees.

    `last` are the sums up to the last quarter of the window: what still swings there is not known.
    """
    square = min(4 * max(window + 0.5 - tau, 0.5) / n_total, 0.8)
    error = abs(tau) * math.sqrt(square) / (1 - square)  # of the truth, given what was found
    return Estimate(tau, math.hypot(error, np.std(last)), n_bins=max(int(2 / square), 1) + 1)
