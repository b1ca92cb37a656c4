"""Clusters for magnets made of plaquettes: neighbours, diagonals, four spins at once, and a field.

    -H/T = K sum s s'  +  K_down sum s s' (one diagonal)  +  K_up sum s s' (the other)
           + K_4 sum s s s s (plaquettes)  +  h sum s

Both diagonals alike are second neighbours; one of them alone makes the triangular lattice.

A plaquette's weight, with half of each of its four bonds, is a sum of eight terms: all four spins
joined, two opposite bonds, one bond, none. A term counts where what it joins is equal, and all are
positive for 0 <= K_4 <= K. So a plaquette draws one of the terms that its spins allow, a diagonal
is joined or not, and the clusters get new spins, up with probability 1 / (1 + exp(-2 h n)).

References
----------
R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86.
D. Kandel and E. Domany, Phys. Rev. B 43, 8539 (1991), doi:10.1103/PhysRevB.43.8539 (plaquettes).
"""

import math

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_word, random_state, threshold, uniform
from .forest import find_root, join

__all__ = ["PlaquetteClusters"]

STATES, TERMS = 16, 8
# Bits of a term: the bonds above, below, left and right. Term g stands in digit g, in base 16. The
# first joins all four spins, with three bonds.
BONDS_OF_TERMS = 0x084213CD
N_THRESHOLDS = STATES * TERMS + 2


# --- Kernels ------------------------------------------------------------------------------------


@register_jitable
def bonds_of(term):
    """The bonds that a term joins, as bits: 1 above, 2 below, 4 left, 8 right."""
    return (uint64(BONDS_OF_TERMS) >> uint64(4 * term)) & uint64(15)


@register_jitable
def equal_sides(plaquette):
    """The bonds of a plaquette between equal spins; its spins i = 0 .. 3 are down where bit i is 1.

    Spin i stands in row i // 2 and column i % 2.
    """
    a, b, c, d = plaquette & 1, plaquette >> 1 & 1, plaquette >> 2 & 1, plaquette >> 3 & 1
    return uint64((a == b) + 2 * (c == d) + 4 * (a == c) + 8 * (b == d))


@register_jitable
def weight_of(term, K, K_4):
    """The weight of a term of a plaquette, not negative for 0 <= K_4 <= K."""
    none = math.exp(K_4 - 2.0 * K)
    one = 0.5 * (math.exp(-K_4) - none)
    two = math.exp(K_4) - math.exp(-K_4)
    if term == 0:
        return math.exp(2.0 * K + K_4) - none - 4.0 * one - 2.0 * two
    if term < 3:
        return two
    return one if term < 7 else none


@register_jitable
def plaquette_thresholds(K, K_4, K_down, K_up, thresholds):
    """Fill `thresholds`: for each state of a plaquette, where its terms end; two for diagonals.

    A random word takes the first term whose threshold it is below.
    """
    for state in range(STATES):
        equal = equal_sides(state)
        total = 0.0
        for term in range(TERMS):
            if bonds_of(term) & ~equal == 0:
                total += weight_of(term, K, K_4)
        share = 0.0
        for term in range(TERMS):
            if bonds_of(term) & ~equal == 0:
                share += weight_of(term, K, K_4) / total
            thresholds[TERMS * state + term] = threshold(share)
    thresholds[STATES * TERMS] = threshold(1.0 - math.exp(-2.0 * K_down))
    thresholds[STATES * TERMS + 1] = threshold(1.0 - math.exp(-2.0 * K_up))


@register_jitable
def term_below(thresholds, state, word):
    """The term of a plaquette in this state that a random word decides for."""
    term = 0
    while term < TERMS - 1 and word >= thresholds[TERMS * state + term]:
        term += 1
    return term


@register_jitable
def new_spins_in_field(spins, sites, labels, sizes, h, state):
    """Give each cluster of n sites a new spin, up with probability 1 / (1 + exp(-2 h n))."""
    for i in range(sites):
        sizes[i] = 0
    for i in range(sites):
        labels[i] = find_root(labels, uint64(i))
        sizes[labels[i]] += 1
    for i in range(sites):
        if labels[i] == i:
            up = uniform(state) * (1.0 + math.exp(-2.0 * h * sizes[i])) < 1.0
            spins[i] = 2 * int64(up) - 1
        else:
            spins[i] = spins[labels[i]]


