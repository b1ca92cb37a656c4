"""Numbers with errors: estimates, means of runs, the jackknife, autocorrelation times, decoders.

Everything that a Markov chain measures ends here as an `Estimate`, and a chain that is too short
for an honest error bar is refused.
"""

from .autocorrelation import autocorrelation_time, pooled_autocorrelation_time
from .decoding import quantile_levels, share_told
from .estimate import Estimate, ShortChainError
from .replicas import r_hat
from .resampling import jackknife, mean_of

__all__ = [
    "Estimate",
    "ShortChainError",
    "autocorrelation_time",
    "jackknife",
    "mean_of",
    "pooled_autocorrelation_time",
    "quantile_levels",
    "r_hat",
    "share_told",
]
