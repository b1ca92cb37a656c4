"""What words say about each other: pairs at a distance, the best functions of a word, C(d)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .corpus import whole_ids

__all__ = ["WordFunctions", "correlation_at", "joint_counts", "word_functions"]

LARGEST_TABLE = 2**27  # entries of a dense table: 1 GiB


def whole_distances(distances: ArrayLike, n: int) -> NDArray[np.int64]:
    """`distances` as a 1D int64 array of distances within a text of n symbols."""
    array = np.atleast_1d(distances)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ValueError(f"distances must be whole numbers, got {distances!r}")
    if array.min() < 1 or array.max() >= n:
        raise ValueError(
            f"distances must be from 1 to {n - 1} in a text of {n} symbols, got "
            f"{array.min()} to {array.max()}"
        )
    return np.ascontiguousarray(array, np.int64)


def count_pairs(ids, n, distances, n_distances, n_symbols, counts):
    """Add the pairs at each distance to `counts`, flat (n_symbols, n_symbols): first, second."""
    for k in range(n_distances):
        d = distances[k]
        for i in range(n - d):
            counts[ids[i] * n_symbols + ids[i + d]] += 1


def correlate(ids, n, values, distances, n_distances, result):
    """Fill `result`, float (n_distances,): correlation of values[ids] with itself, d later."""
    mean, square = 0.0, 0.0
    for i in range(n):
        mean += values[ids[i]]
    mean /= n
    for i in range(n):
        square += (values[ids[i]] - mean) ** 2
    square /= n
    for k in range(n_distances):
        d = distances[k]
        total = 0.0
        for i in range(n - d):
            total += (values[ids[i]] - mean) * (values[ids[i + d]] - mean)
        result[k] = total / (n - d) / square


_count_pairs, _correlate = compiled(count_pairs), compiled(correlate)


def joint_counts(
    ids: ArrayLike, distances: ArrayLike, n_symbols: int | None = None
) -> NDArray[np.int64]:
    """How often each pair of symbols stands at a distance, int array (n_symbols, n_symbols).

    Parameters
    ----------
    ids : array_like of int, shape (n,)
        The text.
    distances : int or array_like of int
        How far the second symbol (column) stands behind the first (row); pairs at several
        distances are added up.
    n_symbols : int, optional
        By default the highest of the ids and one.

    Raises
    ------
    ValueError
        For ids that are no text, distances that do not fit into it, a table of more than 2**27
        entries.

    Examples
    --------
    >>> joint_counts([0, 1, 0, 1, 1], 1)
    array([[0, 2],
           [1, 1]])
    """
    ids, n_symbols = whole_ids(ids, n_symbols)
    distances = whole_distances(distances, len(ids))
    if n_symbols**2 > LARGEST_TABLE:
        raise ValueError(
            f"a table of {n_symbols} x {n_symbols} is too large; encode with a vocabulary of at "
            f"most {int(LARGEST_TABLE**0.5) - 1} words"
        )
    counts = np.zeros(n_symbols**2, np.int64)
    _count_pairs(ids, len(ids), distances, len(distances), n_symbols, counts)
    return counts.reshape(n_symbols, n_symbols)


class WordFunctions(NamedTuple):
    """Singular values (n,), largest first, and the functions of the symbols, (n_symbols, n)."""

    singular_values: NDArray[np.float64]
    values: NDArray[np.float64]


def word_functions(
    counts: ArrayLike, n: int = 3, *, min_count: float = 20, clip: float = 5.0
) -> WordFunctions:
    """The functions of a word that its neighbours say most about.

    Of all functions with mean 0 and variance 1 over the pairs counted, the first has the largest
    correlation between the two words of a pair, its singular value; the second has the largest
    among those uncorrelated with the first, and so on. They are eigenvectors of the table divided
    by the square roots of its row and column sums, made symmetric.

    Parameters
    ----------
    counts : array_like, shape (n_symbols, n_symbols)
        Pairs of symbols near each other, as of `joint_counts`; both orders are added.
    n : int
        How many functions.
    min_count : float
        A symbol in fewer pairs than that, in both orders together, is left out and gets the
        value 0. A word that occurs c times is in 2 c pairs for each distance counted.
    clip : float
        Values are cut off at this multiple of the standard deviation: rare words have wild ones.

    Returns
    -------
    WordFunctions
        A function's sign is the one with positive skewness. The values are those after the cut.

    Raises
    ------
    ValueError
        For a table that is not square or holds negative numbers, or with fewer than n + 1
        symbols that are frequent enough.

    Examples
    --------
    Two topics, and a word seldom leaves its own:

    >>> functions = word_functions([[40, 40, 5], [40, 40, 5], [5, 5, 80]], n=1)
    >>> functions.singular_values.round(3), functions.values[:, 0].round(2)
    (array([0.83]), array([-0.73, -0.73,  1.37]))
    """
    n = _checks.integer("n", n, minimum=1)
    min_count, clip = _checks.finite("min_count", min_count), _checks.finite("clip", clip)
    table = _checks.finite_array("counts", counts)
    if table.ndim != 2 or len(table) != table.shape[1] or table.size == 0:
        raise ValueError(f"counts must have shape (n_symbols, n_symbols), got {table.shape}")
    if table.min() < 0 or clip <= 0:
        raise ValueError(f"counts must not be negative, nor clip; got {table.min()} and {clip}")
    n_symbols = len(table)
    table += table.T
    kept = np.arange(len(table))
    while len(kept) and (frequent := table.sum(1) >= max(min_count, 1e-300)).sum() < len(kept):
        kept, table = kept[frequent], table[np.ix_(frequent, frequent)]
    if len(kept) < n + 1:
        raise ValueError(f"{len(kept)} symbols have {min_count} pairs, n = {n} needs {n + 1}")
    share = table.sum(1) / table.sum()
    root = np.sqrt(share)
    normalized = table / table.sum() / root[:, None] / root
    normalized -= np.outer(root, root)  # the constant function, whose singular value is 1
    singular_values, vectors = _largest(normalized, n)
    values = vectors / root[:, None]
    values *= np.where(share @ values**3 < 0, -1.0, 1.0)
    result = np.zeros((n_symbols, n))
    result[kept] = np.clip(values, -clip, clip)
    return WordFunctions(singular_values, result)


def _largest(matrix, n):
    """The n largest eigenvalues of a symmetric matrix, largest first, and their vectors."""
    from scipy.linalg import eigh
    from scipy.sparse.linalg import eigsh

    if len(matrix) < 400:
        values, vectors = eigh(matrix)
    else:
        values, vectors = eigsh(matrix, n, which="LA", v0=np.ones(len(matrix)))
    order = np.argsort(-values)[:n]
    return values[order], vectors[:, order]


def ordinary(function):
    """The function, scaled by its largest value where its squares would be 0 or infinite."""
    largest = np.abs(function).max()
    return function if 1e-100 < largest < 1e100 else function / largest


def correlation_at(ids: ArrayLike, values: ArrayLike, distances: ArrayLike) -> NDArray[np.float64]:
    """Correlation of a function of the symbols with itself, some distance later in the text.

    Parameters
    ----------
    ids : array_like of int, shape (n,)
        The text.
    values : array_like, shape (n_symbols,) or (n_symbols, n_functions)
        The function, one number a symbol. Its mean over this text is subtracted.
    distances : int or array_like of int
        Each from 1 to n - 1.

    Returns
    -------
    ndarray, shape (n_distances,) or (n_distances, n_functions)
        1 would be a word that says all.

    Examples
    --------
    >>> correlation_at([0, 1] * 50, [1.0, -1.0], [1, 2])
    array([-1.,  1.])
    """
    table = _checks.finite_array("values", values)
    if table.ndim not in (1, 2) or table.size == 0:
        raise ValueError(f"values must be one number a symbol, got shape {table.shape}")
    ids, n_symbols = whole_ids(ids)
    if n_symbols > len(table):
        raise ValueError(f"ids go up to {n_symbols - 1}, but there are {len(table)} values")
    distances = whole_distances(distances, len(ids))
    result = np.empty((table.size // len(table), len(distances)))
    for function, row in zip(table.reshape(len(table), -1).T, result, strict=True):
        if np.ptp(function[ids]) == 0:
            raise ValueError("a function that is the same for all words of the text has no C(d)")
        function = ordinary(function)
        _correlate(ids, len(ids), np.ascontiguousarray(function), distances, len(distances), row)
    return result.T.reshape(len(distances), *table.shape[1:])
