"""Wilson chains: a band cut into logarithmic intervals and rewritten as a chain of sites.

    H_band = sum_n onsite_n (f_n^+ f_n - 1) + sum_n hoppings_n (f_n^+ f_{n+1} + h.c.)

The impurity couples to site 0 alone, and the hoppings fall off like Lambda**(-n / 2): each further
site looks at the band on an energy scale smaller by sqrt(Lambda).

References
----------
K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
H. R. Krishna-murthy, J. W. Wilkins and K. G. Wilson, Phys. Rev. B 21, 1003 (1980),
doi:10.1103/PhysRevB.21.1003.
R. Bulla, T. A. Costi and T. Pruschke, Rev. Mod. Phys. 80, 395 (2008),
doi:10.1103/RevModPhys.80.395.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigvalsh_tridiagonal

from .. import _checks

__all__ = [
    "WilsonChain",
    "band_correction",
    "energy_unit",
    "flat_chain",
    "free_levels",
    "lanczos_chain",
    "star_levels",
    "wilson_chain",
]

Hybridization = Callable[[NDArray[np.float64]], ArrayLike]

GAUSS_NODES, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(40)  # for each interval


@dataclass(frozen=True, eq=False)
class WilsonChain:
    """A band as a chain of sites.

    Parameters
    ----------
    Lambda : float
        Ratio of neighbouring energy intervals, greater than 1.
    hoppings : array, shape (n_sites - 1,)
        Between sites n and n + 1, in units of the half bandwidth D.
    onsite : array, shape (n_sites,)
        Energies of the sites; zero for a band that looks alike above and below the Fermi level.
    weight : float
        Integral of the band's hybridization function, which couples the impurity to site 0.
    """

    Lambda: float
    hoppings: NDArray[np.float64]
    onsite: NDArray[np.float64]
    weight: float = 2.0

    @property
    def n_sites(self) -> int:
        """Sites of the chain, without the impurity."""
        return len(self.onsite)

    @property
    def scale(self) -> NDArray[np.float64]:
        """(1 + 1/Lambda)/2 Lambda**((1 - N)/2): the unit of energy with N + 1 sites, N from 0."""
        return energy_unit(self.Lambda, np.arange(self.n_sites))

    def levels(self, n_sites: int) -> NDArray[np.float64]:
        """Levels of the first `n_sites` sites alone, ascending, in units of D."""
        n_sites = _checks.integer("n_sites", n_sites, minimum=1)
        return free_levels(self.hoppings[: n_sites - 1], self.onsite[:n_sites])


def energy_unit(Lambda: float, N: Any) -> Any:
    """(1 + 1/Lambda)/2 Lambda**((1 - N)/2): the unit of energies on the sites 0 .. N.

    Examples
    --------
    >>> energy_unit(2.0, 1)
    0.75
    """
    return (1 + 1 / Lambda) / 2 * Lambda ** ((1 - N) / 2)


def wilson_chain(Lambda: float, n_sites: int) -> NDArray[np.float64]:
    """Hoppings of the Wilson chain of a flat band, in closed form, shape (n_sites - 1,).

        t_n = (1 + 1/Lambda)/2 Lambda**(-n/2) xi_n,
        xi_n = (1 - Lambda**(-n-1)) / sqrt((1 - Lambda**(-2n-1)) (1 - Lambda**(-2n-3)))

    in units of the half bandwidth D; t_n couples site n to site n + 1.

    Parameters
    ----------
    Lambda : float
        Ratio of neighbouring energy intervals, greater than 1; usually 2 to 3.
    n_sites : int
        Sites of the chain, at least 1.

    Raises
    ------
    ValueError
        If Lambda is not greater than 1, or n_sites is less than 1.

    Examples
    --------
    >>> wilson_chain(2.0, 3).round(6).tolist()
    [0.566947, 0.432014]
    """
    Lambda = _ratio(Lambda)
    n = np.arange(_checks.integer("n_sites", n_sites, minimum=1) - 1)
    xi = -np.expm1(-(n + 1) * math.log(Lambda)) / np.sqrt(
        np.expm1(-(2 * n + 1) * math.log(Lambda)) * np.expm1(-(2 * n + 3) * math.log(Lambda))
    )
    return (1 + 1 / Lambda) / 2 * Lambda ** (-n / 2) * xi


def band_correction(Lambda: float) -> float:
    """A = (Lambda + 1) / (Lambda - 1) * ln(Lambda) / 2, by which J and V**2 are multiplied.

    Cutting the band into intervals lowers its density at the impurity by this factor, which tends
    to 1 as Lambda tends to 1. The stronger coupling makes up for it.

    Examples
    --------
    >>> round(band_correction(2.0), 6)
    1.039721
    """
    Lambda = _ratio(Lambda)
    return (Lambda + 1) / (Lambda - 1) * math.log(Lambda) / 2


def flat_chain(Lambda: float, n_sites: int, *, z: float = 1.0) -> WilsonChain:
    """The `WilsonChain` of the flat band, of density 1/2 from -1 to 1.

    In closed form for z = 1, otherwise by `lanczos_chain`.

    Parameters
    ----------
    Lambda : float
        Ratio of neighbouring intervals, greater than 1.
    n_sites : int
        Sites of the chain, at least 1.
    z : float
        Shift of the cuts, 0 < z <= 1; z = 1 are Wilson's.

    Raises
    ------
    ValueError
        As `wilson_chain` and `lanczos_chain`.
    """
    if z == 1:
        hoppings = wilson_chain(Lambda, n_sites)
        return WilsonChain(_ratio(Lambda), hoppings, np.zeros(len(hoppings) + 1))
    chain = lanczos_chain(np.ones_like, Lambda, n_sites, z=z)
    return WilsonChain(chain.Lambda, chain.hoppings, np.zeros(chain.n_sites))


def star_levels(
    hybridization: Hybridization, Lambda: float, n_intervals: int, *, z: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energies and weights of the band cut at +-1, +-Lambda**-z, +-Lambda**(-z-1), ...

    The star geometry: the impurity in the middle, coupled to each of these levels directly. Each
    interval becomes one level with the weight of the interval, at its mean energy, that is
    integral of w h(w) over integral of h(w).

    Parameters
    ----------
    hybridization : callable
        h(w) for an array of energies -1 < w < 1; not negative. Its overall size only scales the
        weights.
    Lambda : float
        Ratio of neighbouring intervals, greater than 1.
    n_intervals : int
        Intervals on either side of the Fermi level.
    z : float
        Shift of the cuts, 0 < z <= 1.

    Returns
    -------
    energies, weights : arrays, shape (levels,)
        Intervals without weight are left out.

    Raises
    ------
    ValueError
        If Lambda <= 1, z is outside of its range, or h is negative, not finite or zero everywhere.
    """
    Lambda, z = _ratio(Lambda), _checks.finite("z", z)
    n_intervals = _checks.integer("n_intervals", n_intervals, minimum=1)
    if not 0 < z <= 1:
        raise ValueError(f"z must lie between 0 (excluded) and 1, got {z:g}")
    high = np.concatenate([[1.0], Lambda ** -(z + np.arange(n_intervals - 1))])
    low = Lambda ** -(z + np.arange(n_intervals))
    middle, half = (high + low) / 2, (high - low) / 2
    w = middle[:, None] + half[:, None] * GAUSS_NODES
    w = np.concatenate([w, -w])
    h = np.asarray(hybridization(w), dtype=float) * np.ones_like(w)
    if not np.all(np.isfinite(h)) or np.any(h < 0) or not np.any(h > 0):
        raise ValueError(
            "the hybridization function must be finite and not negative on -1 < w < 1, and "
            f"positive somewhere; got values from {np.min(h):g} to {np.max(h):g}"
        )
    measure = h * GAUSS_WEIGHTS * np.tile(half, 2)[:, None]
    weights = measure.sum(axis=1)
    energies = (measure * w).sum(axis=1)[weights > 0] / weights[weights > 0]
    return energies, weights[weights > 0]


