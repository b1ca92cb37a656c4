"""The Ising model on the infinite square lattice: the formulas of Onsager and of Yang.

Weight `exp(K sum_nn s s')`; everything per site.
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = [
    "CRITICAL_K",
    "CRITICAL_K_REST",
    "CRITICAL_T",
    "inverse_correlation_length",
    "onsager_energy",
    "onsager_log_z",
    "onsager_specific_heat",
    "spontaneous_magnetization",
]

CRITICAL_K = 0.44068679350977151  # ln(1 + sqrt 2) / 2, rounded to a double ...
CRITICAL_K_REST = -1.1252729464129330e-17  # ... and what the rounding left out
CRITICAL_T = 1 / CRITICAL_K
CRITICAL_K_TOL = 2.0**-53  # closer than two units in the last place of K_c counts as K_c


def onsager_log_z(K: ArrayLike) -> float | NDArray[np.float64]:
    """ln Z per site of the infinite square lattice, float or array like `K`.

    With S = sinh 2K and A = cosh(2K)**2 - S cos q,

        ln z = ln(2) / 2 + integral_0^pi dq / (2 pi) ln(A + sqrt(A**2 - S**2)).

    Even in K: flipping every second spin maps K to -K.

    Parameters
    ----------
    K : float or array of float
        Coupling J / T.

    Raises
    ------
    ValueError
        If a K is not a finite real number.

    References
    ----------
    L. Onsager, Phys. Rev. 65, 117 (1944), doi:10.1103/PhysRev.65.117.

    Examples
    --------
    Free spins have two states each, so ln z = ln 2.

    >>> round(onsager_log_z(0.0), 12)
    0.69314718056
    """
    K = _checks.finite_array("K", K)
    y = np.exp(-2 * np.abs(K))[..., None]  # all of the integrand times y**2: no overflow
    S = y * (1 - y**2) / 2
    distance = ((1 - y**2) / 2 - y) ** 2  # (S - 1)**2
    wave = 2 * S * np.sin(MOMENTA / 2) ** 2
    A = ((1 + y**2) / 2) ** 2 - S * np.cos(MOMENTA)
    root = np.sqrt((distance + wave) * (distance + 2 * S + wave))
    integral = np.sum(np.log(A + root) * MOMENTUM_WEIGHTS, axis=-1)
    return _as_given(2 * np.abs(K) + np.log(2) / 2 + integral / (2 * np.pi))


def onsager_energy(K: ArrayLike) -> float | NDArray[np.float64]:
    """Energy -<sum_nn s s'> / N of the infinite square lattice, float or array like `K`.

        u = -coth(2K) [1 + k' / agm(1, |k'|)],    k' = 2 tanh(2K)**2 - 1

    with the arithmetic-geometric mean of Gauss; this is Onsager's elliptic integral. Odd in K.

    Parameters
    ----------
    K : float or array of float
        Coupling J / T.

    Raises
    ------
    ValueError
        If a K is not a finite real number.

    References
    ----------
    L. Onsager, Phys. Rev. 65, 117 (1944), doi:10.1103/PhysRev.65.117.

    Examples
    --------
    At the critical point the energy is -sqrt(2); at T = 0 both bonds of a site are satisfied.

    >>> round(onsager_energy(CRITICAL_K), 12), onsager_energy(100.0)
    (-1.414213562373, -2.0)
    """
    K = _checks.finite_array("K", K)
    tanh, modulus, gap = _elliptic(np.abs(K))
    mean, _, excess = _arithmetic_geometric_mean(np.abs(modulus), gap)
    with np.errstate(divide="ignore", invalid="ignore"):
        # above T_c 1 + k'/agm = (agm - |k'|) / agm, summed without cancellation
        bracket = np.where(modulus < 0, excess / mean, 1 + modulus / mean)
        energy = -np.sign(K) * bracket / tanh
    return _as_given(np.where(np.abs(K) < 1e-9, 0.0 - 2 * K, energy))


def onsager_specific_heat(K: ArrayLike) -> float | NDArray[np.float64]:
    """Specific heat K**2 d2(ln z)/dK2 of the infinite square lattice, float or array like `K`.

        c = (K coth 2K)**2 / M [(1 - k')(1 - M) + sum_n 2**n c_n**2],    M = agm(1, |k'|)

    where c_n, n >= 1, are the half differences of the arithmetic-geometric mean: Onsager's
    elliptic integrals as a sum of positive terms, exact to rounding at any temperature.
    Infinite at K_c (and within rounding of it). Even in K.

    Parameters
    ----------
    K : float or array of float
        Coupling J / T.

    Raises
    ------
    ValueError
        If a K is not a finite real number.

    References
    ----------
    L. Onsager, Phys. Rev. 65, 117 (1944), doi:10.1103/PhysRev.65.117.

    Examples
    --------
    Each site has two bonds of variance 1 when spins are free: c = 2 K**2 for small K.

    >>> round(onsager_specific_heat(0.001) / 0.001**2, 4)
    2.0
    """
    K = _checks.finite_array("K", K)
    tanh, modulus, gap = _elliptic(np.abs(K))
    mean, half_differences, _ = _arithmetic_geometric_mean(np.abs(modulus), gap)
    one_minus_mean = sum(half_differences)
    squares = sum(2.0**n * c**2 for n, c in enumerate(half_differences, start=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(K == 0, 0.5, K / tanh)
        heat = scale * (scale * ((1 - modulus) * one_minus_mean + squares) / mean)
    return _as_given(np.where(modulus == 0, np.inf, heat))


def spontaneous_magnetization(K: ArrayLike) -> float | NDArray[np.float64]:
    """Spontaneous magnetization of the infinite square lattice, float or array like `K`.

        m = (1 - sinh(2K)**-4)**(1/8) for K > K_c, otherwise 0.

    Parameters
    ----------
    K : float or array of float
        Coupling J / T. At K < 0 the uniform magnetization, which is 0.

    Raises
    ------
    ValueError
        If a K is not a finite real number.

    References
    ----------
    C. N. Yang, Phys. Rev. 85, 808 (1952), doi:10.1103/PhysRev.85.808.

    Examples
    --------
    >>> spontaneous_magnetization([0.2, CRITICAL_K, 100.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    K = _checks.finite_array("K", K)
    tanh, modulus, _ = _elliptic(np.abs(K))
    ordered = (K > 0) & (modulus > 0)
    # 1 - sinh**-4 = k' / tanh**4, and k' is known exactly near K_c
    magnetization = np.where(ordered, modulus, 0.0) ** 0.125 / np.sqrt(np.where(ordered, tanh, 1))
    return _as_given(magnetization)


@register_jitable
def interface_tension(K):
    """2 K + ln tanh K at one K > 0, in units of the temperature and per lattice spacing.

    In the ordered phase the tension of an interface along an axis, half the inverse correlation
    length; in the disordered phase negative, minus the inverse correlation length; zero at K_c.
    """
    boltzmann = math.exp(-2.0 * K)
    return 2.0 * K + math.log((1.0 - boltzmann) / (1.0 + boltzmann))


def inverse_correlation_length(K: ArrayLike) -> float | NDArray[np.float64]:
    """1 / xi along an axis of the infinite square lattice, in inverse lattice spacings.

        1 / xi = -(2K + ln tanh K)  for K <= K_c,    2 (2K + ln tanh K)  for K >= K_c

    float or array like `K`. xi is the distance over which <s s'> - <s><s'> falls by e, far away;
    0 at K_c, to full relative precision near it, and infinite at K = 0. Even in K.

    Parameters
    ----------
    K : float or array of float
        Coupling J / T. At K < 0 correlations alternate in sign and decay as at -K.

    Raises
    ------
    ValueError
        If a K is not a finite real number.

    References
    ----------
    L. Onsager, Phys. Rev. 65, 117 (1944), doi:10.1103/PhysRev.65.117; M. E. Fisher and
    R. J. Burford, Phys. Rev. 156, 583 (1967), doi:10.1103/PhysRev.156.583.

    Examples
    --------
    Close to K_c, 1 / xi = 4 |K - K_c| in the disordered phase and twice as much in the ordered one.

    >>> offset = np.array([-1e-6, 0.0, 1e-6])
    >>> (inverse_correlation_length(CRITICAL_K + offset) / 4e-6).round(4).tolist()
    [1.0, 0.0, 2.0]
    """
    K = np.abs(_checks.finite_array("K", K))
    near = np.clip(K, CRITICAL_K - 0.2, CRITICAL_K + 0.2)  # both sides of the choice are computed
    # sinh 2K - 1 without cancellation, then sinh(2K + ln tanh K) = cosh 2K (1 - 1 / sinh 2K)
    above = 2 * np.cosh(near + CRITICAL_K) * np.sinh(_from_critical(near))
    tension = np.arcsinh(above / np.tanh(2 * near))
    with np.errstate(divide="ignore"):
        tension = np.where(near == K, tension, 2 * K + np.log(np.tanh(K)))
    return _as_given(np.where(tension > 0, 2 * tension, np.abs(tension)))


def _as_given(array):
    """A float for a single number, the array otherwise."""
    return array[()] if array.ndim else float(array)


def _from_critical(K):
    """K - K_c to full relative precision, 0 within rounding of K_c."""
    distance = (K - CRITICAL_K) - CRITICAL_K_REST
    return np.where(np.abs(K - CRITICAL_K) <= CRITICAL_K_TOL, 0.0, distance)


def _elliptic(K):
    """tanh 2K, Onsager's k' = 2 tanh(2K)**2 - 1 and 1 - |k'|, each to full relative precision."""
    x = np.exp(-4 * K)
    critical_x = 3 - 2 * np.sqrt(2)
    tanh = -np.expm1(-4 * K) / (1 + x)
    # k' = (1 - 6 x + x**2) / (1 + x)**2, whose root critical_x is factored out
    modulus = critical_x * np.expm1(-4 * _from_critical(K)) * (x - 1 / critical_x) / (1 + x) ** 2
    gap = np.where(modulus < 0, 2 * tanh**2, 8 * x / (1 + x) ** 2)
    return tanh, modulus, gap


def _arithmetic_geometric_mean(b, gap):
    """agm(1, b), the half differences (a_n - b_n) / 2, and agm - b; `gap` is 1 - b.

    The difference is carried along, because 1 - b would lose digits when b is near 1.
    """
    a, half_differences, excess = np.ones_like(b), [], np.zeros_like(b)
    for _ in range(11):  # enough for b = 1e-17; each step doubles the number of digits
        half_differences.append(gap / 2)
        root_sum = np.sqrt(a) + np.sqrt(b)
        excess = excess + np.sqrt(b) * gap / root_sum
        a, b, gap = (a + b) / 2, np.sqrt(a * b), gap**2 / (2 * root_sum**2)
        gap = np.where(b < a / 2, a - b, gap)
    return a, half_differences, excess


def _momentum_grid(n_panels=32, n_nodes=12):
    """Gauss-Legendre nodes and weights on [0, pi], in panels that halve towards q = 0.

    At K_c the integrand of ln z has a kink at q = 0 and is analytic elsewhere; seen from a panel
    the kink is always equally far away, so that twelve nodes each give full precision.
    """
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    edges = np.pi * np.append(0.5 ** np.arange(n_panels), 0.0)
    half = (edges[:-1] - edges[1:])[:, None] / 2
    middle = (edges[:-1] + edges[1:])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


MOMENTA, MOMENTUM_WEIGHTS = _momentum_grid()
