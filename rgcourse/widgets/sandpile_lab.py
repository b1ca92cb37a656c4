"""A sandpile that lives in the page: drop grains on it and see how far they reach."""

from typing import Any

import traitlets

from ..sandpile import mean_avalanche
from ._declare import Button, Slider, Stops, Toggle, plot
from ._front import LiveFigure, seeded, text

__all__ = ["SandpileLab"]

SIDES = (32, 64, 128, 256, 512)
IDENTITY_SIDE = 128  # the identity takes L**4 topplings: seconds here, minutes beyond
FIRST_GRAINS = 500  # that have fallen before the still is taken


class SandpileLab(LiveFigure):
    """The pile of Bak, Tang and Wiesenfeld, live in the page, and the sizes of its avalanches.

    It starts in its stationary state, exactly, as `rgcourse.sandpile.Sandpile` does. A click, a tap
    or a key drops a grain, and the avalanche is drawn as it spreads. Whether the pile is recurrent
    is told by the burning test. The identity of the sandpile group grows on a pile of side 128.

    Parameters
    ----------
    L : int
        Side of the pile: 32, 64, 128, 256 or 512.
    across, down : float
        Where the next grain falls, in per cent of the side.
    fast : bool
        Whether grains fall without the avalanches being drawn.
    running : bool
        Whether grains fall as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `grains`, `size` (of the last avalanche), `mean` (of all) and `recurrent`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = SandpileLab(L=128)
    """

    title = text("How far does one grain reach?")
    try_line = text("drop grains in the middle until one of them reaches an edge.")

    across = Slider(0, 100, 50, step=1, fine=0.1, digits=1, text="{} %", label="Across")
    down = Slider(0, 100, 50, step=1, fine=0.1, digits=1, text="{} %", label="Down")
    L = Stops(SIDES, 512, label="Side L", name="side")
    drop_one = Button("Drop a grain", key="d")
    fast = Toggle("Fast, not drawn", key="f", hint="fast")
    empty = Button("Empty the pile", key="e", hint="empty")
    identity = Button("Identity", key="i")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    grains = traitlets.Int().tag(sync=True)
    size = traitlets.Int().tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    recurrent = traitlets.Bool().tag(sync=True)
    readouts = {"size": "topplings", "mean": "mean", "exact": "exact", "burns": "recurrent"}
    plots = {
        "sizes": plot(("topplings s", 1, 1e7), ("P(s)", 1e-11, 1), size="tall", log="xy"),
    }
    constants = {
        "identity_side": IDENTITY_SIDE,
        "largest": max(SIDES),
        "first_grains": FIRST_GRAINS,
        "exact": {str(L): round(mean_avalanche(L), 6) for L in SIDES},
    }

    def __init__(self, L: int = 512, *, seed: int = 1987, **frame: Any) -> None:
        super().__init__(L=L, **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            "Left: grains on each site, 0 (pale) to 3 (dark); in colour, what the last grain made "
            "topple. The ring is where yours falls: click, tap, or move it with the sliders. "
            "Right: how often each size occurs, in bins of doubled width. Kernels of "
            f"rgcourse.sandpile, compiled. Seed {self.seed}."
        )
