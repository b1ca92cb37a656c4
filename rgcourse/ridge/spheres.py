"""Spectra of kernels that depend on the distance of points on a sphere alone."""

from collections.abc import Callable
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import _checks

__all__ = ["SphereSpectrum", "sphere_spectrum"]

PANELS, NODES = 2500, 8  # of the angle, each by Gauss and Legendre's rule
ROUNDED = 1e-10  # of the kernel at 0: eigenvalues below are those of rounding
MOST_DIMENSIONS, MOST_LEVELS = 1_000_000, 5000  # as far as the quadrature goes
MOST_MODES = 2**63 - 1  # of a level: larger whole numbers do not fit an array


class SphereSpectrum(NamedTuple):
    """Eigenvalues, from the constant function on.

    Attributes
    ----------
    values : array (n_levels,)
        The eigenvalue of each level; together with what is left their sum is kernel(0).
    multiplicities : int array (n_levels,)
        How many spherical harmonics a level has.
    left : float
        The sum over all levels that are left out.
    """

    values: NDArray[np.float64]
    multiplicities: NDArray[np.int64]
    left: float

    @property
    def modes(self) -> NDArray[np.float64]:
        """The eigenvalue of each mode, every level as often as it has harmonics."""
        return np.repeat(self.values, self.multiplicities)


def sphere_spectrum(
    kernel: Callable[[NDArray[np.float64]], NDArray[np.float64]], d: int, n_levels: int
) -> SphereSpectrum:
    """Eigenvalues of a kernel on the unit sphere S^d in d + 1 dimensions, points drawn evenly.

    Level l consists of the spherical harmonics of degree l, all with the same eigenvalue (Funk and
    Hecke),

        integral of kernel(2 sin(theta / 2)) P_l(cos theta) sin(theta)**(d - 1) d theta,

    over that of sin(theta)**(d - 1), with the Gegenbauer polynomials P_l(1) = 1.

    Parameters
    ----------
    kernel : callable
        The kernel as a function of the distance, 0 to 2, of an array.
    d : int
        Dimension of the sphere, 1 for the circle, to 1 000 000.
    n_levels : int
        How many levels, 2 to 5000.

    Returns
    -------
    SphereSpectrum

    Raises
    ------
    ValueError
        For d or n_levels out of range, a level of 2**63 harmonics or more, or a kernel that does
        not give one finite number for each distance, 0 among them.

    Examples
    --------
    The distance squared is 2 - 2 cos(theta): a constant, and the coordinates.

    >>> sphere_spectrum(lambda r: r**2, 2, 3).values.round(6) + 0.0
    array([ 2.      , -0.666667,  0.      ])
    """
    d = _checks.integer("d", d, minimum=1)
    n_levels = _checks.integer("n_levels", n_levels, minimum=2)
    for name, value, most in (("d", d, MOST_DIMENSIONS), ("n_levels", n_levels, MOST_LEVELS)):
        if value > most:
            raise ValueError(f"{name} must be at most {most}, got {value}: quadrature ends there")
    if not callable(kernel):
        raise ValueError(f"kernel must be a function of the distance, got {kernel!r}")
    many: list[int] = []
    for l in range(n_levels):
        many.append(comb(l + d, d) - (comb(l + d - 2, d) if l > 1 else 0))
        if many[l] > MOST_MODES:
            raise ValueError(
                f"n_levels must be at most {l} on a sphere of d = {d} dimensions, got {n_levels}: "
                f"beyond, a level has more harmonics than a whole number can count"
            )
    nodes, shares = np.polynomial.legendre.leggauss(NODES)
    angle = np.add.outer(np.arange(PANELS), (nodes + 1) / 2).ravel() * np.pi / PANELS
    weight, t = np.sin(angle) ** (d - 1) * np.tile(shares, PANELS), np.cos(angle)
    whole = float(_kernel_at(kernel, np.zeros(1))[0])
    weighted = _kernel_at(kernel, 2 * np.sin(angle / 2)) * weight
    weighted /= weight.sum()
    values = np.empty(n_levels)
    before, here = np.ones(t.size), t.copy()
    values[:2] = weighted.sum(), weighted @ t
    for l in range(2, n_levels):
        before, here = here, ((2 * l + d - 3) * t * here - (l - 1) * before) / (l + d - 2)
        values[l] = weighted @ here
    values[np.abs(values) < ROUNDED * abs(whole)] = 0.0
    left = whole - float(values @ np.array(many, float))
    return SphereSpectrum(values, np.array(many), left)


def _kernel_at(kernel, distances):
    """The kernel's values; ValueError unless they are one finite number for each distance."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        values = _checks.finite_array("kernel", kernel(distances.copy()))
    if values.shape not in ((), distances.shape):
        raise ValueError(
            f"kernel must give a number for each of {distances.size} distances, got an array of "
            f"shape {values.shape}"
        )
    return np.broadcast_to(values, distances.shape)
