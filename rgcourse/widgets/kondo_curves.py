"""Curves of many Kondo impurities, and an axis under the reader's hand on which they collapse."""

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from ..kondo import impurity_thermodynamics, kondo_flow, kondo_temperature
from ..nrg import Thermodynamics
from ._declare import Mark, Slider, plot
from ._front import LiveFigure, text

__all__ = ["KondoCurves"]

POINTS = 96  # of each curve, evenly in ln T
LOWEST, HIGHEST = 0.01, 0.4  # a curve is drawn from 0.01 T_K to T = 0.4 D
UNIT = 32768  # values are stored as whole numbers of 1 / UNIT, in 16 bits


class CouplingSlider(Slider):
    """A slider whose steps are those of the figure's couplings."""

    def __init__(self, low, high, **control):
        super().__init__(low, high, step=high - low, **control)
        del self.control["step"], self.control["fine"]  # each figure has its own

    def for_page(self, figure):
        gap = round(float(min(np.diff(figure.couplings))), 6)
        return super().for_page(figure) | {"step": gap, "fine": gap}


class KondoCurves(LiveFigure):
    """Entropy and T chi of Kondo impurities of many J against T / T_K**power, live in the page.

    With power 0 the axis is the temperature, with power 1 it is T / T_K; between the two the
    curves move together. One slider chooses the curve that is drawn thick, the other the power.

    Parameters
    ----------
    sweep : dict J -> Thermodynamics, optional
        What to show, at least two; each must reach down to 0.01 T_K and up to 0.4. If left out,
        three J are calculated with few states, in a fraction of a second.
    J : float, optional
        The curve drawn thick: the nearest of the sweep.
    power : float
        From 0 to 1.
    running : bool
        Whether the power rises as soon as the figure is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    Raises
    ------
    ValueError
        For a sweep that is too small or does not reach far enough, or values outside their range.

    Examples
    --------
    >>> KondoCurves(power=1.0).spread(1.0) < 0.05  # decades between the curves
    True
    """

    title = text("How many curves are these?")
    try_line = text(
        "move the second slider until all curves are one. Does it happen anywhere but at the end?"
    )

    J = CouplingSlider(0, 1, label="Coupling J", name="J")
    power = Slider(0, 1, step=0.05, fine=0.01, digits=2, label="T / T_K^p", name="the axis",
                   text="p = {}", marks=[Mark(0, "T", "t"), Mark(1, "T / T_K", "k")])  # fmt: skip
    couplings = traitlets.List(traitlets.Float()).tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)  # T_K of each
    halves = traitlets.List(traitlets.Float()).tag(sync=True)  # where the entropy is ln(2) / 2
    curves = traitlets.Unicode().tag(sync=True)  # uint16: for each J entropy / ln 2, then t_chi
    readouts = {"J": "J", "T_K": "T_K", "spread": "curves spread over"}
    plots = {  # the page moves the ends of the temperatures
        "entropy": plot(("T (D)", 1e-9, 1), ("S / ln 2", 0, 1.1), log="x"),
        "t_chi": plot(("T (D)", 1e-9, 1), ("Tχ", 0, 0.27), log="x"),
    }
    constants = {"points": POINTS, "lowest": LOWEST, "highest": HIGHEST, "unit": UNIT}

    def __init__(
        self,
        sweep: Mapping[float, Thermodynamics] | None = None,
        *,
        J: float | None = None,
        power: float = 0.0,
        **frame: Any,
    ) -> None:
        sweep = few_couplings() if sweep is None else sweep
        if len(sweep) < 2:
            raise ValueError(f"a sweep needs at least two J, got {sorted(sweep)}")
        couplings = sorted(sweep)
        T_K = [kondo_temperature(sweep[J]) for J in couplings]
        values = np.array([sampled(sweep[J], t) for J, t in zip(couplings, T_K, strict=True)])
        super().__init__(
            narrow={"J": (couplings[0], couplings[-1])},
            couplings=[float(J) for J in couplings],
            temperatures=[float(f"{t:.8g}") for t in T_K],
            halves=[float(f"{half_entropy(*pair):.6g}") for pair in zip(T_K, values, strict=True)],
            curves=base64.b64encode(np.rint(UNIT * values).astype("<u2").tobytes()).decode(),
            J=couplings[len(couplings) // 2] if J is None else J,
            power=power,
            **frame,
        )

    @property
    def legend(self) -> str:
        """The caption."""
        low, high = self.couplings[0], self.couplings[-1]
        return (
            f"Impurity entropy and Tχ of {len(self.couplings)} Kondo impurities, J = {low:g} to "
            f"{high:g} (in units of D), by the numerical renormalization group (rgcourse.kondo, "
            "calculated when the page was made). The thick curve is the chosen J, its dot is at "
            "T_K. Run moves the axis from T to T / T_K."
        )

    def spread(self, power: float) -> float:
        """Decades of T / T_K**power over which the curves pass half of their entropy."""
        places = np.log10(self.halves) - power * np.log10(self.temperatures)
        return float(np.ptp(places))


def grid(T_K):
    """Temperatures of a stored curve."""
    return np.geomspace(LOWEST * T_K, HIGHEST, POINTS)


def sampled(thermodynamics, T_K):
    """Entropy / ln 2 and t_chi on `grid(T_K)`, shape (2, POINTS)."""
    entropy, t_chi = thermodynamics.at(grid(T_K))
    return np.clip([entropy / math.log(2), t_chi], 0, 1.99)


def half_entropy(T_K, values):
    """Temperature at which the entropy of a stored curve is ln(2) / 2."""
    low = int(np.flatnonzero(values[0] < 0.5)[-1])
    share = (0.5 - values[0, low]) / (values[0, low + 1] - values[0, low])
    ln_T = np.log(grid(T_K))
    return math.exp(ln_T[low] + share * (ln_T[low + 1] - ln_T[low]))


def few_couplings():
    """A small sweep with few states, for a first look."""
    flows = {J: kondo_flow(J, Lambda=3.0, n_sites=27, n_keep=120) for J in (0.3, 0.4, 0.5)}
    return {J: impurity_thermodynamics(flow) for J, flow in flows.items()}
