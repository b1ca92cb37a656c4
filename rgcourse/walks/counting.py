"""Every self-avoiding walk of a few steps, by depth-first search, with its contacts.

A contact is a pair of sites that are neighbours on the lattice but not along the walk. Of all walks
that are images of each other by a symmetry of the lattice one is walked: the first step goes along
axis 0, the first into a new direction along the next axis, and a weight says of how many it is.

References
----------
N. Madras and G. Slade, The Self-Avoiding Walk (Birkhäuser 1993), doi:10.1007/978-1-4614-6025-1.
"""

from dataclasses import dataclass

import numpy as np
from numba import int64
from numpy.typing import NDArray

from .. import _checks
from .._compile import compiled
from .symmetries import lattice_dimension

__all__ = ["WalkCounts", "count_walks"]

LONGEST = {2: 22, 3: 15, 4: 12}  # a minute each, about


def search_walks(n, dim, n_contacts, grid, memory, counts, squares):
    """Add all walks of 0 .. n steps to `counts` and, times R^2, to `squares`.

    `grid`, int8, has (2 n + 3)**dim empty sites; `memory`, int64, 6 (n + 1) + 2 dim words. Both
    tables are flat, (n + 1) rows of `n_contacts`.
    """
    rows = n + 1
    here, choice, used, weight, touching, square = 0, rows, 2 * rows, 3 * rows, 4 * rows, 5 * rows
    x, stride = 6 * rows, 6 * rows + dim
    side = 2 * n + 3
    start = int64(0)
    step = int64(1)
    for a in range(dim):
        memory[x + a] = 0
        memory[stride + a] = step
        start += (n + 1) * step
        step *= side
    for row in range(6):
        memory[row * rows] = 0
    memory[here] = start
    memory[weight] = 1
    grid[start] = 1
    counts[0] += 1
    depth = int64(0)
    while True:
        c = memory[choice + depth]
        axes = memory[used + depth]
        if depth == n or c >= 2 * axes + (1 if axes < dim else 0):
            grid[memory[here + depth]] = 0
            if depth == 0:
                return
            depth -= 1
            c = memory[choice + depth] - 1
            memory[x + (c >> 1)] -= 1 - 2 * (c & 1)
            continue
        memory[choice + depth] = c + 1
        axis = c >> 1
        sign = 1 - 2 * (c & 1)
        site = memory[here + depth] + sign * memory[stride + axis]
        if grid[site] != 0:
            continue
        met = int64(-1)  # the site it came from is no contact
        for a in range(dim):
            met += grid[site + memory[stride + a]] + grid[site - memory[stride + a]]
        met += memory[touching + depth]
        r2 = memory[square + depth] + 2 * sign * memory[x + axis] + 1
        many = memory[weight + depth]
        if axis == axes:
            many *= 2 * (dim - axes)
            axes += 1
        memory[x + axis] += sign
        depth += 1
        grid[site] = 1
        memory[here + depth] = site
        memory[choice + depth] = 0
        memory[used + depth] = axes
        memory[weight + depth] = many
        memory[touching + depth] = met
        memory[square + depth] = r2
        counts[depth * n_contacts + met] += many
        squares[depth * n_contacts + met] += many * r2


_search_walks = compiled(search_walks)


@dataclass(frozen=True)
class WalkCounts:
    """All self-avoiding walks of up to n steps from one site, by length and contacts.

    Parameters
    ----------
    contacts : ndarray of int, shape (n + 1, most contacts + 1)
        Number of walks of each length (row) with that many contacts (column).
    contact_squares : ndarray of int, of the same shape
        Sum of the squared distance between their ends.
    """

    contacts: NDArray[np.int64]
    contact_squares: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """c_0, c_1 .. c_n: how many walks there are of each length."""
        return self.contacts.sum(axis=1)

    @property
    def squares(self) -> NDArray[np.int64]:
        """Sum of R^2 over the walks of each length."""
        return self.contact_squares.sum(axis=1)

    @property
    def mean_square(self) -> NDArray[np.float64]:
        """Mean squared distance <R^2> between the ends, for each length."""
        return self.squares / self.counts


def count_walks(n: int, *, dim: int = 2) -> WalkCounts:
    """All self-avoiding walks of 0 to n steps on the hypercubic lattice, counted one by one.

    Parameters
    ----------
    n : int
        Longest walk, in steps; at most 22 in the plane, 15 in space, 12 in four dimensions. Each
        further step takes 2.6, 4.7 or 6.8 times as long.
    dim : {2, 3, 4}
        Dimension of the lattice.

    Returns
    -------
    WalkCounts

    Raises
    ------
    ValueError
        For a length or a dimension out of range.

    Examples
    --------
    Of the 4 * 3 * 3 * 3 walks of four steps that do not turn back, eight are closed squares:

    >>> count_walks(4).counts.tolist()
    [1, 4, 12, 36, 100]
    """
    dim = lattice_dimension(dim)
    n = _checks.integer("n", n, minimum=1)
    if n > LONGEST[dim]:
        raise ValueError(
            f"n must be at most {LONGEST[dim]} for dim = {dim}, got {n}: longer walks are too many "
            f"to count one by one; sample them with PivotChain or TreeChain"
        )
    n_contacts = (dim - 1) * n + 1
    counts, squares = np.zeros((2, n + 1, n_contacts), np.int64)
    grid = np.zeros((2 * n + 3) ** dim, np.int8)
    memory = np.zeros(6 * (n + 1) + 2 * dim, np.int64)
    _search_walks(n, dim, n_contacts, grid, memory, counts.ravel(), squares.ravel())
    most = int(np.flatnonzero(counts.sum(axis=0))[-1]) + 1
    return WalkCounts(counts[:, :most].copy(), squares[:, :most].copy())
