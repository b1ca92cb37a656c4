"""Three lattices on one clock, cold, critical and hot, and one wheel that zooms out on all."""

from collections.abc import Sequence
from typing import Any

import traitlets

from ..exact import CRITICAL_T
from ._declare import Whole, within
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE, lattice_side

__all__ = ["ThreeTemperatures"]

MAX_LEVEL = 4


class ThreeTemperatures(LiveFigure):
    """Three lattices on one clock, cold, critical and hot, and one wheel that zooms out on all.

    Each step of the wheel replaces 2 x 2 spins by the majority of their votes (ties are decided
    by a fair coin) and shows the smaller lattice at the same size. The magnetization per block
    spin beside each panel is what flows.

    Parameters
    ----------
    L : int
        Side of each lattice: 16 to 1024, and a multiple of 16.
    temperatures : (float, float, float)
        Rising, in units of J / k_B; the middle one is the critical one if nothing else is said.
    level : int
        Block-spin steps shown at first, 0 to 4.
    running, seed, title, try_line, caption, predict
        As for `IsingLab`; with `predict`, the wheel is locked until the reader has chosen.

    Raises
    ------
    ValueError
        For lattices that cannot be zoomed out, and temperatures that do not rise.

    Examples
    --------
    >>> figure = ThreeTemperatures(temperatures=(2.0, CRITICAL_T, 2.6))
    """

    title = text("Three lattices, one zoom")
    try_line = text("zoom out four times. Which panel keeps its face?")
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    level = Whole(0, MAX_LEVEL, label="Zoom out", name="zoom", keys="+-",
                  values=[f"b = {2**k}" for k in range(MAX_LEVEL + 1)])  # fmt: skip
    L = traitlets.Int().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    magnetizations = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"b": "b", "n": "block spins", "pace": "sweeps/s"}
    constants = {**RECIPE, "max_level": MAX_LEVEL}

    def __init__(
        self,
        L: int = 256,
        temperatures: Sequence[float] = (2.1, CRITICAL_T, 2.5),
        *,
        level: int = 0,
        seed: int = 11,
        **frame: Any,
    ) -> None:
        temperatures = [within("temperature", T, 0.5, 10.0) for T in temperatures]
        if len(temperatures) != 3 or sorted(temperatures) != temperatures:
            raise ValueError(f"temperatures must be three rising numbers, got {temperatures}")
        L = lattice_side(L, MAX_LEVEL)
        super().__init__(
            L=L, temperatures=temperatures, level=level, **seeded(seed, 3), **frame
        )  # fmt: skip

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Three lattices of {self.L} × {self.L} spins (light up, dark down), zoomed out "
            "together: each step lets 2 × 2 spins vote and draws the winners at the same size. "
            f"Below each: |m| per block spin. Heat bath, seed {self.seed}."
        )
