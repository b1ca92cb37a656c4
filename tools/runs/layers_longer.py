"""What layers keep after ten times the steps and ten times the data of `layers_keep`: 20 networks.

Question: are the numbers of `layers_keep` those of a budget? Its rules are asked once more of
networks `mean`, ten with one channel and ten with eight, of 30 000 steps on 390 000 lattices each;
all else is as there, with 30 000 test lattices at T_c a network.

Fixed beforehand: a verdict of `layers_keep` falls if its rule says otherwise here. Seen before, in
a test: three networks with eight channels, 30 000 steps and 156 000 lattices kept 0.986(2) of t and
0.27(12) of h.
"""

import numpy as np
from long_runs import load

from rgcourse.networks import cross_entropy, random_net

WIDTHS = 1, 8


def run(seed):
    """Lists of ten: "mean 8 numbers t", "average 8 numbers t", "untrained 1 bits t", ..."""
    keep, rng = load("layers_keep"), np.random.default_rng(seed)
    keep.N_STEPS, keep.N_EACH = 30_000, 5000
    nets = {w: keep._networks("mean", w, 1, rng) for w in WIDTHS}
    found, exam = {}, keep._sample(keep.TOLD, 20, rng)
    for w, several in nets.items():
        found[f"mean {w} loss"] = [
            cross_entropy(net.probability(exam), np.repeat(keep.TOLD < keep.T_C, 20))
            for net in several
        ]
    for k in range(keep.N_SEEDS):
        here = {("mean", w): several[k] for w, several in nets.items()}
        here |= {("untrained", w): random_net((6, 8, w), rng=rng) for w in WIDTHS}
        keep._add(found, "", keep._examined(keep._sample([keep.T_C], 30_000, rng), here, rng))
    return found
