"""The level flow of the Kondo model: every J and Lambda of a page, calculated once, then live."""

import base64
from functools import cache

import numpy as np
import traitlets

from .. import _checks
from .._palette import LIGHT
from ..nrg import (
    NoKondoTemperature,
    energy_unit,
    flat_chain,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
)
from ._front import LiveFigure, OneOf, one_of, picture, plots, said, script, within

TOP = 3.2  # the highest level drawn, in units of the shell
J_RANGE, J_STEP = (-0.24, 0.8), 0.04
# (charge, twice the spin, which of them); with charge -Q there are the same
TRACKS = {
    "even": (
        (0, 1, 0), (1, 0, 0), (1, 2, 0), (0, 1, 1), (0, 3, 0), (0, 1, 2), (1, 0, 1), (1, 2, 1),
    ),
    "odd": (
        (0, 0, 0), (0, 2, 0), (1, 1, 0), (0, 2, 1), (1, 1, 1), (0, 0, 1), (1, 3, 0), (0, 2, 2),
    ),
}  # fmt: skip
SPIN_COLOURS = ("ink", "cold", "hot", "critical")  # S = 0, 1/2, 1, 3/2


class LevelFlow(LiveFigure):
    """Levels of the Kondo model against the length of the chain, for all J and Lambda, in the page.

    The levels are those of `rgcourse.nrg.kondo_flow`, calculated when the figure is made: 27 values
    of J for each Lambda. Lengths of one parity are shown at a time. Bars at the left margin are
    the levels of a free spin and a free chain, bars at the right those of the free chain without
    its first site.

    Parameters
    ----------
    J : float
        Exchange, -0.24 to 0.8, rounded to 0.04.
    Lambda : float
        Discretization: one of `Lambdas`.
    N : int
        The site at which levels are read off.
    parity : str
        "even" or "odd" number of sites.
    Lambdas : tuple
        Rising, with equal steps.
    n_sites, n_keep : int
        Of the chains that are calculated.
    running : bool
        Whether the chain grows as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    Raises
    ------
    ValueError
        For values outside of these, here or on later assignment.
    """

    _esm = script("plot", "steps", "level_flow", wasm=())
    title = said("How long must the chain be to lose the spin?")
    try_line = said(
        "halve J, and halve it again. How much longer must the chain be before the spin is gone?"
    )

    J = traitlets.Float().tag(sync=True)
    Lambda = traitlets.Float().tag(sync=True)
    N = traitlets.Int().tag(sync=True)
    parity = OneOf(TRACKS)
    table = traitlets.Dict().tag(sync=True)
    regime = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        J=0.4,
        Lambda=2.5,
        *,
        N=None,
        parity="odd",
        Lambdas=(2.0, 2.5, 3.0),
        n_sites=40,
        n_keep=150,
        **frame,
    ):
        n_sites = _checks.integer("n_sites", n_sites, minimum=8)
        super().__init__(
            frame,
            table=level_table(tuple(map(float, Lambdas)), n_sites, n_keep),
            J=J,
            Lambda=Lambda,
            N=n_sites - 1 if N is None else N,
            parity=parity,
        )

    @traitlets.validate("J")
    def _check_J(self, proposal):
        return round(round(within("J", proposal["value"], *J_RANGE) / J_STEP) * J_STEP, 10)

    @traitlets.validate("Lambda")
    def _check_Lambda(self, proposal):
        value = _checks.finite("Lambda", proposal["value"])
        return one_of("Lambda", value, self.table["Lambdas"]) if self.table else value

    @traitlets.validate("N")
    def _check_N(self, proposal):
        return int(within("N", proposal["value"], 0, self.table["n_sites"] - 1))

    def levels(self):
        """Lengths N of the chosen parity, and the levels of each track, nan beyond the top."""
        table = self.table
        all_levels = np.frombuffer(base64.b64decode(table["levels"]), "<u2").reshape(table["shape"])
        place = all_levels[table["Lambdas"].index(self.Lambda), j_index(self.J)]
        N = np.arange(1 if self.parity == "even" else 0, table["n_sites"], 2)
        levels = np.where(place[N] == 65535, np.nan, place[N] * (TOP / 65534))
        return N, levels

    def still(self):
        figure, ax = plots(7.2, 3.8)
        N, levels = self.levels()
        for (Q, S2, _), level in zip(TRACKS[self.parity], levels.T, strict=True):
            ax.plot(N, level, color=LIGHT[SPIN_COLOURS[S2]], linestyle="--" if Q else "-")
        fixed = self.table["fixed"][f"{self.Lambda:g}"]
        last = self.table["n_sites"] - 1
        for side, parity in enumerate((self.parity, other(self.parity))):
            ends = (0, 2) if side == 0 else (last - 2, last)
            ax.hlines(fixed[parity], *ends, color=LIGHT["accent"], linewidth=3, alpha=0.5)
        if at := self.table["N_K"][f"{self.Lambda:g}"][j_index(self.J)]:
            ax.axvline(at, color=LIGHT["critical"], linestyle=(0, (4, 3)), linewidth=1)
            ax.annotate("$T_K$", (at, TOP), color=LIGHT["critical"])
        ax.set(xlim=(0, last), ylim=(-0.05, TOP), xlabel="last site $N$",
               ylabel="$E$ / (scale of site $N$)")  # fmt: skip
        return picture(figure)

    def words(self):
        at = self.table["N_K"][f"{self.Lambda:g}"][j_index(self.J)]
        where = f"they cross over near site {at:.0f}, where the scale is T_K" if at else (
            "they do not cross over on this chain")  # fmt: skip
        return (
            f"{self.title} Lowest levels of the Kondo model against the last site N, in units of "
            f"that site's energy, for J = {self.J:g}, Lambda = {self.Lambda:g}, chains with an "
            f"{self.parity} number of sites. They begin near the levels of a free spin; {where}."
        )


