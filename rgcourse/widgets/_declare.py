"""What a live figure declares, once and in one place: its controls, readouts, plots and constants.

A control is declared at the trait that it moves, and everything about it stands there: range, step,
label, digits, keys. `spec` gathers the declarations of a figure into one dictionary, which the page
builds itself from; nothing of it is written again in JavaScript.

>>> class Dial(LiveFigure):  # doctest: +SKIP
...     angle = Slider(0, 360, step=5, label="Angle", marks=[Mark(90, "upright", "u")])
...     units = Choice({"deg": "degrees", "rad": "radians"}, label="Unit", key="d")
...     spin = Button("Spin", key="p")  # the page calls `spin()` of the figure's scene
...     readouts = {"angle": "angle"}
"""

import math
from typing import NamedTuple

import numpy as np
import traitlets

from .. import _checks

__all__ = [
    "Button", "Choice", "Mark", "Slider", "Stops", "Toggle", "Whole", "plot", "spec", "within",
]  # fmt: skip


class Mark(NamedTuple):
    """A value of a slider with a name, a button below its track, and a key where one is given."""

    value: float
    label: str
    key: str = ""


class Slider(traitlets.Float):
    """A number in a closed interval that the reader moves with a slider; ValueError outside.

    Parameters
    ----------
    low, high : float
        Ends of the interval. A figure may narrow them for itself, see `LiveFigure`.
    default : float, optional
        `low` if left out.
    step : float
        What an arrow key moves.
    label : str
        What stands beside the slider; `name` is what sentences call it, the label in lower case if
        left out.
    fine : float, optional
        What dragging resolves, if finer than `step`.
    grid : float, optional
        The distance of the values that there are, from `low` on; what lies between goes to the
        nearest.
    digits, text : int, str
        A value is shown as `text`, with the number in place of `{}`.
    values : sequence of str, optional
        What is shown instead, for the whole numbers from `low` on.
    marks : sequence of Mark
        Places worth naming; the slider catches at them.
    keys : str
        One key goes to the next step and from the end to the beginning; two go up and down.
    heat : bool
        Whether the track is coloured from cold to hot, around the first mark.
    """

    def __init__(self, low, high, default=None, *, step, label, name=None, fine=None, grid=None,
                 digits=0, text="{}", values=None, marks=(), keys="", heat=False):  # fmt: skip
        super().__init__(low if default is None else default, min=low, max=high)
        self.control = {
            "kind": "slider",
            "label": label,
            "name": label.lower() if name is None else name,
            "step": step,
            "fine": step if fine is None else fine,
            "grid": grid,
            "digits": digits,
            "text": text,
            "marks": list(marks),
            "keys": list(keys),
            "heat": heat,
            "values": values,
        }
        self.tag(sync=True)

    def ends(self, figure):
        """The interval of this trait in one figure."""
        return figure.narrowed.get(self.name, (self.min, self.max))

    def validate(self, figure, value):
        value = within(self.name, value, *self.ends(figure))
        low, grid = self.ends(figure)[0], self.control["grid"]
        return value if grid is None else round(low + round((value - low) / grid) * grid, 10)

    def for_page(self, figure):
        """The control as the page gets it."""
        low, high = self.ends(figure)
        return {"low": low, "high": high}


class Whole(Slider):
    """A slider over the whole numbers of a closed interval; ValueError for others."""

    def __init__(self, low, high, default=None, *, step=1, **control):
        super().__init__(low, high, default, step=step, grid=1, **control)

    def validate(self, figure, value):
        value = _checks.integer(self.name, value, minimum=-math.inf)
        return int(super().validate(figure, value))


class Stops(Slider):
    """A slider over some rising whole numbers, such as powers of two, a step from each to the next.

    A number between two goes to the one that is nearer by its ratio, so all must be positive.
    """

    def __init__(self, stops, default, **control):
        super().__init__(stops[0], stops[-1], default, step=1, **control)
        self.stops = [int(stop) for stop in stops]
        self.control |= {"kind": "stops", "stops": self.stops}

    def validate(self, figure, value):
        value = super().validate(figure, value)
        return min(self.stops, key=lambda stop: abs(math.log(stop / value)))


