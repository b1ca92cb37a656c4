"""Kernel regression on spheres, Laplace kernel: learning curves against the kernel's own spectrum.

Question: is the exponent of the learning curve 1 / d for targets drawn from the Laplace kernel, and
2 (d + 1) / d for those of the Gaussian kernel, on spheres S^d? And is the curve itself, with its
height, that of `learning_curve` with the eigenvalues of both kernels? Points are drawn evenly,
distances are chords, no ridge; 200 points to test, nested training sets, 60 draws of points and
target.

Theory has the first modes, some ten thousand; those left out are integrated out: all their variance
goes to ridge and noise.

Fixed before the run: an exponent is that of theory if the power law fitted over all P differs from
the one fitted to theory by less than three errors; the height if the mean ratio at the three
largest P is within three errors and 5 % of 1. Sketches before it had 1.05(7), 0.503(33), 0.351(18),
0.255(25) for 1 / d, "too low" exponents for the Gaussian kernel, and on the circle a ratio of about
1.25.
"""

import numpy as np

from rgcourse.ridge import learning_curve, sphere_spectrum

EXAMPLES = (32, 64, 128, 256, 512)
LEVELS = {1: 3000, 2: 120, 3: 36, 4: 20}
KERNELS = {"laplace": lambda r: np.exp(-r), "gaussian": lambda r: np.exp(-(r**2) / 2)}
N_TEST, N_DRAWS = 200, 60


def run(seed):
    """For "laplace d" and "gaussian d": errors (P, draw), and after "theory" those of theory."""
    found = {"P": EXAMPLES, "d": list(LEVELS)}
    for d in LEVELS:
        for teacher in KERNELS:
            rng = np.random.default_rng([seed, d, len(teacher)])
            errors = np.transpose([one_draw(d, teacher, rng) for _ in range(N_DRAWS)])
            found[f"{teacher} {d}"] = [[float(f"{x:.5g}") for x in row] for row in errors]
            found[f"theory {teacher} {d}"] = [float(f"{x:.5g}") for x in theory(d, teacher)]
    return found


def theory(d, teacher):
    """The predicted error for each P."""
    student, teacher = (sphere_spectrum(KERNELS[k], d, LEVELS[d]) for k in ("laplace", teacher))
    missing = max(teacher.left, 0.0) if teacher.left > 1e-9 else 0.0
    curve = learning_curve(
        student.modes, teacher.modes, np.array(EXAMPLES), ridge=student.left, noise=missing
    )
    return curve.error + missing


def one_draw(d, teacher, rng):
    """Errors for each P of one target on one set of points."""
    x = rng.standard_normal((max(EXAMPLES) + N_TEST, d + 1))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    square = np.maximum(2 - 2 * x @ x.T, 0)
    np.fill_diagonal(square, 0)
    distance = np.sqrt(square)
    values, U = np.linalg.eigh(KERNELS[teacher](distance))
    y = U @ (np.sqrt(np.maximum(values, 0)) * rng.standard_normal(len(x)))
    K, test = KERNELS["laplace"](distance), slice(max(EXAMPLES), None)
    found = []
    for P in EXAMPLES:
        weights = np.linalg.solve(K[:P, :P], y[:P])
        found.append(np.mean((K[test, :P] @ weights - y[test]) ** 2))
    return found
