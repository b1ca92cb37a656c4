"""Running couplings: quarks and gluons, photons and electrons, vortices, and the one marginal law.

A coupling is marginal when its rate of change begins with its square. With l = ln(scale / start),

    dg / dl = b g**2,        1 / g(l) = 1 / g(0) - b l,

a straight line for 1 / g. It meets zero at one scale, which is all that is left of g(0): Lambda of
quantum chromodynamics, the Landau pole of electrodynamics, the Kondo temperature of a metal.

For the strong force t = ln Q**2 and, in the MS-bar scheme,

    d alpha / dt = -alpha**2 (b0 + b1 alpha + b2 alpha**2),

with b0, b1, b2 from N_c colours and N_f flavours of quarks.

References
----------
D. J. Gross and F. Wilczek, Phys. Rev. Lett. 30, 1343 (1973), doi:10.1103/PhysRevLett.30.1343.
O. V. Tarasov, A. A. Vladimirov and A. Yu. Zharkov, Phys. Lett. B 93, 429 (1980),
doi:10.1016/0370-2693(80)90358-5.
K. G. Chetyrkin, B. A. Kniehl and M. Steinhauser, Phys. Rev. Lett. 79, 2184 (1997),
doi:10.1103/PhysRevLett.79.2184.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from ._compile import compiled

__all__ = [
    "ALPHA_S_M_Z",
    "M_Z",
    "QUARK_MASSES",
    "VortexFlow",
    "alpha_s",
    "banks_zaks",
    "beta_coefficients",
    "pole_scale",
    "qed_inverse_alpha",
    "run_coupling",
    "vortex_flow",
]

M_Z = 91.1876  # GeV, mass of the Z boson
ALPHA_S_M_Z = 0.1180  # five flavours, MS-bar
QUARK_MASSES = (1.27, 4.18, 163.0)  # GeV: charm, bottom, top, each running mass at itself
MATCHING = 11.0 / 72.0  # second order, at Q = m(m), in units of (alpha / pi)**2
FINE_STRUCTURE = 137.035999  # 1 / alpha at rest
LEPTON_MASSES = (0.51099895e-3, 0.1056583755, 1.77686)  # GeV: electron, muon, tau

MAX_STEP = 0.25  # in ln Q**2
STRONGEST = 4.0  # coupling beyond which three terms of a series mean nothing


class VortexFlow(NamedTuple):
    """A flow of Kosterlitz and Thouless: l, stiffness x, fugacity y, arrays of equal length."""

    l: NDArray[np.float64]  # noqa: E741
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@register_jitable
def fill_coefficients(n_f, n_c, b):
    """Write b0, b1, b2 into `b`, for d alpha / d ln Q**2 = -alpha**2 (b0 + b1 alpha + ...)."""
    c_f = 0.5 * (n_c * n_c - 1.0) / n_c
    f = 0.5 * n_f  # trace of two generators on a quark, times flavours
    first = 11.0 / 3.0 * n_c - 4.0 / 3.0 * f
    second = 34.0 / 3.0 * n_c * n_c - (20.0 / 3.0 * n_c + 4.0 * c_f) * f
    third = (
        2857.0 / 54.0 * n_c * n_c * n_c
        + (2.0 * c_f * c_f - 205.0 / 9.0 * c_f * n_c - 1415.0 / 27.0 * n_c * n_c) * f
        + (44.0 / 9.0 * c_f + 158.0 / 27.0 * n_c) * f * f
    )
    unit = 0.07957747154594767  # 1 / (4 pi)
    b[0], b[1], b[2] = first * unit, second * unit * unit, third * unit * unit * unit


@register_jitable
def inverse_rate(x, b, loops):
    """dx / dt for x = 1 / alpha, t = ln Q**2: the rate of 1 / alpha is b0 to lowest order."""
    rate = b[0]
    if loops > 1:
        rate += b[1] / x
    if loops > 2:
        rate += b[2] / (x * x)
    return rate


@register_jitable
def run_inverse(x, t, b, loops, least, most):
    """x = 1 / alpha after t more of ln Q**2, t of either sign; 0 once x is not above `least`.

    Steps of Runge and Kutta, none longer than `most` or a twentieth of x.
    """
    gone = 0.0
    sign = 1.0 if t >= 0.0 else -1.0
    length = abs(t)
    while gone < length:
        k1 = inverse_rate(x, b, loops)
        step = most
        if abs(k1) * step > 0.05 * x:
            step = 0.05 * x / abs(k1)
        step = min(step, length - gone)
        move = sign * step
        k2 = inverse_rate(x + 0.5 * move * k1, b, loops)
        k3 = inverse_rate(x + 0.5 * move * k2, b, loops)
        k4 = inverse_rate(x + move * k3, b, loops)
        x += move * (k1 + 2.0 * (k2 + k3) + k4) / 6.0
        if not x > least:
            return 0.0
        gone += step
    return x


@register_jitable
def fixed_coupling(b):
    """alpha where b0 + b1 alpha = 0; 0 if no positive coupling is such."""
    return -b[0] / b[1] if b[0] * b[1] < 0.0 else 0.0


@register_jitable
def pole_distance(g, b):
    """ln(scale) from here to the pole of dg / d ln(scale) = b g**2; negative below."""
    return 1.0 / (b * g)


_run_inverse = compiled(run_inverse)
_fill_coefficients = compiled(fill_coefficients)


def beta_coefficients(n_f: float, n_c: float = 3) -> NDArray[np.float64]:
    """(b0, b1, b2) of d alpha / d ln Q**2 = -alpha**2 (b0 + b1 alpha + b2 alpha**2), MS-bar.

    For three colours b0 = (33 - 2 N_f) / (12 pi), b1 = (153 - 19 N_f) / (24 pi**2): gluons spread
    the charge, quarks screen it.

    Parameters
    ----------
    n_f : float
        Flavours of quarks, 0 or more; need not be whole.
    n_c : float
        Colours, more than 1.

    Returns
    -------
    array, shape (3,)

    Raises
    ------
    ValueError
        For numbers that are not finite, n_f < 0 or n_c <= 1.

    References
    ----------
    O. V. Tarasov, A. A. Vladimirov and A. Yu. Zharkov, Phys. Lett. B 93, 429 (1980),
    doi:10.1016/0370-2693(80)90358-5.

    Examples
    --------
    Freedom ends at 33 / 2 flavours:

    >>> abs(beta_coefficients(16.5)[0]) < 1e-15
    True
    """
    n_f, n_c = _checks.finite("n_f", n_f), _checks.finite("n_c", n_c)
    if not 0 <= n_f <= 1e6:
        raise ValueError(f"n_f must be a number of flavours from 0 to a million, got {n_f:g}")
    if not 1 < n_c <= 1e6:
        raise ValueError(f"n_c must be a number of colours above 1, at most a million: {n_c:g}")
    b = np.empty(3)
    _fill_coefficients(n_f, n_c, b)
    return b


def run_coupling(
    alpha: float,
    Q_from: float,
    Q_to: float,
    *,
    loops: int = 3,
    n_f: float = 5,
    n_c: float = 3,
) -> float:
    """The coupling at the scale Q_to that is `alpha` at Q_from, with N_f flavours all the way.

    Parameters
    ----------
    alpha : float
        Coupling at Q_from, above 0 and at most 4.
    Q_from, Q_to : float
        Scales in the same unit, positive, at most a factor of 1e300 apart.
    loops : int
        1, 2 or 3.
    n_f, n_c : float
        Flavours and colours, see `beta_coefficients`.

    Raises
    ------
    ValueError
        For arguments out of range, and where the coupling exceeds 4 on the way: there is a pole,
        and the series means nothing.

    References
    ----------
    D. J. Gross and F. Wilczek, Phys. Rev. Lett. 30, 1343 (1973), doi:10.1103/PhysRevLett.30.1343.

    Examples
    --------
    At one loop 1 / alpha is linear in ln Q:

    >>> there = run_coupling(0.1180, 91.1876, 1000.0, loops=1)
    >>> round(there, 6)
    0.087744
    """
    alpha = _checks.finite("alpha", alpha)
    if not 0 < alpha <= STRONGEST:
        raise ValueError(f"alpha must be above 0 and at most {STRONGEST:g}, got {alpha:g}")
    if alpha < 1e-12:
        raise ValueError(f"alpha must be at least 1e-12, got {alpha:g}; it would not run at all")
    Q_from, Q_to = _positive("Q_from", Q_from), _positive("Q_to", Q_to)
    loops = _loops(loops)
    t = 2 * (math.log(Q_to) - math.log(Q_from))
    if abs(t) > 2 * math.log(1e300):
        raise ValueError(
            f"Q_from and Q_to must be at most a factor 1e300 apart, got {Q_from:g} and {Q_to:g}"
        )
    b = beta_coefficients(n_f, n_c)
    x = _run_inverse(1 / alpha, t, b, loops, 1 / STRONGEST, MAX_STEP)
    if x == 0.0:
        raise ValueError(
            f"the coupling exceeds {STRONGEST:g} between Q = {Q_from:g} and {Q_to:g}, where its "
            f"series means nothing; stay on the near side of the pole"
        )
    return 1 / x


def alpha_s(
    Q: ArrayLike,
    *,
    alpha_M_Z: float = ALPHA_S_M_Z,
    loops: int = 3,
    masses: Sequence[float] = QUARK_MASSES,
) -> NDArray[np.float64]:
    """The strong coupling at the scales Q (GeV), from five flavours at M_Z, through thresholds.

    Below a quark's mass the quark is left out. At one and two loops alpha is continuous there; at
    three it is matched to second order, with a = alpha / pi and the running mass m(m),

        alpha(with the quark) = alpha(without) (1 - 11/72 a(without)**2)      at Q = m(m).

    Parameters
    ----------
    Q : float or array, any shape
        Scales in GeV, 0.6 or more, where the coupling is no more than 4.
    alpha_M_Z : float
        alpha of five flavours at Q = 91.1876 GeV.
    loops : int
        1, 2 or 3.
    masses : three floats
        Running masses of charm, bottom and top in GeV, rising, with M_Z between the last two.

    Returns
    -------
    array, shape of Q

    Raises
    ------
    ValueError
        For scales or couplings out of range, masses that do not rise or do not enclose M_Z.

    References
    ----------
    K. G. Chetyrkin, B. A. Kniehl and M. Steinhauser, Phys. Rev. Lett. 79, 2184 (1997),
    doi:10.1103/PhysRevLett.79.2184.

    Examples
    --------
    >>> alpha_s([91.1876, 10.0]).round(6).tolist()
    [0.118, 0.178145]
    """
    scales = _checks.finite_array("Q", Q)
    if scales.size == 0 or scales.min() < 0.6:
        least = f"{scales.min():g}" if scales.size else "none"
        raise ValueError(f"Q must be 0.6 GeV or more, where alpha_s has a meaning, got {least}")
    m = _checks.finite_array("masses", masses).tolist()
    if np.ndim(masses) != 1 or len(m) != 3 or not 0 < m[0] < m[1] < M_Z < m[2]:
        raise ValueError(f"masses must be charm < bottom < {M_Z:g} GeV < top, got {masses!r}")
    loops = _loops(loops)
    found = np.empty(scales.shape)
    for up, edges in ((False, [(m[1], 4), (m[0], 3)]), (True, [(m[2], 6)])):
        here = (scales >= M_Z) if up else (scales < M_Z)
        away = np.unique(scales[here])  # rising
        values = _walk(alpha_M_Z, away if up else away[::-1], edges, up, loops)
        found[here] = [values[Q] for Q in scales[here]]
    return found


def _walk(alpha, scales, edges, up, loops):
    """{Q: alpha} for scales met one after the other on the way from M_Z.

    `edges` are the masses on the way with the number of flavours beyond each.
    """
    here, n_f, found, edges = M_Z, 5, {}, list(edges)
    for Q in scales:
        while edges and (edges[0][0] < Q if up else edges[0][0] > Q):
            edge, beyond = edges.pop(0)
            alpha = run_coupling(alpha, here, edge, loops=loops, n_f=n_f)
            alpha = _matched(alpha, up) if loops == 3 else alpha
            here, n_f = edge, beyond
        alpha = run_coupling(alpha, here, float(Q), loops=loops, n_f=n_f)
        here, found[Q] = float(Q), alpha
    return found


def _matched(alpha, up):
    """alpha with one flavour more (`up`) or one less, at the quark's running mass."""
    c = MATCHING / math.pi**2
    if up:
        return alpha * (1 - c * alpha**2)
    light = alpha
    for _ in range(20):  # alpha = light (1 - c light**2), solved: c alpha**2 is below 0.02
        light = alpha / (1 - c * light**2)
    return light


