"""Local updates, one spin at a time: Metropolis and heat bath, on a checkerboard.

All neighbours of an even site are odd, so the even sites can be updated one after the other
without caring about the order, then the odd ones: one sweep. The lattice is flat, site
`(x, y)` at `x * L + y`, and L must be even.

References
----------
N. Metropolis, A. W. Rosenbluth, M. N. Rosenbluth, A. H. Teller and E. Teller, J. Chem. Phys. 21,
1087 (1953), doi:10.1063/1.1699114 (Metropolis).
M. Creutz, L. Jacobs and C. Rebbi, Phys. Rev. Lett. 42, 1390 (1979),
doi:10.1103/PhysRevLett.42.1390 (heat bath).
"""

import math

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable

from .. import _checks
from .._random import next_word, refilled, threshold, undecided
from .chain import Chain, compiled, draw_samples, measure


@register_jitable
def heat_bath_thresholds(K, h, coordination, thresholds):
    """Fill `thresholds`: the new spin is up when a word is below entry `(n + z) // 2`.

    p_up(n) = 1 / (1 + exp(-2 (K n + h))) for neighbour sum n = -z, -z + 2 .. z, z = coordination.
    """
    for entry in range(coordination + 1):
        field = K * (2 * entry - coordination) + h
        weight = math.exp(-2.0 * abs(field))  # at most 1, so it cannot overflow
        p_up = 1.0 / (1.0 + weight) if field >= 0.0 else weight / (1.0 + weight)
        thresholds[entry] = threshold(p_up)


@register_jitable
def metropolis_thresholds(K, h, coordination, thresholds):
    """Fill `thresholds`: a spin s flips when a word is below its entry.

    p_flip(s, n) = min(1, exp(-2 s (K n + h))), at entry `(n + z) // 2` for s = -1 and
    `z + 1 + (n + z) // 2` for s = +1, z = coordination.
    """
    for entry in range(coordination + 1):
        field = K * (2 * entry - coordination) + h
        thresholds[entry] = threshold(math.exp(min(0.0, 2.0 * field)))
        thresholds[coordination + 1 + entry] = threshold(math.exp(min(0.0, -2.0 * field)))


@register_jitable
def heat_bath_entry(spin, neighbour_sum, coordination):
    """Where `thresholds` holds the chance of this site; the old spin does not matter."""
    return (neighbour_sum + coordination) >> 1


@register_jitable
def metropolis_entry(spin, neighbour_sum, coordination):
    """Where `thresholds` holds the chance of this site; up spins have the upper half."""
    upper_half = (coordination + 1) if spin > 0 else 0
    return upper_half + ((neighbour_sum + coordination) >> 1)


@register_jitable
def heat_bath_site(spins, i, chance, word):
    """Set spin i afresh: up if the random word is below `chance`, else down."""
    spins[i] = 2 * int64(word < chance) - 1


@register_jitable
def metropolis_site(spins, i, chance, word):
    """Flip spin i if the random word is below `chance`."""
    spins[i] *= 1 - 2 * int64(word < chance)


@register_jitable
def heat_bath_sweep_2d(spins, L, thresholds, state):
    """One heat-bath sweep of the square lattice, even sites first."""
    word = uint64(0)
    for parity in range(2):
        for x in range(L):
            row = x * L
            above = row - L if x > 0 else (L - 1) * L
            below = row + L if x < L - 1 else 0
            first = (x + parity) & 1
            left = spins[row] if first == 1 else spins[row + L - 1]
            for k in range(L >> 1):
                y = first + 2 * k
                right = spins[row + y + 1] if y < L - 1 else spins[row]
                n = spins[above + y] + spins[below + y] + left + right
                left = right
                chance = thresholds[heat_bath_entry(spins[row + y], n, 4)]
                # one word holds four decisions of 16 bits
                word = next_word(state) if k & 3 == 0 else word << uint64(16)
                decision = word
                if undecided(word, chance):
                    decision = refilled(word, next_word(state))
                heat_bath_site(spins, row + y, chance, decision)


@register_jitable
def metropolis_sweep_2d(spins, L, thresholds, state):
    """One Metropolis sweep of the square lattice, even sites first."""
    word = uint64(0)
    for parity in range(2):
        for x in range(L):
            row = x * L
            above = row - L if x > 0 else (L - 1) * L
            below = row + L if x < L - 1 else 0
            first = (x + parity) & 1
            left = spins[row] if first == 1 else spins[row + L - 1]
            for k in range(L >> 1):
                y = first + 2 * k
                right = spins[row + y + 1] if y < L - 1 else spins[row]
                n = spins[above + y] + spins[below + y] + left + right
                left = right
                chance = thresholds[metropolis_entry(spins[row + y], n, 4)]
                # one word holds four decisions of 16 bits
                word = next_word(state) if k & 3 == 0 else word << uint64(16)
                decision = word
                if undecided(word, chance):
                    decision = refilled(word, next_word(state))
                metropolis_site(spins, row + y, chance, decision)


