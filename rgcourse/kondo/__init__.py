"""What is known of the Kondo problem without a calculation: exact results, the law for T_K.

Everything that is calculated, flows, thermodynamics and spectra, comes from `rgcourse.nrg`. Its
four names that every calculation of T_K needs can be imported from here as well.
"""

from ..nrg import impurity_thermodynamics, kondo_flow, kondo_temperature, wilson_chain
from .exact import WILSON_NUMBER, FermiLiquid, bethe_ansatz, resonant_level
from .laws import anderson_law, fermi_liquid
from .universal import universal_curve, universal_magnetization

__all__ = [
    "WILSON_NUMBER",
    "FermiLiquid",
    "anderson_law",
    "bethe_ansatz",
    "fermi_liquid",
    "impurity_thermodynamics",
    "kondo_flow",
    "kondo_temperature",
    "resonant_level",
    "universal_curve",
    "universal_magnetization",
    "wilson_chain",
]
