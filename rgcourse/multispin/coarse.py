"""A large lattice in equilibrium quickly: made from a smaller one that looks the same from afar.

Cluster updates equilibrate any lattice in a few sweeps, but they go spin by spin: a reader would
wait seconds for 2048 x 2048. So the zooming out of the course is run backwards. A lattice smaller
by a factor f is equilibrated at the temperature where its correlation length is also smaller by f,
and each of its spins becomes a block of f x f. A few sweeps of the large lattice at its own
temperature then fill in the small scales. The large scales are right already.
"""

import math

from numba.extending import register_jitable

__all__ = ["coarse_coupling"]

BISECTIONS = 60
FIELD_EXPONENT = 15 / 8  # y_h: a field counts f**y_h times as much on the smaller lattice


@register_jitable
def inverse_length(K):
    """The inverse correlation length 2 K + ln tanh K of the square lattice, K > 0.

    Negative in the disordered phase, where Onsager's length is its inverse; positive in the
    ordered one, where he has twice as much; zero at the critical coupling. L. Onsager, Phys. Rev.
    65, 117 (1944), doi:10.1103/PhysRev.65.117.
    """
    boltzmann = math.exp(-2.0 * K)
    return 2.0 * K + math.log((1.0 - boltzmann) / (1.0 + boltzmann))


@register_jitable
def coarse_coupling(K: float, factor: float) -> float:
    """The coupling where the correlation length is smaller by `factor`, on the same side of K_c."""
    wanted = factor * inverse_length(K)
    low, high = 0.0, factor * K
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if inverse_length(middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