@register_jitable
def heat_bath_sweep_3d(spins, L, thresholds, state):
    """One heat-bath sweep of the cubic lattice, even sites first."""
    word = uint64(0)
    layer = L * L
    for parity in range(2):
        for x in range(L):
            front = -layer if x > 0 else (L - 1) * layer
            back = layer if x < L - 1 else (1 - L) * layer
            for y in range(L):
                row = x * layer + y * L
                above = row - L if y > 0 else row + (L - 1) * L
                below = row + L if y < L - 1 else row + (1 - L) * L
                first = (x + y + parity) & 1
                left = spins[row] if first == 1 else spins[row + L - 1]
                for k in range(L >> 1):
                    z = first + 2 * k
                    right = spins[row + z + 1] if z < L - 1 else spins[row]
                    n = spins[above + z] + spins[below + z] + left + right
                    n += spins[row + front + z] + spins[row + back + z]
                    left = right
                    chance = thresholds[heat_bath_entry(spins[row + z], n, 6)]
                    word = next_word(state) if k & 3 == 0 else word << uint64(16)
                    decision = word
                    if undecided(word, chance):
                        decision = refilled(word, next_word(state))
                    heat_bath_site(spins, row + z, chance, decision)


@register_jitable
def metropolis_sweep_3d(spins, L, thresholds, state):
    """One Metropolis sweep of the cubic lattice, even sites first."""
    word = uint64(0)
    layer = L * L
    for parity in range(2):
        for x in range(L):
            front = -layer if x > 0 else (L - 1) * layer
            back = layer if x < L - 1 else (1 - L) * layer
            for y in range(L):
                row = x * layer + y * L
                above = row - L if y > 0 else row + (L - 1) * L
                below = row + L if y < L - 1 else row + (1 - L) * L
                first = (x + y + parity) & 1
                left = spins[row] if first == 1 else spins[row + L - 1]
                for k in range(L >> 1):
                    z = first + 2 * k
                    right = spins[row + z + 1] if z < L - 1 else spins[row]
                    n = spins[above + z] + spins[below + z] + left + right
                    n += spins[row + front + z] + spins[row + back + z]
                    left = right
                    chance = thresholds[metropolis_entry(spins[row + z], n, 6)]
                    word = next_word(state) if k & 3 == 0 else word << uint64(16)
                    decision = word
                    if undecided(word, chance):
                        decision = refilled(word, next_word(state))
                    metropolis_site(spins, row + z, chance, decision)


def advance_heat_bath(
    spins, L, dim, thresholds, state, every, bond_sums, spin_sums, counts, samples
):
    """For each entry of `counts` make `every` sweeps and measure."""
    for t in range(counts.size):
        counts[t] = every
        for _ in range(every):
            if dim == 2:
                heat_bath_sweep_2d(spins, L, thresholds, state)
            else:
                heat_bath_sweep_3d(spins, L, thresholds, state)
        measure(spins, L, dim, t, bond_sums, spin_sums, samples)


def advance_metropolis(
    spins, L, dim, thresholds, state, every, bond_sums, spin_sums, counts, samples
):
    """For each entry of `counts` make `every` sweeps and measure."""
    for t in range(counts.size):
        counts[t] = every
        for _ in range(every):
            if dim == 2:
                metropolis_sweep_2d(spins, L, thresholds, state)
            else:
                metropolis_sweep_3d(spins, L, thresholds, state)
        measure(spins, L, dim, t, bond_sums, spin_sums, samples)


_heat_bath_thresholds = compiled(heat_bath_thresholds)
_metropolis_thresholds = compiled(metropolis_thresholds)
_advance_heat_bath = compiled(advance_heat_bath)
_advance_metropolis = compiled(advance_metropolis)


def _even(L):
    """L; ValueError when it is odd and has no checkerboard."""
    if _checks.integer("L", L, minimum=2) % 2:
        raise ValueError(
            f"L = {L} is odd, and an odd torus has no checkerboard; use an even L, or the cluster "
            f"samplers Wolff and SwendsenWang, which take any L >= 2"
        )
    return L


