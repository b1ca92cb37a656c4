"""The stiffness of XY lattices, L = 8 to 64, at five temperatures around the transition.

For each size and temperature "x L T", twenty numbers, one a chain with its own seed: the helicity
modulus over its universal value, pi Y / 2 T. Every chain starts aligned, makes 400 clusters that
are not counted, then measures after every third.

Fixed beforehand, after smaller runs (L = 8 to 32, other seeds and temperatures) had been looked at:
the temperatures; two laws at T_KT, x = 1 + 1 / F with F = 2 ln L + C (the leading logarithm) and
F = 2 ln L + C + ln(ln L + C / 2) (the next one as well); for each law, temperature and size C
follows from x; its slope against ln L, weighted by the errors, is a parabola of T, and T_KT is its
zero. Windows: L = 8 to 64 and 16 to 64. Expected from the smaller runs: about 0.889 for the first
law and about 0.892 for the second. The number of measurements was
fixed by the time it takes.
"""

import numpy as np

from rgcourse.xy import XY

TEMPERATURES = 0.884, 0.888, 0.892, 0.896, 0.900
MEASUREMENTS = {8: 5000, 16: 5000, 32: 3500, 64: 1500}  # of each chain
N_CHAINS = 20


def run(seed):
    """Lists of twenty numbers, "x 8 0.884" and so on."""
    rng = np.random.default_rng(seed)
    found = {}
    for L, n in MEASUREMENTS.items():
        for T in TEMPERATURES:
            values = []
            for _ in range(N_CHAINS):
                chain = XY(L, 1 / T, rng=rng)
                chain.sweep(400)
                values.append(np.pi / (2 * T) * chain.record(n, every=3).helicity.mean())
            found[f"x {L} {T:.3f}"] = [round(float(x), 5) for x in values]
    return found
