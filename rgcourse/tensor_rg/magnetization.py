"""One spin carried through a tensor renormalization: the spontaneous magnetization."""

import math

import numpy as np

from .flow import sizes, spin_tensor
from .hotrg import isometry, join

__all__ = ["hotrg_magnetization"]


def hotrg_magnetization(K: float, chi: int, n_steps: int) -> float:
    """Magnetization per spin of one of the two broken states, by HOTRG with an impurity.

    One spin s of the lattice, as a tensor with s in its sum, is odd under the flip of all spins,
    and is joined to its surroundings by the isometries of the pure lattice. Below T_c the largest
    eigenvalue of the block closed to a ring is double, once with an even vector e, once with an odd
    one o. The two broken states are (e + o) and (e - o) over sqrt 2, and the spin's mean in the
    first is

        m = e O o / lambda,    O[u, d] = sum_l impurity[u, l, d, l].

    For edges L far above the correlation length nothing but the truncation is approximate. Above
    T_c m falls to zero as 1 / L, since a spin close to an edge of the block still sees its odd
    vector, and at T_c as a smaller power of L.

    Parameters
    ----------
    K : float
        Coupling J / T, not negative.
    chi : int
        The largest number of states of a leg, at least 2, so that there is an odd one.
    n_steps : int
        Steps, 1 to 200; the torus has 2**n_steps sites.

    Returns
    -------
    float
        Between 0 and 1, not negative.

    Raises
    ------
    ValueError
        If K is negative or not finite, if chi or n_steps is out of range, or if the tensors would
        fill more than 4 GB.

    References
    ----------
    Z. Y. Xie, J. Chen, M. P. Qin, J. W. Zhu, L. P. Yang and T. Xiang, Phys. Rev. B 86, 045139
    (2012), doi:10.1103/PhysRevB.86.045139.

    Examples
    --------
    >>> from rgcourse.exact import spontaneous_magnetization
    >>> m = hotrg_magnetization(1 / 2.0, 8, 20)
    >>> bool(abs(m - spontaneous_magnetization(1 / 2.0)) < 1e-3)
    True
    """
    K, chi, n_steps = sizes(K, chi, n_steps, lambda c, n: 8.0 * c**4 * 24)
    if chi < 2:
        raise ValueError(f"chi must be at least 2, so that a leg has an odd state, got {chi}")
    T = spin_tensor(K, 0)
    spin = spin_tensor(K, 1)
    parity, mirror = [np.array([0, 1])] * 2, [np.array([1, 1])] * 2
    for _ in range(n_steps):
        U, new_parity, new_mirror = isometry(T, parity[0], parity[1], mirror[1], chi)
        legs = parity[0], parity[1], new_parity, new_mirror
        above = join(spin, T, U, *legs, odd=1)
        T = join(T, T, U, *legs)
        # The spin may as well be in the lower half: the same upside down, and the mean of both.
        signs = new_mirror[:, None, None] * new_mirror
        spin = (above + above.transpose(2, 1, 0, 3) * signs) / 2
        top = float(np.abs(T).max())
        T, spin = T.transpose(1, 0, 3, 2) / top, spin.transpose(1, 0, 3, 2) / top
        parity, mirror = [new_parity, parity[0]], [new_mirror, mirror[0]]
    return _mean(T, spin, parity[0])


def _mean(T, spin, parity):
    """e O o / lambda of the ring, from the leading even and odd vectors."""
    ring, between = np.trace(T, axis1=1, axis2=3), np.trace(spin, axis1=1, axis2=3)  # u d
    even, odd = np.flatnonzero(parity == 0), np.flatnonzero(parity == 1)
    if odd.size == 0:
        return 0.0
    right, left, value = [], [], []
    for states in (even, odd):
        block = ring[np.ix_(states, states)]
        values, vectors = np.linalg.eig(block)
        k = int(np.argmax(np.abs(values)))
        back = np.linalg.inv(vectors)[k] if block.shape[0] > 1 else np.ones(1)
        value.append(abs(values[k]))
        right.append(np.real(vectors[:, k]))
        left.append(np.real(back))
    if not value[1] > 0:
        return 0.0
    over = left[0] @ between[np.ix_(even, odd)] @ right[1]
    back = left[1] @ between[np.ix_(odd, even)] @ right[0]
    return float(math.sqrt(max(over * back, 0.0)) / value[0])
