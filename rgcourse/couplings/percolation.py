"""Percolation, zoomed out cell by cell: which of the 2**n states of a small cell are crossed.

A cell counts as occupied on the coarser lattice when occupied pieces of the finer one, sites or
bonds, connect its two sides. With n_k crossed states among those with k occupied pieces,

p' = sum_k n_k p**k (1 - p)**(n - k).

References
----------
P. J. Reynolds, W. Klein and H. E. Stanley, J. Phys. C 10, L167 (1977),
doi:10.1088/0022-3719/10/8/002.
P. J. Reynolds, H. E. Stanley and W. Klein, Phys. Rev. B 21, 1223 (1980),
doi:10.1103/PhysRevB.21.1223.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["bond_crossings", "cell_probability", "crossing_counts", "square_crossings"]

MAX_PIECES = 20  # of a cell: a million states


def square_crossings(b: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(vertical, horizontal): which occupations of b x b sites are crossed, two bool arrays.

    State k of the 2**(b * b) has site (row, column) occupied where bit `row * b + column` of k is
    1. Occupied nearest neighbours are connected; a vertical crossing joins the first row to the
    last.

    Parameters
    ----------
    b : int
        Edge of the cell, 2 to 4.

    Raises
    ------
    ValueError
        If b is no whole number or out of this range.

    Examples
    --------
    Of two by two sites, seven states are crossed from top to bottom:

    >>> vertical, horizontal = square_crossings(2)
    >>> int(vertical.sum()), int((vertical & horizontal).sum())
    (7, 5)
    """
    b = _checks.integer("b", b, minimum=2)
    if b * b > MAX_PIECES:
        raise ValueError(f"a cell of edge b = {b} has 2**{b * b} states; use b = 2, 3 or 4")
    states = np.arange(2 ** (b * b), dtype=np.int64)
    row = 2**b - 1  # the bits of one row
    column = sum(1 << (b * i) for i in range(b))
    shift = b * (b - 1)
    vertical = _flooded(states, row, b, column) & (row << shift) > 0
    horizontal = _flooded(states, column, b, column) & (column << (b - 1)) > 0
    return vertical, horizontal


def bond_crossings(bonds: Iterable[tuple[int, int]], ends: tuple[int, int]) -> NDArray[np.bool_]:
    """Which states of a network of bonds join its two ends, a bool array of 2**n_bonds.

    State k has bond i present where bit i of k is 1.

    Parameters
    ----------
    bonds : sequence of (int, int)
        Pairs of sites, numbered from 0; 1 to 20 bonds.
    ends : (int, int)
        The two sites to be joined.

    Raises
    ------
    ValueError
        If sites are no whole numbers from 0, or there are too few or too many bonds.

    Examples
    --------
    Two bonds in a row need both, two side by side only one:

    >>> bond_crossings([(0, 1), (1, 2)], (0, 2)).tolist()
    [False, False, False, True]
    >>> bond_crossings([(0, 1), (0, 1)], (0, 1)).tolist()
    [False, True, True, True]
    """
    bonds, ends = [_pair(bond) for bond in bonds], _pair(ends)
    if not 1 <= len(bonds) <= MAX_PIECES:
        raise ValueError(f"a cell has 1 to {MAX_PIECES} bonds, got {len(bonds)}")
    states = np.arange(2 ** len(bonds), dtype=np.int64)
    reached = np.full(states.shape, 1 << ends[0], dtype=np.int64)
    for _ in bonds:  # a path uses each bond at most once
        for i, (u, v) in enumerate(bonds):
            joined = (states >> i & 1) & (reached >> u | reached >> v)
            reached |= joined << u | joined << v
    return (reached >> ends[1] & 1) > 0


def crossing_counts(crossed: ArrayLike) -> NDArray[np.int64]:
    """n_k, the number of crossed states with k pieces occupied, int array (n + 1,).

    Parameters
    ----------
    crossed : bool array (2**n,)
        As made by `square_crossings` or `bond_crossings`, or `&` and `|` of such; bit i of the
        index says whether piece i is occupied.

    Raises
    ------
    ValueError
        If crossed is no array of booleans, or its length no power of two.

    Examples
    --------
    p**4 + 4 p**3 (1 - p) + 2 p**2 (1 - p)**2 (Reynolds, Klein and Stanley 1977):

    >>> crossing_counts(square_crossings(2)[0]).tolist()
    [0, 0, 2, 4, 1]
    """
    crossed = np.asarray(crossed)
    n = int(crossed.size).bit_length() - 1
    if crossed.dtype != bool or crossed.shape != (2**n,) or n < 1:
        raise ValueError(
            f"crossed must hold 2**n booleans, got dtype {crossed.dtype}, shape {crossed.shape}"
        )
    occupied = np.bitwise_count(np.arange(crossed.size))
    return np.bincount(occupied[crossed], minlength=n + 1)


def cell_probability(p: ArrayLike, counts: ArrayLike) -> float | NDArray[np.float64]:
    """p', the probability that a cell is crossed: sum_k counts[k] p**k (1 - p)**(n - k).

    Parameters
    ----------
    p : float or array
        Probability that a site or bond is occupied.
    counts : int array (n + 1,)
        As from `crossing_counts`.

    Raises
    ------
    ValueError
        If p is not finite, or counts is not one-dimensional.

    Examples
    --------
    Three sites of a triangle, at least two of them occupied:

    >>> float(cell_probability(0.5, [0, 0, 3, 1]))
    0.5
    """
    p, counts = _checks.finite_array("p", p), _checks.finite_array("counts", counts)
    if counts.ndim != 1 or counts.size < 2:
        raise ValueError(f"counts must be n_0 .. n_n of a cell, got shape {counts.shape}")
    n = counts.size - 1
    return sum(c * p**k * (1 - p) ** (n - k) for k, c in enumerate(counts) if c)


def _flooded(states, start, b, first_column):
    """The occupied sites that are connected to occupied sites of `start`, as bits."""
    last_column = first_column << (b - 1)
    reached = states & start
    for _ in range(b * b):
        right = (reached & ~last_column) << 1
        left = (reached & ~first_column) >> 1
        reached |= (reached << b | reached >> b | right | left) & states
    return reached


def _pair(sites):
    try:
        u, v = sites
    except (TypeError, ValueError):
        raise ValueError(f"a bond is a pair of sites, got {sites!r}") from None
    pair = _checks.integer("site", u, minimum=0), _checks.integer("site", v, minimum=0)
    if max(pair) > 60:
        raise ValueError(f"sites are numbered from 0 to 60, got {max(pair)}")
    return pair