def banks_zaks(n_f: float, n_c: float = 3) -> float:
    """The coupling at which two loops stop the flow, -b0 / b1; 0 where there is none.

    Close below the end of freedom, N_f = 11 N_c / 2, it is small and to be trusted. Far below,
    where it is of order one, the terms left out are as large as those kept.

    Parameters
    ----------
    n_f, n_c : float
        Flavours and colours, see `beta_coefficients`.

    Raises
    ------
    ValueError
        As `beta_coefficients`.

    References
    ----------
    T. Banks and A. Zaks, Nucl. Phys. B 196, 189 (1982), doi:10.1016/0550-3213(82)90035-9.

    Examples
    --------
    >>> round(banks_zaks(16), 6), banks_zaks(5)
    (0.041612, 0.0)
    """
    return float(fixed_coupling(beta_coefficients(n_f, n_c)))


def pole_scale(g: float, b: float, scale: float = 1.0) -> float:
    """The scale at which dg / d ln(scale) = b g**2 makes g infinite: scale exp(1 / (b g)).

    For b > 0 it lies above `scale` (electrodynamics), for b < 0 below (quarks, Kondo).

    Parameters
    ----------
    g : float
        Coupling at `scale`, positive.
    b : float
        Coefficient of g**2, not 0. Strong force: g = alpha, b = -2 b0. Kondo: g = rho_0 J, b = -1.
    scale : float
        Where g is known, positive.

    Raises
    ------
    ValueError
        For g or scale not positive, b = 0, or a scale beyond all floats.

    References
    ----------
    S. Coleman and E. Weinberg, Phys. Rev. D 7, 1888 (1973), doi:10.1103/PhysRevD.7.1888.

    Examples
    --------
    >>> round(pole_scale(0.1180, -2 * beta_coefficients(5)[0], 91.1876), 6)
    0.087827
    """
    g, scale = _positive("g", g), _positive("scale", scale)
    b = _checks.finite("b", b)
    if b == 0:
        raise ValueError("b must not be 0: a coupling that does not run has no pole")
    exponent = math.log(scale) + pole_distance(g, b) if b * g != 0 else math.inf
    if not abs(exponent) < math.log(1e308):
        raise ValueError(
            f"the pole lies at exp({exponent:.4g}), beyond all floats; compare 1 / (b g) instead"
        )
    return math.exp(exponent)


