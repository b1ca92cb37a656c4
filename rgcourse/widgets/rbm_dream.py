"""A Boltzmann machine that dreams: Gibbs sweeps of trained machines, drawn as Ising lattices."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from .. import _checks
from ..rbm import RBM
from ._declare import Button, Whole
from ._front import LiveFigure, seeded, text

__all__ = ["RBMDream"]

BURN_IN = 300  # sweeps from a fair coin for each spin before anything is shown
STEPS = 2**15 - 1  # of a weight, from zero to the largest: int16
BLANK = RBM(np.zeros((64, 16)), np.zeros(64), np.zeros(16))  # has learned nothing yet


class RBMDream(LiveFigure):
    """Trained machines dreaming of the square lattice, live in the page.

    On the left the visible units as a lattice, beside them the hidden ones, and the weights of one
    hidden unit on the lattice. A sweep draws all hidden units given the visible ones, then all
    visible ones given the hidden. Spins can be painted over; half of the lattice can be erased, to
    watch the machine complete it while the other half is held.

    Parameters
    ----------
    machines : sequence of RBM
        All of the same shape, with L * L visible units. They are kept in 16 bits a weight. By
        default one that has learned nothing.
    temperatures : sequence of float
        Of the magnets whose samples each machine has learned.
    energies, magnetizations : sequence of float, optional
        What is exact for these magnets, -<s s'> and <|m|> per site, shown beside the machine's.
    machine : int
        The one that dreams first.
    unit : int
        The hidden unit whose weights are shown first.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `energy` and `magnetization`, averaged since the last change, when there is a
    kernel.

    Raises
    ------
    ValueError
        For machines that differ in shape or have no square lattice, for lists of other lengths, and
        for a machine or unit that is not there, here or on later assignment.

    Examples
    --------
    >>> dream = RBMDream([BLANK, BLANK], [10.0, 20.0], machine=1)
    """

    title = text("What does the machine dream of?")
    try_line = text("erase half of the lattice, and watch it come back. Then change the machine.")
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    machine = Whole(0, 0, label="Trained at", name="machine")
    unit = Whole(0, 0, label="Hidden unit")
    erase = Button("Erase half", key="e", hint="erase")
    let_go = Button("Let go", key="g")
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    energies = traitlets.List(traitlets.Float()).tag(sync=True)
    magnetizations = traitlets.List(traitlets.Float()).tag(sync=True)
    scales = traitlets.List(traitlets.Float()).tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    energy = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    readouts = {"E": "E", "exact_E": "exact", "m": "|m|", "exact_m": "exact"}

    def __init__(
        self,
        machines: Sequence[RBM] = (BLANK,),
        temperatures: Sequence[float] = (100.0,),
        *,
        energies: Sequence[float] = (),
        magnetizations: Sequence[float] = (),
        machine: int = 0,
        unit: int = 0,
        seed: int = 7,
        **frame: Any,
    ) -> None:
        machines = list(machines)
        self.L, self.n_hidden = shape_of(machines)
        tables = {"temperatures": temperatures, "energies": energies,
                  "magnetizations": magnetizations}  # fmt: skip
        for name, table in tables.items():
            tables[name] = [_checks.finite(name, x) for x in table]
            if len(tables[name]) not in {len(machines), 0 if name != "temperatures" else -1}:
                raise ValueError(f"{name} must have {len(machines)} entries, got {len(table)}")
        scales = [largest(m) / STEPS for m in machines]
        super().__init__(
            narrow={"machine": (0, len(machines) - 1), "unit": (0, self.n_hidden - 1)},
            **tables,
            scales=scales,
            weights=b"".join(map(packed, machines, scales)),
            machine=machine,
            unit=unit,
            **seeded(seed),
            **frame,
        )

    @property
    def constants(self) -> dict[str, Any]:
        """Sizes of the machines, and how long they dream before they are shown."""
        return {"L": self.L, "n_hidden": self.n_hidden, "burn_in": BURN_IN}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"A machine of {self.L**2} visible and {self.n_hidden} hidden units (light on, dark "
            "off), and the weights of one hidden unit: red pulls a spin up, blue down. E and |m| "
            "per spin, averaged since the last change, beside the exact values of the magnet it "
            "was trained on. Drag on the lattice to paint spins, move over a hidden unit to see "
            f"its weights. rgcourse.rbm, compiled; seed {self.seed}."
        )


def shape_of(machines):
    """Side of the lattice and number of hidden units that all machines have."""
    shapes = {m.W.shape for m in machines}
    if len(shapes) != 1:
        raise ValueError(f"machines must be some RBMs of one shape, got shapes {shapes}")
    ((n_visible, n_hidden),) = shapes
    L = math.isqrt(n_visible)
    if L * L != n_visible or L < 2:
        raise ValueError(f"{n_visible} visible units are no square lattice")
    return L, n_hidden


def largest(rbm):
    """The largest number of a machine, or 1 where all are zero."""
    return max(float(np.abs(x).max()) for x in (rbm.W, rbm.a, rbm.b)) or 1.0


def packed(rbm, scale):
    """The numbers of a machine, W then a then b, as 16-bit multiples of `scale`."""
    numbers = np.concatenate([x.ravel() for x in (rbm.W, rbm.a, rbm.b)])
    return np.rint(numbers / scale).astype("<i2").tobytes()
