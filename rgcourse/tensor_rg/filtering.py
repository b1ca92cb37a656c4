"""Loops that tensor renormalization cannot see, and a filter that removes them.

A corner-double-line tensor carries, around each plaquette, a correlation that never leaves it. TRG
removes it on half of the plaquettes and hands it on from the others. Gilt (graph-independent local
truncation) asks for each leg around such a plaquette what its surroundings can notice, and
replaces the leg by something thinner that they cannot tell from it.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ._pairs import keep_largest
from .flow import Record, TensorFlow, ising_tensor, log_trace, sizes

__all__ = ["corner_double_line", "gilt_flow"]

ROUNDS = 4  # times around the plaquette, at most
REPEATS = 40  # times that one leg is looked at in a row, at most
SETTLED = 1e-2  # a leg is left alone when its weights are this close to 1
MAX_EPS = 0.1
DROP = 1e-3  # weights below this times eps are dropped


def corner_double_line(c: ArrayLike) -> NDArray[np.float64]:
    """The tensor of loops: each leg is a double line, each corner joins two lines by `c`.

        T[(u u'), (l l'), (d d'), (r r')] = c[u', r] c[r', d'] c[d, l'] c[l, u]

    The first line of u and d is the left one, that of l and r the upper one. The network of such
    tensors is a set of loops, one a plaquette, each with the value tr(c**4).

    Parameters
    ----------
    c : array of float, shape (n, n)
        A symmetric matrix, n at most 16.

    Returns
    -------
    array of float, shape (n**2, n**2, n**2, n**2)
        Legs u, l, d, r.

    Raises
    ------
    ValueError
        If c is not a finite symmetric matrix, empty, or larger than 16.

    Examples
    --------
    On a torus of one tensor each corner meets itself around one plaquette:

    >>> T = corner_double_line(np.diag([1.0, 0.5]))
    >>> float(np.trace(np.trace(T, axis1=0, axis2=2))), 1 + 0.5**4
    (1.0625, 1.0625)
    """
    c = _checks.finite_array("c", c)
    if c.ndim != 2 or c.shape[0] != c.shape[1] or not 1 <= len(c) <= 16:
        raise ValueError(f"c must have shape (n, n) with n from 1 to 16, got {c.shape}")
    if not np.allclose(c, c.T, rtol=1e-12, atol=0):
        raise ValueError("c must be symmetric, as a corner is; use (c + c.T) / 2")
    n = len(c)
    pair = np.multiply.outer(c, c)
    T = np.multiply.outer(pair, pair)  # u' r, r' d', d l', l u
    return T.transpose(7, 0, 6, 5, 4, 3, 1, 2).reshape((n * n,) * 4)  # u u' l l' d d' r r'


def gilt_flow(K: float, chi: int, n_steps: int, *, eps: float = 1e-6) -> TensorFlow:
    """TRG with every loop filtered out before a step (Gilt-TNR): 2**n_steps sites.

    Each step first goes around those plaquettes whose loops TRG would hand on. With one leg cut,
    the rest of the plaquette is a linear map E from pairs of ends of that leg to what lies around,
    with singular values s (the largest is 1) and vectors U. The identity on the leg has the
    components t = tr U; those that E cannot notice are turned off,

        R = sum t s**2 (1 + eps**2) / (s**2 + eps**2) U,

    and R, often of low rank, takes the place of the leg. Then tensors are cut and joined as in TRG.

    Parameters
    ----------
    K : float
        Coupling J / T, not negative.
    chi : int
        The largest number of states of a leg, at least 1.
    n_steps : int
        Steps, 1 to 200.
    eps : float
        Singular values of the surroundings below this share of the largest count as unnoticed;
        above 0, at most 0.1.

    Returns
    -------
    TensorFlow

    Raises
    ------
    ValueError
        If K is negative or not finite, if chi, n_steps or eps is out of range, or if the tensors
        would fill more than 4 GB.

    References
    ----------
    M. Hauru, C. Delcamp and S. Mizera, Phys. Rev. B 97, 045111 (2018),
    doi:10.1103/PhysRevB.97.045111.

    Examples
    --------
    Far from the critical point one state a leg is left, where TRG keeps a whole ladder of loops:

    >>> gilt_flow(0.3, 8, 12).tensors[-1].shape
    (1, 1, 1, 1)
    """
    K, chi, n_steps = sizes(K, chi, n_steps, lambda c, n: 8.0 * c**4 * (12 + n))
    eps = _checks.finite("eps", eps)
    if not 0 < eps <= MAX_EPS:
        raise ValueError(f"eps must be above 0 and at most {MAX_EPS}, got {eps}; usual is 1e-6")
    T, log_scale = ising_tensor(K)
    parity = np.array([0, 1]), np.array([0, 1])  # of the legs u and d, of l and r
    record = Record()
    for n in range(n_steps + 1):
        top = float(np.abs(T).max())
        T = T / top
        log_scale += math.log(top)
        record.add(_copy_of(T), log_scale, math.exp(log_trace(T)), *parity)
        if n < n_steps:
            A, B, legs = filtered(T, *parity, eps)
            T, parity = _joined(A, B, legs, chi)
            log_scale *= 2
    return record.flow()


def _copy_of(T):
    return lambda: T.copy()


# Around a plaquette, clockwise: upper left B, upper right A, lower right B, lower left A. Legs are
# 0 u, 1 l, 2 d, 3 r; of each corner the leg towards the corner before and the one after.
CORNERS = ("B", 2, 3), ("A", 1, 2), ("B", 0, 1), ("A", 3, 0)


def filtered(T, vertical, horizontal, eps):
    """T on the two sublattices, A and B, filtered around the plaquette B A / A B, and its legs.

    The four legs are those before the corners of `CORNERS`, by their parities.
    """
    sites = {"A": T, "B": T}
    legs = [vertical, horizontal, vertical, horizontal]
    for _ in range(ROUNDS):
        changed = False
        for cut in range(4):
            ring = [CORNERS[(cut + i) % 4] for i in range(4)]
            R = _unnoticed(_surroundings(sites, ring), legs[cut], eps)
            if R is None:
                continue
            changed = True
            after, before, legs[cut] = R
            (name, leg, _), (other, _, end) = ring[0], ring[3]
            sites[name] = _on_leg(sites[name], leg, after)
            sites[other] = _on_leg(sites[other], end, before)
        if not changed:
            break
    return sites["A"], sites["B"], legs


def _on_leg(T, leg, R):
    """T with the matrix R[old, new] on one of its legs."""
    return np.moveaxis(np.tensordot(T, R, ((leg,), (0,))), -1, leg)  # .. [old] .., [old] new


def _surroundings(sites, ring):
    """G[i, j, i', j'] = sum E E' of the plaquette cut before ring[0]; i and j are its two ends."""
    G = None
    for name, before, after in ring:
        T = np.moveaxis(sites[name], (before, after), (0, 1))  # before after x y
        m, n = T.shape[:2]
        rows = T.reshape(m * n, -1)
        D = (
            (rows @ rows.T).reshape(m, n, m, n).transpose(0, 2, 1, 3)
        )  # b a [x y] b' a' -> b b' a a'
        D = D.reshape(m * m, n * n)
        G = D if G is None else G @ D  # (i i') [b b'] (a a')
    first, last = math.isqrt(G.shape[0]), math.isqrt(G.shape[1])
    return G.reshape(first, first, last, last).transpose(0, 2, 1, 3)  # i j i' j'


