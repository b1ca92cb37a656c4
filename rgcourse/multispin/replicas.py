"""Sixty-four small lattices at once: bit b of every word belongs to lattice b.

`square` cuts one large lattice into 64 strips and lays them on top of each other; where a strip
meets the next, words are rotated by one bit. Here nothing is rotated: the 64 bits are 64 tori of
L x L spins, which share a place in memory and nothing else. The bits of a random mask are
independent, and so are the lattices: their scatter is the statistical error.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint64 as U
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._chain import Chain, Fixed, Parameter, Series, explained, read_only, with_shape
from .._compile import compiled
from .._random import random_state
from . import rules
from .bits import add4
from .masks import (
    ALL_BITS,
    STREAM_WORDS,
    MaskTables,
    clear_corrections,
    draw_corrections,
    seed_streams,
)
from .square import sweep_row_2d

__all__ = ["HeatBathReplicas", "MetropolisReplicas"]

N_REPLICAS = 64
MAX_EDGE = 1024
DIGITS = 32  # of the counters, more than any lattice needs


@register_jitable
def sweep_replicas_2d(lattice, L, rule, poisson, corrections, marked, streams, state):
    """One sweep of all lattices, even sites first; the arguments are those of `square.sweep_2d`."""
    # The loops of `sweep_2d` once more: shared in a helper, they cost 5 to 9 % of small lattices.
    rows, columns = U(L), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            offset = (r + U(1)) * width + U(1)
            here, there = c * half + offset, (U(1) - c) * half + offset
            beside = there + U(2) * ((r + c) & U(1)) - U(1)
            count = draw_corrections(U(2), columns, poisson, corrections, marked, state)
            sweep_row_2d(lattice, here, there, beside, width, columns, rule, corrections, streams)
            clear_corrections(count, corrections, marked)
        close_margin_2d(lattice, c * half, rows, columns)


@register_jitable
def close_margin_2d(lattice, start, rows, columns):
    """Copy the edges of one colour, whose words start at `start`, into its margin."""
    width = columns + U(2)
    for r in range(rows):
        row = start + (r + U(1)) * width
        lattice[row] = lattice[row + columns]
        lattice[row + columns + U(1)] = lattice[row + U(1)]
    for k in range(width):
        lattice[start + k] = lattice[start + rows * width + k]
        lattice[start + (rows + U(1)) * width + k] = lattice[start + width + k]


@register_jitable
def tally(word, digit, counters):
    """Add 2**digit to the counter of each lattice whose bit is set.

    A counter is spread over words, one binary digit in each; 64 counters are added to together.
    """
    while word != 0:
        carry = counters[digit] & word
        counters[digit] ^= word
        word = carry
        digit += U(1)


@register_jitable
def read_counters(counters, counts, t):
    """Write the 64 counters to row t of the flat `counts`, and set them back to zero."""
    for b in range(U(64)):
        total = U(0)
        for digit in range(U(DIGITS)):
            total |= ((counters[digit] >> b) & U(1)) << digit
        counts[t * U(64) + b] = total
    for digit in range(U(DIGITS)):
        counters[digit] = U(0)


@register_jitable
def measure_replicas_2d(lattice, L, counters, t, sums):
    """Write bonds between unequal spins, then spins up, of each lattice to row t of `sums`."""
    rows, columns = U(L), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            here = c * half + (r + U(1)) * width + U(1)
            for k in range(columns):
                tally(lattice[here + k], U(0), counters)
    read_counters(counters, sums, U(2) * t + U(1))
    for r in range(rows):
        here = (r + U(1)) * width + U(1)
        there = half + here
        beside = there + U(2) * (r & U(1)) - U(1)
        for k in range(columns):
            spin = lattice[here + k]
            ones, twos, fours = add4(
                spin ^ lattice[there - width + k],
                spin ^ lattice[there + width + k],
                spin ^ lattice[there + k],
                spin ^ lattice[beside + k],
            )
            tally(ones, U(0), counters)
            tally(twos, U(1), counters)
            tally(fours, U(2), counters)
    read_counters(counters, sums, U(2) * t)


@register_jitable
def run_replicas_2d(
    lattice, L, rule, poisson, corrections, marked, streams, state, counters, every, counts, sums
):
    """For each entry of `counts` make `every` sweeps, then measure (not into an empty array)."""
    for t in range(counts.size):
        for _ in range(every):
            sweep_replicas_2d(lattice, L, rule, poisson, corrections, marked, streams, state)
        counts[t] = every
        if sums.size > 0:
            measure_replicas_2d(lattice, L, counters, U(t), sums)


_run_replicas_2d = compiled(run_replicas_2d)
_seed_streams = compiled(seed_streams)
_close_margin_2d = compiled(close_margin_2d)


class _Replicas(Chain[Series]):
    """What both updates share: 64 independent L x L square lattices, one in each bit of a word."""

    L = Fixed()
    K = Parameter()
    _heat_bath = False
    _tables: MaskTables

    @explained
    def __init__(self, L: int, K: float, *, rng: int | np.random.Generator) -> None:
        self.L = _checks.integer("L", L, minimum=4)
        if self.L % 2 or self.L > MAX_EDGE:
            raise ValueError(
                f"L must be even and at most {MAX_EDGE}, got {self.L}: use L = "
                f"{min(MAX_EDGE, self.L // 2 * 2)}, or for one large lattice PackedIsing"
            )
        self.n_sites = self.L**2
        self._set(K=K)
        columns = self.L // 2
        self._state = random_state(rng)
        self._streams = np.empty(STREAM_WORDS * columns, np.uint64)
        _seed_streams(self._streams, len(self._streams), self._state)
        self._words = np.full(2 * (self.L + 2) * (columns + 2), ALL_BITS, np.uint64)
        self._counters = np.zeros(DIGITS, np.uint64)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(L={self.L}, K={self.K:.7g})"

    @property
    def spins(self) -> NDArray[np.int8]:
        """The spins of all lattices now, a read-only int8 array (64, L, L) of +1 and -1.

        Assign a whole array, `chain.spins = start`, to continue from other configurations.
        """
        return read_only(self._configuration())

    @spins.setter
    def spins(self, array: ArrayLike) -> None:
        array = with_shape("spins", array, (N_REPLICAS, self.L, self.L))
        bits = (_checks.spins(array) > 0).astype(np.uint64)
        words = (bits << np.arange(N_REPLICAS, dtype=np.uint64)[:, None, None]).sum(
            axis=0, dtype=np.uint64
        )
        x, y = np.indices((self.L, self.L))
        self._inside()[(x + y) % 2, x, y // 2] = words
        for start in (0, len(self._words) // 2):
            _close_margin_2d(self._words, start, self.L, self.L // 2)

    def energy(self) -> NDArray[np.float64]:
        """Energy per site of each lattice now, float64 array (64,)."""
        return self._per_site(self._measured())[0]

    def magnetization(self) -> NDArray[np.float64]:
        """Magnetization per site of each lattice now, with its sign, float64 array (64,)."""
        return self._per_site(self._measured())[1]

    def _made_of(self, K: float) -> tuple[dict[str, float], MaskTables]:
        K = _checks.finite("K", K)
        if not self._heat_bath and _checks.flips_freely(K):
            raise ValueError(
                f"Metropolis at K = {K:g} flips every spin in every sweep, or nearly, and does not "
                f"sample; use HeatBathReplicas"
            )
        return {"K": K}, rules.tables(K, 0.0, 4, self._heat_bath, self.L // 2)

    def _configuration(self) -> NDArray[np.int8]:
        x, y = np.indices((self.L, self.L))
        words = self._inside()[(x + y) % 2, x, y // 2]  # (L, L)
        bits = words >> np.arange(N_REPLICAS, dtype=np.uint64)[:, None, None] & np.uint64(1)
        return 2 * bits.astype(np.int8) - 1  # (64, L, L)

    def _inside(self) -> NDArray[np.uint64]:
        """A view of the words without their margin: colour, row, column."""
        return self._words.reshape(2, self.L + 2, -1)[:, 1:-1, 1:-1]

    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return np.empty(n, np.int64), np.empty((n, 2, N_REPLICAS), np.int64)

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        tables = self._tables
        _run_replicas_2d(
            self._words, self.L, tables.rule, tables.poisson, tables.corrections, tables.marked,
            self._streams, self._state, self._counters, every, counts, sums.reshape(-1),
        )  # fmt: skip

    def _series(self, every: int, counts: Any, sums: Any) -> Series:
        """Energies and magnetizations, arrays (n, 64): one column a lattice.

        Every lattice by itself is a chain of n measurements.
        """
        return Series(*self._per_site(sums))

    def _per_site(self, sums: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Energy and magnetization from bonds between unequal spins, and spins up, (.., 2, 64)."""
        unequal, up = sums[..., 0, :], sums[..., 1, :]
        N = self.n_sites
        return (2 * unequal - 2 * N) / N, (2 * up - N) / N


