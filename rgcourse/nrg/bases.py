"""Three bases for a chain with spin: how states of a longer chain are made of shorter ones.

A sector is a pair of integers. What the sites module needs to know is the same for all bases: of
which four old sectors a new one consists, how hopping couples these four blocks, and where the
creation operator of the new site leads.

`MULTIPLETS`, sectors (Q, 2S): charge Q (electrons minus sites) and spin. One entry stands for the
2S + 1 states of a multiplet, and the operator is known by its reduced matrix elements (Wigner and
Eckart),

    <Q+1, S' m'| f^+_s |Q, S m> = <S m, 1/2 s | S' m'> <Q+1, S' || f^+ || Q, S>.

`ISOSPIN`, sectors (2I, 2S): particle-hole symmetry makes charge the z component, Q = 2 I_z, of a
second spin, and one entry stands for (2I + 1)(2S + 1) states. The same theorem is used twice:

    <Q+1, S'|| f^+ || Q, S> = <I Q/2, 1/2 1/2 | I' (Q+1)/2> <I', S' || f^+ || I, S>.

`PROJECTIONS`, sectors (Q, 2S_z): each state stands for itself. No coupling of spins is used, so
the others can be compared with this one, level by level. Slow.

New states are written with the operators of the new site to the left of the old ones. All sums of
Clebsch-Gordan coefficients with a spin 1/2 have been done once and for all: they leave square
roots of ratios of multiplicities.

References
----------
H. R. Krishna-murthy, J. W. Wilkins and K. G. Wilson, Phys. Rev. B 21, 1003 (1980), appendix B,
doi:10.1103/PhysRevB.21.1003.
"""

import math

import numpy as np


def root(new, old):
    """+-sqrt((new + 1) / (old + 1)) of two neighbouring multiplicities; minus if new < old."""
    return math.copysign(math.sqrt((new + 1) / (old + 1)), new - old)


def recoupled(blocks, new, new_there, sign):
    """(block here, block there, factor) of d^+ of the old chain where a spin 1/2 is added to it.

        factor / sign = <(old', 1/2) new' || d^+ || (old, 1/2) new> / <old' || d^+ || old>

    `blocks` are those with old = new - 1 and new + 1; all spins are doubled. The factor is a 6j
    symbol with two spins 1/2, times the roots that belong to it.
    """
    step, c = new_there - new, 1 / (new_there + 1)
    low, high = blocks
    along, across = (low, high) if step > 0 else (high, low)
    pairs = [(along, along, 1.0), (across, across, math.sqrt(1 - c**2)), (across, along, step * c)]
    return [(here, there, sign * factor) for here, there, factor in pairs]


class Basis:
    """What the three bases have in common. A sector is (a, x): a for the charge, x for the spin.

    Blocks are numbered 0 to 3. In blocks 1 and 2 the new site holds one electron, added to an old
    chain with x - 1 and x + 1.
    """

    electrons = (0, 1, 1, 2)  # on the new site, in the four blocks
    impurity_spins = (1,)  # x of a bare spin 1/2

    def old(self, a, x):
        """The old sectors of the four blocks."""
        return (a + 1, x), (a, x - 1), (a, x + 1), (a - 1, x)

    def new(self, a, x):
        """The sectors that one site more makes of this one."""
        return {(a - 1, x), (a + 1, x), (a, x + 1)} | ({(a, x - 1)} if x > 0 else set())

    def hops(self, a, x):
        """(row block, column block, factor) of sum_s f^+_s c_s; f^+ leads from column to row."""
        return (0, 1, 1.0), (0, 2, 1.0), (1, 3, -root(x - 1, x)), (2, 3, -root(x + 1, x))

    def creates(self, a, x, sign):
        """(new sector, pairs of (block here, block there, factor)) for f^+ of the new site.

        `sign` alternates from site to site; only `ISOSPIN` needs it.
        """
        return (
            ((a + 1, x + 1), ((0, 1, 1.0), (2, 3, 1 / root(x + 1, x)))),
            ((a + 1, x - 1), ((0, 2, 1.0), (1, 3, 1 / root(x - 1, x) if x else 0.0))),
        )

    def carries(self, a, x):
        """(new sector, pairs of (block here, block there, factor)) for d^+ of an old site.

        The factor multiplies the element between the old sectors of the two blocks. It is negative
        where d^+ passes an electron on the new site.
        """
        return [
            ((a + 1, s), [(0, 0, 1.0), (3, 3, 1.0), *recoupled((1, 2), x, s, -1.0)])
            for s in (x - 1, x + 1)
            if s >= 0
        ]

    def exchange(self, x_old, x):
        """S.s of a spin 1/2 coupled to spin S: [S'(S'+1) - S(S+1) - 3/4] / 2."""
        return (x * (x + 2) - x_old * (x_old + 2) - 3) / 8

    def flip(self):
        """Element of S.s between blocks 1 and 2."""
        return 0.0

    def charges(self, a):
        """Charges of the multiplets that one entry stands for."""
        return np.array([a])

    def multiplicity(self, x):
        """States of each of these multiplets; for integers x or arrays of them."""
        return x + 1

    def states(self, a, x):
        """States that one entry of a sector stands for."""
        return x + 1

    def component(self, a, x):
        """Squares of the coefficients of Clebsch and Gordan for d^+_up into a sector, summed."""
        return (x + 1) / 2

    def spin_squared(self, x):
        """S_z**2 averaged over a multiplet."""
        return x * (x + 2) / 12

    def counted(self, x):
        """Which entries count when the lowest multiplets are chosen."""
        return np.ones(np.shape(x), dtype=bool)


