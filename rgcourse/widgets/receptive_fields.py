"""Receptive fields of stacked machines, and a block to be laid on them: are they block spins?"""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from .. import _checks
from ..rbm import RBM, block_share, field_size, receptive_fields
from ._declare import Button, Choice, Whole, plot
from ._front import LiveFigure, text

__all__ = ["ReceptiveFields"]

STEPS = 127  # of a weight, from zero to the largest of its unit: int8
SHUFFLES = 12  # of the weights of each unit, for what a block holds by chance


class ReceptiveFields(LiveFigure):
    """Is a hidden unit a block spin? A block to be laid on its receptive field, in the page.

    On the left the field of one unit and a block; on the right the share of the unit that the block
    holds, `rgcourse.rbm.block_share`, against the side of the block. A block spin has 1 on its own
    block, which a rule of 2 x 2 spins gives the side 2**layer. Beside it what the best block holds
    of the same weights in random order. The fields are `rgcourse.rbm.receptive_fields`, each in 8
    bits a weight, on a scale of its own.

    Parameters
    ----------
    stacks : dict of str: sequence of RBM
        Stacks to choose from, by what they were trained on. All have the same number of layers and
        stand on the same L * L visible units.
    data : str
        The stack shown first; the first one if not given.
    layer : int
        From 1, the layer that sees the data.
    unit : int
        From 0.
    side, corner : int
        Of the block: its side, 1 to L, and the number of its first site.
    n_units : int
        Shown of each layer, at most; the first ones.
    seed : int
        Of the random orders.
    running : bool
        Whether the figure tries larger and larger blocks as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the `share` that the block holds, and `size`, the radius of the unit.

    Raises
    ------
    ValueError
        For stacks of different shapes or without a square lattice, and for values that are not
        there, here or on later assignment.

    Examples
    --------
    >>> from rgcourse.rbm import random_rbm
    >>> stack = [random_rbm(16, 4, rng=1), random_rbm(4, 2, rng=1)]
    >>> explorer = ReceptiveFields({"untrained": stack}, layer=2)
    """

    title = text("Is a hidden unit a block spin?")
    try_line = text(
        "drag the block to the place where it holds most of the unit. Change its side, until no "
        "block holds more. Then go up by a layer: is the best side twice as large, and the share "
        "100 %?"
    )

    side = Whole(1, 1, label="Side of block", name="side of the block", keys="b")
    layer = Whole(1, 1, label="Layer", keys="l")
    unit = Whole(0, 0, label="Hidden unit", name="unit", keys="u")
    data = Choice([""], name="stack", label="Stack", key="d")
    seek = Button("Best place", key="p")
    corner = traitlets.Int().tag(sync=True, follow=True)
    table = traitlets.Dict().tag(sync=True)
    size = traitlets.Float(allow_none=True).tag(sync=True)
    share = traitlets.Float().tag(sync=True)
    readouts = {"share": "block holds", "chance": "random order", "most": "your best",
                "size": "radius"}  # fmt: skip

    def __init__(
        self,
        stacks: Mapping[str, Sequence[RBM]],
        *,
        data: str | None = None,
        layer: int = 1,
        unit: int = 0,
        side: int = 2,
        corner: int = 0,
        n_units: int = 25,
        seed: int = 2014,
        **frame: Any,
    ) -> None:
        n_units = _checks.integer("n_units", n_units, minimum=1)
        fields = {name: receptive_fields(stack) for name, stack in stacks.items()}
        self.L, sizes = shape_of(fields)
        self.sides = self.L  # of the largest block
        if not 0 <= _checks.integer("corner", corner, minimum=0) < self.L**2:
            raise ValueError(f"corner must be below L * L = {self.L**2}, got {corner}")
        rng = np.random.default_rng(seed)
        super().__init__(
            narrow={
                "data": list(fields),
                "layer": (1, len(sizes)),
                "unit": (0, min(n_units, max(sizes)) - 1),
                "side": (1, self.sides),
            },
            table={
                name: [layer_table(field[:, :n_units], self.sides, rng) for field in layers]
                for name, layers in fields.items()
            },
            data=next(iter(fields)) if data is None else data,
            layer=layer,
            unit=unit,
            side=side,
            corner=corner,
            **frame,
        )

    @property
    def constants(self) -> dict[str, Any]:
        """Side of the lattice, largest side of a block, and the byte of the largest weight."""
        return {"L": self.L, "sides": self.sides, "steps": STEPS}

    @property
    def plots(self) -> dict[str, Any]:
        """The share that blocks hold, against their side."""
        return {
            "shares": plot(("side of block b", 0.5, self.sides + 0.5), ("share", 0, 1.05),
                           drop=("side", ""), size="tall"),
        }  # fmt: skip

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Left: a receptive field on the {self.L} × {self.L} torus, a column of W1, W1 W2, ... "
            "of a stack, on a scale of its own. Red pulls with a spin that is up, blue against "
            "it. A block holds the share (Σ w)² / (b² Σ w²), the first sum over its b² sites, the "
            "second over all: for spins tossed at random, the share of the variance of the "
            "unit's input that the block's sum explains. Right: your best for each side; the ring "
            "at 1 is a block spin of the rule, of side 2 in layer 1, 4 in layer 2, 8 in layer 3. "
            "Dashed: the best block on weights in random order, mean and spread. Run tries one "
            "side after the other."
        )


def shape_of(fields):
    """Side of the lattice and units of each layer that all stacks have."""
    shapes = {tuple(field.shape for field in layers) for layers in fields.values()}
    if len(shapes) != 1:
        raise ValueError(f"stacks must be some stacks of one shape, got shapes {sorted(shapes)}")
    shape = shapes.pop()
    n_visible = shape[0][0]
    L = math.isqrt(n_visible)
    if L * L != n_visible or L < 2:
        raise ValueError(f"{n_visible} visible units are no square lattice")
    return L, [n for _, n in shape]


def layer_table(shown, sides, rng):
    """The fields of a layer as the page takes them, 8 bits a weight in base64, unit by unit.

    With the radius of each (None without weights), and for each side of a block what the best
    place holds: the median over the units that have weights, and `chance`, mean and spread over
    units and orders with the weights of each unit in random order.
    """
    largest = np.abs(shown).max(axis=0)
    relative = shown / np.where(largest > 0, largest, 1)
    alive = relative[:, largest > 0]
    orders = [rng.permuted(alive, axis=0) for _ in range(SHUFFLES)]
    best = [best_shares(alive, b) for b in range(1, sides + 1)]
    chance = [np.concatenate([best_shares(w, b) for w in orders]) for b in range(1, sides + 1)]
    return {
        "fields": base64.b64encode(np.rint(STEPS * relative).astype(np.int8).T.tobytes()).decode(),
        "sizes": [None if np.isnan(size) else round(float(size), 3) for size in field_size(shown)],
        "typical": [rounded(np.median(x)) if len(x) else 0.0 for x in best],
        "chance": [[rounded(x.mean()), rounded(x.std())] if len(x) else [0.0, 0.0] for x in chance],
    }


def best_shares(fields, side):
    """What the best block of this side holds of each field."""
    return block_share(fields, side).max(axis=(0, 1))


def rounded(x):
    """A share to four digits: a hundredth of a percent."""
    return round(float(x), 4)
