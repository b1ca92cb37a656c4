"""One critical lattice under two algorithms, and how long each remembers, live in the page."""

import traitlets

from .._palette import LIGHT
from ..correlator import RunningAutocorrelation
from ..exact import kaufman
from ..samplers import HeatBath, SwendsenWang, Wolff
from ..statistics import ShortChainError
from ._front import (
    LiveFigure,
    OneOf,
    bare,
    colour_map,
    drawing,
    one_of,
    picture,
    said,
    script,
    seeded,
)
from .ising import CRITICAL_TEMPERATURE, WARM_UP

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

    _esm = script("lattice", "views", "plot", "race", wasm=("ising", "correlator"))
    title = said("Who forgets first?")
    try_line = said("double the side, wait until both times are known. By how much does each grow?")
    running = traitlets.Bool(True).tag(sync=True)

    doublings = OneOf(range(len(SIDES)))
    observable = OneOf(OBSERVABLES)
    cluster = OneOf(CLUSTERS)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    energies = traitlets.List(traitlets.Float()).tag(sync=True)
    times = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, L=16, *, observable="magnetization", cluster="Wolff", seed=9, **frame):
        super().__init__(
            frame,
            doublings=SIDES.index(one_of("L", L, SIDES)),
            observable=observable,
            cluster=cluster,
            **seeded(seed, 2),
            energies=[float(kaufman(L, 1 / CRITICAL_TEMPERATURE).energy) for L in SIDES],
            times=[0.0, 0.0],
        )

    @property
    def L(self):
        """Side of both lattices."""
        return SIDES[self.doublings]

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
        figure = drawing(7.2, 5.2)
        two_tones = colour_map("down", "up", steps=2)
        axes = figure.subplot_mosaic([["left", "right"], ["below", "below"]])
        looks = {"left": ("ink", "heat bath", "-"), "right": ("accent", self.cluster, "--")}
        below = axes["below"]
        bare(below)
        for (place, (colour, name, dash)), (chain, running, share) in zip(
            looks.items(), self.lines(), strict=True
        ):
            ax = axes[place]
            ax.imshow(chain.spins, cmap=two_tones, vmin=-1, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.set_title(name, color=LIGHT[colour], fontsize=10)
            lags, rho = running.lags, running.values
            known = (lags > 0) & (lags < len(running) / 10)
            below.plot(lags[known] * share, rho[known], color=LIGHT[colour], linestyle=dash)
        below.set(xscale="log", xlim=(0.1, 2e4), ylim=(-0.6, 1.1), xlabel="lag (sweeps)",
                  ylabel="autocorrelation")  # fmt: skip
        below.axhline(0, color=LIGHT["rule"], linewidth=1)
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
