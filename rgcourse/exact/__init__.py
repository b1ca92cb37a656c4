"""Exact results for the Ising model on the square and cubic lattice.

The infinite square lattice (Onsager, Yang), the finite torus (Kaufman), and small lattices summed
state by state (from `enumeration`). Weight `exp(K sum_nn s s')`; everything per site.
"""

from ..enumeration import Enumeration, enumerate_ising
from .onsager import (
    CRITICAL_K,
    CRITICAL_K_REST,
    CRITICAL_T,
    inverse_correlation_length,
    onsager_energy,
    onsager_log_z,
    onsager_specific_heat,
    spontaneous_magnetization,
)
from .torus import Kaufman, kaufman

__all__ = [
    "CRITICAL_K",
    "CRITICAL_K_REST",
    "CRITICAL_T",
    "Enumeration",
    "Kaufman",
    "enumerate_ising",
    "inverse_correlation_length",
    "kaufman",
    "onsager_energy",
    "onsager_log_z",
    "onsager_specific_heat",
    "spontaneous_magnetization",
]
