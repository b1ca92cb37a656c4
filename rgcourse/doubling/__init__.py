"""Period doubling as a renormalization group.

`superstable` finds the parameters at which the maximum of a map lies on a cycle of 1, 2, 4, ...
steps, for any family of maps. `operator` solves for the map that doubling and magnifying leaves as
it is, g(g(g(1) x)) = g(1) g(x), and for the eigenvalue at which families run away from it.
`orbits` iterates three families, one of them gradient descent, and counts where they settle.
"""

from .operator import DoublingFixedPoint, NoDoublingFixedPoint, doubling_fixed_point
from .orbits import (
    ACCUMULATION,
    FAMILIES,
    Density,
    attractor_density,
    critical_point,
    find_period,
    iterate_map,
    lyapunov_exponent,
)
from .superstable import NoSuperstableCycle, distance_ratios, superstable_parameters

__all__ = [
    "ACCUMULATION",
    "FAMILIES",
    "Density",
    "DoublingFixedPoint",
    "NoDoublingFixedPoint",
    "NoSuperstableCycle",
    "attractor_density",
    "critical_point",
    "distance_ratios",
    "doubling_fixed_point",
    "find_period",
    "iterate_map",
    "lyapunov_exponent",
    "superstable_parameters",
]