class HeatBath(Chain):
    """Chain of heat-bath sweeps: each spin in turn is drawn afresh in the field of its neighbours.

    p(s = +1) = 1 / (1 + exp(-2 (K n + h))), n the sum of the 2 dim neighbours.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, even.
    K, h : float
        Coupling (negative: antiferromagnet) and field.
    dim : int
        2 (square) or 3 (cubic).
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For odd L, K or h that are not finite, dim other than 2 and 3, a missing rng.

    References
    ----------
    M. Creutz, L. Jacobs and C. Rebbi, Phys. Rev. Lett. 42, 1390 (1979),
    doi:10.1103/PhysRevLett.42.1390.

    Examples
    --------
    Without coupling every spin is a fair coin, whatever came before:

    >>> energy, magnetization = HeatBath(8, 0.0, rng=1).record(10_000)
    >>> bool(abs(magnetization.mean()) < 0.005)
    True
    """

    def __init__(self, L, K, *, h=0.0, dim=2, rng):
        super().__init__(_even(L), K, h=h, dim=dim, rng=rng)
        self._thresholds = np.empty(2 * self.dim + 1, np.uint64)
        _heat_bath_thresholds(self.K, self.h, 2 * self.dim, self._thresholds)

    def _advance(self, every, bond_sums, spin_sums, counts, samples):
        _advance_heat_bath(
            self._spins, self.L, self.dim, self._thresholds, self._state,
            every, bond_sums, spin_sums, counts, samples,
        )  # fmt: skip


class Metropolis(Chain):
    """Chain of Metropolis sweeps: each spin in turn is flipped if that is cheap enough.

    p(flip) = min(1, exp(-2 s (K n + h))), n the sum of the 2 dim neighbours of s.

    A flip that costs nothing is always made. On a checkerboard this has a price: with h = 0, a
    configuration where every spin has n = 0 (stripes of one column each, say) only ever turns
    into its mirror image and back, and is never reached from outside. These are 36 of the 65 536
    states of the 4 x 4 square, with a weight of 7e-6 at K_c and at most 6e-4, and far less on
    larger lattices. On the 2 x 2 square they are a quarter of all states, and at K = 0 every
    flip is free: there the chain is refused.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, even.
    K, h : float
        Coupling (negative: antiferromagnet) and field.
    dim : int
        2 (square) or 3 (cubic).
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For odd L, K or h that are not finite, dim other than 2 and 3, a missing rng; with h = 0,
        also for K = 0 and for the 2 x 2 square.

    References
    ----------
    N. Metropolis et al., J. Chem. Phys. 21, 1087 (1953), doi:10.1063/1.1699114.

    Examples
    --------
    At strong coupling nothing moves, and each of the two bonds per site contributes -1:

    >>> Metropolis(8, 10.0, rng=1).record(3).energy
    array([-2., -2., -2.])
    """

    def __init__(self, L, K, *, h=0.0, dim=2, rng):
        super().__init__(_even(L), K, h=h, dim=dim, rng=rng)
        if self.h == 0.0 and (self.K == 0.0 or (self.L == 2 and self.dim == 2)):
            raise ValueError(
                f"Metropolis on a checkerboard cannot reach all configurations for L = {self.L}, "
                f"K = {self.K:g}, h = 0, dim = {self.dim}: flips that cost nothing are always "
                f"made, so that the lattice only turns over and back; use HeatBath"
            )
        self._thresholds = np.empty(2 * (2 * self.dim + 1), np.uint64)
        _metropolis_thresholds(self.K, self.h, 2 * self.dim, self._thresholds)

    def _advance(self, every, bond_sums, spin_sums, counts, samples):
        _advance_metropolis(
            self._spins, self.L, self.dim, self._thresholds, self._state,
            every, bond_sums, spin_sums, counts, samples,
        )  # fmt: skip


def sample_ising_heat_bath(L, K, n_samples, *, h=0.0, dim=2, n_burn, n_between, rng):
    """Ising configurations by heat bath, int8 array (n_samples, L, .., L) of +1 and -1.

    `n_burn` sweeps come first and `n_between` before each sample. See `HeatBath`.
    """
    return draw_samples(HeatBath(L, K, h=h, dim=dim, rng=rng), n_samples, n_burn, n_between)


def sample_ising_metropolis(L, K, n_samples, *, h=0.0, dim=2, n_burn, n_between, rng):
    """Ising configurations by Metropolis, int8 array (n_samples, L, .., L) of +1 and -1.

    `n_burn` sweeps come first and `n_between` before each sample. See `Metropolis`.
    """
    return draw_samples(Metropolis(L, K, h=h, dim=dim, rng=rng), n_samples, n_burn, n_between)