class Choice(traitlets.TraitType):
    """One of some values, chosen from a list; ValueError for any other.

    Parameters
    ----------
    options : dict or sequence
        The values, with the words that stand for each where it is a dictionary. A figure may
        narrow them for itself.
    default : optional
        The first if left out.
    label : str
        What stands beside the list; without it the list has `name` for those who do not see it.
    key : str
        Goes to the next option, from the last to the first.
    hint : str
        What the key does, in the line of keys; `name` if left out.
    """

    def __init__(self, options, default=None, *, name, label="", key="", hint=None):
        self.options = options
        super().__init__(next(iter(options)) if default is None else default)
        self.control = {"kind": "choice", "label": label, "name": name, "keys": list(key),
                        "hint": name if hint is None else hint}  # fmt: skip
        self.tag(sync=True)

    def values(self, figure):
        """The values that this figure can have."""
        return tuple(figure.narrowed.get(self.name, self.options))

    def validate(self, figure, value):
        return one_of(self.name, value, self.values(figure))

    def for_page(self, figure):
        """The control as the page gets it: pairs of value and words."""
        options = figure.narrowed.get(self.name, self.options)
        words = options if isinstance(options, dict) else {value: str(value) for value in options}
        return {"options": [[value, text] for value, text in words.items()]}


class Toggle(Choice):
    """A box to tick: the trait is `on` with it and `off` without.

    `label`, `key` and `hint` as for `Choice`.
    """

    def __init__(self, label, *, off=False, on=True, default=None, key="", hint=None):
        super().__init__((off, on), default, name=label, key=key, hint=hint)
        self.control |= {"kind": "toggle", "label": label}


class Button:
    """A button: the scene's method of the same name, in the page. `key` presses it, too."""

    def __init__(self, label, *, key="", hint=None):
        self.control = {"kind": "button", "label": label, "keys": list(key),
                        "hint": label.lower() if hint is None else hint}  # fmt: skip

    def for_page(self, figure):
        """Nothing that differs from figure to figure."""
        return {}


def plot(x, y, *, drop=(), size="", log=""):
    """A plot: its axes (label, low, high), and the traits that a click in it sets.

    Parameters
    ----------
    x, y : (str, float, float)
        Label and ends of each axis.
    drop : (str, str), optional
        Traits that take the place of the pointer, across and up; "" for none.
    size : {"", "tall", "small"}
        Its height.
    log : {"", "x", "y", "xy"}
        The axes with a logarithmic scale.
    """
    axes = {name: dict(zip(("label", "low", "high"), axis, strict=True), log=name in log)
            for name, axis in (("x", x), ("y", y))}  # fmt: skip
    return {**axes, "drop": list(drop), "size": size}


def declared(kind):
    """(name, control) of all that a figure class declares, in the order of its lines."""
    found = {}
    for owner in reversed(kind.__mro__):
        found |= {n: v for n, v in vars(owner).items() if hasattr(v, "control")}
    return found.items()


def fixed(kind):
    """What all figures of a class declare alike: {name: value}, of controls by name."""
    controls = {name: part.control for name, part in declared(kind)}
    kept = {name: getattr(kind, name) for name in ("readouts", "plots", "constants", "legend")}
    alike = {name: value for name, value in kept.items() if not isinstance(value, property)}
    alike |= {name: [*alike[name].items()] for name in ("readouts", "plots") if name in alike}
    return {"module": kind.module, "controls": controls, **alike}


def spec(figure):
    """Everything that the page must know of a figure besides its state.

    Readouts and plots are pairs, in order: a stored page sorts the keys of dictionaries.
    """
    return {
        "module": figure.module,
        "controls": [
            {"trait": name, "name": name, **part.control, **part.for_page(figure)}
            for name, part in declared(type(figure))
            if name not in figure.hidden
        ],
        "hidden": [*figure.hidden],
        "readouts": [*figure.readouts.items()],
        "plots": [*figure.plots.items()],
        "constants": dict(figure.constants),
        "legend": figure.legend,
        "follows": [name for name in figure.traits(follow=True)],
    }


def one_of(name, value, choices):
    """The one of `choices` that equals `value`; ValueError where there is none."""
    if np.ndim(value) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return choices[choices.index(value)]


def within(name, value, low, high):
    """`value` as a float; ValueError unless it lies in the closed interval."""
    value = _checks.finite(name, value)
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {value:g}")
    return value
