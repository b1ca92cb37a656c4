"""The flow of (r, u) near four dimensions, where the Wilson-Fisher point splits off."""

import traitlets

from ..epsilon_expansion.shell import DL
from ._declare import Button, Mark, Slider, Whole, plot
from ._front import LiveFigure, text

__all__ = ["EpsilonFlow"]

R_RANGE, U_RANGE = (-0.5, 0.5), (0.0, 0.45)
GRAIN = {"step": 0.02, "fine": 0.005, "digits": 3}


class EpsilonFlow(LiveFigure):
    """The plane of r and u of the O(N) model, one loop, live in the page.

    Sliders move the dimension d through 4, where the fixed point of Wilson and Fisher leaves the
    Gaussian one, and the number of components N. A magnet dropped into the plane flows by
    `rgcourse.epsilon_expansion.shell_rates` to order or to disorder; a button puts it onto the
    line between the two.

    Parameters
    ----------
    d : float
        Dimension of space, 2.5 to 4.5.
    N : int
        Components of the field, 0 to 4.
    r, u : float
        Where the magnet waits: |r| <= 0.5 in units of the squared cutoff, u from 0 to 0.45 in units
        of 2 / K_d.
    running : bool
        Whether the magnet flows as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `exponents`, those of the point that rules, and the `fate` of the magnet.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> flow = EpsilonFlow(d=3, N=1)
    """

    title = text("Which fixed point rules?")
    try_line = text(
        "drag the dimension down through 4 and watch a point split off. Then put it "
        "onto the critical line and press Run: which point does a critical magnet reach?"
    )

    d = Slider(2.5, 4.5, 4.2, step=0.1, fine=0.02, digits=2, label="Dimension d", name="d",
               marks=[Mark(4, "4")])  # fmt: skip
    N = Whole(0, 4, 1, label="Components", name="N", text="N = {}")
    r = Slider(*R_RANGE, -0.1, label="Start r", name="r", **GRAIN)
    u = Slider(*U_RANGE, 0.4, label="Start u", name="u", **GRAIN)
    critical = Button("Onto the critical line", key="c")
    exponents = traitlets.List(traitlets.Float()).tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)
    readouts = {"y_t": "y_t", "y_u": "other y", "nu": "1/y_t", "fate": "magnet"}
    plots = {
        "plane": plot(("r, like a temperature", -0.6, 0.6),
                      ("u, strength of the quartic term", -0.15, 0.58),
                      drop=("r", "u"), size="tall"),
    }  # fmt: skip
    constants = {"dl": DL, "u_range": U_RANGE}
    legend = (
        "One-loop flow of (r, u) under zooming out, in units of the cutoff "
        "(rgcourse.epsilon_expansion.shell, compiled). The fixed point that rules the transition "
        "is full, the other hollow; dashed, the critical line. Exponents are those of the full "
        "point."
    )
