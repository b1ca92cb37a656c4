"""Period doubling as a renormalization group.

`superstable` finds the parameters at which the maximum of a map lies on a cycle of 1, 2, 4, ...
steps, for any family of maps. `operator` solves for the map that doubling and magnifying leaves as
it is, g(g(g(1) x)) = g(1) g(x), and for the eigenvalue at which families run away from it.
"""

from .operator import DoublingFixedPoint, NoDoublingFixedPoint, doubling_fixed_point
from .superstable import NoSuperstableCycle, distance_ratios, superstable_parameters

__all__ = [
    "DoublingFixedPoint",
    "NoDoublingFixedPoint",
    "NoSuperstableCycle",
    "distance_ratios",
    "doubling_fixed_point",
    "superstable_parameters",
]
