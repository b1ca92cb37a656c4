"""A renormalization group of the reader's own: a rule, a magnet, and what Monte Carlo RG finds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from ..information.block_rules import STATES
from ..mcrg.designs import COUNTS, PRESET_MAGNETS, PRESET_RULES, checked_design
from ..operators import EVEN_LABELS, ODD_LABELS
from ..reference import entry
from ._declare import Button, Choice, Mark, Slider, Toggle, Whole, plot
from ._front import LiveFigure, seeded, text
from .monte_carlo_rg import rows
from .rule_lab import GROUPS, SPINS, in_words

__all__ = ["DesignRG"]

L, STEPS = 64, 3
MAGNETS = {
    "square": "square lattice",
    "triangular": "triangular lattice",
    "second neighbours": "square, second neighbours",
    "plaquettes": "square, plaquettes",
}
SECTORS: dict[str, dict[str, Any]] = {
    "even": {"name": "yₜ", "exact": entry("ising_2d.y_t").value, "labels": EVEN_LABELS},
    "odd": {"name": "yₕ", "exact": entry("ising_2d.y_h").value, "labels": ODD_LABELS},
}
PLANES = {
    "K₂": {"index": 2, "label": "K₂", "low": -0.02, "high": 0.22},
    "h": {"index": 0, "label": "h", "low": -0.05, "high": 0.55},
}
SAMPLING = {
    "burn": 40,  # cluster sweeps from the ordered lattice, and after the magnet was changed
    "between": 1,  # sweeps between samples
    "bins": 16,  # of the jackknife
    "chunk": 50,  # samples in a row for one bin, many times what the clusters remember
    "first": 200,  # samples before anything is shown
}


class DesignRG(LiveFigure):
    """Design a block spin, choose a magnet, and read the exponents and the flow, live in the page.

    The reader says what each of the 16 states of a block of 2 x 2 spins becomes: up, down, or a
    coin. Clusters sample a critical magnet; its lattices are blocked three times by the rule, and
    their even and odd operators collected in bins, from which `rgcourse.mcrg` finds y_t and y_h of
    each step with jackknife errors. What each block spin does given its neighbours tells the
    couplings that the block spins seem to have, see `rgcourse.mcrg.neighbour_couplings`.

    Parameters
    ----------
    rule : str or sequence of float
        At the start: a name of `rgcourse.mcrg.PRESET_RULES`, or 16 numbers, 1 for up, 0 for down
        and 0.5 for a coin, in the order of `rgcourse.mcrg.blocks_by_design`.
    magnet : str
        A name of `rgcourse.mcrg.PRESET_MAGNETS`.
    ratio : float
        Its couplings in units of the critical ones, 0.9 to 1.1.
    h : float
        Its field, 0 to 0.05.
    zoom : int
        The step whose exponents are read, 1 to 3.
    plane : str
        What the flow is drawn against K: "K₂" or "h".
    state : int
        The state of the block that is chosen first, 1 to 16 in the order of the picture.
    alike, fair : bool
        Whether states of one shape, or mirror images, are changed together.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `samples`, `y_t`, `y_h` with their errors, and `couplings`: of the magnet and
    of the block spins of each step h, K, K₂ and K₄, then their errors (0 where there are none).

    Raises
    ------
    ValueError
        For rules that are none and values out of range, here or on later assignment.

    Examples
    --------
    >>> DesignRG("max-pool").rule[7], DesignRG("majority").rule[:4]
    (1.0, [1.0, 1.0, 1.0, 0.5])
    """

    title = text("Which rule is a renormalization group?")
    try_line = text(
        "press Max-pool and look at h. Go back to Majority and choose another magnet: where does "
        "its flow end? Then make a rule of your own."
    )
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    state = Whole(1, STATES, 9, label="Block state", name="block state")
    zoom = Whole(1, STEPS, 2, label="Step n", name="step", keys="n")
    ratio = Slider(0.9, 1.1, 1.0, step=0.01, fine=0.002, digits=3, label="K / Kc", keys="+-",
                   marks=[Mark(1.0, "critical", "c")])  # fmt: skip
    h = Slider(0.0, 0.05, 0.0, step=0.002, digits=3, label="Field h", name="field",
               marks=[Mark(0.0, "none", "o")])  # fmt: skip
    change = Button("Change", key="f", hint="change the state")
    majority = Button("Majority", key="m")
    decimation = Button("Decimation", key="d")
    average = Button("Average and sign", key="a")
    max_pool = Button("Max-pool", key="x")
    product = Button("Product", key="p")
    alike = Toggle("same shape, same spin", off=False, on=True, key="l")
    fair = Toggle("mirror images opposite", off=False, on=True, key="k")
    magnet = Choice(MAGNETS, label="Magnet", name="magnet", key="g")
    plane = Choice({"K₂": "K and K₂", "h": "K and h"}, label="Flow of", name="flow", key="v")
    rule = traitlets.List(traitlets.Float()).tag(sync=True, follow=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    y_t = traitlets.Float().tag(sync=True)
    y_t_error = traitlets.Float().tag(sync=True)
    y_h = traitlets.Float().tag(sync=True)
    y_h_error = traitlets.Float().tag(sync=True)
    couplings = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    readouts = {"t": "yₜ", "h": "yₕ", "field": "h of the blocks", "n": "samples"}
    plots = {
        "exponents": plot(("step n", 0.5, STEPS + 0.5), ("yₜ, yₕ", 0.5, 2.5)),
        "flow": plot(("K", 0.0, 0.5), (PLANES["K₂"]["label"], *(-0.02, 0.22))),
    }
    constants = {
        **SAMPLING,
        "L": L,
        "steps": STEPS,
        "n_states": STATES,
        "n_counts": COUNTS,
        "rules": {name: rule.tolist() for name, rule in PRESET_RULES.items()},
        "magnets": {
            name: {key: float(value) for key, value in parts.items()}
            for name, parts in PRESET_MAGNETS.items()
        },
        "sectors": {
            name: {**facts, "labels": list(facts["labels"]), "terms": rows(name)}
            for name, facts in SECTORS.items()
        },
        "planes": PLANES,
        "groups": [[name, list(states)] for name, states in GROUPS],
        "spins": SPINS.tolist(),
        "words": [in_words(spins) for spins in SPINS],
    }
    legend = (
        f"Left: the 16 states of a block and what each becomes (light and +, up; dark and −, down; "
        f"½, a coin); below, a magnet of {L} × {L} spins and three steps of the rule. Right: yₜ "
        "(full) and yₕ (hollow) of each step with jackknife errors, dashed: exact; below, the "
        "couplings that the spins (0) and the block spins (1, 2, 3) seem to have, judged by their "
        "eight neighbours. Clusters; five even and four odd operators (rgcourse.mcrg, compiled)."
    )

    def __init__(
        self, rule: str | Sequence[float] = "majority", *, seed: int = 1966, **frame: Any
    ) -> None:
        super().__init__(rule=checked_design(rule).tolist(), **seeded(seed), **frame)

    @traitlets.validate("rule")
    def _check_rule(self, proposal):
        return np.asarray(checked_design(proposal["value"])).tolist()
