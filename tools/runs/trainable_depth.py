"""Deep tanh networks taught to read digits, on both sides of the critical line; ten seeds each.

Question: does the length xi over which a random network forgets its input, computed before any
training, say which networks can be trained? Networks 64-n-...-n-10 without tricks, depth 5 to 80,
biases of variance 0.05, weights of variance w2 / n with seven w2 from far in order to far in chaos,
read scikit-learn's digits (1400 to learn from, each image of mean square 1). Gradient descent on
batches of 64, momentum 0.9, gradients cut at length 1, 200 steps at a rate of 0.02, width 64. What
counts is the share of right answers on what was learned from: the question is whether a network can
be trained, not how well it generalizes.

Fixed before the run, after a sketch with two seeds. The claim is refuted if at depth 40 the best w2
is neither the critical one nor its neighbour, or if the w2 with xi < 4 reaches half of what the
critical one reaches. D_half is the depth at which the mean share falls through 0.55, half way from
guessing to perfect, on a logarithmic scale. xi sets the depth by itself if ln D_half against ln xi
has slope 1 within three errors, off the edge; the sketch says no, it grows with a smaller power.

Control, five seeds: the same at a quarter of the rate ("slow"), so that nobody is held back by a
rate that was made for others. The other runs `trainable_depth_*` have the rest.
"""

import numpy as np
from sklearn.datasets import load_digits

from rgcourse.signal_flow import critical_weight, random_deep, train_deep

B2, EDGE = 0.05, critical_weight(0.05)
W2 = (1.0, 1.3, 1.5, EDGE, 2.2, 2.8, 3.5)
DEPTHS = (5, 10, 20, 40, 80)
RATE, SLOW, N_STEPS, N_SEEDS, N_LEARNED = 0.02, 0.005, 200, 10, 1400


def run(seed):
    """Shares of right answers: lists over w2, depth and seed, in that order."""
    return {
        "w2": [round(w2, 10) for w2 in W2],
        "depths": list(DEPTHS),
        "map": [[shares(seed, w2, depth) for depth in DEPTHS] for w2 in W2],
        "slow": [
            [shares(seed + 1, w2, depth, n_seeds=5, rate=SLOW) for depth in DEPTHS[3:]] for w2 in W2
        ],
    }


def shares(seed, w2, depth, *, n_seeds=N_SEEDS, **options):
    """The share of each of several networks; the k-th has its own digits, weights and batches."""
    return [share([seed, k, depth], w2, depth, **options) for k in range(n_seeds)]


def share(seed, w2, depth, *, b2=B2, q=None, width=64, shortcuts=False, n_steps=N_STEPS, rate=RATE):
    """Right answers of one network on what it has learned from."""
    images, digits = load_digits(return_X_y=True)
    images = images / 8 - 1
    images /= np.sqrt(np.mean(images**2, axis=1, keepdims=True))
    rng = np.random.default_rng(seed)
    learned = rng.permutation(len(images))[:N_LEARNED]
    net = random_deep(depth, width, w2, b2, q=q, shortcuts=shortcuts, rng=rng)
    taught = train_deep(net, images[learned], digits[learned], n_steps=n_steps, rate=rate, rng=rng)
    return round(float(np.mean(taught.classify(images[learned]) == digits[learned])), 4)
