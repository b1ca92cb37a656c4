"""Local updates, one spin at a time: Metropolis and heat bath, on a checkerboard.

All neighbours of an even site are odd, so the even sites can be updated one after the other
without caring about the order, then the odd ones: one sweep. The lattice is flat, site
`(x, y)` at `x * L + y`, and L must be even.

Both updates are one sweep with two tables. A spin is up afterwards when a random word is below a
threshold, which depends on the sum of its neighbours, and for Metropolis also on the old spin.

References
----------
N. Metropolis, A. W. Rosenbluth, M. N. Rosenbluth, A. H. Teller and E. Teller, J. Chem. Phys. 21,
1087 (1953), doi:10.1063/1.1699114 (Metropolis).
M. Creutz, L. Jacobs and C. Rebbi, Phys. Rev. Lett. 42, 1390 (1979),
doi:10.1103/PhysRevLett.42.1390 (heat bath).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._chain import Series, explained
from .._compile import compiled
from .._random import next_word, refilled, threshold, undecided
from .ising import NO_SAMPLES, ByteChain, draw_samples, keep, measure_2d, measure_3d

__all__ = [
    "HeatBath",
    "Metropolis",
    "sample_ising_heat_bath",
    "sample_ising_metropolis",
]


@register_jitable
def heat_bath_thresholds(K, h, coordination, thresholds):
    """Fill `thresholds` for the heat bath: two entries, alike, for each sum of neighbours.

    p_up(n) = 1 / (1 + exp(-2 (K n + h))), n = -z, -z + 2 .. z, z = coordination. See
    `threshold_entry` for their order.
    """
    for k in range(coordination + 1):
        field = K * (2 * k - coordination) + h
        weight = math.exp(-2.0 * abs(field))  # at most 1, so it cannot overflow
        p_up = 1.0 / (1.0 + weight) if field >= 0.0 else weight / (1.0 + weight)
        thresholds[2 * k] = thresholds[2 * k + 1] = threshold(p_up)


@register_jitable
def metropolis_thresholds(K, h, coordination, thresholds):
    """Fill `thresholds` for Metropolis: entries for a spin down and up for each sum of neighbours.

    p_flip(s, n) = min(1, exp(-2 s (K n + h))). A spin down is up afterwards with p_flip, a spin up
    with 1 - p_flip. See `threshold_entry` for their order.
    """
    for k in range(coordination + 1):
        field = K * (2 * k - coordination) + h
        thresholds[2 * k] = threshold(math.exp(min(0.0, 2.0 * field)))
        flip = threshold(math.exp(min(0.0, -2.0 * field)))
        thresholds[2 * k + 1] = complement(flip)


@register_jitable
def complement(flip):
    """The threshold of 1 - p for that of p; the largest one where p is 0."""
    return ~(flip - uint64(1)) if flip > uint64(0) else ~flip


@register_jitable
def threshold_entry(spin, neighbour_sum, coordination):
    """Where `thresholds` holds the threshold of a site: n + z for a spin down, n + z + 1 for up."""
    # unsigned, so that numba does not test for an index below zero: a tenth of a sweep
    return uint64(neighbour_sum + coordination + int64(spin > 0))


@register_jitable
def update_site(spins, i, up_below, word):
    """Spin i is up afterwards if the random word is below its threshold, else down."""
    spins[i] = 2 * int64(word < up_below) - 1


@register_jitable
def local_sweep_2d(spins, L, thresholds, state):
    """One sweep of the square lattice, even sites first; `thresholds` makes it one or the other."""
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
                up_below = thresholds[threshold_entry(spins[row + y], n, 4)]
                # one word holds four decisions of 16 bits
                word = next_word(state) if k & 3 == 0 else word << uint64(16)
                decision = word
                if undecided(word, up_below):
                    decision = refilled(word, next_word(state))
                update_site(spins, row + y, up_below, decision)


@register_jitable
def local_sweep_3d(spins, L, thresholds, state):
    """One sweep of the cubic lattice, even sites first; `thresholds` makes it one or the other."""
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
                    up_below = thresholds[threshold_entry(spins[row + z], n, 6)]
                    word = next_word(state) if k & 3 == 0 else word << uint64(16)
                    decision = word
                    if undecided(word, up_below):
                        decision = refilled(word, next_word(state))
                    update_site(spins, row + z, up_below, decision)


def repeat_2d(spins, L, thresholds, state, n):
    """Make n sweeps; their number."""
    for _ in range(n):
        local_sweep_2d(spins, L, thresholds, state)
    return n


def repeat_3d(spins, L, thresholds, state, n):
    """Make n sweeps; their number."""
    for _ in range(n):
        local_sweep_3d(spins, L, thresholds, state)
    return n


# Each is compiled when it is first used, so that a chain waits for its own dimension only.
_repeat_2d, _repeat_3d = compiled(repeat_2d), compiled(repeat_3d)


@compiled
def _advance_2d(spins, L, thresholds, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` sweeps and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_2d(spins, L, thresholds, state, every)
        measure_2d(spins, L, t, sums)
        keep(spins, t, samples)


@compiled
def _advance_3d(spins, L, thresholds, state, every, counts, sums, samples):
    """For each entry of `counts` make `every` sweeps and measure."""
    for t in range(counts.size):
        counts[t] = _repeat_3d(spins, L, thresholds, state, every)
        measure_3d(spins, L, t, sums)
        keep(spins, t, samples)


class _LocalChain(ByteChain[Series]):
    """What the heat bath and Metropolis share: a checkerboard, and thresholds for their sweep."""

    _fill_thresholds: Callable[[float, float, int, NDArray[np.uint64]], None]

    @explained
    def __init__(
        self,
        L: int,
        K: float,
        *,
        h: float = 0.0,
        dim: int = 2,
        rng: int | np.random.Generator,
    ) -> None:
        if _checks.integer("L", L, minimum=2) % 2:
            raise ValueError(
                f"L = {L} is odd, and an odd torus has no checkerboard; use an even L, or the "
                f"cluster samplers Wolff and SwendsenWang, which take any L >= 2"
            )
        super().__init__(L, K, h=h, dim=dim, rng=rng)

    def _made_of(self, K: float, h: float) -> tuple[dict[str, float], NDArray[np.uint64]]:
        K, h = _checks.finite("K", K), _checks.finite("h", h)
        thresholds = np.empty(4 * self.dim + 2, np.uint64)
        self._fill_thresholds(K, h, 2 * self.dim, thresholds)
        return {"K": K, "h": h}, thresholds

    def _repeat(self, n: int) -> int:
        repeat = _repeat_2d if self.dim == 2 else _repeat_3d
        return repeat(self._spins, self.L, self._tables, self._state, n)

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        advance = _advance_2d if self.dim == 2 else _advance_3d
        rows = samples or (NO_SAMPLES,)
        advance(self._spins, self.L, self._tables, self._state, every, counts, sums, *rows)


class HeatBath(_LocalChain):
    """Chain of heat-bath sweeps: each spin in turn is drawn anew in the field of its neighbours.

    p(s = +1) = 1 / (1 + exp(-2 (K n + h))), where n is the sum of the 2 dim neighbours. K and h can
    be set between sweeps.

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

    _fill_thresholds = staticmethod(heat_bath_thresholds)


