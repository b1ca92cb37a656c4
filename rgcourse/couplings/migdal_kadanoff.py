"""Bonds moved, then decimated: the recursion of Migdal and Kadanoff, and where it is exact.

Move b**(dim - 1) parallel bonds on top of each other, then sum over the spins between the ends of b
such bundles in a row. On the square and cubic lattice moving bonds is an approximation; on the
diamond hierarchical lattice, which is made of nothing but bundles and rows, the step is exact.

References
----------
L. P. Kadanoff, Ann. Phys. 100, 359 (1976), doi:10.1016/0003-4916(76)90066-X.
A. N. Berker and S. Ostlund, J. Phys. C 12, 4961 (1979), doi:10.1088/0022-3719/12/22/035.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = [
    "diamond_bonds",
    "diamond_log_z",
    "dual_coupling",
    "migdal_kadanoff",
    "migdal_kadanoff_rate",
]

ASYMPTOTIC_K = 20.0  # from here on ln coth K is 2 exp(-2 K) to the last digit

MAX_FIXED_K = 1e9  # K* is about 1 / (2 (dim - 1)) near one dimension: found from 1 + 1e-9 on

compiled = njit(cache=True, nogil=True, error_model="numpy")

# --- kernels -------------------------------------------------------------------------------------


@register_jitable
def dual(K):
    """atanh(exp(-2 K)) for K > 0, with ln(1 - exp(-2 K)) by the best of three ways."""
    weak = math.exp(-2.0 * K)
    if weak < 0.5:
        log_rest = math.log1p(-weak)
    elif weak < 1.0:  # Kahan: the rounding of exp(-2 K) cancels between the two factors
        log_rest = math.log((1.0 - weak) * (-2.0 * K / math.log(weak)))
    else:
        log_rest = math.log(2.0 * K)
    return 0.5 * (math.log1p(weak) - log_rest)


@register_jitable
def row(K, b):
    """atanh(tanh(K)**b) for K >= 0: the dual couplings of b bonds in a row add."""
    if K <= 0.0:
        return 0.0
    if K >= ASYMPTOTIC_K:
        return K - 0.5 * math.log(b)
    return dual(b * dual(K))


@register_jitable
def move_and_decimate(K, b, dim):
    """The coupling K' after one step, for K >= 0 and real b > 1 and dim >= 1."""
    return row(math.exp((dim - 1.0) * math.log(b)) * K, b)


@register_jitable
def unstable_coupling(b, dim, result):
    """The fixed point between order and disorder: result = (K*, its exponent y_t); K* = 0 if none.

    K'(K) - K changes sign once, from below to above; y_t = ln(dK'/dK) / ln b at K*.
    """
    low, high = 1e-4, MAX_FIXED_K
    result[0], result[1] = 0.0, 0.0
    if move_and_decimate(high, b, dim) <= high:
        return
    for _ in range(200):
        middle = 0.5 * (low + high)
        if move_and_decimate(middle, b, dim) < middle:
            low = middle
        else:
            high = middle
    step = 1e-4 * low
    up, down = move_and_decimate(low + step, b, dim), move_and_decimate(low - step, b, dim)
    result[0], result[1] = low, math.log(0.5 * (up - down) / step) / math.log(b)


@compiled
def dual_all(K, results):
    """The dual coupling of each of many."""
    for i in range(K.size):
        results[i] = dual(K[i])


@compiled
def row_all(K, b, results):
    """Each of many couplings after b bonds in a row are decimated to one."""
    for i in range(K.size):
        results[i] = row(K[i], b)


# --- functions -----------------------------------------------------------------------------------


