"""A large lattice in equilibrium quickly: made from a smaller one that looks the same from afar.

Cluster updates equilibrate any lattice in a few sweeps, but they go spin by spin: a reader would
wait seconds for 2048 x 2048. So the zooming out of the course is run backwards. A lattice smaller
by a factor f is equilibrated at the temperature where its correlation length is also smaller by f,
and each of its spins becomes a block of f x f. A few sweeps of the large lattice at its own
temperature then fill in the small scales. The large scales are right already.
"""

from numba.extending import register_jitable

from ..exact.onsager import interface_tension

__all__ = ["coarse_coupling"]

BISECTIONS = 60
FIELD_EXPONENT = 15 / 8  # y_h: a field counts f**y_h times as much on the smaller lattice


@register_jitable
def coarse_coupling(K: float, factor: float) -> float:
    """The coupling where the correlation length is smaller by `factor`, on the same side of K_c.

    2 K + ln tanh K has the sign of K - K_c, and its size is the inverse correlation length, halved
    in the ordered phase.
    """
    wanted = factor * interface_tension(K)
    low, high = 0.0, factor * K
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if interface_tension(middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
