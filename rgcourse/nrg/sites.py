"""One site more: the Hamiltonian of a longer chain from the states of the shorter one.

A shell of the chain is kept as a dict of sectors with their energies, and a dict of blocks of the
creation operator of its last site. The algebra is in `bases`.

Legs of the matrices, named in the comments: `old` states of the shorter chain that were kept, in
one sector; `row`, the product states old x new site of one sector of the longer chain, stacked
block by block; `state`, the eigenstates of that sector, lowest first; `kept`, the first of these.
A prime marks the sector that an operator leads to.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bases import Basis, Sector

__all__ = [
    "SectorStates",
    "add_site",
    "creation_operator",
    "trace_out_site",
    "transform_operator",
]

Operator = dict[tuple[Sector, Sector], NDArray[np.float64]]


class SectorStates(NamedTuple):
    """Eigenstates of the longer chain in one sector.

    Parameters
    ----------
    energies : array, shape (state,)
        Ascending.
    states : array, shape (row, state)
        Eigenvectors in columns.
    rows : list of slice or None
        The rows of each of the four blocks, None for an empty one.
    """

    energies: NDArray[np.float64]
    states: NDArray[np.float64]
    rows: list[slice | None]


def add_site(
    basis: Basis,
    energies: dict[Sector, NDArray[np.float64]],
    f: Operator,
    *,
    factor: float = 1.0,
    hop: float = 0.0,
    site: Sequence[float] = (0.0, 0.0, 0.0),
    exchange: float = 0.0,
) -> dict[Sector, SectorStates]:
    """All energies and states of a chain with one site more.

        h' = factor h + site energies + hop sum_s (f^+_s c_s + h.c.) + exchange S.s

    where f belongs to the last old site and c to the new one.

    Parameters
    ----------
    basis : Basis
    energies : dict
        sector: array of the energies kept, shape (old,).
    f : dict
        (sector, sector'): array (old', old) of elements of f^+; missing ones are zero.
    factor, hop : float
    site : sequence of 3 floats
        Energies of the new site with 0, 1 and 2 electrons.
    exchange : float
        Between the new site's spin and the old chain, which then must be a single spin 1/2.

    Returns
    -------
    dict
        sector: `SectorStates`.
    """
    longer = {}
    for sector in set().union(*(basis.new_sectors(*old) for old in energies)):
        old = basis.old_sectors(*sector)
        rows, size = _stack([len(energies.get(key, ())) for key in old])
        h = np.zeros((size, size))  # row' row
        diagonal = np.einsum("ii->i", h)  # row; a view
        for key, block, n in zip(old, rows, basis.electrons, strict=True):
            if block:
                coupled = exchange * basis.exchange_energy(key[1], sector[1]) if n == 1 else 0.0
                diagonal[block] = factor * energies[key] + (site[n] + coupled)
        for row, column, amplitude in basis.hopping(*sector):
            if rows[row] and rows[column] and (old[column], old[row]) in f:
                element = hop * amplitude * f[old[column], old[row]]  # old of row, old of column
                if row < column:
                    h[rows[row], rows[column]] = element
                else:
                    h[rows[column], rows[row]] = element.T
        if exchange and rows[1] and rows[2]:
            h[rows[1], rows[2]] = exchange * basis.spin_flip()
        longer[sector] = SectorStates(*np.linalg.eigh(h, UPLO="U"), rows)
    return longer


def creation_operator(
    basis: Basis,
    sectors: dict[Sector, SectorStates],
    kept: dict[Sector, int],
    *,
    sign: int = 1,
) -> Operator:
    """Elements of f^+ of the new site between the states kept, as `add_site` takes them.

    Parameters
    ----------
    basis : Basis
    sectors : dict
        From `add_site`.
    kept : dict
        sector: how many of its lowest states are kept, at least 1.
    sign : int
        +1 and -1 in turns from site to site.

    Returns
    -------
    dict
        (sector, sector'): array (kept', kept).
    """
    f = {}
    for here, k in kept.items():
        _, states, rows = sectors[here]
        for there, pairs in basis.creation(*here, sign):
            if there not in kept:
                continue
            _, states_there, rows_there = sectors[there]
            k_there = kept[there]
            element = np.zeros((k_there, k))  # kept' kept
            for block, block_there, amplitude in pairs:
                if rows[block] and rows_there[block_there]:
                    left = states_there[rows_there[block_there], :k_there]  # old kept'
                    right = states[rows[block], :k]  # old kept
                    element += amplitude * (left.T @ right)  # kept' [old] [old] kept
            f[here, there] = element
    return f


def transform_operator(
    basis: Basis,
    sectors: dict[Sector, SectorStates],
    wanted: dict[Sector, int],
    d: Operator,
) -> Operator:
    """Elements of d^+ of an old site between states of the longer chain.

    Parameters
    ----------
    basis : Basis
    sectors : dict
        From `add_site`.
    wanted : dict
        sector: how many of its lowest states are wanted, at least 1.
    d : dict
        (sector, sector'): array (old', old) between the states that the longer chain was made of.

    Returns
    -------
    dict
        (sector, sector'): array (wanted', wanted); blocks that vanish may be missing.
    """
    transformed = {}
    for here, k in wanted.items():
        _, states, rows = sectors[here]
        old = basis.old_sectors(*here)
        for there, pairs in basis.old_creation(*here):
            if there not in wanted:
                continue
            _, states_there, rows_there = sectors[there]
            old_there = basis.old_sectors(*there)
            half = np.zeros((len(states_there), k))  # row' wanted
            for block, block_there, amplitude in pairs:
                element = d.get((old[block], old_there[block_there]))  # old' old
                if rows[block] and rows_there[block_there] and element is not None:
                    right = states[rows[block], :k]  # old wanted
                    half[rows_there[block_there]] += amplitude * (element @ right)
            left = states_there[:, : wanted[there]]  # row' wanted'
            transformed[here, there] = left.T @ half  # wanted' [row'] [row'] wanted
    return transformed


def trace_out_site(
    basis: Basis,
    sectors: dict[Sector, SectorStates],
    rho: dict[Sector, tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> dict[Sector, NDArray[np.float64]]:
    """The density matrix of the old chain: the trace of the longer one's over its last site.

    Parameters
    ----------
    basis : Basis
    sectors : dict
        From `add_site`.
    rho : dict
        sector: (matrix (kept, kept) of the lowest states, probabilities of all others, which are
        discarded). Each element holds for every state of a multiplet.

    Returns
    -------
    dict
        sector: matrix (old, old) of the states that the longer chain was made of.
    """
    shorter: dict[Sector, NDArray[np.float64]] = {}
    for sector, (matrix, discarded) in rho.items():
        _, states, rows = sectors[sector]
        k = len(matrix)
        for old, block in zip(basis.old_sectors(*sector), rows, strict=True):
            if block and k + np.count_nonzero(discarded):
                low, high = states[block, :k], states[block, k:]  # old kept, old discarded
                part = low @ matrix @ low.T  # old [kept] [kept] old
                if np.any(discarded):
                    part += (high * discarded) @ high.T  # old [discarded] [discarded] old
                part *= basis.n_states(*sector) / basis.n_states(*old)
                shorter[old] = shorter[old] + part if old in shorter else part
    return shorter


def _stack(sizes):
    """Slices of blocks put one after the other, None where there is nothing; and the total."""
    rows, end = [], 0
    for size in sizes:
        rows.append(slice(end, end + size) if size else None)
        end += size
    return rows, end
