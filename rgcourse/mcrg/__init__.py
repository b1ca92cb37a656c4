"""Monte Carlo renormalization group: exponents and critical couplings from samples and blocks.

`exponents` measures the linearized transformation by its covariances, `matching` compares a
lattice with a smaller one, `designs` has block spins by any rule and the couplings they seem to
have, `glass` takes couplings apart into those that live and those that die, and `live` is what the
exponents need to run in a page.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

from .designs import (
    PRESET_MAGNETS,
    PRESET_RULES,
    blocks_by_design,
    critical_magnet,
    neighbour_couplings,
)
from .exponents import UnstableSpectrum, covariances, linearized_rg, scaling_exponents
from .glass import directions_of
from .matching import NoMatch, matching_shift

__all__ = [
    "PRESET_MAGNETS",
    "PRESET_RULES",
    "NoMatch",
    "UnstableSpectrum",
    "blocks_by_design",
    "covariances",
    "critical_magnet",
    "directions_of",
    "linearized_rg",
    "matching_shift",
    "neighbour_couplings",
    "scaling_exponents",
]
