"""Ising lattices that live in the page: a laboratory, and three temperatures side by side."""

import math

import numpy as np
import traitlets

from .. import _checks, exact
from ..blocking import block_spins
from ..multispin import PackedHeatBath
from ..multispin.coarse import FIELD_EXPONENT, coarse_coupling
from ..samplers import HeatBath, SwendsenWang
from ._front import (
    Between,
    LiveFigure,
    one_of,
    said,
    script,
    seeded,
    strip,
    within,
)

CRITICAL_TEMPERATURE = 2 / math.log1p(math.sqrt(2))
WARM_UP = 30  # Swendsen-Wang sweeps from the ordered lattice before anything is shown
FIELD_WARM_UP = 50  # heat-bath sweeps after them where there is a field
ALGORITHMS = ("heat bath", "Wolff")
PACKED_FROM, PACKED_SIDE = 512, 128  # from here on 64 spins in a word; L a multiple of the second
CLUSTER_SIDE = 512  # a larger lattice starts from a smaller one
SETTLE = 100  # sweeps that fill in what the smaller lattice does not have


class IsingLab(LiveFigure):
    """A laboratory for the square-lattice Ising model, live in the page.

    The lattice runs at temperature `T` (in units of J / k_B, `K = 1 / T`) in the field
    `h = beta H`, under heat-bath sweeps or Wolff clusters (h = 0 only), and is shown at several
    distances at once: as it is, and after one, two, three majority votes of 2 x 2 blocks. Below,
    energy `-<s s'>` and |m| per site run along Onsager's and Yang's exact curves (drawn at h = 0).
    From L = 512 up the lattice runs 64 spins at a time (`rgcourse.multispin`), under heat bath,
    and is drawn as sums of blocks where it is finer than its picture.

    Parameters
    ----------
    L : int
        Side of the lattice: 16 to 2048, and a multiple of `2**(panels + level)`; from 512 up of
        128, too.
    T : float
        Temperature, inside `T_range`.
    h : float
        Field, `|h| <= 0.5`.
    algorithm : {"heat bath", "Wolff"}
        Wolff for L < 512 only.
    panels : int
        How many distances are shown side by side, 1 to 4.
    level : int
        Block-spin steps before the first panel.
    T_range : (float, float)
        Ends of the temperature slider.
    running : bool
        Whether it runs as soon as it is seen (never where reduced motion is asked for).
    seed : int
        Start of the page's random numbers: the same seed shows the same lattice.
    title, try_line, caption : str
    predict : (str, str, str), optional
        A question and two answers; the sliders stay locked until the reader has chosen or skipped.

    The page reports `energy`, `magnetization`, `sweeps` and the reader's `guess` back to Python
    when there is a kernel.

    Raises
    ------
    ValueError
        For a value that makes no lattice, here or on later assignment.

    Examples
    --------
    >>> lab = IsingLab(L=256, T=2.0, try_line="Find the temperature where all panels look alike.")
    """

    _esm = script(
        "lattice", "views", "packed", "means", "curves", "ising_lab",
        wasm=("ising", "packed", "packed_simd"),
    )  # fmt: skip
    title = said("One lattice, four distances")
    try_line = said("find the temperature where all four panels look alike.")
    running = traitlets.Bool(True).tag(sync=True)

    L = traitlets.Int().tag(sync=True)
    T = traitlets.Float().tag(sync=True)
    h = Between(-0.5, 0.5)
    algorithm = traitlets.Unicode().tag(sync=True)
    panels = traitlets.Int().tag(sync=True)
    T_range = traitlets.List(traitlets.Float()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)
    energy = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        L=512,
        T=CRITICAL_TEMPERATURE,
        *,
        h=0.0,
        algorithm="heat bath",
        panels=4,
        level=0,
        T_range=(1.0, 4.0),
        seed=5,
        **frame,
    ):
        low, high = (_checks.finite("T_range", end) for end in T_range)
        if not 0.1 <= low < high:
            raise ValueError(f"T_range must rise and start at 0.1 or above, got {low:g}, {high:g}")
        panels = int(within("panels", _checks.integer("panels", panels, minimum=1), 1, 4))
        level = _checks.integer("level", level, minimum=0)
        super().__init__(
            frame,
            L=packable_side(lattice_side(L, panels + level, largest=2048)),
            T_range=[low, high],
            panels=panels,
            level=level,
            T=within("T", T, low, high),
            h=h,
            algorithm=algorithm,
            **seeded(seed),
            curves=exact_curves(low, high),
        )

    @traitlets.validate("T")
    def _check_T(self, proposal):
        return within("T", proposal["value"], *self.T_range) if self.T_range else proposal["value"]

    @traitlets.validate("algorithm")
    def _check_algorithm(self, proposal):
        algorithm = one_of("algorithm", proposal["value"], ALGORITHMS)
        if algorithm == "Wolff" and self.L >= PACKED_FROM:
            raise ValueError(
                f"Wolff clusters need L < {PACKED_FROM}, got L = {self.L}: larger lattices run 64 "
                f"spins at a time; use L = 256, or the heat bath"
            )
        return algorithm

    def still(self):
        start = packed_start if self.L >= PACKED_FROM else equilibrated
        spins = start(self.L, self.T, self.h, self.seed)
        steps = zoomed_out(spins, self.level + self.panels - 1, self.seed)
        return strip(steps[self.level :], min(self.L >> self.level, 256))

    def words(self):
        side = self.L >> self.level
        shown = ", ".join(str(side >> k) for k in range(self.panels))
        return (
            f"{self.title}. An Ising lattice of {self.L} by {self.L} spins at T = {self.T:.3f}, "
            f"{side_of_critical(self.T)}, h = {self.h:g}, shown at equal size with "
            f"{shown} block spins a side."
        )


