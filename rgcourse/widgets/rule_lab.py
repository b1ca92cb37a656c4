"""Any rule for the block spin of 2 x 2 spins: what it keeps, and what it does to a lattice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from ..exact import CRITICAL_K
from ..information.block_rules import IMAGES, SIDE, STATES, checked_rule
from ._declare import Button, Toggle, Whole, one_of
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE

__all__ = ["RuleLab"]

L, LEVELS = 64, 3
SAMPLING = {
    "n_lattices": 256,
    "between": 4,  # Swendsen-Wang sweeps from one lattice to the next
    "stride": 32,  # sites from one window to the next
    "images": IMAGES,
    "searched": 64,  # surroundings; two rules are compared on few of them, with all images
    "buffer": 1,
}
SPINS = 1 - 2 * (np.arange(STATES)[:, None] >> np.arange(SIDE**2) & 1)  # of each state
SUMS = SPINS.sum(axis=1)
RULES = {
    "majority": (SUMS > 0) | (SUMS == 0) & (SPINS[:, 0] > 0),
    "ties up": SUMS >= 0,
    "decimation": SPINS[:, 0] > 0,
}
GROUPS = [
    ("sum 4", [0]),
    ("sum −4", [15]),
    ("ties, crosswise", [6, 9]),
    ("sum 2", [1, 2, 4, 8]),
    ("sum −2", [14, 13, 11, 7]),  # below its mirror image
    ("ties, side by side", [12, 3, 10, 5]),
]


def in_words(spins):
    """The spins of a block as one says them, row by row."""
    up = ["up" if s > 0 else "down" for s in spins]
    return f"{up[0]} {up[1]} over {up[2]} {up[3]}"


class RuleLab(LiveFigure):
    """Sixteen states of a block, one bit each, live in the page.

    The reader flips what each state of a block of 2 x 2 spins is replaced by. Shown are the
    information that this block spin keeps about the surroundings one ring away, from
    `rgcourse.information.block_given_ring` of 1024 surroundings and their images (turned,
    reflected, flipped), beside that of the majority (a tie goes to the upper left spin) and of the
    best of all rules, which `rgcourse.information.keep_most` finds; and what the rule makes of a
    critical lattice in three steps, with the mean spin of 256 of them and their mirror images.

    Parameters
    ----------
    rule : str or sequence of int
        At the start: "majority", "ties up", "decimation", or 16 outputs, 1 up and 0 down, in the
        order of `rgcourse.information.block_by_rule`.
    state : int
        The state of the block that is chosen first, 1 to 16 in the order of the picture.
    symmetric : bool
        Whether the mirror image of a state always gets the opposite spin.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `information`, `majority_information` and `best_information`, in nats, and
    `magnetizations`, the mean spin after 0 to 3 steps.

    Raises
    ------
    ValueError
        For rules that are none and values out of range, here or on later assignment.

    Examples
    --------
    >>> RuleLab("ties up").rule
    [1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0]
    """

    title = text("Which bit should a block keep?")
    try_line = text(
        "beat the majority, one flip at a time. Then look at what your rule makes of the lattice, "
        "and try again with the symmetry kept."
    )
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    state = Whole(1, STATES, 9, label="Block state", name="block state")
    flip = Button("Flip", key="f")
    majority = Button("Majority", key="m")
    ties_up = Button("Ties up", key="u")
    decimation = Button("Decimation", key="d")
    random = Button("Random", key="r")
    choose = Button("Let information choose", key="i", hint="information chooses")
    symmetric = Toggle("keep the symmetry", off=False, on=True, key="k")
    rule = traitlets.List(traitlets.Int()).tag(sync=True, follow=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    information = traitlets.Float().tag(sync=True)
    majority_information = traitlets.Float().tag(sync=True)
    best_information = traitlets.Float().tag(sync=True)
    magnetizations = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"kept": "kept", "majority": "majority", "best": "best", "all": "of"}
    constants = {
        **RECIPE,
        **SAMPLING,
        "L": L,
        "levels": LEVELS,
        "n_states": STATES,
        "weights": np.exp(CRITICAL_K * np.arange(-3, 4)).tolist(),
        "rules": {name: rule.astype(int).tolist() for name, rule in RULES.items()},
        "groups": GROUPS,
        "spins": SPINS.tolist(),
        "words": [in_words(spins) for spins in SPINS],
    }

    def __init__(
        self, rule: str | Sequence[int] = "majority", *, seed: int = 32, **frame: Any
    ) -> None:
        if isinstance(rule, str):
            rule = RULES[one_of("rule", rule, tuple(RULES))]
        super().__init__(rule=checked_rule(rule).tolist(), **seeded(seed), **frame)

    @traitlets.validate("rule")
    def _check_rule(self, proposal):
        return checked_rule(proposal["value"]).tolist()

    @property
    def legend(self) -> str:
        """The caption."""
        windows = (L - 2 * SIDE - 2) // SAMPLING["stride"] + 1
        n = SAMPLING["n_lattices"] * windows**2
        return (
            "The 16 states of a block and the spin that each becomes (light and +, up; dark and −, "
            "down): click one to flip it. The bar is the information in nats that the block spin "
            f"keeps about its surroundings one ring away, from {n} of them, turned, reflected and "
            "flipped; below, the stretch from the majority to the best rule, magnified. All values "
            "share an error of 0.005, their differences are good to 0.0001. Beside it a "
            f"critical lattice of {L} × {L} spins under heat-bath sweeps, and three steps of the "
            f"rule. ⟨m⟩ is the mean spin of {SAMPLING['n_lattices']} such lattices and their "
            f"mirror images. rgcourse.information, compiled; seed {self.seed}."
        )
