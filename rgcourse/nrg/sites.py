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


def carry(basis, grown, states_of, d):
    """Elements of d^+ of an old site between states of the longer chain.

    Parameters
    ----------
    basis : Basis
    grown : dict
        From `grow`.
    states_of : dict
        sector: how many of its lowest states are wanted, at least 1.
    d : dict
        (sector, sector'): array (kept', kept) between the states that the chain was grown from.

    Returns
    -------
    dict
        (sector, sector'): array (wanted', wanted); blocks that vanish may be missing.
    """
    carried = {}
    for here, k in states_of.items():
        _, states, rows = grown[here]
        old = basis.old(*here)
        for there, pairs in basis.carries(*here):
            if there not in states_of:
                continue
            _, states_there, rows_there = grown[there]
            old_there = basis.old(*there)
            moved = np.zeros((len(states_there), k))
            for block, to, amplitude in pairs:
                element = d.get((old[block], old_there[to]))
                if rows[block] and rows_there[to] and element is not None:
                    moved[rows_there[to]] += amplitude * (element @ states[rows[block], :k])
            carried[here, there] = states_there[:, : states_of[there]].T @ moved
    return carried


def shorten(basis, grown, rho):
    """The density matrix of the old chain: that of the longer one, summed over its last site.

    Parameters
    ----------
    basis : Basis
    grown : dict
        From `grow`.
    rho : dict
        sector: (matrix of the lowest states, probabilities of all others). Each element holds for
        every state of a multiplet.

    Returns
    -------
    dict
        sector: matrix of the states that the chain was grown from.
    """
    shorter = {}
    for sector, (matrix, rest) in rho.items():
        _, states, rows = grown[sector]
        k = len(matrix)
        for old, block in zip(basis.old(*sector), rows, strict=True):
            if block and k + np.count_nonzero(rest):
                low, high = states[block, :k], states[block, k:]
                part = low @ matrix @ low.T
                if np.any(rest):
                    part += (high * rest) @ high.T
                part *= basis.states(*sector) / basis.states(*old)
                shorter[old] = shorter[old] + part if old in shorter else part
    return shorter


def _stack(sizes):
    """Slices of blocks put one after the other, None where there is nothing; and the total."""
    rows, end = [], 0
    for size in sizes:
        rows.append(slice(end, end + size) if size else None)
        end += size
    return rows, end
