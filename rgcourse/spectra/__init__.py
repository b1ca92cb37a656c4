"""Singular values of matrices: where those of noise end, when one stands out, how a tail falls.

`edges` has the laws of large random matrices in closed form: the interval that the singular values
of independent entries fill, and what becomes of one direction that is added to them. `tails` fits
power laws to largest values, by the book, with the book's test. `live` has the kernels by which a
page takes a small matrix apart.
"""

from .edges import (
    marchenko_pastur,
    noise_edges,
    spike_outlier,
    spike_overlaps,
    spike_threshold,
)
from .tails import PowerLaw, fit_power_law, power_law_p_value, tail_distances, trace_log_tail

__all__ = [
    "PowerLaw",
    "fit_power_law",
    "marchenko_pastur",
    "noise_edges",
    "power_law_p_value",
    "spike_outlier",
    "spike_overlaps",
    "spike_threshold",
    "tail_distances",
    "trace_log_tail",
]