def other(parity):
    """The other parity."""
    return "odd" if parity == "even" else "even"


def j_index(J):
    """Where J stands in the table."""
    return round((J - J_RANGE[0]) / J_STEP)


@cache
def level_table(Lambdas, n_sites, n_keep):
    """All levels as the page takes them: 16 bits each, base64, [Lambda, J, N, track].

    With the sites N_K where the scale has come down to T_K, 0 where it does not; and the exact
    levels of free chains of both parities.
    """
    steps = np.diff(Lambdas)
    if np.any(steps <= 0) or not np.allclose(steps, steps.mean() if len(steps) else 0):
        raise ValueError(f"Lambdas must rise in equal steps, got {Lambdas}")
    values = np.linspace(*J_RANGE, round((J_RANGE[1] - J_RANGE[0]) / J_STEP) + 1)
    levels = np.full((len(Lambdas), len(values), n_sites, len(TRACKS["even"])), 65535, "<u2")
    N_K, fixed = {}, {}
    for i, Lambda in enumerate(Lambdas):
        fixed[f"{Lambda:g}"] = {
            "even": free_excitations(Lambda, 60), "odd": free_excitations(Lambda, 61)
        }  # fmt: skip
        N_K[f"{Lambda:g}"] = []
        for j, J in enumerate(values):
            flow = kondo_flow(round(J, 10), Lambda=Lambda, n_sites=n_sites, n_keep=n_keep)
            for N in range(n_sites):
                for k, track in enumerate(TRACKS["odd" if N % 2 == 0 else "even"]):
                    level = track_level(flow, N, *track)
                    if level <= TOP:
                        levels[i, j, N, k] = round(level / TOP * 65534)
            N_K[f"{Lambda:g}"].append(crossover_site(flow))
    return {
        "Lambdas": list(Lambdas),
        "J": [J_RANGE[0], J_STEP, len(values)],
        "n_sites": n_sites,
        "top": TOP,
        "tracks": {p: [list(t) for t in tracks] for p, tracks in TRACKS.items()},
        "shape": list(levels.shape),
        "levels": base64.b64encode(levels.tobytes()).decode(),
        "N_K": N_K,
        "fixed": fixed,
    }


def track_level(flow, N, Q, S2, k):
    """The k-th level with charge Q and spin S2 / 2 after site N; infinite if there is none."""
    place = (flow.charge[N] == Q) & (flow.spin[N] == S2 / 2)
    found = flow.energies[N][place]
    return float(found[k]) if len(found) > k else np.inf


def crossover_site(flow):
    """Where the scale of the chain is T_K, as a real number of sites; 0 if it is not reached."""
    try:
        T_K = kondo_temperature(impurity_thermodynamics(flow))
    except NoKondoTemperature:
        return 0.0
    return round(float(1 - 2 * np.log(T_K / energy_unit(flow.Lambda, 1)) / np.log(flow.Lambda)), 2)


def free_excitations(Lambda, n_sites):
    """Different excitation energies below `TOP` of a long free chain, in units of its last site."""
    single = np.abs(flat_chain(Lambda, n_sites).levels(n_sites)) / energy_unit(Lambda, n_sites - 1)
    sums = {0.0}
    for cost in single[single < TOP]:
        for _ in range(2):  # both spins
            sums |= {round(float(s + cost), 5) for s in sums if s + cost < TOP}
    return sorted(sums)
