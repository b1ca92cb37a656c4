"""A polymer that turns about the site you press, and its size against its length."""

from typing import Any

import traitlets

from ..walks.symmetries import signed_axes
from ._declare import Button, Slider, Stops, Toggle, plot
from ._front import LiveFigure, seeded, text

__all__ = ["PivotLab"]

LENGTHS = (32, 64, 128, 256, 512, 1024, 2048)
ATTEMPTS = 20  # between two measurements
DISCARDED = 10  # attempts for each step, before anything is measured
ENOUGH = 0.02  # relative error of <R^2> at which a walk may grow


class PivotLab(LiveFigure):
    """A self-avoiding walk in the plane that is pivoted, beside an ideal one, live in the page.

    Left both walks, in units in which a polymer of any length is about as large. A press on one of
    its sites turns the shorter arm about it, if nothing is in the way. Right the root of <R^2>
    against the number of steps, for both, with the slope on logarithmic axes. The chain is that of
    `rgcourse.walks.PivotChain`.

    Parameters
    ----------
    length : {32, 64, 128, 256, 512, 1024, 2048}
        Steps of both walks; the nearest of these.
    pivot : float
        Where the button turns the walk, from 0.02 to 0.98 of its length.
    grow : {"stays", "grows"}
        Whether a walk whose <R^2> is known to 2 % goes on to twice the length.
    running : bool
        Whether it runs as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `slope`, nu of the self-avoiding walk so far (0 with less than three lengths),
    when there is a kernel.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = PivotLab(length=256)
    """

    title = text("How large is a polymer of N steps?")
    try_line = text(
        "press on the walk, near an end and in the middle: where does a turn succeed? Then run it, "
        "and read both slopes."
    )

    length = Stops(LENGTHS, 64, label="Steps N", name="steps", keys="n")
    pivot = Slider(0.02, 0.98, 0.5, step=0.04, fine=0.01, digits=2, label="Pivot at", name="pivot")
    turn = Button("Turn", key="t", hint="turn about the pivot")
    grow = Toggle("N grows", off="stays", on="grows", default="grows", key="g")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    slope = traitlets.Float().tag(sync=True)
    readouts = {"samples": "samples", "share": "accepted", "nu": "slope ν", "ideal": "ideal"}
    plots = {
        "walk": plot(("in units of N^¾", -1, 1), ("", -1, 1), drop=("pivot", ""), size="tall"),
        "law": plot(("steps N", 20, 3000), ("root of ⟨R²⟩", 4, 400), size="tall", log="xy"),
    }
    constants = {
        "lengths": LENGTHS,
        "attempts": ATTEMPTS,
        "discarded": DISCARDED,
        "enough": ENOUGH,
        "group": signed_axes(2).tolist(),
    }

    def __init__(
        self,
        length: int = 64,
        *,
        pivot: float = 0.5,
        grow: str = "grows",
        seed: int = 21,
        **frame: Any,
    ) -> None:
        super().__init__(length=length, pivot=pivot, grow=grow, **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            "Left: a self-avoiding walk (black) and an ideal one (grey), the pivot orange. Right: "
            "the root of their mean squared size, with errors and the straight lines through what "
            f"is known; dotted, slope ¾. Both start as rods, and {DISCARDED} N attempts are "
            f"discarded. An error is shown when the series is long enough for one; at "
            f"{ENOUGH:.0%} of ⟨R²⟩ the walk grows. Pivots of rgcourse.walks.PivotChain, compiled. "
            f"Seed {self.seed}."
        )
