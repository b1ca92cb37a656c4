"""The level flow of the Kondo model: every J and Lambda of a page, calculated once, then live."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import traitlets

from .. import _checks
from ..nrg import (
    NoKondoTemperature,
    energy_unit,
    flat_chain,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
)
from ._declare import Choice, Mark, Slider, Whole, plot
from ._front import LiveFigure, text

__all__ = ["LevelFlow"]

TOP = 3.2  # the highest level drawn, in units of the shell
BEYOND = 2**16 - 1  # stands for a level above it
J_RANGE, J_STEP = (-0.24, 0.8), 0.04
DENSITY = 0.5  # of states at the Fermi energy, in units of 1 / D
# (charge, twice the spin, which of them); with charge -Q there are the same
TRACKS = {
    "even": (
        (0, 1, 0), (1, 0, 0), (1, 2, 0), (0, 1, 1), (0, 3, 0), (0, 1, 2), (1, 0, 1), (1, 2, 1),
    ),
    "odd": (
        (0, 0, 0), (0, 2, 0), (1, 1, 0), (0, 2, 1), (1, 1, 1), (0, 0, 1), (1, 3, 0), (0, 2, 2),
    ),
}  # fmt: skip


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
        What can be chosen.
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

    title = text("How long must the chain be to lose the spin?")
    try_line = text(
        "start at J = 0.8, halve it, and halve it again. How many more sites does each halving "
        "cost before the spin is gone?"
    )

    J = Slider(*J_RANGE, 0.4, step=J_STEP, grid=J_STEP, digits=2, label="Exchange J", name="J",
               marks=[Mark(0, "J = 0")])  # fmt: skip
    N = Whole(0, 39, step=2, fine=1, label="Last site N", name="N")  # of one parity, as drawn
    Lambda = Choice([2.5], label="Ratio Λ", name="Λ", key="l")
    parity = Choice(
        {"even": "an even number of sites", "odd": "an odd number of sites"},
        label="Chains with",
        name="parity",
        key="p",
        hint="even/odd",
    )
    table = traitlets.List(traitlets.Dict()).tag(sync=True)
    regime = traitlets.Unicode().tag(sync=True)
    readouts = {"g": "ρJ", "scale": "scale", "tk": "T_K at N"}
    constants = {"top": TOP, "beyond": BEYOND, "density": DENSITY, "tracks": TRACKS}
    legend = (
        "Lowest levels of the Kondo model, calculated by rgcourse.nrg.kondo_flow for every J and Λ "
        "that can be chosen; energies in units of the energy of the last site. Colour is the spin "
        "(black 0, blue 1/2, red 1, violet 3/2); dashed lines have one electron more or less. Bars "
        "on the left: free spin beside a free chain. Bars on the right: free chain without its "
        "first site."
    )

    def __init__(
        self,
        J: float = 0.4,
        Lambda: float = 2.5,
        *,
        N: int | None = None,
        parity: str = "odd",
        Lambdas: Sequence[float] = (2.0, 2.5, 3.0),
        n_sites: int = 40,
        n_keep: int = 150,
        **frame: Any,
    ) -> None:
        n_sites = _checks.integer("n_sites", n_sites, minimum=8)
        Lambdas = [float(x) for x in Lambdas]
        super().__init__(
            narrow={"Lambda": {x: f"{x:g}" for x in Lambdas}, "N": (0, n_sites - 1)},
            table=[level_table(x, n_sites, n_keep) for x in Lambdas],
            J=J,
            Lambda=Lambda,
            N=last_site(n_sites, parity) if N is None else N,
            parity=parity,
            **frame,
        )

    @property
    def plots(self) -> dict[str, Any]:
        """The levels against the last site."""
        x = ("last site N", 0, self.narrowed["N"][1])
        return {"flow": plot(x, ("E / (scale of site N)", -0.05, TOP), drop=("N", ""), size="tall")}


@cache
def level_table(Lambda, n_sites, n_keep):
    """What the page shows at one Lambda: levels of 16 bits each, base64, [J, N, track].

    With the sites N_K where the scale has come down to T_K, 0 where it does not, by J; the `units`
    of energy by N; and by parity, at the beginning and the end of the flow, the exact levels of the
    free chain, `fixed`, and what the first three tracks should then be, `ends`.
    """
    couplings = np.linspace(*J_RANGE, round((J_RANGE[1] - J_RANGE[0]) / J_STEP) + 1)
    levels = np.full((len(couplings), n_sites, len(TRACKS["even"])), BEYOND, "<u2")
    crossovers = []
    for j, J in enumerate(couplings):
        flow = kondo_flow(round(J, 10), Lambda=Lambda, n_sites=n_sites, n_keep=n_keep)
        for N in range(n_sites):
            for k, track in enumerate(TRACKS["odd" if N % 2 == 0 else "even"]):
                level = track_level(flow, N, *track)
                if level <= TOP:
                    levels[j, N, k] = round(level / TOP * (BEYOND - 1))
        crossovers.append(crossover_site(flow))
    even, odd = free_excitations(Lambda, 60), free_excitations(Lambda, 61)
    return {
        "Lambda": Lambda,
        "levels": base64.b64encode(levels.tobytes()).decode(),
        "N_K": crossovers,
        "units": [float(f"{energy_unit(Lambda, N):.4g}") for N in range(n_sites)],
        "fixed": {"even": [even, odd], "odd": [odd, even]},
        "ends": {
            "even": [[0, even[1], even[1]], [0, 0, odd[1]]],
            "odd": [[0, 0, 0], [0, 2 * even[1], even[1]]],
        },
    }


def last_site(n_sites, parity):
    """The last site of a chain cut to an even or an odd number of sites."""
    return n_sites - 1 - (n_sites % 2 != (parity == "odd"))


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
