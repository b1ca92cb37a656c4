"""Curves of many impurities, to be dragged sideways until they lie on one of them."""

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from ..kondo import impurity_thermodynamics, kondo_flow, kondo_temperature
from ..nrg import NoKondoTemperature, Thermodynamics
from ._declare import Choice, Slider, Whole, plot
from ._front import LiveFigure, text
from .level_flow import DENSITY

__all__ = ["KondoCurves"]

POINTS = 96  # of each curve, evenly in ln T
LOWEST, HIGHEST = 0.01, 0.4  # a curve is drawn from 0.01 T_K to T = 0.4 D
EDGE = 0.01  # D: what is above it is drawn and not counted
UNIT = 32768  # values are stored as whole numbers of 1 / UNIT, in 16 bits
MOST = 16  # curves


class KondoCurves(LiveFigure):
    """Entropy and T chi of impurities against T, each to be dragged onto a thick one, in the page.

    The thick curve is that of the smallest J. How far another must go on the logarithmic axis is
    the logarithm of the ratio of their T_K, and what no shift makes fall on it does not belong.

    Parameters
    ----------
    sweep : dict J -> Thermodynamics, optional
        What to show, at least two with a Kondo temperature; each must reach up to T = 0.4. Others
        may be there as well, ferromagnetic ones and such that are no Kondo impurity at all, with a
        name in place of J. If left out, three J are calculated with few states, in a fraction of a
        second.
    J : float or str, optional
        The curve in hand; the largest J if left out.
    shift : float
        By how many decades it has been moved, -7 to 1.
    quantity : {"entropy", "t_chi"}
        What is drawn.
    running : bool
        Whether the curve in hand looks for its place as soon as the figure is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    Raises
    ------
    ValueError
        For a sweep that is too small or does not reach far enough, or values outside their range.

    Examples
    --------
    >>> figure = KondoCurves(J=0.5)
    >>> figure.names[figure.curve]
    'J = 0.5'
    """

    title = text("How many curves are these?")
    try_line = text(
        "drag a curve onto the thick one, and look at Tχ: does the same shift do there? Then take "
        "the last curve of the list."
    )

    curve = Whole(0, MOST - 1, 0, label="In hand", name="the curve")
    shift = Slider(-7, 1, 0.0, step=0.02, fine=0.01, digits=2, label="Shift", name="the shift",
                   keys=".,")  # fmt: skip
    quantity = Choice({"entropy": "entropy, S / ln 2", "t_chi": "susceptibility, 4Tχ"},
                      name="what is drawn", key="q")  # fmt: skip
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    inverse = traitlets.List(traitlets.Float()).tag(sync=True)  # 1 / g of each, or 0
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)  # T_K of each, or 0
    laws = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)  # `law` along 1 / g
    lowest = traitlets.List(traitlets.Float()).tag(sync=True)  # T of each curve's first point
    curves = traitlets.Unicode().tag(sync=True)  # uint16: for each one S / ln 2, then 4 T chi
    readouts = {"ratio": "your T_K ratio", "loops": "two loops say", "left": "left over"}
    plots = {
        "plot": plot(("T (D)", 1e-9, 1), ("", 0, 1.2), drop=("shift", ""), log="x", size="tall"),
        "law": plot(("1/g", 0, 16), ("lg of the T_K ratio", 0, 8), size="tall"),
    }
    constants = {"points": POINTS, "highest": HIGHEST, "edge": EDGE, "unit": UNIT}

    def __init__(
        self,
        sweep: Mapping[float | str, Thermodynamics] | None = None,
        *,
        J: float | str | None = None,
        shift: float = 0.0,
        quantity: str = "entropy",
        **frame: Any,
    ) -> None:
        sweep = few_couplings() if sweep is None else sweep
        keys = in_order(sweep)
        T_K = [scale(sweep[key]) for key in keys]
        numbers = with_scale(keys, T_K)
        if len(numbers) < 2 or len(keys) > MOST:
            raise ValueError(f"a sweep needs at least two J with a T_K, at most {MOST}, got {keys}")
        low = [LOWEST * t or float(np.min(sweep[key].T)) for key, t in zip(keys, T_K, strict=True)]
        values = np.array([sampled(sweep[key], T) for key, T in zip(keys, low, strict=True)])
        J = numbers[-1] if J is None else J
        if J not in keys[1:]:
            others = ", ".join(map(str, keys[1:]))
            raise ValueError(f"J must be one of {others}, got {J}; {keys[0]} is the thick one")
        inverse = [1 / (DENSITY * key) if key in numbers else 0.0 for key in keys]
        last = min(x for x in inverse if x)
        super().__init__(
            narrow={"curve": (1, len(keys) - 1)},
            names=[key if isinstance(key, str) else f"J = {key:g}" for key in keys],
            inverse=inverse,
            laws=[[x, *law(x, inverse[0])] for x in np.linspace(last, inverse[0], 41).tolist()],
            temperatures=[float(f"{t:.8g}") for t in T_K],
            lowest=[float(f"{T:.8g}") for T in low],
            curves=base64.b64encode(np.rint(UNIT * values).astype("<u2").tobytes()).decode(),
            curve=keys.index(J),
            shift=shift,
            quantity=quantity,
            **frame,
        )

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Impurity entropy or Tχ against T for {len(self.names)} impurities, by the numerical "
            "renormalization group (rgcourse.kondo, calculated when the page was made). Thick: "
            f"{self.names[0]}. Orange: the curve in hand. Dotted: above D/100, near the band "
            "edge, which is not counted. Left over: the largest gap below, of the full height. "
            "Right: lg of the T_K ratio that each shift stands for, in decades, full where the "
            "curve lies on the thick one, with what poor man's scaling says. Run looks for the "
            "place of the curve in hand."
        )


def in_order(sweep):
    """The keys: rising J > 0, then the other numbers, then names."""
    return sorted(sweep, key=lambda key: (isinstance(key, str), isinstance(key, str) or key <= 0,
                                          key))  # fmt: skip


def with_scale(keys, T_K):
    """The J that have a Kondo temperature; what has a name in place of J is no Kondo impurity."""
    return [J for J, t in zip(keys, T_K, strict=True) if t > 0 and not isinstance(J, str)]


def scale(thermodynamics):
    """T_K, or 0 where there is none."""
    try:
        return kondo_temperature(thermodynamics)
    except NoKondoTemperature:
        return 0.0


def law(x, first):
    """lg of T_K / T_K' to one loop, exp(-1 / g), and to two, sqrt(g) exp(-1 / g); x is 1 / g.

    Of two loops only what is left at weak coupling, so that the rest of an NRG is exp(b g).
    """
    one = (first - x) / math.log(10)
    return [one, one + math.log10(first / x) / 2]


def grid(low):
    """Temperatures of a stored curve."""
    return np.geomspace(low, HIGHEST, POINTS)


def sampled(thermodynamics, low):
    """Entropy / ln 2 and 4 t_chi on `grid(low)`, shape (2, POINTS)."""
    entropy, t_chi = thermodynamics.at(grid(low))
    return np.clip([entropy / math.log(2), 4 * t_chi], 0, 1.99)


def few_couplings():
    """A small sweep with few states, for a first look."""
    flows = {J: kondo_flow(J, Lambda=3.0, n_sites=27, n_keep=120) for J in (0.3, 0.4, 0.5)}
    return {J: impurity_thermodynamics(flow) for J, flow in flows.items()}