class Metropolis(_LocalChain):
    """Chain of Metropolis sweeps: a flip of each spin in turn is proposed, and accepted or not.

    p(flip) = min(1, exp(-2 s (K n + h))), where n is the sum of the 2 dim neighbours of s. K and h
    can be set between sweeps.

    A flip that costs no energy is always accepted. On a checkerboard this has a price: with h = 0,
    a configuration where every spin has n = 0 (stripes of one column each, say) only turns into
    its mirror image and back, and is never reached from any other. These are 36 of the 65 536
    states of the 4 x 4 square, with a weight of 7e-6 at K_c and at most 6e-4, and far less on
    larger lattices. On the 2 x 2 square they are a quarter of all states, and at K = 0 no flip
    costs anything: there the chain is refused, and also where |K| and |h| are so small that it
    would remember its start for more than 1 / (2 |K|) = 1000 sweeps.

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
        For odd L, K or h that are not finite, dim other than 2 and 3, a missing rng; for |K| and
        |h| both below 5e-4; for the 2 x 2 square with |h| below 5e-4.

    References
    ----------
    N. Metropolis et al., J. Chem. Phys. 21, 1087 (1953), doi:10.1063/1.1699114.

    Examples
    --------
    At strong coupling nothing moves, and each of the two bonds per site contributes -1:

    >>> Metropolis(8, 10.0, rng=1).record(3).energy
    array([-2., -2., -2.])
    """

    _fill_thresholds = staticmethod(metropolis_thresholds)

    def _made_of(self, K: float, h: float) -> tuple[dict[str, float], NDArray[np.uint64]]:
        made = super()._made_of(K, h)
        if _checks.flips_freely(K if self.L > 2 or self.dim > 2 else 0.0, h):
            raise ValueError(
                f"Metropolis on a checkerboard cannot reach all configurations for L = {self.L}, "
                f"K = {K:g}, h = {h:g}, dim = {self.dim}, or not in a thousand sweeps: flips that "
                f"cost no energy are always accepted, so that the lattice only flips to and fro; "
                f"use HeatBath"
            )
        return made


def sample_ising_heat_bath(
    L: int,
    K: float,
    n_samples: int,
    *,
    h: float = 0.0,
    dim: int = 2,
    n_burn: int,
    n_between: int,
    rng: int | np.random.Generator,
) -> NDArray[np.int8]:
    """Ising configurations by the heat bath, int8 array (n_samples, L, .., L) of +1 and -1.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, even.
    K, h : float
        Coupling (negative: antiferromagnet) and field.
    n_samples : int
        How many configurations.
    dim : int
        2 (square) or 3 (cubic).
    n_burn, n_between : int
        Sweeps before the first sample is due, and before each sample.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        As `HeatBath`, and for n_samples or n_between below 1.

    Examples
    --------
    >>> sample_ising_heat_bath(4, 0.3, 10, n_burn=50, n_between=5, rng=1).shape
    (10, 4, 4)
    """
    return draw_samples(HeatBath(L, K, h=h, dim=dim, rng=rng), n_samples, n_burn, n_between)


def sample_ising_metropolis(
    L: int,
    K: float,
    n_samples: int,
    *,
    h: float = 0.0,
    dim: int = 2,
    n_burn: int,
    n_between: int,
    rng: int | np.random.Generator,
) -> NDArray[np.int8]:
    """Ising configurations by Metropolis, int8 array (n_samples, L, .., L) of +1 and -1.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, even.
    K, h : float
        Coupling (negative: antiferromagnet) and field.
    n_samples : int
        How many configurations.
    dim : int
        2 (square) or 3 (cubic).
    n_burn, n_between : int
        Sweeps before the first sample is due, and before each sample.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        As `Metropolis`, and for n_samples or n_between below 1.

    Examples
    --------
    >>> sample_ising_metropolis(4, 0.3, 10, n_burn=50, n_between=5, rng=1).shape
    (10, 4, 4)
    """
    return draw_samples(Metropolis(L, K, h=h, dim=dim, rng=rng), n_samples, n_burn, n_between)
