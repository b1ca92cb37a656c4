"""Ising spins packed 64 in a word: exact local updates, a hundred times as fast as one by one.

>>> from rgcourse.multispin import PackedIsing
>>> chain = PackedIsing(1024, 0.4406868, rng=1)

How it works, in three steps, each in a file of its own:

1. `masks` makes 64 random decisions at once, each with the same exact probability.
2. `square` and `cubic` arrange the lattice so that the neighbours of 64 spins are whole words, add
   up the neighbours in binary, and let the masks of step 1 decide.
3. `rules` turns K and h into the tables of an update, and `packed` makes chains of all this, like
   those of `samplers`.

`replicas` puts 64 independent small lattices in the place of one large one, for error bars and
autocorrelation times. `coarse` finds the smaller lattice from which a large one can start in
equilibrium.

Where the time goes: a spin needs LEVELS random bits, and making them is four fifths of the work.
"""

from .packed import PackedHeatBath, PackedIsing, PackedSpins
from .replicas import HeatBathReplicas, MetropolisReplicas

__all__ = [
    "HeatBathReplicas",
    "MetropolisReplicas",
    "PackedHeatBath",
    "PackedIsing",
    "PackedSpins",
]
