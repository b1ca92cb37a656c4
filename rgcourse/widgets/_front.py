"""What all live figures share: how their script is put together, and their still image."""

import base64
import io
import json
import math
import re
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from PIL import Image

from .. import _checks
from .._palette import DARK, LIGHT
from .._random import random_state

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "js"


def script(*modules, wasm, given=None):
    """One ES module out of several of `js/`, with `.wasm` files of this folder inside it.

    `wasm.js` and `figure.js` are part of every figure and need not be named. The modules import one
    another by name, which a browser resolves when they are served as files; joined into one text
    they share a scope, so the imports and exports are taken out, and with them comments and
    indentation, which every page would carry. What Python and the page both need to know, ranges
    or sizes, is `given` by Python and stands in the script as GIVEN.
    """
    files = {
        name: base64.b64encode((FOLDER / f"{name}.wasm").read_bytes()).decode() for name in wasm
    }
    lines = [f"const WASM_BASE64 = {json.dumps(files)};"]
    if given is not None:
        lines.append(f"const GIVEN = {json.dumps(given, ensure_ascii=False)};")
    for module in ("wasm", "figure", *modules):
        for line in (SCRIPTS / f"{module}.js").read_text(encoding="utf-8").splitlines():
            line = re.sub(r"\s+// .*", "", line.strip())
            if line.startswith(("import ", "//", "/**", "*")) or not line:
                continue
            if not line.startswith("export default "):
                line = line.removeprefix("export ")
            lines.append(line)
    return "\n".join(lines) + "\n"


def style():
    """The figures' CSS: the theme's colours where there is a theme, the palette's elsewhere."""
    dark = '[data-jp-theme-light="false"] .rgw, .vscode-dark .rgw'
    return (
        colours(".rgw", LIGHT)
        + colours(dark, DARK)
        + (SCRIPTS / "figure.css").read_text(encoding="utf-8")
    )


def colours(selector, palette):
    tokens = "".join(f" --{name}: var(--rg-{name}, {value});" for name, value in palette.items())
    return f"{selector} {{{tokens} }}\n"


# --- traits that both sides know, and what they may be -------------------------------------------


def said(words):
    """A text of a figure, as it is when nothing else is asked for."""
    return traitlets.Unicode(words).tag(sync=True)


class Between(traitlets.Float):
    """A number in a closed interval; ValueError for any other."""

    def __init__(self, low, high):
        super().__init__(low)
        self.low, self.high = low, high
        self.tag(sync=True)

    def validate(self, figure, value):
        return within(self.name, value, self.low, self.high)


class Whole(Between):
    """A whole number in a closed interval; ValueError for any other."""

    def validate(self, figure, value):
        value = _checks.integer(self.name, value, minimum=-math.inf)
        return int(within(self.name, value, self.low, self.high))


class OneOf(traitlets.TraitType):
    """One of some values; ValueError for any other."""

    def __init__(self, choices):
        self.choices = tuple(choices)
        super().__init__(self.choices[0])
        self.tag(sync=True)

    def validate(self, figure, value):
        return one_of(self.name, value, self.choices)


def one_of(name, value, choices):
    """The one of `choices` that equals `value`; ValueError where there is none."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return choices[choices.index(value)]


def within(name, value, low, high):
    """`value` as a float; ValueError unless it lies in the closed interval."""
    value = _checks.finite(name, value)
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value:g}")
    return value


def words_for_page(seed):
    """The generator's start for a seed, as eight whole numbers below 2**32, low halves first."""
    return random_state(np.random.default_rng(seed)).view(np.uint32).tolist()


def seeded(seed, lattices=None):
    """Traits `seed` and `seed_words`; with `lattices`, words for each, from rising seeds."""
    seed = _checks.integer("seed", seed, minimum=0)
    if lattices is None:
        return {"seed": seed, "seed_words": words_for_page(seed)}
    return {"seed": seed, "seed_words": [words_for_page(seed + k) for k in range(lattices)]}


# --- the figure ----------------------------------------------------------------------------------


