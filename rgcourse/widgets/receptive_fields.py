"""Receptive fields by layer and unit: weights of stacked machines drawn on their lattice."""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from .. import _checks
from ..rbm import RBM, field_size, receptive_fields
from ._declare import Choice, Whole
from ._front import LiveFigure, text

__all__ = ["ReceptiveFields"]

STEPS = 127  # of a weight, from zero to the largest of its unit: int8


class ReceptiveFields(LiveFigure):
    """Receptive fields of stacks of machines, one unit at a time, in the page.

    On the left the field of one unit, on the right those of all units shown of its layer. The
    fields are `rgcourse.rbm.receptive_fields`, each in 8 bits a weight, on a scale of its own.

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
    n_units : int
        Shown of each layer, at most; the first ones.
    running : bool
        Whether the figure walks from unit to unit as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

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

    title = text("What does a hidden unit look at?")
    try_line = text(
        "go up by a layer, and again. Do the fields grow as blocks of spins do? Then look "
        "at the machine that has learned nothing."
    )

    unit = Whole(0, 0, label="Hidden unit", name="unit")
    layer = Whole(1, 1, label="Layer", keys="l")
    data = Choice([""], name="stack", label="Stack", key="d")
    table = traitlets.Dict().tag(sync=True)
    size = traitlets.Float(allow_none=True).tag(sync=True)
    readouts = {"size": "radius", "share": "covers", "median": "median radius",
                "largest": "largest"}  # fmt: skip

    def __init__(
        self,
        stacks: Mapping[str, Sequence[RBM]],
        *,
        data: str | None = None,
        layer: int = 1,
        unit: int = 0,
        n_units: int = 25,
        **frame: Any,
    ) -> None:
        n_units = _checks.integer("n_units", n_units, minimum=1)
        fields = {name: receptive_fields(stack) for name, stack in stacks.items()}
        self.L, sizes = shape_of(fields)
        super().__init__(
            narrow={
                "data": list(fields),
                "layer": (1, len(sizes)),
                "unit": (0, min(n_units, max(sizes)) - 1),
            },
            table={n: [layer_table(f, n_units) for f in layers] for n, layers in fields.items()},
            data=next(iter(fields)) if data is None else data,
            layer=layer,
            unit=unit,
            **frame,
        )

    @property
    def constants(self) -> dict[str, Any]:
        """Side of the lattice, and the byte of the largest weight."""
        return {"L": self.L, "steps": STEPS}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Receptive fields on the {self.L} × {self.L} lattice: the products W1, W1 W2, ... of "
            "the weights of a stack, each unit on a scale of its own. Red pulls with a spin that "
            "is up, blue against it. Radius: root mean squared distance of the squared weights "
            "from their centre, in lattice spacings; evenly spread it would be "
            f"{self.L / math.sqrt(6):.1f}. Covers: the share of sites over which the squared "
            "weights spread. Click on a small field to enlarge it."
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


def layer_table(field, n_units):
    """The first fields of a layer as the page takes them, 8 bits a weight in base64, unit by unit.

    With the largest weight, the radius (None without weights) and the share of the lattice of each.
    """
    shown = field[:, :n_units]
    largest = np.abs(shown).max(axis=0)
    relative = shown / np.where(largest > 0, largest, 1)
    sizes = [None if np.isnan(size) else round(float(size), 3) for size in field_size(shown)]
    known = [size for size in sizes if size is not None]
    return {
        "units": field.shape[1],
        "fields": base64.b64encode(np.rint(STEPS * relative).astype(np.int8).T.tobytes()).decode(),
        "largest": [float(f"{x:.4g}") for x in largest],
        "sizes": sizes,
        "shares": np.round(participation(relative), 4).tolist(),
        "median": float(np.median(known)) if known else None,
    }


def participation(fields):
    """(sum w^2)^2 / sum w^4 over the number of sites, of each column: 1 where all are equal."""
    second, fourth = (fields**2).sum(axis=0), (fields**4).sum(axis=0)
    return second**2 / np.where(fourth > 0, fourth, 1) / len(fields)
