"""One site more: the Hamiltonian of a longer chain from the states of the shorter one.

A shell of the chain is kept as a dict of sectors with their energies, and a dict of blocks of the
creation operator of its last site. The algebra is in `bases`.
"""

import numpy as np


def grow(basis, energies, f, *, factor=1.0, hop=0.0, site=(0.0, 0.0, 0.0), exchange=0.0):
    """All energies and states of a chain with one site more.

        h' = factor h + site energies + hop sum_s (f^+_s c_s + h.c.) + exchange S.s

    where f belongs to the last old site and c to the new one.

    Parameters
    ----------
    basis : Basis
    energies : dict
        sector: array of the energies kept.
    f : dict
        (sector, sector'): array (kept', kept) of elements of f^+; missing ones are zero.
    factor, hop : float
    site : tuple
        Energies of the new site with 0, 1 and 2 electrons.
    exchange : float
        Between the new site's spin and the old chain, which then must be a single spin 1/2.

    Returns
    -------
    dict
        sector: (energies, states, rows). States stand in columns, lowest first; rows[block] is the
        slice that belongs to the block, None if there is none.
    """
    grown = {}
    for sector in set().union(*(basis.new(*old) for old in energies)):
        old = basis.old(*sector)
        rows, size = _stack([len(energies.get(key, ())) for key in old])
        h = np.zeros((size, size))
        diagonal = np.einsum("ii->i", h)  # a view
        for key, block, n in zip(old, rows, basis.electrons, strict=True):
            if block:
                shift = site[n] + (exchange * basis.exchange(key[1], sector[1]) if n == 1 else 0.0)
                diagonal[block] = factor * energies[key] + shift
        for row, column, amplitude in basis.hops(*sector):
            if rows[row] and rows[column] and (old[column], old[row]) in f:
                element = hop * amplitude * f[old[column], old[row]]
                if row < column:
                    h[rows[row], rows[column]] = element
                else:
                    h[rows[column], rows[row]] = element.T
        if exchange and rows[1] and rows[2]:
            h[rows[1], rows[2]] = exchange * basis.flip()
        grown[sector] = (*np.linalg.eigh(h, UPLO="U"), rows)
    return grown


def operator(basis, grown, kept, *, sign=1):
    """Elements of f^+ of the new site between the states kept, as `grow` takes them.

    Parameters
    ----------
    basis : Basis
    grown : dict
        From `grow`.
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
        _, states, rows = grown[here]
        for there, pairs in basis.creates(*here, sign):
            if there not in kept:
                continue
            _, states_there, rows_there = grown[there]
            k_there = kept[there]
            element = np.zeros((k_there, k))
            for block, block_there, amplitude in pairs:
                if rows[block] and rows_there[block_there]:
                    left = states_there[rows_there[block_there], :k_there]
                    element += amplitude * (left.T @ states[rows[block], :k])
            f[here, there] = element
    return f


def _stack(sizes):
    """Slices of blocks put one after the other, None where there is nothing; and the total."""
    rows, end = [], 0
    for size in sizes:
        rows.append(slice(end, end + size) if size else None)
        end += size
    return rows, end
