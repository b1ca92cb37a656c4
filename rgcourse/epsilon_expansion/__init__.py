"""The O(N) model near four dimensions: one-loop flow of (r, u), exponents in powers of epsilon."""

from .series import eta_series, field_functions, inverse_nu_series, omega_series
from .shell import (
    critical_r,
    gaussian_point,
    shell_rates,
    shell_trajectory,
    wilson_fisher_point,
)

__all__ = [
    "critical_r",
    "eta_series",
    "field_functions",
    "gaussian_point",
    "inverse_nu_series",
    "omega_series",
    "shell_rates",
    "shell_trajectory",
    "wilson_fisher_point",
]
