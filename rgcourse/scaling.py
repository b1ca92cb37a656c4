"""Power laws fitted to estimates: an exponent, its error, and whether it is a power law at all."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _checks
from .statistics import Estimate

__all__ = ["CorrectedLaw", "PowerLaw", "corrected_power_law", "power_law"]


class Fitted:
    """What every fit tells of itself."""

    chi2: float
    degrees: int

    @property
    def p_value(self) -> float:
        """Probability of a chi2 this large or larger if the law holds; 1 if `degrees` is 0."""
        from scipy.special import chdtrc

        return float(chdtrc(self.degrees, self.chi2)) if self.degrees else 1.0


@dataclass(frozen=True)
class PowerLaw(Fitted):
    """A fitted y = amplitude * x**exponent.

    Attributes
    ----------
    exponent, amplitude : Estimate
        Their errors come from those of the data, and say nothing of corrections to the law.
    chi2 : float
        Sum of squared deviations in units of the errors; about `degrees` where the law holds.
    degrees : int
        Degrees of freedom: the number of data points less two.
    """

    exponent: Estimate
    amplitude: Estimate
    chi2: float
    degrees: int

    def __call__(self, x: ArrayLike) -> float | NDArray[np.float64]:
        """The fitted law at x."""
        return self.amplitude.value * np.asarray(x, dtype=float) ** self.exponent.value


def power_law(x: ArrayLike, estimates: Estimate | Iterable[Estimate]) -> PowerLaw:
    """`PowerLaw` through independent estimates: a straight line fitted to ln y against ln x.

    With weights w = (y / error)**2, the inverse variances of ln y, and weighted means < >,

        exponent = <(ln x - <ln x>) ln y> / <(ln x - <ln x>)**2>,
        error**2 = 1 / sum w (ln x - <ln x>)**2.

    Parameters
    ----------
    x : array, shape (n,)
        Where they were measured: positive, at least two different values.
    estimates : sequence of n Estimates, or Estimate with arrays of shape (n,)
        Positive and independent of each other, with errors above 0 and well below the values.

    Raises
    ------
    ValueError
        If x and the estimates are not of equal length, not positive or have no errors.

    Examples
    --------
    >>> law = power_law([1, 2, 4], [Estimate(3, 0.3), Estimate(12, 1.2), Estimate(48, 4.8)])
    >>> print(law.exponent)
    2.00 ± 0.10
    """
    x = _checks.finite_array("x", x)
    if not isinstance(estimates, Estimate):
        estimates = list(estimates)
        wrong = [e for e in estimates if not isinstance(e, Estimate)]
        if wrong:
            raise ValueError(f"estimates must be Estimates with their errors, got {wrong[0]!r}")
        values, errors = [e.value for e in estimates], [e.error for e in estimates]
        estimates = Estimate(np.array(values), np.array(errors))
    y, error = np.atleast_1d(estimates.value), np.atleast_1d(estimates.error)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"x and the estimates must be two lists of equal length, got shapes {x.shape} and "
            f"{y.shape}"
        )
    if len(set(x)) < 2:
        raise ValueError(f"a power law needs at least two different x, got {x.tolist()}")
    if not (np.all(x > 0) and np.all(y > 0) and np.all(np.isfinite(y))):
        raise ValueError(
            f"a power law needs positive x and y, got x = {x.tolist()}, y = {y.tolist()}; for a "
            f"negative quantity fit its absolute value, abs(estimate)"
        )
    if not (np.all(error > 0) and np.all(error < y)):
        raise ValueError(
            f"every estimate needs an error above 0 and below its value, got errors "
            f"{error.tolist()} of {y.tolist()}"
        )
    weight = (y / error) ** 2
    center = np.average(np.log(x), weights=weight)
    height = np.average(np.log(y), weights=weight)
    across, up = np.log(x) - center, np.log(y) - height
    spread = np.sum(weight * across**2)
    exponent = np.sum(weight * across * up) / spread
    offset = height - exponent * center
    offset_error = math.sqrt(1 / np.sum(weight) + center**2 / spread)
    amplitude = math.exp(offset)
    return PowerLaw(
        Estimate(exponent, 1 / math.sqrt(spread)),
        Estimate(amplitude, amplitude * offset_error),
        float(np.sum(weight * (up - exponent * across) ** 2)),
        len(x) - 2,
    )


@dataclass(frozen=True)
class CorrectedLaw(Fitted):
    """A fitted y = amplitude * x**exponent * (1 + correction * x**-omega), to first order.

    Attributes
    ----------
    exponent, correction : Estimate
        Their errors come from those of the data, with `omega` taken as known.
    chi2 : float
        Sum of squared deviations in units of the errors; about `degrees` where the law holds.
    degrees : int
        Degrees of freedom: the number of data points less three.
    """

    exponent: Estimate
    correction: Estimate
    chi2: float
    degrees: int


def corrected_power_law(x: ArrayLike, estimates: Iterable[Estimate], omega: float) -> CorrectedLaw:
    """`CorrectedLaw` through independent estimates, by least squares on their logarithms.

        ln y = ln amplitude + exponent ln x + correction x**-omega

    is linear in its three unknowns; weights are (y / error)**2.

    Parameters
    ----------
    x : array, shape (n,)
        Where they were measured: positive, at least three different values.
    estimates : sequence of n Estimates
        Positive and independent of each other, with errors above 0 and well below the values.
    omega : float
        The exponent of the correction, above 0, which is put in and not fitted.

    Raises
    ------
    ValueError
        As `power_law`, and for fewer than three different x, or omega not above 0.

    Examples
    --------
    >>> x = [8, 16, 32, 64]
    >>> law = corrected_power_law(x, [Estimate(L**2, 0.01 * L**2) for L in x], 0.83)
    >>> print(law.exponent)
    2.000 ± 0.027
    """
    estimates = list(estimates)
    power_law(x, estimates)  # which looks at them
    if len(set(np.asarray(x).tolist())) < 3:
        raise ValueError(f"a law with a correction needs three different x, got {list(x)}")  # type: ignore[arg-type]
    if not _checks.finite("omega", omega) > 0:
        raise ValueError(f"omega must be above 0, so that the correction fades, got {omega}")
    x = np.asarray(x, dtype=float)
    y = np.array([float(e.value) for e in estimates])
    weight = y / np.array([float(e.error) for e in estimates])
    terms = np.stack([np.ones_like(x), np.log(x), x**-omega], axis=1) * weight[:, None]
    found, *_ = np.linalg.lstsq(terms, weight * np.log(y), rcond=None)
    covariance = np.linalg.inv(terms.T @ terms)
    return CorrectedLaw(
        Estimate(found[1], math.sqrt(covariance[1, 1])),
        Estimate(found[2], math.sqrt(covariance[2, 2])),
        float(np.sum((weight * np.log(y) - terms @ found) ** 2)),
        len(x) - 3,
    )
