"""What all live figures share: how their script is put together, and their still image."""

import base64
import io
import json
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from PIL import Image

from .. import _checks
from .._palette import DARK, LIGHT

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "js"


def script(*modules, wasm, given=None):
    """One ES module out of several of `js/`, with `.wasm` files of this folder inside it.

    The modules import one another by name, which a browser resolves when they are served as
    files; joined into one text they share a scope, so the imports and exports are taken out, and
    with them comments and indentation, which every page would carry. What Python and the page
    both need to know, ranges or sizes, is `given` by Python and stands in the script as GIVEN.
    """
    files = {
        name: base64.b64encode((FOLDER / f"{name}.wasm").read_bytes()).decode() for name in wasm
    }
    lines = [f"const WASM_BASE64 = {json.dumps(files)};"]
    if given is not None:
        lines.append(f"const GIVEN = {json.dumps(given, ensure_ascii=False)};")
    for module in modules:
        for line in (SCRIPTS / f"{module}.js").read_text(encoding="utf-8").splitlines():
            line = line.strip()
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


class LiveFigure(anywidget.AnyWidget):
    """A live figure: title, stage, controls, a line to try, a caption, and a still image.

    Subclasses say what is on the stage, draw it once in `still()` and put it in words in
    `words()`: the still is what GitHub, print and a page without JavaScript show, and the words
    are its alternative text.
    """

    title = traitlets.Unicode().tag(sync=True)
    try_line = traitlets.Unicode().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    predict = traitlets.List(traitlets.Unicode()).tag(sync=True)
    guess = traitlets.Unicode().tag(sync=True)
    running = traitlets.Bool().tag(sync=True)
    level = traitlets.Int().tag(sync=True)
    sweeps = traitlets.Float().tag(sync=True)

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


def one_of(name, value, choices):
    """`value`; ValueError unless it is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def within(name, value, low, high):
    """`value` as a float; ValueError unless it lies in the closed interval."""
    value = _checks.finite(name, value)
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value:g}")
    return value


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
