"""Ridge regression whose learning curve can be calculated: the ridge is renormalized."""

from .equivalent import (
    LearningCurve,
    Renormalized,
    integrate_out,
    learning_curve,
    renormalized_ridge,
)
from .regression import draw_errors
from .spheres import SphereSpectrum, sphere_spectrum

__all__ = [
    "LearningCurve",
    "Renormalized",
    "SphereSpectrum",
    "draw_errors",
    "integrate_out",
    "learning_curve",
    "renormalized_ridge",
    "sphere_spectrum",
]