class ThreeTemperatures(LiveFigure):
    """Three lattices on one clock, cold, critical and hot, and one wheel that zooms out on all.

    Each step of the wheel replaces 2 x 2 spins by the majority of their votes (ties are decided
    by a fair coin) and shows the smaller lattice at the same size. The magnetization per block
    spin beside each panel is what flows.

    Parameters
    ----------
    L : int
        Side of each lattice: 16 to 1024, and a multiple of 16.
    temperatures : (float, float, float)
        Rising, in units of J / k_B; the middle one is the critical one if nothing else is said.
    level : int
        Block-spin steps shown at first, 0 to 4.
    running, seed, title, try_line, caption, predict
        As for `IsingLab`; with `predict`, the wheel is locked until the reader has chosen.

    Examples
    --------
    >>> ThreeTemperatures(temperatures=(2.0, CRITICAL_TEMPERATURE, 2.6))  # doctest: +SKIP
    """

    _esm = script("lattice", "views", "three_temperatures", wasm=("ising",))
    title = said("Three lattices, one zoom")
    try_line = said("zoom out four times. Which panel keeps its face?")
    running = traitlets.Bool(True).tag(sync=True)

    L = traitlets.Int().tag(sync=True)
    temperatures = traitlets.List(traitlets.Float()).tag(sync=True)
    max_level = traitlets.Int(4).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    magnetizations = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(
        self, L=256, temperatures=(2.1, CRITICAL_TEMPERATURE, 2.5), *, level=0, seed=11, **frame
    ):
        temperatures = [within("temperature", T, 0.5, 10.0) for T in temperatures]
        if len(temperatures) != 3 or sorted(temperatures) != temperatures:
            raise ValueError(f"temperatures must be three rising numbers, got {temperatures}")
        super().__init__(
            frame,
            L=lattice_side(L, self.max_level),
            temperatures=temperatures,
            level=level,
            **seeded(seed, 3),
        )

    @traitlets.validate("level")
    def _check_level(self, proposal):
        return int(within("level", proposal["value"], 0, self.max_level))

    def still(self):
        lattices = [
            zoomed_out(equilibrated(self.L, T, 0.0, self.seed + k), self.level, self.seed + k)[-1]
            for k, T in enumerate(self.temperatures)
        ]
        return strip(lattices, min(self.L, 256))

    def words(self):
        places = ", ".join(f"T = {T:.3f} ({side_of_critical(T)})" for T in self.temperatures)
        return (
            f"{self.title}. Ising lattices of {self.L} by {self.L} spins at {places}, "
            f"as {self.L >> self.level} by {self.L >> self.level} block spins."
        )