def lanczos_chain(
    hybridization: Hybridization, Lambda: float, n_sites: int, *, z: float = 1.0
) -> WilsonChain:
    """The `WilsonChain` of any band, from its hybridization function, by Lanczos' recursion.

    Site 0 is the combination of `star_levels` that the impurity couples to; the recursion makes
    each next site from the part of H f_n that is not yet on the chain. As energies fall by powers
    of Lambda, digits are lost to cancellation; the recursion starts with as many more.

    Parameters
    ----------
    hybridization : callable
        h(w) for an array of energies -1 < w < 1, not negative.
    Lambda : float
        Ratio of neighbouring intervals, greater than 1.
    n_sites : int
        Sites of the chain, at least 1.
    z : float
        Shift of the cuts, 0 < z <= 1; z = 1 are Wilson's.

    Raises
    ------
    ValueError
        As `star_levels`, or if the band has too few levels for so many sites.

    Examples
    --------
    For the flat band this is the closed form.

    >>> chain = lanczos_chain(np.ones_like, 2.0, 20)
    >>> bool(np.allclose(chain.hoppings, wilson_chain(2.0, 20), rtol=1e-12))
    True
    """
    Lambda = _ratio(Lambda)
    n_sites = _checks.integer("n_sites", n_sites, minimum=1)
    beyond = math.ceil(20 * math.log(10) / math.log(Lambda))
    energies, weights = star_levels(hybridization, Lambda, n_sites + beyond, z=z)
    if len(energies) < n_sites:
        raise ValueError(
            f"the band has weight in {len(energies)} intervals only, too few for a chain of "
            f"{n_sites} sites; use fewer sites or a smaller Lambda"
        )
    digits = 30 + math.ceil(n_sites**2 / 2 * math.log10(Lambda))
    with mpmath.workdps(digits):
        onsite, hoppings = _lanczos(energies, weights, n_sites)
    return WilsonChain(Lambda, np.array(hoppings), np.array(onsite), float(weights.sum()))


