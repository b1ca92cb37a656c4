"""Maps of couplings to couplings: decimation, bond moving, cumulants, percolation cells."""

from .cumulants import critical_surface, niemeijer_van_leeuwen
from .migdal_kadanoff import (
    diamond_bonds,
    diamond_log_z,
    dual_coupling,
    migdal_kadanoff,
    migdal_kadanoff_rate,
)
from .percolation import bond_crossings, cell_probability, crossing_counts, square_crossings

__all__ = [
    "bond_crossings",
    "cell_probability",
    "critical_surface",
    "crossing_counts",
    "diamond_bonds",
    "diamond_log_z",
    "dual_coupling",
    "migdal_kadanoff",
    "migdal_kadanoff_rate",
    "niemeijer_van_leeuwen",
    "square_crossings",
]
