"""Receptive fields by layer and unit: weights of stacked machines drawn on their lattice."""

import base64
import math

import numpy as np
import traitlets

from .. import _checks
from ..rbm import field_size, receptive_fields
from ._front import LiveFigure, colour_map, drawing, one_of, picture, said, script, within

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

    _esm = script("lattice", "views", "steps", "receptive_fields", wasm=())
    title = said("What does a hidden unit look at?")
    try_line = said(
        "go up by a layer, and again. Do the fields grow as blocks of spins do? Then look "
        "at the machine that has learned nothing."
    )

    data = traitlets.Unicode().tag(sync=True)
    layer = traitlets.Int().tag(sync=True)
    unit = traitlets.Int().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)
    size = traitlets.Float(allow_none=True).tag(sync=True)

    def __init__(self, stacks, *, data=None, layer=1, unit=0, n_units=25, **frame):
        super().__init__(
            frame,
            table=field_table(stacks, _checks.integer("n_units", n_units, minimum=1)),
            data=next(iter(stacks)) if data is None else data,
            layer=layer,
            unit=unit,
        )

    @traitlets.validate("data")
    def _check_data(self, proposal):
        return one_of("data", proposal["value"], tuple(self.table["names"]))

    @traitlets.validate("layer")
    def _check_layer(self, proposal):
        return int(within("layer", proposal["value"], 1, len(self.table["counts"])))

    @traitlets.validate("unit")
    def _check_unit(self, proposal):
        return int(within("unit", proposal["value"], 0, max(self.table["counts"]) - 1))

    def fields(self):
        """The fields of the layer shown, as the page has them: shape (units, L, L)."""
        table = self.table
        place = table["names"].index(self.data) * len(table["counts"]) + self.layer - 1
        n, L = table["counts"][self.layer - 1], table["L"]
        bits = np.frombuffer(base64.b64decode(table["fields"][place]), np.int8).reshape(n, L, L)
        return bits * (np.array(table["largest"][place]) / STEPS)[:, None, None]

    def still(self):
        colours = colour_map("cold", "bg", "hot")
        figure = drawing(7.2, 3.6)
        left, right = figure.subplots(1, 2)
        fields = self.fields()
        tile = fields / np.maximum(np.abs(fields).max(axis=(1, 2)), 1e-300)[:, None, None]
        side, L = math.ceil(math.sqrt(len(fields))), self.table["L"]
        atlas = np.zeros((side * (L + 1) - 1, side * (L + 1) - 1))
        for k, field in enumerate(tile):
            y, x = (L + 1) * (k // side), (L + 1) * (k % side)
            atlas[y : y + L, x : x + L] = field
        shown = self.unit % len(fields)
        for ax, image in ((left, tile[shown]), (right, atlas)):
            ax.imshow(image, cmap=colours, vmin=-1, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
        left.set_title(f"layer {self.layer}, unit {shown}", fontsize=9)
        right.set_title(f"units 0 to {len(fields) - 1}", fontsize=9)
        return picture(figure)

    def words(self):
        fields = self.fields()
        shown = self.unit % len(fields)
        size = field_size(fields[shown].ravel())
        what = "All its weights are zero" if math.isnan(size) else f"Its radius is {size:.1f}"
        return (
            f"{self.title} Receptive field of unit {shown} in layer {self.layer} of the stack "
            f"{self.data}, on a lattice of {self.table['L']} by {self.table['L']}, beside those of "
            f"{len(fields)} units of the layer. {what}."
        )


def field_table(stacks, n_units):
    """All fields as the page takes them: 8 bits a weight, base64, by stack and then by layer.

    With the largest weight and the radius of each unit (None where it has no weights).
    """
    layers = {name: receptive_fields(stack) for name, stack in stacks.items()}
    shapes = {tuple(field.shape for field in fields) for fields in layers.values()}
    if len(shapes) != 1:
        raise ValueError(f"stacks must be some stacks of one shape, got shapes {sorted(shapes)}")
    shape = shapes.pop()
    L = math.isqrt(shape[0][0])
    if L * L != shape[0][0] or L < 2:
        raise ValueError(f"{shape[0][0]} visible units are no square lattice")
    table = {
        "names": list(layers),
        "L": L,
        "counts": [min(n_units, n) for _, n in shape],
        "units": [n for _, n in shape],
        "fields": [], "largest": [], "sizes": [],
    }  # fmt: skip
    for fields in layers.values():
        for field in fields:
            field = field[:, :n_units]
            largest = np.abs(field).max(axis=0)
            bits = np.rint(STEPS * field / np.where(largest > 0, largest, 1)).astype(np.int8)
            sizes = field_size(field)
            table["fields"].append(base64.b64encode(bits.T.tobytes()).decode())
            table["largest"].append([float(f"{x:.4g}") for x in largest])
            table["sizes"].append([None if np.isnan(x) else round(float(x), 3) for x in sizes])
    return table
