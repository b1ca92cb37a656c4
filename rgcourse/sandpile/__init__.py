"""Sandpiles: grains fall, sites with too many topple, avalanches of all sizes follow.

The pile of Bak, Tang and Wiesenfeld, whose states form a group and many of whose numbers are known
exactly, and Manna's stochastic one beside it.
"""

from .avalanches import Avalanche, Avalanches, MannaPile, Sandpile
from .exact import (
    HEIGHT_PROBABILITIES,
    laplacian,
    mean_avalanche,
    reached_piles,
    recurrent_count,
    recurrent_piles,
)
from .piles import (
    Toppled,
    add_piles,
    burning_times,
    identity_pile,
    is_recurrent,
    random_recurrent,
    stabilize,
)

__all__ = [
    "HEIGHT_PROBABILITIES",
    "Avalanche",
    "Avalanches",
    "MannaPile",
    "Sandpile",
    "Toppled",
    "add_piles",
    "burning_times",
    "identity_pile",
    "is_recurrent",
    "laplacian",
    "mean_avalanche",
    "random_recurrent",
    "reached_piles",
    "recurrent_count",
    "recurrent_piles",
    "stabilize",
]
