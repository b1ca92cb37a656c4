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

KINDS = ("mean", 1), ("mean", 8)


def run(seed):
    """Lists of ten: "mean 8 numbers t", "average 8 numbers t", "untrained 1 bits t", ..."""
    return trained_longer(KINDS, seed)


def trained_longer(kinds, seed):
    """What networks of these architectures and widths keep, beside rules and untrained ones."""
    keep, rng = load("layers_keep"), np.random.default_rng(seed)
    keep.N_STEPS, keep.N_EACH, keep.WIDTHS = 30_000, 5000, sorted({w for _, w in kinds})
    nets = {kind: keep._networks(*kind, 1, rng) for kind in kinds}
    found, exam = {}, keep._sample(keep.TOLD, 20, rng)
    for (name, w), several in nets.items():
        found[f"{name} {w} loss"] = [
            cross_entropy(net.probability(exam), np.repeat(keep.TOLD < keep.T_C, 20))
            for net in several
        ]
    for k in range(keep.N_SEEDS):
        here = {kind: several[k] for kind, several in nets.items()}
        here |= {("untrained", w): random_net((6, 8, w), rng=rng) for w in keep.WIDTHS}
        keep._add(found, "", keep._examined(keep._sample([keep.T_C], 30_000, rng), here, rng))
    return found
