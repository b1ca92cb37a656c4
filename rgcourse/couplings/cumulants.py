"""The cumulant expansion of Niemeijer and van Leeuwen for the triangular lattice.

Three spins of a triangle vote and become one: b = sqrt(3), and there are no ties. The bonds inside
the triangles are treated exactly, those between them as a small perturbation, to first or second
order. The couplings are (K1, K2, K3) of first, second and third neighbours, at distances 1,
sqrt(3) and 2.

References
----------
T. Niemeijer and J. M. J. van Leeuwen, Phys. Rev. Lett. 31, 1411 (1973),
doi:10.1103/PhysRevLett.31.1411.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["B", "critical_surface", "niemeijer_van_leeuwen"]

B = math.sqrt(3)  # rescaling factor: three sites become one

ORDERED, DISORDERED = 1.0, 0.02  # beyond these K1 it is certain in which phase a flow ends
MAX_K1 = 2.0  # critical couplings are looked for up to this K1


@register_jitable
def cell_averages(K):
    """(phi, chi) of a triangle of coupling K that voted +1: the averages of s_1 and of s_1 s_2."""
    weak = math.exp(-4.0 * abs(K))
    if K >= 0.0:
        return (1.0 + weak) / (1.0 + 3.0 * weak), (1.0 - weak) / (1.0 + 3.0 * weak)
    return (weak + 1.0) / (weak + 3.0), (weak - 1.0) / (weak + 3.0)


@register_jitable
def second_order(K1, K2, K3):
    """The three couplings after one step.

    Two neighbouring triangles are joined by bonds of the old couplings (first order), and by pairs
    of K1 bonds that meet in a third triangle, on the same spin of it or on two different ones.
    """
    phi, chi = cell_averages(K1)
    vote = phi * phi
    same, different = K1 * K1 * (1.0 - vote), K1 * K1 * (chi - vote)
    return (
        vote * (2.0 * K1 + 3.0 * K2 + 2.0 * K3 + 4.0 * same + 4.0 * different),
        vote * (K3 + same + 7.0 * different),
        vote * 4.0 * different,
    )


@register_jitable
def cumulant_step(K):
    """Replace the three couplings in the buffer K by those after one step."""
    K[0], K[1], K[2] = second_order(K[0], K[1], K[2])


@register_jitable
def escape_time(K1, K2, K3, n_steps):
    """Steps until K1 passes ORDERED (positive) or DISORDERED (negative); 0 if it passes neither."""
    for n in range(n_steps):
        K1, K2, K3 = second_order(K1, K2, K3)
        if K1 > ORDERED:
            return n + 1
        if K1 < DISORDERED:
            return -(n + 1)
    return 0


@register_jitable
def critical_coupling(K2, K3):
    """K1 between 0 and MAX_K1 where the flow from (K1, K2, K3) changes sides, by bisection."""
    low, high = 0.0, MAX_K1
    for _ in range(60):
        middle = 0.5 * (low + high)
        if escape_time(middle, K2, K3, 200) > 0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


_critical_coupling = njit(cache=True, nogil=True, error_model="numpy")(critical_coupling)
_NAMES = "K1, K2, K3"


def niemeijer_van_leeuwen(K: ArrayLike, order: int = 1) -> float | NDArray[np.float64]:
    """The couplings after one step of the cumulant expansion on the triangular lattice.

    First order, with phi = (exp(3 K) + exp(-K)) / (exp(3 K) + 3 exp(-K)):

    K' = 2 phi**2 K,   h' = 3 phi h

    Second order adds second and third neighbours, see `second_order`. Its terms of K1 are of order
    K1**2, those of K2 and K3 of first order, because blocking makes K2 and K3 of order K1**2.

    Parameters
    ----------
    K : float or array
        Order 1: the coupling K of nearest neighbours, or (K, h) with a small field. Order 2: three
        couplings (K1, K2, K3). All dimensionless.
    order : {1, 2}
        Order in the bonds between the triangles.

    Returns
    -------
    float or array
        As many couplings as went in.

    Raises
    ------
    ValueError
        If order is neither 1 nor 2, or K not finite or of the wrong shape for it.

    References
    ----------
    T. Niemeijer and J. M. J. van Leeuwen, Phys. Rev. Lett. 31, 1411 (1973),
    doi:10.1103/PhysRevLett.31.1411.

    Examples
    --------
    K* = ln(1 + 2 sqrt(2)) / 4 at first order:

    >>> K = np.log(1 + 2 * np.sqrt(2)) / 4
    >>> bool(np.isclose(niemeijer_van_leeuwen(K), K, rtol=1e-14))
    True
    >>> niemeijer_van_leeuwen([0.27887, -0.01425, -0.01523], order=2).round(4).tolist()
    [0.2789, -0.0142, -0.0152]
    """
    if order not in (1, 2) or isinstance(order, bool):
        raise ValueError(f"order must be 1 or 2, got {order!r}: higher orders are not worked out")
    K = _checks.finite_array("K", K)
    if order == 2:
        if K.shape != (3,):
            raise ValueError(f"order 2 needs three couplings {_NAMES}, got shape {K.shape}")
        return np.array(second_order(*K.tolist()))
    if K.shape not in ((), (2,)):
        raise ValueError(f"order 1 needs a coupling K, or (K, h), got shape {K.shape}")
    phi, _ = cell_averages(float(K.flat[0]))
    if K.ndim == 0:
        return 2 * phi**2 * float(K)
    return np.array([2 * phi**2 * K[0], 3 * phi * K[1]])


def critical_surface(K2: float, K3: float) -> float:
    """K1 on the critical surface above (K2, K3), in the second order of the expansion.

    The flow from a larger K1 ends in order, from a smaller one in disorder; found by bisection, to
    the last digit.

    Parameters
    ----------
    K2, K3 : float
        Couplings of second and third neighbours. |K2| + |K3| <= 0.3: farther out, terms beyond
        second order would matter more than those that are kept.

    Raises
    ------
    ValueError
        If a coupling is not finite or too far out.

    Examples
    --------
    Nearest neighbours alone; the exact value is ln(3) / 4 = 0.2747.

    >>> round(critical_surface(0.0, 0.0), 6)
    0.257484
    """
    K2, K3 = _checks.finite("K2", K2), _checks.finite("K3", K3)
    if abs(K2) + abs(K3) > 0.3:
        raise ValueError(f"K2 = {K2:g} and K3 = {K3:g} are too far out: use |K2| + |K3| <= 0.3")
    return _critical_coupling(K2, K3)
