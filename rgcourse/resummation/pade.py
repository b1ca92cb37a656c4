"""Pade approximants of a series and of its Borel transform.

The [m/n] approximant of sum_k c_k x**k is the quotient of a polynomial of degree m by one of degree
n whose own series agrees with the first m + n + 1 coefficients. Its weakness is its poles: one
between 0 and x makes the value at x meaningless, and such a value is never returned.

References
----------
G. A. Baker, B. G. Nickel, M. S. Green and D. I. Meiron, Phys. Rev. Lett. 36, 1351 (1976),
doi:10.1103/PhysRevLett.36.1351.
"""

from typing import Any

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import ArrayLike, NDArray
from scipy.special import gamma, roots_genlaguerre

from .. import _checks

__all__ = ["PadePole", "borel_pade_sum", "pade", "pade_sum", "pade_table"]

N_NODES = 60
REAL_ROOT_TOL = 1e-4  # rounding splits a double root of the denominator, and more so a triple one


class PadePole(RuntimeError):
    """A Pade approximant with poles where it is to be evaluated; `.poles` says where they are."""

    def __init__(self, message: str, poles: NDArray[np.float64]) -> None:
        super().__init__(message)
        self.poles = poles

    def __reduce__(self) -> tuple[Any, ...]:  # pickle would call with the message alone
        return type(self), (*self.args, self.poles), self.__dict__


