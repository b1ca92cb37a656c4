"""A chain dropped at (K, h): its couplings flow while the chain itself is decimated."""

from typing import Any

import traitlets

from .. import _checks
from ._declare import Mark, Slider, Whole, plot, within
from ._front import LiveFigure, seeded, text

__all__ = ["ChainFlow"]

K_MAX, H_MAX = 2.0, 1.5


class ChainFlow(LiveFigure):
    """The plane of coupling and field of the Ising chain, and a chain, live in the page.

    A point dropped into the plane draws a chain with these couplings. Each step keeps every b-th
    spin of it, draws the survivors at full width below, and moves the point to the couplings that
    belong to them, `rgcourse.couplings.decimate_chain`.

    Parameters
    ----------
    K, h : float
        Where the first chain waits: K from 0 to 2, |h| <= 1.5.
    b : int
        Rescaling factor, 2 to 4.
    n_spins : int
        Length of the first chain, 64 to 512.
    running : bool
        Whether the first chain is decimated as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `steps` and `flow`, the couplings [K, h] passed so far, to Python.

    Raises
    ------
    ValueError
        For values outside these ranges; K, h and b are checked on later assignment, too.

    Examples
    --------
    >>> chain = ChainFlow(K=1.5, h=0.02)
    """

    title = text("Where does a chain flow?")
    try_line = text(
        "drop a chain at h = 0 as far right as you can. Does it ever flow to the right?"
    )

    K = Slider(0, K_MAX, 1.5, step=0.05, fine=0.01, digits=2, label="Coupling K", name="K")
    h = Slider(-H_MAX, H_MAX, 0.02, step=0.05, fine=0.01, digits=2, label="Field h", name="h",
               marks=[Mark(0, "0")])  # fmt: skip
    b = Whole(2, 4, label="Keep one in", name="b", text="b = {}")
    n_spins = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    flow = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    readouts = {"n": "spins left", "K": "K", "h": "h", "xi": "ξ"}
    plots = {
        "plane": plot(("coupling K", 0, K_MAX), ("field h", -H_MAX, H_MAX), drop=("K", "h")),
    }

    def __init__(
        self,
        K: float = 1.5,
        h: float = 0.02,
        *,
        n_spins: int = 256,
        seed: int = 7,
        **frame: Any,
    ) -> None:
        n_spins = int(within("n_spins", _checks.integer("n_spins", n_spins, minimum=1), 64, 512))
        super().__init__(K=K, h=h, n_spins=n_spins, **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"A chain of {self.n_spins} spins (light up, dark down), an exact sample of the "
            "infinite chain at (K, h); each row below keeps every b-th spin of the row above, "
            "drawn at the same width. In the plane, the couplings that belong to each row: "
            "rgcourse.couplings.decimate_chain, compiled. ξ is the correlation length in spacings "
            f"of the row. Seed {self.seed}."
        )
