"""Cluster updates, which flip whole domains at once: Wolff and Swendsen-Wang, without a field.

Equal neighbours are joined with probability p_add = 1 - exp(-2 K), K >= 0. On L = 2 two bonds
join the same two sites, and each has its own chance.

References
----------
R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86.
U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable

from .. import _checks
from .._random import next_below, next_word, refilled, threshold, undecided
from .bonds import alike, alike_left, closed
from .chain import Chain, Series, compiled, draw_samples, measure
from .forest import join_across, label_stretch, new_cluster_spins


@register_jitable
def bond_threshold(K, thresholds):
    """Fill `thresholds[0]`: a bond between equal spins is closed when a word is below it."""
    thresholds[0] = threshold(1.0 - math.exp(-2.0 * K))


@register_jitable
def wolff_neighbour(spins, i, old, joined, stack, height):
    """If `joined` and spin i is `old`, flip it and put i on the stack; the new height."""
    grows = int64(joined) & int64(spins[i] == old)
    spins[i] *= 1 - 2 * grows
    stack[height] = i  # without a branch: an entry at or above the height does not count
    return height + grows


@register_jitable
def wolff_cluster_2d(spins, L, thresholds, stack, state):
    """Flip one Wolff cluster of the square lattice and return its size.

    `stack` is int32 with L * L entries; `thresholds` comes from `bond_threshold`.
    """
    sites = L * L
    p_add = thresholds[0]
    seed = next_below(state, sites)
    old = spins[seed]
    spins[seed] = -old
    stack[0] = seed
    height = int64(1)
    size = int64(0)
    while height > 0:
        height -= 1
        size += 1
        i = int64(stack[height])
        y = i % L
        above = i - L if i >= L else i + sites - L
        below = i + L if i < sites - L else i + L - sites
        left = i - 1 if y > 0 else i + L - 1
        right = i + 1 if y < L - 1 else i + 1 - L
        # One word holds four decisions of 16 bits. Here and below this stays spelt out: in a
        # helper numba would count references to `state`, at twice the time.
        word = next_word(state)
        for neighbour in (above, below, left, right):
            decision = word
            if undecided(word, p_add):
                decision = refilled(word, next_word(state))
            height = wolff_neighbour(spins, neighbour, old, decision < p_add, stack, height)
            word <<= uint64(16)
    return size


@register_jitable
def wolff_cluster_3d(spins, L, thresholds, stack, state):
    """Flip one Wolff cluster of the cubic lattice and return its size.

    `stack` is int32 with L**3 entries; `thresholds` comes from `bond_threshold`.
    """
    layer = L * L
    sites = L * layer
    p_add = thresholds[0]
    seed = next_below(state, sites)
    old = spins[seed]
    spins[seed] = -old
    stack[0] = seed
    height = int64(1)
    size = int64(0)
    while height > 0:
        height -= 1
        size += 1
        i = int64(stack[height])
        z = i % L
        y = (i // L) % L
        front = i - layer if i >= layer else i + sites - layer
        back = i + layer if i < sites - layer else i + layer - sites
        above = i - L if y > 0 else i + layer - L
        below = i + L if y < L - 1 else i + L - layer
        left = i - 1 if z > 0 else i + L - 1
        right = i + 1 if z < L - 1 else i + 1 - L
        word = next_word(state)
        for neighbour in (above, below, left, right):
            decision = word
            if undecided(word, p_add):
                decision = refilled(word, next_word(state))
            height = wolff_neighbour(spins, neighbour, old, decision < p_add, stack, height)
            word <<= uint64(16)
        word = next_word(state)
        for neighbour in (front, back):
            decision = word
            if undecided(word, p_add):
                decision = refilled(word, next_word(state))
            height = wolff_neighbour(spins, neighbour, old, decision < p_add, stack, height)
            word <<= uint64(16)
    return size


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
            width = min(uint64(64), edge - y)
            left = closed(alike_left(spins, row, y, edge, width), p_add, state)
            above = closed(alike(spins, first, upper + y, width), p_add, state)
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
                width = min(uint64(64), edge - z)
                left = closed(alike_left(spins, row, z, edge, width), p_add, state)
                above = closed(alike(spins, first, upper + z, width), p_add, state)
                if z == 0:
                    around = left & one
                    left ^= around
                if row > layer:
                    left = label_stretch(labels, first, width, left, above, edge)
                else:
                    join_across(labels, above, upper + z, upper - layer)
                join_across(labels, left, first, one)
                if layer > 0:
                    front = closed(alike(spins, first, first - area, width), p_add, state)
                    join_across(labels, front, first, area)
                if layer == behind:
                    front = closed(alike(spins, first, first - behind, width), p_add, state)
                    join_across(labels, front, first, behind)
            join_across(labels, around, row + edge - one, edge - one)
    return new_cluster_spins(spins, L * L * L, labels, state)


def advance_wolff(
    spins, L, dim, thresholds, stack, state, every, bond_sums, spin_sums, counts, samples
):
    """For each entry of `counts` flip `every` clusters and measure; the sum of their sizes."""
    for t in range(counts.size):
        total = int64(0)
        for _ in range(every):
            if dim == 2:
                total += wolff_cluster_2d(spins, L, thresholds, stack, state)
            else:
                total += wolff_cluster_3d(spins, L, thresholds, stack, state)
        counts[t] = total
        measure(spins, L, dim, t, bond_sums, spin_sums, samples)


def advance_swendsen_wang(
    spins, L, dim, thresholds, labels, state, every, bond_sums, spin_sums, counts, samples
):
    """For each entry of `counts` make `every` sweeps and measure; the sum of cluster numbers."""
    for t in range(counts.size):
        total = int64(0)
        for _ in range(every):
            if dim == 2:
                total += swendsen_wang_sweep_2d(spins, L, thresholds, labels, state)
            else:
                total += swendsen_wang_sweep_3d(spins, L, thresholds, labels, state)
        counts[t] = total
        measure(spins, L, dim, t, bond_sums, spin_sums, samples)


_bond_threshold = compiled(bond_threshold)
_advance_wolff = compiled(advance_wolff)
_advance_swendsen_wang = compiled(advance_swendsen_wang)


class _ClusterChain(Chain):
    """What Wolff and Swendsen-Wang share: K >= 0, no field, one int32 of work space per site."""

    def __init__(self, L, K, *, dim=2, rng):
        if _checks.finite("K", K) < 0.0:
            raise ValueError(
                f"clusters of equal spins need K >= 0, got K = {K}; for an antiferromagnet use "
                f"HeatBath or Metropolis, or flip every other spin, which turns K into -K (even L)"
            )
        super().__init__(L, K, dim=dim, rng=rng)
        self._thresholds = np.empty(1, np.uint64)
        self._work = np.empty(self.n_sites, np.int32)
        _bond_threshold(self.K, self._thresholds)


@dataclass(frozen=True)
class WolffSeries(Series):
    """A `Series` with `cluster_size`: the mean size of the clusters before each measurement.

    In equilibrium <cluster_size> = N <m**2>, m the magnetization per site.
    """

    cluster_size: np.ndarray


class Wolff(_ClusterChain):
    """Chain of Wolff updates: one cluster is grown from a random site and flipped.

    `sweep(n)` flips n clusters and `record` returns a `WolffSeries`.

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
    U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.

    Examples
    --------
    Without coupling every cluster is a single site:

    >>> Wolff(8, 0.0, rng=1).record(3).cluster_size
    array([1., 1., 1.])
    """

    def _advance(self, every, bond_sums, spin_sums, counts, samples):
        _advance_wolff(
            self._spins, self.L, self.dim, self._thresholds, self._work, self._state,
            every, bond_sums, spin_sums, counts, samples,
        )  # fmt: skip

    def _series(self, energy, magnetization, counts):
        return WolffSeries(energy, magnetization, counts)


@dataclass(frozen=True)
class SwendsenWangSeries(Series):
    """A `Series` with `n_clusters`: the mean number of clusters in the updates before each."""

    n_clusters: np.ndarray


class SwendsenWang(_ClusterChain):
    """Chain of Swendsen-Wang updates: all clusters are found, and each gets a fair random spin.

    `sweep(n)` makes n updates of the whole lattice and `record` returns a `SwendsenWangSeries`.

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

    def _advance(self, every, bond_sums, spin_sums, counts, samples):
        _advance_swendsen_wang(
            self._spins, self.L, self.dim, self._thresholds, self._work, self._state,
            every, bond_sums, spin_sums, counts, samples,
        )  # fmt: skip

    def _series(self, energy, magnetization, counts):
        return SwendsenWangSeries(energy, magnetization, counts)


def sample_ising_wolff(L, K, n_samples, *, dim=2, n_burn, n_between, rng):
    """Ising configurations by Wolff clusters, int8 array (n_samples, L, .., L) of +1 and -1.

    `n_burn` clusters are flipped first and `n_between` before each sample. See `Wolff`.
    """
    return draw_samples(Wolff(L, K, dim=dim, rng=rng), n_samples, n_burn, n_between)


def sample_ising_swendsen_wang(L, K, n_samples, *, dim=2, n_burn, n_between, rng):
    """Ising configurations by Swendsen-Wang, int8 array (n_samples, L, .., L) of +1 and -1.

    `n_burn` updates come first and `n_between` before each sample. See `SwendsenWang`.
    """
    return draw_samples(SwendsenWang(L, K, dim=dim, rng=rng), n_samples, n_burn, n_between)
