"""Zooming in: local rules that draw a fine lattice, given its block spins, learned from pairs.

`rules` has the rule of three numbers, its fit and its use; `odd_network` has a small network in its
place. Both draw each spin with a probability that depends on some spins drawn before it and on some
of the coarse lattice, so that a lattice is grown in one pass and its probability is known. `waves`
writes pictures as sums of waves and filters noise out of them.

References
----------
D. Ron, R. H. Swendsen and A. Brandt, Phys. Rev. Lett. 89, 275701 (2002),
doi:10.1103/PhysRevLett.89.275701.
"""

from .odd_network import OddNetwork, fit_network, network_probabilities
from .rules import LocalRule, context_counts, fit_rule, nats_per_site, zoom_in
from .waves import shell_spectrum, wiener_error

__all__ = [
    "LocalRule", "OddNetwork", "context_counts", "fit_network", "fit_rule", "nats_per_site",
    "network_probabilities", "shell_spectrum", "wiener_error", "zoom_in",
]  # fmt: skip
