"""Two inputs on their way through a random network, beside the map of their overlap."""

from typing import Any

import traitlets

from ._declare import Button, Slider, plot
from ._front import LiveFigure, seeded, text

__all__ = ["EdgeOfChaos"]

WIDTH, DEPTH = 200, 60
SIGMA_W, SIGMA_B = (0.6, 2.4), (0.05, 0.8)


class EdgeOfChaos(LiveFigure):
    """Order, chaos and the line between them: a real network and the recursion, live in the page.

    A point in the plane of sigma_w and sigma_b is a kind of random network. Two inputs with a given
    overlap run through one of it, 200 units wide and 60 layers deep, whose weights are drawn on the
    way. Beside it `rgcourse.signal_flow.overlap_after`, the map of infinite width, as a cobweb.

    Parameters
    ----------
    sigma_w : float
        0.6 to 2.4; weights have the variance sigma_w**2 / 200.
    sigma_b : float
        0.05 to 0.8, of the biases.
    overlap : float
        Of the two inputs, 0 to 0.99.
    running : bool
        Whether the inputs set out as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `chi`, `length` (0 on the edge, where it is infinite), `end`, the overlap that
    stays, and the network's overlap at each layer so far, `path`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = EdgeOfChaos(sigma_w=1.2, sigma_b=0.3)
    """

    title = text("Do two inputs stay apart?")
    try_line = text(
        "run it, then put a point to the right of the line and start from another overlap: does "
        "the end remember? Last, go to the line itself."
    )

    sigma_w = Slider(*SIGMA_W, 1.1, step=0.05, fine=0.01, digits=2, label="Weights σ_w",
                     name="σ_w")  # fmt: skip
    sigma_b = Slider(*SIGMA_B, 0.22, step=0.05, fine=0.01, digits=2, label="Biases σ_b",
                     name="σ_b")  # fmt: skip
    overlap = Slider(0, 0.99, 0.9, step=0.05, fine=0.01, digits=2, label="Overlap at the start",
                     name="overlap", keys="o")  # fmt: skip
    snap = Button("To the critical line", key="c")
    another = Button("Another network", key="n")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    chi = traitlets.Float().tag(sync=True)
    length = traitlets.Float().tag(sync=True)
    end = traitlets.Float().tag(sync=True)
    path = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"chi": "slope χ", "length": "length ξ", "end": "ends at c*", "now": "network now"}
    plots = {
        "pad": plot(("σ_w", *SIGMA_W), ("σ_b", 0, SIGMA_B[1]), drop=("sigma_w", "sigma_b")),
        "flow": plot(("layer", 0, DEPTH), ("overlap", -0.25, 1)),
        "map": plot(("overlap", 0, 1), ("overlap after a layer", 0, 1), drop=("overlap", ""),
                    size="tall"),
    }  # fmt: skip
    constants = {"width": WIDTH, "depth": DEPTH, "catch": 0.04, "most_q": 6.0}
    legend = (
        "The pad: pairs of σ_w and σ_b, the critical line χ = 1 in violet, order to its left, "
        "chaos to its right. Below: the overlap of two inputs in a network of width 200, dots, and "
        "the recursion for infinite width, line; violet the overlap that stays. The map of one "
        "layer (rgcourse.signal_flow.overlap_after, compiled) with the staircase of the recursion."
    )

    def __init__(
        self, sigma_w: float = 1.1, sigma_b: float = 0.22, overlap: float = 0.9, *, seed: int = 60,
        **frame: Any,
    ) -> None:  # fmt: skip
        super().__init__(sigma_w=sigma_w, sigma_b=sigma_b, overlap=overlap, **seeded(seed), **frame)
