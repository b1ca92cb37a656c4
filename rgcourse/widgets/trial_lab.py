"""A trial distribution under the reader's hand, its bound and the true free energy beside it."""

import traitlets

from ..exact import CRITICAL_K
from ..variational import BLOCKS
from ._declare import Button, Choice, Slider, plot
from ._front import LiveFigure, text

__all__ = ["TrialLab"]

MAX_K, MAX_H, MAX_B, MAX_GAP = 0.7, 0.5, 3.0, 0.125
ABOVE, BELOW = 0.5, 0.08  # how far from the true free energy the picture reaches
RATE = 0.2  # of the natural gradient, for one step of the descent
NAMES = {1: "one spin (mean field)", 2: "two spins", 4: "four spins", 16: "all sixteen spins"}


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

    title = text("How close can a guess come to the true free energy?")
    try_line = text(
        "drag the dot to the lowest place you can find, then press Run and see whether a "
        "descent finds a lower one."
    )

    B = Slider(-MAX_B, MAX_B, 0.2, step=0.1, fine=0.01, digits=2, label="Trial field B",
               name="trial field")  # fmt: skip
    K = Slider(0, MAX_K, 0.3, step=0.01, fine=0.001, digits=3, label="Coupling K", name="K")
    h = Slider(-MAX_H, MAX_H, 0.0, step=0.01, digits=2, label="Field h", name="h")
    block = Choice(
        {n: NAMES[n] for n in BLOCKS},
        label="Spins in a block",
        name="block",
        key="b",
        hint="next block",
    )
    best_trial = Button("Best trial", key="o")
    bound = traitlets.Float().tag(sync=True)
    exact = traitlets.Float().tag(sync=True)
    gap = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    readouts = {"bound": "trial βf", "exact": "true βf", "gap": "gap", "m": "m"}
    plots = {
        "cost": plot(("magnetization m of the trial", -1, 1), ("free energy βf", -1, 0),
                     drop=("B", ""), size="tall"),
        "gaps": plot(("coupling K", 0, MAX_K), ("gap of the best trial", 0, MAX_GAP),
                     drop=("K", ""), size="tall"),
    }  # fmt: skip
    constants = {
        "blocks": [[n, *shape] for n, shape in BLOCKS.items()],
        "names": {str(n): name for n, name in NAMES.items()},
        "sites": max(BLOCKS),
        "max_B": MAX_B,
        "above": ABOVE,
        "below": BELOW,
        "rate": RATE,
        "critical": CRITICAL_K,
    }
    legend = (
        "Magnet: the 4 × 4 torus, all 65 536 states counted. Trial: independent blocks in a field "
        "B. Left, the free energy per site of every such trial; the dot is yours, the bar its gap, "
        "the Kullback–Leibler divergence per site. Right, the gap of the best trial with 1, 2 and "
        f"4 spins in a block, and yours as a dot. Run descends by {RATE:g} of the natural gradient "
        "a step. rgcourse.variational.block_trial, compiled."
    )
