"""Sixty-four small lattices at once: bit b of every word belongs to lattice b.

`square` cuts one large lattice into 64 strips and lays them on top of each other; where a strip
meets the next, words are turned by one bit. Here nothing is turned: the 64 bits are 64 tori of
L x L spins, which share a place in memory and nothing else. Each bit of a random mask is drawn for
itself, so that the lattices are independent chains, and what differs between them is their error.
"""

import numpy as np
from numba import uint64 as U
from numba.extending import register_jitable

from .. import _checks
from .._random import random_state
from ..samplers.chain import SITES_PER_CALL, Series, compiled
from . import rules
from .bits import add4
from .chances import ALL, STREAM_WORDS, seed_streams, sprinkle, sweep_up
from .square import sweep_row_2d

N_REPLICAS = 64
LARGEST = 1024
DIGITS = 32  # of the counters, more than any lattice needs


@register_jitable
def sweep_replicas_2d(lattice, L, rule, arrivals, events, places, streams, state):
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
            count = sprinkle(U(2), columns, arrivals, events, places, state)
            sweep_row_2d(lattice, here, there, beside, width, columns, rule, events, streams)
            sweep_up(count, events, places)
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
    """Write the 64 counters to row t of `counts`, and set them back to zero."""
    for b in range(U(64)):
        total = U(0)
        for digit in range(U(DIGITS)):
            total |= ((counters[digit] >> b) & U(1)) << digit
        counts[t * U(64) + b] = total
    for digit in range(U(DIGITS)):
        counters[digit] = U(0)


@register_jitable
def measure_replicas_2d(lattice, L, counters, t, unequal, up):
    """Write bonds between unequal spins, and spins up, of each lattice to row t."""
    rows, columns = U(L), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            here = c * half + (r + U(1)) * width + U(1)
            for k in range(columns):
                tally(lattice[here + k], U(0), counters)
    read_counters(counters, up, t)
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
    read_counters(counters, unequal, t)


@register_jitable
def run_replicas_2d(
    lattice, L, rule, arrivals, events, places, streams, state, every, n, counters, unequal, up
):
    """Make `every` sweeps, n times over, and measure after each (not into empty arrays)."""
    for t in range(n):
        for _ in range(every):
            sweep_replicas_2d(lattice, L, rule, arrivals, events, places, streams, state)
        if up.size > 0:
            measure_replicas_2d(lattice, L, counters, U(t), unequal, up)


_run_replicas_2d = compiled(run_replicas_2d)
_seed_streams = compiled(seed_streams)
_close_margin_2d = compiled(close_margin_2d)


class _Replicas:
    """What both updates share: 64 independent L x L square lattices, one in each bit of a word."""

    _fresh = False

    def __init__(self, L, K, *, rng):
        self.L = _checks.integer("L", L, minimum=4)
        if self.L % 2 or self.L > LARGEST:
            raise ValueError(
                f"L must be even and at most {LARGEST}, got {self.L}: use L = "
                f"{min(LARGEST, self.L // 2 * 2)}, or for one large lattice PackedIsing"
            )
        self.K = _checks.finite("K", K)
        if self.K == 0.0 and not self._fresh:
            raise ValueError(
                "Metropolis at K = 0 flips every spin in every sweep and does not sample; use "
                "HeatBathReplicas"
            )
        self.n_sites = self.L**2
        columns = self.L // 2
        self._state = random_state(rng)
        self._streams = np.empty(STREAM_WORDS * columns, np.uint64)
        _seed_streams(self._streams, len(self._streams), self._state)
        self._chances = rules.tables(self.K, 0.0, 4, self._fresh, columns)
        self._words = np.full(2 * (self.L + 2) * (columns + 2), ALL, np.uint64)
        self._counters = np.zeros(DIGITS, np.uint64)

    def __repr__(self):
        return f"{type(self).__name__}(L={self.L}, K={self.K:.7g})"

    @property
    def spins(self):
        """The spins of all lattices now, a read-only int8 array (64, L, L) of +1 and -1."""
        x, y = np.indices((self.L, self.L))
        words = self._inside()[(x + y) % 2, x, y // 2]
        bits = words >> np.arange(N_REPLICAS, dtype=np.uint64)[:, None, None] & np.uint64(1)
        spins = 2 * bits.astype(np.int8) - 1
        spins.flags.writeable = False
        return spins

    @spins.setter
    def spins(self, array):
        expected = (N_REPLICAS, self.L, self.L)
        if np.shape(array) != expected:
            raise ValueError(f"spins must have shape {expected}, got {np.shape(array)}")
        bits = (_checks.spins(array) > 0).astype(np.uint64)
        words = (bits << np.arange(N_REPLICAS, dtype=np.uint64)[:, None, None]).sum(
            axis=0, dtype=np.uint64
        )
        x, y = np.indices((self.L, self.L))
        self._inside()[(x + y) % 2, x, y // 2] = words
        for start in (0, len(self._words) // 2):
            _close_margin_2d(self._words, start, self.L, self.L // 2)

    def _inside(self):
        """A view of the words without their margin: colour, row, column."""
        return self._words.reshape(2, self.L + 2, -1)[:, 1:-1, 1:-1]

    def sweep(self, n=1):
        """Make n sweeps of all lattices."""
        self._run(_checks.integer("n", n, minimum=0), 1, np.empty((2, 0, N_REPLICAS), np.int64))

    def record(self, n, every=1):
        """Make `every` sweeps and measure, n times over; a `Series` of arrays (n, 64).

        Energy and magnetization per site, one column a lattice. Every lattice by itself is a chain
        of n measurements.
        """
        n = _checks.integer("n", n, minimum=1)
        every = _checks.integer("every", every, minimum=1)
        counts = np.empty((2, n, N_REPLICAS), np.int64)
        self._run(n, every, counts)
        unequal, up = counts
        N = self.n_sites
        return Series((2 * unequal - 2 * N) / N, (2 * up - N) / N)

    def _run(self, n, every, counts):
        """n times `every` sweeps, in calls short enough for Ctrl-C where one is not too long."""
        chances = self._chances
        per_call = max(1, SITES_PER_CALL // (every * self.n_sites))
        for start in range(0, n, per_call):
            unequal, up = (part[start : start + per_call].reshape(-1) for part in counts)
            _run_replicas_2d(
                self._words, self.L, chances.rule, chances.arrivals, chances.events,
                chances.places, self._streams, self._state, every, min(per_call, n - start),
                self._counters, unequal, up,
            )  # fmt: skip


class HeatBathReplicas(_Replicas):
    """Heat bath on 64 independent L x L square lattices at once, one in each bit of a word.

    Weight exp(K sum_nn s s'), periodic; each spin is drawn afresh, up with probability
    1 / (1 + exp(-2 K n)), n the sum of its neighbours, even sites first, then odd ones: the update
    of `samplers.HeatBath`. Every lattice has random decisions of its own, so the 64 series are
    independent. All start with all spins up; let that be forgotten, some ten autocorrelation
    times, before measuring.

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

    _fresh = True


class MetropolisReplicas(_Replicas):
    """As `HeatBathReplicas` with another update: a spin flips with p = min(1, exp(-2 K s n)).

    K = 0 is refused, for there every spin flips in every sweep.
    """
