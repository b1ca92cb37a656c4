"""Wolff updates: one cluster is grown from a random site and flipped.

References
----------
U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.
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
from .._random import next_below, next_word, refilled, undecided
from .cluster import ClusterChain
from .ising import draw_samples, keep, measure_2d, measure_3d

__all__ = ["Wolff", "WolffSeries", "sample_ising_wolff"]


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


def repeat_2d(spins, L, thresholds, stack, state, n):
    """Flip n clusters; the sum of their sizes."""
    total = int64(0)
    for _ in range(n):
        total += wolff_cluster_2d(spins, L, thresholds, stack, state)
    return total


def repeat_3d(spins, L, thresholds, stack, state, n):
    """Flip n clusters; the sum of their sizes."""
    total = int64(0)
    for _ in range(n):
        total += wolff_cluster_3d(spins, L, thresholds, stack, state)
    return total


# Each is compiled when it is first used, so that a chain waits for its own dimension only.
_repeat_2d, _repeat_3d = compiled(repeat_2d), compiled(repeat_3d)


@compiled
def _advance_2d(spins, L, thresholds, stack, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` updates and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_2d(spins, L, thresholds, stack, state, every)
        measure_2d(spins, L, t, sums)
        keep(spins, t, samples)


@compiled
def _advance_3d(spins, L, thresholds, stack, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` updates and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_3d(spins, L, thresholds, stack, state, every)
        measure_3d(spins, L, t, sums)
        keep(spins, t, samples)


@dataclass(frozen=True)
class WolffSeries(Series):
    """A `Series` with `cluster_size`: the mean size of the clusters before each measurement.

    In equilibrium <cluster_size> = N <m**2>, m the magnetization per site.
    """

    cluster_size: NDArray[np.float64]


class Wolff(ClusterChain[WolffSeries]):
    """Chain of Wolff updates: one cluster is grown from a random site and flipped.

    `sweep(n)` flips n clusters and `record` returns a `WolffSeries`. K can be set between updates.

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

    _kernels = {2: (_repeat_2d, _advance_2d), 3: (_repeat_3d, _advance_3d)}

    def _series(self, every: int, counts: Any, sums: Any) -> WolffSeries:
        energy, magnetization = super()._series(every, counts, sums)
        return WolffSeries(energy, magnetization, counts / every)


def sample_ising_wolff(
    L: int,
    K: float,
    n_samples: int,
    *,
    dim: int = 2,
    n_burn: int,
    n_between: int,
    rng: int | np.random.Generator,
) -> NDArray[np.int8]:
    """Ising configurations by Wolff clusters, int8 array (n_samples, L, .., L) of +1 and -1.

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
        Clusters flipped before the first sample is due, and before each sample.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        As `Wolff`, and for n_samples or n_between below 1.

    Examples
    --------
    >>> sample_ising_wolff(4, 0.3, 10, n_burn=50, n_between=5, rng=1).shape
    (10, 4, 4)
    """
    return draw_samples(Wolff(L, K, dim=dim, rng=rng), n_samples, n_burn, n_between)
