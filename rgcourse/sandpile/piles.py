"""Piles as such: how they topple, which of them recur, and the group they form.

A pile is a square array of whole numbers, grains on each site. A site with four or more topples: it
gives one grain to each neighbour, and at the edge some leave for good. With the Laplacian
Delta = 4 on the diagonal and -1 between neighbours, u topplings of each site turn the pile h into
h - Delta u.

References
----------
P. Bak, C. Tang and K. Wiesenfeld, Phys. Rev. Lett. 59, 381 (1987),
doi:10.1103/PhysRevLett.59.381.
D. Dhar, Phys. Rev. Lett. 64, 1613 (1990), doi:10.1103/PhysRevLett.64.1613.
S. N. Majumdar and D. Dhar, Physica A 185, 129 (1992), doi:10.1016/0378-4371(92)90447-X.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import random_state
from ._kernels import DEEP, _burn, _draw_pile, _find_unstable, _topple_for

__all__ = [
    "Toppled",
    "add_piles",
    "burning_times",
    "identity_pile",
    "is_recurrent",
    "random_recurrent",
    "stabilize",
]

MAX_SIDE = 4096
MAX_GRAINS = 2**29  # in one pile, so that no height leaves the 32 bits it is stored in
CHUNK = 1000  # steps of toppling between two looks at the keyboard; even, see `topple_for`


class Toppled(NamedTuple):
    """A pile come to rest: its heights, and how often each site toppled, both (L, L) int64."""

    heights: NDArray[np.int64]
    topplings: NDArray[np.int64]


def stabilize(heights: ArrayLike) -> Toppled:
    """`Toppled`: the pile after every site with four or more grains has toppled until none is left.

    The order does not matter (Dhar): neither the pile at the end nor the number of topplings of any
    site depends on it. All unstable sites topple at once, step by step.

    Parameters
    ----------
    heights : (L, L) array of whole numbers
        Not negative, less than 2**29 grains in all. L**4 topplings and more are usual: a large and
        very high pile takes its time, and can be interrupted.

    Raises
    ------
    ValueError
        For other shapes, kinds of numbers, negative ones, or too many grains.

    Examples
    --------
    >>> stabilize([[4, 0], [0, 0]]).heights.tolist()
    [[0, 1], [1, 0]]
    """
    pile = _pile(heights)
    L = len(pile)
    flat, topplings, lists, totals = buffers(L)
    inner(flat, L)[:] = pile
    front = _find_unstable(flat, lists, L, 4)
    while front > 0:
        front = _topple_for(flat, topplings, lists, L, 0, front, CHUNK, totals)
    return Toppled(inner(flat, L).astype(np.int64), inner(topplings, L).astype(np.int64))


def add_piles(a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
    """The sum of two piles come to rest: the operation of the sandpile group.

    Parameters
    ----------
    a, b : (L, L) arrays of whole numbers
        As for `stabilize`.

    Raises
    ------
    ValueError
        For piles of different sizes, and as `stabilize`.

    Examples
    --------
    >>> add_piles([[3]], [[2]]).tolist()
    [[1]]
    """
    one, other = _pile(a), _pile(b)
    if one.shape != other.shape:
        raise ValueError(f"both piles must have one shape, got {one.shape} and {other.shape}")
    return stabilize(one + other).heights


def identity_pile(L: int) -> NDArray[np.int64]:
    """The identity e of the sandpile group: the recurrent pile with add_piles(e, a) = a for all a.

    With the full pile m (3 everywhere) and S for coming to rest, e = S(2 m - S(2 m)).

    Parameters
    ----------
    L : int
        1 to 4096; the time grows as L**4, some seconds at L = 256.

    Raises
    ------
    ValueError
        For L outside that range.

    References
    ----------
    M. Creutz, Comput. Phys. 5, 198 (1991), doi:10.1063/1.168408.

    Examples
    --------
    >>> identity_pile(3).tolist()
    [[2, 1, 2], [1, 0, 1], [2, 1, 2]]
    """
    L = _side(L, MAX_SIDE, "memory for it would not suffice")
    twice = np.full((L, L), 6)
    return stabilize(twice - stabilize(twice).heights).heights


def burning_times(heights: ArrayLike) -> NDArray[np.int64]:
    """The step at which each site burns when the pile is set on fire from outside; -1 for never.

    A site burns when it holds at least as many grains as it has neighbours that do not burn yet.

    Parameters
    ----------
    heights : (L, L) array of whole numbers
        A stable pile: 0 to 3 on each site.

    Returns
    -------
    int64 array (L, L)

    Raises
    ------
    ValueError
        For piles that are not stable, and as `stabilize`.

    Examples
    --------
    >>> burning_times([[3, 3], [3, 3]]).tolist(), burning_times([[0, 0], [0, 0]]).tolist()
    ([[1, 1], [1, 1]], [[-1, -1], [-1, -1]])
    """
    pile = _pile(heights)
    if pile.max() > 3:
        raise ValueError(
            f"only a stable pile can burn, 0 to 3 grains on each site, got {pile.max()}; "
            f"use stabilize(heights).heights"
        )
    L = len(pile)
    flat, times, lists, _ = buffers(L)
    inner(flat, L)[:] = pile
    _burn(flat, times, lists, L)
    return inner(times, L).astype(np.int64)


def is_recurrent(heights: ArrayLike) -> bool:
    """Whether a stable pile comes again in the stationary state: whether all of it burns.

    Parameters
    ----------
    heights : (L, L) array of whole numbers
        As for `burning_times`.

    Raises
    ------
    ValueError
        As `burning_times`.

    References
    ----------
    D. Dhar, Phys. Rev. Lett. 64, 1613 (1990), doi:10.1103/PhysRevLett.64.1613.

    Examples
    --------
    Two empty neighbours cannot both have been left behind by the last topplings:

    >>> is_recurrent([[3, 0], [3, 3]]), is_recurrent([[0, 0], [3, 3]])
    (True, False)
    """
    return bool(burning_times(heights).min() > 0)


def random_recurrent(L: int, *, rng: int | np.random.Generator) -> NDArray[np.int64]:
    """A recurrent pile, each with the same probability: a sample of the stationary state.

    Recurrent piles and spanning trees are in one-to-one correspondence: a pile burns along a tree.
    Wilson's loop-erased walks draw the tree, so that nothing has to become stationary first.

    Parameters
    ----------
    L : int
        1 to 4096.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    int64 array (L, L)

    Raises
    ------
    ValueError
        For L outside that range, a missing rng.

    References
    ----------
    S. N. Majumdar and D. Dhar, Physica A 185, 129 (1992), doi:10.1016/0378-4371(92)90447-X.

    Examples
    --------
    >>> is_recurrent(random_recurrent(50, rng=1))
    True
    """
    L = _side(L, MAX_SIDE, "memory for it would not suffice")
    state = random_state(rng)
    flat, tree, depth = (np.zeros((L + 2) ** 2, np.int32) for _ in range(3))
    _draw_pile(flat, tree, depth, L, state)
    return inner(flat, L).astype(np.int64)


def buffers(L: int) -> tuple[NDArray[Any], ...]:
    """What the kernels work on: an empty pile with its frame, topplings, lists and totals."""
    flat = np.full((L + 2, L + 2), DEEP, np.int32)
    flat[1:-1, 1:-1] = 0
    topplings, lists = np.zeros((L + 2) ** 2, np.int32), np.empty(4 * L * L, np.int32)
    return flat.ravel(), topplings, lists, np.zeros(4)


def inner(flat: NDArray[Any], L: int) -> NDArray[Any]:
    """The L x L sites of a flat pile, without its frame, as a view."""
    return flat.reshape(L + 2, L + 2)[1:-1, 1:-1]


def _side(L, largest, why):
    L = _checks.integer("L", L, minimum=1)
    if L > largest:
        raise ValueError(f"L must be at most {largest}, got {L}: {why}; use a smaller L")
    return L


def _pile(heights):
    """`heights` as an int64 array (L, L); ValueError unless it is a pile."""
    _checks.refuse_masked("a pile", heights)
    try:
        pile = np.asarray(heights)
    except ValueError:  # rows of unequal length
        pile = np.asarray(None)
    if pile.dtype.kind not in "iu":
        raise ValueError(
            f"a pile is an array of whole numbers, got {_short(heights)}; whole numbers among "
            f"floats become one by heights.astype(int)"
        )
    if pile.ndim != 2 or pile.shape[0] != pile.shape[1] or not 1 <= len(pile) <= MAX_SIDE:
        raise ValueError(
            f"a pile is a square array (L, L) with L from 1 to {MAX_SIDE}, got shape {pile.shape}"
        )
    if pile.min() < 0:
        raise ValueError(f"a site cannot hold fewer than 0 grains, got {pile.min()}")
    if pile.max() >= MAX_GRAINS or int(pile.astype(np.int64).sum()) >= MAX_GRAINS:
        raise ValueError(f"a pile must hold fewer than {MAX_GRAINS} grains in all; use fewer")
    return pile.astype(np.int64)


def _short(value):
    dtype = getattr(value, "dtype", None)
    return f"an array of dtype {dtype}" if dtype is not None else repr(value)[:80]
