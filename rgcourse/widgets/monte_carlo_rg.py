"""Monte Carlo RG while it samples: choose operators, and watch the eigenvalues settle."""

from collections.abc import Sequence
from typing import Any

import traitlets

from ..operators import EVEN_LABELS, ODD_LABELS, ROW_LENGTH, terms_of
from ..reference import entry
from ._declare import Choice, Mark, Slider, Whole, one_of, plot
from ._front import LiveFigure, seeded, text

__all__ = ["MonteCarloRG"]

K_C = entry("ising_2d.K_c").value
BLOCKINGS = {16: 2, 32: 3, 64: 4}  # of each edge, down to 4 x 4
LABELS = {"even": EVEN_LABELS, "odd": ODD_LABELS}
# Names, exact values and ends of the axes of both exponents and of their eigenvalues.
SECTORS: dict[str, dict[str, Any]] = {
    "even": {"name": "yₜ", "exact": entry("ising_2d.y_t").value,
             "y": (0.84, 1.14), "re": (-1.2, 2.6)},
    "odd": {"name": "yₕ", "exact": entry("ising_2d.y_h").value,
            "y": (1.845, 1.907), "re": (-1.2, 4.2)},
}  # fmt: skip
SAMPLING = {
    "burn": 30,  # Swendsen-Wang sweeps from the ordered lattice, and after K was changed
    "between": 2,  # sweeps between samples
    "bins": 16,  # of the jackknife
    "chunk": 50,  # samples in a row for one bin, many times what a chain of clusters remembers
    "first": 100,  # samples before anything is shown
}


class MonteCarloRG(LiveFigure):
    """Swendsen's method on the square lattice, live in the page.

    Swendsen-Wang lattices are sampled at the coupling K, blocked down to 4 x 4 with fair coins for
    ties, and their even and odd operators collected in bins. From these follow, for the operators
    that are chosen and for each blocking, the eigenvalues of the linearized transformation and the
    leading exponent with its jackknife error.

    Parameters
    ----------
    L : int
        Edge of the lattice: 16, 32 or 64.
    K : float
        Coupling at the start, 0.42 to 0.46; the critical one by default.
    blocking : int
        Whose eigenvalues are shown first: 1 is the step from L to L / 2.
    sector : str
        "even" or "odd".
    even, odd : sequence of str
        Operators chosen at the start, from `EVEN_LABELS` and `ODD_LABELS`; all by default.
    running : bool
        Whether sampling starts as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `samples` and, of the chosen operators and blocking, `exponent` and `error`
    (0 while there is none).

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> MonteCarloRG(L=32, even=["nn"]).blockings
    3
    """

    title = text("Where do the eigenvalues settle?")
    running = traitlets.Bool(True).tag(sync=True, follow=True)
    try_line = text(
        "take operators away one by one until y moves by more than its error. "
        "Then turn K away from the critical value."
    )

    blocking = Whole(1, 4, 2, label="Blocking n", name="blocking")
    K = Slider(0.42, 0.46, K_C, step=0.001, fine=0.0001, digits=4, label="Coupling K", name="K",
               marks=[Mark(K_C, "critical")])  # fmt: skip
    sector = Choice({"even": "even operators", "odd": "odd operators"}, name="operators", key="e",
                    hint="even/odd")  # fmt: skip
    even = traitlets.List(traitlets.Unicode()).tag(sync=True, follow=True)
    odd = traitlets.List(traitlets.Unicode()).tag(sync=True, follow=True)
    L = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    exponent = traitlets.Float().tag(sync=True)
    error = traitlets.Float().tag(sync=True)
    readouts = {"n": "samples", "y": "y", "exact": "exact", "pace": "samples/s"}

    def __init__(
        self,
        L: int = 64,
        K: float = K_C,
        *,
        even: Sequence[str] = EVEN_LABELS,
        odd: Sequence[str] = ODD_LABELS,
        seed: int = 1979,
        **traits: Any,
    ) -> None:
        L = one_of("L", L, tuple(BLOCKINGS))
        super().__init__(
            narrow={"blocking": (1, BLOCKINGS[L])},
            L=L,
            K=K,
            even=list(even),
            odd=list(odd),
            **seeded(seed),
            **traits,
        )

    @property
    def blockings(self) -> int:
        """How often the lattice is blocked."""
        return BLOCKINGS[self.L]

    @property
    def plots(self) -> dict[str, Any]:
        """The exponent of each blocking, and the eigenvalues; the axes of one sector."""
        x, start = ("blocking n", 0.5, self.blockings + 0.5), SECTORS["even"]
        return {
            "exponents": plot(x, (start["name"], *start["y"])),
            "plane": plot(("Re λ", *start["re"]), ("Im λ", -1.2, 1.2)),
        }

    @property
    def constants(self) -> dict[str, Any]:
        """How the page samples, and the operators and axes of both sectors."""
        sectors = {
            name: {**SECTORS[name], "labels": LABELS[name], "terms": rows(name)} for name in SECTORS
        }
        return {**SAMPLING, "blockings": self.blockings, "sectors": sectors}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Left: leading exponent of each blocking, {self.L}² spins at the start, with its "
            "jackknife error; dashed: exact. Right: eigenvalues of the linearized transformation "
            "and the unit circle; full marks belong to the chosen blocking. Swendsen-Wang, "
            "majority with fair coins (rgcourse.mcrg, compiled)."
        )

    @traitlets.validate("even", "odd")
    def _check_operators(self, proposal):
        name, chosen = proposal["trait"].name, list(proposal["value"])
        for label in chosen:
            one_of(f"each of {name}", label, LABELS[name])
        if not chosen:
            raise ValueError(f"{name} must name at least one operator of {', '.join(LABELS[name])}")
        return [label for label in LABELS[name] if label in chosen]


def rows(sector):
    """The table of operators of a sector, a row for each orientation."""
    return terms_of(sector == "even", 2).reshape(-1, ROW_LENGTH).tolist()