def qed_inverse_alpha(Q: ArrayLike, *, leptons: int = 3) -> NDArray[np.float64]:
    """1 / alpha of electrodynamics at the scales Q (GeV), to one loop in so many leptons.

    Each lepton takes (2 / 3 pi) ln(Q / m) off 1 / alpha(0) = 137.035999 above its mass m. Quarks
    and the constants of any scheme are left out.

    Parameters
    ----------
    Q : float or array, any shape
        Scales in GeV, positive.
    leptons : int
        1 (electron), 2 (and muon) or 3 (and tau).

    Returns
    -------
    array, shape of Q

    Raises
    ------
    ValueError
        For scales that are not positive, other numbers of leptons, or scales beyond the pole.

    References
    ----------
    M. Gell-Mann and F. E. Low, Phys. Rev. 95, 1300 (1954), doi:10.1103/PhysRev.95.1300.

    Examples
    --------
    >>> round(float(qed_inverse_alpha(91.1876)), 5)
    132.19968
    """
    Q = _checks.finite_array("Q", Q)
    if Q.size == 0 or Q.min() <= 0:
        raise ValueError("Q must be positive, in GeV")
    leptons = _checks.integer("leptons", leptons, minimum=1)
    if leptons > 3:
        raise ValueError(f"leptons must be 1, 2 or 3, got {leptons}")
    above = [np.maximum(np.log(Q) - math.log(m), 0) for m in LEPTON_MASSES[:leptons]]
    inverse = FINE_STRUCTURE - 2 / (3 * math.pi) * np.sum(above, axis=0)
    if np.min(inverse) <= 0:
        raise ValueError(f"Q = {Q.max():g} GeV lies beyond the Landau pole of {leptons} leptons")
    return np.asarray(inverse)


