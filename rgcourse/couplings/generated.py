"""The couplings that decimation creates in two dimensions, all of them, on small lattices.

A sum over one spin of the square lattice leaves a weight that couples its four neighbours. The
logarithm of the weight of the spins that remain, written as a sum over all their products, is the
new Hamiltonian: nothing is assumed about its form.

References
----------
H. J. Maris and L. P. Kadanoff, Am. J. Phys. 46, 652 (1978), doi:10.1119/1.11224.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["couplings_from_log_weights", "decimated_lattice", "star_couplings"]

compiled = njit(cache=True, nogil=True, error_model="numpy")


def couplings_from_log_weights(log_weights: ArrayLike) -> NDArray[np.float64]:
    """The coupling of every product of n spins, from the logarithm of the weight of every state.

    ln w(s) = sum_A J[A] prod_(i in A) s_i, where the bits of A say which spins are in the product,
    and spin i of state k is up where bit i of k is 0. J[0] is the constant. In other words, J is
    the Walsh-Hadamard transform of ln w, over 2**n.

    Parameters
    ----------
    log_weights : array_like, shape (2**n,)
        ln w of each state; a constant added to all goes into J[0] alone.

    Returns
    -------
    ndarray, shape (2**n,)

    Raises
    ------
    ValueError
        If a logarithm is not finite or their number no power of two.

    Examples
    --------
    One bond of strength 0.3: the states ++, -+, +-, -- have ln w = 0.3, -0.3, -0.3, 0.3.

    >>> couplings_from_log_weights([0.3, -0.3, -0.3, 0.3]).round(12).tolist()
    [0.0, 0.0, 0.0, 0.3]
    """
    J = _checks.finite_array("log_weights", log_weights)
    if J.ndim != 1 or J.size < 2 or J.size & (J.size - 1):
        raise ValueError(f"there must be 2**n log_weights, one for each state, got {J.shape}")
    n = J.size.bit_length() - 1
    J = J.reshape((2,) * n)
    for axis in range(n):  # of spin n - 1 - axis
        up, down = np.moveaxis(J, axis, 0)
        J = np.stack([(up + down) / 2, (up - down) / 2], axis)
    return J.ravel()


def star_couplings(
    K: ArrayLike,
) -> tuple[float | NDArray[np.float64], float | NDArray[np.float64], float | NDArray[np.float64]]:
    """`(constant, pair, four)`: what one summed spin leaves between its four neighbours.

    ln 2 cosh(K (s1 + s2 + s3 + s4)) = constant + pair * (sum of the six s s') + four * s1 s2 s3 s4

    With every second spin of the square lattice summed over, nearest neighbours of the lattice
    that remains share two of these stars, next-nearest neighbours one:
    K_nn = 2 pair = ln(cosh 4K) / 4, K_nnn = pair, K_plaquette = four.

    Parameters
    ----------
    K : float or array
        Coupling of nearest neighbours.

    Raises
    ------
    ValueError
        If K is not finite.

    Examples
    --------
    >>> constant, pair, four = star_couplings(0.5)
    >>> bool(np.isclose(constant + 6 * pair + four, np.log(2 * np.cosh(2.0))))  # all up
    True
    """
    K = _checks.finite_array("K", K)
    all_up, three_up, two_up = (np.logaddexp(n * K, -n * K) for n in (4, 2, 0))
    constant = (all_up + 4 * three_up + 3 * two_up) / 8
    pair = (all_up - two_up) / 8
    four = (all_up - 4 * three_up + 3 * two_up) / 8
    return constant[()], pair[()], four[()]


def decimated_lattice(L: int, K: float) -> NDArray[np.float64]:
    """The couplings between the (L/2)**2 spins that decimation by b = 2 keeps, exactly.

    Of the L x L torus with nearest neighbours of strength K, every second spin of every second
    row is kept and all others are summed over.

    Parameters
    ----------
    L : int
        4, 6 or 8.
    K : float
        Coupling of nearest neighbours.

    Returns
    -------
    ndarray, shape (2**(L/2)**2,)
        The coupling of every product of kept spins, in the order of `couplings_from_log_weights`;
        spin i stands in row i // (L/2) and column i % (L/2). Where the small torus wraps onto
        itself, a coupling is the sum over all ways.

    Raises
    ------
    ValueError
        If L is not 4, 6 or 8, or K not finite or beyond 20.

    Examples
    --------
    >>> decimated_lattice(4, 0.0)[1:].any()
    np.False_
    """
    L, K = _checks.integer("L", L, minimum=4), _checks.finite("K", K)
    if L not in (4, 6, 8):
        raise ValueError(f"L must be 4, 6 or 8, so that all states can be summed, got {L}")
    if abs(K) > 20:
        raise ValueError(f"K must lie between -20 and 20, got {K:g}")
    half = L // 2
    log_weights = np.empty(2 ** (half * half))
    # relative to the largest, so that nothing overflows: the star of sum m has table[(m + 4) // 2]
    largest = np.logaddexp(4 * K, -4 * K)
    stars = np.array([np.exp(np.logaddexp(m * K, -m * K) - largest) for m in (-4, -2, 0, 2, 4)])
    sum_rows(half, stars, log_weights)
    log_weights += 2 * half * half * largest
    return couplings_from_log_weights(log_weights)


@compiled
def sum_rows(n, stars, log_weights):
    """Write ln of the weight of each state of n x n kept spins, the others summed row by row.

    Half of the spins between the kept ones see only kept spins and the other half: summing over
    them leaves stars. The other half, n x n spins t at the centres, go by a transfer matrix.
    """
    states = 1 << n
    row, carried, next_row = np.empty((states, states)), np.empty(states), np.empty(states)
    for kept in range(log_weights.size):
        total, log_scale = 0.0, 0.0
        product = np.eye(states)
        for i in range(n):
            fill_row(n, i, kept, stars, row)
            for first in range(states):
                carried[:] = product[first]
                next_row[:] = 0.0
                for middle in range(states):
                    for last in range(states):
                        next_row[last] += carried[middle] * row[middle, last]
                product[first] = next_row
            scale = product.max()
            product /= scale
            log_scale += math.log(scale)
        for first in range(states):
            total += product[first, first]
        log_weights[kept] = log_scale + math.log(total)


@compiled
def fill_row(n, i, kept, stars, row):
    """Write the weights between row i - 1 and row i of the centres, that of row i included."""
    states = 1 << n
    for above in range(states):
        for t in range(states):
            weight = 1.0
            for j in range(n):
                k = is_down(n, i, j, kept)
                centre = (t >> j) & 1
                beside = k + is_down(n, i, (j + 1) % n, kept) + ((above >> j) & 1) + centre
                below = k + is_down(n, (i + 1) % n, j, kept) + ((t >> ((j - 1) % n)) & 1) + centre
                weight *= stars[4 - beside] * stars[4 - below]
            row[above, t] = weight


@compiled
def is_down(n, i, j, kept):
    """1 where the kept spin of row i and column j is down in state `kept`, else 0."""
    return (kept >> (i * n + j)) & 1
