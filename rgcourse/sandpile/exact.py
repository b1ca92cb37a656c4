"""What is known of sandpiles exactly: how many recur, the mean avalanche, heights in the plane.

References
----------
D. Dhar, Phys. Rev. Lett. 64, 1613 (1990), doi:10.1103/PhysRevLett.64.1613.
V. B. Priezzhev, J. Stat. Phys. 74, 955 (1994), doi:10.1007/BF02188212.
"""

import math

import numpy as np
from numpy.typing import NDArray

from ._kernels import _list_reached, _list_recurrent
from .piles import _side, buffers

__all__ = [
    "HEIGHT_PROBABILITIES",
    "laplacian",
    "mean_avalanche",
    "reached_piles",
    "recurrent_count",
    "recurrent_piles",
]

MAX_LISTED = 3  # side of the piles that are listed one by one
MAX_COUNTED = 64  # side up to which recurrent piles are counted, exactly
MAX_DENSE = 64  # side up to which the Laplacian is written out
MAX_MEAN = 2**13

# On the infinite square lattice, the chance that a site holds 0, 1, 2 or 3 grains.
HEIGHT_PROBABILITIES = (
    2 / math.pi**2 - 4 / math.pi**3,
    1 / 4 - 1 / (2 * math.pi) - 3 / math.pi**2 + 12 / math.pi**3,
    3 / 8 + 1 / math.pi - 12 / math.pi**3,
    3 / 8 - 1 / (2 * math.pi) + 1 / math.pi**2 + 4 / math.pi**3,
)


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
    >>> round(mean_avalanche(1), 12), round(mean_avalanche(2), 12)
    (0.25, 0.5)
    """
    L = _side(L, MAX_MEAN, "the sum over waves takes long")
    angle = np.pi * np.arange(1, L + 1, 2) / (L + 1)  # even waves sum to zero
    weight = 2 / (L + 1) / np.tan(angle / 2) ** 2  # (sum over sites of a normalized wave) squared
    curvature = 4 * np.sin(angle / 2) ** 2
    total = 0.0
    for w, c in zip(weight, curvature, strict=True):
        total += w * float(np.sum(weight / (c + curvature)))
    return float(total) / L**2


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
    return _unpacked(codes[: _list_recurrent(L, flat, times, lists, codes)], L)


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
    n = _list_reached(L, flat, topplings, lists, totals, seen, codes)
    return _unpacked(np.sort(codes[:n]), L)


def _unpacked(codes, L):
    shifts = 2 * np.arange(L * L - 1, -1, -1)
    return ((codes[:, None] >> shifts) & 3).reshape(-1, L, L)
