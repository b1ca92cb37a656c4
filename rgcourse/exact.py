"""Exact results for the Ising model on the square and cubic lattice.

The infinite square lattice (Onsager, Yang), the finite torus (Kaufman), and small lattices summed
state by state (from `enumeration`). Weight `exp(K sum_nn s s')`; everything per site.
"""

from typing import NamedTuple

import numpy as np

from . import _checks
from .enumeration import Enumeration, enumerate_ising

__all__ = ["CRITICAL_K", "CRITICAL_T", "Enumeration", "Kaufman", "enumerate_ising", "kaufman"]
__all__ += ["onsager_energy", "onsager_log_z", "onsager_specific_heat", "spontaneous_magnetization"]

CRITICAL_K = 0.44068679350977151  # ln(1 + sqrt 2) / 2, rounded to a double ...
CRITICAL_K_REST = -1.1252729464129330e-17  # ... and what the rounding left out
CRITICAL_T = 1 / CRITICAL_K
AT_CRITICAL_K = 2.0**-53  # closer than two units in the last place of K_c counts as K_c


# --- The infinite square lattice ---------------------------------------------------------------


def onsager_log_z(K):
    """ln Z per site of the infinite square lattice, float or array like `K`.

    With S = sinh 2K and A = cosh(2K)**2 - S cos q,

        ln z = ln(2) / 2 + integral_0^pi dq / (2 pi) ln(A + sqrt(A**2 - S**2)).

    Even in K: turning every second spin over maps K to -K.

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


def onsager_energy(K):
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
    mean, _, climb = _arithmetic_geometric_mean(np.abs(modulus), gap)
    with np.errstate(divide="ignore", invalid="ignore"):
        # above T_c 1 + k'/agm = (agm - |k'|) / agm, summed without cancellation
        bracket = np.where(modulus < 0, climb / mean, 1 + modulus / mean)
        energy = -np.sign(K) * bracket / tanh
    return _as_given(np.where(np.abs(K) < 1e-9, 0.0 - 2 * K, energy))


def onsager_specific_heat(K):
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


def spontaneous_magnetization(K):
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


def _as_given(array):
    """A float for a single number, the array otherwise."""
    return array[()] if array.ndim else float(array)


def _elliptic(K):
    """tanh 2K, Onsager's k' = 2 tanh(2K)**2 - 1 and 1 - |k'|, each to full relative precision."""
    x = np.exp(-4 * K)
    critical_x = 3 - 2 * np.sqrt(2)
    from_critical = (K - CRITICAL_K) - CRITICAL_K_REST
    from_critical = np.where(np.abs(K - CRITICAL_K) <= AT_CRITICAL_K, 0.0, from_critical)
    tanh = -np.expm1(-4 * K) / (1 + x)
    # k' = (1 - 6 x + x**2) / (1 + x)**2, whose root critical_x is factored out
    modulus = critical_x * np.expm1(-4 * from_critical) * (x - 1 / critical_x) / (1 + x) ** 2
    gap = np.where(modulus < 0, 2 * tanh**2, 8 * x / (1 + x) ** 2)
    return tanh, modulus, gap


def _arithmetic_geometric_mean(b, gap):
    """agm(1, b), the half differences (a_n - b_n) / 2, and agm - b; `gap` is 1 - b.

    The difference is carried along, because 1 - b would lose digits when b is near 1.
    """
    a, half_differences, climb = np.ones_like(b), [], np.zeros_like(b)
    for _ in range(11):  # enough for b = 1e-17; each step doubles the number of digits
        half_differences.append(gap / 2)
        root_sum = np.sqrt(a) + np.sqrt(b)
        climb = climb + np.sqrt(b) * gap / root_sum
        a, b, gap = (a + b) / 2, np.sqrt(a * b), gap**2 / (2 * root_sum**2)
        gap = np.where(b < a / 2, a - b, gap)
    return a, half_differences, climb


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


# --- The L x L torus ----------------------------------------------------------------------------


class Kaufman(NamedTuple):
    """ln Z, energy and specific heat per site of a finite torus."""

    log_z: float | np.ndarray
    energy: float | np.ndarray
    specific_heat: float | np.ndarray


