"""A phi**4 field that lives in the page, beside its potential: where is the transition?"""

from typing import Any

import traitlets

from ._declare import Mark, Slider, plot
from ._front import LiveFigure, seeded, text
from ._lattice import lattice_side

__all__ = ["FieldLab"]

WARM_UP = 100  # sweeps from Landau's minimum before anything is shown


class FieldLab(LiveFigure):
    """A phi**4 field on the square lattice and the potential it sits in, live in the page.

    Left the field, in tones from one sign to the other; right Landau's potential
    r/2 phi**2 + u/4! phi**4 with its minima, and how often each value of the field occurs. Each
    update is that of `rgcourse.field_theory.Phi4`: a Metropolis sweep and one cluster.

    Parameters
    ----------
    r, u : float
        Coefficients, -8 to 2 and 1 to 48.
    L : int
        Side of the lattice, 16 to 128, a multiple of 16.
    running : bool
        Whether it runs as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `magnetization`, the mean field now, when there is a kernel.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = FieldLab(r=-2.0, u=24.0)
    """

    title = text("Where does this field order?")
    try_line = text(
        "Landau says that order begins at r = 0. Run it and lower r: where does it begin?"
    )

    r = Slider(-8, 2, -1, step=0.1, fine=0.02, digits=2, label="Square, r", name="r",
               marks=[Mark(0, "Landau")])  # fmt: skip
    u = Slider(1, 48, 24, step=1, fine=0.5, digits=2, label="Fourth, u", name="u")
    L = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    readouts = {"m": "|m|", "landau": "Landau", "pace": "sweeps/s"}
    plots = {"potential": plot(("field φ", -2.5, 2.5), ("potential", -4.0, 5.6), size="tall")}
    constants = {"warm_up": WARM_UP}

    def __init__(
        self,
        r: float = -1.0,
        u: float = 24.0,
        *,
        L: int = 64,
        seed: int = 13,
        **frame: Any,
    ) -> None:
        super().__init__(r=r, u=u, L=lattice_side(L, 4, largest=128), **seeded(seed), **frame)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"A field of {self.L} × {self.L} sites (light above zero, dark below). Right: the "
            "potential r φ²/2 + u φ⁴/4! with Landau's minima (violet), and at the bottom how often "
            "each value occurs. Metropolis sweeps and clusters of rgcourse.field_theory.Phi4, "
            f"compiled. Seed {self.seed}."
        )