class HeatBathReplicas(_Replicas):
    """Heat bath on 64 independent L x L square lattices at once, one in each bit of a word.

    Weight exp(K sum_nn s s'), periodic; each spin is drawn afresh, up with probability
    1 / (1 + exp(-2 K n)), n the sum of its neighbours, even sites first, then odd ones: the update
    of `samplers.HeatBath`. Every lattice has random decisions of its own, so the 64 series are
    independent; `record` returns a `Series` of arrays (n, 64), one column a lattice. All lattices
    start with all spins up: discard some ten autocorrelation times before measuring. K can be set.

    Parameters
    ----------
    L : int
        Edge, even, 4 to 1024.
    K : float
        Coupling; negative for an antiferromagnet.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For an edge that is odd, too small or too large, K not finite, a missing rng.

    Examples
    --------
    At strong coupling nothing moves:

    >>> energy, magnetization = HeatBathReplicas(8, 5.0, rng=1).record(3)
    >>> energy.shape, float(energy.max()), float(magnetization.min())
    ((3, 64), -2.0, 1.0)
    """

    _heat_bath = True


class MetropolisReplicas(_Replicas):
    """As `HeatBathReplicas` with another update: a spin flips with p = min(1, exp(-2 K s n)).

    |K| below 5e-4 is refused, because there nearly every spin flips in every sweep.
    """
