"""The glass of water: two dozen couplings at random, and the two that survive zooming out."""

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from ..mcrg.glass import directions_of
from ._declare import Button, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["GlassOfWater"]

ZOOMS = 24
LOW, HIGH = 1e-4, 1e2
LEFT = 0.01  # of its start: what has less is called dead


class GlassOfWater(LiveFigure):
    """Bars of couplings that die as one zooms out, all but two, live in the page.

    Two glasses are shaken: each gets random couplings near a critical point. A step of zooming out
    is a matrix, measured by Monte Carlo RG; its left eigenvectors take the couplings apart into
    directions, and the strength of each is multiplied by the modulus of its eigenvalue.

    Parameters
    ----------
    even, odd : array, shapes (n, n) and (m, m)
        Linearized steps of the two sectors, from `rgcourse.mcrg.linearized_rg`, with the coupling
        of neighbours first among the even and the field first among the odd ones.
    zooms : int
        How often it has been zoomed out at the start, 0 to 24.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `alive`, the number of directions with more than 1 % of their start, and
    `strengths`, of both glasses in the order of the bars.

    Raises
    ------
    ValueError
        For matrices that are none, and steps without one real relevant direction in each sector.

    Examples
    --------
    >>> GlassOfWater([[2.0, 0.0], [0.1, 0.3]], [[3.7]]).constants["sizes"]
    [3.7, 2.0, 0.3]
    """

    title = text("What is left of a glass of water?")
    try_line = text(
        "zoom out until 22 bars are dead. Shake the glasses and do it again. Then match the two "
        "knobs: which bars do you still tell apart?"
    )

    zooms = Whole(0, ZOOMS, label="Zooms n", name="zooms")
    shake = Button("Shake both", key="k")
    match = Button("Match two knobs", key="m")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    alive = traitlets.Int().tag(sync=True)
    strengths = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    readouts = {"alive": "alive", "zoom": "zoomed out by", "field": "λ₁", "heat": "λ₂"}

    def __init__(self, even: ArrayLike, odd: ArrayLike, *, seed: int = 53, **frame: Any) -> None:
        sectors = [("odd", *directions_of(odd)), ("even", *directions_of(even))]
        for name, values, _ in sectors:
            if not (abs(values) > 1).sum() == 1 or values[0].imag:
                raise ValueError(
                    f"the {name} step must have one eigenvalue above 1, got {abs(values[:2])}"
                )
        n_odd, n = len(sectors[0][1]), len(sectors[0][1]) + len(sectors[1][1])
        left = np.zeros((n, n), complex)
        left[:n_odd, :n_odd], left[n_odd:, n_odd:] = sectors[0][2], sectors[1][2]
        sizes = np.abs(np.concatenate([values for _, values, _ in sectors]))
        order = np.argsort(-sizes, kind="stable")
        self._left = left[order]
        self._facts = {
            "n": n,
            "sizes": np.round(sizes[order], 6).tolist(),
            "kinds": ["odd" if i < n_odd else "even" for i in order],
            "knobs": [0, n_odd],  # the field, and the coupling of neighbours
            "most": ZOOMS,
            "left_over": LEFT,
        }
        super().__init__(**seeded(seed), **frame)

    @property
    def plots(self) -> dict[str, Any]:
        """The bars."""
        axes = ("direction, by its eigenvalue", 0.25, self._facts["n"] + 0.75)
        return {"bars": plot(axes, ("strength", LOW, HIGH), log="y", size="tall")}

    @property
    def constants(self) -> dict[str, Any]:
        """Eigenvalues, and left eigenvectors as pairs of real and imaginary parts."""
        parts = np.stack([self._left.real, self._left.imag], axis=-1)
        return {**self._facts, "left": np.round(parts, 6).ravel().tolist()}

    @property
    def legend(self) -> str:
        """The caption."""
        n = self._facts["n"]
        return (
            f"The strengths of {n} directions, on a logarithmic scale, in two glasses (left full, "
            "right hollow): random couplings along the left eigenvectors of a measured step of "
            "zooming out, times the modulus of its eigenvalue for each zoom. Grey: less than 1 % "
            "of the start is left. The couplings have the symmetry of the square; a shear, with "
            "eigenvalue 1, is not among them. Small deviations only: what grows beyond the frame "
            "has left the neighbourhood of the fixed point."
        )
