"""Swendsen-Wang updates: all clusters are found, and each gets a fair random spin.

References
----------
R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import NDArray

from .._chain import Series
from .._compile import compiled
from .bonds import equal_bonds, equal_bonds_left, occupied
from .cluster import ClusterChain
from .forest import join_across, label_stretch, new_cluster_spins
from .ising import draw_samples, keep, measure_2d, measure_3d

__all__ = ["SwendsenWang", "SwendsenWangSeries", "sample_ising_swendsen_wang"]


@register_jitable
def swendsen_wang_sweep_2d(spins, L, thresholds, labels, state):
    """One Swendsen-Wang update of the square lattice; the number of clusters.

    Row by row, in stretches of up to 64 sites: the bonds to the left and to the row above are
    decided, and join the sites to what is there. The first row comes last, since the row above it
    is the last. `labels` is int32 with L * L entries; `thresholds` comes from `bond_threshold`.
    """
    p_add = thresholds[0]
    edge, one = uint64(L), uint64(1)
    for y in range(edge):
        labels[y] = y
    for x in range(one, edge + one):
        row = x % edge * edge
        upper = (x - one) * edge
        around = uint64(0)  # the bond from the left end of the row to its right end
        for y in range(uint64(0), edge, uint64(64)):
            first = row + y
            width = edge - y if edge - y < uint64(64) else uint64(64)
            left = occupied(equal_bonds_left(spins, row, y, edge, width), p_add, state)
            above = occupied(equal_bonds(spins, first, upper + y, width), p_add, state)
            if y == 0:
                around = left & one
                left ^= around
            if row > 0:
                left = label_stretch(labels, first, width, left, above, edge)
            else:
                join_across(labels, above, upper + y, upper)
            join_across(labels, left, first, one)
        join_across(labels, around, row + edge - one, edge - one)
    return new_cluster_spins(spins, L * L, labels, state)


@register_jitable
def swendsen_wang_sweep_3d(spins, L, thresholds, labels, state):
    """One Swendsen-Wang update of the cubic lattice; the number of clusters.

    As `swendsen_wang_sweep_2d` layer by layer, joining each stretch to the layer in front as well.
    `labels` is int32 with L**3 entries; `thresholds` comes from `bond_threshold`.
    """
    p_add = thresholds[0]
    edge, one = uint64(L), uint64(1)
    area = edge * edge
    behind = area * (edge - one)
    for layer in range(uint64(0), behind + one, area):
        for i in range(layer, layer + edge):
            labels[i] = i
        for y in range(one, edge + one):
            row = layer + y % edge * edge
            upper = layer + (y - one) * edge
            around = uint64(0)
            for z in range(uint64(0), edge, uint64(64)):
                first = row + z
                width = edge - z if edge - z < uint64(64) else uint64(64)
                left = occupied(equal_bonds_left(spins, row, z, edge, width), p_add, state)
                above = occupied(equal_bonds(spins, first, upper + z, width), p_add, state)
                if z == 0:
                    around = left & one
                    left ^= around
                if row > layer:
                    left = label_stretch(labels, first, width, left, above, edge)
                else:
                    join_across(labels, above, upper + z, upper - layer)
                join_across(labels, left, first, one)
                if layer > 0:
                    front = occupied(equal_bonds(spins, first, first - area, width), p_add, state)
                    join_across(labels, front, first, area)
                if layer == behind:
                    front = occupied(equal_bonds(spins, first, first - behind, width), p_add, state)
                    join_across(labels, front, first, behind)
            join_across(labels, around, row + edge - one, edge - one)
    return new_cluster_spins(spins, L * L * L, labels, state)


def repeat_2d(spins, L, thresholds, labels, state, n):
    """Make n updates; the sum of their numbers of clusters."""
    total = int64(0)
    for _ in range(n):
        total += swendsen_wang_sweep_2d(spins, L, thresholds, labels, state)
    return total


def repeat_3d(spins, L, thresholds, labels, state, n):
    """Make n updates; the sum of their numbers of clusters."""
    total = int64(0)
    for _ in range(n):
        total += swendsen_wang_sweep_3d(spins, L, thresholds, labels, state)
    return total


# Each is compiled when it is first used, so that a chain waits for its own dimension only.
_repeat_2d, _repeat_3d = compiled(repeat_2d), compiled(repeat_3d)


@compiled
def _advance_2d(spins, L, thresholds, labels, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` updates and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_2d(spins, L, thresholds, labels, state, every)
        measure_2d(spins, L, t, sums)
        keep(spins, t, samples)


@compiled
def _advance_3d(spins, L, thresholds, labels, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` updates and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_3d(spins, L, thresholds, labels, state, every)
        measure_3d(spins, L, t, sums)
        keep(spins, t, samples)


@dataclass(frozen=True)
class SwendsenWangSeries(Series):
    """A `Series` with `n_clusters`: the mean number of clusters in the updates before each."""

    n_clusters: NDArray[np.float64]


class SwendsenWang(ClusterChain[SwendsenWangSeries]):
    """Chain of Swendsen-Wang updates: all clusters are found, and each gets a fair random spin.

    `sweep(n)` makes n updates of the whole lattice and `record` returns a `SwendsenWangSeries`.
    K can be set between updates.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, 2 or more.
    K : float
        Coupling, 0 or more. There is no field.
    dim : int
        2 (square) or 3 (cubic).
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For L < 2, negative or not finite K, dim other than 2 and 3, a missing rng.

    References
    ----------
    R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86.

    Examples
    --------
    Without coupling there are as many clusters as sites:

    >>> SwendsenWang(8, 0.0, rng=1).record(3).n_clusters
    array([64., 64., 64.])
    """

    _kernels = {2: (_repeat_2d, _advance_2d), 3: (_repeat_3d, _advance_3d)}

    def _series(self, every: int, counts: Any, sums: Any) -> SwendsenWangSeries:
        energy, magnetization = super()._series(every, counts, sums)
        return SwendsenWangSeries(energy, magnetization, counts / every)


def sample_ising_swendsen_wang(
    L: int,
    K: float,
    n_samples: int,
    *,
    dim: int = 2,
    n_burn: int,
    n_between: int,
    rng: int | np.random.Generator,
) -> NDArray[np.int8]:
    """Ising configurations by Swendsen-Wang, int8 array (n_samples, L, .., L) of +1 and -1.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, 2 or more.
    K : float
        Coupling, 0 or more. There is no field.
    n_samples : int
        How many configurations.
    dim : int
        2 (square) or 3 (cubic).
    n_burn, n_between : int
        Updates before the first sample is due, and before each sample.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        As `SwendsenWang`, and for n_samples or n_between below 1.

    Examples
    --------
    >>> sample_ising_swendsen_wang(4, 0.3, 10, n_burn=50, n_between=5, rng=1).shape
    (10, 4, 4)
    """
    return draw_samples(SwendsenWang(L, K, dim=dim, rng=rng), n_samples, n_burn, n_between)