@register_jitable
def plaquette_sweep(spins, L, thresholds, h, labels, sizes, state):
    """One cluster update of an L x L lattice; `labels` and `sizes` are int32, an entry a site."""
    for i in range(L * L):
        labels[i] = i
    down, up = thresholds[STATES * TERMS], thresholds[STATES * TERMS + 1]
    for x in range(L):
        row, below = x * L, (x + 1) % L * L
        for y in range(L):
            right = (y + 1) % L
            a, b, c, d = row + y, row + right, below + y, below + right
            now = (spins[a] < 0) + 2 * (spins[b] < 0) + 4 * (spins[c] < 0) + 8 * (spins[d] < 0)
            bonds = bonds_of(term_below(thresholds, now, next_word(state)))
            if bonds & uint64(1):
                join(labels, uint64(a), uint64(b))
            if bonds & uint64(2):
                join(labels, uint64(c), uint64(d))
            if bonds & uint64(4):
                join(labels, uint64(a), uint64(c))
            if bonds & uint64(8):
                join(labels, uint64(b), uint64(d))
            if down and spins[a] == spins[d] and next_word(state) < down:
                join(labels, uint64(a), uint64(d))
            if up and spins[b] == spins[c] and next_word(state) < up:
                join(labels, uint64(b), uint64(c))
    new_spins_in_field(spins, L * L, labels, sizes, h, state)


_fill_thresholds = compiled(plaquette_thresholds)


@compiled
def _sweeps(spins, L, thresholds, h, labels, sizes, state, n):
    for _ in range(n):
        plaquette_sweep(spins, L, thresholds, h, labels, sizes, state)


# --- For Python ---------------------------------------------------------------------------------


class PlaquetteClusters:
    """Chain of cluster updates of a square lattice with couplings inside of its plaquettes.

    Starts with all spins up; `sweep(n)` makes n updates, `sample` returns lattices in between.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, 4 or more.
    K : float
        Coupling of nearest neighbours, 0 or more.
    K_4 : float
        Coupling of the four spins of a plaquette, 0 to K.
    K_down, K_up : float
        Couplings along the diagonals that run down and up, 0 or more.
    h : float
        Field.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For couplings without clusters, and lattices too small for them.

    References
    ----------
    D. Kandel and E. Domany, Phys. Rev. B 43, 8539 (1991), doi:10.1103/PhysRevB.43.8539.

    Examples
    --------
    The triangular lattice at its critical coupling, ln 3 / 4:

    >>> triangular = PlaquetteClusters(16, 0.2747, K_down=0.2747, rng=1)
    >>> triangular.sweep(10)
    >>> triangular.sample(3, every=2).shape
    (3, 16, 16)
    """

    def __init__(
        self,
        L: int,
        K: float,
        *,
        K_4: float = 0.0,
        K_down: float = 0.0,
        K_up: float = 0.0,
        h: float = 0.0,
        rng: int | np.random.Generator,
    ) -> None:
        self.L = _checks.integer("L", L, minimum=4)
        named = {"K": K, "K_4": K_4, "K_down": K_down, "K_up": K_up}
        for name, value in named.items():
            if _checks.finite(name, value) < 0:
                raise ValueError(f"clusters of equal spins need {name} >= 0, got {value:g}")
        if K_4 > K:
            raise ValueError(
                f"a plaquette has clusters for K_4 up to K = {K:g}, got K_4 = {K_4:g}; lower it"
            )
        self.h = float(_checks.finite("h", h))
        self._thresholds = np.empty(N_THRESHOLDS, np.uint64)
        _fill_thresholds(float(K), float(K_4), float(K_down), float(K_up), self._thresholds)
        self._spins = np.ones(self.L**2, np.int8)
        self._work = np.empty((2, self.L**2), np.int32)
        self._state = random_state(rng)

    @property
    def spins(self) -> NDArray[np.int8]:
        """The lattice now, shape (L, L)."""
        return self._spins.reshape(self.L, self.L).copy()

    def sweep(self, n: int = 1) -> None:
        """Make n updates."""
        n = _checks.integer("n", n, minimum=0)
        labels, sizes = self._work
        _sweeps(self._spins, self.L, self._thresholds, self.h, labels, sizes, self._state, n)

    def sample(self, n: int, every: int = 1) -> NDArray[np.int8]:
        """n lattices, `every` updates apart, int8 array (n, L, L)."""
        out = np.empty((_checks.integer("n", n, minimum=1), self.L, self.L), np.int8)
        for lattice in out:
            self.sweep(every)
            lattice[...] = self._spins.reshape(self.L, self.L)
        return out
