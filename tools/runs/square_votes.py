"""Majority votes on critical square lattices of 64 and 128 spins an edge.

A vote that leaves 8 x 8 spins of 64 x 64 leaves 16 x 16 of 128 x 128: what differs comes from the
edge, what remains from the transient. The numbers of lattices were fixed before the run, for about
three minutes on one core.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

import numpy as np
from long_runs import load

LATTICES = {64: 512_000, 128: 256_000}  # edge: how many
BATCH = {64: 2000, 128: 500}  # held in memory at a time


def run(seed):
    """The exponents of all votes on both lattices."""
    return load("cubic_votes").exponents(2, np.arcsinh(1) / 2, LATTICES, BATCH, seed)