def lattice_side(L, halvings, largest=1024):
    """`L` as an int; ValueError unless it can be halved that often and fits the page."""
    L = _checks.integer("L", L, minimum=16)
    if L > largest or L % 2**halvings:
        raise ValueError(
            f"L must be a multiple of {2**halvings} of at most {largest}, so that every panel is "
            f"whole and the page stays quick, got {L}; use 256 or 512"
        )
    return L


def packable_side(L):
    """`L`; ValueError when it is so large that it must be packed and cannot be."""
    if L >= PACKED_FROM and L % PACKED_SIDE:
        raise ValueError(
            f"from L = {PACKED_FROM} up, L must be a multiple of {PACKED_SIDE}, for 64 spins are "
            f"packed in a word, got {L}; use {round(L / PACKED_SIDE) * PACKED_SIDE}"
        )
    return L


def side_of_critical(T):
    """In words, on which side of the critical temperature T lies."""
    if abs(T - CRITICAL_TEMPERATURE) < 5e-4:
        return "the critical temperature"
    return (
        "below the critical temperature"
        if T < CRITICAL_TEMPERATURE
        else ("above the critical temperature")
    )


def exact_curves(low, high):
    """Onsager's energy and Yang's magnetization between two temperatures, for drawing."""
    T = np.unique(np.r_[np.linspace(low, high, 61), critical_grid(low, high)])
    return {
        "T": np.round(T, 7).tolist(),
        "E": np.round(exact.onsager_energy(1 / T), 4).tolist(),
        "M": np.round(exact.spontaneous_magnetization(1 / T), 4).tolist(),
    }


def critical_grid(low, high):
    """Temperatures that crowd at the critical one, where both curves are steep."""
    steps = np.geomspace(1e-6, 0.1, 11)
    grid = CRITICAL_TEMPERATURE * np.r_[1 - steps, 1 + 1e-12, 1 + steps]
    return grid[(grid > low) & (grid < high)]


def equilibrated(L, T, h, seed):
    """The lattice the page starts from, shape (L, L), int8: made by the same kernels there."""
    start = SwendsenWang(L, 1 / T, rng=seed)
    start.sweep(WARM_UP)
    if h == 0:
        return start.spins
    chain = HeatBath(L, 1 / T, h=h, rng=seed)
    chain.spins = start.spins
    chain.sweep(FIELD_WARM_UP)
    return chain.spins


def packed_start(L, T, h, seed):
    """As `equilibrated`, of a lattice so large that it starts from a smaller: `coarse`."""
    factor = next(f for f in range(1, L) if L % f == 0 and L // f <= CLUSTER_SIDE)
    coarse_T = 1 / coarse_coupling(1 / T, factor)
    small = equilibrated(L // factor, coarse_T, h * factor**FIELD_EXPONENT, seed)
    chain = PackedHeatBath(L, 1 / T, h=h, rng=seed)
    chain.spins = small.repeat(factor, axis=0).repeat(factor, axis=1)
    chain.sweep(SETTLE)
    return chain.spins


def zoomed_out(spins, steps, seed):
    """The lattice and its majority-rule descendants, finest first."""
    lattices = [spins[None]]
    for _ in range(steps):
        lattices.append(block_spins(lattices[-1], 2, rng=seed))
    return [lattice[0] for lattice in lattices]
