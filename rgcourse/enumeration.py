"""Small Ising lattices summed state by state: the exact answer that everything else is held to."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

from . import _checks

__all__ = ["Enumeration", "enumerate_ising"]

MAX_SITES = {2: 25, 3: 27}


class Enumeration(NamedTuple):
    """Exact averages of a small lattice, per site: <|m|>, <m**2> and <m**4> of the mean spin m."""

    log_z: float
    energy: float
    abs_m: float
    m2: float
    m4: float


def enumerate_ising(
    L: int,
    K: float,
    *,
    h: float = 0.0,
    K_nnn: float = 0.0,
    dim: int = 2,
    periodic: bool = True,
) -> Enumeration:
    """Exact `Enumeration(log_z, energy, abs_m, m2, m4)` of a small lattice, by summing all states.

    Weight exp(K sum_nn s s' + K_nnn sum_diag s s' + h sum s); the energy is -<sum_nn s s'> / N,
    without field and diagonal terms. The states are counted once for each lattice and kept in
    memory, so that further couplings take microseconds.

    Parameters
    ----------
    L : int
        Edge length, at least 2; L**dim at most 25 in two dimensions and 27 in three.
    K : float
        Nearest-neighbour coupling, of either sign.
    h : float
        Field, dimensionless (beta H).
    K_nnn : float
        Coupling along the diagonals of the squares (in 3D: of the faces of the cubes).
    dim : int
        2 or 3.
    periodic : bool
        Whether the lattice wraps. On L = 2 it then wraps onto itself: every bond counts double.

    Raises
    ------
    ValueError
        If the lattice is too large to be summed, or a coupling is not finite.

    Examples
    --------
    At K = 0 the spins are independent, so <m**2> = 1 / N.

    >>> round(enumerate_ising(3, 0.0).m2 * 9, 12)
    1.0
    """
    L, dim = _checks.integer("L", L, minimum=2), _checks.dimension(dim)
    n = L**dim
    if n > MAX_SITES[dim]:
        largest = max(edge for edge in range(2, 6) if edge**dim <= MAX_SITES[dim])
        raise ValueError(
            f"L = {L} in {dim} dimensions has {n} spins, 2**{n} states are too many to sum; use "
            f"L <= {largest}" + (", or kaufman for larger squares" if dim == 2 else "")
        )
    K, h, K_nnn = _checks.finite("K", K), _checks.finite("h", h), _checks.finite("K_nnn", K_nnn)
    nn, nnn, spin, count = _count_states(L, dim, bool(periodic))
    log_weight = K * nn + K_nnn * nnn + h * spin + np.log(count)
    top = log_weight.max()
    weight = np.exp(log_weight - top)
    total = weight.sum()
    p, m = weight / total, spin / n
    return Enumeration(
        log_z=float((top + np.log(total)) / n),
        energy=float(-(p @ nn) / n),
        abs_m=float(p @ np.abs(m)),
        m2=float(p @ m**2),
        m4=float(p @ m**4),
    )


@lru_cache(maxsize=16)
def _count_states(L, dim, periodic):
    """Values of sum_nn s s', sum_diag s s', sum s that occur, and the number of states of each."""
    nn, nnn = _neighbours(L, dim, periodic, reach=1), _neighbours(L, dim, periodic, reach=2)
    n, nn_bonds, nnn_bonds = L**dim, np.sum(nn >= 0) // 2, np.sum(nnn >= 0) // 2
    shape = nn_bonds + 1, nnn_bonds + 1, n + 1
    table = np.zeros(shape, np.int64)
    spins = np.ones(n, np.int8)
    count_states(
        spins,
        n,
        nn.ravel(),
        nn.shape[1],
        nnn.ravel(),
        nnn.shape[1],
        nn_bonds,
        nnn_bonds,
        table.ravel(),
    )
    table += table[:, :, ::-1]  # the states with the last spin down mirror those with it up
    where = np.nonzero(table)
    values = (2 * i - bonds for i, bonds in zip(where, (nn_bonds, nnn_bonds, n), strict=True))
    return *(v.astype(float) for v in values), table[where].astype(float)


def _neighbours(L, dim, periodic, *, reach):
    """Table (site, neighbour) of the sites whose offset has `reach` entries +-1; -1 for none."""
    steps = np.indices((3,) * dim).reshape(dim, -1) - 1
    steps = steps[:, np.sum(steps != 0, axis=0) == reach]
    sites = np.indices((L,) * dim).reshape(dim, -1)[:, :, None] + steps[:, None, :]
    outside = np.any((sites < 0) | (sites >= L), axis=0)
    index = np.ravel_multi_index(tuple(sites % L), (L,) * dim)
    return np.where(outside & (not periodic), -1, index)


def _count_states_kernel(spins, n, nn, n_nn, nnn, n_nnn, nn_bonds, nnn_bonds, table):
    """Adds each state with the last spin up to `table`, one spin flip after another (Gray code).

    `table[(i * (nnn_bonds + 1) + j) * (n + 1) + k]` counts i, j satisfied bonds and k up spins.
    """
    i, j, k = nn_bonds, nnn_bonds, n
    table[(i * (nnn_bonds + 1) + j) * (n + 1) + k] += 1
    for step in range(1, 1 << (n - 1)):
        site = 0
        while (step >> site) & 1 == 0:
            site += 1
        spin = spins[site]
        for a in range(site * n_nn, site * n_nn + n_nn):
            if nn[a] >= 0:
                i -= spin * spins[nn[a]]
        for a in range(site * n_nnn, site * n_nnn + n_nnn):
            if nnn[a] >= 0:
                j -= spin * spins[nnn[a]]
        k -= spin
        spins[site] = -spin
        table[(i * (nnn_bonds + 1) + j) * (n + 1) + k] += 1


count_states = njit(cache=True, nogil=True, error_model="numpy")(_count_states_kernel)