def dual_coupling(K: ArrayLike) -> float | NDArray[np.float64]:
    """The coupling D(K) with tanh D = exp(-2 K): strong for weak, and D(D(K)) = K.

    Of bonds in a row the dual couplings add, as the couplings of a bundle do.

    Parameters
    ----------
    K : float or array, K > 0
        D(K) is the coupling of the dual square lattice; D(K_c) = K_c.

    Raises
    ------
    ValueError
        If K is not finite or not positive.

    Examples
    --------
    >>> dual_coupling(0.5 * np.log(1 + np.sqrt(2))).round(12)
    np.float64(0.44068679351)
    """
    K = _checks.finite_array("K", K)
    if np.any(K <= 0):
        raise ValueError(f"K must be positive, got {np.min(K):g}: K = 0 has no dual coupling")
    return _dual(K)[()]


def migdal_kadanoff(K: ArrayLike, *, b: float = 2, dim: int = 2) -> float | NDArray[np.float64]:
    """The coupling K' after one step: bonds moved first, then decimated.

    tanh K' = tanh(b**(dim - 1) K)**b

    Accurate to the last digits for all K, also where tanh K is 1 to machine precision: there
    K' = b**(dim - 1) K - ln(b) / 2.

    Parameters
    ----------
    K : float or array
        Coupling of nearest neighbours, dimensionless; negative only for a whole b.
    b : float
        Rescaling factor, greater than 1, not necessarily whole. For b -> 1 see
        `migdal_kadanoff_rate`.
    dim : int
        Dimension of space, at least 1. In one dimension nothing is moved and the step is exact.

    Raises
    ------
    ValueError
        If K is not finite, b not greater than 1, dim no whole number of at least 1, or K negative
        where b is not whole.

    References
    ----------
    L. P. Kadanoff, Ann. Phys. 100, 359 (1976), doi:10.1016/0003-4916(76)90066-X.

    Examples
    --------
    At the fixed point of d = 2, b = 2, K' = K:

    >>> float(migdal_kadanoff(0.304688931718).round(11))
    0.30468893172
    >>> float(migdal_kadanoff(400.0).round(6))  # 800 - ln(2) / 2
    799.653426
    """
    K = _checks.finite_array("K", K)
    b, dim = _rescaling(b), _checks.integer("dim", dim, minimum=1)
    if b != int(b) and np.any(K < 0):
        raise ValueError(f"K = {np.min(K):g} is negative and b = {b:g} not whole; use b = 2, 3, ..")
    sign = np.where((K < 0) & (b % 2 == 1), -1.0, 1.0)
    return (sign * _row(b ** (dim - 1) * np.abs(K), b))[()]


def migdal_kadanoff_rate(K: ArrayLike, *, dim: int = 2) -> float | NDArray[np.float64]:
    """dK / d ln b, the recursion of Migdal and Kadanoff for a rescaling factor b -> 1.

    dK/dl = (dim - 1) K + sinh(2 K) / 2 * ln tanh K

    The order of moving and decimating no longer matters. In two dimensions the rate is zero where
    K is its own dual coupling: exactly at K_c of the square lattice.

    Parameters
    ----------
    K : float or array
        Coupling of nearest neighbours, not negative.
    dim : int
        Dimension of space, at least 1.

    Raises
    ------
    ValueError
        If K is not finite or negative, or dim no whole number of at least 1.

    References
    ----------
    L. P. Kadanoff, Ann. Phys. 100, 359 (1976), doi:10.1016/0003-4916(76)90066-X.

    Examples
    --------
    >>> bool(abs(migdal_kadanoff_rate(np.arcsinh(1) / 2)) < 1e-15)
    True
    """
    K = _checks.finite_array("K", K)
    dim = _checks.integer("dim", dim, minimum=1)
    if np.any(K < 0):
        raise ValueError(f"K must not be negative, got {np.min(K):g}")
    near = np.clip(K, 1e-300, ASYMPTOTIC_K)  # both sides of the choice are computed
    lost = np.where(K < ASYMPTOTIC_K, np.sinh(2 * near) * _dual(near), 0.5)
    return ((dim - 1) * K - np.where(K > 0, lost, 0.0))[()]


