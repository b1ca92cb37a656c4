"""Learning curves of ridge regression with power law spectra, against their equivalent.

Question: by how much does the mean error of regressions with P examples differ from what
`learning_curve` says, which holds for many modes and examples? Spectrum k^-a and target k^-b of
2048 modes, (a, b) as in SPECTRA, the last two with noise and the last with a ridge; 1000
draws of
the examples up to P = 64, 500 at 128, 250 at 256. Means over draws are kept, over theory.

Fixed before the run: the equivalent is refuted for a spectrum if the deviation at P = 256 is beyond
three errors and 3 %, or if it is not smaller than at P = 16. A small deviation that shrinks with P
is what an equivalent may have, and is stated. Sketches before it with 40 draws had shown none from
P = 64 on, and up to +26(10) % at P = 32; one with thousands of draws had shown a few per cent at
16.
"""

import numpy as np

from rgcourse.ridge import draw_errors, learning_curve

D = 2048
SPECTRA = (  # a, b, ridge, noise
    (1.5, 1.5, 0.0, 0.0),
    (2.0, 1.5, 0.0, 0.0),
    (1.5, 3.0, 0.0, 0.0),
    (1.5, 6.0, 0.0, 0.0),
    (1.5, 3.0, 0.0, 0.1),
    (1.5, 3.0, 0.3, 0.1),
)
EXAMPLES = (8, 16, 32, 64, 128, 256)
DRAWS = {8: 1000, 16: 1000, 32: 1000, 64: 1000, 128: 500, 256: 250}
AT_ONCE = 50


def run(seed):
    """For spectrum i: "ratio i" over theory for each P, "error i", "spread i" of a draw."""
    k = np.arange(1.0, D + 1)
    found = {"D": D, "spectra": SPECTRA, "P": EXAMPLES, "draws": [DRAWS[P] for P in EXAMPLES]}
    for i, (a, b, ridge, noise) in enumerate(SPECTRA):
        rows = []
        for P in EXAMPLES:
            rng = np.random.default_rng([seed, i, P])
            options = {"ridge": ridge, "noise": noise}
            theory = learning_curve(k**-a, k**-b, P, **options).error
            errors = np.concatenate([
                draw_errors(k**-a, k**-b, P, AT_ONCE, rng=rng, **options).sum(axis=1)
                for _ in range(DRAWS[P] // AT_ONCE)
            ])  # fmt: skip
            errors /= theory
            rows.append([errors.mean(), errors.std(ddof=1) / len(errors) ** 0.5, errors.std()])
        for name, column in zip(("ratio", "error", "spread"), np.transpose(rows), strict=True):
            found[f"{name} {i}"] = [round(float(x), 5) for x in column]
    return found