class LiveFigure(anywidget.AnyWidget):
    """A live figure: title, stage, controls, a line to try, a caption, and a still image.

    Subclasses say what is on the stage, draw it once in `still()` and put it in words in
    `words()`: the still is what GitHub, print and a page without JavaScript show, and the words
    are its alternative text. Their constructors hand on `frame`, what may be said of every figure
    (`FRAME`), as it came, beside the traits of their own.
    """

    FRAME = ("title", "try_line", "caption", "predict", "running")
    _css = style()

    title = said("")
    try_line = said("")
    caption = said("")
    predict = traitlets.List(traitlets.Unicode()).tag(sync=True)
    guess = traitlets.Unicode().tag(sync=True)
    running = traitlets.Bool().tag(sync=True)
    level = traitlets.Int().tag(sync=True)
    sweeps = traitlets.Float().tag(sync=True)

    def __init__(self, frame, **traits):
        for name in frame:
            if name not in self.FRAME:
                raise TypeError(f"{type(self).__name__} has no parameter {name!r}")
        super().__init__(**traits, **frame)

    @traitlets.validate("predict")
    def _check_predict(self, proposal):
        parts = list(proposal["value"])
        if len(parts) not in (0, 3):
            raise ValueError(
                f"predict must be (question, answer, other answer) or nothing, got {parts!r}"
            )
        return parts

    def still(self):
        """The first view of the stage, as a palette image of Pillow."""
        raise NotImplementedError

    def words(self):
        """What the still shows, in a sentence or two."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        png = io.BytesIO()
        self.still().save(png, format="png", optimize=True)
        data["image/png"] = base64.b64encode(png.getvalue()).decode()
        data["text/plain"] = self.words()
        return data, metadata


def picture(figure):
    """A Matplotlib figure as an image of Pillow with few colours, for a still that is a plot."""
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=80, facecolor=LIGHT["surface"])
    return Image.open(data).convert("RGB").quantize(64)


def drawing(width, height):
    """An empty Matplotlib figure for a still, so many inches large."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor=LIGHT["surface"])


def plots(width, height, columns=1):
    """A drawing and its axes side by side: figure, first, second, ..."""
    figure = drawing(width, height)
    axes = figure.subplots(1, columns, squeeze=False)[0]
    bare(*axes)
    return figure, *axes


def bare(*axes):
    """Take away what the axes of a still have too much."""
    for ax in axes:
        ax.set_facecolor(LIGHT["surface"])
        ax.spines[["top", "right"]].set_visible(False)


def colour_map(*names, steps=256):
    """A Matplotlib colour map through colours of the palette, in so many steps."""
    from matplotlib.colors import LinearSegmentedColormap

    colours = [LIGHT[name] for name in names]
    return LinearSegmentedColormap.from_list(" ".join(names), colours, steps)


def tones(steps):
    """RGB of `steps` colours from a down spin to an up spin, shape (steps, 3), uint8."""
    ends = np.array([[int(LIGHT[s][i : i + 2], 16) for i in (1, 3, 5)] for s in ("down", "up")])
    share = np.linspace(0.0, 1.0, steps)[:, None]
    return np.rint(ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)


def strip(lattices, side):
    """Lattices side by side, each `side` pixels wide, as an image.

    A lattice finer than the pixels is averaged over them, a coarser one repeated.
    """
    steps, gap = 17, 8
    width = len(lattices) * (side + gap) - gap
    pixels = np.full((side, width), steps, np.uint8)  # the last colour: nothing
    for k, spins in enumerate(lattices):
        n = spins.shape[0]
        if n >= side:
            share = spins.reshape(side, n // side, side, n // side).mean(axis=(1, 3))
        else:
            share = np.kron(spins, np.ones((side // n, side // n)))
        shades = np.rint((share + 1) / 2 * (steps - 1))
        pixels[:, k * (side + gap) : k * (side + gap) + side] = shades
    image = Image.fromarray(pixels, mode="P")
    image.putpalette(tones(steps).tobytes() + bytes(3))
    image.info["transparency"] = steps
    return image
