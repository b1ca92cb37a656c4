"""A phi**4 field that lives in the page, beside its potential: where is the transition?"""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..field_theory import Phi4, landau_magnetization
from ..field_theory.counting import potential
from ._front import (
    Between,
    LiveFigure,
    bare,
    colour_map,
    drawing,
    picture,
    said,
    script,
    seeded,
)
from .ising import lattice_side

R_RANGE, U_RANGE = (-8.0, 2.0), (1.0, 48.0)
PHI_MOST, BRIGHT = 2.5, 1.5  # ends of the plot, and of the tones of the picture
FLOOR, CEILING = -4.0, 5.6  # of the plot of the potential; the histogram stands on the floor
BINS, TALL = 40, 3.0  # of the histogram, and the height of density 1
WARM_UP = 100  # sweeps from Landau's minimum before anything is shown
SHADES = 48  # of the picture, from -BRIGHT to BRIGHT


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

    _esm = script(
        "lattice", "views", "plot", "field_lab", wasm=("fields",),
        given={"r": R_RANGE, "u": U_RANGE, "warm_up": WARM_UP, "phi": PHI_MOST, "bright": BRIGHT,
               "shades": SHADES, "floor": FLOOR, "ceiling": CEILING, "bins": BINS, "tall": TALL},
    )  # fmt: skip
    title = said("Where does this field order?")
    try_line = said(
        "Landau says that order begins at r = 0. Run it and lower r: where does it begin?"
    )

    r = Between(*R_RANGE)
    u = Between(*U_RANGE)
    L = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)

    def __init__(self, r=-1.0, u=24.0, *, L=64, seed=13, **frame):
        super().__init__(frame, r=r, u=u, L=lattice_side(L, 4, largest=128), **seeded(seed))

    def first_field(self):
        """The field that the page shows first, shape (L, L)."""
        chain = Phi4(self.L, self.r, self.u, rng=self.seed)
        chain.sweep(WARM_UP)
        return chain.field

    def still(self):
        field = self.first_field()
        tones = colour_map("down", "up", steps=SHADES)
        figure = drawing(7.2, 3.4)
        left, right = figure.subplots(1, 2)
        bare(right)
        left.imshow(field, cmap=tones, vmin=-BRIGHT, vmax=BRIGHT, interpolation="nearest")
        left.set(xticks=[], yticks=[])
        phi = np.linspace(-PHI_MOST, PHI_MOST, 101)
        density, edges = np.histogram(field, BINS, (-PHI_MOST, PHI_MOST), density=True)
        right.stairs(TALL * density + FLOOR, edges, baseline=FLOOR, color=LIGHT["accent"])
        right.plot(phi, potential(phi, self.r, self.u), color=LIGHT["ink"])
        m = landau_magnetization(self.r, self.u)
        right.plot([-m, m], 2 * [potential(m, self.r, self.u)], "o", color=LIGHT["critical"])
        right.set(xlabel=r"field $\phi$", ylabel="potential", ylim=(FLOOR, CEILING))
        return picture(figure)

    def words(self):
        m = abs(float(self.first_field().mean()))
        return (
            f"{self.title} A field on {self.L} by {self.L} sites at r = {self.r:g}, u = "
            f"{self.u:g}, in two tones for its signs, beside the potential. Its mean is {m:.2f} "
            f"in size; Landau's theory says {landau_magnetization(self.r, self.u):.2f}."
        )
