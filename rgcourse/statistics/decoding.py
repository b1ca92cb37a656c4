"""What can be told from a few states: the best decoder, which is a table of means."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["quantile_levels", "share_told"]


def share_told(states: ArrayLike, values: ArrayLike, *, n_folds: int = 10) -> float:
    """Share of the variance of `values` that the best function of `states` tells.

    The best guess of a value from a state is the mean value in that state, so the best decoder of
    few states is a table, and nothing that sees the states alone does better: Var(E[x|f]) / Var(x).
    The table is made on all folds but one and examined on that one, and noise that it has learned
    counts against it: with n samples the share comes out too low by (states / n) at most.

    If the values are the operator that belongs to a coupling (the energy for a temperature, the
    magnetization for a field), at that coupling the share is also that of the Fisher information
    about the coupling which is left in the states: their score is E[score|f].

    Parameters
    ----------
    states : array of int, shape (n_samples,)
        What is known of each sample, as a number of a state.
    values : array, shape (n_samples,)
        What is to be told.
    n_folds : int
        Folds of consecutive samples, at least 2.

    Raises
    ------
    ValueError
        For arrays that do not fit, fewer samples than folds, and values that do not vary or are not
        finite.

    Examples
    --------
    >>> told = share_told([0, 1, 0, 1, 0, 1], [-1, 1, -1, 1, -1, 1], n_folds=2)
    >>> round(told, 12)
    1.0
    """
    x = _checks.finite_array("values", values)
    f = np.asarray(states)
    n_folds = _checks.integer("n_folds", n_folds, minimum=2)
    if x.ndim != 1 or f.shape != x.shape or f.dtype.kind not in "iub":
        raise ValueError(
            f"states and values must be integers and numbers, one a sample, got {f.shape} of "
            f"{f.dtype} and {x.shape}"
        )
    if len(x) < n_folds or np.ptp(x) == 0:
        raise ValueError(f"{n_folds} folds need as many samples, and values that vary")
    known, state = np.unique(f, return_inverse=True)
    fold = np.arange(len(x)) * n_folds // len(x)
    x = x - x.mean()
    cell = fold * len(known) + state
    counts, sums = (
        np.bincount(cell, weights, n_folds * len(known)).reshape(n_folds, -1)  # fold state
        for weights in (None, x)
    )
    counts, sums = counts.sum(axis=0) - counts, sums.sum(axis=0) - sums  # on all other folds
    mean = sums.sum(axis=1) / counts.sum(axis=1)  # fold
    table = np.where(counts > 0, sums / np.maximum(counts, 1), mean[:, None])  # fold state
    missed = np.sum((x - table[fold, state]) ** 2)
    return float(1 - missed / np.sum((x - mean[fold]) ** 2))


def quantile_levels(numbers: ArrayLike, bits: int) -> NDArray[np.int64]:
    """Numbers rounded to `bits` bits: the level 0 .. 2**bits - 1 of each, in the same shape.

    The edges between levels are quantiles, so that all levels are equally frequent and no number
    of states is wasted. Numbers of at most 2**bits different values keep them all; and where the
    lowest value alone fills more than a level, as zero does behind a relu, it has one by itself
    and the others share the rest.

    Parameters
    ----------
    numbers : array
        Real numbers, of any shape, not empty.
    bits : int
        From 1 to 16.

    Raises
    ------
    ValueError
        For no numbers, numbers that are not finite, and bits out of range.

    Examples
    --------
    >>> quantile_levels([0.0, 0.0, 0.0, 0.3, 0.4, 0.9], 2)
    array([0, 0, 0, 1, 2, 3])
    """
    x = _checks.finite_array("numbers", numbers)
    bits = _checks.integer("bits", bits, minimum=1)
    if x.size == 0 or bits > 16:
        raise ValueError(f"numbers must not be empty and bits at most 16, got {x.size} and {bits}")
    values, level = np.unique(x, return_inverse=True)
    if len(values) <= 2**bits:
        return level.reshape(x.shape)
    rest = x[x > values[0]]
    if rest.size < x.size * (1 - 2.0**-bits):
        shares = np.arange(1, 2**bits - 1) / (2**bits - 1)
        edges = np.append(values[0], np.quantile(rest, shares))
    else:
        edges = np.quantile(x, np.arange(1, 2**bits) / 2**bits)
    return np.searchsorted(edges, x, side="left")