def kaufman(L, K):
    """Exact `Kaufman(log_z, energy, specific_heat)` per site of the L x L torus.

    Kaufman's sum of four products over L fermion modes,

        Z = (2 sinh 2K)**(N/2) / 2 [prod_odd 2 cosh(L g/2) + prod_odd 2 sinh(L g/2)
                                  + prod_even 2 cosh(L g/2) + prod_even 2 sinh(L g/2)],
        cosh g(q) = cosh 2K coth 2K - cos q,    q = l pi / L,    0 <= l < 2 L odd or even,

    taken in the logarithm, with its first two derivatives carried along exactly.
    On L = 2 every bond is double, because the lattice wraps onto itself.

    Parameters
    ----------
    L : int
        Edge length, at least 2.
    K : float or array of float
        Coupling J / T, not negative.

    Raises
    ------
    ValueError
        If L < 2, or a K is negative or not finite.

    References
    ----------
    B. Kaufman, Phys. Rev. 76, 1232 (1949), doi:10.1103/PhysRev.76.1232;
    A. E. Ferdinand and M. E. Fisher, Phys. Rev. 185, 832 (1969), doi:10.1103/PhysRev.185.832.

    Examples
    --------
    At low temperature two ground states remain, ln Z / N = 2 K + ln(2) / N:

    >>> round(kaufman(10, 20.0).log_z, 12)
    40.006931471806
    """
    L = _checks.integer("L", L, minimum=2)
    K = _checks.finite_array("K", K)
    if np.any(K < 0):
        raise ValueError(
            f"K must not be negative, got {K[K < 0].flat[0]}; for even L the torus at -K has the "
            f"same log_z and specific heat, and the opposite energy"
        )
    rows = np.array([_kaufman(L, coupling) for coupling in K.flat]).reshape(*K.shape, 3)
    return Kaufman(*(_as_given(rows[..., i]) for i in range(3)))


def _kaufman(L, K):
    """(log_z, energy, specific_heat) at one coupling."""
    N = L * L
    if K < 1e-16:  # free spins; the two bonds between neighbours on L = 2 act as one of 2 K
        bonds = 2 if L == 2 else 1
        return np.log(2), -2 * bonds * K, 2 * bonds * K**2
    if K > 3:  # ground states, flips of energy 8 K and 12 K: exact here, without cancellation
        flips = {2: 3 / 2}.get(L, 1) * np.exp(-8 * K)
        pairs = {2: 0, 3: 8 / 3}.get(L, 2) * np.exp(-12 * K)  # L = 3: also a row that wraps
        specific_heat = K * (K * (64 * flips + 144 * pairs))
        return 2 * K + np.log(2) / N + flips + pairs, -2 + 8 * flips + 12 * pairs, specific_heat
    odd = _sector(L, K, np.arange(1, 2 * L, 2) * np.pi / L)
    even = _sector(L, K, np.arange(2, 2 * L, 2) * np.pi / L, zero_mode=True)
    top, slope = max(odd[0][0], even[0][0]), odd[0][1]
    total = np.zeros(3)  # Z and its derivatives, exp(top + slope * K) taken out
    for (w, w1, w2), (f, f1, f2) in (odd, even):
        w1 = w1 - slope  # slopes are of order N, their difference of order L: no N**2 to cancel
        total += np.exp(w - top) * np.array([f, f1 + w1 * f, f2 + 2 * w1 * f1 + (w1**2 + w2) * f])
    drift, curvature = total[1] / total[0], total[2] / total[0]
    log_z = (top + np.log(total[0] / 2)) / N + np.log(2) / 2
    return log_z, -(slope + drift) / N, K**2 * (curvature - drift**2) / N


