"""One byte a spin: the kernels that measure a lattice, and what all samplers of this kind share.

The update itself is written in `local` and `cluster`.
"""

from __future__ import annotations

import numpy as np
from numba import int64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._chain import IsingChain, SeriesT, read_only, with_shape
from .._random import random_state

__all__ = ["ByteChain"]

MAX_SITES = 2**31 - 1  # sites are numbered by int32 in stacks and labels
NO_SAMPLES = np.empty((0, 0), np.int8)


@register_jitable
def bond_sum_2d(spins, L):
    """Sum of s s' over the 2 L**2 bonds of the periodic square lattice."""
    total = int64(0)
    for x in range(L):
        row = x * L
        below = row + L if x < L - 1 else 0
        for y in range(L - 1):
            total += int64(spins[row + y]) * (spins[below + y] + spins[row + y + 1])
        total += int64(spins[row + L - 1]) * (spins[below + L - 1] + spins[row])
    return total


@register_jitable
def bond_sum_3d(spins, L):
    """Sum of s s' over the 3 L**3 bonds of the periodic cubic lattice."""
    total = int64(0)
    layer = L * L
    for x in range(L):
        behind = (x + 1) * layer if x < L - 1 else 0
        for y in range(L):
            row = x * layer + y * L
            below = row + L if y < L - 1 else x * layer
            back = behind + y * L
            for z in range(L - 1):
                neighbours = spins[below + z] + spins[back + z] + spins[row + z + 1]
                total += int64(spins[row + z]) * neighbours
            neighbours = spins[below + L - 1] + spins[back + L - 1] + spins[row]
            total += int64(spins[row + L - 1]) * neighbours
    return total


@register_jitable
def spin_sum(spins, n):
    """Sum of the first n spins."""
    total = int64(0)
    for i in range(n):
        total += int64(spins[i])
    return total


@register_jitable
def keep(spins, t, samples):
    """Copy a configuration to row t of `samples`, unless that is empty."""
    if samples.size > 0:
        for i in range(spins.size):
            samples[t, i] = spins[i]


@register_jitable
def measure_2d(spins, L, t, sums):
    """Write the sums over bonds and over spins to row t of `sums`, unless that is empty."""
    if sums.size > 0:
        sums[t, 0] = bond_sum_2d(spins, L)
        sums[t, 1] = spin_sum(spins, L * L)


@register_jitable
def measure_3d(spins, L, t, sums):
    """Write the sums over bonds and over spins to row t of `sums`, unless that is empty."""
    if sums.size > 0:
        sums[t, 0] = bond_sum_3d(spins, L)
        sums[t, 1] = spin_sum(spins, L * L * L)


class ByteChain(IsingChain[SeriesT]):
    """A chain of Ising spins with one byte a spin.

    A new chain starts with all spins up, which leaves no domain walls to get stuck in; assign to
    `spins` for another start. On L = 2 each pair of neighbours is joined by two bonds.
    """

    def __init__(
        self,
        L: int,
        K: float,
        *,
        h: float = 0.0,
        dim: int = 2,
        rng: int | np.random.Generator,
    ) -> None:
        self.L = _checks.integer("L", L, minimum=2)
        self.dim = _checks.dimension(dim)
        self.n_sites = self.L**self.dim
        if self.n_sites > MAX_SITES:
            raise ValueError(
                f"L = {self.L} in dim = {self.dim} has {self.n_sites} sites, at most "
                f"{MAX_SITES} can be numbered; use a smaller L"
            )
        self._set(K=K, h=h)
        self._state = random_state(rng)
        self._spins = np.ones(self.n_sites, np.int8)

    @property
    def spins(self) -> NDArray[np.int8]:
        """The spins now: int8 array (L,) * dim of +1 and -1, a read-only copy.

        Assign a whole array, `chain.spins = start`, to continue from another configuration.
        """
        return read_only(self._configuration())

    @spins.setter
    def spins(self, array: ArrayLike) -> None:
        array = with_shape("spins", array, (self.L,) * self.dim)
        self._spins[:] = _checks.spins(array[np.newaxis]).reshape(-1)

    def _configuration(self) -> NDArray[np.int8]:
        return self._spins.reshape((self.L,) * self.dim).copy()

    def _fill(self, every: int, samples: NDArray[np.int8]) -> None:
        # the kernels copy the spins themselves: small lattices change faster than Python calls
        n = len(samples)
        counts, sums = self._buffers(n)
        self._in_parts(every, counts, sums[:0], samples.reshape(n, -1))


def draw_samples(chain, n_samples, n_burn, n_between):
    """Configurations of a chain, int8 array (n_samples, L, .., L).

    Makes `n_burn` updates first and `n_between` before each sample.
    """
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    n_burn = _checks.integer("n_burn", n_burn, minimum=0)
    n_between = _checks.integer("n_between", n_between, minimum=1)
    chain.sweep(n_burn)
    return chain.sample(n_samples, n_between)
