"""HOTRG: two tensors are joined, and the doubled legs cut back by singular values."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._pairs import blocks_of, sectors_of, symmetric_basis
from .flow import Record, TensorFlow, ising_tensor, sizes

__all__ = ["hotrg_flow"]

NOISE = 3e-9  # a singular value this far below the largest is left out; its square is rounding


def hotrg_flow(K: float, chi: int, n_steps: int) -> TensorFlow:
    """HOTRG of the Ising model on the square lattice: 2**n_steps sites in n_steps steps.

    A step puts a tensor on top of another, which doubles the legs left and right, and keeps the
    `chi` combinations of each pair that carry most weight in the joined tensor, the leading
    eigenvectors of its Gram matrix. The next step does the same sideways. The Gram matrix falls
    into four blocks, by the parity of a pair under a flip of all spins and its sign under
    reflection, and the joined tensor into blocks of parity. Time grows as chi**7 / 5.

    Parameters
    ----------
    K : float
        Coupling J / T, not negative.
    chi : int
        The largest number of states of a leg, at least 1.
    n_steps : int
        Steps, 1 to 200. The torus has edges 2**(n_steps / 2), one of them twice the other if odd.

    Returns
    -------
    TensorFlow

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
    >>> from rgcourse.exact import CRITICAL_K, onsager_log_z
    >>> flow = hotrg_flow(CRITICAL_K, 8, 30)
    >>> f"{flow.log_z_per_site / onsager_log_z(CRITICAL_K) - 1:.1e}"
    '-1.4e-05'
    """
    K, chi, n_steps = sizes(K, chi, n_steps, lambda c, n: 8.0 * c**4 * (8 + n))
    T, log_scale = ising_tensor(K)
    parity = [np.array([0, 1])] * 2  # of the legs u and d, of l and r
    mirror = [np.array([1, 1])] * 2
    record = Record()
    for n in range(n_steps + 1):
        top = float(np.abs(T).max())
        T = T / top
        log_scale += math.log(top)
        _add(record, T if n % 2 == 0 else T.transpose(1, 0, 3, 2), log_scale, parity, n)
        if n < n_steps:
            U, new_parity, new_mirror = isometry(T, parity[0], parity[1], mirror[1], chi)
            T = join(T, T, U, parity[0], parity[1], new_parity, new_mirror)
            # What was horizontal is vertical for the next step.
            T = T.transpose(1, 0, 3, 2)  # u l d r -> l u r d
            parity, mirror = [new_parity, parity[0]], [new_mirror, mirror[0]]
            log_scale *= 2
    return record.flow()


def isometry(T, vertical, horizontal, mirror, chi):
    """U[l, l', k] on pairs of legs l above l', orthonormal in k, with parity and mirror of k.

    The Gram matrix of the joined tensor needs no joined tensor: with A[l, l', a, a'] the sum over
    u and r of T[u, l, a, r] T[u, l', a', r], that of the lower one is the same by reflection, and
    the two are summed over a and a'.
    """
    m, n = vertical.size, horizontal.size
    rows = T.transpose(1, 2, 0, 3).reshape(n * m, m * n)  # (l a) (u r)
    A = np.zeros((n * m, n * m))
    by_row = np.bitwise_xor.outer(horizontal, vertical).ravel()
    by_column = np.bitwise_xor.outer(vertical, horizontal).ravel()
    for p in (0, 1):
        here = np.flatnonzero(by_row == p)
        B = rows[here[:, None], np.flatnonzero(by_column == p)]
        A[here[:, None], here] = B @ B.T  # (l a) [u r] (l' a')
    A = A.reshape(n, m, n, m).transpose(0, 2, 1, 3).reshape(n * n, m * m)  # (l l') (a a')
    Q = np.zeros((n * n, n * n))
    by_row = np.bitwise_xor.outer(horizontal, horizontal).ravel()
    by_column = np.bitwise_xor.outer(vertical, vertical).ravel()
    for p in (0, 1):
        here = np.flatnonzero(by_row == p)
        B = A[here[:, None], np.flatnonzero(by_column == p)]
        Q[here[:, None], here] = B @ B.T  # (l1 l1') [a a'] (l2 l2')
    Q = Q.reshape(n, n, n, n).transpose(0, 2, 1, 3)  # l1 l2 l1' l2'
    Q = Q * np.multiply.outer(mirror, mirror)[:, None, :]  # the lower tensor, upside down
    sectors = sectors_of(horizontal, mirror)
    U, _, parity, mirror = symmetric_basis(blocks_of(Q, sectors), sectors, n, chi, NOISE**2)
    return U, parity, mirror


def join(above, below, U, vertical, horizontal, parity, mirror, odd=0):
    """above[u, l, a, r] on below[a, l', d, r'], legs l, l' and r, r' joined by U.

    The lower tensor is even under the flip of all spins, and the upper one has parity `odd`. If it
    is even too, one must be the other upside down, so that the result has the signs `mirror` of its
    legs l and r when it is turned upside down, and a quarter of it follows from the rest. One state
    of the new leg l is made at a time: no more than some chi**4 numbers are held.
    """
    v = [np.flatnonzero(vertical == p) for p in (0, 1)]
    h = [np.flatnonzero(horizontal == p) for p in (0, 1)]
    k = [np.flatnonzero(parity == p) for p in (0, 1)]
    m, n = vertical.size, parity.size
    # above by the parities of (u r) and a, its legs u r a l; q = 0: u and r of parity (0 0), (1 1)
    upper = {}
    for q in (0, 1):
        for s in (0, 1):
            parts = [
                above[np.ix_(v[t], h[q ^ s ^ odd], v[s], h[q ^ t])].transpose(0, 3, 2, 1)
                for t in (0, 1)
            ]  # u r a l
            upper[q, s] = np.concatenate(
                [x.reshape(x.shape[0] * x.shape[1], *x.shape[2:]) for x in parts]
            )
    lower = {}
    for p in (0, 1):
        lower[p] = np.block(
            [
                [
                    below[np.ix_(v[s], h[p ^ s], v[t], h[p ^ t])].reshape(
                        v[s].size * h[p ^ s].size, v[t].size * h[p ^ t].size
                    )
                    for t in (0, 1)
                ]
                for s in (0, 1)
            ]
        )  # (a l') (d r')
    right = {
        (i, j): U[np.ix_(h[i], h[j], k[i ^ j])].reshape(h[i].size * h[j].size, k[i ^ j].size)
        for i in (0, 1)
        for j in (0, 1)
    }  # (r r') k
    T = np.zeros((m, n, m, n))
    for left in range(n):
        for q in (0, 1):
            _one_left_state(T, left, q, upper, lower, right, U, parity, v, h, k, odd)
    if odd:
        return T
    back = T[np.ix_(v[0], range(n), v[1], range(n))]  # u l d r, d and u exchanged below
    T[np.ix_(v[1], range(n), v[0], range(n))] = (
        back.transpose(2, 1, 0, 3) * mirror[:, None, None] * mirror
    )
    return T


def _one_left_state(T, left, q, upper, lower, right, U, parity, v, h, k, odd):
    """Add to T[:, left] what has (u r) of parity q; u odd with d even is left to reflection."""
    P = q ^ odd ^ int(parity[left])  # of (a l') and (d r')
    rows = sum(v[t].size * h[q ^ t].size for t in (0, 1))
    parts = []
    for s in (0, 1):
        cut = U[np.ix_(h[q ^ s ^ odd], h[P ^ s], [left])][:, :, 0]
        parts.append(
            (upper[q, s] @ cut).reshape(rows, v[s].size * cut.shape[1])
        )  # (u r a) [l] l' -> (u r) (a l')
    X = np.concatenate(parts, axis=1)
    first, half = v[0].size * h[q].size, v[0].size * h[P].size
    for t, begin, end in ((0, 0, first), (1, first, rows)):
        start = half if t and not odd else 0
        Y = X[begin:end] @ lower[P][:, start:]  # (u r) [a l'] (d r')
        for w, low, high in ((0, 0, half), (1, half, lower[P].shape[1])):
            if t > w and not odd:
                continue
            shape = (v[t].size, h[q ^ t].size, v[w].size, h[P ^ w].size)
            Z = Y[:, low - start : high - start].reshape(shape).transpose(0, 2, 1, 3)
            Z = Z.reshape(shape[0] * shape[2], shape[1] * shape[3])  # (u d) (r r')
            ends = k[q ^ t ^ P ^ w]
            new = Z @ right[q ^ t, P ^ w]  # (u d) [r r'] k
            T[np.ix_(v[t], [left], v[w], ends)] += new.reshape(v[t].size, 1, v[w].size, ends.size)


def _add(record: Record, T: NDArray[Any], log_scale: float, parity: list, n: int) -> None:
    """Note a step, with the legs in their true directions again."""
    trace = float(np.trace(np.trace(T, axis1=0, axis2=2)))
    vertical, horizontal = parity if n % 2 == 0 else parity[::-1]
    record.add(lambda: T.copy(), log_scale, trace, vertical, horizontal)
