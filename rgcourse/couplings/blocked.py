"""The weight of every state of block spins, exactly, on small lattices: nothing is truncated.

    exp(-H'(h)) = sum_s prod_blocks P(h_block | spins of the block) exp(-H(s))

The sum over the spins is a trace of transfer matrices, one for each row of blocks and each state of
its block spins. The logarithm of the weights is what an approximate step is held against.
"""

from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["square_blocks", "triangle_blocks"]

MAX_K = 2.0  # beyond it, the smallest weights leave the range of float64
DOWN = [state.bit_count() for state in range(16)]  # spins of a block that are down
MAJORITY = np.array([1.0 if n < 2 else 0.5 if n == 2 else 0.0 for n in DOWN])


def square_blocks(L: int, K: float, rule: ArrayLike | None = None) -> NDArray[np.float64]:
    """ln w of each state of the (L/2)**2 block spins of an L x L torus, exactly.

    Parameters
    ----------
    L : int
        4, 6 or 8.
    K : float
        Coupling of nearest neighbours, between -2 and 2. On a torus of 4 the block spins have two
        bonds with each neighbour, as spins on a torus of 2 have.
    rule : array_like, shape (16,), optional
        Probability that a block spin is up, for each state of its block of 2 x 2 spins, spin i of
        state k up where bit i of k is 0, in the order of rows. By default the majority rule, a coin
        deciding a tie; decimation is `[1, 0] * 8`.

    Returns
    -------
    ndarray, shape (2**(L/2)**2,)
        In the order of `couplings_from_log_weights`; spin i stands in row i // (L/2) and column
        i % (L/2). -inf for a state that the rule never makes.

    Raises
    ------
    ValueError
        For another L, a K out of range, or a rule that is no table of 16 probabilities.

    Examples
    --------
    Whatever the rule, the partition function is kept.

    >>> from rgcourse.exact import kaufman
    >>> log_z = np.logaddexp.reduce(square_blocks(4, 0.4))
    >>> bool(np.isclose(log_z, 16 * kaufman(4, 0.4).log_z, rtol=1e-14))
    True
    """
    L = _checks.integer("L", L, minimum=1)
    if L not in (4, 6, 8):
        raise ValueError(f"L must be 4, 6 or 8, got {L!r}")
    K = _coupling(K)
    up = MAJORITY if rule is None else _checks.finite_array("rule", rule)
    if up.shape != (16,) or np.any((up < 0) | (up > 1)):
        raise ValueError("rule must hold 16 probabilities, one for each state of a block")
    n = L // 2
    s = _states(L)
    across = (s * np.roll(s, 1, axis=1)).sum(axis=1)  # row
    between = s @ s.T  # row, row below
    weights = np.exp(K * (across[:, None] + across + between) - 3 * L * abs(K))
    pairs = [np.arange(2**L) >> 2 * x & 3 for x in range(n)]  # state of two neighbours, by row
    chances = np.stack([up.reshape(4, 4).T, 1 - up.reshape(4, 4).T])  # h, pair above, pair below
    bits = np.arange(2**n)[:, None] >> np.arange(n) & 1  # state of the block row, block
    join = np.exp(K * between - L * abs(K))
    rows = np.empty((2**n, 2**L, 2**L))  # h, row, first row of the next blocks
    for h, row in zip(bits, rows, strict=True):
        chance = [chances[up][pair][:, pair] for up, pair in zip(h, pairs, strict=True)]
        row[:] = reduce(np.multiply, chance, weights) @ join
    with np.errstate(divide="ignore"):  # states that the rule never makes
        return np.log(_traces(rows, n)) + 2 * L * L * abs(K)