def _unnoticed(G, parity, eps):
    """(R_i[i, new], R_j[j, new], parity of new), or None if the leg must stay as it is."""
    n = len(parity)
    left = right = np.eye(n)
    found = False
    for _ in range(REPEATS):
        i, j = np.nonzero(parity[:, None] == parity)  # R keeps the parity
        values, vectors = np.linalg.eigh(G[i[:, None], j[:, None], i, j])
        share = np.maximum(values / values[-1], 0.0)
        trace = np.sum(vectors[i == j], axis=0)
        R = np.zeros((len(parity), len(parity)))
        R[i, j] = vectors @ (trace * share * (1 + eps**2) / (share + eps**2))
        u, s, v, new = _cut(R, parity, parity, len(parity), DROP * eps)
        if s.size == len(parity) and np.all(np.abs(s - 1) < SETTLED):
            break
        found = True
        u, v = u * np.sqrt(s), v * np.sqrt(s)
        left, right, parity = left @ u, right @ v, new  # old [before] new
        G = _on_leg(_on_leg(_on_leg(_on_leg(G, 0, u), 1, v), 2, u), 3, v)
    return (left, right, parity) if found else None


def _cut(M, rows, columns, chi, floor=0.0):
    """Singular value decomposition of M, which keeps the parity, as (u, s, v, parity)."""
    parts = []
    for p in (0, 1):
        i, j = np.flatnonzero(rows == p), np.flatnonzero(columns == p)
        if i.size and j.size:
            parts.append((p, i, j, *np.linalg.svd(M[i[:, None], j], full_matrices=False)))
    weights = np.concatenate([part[4] for part in parts])
    home = np.repeat(np.arange(len(parts)), [part[4].size for part in parts])
    place = np.concatenate([np.arange(part[4].size) for part in parts])
    kept = keep_largest(weights, chi)
    kept = kept[weights[kept] > floor * weights.max()]
    kept = kept[np.argsort(home[kept], kind="stable")]
    u, v = np.zeros((len(rows), kept.size)), np.zeros((len(columns), kept.size))
    for number, (_, i, j, a, _, b) in enumerate(parts):
        k = np.flatnonzero(home[kept] == number)
        u[i[:, None], k] = a[:, place[kept[k]]]
        v[j[:, None], k] = b[place[kept[k]]].T
    return u, weights[kept], v, np.array([part[0] for part in parts])[home[kept]]


