"""A spectrum and a target that are dragged, and the learning curve that follows from them."""

from typing import Any

import traitlets

from ._declare import Button, Slider, Stops, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["SpectrumLab"]

D = 256  # modes
EXAMPLES = (4, 8, 16, 32, 64, 128)
RIDGES = (0.0, 0.001, 0.01, 0.1, 1.0, 10.0)
ROUNDS = 10  # draws for each P by one press of the button


class SpectrumLab(LiveFigure):
    """Spectrum and target of 256 modes, and the learning curve of regression with a ridge.

    Left the spectrum k**-a and the power k**-b of the target on logarithmic scales, straight lines
    that are taken in hand and turned. The dashed line is the renormalized ridge kappa at the chosen
    number of examples P: modes above it are learnt. Right the error on new examples,
    `rgcourse.ridge.learning_curve`, without a parameter to fit, and the means of regressions that
    are carried out in the page, `rgcourse.ridge.draw_errors`.

    Parameters
    ----------
    a : float
        Slope of the spectrum, 1.1 to 3.
    b : float
        Slope of the target, 1.1 to 8.
    P : {4, 8, 16, 32, 64, 128}
        Examples; the nearest of these.
    ridge : int
        Place of the ridge in 0, 0.001, 0.01, 0.1, 1, 10; from 0 to 5.
    running : bool
        Whether data are drawn as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `kappa` at P, the number of modes that are `learnt`, and the `errors` drawn so
    far, means over theory, one for each P (0 where nothing is drawn).

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = SpectrumLab(a=1.5, b=3)
    """

    title = text("Where does the exponent of a learning curve come from?")
    try_line = text(
        "draw data. Then take the blue line, the target, and turn it down, until the exponent of "
        "the learning curve no longer grows. Who is the limit now? Turn the other line down, too."
    )

    a = Slider(1.1, 3, 1.5, step=0.1, fine=0.05, digits=2, label="Spectrum a", name="a")
    b = Slider(1.1, 8, 3, step=0.1, fine=0.05, digits=2, label="Target b", name="b")
    P = Stops(EXAMPLES, 32, label="Examples P", name="examples", keys="+-")
    ridge = Whole(0, len(RIDGES) - 1, 0, label="Ridge", name="ridge", keys="r",
                  values=[f"{ridge:g}" for ridge in RIDGES])  # fmt: skip
    collect = Button("Draw data", key="d")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    kappa = traitlets.Float().tag(sync=True)
    learnt = traitlets.Int().tag(sync=True)
    errors = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"learnt": "learnt", "slope": "exponent here", "limit": "in the end",
                "ratio": "drawn / theory"}  # fmt: skip
    plots = {
        "spectrum": plot(("mode k", 1, D), ("variance", 1e-6, 2), drop=("a", "b"), size="tall",
                         log="xy"),
        "curve": plot(("examples P", 3, 170), ("error on new examples", 1e-4, 1),
                      drop=("P", ""), size="tall", log="xy"),
    }  # fmt: skip
    constants = {"D": D, "examples": EXAMPLES, "ridges": RIDGES, "rounds": ROUNDS}
    legend = (
        "Left: the spectrum λ (orange) and the power c of the target (blue) of 256 modes; drag "
        "them. Violet, dashed: the renormalized ridge κ at P examples. Modes with λ above it, "
        "tinted, are learnt. Grey: what is missed of each mode, and hollow dots where it was "
        "drawn. Right: the error by rgcourse.ridge.learning_curve, with nothing fitted, and the "
        "means of regressions on drawn data (rgcourse.ridge.draw_errors, compiled) with their "
        "errors; the ring is the P on the left. Noise: none."
    )

    def __init__(
        self, a: float = 1.5, b: float = 3.0, *, P: int = 32, seed: int = 2405, **frame: Any
    ) -> None:
        super().__init__(a=a, b=b, P=P, **seeded(seed), **frame)
