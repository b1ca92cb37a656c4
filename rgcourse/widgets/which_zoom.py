"""A blind test: five windows on a lattice at five distances. Which is which?"""

from collections.abc import Sequence
from typing import Any

import traitlets

from ..exact import CRITICAL_T
from ._declare import Button, Choice, Whole, plot
from ._front import LiveFigure, seeded, text
from ._zoomed import OCTAVES, stack_recipe, stack_side, three_temperatures

__all__ = ["WhichZoom"]

PICTURES = OCTAVES + 1
MODES = {
    "mystery": "a mystery",
    "below": "below Tc",
    "at": "at Tc",
    "above": "above Tc",
}


class WhichZoom(LiveFigure):
    """A blind test: five windows of one lattice, at b = 1, 2, 4, 8, 16, shuffled. Order them.

    Each round makes a new lattice in equilibrium and cuts from it, at five places that do not
    overlap, windows of `window` x `window` block spins of five sizes. Each is turned, mirrored and
    reversed at random. The reader picks them from the closest to the farthest; the page counts how
    many are in their place, for each temperature. Who only guesses gets one of five, with variance
    one, however the five hang together: after n rounds the mean is 1 +- 1/sqrt(n).

    Parameters
    ----------
    L : int
        Side of the lattices, 512 to 2048 and a multiple of 128.
    temperatures : (float, float, float)
        Rising, in units of J / k_B; the middle one is the critical one if nothing else is said.
    window : int
        Block spins across each picture, even, at most L / 32.
    temperature : {"mystery", "below", "at", "above"}
        Of the lattices; a mystery is one of the three at random, and told after the answer.
    picture : int
        The picture that is framed, for the keyboard, 1 to 5.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`; running, a machine plays, which knows the temperature and sees no more
        than the agreement of neighbours.

    The page reports `scores`, {who: {temperature: [rounds, hits]}} with who "reader" or "machine",
    and keeps the reader's in the browser; nothing leaves it.

    Raises
    ------
    ValueError
        For windows that do not fit, and temperatures that do not rise.

    Examples
    --------
    >>> test = WhichZoom(temperature="at")
    """

    title = text("Which zoom is it?")
    try_line = text(
        "click the pictures in order, from blocks of one spin to blocks of 16 × 16; the last goes "
        "by itself. Play five rounds. At which temperature can you do no better than guess?"
    )

    picture = Whole(1, PICTURES, label="Picture", name="picture")
    take = Button("Pick", key="p")
    following = Button("Next round", key="n")
    temperature = Choice(MODES, name="temperature", label="Temperature", key="t")
    forget = Button("Forget my score", key="f")
    L = traitlets.Int().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    scores = traitlets.Dict().tag(sync=True)
    readouts = {"T": "T", "rounds": "rounds", "mean": "hits of 5", "off": "from chance"}
    plots = {"tally": plot(("hits of 5", 0, PICTURES), ("", 0, 3), size="small")}

    def __init__(
        self,
        L: int = 2048,
        temperatures: Sequence[float] = (2.20, CRITICAL_T, 2.35),
        *,
        window: int = 64,
        temperature: str = "mystery",
        picture: int = 1,
        seed: int = 1971,
        **frame: Any,
    ) -> None:
        L, self.window = stack_side(L, window, share=2)  # so that there is room for five
        super().__init__(
            L=L, temperatures=three_temperatures(temperatures), temperature=temperature,
            picture=picture, **seeded(seed), **frame,
        )  # fmt: skip

    @property
    def constants(self) -> dict[str, Any]:
        """How the lattices are made, and the names of their temperatures."""
        names = [[key, words] for key, words in MODES.items() if key != "mystery"]
        return stack_recipe(self.window) | {"names": names}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Five windows of {self.window} × {self.window} block spins, of side b = 1, 2, 4, 8, "
            f"16, from one new lattice of {self.L} × {self.L} spins in equilibrium each round; "
            "they do not overlap, and each is turned, mirrored and reversed at random. Below, the "
            "mean number in its place: full dots yours, hollow ones of a machine that knows the "
            "temperature and sorts by the agreement of neighbours. Who guesses gets 1 of 5, with "
            "variance 1: the bars are 1 ± 1/√n after n rounds. Your score stays in your "
            "browser."
        )
