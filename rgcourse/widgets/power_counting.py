"""Power counting: couplings grow or fade as one zooms out, and the dimension decides which."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..field_theory import coupling_dimension
from ._front import Between, LiveFigure, picture, plots, said, script

D_RANGE, ZOOM_MOST = (1.0, 6.0), 2.0
Y_RANGE = (-4.25, 4.25)
COUPLING_RANGE = (5e-7, 5e8)
SLIGHT = 1e-9  # exponents smaller than this are zero
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

    _esm = script(
        "plot", "steps", "power_counting", wasm=("fields",),
        given={"terms": TERMS, "d": D_RANGE, "zoom": ZOOM_MOST, "y": Y_RANGE,
               "coupling": COUPLING_RANGE, "slight": SLIGHT},
    )  # fmt: skip
    title = said("Which couplings survive zooming out?")
    try_line = said("find the dimension in which φ⁶ keeps its size while φ⁴ grows.")

    d = Between(*D_RANGE)
    zoom = Between(0, ZOOM_MOST)
    exponents = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, d=2.0, *, zoom=1.0, **frame):
        super().__init__(frame, d=d, zoom=zoom)

    def still(self):
        figure, left, right = plots(7.2, 3.3, 2)
        d, b = np.array(D_RANGE), np.array([1, 10**ZOOM_MOST])
        for name, power, derivatives in TERMS:
            y = coupling_dimension(self.d, power, derivatives)
            look = dict(zip(("color", "linestyle"), _look(y), strict=True))
            left.plot(d, [coupling_dimension(x, power, derivatives) for x in d], **look)
            left.plot(self.d, y, "o", color=look["color"], markersize=4)
            right.loglog(b, b**y, **look)
            end = (b[1], max(b[1] ** y, 1e-6))
            right.annotate(_tex(name), end, xytext=(4, -3), color=look["color"],
                           textcoords="offset points", annotation_clip=False)  # fmt: skip
        left.axvline(self.d, color=LIGHT["accent"], linewidth=1)
        left.axhline(0, color=LIGHT["rule"], linewidth=1)
        left.set(xlim=D_RANGE, ylim=Y_RANGE, xlabel="dimension $d$", ylabel="exponent $y$")
        right.set(xlim=b, ylim=COUPLING_RANGE, xlabel="zoom factor $b$", ylabel="coupling")
        return picture(figure)

    def words(self):
        said = []
        for name, power, derivatives in TERMS:
            y = coupling_dimension(self.d, power, derivatives)
            said.append(f"{name} is {kind(y)} (y = {y:g})")
        return (
            f"{self.title} Exponents y of five couplings against the dimension, and the couplings "
            f"against the zoom factor. In d = {self.d:g}: {', '.join(said)}."
        )


def kind(y):
    """relevant, marginal or irrelevant, by the sign of the exponent."""
    if abs(y) < SLIGHT:
        return "marginal"
    return "relevant" if y > 0 else "irrelevant"


def _look(y):
    return {
        "relevant": (LIGHT["ink"], "-"),
        "marginal": (LIGHT["critical"], "-"),
        "irrelevant": (LIGHT["muted"], (0, (4, 3))),
    }[kind(y)]


def _tex(name):
    raised = {"²": "^2", "⁴": "^4", "⁶": "^6", "φ": r"\phi ", "∇": r"\nabla "}
    return "$" + "".join(raised.get(c, c) for c in name) + "$"
