"""A Boltzmann machine that dreams: Gibbs sweeps of trained machines, drawn as Ising lattices."""

import math

import numpy as np
import traitlets

from .. import _checks
from .._random import random_state
from ..rbm import RBM
from ..rbm._kernels import _draw, _gibbs_sweep
from ._front import LiveFigure, colour_map, drawing, picture, said, script, seeded, within

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

    _esm = script("lattice", "views", "means", "steps", "rbm_dream", wasm=("rbm",))
    title = said("What does the machine dream of?")
    try_line = said("erase half of the lattice, and watch it come back. Then change the machine.")
    running = traitlets.Bool(True).tag(sync=True)

    machine = traitlets.Int().tag(sync=True)
    unit = traitlets.Int().tag(sync=True)
    L = traitlets.Int().tag(sync=True)
    n_hidden = traitlets.Int().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    energies = traitlets.List(traitlets.Float()).tag(sync=True)
    magnetizations = traitlets.List(traitlets.Float()).tag(sync=True)
    scales = traitlets.List(traitlets.Float()).tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    energy = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        machines=(BLANK,),
        temperatures=(100.0,),
        *,
        energies=(),
        magnetizations=(),
        machine=0,
        unit=0,
        seed=7,
        **frame,
    ):
        machines = list(machines)
        shapes = {m.W.shape for m in machines}
        if len(shapes) != 1:
            raise ValueError(f"machines must be some RBMs of one shape, got shapes {shapes}")
        ((n_visible, n_hidden),) = shapes
        L = math.isqrt(n_visible)
        if L * L != n_visible or L < 2:
            raise ValueError(f"{n_visible} visible units are no square lattice")
        tables = {"temperatures": temperatures, "energies": energies,
                  "magnetizations": magnetizations}  # fmt: skip
        for name, table in tables.items():
            tables[name] = [_checks.finite(name, x) for x in table]
            if len(tables[name]) not in {len(machines), 0 if name != "temperatures" else -1}:
                raise ValueError(f"{name} must have {len(machines)} entries, got {len(table)}")
        scales = [largest(m) / STEPS for m in machines]
        super().__init__(
            frame,
            L=L,
            n_hidden=n_hidden,
            **tables,
            scales=scales,
            weights=b"".join(map(packed, machines, scales)),
            machine=machine,
            unit=unit,
            **seeded(seed),
        )

    @traitlets.validate("machine")
    def _check_machine(self, proposal):
        return int(within("machine", proposal["value"], 0, max(0, len(self.temperatures) - 1)))

    @traitlets.validate("unit")
    def _check_unit(self, proposal):
        return int(within("unit", proposal["value"], 0, max(0, self.n_hidden - 1)))

    def dreaming(self, machine):
        """The `RBM` that the page works with: one of the machines, rounded to 16 bits a weight."""
        n, k = self.L**2, self.n_hidden
        table = np.frombuffer(self.weights, "<i2").reshape(-1, n * k + n + k)[machine]
        W, a, b = np.split((table * self.scales[machine]).astype(np.float32), [n * k, n * k + n])
        return RBM(W.reshape(n, k), a, b)

    def first(self):
        """Visible and hidden units of the page's first frame, float32."""
        rbm = self.dreaming(self.machine)
        n, k = rbm.W.shape
        W, a, b = (x.astype(np.float32).ravel() for x in (rbm.W, rbm.a, rbm.b))
        v, h, fields = (np.full(m, 0.5, np.float32) for m in (n, k, max(n, k)))
        words, state = np.zeros(max(n, k) + 1, np.uint32), random_state(self.seed)
        _draw(fields, v, 1, n, words, state)
        for _ in range(BURN_IN):
            _gibbs_sweep(W, a, b, n, k, v, h, fields, words, state)
        return v, h

    def still(self):
        v, h = self.first()
        rows = hidden_rows(self.n_hidden)
        hidden = np.full(rows * -(-self.n_hidden // rows), np.nan)
        hidden[: self.n_hidden] = h
        weights = self.dreaming(self.machine).W[:, self.unit].reshape(self.L, self.L)
        strength = np.abs(weights).max() or 1.0
        two = colour_map("down", "up", steps=2)
        signs = colour_map("cold", "bg", "hot")
        figure = drawing(7.2, 2.7)
        panels = [
            (v.reshape(self.L, self.L), two, 0, 1, "visible units"),
            (hidden.reshape(rows, -1), two, 0, 1, "hidden units"),
            (weights, signs, -strength, strength, f"weights of hidden unit {self.unit}"),
        ]
        for ax, (image, cmap, low, high, name) in zip(figure.subplots(1, 3), panels, strict=True):
            ax.imshow(image, cmap=cmap, vmin=low, vmax=high)
            ax.set(xticks=[], yticks=[])
            ax.set_title(name, loc="left", fontsize=10)
        return picture(figure)

    def words(self):
        v, h = self.first()
        T = self.temperatures[self.machine]
        return (
            f"{self.title} A machine of {self.L**2} visible and {self.n_hidden} hidden units, "
            f"trained on Ising lattices at T = {T:.3f}. Its visible units, drawn as a lattice of "
            f"{self.L} by {self.L}, have {int(v.sum())} spins up; {int(h.sum())} hidden units are "
            f"on. Beside them the weights of hidden unit {self.unit} on the lattice."
        )


def hidden_rows(n):
    """Rows in which n hidden units are drawn: the largest divisor up to the square root."""
    return max(d for d in range(1, math.isqrt(n) + 1) if n % d == 0)


def largest(rbm):
    """The largest number of a machine, or 1 where all are zero."""
    return max(float(np.abs(x).max()) for x in (rbm.W, rbm.a, rbm.b)) or 1.0


def packed(rbm, scale):
    """The numbers of a machine, W then a then b, as 16-bit multiples of `scale`."""
    numbers = np.concatenate([x.ravel() for x in (rbm.W, rbm.a, rbm.b)])
    return np.rint(numbers / scale).astype("<i2").tobytes()
