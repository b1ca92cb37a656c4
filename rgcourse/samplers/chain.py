"""A chain: spins, a generator and the wish to go on; what all samplers share.

A sampler is a chain of configurations, each made from the one before. `Chain` keeps the spins
and the state of the generator, so that it can be continued, measured and recorded; the update
itself is written in `local` and `cluster`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numba import int64, njit
from numba.extending import register_jitable

from .. import _checks
from .._random import random_state

# How every kernel of the samplers is compiled. `nogil` lets chains run in threads, one chain each.
compiled = njit(cache=True, nogil=True, error_model="numpy")

# A compiled call cannot be interrupted, so no call makes more site updates than this: about 0.1 s.
SITES_PER_CALL = 2**25
LARGEST_SITE_COUNT = 2**31 - 1  # sites are numbered by int32 in stacks and labels
NO_SUMS, NO_SAMPLES = np.empty(0, np.int64), np.empty((0, 0), np.int8)


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
def measure(spins, L, dim, t, bond_sums, spin_sums, samples):
    """Write sums and spins of a configuration to entry t of each array that is not empty."""
    if samples.size > 0:
        for i in range(spins.size):
            samples[t, i] = spins[i]
    if bond_sums.size > 0:
        if dim == 2:
            bond_sums[t] = bond_sum_2d(spins, L)
            spin_sums[t] = spin_sum(spins, L * L)
        else:
            bond_sums[t] = bond_sum_3d(spins, L)
            spin_sums[t] = spin_sum(spins, L * L * L)


@dataclass(frozen=True)
class Series:
    """What a chain recorded, measurement by measurement; unpacks as `energy, magnetization`.

    Attributes
    ----------
    energy : float64 array (n,)
        Energy per site, -sum s s' / N over the bonds, without the field term.
    magnetization : float64 array (n,)
        Magnetization per site with its sign.
    """

    energy: np.ndarray
    magnetization: np.ndarray

    def __iter__(self):
        return iter((self.energy, self.magnetization))

    def __len__(self):
        return len(self.energy)


class Chain(ABC):
    """Periodic Ising lattice with weight exp(K sum_nn s s' + h sum s), updated again and again.

    A new chain starts with all spins up, which leaves no walls between domains to get stuck in;
    assign to `spins` for another start. It goes on where it stopped: `sweep(3); sweep(4)` gives
    the same spins as `sweep(7)`. On L = 2 each pair of neighbours is joined by two bonds.

    Attributes
    ----------
    L, dim, n_sites : int
        Edge, dimension (2 or 3) and number L**dim of sites.
    K, h : float
        Coupling and field, both dimensionless.
    """

    def __init__(self, L, K, *, h=0.0, dim=2, rng):
        self.L = _checks.integer("L", L, minimum=2)
        self.dim = _checks.dimension(dim)
        self.K = _checks.finite("K", K)
        self.h = _checks.finite("h", h)
        self.n_sites = self.L**self.dim
        if self.n_sites > LARGEST_SITE_COUNT:
            raise ValueError(
                f"L = {self.L} in dim = {self.dim} has {self.n_sites} sites, at most "
                f"{LARGEST_SITE_COUNT} can be numbered; use a smaller L"
            )
        self._state = random_state(rng)
        self._spins = np.ones(self.n_sites, np.int8)

    def __repr__(self):
        field = f", h={self.h:g}" if self.h else ""
        return f"{type(self).__name__}(L={self.L}, K={self.K:.7g}{field}, dim={self.dim})"

    @property
    def spins(self):
        """The spins now: int8 array (L,) * dim of +1 and -1, a read-only copy.

        Assign a whole array, `chain.spins = start`, to continue from another configuration.
        """
        copy = self._spins.reshape((self.L,) * self.dim).copy()
        copy.flags.writeable = False
        return copy

    @spins.setter
    def spins(self, array):
        expected = (self.L,) * self.dim
        if np.shape(array) != expected:
            raise ValueError(f"spins must have shape {expected}, got {np.shape(array)}")
        self._spins[:] = _checks.spins(np.asarray(array)[np.newaxis]).reshape(-1)

    def energy(self):
        """Energy per site now, -sum s s' / N over the bonds, without the field term."""
        bond_sum = _bond_sum_2d if self.dim == 2 else _bond_sum_3d
        return -bond_sum(self._spins, self.L) / self.n_sites

    def magnetization(self):
        """Magnetization per site now, sum s / N, with its sign."""
        return _spin_sum(self._spins, self.n_sites) / self.n_sites

    def sweep(self, n=1):
        """Make n updates."""
        self._update(_checks.integer("n", n, minimum=0))

    def record(self, n, every=1):
        """Make `every` updates and measure, n times over; a `Series` of length n.

        Only the measurements are kept: memory grows with n, not with n lattices.
        """
        n = _checks.integer("n", n, minimum=1)
        every = _checks.integer("every", every, minimum=1)
        bond_sums, spin_sums, counts = np.empty((3, n), np.int64)
        self._in_parts(n, every, bond_sums, spin_sums, counts, NO_SAMPLES)
        return self._series(-bond_sums / self.n_sites, spin_sums / self.n_sites, counts / every)

    def sample(self, n, every=1):
        """Make `every` updates and keep the spins, n times over: int8 array (n, L, .., L)."""
        n = _checks.integer("n", n, minimum=1)
        every = _checks.integer("every", every, minimum=1)
        samples = np.empty((n, self.n_sites), np.int8)
        self._in_parts(n, every, NO_SUMS, NO_SUMS, np.empty(n, np.int64), samples)
        return samples.reshape((n,) + (self.L,) * self.dim)

    def _in_parts(self, n, every, bond_sums, spin_sums, counts, samples):
        """As `_advance` for n measurements, in calls short enough for Ctrl-C."""
        rows = SITES_PER_CALL // (every * self.n_sites)
        for start in range(0, n, max(1, rows)):
            before = self._update(every - 1) if rows == 0 else 0
            part = slice(start, start + max(1, rows))
            arrays = bond_sums[part], spin_sums[part], counts[part], samples[part]
            self._advance(every if rows else 1, *arrays)
            counts[part] += before

    def _update(self, n):
        """Make n updates, in calls short enough for Ctrl-C; the sum of their counts."""
        per_call = max(1, SITES_PER_CALL // self.n_sites)
        count, total = np.empty(1, np.int64), 0
        while n > 0:
            self._advance(min(n, per_call), NO_SUMS, NO_SUMS, count, NO_SAMPLES)
            total += int(count[0])
            n -= per_call
        return total

    @abstractmethod
    def _advance(self, every, bond_sums, spin_sums, counts, samples):
        """For each entry of `counts` make `every` updates, then `measure` into the others.

        `counts` receives what the algorithm counts, summed over these updates.
        """

    def _series(self, energy, magnetization, counts):
        """The record; `counts` is the mean over the updates of each measurement."""
        return Series(energy, magnetization)


def draw_samples(chain, n_samples, n_burn, n_between):
    """Configurations of a chain, int8 array (n_samples, L, .., L).

    Makes `n_burn` updates first and `n_between` before each sample.
    """
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    n_burn = _checks.integer("n_burn", n_burn, minimum=0)
    n_between = _checks.integer("n_between", n_between, minimum=1)
    chain.sweep(n_burn)
    return chain.sample(n_samples, n_between)


_bond_sum_2d, _bond_sum_3d, _spin_sum = map(compiled, (bond_sum_2d, bond_sum_3d, spin_sum))
