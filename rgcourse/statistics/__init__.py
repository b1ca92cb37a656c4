"""Numbers with errors: estimates, means of runs, the jackknife, autocorrelation times.

Everything that a Markov chain measures ends here as an `Estimate`, and a chain that is too short
for an honest error bar is refused.
"""

from .autocorrelation import autocorrelation_time, pooled_autocorrelation_time
from .estimate import Estimate, ShortChainError
from .resampling import jackknife, mean_of

__all__ = [
    "Estimate",
    "ShortChainError",
    "autocorrelation_time",
    "jackknife",
    "mean_of",
    "pooled_autocorrelation_time",
]
