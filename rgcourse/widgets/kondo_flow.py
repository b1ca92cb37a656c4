"""Anderson's flow of the Kondo couplings: drop a point, and narrowing the band carries it away."""

import traitlets

from .. import poor_mans_scaling
from ._declare import Slider, Toggle, plot
from ._front import LiveFigure, text

__all__ = ["KondoFlow"]

G_MAX = 1.0  # where a flow has left the region of small couplings
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
    loops : {1, 2}
        Of the beta function.
    running, title, try_line, caption, predict
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

    title = text("Where does this impurity flow?")
    try_line = text(
        "drop a point with ferromagnetic (negative) J_z that ends in strong coupling all the same. "
        "Click into the plane, or move the sliders and press Run."
    )

    g_z = Slider(-G_MAX, G_MAX, 0.15, step=0.05, fine=0.005, digits=3, label="g_z", name="g_z")
    g_perp = Slider(0, G_MAX, 0.15, step=0.05, fine=0.005, digits=3, label="g⊥")
    loops = Toggle("two loops", off=1, on=2, key="t", hint="one/two loops")
    readouts = {"decades": "decades", "z": "g_z", "perp": "g⊥", "fate": "flows to"}
    plots = {
        "plane": plot(("g_z = ρ₀ J_z", -G_MAX, G_MAX), ("g⊥", 0, G_MAX), drop=("g_z", "g_perp")),
        "run": plot(("decades of bandwidth taken away", 0, DECADES), ("g", -G_MAX, G_MAX)),
    }
    constants = {
        "g_max": G_MAX,
        "decades": DECADES,
        "relative_step": poor_mans_scaling.RELATIVE_STEP,
        "max_step": poor_mans_scaling.MAX_STEP,
    }
    legend = (
        "Scaling of the anisotropic Kondo model (rgcourse.poor_mans_scaling.scaling_flow, "
        "compiled). Left: grey lines are flows, dashed violet lines g⊥ = ±g_z, thick red the line "
        "of free moments. Right: g_z (full) and g⊥ (dashed) on the way down. A thin line is the "
        "other number of loops. A flow stops where a coupling is 1."
    )
    drops = traitlets.Int().tag(sync=True)
    decades = traitlets.Float().tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)
