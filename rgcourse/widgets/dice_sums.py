"""Sums of dice under zooming out: neighbours are added, and Gauss's bell is the fixed point."""

import math
from typing import Any

import numpy as np
import traitlets

from ..block_sums import SOURCES, cumulant_errors, stable_density
from ._declare import Choice, Mark, Slider, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["DiceSums"]

N_NUMBERS = 2**20
MOST_STEPS = 10
X_MAX = 5.0
WIDTH = 0.1  # of a bar, at least
KAPPA_MIN, KAPPA_MAX = 1e-3, 20.0
X_CURVE = np.linspace(-X_MAX, X_MAX, 201)


def fixed_point(source):
    """What sums of numbers of this source flow to, as points of a curve, rounded for the page."""
    known = SOURCES[source]
    return stable_density(X_CURVE, known.alpha, scale=known.scale).round(6).tolist()


def errors(source):
    """Standard errors [third, fourth] of the cumulants after each step, with alpha = 2."""
    steps = range(MOST_STEPS + 1)
    return [cumulant_errors(source, N_NUMBERS >> k, steps=k)[2:].round(8).tolist() for k in steps]


def typical_size(source):
    """exp of the mean of ln |x| at the fixed point of a source without variance."""
    known = SOURCES[source]
    return known.scale * math.exp(np.euler_gamma * (1 / known.alpha - 1))


class DiceSums(LiveFigure):
    """A million independent numbers, whose neighbours are added again and again, live in the page.

    Each step makes half as many numbers, (x1 + x2) / 2^(1/alpha), and draws their histogram. With
    alpha = 2 it flows to Gauss's bell where the variance is finite; the third and the fourth
    cumulant shrink by 2^(1 - k/2) a step, which is drawn as lines. Cauchy's and Levy's numbers
    have a fixed point of their own, at another alpha.

    Parameters
    ----------
    source : {"die", "coin", "exponential", "Cauchy", "Levy"}
        See `rgcourse.block_sums.draw_numbers`.
    level : int
        Steps that have been made, 0 to 10.
    alpha : float
        Of the factor, 0.6 to 2.5.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `measured`, the cumulants [mean, variance, third, fourth] after the steps.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = DiceSums("exponential", level=3)
    """

    title = text("What is left of the dice after zooming out?")
    try_line = text(
        "zoom out on dice, then on exponential numbers. Then choose Cauchy and find the alpha at "
        "which the picture stays as it is."
    )

    level = Whole(0, MOST_STEPS, label="Zoom out", name="zoom", keys="+-",
                  values=[f"b = {2**k}" for k in range(MOST_STEPS + 1)])  # fmt: skip
    alpha = Slider(0.6, 2.5, 2, step=0.1, fine=0.05, digits=2, label="Exponent α", name="α",
                   marks=[Mark(1, "1", "1"), Mark(2, "2", "2")])  # fmt: skip
    source = Choice(
        {"die": "dice", "coin": "coins", "exponential": "exponential numbers",
         "Cauchy": "Cauchy's numbers", "Levy": "Lévy's tails, α = 1.5"},
        name="source", key="n", hint="next source",
    )  # fmt: skip
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    measured = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"n": "numbers", "variance": "variance", "third": "κ₃", "fourth": "κ₄"}
    plots = {
        "bars": plot(("x", -X_MAX, X_MAX), ("density", 0, 0.7)),
        "flow": plot(("steps", 0, MOST_STEPS), ("cumulant", KAPPA_MIN, KAPPA_MAX), log="y"),
    }
    constants = {
        "n": N_NUMBERS,
        "width": WIDTH,
        "sources": {name: [s.alpha, *s.kappa[1:3]] for name, s in SOURCES.items()},
        "errors": {name: errors(name) for name, s in SOURCES.items() if s.kappa},
        "sizes": {name: typical_size(name) for name, s in SOURCES.items() if not s.kappa},
        "spacings": {"die": (12 / 35) ** 0.5, "coin": 2.0},
        "x_curve": X_CURVE.round(6).tolist(),
        "order": list(SOURCES),  # a stored page sorts the keys of what follows
        "curves": {name: fixed_point(name) for name in SOURCES},
    }  # fmt: skip

    def __init__(
        self, source: str = "die", *, level: int = 0, alpha: float = 2, seed: int = 5, **frame: Any
    ) -> None:
        super().__init__(source=source, level=level, alpha=alpha, **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"{N_NUMBERS:,} independent numbers; each step adds neighbours and divides by 2^(1/α) "
            "(rgcourse.block_sums, compiled). Left, their histogram, and in violet the fixed point "
            "of the source. Right, the sizes of the third cumulant (hollow) and the fourth (full) "
            "with one standard error, and the lines that they must follow, a factor of "
            "2^(1 − k/α) a step; without cumulants, exp(mean ln |x|) and the line of the fixed "
            f"point. Seed {self.seed}."
        ).replace(",", "\u202f", 2)
