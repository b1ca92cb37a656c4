"""A laboratory for the square-lattice Ising model, seen at several distances at once."""

from typing import Any

import traitlets

from .. import _checks, exact
from ._declare import Button, Choice, Slider, plot, within
from ._front import LiveFigure, seeded, text
from ._lattice import (
    CLUSTERS_UP_TO,
    PACKED_FROM,
    TRAVEL,
    exact_curves,
    lattice_side,
    packable_side,
    temperature,
)

__all__ = ["IsingLab"]


class IsingLab(LiveFigure):
    """A laboratory for the square-lattice Ising model, live in the page.

    The lattice runs at temperature `T` (in units of J / k_B, `K = 1 / T`) in the field
    `h = beta H`, under heat-bath sweeps or Wolff clusters (h = 0 only), and is shown at several
    distances at once: as it is, and after one, two, three majority votes of 2 x 2 blocks. Below,
    energy `-<s s'>` and |m| per site run along Kaufman's and Yang's exact curves (drawn at h = 0).
    From L = 512 up the lattice runs 64 spins at a time (`rgcourse.multispin`), and is drawn as sums
    of blocks where it is finer than its picture.

    After every change of T or h the page brings the lattice to equilibrium before it goes on, by
    Swendsen-Wang updates of it or, above 512, of a coarser one (`rgcourse.multispin.coarse`). A
    mean has no error bar of its own before its series is long for the lattice's memory; until then
    that of the energy is the scatter of single lattices.

    Parameters
    ----------
    L : int
        Side of the lattice: 16 to 2048, and a multiple of `2**(panels + level)`; from 512 up of
        128, too.
    T : float
        Temperature, inside `T_range`.
    h : float
        Field, `|h| <= 0.5`.
    algorithm : {"heat bath", "Wolff"}
        Wolff for L <= 512 only; larger lattices show no menu.
    panels : int
        How many distances are shown side by side, 1 to 4.
    level : int
        Block-spin steps before the first panel.
    T_range : (float, float)
        Ends of the temperature slider.
    seed : int
        Start of the page's random numbers: the same seed shows the same lattice.
    running : bool
        Whether it runs as soon as it is seen (never where reduced motion is asked for).
    title, try_line, caption : str
        What stands above, beside and below it.
    predict : (str, str, str), optional
        A question and two answers; the sliders stay locked until the reader has chosen or skipped.

    The page reports `energy`, `magnetization`, `sweeps` and the reader's `guess` back to Python
    when there is a kernel.

    Raises
    ------
    ValueError
        For a value that makes no lattice, here or on later assignment.

    Examples
    --------
    >>> lab = IsingLab(L=256, T=2.0, try_line="Find the temperature where all panels look alike.")
    """

    title = text("One lattice, four distances")
    try_line = text("find the temperature where all four panels look alike.")
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    T = temperature()
    h = Slider(-0.5, 0.5, 0.0, step=0.01, digits=2, label="Field h", name="field")
    zoom_out = Button("Zoom out", key="+")
    zoom_in = Button("Zoom in", key="-")
    algorithm = Choice(
        {"heat bath": "heat bath, spin by spin", "Wolff": "Wolff clusters"},
        name="algorithm",
        label="Algorithm",
    )
    level = traitlets.Int().tag(sync=True, follow=True)
    L = traitlets.Int().tag(sync=True)
    panels = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)
    energy = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    readouts = {"T": "T", "m": "|m|", "E": "E", "pace": "sweeps/s"}

    def __init__(
        self,
        L: int = 512,
        T: float = exact.CRITICAL_T,
        *,
        h: float = 0.0,
        algorithm: str = "heat bath",
        panels: int = 4,
        level: int = 0,
        T_range: tuple[float, float] = (1.0, 4.0),
        seed: int = 5,
        **frame: Any,
    ) -> None:
        low, high = (_checks.finite("T_range", end) for end in T_range)
        if not 0.1 <= low < high:
            raise ValueError(f"T_range must rise and start at 0.1 or above, got {low:g}, {high:g}")
        panels = int(within("panels", _checks.integer("panels", panels, minimum=1), 1, 4))
        level = _checks.integer("level", level, minimum=0)
        super().__init__(
            narrow={"T": (low, high)},
            L=packable_side(lattice_side(L, panels + level, largest=2048)),
            panels=panels,
            level=level,
            T=T,
            h=h,
            algorithm=algorithm,
            **seeded(seed),
            curves=exact_curves(int(L), low, high),
            **frame,
        )

    @property
    def plots(self) -> dict[str, Any]:
        """Energy and magnetization against T."""
        x = ("T", *self.narrowed["T"])
        return {"E": plot(x, ("", -2, 0), size="small"), "m": plot(x, ("", 0, 1), size="small")}

    @property
    def legend(self) -> str:
        """The caption."""
        packed = self.L >= PACKED_FROM
        shades = "; shaded by the sum where finer than the screen" if packed else ""
        return (
            f"{self.L} × {self.L} spins (light up, dark down{shades}) and the majority votes of "
            f"their blocks, drawn at one size. Curves: exact, |m| of an infinite lattice; dots: "
            f"this one, in equilibrium after each change. ± is the scatter of single lattices "
            f"until the run is long for their memory. Seed {self.seed}. The page runs "
            f"rgcourse.{'multispin' if packed else 'samplers'} itself, compiled to WebAssembly."
        )

    @property
    def constants(self) -> dict[str, Any]:
        """How lattices start, and whether this one can have clusters."""
        return {**TRAVEL, "clusters": self.L <= CLUSTERS_UP_TO}

    @property
    def hidden(self) -> tuple[str, ...]:
        """The menu of algorithms, where there is but one."""
        return () if self.L <= CLUSTERS_UP_TO else ("algorithm",)

    @traitlets.validate("algorithm")
    def _check_algorithm(self, proposal):
        algorithm = proposal["value"]
        if algorithm == "Wolff" and self.L > CLUSTERS_UP_TO:
            raise ValueError(
                f"Wolff clusters need L <= {CLUSTERS_UP_TO}, got L = {self.L}: one of them would "
                f"take longer than a picture; use L = {CLUSTERS_UP_TO}, or the heat bath"
            )
        return algorithm
