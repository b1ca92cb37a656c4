"""What is known of a field without solving it: Landau's minimum, power counting, Ginzburg.

The action is S = integral of 1/2 (grad phi)**2 + r/2 phi**2 + u/4! phi**4 in d dimensions. All
lengths are in units of the lattice spacing.

References
----------
L. D. Landau, Zh. Eksp. Teor. Fiz. 7, 19 (1937); V. L. Ginzburg, Sov. Phys. Solid State 2, 1824
(1960); K. G. Wilson and J. Kogut, Phys. Rep. 12, 75 (1974), doi:10.1016/0370-1573(74)90023-4.
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = [
    "coupling_dimension",
    "ginzburg_r",
    "ginzburg_ratio",
    "landau_magnetization",
    "upper_critical_dimension",
]


@register_jitable
def power_counting(d, power, derivatives):
    """Exponent y of a coupling: `power` fields, `derivatives` gradients, d dimensions."""
    return d - 0.5 * power * (d - 2.0) - derivatives


@register_jitable
def after_zoom(g, d, power, derivatives, b):
    """The coupling g after zooming out by b at the Gaussian fixed point, g b**y."""
    return g * math.exp(power_counting(d, power, derivatives) * math.log(b))


@register_jitable
def potential(phi, r, u):
    """Landau's potential r/2 phi**2 + u/4! phi**4."""
    square = phi * phi
    return (0.5 * r + u / 24.0 * square) * square


@register_jitable
def landau_minimum(r, u):
    """The field >= 0 that minimizes `potential`, u > 0."""
    return math.sqrt(-6.0 * r / u) if r < 0.0 else 0.0


def coupling_dimension(d: float, power: int, derivatives: int = 0) -> float:
    """Exponent y with which the coupling of a term grows at the Gaussian fixed point.

        g' = b**y g,  y = d - power (d - 2)/2 - derivatives

    The term is the integral of `power` fields with `derivatives` gradients among them. It is
    relevant for y > 0, marginal for y = 0, irrelevant for y < 0.

    Parameters
    ----------
    d : float
        Dimension of space, above 0; need not be whole.
    power, derivatives : int
        Number of fields, at least 1, and of gradients, at least 0.

    Raises
    ------
    ValueError
        For d <= 0, power < 1, derivatives < 0 or not whole.

    Examples
    --------
    phi**4 is relevant in three dimensions; the gradient term keeps its size in any:

    >>> coupling_dimension(3, 4), coupling_dimension(3, 2, derivatives=2)
    (1.0, 0.0)
    """
    power = _checks.integer("power", power, minimum=1)
    derivatives = _checks.integer("derivatives", derivatives, minimum=0)
    return power_counting(_positive("d", d), power, derivatives)


def upper_critical_dimension(power: int) -> float:
    """Dimension 2 n / (n - 2) above which phi**n, n = `power`, is irrelevant.

    Raises
    ------
    ValueError
        For a power below 3: one or two fields are relevant in every dimension.

    Examples
    --------
    >>> upper_critical_dimension(4), upper_critical_dimension(6)
    (4.0, 3.0)
    """
    power = _checks.integer("power", power, minimum=3)
    return 2 * power / (power - 2)


def landau_magnetization(r: ArrayLike, u: float) -> float | NDArray[np.float64]:
    """The field m >= 0 that minimizes r/2 m**2 + u/4! m**4: sqrt(-6 r / u) for r < 0, else 0.

    Parameters
    ----------
    r : float or array
    u : float
        Above 0: otherwise there is no minimum.

    Raises
    ------
    ValueError
        For u <= 0 or what is not finite.

    Examples
    --------
    >>> landau_magnetization(-1.0, 6.0)
    1.0
    """
    r = _checks.finite_array("r", r)
    u = _positive("u", u)
    m = np.vectorize(landau_minimum, otypes=[float])(r, u)
    return m if m.ndim else float(m)


def ginzburg_ratio(r: ArrayLike, u: float, d: float) -> float | NDArray[np.float64]:
    """Fluctuations over one correlation length, as a fraction of Landau's m**2, for r < 0.

        <(delta phi)**2> / m**2 = chi xi**-d / m**2 = (u/3) xi**(4 - d),  xi = (-2 r)**-(1/2)

    Landau's theory contradicts itself where this is not small.

    Parameters
    ----------
    r : float or array
        Below 0.
    u, d : float
        Coupling and dimension, above 0.

    Raises
    ------
    ValueError
        For r >= 0, u <= 0, d <= 0.

    References
    ----------
    V. L. Ginzburg, Sov. Phys. Solid State 2, 1824 (1960).

    Examples
    --------
    In four dimensions nothing grows with the correlation length:

    >>> ginzburg_ratio(-0.5, 6.0, 4), ginzburg_ratio(-0.005, 6.0, 4)
    (2.0, 2.0)
    """
    below = _checks.finite_array("r", r)
    if np.any(below >= 0):
        wrong = np.max(below)
        raise ValueError(f"r must be below 0, where Landau's theory has order, got {wrong:g}")
    xi = (-2 * below) ** -0.5
    ratio = _positive("u", u) / 3 * xi ** (4 - _positive("d", d))
    return ratio if ratio.ndim else float(ratio)


def ginzburg_r(u: float, d: float) -> float:
    """The r < 0 at which `ginzburg_ratio` is 1: -(u/3)**(2/(4 - d)) / 2.

    Raises
    ------
    ValueError
        For u <= 0, or d outside 0 < d < 4: from four dimensions on there is no such place.

    Examples
    --------
    >>> ginzburg_r(3.0, 2)
    -0.5
    """
    if not 0 < _checks.finite("d", d) < 4:
        raise ValueError(
            f"the Ginzburg criterion sets a scale below four dimensions only, got d = {d:g}; "
            f"use ginzburg_ratio, which does not grow with the correlation length for d >= 4"
        )
    return -0.5 * (_positive("u", u) / 3) ** (2 / (4 - d))


def _positive(name, value):
    value = _checks.finite(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be above 0, got {value:g}")
    return value
