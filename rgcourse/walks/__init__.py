"""Self-avoiding walks, the shape of a polymer: counted one by one, and pivoted at any length.

All walks of a few steps are enumerated by `count_walks`. Long ones are sampled by turning one arm
about a site and keeping what does not touch itself: `PivotChain` looks every site up in a table,
`TreeChain` compares bounding boxes and goes to a million steps. `line_through` fits powers of the
length.
"""

from .counting import WalkCounts, count_walks
from .pivot import PivotChain, line_through
from .symmetries import lattice_symmetries
from .tree import TreeChain

__all__ = [
    "PivotChain",
    "TreeChain",
    "WalkCounts",
    "count_walks",
    "lattice_symmetries",
    "line_through",
]