def vortex_flow(x: float, y: float, l: ArrayLike) -> VortexFlow:  # noqa: E741
    """`VortexFlow` from (x, y), exactly: dx / dl = -y**2, dy / dl = -x y, near the transition.

    x = 2 (pi Y / 2 T - 1) is the distance of the stiffness Y from its universal value 2 T / pi, y
    the fugacity of vortices with a factor 4 pi, l = ln(length). x**2 - y**2 = c stays, so that x
    alone obeys dx / dl = c - x**2: on the separatrix x = y it is marginal, 1 / x = 1 / x0 + l.

    Parameters
    ----------
    x, y : float
        Start; y >= 0.
    l : float or array
        Logarithms of the length, 0 or more, before the flow leaves through x = -infinity.

    Raises
    ------
    ValueError
        For y < 0, l < 0, numbers that are not finite, or l beyond the end of the flow.

    References
    ----------
    J. M. Kosterlitz, J. Phys. C 7, 1046 (1974), doi:10.1088/0022-3719/7/6/005.

    Examples
    --------
    >>> flow = vortex_flow(0.5, 0.5, [0.0, 8.0])
    >>> (1 / flow.x).tolist()
    [2.0, 10.0]
    """
    x, y = _checks.finite("x", x), _checks.finite("y", y)
    l = np.atleast_1d(_checks.finite_array("l", l))  # noqa: E741
    if y < 0 or max(abs(x), y) > 1e3:
        raise ValueError(f"y must not be negative, and both at most 1000, got {x:g} and {y:g}")
    if l.size == 0 or l.min() < 0:
        raise ValueError("l, the logarithm of the length, must be 0 or more")
    c = (x - y) * (x + y)
    k = math.sqrt(abs(c))
    if y == 0:
        return VortexFlow(l, np.full(l.shape, x), np.zeros(l.shape))
    end = math.inf  # where the denominator 1 + x T vanishes
    if c < 0:
        end = (math.pi / 2 + math.atan2(x, k)) / k
    elif x < 0:
        end = math.atanh(k / -x) / k if k > 0 else 1 / -x
    if l.max() >= end:
        raise ValueError(f"this flow ends at l = {end:.6g}, got l = {l.max():g}")
    if k * l.max() < 1e-9:
        T = l
    elif c > 0:
        T = np.tanh(k * l) / k
    else:
        T = np.tan(k * l) / k
    moved = (x + c * T) / (1 + x * T)
    return VortexFlow(l, moved, np.sqrt(np.maximum(moved**2 - c, 0.0)))


def _loops(loops):
    loops = _checks.integer("loops", loops, minimum=1)
    if loops > 3:
        raise ValueError(f"loops must be 1, 2 or 3, got {loops}")
    return loops


def _positive(name, value):
    value = _checks.finite(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value:g}")
    return value
