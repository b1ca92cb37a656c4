"""A lattice as a network of tensors, halved again and again; chi and T under the reader's hand."""

import traitlets

from ..exact import CRITICAL_T
from ..tensor_rg.live import MOST, NEW
from ._declare import Mark, Slider, Toggle, Whole, plot
from ._front import LiveFigure, text

__all__ = ["TensorLab"]

STEPS = 24
RANKS = 24  # singular values that are drawn
LEAST = 1e-4  # the smallest of them, in units of the largest
ERRORS = (1e-8, 1.0)


class TensorLab(LiveFigure):
    """Levin and Nave's tensor renormalization of the square Ising lattice, live in the page.

    Every step splits the tensor along its diagonals, keeps `chi` singular values, and puts four
    halves together to the tensor of twice as many sites. The page draws the spectrum with its cut,
    scaling dimensions and central charge of the present tensor beside the exact ones, and the
    error of ln Z per site against Onsager's. Moved while it rests, a slider repeats the steps
    taken so far.

    Parameters
    ----------
    T : float
        Temperature, 1.8 to 2.8.
    chi : int
        Values that a leg may have, 2 to 16.
    corners : bool
        Whether the singular values of corner double lines are drawn, those at which the flow
        stops away from the critical temperature: `rgcourse.tensor_rg.corners`.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `steps`, `error`, `central_charge` and the lowest `dimensions` to Python.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = TensorLab(T=2.4, chi=8, corners=True)
    """

    title = text("What is left when a lattice is one tensor?")
    try_line = text(
        "run it at T = 2.5 until the spectrum rests, then tick the box. Does a larger χ leave "
        "fewer numbers?"
    )

    T = Slider(1.8, 2.8, CRITICAL_T, step=0.05, fine=0.01, digits=3, label="Temperature",
               name="T", heat=True,
               marks=[Mark(CRITICAL_T, "Tc", "c"), Mark(2.0, "2.0", "o"),
                      Mark(2.5, "2.5", "d")])  # fmt: skip
    chi = Whole(2, MOST, 8, label="Keep", name="χ", text="χ = {}", keys="+-")
    corners = Toggle("corner double lines, exactly", key="l", hint="corner lines")
    readouts = {"sites": "sites", "error": "error of ln z", "x": "x₁, x₂", "c": "c"}
    plots = {
        "spectrum": plot(("rank", 0.5, RANKS + 0.5), ("singular value", LEAST, 1.5), log="y",
                         size="tall"),
        "dimensions": plot(("step", 0, STEPS + 3), ("x, c", 0, 2.2)),
        "errors": plot(("step", 0, STEPS + 3), ("|error of ln z|", *ERRORS), log="y", size="small"),
    }  # fmt: skip
    constants = {
        "most": MOST, "legs": 2 * NEW, "steps": STEPS, "ranks": RANKS, "errors": ERRORS,
        "T_c": CRITICAL_T, "exact": [("1/8", 1 / 8), ("1", 1.0), ("9/8", 9 / 8)],
        "charge": 1 / 2, "fields": 4,
    }  # fmt: skip
    legend = (
        "Tensor renormalization after Levin and Nave (rgcourse.tensor_rg.trg_flow as a kernel, "
        "compiled). Left: singular values of the tensor that is split, in units of the largest; "
        "discs even, rings odd under the flip of all spins, a thin line the step before. What lies "
        "behind the cut is thrown away, equal values together. Right: scaling dimensions x of one "
        "block bent into a ring, and c (a line) from rings of one block and of two, beside the "
        "exact values at Tc; below, the error of ln z against Onsager's exact value. Green bars: "
        "corner double lines with the weights of Baxter's corner transfer matrices."
    )
    steps = traitlets.Int().tag(sync=True)
    error = traitlets.Float().tag(sync=True)
    central_charge = traitlets.Float().tag(sync=True)
    dimensions = traitlets.List(traitlets.Float()).tag(sync=True)