def pade(
    coefficients: ArrayLike, m: int, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(p, q), the coefficients of numerator and denominator of the [m/n] approximant; q[0] = 1.

    Parameters
    ----------
    coefficients : array
        At least m + n + 1 numbers c_k; those beyond are not used.
    m, n : int
        Degrees of numerator and denominator, at least 0.

    Returns
    -------
    p, q : arrays, shapes (m + 1,) and (n + 1,)

    Raises
    ------
    ValueError
        If there are too few coefficients, or the approximant does not exist.

    Examples
    --------
    1 + x + x**2 + ... is 1 / (1 - x):

    >>> p, q = pade([1, 1, 1], 0, 1)
    >>> p.tolist(), q.tolist()
    ([1.0], [1.0, -1.0])
    """
    c = _checks.finite_array("coefficients", coefficients)
    m, n = _checks.integer("m", m, minimum=0), _checks.integer("n", n, minimum=0)
    if c.ndim != 1 or c.size < m + n + 1:
        raise ValueError(
            f"[{m}/{n}] needs m + n + 1 = {m + n + 1} coefficients, got shape {c.shape}; "
            f"take smaller degrees"
        )
    k = np.arange(m + n + 1)
    c = c[: m + n + 1]
    unit = np.max(np.abs(c[1:]) ** (1 / k[1:]), initial=0) or 1.0  # of 1 / x: then c is of order 1
    c = c / unit**k
    padded = np.concatenate([np.zeros(n), c])  # padded[n + k] = c_k, and zero before
    matrix = np.array([[padded[n + m + i - j] for j in range(1, n + 1)] for i in range(1, n + 1)])
    if n and np.linalg.cond(matrix) > 1e13:
        raise ValueError(f"the [{m}/{n}] approximant of this series does not exist; try another")
    q = np.concatenate([[1.0], np.linalg.solve(matrix, -c[m + 1 :]) if n else []])
    p = np.convolve(c, q)[: m + 1]
    return p * unit ** k[: m + 1], q * unit ** k[: n + 1]


def pade_sum(coefficients: ArrayLike, m: int, n: int, *, epsilon: float = 1.0) -> float:
    """The value of the [m/n] approximant of a series at epsilon.

    Parameters
    ----------
    coefficients, m, n
        As for `pade`.
    epsilon : float
        Positive.

    Raises
    ------
    PadePole
        If the denominator has a zero between 0 and epsilon.
    ValueError
        As `pade`, and for epsilon that is not positive.

    Examples
    --------
    >>> pade_sum([1, -1, 2, -6], 1, 2)
    0.5714285714285714
    """
    epsilon = _positive(epsilon)
    p, q = pade(coefficients, m, n)
    poles = _real_roots(q)
    _refuse(poles[(poles > 0) & (poles <= epsilon)], m, n, f"between 0 and epsilon = {epsilon:g}")
    return float(polynomial.polyval(epsilon, p) / polynomial.polyval(epsilon, q))


def pade_table(coefficients: ArrayLike, *, epsilon: float = 1.0) -> NDArray[np.float64]:
    """All [m/n] with m + n <= order, shape (order + 1, order + 1); nan where there is a pole.

    nan also marks approximants that do not exist, and m + n > order, which needs more coefficients.

    Parameters
    ----------
    coefficients : array, shape (order + 1,)
        c_k of sum_k c_k epsilon**k.
    epsilon : float
        Where the series is summed, positive.

    Raises
    ------
    ValueError
        If coefficients or epsilon are no finite numbers, or epsilon is not positive.

    Examples
    --------
    >>> pade_table([1, -1, 1]).tolist()
    [[1.0, 0.5, 0.5], [0.0, 0.5, nan], [1.0, nan, nan]]
    """
    c, epsilon = _checks.finite_array("coefficients", coefficients), _positive(epsilon)
    table = np.full((c.size, c.size), np.nan)
    for m in range(c.size):
        for n in range(c.size - m):
            try:
                table[m, n] = pade_sum(c, m, n, epsilon=epsilon)
            except (PadePole, ValueError):
                continue
    return table


def borel_pade_sum(
    coefficients: ArrayLike, m: int, n: int, *, b: float = 0.0, epsilon: float = 1.0
) -> float:
    """The Borel sum of a series at epsilon, with the [m/n] approximant of its transform.

    f = integral dt t**b exp(-t) / Gamma(b + 1) B(epsilon t), where B has the coefficients
    c_k Gamma(b + 1) / Gamma(k + b + 1).

    Parameters
    ----------
    coefficients, m, n
        As for `pade`.
    b : float
        Above -1.
    epsilon : float
        Positive.

    Raises
    ------
    PadePole
        If the denominator has a zero on the positive axis, all of which is integrated over.
    ValueError
        As `pade`, and for b or epsilon out of range.

    References
    ----------
    G. A. Baker, B. G. Nickel, M. S. Green and D. I. Meiron, Phys. Rev. Lett. 36, 1351 (1976),
    doi:10.1103/PhysRevLett.36.1351.

    Examples
    --------
    sum_k k! (-x)**k at x = 1 is e E_1(1) = 0.596347; the transform is 1 / (1 + y):

    >>> round(borel_pade_sum([1, -1, 2, -6], 0, 1), 6)
    0.596347
    """
    c, epsilon = _checks.finite_array("coefficients", coefficients), _positive(epsilon)
    b = _checks.finite("b", b)
    if b <= -1:
        raise ValueError(f"b must be above -1, got {b:g}")
    if c.ndim != 1:
        raise ValueError(f"coefficients must be a one-dimensional list, got shape {c.shape}")
    p, q = pade(c * gamma(b + 1) / gamma(np.arange(c.size) + b + 1), m, n)
    poles = _real_roots(q)
    _refuse(poles[poles > 0], m, n, "on the positive axis of the Borel transform")
    t, weight = roots_genlaguerre(N_NODES, b)
    B = polynomial.polyval(epsilon * t, p) / polynomial.polyval(epsilon * t, q)
    return float(weight @ B / weight.sum())


def _real_roots(q):
    roots = polynomial.polyroots(np.trim_zeros(q, "b"))
    return np.real(roots[np.abs(np.imag(roots)) < REAL_ROOT_TOL * (1 + np.abs(roots))])


def _refuse(poles, m, n, where):
    if poles.size:
        places = ", ".join(f"{pole:.4g}" for pole in np.sort(poles))
        raise PadePole(
            f"[{m}/{n}] has a pole {where}, at {places}: choose another degree, or pade_table, "
            f"which has nan there",
            np.sort(poles),
        )


def _positive(epsilon):
    epsilon = _checks.finite("epsilon", epsilon)
    if epsilon <= 0:
        raise ValueError(
            f"epsilon must be positive, got {epsilon:g}: above d = 4 exponents are Gaussian"
        )
    return epsilon