class Isospin(Basis):
    """Sectors (2I, 2S). In blocks 0 and 3 the old chain has 2I - 1 and 2I + 1."""

    electrons = (0, 1, 1, 0)  # empty or full: one doublet, one energy

    def old(self, a, x):
        return (a - 1, x), (a, x - 1), (a, x + 1), (a + 1, x)

    def new(self, a, x):
        sectors = (a - 1, x), (a + 1, x), (a, x + 1), (a, x - 1)
        return {sector for sector in sectors if min(sector) >= 0}

    def hops(self, a, x):
        return tuple((b, k, -root(i, a)) for b, i in ((0, a - 1), (3, a + 1)) for k in (1, 2))

    def creates(self, a, x, sign):
        there = []
        for i, block, block_there in ((a - 1, 0, 3), (a + 1, 3, 0)):
            for s, single, single_there in ((x + 1, 2, 1), (x - 1, 1, 2)):
                if min(i, s) >= 0:
                    pairs = (
                        (block, single_there, -1 / root(i, a)),
                        (single, block_there, sign / root(s, x)),
                    )
                    there.append(((i, s), pairs))
        return there

    def carries(self, a, x):
        return [
            ((i, s), recoupled((0, 3), a, i, 1.0) + recoupled((1, 2), x, s, -1.0))
            for i in (a - 1, a + 1)
            for s in (x - 1, x + 1)
            if min(i, s) >= 0
        ]

    def charges(self, a):
        return np.arange(-a, a + 1, 2)

    def states(self, a, x):
        return (a + 1) * (x + 1)

    def component(self, a, x):
        return (a + 1) * (x + 1) / 4


class Projections(Basis):
    """Sectors (Q, 2S_z)."""

    impurity_spins = (-1, 1)

    def new(self, a, x):
        return {(a - 1, x), (a + 1, x), (a, x + 1), (a, x - 1)}

    def hops(self, a, x):
        return (0, 1, 1.0), (0, 2, 1.0), (1, 3, 1.0), (2, 3, -1.0)

    def creates(self, a, x, sign):
        return (
            ((a + 1, x + 1), ((0, 1, 1.0), (2, 3, 1.0))),
            ((a + 1, x - 1), ((0, 2, 1.0), (1, 3, -1.0))),
        )

    def carries(self, a, x):
        pairs = (0, 0, 1.0), (1, 1, -1.0), (2, 2, -1.0), (3, 3, 1.0)
        return ((a + 1, x + 1), pairs), ((a + 1, x - 1), pairs)

    def exchange(self, x_old, x):
        """S_z s_z."""
        return x_old * (x - x_old) / 4

    def flip(self):
        """(S+ s- + S- s+) / 2."""
        return 0.5

    def multiplicity(self, x):
        return np.ones_like(x)

    def states(self, a, x):
        return 1

    def component(self, a, x):
        """Half: the mean of d^+_up and d^+_down, which lead to different sectors."""
        return 0.5

    def spin_squared(self, x):
        return x**2 / 4

    def counted(self, x):
        """Each multiplet has just one state with S_z = 0 or 1/2."""
        return (np.asarray(x) == 0) | (np.asarray(x) == 1)


MULTIPLETS, ISOSPIN, PROJECTIONS = Basis(), Isospin(), Projections()