def _lanczos(energies, weights, n_sites):
    """Diagonal and off-diagonal of the tridiagonal matrix, as floats."""
    x = [mpmath.mpf(e) for e in energies]
    v = [mpmath.sqrt(mpmath.mpf(w)) for w in weights]
    size = mpmath.sqrt(mpmath.fdot(v, v))
    v, before = [c / size for c in v], [mpmath.mpf(0)] * len(v)
    onsite, hoppings = [], []
    hop = mpmath.mpf(0)
    for n in range(n_sites):
        u = [e * c for e, c in zip(x, v, strict=True)]
        mean = mpmath.fdot(u, v)
        onsite.append(float(mean))
        if n == n_sites - 1:
            return onsite, hoppings
        u = [a - mean * b - hop * c for a, b, c in zip(u, v, before, strict=True)]
        hop = mpmath.sqrt(mpmath.fdot(u, u))
        hoppings.append(float(hop))
        before, v = v, [c / hop for c in u]


def free_levels(hoppings: ArrayLike, onsite: ArrayLike | None = None) -> NDArray[np.float64]:
    """Levels of a chain without interaction, ascending; also the tiny ones to twelve digits.

    Parameters
    ----------
    hoppings : array, shape (n - 1,)
    onsite : array, shape (n,), optional
        Zero if left out.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> free_levels([0.5]).round(12).tolist()
    [-0.5, 0.5]
    """
    off_diagonal = _checks.finite_array("hoppings", hoppings)
    n = len(off_diagonal) + 1
    diagonal = np.zeros(n) if onsite is None else _checks.finite_array("onsite", onsite)
    if diagonal.shape != (n,):
        raise ValueError(
            f"a chain of n sites has n - 1 hoppings, got {n - 1} and onsite {diagonal.shape}"
        )
    if n == 1:
        return diagonal
    # counting sign changes keeps the relative accuracy of small levels; QR would lose it
    return eigvalsh_tridiagonal(diagonal, off_diagonal, lapack_driver="stebz", tol=1e-200)


def _ratio(Lambda):
    Lambda = _checks.finite("Lambda", Lambda)
    if Lambda <= 1:
        raise ValueError(
            f"Lambda must be greater than 1, got {Lambda:g}; it divides the band into intervals "
            f"of ratio Lambda, usually 2 to 3"
        )
    return Lambda
