"""Odd or even digits by a kernel, against what the kernel's own spectrum says.

Question: how far does the theory for normal features go on real ones? 1797 handwritten digits, even
or odd as +-1; kernel exp(-distance) of images of unit norm; no ridge. Eigenvalues of the matrix of
all images are the spectrum, squared components of the labels the target. P images are drawn without
repetition, and the error is the mean over the others, so that theory has a factor 1 / (1 - P /
1797).

Two controls have the same spectrum and the same target power: "signs" keeps the eigenvectors and
draws the signs of the labels' components, "rotated" takes the eigenvectors of a random rotation.
Ten seeds, each with a control and splits of its own; what is averaged are the means of seeds.

Fixed before the run: the theory holds at a P if the mean is within three errors and 3 % of it. A
sketch had shown +2 % at 128 and +19 % at 1024 for digits, +7 % for signs, nothing for rotated, and
that is why the controls are here.
"""

import numpy as np
from sklearn.datasets import load_digits

from rgcourse.ridge import learning_curve

EXAMPLES = (16, 32, 64, 128, 256, 512, 1024)
N_SEEDS, N_SPLITS = 10, 4


def run(seed):
    """Theory for each P, and for "digits", "signs", "rotated" means of ten seeds over theory."""
    K, y = kernel_and_labels()
    n = len(y)
    values, U = np.linalg.eigh(K / n)
    parts = U.T @ y
    P = np.array(EXAMPLES)
    theory = learning_curve(values, parts**2 / n, P).error / (1 - P / n)
    found = {"digits": [], "signs": [], "rotated": []}
    for s in range(N_SEEDS):
        rng = np.random.default_rng([seed, s])
        Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
        tasks = {
            "digits": (K, y),
            "signs": (K, U @ (parts * rng.choice([-1, 1], n))),
            "rotated": ((Q * (values * n)) @ Q.T, Q @ parts),
        }
        for name, task in tasks.items():
            found[name].append([error(*task, P, rng) for P in EXAMPLES])
    found = {name: np.round(rows / theory, 4).T.tolist() for name, rows in found.items()}
    k = np.arange(1, n + 1)
    inner = (k > 10) & (k < 300)
    slope = np.polyfit(np.log(k[inner]), np.log(values[::-1][inner]), 1)[0]
    return {"n": n, "P": P.tolist(), "theory": np.round(theory, 5).tolist(), **found,
            "slope of the spectrum": round(float(slope), 3)}  # fmt: skip


def kernel_and_labels():
    """exp(-distance) between images of unit norm about their mean, and +-1 for even and odd."""
    images, digits = load_digits(return_X_y=True)
    x = images - images.mean(axis=0)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    square = np.maximum(2 - 2 * x @ x.T, 0)
    np.fill_diagonal(square, 0)
    return np.exp(-np.sqrt(square)), np.where(digits % 2 == 0, 1.0, -1.0)


def error(K, y, P, rng):
    """Mean squared error on all images but the P drawn ones, mean of splits."""
    total = 0.0
    for _ in range(N_SPLITS):
        seen, others = np.split(rng.permutation(len(y)), [P])
        weights = np.linalg.solve(K[np.ix_(seen, seen)], y[seen])
        total += np.mean((K[np.ix_(others, seen)] @ weights - y[others]) ** 2)
    return total / N_SPLITS
