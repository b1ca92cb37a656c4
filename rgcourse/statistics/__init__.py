"""Numbers with errors: estimates, the jackknife, autocorrelation times.

Everything that a Markov chain measures ends here as an `Estimate`, and a chain that is too short
for an honest error bar is refused.
"""

from .autocorrelation import autocorrelation_time, pooled_autocorrelation_time
from .estimate import Estimate, ShortChainError
from .resampling import jackknife

__all__ = [
    "Estimate",
    "ShortChainError",
    "autocorrelation_time",
    "jackknife",
    "pooled_autocorrelation_time",
]
