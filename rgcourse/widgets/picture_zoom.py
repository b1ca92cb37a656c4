"""A picture under zooming out, the reader's own if they like: is it the same at all sizes?"""

from typing import Any

import traitlets

from ..block_sums import PICTURES
from ._declare import Button, Choice, Toggle, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["PictureZoom"]

SIDE = 512
MOST_STEPS = 7  # 4 x 4 blocks are left then
OWN = "own"


class PictureZoom(LiveFigure):
    """Averages over blocks of a picture, and their contrast against the side of a block, live.

    The picture is noise made by `rgcourse.block_sums.draw_picture`, or one of the reader's: opened
    or dropped, it is decoded in the page and stays there. Each step averages 2 x 2 elements.
    The contrast is the standard deviation of the averages; of independent elements it falls as one
    over the side.

    Parameters
    ----------
    picture : {"white noise", "noise of all sizes", "own"}
        What is shown; "own" waits for a picture of the reader's.
    level : int
        Steps of zooming out, 0 to 7.
    stretch : {"plain", "stretched"}
        Whether the averages are drawn with the contrast of the first picture or with one restored
        at each step.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `contrast`, one number for each side 1, 2, 4, ..., and nothing else of a
    picture.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = PictureZoom("noise of all sizes", level=2)
    """

    title = text("Does this picture have a size of its own?")
    try_line = text(
        "open a photograph of yours, or drop one here, and zoom out. Is its line closer to that of "
        "white noise or to that of noise of all sizes?"
    )

    level = Whole(0, MOST_STEPS, label="Zoom out", name="zoom", keys="+-",
                  values=[f"b = {2**k}" for k in range(MOST_STEPS + 1)])  # fmt: skip
    picture = Choice(
        {**{kind: kind for kind in PICTURES}, OWN: "your own picture"}, name="picture", key="n",
        hint="next picture",
    )  # fmt: skip
    choose = Button("Open a picture", key="o")
    stretch = Toggle("restore the contrast", off="plain", on="stretched", key="c")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    contrast = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"b": "b", "n": "averages", "contrast": "contrast", "slope": "slope"}
    plots = {
        "fall": plot(
            ("side b of a block", 1, 2**MOST_STEPS), ("contrast", 1e-3, 1), size="tall", log="xy"
        ),
    }
    constants = {"side": SIDE, "kinds": list(PICTURES), "own": OWN}

    def __init__(
        self, picture: str = PICTURES[0], *, level: int = 0, seed: int = 3, **frame: Any
    ) -> None:
        super().__init__(picture=picture, level=level, **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Left, {SIDE} × {SIDE} grey values, averaged over blocks of b × b. Right, the "
            "standard deviation of the averages against b, both axes logarithmic; dashed, the fall "
            "of independent elements, 1/b (rgcourse.block_sums, compiled). Of your own picture the "
            "largest square in the middle is taken. It is read in this page and never leaves your "
            f"browser. Seed of the noises: {self.seed}."
        )
