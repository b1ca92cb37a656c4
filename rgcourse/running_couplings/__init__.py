"""Running couplings: the strong force, electrodynamics, and what marginal couplings share."""

from .beta import banks_zaks, beta_coefficients, pole_scale, run_coupling
from .scales import ALPHA_S_M_Z, M_Z, QUARK_MASSES, alpha_s, qed_inverse_alpha

__all__ = [
    "ALPHA_S_M_Z",
    "M_Z",
    "QUARK_MASSES",
    "alpha_s",
    "banks_zaks",
    "beta_coefficients",
    "pole_scale",
    "qed_inverse_alpha",
    "run_coupling",
]
