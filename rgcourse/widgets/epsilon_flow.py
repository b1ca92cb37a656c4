"""The flow of (r, u) near four dimensions, where the Wilson-Fisher point splits off."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..epsilon_expansion import critical_r, shell_rates, shell_trajectory, wilson_fisher_point
from ..epsilon_expansion.shell import DL
from ._front import Between, LiveFigure, Whole, picture, plots, said, script

D_RANGE, R_RANGE, U_RANGE, N_MOST = (2.5, 4.5), (-0.5, 0.5), (0.0, 0.45), 4
R_PLOT, U_PLOT = (-0.6, 0.6), (-0.15, 0.58)


class EpsilonFlow(LiveFigure):
    """The plane of r and u of the O(N) model, one loop, live in the page.

    Sliders move the dimension d through 4, where the fixed point of Wilson and Fisher leaves the
    Gaussian one, and the number of components N. A magnet dropped into the plane flows by
    `rgcourse.epsilon_expansion.shell_rates` to order or to disorder; key c puts it onto the line
    between the two.

    Parameters
    ----------
    d : float
        Dimension of space, 2.5 to 4.5.
    N : int
        Components of the field, 0 to 4.
    r, u : float
        Where the magnet waits: |r| <= 0.5 in units of the squared cutoff, u from 0 to 0.45 in units
        of 2 / K_d.
    running : bool
        Whether the magnet flows as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `exponents`, those of the point that rules, and the `fate` of the magnet.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> flow = EpsilonFlow(d=3, N=1)
    """

    _esm = script(
        "plot", "steps", "epsilon_flow", wasm=("epsilon",),
        given={"d": D_RANGE, "r": R_RANGE, "u": U_RANGE, "N": N_MOST, "dl": DL,
               "plot": {"r": R_PLOT, "u": U_PLOT}},
    )  # fmt: skip
    title = said("Which fixed point rules?")
    try_line = said(
        "drag the dimension down through 4 and watch a point split off. Then press c and "
        "Run: which point does a critical magnet reach?"
    )

    d = Between(*D_RANGE)
    N = Whole(0, N_MOST)
    r = Between(*R_RANGE)
    u = Between(*U_RANGE)
    exponents = traitlets.List(traitlets.Float()).tag(sync=True)
    fate = traitlets.Unicode().tag(sync=True)

    def __init__(self, d=4.2, N=1, *, r=-0.1, u=0.4, **frame):
        super().__init__(frame, d=d, N=N, r=r, u=u)

    def still(self):
        model = {"d": self.d, "N": self.N}
        figure, ax = plots(7.2, 4.0)
        r, u = np.meshgrid(np.arange(-0.5, 0.55, 0.1), np.arange(-0.1, 0.6, 0.1))
        rates = np.array([shell_rates(p, **model) for p in zip(r.flat, u.flat, strict=True)])
        rates /= 1 + 2 * np.hypot(*rates.T)[:, None]
        ax.quiver(r, u, *rates.T, color=LIGHT["ctrl"], width=0.0025, angles="xy")
        heights = np.linspace(*U_RANGE, 10)
        line = [critical_r(height, **model) for height in heights]
        ax.plot(line, heights, color=LIGHT["critical"], linestyle=(0, (5, 3)))
        path = shell_trajectory((self.r, self.u), length=20, **model)
        ax.plot(*path.T, color=LIGHT["accent"])
        ax.plot(*path[0], "o", color=LIGHT["accent"], markerfacecolor=LIGHT["surface"])
        other = wilson_fisher_point(**model, negative_u=True).couplings
        below = self.d < 4
        for name, at, rules in (("Gauss", (0, 0), not below), ("Wilson-Fisher", other, below)):
            ax.plot(*at, "o", color=LIGHT["critical"],
                    markerfacecolor=LIGHT["critical" if rules else "surface"])  # fmt: skip
            ax.annotate(name, at, xytext=(8, -14 if name == "Gauss" else 6),
                        textcoords="offset points", color=LIGHT["critical"])  # fmt: skip
        ax.set(xlim=R_PLOT, ylim=U_PLOT, xlabel="$r$, like a temperature",
               ylabel="$u$, strength of the quartic term")  # fmt: skip
        return picture(figure)

    def words(self):
        point = wilson_fisher_point(d=self.d, N=self.N, negative_u=True)
        r, u = point.couplings
        y_t, y_u = point.exponents if self.d < 4 else (2.0, 4 - self.d)
        rules = "Wilson and Fisher's" if self.d < 4 else "Gauss's"
        return (
            f"{self.title} The plane of r and u for d = {self.d:g}, N = {self.N}. Besides the "
            f"Gaussian point at the origin there is the point of Wilson and Fisher at r = {r:.3f}, "
            f"u = {u:.3f}; {rules} rules, with exponents {y_t:.3f} and {y_u:.3f}. A dashed line, "
            f"critical, divides flows to order on its left from flows to disorder on its right."
        )
