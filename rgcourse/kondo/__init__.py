"""The Kondo problem: models, thermodynamics, exact results and laws for T_K, on top of `nrg`."""

from ..nrg import (
    NoKondoTemperature,
    Thermodynamics,
    anderson_flow,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
    wilson_chain,
    z_average,
)
from .exact import WILSON_NUMBER, FermiLiquid, bethe_ansatz, resonant_level
from .laws import anderson_law, fermi_liquid, kondo_law

__all__ = [
    "WILSON_NUMBER",
    "FermiLiquid",
    "NoKondoTemperature",
    "Thermodynamics",
    "anderson_flow",
    "anderson_law",
    "bethe_ansatz",
    "fermi_liquid",
    "impurity_thermodynamics",
    "kondo_flow",
    "kondo_law",
    "kondo_temperature",
    "resonant_level",
    "wilson_chain",
    "z_average",
]
