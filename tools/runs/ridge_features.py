"""Two cutoffs: the error of least squares with N random features and P examples.

Question: is the error n kappa_n / (1 - n / max(N, P)) with n = min(N, P), the same for N features
and P examples as for P features and N examples? Spectrum and target k^-1.8 of 2000 modes; features
are N random mixtures of all modes; least squares without a ridge, of least norm where N > P. 40
draws of features, examples and signs of the target.

Fixed before the run: refuted if one of the ten pairs is beyond four errors or, for pairs that are
the other's mirror, if they differ by more than three errors. Near N = P single draws have no finite
variance, and the pair (80, 80) is not among the ten; it is run for the peak alone.
"""

import numpy as np

M, A, N_DRAWS = 2000, 1.8, 40
PAIRS = (
    (20, 80), (40, 80), (60, 80), (100, 80), (160, 80),
    (320, 80), (320, 160), (640, 160), (160, 320), (160, 640),
)  # fmt: skip
MIRRORED = ((80, 20), (80, 40), (80, 160), (80, 320), (160, 320))
PEAK = (10, 20, 30, 40, 50, 60, 70, 76, 80, 84, 90, 100, 120, 160, 240, 320)


def run(seed):
    """Errors of all draws, rows as in "pairs"; "peak" has the medians and means for P = 80."""
    pairs = list(dict.fromkeys([*PAIRS, *MIRRORED, *((N, 80) for N in PEAK)]))
    errors = [draws(N, P, np.random.default_rng([seed, N, P])) for N, P in pairs]
    return {
        "M": M,
        "a": A,
        "pairs": pairs,
        "ten": PAIRS,
        "peak": PEAK,
        "errors": np.round(errors, 6).tolist(),
    }


def draws(N, P, rng):
    """Errors of N_DRAWS fits on all modes."""
    spectrum = np.arange(1.0, M + 1) ** -A
    found = []
    for _ in range(N_DRAWS):
        mix = rng.standard_normal((M, N)) / N**0.5
        X = rng.standard_normal((P, M)) * np.sqrt(spectrum)
        w = rng.choice([-1.0, 1.0], M)
        gap = w - mix @ np.linalg.lstsq(X @ mix, X @ w)[0]
        found.append(np.sum(spectrum * gap**2))
    return found
