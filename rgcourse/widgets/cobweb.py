"""The recursion of Migdal and Kadanoff as a cobweb: one coupling, mapped again and again."""

import traitlets

from ..exact import CRITICAL_K
from ._declare import Mark, Slider, plot
from ._front import LiveFigure, text

__all__ = ["Cobweb"]

MAX_K = 1.2


class Cobweb(LiveFigure):
    """The coupling after one step of zooming out against the coupling before, live in the page.

    A coupling K is mapped by `rgcourse.couplings.migdal_kadanoff`, and drawn as a staircase between
    the curve and the diagonal. Where they cross is the fixed point K*; the slope there gives nu.
    Dimension and rescaling factor are real numbers.

    Parameters
    ----------
    K : float
        Where the staircase begins, 0 to 1.2.
    dim : float
        Dimension of space, 1 to 4.
    b : float
        Rescaling factor, 1.05 to 4.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `fixed_point` and `nu` (0 where there is none) and the number of `steps`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = Cobweb(K=0.3, dim=3)
    """

    title = text("Where does this coupling go?")
    try_line = text("find a K that neither grows nor fades. Then lower the dimension towards one.")

    K = Slider(0, MAX_K, 0.28, step=0.01, fine=0.001, digits=3, label="Coupling K", name="K",
               marks=[Mark(CRITICAL_K, "Kc, d = 2", "c")])  # fmt: skip
    dim = Slider(1, 4, 2, step=0.1, fine=0.01, digits=2, label="Dimension d", name="dimension",
                 marks=[Mark(3, "3", "3")])  # fmt: skip
    b = Slider(1.05, 4, 2, step=0.1, fine=0.05, digits=2, label="Factor b", name="b")
    readouts = {"n": "steps", "K": "K now", "star": "K*", "nu": "ν"}
    plots = {"map": plot(("K", 0, MAX_K), ("K′", 0, MAX_K), drop=("K", ""), size="tall")}
    constants = {"K_max": MAX_K, "K_min": 1e-3}
    legend = (
        "One step of zooming out by b: bonds moved, then decimated "
        "(rgcourse.couplings.migdal_kadanoff, compiled). Black the new coupling against the old, "
        "grey the diagonal; where they cross, a violet ring, a coupling stays. The staircase is "
        "what becomes of yours. The slope at the ring is b to the power y, and ν = 1 / y."
    )
    fixed_point = traitlets.Float().tag(sync=True)
    nu = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