def _joined(A: NDArray[Any], B: NDArray[Any], legs: list, chi: int):
    """Cut A between (u, l) and (d, r), B between (u, r) and (d, l), join four halves: T, parity."""
    west, north, east, south = legs  # A: u west, l north, d east, r south; B: d, r, u, l
    upper_a, lower_a, k = _halves(A, (0, 1, 2, 3), (west, north, east, south), chi)
    upper_b, lower_b, p = _halves(B, (0, 3, 2, 1), (east, north, west, south), chi)
    # Plaquette of four halves: upper left A (d r k), upper right B (d l q), lower right A (u l m),
    # lower left B (u r p).
    top = np.tensordot(lower_a, lower_b, ((1,), (1,)))  # d [r] k, d' [l] q -> d k d' q
    low = np.tensordot(upper_b, upper_a, ((1,), (1,)))  # u [r] p, u' [l] m -> u p u' m
    T = np.tensordot(top, low, ((0, 2), (0, 2)))  # [d] k [d'] q, [u] p [u'] m -> k q p m
    return T.transpose(0, 2, 3, 1), (k, p)  # u l d r


def _halves(T, order, parities, chi):
    """Two halves of T, on the first and on the last two of its legs in this order."""
    T = T.transpose(order)
    a, b, c, d = T.shape
    first = np.bitwise_xor.outer(parities[0], parities[1]).ravel()
    last = np.bitwise_xor.outer(parities[2], parities[3]).ravel()
    u, s, v, parity = _cut(T.reshape(a * b, c * d), first, last, chi)
    u, v = u * np.sqrt(s), v * np.sqrt(s)
    return u.reshape(a, b, -1), v.reshape(c, d, -1), parity
