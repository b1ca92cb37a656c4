"""Finite-size scaling: moments of one run, and what they say at every coupling near by.

With S = sum s s' over the bonds, the mean of any x at K + t is <x e^(t S)> / <e^(t S)> at K. Both
are power series in t, whose coefficients are moments of S: a few dozen numbers are all that has to
be kept of a chain.

References
----------
A. M. Ferrenberg and R. H. Swendsen, Phys. Rev. Lett. 61, 2635 (1988),
doi:10.1103/PhysRevLett.61.2635.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import _checks
from .samplers import Wolff
from .scaling import Fitted
from .statistics import Estimate, jackknife

__all__ = ["CriticalPoint", "Lattice", "critical_point", "crossing", "ising_moments"]

POWERS = 0, 1, 2, 4  # of |m|
ORDER = 8  # of the series in t
BURN = 60  # measurements that are thrown away
REACH = 1.0  # |t| times the standard deviation of S up to which the series is trusted
HALVINGS = 40  # of a bracket of couplings
ROUNDS = 4  # of fits, each at the coupling that the one before has found


def ising_moments(
    L: int, K: float, n: int, rng: int | np.random.Generator, dim: int = 3
) -> dict[str, float | NDArray[np.float64]]:
    """Moments <|m|**a (S - center)**b> of a chain of Wolff clusters: a point of a sweep.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, 2 or more.
    K : float
        Coupling.
    n : int
        Measurements on the lattice of edge 8; others make n (8 / L)**1.5, at least 200.
    rng : int or numpy.random.Generator
        Seed or source of randomness.
    dim : int
        2 (square) or 3 (cubic).

    Returns
    -------
    dict
        "center", near the mean of S, and "moments", an array with a row each for a = 0, 1, 2, 4 and
        a column for each b = 0 .. 8.

    Examples
    --------
    Without coupling S has the mean 0 and the variance 2 N, for two bonds a site:

    >>> found = ising_moments(4, 0.0, 1000, rng=1, dim=2)
    >>> found["moments"].shape
    (4, 9)
    """
    n = _checks.integer("n", n, minimum=1)
    chain = Wolff(L, K, dim=dim, rng=rng)
    every = max(1, L // 4)  # clusters: in three dimensions at K_c, about a third of the lattice
    burnt = chain.record(BURN, every=every)
    series = chain.record(max(200, round(n * (8 / L) ** 1.5)), every=every)
    center = -float(np.mean(burnt.energy[BURN // 2 :])) * chain.n_sites
    m, s = np.abs(series.magnetization), -series.energy * chain.n_sites - center
    moments = [[np.mean(m**a * s**b) for b in range(ORDER + 1)] for a in POWERS]
    return {"center": center, "moments": np.array(moments)}


@dataclass(frozen=True)
class Lattice:
    """A lattice of one size, from replicas of `ising_moments` at one coupling.

    What it says of another coupling is trusted as far as `reach`, and refused beyond.

    Parameters
    ----------
    L : int
        Its edge.
    K : float
        The coupling of the runs.
    center, moments : arrays (n,), (n, 4, 9)
        What `ising_moments` has found in n independent runs, 2 or more.

    Examples
    --------
    >>> runs = [ising_moments(4, 0.22, 1000, rng=seed) for seed in range(4)]
    >>> cube = Lattice(4, 0.22, [r["center"] for r in runs], [r["moments"] for r in runs])
    >>> cube.binder(0.22).error < 0.05
    True
    """

    L: int
    K: float
    center: NDArray[np.float64]
    moments: NDArray[np.float64]

    def __post_init__(self) -> None:
        center = _checks.finite_array("center", self.center)
        moments = _checks.finite_array("moments", self.moments)
        if center.ndim != 1 or moments.shape != (len(center), len(POWERS), ORDER + 1):
            raise ValueError(
                f"moments must be (n, {len(POWERS)}, {ORDER + 1}) for n runs, got shapes "
                f"{center.shape} and {moments.shape}; stack what ising_moments returns"
            )
        if len(center) < 2:
            raise ValueError(f"an error needs two runs or more, got {len(center)}")
        if not np.mean(moments[:, 0, 2]) > np.mean(moments[:, 0, 1]) ** 2:
            raise ValueError("S must vary in the runs; record more than one measurement in each")
        object.__setattr__(self, "L", _checks.integer("L", self.L, minimum=2))
        object.__setattr__(self, "K", _checks.finite("K", self.K))
        object.__setattr__(self, "center", center)
        object.__setattr__(self, "moments", moments)

    @property
    def reach(self) -> float:
        """The largest |K - self.K| that these runs can speak of."""
        first, second = np.mean(self.moments[:, 0, 1:3], axis=0)
        return REACH / math.sqrt(second - first**2)

    def binder(self, K: float) -> Estimate:
        """Binder's cumulant 1 - <m**4> / 3 <m**2>**2."""
        return self._estimate(K, lambda x, slope: 1 - x[2] / (3 * x[1] ** 2))

    def m2(self, K: float) -> Estimate:
        """<m**2> per site squared."""
        return self._estimate(K, lambda x, slope: x[1])

    def binder_slope(self, K: float) -> Estimate:
        """d binder / dK."""
        return self._estimate(
            K, lambda x, slope: x[2] / (3 * x[1] ** 2) * (2 * slope[1] / x[1] - slope[2] / x[2])
        )

    def log_abs_m_slope(self, K: float) -> Estimate:
        """d ln <|m|> / dK."""
        return self._estimate(K, lambda x, slope: slope[0] / x[0])

    def log_m2_slope(self, K: float) -> Estimate:
        """d ln <m**2> / dK."""
        return self._estimate(K, lambda x, slope: slope[1] / x[1])

    def _estimate(self, K: float, of: Callable[..., float]) -> Estimate:
        """`of` (<|m|**a>, their slopes) at K, for a = 1, 2, 4; its error from leaving out runs."""
        return jackknife(lambda z: of(*_means(z)), self._weighted(K), n_bins=len(self.moments))

    def _weighted(self, K: float) -> NDArray[np.float64]:
        """For each run <|m|**a e**(t S)> and its derivative by t; t = K - self.K."""
        t, reach = _checks.finite("K", K) - self.K, self.reach
        if abs(t) > reach:
            raise ValueError(
                f"runs of L = {self.L} at K = {self.K} reach {reach:.2g} to either side, got "
                f"K = {K}; run the lattice nearer to it"
            )
        powers = [t**b / math.factorial(b) for b in range(ORDER + 1)]
        center, moments = self.center, self.moments
        value = moments @ np.array(powers)
        slope = moments @ np.array([0.0, *powers[:-1]]) + center[:, None] * value
        shift = np.exp(t * (center - center.mean()))
        return np.stack([value, slope], axis=1) * shift[:, None, None]


