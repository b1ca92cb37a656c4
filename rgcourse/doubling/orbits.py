"""Orbits of three families of maps, and where they settle: the picture of period doubling.

    logistic           x' = a x (1 - x)        0 <= a <= 4
    sine               x' = a sin(pi x)        0 <= a <= 1
    gradient descent   x' = x - a x (x^2 - 1)  0 <= a <= 2

The last is gradient descent on the loss (x^2 - 1)^2 / 4, and a its learning rate. Every map has a
critical point, where its slope is zero, and every orbit starts close to it. In each family the
period doubles at a rising sequence of parameters that ends at `ACCUMULATION`.

References
----------
R. M. May, Nature 261, 459 (1976), doi:10.1038/261459a0.
M. J. Feigenbaum, J. Stat. Phys. 19, 25 (1978), doi:10.1007/BF01020332.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .maps import (
    BLOCK,
    START,
    critical_at,
    fill_density,
    mean_log_slope,
    period_at,
    write_orbit,
)

__all__ = [
    "ACCUMULATION",
    "FAMILIES",
    "Density",
    "attractor_density",
    "critical_point",
    "find_period",
    "iterate_map",
    "lyapunov_exponent",
]

FAMILIES = ("logistic", "sine", "gradient descent")
LARGEST = {"logistic": 4.0, "sine": 1.0, "gradient descent": 2.0}  # beyond, orbits escape
# Limits of the superstable parameters of periods 1, 2, ..., 2048, with 40 digits, extrapolated.
ACCUMULATION = {
    "logistic": 3.5699456718709449,
    "sine": 0.8655792688186376,
    "gradient descent": 1.3022834627007122,
}
MOST_STEPS = 10**9  # of all orbits of one call together
MOST_CELLS = 10**7
TRANSIENT, LONGEST, RETURNED = 2**17, 2**14, 1e-10  # of `find_period`


class Density(NamedTuple):
    """Where orbits have been: one column a parameter, one row a range of x.

    parameters, shape (n_columns,)
        In the middle of each column.
    counts, shape (n_rows, n_columns)
        Visits of each cell, the lowest x first.
    lyapunov, shape (n_columns,)
        Mean of ln |slope| along the orbit; below zero where it settles on a cycle.
    """

    parameters: NDArray[np.float64]
    counts: NDArray[np.uint32]
    lyapunov: NDArray[np.float64]


_period_at = compiled(period_at)
_mean_log_slope = compiled(mean_log_slope)
_write_orbit = compiled(write_orbit)


def critical_point(family: str, a: float) -> float:
    """Where the slope of the map is zero: 1/2, and sqrt((1 + a) / (3 a)) for gradient descent.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    a : float
        Parameter, positive and up to 4, 1 or 2: see the head of the module.

    Raises
    ------
    ValueError
        For another family or a parameter outside.

    Examples
    --------
    >>> critical_point("gradient descent", 0.5)
    1.0
    """
    kind = _kind(family)
    return float(critical_at(kind, _parameter(family, a)))


def iterate_map(family: str, a: float, n: int, *, x: float | None = None) -> NDArray[np.float64]:
    """An orbit of n points.

    Parameters
    ----------
    family, a
        As for `critical_point`.
    n : int
        At least 1.
    x : float, optional
        The first point; 0.9 times the critical point if left out. Between 0 and 1 for the logistic
        and the sine map, and with |x| <= sqrt((2 + a) / a), from where orbits do not escape, for
        gradient descent.

    Returns
    -------
    array, shape (n,)

    Raises
    ------
    ValueError
        For another family, parameters outside, or points from where orbits escape.

    Examples
    --------
    >>> iterate_map("logistic", 2.0, 3, x=0.25).tolist()
    [0.25, 0.375, 0.46875]
    """
    kind, a = _kind(family), _parameter(family, a)
    n = _steps("n", n)
    x = START * critical_at(kind, a) if x is None else _checks.finite("x", x)
    low, high = (-math.sqrt((2 + a) / a), math.sqrt((2 + a) / a)) if kind == 2 else (0.0, 1.0)
    if not low <= x <= high:
        raise ValueError(
            f"x must lie between {low:g} and {high:g}, or the orbit of the {family} map escapes, "
            f"got {x:g}"
        )
    orbit = np.empty(n)
    _write_orbit(kind, a, x, n, orbit)
    return orbit


def find_period(
    family: str, a: float, *, longest: int = LONGEST, transient: int = TRANSIENT
) -> int:
    """The period of the cycle that the orbit of the critical point settles on; 0 if there is none.

    None is found in chaos, where the period is longer than `longest`, and just at a bifurcation,
    where an orbit takes for ever to settle.

    Parameters
    ----------
    family, a
        As for `critical_point`.
    longest : int
        The longest period that is looked for.
    transient : int
        Steps before.

    Raises
    ------
    ValueError
        For another family, a parameter outside, or numbers of steps that are no whole numbers
        from 1 to 10**9.

    Examples
    --------
    >>> [find_period("logistic", a) for a in (2.5, 3.2, 3.5, 3.83, 4.0)]
    [1, 2, 4, 3, 0]
    """
    kind, a = _kind(family), _parameter(family, a)
    longest, transient = _steps("longest", longest), _steps("transient", transient)
    return int(_period_at(kind, a, transient, longest, RETURNED))


def lyapunov_exponent(
    family: str, a: float, *, steps: int = 2**17, transient: int = 2**12
) -> float:
    """The mean of ln |slope| along an orbit: negative on a cycle that attracts, positive in chaos.

    Parameters
    ----------
    family, a
        As for `critical_point`.
    steps, transient : int
        Steps of the mean, and before.

    Where the critical point is on the cycle itself, the mean would be minus infinity. Rounding
    leaves a number below -30 divided by the period, for a slope of zero counts as 1e-300.

    Raises
    ------
    ValueError
        As for `find_period`.

    Examples
    --------
    A fixed point of slope 2 - a:

    >>> round(math.exp(lyapunov_exponent("logistic", 2.5)), 9)
    0.5
    """
    kind, a = _kind(family), _parameter(family, a)
    steps, transient = _steps("steps", steps), _steps("transient", transient)
    return float(_mean_log_slope(kind, a, transient, steps))


def attractor_density(
    family: str,
    window: ArrayLike,
    *,
    shape: tuple[int, int] = (300, 400),
    transient: int = 1000,
    steps: int = 1600,
) -> Density:
    """`Density` of the orbits that settle in a window of the bifurcation diagram.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    window : array, shape (4,)
        (a_low, a_high, x_low, x_high), both rising; all parameters allowed, see `critical_point`.
    shape : (int, int)
        Rows and columns.
    transient, steps : int
        Of each orbit, before and while visits are counted; `steps` is rounded up to a multiple
        of 16.

    Raises
    ------
    ValueError
        For another family, a window that does not rise or lies outside, more than 10**7 cells or
        10**9 steps in all.

    Examples
    --------
    At a = 2.5 every orbit of the logistic map is drawn to 1 - 1 / 2.5 = 0.6:

    >>> density = attractor_density("logistic", [2.49, 2.51, 0.0, 1.0], shape=(10, 1))
    >>> density.counts[:, 0].tolist()
    [0, 0, 0, 0, 0, 0, 1600, 0, 0, 0]
    """
    kind = _kind(family)
    corners = _checks.finite_array("window", window)
    if corners.shape != (4,) or corners[0] >= corners[1] or corners[2] >= corners[3]:
        raise ValueError(
            f"window must be a_low < a_high, x_low < x_high, got {np.asarray(window).tolist()}"
        )
    low, high, x_low, x_high = corners.tolist()
    for a in (low, high):
        _parameter(family, a, zero=True)
    if np.shape(shape) != (2,):
        raise ValueError(f"shape must be (rows, columns), got {shape!r}")
    n_rows, n = (_checks.integer("shape", size, minimum=1) for size in shape)
    transient, steps = _steps("transient", transient), _steps("steps", steps)
    steps = -(-steps // BLOCK) * BLOCK
    if n_rows * n > MOST_CELLS or n * (transient + steps) > MOST_STEPS:
        raise ValueError(
            f"{n_rows} x {n} cells and {n * (transient + steps):.1e} steps are too many: at most "
            f"{MOST_CELLS:.0e} cells and {MOST_STEPS:.0e} steps; take fewer columns or steps"
        )
    counts = np.zeros((n_rows, n), np.uint32)
    xs, slopes, logs, hits = np.empty(n), np.empty(n), np.zeros(n), np.zeros(n, np.uint32)
    step = (high - low) / n
    fill_density(
        kind, low, step, x_low, x_high, n_rows, n, transient, steps, xs, slopes, logs, hits,
        counts.reshape(-1),
    )  # fmt: skip
    return Density(low + (np.arange(n) + 0.5) * step, counts, logs / steps)


def _kind(family):
    if not isinstance(family, str) or family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(map(repr, FAMILIES))}, got {family!r}")
    return FAMILIES.index(family)


def _parameter(family, a, zero=False):
    a = _checks.finite("a", a)
    most = LARGEST[family]
    if not (0 <= a <= most) or a == 0 and not zero:
        raise ValueError(
            f"a must be {'at least' if zero else 'above'} 0 and at most {most:g}, or orbits of the "
            f"{family} map escape, got {a:g}"
        )
    return a


def _steps(name, value):
    value = _checks.integer(name, value, minimum=1)
    if value > MOST_STEPS:
        raise ValueError(f"{name} must be at most {MOST_STEPS:.0e}, got {value:.3e}")
    return value
