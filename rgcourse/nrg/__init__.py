"""Wilson's numerical renormalization group for one impurity in a band, with full spin symmetry."""

from .bases import ISOSPIN, MULTIPLETS, PROJECTIONS, Basis
from .discretization import (
    WilsonChain,
    band_correction,
    energy_unit,
    flat_chain,
    free_levels,
    lanczos_chain,
    star_levels,
    wilson_chain,
)
from .flow import Impurity, NRGFlow, run
from .models import anderson_flow, anderson_impurity, kondo_flow, kondo_impurity
from .poles import Poles, spectral_poles
from .spectrum import Spectrum, anderson_spectrum
from .thermodynamics import (
    NoKondoTemperature,
    Thermodynamics,
    free_thermodynamics,
    impurity_thermodynamics,
    kondo_temperature,
    shell_thermodynamics,
    z_average,
)

__all__ = [
    "ISOSPIN",
    "MULTIPLETS",
    "PROJECTIONS",
    "Basis",
    "Impurity",
    "NRGFlow",
    "NoKondoTemperature",
    "Poles",
    "Spectrum",
    "Thermodynamics",
    "WilsonChain",
    "anderson_flow",
    "anderson_impurity",
    "anderson_spectrum",
    "band_correction",
    "energy_unit",
    "flat_chain",
    "free_levels",
    "free_thermodynamics",
    "impurity_thermodynamics",
    "kondo_flow",
    "kondo_impurity",
    "kondo_temperature",
    "lanczos_chain",
    "run",
    "shell_thermodynamics",
    "spectral_poles",
    "star_levels",
    "wilson_chain",
    "z_average",
]