def crossing(small: Lattice, large: Lattice) -> Estimate:
    """The coupling at which Binder's cumulants of two lattices are equal.

    Its error is that of their difference there, over the difference of their slopes.

    Parameters
    ----------
    small, large : Lattice
        Independent of each other.

    Raises
    ------
    ValueError
        If the two do not cross where both can speak.

    Examples
    --------
    >>> crossing(cube(8), cube(16))  # doctest: +SKIP
    Estimate(0.22163 ± 0.00003)
    """
    low = max(one.K - one.reach for one in (small, large)) * (1 + 1e-12)
    high = min(one.K + one.reach for one in (small, large)) * (1 - 1e-12)

    def gap(K: float) -> float:
        return float(large.binder(K).value) - float(small.binder(K).value)

    if not gap(low) < 0 < gap(high):
        raise ValueError(
            f"Binder's cumulants of L = {small.L} and {large.L} do not cross between K = {low:.6g} "
            f"and {high:.6g}; run them nearer to the transition, or longer"
        )
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if gap(middle) < 0 else (low, middle)
    steeper = float(large.binder_slope(low).value) - float(small.binder_slope(low).value)
    error = math.hypot(float(small.binder(low).error), float(large.binder(low).error))
    return Estimate(low, error / steeper)


@dataclass(frozen=True)
class CriticalPoint(Fitted):
    """What Binder's cumulants of several sizes say together.

    Attributes
    ----------
    K : Estimate
        The critical coupling.
    binder : Estimate
        Binder's cumulant there, of lattices without end.
    chi2 : float
        Sum of squared deviations in units of the errors; about `degrees` where the law holds.
    degrees : int
        Degrees of freedom: the number of sizes less three.
    """

    K: Estimate
    binder: Estimate
    chi2: float
    degrees: int


def critical_point(lattices: Iterable[Lattice], omega: float) -> CriticalPoint:
    """`CriticalPoint` of independent lattices, with one correction to scaling.

    Near K_c Binder's cumulant is binder + c L**-omega + slope_L (K - K_c). With the slopes as they
    were measured that is linear in binder, c and K_c, fitted where the fit before has put K_c.

    Parameters
    ----------
    lattices : sequence of Lattice
        Three sizes or more.
    omega : float
        The exponent of the correction, above 0, which is put in and not fitted.

    Raises
    ------
    ValueError
        For fewer than three sizes, omega not above 0, or a K_c beyond the reach of a lattice.

    Examples
    --------
    >>> critical_point([cube(8), cube(12), cube(16), cube(24)], 0.83).K  # doctest: +SKIP
    Estimate(0.22164 ± 0.00002)
    """
    lattices = list(lattices)
    if len({one.L for one in lattices}) < 3:
        raise ValueError(f"got the sizes {[one.L for one in lattices]}, expected three or more")
    if not _checks.finite("omega", omega) > 0:
        raise ValueError(f"omega must be above 0, so that the correction fades, got {omega}")
    sizes, K = np.array([one.L for one in lattices], float), lattices[-1].K
    for _ in range(ROUNDS):
        cumulants = [one.binder(K) for one in lattices]
        slopes = np.array([float(one.binder_slope(K).value) for one in lattices])
        weight = 1 / np.array([float(u.error) for u in cumulants])
        y = weight * np.array([float(u.value) for u in cumulants])
        terms = np.stack([np.ones_like(sizes), sizes**-omega, -slopes], axis=1) * weight[:, None]
        found, *_ = np.linalg.lstsq(terms, y, rcond=None)
        K += float(found[2])
    error = np.sqrt(np.diag(np.linalg.inv(terms.T @ terms)))
    return CriticalPoint(
        Estimate(K, error[2]),
        Estimate(found[0], error[0]),
        float(np.sum((y - terms @ found) ** 2)),
        len(lattices) - 3,
    )


def _means(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """<|m|**a> and their slopes, from the sums over runs."""
    value, slope = np.mean(z, axis=0)
    x = value[1:] / value[0]
    return x, slope[1:] / value[0] - x * slope[0] / value[0]
