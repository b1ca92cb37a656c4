"""One site more: the Hamiltonian of a longer chain from the states of the shorter one.

A shell of the chain is a set of sectors: the charge Q (electrons minus sites) and x, which is twice
the spin, 2 S, in the basis `MULTIPLETS`, and twice its projection, 2 S_z, in the basis
`PROJECTIONS`. The new site c is empty, holds one electron or two, so sector (Q, x) is made of

    EMPTY   old (Q+1, x)        DOWN    one electron, old (Q, x+1)
    UP      one electron, old (Q, x-1)        DOUBLE  old (Q-1, x)

and neighbouring blocks are coupled by the hopping sum_s (f^+_s c_s + h.c.), where f is the last old
site. New states are written with the operators of the new site to the left. What f^+ does is stored
between sectors: (Q, x) -> (Q+1, x +- 1). In the basis of multiplets these are the reduced matrix
elements of Wigner and Eckart,

    <Q+1, S' m'| f^+_s |Q, S m> = <S m, 1/2 s | S' m'> <Q+1, S' || f^+ || Q, S>,

one number for (2 S + 1)(2 S' + 1) of them. All sums of Clebsch-Gordan coefficients with a spin 1/2
can be done once and for all, and leave three square roots. In the basis of projections the same
places are taken by signs.

References
----------
H. R. Krishna-murthy, J. W. Wilkins and K. G. Wilson, Phys. Rev. B 21, 1003 (1980), appendix B,
doi:10.1103/PhysRevB.21.1003.
"""

import math
from types import SimpleNamespace

import numpy as np

EMPTY, UP, DOWN, DOUBLE = range(4)


def _exchange_of_spins(S2_old, S2):
    """S.s = [S'(S'+1) - S(S+1) - 3/4] / 2 for a spin 1/2 coupled to S."""
    return (S2 * (S2 + 2) - S2_old * (S2_old + 2) - 3) / 8


MULTIPLETS = SimpleNamespace(
    name="charge and spin",
    spins=(1,),  # x of an impurity that is a spin 1/2
    exists=lambda S2: S2 >= 0,
    counted=lambda S2: True,  # of the sectors, when the lowest multiplets are counted
    multiplicity=lambda S2: S2 + 1,
    spin_squared=lambda S2: S2 * (S2 + 2) / 12,  # S_z**2 averaged over the multiplet
    hop_up=lambda S2: math.sqrt(S2 / (S2 + 1)),  # UP <- DOUBLE
    hop_down=lambda S2: -math.sqrt((S2 + 2) / (S2 + 1)),  # DOWN <- DOUBLE
    fill=lambda S2, new: math.copysign(math.sqrt((S2 + 1) / (new + 1)), new - S2),
    exchange=_exchange_of_spins,
    flip=0.0,
)

PROJECTIONS = SimpleNamespace(
    name="charge and S_z",
    spins=(-1, 1),
    exists=lambda M2: True,
    counted=lambda M2: M2 in (0, 1),  # each multiplet has one state with S_z = 0 or 1/2
    multiplicity=lambda M2: 1,
    spin_squared=lambda M2: M2**2 / 4,
    hop_up=lambda M2: 1.0,
    hop_down=lambda M2: -1.0,
    fill=lambda M2, new: float(new - M2),
    exchange=lambda M2_old, M2: M2_old * (M2 - M2_old) / 4,  # S_z s_z
    flip=0.5,  # (S+ s- + S- s+) / 2
)


def grow(basis, energies, f, *, factor=1.0, hop=0.0, site=(0.0, 0.0, 0.0), exchange=0.0):
    """All energies and states of a chain with one site more.

        h' = factor h + site energies + hop sum_s (f^+_s c_s + h.c.) + exchange S.s

    Parameters
    ----------
    basis : MULTIPLETS or PROJECTIONS
    energies : dict
        (Q, x): array of the energies kept.
    f : dict
        ((Q, x), (Q+1, x')): array (kept', kept) of elements of f^+; missing ones are zero.
    factor, hop : float
    site : tuple
        Energies of the new site with 0, 1 and 2 electrons.
    exchange : float
        Between the new site's spin and the old chain, which then must be a single spin 1/2.

    Returns
    -------
    dict
        (Q, x): (energies, states, rows). States stand in columns, lowest first; rows[block] is the
        slice that belongs to the block, None if there is none.
    """
    grown = {}
    for Q, x in {new for old in energies for new in _offspring(*old) if basis.exists(new[1])}:
        old = ((Q + 1, x), (Q, x - 1), (Q, x + 1), (Q - 1, x))
        rows, size = _stack([len(energies.get(sector, ())) for sector in old])
        h = np.zeros((size, size))
        for block, sector in enumerate(old):
            if rows[block]:
                shift = site[(block + 1) // 2]
                if block in (UP, DOWN):
                    shift += exchange * basis.exchange(sector[1], x)
                i = np.arange(rows[block].start, rows[block].stop)
                h[i, i] = factor * energies[sector] + shift
        for block, root in ((UP, basis.hop_up(x)), (DOWN, basis.hop_down(x))):
            if rows[block] and rows[EMPTY] and (old[block], old[EMPTY]) in f:
                h[rows[EMPTY], rows[block]] = hop * f[old[block], old[EMPTY]]
            if rows[block] and rows[DOUBLE] and (old[DOUBLE], old[block]) in f:
                h[rows[block], rows[DOUBLE]] = hop * root * f[old[DOUBLE], old[block]]
        if exchange and rows[UP] and rows[DOWN]:
            h[rows[UP], rows[DOWN]] = exchange * basis.flip
        grown[Q, x] = (*np.linalg.eigh(h, UPLO="U"), rows)
    return grown


def operator(basis, grown, kept):
    """Elements of f^+ of the new site between the states kept, as `grow` takes them.

    Parameters
    ----------
    basis : MULTIPLETS or PROJECTIONS
    grown : dict
        From `grow`.
    kept : dict
        (Q, x): how many of the lowest states of the sector are kept, at least 1.

    Returns
    -------
    dict
        ((Q, x), (Q+1, x')): array (kept', kept).
    """
    f = {}
    for (Q, x), k in kept.items():
        _, states, rows = grown[Q, x]
        for new, single, other in ((x + 1, UP, DOWN), (x - 1, DOWN, UP)):
            if (Q + 1, new) not in kept:
                continue
            _, there, rows_there = grown[Q + 1, new]
            k_there = kept[Q + 1, new]
            element = np.zeros((k_there, k))
            if rows[EMPTY] and rows_there[single]:  # an electron on the empty site
                element += there[rows_there[single], :k_there].T @ states[rows[EMPTY], :k]
            if rows[other] and rows_there[DOUBLE]:  # a second one
                pair = there[rows_there[DOUBLE], :k_there].T @ states[rows[other], :k]
                element += basis.fill(x, new) * pair
            f[(Q, x), (Q + 1, new)] = element
    return f


def _offspring(Q, x):
    """Sectors that one site more makes of this one."""
    return (Q - 1, x), (Q + 1, x), (Q, x + 1), (Q, x - 1)


def _stack(sizes):
    """Slices of blocks put one after the other, None where there is nothing; and the total."""
    rows, end = [], 0
    for size in sizes:
        rows.append(slice(end, end + size) if size else None)
        end += size
    return rows, end
