"""Ising configurations, one after the other: local updates and cluster updates in 2D and 3D.

Four chains (`Metropolis`, `HeatBath`, `Wolff`, `SwendsenWang`) that can be continued, measured and
recorded, and four functions that return an array of samples. A fifth, `PlaquetteClusters`, knows
diagonals, plaquettes of four spins and a field as well.
"""

from .._chain import Chain, Series
from .local import HeatBath, Metropolis, sample_ising_heat_bath, sample_ising_metropolis
from .plaquettes import PlaquetteClusters
from .swendsen_wang import SwendsenWang, SwendsenWangSeries, sample_ising_swendsen_wang
from .wolff import Wolff, WolffSeries, sample_ising_wolff

__all__ = [
    "Chain",
    "HeatBath",
    "Metropolis",
    "PlaquetteClusters",
    "Series",
    "SwendsenWang",
    "SwendsenWangSeries",
    "Wolff",
    "WolffSeries",
    "sample_ising_heat_bath",
    "sample_ising_metropolis",
    "sample_ising_swendsen_wang",
    "sample_ising_wolff",
]
