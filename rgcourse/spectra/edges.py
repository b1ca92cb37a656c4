"""Large random matrices in closed form: the edges of their spectrum, and a spike beyond them.

A matrix G has n rows and m columns, n <= m, and independent entries of mean 0 and variance 1 / m.
Everything here is the limit n, m -> infinity at fixed shape c = n / m, so that 0 < c <= 1.

References
----------
V. A. Marchenko and L. A. Pastur, Math. USSR Sb. 1, 457 (1967),
doi:10.1070/SM1967v001n04ABEH001994.
F. Benaych-Georges and R. R. Nadakuditi, J. Multivar. Anal. 111, 120 (2012),
doi:10.1016/j.jmva.2012.04.019.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = [
    "marchenko_pastur",
    "noise_edges",
    "spike_outlier",
    "spike_overlaps",
    "spike_threshold",
]


STRONGEST = 1e75  # of a spike: beyond, its fourth power overflows
NARROWEST = 1e-16  # shape of a matrix whose spectrum has a density in floating-point numbers


def _shape(c: float) -> float:
    """`c` as a float; ValueError unless it is the shape of a matrix no taller than wide."""
    c = _checks.finite("c", c)
    if not 0 < c <= 1:
        raise ValueError(
            f"c must be rows / columns of a matrix, above 0 and at most 1, got {c}; transpose a "
            "matrix that has more rows than columns: its singular values stay as they are"
        )
    return c


def _strength(theta: ArrayLike) -> NDArray[np.float64]:
    theta = _checks.finite_array("theta", theta)
    if np.any(theta <= 0):
        raise ValueError(
            f"theta must be above 0, got {theta.min()}; the sign of a spike belongs to its vectors"
        )
    if np.any(theta > STRONGEST):
        raise ValueError(
            f"theta must be at most {STRONGEST:g}, got {theta.max():g}; so strong a spike is the "
            f"largest singular value, whatever the noise"
        )
    return theta


def noise_edges(c: float) -> tuple[float, float]:
    """Smallest and largest singular value of noise, (1 - sqrt(c), 1 + sqrt(c)).

    Parameters
    ----------
    c : float
        Rows over columns, 0 < c <= 1. The entries have variance 1 / columns.

    Raises
    ------
    ValueError
        For another shape.

    Examples
    --------
    >>> noise_edges(0.25)
    (0.5, 1.5)
    """
    root = _shape(c) ** 0.5
    return 1 - root, 1 + root


def marchenko_pastur(x: ArrayLike, c: float) -> NDArray[np.float64]:
    """Density of the eigenvalues x of G G^T, that is of squared singular values of noise.

    p(x) = sqrt((b - x)(x - a)) / (2 pi c x) between a = (1 - sqrt(c))^2 and b = (1 + sqrt(c))^2.

    Parameters
    ----------
    x : array_like
        Where; 0 outside of the two edges.
    c : float
        Rows over columns, 0 < c <= 1. The entries have variance 1 / columns.

    Raises
    ------
    ValueError
        For another shape, c below 1e-16, or x that are no finite numbers.

    References
    ----------
    V. A. Marchenko and L. A. Pastur, Math. USSR Sb. 1, 457 (1967),
    doi:10.1070/SM1967v001n04ABEH001994.

    Examples
    --------
    The density in the middle of the spectrum of a square matrix, sqrt(4 - 1) / (2 pi):

    >>> round(float(marchenko_pastur(1.0, 1.0)), 4)
    0.2757
    """
    low, high = (edge**2 for edge in noise_edges(c))
    if c < NARROWEST:
        raise ValueError(
            f"c must be at least {NARROWEST:g} for a density, got {c:g}: all eigenvalues are 1 but "
            f"for rounding"
        )
    x = _checks.finite_array("x", x)
    inside = (x > low) & (x < high)
    y = np.where(inside, x, 1.0)
    root = np.sqrt(np.where(inside, (high - y) * (y - low), 0.0))
    return np.asarray(root / (2 * np.pi * float(c) * y))


def spike_threshold(c: float) -> float:
    """The strength c^(1/4) from which on one added direction is seen in a large matrix of noise.

    Parameters
    ----------
    c : float
        Rows over columns, 0 < c <= 1.

    Raises
    ------
    ValueError
        For another shape.

    Examples
    --------
    >>> spike_threshold(1 / 16)
    0.5
    """
    return _shape(c) ** 0.25


def spike_outlier(theta: ArrayLike, c: float) -> NDArray[np.float64]:
    """Largest singular value of G + theta u v^T, with unit vectors u and v, as the matrix grows.

    sqrt((1 + theta^2)(c + theta^2)) / theta above the threshold c^(1/4); below it the edge.

    Parameters
    ----------
    theta : array_like
        Strength of the spike, above 0 and at most 1e75.
    c : float
        Rows over columns, 0 < c <= 1.

    Raises
    ------
    ValueError
        For another shape or strength.

    References
    ----------
    F. Benaych-Georges and R. R. Nadakuditi, J. Multivar. Anal. 111, 120 (2012),
    doi:10.1016/j.jmva.2012.04.019.

    Examples
    --------
    A spike that is twice the noise of a square matrix, and one that is hidden in it:

    >>> spike_outlier([2, 0.5], 1.0)
    array([2.5, 2. ])
    """
    c, t = _shape(c), _strength(theta)
    t = np.maximum(t, spike_threshold(c))
    return np.asarray(np.sqrt((1 + t**2) * (c + t**2)) / t)


def spike_overlaps(theta: ArrayLike, c: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Squared overlaps of u and v with the first singular vectors of G + theta u v^T.

    1 - c (1 + theta^2) / (theta^2 (theta^2 + c)) for u, which has an entry for each row, and
    1 - (c + theta^2) / (theta^2 (theta^2 + 1)) for v; 0 up to the threshold c^(1/4).

    Parameters
    ----------
    theta : array_like
        Strength of the spike, above 0 and at most 1e75.
    c : float
        Rows over columns, 0 < c <= 1.

    Returns
    -------
    (array, array)
        Of u and of v; the same for a square matrix.

    Raises
    ------
    ValueError
        For another shape or strength.

    References
    ----------
    F. Benaych-Georges and R. R. Nadakuditi, J. Multivar. Anal. 111, 120 (2012),
    doi:10.1016/j.jmva.2012.04.019.

    Examples
    --------
    >>> [float(overlap) for overlap in spike_overlaps(2.0, 1.0)]
    [0.75, 0.75]
    """
    c, t = _shape(c), _strength(theta)
    square = np.maximum(t, spike_threshold(c)) ** 2
    rows = 1 - c * (1 + square) / (square * (square + c))
    columns = 1 - (c + square) / (square * (square + 1))
    return np.maximum(rows, 0.0), np.maximum(columns, 0.0)
