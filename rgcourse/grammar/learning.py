"""Tables of counts from which the groups of synonyms can be found: tuple against label, neighbour.

A table has one row for each tuple that could be. All places of a sentence share their rules, so
all places add to the same rows; what they stand beside is kept apart in columns.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ._kernels import _count_labels, _count_neighbours, _group_tuples, _number_tuples
from .model import MAX_TUPLES, Symbols, check_sizes, symbol_rows, whole_numbers

__all__ = ["label_counts", "neighbour_counts", "number_tuples", "regroup"]

Counts = NDArray[np.float64]

MAX_CELLS = 2**27  # of one table


def number_tuples(symbols: ArrayLike, *, v: int, s: int = 2) -> Symbols:
    """The tuples of each sentence as numbers: a v + b for the pair (a, b), -1 where unknown.

    Parameters
    ----------
    symbols : int array (P, n s)
        Symbols of one level, from 0 to v - 1, or -1.
    v, s : int
        Kinds of symbols, and symbols in a tuple.

    Returns
    -------
    int32 array (P, n), from -1 to v^s - 1.

    Raises
    ------
    ValueError
        If the symbols do not come in tuples of s.

    Examples
    --------
    >>> number_tuples([[0, 1, 7, 2]], v=8).tolist()
    [[1, 58]]
    """
    v, s = _checks.integer("v", v, minimum=2), _checks.integer("s", s, minimum=2)
    check_sizes(1, v, 1, 1, s)
    below = symbol_rows("symbols + 1", whole_numbers("symbols", symbols) + 1, None, v + 1) - 1
    if below.shape[1] % s:
        raise ValueError(f"rows of {below.shape[1]} symbols are no tuples of s = {s}")
    tuples = np.empty((len(below), below.shape[1] // s), np.int32)
    _number_tuples(tuples.size, s, v, below.ravel(), tuples.ravel())
    return tuples


def regroup(tuples: ArrayLike, groups: ArrayLike) -> Symbols:
    """The symbols one level up: the group of each tuple, -1 for unknown ones.

    Parameters
    ----------
    tuples : int array (P, n)
        As `number_tuples` gives them.
    groups : int array (v^s,)
        Group of each tuple, -1 for a tuple never seen.

    Raises
    ------
    ValueError
        If a tuple has a number that `groups` has no place for.

    Examples
    --------
    >>> regroup([[0, 2, -1]], [5, 6, 7, -1]).tolist()
    [[5, 7, -1]]
    """
    table = whole_numbers("groups", groups)
    if table.ndim != 1 or table.size == 0 or table.min() < -1:
        raise ValueError(f"groups must be a row of numbers from -1 on, got shape {table.shape}")
    numbers = tuple_rows(tuples, table.size)
    above = np.empty_like(numbers)
    _group_tuples(numbers.size, table, numbers.ravel(), above.ravel())
    return above


def label_counts(tuples: ArrayLike, labels: ArrayLike, *, n_tuples: int, n_classes: int) -> Counts:
    """How often each tuple stands under each label: the table (n_tuples, places * n_classes).

    Parameters
    ----------
    tuples : int array (P, places)
        As `number_tuples` gives them.
    labels : int array (P,)
        From 0 to n_classes - 1.
    n_tuples, n_classes : int
        Kinds of tuples, v^s, and of labels.

    Returns
    -------
    float array; column `place * n_classes + label`.

    Examples
    --------
    >>> label_counts([[3], [3], [0]], [1, 1, 0], n_tuples=4, n_classes=2).tolist()
    [[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 2.0]]
    """
    n_tuples = _checks.integer("n_tuples", n_tuples, minimum=1)
    n_classes = _checks.integer("n_classes", n_classes, minimum=1)
    numbers = tuple_rows(tuples, n_tuples)
    if np.ndim(labels) != 1:
        raise ValueError(f"labels must be one number a sentence, got shape {np.shape(labels)}")
    known = symbol_rows("labels", np.reshape(labels, (-1, 1)), 1, n_classes).ravel()
    if len(known) != len(numbers):
        raise ValueError(f"got {len(numbers)} sentences and {len(known)} labels")
    counts = _table(n_tuples, numbers.shape[1] * n_classes)
    P, places = numbers.shape
    _count_labels(P, places, n_classes, numbers.ravel(), known, counts.ravel())
    return counts


def neighbour_counts(
    tuples: ArrayLike,
    *,
    n_tuples: int,
    s: int = 2,
    context: ArrayLike | None = None,
    n_context: int | None = None,
) -> Counts:
    """How often each tuple stands beside what its siblings show; siblings have the same parent.

    Parameters
    ----------
    tuples : int array (P, places)
        Of one level; places s i ... s i + s - 1 are siblings.
    n_tuples : int
        Kinds of tuples, v^s.
    s : int
        Siblings, at least 2, with the tuple itself.
    context : int array (P, places * size), optional
        What each place shows, `size` numbers, -1 for unknown: such as the raw tuples of the text
        below it. Unless given, the tuples themselves: the neighbour seen at the same level.
    n_context : int, optional
        Kinds of what `context` holds; n_tuples unless given.

    Returns
    -------
    float array (n_tuples, s (s - 1) size n_context); which child the tuple is, which of its
    siblings is seen, and where in it, are kept apart in the columns.

    Raises
    ------
    ValueError
        If the places are no groups of s, or `context` does not fit them.

    Examples
    --------
    >>> neighbour_counts([[0, 1], [0, 0]], n_tuples=2).tolist()
    [[1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    n_tuples = _checks.integer("n_tuples", n_tuples, minimum=1)
    s = _checks.integer("s", s, minimum=2)
    numbers = tuple_rows(tuples, n_tuples)
    if numbers.shape[1] % s:
        raise ValueError(f"{numbers.shape[1]} places are no groups of s = {s} siblings")
    n_seen = n_tuples if n_context is None else _checks.integer("n_context", n_context, minimum=1)
    seen = numbers if context is None else tuple_rows(context, n_seen, name="context")
    if context is None and n_seen != n_tuples:
        raise ValueError("n_context is the number of kinds of `context`, which was not given")
    if len(seen) != len(numbers) or seen.shape[1] % numbers.shape[1]:
        raise ValueError(
            f"context must have the shape ({len(numbers)}, a multiple of {numbers.shape[1]}), got "
            f"{seen.shape}"
        )
    size = seen.shape[1] // numbers.shape[1]
    counts = _table(n_tuples, s * (s - 1) * size * n_seen)
    _count_neighbours(numbers.size, s, n_seen, size, numbers.ravel(), seen.ravel(), counts.ravel())
    return counts


def tuple_rows(value: ArrayLike, n_kinds: int, name: str = "tuples") -> Symbols:
    """`value` as int32 rows; ValueError unless it holds numbers from -1 to n_kinds - 1."""
    array = whole_numbers(name, value)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(
            f"{name} must be rows of numbers, one row a sentence, got shape {array.shape}"
        )
    if array.min() < -1 or array.max() >= n_kinds:
        wrong = array[(array < -1) | (array >= n_kinds)].flat[0]
        raise ValueError(f"{name} must hold numbers from -1 to {n_kinds - 1}, found {wrong}")
    return array


def _table(n_rows: int, n_columns: int) -> Counts:
    if n_rows > MAX_TUPLES or n_rows * n_columns > MAX_CELLS:
        raise ValueError(
            f"a table of {n_rows} by {n_columns} is too large, expected at most {MAX_CELLS} cells"
        )
    return np.zeros((n_rows, n_columns))
