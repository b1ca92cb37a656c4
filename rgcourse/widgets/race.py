"""One critical lattice under two algorithms, and how long each remembers, live in the page."""

import traitlets

from .. import _checks
from .._palette import LIGHT
from ..correlator import RunningAutocorrelation
from ..exact import kaufman
from ..samplers import HeatBath, SwendsenWang, Wolff
from ..statistics import ShortChainError
from ._front import LiveFigure, one_of, picture, script, style
from .chain_flow import two_tones
from .ising import CRITICAL_TEMPERATURE, WARM_UP, words_for_page

SIDES = (16, 32, 64, 128)
OBSERVABLES = ("magnetization", "energy")
CLUSTERS = ("Wolff", "Swendsen-Wang")
STILL_SWEEPS = 20_000


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

    _esm = script("wasm", "lattice", "figure", "plot", "race", wasm=("ising", "correlator"))
    _css = style()

    doublings = traitlets.Int().tag(sync=True)
    observable = traitlets.Unicode().tag(sync=True)
    cluster = traitlets.Unicode().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    energies = traitlets.List(traitlets.Float()).tag(sync=True)
    times = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(
        self,
        L=16,
        *,
        observable="magnetization",
        cluster="Wolff",
        running=True,
        seed=9,
        title="Who forgets first?",
        try_line="double the side, wait until both times are known. By how much does each grow?",
        caption="",
        predict=(),
    ):
        seed = _checks.integer("seed", seed, minimum=0)
        super().__init__(
            doublings=SIDES.index(one_of("L", L, SIDES)),
            observable=observable,
            cluster=cluster,
            running=running,
            seed=seed,
            seed_words=[words_for_page(seed), words_for_page(seed + 1)],
            energies=[float(kaufman(L, 1 / CRITICAL_TEMPERATURE).energy) for L in SIDES],
            times=[0.0, 0.0],
            title=title,
            try_line=try_line,
            caption=caption,
            predict=list(predict),
        )

    @property
    def L(self):
        """Side of both lattices."""
        return SIDES[self.doublings]

    @traitlets.validate("doublings")
    def _check_doublings(self, proposal):
        return one_of("doublings", proposal["value"], tuple(range(len(SIDES))))

    @traitlets.validate("observable")
    def _check_observable(self, proposal):
        return one_of("observable", proposal["value"], OBSERVABLES)

    @traitlets.validate("cluster")
    def _check_cluster(self, proposal):
        return one_of("cluster", proposal["value"], CLUSTERS)

    def lines(self):
        """What the still shows: for each algorithm its chain, lags in sweeps, and rho."""
        K, L = 1 / CRITICAL_TEMPERATURE, self.L
        start = SwendsenWang(L, K, rng=self.seed)
        start.sweep(WARM_UP)
        mean = self.energies[self.doublings] if self.observable == "energy" else 0.0
        for chain in (HeatBath, Wolff if self.cluster == "Wolff" else SwendsenWang):
            chain = chain(L, K, rng=self.seed + 1)
            chain.spins = start.spins
            record = chain.record(max(200, STILL_SWEEPS * 32**2 // L**2))
            share = 1.0
            if self.cluster == "Wolff" and isinstance(chain, Wolff):
                share = record.cluster_size.mean() / L**2
            running = RunningAutocorrelation(mean=mean)
            running.add(getattr(record, self.observable))
            yield chain, running, share

    def still(self):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7.2, 5.2), layout="constrained", facecolor=LIGHT["surface"])
        axes = figure.subplot_mosaic([["left", "right"], ["below", "below"]])
        looks = {"left": ("ink", "heat bath", "-"), "right": ("accent", self.cluster, "--")}
        below = axes["below"]
        below.set_facecolor(LIGHT["surface"])
        for (place, (colour, name, dash)), (chain, running, share) in zip(
            looks.items(), self.lines(), strict=True
        ):
            ax = axes[place]
            ax.imshow(chain.spins, cmap=two_tones(), vmin=-1, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.set_title(name, color=LIGHT[colour], fontsize=10)
            lags, rho = running.lags, running.values
            known = (lags > 0) & (lags < len(running) / 10)
            below.plot(lags[known] * share, rho[known], color=LIGHT[colour], linestyle=dash)
        below.set(xscale="log", xlim=(0.1, 2e4), ylim=(-0.6, 1.1), xlabel="lag (sweeps)",
                  ylabel="autocorrelation")  # fmt: skip
        below.axhline(0, color=LIGHT["rule"], linewidth=1)
        below.spines[["top", "right"]].set_visible(False)
        return picture(figure)

    def words(self):
        found = []
        for name, (_, running, share) in zip(
            ("heat bath", self.cluster), self.lines(), strict=True
        ):
            try:
                found.append(f"{running.time().value * share:.3g} sweeps under {name}")
            except ShortChainError:
                found.append(f"not known yet after {len(running)} steps of {name}")
        return (
            f"{self.title} Two critical Ising lattices of {self.L} by {self.L} spins and the "
            f"autocorrelation function of their {self.observable}. Its autocorrelation time is "
            f"{' and '.join(found)}."
        )
