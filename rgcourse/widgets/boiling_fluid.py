"""Liquid and vapour on a log-log plot, a window on it, and a lattice that boils beside."""

import base64
import math
from typing import Any

import numpy as np
import traitlets

from ..coexistence import stored_curve, stored_fluids, van_der_waals_curve
from ..reference import entry
from ._declare import Choice, Slider, plot
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE, lattice_side

__all__ = ["BoilingFluid"]

MEAN_FIELD = "van der Waals"
TRUSTED = math.log10(0.003)  # lg t from which on a table is read where no weighing is known
CLOSEST = {  # lg t of the closest weighed densities, as `funke2002`, `duschek1990` of the book say
    "sulfur hexafluoride": math.log10(0.033 / 318.723),
    "carbon dioxide": math.log10(0.1 / 304.136),
}
DISTANCE = "lg (1 − T / Tc)", -5.0, -0.5
LARGEST_L = 512


class BoilingFluid(LiveFigure):
    """The slope of (rho_l - rho_v) / (2 rho_c) against 1 - T / T_c in a window, live in the page.

    The curves are the stored tables of `rgcourse.coexistence`, which CoolProp's equations of state
    have made; none is calculated in the page. Beside them a square lattice of particles and holes,
    an Ising model in no field, at the reduced temperature in the middle of the window.

    Parameters
    ----------
    fluid : str
        One of `rgcourse.coexistence.stored_fluids()`, or "van der Waals".
    place : float
        lg (1 - T / T_c) in the middle of the window, -4.5 to -0.8.
    width : float
        Decades in the window, 0.3 to 1.5.
    L : int
        Side of the lattice, 16 to 512.
    running, seed, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the `slope`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = BoilingFluid(fluid="argon", place=-2.0)
    """

    title = text("Which power is this?")
    try_line = text(
        "pull the window towards Tc. What happens to argon on the way, and who is to blame, argon "
        "or its equation? Then try water, whose equation has terms that are not smooth."
    )
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    fluid = Choice({name: name for name in (*stored_fluids(), MEAN_FIELD)}, name="fluid",
                   label="Fluid", key="f")  # fmt: skip
    place = Slider(-4.5, -0.8, -1.5, step=0.1, fine=0.02, digits=2, label="Window at lg t",
                   name="the window")  # fmt: skip
    width = Slider(0.3, 1.5, 1, step=0.1, digits=1, label="Decades", name="its width",
                   keys="+-")  # fmt: skip
    L = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    tables = traitlets.Unicode().tag(sync=True)  # float32: ln t, then ln y of each fluid
    slope = traitlets.Float().tag(sync=True)
    readouts = {"slope": "slope", "gap": "(ρl − ρv) / 2ρc", "below": "below Tc"}
    plots = {
        "curve": plot(DISTANCE, ("lg (ρl − ρv) / 2ρc", -2.4, 0.4), drop=("place", "")),
        "slopes": plot(DISTANCE, ("local slope", 0.25, 0.55), drop=("place", "")),
    }

    def __init__(
        self,
        fluid: str = "water",
        *,
        place: float = -1.5,
        width: float = 1.0,
        L: int = 256,
        seed: int = 1869,
        **frame: Any,
    ) -> None:
        L = lattice_side(L, 0, LARGEST_L)
        packed = base64.b64encode(np.ravel(curves()).astype("<f4").tobytes()).decode()
        super().__init__(
            fluid=fluid, place=place, width=width, L=L, tables=packed, **seeded(seed), **frame
        )  # fmt: skip

    @property
    def constants(self) -> dict[str, Any]:  # type: ignore[override]
        """What the page must know."""
        fluids = [*stored_fluids(), MEAN_FIELD]
        kelvin = [stored_curve(name).T_c for name in stored_fluids()]
        return {
            **RECIPE,
            "fluids": fluids,
            "points": len(curves()[0]),
            "T_c": [*kelvin, 0.0],
            "closest": {name: CLOSEST.get(name, TRUSTED) for name in stored_fluids()},
            "ising": entry("ising_3d.beta").value,
            "mean_field": 0.5,
        }

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            "Above left: the order parameter of the fluid (rgcourse.coexistence, tables made with "
            "CoolProp), with slopes of the Ising model in three dimensions (violet) and of mean "
            "field (red, dashed) laid through the window. Below it: the local slope. Grey is an "
            "equation of state nearer to Tc than any weighing of densities that we know of goes, "
            f"or than 0.003. Right: {self.L} × {self.L} sites, dark a particle, light a hole, "
            "at the T / Tc of the window: an Ising model in two dimensions, liquid below and "
            f"vapour above at the start. Heat bath, seed {self.seed}."
        )


def curves():
    """ln t, and ln y of each fluid: rows of a table."""
    stored = [stored_curve(name) for name in stored_fluids()]
    t = stored[0].distance
    return np.log([t, *(c.difference for c in stored), van_der_waals_curve(t).difference])
