"""Monte Carlo renormalization group: exponents and critical couplings from samples and blocks.

`exponents` measures the linearized transformation by its covariances, `matching` compares a
lattice with a smaller one, and `live` is what both need to run in a page.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

from .exponents import UnstableSpectrum, covariances, linearized_rg, scaling_exponents
from .matching import NoMatch, matching_shift

__all__ = [
    "NoMatch",
    "UnstableSpectrum",
    "covariances",
    "linearized_rg",
    "matching_shift",
    "scaling_exponents",
]
