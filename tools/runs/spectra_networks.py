"""Twenty-four small networks that read digits, ten times over: exponents of weights, and accuracy.

The claim (Martin and Mahoney 2021): the exponent alpha of the tail of a layer's spectrum says
without data how well a network generalizes, and less is better, among networks of one depth.

Fixed before the run (a sketch of one seed had shown +0.46 over all 24, and other signs inside the
groups):

- Networks 64-256-256-10 with ReLU, on scikit-learn's 1797 digits: 1200 to learn from, the others to
  test, split anew by each seed. Gradient descent with momentum 0.9 and batches of 32, 1500 steps.
  Rates 0.003, 0.01, 0.03, 0.1; decay 0 and 0.001; a share 0, 0.2 or 0.5 of the labels to learn from
  drawn at random. Ten seeds, each with its own split, start, labels and batches.
- alpha is that of the eigenvalues of W^T W of the middle matrix, by `fit_power_law` with
  n_min = 20, and `p` its test with 100 samples.
- The statistic is Spearman's rank correlation of alpha with the accuracy on test digits, over the
  24 networks of a seed, and over the 8 with one share of random labels. Its mean over ten seeds and
  the error of this mean decide. The claim is refuted for these networks if the mean is positive by
  four errors, and supported if it is negative by four errors.
- Beside it: alpha against the way that the weights have gone, |W - W_0| / |W_0|; and
  `spectra_networks_longer`, with ten times the steps.

Stored for each seed, 24 numbers each, in the order of `networks`: `alpha`, `p`, `tail`, `test`,
`train` (on the labels it was given), `way`, `ln_max`, `product` (how many eigenvalues have the
product 1), and of the same matrix shuffled and before training `shuffled` and `untrained`, its
alpha. `first` is the alpha of the matrix that reads the digits.
"""

import itertools

import numpy as np
from sklearn.datasets import load_digits

from rgcourse.spectra import fit_power_law, power_law_p_value, trace_log_tail

N_SEEDS, N_TRAIN, WIDTH, STEPS, BATCH = 10, 1200, 256, 1500, 32
RATES, DECAYS, SHARES = (0.003, 0.01, 0.03, 0.1), (0.0, 0.001), (0.0, 0.2, 0.5)
NETWORKS = list(itertools.product(SHARES, DECAYS, RATES))


def run(seed):
    """Tables (seed, network) by name, see above."""
    return measure(seed, N_SEEDS, NETWORKS, STEPS)


def measure(seed, n_seeds, networks, steps):
    """The same for other networks, (share, decay, rate) each, and another number of steps."""
    found = {"networks": networks}
    for one in np.random.SeedSequence(seed).spawn(n_seeds):
        rng = np.random.default_rng(one)
        data = _digits(rng)
        rows = [_measured(*data, *network, steps, rng) for network in networks]
        for key in rows[0]:
            found.setdefault(key, []).append([row[key] for row in rows])
    return found


def _digits(rng):
    """Pixels from -1 to 1 and labels: to learn from, then to test."""
    x, t = load_digits(return_X_y=True)
    x, order = (x / 8 - 1).astype(np.float32), rng.permutation(len(t))
    some, rest = order[:N_TRAIN], order[N_TRAIN:]
    return x[some], t[some], x[rest], t[rest]


def _train(x, y, rate, decay, steps, rng):
    """The three matrices before and after."""
    sides = (x.shape[1], WIDTH, WIDTH, 10)
    start = [
        rng.standard_normal((a, b), dtype=np.float32) / np.float32(a**0.5)
        for a, b in itertools.pairwise(sides)
    ]
    W, speed, named = [w.copy() for w in start], [0 * w for w in start], np.eye(10, dtype="f4")[y]
    for _ in range(steps):
        some = rng.integers(len(x), size=BATCH)
        a = x[some]
        b = np.maximum(a @ W[0], 0)
        c = np.maximum(b @ W[1], 0)
        out = c @ W[2]
        p = np.exp(out - out.max(axis=1, keepdims=True))
        error = (p / p.sum(axis=1, keepdims=True) - named[some]) / np.float32(BATCH)
        behind = (error @ W[2].T) * (c > 0)
        first = (behind @ W[1].T) * (b > 0)
        for w, v, slope in zip(W, speed, (a.T @ first, b.T @ behind, c.T @ error), strict=True):
            v *= np.float32(0.9)
            v += slope + np.float32(decay) * w
            w -= np.float32(rate) * v
    return start, W


def _accuracy(W, x, t):
    hidden = np.maximum(np.maximum(x @ W[0], 0) @ W[1], 0)
    return float(np.mean((hidden @ W[2]).argmax(axis=1) == t))


def _measured(x, t, x_test, t_test, share, decay, rate, steps, rng):
    y = np.where(rng.uniform(size=len(t)) < share, rng.integers(10, size=len(t)), t)
    start, W = _train(x, y, rate, decay, steps, rng)
    values, mixed = _eigenvalues(W[1]), rng.permutation(W[1].ravel()).reshape(W[1].shape)
    law = fit_power_law(values)
    return {
        "alpha": round(law.alpha, 3),
        "tail": law.n_tail,
        "p": power_law_p_value(values, rng=rng),
        "first": round(fit_power_law(_eigenvalues(W[0])).alpha, 3),
        "shuffled": round(fit_power_law(_eigenvalues(mixed)).alpha, 3),
        "untrained": round(fit_power_law(_eigenvalues(start[1])).alpha, 3),
        "product": trace_log_tail(values),
        "ln_max": round(float(np.log(values[0])), 4),
        "way": round(float(np.linalg.norm(W[1] - start[1]) / np.linalg.norm(start[1])), 4),
        "train": round(_accuracy(W, x, y), 4),
        "test": round(_accuracy(W, x_test, t_test), 4),
    }


def _eigenvalues(W):
    return np.linalg.svd(W.astype(float), compute_uv=False) ** 2
