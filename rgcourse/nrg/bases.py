"""Three bases for a chain with spin: how states of a longer chain are made of shorter ones.

A sector is a pair of integers (q, twice_spin): q stands for the charge, twice_spin for twice the
spin. What the module `sites` needs to know is the same for all bases: which four old sectors make
up a new one, how hopping couples these four blocks, and where the creation operator of the new
site leads.

`MULTIPLETS`, sectors (Q, 2S): charge Q (electrons minus sites) and spin. One entry stands for the
2S + 1 states of a multiplet, and an operator is known by its reduced matrix elements (Wigner and
Eckart),

    <Q+1, S' m'| f^+_s |Q, S m> = <S m, 1/2 s | S' m'> <Q+1, S' || f^+ || Q, S>.

`ISOSPIN`, sectors (2I, 2S): particle-hole symmetry makes charge the z component, Q = 2 I_z, of a
second spin, and one entry stands for (2I + 1)(2S + 1) states. The same theorem is used twice:

    <Q+1, S'|| f^+ || Q, S> = <I Q/2, 1/2 1/2 | I' (Q+1)/2> <I', S' || f^+ || I, S>.

`PROJECTIONS`, sectors (Q, 2S_z): each state stands for itself. Spins are not coupled here, so the
other two can be compared with this one, level by level. Slow.

New states are written with the operators of the new site to the left of the old ones. All sums of
Clebsch-Gordan coefficients with a spin 1/2 have been worked out beforehand; what remains of them
are square roots of ratios of multiplicities.

References
----------
H. R. Krishna-murthy, J. W. Wilkins and K. G. Wilson, Phys. Rev. B 21, 1003 (1980), appendix B,
doi:10.1103/PhysRevB.21.1003.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ISOSPIN",
    "MULTIPLETS",
    "PROJECTIONS",
    "Basis",
    "Isospin",
    "Projections",
    "multiplicity_root",
    "recoupling_factors",
]

Sector = tuple[int, int]  # (q, twice_spin)
Blocks = tuple[int, int, float]  # two blocks and the factor of the element between them


def multiplicity_root(new: int, old: int) -> float:
    """+-sqrt((new + 1) / (old + 1)) of neighbouring multiplicities; minus if new < old."""
    return math.copysign(math.sqrt((new + 1) / (old + 1)), new - old)


def recoupling_factors(
    blocks: tuple[int, int], new: int, new_there: int, sign: float
) -> list[Blocks]:
    """(block here, block there, factor) of d^+ of the old chain where a spin 1/2 is added to it.

        factor / sign = <(old', 1/2) new' || d^+ || (old, 1/2) new> / <old' || d^+ || old>

    The factor is a 6j symbol with two spins 1/2, times the roots that belong to it.

    Parameters
    ----------
    blocks : (int, int)
        The blocks with old = new - 1 and with old = new + 1.
    new, new_there : int
        Spins of the longer chain before and after d^+, doubled; they differ by 1.
    sign : float
        -1 where d^+ passes an electron on the new site.
    """
    step, c = new_there - new, 1 / (new_there + 1)
    low, high = blocks
    along, across = (low, high) if step > 0 else (high, low)
    pairs = [(along, along, 1.0), (across, across, math.sqrt(1 - c**2)), (across, along, step * c)]
    return [(here, there, sign * factor) for here, there, factor in pairs]


class Basis:
    """What the three bases have in common. A sector is (q, twice_spin).

    Blocks are numbered 0 to 3. In blocks 1 and 2 the new site holds one electron, added to an old
    chain with twice_spin - 1 and twice_spin + 1. This class itself is the basis `MULTIPLETS`.
    """

    electrons = (0, 1, 1, 2)  # on the new site, in the four blocks
    impurity_spins: tuple[int, ...] = (1,)  # twice_spin of a bare spin 1/2

    def old_sectors(self, q: int, twice_spin: int) -> tuple[Sector, ...]:
        """The sectors of the shorter chain in the four blocks of this one."""
        return (q + 1, twice_spin), (q, twice_spin - 1), (q, twice_spin + 1), (q - 1, twice_spin)

    def new_sectors(self, q: int, twice_spin: int) -> set[Sector]:
        """The sectors of the chain with one site more that this one takes part in."""
        lower = {(q, twice_spin - 1)} if twice_spin > 0 else set()
        return {(q - 1, twice_spin), (q + 1, twice_spin), (q, twice_spin + 1)} | lower

    def hopping(self, q: int, twice_spin: int) -> tuple[Blocks, ...]:
        """(row block, column block, factor) of sum_s f^+_s c_s; f^+ leads from column to row."""
        return (
            (0, 1, 1.0),
            (0, 2, 1.0),
            (1, 3, -multiplicity_root(twice_spin - 1, twice_spin)),
            (2, 3, -multiplicity_root(twice_spin + 1, twice_spin)),
        )

    def creation(
        self, q: int, twice_spin: int, sign: int
    ) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        """(new sector, pairs of (block here, block there, factor)) for f^+ of the new site.

        Parameters
        ----------
        q, twice_spin : int
            The sector that f^+ acts on.
        sign : int
            +1 and -1 in turns from site to site; only `ISOSPIN` needs it.
        """
        up, down = twice_spin + 1, twice_spin - 1
        back = 1 / multiplicity_root(down, twice_spin) if twice_spin else 0.0
        return (
            ((q + 1, up), ((0, 1, 1.0), (2, 3, 1 / multiplicity_root(up, twice_spin)))),
            ((q + 1, down), ((0, 2, 1.0), (1, 3, back))),
        )

    def old_creation(self, q: int, twice_spin: int) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        """(new sector, pairs of (block here, block there, factor)) for d^+ of an old site.

        The factor multiplies the element between the old sectors of the two blocks. It is negative
        where d^+ passes an electron on the new site.
        """
        return [
            (
                (q + 1, there),
                [(0, 0, 1.0), (3, 3, 1.0), *recoupling_factors((1, 2), twice_spin, there, -1.0)],
            )
            for there in (twice_spin - 1, twice_spin + 1)
            if there >= 0
        ]

    def exchange_energy(self, old_twice_spin: int, twice_spin: int) -> float:
        """S.s of a spin 1/2 coupled to spin S: [S'(S'+1) - S(S+1) - 3/4] / 2."""
        return (twice_spin * (twice_spin + 2) - old_twice_spin * (old_twice_spin + 2) - 3) / 8

    def spin_flip(self) -> float:
        """Element of S.s between blocks 1 and 2."""
        return 0.0

    def charges(self, q: int) -> NDArray[np.int64]:
        """Charges of the multiplets that one entry stands for."""
        return np.array([q])

    def multiplicity(self, twice_spin: Any) -> Any:
        """How many states each of these multiplets has; for an integer or an array of them."""
        return twice_spin + 1

    def n_states(self, q: int, twice_spin: int) -> int:
        """How many states one entry of a sector stands for."""
        return twice_spin + 1

    def creation_weight(self, q: int, twice_spin: int) -> float:
        """Squared Clebsch-Gordan coefficients of d^+_up into a sector, summed over its states."""
        return (twice_spin + 1) / 2

    def spin_squared(self, twice_spin: Any) -> Any:
        """S_z**2 averaged over a multiplet; for an integer or an array of them."""
        return twice_spin * (twice_spin + 2) / 12

    def represents_multiplet(self, twice_spin: Any) -> NDArray[np.bool_]:
        """Which entries to count, one for each multiplet, when the lowest ones are chosen."""
        return np.ones(np.shape(twice_spin), dtype=bool)


class Isospin(Basis):
    """Sectors (2I, 2S), so that q = 2I. In blocks 0 and 3 the old chain has q - 1 and q + 1."""

    electrons = (0, 1, 1, 0)  # empty or full: one doublet, one energy

    def old_sectors(self, q: int, twice_spin: int) -> tuple[Sector, ...]:
        return (q - 1, twice_spin), (q, twice_spin - 1), (q, twice_spin + 1), (q + 1, twice_spin)

    def new_sectors(self, q: int, twice_spin: int) -> set[Sector]:
        sectors = (q - 1, twice_spin), (q + 1, twice_spin), (q, twice_spin + 1), (q, twice_spin - 1)
        return {sector for sector in sectors if min(sector) >= 0}

    def hopping(self, q: int, twice_spin: int) -> tuple[Blocks, ...]:
        return tuple(
            (block, single, -multiplicity_root(old_q, q))
            for block, old_q in ((0, q - 1), (3, q + 1))
            for single in (1, 2)
        )

    def creation(
        self, q: int, twice_spin: int, sign: int
    ) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        up, down = twice_spin + 1, twice_spin - 1
        found = []
        for q_there, block, block_there in ((q - 1, 0, 3), (q + 1, 3, 0)):
            for spin_there, single, single_there in ((up, 2, 1), (down, 1, 2)):
                if min(q_there, spin_there) >= 0:
                    pairs = (
                        (block, single_there, -1 / multiplicity_root(q_there, q)),
                        (single, block_there, sign / multiplicity_root(spin_there, twice_spin)),
                    )
                    found.append(((q_there, spin_there), pairs))
        return found

    def old_creation(self, q: int, twice_spin: int) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        return [
            (
                (q_there, spin_there),
                recoupling_factors((0, 3), q, q_there, 1.0)
                + recoupling_factors((1, 2), twice_spin, spin_there, -1.0),
            )
            for q_there in (q - 1, q + 1)
            for spin_there in (twice_spin - 1, twice_spin + 1)
            if min(q_there, spin_there) >= 0
        ]

    def charges(self, q: int) -> NDArray[np.int64]:
        return np.arange(-q, q + 1, 2)

    def n_states(self, q: int, twice_spin: int) -> int:
        return (q + 1) * (twice_spin + 1)

    def creation_weight(self, q: int, twice_spin: int) -> float:
        return (q + 1) * (twice_spin + 1) / 4


class Projections(Basis):
    """Sectors (Q, 2S_z), so that twice_spin is twice S_z and may be negative."""

    impurity_spins = (-1, 1)

    def new_sectors(self, q: int, twice_spin: int) -> set[Sector]:
        return {(q - 1, twice_spin), (q + 1, twice_spin), (q, twice_spin + 1), (q, twice_spin - 1)}

    def hopping(self, q: int, twice_spin: int) -> tuple[Blocks, ...]:
        return (0, 1, 1.0), (0, 2, 1.0), (1, 3, 1.0), (2, 3, -1.0)

    def creation(
        self, q: int, twice_spin: int, sign: int
    ) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        return (
            ((q + 1, twice_spin + 1), ((0, 1, 1.0), (2, 3, 1.0))),
            ((q + 1, twice_spin - 1), ((0, 2, 1.0), (1, 3, -1.0))),
        )

    def old_creation(self, q: int, twice_spin: int) -> Iterable[tuple[Sector, Iterable[Blocks]]]:
        pairs = (0, 0, 1.0), (1, 1, -1.0), (2, 2, -1.0), (3, 3, 1.0)
        return ((q + 1, twice_spin + 1), pairs), ((q + 1, twice_spin - 1), pairs)

    def exchange_energy(self, old_twice_spin: int, twice_spin: int) -> float:
        """S_z s_z."""
        return old_twice_spin * (twice_spin - old_twice_spin) / 4

    def spin_flip(self) -> float:
        """(S+ s- + S- s+) / 2."""
        return 0.5

    def multiplicity(self, twice_spin: Any) -> Any:
        return np.ones_like(twice_spin)

    def n_states(self, q: int, twice_spin: int) -> int:
        return 1

    def creation_weight(self, q: int, twice_spin: int) -> float:
        """Half: the mean of d^+_up and d^+_down, which lead to different sectors."""
        return 0.5

    def spin_squared(self, twice_spin: Any) -> Any:
        return twice_spin**2 / 4

    def represents_multiplet(self, twice_spin: Any) -> NDArray[np.bool_]:
        """Each multiplet has just one state with S_z = 0 or 1/2."""
        return (np.asarray(twice_spin) == 0) | (np.asarray(twice_spin) == 1)


MULTIPLETS, ISOSPIN, PROJECTIONS = Basis(), Isospin(), Projections()
