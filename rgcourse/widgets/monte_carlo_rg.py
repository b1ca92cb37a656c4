"""Monte Carlo RG while it samples: choose operators, and watch the eigenvalues settle."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..blocking import block_spins
from ..mcrg import UnstableSpectrum, linearized_rg, scaling_exponents
from ..operators import EVEN_LABELS, ODD_LABELS, even_operators, odd_operators, terms_of
from ..reference import entry
from ..samplers import SwendsenWang
from ..statistics import jackknife
from ._front import Between, LiveFigure, OneOf, one_of, picture, plots, said, script, seeded, within

K_RANGE = (0.42, 0.46)
SMALLEST = 4  # edge of the lattice after the last blocking
LABELS = {"even": EVEN_LABELS, "odd": ODD_LABELS}
OPERATORS = {"even": even_operators, "odd": odd_operators}
SAMPLED = 2000  # lattices behind the still image


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

    _esm = script("plot", "steps", "monte_carlo_rg", wasm=("mcrg",))
    title = said("Where do the eigenvalues settle?")
    try_line = said(
        "run it, and take operators away one by one until y moves by more than its error. "
        "Then turn K away from the critical value."
    )

    L = traitlets.Int().tag(sync=True)
    K = Between(*K_RANGE)
    blocking = traitlets.Int().tag(sync=True)
    blockings = traitlets.Int().tag(sync=True)
    sector = OneOf(LABELS)
    even = traitlets.List(traitlets.Unicode()).tag(sync=True)
    odd = traitlets.List(traitlets.Unicode()).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    terms = traitlets.Dict().tag(sync=True)
    exact = traitlets.Dict().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    exponent = traitlets.Float().tag(sync=True)
    error = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        L=64,
        K=None,
        *,
        blocking=2,
        sector="even",
        even=EVEN_LABELS,
        odd=ODD_LABELS,
        seed=1979,
        **frame,
    ):
        L = one_of("L", L, (16, 32, 64))
        critical = entry("ising_2d.K_c").value
        super().__init__(
            frame,
            L=L,
            blockings=int(np.log2(L // SMALLEST)),
            labels={name: list(labels) for name, labels in LABELS.items()},
            terms={name: terms_of(name == "even", 2).tolist() for name in LABELS},
            exact={
                "K_c": critical,
                "even": entry("ising_2d.y_t").value,
                "odd": entry("ising_2d.y_h").value,
            },
            **seeded(seed),
        )
        self.set_trait("K", critical if K is None else K)
        for name, value in (("blocking", blocking), ("sector", sector),
                            ("even", list(even)), ("odd", list(odd))):  # fmt: skip
            self.set_trait(name, value)

    @traitlets.validate("blocking")
    def _check_blocking(self, proposal):
        return int(within("blocking", proposal["value"], 1, self.blockings))

    @traitlets.validate("even", "odd")
    def _check_operators(self, proposal):
        name, chosen = proposal["trait"].name, list(proposal["value"])
        for label in chosen:
            one_of(f"each of {name}", label, LABELS[name])
        if not chosen:
            raise ValueError(f"{name} must name at least one operator of {', '.join(LABELS[name])}")
        return [label for label in LABELS[name] if label in chosen]

    def spectra(self, n_samples=SAMPLED):
        """Of each blocking: the exponents, and the `Estimate` of the first (None if unstable)."""
        columns = [LABELS[self.sector].index(label) for label in getattr(self, self.sector)]
        rng = np.random.default_rng(self.seed)
        chain = SwendsenWang(self.L, self.K, rng=rng)
        chain.sweep(30)
        spins = chain.sample(n_samples, 2)
        S, found = OPERATORS[self.sector](spins)[:, columns], []
        for _ in range(self.blockings):
            spins = block_spins(spins, rng=rng)
            S_blocked = OPERATORS[self.sector](spins)[:, columns]
            T = linearized_rg(S, S_blocked)
            try:
                first = jackknife(_leading, S, S_blocked, n_bins=16)
            except UnstableSpectrum:
                first = None
            found.append((np.linalg.eigvals(T), first))
            S = S_blocked
        return found

    def still(self):
        figure, left, right = plots(7.2, 3.2, 2)
        exact = self.exact[self.sector]
        left.axhline(exact, color=LIGHT["critical"], linestyle=(0, (5, 3)), linewidth=1)
        angle = np.linspace(0, 2 * np.pi, 90)
        right.plot(np.cos(angle), np.sin(angle), color=LIGHT["critical"], linewidth=1)
        for n, (eigenvalues, first) in enumerate(self.spectra(), start=1):
            shown = n == self.blocking
            colour = LIGHT["accent"] if shown else LIGHT["ctrl"]
            if first is not None:
                left.errorbar(n, first.value, first.error, color=colour, marker="o")
            right.plot(eigenvalues.real, eigenvalues.imag, "o", color=colour, zorder=2 + shown,
                       markerfacecolor=colour if shown else "none")  # fmt: skip
        name = "y_t" if self.sector == "even" else "y_h"
        left.set(xlabel="blocking $n$", ylabel=f"${name}$", xlim=(0.5, self.blockings + 0.5),
                 xticks=range(1, self.blockings + 1))  # fmt: skip
        right.set(xlabel=r"Re $\lambda$", ylabel=r"Im $\lambda$")
        right.axis("equal")
        return picture(figure)

    def words(self):
        name = "y_t" if self.sector == "even" else "y_h"
        return (
            f"{self.title} Two plots. Left, the leading exponent {name} from {SAMPLED} lattices of "
            f"{self.L} x {self.L} spins at K = {self.K:.4f} against the number of blockings, with "
            f"the exact {self.exact[self.sector]:g} as a dashed line. Right, the eigenvalues of "
            f"the linearized transformation of {len(getattr(self, self.sector))} {self.sector} "
            f"operators in the complex plane: one outside the unit circle, the others inside."
        )


def _leading(S, S_blocked):
    return scaling_exponents(linearized_rg(S, S_blocked))[0]
