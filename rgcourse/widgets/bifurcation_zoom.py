"""An endless zoom into period doubling, and gradient descent as one of the maps."""

import math
from collections.abc import Sequence
from typing import Any

import traitlets

from .. import _checks
from ..doubling import maps, orbits
from ._declare import Button, Choice, Slider, plot
from ._front import LiveFigure, text

__all__ = ["BifurcationZoom"]

# Feigenbaum's constants: J. Stat. Phys. 21, 669 (1979), doi:10.1007/BF01107909.
DELTA, ALPHA = 4.669201609102991, 2.502907875095893
HOMES = {
    "logistic": [2.8, 4.0, 0.0, 1.0],
    "sine": [0.68, 1.0, 0.0, 1.0],
    "gradient descent": [0.8, 1.6, 0.02, 1.52],
}
FINEST = 2**17  # floats across a window: with fewer, rounding would be seen and not the map
LONGEST = 2**13


class BifurcationZoom(LiveFigure):
    """The bifurcation diagram of a family of maps, live in the page, to zoom into without end.

    Without end means: until some 100 000 floats lie across the window, whose rounding would soon be
    seen. Orbits are counted while the reader looks, until the picture is sharp. Wheel, drag, pinch,
    buttons and keys move the window; one button goes a period doubling deeper, by the factors delta
    and -alpha around the end of the doublings, so that the picture repeats.

    Parameters
    ----------
    family : {"logistic", "sine", "gradient descent"}
        The map, see `rgcourse.doubling.orbits`; of gradient descent the loss is drawn beside the
        diagram, of the others the orbit.
    place : float
        Where the chosen parameter is, in percent of the window's width.
    window : (float, float, float, float), optional
        (a_low, a_high, x_low, x_high), where the first two rise; with x_low > x_high the picture
        is upside down.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `window`, and of the chosen `parameter` the `period` (0 for none) and the
    `lyapunov` exponent.

    Raises
    ------
    ValueError
        For other families, places outside, and windows that are empty, do not rise, or are too
        narrow for floats.

    Examples
    --------
    >>> zoom = BifurcationZoom("gradient descent", window=(1.25, 1.35, 0.5, 1.0))
    """

    title = text("Zoom in: what is left of the whole?")
    try_line = text(
        "choose gradient descent, then go one period doubling deeper, four times. What changes in "
        "the picture, and what in the period?"
    )

    place = Slider(0, 100, 45, step=1, fine=0.05, digits=1, text="{} %", label="Parameter",
                   name="parameter")  # fmt: skip
    family = Choice(
        {
            "logistic": "logistic map",
            "sine": "sine map",
            "gradient descent": "gradient descent on a double well",
        },
        name="map", key="m",
    )  # fmt: skip
    deeper = Button("One period doubling deeper", key="d", hint="one doubling deeper")
    closer = Button("Zoom in", key="+")
    farther = Button("Zoom out", key="-")
    left = Button("Left", key="j")
    right = Button("Right", key="l")
    up = Button("Up", key="i")
    down = Button("Down", key="k")
    window = traitlets.List(traitlets.Float()).tag(sync=True, follow=True)
    parameter = traitlets.Float().tag(sync=True)
    period = traitlets.Int().tag(sync=True)
    lyapunov = traitlets.Float().tag(sync=True)
    readouts = {"range": "window", "zoom": "zoom", "period": "period", "lyapunov": "λ"}
    plots = {
        "diagram": plot(("a", 2.8, 4.0), ("x", 0, 1), size="tall"),
        "run": plot(("step", 0, 60), ("x", 0, 1), size="tall"),
    }
    constants = {
        "alpha": ALPHA,
        "delta": DELTA,
        "homes": HOMES,
        "ends": orbits.ACCUMULATION,
        "largest": orbits.LARGEST,
        "critical": {name: orbits.critical_point(name, a)
                     for name, a in orbits.ACCUMULATION.items()},
        "families": list(orbits.FAMILIES),
        "start": maps.START,
        "block": maps.BLOCK,
        "returned": orbits.RETURNED,
        "longest": LONGEST,
        "finest": FINEST,
    }  # fmt: skip
    legend = (
        "Each column shows where the orbit of one parameter goes once it has settled "
        "(rgcourse.doubling.orbits, compiled): blue where nearby orbits come together (λ < 0), red "
        "where they part (λ > 0). Dashed violet, the end of the period doublings; the frame is "
        "what one doubling deeper will fill the picture, δ = 4.669 times narrower and α = 2.503 "
        "times lower, and turned over. Drag to move, click to choose a parameter; the wheel zooms "
        "once the figure has the focus, two fingers always."
    )

    def __init__(
        self,
        family: str = "logistic",
        *,
        place: float = 45,
        window: Sequence[float] | None = None,
        **frame: Any,
    ) -> None:
        super().__init__(family=family, place=place, **frame)
        if window is not None:
            self.window = list(_checks.finite_array("window", window).ravel())

    @traitlets.default("window")
    def _whole_diagram(self):
        return list(HOMES[self.family])

    @traitlets.observe("family")
    def _go_home(self, change):
        self.window = list(HOMES[self.family])

    @traitlets.validate("window")
    def _check_window(self, proposal):
        window = [_checks.finite("window", value) for value in proposal["value"]]
        if len(window) != 4 or window[0] >= window[1] or window[2] == window[3]:
            raise ValueError(
                f"window must be (a_low, a_high, x_low, x_high) with a_low < a_high and different "
                f"x, got {window}"
            )
        a_low, a_high, x_low, x_high = window
        for low, high in ((a_low, a_high), (x_low, x_high)):
            least = FINEST // 2  # what the page reports of the narrowest is rounded
            if abs(high - low) < least * math.ulp(max(abs(low), abs(high))):
                raise ValueError(
                    f"window from {low!r} to {high!r} has fewer than {least} floats in it; take a "
                    f"wider one"
                )
        return window
