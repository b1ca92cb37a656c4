"""A trial distribution under the reader's hand, its bound and the true free energy beside it."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..variational import BLOCKS, best_trial, block_trial
from ._front import Between, LiveFigure, OneOf, picture, plots, said, script

K_MOST, H_MOST, B_MOST = 0.7, 0.5, 3.0
ABOVE, BELOW = 0.5, 0.08  # how far from the true free energy the picture reaches
GAP_MOST = 0.125


class TrialLab(LiveFigure):
    """The free energy of a trial distribution as a cost, live in the page.

    The magnet is the 4 x 4 torus at (K, h), the trial `rgcourse.variational.block_trial` in the
    field B. Left, the free energy per site of all trials of the family by their magnetization, the
    reader's trial on it, and the true free energy below. Right, the gap of the best trial by K.
    Run descends: B moves by a fifth of the natural gradient a step.

    Parameters
    ----------
    K, h, B : float
        Coupling (0 to 0.7) and field (|h| <= 0.5) of the magnet, field of the trial (|B| <= 3).
    block : {1, 2, 4, 16}
        Spins in a block of the trial.
    running : bool
        Whether the descent starts as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `bound`, `exact`, `gap` and `magnetization`, per site, and `steps`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = TrialLab(K=0.3, B=0.2)
    """

    _esm = script("plot", "steps", "trial_lab", wasm=("variational",))
    title = said("How close can a guess come to the true free energy?")
    try_line = said(
        "drag the dot to the lowest place you can find, then press Run and see whether a "
        "descent finds a lower one."
    )

    K = Between(0, K_MOST)
    h = Between(-H_MOST, H_MOST)
    B = Between(-B_MOST, B_MOST)
    block = OneOf(BLOCKS)
    blocks = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    bound = traitlets.Float().tag(sync=True)
    exact = traitlets.Float().tag(sync=True)
    gap = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)

    def __init__(self, K=0.3, h=0.0, B=0.2, *, block=1, **frame):
        super().__init__(
            frame,
            K=K,
            h=h,
            B=B,
            block=block,
            blocks=[[n, *shape] for n, shape in BLOCKS.items()],
        )

    def trial(self):
        """The reader's trial, and the free energy per site of the magnet itself."""
        exact = block_trial(self.K, self.h, h=self.h, block=16).free_energy
        return block_trial(self.K, self.B, h=self.h, block=self.block), exact

    def still(self):
        figure, left, right = plots(7.2, 3.4, 2)
        trial, exact = self.trial()
        B = B_MOST * np.linspace(-1.1, 1.1, 241) ** 3
        family = block_trial(self.K, B, h=self.h, block=self.block)
        left.plot(family.magnetization, family.free_energy, color=LIGHT["ink"], linewidth=1.6)
        left.axhline(exact, color=LIGHT["critical"], linestyle=(0, (5, 3)))
        left.annotate("true", (-0.97, exact), xytext=(0, -12), textcoords="offset points",
                      color=LIGHT["critical"])  # fmt: skip
        left.plot([trial.magnetization] * 2, [exact, trial.free_energy], color=LIGHT["accent"])
        left.plot(trial.magnetization, trial.free_energy, "o", color=LIGHT["accent"])
        left.set(xlim=(-1, 1), ylim=(exact - BELOW, exact + ABOVE), xlabel="magnetization $m$",
                 ylabel=r"free energy $\beta f$")  # fmt: skip
        K = np.linspace(0, K_MOST, 71)
        true = block_trial(K, self.h, h=self.h, block=16).free_energy
        for block in (1, 2, 4):
            gap = best_trial(K, h=self.h, block=block).free_energy - true
            mine = block == self.block
            right.plot(K, gap, color=LIGHT["ink" if mine else "ctrl"], linewidth=2 if mine else 1)
            top = gap.argmax()
            right.annotate(f"{block}", (K[top], gap[top]), xytext=(-3, 3),
                           textcoords="offset points", color=LIGHT["muted"])  # fmt: skip
        right.plot(self.K, min(trial.free_energy - exact, GAP_MOST), "o", color=LIGHT["accent"],
                   clip_on=False)  # fmt: skip
        right.set(xlim=(0, K_MOST), ylim=(0, GAP_MOST), xlabel="coupling $K$",
                  ylabel="gap of the best trial")  # fmt: skip
        return picture(figure)

    def words(self):
        trial, exact = self.trial()
        return (
            f"{self.title} Left, free energy per site of trials of {self.block} spins a block "
            f"against their magnetization, for the 4 x 4 torus at K = {self.K:g}, h = {self.h:g}: "
            f"at m = {trial.magnetization:.3f} it is {trial.free_energy:.4f}, above the true "
            f"{exact:.4f} by a gap of {trial.free_energy - exact:.4f}. Right, the gap of the best "
            f"trial against K: it rises, falls beyond K = 0.3 and is smaller for larger blocks."
        )
