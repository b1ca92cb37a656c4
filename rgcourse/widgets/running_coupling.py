"""The strong coupling against the scale, live: pull the number of flavours until freedom ends."""

import traitlets

from ..reference import entry
from ..running_couplings import ALPHA_S_M_Z, M_Z
from ..running_couplings.beta import MAX_STEP, STRONGEST
from ._declare import Choice, Mark, Slider, Whole, plot
from ._front import LiveFigure, text

__all__ = ["RunningCoupling"]

SCALES = 0.1, 1e8  # GeV, of the plots
MOST_FLAVOURS = 24.0
MEASURED = {  # the ledger's values and where they were measured, GeV
    "tau": 1.77686, "upsilon": 9.4603, "jade_22": 22.0, "jade_35": 35.0, "jade_44": 44.0,
    "z": M_Z, "opal_161": 161.0,
}  # fmt: skip


def measured():
    """Triples (Q, alpha_s, error) of the ledger."""
    items = {Q: entry(f"running.measured_{name}") for name, Q in MEASURED.items()}
    return [[Q, item.value, item.error] for Q, item in items.items()]


class RunningCoupling(LiveFigure):
    """alpha and 1 / alpha of N_c colours and N_f flavours against the scale, live in the page.

    The coupling is given at M_Z and runs both ways with the same flavours, by the compiled kernels
    of `rgcourse.running_couplings`. Dots are measurements of the world's three colours. Run adds
    flavours.

    Parameters
    ----------
    n_f : float
        Flavours, 0 to 24 in halves.
    n_c : int
        Colours, 2 to 5.
    alpha : float
        The coupling at M_Z, 0.06 to 0.3.
    loops : {1, 2, 3}
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `slope`, d(1/alpha) / d ln Q at M_Z to one loop, and `fixed_point`, where two
    loops stop the flow (0 if nowhere).

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> RunningCoupling(n_f=16.5).n_f
    16.5
    """

    title = text("Where does this force become strong?")
    try_line = text(
        "add flavours until the force is no longer free at short distances. Then give it one more "
        "colour: how many flavours does that buy?"
    )

    n_f = Slider(0, MOST_FLAVOURS, 5, step=0.5, grid=0.5, digits=1, label="Flavours N_f",
                 name="flavours",
                 marks=[Mark(5, "five", "5"), Mark(16.5, "33/2", "e")])  # fmt: skip
    n_c = Whole(2, 5, 3, label="Colours N_c", name="colours", keys="c")
    alpha = Slider(0.06, 0.3, ALPHA_S_M_Z, step=0.005, fine=0.001, digits=3, label="α at M_Z",
                   name="alpha", marks=[Mark(ALPHA_S_M_Z, "measured", "m")])  # fmt: skip
    loops = Choice({1: "one loop", 2: "two loops", 3: "three loops"}, 3, name="loops", key="l")
    readouts = {
        "low": "α(10 GeV)",
        "high": "α(1 TeV)",
        "pole": "1-loop pole",
        "star": "α*, 2 loops",
    }
    plots = {
        "run": plot(("Q, GeV", *SCALES), ("α", 0, 0.6), log="x"),
        "straight": plot(("Q, GeV", *SCALES), ("1/α", 0, 30), log="x"),
    }
    constants = {
        "M_Z": M_Z,
        "least": 1 / STRONGEST,
        "most": MAX_STEP,
        "measured": measured(),
        "lookups": [10.0, 1000.0],
    }
    legend = (
        "Coupling α of N_c colours and N_f flavours against the scale Q (left) and 1/α (right), "
        "MS-bar, the same flavours at all scales (rgcourse.running_couplings.run_coupling, "
        "compiled). Full: the loops you chose; dashed: one loop, a straight line. Open ring: the "
        "given value at M_Z. Dots with errors: measured. Violet: where two loops would stop the "
        "flow, to be trusted when small."
    )
    slope = traitlets.Float().tag(sync=True)
    fixed_point = traitlets.Float().tag(sync=True)
