"""Liquid and vapour at equal pressure: coexistence curves, and the slope of their difference.

A fluid below its critical temperature T_c is liquid of density rho_l or vapour of density rho_v.
Half of their difference over the critical density is the order parameter, and

    (rho_l - rho_v) / (2 rho_c) ~ B t**beta,    t = 1 - T / T_c,

says which universality class a fluid belongs to. What is measured is a local slope, d ln / d ln t.

Twelve fluids are carried along as tables, which `tools/get_fluids.py` makes from the equations of
state in CoolProp. Such an equation is fitted to measurements. Where it is analytic at T_c, with a
cubic term that does not vanish there, its own last slope is 1/2 whatever the fluid does. The
equations of water and carbon dioxide have terms that are not analytic. `fluid_curve` calculates
others, where CoolProp is installed. Its densities close to T_c are those of an expansion of the
equation that CoolProp carries.

References
----------
I. H. Bell, J. Wronski, S. Quoilin and V. Lemort, Ind. Eng. Chem. Res. 53, 2498 (2014),
doi:10.1021/ie4033999 (CoolProp).
J. Lekner, Am. J. Phys. 50, 161 (1982) (van der Waals, in closed form).
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from . import _checks

__all__ = [
    "CoexistenceCurve",
    "fluid_curve",
    "local_slopes",
    "stored_curve",
    "stored_fluids",
    "van_der_waals_curve",
    "window_slope",
]

CLOSEST = 1e-8  # to T_c: from here on rounding is larger than what is calculated
TERMS = 60  # of the series in y: enough for every y up to LARGEST_Y
LARGEST_Y = 20.0
LEAST_POINTS = 3  # of a straight line that is fitted


@dataclass(frozen=True, eq=False)
class CoexistenceCurve:
    """The densities of liquid and vapour at some distances from the critical point.

    Attributes
    ----------
    name : str
        Of the fluid.
    T_c, rho_c : float
        Critical temperature in kelvin and density in mol / m**3; 1 for a reduced equation. For a
        fluid they are the critical point of its equation as CoolProp finds it, not of its paper.
    distance : array (n,)
        t = 1 - T / T_c, rising.
    liquid, vapour : array (n,)
        Densities over `rho_c`.
    """

    name: str
    T_c: float
    rho_c: float
    distance: NDArray[np.float64]
    liquid: NDArray[np.float64]
    vapour: NDArray[np.float64]

    @property
    def difference(self) -> NDArray[np.float64]:
        """(rho_l - rho_v) / (2 rho_c), the order parameter."""
        return (self.liquid - self.vapour) / 2

    @property
    def diameter(self) -> NDArray[np.float64]:
        """(rho_l + rho_v) / (2 rho_c), which a magnet does not have."""
        return (self.liquid + self.vapour) / 2

    def slope(self, low: float, high: float) -> float:
        """Slope of ln `difference` against ln t between two distances: see `window_slope`."""
        return window_slope(self.distance, self.difference, low, high)


def window_slope_kernel(x, y, n, low, high):
    """Least-squares slope of y against x where low <= x <= high; nan with fewer than three."""
    count = 0
    sx = 0.0
    sy = 0.0
    for i in range(n):
        if low <= x[i] <= high:
            count += 1
            sx += x[i]
            sy += y[i]
    if count < 3:
        return math.nan
    sx /= count
    sy /= count
    above = 0.0
    below = 0.0
    for i in range(n):
        if low <= x[i] <= high:
            above += (x[i] - sx) * (y[i] - sy)
            below += (x[i] - sx) * (x[i] - sx)
    return above / below


compiled = njit(cache=True, nogil=True, error_model="numpy")
_window_slope = compiled(window_slope_kernel)


def window_slope(distance: ArrayLike, difference: ArrayLike, low: float, high: float) -> float:
    """The slope of ln `difference` against ln `distance`, by least squares in a window.

    Parameters
    ----------
    distance, difference : array (n,)
        Positive; `distance` rises.
    low, high : float
        Ends of the window, both included, 0 < low < high.

    Raises
    ------
    ValueError
        For arrays that do not fit, a window with fewer than three points, or values out of range.

    Examples
    --------
    >>> t = np.geomspace(0.001, 0.1, 21)
    >>> round(window_slope(t, 2 * t**0.5, 0.003, 0.1), 6)
    0.5
    """
    t, y = _curve(distance, difference)
    low, high = _checks.finite("low", low), _checks.finite("high", high)
    if not 0 < low < high:
        raise ValueError(f"a window needs 0 < low < high, got {low:g} and {high:g}")
    within = (low <= t) & (t <= high)  # not on logarithms, which would move its ends
    if np.count_nonzero(within) < LEAST_POINTS:
        raise ValueError(
            f"only {np.count_nonzero(within)} of {t.size} distances lie between {low:g} and "
            f"{high:g}, a slope needs {LEAST_POINTS}; widen the window or take more distances"
        )
    return float(_window_slope(np.log(t[within]), np.log(y[within]), within.sum(), -1e3, 1e3))


def local_slopes(
    distance: ArrayLike, difference: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances halfway between neighbours (on a logarithmic scale), and the slope at each.

    Parameters
    ----------
    distance, difference : array (n,)
        Positive, at least two; `distance` rises.

    Returns
    -------
    (array (n - 1,), array (n - 1,))

    Raises
    ------
    ValueError
        For arrays that do not fit, or values that are not positive or do not rise.

    Examples
    --------
    >>> middle, slope = local_slopes([0.01, 0.04], [0.1, 0.2])
    >>> print(middle.round(3), slope.round(3))
    [0.02] [0.5]
    """
    t, y = _curve(distance, difference)
    return np.sqrt(t[1:] * t[:-1]), np.diff(np.log(y)) / np.diff(np.log(t))


