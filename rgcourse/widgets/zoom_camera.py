"""A camera that zooms out on three large lattices, below, at and above the critical temperature."""

from collections.abc import Sequence
from typing import Any

import traitlets

from ..exact import CRITICAL_K, CRITICAL_T
from ._declare import Button, Choice, Mark, Slider, plot, within
from ._front import LiveFigure, seeded, text
from ._zoomed import OCTAVES, coupling_table, stack_recipe, stack_side, three_temperatures

__all__ = ["ZoomCamera"]

SIDES = {"below": "below Tc", "at": "at Tc", "above": "above Tc"}


class ZoomCamera(LiveFigure):
    """A camera with a fixed number of block spins, zooming out on three large lattices, live.

    Three lattices in equilibrium, below, at and above the critical temperature, are seen through
    one window of `window` x `window` block spins. Wheel, pinch, keys and a slider zoom from blocks
    of one spin to blocks of 16 x 16; dragging moves the window. At b = 1, 2, 4, 8, 16 the picture
    is exact: majority votes of 2 x 2, applied again and again. Between two of them each element of
    the picture covers a square of its real size, and the coarser vote takes over from the finer.
    The thermometer shows the coupling that an Ising lattice of nearest neighbours would have if
    its energy were the measured one of the block spins.

    Parameters
    ----------
    L : int
        Side of the lattices, 512 to 2048 and a multiple of 128.
    temperatures : (float, float, float)
        Rising, in units of J / k_B; the middle one is the critical one if nothing else is said.
    window : int
        Block spins across the window, even, at most L / 16.
    zoom : float
        Octaves at first, 0 to 4: b is two to that power.
    shown : {"below", "at", "above"}
        Which lattice is shown large.
    seed : int
        Start of the page's random numbers: the same seed shows the same lattices.
    running, title, try_line, caption, predict
        As for `IsingLab`; running, it zooms out once.

    The page reports `agreements` and `couplings`, for each temperature those of b = 1, 2, 4, 8, 16
    (a coupling of 99 stands for infinity).

    Raises
    ------
    ValueError
        For windows that do not fit, and temperatures that do not rise.

    Examples
    --------
    >>> camera = ZoomCamera(temperatures=(2.1, CRITICAL_T, 2.5))
    """

    title = text("One window, zoomed out: below, at and above the critical temperature")
    try_line = text(
        "zoom out: click the picture and turn the wheel, pinch it with two fingers, or press "
        "Zoom out. Which of the three keeps its face? Drag the window elsewhere and zoom again."
    )
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    zoom = Slider(0, OCTAVES, 0, step=0.25, fine=0.01, label="Blocks", name="zoom",
                  marks=[Mark(k, f"{2**k}") for k in range(OCTAVES + 1)])  # fmt: skip
    zoom_out = Button("Zoom out", key="+")
    zoom_in = Button("Zoom in", key="-")
    shown = Choice(SIDES, "at", name="large picture", label="Large", key="t")
    elsewhere = Button("Elsewhere", key="e")
    renew = Button("New lattices", key="n")
    centre = traitlets.List([0.5, 0.5]).tag(sync=True, follow=True)
    L = traitlets.Int().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    agreements = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    couplings = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    readouts = {"b": "b", "n": "block spins", "agree": "agreement", "K": "K"}
    plots = {"line": plot(("measured coupling K", 0, 1), ("", 0, 3), size="small")}

    def __init__(
        self,
        L: int = 2048,
        temperatures: Sequence[float] = (2.20, CRITICAL_T, 2.35),
        *,
        window: int = 128,
        zoom: float = 0,
        shown: str = "at",
        seed: int = 1944,
        **frame: Any,
    ) -> None:
        L, self.window = stack_side(L, window)
        super().__init__(
            L=L, temperatures=three_temperatures(temperatures), zoom=zoom, shown=shown,
            **seeded(seed, 3), **frame,
        )  # fmt: skip

    @traitlets.validate("centre")
    def _check_centre(self, proposal):
        centre = [within("centre", share, 0, 1) for share in proposal["value"]]
        if len(centre) != 2:
            raise ValueError(f"centre must be two shares of the lattice, got {centre}")
        return centre

    @property
    def constants(self) -> dict[str, Any]:
        """How the lattices are made, the window, and the table of couplings."""
        table = {"coupling": coupling_table(), "critical_K": CRITICAL_K, "names": [*SIDES.items()]}
        return stack_recipe(self.window) | table

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Three lattices of {self.L} × {self.L} spins in equilibrium (light up, dark down) in "
            f"one window of {self.window} × {self.window} block spins, whatever their side b. At b "
            "= 1, 2, 4, 8, 16 exact majority votes of 2 × 2, between them a blend. Below, the "
            "coupling K that an Ising lattice of nearest neighbours would have if its energy were "
            "that of the block spins (Onsager): a circle for each b that is measured, on the whole "
            "lattice, and a dot, interpolated, where the camera is. "
            f"Seed {self.seed}."
        )
