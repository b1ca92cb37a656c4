"""The flow diagram of two couplings: drop a point, and zooming out carries it to its sink."""

import math
from typing import Any

import traitlets

from ..couplings import niemeijer_van_leeuwen
from ..couplings.cumulants import B
from ..flows import find_fixed_point
from ._declare import Slider, Toggle, plot
from ._front import LiveFigure, text

__all__ = ["FlowDiagram"]

K1_RANGE, K2_RANGE, K3_RANGE = (0.0, 0.5), (-0.16, 0.16), (-0.1, 0.1)
EXACT_K1 = math.log(3) / 4  # critical on the triangular lattice with nearest neighbours only
GRAIN = {"step": 0.005, "fine": 0.001, "digits": 3}


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

    title = text("Where does this magnet flow?")
    try_line = text(
        "find the surface between order and disorder in six drops. Click into the plane, "
        "or move the sliders and press Run."
    )

    K1 = Slider(*K1_RANGE, 0.1, label="K₁", name="K₁", **GRAIN)
    K2 = Slider(*K2_RANGE, 0.05, label="K₂", name="K₂", **GRAIN)
    K3 = Slider(*K3_RANGE, 0.0, label="K₃", name="K₃", **GRAIN)
    reveal = Toggle("show surface and arrows", key="v", hint="surface")
    drops = traitlets.Int().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)
    readouts = {"drops": "drops", "n": "steps", "K": "K₁ now", "fate": "flows to"}
    plots = {
        "plane": plot(("K₁, nearest neighbours", *K1_RANGE), ("K₂, second neighbours", *K2_RANGE),
                      drop=("K1", "K2"), size="tall"),
    }  # fmt: skip
    legend = (
        "One step of zooming out by √3 on the triangular lattice, in the second order of Niemeijer "
        "and van Leeuwen (rgcourse.couplings.niemeijer_van_leeuwen, compiled). Dropped points: "
        "full blue circles end in order, hollow red ones in disorder. The ring named exact: "
        "ln(3)/4, nearest neighbours alone."
    )

    @property
    def constants(self) -> dict[str, Any]:
        """The fixed point between order and disorder, and the exact critical coupling."""
        point = find_fixed_point(lambda K: niemeijer_van_leeuwen(K, order=2), [0.28, 0, 0], b=B)
        return {"fixed_point": point.couplings.round(9).tolist(), "exact_K1": EXACT_K1}
