"""Mutual information of tables of counts, its bias, and the table of the groups."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["group_rows", "information_bias", "mutual_information"]


def checked_table(counts: ArrayLike) -> NDArray[np.float64]:
    """`counts` as a float table divided by its largest entry; ValueError unless it is a table."""
    table = _checks.finite_array("counts", counts)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(
            f"counts must be a table (n_rows, n_columns), not empty, got shape {table.shape}"
        )
    if table.min() < 0:
        raise ValueError(f"counts must not be negative, found {table.min()}")
    if table.max() == 0:
        raise ValueError("counts are all zero: a table of nothing has no information")
    return table / table.max()


def probabilities(counts: ArrayLike) -> NDArray[np.float64]:
    """`counts` divided by their sum, however large or small they are."""
    table = checked_table(counts)
    return table / table.sum()


def _entropy(p: NDArray[np.float64]) -> float:
    p = p[p > 0]
    return float(-np.sum(p * np.log(p)))


def mutual_information(counts: ArrayLike) -> float:
    """What the row of a table says about its column, in nats.

    I = H(row) + H(column) - H(row, column) with the frequencies as probabilities. For probabilities
    this is exact; for counts of a sample it comes out too high, by `information_bias` on average.

    Parameters
    ----------
    counts : array, shape (n_rows, n_columns)
        Counts or probabilities, not negative, of any sum.

    Returns
    -------
    float
        0 when row and column are independent, at most the logarithm of the smaller number of both.

    Raises
    ------
    ValueError
        For anything but a table of finite numbers that are not negative and not all zero.

    References
    ----------
    T. M. Cover and J. A. Thomas, Elements of information theory (Wiley, 2nd ed. 2006), ch. 2.

    Examples
    --------
    A coin that is read without error says ln 2 about itself, and nothing about another coin:

    >>> mutual_information([[5, 0], [0, 5]]), mutual_information([[5, 5], [5, 5]])
    (0.6931471805599453, 0.0)
    """
    p = probabilities(counts)
    return max(_entropy(p.sum(axis=1)) + _entropy(p.sum(axis=0)) - _entropy(p.ravel()), 0.0)


def information_bias(counts: ArrayLike) -> float:
    """By how much the mutual information of a table of counts is too high on average, in nats.

    To first order in 1 / N, for N counts in R rows and C columns that occur at all, the bias is
    (R - 1)(C - 1) / (2 N), whatever the information, if every cell can occur. Where the bias is not
    small beside one nat, or most cells have less than a few counts, the next orders matter too, and
    a shuffled table is the better control.

    Parameters
    ----------
    counts : array, shape (n_rows, n_columns)
        Counts, which must be whole numbers: probabilities do not tell how many there were.

    Raises
    ------
    ValueError
        For what is no table of counts.

    References
    ----------
    G. A. Miller, in Information theory in psychology (Free Press, 1955), p. 95;
    S. Panzeri and A. Treves, Network 7, 87 (1996), doi:10.1080/0954898X.1996.11978656.

    Examples
    --------
    >>> information_bias([[5, 5], [5, 5]])
    0.025
    """
    checked_table(counts)
    table = np.asarray(counts, float)
    if np.any(table != np.floor(table)):
        raise ValueError(
            "counts must be whole numbers, got fractions: the bias depends on how many samples "
            "there were; pass the counts and not the frequencies"
        )
    rows, columns = (int(np.any(table > 0, axis=axis).sum()) for axis in (1, 0))
    with np.errstate(over="ignore"):  # of counts beyond all floats the bias is 0
        return (rows - 1) * (columns - 1) / (2 * float(table.sum()))


def group_rows(counts: ArrayLike, labels: ArrayLike, k: Any = None) -> NDArray[np.float64]:
    """The table of the groups: its row g is the sum of all rows with label g.

    Parameters
    ----------
    counts : array, shape (n_rows, n_columns)
        Counts or probabilities.
    labels : array of int, shape (n_rows,)
        The group of each row, 0 to k - 1. Rows with a label of -1 must be empty.
    k : int, optional
        Number of groups; one more than the highest label by default.

    Returns
    -------
    array, shape (k, n_columns)

    Raises
    ------
    ValueError
        For arrays that do not fit, labels out of range, and counts in a row without a group.

    Examples
    --------
    >>> group_rows([[3, 1], [1, 3], [4, 0]], [0, 1, 0])
    array([[7., 1.],
           [1., 3.]])
    """
    checked_table(counts)
    table = np.asarray(counts, float)
    groups = np.asarray(labels)
    if groups.shape != table.shape[:1] or groups.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be one integer a row, shape ({len(table)},), got {groups.dtype} of shape "
            f"{groups.shape}"
        )
    highest = int(groups.max())
    k = _checks.integer("k", max(highest + 1, 1) if k is None else k, minimum=1)
    if groups.min() < -1 or highest >= k:
        raise ValueError(f"labels must be from -1 to {k - 1}, got {groups.min()} to {highest}")
    if np.any(table[groups == -1]):
        raise ValueError("a row with counts has the label -1: every row that occurs needs a group")
    grouped = np.zeros((k, table.shape[1]))
    np.add.at(grouped, groups[groups >= 0], table[groups >= 0])
    return grouped
