"""What a fixed-point tensor knows of the continuum: central charge and scaling dimensions."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .flow import square_tensor

__all__ = ["central_charge", "scaling_dimensions"]


ROUNDING = 1e-13  # eigenvalues below this times the largest are rounding, and no level


def scaling_dimensions(
    T: ArrayLike, n_levels: int = 5, *, aspect: float = 1.0
) -> NDArray[np.float64]:
    """The lowest scaling dimensions above 0 that a tensor of a square block shows.

    One tensor, closed to a ring by its legs l and r, is the transfer matrix of a cylinder as long
    as it is wide, whose eigenvalues conformal invariance makes

        lambda_i = exp(2 pi (c / 12 - x_i)),    x_i = ln(lambda_0 / lambda_i) / (2 pi).

    Parameters
    ----------
    T : array of float, shape (m, n, m, n)
        Legs u, l, d, r, of a block with equal edges; of any scale.
    n_levels : int
        How many, at least 1.
    aspect : float
        Width of the block, along the ring, over its height, above 0. It is 1 for a square, and
        0.5 for a tensor of HOTRG after an odd number of steps.

    Returns
    -------
    array of float, shape (n_levels,)
        Ascending, without the 0 of the identity; infinite where there is no such level, or only
        one that cannot be told from rounding.

    Raises
    ------
    ValueError
        If T has not this shape, is not finite or has no eigenvalue but 0, if n_levels is below 1,
        or if aspect is not above 0.

    References
    ----------
    Z.-C. Gu and X.-G. Wen, Phys. Rev. B 80, 155131 (2009), doi:10.1103/PhysRevB.80.155131.

    Examples
    --------
    >>> from rgcourse.exact import CRITICAL_K
    >>> from rgcourse.tensor_rg import trg_flow
    >>> T = trg_flow(CRITICAL_K, 16, 8).tensors[-1]
    >>> [f"{x:.3f}" for x in scaling_dimensions(T, 2)]
    ['0.125', '1.014']
    """
    n_levels = _checks.integer("n_levels", n_levels, minimum=1)
    aspect = _aspect(aspect)
    values = ring_values(T)
    found = np.full(n_levels, math.inf)
    levels = values[1 : n_levels + 1] / values[0]
    levels = levels[levels > ROUNDING]
    found[: levels.size] = -np.log(levels) * aspect / (2 * math.pi)
    return found


def central_charge(
    T: ArrayLike, log_scale: float, n_sites: float, log_z: float, *, aspect: float = 1.0
) -> float:
    """The central charge c from the largest eigenvalue of a block closed to a ring.

        ln lambda_0 = n_sites log_z + pi c / 6

    for a square block of `n_sites` sites of the infinite lattice with `log_z` per site.

    Parameters
    ----------
    T : array of float, shape (m, n, m, n)
        Legs u, l, d, r.
    log_scale : float
        The block's true tensor is exp(log_scale) T.
    n_sites : float
        Sites that T stands for, above 0.
    log_z : float
        ln Z per site of the infinite lattice.
    aspect : float
        Width of the block over its height, as in `scaling_dimensions`.

    Raises
    ------
    ValueError
        If an argument is not finite, n_sites or aspect is not above 0, or T has not this shape or
        no eigenvalue but 0.

    Examples
    --------
    >>> from rgcourse.exact import CRITICAL_K, onsager_log_z
    >>> from rgcourse.tensor_rg import trg_flow
    >>> flow = trg_flow(CRITICAL_K, 16, 8)
    >>> exact = onsager_log_z(CRITICAL_K)
    >>> f"{central_charge(flow.tensors[8], flow.log_scales[8], 2**8, exact):.2f}"
    '0.50'
    """
    log_scale, log_z = _checks.finite("log_scale", log_scale), _checks.finite("log_z", log_z)
    n_sites = _checks.finite("n_sites", n_sites)
    if not n_sites > 0:
        raise ValueError(f"n_sites must be above 0, got {n_sites}")
    aspect = _aspect(aspect)
    return 6 / math.pi * aspect * (math.log(ring_values(T)[0]) + log_scale - n_sites * log_z)


def _aspect(aspect):
    aspect = _checks.finite("aspect", aspect)
    if not aspect > 0:
        raise ValueError(f"aspect must be above 0, got {aspect}; 1 is a square")
    return aspect


def ring_values(T: ArrayLike) -> NDArray[np.float64]:
    """Moduli of the eigenvalues of sum_l T[u, l, d, l], largest first."""
    T = square_tensor("T", T)
    values = np.sort(np.abs(np.linalg.eigvals(np.trace(T, axis1=1, axis2=3))))[::-1]
    if not values[0] > 0:
        raise ValueError("T closed to a ring has no eigenvalue but 0")
    return values
