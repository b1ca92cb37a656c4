"""The flow diagram of two couplings: drop a point, and zooming out carries it to its sink."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..couplings import critical_surface, niemeijer_van_leeuwen
from ..couplings.cumulants import B, escape_time
from ..flows import find_fixed_point, trajectory
from ._front import Between, LiveFigure, picture, plots, said, script

K1_RANGE, K2_RANGE, K3_RANGE = (0.0, 0.5), (-0.16, 0.16), (-0.1, 0.1)


class FlowDiagram(LiveFigure):
    """Couplings of the triangular lattice under zooming out, live in the page.

    The plane is that of nearest (K1) and second neighbours (K2); third neighbours (K3) start at
    the slider's value. A point dropped into it flows by the second order of Niemeijer and van
    Leeuwen, b = sqrt(3) a step, until K1 has left for order or disorder. Six drops are given to
    find the critical surface between the two; a drop that takes eight steps or more has found it,
    and then the surface, the fixed point and the direction of flow are shown.

    Parameters
    ----------
    K1, K2, K3 : float
        Where the first point waits: K1 from 0 to 0.5, |K2| <= 0.16, |K3| <= 0.1.
    reveal : bool
        Whether the surface and the arrows are there from the start.
    running : bool
        Whether the first point flows as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `drops`, and `steps` and `fate` of the last one, when there is a kernel.

    Raises
    ------
    ValueError
        For couplings outside the plane, here or on later assignment.

    Examples
    --------
    >>> diagram = FlowDiagram(K1=0.1, K2=0.05)
    """

    _esm = script("plot", "steps", "flow_diagram", wasm=("flows",))
    title = said("Where does this magnet flow?")
    try_line = said(
        "find the surface between order and disorder in six drops. Click into the plane, "
        "or move the sliders and press Run."
    )

    K1 = Between(*K1_RANGE)
    K2 = Between(*K2_RANGE)
    K3 = Between(*K3_RANGE)
    reveal = traitlets.Bool().tag(sync=True)
    fixed_point = traitlets.List(traitlets.Float()).tag(sync=True)
    drops = traitlets.Int().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)

    def __init__(self, K1=0.1, K2=0.05, *, K3=0.0, reveal=False, **frame):
        super().__init__(
            frame,
            K1=K1,
            K2=K2,
            K3=K3,
            reveal=reveal,
            fixed_point=critical_point().couplings.round(9).tolist(),
        )

    def still(self):
        figure, ax = plots(7.2, 4.0)
        K2 = np.linspace(*K2_RANGE, 33)
        surface = [critical_surface(k, self.K3) for k in K2]
        ax.plot(surface, K2, color=LIGHT["critical"], linestyle=(0, (5, 3)))
        ax.annotate("critical surface", (surface[28], K2[28]), xytext=(8, 0),
                    textcoords="offset points", color=LIGHT["critical"])  # fmt: skip
        for start in self._starts():
            ordered = escape_time(*start, 200) > 0
            path = trajectory(_step, start, abs(escape_time(*start, 200)))
            colour = LIGHT["cold"] if ordered else LIGHT["hot"]
            ax.plot(path[:, 0], path[:, 1], color=colour, linewidth=1.3, marker=".", markersize=4)
            ax.plot(*start[:2], "o", color=colour, markerfacecolor=colour if ordered else "none")
        ax.plot(*self.fixed_point[:2], "o", color=LIGHT["critical"])
        ax.annotate("K*", self.fixed_point[:2], xytext=(6, -12), textcoords="offset points",
                    color=LIGHT["critical"])  # fmt: skip
        ax.set(xlim=K1_RANGE, ylim=K2_RANGE, xlabel="$K_1$, nearest neighbours",
               ylabel="$K_2$, second neighbours")  # fmt: skip
        return picture(figure)

    def _starts(self):
        """The waiting point, and two on each side of the surface."""
        near = [(critical_surface(K2, self.K3) + d, K2, self.K3)
                for K2 in (-0.1, 0.1) for d in (-0.01, 0.01)]  # fmt: skip
        return [(self.K1, self.K2, self.K3), *near]

    def words(self):
        fate = escape_time(self.K1, self.K2, self.K3, 200)
        sink = "order" if fate > 0 else "disorder"
        return (
            f"{self.title} The plane of the couplings K1 and K2 at K3 = {self.K3:g}. A dashed "
            f"line, the critical surface, falls from K1 = {critical_surface(-0.16, self.K3):.2f} "
            f"at K2 = -0.16 to {critical_surface(0.16, self.K3):.2f} at 0.16; flows that start "
            f"beside it run along it to the fixed point K* and leave to either side. From K1 = "
            f"{self.K1:g}, K2 = {self.K2:g} the flow ends in {sink} after {abs(fate)} steps."
        )


def critical_point():
    """The `FixedPoint` between order and disorder in the second order of the expansion."""
    return find_fixed_point(_step, [0.28, 0.0, 0.0], b=B)


def _step(K):
    return niemeijer_van_leeuwen(K, order=2)