def _sector(L, K, q, *, zero_mode=False):
    """One half of Kaufman's sum, prod 2 cosh(L g/2) [1 + prod tanh(L g/2)], as exp(w) F.

    Returns (w, w', w'') and (F, F', F''), derivatives by K. The factor S**(L/2) of each mode is
    kept with its cosh as exp(L rise / 2), rise = g + ln S, which stays finite at K = 0.
    """
    S, dS, ddS = np.sinh(2 * K), 2 * np.cosh(2 * K), 4 * np.sinh(2 * K)
    log_S = _log((S, dS, ddS))
    wave = 2 * np.sin(q / 2) ** 2
    # cosh g = A / S; A - S = (S - 1)**2 + S wave loses no digits at K_c, A**2 - S**2 would
    minus = (
        (S - 1) ** 2 + S * wave,
        dS * (2 * S - 2 + wave),
        ddS * (2 * S - 2 + wave) + 2 * dS**2,
    )
    plus = 1 + S**2 + S * wave, dS * (2 * S + wave), ddS * (2 * S + wave) + 2 * dS**2
    root = _root_of_product(minus, plus)
    rise = _log(tuple((m + p) / 2 + r for m, p, r in zip(minus, plus, root, strict=True)))
    gap = 2 * np.arcsinh(np.sqrt(minus[0] / (2 * S))), rise[1] - log_S[1], rise[2] - log_S[2]
    product, product1, product2 = _log_tanh_product(L, gap)
    w = _cosh_product(L, rise, gap)
    F = np.exp(product)
    if not zero_mode:
        return w, (1 + F, product1 * F, (product2 + product1**2) * F)

    # q = 0: g = 2 K + ln tanh K changes sign at K_c; the cosh takes |g|, the tanh its sign
    gap = 2 * K + np.log(np.tanh(K)), 2 + 2 / S, -2 * dS / S**2
    if gap[0] >= 0:
        rise = np.log(2) + 2 * np.log(np.sinh(K)) + 2 * K, 2 + 2 / np.tanh(K), -2 / np.sinh(K) ** 2
    else:
        rise = np.log(2) + 2 * np.log(np.cosh(K)) - 2 * K, -2 + 2 * np.tanh(K), 2 / np.cosh(K) ** 2
    size = tuple(np.copysign(1, gap[0]) * g for g in gap)
    w = tuple(a + b for a, b in zip(w, _cosh_product(L, rise, size), strict=True))
    decay = np.exp(-L * size[0])
    tanh, slope = np.tanh(L * gap[0] / 2), 2 * L * decay / (1 + decay) ** 2
    tanh1 = slope * gap[1]
    tanh2 = slope * gap[2] - L * tanh * slope * gap[1] ** 2
    F1 = tanh1 + tanh * product1
    F2 = tanh2 + 2 * tanh1 * product1 + tanh * (product2 + product1**2)
    return w, (1 + tanh * F, F1 * F, F2 * F)


# Below, a function of K is (f, f', f''): its value and two derivatives.


def _log(f):
    return np.log(f[0]), f[1] / f[0], f[2] / f[0] - (f[1] / f[0]) ** 2


def _root_of_product(f, g):
    root = np.sqrt(f[0] * g[0])
    root1 = (f[1] * g[0] + f[0] * g[1]) / (2 * root)
    root2 = ((f[2] * g[0] + 2 * f[1] * g[1] + f[0] * g[2]) / 2 - root1**2) / root
    return root, root1, root2


def _log_one_plus_decay(L, gap, sign):
    """ln(1 + sign exp(-L gap))."""
    decay = np.exp(-L * gap[0])
    decay1, decay2 = -L * gap[1] * decay, (L**2 * gap[1] ** 2 - L * gap[2]) * decay
    slope = sign * decay1 / (1 + sign * decay)
    return np.log1p(sign * decay), slope, sign * decay2 / (1 + sign * decay) - slope**2


def _cosh_product(L, rise, gap):
    """ln prod S**(L/2) 2 cosh(L gap / 2)."""
    decay = _log_one_plus_decay(L, gap, 1)
    return tuple(np.sum(L / 2 * r + d) for r, d in zip(rise, decay, strict=True))


def _log_tanh_product(L, gap):
    """ln prod tanh(L gap / 2)."""
    up, down = _log_one_plus_decay(L, gap, -1), _log_one_plus_decay(L, gap, 1)
    return tuple(np.sum(u - d) for u, d in zip(up, down, strict=True))