def van_der_waals_curve(distance: ArrayLike) -> CoexistenceCurve:
    """The coexistence curve of van der Waals' equation, with Maxwell's equal areas: mean field.

    Half the difference of the entropies of the phases, y, is the parameter in which both
    densities and the temperature are closed expressions; we solve for the y of each distance.

    Parameters
    ----------
    distance : array (n,)
        t = 1 - T / T_c, rising, from 1e-8 to 0.8.

    Raises
    ------
    ValueError
        For distances out of range or not rising.

    References
    ----------
    J. Lekner, Am. J. Phys. 50, 161 (1982).

    Examples
    --------
    >>> curve = van_der_waals_curve(np.geomspace(1e-6, 1e-4, 5))
    >>> round(curve.slope(1e-6, 1e-4), 4)
    0.5
    """
    t = _distances(distance, 0.8)
    y = np.array([brentq(lambda y, t=t: _vdw_distance(y) - t, 1e-6, LARGEST_Y) for t in t])
    up, down = (_vdw_f(y) * np.exp(sign * y) for sign in (1, -1))
    liquid, vapour = 3 * up / (1 + up), 3 * down / (1 + down)
    return CoexistenceCurve("van der Waals", 1.0, 1.0, t, liquid, vapour)


def stored_fluids() -> tuple[str, ...]:
    """Names of the fluids whose tables the package carries.

    Examples
    --------
    >>> stored_fluids()[:3]
    ('water', 'sulfur hexafluoride', 'argon')
    """
    return tuple(_tables()["fluids"])


def stored_curve(name: str) -> CoexistenceCurve:
    """The stored table of a fluid: 121 distances, evenly in ln t, from 1e-5 to 0.28.

    Parameters
    ----------
    name : str
        One of `stored_fluids()`.

    Raises
    ------
    ValueError
        The package has no such table.

    Examples
    --------
    >>> water = stored_curve("water")
    >>> round(water.slope(0.01, 0.1), 3)
    0.337
    """
    tables = _tables()
    if not isinstance(name, str) or name not in tables["fluids"]:
        raise ValueError(
            f"no table of {name!r}; there are {', '.join(tables['fluids'])}: others by fluid_curve"
        )
    fluid = tables["fluids"][name]
    t = np.geomspace(*tables["distance"])
    liquid, vapour = np.array(fluid["liquid"]), np.array(fluid["vapour"])
    return CoexistenceCurve(name, fluid["T_c"], fluid["rho_c"], t, liquid, vapour)