def triangle_blocks(n: int, K: float) -> NDArray[np.float64]:
    """ln w of each state of the n**2 block spins of a triangular torus of 3 n**2 spins, exactly.

    Triangles of three neighbours vote, as in `niemeijer_van_leeuwen`. Their block spins form a
    triangular lattice again, sqrt(3) coarser.

    Parameters
    ----------
    n : int
        3 or 4; the larger takes some ten seconds.
    K : float
        Coupling of nearest neighbours, between -2 and 2.

    Returns
    -------
    ndarray, shape (2**n**2,)
        In the order of `couplings_from_log_weights`; block spin i stands at (i % n) A1 +
        (i // n) A2, with 60 degrees between A1 and A2, so that the neighbours of (x, y) are
        (x + 1, y), (x, y + 1), (x - 1, y + 1) and the three opposite ones.

    Raises
    ------
    ValueError
        For another n, or a K out of range.

    Examples
    --------
    Without coupling all states of the nine block spins weigh the same, 2**27 / 2**9.

    >>> bool(np.allclose(triangle_blocks(3, 0.0), 18 * np.log(2)))
    True
    """
    n = _checks.integer("n", n, minimum=1)
    if n not in (3, 4):
        raise ValueError(f"n must be 3 or 4, got {n!r}")
    K = _coupling(K)
    inside, below = _triangle_bonds(n)
    s = _states(3 * n)  # spins 3 x, 3 x + 1, 3 x + 2 are those of block x
    votes = (s.reshape(-1, n, 3).sum(axis=2) < 0) @ (1 << np.arange(n))
    s = s[np.argsort(votes, kind="stable")]  # 4**n states of each block row together
    own = (s @ inside * s).sum(axis=1)
    weights = K * s @ below @ s.T
    weights += K * own[:, None] - 9 * n * abs(K)
    np.exp(weights, out=weights)
    rows = weights.reshape(2**n, 4**n, 2**n, 4**n).swapaxes(1, 2)  # h, h below, state, state below
    w = np.empty((2**n,) * n)  # the last axis is block row 0
    for first in range(2 ** (n - 1)):  # the other half by symmetry
        for other in range(2**n):
            if n == 3:
                path = rows[first, other] @ rows[other]  # last row, state, state
                w[:, other, first] = (path * rows[:, first].swapaxes(1, 2)).sum(axis=(1, 2))
            else:
                there = rows[first] @ rows[:, other]  # row 1
                back = (rows[other] @ rows[:, first]).swapaxes(1, 2)  # row 3
                w[:, other, :, first] = back.reshape(2**n, -1) @ there.reshape(2**n, -1).T
    w = w.ravel()
    for state in range(w.size):
        if state & (2**n - 1) >= 2 ** (n - 1):
            w[state] = w[w.size - 1 - state]
    return np.log(w) + 9 * n * n * abs(K)


def _coupling(K):
    K = _checks.finite("K", K)
    if abs(K) > MAX_K:
        raise ValueError(f"K must be between {-MAX_K:g} and {MAX_K:g}, got {K:g}")
    return K


def _states(n):
    """All rows of n spins, 2**n by n; spin i of row k is up where bit i of k is 0."""
    return 1.0 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)


def _traces(M, n):
    """tr(M[h_0] M[h_1] ...) for all h, h_0 running fastest; M is h, state, state."""
    left = _products(M, n // 2)
    right = left if n % 2 == 0 else _products(M, n - n // 2)
    right = right.swapaxes(1, 2).reshape(len(right), -1)
    return (right @ left.reshape(len(left), -1).T).ravel()


def _products(M, n):
    """M[h_0] ... M[h_(n - 1)] for all h, h_0 running fastest."""
    product = M
    for _ in range(n - 1):
        product = (product[None] @ M[:, None]).reshape(-1, *M.shape[1:])
    return product


def _triangle_bonds(n):
    """(inside, below): bonds within a row of n triangles, and from it to the next, as matrices."""
    corners = (0, 0), (1, 0), (0, 1)  # along two lattice directions with 60 degrees between them
    inside, below = np.zeros((3 * n, 3 * n)), np.zeros((3 * n, 3 * n))
    for x in range(n):
        for corner, (a, b) in enumerate(corners):
            for da, db in ((1, 0), (0, 1), (1, -1)):
                end = 3 * x + corner
                other, x2, y2 = _triangle_of(x + a + da, x + b + db)
                to = 3 * (x2 % n) + other
                if y2 == 0:
                    inside[end, to] += 1
                elif y2 == 1:
                    below[end, to] += 1
                else:  # the bond from the row before
                    below[to, end] += 1
    return inside, below


def _triangle_of(a, b):
    """(corner, x, y) of the site a e1 + b e2: block (x, y) has its first corner at x A1 + y A2."""
    corner = (a - b) % 3
    a, b = a - (corner == 1), b - (corner == 2)
    y = (b - a) // 3
    return corner, a + y, y
