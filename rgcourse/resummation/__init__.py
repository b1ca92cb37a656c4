"""Values of divergent series: Pade approximants, Borel sums, and an error rule."""

from .estimate import Resummed, borel_resum, conformal_sums, lipatov_a, resum
from .pade import PadePole, borel_pade_sum, pade, pade_sum, pade_table

__all__ = [
    "PadePole",
    "Resummed",
    "borel_pade_sum",
    "borel_resum",
    "conformal_sums",
    "lipatov_a",
    "pade",
    "pade_sum",
    "pade_table",
    "resum",
]
