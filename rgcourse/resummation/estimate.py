"""From a divergent series to a number with an error, by a rule that was fixed beforehand.

The Borel sum with a conformal map has two free numbers, b and lam. For each pair of a grid we ask
three things: by how much did the last two orders change the sum, by how much does it change within
b +- 2, and within lam +- 0.5? The three are added. Where this total is least we read off the value,
and the total is its error. Nothing in the rule knows any accepted value.

The idea is that of M. V. Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017),
arXiv:1705.06483; they vary a third number and average over good pairs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ..statistics import Estimate
from .conformal import resummed, sums_of_all_orders

__all__ = ["Resummed", "borel_resum", "conformal_sums", "lipatov_a", "resum"]

MIN_COEFFICIENTS = 3  # coefficients from the first that is not zero: the rule compares three orders
MAX_EPSILON = 3.0
SMALLEST_A = np.sqrt(np.finfo(float).tiny)  # for smaller a the sum is the plain one in all digits


@dataclass(frozen=True)
class Resummed:
    """An `Estimate`, and the parameters b and lam at which it was read off."""

    estimate: Estimate
    b: float
    lam: float


def lipatov_a(N: float) -> float:
    """a = 3 / (N + 8): coefficients of epsilon**k of O(N) exponents grow as k! (-a)**k k**const.

    Parameters
    ----------
    N : float
        Components of the field, at least -2.

    Raises
    ------
    ValueError
        If N is below -2 or not finite.

    References
    ----------
    L. N. Lipatov, Sov. Phys. JETP 45, 216 (1977); E. Brezin, J. C. Le Guillou and J. Zinn-Justin,
    Phys. Rev. D 15, 1544 (1977), doi:10.1103/PhysRevD.15.1544.

    Examples
    --------
    >>> lipatov_a(1) == 1 / 3
    True
    """
    N = _checks.finite("N", N)
    if N < -2:
        raise ValueError(f"N must be at least -2, got {N:g}")
    return 3 / (N + 8)


def conformal_sums(
    coefficients: ArrayLike, a: float, *, b: float, lam: float, epsilon: float = 1.0
) -> NDArray[np.float64]:
    """Borel sums of all orders of a series at epsilon, with the conformal map; shape (order + 1,).

    Parameters
    ----------
    coefficients : array, shape (order + 1,)
        c_k of sum_k c_k epsilon**k.
    a : float
        The coefficients grow as k! (-a)**k; positive. For the O(N) model `lipatov_a(N)`.
    b, lam : float
        Parameters of the transform, see `rgcourse.resummation.conformal`; -0.5 <= b <= 60 and
        |lam| <= 20.
    epsilon : float
        From 0 to 3; d = 4 - epsilon.

    Raises
    ------
    ValueError
        If a number is not finite or out of range; in particular for epsilon < 0, which is d > 4.

    References
    ----------
    J. C. Le Guillou and J. Zinn-Justin, Phys. Rev. B 21, 3976 (1980),
    doi:10.1103/PhysRevB.21.3976.

    Examples
    --------
    sum_k k! (-x)**k at x = 1 is e E_1(1) = 0.596347; its eighth order is 35961:

    >>> from math import factorial
    >>> c = [(-1)**k * factorial(k) for k in range(9)]
    >>> conformal_sums(c, 1, b=0, lam=-1)[-1].round(4)
    np.float64(0.5964)
    """
    c, a, epsilon = _series(coefficients), _growth(a), _epsilon(epsilon)
    b, lam = _checks.finite("b", b), _checks.finite("lam", lam)
    if not -0.5 <= b <= 60:
        raise ValueError(f"b must lie between -0.5 and 60, got {b:g}")
    if abs(lam) > 20:
        raise ValueError(f"lam must lie between -20 and 20, got {lam:g}")
    if epsilon == 0:
        return np.full(c.size, c[0])  # of every order
    powers = epsilon ** np.arange(c.size)
    return _finite(sums_of_all_orders(c * powers, c.size - 1, a * epsilon, b, lam))


def resum(coefficients: ArrayLike, a: float, *, epsilon: float = 1.0) -> Resummed:
    """The `Resummed` value of a series at epsilon: estimate with error, and where it was read off.

    The rule is that of `borel_resum`. A common power of epsilon is taken out first.

    Parameters
    ----------
    coefficients : array, shape (order + 1,)
        c_k of sum_k c_k epsilon**k, at least three from the first that is not zero.
    a : float
        The coefficients grow as k! (-a)**k; positive.
    epsilon : float
        From 0 to 3; d = 4 - epsilon.

    Raises
    ------
    ValueError
        If a number is not finite or out of range, or there are too few coefficients.

    References
    ----------
    M. V. Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017), arXiv:1705.06483.

    Examples
    --------
    >>> from math import factorial
    >>> found = resum([(-1)**k * factorial(k) for k in range(7)], 1)
    >>> abs(found.estimate.value - 0.596347) < found.estimate.error < 1e-3
    True
    """
    c, a, epsilon = _series(coefficients), _growth(a), _epsilon(epsilon)
    if epsilon == 0:
        return Resummed(Estimate(c[0], 0.0), np.nan, np.nan)
    power = np.argmax(c != 0)  # the first that is not zero; 0 where all are
    c = c[power:]
    if c.size < MIN_COEFFICIENTS:
        raise ValueError(
            f"the error rule compares three orders: got {c.size} coefficients from the first that "
            f"is not zero on, expected at least {MIN_COEFFICIENTS}"
        )
    if not c.any():
        return Resummed(Estimate(0.0, 0.0), np.nan, np.nan)
    powers = epsilon ** np.arange(c.size)
    value, error, b, lam = _finite(resummed(c * powers, c.size - 1, a * epsilon))
    return Resummed(Estimate(value, error) * epsilon**power, float(b), float(lam))


def borel_resum(coefficients: ArrayLike, N: float, *, epsilon: float = 1.0) -> Estimate:
    """The value of an exponent of the O(N) model at d = 4 - epsilon, as an `Estimate`.

    The Borel sum with a conformal map, a = 3 / (N + 8). Its error is what the last two orders
    change, plus what b within +- 2 and lam within +- 0.5 change; b and lam are those where this is
    least. It is no standard deviation, and no theorem says how often it is exceeded.

    Parameters
    ----------
    coefficients : array, shape (order + 1,)
        Coefficients of epsilon**0 ... epsilon**order, as from `rgcourse.epsilon_expansion`.
    N : float
        Components of the field, at least -2.
    epsilon : float
        4 - d, from 0 to 3. Above d = 4 exponents are those of the Gaussian point, and this raises.

    Returns
    -------
    Estimate
        Dimensionless.

    Raises
    ------
    ValueError
        If N is below -2, epsilon out of range, a coefficient not finite, or there are fewer than
        three coefficients from the first that is not zero on.

    References
    ----------
    J. C. Le Guillou and J. Zinn-Justin, Phys. Rev. B 21, 3976 (1980),
    doi:10.1103/PhysRevB.21.3976; M. V. Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017),
    arXiv:1705.06483.

    Examples
    --------
    1/nu of the Ising model from its five-loop series:

    >>> print(borel_resum([2, -1/3, -0.1172840, 0.1245274, -0.3068495, 0.9512403], 1))
    1.5917 ± 0.0044
    """
    return resum(coefficients, lipatov_a(N), epsilon=epsilon).estimate


def _series(coefficients):
    try:
        coefficients = np.asarray(coefficients, dtype=float)  # numbers of SymPy too
    except (TypeError, ValueError):
        pass
    c = _checks.finite_array("coefficients", coefficients)
    if c.ndim != 1 or c.size == 0:
        raise ValueError(f"coefficients must be a one-dimensional list, got shape {c.shape}")
    return c


def _finite(result):
    if not np.all(np.isfinite(result)):
        raise ValueError("the sums overflow: scale the coefficients, or epsilon, to sizes near 1")
    return result


def _growth(a):
    a = _checks.finite("a", a)
    if a <= 0:
        raise ValueError(f"a must be positive, got {a:g}: the signs of the series must alternate")
    return max(a, SMALLEST_A)


def _epsilon(epsilon):
    epsilon = _checks.finite("epsilon", epsilon)
    if epsilon < 0:
        raise ValueError(
            f"epsilon must not be negative, got {epsilon:g}: in d = {4 - epsilon:g} > 4 the "
            f"exponents are those of the Gaussian point, eta = 0, nu = 1/2"
        )
    if epsilon > MAX_EPSILON:
        raise ValueError(f"epsilon must be at most {MAX_EPSILON:g} (d = 1), got {epsilon:g}")
    return epsilon
