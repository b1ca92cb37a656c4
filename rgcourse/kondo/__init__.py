"""The Kondo problem: models, thermodynamics, spectra, exact results, the law for T_K, on `nrg`."""

from ..nrg import (
    NoKondoTemperature,
    Spectrum,
    Thermodynamics,
    anderson_flow,
    anderson_spectrum,
    impurity_thermodynamics,
    kondo_flow,
    kondo_temperature,
    wilson_chain,
    z_average,
)
from .exact import WILSON_NUMBER, FermiLiquid, bethe_ansatz, resonant_level
from .laws import anderson_law, fermi_liquid

__all__ = [
    "WILSON_NUMBER",
    "FermiLiquid",
    "NoKondoTemperature",
    "Spectrum",
    "Thermodynamics",
    "anderson_flow",
    "anderson_law",
    "anderson_spectrum",
    "bethe_ansatz",
    "fermi_liquid",
    "impurity_thermodynamics",
    "kondo_flow",
    "kondo_temperature",
    "resonant_level",
    "wilson_chain",
    "z_average",
]
