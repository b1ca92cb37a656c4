"""Beliefs that go up a noisy sentence's tree, beside the recursion of their mean."""

from typing import Any

import traitlets

from ._declare import Mark, Slider, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["DenoiseTree"]

V, M, S = 16, 4, 2  # symbols, synonyms, symbols in a pair
# The recursion p = F(p) is of third order, with the roots 1 and 1 / v, and this one.
P_STAR = (V**S - M) / (V**S - M * V) - 1 - 1 / V
NOISE_STAR = (1 - P_STAR) / (1 - 1 / V)  # of letters in which one believes so much


class DenoiseTree(LiveFigure):
    """A sentence with noise on its letters, and what it says of the symbols above, in the page.

    The sentence belongs to a random grammar of 16 symbols with 4 synonyms each,
    `rgcourse.grammar.random_grammar`. Every letter is believed with 1 - noise + noise / 16, and
    exact belief propagation gives the belief in each symbol above it, `rgcourse.grammar.believe`.
    Beside it the mean belief is mapped again and again, `rgcourse.grammar.denoising_map`. Each step
    takes another grammar and another sentence, and adds to the means.

    Parameters
    ----------
    noise : float
        0 to 1; 0.8 is where the mean belief stays.
    L : int
        Levels of the tree, 2 to 8.
    running : bool
        Whether sentence after sentence is taken as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the mean belief of each level, from the text up, as `beliefs`, and the number
    of `samples`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> tree = DenoiseTree(noise=0.7, L=6)
    """

    title = text("How much noise does a sentence survive?")
    try_line = text(
        "go to \u03b5*, then a little to either side. What becomes of the belief on the way up?"
    )

    noise = Slider(0, 1, 0.7, step=0.02, fine=0.005, digits=3, label="Noise \u03b5", name="\u03b5",
                   marks=[Mark(NOISE_STAR, "\u03b5*", "c")])  # fmt: skip
    L = Whole(2, 8, 6, label="Levels L", name="L", keys="l")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    beliefs = traitlets.List(traitlets.Float()).tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    readouts = {
        "letter": "in a letter",
        "label": "in the label",
        "flow": "recursion",
        "n": "sentences",
    }
    plots = {
        "map": plot(("belief in a symbol below", 0, 1), ("belief in the one above", 0, 1),
                    drop=("noise", ""), size="tall"),
    }  # fmt: skip
    constants = {"v": V, "m": M, "s": S, "p_star": P_STAR}
    legend = (
        "The tree: belief in the true symbol, from the letters at the bottom to the label; the "
        "more blue, the surer. Beside each level its mean over all sentences so far. The map: "
        "the mean belief in a symbol, if that in its two children is given, with the fixed "
        "point p* = 1/4 (rgcourse.grammar.denoising_map), and the staircase that begins at your "
        "letters. Hollow dots: the means. 16 symbols with 4 synonyms each; "
        "rgcourse.grammar.believe, compiled."
    )

    def __init__(self, noise: float = 0.7, L: int = 6, *, seed: int = 16, **frame: Any) -> None:
        super().__init__(noise=noise, L=L, **seeded(seed), **frame)
