"""Divergent series and their Borel transforms: the reader says where the singularity is."""

import math

import numpy as np
import traitlets
from scipy.integrate import quad
from scipy.special import poch

from ..epsilon_expansion import eta_series, inverse_nu_series, omega_series
from ..reference import entry
from ..resummation import PadePole, borel_pade_sum, conformal, lipatov_a, pade
from ._declare import Choice, Slider, Toggle, Whole, plot
from ._front import LiveFigure, text

__all__ = ["BorelSum"]

COUPLING = 3.0  # g of the integral
ORDERS = (4, 12)
PLACES = (0.3, 8.0)
B, LAM = 5.0, 1.0  # of the reader's sums; the rule chooses its own
EXPONENTS = {"nu": inverse_nu_series, "eta": eta_series, "omega": omega_series}
VIEWS = {  # of the sums, by round numbers that do not tell where the answer is; of what moved them
    "integral": ((0.2, 1.0), (1e-6, 10)), "nu": ((0.5, 0.75), (1e-3, 1)),
    "eta": ((0.0, 0.08), (1e-4, 0.1)), "omega": ((0.3, 1.3), (1e-2, 10)),
}  # fmt: skip


def integral_series(order):
    """Coefficients of <phi**2> under exp(-phi**2 / 2 - g phi**4 / 24), in powers of g.

    >>> integral_series(2).round(3).tolist()
    [1.0, -0.5, 0.667]
    """
    moments = np.cumprod([1.0, *range(1, 4 * order + 3, 2)])  # of phi**(2 p) without coupling
    weight = [(-1 / 24) ** k / math.factorial(k) for k in range(order + 1)]
    below, above = ([moments[2 * k + m] * w for k, w in enumerate(weight)] for m in (0, 1))
    found = []
    for k in range(order + 1):
        found.append(above[k] - sum(found[i] * below[k - i] for i in range(k)))
    return np.array(found)


def integral_value(g):
    """<phi**2> itself."""

    def moment(p):
        return quad(lambda x: x**p * math.exp(-(x**2) / 2 - g * x**4 / 24), 0, 40)[0]

    return moment(2) / moment(0)


def pade_of(c, x, inverse):
    """The near-diagonal approximant of the transform of c, summed at x: [value or None, poles].

    The value is None where a pole lies on the path of the integral. Poles are pairs (re, im).
    """
    n = len(c) - 1
    degrees = n // 2, n - n // 2
    _, q = pade(c / poch(B + 1, np.arange(n + 1)), *degrees)
    poles = np.sort_complex(np.roots(q[::-1]))
    try:
        value = borel_pade_sum(c, *degrees, b=B, epsilon=x)
    except PadePole:
        value = None
    if value is not None:
        value = float(f"{1 / value if inverse else value:.10g}")
    return [value, [[round(float(v), 6) for v in (y.real, y.imag)] for y in poles]]


def series(c, x, singularity, truth, views, inverse=False):
    """What the page must know of a series.

    `c` are its coefficients from the first that is not zero on, `first` the power taken out, and
    `pade` has what Pade approximants say of each order.
    """
    first = int(np.argmax(c != 0))
    orders = range(ORDERS[0], len(c))
    return {
        "c": [*map(float, c[first:])],
        "first": first,
        "x": x,
        "singularity": singularity,
        "truth": truth,
        "views": views,
        "inverse": inverse,
        "pade": {str(n): pade_of(c[first : n + 1], x, inverse) for n in orders},
    }


def all_series():
    """The series of the figure, by name."""
    truth = float(f"{integral_value(COUPLING):.12g}")  # the last digits of a quadrature may differ
    table = {
        "integral": series(integral_series(ORDERS[1]), COUPLING, 3 / 2, truth, VIEWS["integral"])
    }
    for name, coefficients in EXPONENTS.items():
        accepted = entry(f"resummation.{name}_1").value
        table[name] = series(
            coefficients(1, 6), 1.0, 1 / lipatov_a(1), accepted, VIEWS[name], name == "nu"
        )
    return table


class BorelSum(LiveFigure):
    """A divergent series, its Borel plane, and a cut under the reader's hand, live in the page.

    The reader drags the singularity that the conformal map is told of, and the order. Plain, Pade
    and mapped sums appear beside one another; what is known otherwise waits in an envelope. The
    mapped sums and the error rule are the kernels of `rgcourse.resummation`, compiled; series,
    Pade approximants and known values come from the package.

    Parameters
    ----------
    quantity : {"integral", "nu", "eta", "omega"}
        <phi**2> of a magnet without space at g = 3, or an exponent of the Ising class.
    place : float
        The singularity is taken to be at y = -place, 0.3 to 8.
    order : int
        4 to 12; of exponents six are known.
    opened : bool
        Whether the envelope is open.
    running : bool
        Whether orders are added one by one as soon as the figure is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `estimate`, the value and error of the rule at this place.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> BorelSum(quantity="eta").quantity
    'eta'
    """

    title = text("Where does the series say that it is singular?")
    try_line = text(
        "drag the cut until the last orders agree best. Then open the envelope: was the sum as "
        "good as its last orders made you think? Do it for the integral, then for η."
    )

    quantity = Choice(
        {"integral": "the integral, g = 3", "nu": "exponent ν", "eta": "exponent η",
         "omega": "exponent ω"}, name="Series", key="n",
    )  # fmt: skip
    opened = Toggle("open the envelope", off=False, on=True, key="o")
    place = Slider(*PLACES, 6.0, step=0.1, fine=0.05, digits=2, label="Cut from",
                   name="the singularity", text="−{}")  # fmt: skip
    order = Whole(*ORDERS, 6, label="Orders", name="the order", keys=".,")
    estimate = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"sum": "your sum", "moved": "last orders moved it", "rule": "the rule",
                "truth": "envelope"}  # fmt: skip
    plots = {
        "plane": plot(("Re y", -9, 3), ("Im y", -3, 3), drop=("place", "")),
        "trail": plot(("your singularity y", -9, 3), ("moved", 1e-6, 10), drop=("place", ""),
                      log="y", size="small"),
        "orders": plot(("order", 0, ORDERS[1]), ("", 0, 1), drop=("order", ""), size="tall"),
    }  # fmt: skip
    constants = {
        "series": all_series(),
        "b": B,
        "lam": LAM,
        "nodes": conformal.N_NODES,
        "scanned": conformal.N_B * conformal.N_LAM,
    }
    legend = (
        "Top left, the plane of the Borel transform B(y): your cut, lines of equal |w| of its map "
        "(red: as far as its series converges), poles of a Padé approximant (crosses). Below, by "
        "how much the last two orders moved your sum, wherever you have been. Right, sums against "
        "the order: plain (red), Padé "
        f"(blue squares), yours (dots, b = {B:g}, λ = {LAM:g}), and what the error rule makes of "
        "your singularity with its own b and λ (ring). Exponents are of the Ising class, d = 3. "
        "Sums and rule: rgcourse.resummation.conformal, compiled."
    )
