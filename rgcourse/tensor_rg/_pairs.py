"""Pairs of legs sorted by two symmetries: spin flip and reflection.

A leg has states of `parity` 0 or 1 (even or odd under a flip of all spins) and of `mirror` +1 or
-1 (what a reflection that leaves the leg where it is makes of the state). A pair (i, j) of such
legs is exchanged by a reflection through the corner between them, with the signs of both. The
pairs therefore fall into four sectors (parity, sign), and a tensor that is symmetric, read as a
matrix from pairs to pairs, never leaves a sector.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAME = 1e-9  # relative distance below which two weights belong to one multiplet
NOISE = 1e-15  # a weight this far below the largest is rounding


@dataclass(frozen=True)
class Sector:
    """Pairs i <= j of one parity and sign, |ij> + exchange |ji> with the norm 1."""

    parity: int
    sign: int
    i: NDArray[Any]
    j: NDArray[Any]
    exchange: NDArray[Any]
    norm: NDArray[Any]  # amplitude of |ij>: 1 / sqrt(2), and 1/2 where i = j is counted twice


def sectors_of(parity: NDArray[Any], mirror: NDArray[Any]) -> list[Sector]:
    """The four sectors of pairs of equal legs, empty ones left out."""
    i, j = np.triu_indices(len(parity))
    found = []
    for both in (0, 1):
        for sign in (1, -1):
            here = (parity[i] ^ parity[j]) == both
            here &= (i != j) | (sign == 1)
            a, b = i[here], j[here]
            norm = np.where(a == b, 0.5, math.sqrt(0.5))
            if a.size:
                found.append(Sector(both, sign, a, b, sign * mirror[a] * mirror[b], norm))
    return found


def blocks_of(M: NDArray[Any], sectors: list[Sector]) -> list[NDArray[Any]]:
    """The blocks of a symmetric M[i, j, a, b] between pairs (i, j) and (a, b)."""
    blocks = []
    for s in sectors:
        rows = M[s.i, s.j]  # [pair] a b
        block = rows[:, s.i, s.j] + s.exchange * rows[:, s.j, s.i]
        scale = np.where(s.i == s.j, math.sqrt(0.5), 1.0)
        blocks.append(block * scale[:, None] * scale)
    return blocks


def dense_of(blocks: list[NDArray[Any]], sectors: list[Sector], n: int) -> NDArray[Any]:
    """M[i, j, a, b] put together from its blocks."""
    M = np.zeros((n, n, n, n))
    for block, s in zip(blocks, sectors, strict=True):
        part = block * s.norm[:, None] * s.norm
        other = part * s.exchange
        for i, j, rows in ((s.i, s.j, 1.0), (s.j, s.i, s.exchange[:, None])):
            M[i[:, None], j[:, None], s.i, s.j] += rows * part
            M[i[:, None], j[:, None], s.j, s.i] += rows * other
    return M


def largest_of(blocks: list[NDArray[Any]], sectors: list[Sector], n: int) -> float:
    """The largest element of a positive M[i, j, a, b], which stands on its diagonal."""
    diagonal = np.zeros((n, n))
    for block, s in zip(blocks, sectors, strict=True):
        diagonal[s.i, s.j] += np.diag(block) * np.where(s.i == s.j, 1.0, 0.5)
    return float(diagonal.max())


def keep_largest(weights: NDArray[Any], chi: int, noise: float = NOISE) -> NDArray[Any]:
    """Indices of the largest weights, at most `chi`, and no multiplet torn apart."""
    order = np.argsort(-weights, kind="stable")
    w = weights[order]
    n = min(chi, int(np.count_nonzero(w > noise * w[0])))
    whole = n
    while 0 < whole < w.size and w[whole - 1] - w[whole] <= SAME * w[whole - 1]:
        whole -= 1
    return order[: whole or n]


def symmetric_basis(
    blocks: list[NDArray[Any]], sectors: list[Sector], n: int, chi: int, noise: float = NOISE
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The leading eigenvectors of a positive M, as (V[i, j, k], weight, parity, mirror) of k."""
    values, vectors = zip(*(np.linalg.eigh(block) for block in blocks), strict=True)
    weights = np.concatenate(values)
    home = np.repeat(np.arange(len(sectors)), [v.size for v in values])
    place = np.concatenate([np.arange(v.size) for v in values])
    kept = keep_largest(weights, chi, noise)
    kept = kept[np.lexsort((-weights[kept], home[kept]))]  # even states first
    V = np.zeros((n, n, kept.size))
    for h, s in enumerate(sectors):
        k = np.flatnonzero(home[kept] == h)
        v = vectors[h][:, place[kept[k]]] * s.norm[:, None]  # pair k
        V[s.i[:, None], s.j[:, None], k] += v
        V[s.j[:, None], s.i[:, None], k] += s.exchange[:, None] * v
    parity = np.array([s.parity for s in sectors])[home[kept]]
    mirror = np.array([s.sign for s in sectors])[home[kept]]
    return V, weights[kept], parity, mirror
