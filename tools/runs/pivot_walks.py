"""Self-avoiding walks up to a million steps in two, three and four dimensions, by the tree.

Of each length <R^2> with its error from BINS bins, after a quarter of as many attempts was
discarded. A first run, whose starts were faulty, had more attempts at some lengths and discarded
a tenth. Numbers of attempts and the discard were changed after it, and the seed was kept. Only up
to 30 000 steps are the successes discarded more than N, the turns by which even a rod is
forgotten; the page fits those lengths alone, a choice made after a fit of all of them was seen.
"""

import numpy as np

from rgcourse import jackknife
from rgcourse.walks import TreeChain

BINS = 64
LENGTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
ATTEMPTS = {  # in the order of the lengths
    2: [3e6, 3e6, 3e6, 2e6, 2e6, 1.5e6, 1e6, 1e6, 8e5, 6e5, 4e5],
    3: [3e6, 3e6, 3e6, 2e6, 2e6, 1.5e6, 1e6, 8e5, 5e5, 3e5, 2e5],
    4: [2e6, 2e6, 1e6, 8e5, 6e5, 5e5, 3e5, 2e5, 1e5],
}


def sample(n, dim, attempts, rng):
    """[<R^2>, error, bins] and the share of attempts that succeeded."""
    every = max(1, attempts // 100_000)
    chain = TreeChain(n, dim=dim, rng=rng)
    chain.run(attempts // 4)
    squares = jackknife(np.mean, chain.record(attempts // every, every=every), n_bins=BINS)
    share = chain.successes / chain.attempts
    return [float(squares.value), float(squares.error), BINS], share


def run(seed):
    """About three minutes of one core."""
    rng = np.random.default_rng(seed)
    found = {}
    for dim, attempts in ATTEMPTS.items():
        lengths = LENGTHS[: len(attempts)]
        rows = [sample(n, dim, int(a), rng) for n, a in zip(lengths, attempts, strict=True)]
        found[f"lengths_{dim}"] = lengths
        found[f"squares_{dim}"] = [row[0][0] for row in rows]
        found[f"errors_{dim}"] = [row[0][1] for row in rows]
        found[f"accepted_{dim}"] = [row[1] for row in rows]
    return found | {"bins": BINS}
