"""One direction in a matrix of noise: when its value leaves the edge; and power laws of tails."""

import math
from typing import Any

import numpy as np
import traitlets

from ..spectra import noise_edges, spike_outlier, spike_overlaps, spike_threshold
from ..spectra.live import SWEEPS
from ._declare import Button, Mark, Slider, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["SpikeLab"]

N, M, SHORTEST = 60, 120, 20  # rows and columns; the shortest tail, "by the book"
C = N / M
STRONGEST = 2.5
THRESHOLD = spike_threshold(C)


def law():
    """Triples (theta, outlier, overlap with u) of the large matrix, from the threshold on."""
    theta = np.linspace(THRESHOLD, STRONGEST, 50)
    return np.transpose([theta, spike_outlier(theta, C), spike_overlaps(theta, C)[0]]).tolist()


class SpikeLab(LiveFigure):
    """Singular values of noise with one direction added, and power laws fitted to the largest.

    A matrix of 60 rows and 120 columns has Gaussian entries of variance 1 / 120 and a direction
    theta u v^T. Its singular values are found by `rgcourse.spectra.live`, compiled. Beside them the
    power law that fits the largest eigenvalues, the squares, `rgcourse.spectra.tail_distances`.

    Parameters
    ----------
    theta : float
        Strength of the direction, 0 to 2.5.
    tail : int
        How many eigenvalues the power law is fitted to, 5 to 60.
    running : bool
        Whether theta grows as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports the `largest` singular value, the squared `overlap` of its left vector with u,
    and the exponent `alpha`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = SpikeLab(theta=1.2)
    """

    title = text("Does one direction show in a spectrum of noise?")
    try_line = text(
        "drag the spike to the right until its value leaves the edge. Then go back to 0, and "
        "choose a tail: which exponents can you get out of noise?"
    )

    theta = Slider(0, STRONGEST, 0, step=0.05, fine=0.01, digits=2, label="Spike \u03b8",
                   name="\u03b8", marks=[Mark(THRESHOLD, "threshold", "c")])  # fmt: skip
    tail = Whole(5, N, SHORTEST, label="Tail", name="tail", keys="t")
    by_the_book = Button("By the book", key="b", hint="best tail")
    fresh = Button("New noise", key="n")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    largest = traitlets.Float().tag(sync=True)
    overlap = traitlets.Float().tag(sync=True)
    alpha = traitlets.Float().tag(sync=True)
    readouts = {"largest": "largest", "overlap": "overlap\u00b2", "alpha": "\u03b1",
                "distance": "KS distance"}  # fmt: skip
    plots = {
        "spike": plot(("spike \u03b8", 0, STRONGEST), ("singular values", 0, 3),
                      drop=("theta", ""), size="tall"),
        "tails": plot(("eigenvalue", 0.3, 10), ("so many are as large", 1, N), drop=("", "tail"),
                      size="tall", log="xy"),
    }  # fmt: skip
    constants = {
        "n": N,
        "m": M,
        "sweeps": SWEEPS,
        "shortest": SHORTEST,
        "fewest": 5,
        "threshold": THRESHOLD,
        "edges": list(noise_edges(C)),
        "law": law(),
        "scale": 1 / math.sqrt(M),
    }
    legend = (
        "A matrix of 60 rows and 120 columns: noise of variance 1/120 and one direction "
        "\u03b8uv\u1d40. Left: its singular values, the largest in colour, over the strength; "
        "dashed, the edges of noise and the threshold, and the line of a large matrix "
        "(rgcourse.spectra.spike_outlier). Open: where the largest has been. Right: eigenvalues, "
        "their squares, by rank; the line is the likeliest power law of the tail "
        "(rgcourse.spectra.tail_distances). Press in a plot to choose \u03b8, or the tail."
    )

    def __init__(self, theta: float = 0.0, tail: int = SHORTEST, *, seed: int = 7, **frame: Any):
        super().__init__(theta=theta, tail=tail, **seeded(seed), **frame)
