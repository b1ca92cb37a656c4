"""One spin that becomes a magnet in the page, doubling by doubling, by a rule of three numbers."""

from typing import Any

import traitlets

from .. import _checks
from ._declare import Button, Mark, Slider, plot
from ._front import LiveFigure, seeded, text

__all__ = ["ZoomIn"]

LARGEST = 9  # doublings of the lattice that is shown
MEASURED = 6  # doublings of those that are measured
FROM = 3  # the doubling from which eta is taken
BATCH, BATCHES = 25, 16  # lattices grown together, and batches after a change of the rule
TRAINED = {"parent": 1.357, "near": 0.487, "fine": 0.376}  # mean of the run zoom_rules, rounded
TRUE_ENERGY = -1.393  # of critical lattices blocked twice, 64 x 64, in the same run


class Doublings(traitlets.Int):
    """How often a lattice is doubled; ValueError beyond the largest that is shown."""

    def validate(self, figure, value):
        """`value` as an int."""
        value = _checks.integer("doublings", value, minimum=0)
        if value > LARGEST:
            raise ValueError(f"doublings must be at most {LARGEST}, got {value}")
        return value


class ZoomIn(LiveFigure):
    """A lattice grown from one spin by `rgcourse.zoom_in.LocalRule`, and the exponent of the rule.

    Each press doubles the lattice, up to 512 x 512; majority votes halve it again. Beside it 400
    other lattices are grown to 64 x 64 by the same rule, whenever it is changed, and more while the
    figure runs; the slope of their <m**2> is minus eta.

    Parameters
    ----------
    parent, near, fine : float
        The rule, log-odds of an up spin: 0 to 4, 0 to 1.5, 0 to 1.5; `fine` is its `drawn`.
    doublings : int
        Of the lattice that is shown first, 0 to 9.
    running : bool
        Whether more lattices are grown and measured as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `eta`, `energy` and their errors as pairs, and the `size` of what is shown.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = ZoomIn(parent=1.0)
    """

    title = text("Which rule makes a magnet of one spin?")
    try_line = text(
        "zoom in until the lattice is full. Then make \u03b7 = 0.25 with the parent alone."
    )

    parent = Slider(0, 4, TRAINED["parent"], step=0.05, fine=0.01, digits=2, label="Parent",
                    marks=[Mark(TRAINED["parent"], "trained")])  # fmt: skip
    near = Slider(0, 1.5, TRAINED["near"], step=0.05, fine=0.01, digits=2,
                  label="Near", marks=[Mark(TRAINED["near"], "trained")])  # fmt: skip
    fine = Slider(0, 1.5, TRAINED["fine"], step=0.05, fine=0.01, digits=2,
                  label="Drawn", marks=[Mark(TRAINED["fine"], "trained")])  # fmt: skip
    deeper = Button("Zoom in", key="i")
    block = Button("Block", key="b", hint="block (zoom out)")
    again = Button("One spin", key="o")
    trained = Button("Trained rule", key="t")
    doublings = Doublings().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    eta = traitlets.List(traitlets.Float()).tag(sync=True)
    energy = traitlets.List(traitlets.Float()).tag(sync=True)
    size = traitlets.Int().tag(sync=True)
    readouts = {"eta": "\u03b7", "E": "E", "same": "blocks as before", "n": "measured"}
    plots = {
        "fall": plot(("doublings", 0, MEASURED), ("log\u2082 \u27e8m\u00b2\u27e9", -4, 0),
                     size="tall"),
    }  # fmt: skip
    constants = {
        "largest": LARGEST,
        "measured": MEASURED,
        "from": FROM,
        "batch": BATCH,
        "batches": BATCHES,
        "trained": TRAINED,
        "true_energy": TRUE_ENERGY,
    }

    def __init__(self, parent: float = TRAINED["parent"], near: float = TRAINED["near"],
                 fine: float = TRAINED["fine"], *, doublings: int = 0, seed: int = 2025,
                 **frame: Any) -> None:  # fmt: skip
        super().__init__(
            parent=parent, near=near, fine=fine, doublings=doublings,
            **seeded(seed, lattices=2), **frame,
        )  # fmt: skip

    @property
    def legend(self) -> str:
        """The caption."""
        blocked = f"{TRUE_ENERGY}".replace("-", "\u2212")
        return (
            "Left: grown from one spin (rgcourse.zoom_in.zoom_in, compiled); a press in it zooms "
            "in. Right: the mean square magnetization of other lattices, grown by the same rule "
            "to 64 \u00d7 64, with its errors; the line has the slope \u2212\u03b7 of the last "
            "three doublings, the dashed one that of the magnet, \u2212\u00bc. E: energy per site "
            "at 64 \u00d7 64; critical lattices that were blocked twice have "
            f"{blocked}. Seed {self.seed}."
        )
