"""Errors from repetition: of a mean of independent runs, and of any function of samples."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .. import _checks
from .estimate import Estimate, ShortChainError

__all__ = ["jackknife", "mean_of"]

MAX_CORRELATION = 4.0  # of neighbouring bins, in units of its error, 1 / sqrt(n_bins)


def mean_of(runs: ArrayLike) -> Estimate:
    """The mean of independent runs, as an `Estimate` with the error of the mean.

    The error is the scatter of the runs divided by the square root of their number. With few runs
    it is itself uncertain; `z_score` knows, because `n_bins` is that number (Student's t).

    Parameters
    ----------
    runs : array, shape (n_runs,) or (n_runs, ...)
        One result a run on axis 0: another seed, another network. At least two.

    Raises
    ------
    ValueError
        For fewer than two runs, or numbers that are not finite.

    Examples
    --------
    >>> print(mean_of([1.0, 3.0, 2.0, 2.0]))
    2.00 ± 0.41
    """
    x = _checks.finite_array("runs", runs)
    if x.ndim == 0 or len(x) < 2:
        raise ValueError(f"a mean with an error needs two runs or more, got shape {x.shape}")
    return Estimate(x.mean(axis=0), x.std(axis=0, ddof=1) / math.sqrt(len(x)), n_bins=len(x))


def jackknife(
    statistic: Callable[..., ArrayLike], *samples: ArrayLike, n_bins: int = 64
) -> Estimate:
    """`Estimate` of `statistic(*samples)` and its error, free of the leading bias.

    The samples are cut into consecutive bins, and the statistic is computed without each bin in
    turn. With theta from all samples, theta_j without bin j and h_j = n / (length of bin j),

        tau_j = h_j theta - (h_j - 1) theta_j,
        value = sum_j tau_j / h_j,    error**2 = mean_j (tau_j - value)**2 / (h_j - 1).

    Nonlinear statistics (ratios, exponents, fits) need nothing else. Bins must be longer than the
    memory of the chain, which is checked.

    Parameters
    ----------
    statistic : callable
        Function of as many arrays as there are `samples`, returning a number or an array. It is
        called n_bins + 1 times.
    *samples : array
        Samples on axis 0, in the order of the chain; all of the same length.
    n_bins : int
        Number of bins, from 2 to the number of samples.

    Raises
    ------
    ValueError
        If samples are missing, differ in length or are fewer than the bins.
    ShortChainError
        If neighbouring bins correlate beyond 4 / sqrt(n_bins): the chain remembers longer than a
        bin lasts, and the error would be too small. Its `.estimate` is the refused result.

    References
    ----------
    M. H. Quenouille, Biometrika 43, 353 (1956), doi:10.1093/biomet/43.3-4.353; unequal bins:
    F. M. T. A. Busing, E. Meijer and R. van der Leeden, Stat. Comput. 9, 3 (1999),
    doi:10.1023/A:1008800423698.

    Examples
    --------
    For a mean the jackknife is the usual standard error.

    >>> print(jackknife(np.mean, np.array([1.0, 3.0, 2.0, 2.0]), n_bins=4))
    2.00 ± 0.41
    """
    n_bins = _checks.integer("n_bins", n_bins, minimum=2)
    arrays = [np.asarray(s) for s in samples]
    if not arrays or any(a.ndim == 0 for a in arrays):
        raise ValueError("jackknife needs at least one array of samples, with samples on axis 0")
    n = len(arrays[0])
    if any(len(a) != n for a in arrays):
        raise ValueError(f"all samples must be equally many, got {[len(a) for a in arrays]}")
    if n < n_bins:
        raise ValueError(f"{n} samples do not fill {n_bins} bins; take more, or pass n_bins <= {n}")

    edges = np.arange(n_bins + 1) * n // n_bins
    whole = _checks.real_array("the statistic", statistic(*arrays))
    without = _checks.real_array(
        "the statistic",
        [
            statistic(*(np.concatenate([a[:start], a[stop:]]) for a in arrays))
            for start, stop in zip(edges[:-1], edges[1:], strict=True)
        ],
    )
    h = (n / np.diff(edges)).reshape(-1, *[1] * whole.ndim)
    pseudo = h * whole - (h - 1) * without
    value = np.sum(pseudo / h, axis=0)
    error = np.sqrt(np.mean((pseudo - value) ** 2 / (h - 1), axis=0))
    estimate = Estimate(value, error, n_bins=n_bins)
    correlation = _neighbour_correlation(pseudo, whole)
    limit = MAX_CORRELATION / math.sqrt(n_bins)
    if correlation > limit:
        raise ShortChainError(
            f"neighbouring bins are correlated ({correlation:.2f}, expected less than {limit:.2f} "
            f"for {n_bins} independent bins): the chain is too short for its memory, and "
            f"{estimate} has too small an error. Take more samples, let more sweeps pass between "
            f"them, drop the start, or use fewer bins",
            estimate,
        )
    return estimate


def _neighbour_correlation(pseudo, whole):
    """Largest correlation of a pseudo-value with the next, over the components of the statistic."""
    change = pseudo - pseudo.mean(axis=0)
    variance = np.sum(change**2, axis=0)
    product = np.sum(change[1:] * change[:-1], axis=0)
    moves = np.sqrt(variance) > 1e-12 * np.abs(whole)  # a constant has nothing but rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.max(np.where(moves, product / variance, 0.0), initial=0.0))