def diamond_bonds(n_generations: int, *, b: int = 2, dim: int = 2) -> NDArray[np.int64]:
    """Bonds of a diamond hierarchical lattice, an int array (n_bonds, 2) of pairs of sites.

    Start from one bond between sites 0 and 1. In each generation every bond is replaced by
    b**(dim - 1) rows of b bonds. A length grows by b and the number of bonds by b**dim.

    Parameters
    ----------
    n_generations : int
        How often every bond is replaced, at least 0.
    b, dim : int
        Bonds in a row, at least 2, and dimension, at least 1.

    Raises
    ------
    ValueError
        If one of them is no whole number or too small.

    References
    ----------
    A. N. Berker and S. Ostlund, J. Phys. C 12, 4961 (1979), doi:10.1088/0022-3719/12/22/035.

    Examples
    --------
    >>> diamond_bonds(1).tolist()
    [[0, 2], [2, 1], [0, 3], [3, 1]]
    """
    n_generations = _checks.integer("n_generations", n_generations, minimum=0)
    b, dim = _checks.integer("b", b, minimum=2), _checks.integer("dim", dim, minimum=1)
    bonds, n_sites = [(0, 1)], 2
    for _ in range(n_generations):
        finer: list[tuple[int, int]] = []
        for left, right in bonds:
            for _ in range(b ** (dim - 1)):
                row = [left, *range(n_sites, n_sites + b - 1), right]
                n_sites += b - 1
                finer += zip(row[:-1], row[1:], strict=True)
        bonds = finer
    return np.array(bonds)


def diamond_log_z(K: float, n_generations: int, *, b: int = 2, dim: int = 2) -> float:
    """ln Z of the diamond hierarchical lattice, exactly, by zooming out n_generations times.

    A row of b bonds K between two spins is one bond R and a constant,
    b ln(2 cosh K) - ln(2 cosh R), with tanh R = tanh(K)**b; a bundle of b**(dim - 1) rows adds
    their R. With K_n = b**(dim - 1) R this is K' = migdal_kadanoff(K), decimated first.

    Parameters
    ----------
    K : float, K >= 0
        Coupling of each bond of `diamond_bonds(n_generations, b=b, dim=dim)`.
    n_generations, b, dim : int
        As in `diamond_bonds`.

    Raises
    ------
    ValueError
        If K is not finite or negative, or the others are no whole numbers or too small.

    References
    ----------
    A. N. Berker and S. Ostlund, J. Phys. C 12, 4961 (1979), doi:10.1088/0022-3719/12/22/035.

    Examples
    --------
    A single bond has Z = 2 exp(K) + 2 exp(-K):

    >>> bool(np.isclose(diamond_log_z(0.3, 0), np.log(4 * np.cosh(0.3))))
    True
    """
    K = _checks.finite("K", K)
    n_generations = _checks.integer("n_generations", n_generations, minimum=0)
    b, dim = _checks.integer("b", b, minimum=2), _checks.integer("dim", dim, minimum=1)
    if K < 0:
        raise ValueError(f"K must not be negative, got {K:g}")
    log_z, rows = 0.0, float(b ** (dim - 1))
    for left in reversed(range(n_generations)):
        moved = float(_row(np.array(K), b))
        log_z += rows * b ** (dim * left) * (b * _log_2cosh(K) - _log_2cosh(moved))
        K = rows * moved
    return log_z + math.log(2) + _log_2cosh(K)


def _dual(K):
    results = np.empty(np.shape(K))
    dual_all(np.ravel(K), results.reshape(-1))
    return results


def _row(K, b):
    results = np.empty(np.shape(K))
    row_all(np.ravel(K), b, results.reshape(-1))
    return results


def _log_2cosh(K):
    return abs(K) + math.log1p(math.exp(-2 * abs(K)))


def _rescaling(b):
    b = _checks.finite("b", b)
    if b <= 1:
        raise ValueError(f"b must be greater than 1, got {b:g}; for b -> 1 use the rate")
    return b
