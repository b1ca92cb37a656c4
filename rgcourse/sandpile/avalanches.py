"""Piles that grow grain by grain, and their avalanches: the model of Bak, Tang and Wiesenfeld,
and Manna's, in which the grains of a toppling go to neighbours drawn by lot.

References
----------
P. Bak, C. Tang and K. Wiesenfeld, Phys. Rev. Lett. 59, 381 (1987),
doi:10.1103/PhysRevLett.59.381.
S. S. Manna, J. Phys. A 24, L363 (1991), doi:10.1088/0305-4470/24/7/009.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import random_state
from ._kernels import DEEP, _draw_pile, _drop_grains, _profile_of
from .piles import MAX_SIDE, _pile, _side, buffers, inner

__all__ = ["Avalanche", "Avalanches", "MannaPile", "Sandpile"]

MAX_DROPS = 2**26  # avalanches that one call records: two gigabytes
CHUNK = 2**20  # topplings, about, between two looks at the keyboard
MAX_STEPS = 2**22  # of one avalanche whose profile is kept


class Avalanche(NamedTuple):
    """One avalanche: how often each site toppled, (L, L), and how many toppled at each step."""

    topplings: NDArray[np.int64]
    profile: NDArray[np.int64]


@dataclass(frozen=True)
class Avalanches:
    """What followed each of n grains, int64 arrays (n,).

    Attributes
    ----------
    size : array
        Topplings; 0 where the grain stayed.
    area : array
        Sites that toppled at least once.
    duration : array
        Steps, when all unstable sites topple at once.
    lost : array
        Grains that left the pile.
    """

    size: NDArray[np.int64]
    area: NDArray[np.int64]
    duration: NDArray[np.int64]
    lost: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.size)


class _Driven:
    """A pile that grains fall on, one when the last has come to rest."""

    _manna = False
    _stable = 3

    def __init__(self, L, rng):
        self.L = _side(L, MAX_SIDE, "memory for it would not suffice")
        self._state = random_state(rng)
        self._flat, self._topplings, self._lists, self._totals = buffers(self.L)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(L={self.L})"

    @property
    def heights(self) -> NDArray[np.int64]:
        """The pile now: int64 array (L, L), a copy. Assign a stable pile to go on from there."""
        return inner(self._flat, self.L).astype(np.int64)

    @heights.setter
    def heights(self, pile: ArrayLike) -> None:
        start = _pile(pile)
        if start.shape != (self.L, self.L) or start.max() > self._stable:
            raise ValueError(
                f"heights must be a stable pile of shape {(self.L, self.L)}, 0 to {self._stable} "
                f"grains on each site, got shape {start.shape} with up to {start.max()}"
            )
        inner(self._flat, self.L)[:] = start

    def drop(self, n: int) -> Avalanches:
        """`Avalanches` of n grains on random sites.

        Parameters
        ----------
        n : int
            0 to 2**26. The mean cost of a grain grows as L**2, see `mean_avalanche`.

        Raises
        ------
        ValueError
            For n outside that range.
        """
        n = _checks.integer("n", n, minimum=0)
        if n > MAX_DROPS:
            raise ValueError(
                f"n must be at most {MAX_DROPS}, for each avalanche takes memory, got {n}; drop "
                f"the grains in parts"
            )
        self._clear_frame()
        records = np.empty((n, 4))
        chunk = max(1, CHUNK // self.L**2)
        for start in range(0, n, chunk):
            part = records[start : start + chunk]
            _drop_grains(
                self._flat, self._topplings, self._lists, self.L, self._manna, len(part),
                part.ravel(), self._totals, self._state,
            )  # fmt: skip
        return Avalanches(*records.T.astype(np.int64))

    def _clear_frame(self):
        frame = self._flat.reshape(self.L + 2, self.L + 2)
        frame[[0, -1]] = frame[:, [0, -1]] = DEEP


class Sandpile(_Driven):
    """The pile of Bak, Tang and Wiesenfeld on L x L sites with open edges.

    A site with four grains topples and gives one to each neighbour. The pile starts as a random
    recurrent one, which is its stationary state, exactly: `random_recurrent`.

    Parameters
    ----------
    L : int
        1 to 4096.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For L outside that range, a missing rng.

    References
    ----------
    P. Bak, C. Tang and K. Wiesenfeld, Phys. Rev. Lett. 59, 381 (1987),
    doi:10.1103/PhysRevLett.59.381.

    Examples
    --------
    In the stationary state one grain leaves for each that falls:

    >>> pile = Sandpile(10, rng=1)
    >>> found = pile.drop(20000)
    >>> print(round(found.lost.mean(), 1), round(found.size.mean(), 1))
    1.0 5.0
    """

    def __init__(self, L: int, *, rng: int | np.random.Generator) -> None:
        super().__init__(L, rng)
        tree, depth = np.zeros_like(self._flat), np.zeros_like(self._flat)
        _draw_pile(self._flat, tree, depth, self.L, self._state)

    def drop_on(self, row: int, column: int) -> Avalanche:
        """The `Avalanche` that one grain on a site sets off.

        Parameters
        ----------
        row, column : int
            0 to L - 1.

        Raises
        ------
        ValueError
            For a site outside the pile.
        """
        row = _checks.integer("row", row, minimum=0)
        column = _checks.integer("column", column, minimum=0)
        if max(row, column) >= self.L:
            raise ValueError(f"row and column must be 0 to {self.L - 1}, got {row} and {column}")
        self._clear_frame()
        profile = np.zeros(min(64 * self.L * self.L, MAX_STEPS), np.int32)
        steps = _profile_of(
            self._flat, self._topplings, self._lists, self.L, row * self.L + column, self._totals,
            profile,
        )  # fmt: skip
        topplings = inner(self._topplings, self.L).astype(np.int64)
        return Avalanche(topplings, profile[:steps].astype(np.int64))


class MannaPile(_Driven):
    """Manna's stochastic pile, in its abelian version, on L x L sites with open edges.

    A site with two grains topples: it gives away two, each to a neighbour drawn by lot. The pile
    starts with a grain on every site and `warm_up` grains falling on it.

    Parameters
    ----------
    L : int
        1 to 4096.
    warm_up : int, optional
        Grains that fall before the first avalanche is recorded; L * L if left out, which takes some
        L**4 / 14 topplings.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For L or warm_up outside these ranges, a missing rng.

    References
    ----------
    S. S. Manna, J. Phys. A 24, L363 (1991), doi:10.1088/0305-4470/24/7/009.
    D. Dhar, Physica A 263, 4 (1999), doi:10.1016/S0378-4371(98)00493-2.

    Examples
    --------
    A toppling moves two grains in place of four, so that the mean is twice `mean_avalanche`:

    >>> print(round(MannaPile(10, rng=1).drop(20000).size.mean()))
    10
    """

    _manna = True
    _stable = 1

    def __init__(
        self, L: int, *, warm_up: int | None = None, rng: int | np.random.Generator
    ) -> None:
        super().__init__(L, rng)
        inner(self._flat, self.L)[:] = 1
        n = self.L**2 if warm_up is None else _checks.integer("warm_up", warm_up, minimum=0)
        for start in range(0, n, MAX_DROPS // 64):
            self.drop(min(n - start, MAX_DROPS // 64))
