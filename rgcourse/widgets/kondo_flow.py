"""Anderson's flow of the Kondo couplings: drop a point, and narrowing the band carries it away."""

import math

import numpy as np
import traitlets

from .._palette import LIGHT
from ..poor_mans_scaling import flows_to_strong_coupling, scaling_flow
from ._front import Between, LiveFigure, Whole, picture, plots, said, script

G_MOST = 1.0  # where a flow has left the region of small couplings
DECADES = 15.0  # of bandwidth that are taken away, at most


class KondoFlow(LiveFigure):
    """The plane of the Kondo couplings g_z and g_perp, live in the page.

    A point dropped into it flows while the band is made narrower, until a coupling reaches 1 or 15
    decades of bandwidth are gone; beside the plane both couplings are drawn against the decades.
    The other number of loops is drawn thin and dashed.

    Parameters
    ----------
    g_z, g_perp : float
        Where the first point waits: |g_z| <= 1, g_perp from 0 to 1.
    loops : int
        1 or 2.
    running : bool
        Whether the first point flows as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `drops`, and `decades` and `fate` of the current flow, to Python.

    Raises
    ------
    ValueError
        For couplings outside the plane or other numbers of loops, here or on later assignment.

    Examples
    --------
    >>> diagram = KondoFlow(g_z=-0.1, g_perp=0.2)
    """

    _esm = script("plot", "steps", "kondo_flow", wasm=("kondo_flow",))
    title = said("Where does this impurity flow?")
    try_line = said(
        "drop a point with ferromagnetic (negative) J_z that ends in strong coupling all "
        "the same. Click into the plane, or move the sliders and press Run."
    )

    g_z = Between(-G_MOST, G_MOST)
    g_perp = Between(0, G_MOST)
    loops = Whole(1, 2)
    drops = traitlets.Int().tag(sync=True)
    decades = traitlets.Float().tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)

    def __init__(self, g_z=0.15, g_perp=0.15, *, loops=1, **frame):
        super().__init__(frame, g_z=g_z, g_perp=g_perp, loops=loops)

    def flow(self):
        """The `CouplingFlow` of the waiting point, as far as the figure draws it."""
        l_max = DECADES * math.log(10)
        return scaling_flow(self.g_z, self.g_perp, loops=self.loops, l_max=l_max, g_max=G_MOST)

    def still(self):
        figure, plane, run = plots(7.6, 3.6, 2)
        for start in np.linspace(0.1, 0.9, 5):
            for point in ((-0.999, start), (start * 0.9, 0.02), (-start * 0.5, start * 0.5 + 0.03)):
                path = scaling_flow(*point, loops=self.loops, l_max=60.0, g_max=1.2)
                plane.plot(path.g_z, path.g_perp, color=LIGHT["ctrl"], linewidth=0.8, linestyle="-")
        plane.plot([-1, 0, 1], [1, 0, 1], color=LIGHT["critical"], linestyle=(0, (5, 3)))
        plane.plot([-1, 0], [0, 0], color=LIGHT["hot"], linewidth=3, linestyle="-")
        flow = self.flow()
        plane.plot(flow.g_z, flow.g_perp, color=LIGHT["accent"], linewidth=1.8, linestyle="-")
        plane.plot(self.g_z, self.g_perp, "o", color=LIGHT["accent"], markerfacecolor="none")
        plane.set(xlim=(-1, 1), ylim=(0, 1), xlabel="$g_z$", ylabel=r"$g_\perp$")
        decades = flow.l / math.log(10)
        run.plot(decades, flow.g_z, color=LIGHT["accent"], linestyle="-", label="$g_z$")
        run.plot(decades, flow.g_perp, color=LIGHT["cold"], linestyle="--", label=r"$g_\perp$")
        run.set(xlim=(0, DECADES), ylim=(-1, 1), xlabel="decades of bandwidth taken away",
                ylabel="couplings")  # fmt: skip
        run.legend(frameon=False)
        return picture(figure)

    def words(self):
        flow = self.flow()
        decades = flow.l[-1] / math.log(10)
        strong = flows_to_strong_coupling(self.g_z, self.g_perp)
        loops = f"{self.loops} {'loop' if self.loops == 1 else 'loops'}"
        if not strong:
            end = f"a free moment, where g_z is {flow.g_z[-1]:.3f} after {decades:.0f} decades"
        elif max(abs(flow.g_z[-1]), flow.g_perp[-1]) >= G_MOST:
            end = f"strong coupling, reached after {decades:.1f} decades"
        else:
            end = f"strong coupling, not reached within {DECADES:g} decades"
        return (
            f"{self.title} The plane of the couplings g_z and g_perp. Flows are hyperbolae between "
            f"the dashed lines g_perp = g_z and g_perp = -g_z: above the second they run to strong "
            f"coupling, below it they end on a line of free moments, g_perp = 0. From g_z = "
            f"{self.g_z:g}, g_perp = {self.g_perp:g}, with {loops}, the flow leads to {end} of "
            f"bandwidth."
        )
