"""Curves of many Kondo impurities, and an axis under the reader's hand on which they collapse."""

import base64
import math

import numpy as np
import traitlets

from .._palette import LIGHT
from ..kondo import impurity_thermodynamics, kondo_flow, kondo_temperature
from ._front import Between, LiveFigure, picture, plots, said, script, within

POINTS = 96  # of each curve, evenly in ln T
LOWEST, HIGHEST = 0.01, 0.4  # a curve is drawn from 0.01 T_K to T = 0.4 D
UNIT = 32768  # values are stored as whole numbers of 1 / UNIT, in 16 bits


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

    _esm = script("plot", "steps", "kondo_curves", wasm=())
    title = said("How many curves are these?")
    try_line = said(
        "move the second slider until all curves are one. Does it happen anywhere but at the end?"
    )

    couplings = traitlets.List(traitlets.Float()).tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)  # T_K of each
    halves = traitlets.List(traitlets.Float()).tag(sync=True)  # where the entropy is ln(2) / 2
    curves = traitlets.Unicode().tag(sync=True)  # uint16: for each J entropy / ln 2, then t_chi
    J = traitlets.Float().tag(sync=True)
    power = Between(0, 1)

    def __init__(self, sweep=None, *, J=None, power=0.0, **frame):
        sweep = few_couplings() if sweep is None else sweep
        if len(sweep) < 2:
            raise ValueError(f"a sweep needs at least two J, got {sorted(sweep)}")
        couplings = sorted(sweep)
        T_K = [kondo_temperature(sweep[J]) for J in couplings]
        values = np.array([sampled(sweep[J], t) for J, t in zip(couplings, T_K, strict=True)])
        super().__init__(
            frame,
            couplings=[float(J) for J in couplings],
            temperatures=[float(f"{t:.8g}") for t in T_K],
            halves=[float(f"{half_entropy(*pair):.6g}") for pair in zip(T_K, values, strict=True)],
            curves=base64.b64encode(np.rint(UNIT * values).astype("<u2").tobytes()).decode(),
            J=couplings[len(couplings) // 2] if J is None else J,
            power=power,
        )

    @traitlets.validate("J")
    def _check_J(self, proposal):
        return within("J", proposal["value"], self.couplings[0], self.couplings[-1])

    def spread(self, power):
        """Decades of T / T_K**power over which the curves pass half of their entropy."""
        places = np.log10(self.halves) - power * np.log10(self.temperatures)
        return float(np.ptp(places))

    def values(self):
        """Entropy / ln 2 and t_chi of every curve, shape (n, 2, POINTS)."""
        data = np.frombuffer(base64.b64decode(self.curves), "<u2") / UNIT
        return data.reshape(len(self.couplings), 2, POINTS)

    def still(self):
        figure, *axes = plots(7.2, 3.0, 2)
        chosen = int(np.argmin(np.abs(np.array(self.couplings) - self.J)))
        few = range(0, len(self.couplings), max(1, len(self.couplings) // 8))
        order = [*(i for i in few if i != chosen), chosen]
        for i, (ax, label) in enumerate(zip(axes, ("$S\\,/\\,\\ln 2$", "$T\\chi$"), strict=True)):
            for k in order:
                x = grid(self.temperatures[k]) / self.temperatures[k] ** self.power
                look = {"color": LIGHT["accent"], "linewidth": 1.8} if k == chosen else {
                    "color": LIGHT["ctrl"], "linewidth": 0.7}  # fmt: skip
                ax.semilogx(x, self.values()[k, i], linestyle="-", **look)
            axis = f"$T\\,/\\,T_K^{{{self.power:g}}}$" if self.power else "$T/D$"
            ax.set(xlabel=axis, ylabel=label, ylim=(0, None))
        return picture(figure)

    def words(self):
        axis = {0: "T", 1: "T / T_K"}.get(self.power, f"T / T_K to the power {self.power:g}")
        return (
            f"{self.title} Entropy and T chi of {len(self.couplings)} Kondo impurities, J = "
            f"{self.couplings[0]:g} to {self.couplings[-1]:g}, against {axis}. All fall from ln 2 "
            f"and 1/4 to zero; they pass half of the entropy within {self.spread(self.power):.2f} "
            f"decades. Drawn thick: J = {self.J:g}."
        )


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
