"""A field on a lattice, S = sum 1/2 (grad phi)**2 + r/2 phi**2 + u/4! phi**4, weight exp(-S).

Landau's theory of it and where that fails, power counting, the free field exactly, and a chain,
`Phi4`, that samples the interacting one in one to four dimensions.
"""

from .counting import (
    coupling_dimension,
    ginzburg_r,
    ginzburg_ratio,
    landau_magnetization,
    upper_critical_dimension,
)
from .free import correlation_length, lattice_momenta, propagator, sample_free_field
from .phi4 import FieldSeries, Phi4

__all__ = [
    "FieldSeries",
    "Phi4",
    "correlation_length",
    "coupling_dimension",
    "ginzburg_r",
    "ginzburg_ratio",
    "landau_magnetization",
    "lattice_momenta",
    "propagator",
    "sample_free_field",
    "upper_critical_dimension",
]
