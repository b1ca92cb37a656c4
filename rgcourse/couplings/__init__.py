"""Maps of couplings to couplings: decimation, bond moving, cumulants, percolation cells."""

from .blocked import square_blocks, triangle_blocks
from .chain import correlation_length, decimate_chain, sample_chain
from .cumulants import critical_surface, niemeijer_van_leeuwen
from .generated import couplings_from_log_weights, decimated_lattice, star_couplings
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
    "correlation_length",
    "couplings_from_log_weights",
    "critical_surface",
    "crossing_counts",
    "decimate_chain",
    "decimated_lattice",
    "diamond_bonds",
    "diamond_log_z",
    "dual_coupling",
    "migdal_kadanoff",
    "migdal_kadanoff_rate",
    "niemeijer_van_leeuwen",
    "sample_chain",
    "square_blocks",
    "square_crossings",
    "star_couplings",
    "triangle_blocks",
]
