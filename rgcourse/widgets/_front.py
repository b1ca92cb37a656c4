"""What all live figures share: the frame around them, their script and their style."""

import inspect
import json
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from .. import _checks
from .._palette import DARK, LIGHT
from .._random import random_state
from ._declare import declared, spec

__all__ = ["LiveFigure", "seeded", "style"]

FOLDER = Path(__file__).parent


def style():
    """The figures' CSS: the theme's colours where there is a theme, the palette's elsewhere."""
    dark = '[data-jp-theme-light="false"] .rgw, .vscode-dark .rgw'
    sheet = (FOLDER / "js" / "figure.css").read_text(encoding="utf-8")
    return colours(".rgw", LIGHT) + colours(dark, DARK) + sheet


def colours(selector, palette):
    """A rule of CSS that gives the colours of the palette their names."""
    tokens = "".join(f" --{name}: var(--rg-{name}, {value});" for name, value in palette.items())
    return f"{selector} {{{tokens} }}\n"


def words_for_page(seed):
    """The generator's start for a seed, as eight whole numbers below 2**32, low halves first."""
    return random_state(np.random.default_rng(seed)).view(np.uint32).tolist()


def seeded(seed, lattices=None):
    """Traits `seed` and `seed_words`; with `lattices`, words for each, from rising seeds."""
    seed = _checks.integer("seed", seed, minimum=0)
    if lattices is None:
        return {"seed": seed, "seed_words": words_for_page(seed)}
    return {"seed": seed, "seed_words": [words_for_page(seed + k) for k in range(lattices)]}


def text(words=""):
    """A trait for a text of a figure, as it is when nothing else is asked for."""
    return traitlets.Unicode(words).tag(sync=True)


def signature(figure):
    """What `help` and completion show of a figure that is made of its controls alone."""
    parts = {name: part for name, part in declared(figure) if isinstance(part, traitlets.TraitType)}
    parts |= {name: inspect.getattr_static(figure, name) for name in figure.FRAME}
    kind = inspect.Parameter.KEYWORD_ONLY
    defaults = {name: part.default_value for name, part in parts.items()} | {
        "predict": (),
        "verdict": (),
    }
    named = [inspect.Parameter(name, kind, default=value) for name, value in defaults.items()]
    return inspect.Signature(named)


class LiveFigure(anywidget.AnyWidget):
    """A live figure: title, readouts, stage, controls, a line to try, and a caption.

    A subclass declares its controls as class attributes (`Slider`, `Choice`, `Toggle`, `Button` of
    `_declare`), and beside them

    * `readouts`: {key: label}, what the page shows at the top, at most four;
    * `plots`: {name: `plot(...)`}, which the scene finds under these names;
    * `constants`: {name: value}, what the page must know and Python knows first;
    * `legend`: the caption where the page gives none;
    * `hidden`: names of controls that have no choice in this figure and are not shown.

    Each of the five may be a property where it depends on the figure. Its scene, in the file of the
    same name in `js/`, does the rest: it moves, draws, and says its state in words. The still
    image in a page and its words are taken from the figure itself (`tools/pages.py`).

    A figure that is made of more than its controls has a constructor. It hands on what it does not
    know, the `FRAME` that every figure has, as it came; and with `narrow`, {trait: (low, high) or
    options}, a control can do less in this figure than in others of its class.

    With `predict`, (question, answer, other answer), the figure waits for a bet. With `verdict`,
    (right answer, why), it answers when its scene says that the reader has seen it (`answered()`);
    `why` is the rest of a sentence.

    Raises
    ------
    TypeError
        For a parameter that the figure does not have.
    """

    FRAME = ("running", "title", "try_line", "caption", "predict", "verdict")
    _css = style()

    title = text()
    try_line = text()
    caption = text()
    predict = traitlets.List(traitlets.Unicode()).tag(sync=True)
    verdict = traitlets.List(traitlets.Unicode()).tag(sync=True)
    guess = text()
    running = traitlets.Bool().tag(sync=True, follow=True)
    sweeps = traitlets.Float().tag(sync=True)
    spec = traitlets.Dict(read_only=True).tag(sync=True)

    readouts: dict = {}
    plots: dict = {}
    constants: dict = {}
    legend: str = ""
    hidden: tuple[str, ...] = ()  # controls that this figure does not show

    def __init_subclass__(cls, **options):
        if "_esm" not in vars(cls):  # else it is what anywidget makes of a class for each object
            cls.module = cls.__module__.rpartition(".")[2]
            script = FOLDER / "built" / f"{cls.module}.js"
            if not script.exists():
                raise RuntimeError(f"no {script.name} in widgets/built yet: run make figures")
            cls._esm = script.read_text(encoding="utf-8")
            if "__init__" not in vars(cls):
                cls.__signature__ = signature(cls)
        super().__init_subclass__(**options)

    def __init__(self, *, narrow=None, **traits):
        for name in traits:
            if not self.has_trait(name) or name in ("spec", "guess", "sweeps"):
                raise TypeError(
                    f"{type(self).__name__} has no parameter {name!r}; every figure has "
                    f"{', '.join(self.FRAME)}, and its own are in help({type(self).__name__})"
                )
        self.narrowed = dict(narrow or {})
        super().__init__(**traits)

    @traitlets.default("spec")
    def _gather(self):
        return json.loads(json.dumps(spec(self)))  # lists for tuples, as the page has them

    @traitlets.validate("predict")
    def _check_predict(self, proposal):
        parts = list(proposal["value"])
        if len(parts) not in (0, 3):
            raise ValueError(
                f"predict must be (question, answer, other answer) or nothing, got {parts!r}"
            )
        return parts

    @traitlets.validate("verdict")
    def _check_verdict(self, proposal):
        parts = list(proposal["value"])
        if parts and (len(parts) != 2 or parts[0] not in self.predict[1:]):
            raise ValueError(
                f"verdict must be (right answer, why) or nothing, with one of the answers of "
                f"predict, {self.predict[1:]!r}; got {parts!r}"
            )
        return parts
