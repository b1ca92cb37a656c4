"""Levin and Nave's tensor renormalization, with the symmetries of the Ising magnet built in."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._pairs import Sector, blocks_of, dense_of, largest_of, sectors_of, symmetric_basis
from .flow import Record, TensorFlow, ising_tensor, sizes

__all__ = ["trg_flow"]


def trg_flow(K: float, chi: int, n_steps: int) -> TensorFlow:
    """TRG of the Ising model on the square lattice: 2**n_steps sites in n_steps steps.

    Each tensor is cut in two along a diagonal, T = S S', with at most `chi` states on the cut, and
    four halves around a plaquette make the tensor of a lattice turned by 45 degrees with half as
    many sites. The tensor read as a matrix from (u, l) to (r, d) is a product of a plaquette's half
    with its mirror image, hence symmetric and positive, and the two halves are equal. It falls into
    four blocks, by the parity of a pair of legs under a flip of all spins and by its sign when the
    legs are exchanged; each has its own eigenvectors. Multiplets of equal weight are kept or left
    whole, so that a leg may have fewer than `chi` states. Time grows as chi**6 / 16.

    Parameters
    ----------
    K : float
        Coupling J / T, not negative.
    chi : int
        The largest number of states of a leg, at least 1.
    n_steps : int
        Steps, 1 to 200. The torus has edges 2**(n_steps / 2), turned by 45 degrees if odd.

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
    M. Levin and C. P. Nave, Phys. Rev. Lett. 99, 120601 (2007),
    doi:10.1103/PhysRevLett.99.120601.

    Examples
    --------
    >>> from rgcourse.exact import CRITICAL_K, onsager_log_z
    >>> flow = trg_flow(CRITICAL_K, 8, 30)
    >>> f"{flow.log_z_per_site / onsager_log_z(CRITICAL_K) - 1:.1e}"
    '-6.9e-05'
    """
    K, chi, n_steps = sizes(K, chi, n_steps, lambda c, n: 8.0 * c**4 * (4 + (n + 1) / 4))
    T, log_scale = ising_tensor(K)
    parity, mirror = np.array([0, 1]), np.array([1, 1])
    sectors = sectors_of(parity, mirror)
    blocks = blocks_of(T.transpose(0, 1, 3, 2), sectors)  # (u l) (r d)
    record = Record()
    for n in range(n_steps + 1):
        top = largest_of(blocks, sectors, parity.size)
        blocks = [block / top for block in blocks]
        log_scale += math.log(top)
        _add(record, blocks, sectors, parity, log_scale)
        if n < n_steps:
            blocks, sectors, parity, mirror = _step(blocks, sectors, parity, mirror, chi)
            log_scale *= 2
    return record.flow()


def _step(blocks, sectors, parity, mirror, chi):
    """Cut all tensors, and join four halves: blocks, sectors, parity and mirror of the next."""
    V, weight, new_parity, new_mirror = symmetric_basis(blocks, sectors, parity.size, chi)
    S = V * np.sqrt(weight)  # u l k, and r d k for the other half
    # Left half of a plaquette: upper left tensor (r, d, k) above lower left one (u, r, p), whose
    # legs are those of a mirror image: it has the sign of the leg u.
    X = np.tensordot(S, mirror[:, None, None] * S, ((1,), (0,)))  # r [d] k, [u] r p -> r k r' p
    X = X.transpose(1, 3, 0, 2)  # k p r r'
    new_sectors = sectors_of(new_parity, new_mirror)
    old = {(s.parity, s.sign): s for s in sectors}
    return (
        [_square(X, s, old.get((s.parity, s.sign))) for s in new_sectors],
        new_sectors,
        new_parity,
        new_mirror,
    )


def _square(X: NDArray[Any], new: Sector, old: Sector | None) -> NDArray[Any]:
    """The block of X X' in one sector, both halves of the plaquette being mirror images."""
    if old is None:
        return np.zeros((new.i.size, new.i.size))
    rows = X[new.i, new.j]  # [k p] r r'
    x = rows[:, old.i, old.j] + old.exchange * rows[:, old.j, old.i]
    x *= np.where(new.i == new.j, math.sqrt(0.5), 1.0)[:, None]
    x *= np.where(old.i == old.j, math.sqrt(0.5), 1.0)
    return x @ x.T  # (k p) [r r'] (q m)


def _add(record, blocks, sectors, parity, log_scale):
    """Note a step: the dense tensor is made from its blocks when somebody asks for it."""

    def dense():
        return dense_of(blocks, sectors, parity.size).transpose(0, 1, 3, 2)  # u l r d -> u l d r

    record.add(dense, log_scale, _trace(blocks, sectors), parity, parity)


def _trace(blocks, sectors):
    """Sum over u = d and l = r of M[(u l), (r d)]: pairs (i, j) against (j, i)."""
    return sum(float(np.diag(b) @ s.exchange) for b, s in zip(blocks, sectors, strict=True))
