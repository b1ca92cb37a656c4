"""The beta function of N_c colours and N_f flavours, its solutions, and the one marginal law.

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
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._compile import compiled

__all__ = ["banks_zaks", "beta_coefficients", "pole_scale", "run_coupling"]

MAX_STEP = 0.25  # in ln Q**2
STRONGEST = 4.0  # coupling beyond which three terms of a series mean nothing


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

    >>> bool(abs(beta_coefficients(16.5)[0]) < 1e-15)
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
    Q_from, Q_to = positive("Q_from", Q_from), positive("Q_to", Q_to)
    loops = checked_loops(loops)
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
    (0.04161, 0.0)
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
    g, scale = positive("g", g), positive("scale", scale)
    b = _checks.finite("b", b)
    if b == 0:
        raise ValueError("b must not be 0: a coupling that does not run has no pole")
    exponent = math.log(scale) + pole_distance(g, b) if b * g != 0 else math.inf
    if not abs(exponent) < math.log(1e308):
        raise ValueError(
            f"the pole lies at exp({exponent:.4g}), beyond all floats; compare 1 / (b g) instead"
        )
    return math.exp(exponent)


def checked_loops(loops):
    """`loops` as an int; ValueError unless it is 1, 2 or 3."""
    loops = _checks.integer("loops", loops, minimum=1)
    if loops > 3:
        raise ValueError(f"loops must be 1, 2 or 3, got {loops}")
    return loops


def positive(name, value):
    """`value` as a float; ValueError unless it is positive and finite."""
    value = _checks.finite(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value:g}")
    return value
