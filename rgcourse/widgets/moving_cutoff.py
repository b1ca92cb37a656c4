"""Noise on a picture, the cutoff that moves with it, and filters that try to undo it."""

from typing import Any

import traitlets

from ..exact import CRITICAL_K
from ..zoom_in.waves import detail_memory, n_shells
from ._declare import Button, Choice, Slider, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["MovingCutoff"]

L = 128  # side of the picture
SHELLS = n_shells(L)
SLOPE = 1.75  # of the Gaussian field's power, the magnet's 2 - eta
WARM, BETWEEN = 100, 20  # cluster sweeps before the first magnet and from one to the next
DISCS, SMALLEST, LARGEST = 4000, 3, 40  # fall on each other, with radii from 3 to 40
LIMIT = 3  # of thresholds, in noise levels


class MovingCutoff(LiveFigure):
    """A picture with noise, and what a filter makes of it, in the page.

    The picture is a Gaussian field with the critical magnet's exponent, a critical magnet, or discs
    that hide each other, as a photograph's edges do; each has mean 0 and variance 1. Wiener's
    filter knows the power of every shell of waves of this very picture. Errors are mean squares;
    the expected one is exact for filters of waves, whatever the picture (`rgcourse.zoom_in.waves`).

    Parameters
    ----------
    noise : float
        Standard deviation, 0.05 to 5.
    cut : int
        Largest shell that the sharp filter lets through, 1 to 91. Moving it takes that filter.
    filter : {"Wiener", "sharp", "thresholds"}
    source : {"Gaussian", "magnet", "discs"}
    running : bool
        Whether noise after noise is drawn as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the `errors` measured so far, their `expected` value (Wiener's for thresholds),
    the `best`, Wiener's, and the `cutoff`, up to which waves are stronger than the noise.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = MovingCutoff(noise=0.5, source="discs")
    """

    title = text("What does noise leave of a picture?")
    try_line = text(
        "drag the cutoff in the spectrum. Then cut sharply and find the best place: "
        "how near do you come to Wiener's error? Last, thresholds on discs, with less noise."
    )

    noise = Slider(0.05, 5, 1, step=0.05, fine=0.01, digits=2, label="Noise σ", name="σ")
    cut = Whole(1, SHELLS - 1, 20, label="Sharp cut k", name="sharp cut", keys="+-")
    filter = Choice({"Wiener": "Wiener's filter", "sharp": "sharp cutoff",
                     "thresholds": "thresholds"}, name="filter", key="f")  # fmt: skip
    source = Choice({"Gaussian": "Gaussian field", "magnet": "critical magnet",
                     "discs": "discs"}, name="picture", key="p")  # fmt: skip
    another = Button("Another picture", key="n")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    errors = traitlets.List(traitlets.Float()).tag(sync=True)
    expected = traitlets.Float().tag(sync=True)
    best = traitlets.Float().tag(sync=True)
    cutoff = traitlets.Float().tag(sync=True)
    readouts = {"error": "error", "expected": "expected", "best": "Wiener's", "cutoff": "k*"}
    plots = {
        "spectrum": plot(("wave number k", 1, SHELLS - 1), ("power", 1e-3, 3e3),
                         drop=("cut", "noise"), log="xy"),
    }  # fmt: skip
    constants = {"L": L, "shells": SHELLS, "slope": SLOPE, "K": CRITICAL_K, "warm": WARM,
                 "between": BETWEEN, "discs": [DISCS, SMALLEST, LARGEST], "limit": LIMIT,
                 "memory": detail_memory(L)}  # fmt: skip
    legend = (
        "Pictures of 128 × 128 sites and variance 1, in the same shades but for the noisy one. "
        "Spectrum: mean power of each shell of waves, of the picture (blue), with noise (grey) and "
        "filtered (orange); violet, dashed: that of the noise. Drag the cutoff, or the noise. "
        "Wiener's filter knows the shells of this very picture. Error: mean square of what is "
        "missing; a step draws other noise. Thresholds: Haar details above three noise levels "
        "stay. Discs hide each other, with radii from 3 to 40. rgcourse.zoom_in.waves, compiled."
    )

    def __init__(self, noise: float = 1.0, filter: str = "Wiener", source: str = "Gaussian",
                 *, seed: int = 2207, **frame: Any) -> None:  # fmt: skip
        super().__init__(
            noise=noise, filter=filter, source=source, **seeded(seed, lattices=2), **frame
        )
