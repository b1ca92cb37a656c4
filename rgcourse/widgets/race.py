"""One critical lattice under two algorithms, and how long each remembers, live in the page."""

from typing import Any

import traitlets

from ..correlator import LEVELS, POINTS
from ..exact import CRITICAL_K, kaufman
from ..statistics.autocorrelation import MIN_TAUS
from ._declare import Choice, Whole, one_of, plot
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE

__all__ = ["AlgorithmRace"]

SIDES = (16, 32, 64, 128)


class AlgorithmRace(LiveFigure):
    """The same critical lattice under heat bath and under clusters, side by side, on one clock.

    Both do the same number of spin updates. Below, the autocorrelation function of each, of the
    magnetization with its sign or of the energy, is summed up by `rgcourse.correlator` while they
    run, against the lag in sweeps (for Wolff: updates times mean cluster size over N).

    Parameters
    ----------
    L : {16, 32, 64, 128}
        Side of both lattices; the slider doubles it.
    observable : {"magnetization", "energy"}
        What is remembered. Its mean is known exactly: zero, or Kaufman's energy.
    cluster : {"Wolff", "Swendsen-Wang"}
        The algorithm on the right.
    running : bool
        Whether it runs as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `times`, the two autocorrelation times in sweeps (0 while the chain is too
    short for one), and `sweeps` to Python.

    Raises
    ------
    ValueError
        For values other than these, here or on later assignment.

    Examples
    --------
    >>> race = AlgorithmRace(L=32, observable="energy")
    """

    title = text("Who forgets first?")
    try_line = text("double the side, wait until both times are known. By how much does each grow?")
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    doublings = Whole(0, len(SIDES) - 1, label="Side", values=[f"L = {L}" for L in SIDES])
    observable = Choice(("magnetization", "energy"), label="Memory of the", name="observable")
    cluster = Choice(("Wolff", "Swendsen-Wang"), label="Right:", name="clusters")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    times = traitlets.List(traitlets.Float(), [0.0, 0.0]).tag(sync=True)
    readouts = {"left": "τ heat bath", "right": "τ clusters", "sweeps": "sweeps"}
    plots = {"rho": plot(("lag (sweeps)", 0.1, 2e4), ("autocorrelation", -0.6, 1.12), log="x")}

    def __init__(
        self,
        L: int = 16,
        *,
        observable: str = "magnetization",
        cluster: str = "Wolff",
        seed: int = 9,
        **frame: Any,
    ) -> None:
        super().__init__(
            doublings=SIDES.index(one_of("L", L, SIDES)),
            observable=observable,
            cluster=cluster,
            **seeded(seed, 2),
            **frame,
        )

    @property
    def L(self) -> int:
        """Side of both lattices."""
        return SIDES[self.doublings]

    @property
    def constants(self) -> dict[str, Any]:
        """Sides, the exact energy of each, the start, and the sizes of the correlator."""
        energies = [float(kaufman(L, CRITICAL_K).energy) for L in SIDES]
        sizes = {"levels": LEVELS, "points": POINTS, "min_taus": MIN_TAUS}
        return {**RECIPE, "sides": SIDES, "energies": energies, **sizes}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            "One lattice at the critical temperature (light up, dark down), continued by two "
            "algorithms with equally many spin updates. Curves: the autocorrelation so far, out to "
            f"a tenth of the run; dots: the autocorrelation times, shown when {MIN_TAUS} of them "
            "have passed. The page runs the course's own rgcourse.samplers and "
            f"rgcourse.correlator, compiled. Seed {self.seed}."
        )
