"""The exponents of the O(N) model, summed live from their divergent series."""

import numpy as np
import traitlets

from ..epsilon_expansion import eta_series, inverse_nu_series, omega_series
from ..reference import entry
from ..resummation import conformal, lipatov_a
from ._declare import Button, Choice, Mark, Slider, Whole, plot
from ._front import LiveFigure, text

__all__ = ["BorelSum"]

SERIES = {"nu": inverse_nu_series, "eta": eta_series, "omega": omega_series}
MAX_N, LOOPS = 3, (3, 6)
B_RANGE, LAM_RANGE, D_RANGE = (0.0, 30.0), (-1.0, 4.0), (2.0, 3.9)
REACH = {"nu": 0.03, "eta": 0.008, "omega": 0.2}  # of the plot against b, up and down
WIDE = {"nu": (0.4, 1.2), "eta": (0.0, 0.32), "omega": (0.0, 2.0)}  # of the plot against d
DIMENSIONS = tuple(np.linspace(2, 3.8, 10).round(1).tolist())  # where that plot has the rule


def known_values():
    """Triples (d, value, error) of exponents: the ledger's at d = 3, exact ones at d = 2."""
    ising = {name: entry(f"ising_2d.{name}").value for name in ("nu", "eta")}
    exact = {"nu": {0: 3 / 4, 1: ising["nu"]}, "eta": {0: 5 / 24, 1: ising["eta"]}, "omega": {}}
    table = {}
    for name in SERIES:
        items = [entry(f"resummation.{name}_{N}") for N in range(MAX_N + 1)]
        table[name] = [
            [[3.0, item.value, item.error]]
            + ([[2.0, exact[name][N], 0.0]] if N in exact[name] else [])
            for N, item in enumerate(items)
        ]
    return table


class BorelSum(LiveFigure):
    """Borel sums of nu, eta or omega against their free numbers and against d, live in the page.

    The series come from `rgcourse.epsilon_expansion`, accepted values from the ledger; sums and the
    error rule are the kernels of `rgcourse.resummation`, compiled.

    Parameters
    ----------
    quantity : {"nu", "eta", "omega"}
    N : int
        Components of the field, 0 to 3.
    order : int
        Loops, 3 to 6; where six are not confirmed, five are used.
    b, lam : float
        Parameters of the Borel transform: b from 0 to 30, lam from -1 to 4.
    d : float
        Dimension, 2 to 3.9.
    running : bool
        Whether loops are added one by one as soon as the figure is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `estimate`, the value and error of the rule.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> BorelSum(quantity="eta", N=2).quantity
    'eta'
    """

    title = text("How much does a divergent series know?")
    try_line = text(
        "move b and λ until the three curves lie on one another and are flat. Then press the "
        "button and see where the rule went."
    )

    quantity = Choice(
        {"nu": "exponent ν", "eta": "exponent η", "omega": "exponent ω"}, name="Exponent"
    )
    to_rule = Button("To the rule's b and λ", key="r")
    order = Whole(*LOOPS, 6, label="Loops", name="order")
    N = Whole(0, MAX_N, 1, label="Components", name="N", text="N = {}")
    b = Slider(*B_RANGE, 5.0, step=0.5, fine=0.1, digits=1, label="Borel b", name="b")
    lam = Slider(*LAM_RANGE, 1.0, step=0.1, digits=1, label="Growth λ", name="λ")
    d = Slider(*D_RANGE, 3.0, step=0.1, fine=0.05, digits=2, label="Dimension d", name="d",
               marks=[Mark(3, "d = 3")])  # fmt: skip
    estimate = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"sum": "at b, λ", "rule": "rule", "accepted": "accepted", "off": "off by"}
    plots = {
        "against_b": plot(("b", *B_RANGE), ("", 0, 1), drop=("b", "")),
        "against_d": plot(("dimension d", D_RANGE[0], 4), ("", 0, 1), drop=("d", "")),
    }
    constants = {
        "series": {
            name: [[*map(float, series(N))] for N in range(MAX_N + 1)]
            for name, series in SERIES.items()
        },
        "known": known_values(),
        "growth": [lipatov_a(N) for N in range(MAX_N + 1)],
        "loops": LOOPS,
        "reach": REACH,
        "wide": WIDE,
        "dimensions": DIMENSIONS,
        "nodes": conformal.N_NODES,
        "scanned": conformal.N_B * conformal.N_LAM,
    }
    legend = (
        "Left: Borel sums with the conformal map against b at your λ, the last order full, the two "
        "before dashed; ring: what the error rule chose. Right: the plain sum of the series (red, "
        "dashed) and the rule's values with their errors; full dots: bootstrap and Monte Carlo at "
        "d = 3, exact at d = 2. Sums and rule: rgcourse.resummation.conformal, compiled."
    )