def fluid_curve(name: str, distance: ArrayLike) -> CoexistenceCurve:
    """The coexistence curve of a fluid by CoolProp's equation of state, which must be installed.

    Parameters
    ----------
    name : str
        As CoolProp names it: "Water", "CarbonDioxide", "SulfurHexafluoride". One substance, not
        a blend, whose liquid and vapour differ in composition.
    distance : array (n,)
        t = 1 - T / T_c, rising, from 1e-8 on; above the triple point.

    Raises
    ------
    ImportError
        CoolProp is not installed.
    ValueError
        For a blend or a fluid that CoolProp does not know, distances out of range or below its
        triple point.

    References
    ----------
    I. H. Bell, J. Wronski, S. Quoilin and V. Lemort, Ind. Eng. Chem. Res. 53, 2498 (2014),
    doi:10.1021/ie4033999.
    """
    try:
        import CoolProp.CoolProp
    except ImportError:
        raise ImportError(
            "fluid_curve needs CoolProp: pip install coolprop, or the package with its extra "
            "[matter]; the tables of stored_curve need nothing"
        ) from None
    if not isinstance(name, str):
        raise ValueError(f"name must be that of a fluid, as 'Water', got {name!r}")
    try:
        state = CoolProp.AbstractState("HEOS", name)
    except ValueError:
        raise ValueError(f"CoolProp knows no fluid {name!r}; its names are as 'Argon'") from None
    if CoolProp.CoolProp.get_fluid_param_string(name, "pure") != "true":
        raise ValueError(
            f"{name!r} is a blend, its liquid and vapour have no common composition and pressure; "
            "take one substance, as 'Argon'"
        )
    T_c, rho_c = state.T_critical(), state.rhomolar_critical()
    t = _distances(distance, 1 - state.Tmin() / T_c)
    phases: list[list[float]] = [[], []]
    for share, densities in enumerate(phases):  # of vapour
        for T in T_c * (1 - t):
            state.update(CoolProp.QT_INPUTS, share, T)
            densities.append(state.rhomolar() / rho_c)
    return CoexistenceCurve(name, T_c, rho_c, t, *(np.array(phase) for phase in phases))


# --- inside -----------------------------------------------------------------------------------


@cache
def _tables() -> dict[str, Any]:
    """What `tools/get_fluids.py` has written."""
    path = files("rgcourse") / "data" / "coexistence.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _curve(distance, difference):
    """Two arrays of one curve; ValueError unless both are positive and the first rises."""
    t = _checks.finite_array("distance", distance)
    y = _checks.finite_array("difference", difference)
    if t.ndim != 1 or t.shape != y.shape or t.size < 2:
        raise ValueError(
            f"distance and difference must be arrays of one axis, equally long and of at least two "
            f"numbers, got shapes {t.shape} and {y.shape}"
        )
    if not (t.min() > 0 and y.min() > 0):
        raise ValueError("distance and difference must be positive, for their logarithms are taken")
    if not np.all(np.diff(t) > 0):
        raise ValueError("distance must rise from each number to the next")
    return t, y


def _distances(distance, most):
    """Rising distances from T_c; ValueError where they leave CLOSEST to `most`."""
    t = _checks.finite_array("distance", distance)
    if t.ndim != 1 or t.size == 0:
        raise ValueError(f"distance must be an array of one axis, got shape {t.shape}")
    if t.min() < CLOSEST or t.max() > most:
        raise ValueError(
            f"distances t = 1 - T / T_c must lie between {CLOSEST:g} and {most:.4g}, got "
            f"{t.min():g} to {t.max():g}"
        )
    if not np.all(np.diff(t) > 0):
        raise ValueError("distance must rise from each number to the next")
    return t


def _vdw_f(y):
    """(y cosh y - sinh y) / (sinh y cosh y - y), by series: 1/2 at y = 0, without cancellation."""
    above, below, power = 0.0, 0.0, 1.0  # power = y**(2 k - 2) / (2 k + 1)!, from k = 1 on
    power = power / 6
    for k in range(1, TERMS):
        above = above + 2 * k * power
        below = below + 4.0**k * power
        power = power * y**2 / ((2 * k + 2) * (2 * k + 3))
    return above / below


def _vdw_distance(y):
    """1 - T / T_c of van der Waals' fluid, whose phases differ in entropy by 2 y k_B."""
    f = _vdw_f(y)
    g = 1 + 2 * f * math.cosh(y) + f**2
    return 1 - 27 / 4 * f * (f + math.cosh(y)) / g**2
