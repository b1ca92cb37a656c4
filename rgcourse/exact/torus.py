"""The Ising model on the finite L x L torus: Kaufman's partition function and its derivatives."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .onsager import _as_given

__all__ = ["Kaufman", "kaufman"]


class Kaufman(NamedTuple):
    """ln Z, energy and specific heat per site of a finite torus."""

    log_z: float | NDArray[np.float64]
    energy: float | NDArray[np.float64]
    specific_heat: float | NDArray[np.float64]


def kaufman(L: int, K: ArrayLike) -> Kaufman:
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
