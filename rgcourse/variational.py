"""Trial distributions and their free energy: the bound of Gibbs and Bogoliubov on a magnet.

A trial q cuts the square lattice into independent blocks. Inside a block it has the true coupling
K, and in place of everything outside a field B, its one parameter. Its free energy

    F = <-ln w>_q - S(q) = -ln Z + KL(q | p),    w = exp(K sum_nn s s' + h sum s),

is never below that of the magnet. In machine learning -F is the evidence lower bound.

References
----------
J. W. Gibbs, Elementary principles in statistical mechanics (1902), ch. 11; R. P. Feynman,
Phys. Rev. 97, 660 (1955), doi:10.1103/PhysRev.97.660.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from .enumeration import count_states

__all__ = ["Trial", "best_trial", "block_trial"]

compiled = njit(cache=True, nogil=True, error_model="numpy")

# spins in a block: (rows, columns, wraps). The last is the whole 4 x 4 torus, nothing left outside.
BLOCKS = {1: (1, 1, 0), 2: (1, 2, 0), 4: (2, 2, 0), 16: (4, 4, 1)}
MAX_COUPLING = 100.0  # of couplings and fields
MAX_STEPS = 200


class Trial(NamedTuple):
    """A trial distribution, everything per site.

    `free_energy` bounds -ln z from above; `slope` is its derivative by `B`; `response` that of the
    magnetization, dm/dB, which is the Fisher information about B.
    """

    B: float | NDArray[np.float64]
    free_energy: float | NDArray[np.float64]
    magnetization: float | NDArray[np.float64]
    entropy: float | NDArray[np.float64]
    slope: float | NDArray[np.float64]
    response: float | NDArray[np.float64]


# --- Kernels ------------------------------------------------------------------------------------


@register_jitable
def count_block(rows, columns, wraps, spins, neighbours, table):
    """Count the states of a block by satisfied bonds i and up spins k; returns its number of bonds.

    `table[i * (n + 1) + k]` has the states with the last spin up; the others are these flipped.
    `spins` has room for n, `neighbours` for 4 n, `table` for (2 n + 1) * (n + 1) numbers.
    """
    n, ends = rows * columns, 0
    for site in range(n):
        row, column = site // columns, site % columns
        spins[site] = 1
        for direction in range(4):
            down = row + (direction == 0) - (direction == 1)
            right = column + (direction == 2) - (direction == 3)
            place = (down + rows) % rows * columns + (right + columns) % columns
            if not wraps and not (0 <= down < rows and 0 <= right < columns):
                place = -1
            neighbours[4 * site + direction] = place
            ends += place >= 0
    bonds = ends // 2
    for cell in range((bonds + 1) * (n + 1)):
        table[cell] = 0
    count_states(spins, n, neighbours, 4, neighbours, 0, bonds, 0, table)
    return bonds


@register_jitable
def block_averages(K, B, n, bonds, table, result):
    """Write ln z, <sum_nn s s'>, <sum s> and the variance of sum s of one block in the field B."""
    top = -math.inf
    for cell in range((bonds + 1) * (n + 1)):
        if table[cell]:
            up = 2 * (cell % (n + 1)) - n
            top = max(top, K * (2 * (cell // (n + 1)) - bonds) + abs(B * up))
    z, agreement, first, second = 0.0, 0.0, 0.0, 0.0
    for cell in range((bonds + 1) * (n + 1)):
        if table[cell]:
            bond, up = 2 * (cell // (n + 1)) - bonds, 2 * (cell % (n + 1)) - n
            plus = table[cell] * math.exp(K * bond + B * up - top)
            minus = table[cell] * math.exp(K * bond - B * up - top)
            z += plus + minus
            agreement += bond * (plus + minus)
            first += up * (plus - minus)
            second += up * up * (plus + minus)
    result[0] = top + math.log(z)
    result[1] = agreement / z
    result[2] = first / z
    result[3] = max(second / z - result[2] * result[2], 0.0)


@register_jitable
def trial_point(K, h, B, n, bonds, table, result):
    """Write free energy, m, entropy, dm/dB and the pull of a trial; all per site.

    The pull B - h - (field of the neighbours outside) is dF/dB divided by dm/dB; at a best trial
    it is zero. A site has 4 bonds, half of them its own; what is not inside the block is outside.
    """
    block_averages(K, B, n, bonds, table, result)
    agreement, m = result[1] / n, result[2] / n
    outside = (2 * n - bonds) / n
    entropy = result[0] / n - K * agreement - B * m
    result[0] = -K * (agreement + outside * m * m) - h * m - entropy
    result[1] = m
    result[2] = entropy
    result[3] /= n
    result[4] = B - h - 2 * K * outside * m


@register_jitable
def best_point(K, h, n, bonds, table, result):
    """The trial field of the lowest free energy, K >= 0; `result` as `trial_point` leaves it there.

    Newton's method from above. For B > 0 the magnetization is concave (Griffiths, Hurst and
    Sherman), so it comes down to the largest solution and never passes it.
    """
    reach = 2 * K * (2 * n - bonds) / n
    B = abs(h) + reach
    for _ in range(MAX_STEPS):
        trial_point(K, abs(h), B, n, bonds, table, result)
        curvature = 1 - reach * result[3]
        lower = B - result[4] / curvature if curvature > 0 else B
        if not (result[4] > 0 and lower < B):
            break
        B = max(lower, 0.0)
    if h < 0:
        B = -B
    trial_point(K, h, B, n, bonds, table, result)
    return B


@compiled
def _count(rows, columns, wraps, spins, neighbours, table):
    return count_block(rows, columns, wraps, spins, neighbours, table)


@compiled
def _trials(K, h, B, n, bonds, table, results):
    for i in range(K.size):
        trial_point(K[i], h[i], B[i], n, bonds, table, results[i])


@compiled
def _best(K, h, B, n, bonds, table, results):
    for i in range(K.size):
        B[i] = best_point(K[i], h[i], n, bonds, table, results[i])


# --- What pages call ----------------------------------------------------------------------------


def block_trial(K: ArrayLike, B: ArrayLike, *, h: ArrayLike = 0.0, block: int = 1) -> Trial:
    """`Trial` of independent blocks that sit in a field B, on the square lattice at (K, h).

    q = product over blocks of exp(K sum_nn s s' + B sum s) / z, bonds inside the block only.
    `block=1` is mean field, with m = tanh B.

    Parameters
    ----------
    K : float or array
        Coupling of the magnet, |K| <= 100.
    B : float or array
        Field of the trial, |B| <= 100; K, B and h are broadcast against each other.
    h : float or array
        Field of the magnet, dimensionless (beta H), |h| <= 100.
    block : {1, 2, 4, 16}
        Spins in a block: one, a bond, a plaquette; or all of the 4 x 4 torus, where the trial with
        B = h is the magnet itself.

    Returns
    -------
    Trial(B, free_energy, magnetization, entropy, slope, response), floats or arrays, per site.

    Raises
    ------
    ValueError
        If a number is not finite or too large, shapes do not fit, or there is no such block.

    References
    ----------
    P. Weiss, J. Phys. Theor. Appl. 6, 661 (1907), doi:10.1051/jphystap:019070060066100.

    Examples
    --------
    Fair coins have no energy and the entropy ln 2, at any coupling.

    >>> round(block_trial(0.3, 0.0).free_energy, 12)
    -0.69314718056
    """
    n, bonds, table = _block(block)
    K, B, h = _broadcast(K=K, B=B, h=h)
    results = np.empty((K.size, 5))
    _trials(K.ravel(), h.ravel(), B.ravel(), n, bonds, table, results)
    return _as_trial(B, results, K.shape)


def best_trial(K: ArrayLike, *, h: ArrayLike = 0.0, block: int = 1) -> Trial:
    """The `Trial` of independent blocks with the lowest free energy; at h = 0 the one with m >= 0.

    It solves B = h + (K times the magnetization of the neighbours outside); for `block=1` that is
    m = tanh(4 K m + h).

    Parameters
    ----------
    K : float or array
        Coupling of the magnet, from 0 to 100; K and h are broadcast against each other.
    h : float or array
        Field of the magnet, |h| <= 100.
    block : {1, 2, 4, 16}
        As in `block_trial`.

    Raises
    ------
    ValueError
        As in `block_trial`, or if a K is negative.

    Examples
    --------
    Up to K = 1/4 mean field sees no order.

    >>> best_trial(0.24).magnetization, round(best_trial(0.3).magnetization, 6)
    (0.0, 0.65857)
    """
    n, bonds, table = _block(block)
    K, h = _broadcast(K=K, h=h)
    if np.any(K < 0):
        raise ValueError(
            f"K must not be negative, got {K[K < 0].flat[0]:g}: blocks that are all equal cannot "
            f"follow the two sublattices; flip every second spin, which maps K to -K at h = 0"
        )
    B, results = np.empty(K.size), np.empty((K.size, 5))
    _best(K.ravel(), h.ravel(), B, n, bonds, table, results)
    return _as_trial(B, results, K.shape)


@lru_cache
def _block(block):
    """Number of spins and of bonds of a block, and its table of states."""
    block = _checks.integer("block", block, minimum=1)
    if block not in BLOCKS:
        raise ValueError(
            f"block must be the number of its spins, one of {', '.join(map(str, BLOCKS))} (the "
            f"last is the whole 4 x 4 torus), got {block}"
        )
    spins, neighbours = np.empty(block, np.int8), np.empty(4 * block, np.int64)
    table = np.empty((2 * block + 1) * (block + 1), np.int64)
    return block, _count(*BLOCKS[block], spins, neighbours, table), table


def _broadcast(**numbers: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    arrays = [_checks.finite_array(name, value) for name, value in numbers.items()]
    for name, array in zip(numbers, arrays, strict=True):
        if np.any(np.abs(array) > MAX_COUPLING):
            worst = array[np.abs(array) > MAX_COUPLING].flat[0]
            raise ValueError(
                f"{name} must lie between -{MAX_COUPLING:g} and {MAX_COUPLING:g}, got {worst:g}"
            )
    try:
        return np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(
            f"{', '.join(numbers)} must have shapes that broadcast, got {shapes}"
        ) from None


def _as_trial(B, results, shape):
    free_energy, m, entropy, response, pull = results.T
    parts = (B, free_energy, m, entropy, pull * response, response)
    parts = (np.reshape(part, shape) for part in parts)
    return Trial(*(part.copy() if part.ndim else float(part) for part in parts))
