"""The local-potential approximation: the flow of a whole potential, without a small parameter.

It keeps every power of the field, and of the terms with gradients only (grad phi)**2, unchanged:
eta = 0. With the optimized regulator, in units of the running scale k, with t = ln k
and rho = phi**2 / 2, the potential u(rho) of the O(N) model obeys

du/dt = -d u + (d - 2) rho u' + (N - 1) / (1 + u') + 1 / (1 + u' + 2 rho u'')

(a factor of the loop integral is absorbed in units of u and rho). We solve for the fixed point, and
linearize there, with u' = a_1 x + a_2 x**2 + ... in powers of x = rho - kappa around the minimum.

References
----------
D. F. Litim, Nucl. Phys. B 631, 128 (2002), doi:10.1016/S0550-3213(02)00186-4,
arXiv:hep-th/0203006.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _checks
from .flows import FixedPoint, NoFixedPoint

__all__ = ["local_potential_point", "local_potential_rates"]

MAX_TERMS = 20


def local_potential_point(N: float, *, d: float = 3.0, n_terms: int = 12) -> FixedPoint:
    """The `FixedPoint` of the local potential, for a zoom factor b = e.

    `.couplings` are kappa, a_1 ... a_n; `.exponents` are 1/nu first, then minus omega, and so on.

    Parameters
    ----------
    N : float
        Components of the field, at least 0.
    d : float
        Dimension, 3 <= d < 4.
    n_terms : int
        Powers of x kept in u', 2 to 20. At N = 1, d = 3, eight give four digits of nu, fourteen
        give seven.

    Raises
    ------
    NoFixedPoint
        If Newton's method does not converge.
    ValueError
        If N, d or n_terms is out of range. At d >= 4 only the Gaussian point is left; towards d = 2
        an expansion about the minimum no longer converges.

    References
    ----------
    D. F. Litim, Nucl. Phys. B 631, 128 (2002), doi:10.1016/S0550-3213(02)00186-4.

    Examples
    --------
    >>> point = local_potential_point(1)
    >>> (1 / point.exponents[0]).round(4)
    np.float64(0.6496)
    """
    N, d = _checks.finite("N", N), _checks.finite("d", d)
    n_terms = _checks.integer("n_terms", n_terms, minimum=2)
    if N < 0:
        raise ValueError(f"N must be at least 0, got {N:g}")
    if not 3 <= d < 4:
        raise ValueError(
            f"d must lie in 3 <= d < 4, got {d:g}: from 4 on only the Gaussian point is left, and "
            f"below 3 this expansion fails"
        )
    if n_terms > MAX_TERMS:
        raise ValueError(f"n_terms must be at most {MAX_TERMS}, got {n_terms}")
    point = np.array(_one_term(d, N))
    for _ in range(n_terms - 1):  # each truncation starts the next
        point = _newton(np.append(point, 0.0), d, N)
    matrix = _jacobian(point, d, N)
    y, directions = np.linalg.eig(-matrix)
    order = np.argsort(-y.real)
    return FixedPoint(point, np.exp(y[order]), directions[:, order], b=math.e)


def local_potential_rates(couplings: ArrayLike, *, d: float, N: float) -> NDArray[Any]:
    """d/dt of (kappa, a_1 ... a_n), t = ln k, complex where the couplings are.

    Parameters
    ----------
    couplings : array, shape (n + 1,)
        kappa, then the coefficients of u' in powers of rho - kappa; a_1 not zero.
    d, N : float
        Dimension of space and number of components.

    Raises
    ------
    ValueError
        If there are fewer than two couplings, or a_1 is zero: then there is no minimum.

    Examples
    --------
    From here the minimum kappa moves out and the curvature a_1 grows as k falls:

    >>> local_potential_rates(np.array([3.0, 1 / 18]), d=3.0, N=1).round(3).tolist()
    [-1.312, -0.032]
    """
    couplings = np.asarray(couplings)
    if couplings.ndim != 1 or couplings.size < 2 or couplings[1] == 0:
        raise ValueError(f"couplings must be (kappa, a_1, ...) with a_1 not zero, got {couplings}")
    kappa, a = couplings[0], couplings[1:]
    n = len(a)
    v = np.concatenate([[0], a])  # u', and its derivatives, in powers of x up to x**n
    v1 = np.concatenate([np.arange(1, n + 1) * a, [0]])
    v2 = np.concatenate([np.arange(1, n + 1) * v1[1:], [0]])

    def rho_times(p):
        return kappa * p + np.concatenate([[0], p[:-1]])

    one = np.eye(1, n + 1)[0]
    angular = _over_square(v1, one + v)
    radial = _over_square(3 * v1 + 2 * rho_times(v2), one + v + 2 * rho_times(v1))
    F = -2 * v + (d - 2) * rho_times(v1) - (N - 1) * angular - radial
    d_kappa = -F[0] / a[0]  # the minimum stays the minimum
    return np.concatenate([[d_kappa], F[1:] + d_kappa * v1[1:]])


def _one_term(d, N):
    """kappa and a_1 of the fixed point when u' has one term; y = 1 + 2 kappa a_1 by bisection."""

    def at(y):
        return ((N - 1) + 3 / y**2) / (d - 2), (4 - d) / (2 * (N - 1) + 18 / y**3)

    low, high = 1.0, 3.0 if N >= 1 else math.sqrt(3 / (1 - N))
    for _ in range(60):
        middle = (low + high) / 2
        kappa, a = at(middle)
        low, high = (middle, high) if 1 + 2 * kappa * a > middle else (low, middle)
    return at(low)


def _over_square(p, q):
    """p / q**2 as power series of the same length."""
    for _ in range(2):
        quotient = np.zeros_like(p, dtype=np.result_type(p, q))
        for k in range(len(p)):
            quotient[k] = (p[k] - quotient[:k] @ q[k:0:-1]) / q[0]
        p = quotient
    return p


def _jacobian(point, d, N):
    """Exact to rounding: a step of 1e-30 into the complex plane has no difference to cancel."""
    steps = 1e-30j * np.eye(len(point))
    columns = [local_potential_rates(point + h, d=d, N=N).imag / 1e-30 for h in steps]
    return np.array(columns).T


def _newton(point, d, N):
    for _ in range(30):
        step = np.linalg.solve(_jacobian(point, d, N), -local_potential_rates(point, d=d, N=N))
        point = point + step
        if np.all(np.abs(step) <= 1e-9 * np.abs(point) + 1e-15):  # Newton doubles the digits
            return point
    raise NoFixedPoint(
        f"no fixed potential found for N = {N:g}, d = {d:g} with {len(point) - 1} terms: Newton's "
        f"method got as far as {point}; change n_terms"
    )
