"""Power counting: couplings grow or fade as one zooms out, and the dimension decides which."""

import traitlets

from ._declare import Mark, Slider, plot
from ._front import LiveFigure, text

__all__ = ["PowerCounting"]

D_RANGE, ZOOM_MAX = (1.0, 6.0), 2.0
ROOM = 0.6  # for names, in decades right of the last zoom factor
# name, fields, gradients: the terms of the figure
TERMS = (("φ", 1, 0), ("φ²", 2, 0), ("φ⁴", 4, 0), ("φ⁶", 6, 0), ("(∇²φ)²", 2, 4))


class PowerCounting(LiveFigure):
    """Five couplings of a field under zooming out at the Gaussian fixed point, live in the page.

    On the left, the exponent of each against the dimension d; on the right, the couplings
    themselves, all 1 at first, while the zoom factor b runs to 100: g = b**y, with y from
    `rgcourse.field_theory.coupling_dimension`.

    Parameters
    ----------
    d : float
        Dimension of space, 1 to 6.
    zoom : float
        Decimal logarithm of the zoom factor at first, 0 to 2.
    running : bool
        Whether it zooms out as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the `exponents` of the five terms when there is a kernel.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = PowerCounting(d=3)
    """

    title = text("Which couplings survive zooming out?")
    try_line = text("find the dimension in which φ⁶ keeps its size while φ⁴ grows.")

    d = Slider(*D_RANGE, 2.0, step=0.1, fine=0.05, digits=2, label="Dimension d", name="d",
               marks=[Mark(4, "4")])  # fmt: skip
    zoom = Slider(0, ZOOM_MAX, 1.0, step=0.1, fine=0.01, label="Zoom out", name="zoom")
    exponents = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"relevant": "relevant", "marginal": "marginal", "irrelevant": "irrelevant"}
    plots = {
        "lines": plot(("dimension d", *D_RANGE), ("exponent y", -4.25, 4.25), drop=("d",)),
        "growth": plot(("zoom factor b", 1, 10 ** (ZOOM_MAX + ROOM)), ("coupling", 5e-7, 5e8),
                       log="xy"),
    }  # fmt: skip
    constants = {"terms": TERMS, "zoom_max": ZOOM_MAX}
    legend = (
        "Left: the exponent y of five couplings against the dimension; press there to choose one. "
        "Right: the couplings, all 1 at b = 1, as one zooms out at the Gaussian fixed point "
        "(rgcourse.field_theory.coupling_dimension, compiled). Full lines grow, dashed lines fade, "
        "violet ones keep their size."
    )
