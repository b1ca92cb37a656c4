"""Piles as such: how they topple, which of them recur, the group they form, exact numbers.

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

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import random_state
from . import _kernels

__all__ = [
    "HEIGHT_PROBABILITIES", "Toppled", "add_piles", "burning_times", "identity_pile",
    "is_recurrent", "laplacian", "mean_avalanche", "random_recurrent", "reached_piles",
    "recurrent_count", "recurrent_piles", "stabilize",
]  # fmt: skip

MAX_SIDE = 4096
MAX_GRAINS = 2**29  # in one pile, so that no height leaves the 32 bits it is stored in
MAX_LISTED = 3  # side of the piles that are listed one by one
MAX_COUNTED = 64  # side up to which recurrent piles are counted, exactly
MAX_DENSE = 64  # side up to which the Laplacian is written out
MAX_MEAN = 2**13
CHUNK = 1000  # steps of toppling between two looks at the keyboard; even, see `topple_for`

# On the infinite square lattice, the chance that a site holds 0, 1, 2 or 3 grains.
HEIGHT_PROBABILITIES = (
    2 / math.pi**2 - 4 / math.pi**3,
    1 / 4 - 1 / (2 * math.pi) - 3 / math.pi**2 + 12 / math.pi**3,
    3 / 8 + 1 / math.pi - 12 / math.pi**3,
    3 / 8 - 1 / (2 * math.pi) + 1 / math.pi**2 + 4 / math.pi**3,
)


class Toppled(NamedTuple):
    """A pile come to rest: its heights, and how often each site toppled, both (L, L) int64."""

    heights: NDArray[np.int64]
    topplings: NDArray[np.int64]


def laplacian(L: int) -> NDArray[np.int64]:
    """Delta of the L x L square with open edges: 4 on the diagonal, -1 between neighbours.

    Parameters
    ----------
    L : int
        1 to 64.

    Returns
    -------
    int64 array (L * L, L * L)
        Sites in the order of `pile.ravel()`.

    Raises
    ------
    ValueError
        For L outside that range.

    Examples
    --------
    >>> laplacian(2).tolist()
    [[4, -1, -1, 0], [-1, 4, 0, -1], [-1, 0, 4, -1], [0, -1, -1, 4]]
    """
    L = _side(L, MAX_DENSE, "the matrix has L**4 numbers")
    path = np.eye(L, k=1, dtype=np.int64) + np.eye(L, k=-1, dtype=np.int64)
    one = np.eye(L, dtype=np.int64)
    return 4 * np.kron(one, one) - np.kron(path, one) - np.kron(one, path)


def recurrent_count(L: int) -> int:
    """The number of recurrent piles on L x L sites, det Delta, as a whole number without rounding.

    Delta is made of rows of sites: A = 4 - (the path's neighbours) in each, -1 between them. So its
    determinant is that of the L x L matrix p_L(A) with p_0 = 1, p_1 = A and
    p_{k+1} = A p_k - p_{k-1}.

    Parameters
    ----------
    L : int
        1 to 64.

    Raises
    ------
    ValueError
        For L outside that range.

    References
    ----------
    D. Dhar, Phys. Rev. Lett. 64, 1613 (1990), doi:10.1103/PhysRevLett.64.1613.

    Examples
    --------
    >>> [recurrent_count(L) for L in (1, 2, 3)]
    [4, 192, 100352]
    """
    L = _side(L, MAX_COUNTED, "its exact count has too many digits")
    before, now = np.full((L, L), 0, object), np.array(np.eye(L, dtype=int).tolist(), object)
    for _ in range(L):
        grown = 4 * now - before
        grown[1:] -= now[:-1]
        grown[:-1] -= now[1:]
        before, now = now, grown
    return _determinant(now.tolist())


def _determinant(rows: list[list[int]]) -> int:
    """Determinant of a positive definite matrix of whole numbers, by Bareiss: all divisions exact.

    Its leading minors are positive, so that no pivot is zero.
    """
    last = 1
    for k in range(len(rows) - 1):
        pivot = rows[k]
        for i in range(k + 1, len(rows)):
            row = rows[i]
            head = row[k]
            for j in range(k + 1, len(rows)):
                row[j] = (row[j] * pivot[k] - head * pivot[j]) // last
        last = pivot[k]
    return int(rows[-1][-1])


def mean_avalanche(L: int) -> float:
    """Mean number of topplings after a grain on a random site, sum(Delta**-1) / L**2.

    In the stationary state as many grains leave as come, and element (x, y) of Delta**-1 is how
    often y topples, on average, for a grain on x. The sum is done in the sine waves that
    diagonalize Delta.

    Parameters
    ----------
    L : int
        1 to 8192.

    Raises
    ------
    ValueError
        For L outside that range.

    References
    ----------
    D. Dhar, Phys. Rev. Lett. 64, 1613 (1990), doi:10.1103/PhysRevLett.64.1613.

    Examples
    --------
    >>> mean_avalanche(1), round(mean_avalanche(2), 12)
    (0.25, 0.5)
    """
    L = _side(L, MAX_MEAN, "the sum over waves takes long")
    angle = np.pi * np.arange(1, L + 1, 2) / (L + 1)  # even waves sum to zero
    weight = 2 / (L + 1) / np.tan(angle / 2) ** 2  # (sum over sites of a normalized wave) squared
    curvature = 4 * np.sin(angle / 2) ** 2
    total = 0.0
    for w, c in zip(weight, curvature, strict=True):
        total += w * float(np.sum(weight / (c + curvature)))
    return total / L**2


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
    front = _kernels._find_unstable(flat, lists, L, 4)
    while front > 0:
        front = _kernels._topple_for(flat, topplings, lists, L, 0, front, CHUNK, totals)
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
    a, b = _pile(a), _pile(b)
    if a.shape != b.shape:
        raise ValueError(f"both piles must have one shape, got {a.shape} and {b.shape}")
    return stabilize(a + b).heights


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
    _kernels._burn(flat, times, lists, L)
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


def recurrent_piles(L: int) -> NDArray[np.int64]:
    """All recurrent piles on L x L sites, found by the burning test among all stable ones.

    Parameters
    ----------
    L : int
        1 to 3; beyond, there are too many (557568000 for L = 4).

    Returns
    -------
    int64 array (n, L, L)

    Raises
    ------
    ValueError
        For L outside that range.

    Examples
    --------
    >>> len(recurrent_piles(2))
    192
    """
    L = _side(L, MAX_LISTED, "there are too many piles to list")
    flat, times, lists, _ = buffers(L)
    codes = np.empty(4 ** (L * L), np.int64)
    return _unpacked(codes[: _kernels._list_recurrent(L, flat, times, lists, codes)], L)


def reached_piles(L: int) -> NDArray[np.int64]:
    """All piles that dropping grains makes of the full one: the recurrent ones, found by dropping.

    Parameters
    ----------
    L : int
        1 to 3.

    Returns
    -------
    int64 array (n, L, L)
        In the order of `recurrent_piles`.

    Raises
    ------
    ValueError
        For L outside that range.

    Examples
    --------
    >>> len(reached_piles(2))
    192
    """
    L = _side(L, MAX_LISTED, "there are too many piles to list")
    flat, topplings, lists, totals = buffers(L)
    seen, codes = np.zeros(4 ** (L * L), np.uint8), np.empty(4 ** (L * L), np.int64)
    n = _kernels._list_reached(L, flat, topplings, lists, totals, seen, codes)
    return _unpacked(np.sort(codes[:n]), L)


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
    _kernels._draw_pile(flat, tree, depth, L, state)
    return inner(flat, L).astype(np.int64)


def buffers(L: int) -> tuple[NDArray[Any], ...]:
    """What the kernels work on: an empty pile with its frame, topplings, lists and totals."""
    flat = np.full((L + 2, L + 2), _kernels.DEEP, np.int32)
    flat[1:-1, 1:-1] = 0
    topplings, lists = np.zeros((L + 2) ** 2, np.int32), np.empty(4 * L * L, np.int32)
    return flat.ravel(), topplings, lists, np.zeros(4)


def inner(flat: NDArray[Any], L: int) -> NDArray[Any]:
    """The L x L sites of a flat pile, without its frame, as a view."""
    return flat.reshape(L + 2, L + 2)[1:-1, 1:-1]


def _unpacked(codes, L):
    shifts = 2 * np.arange(L * L - 1, -1, -1)
    return ((codes[:, None] >> shifts) & 3).reshape(-1, L, L)


def _side(L, largest, why):
    L = _checks.integer("L", L, minimum=1)
    if L > largest:
        raise ValueError(f"L must be at most {largest}, got {L}: {why}; use a smaller L")
    return L


def _pile(heights):
    """`heights` as an int64 array (L, L); ValueError unless it is a pile."""
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
