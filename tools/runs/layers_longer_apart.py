"""What layers keep without a mean over the lattice, after ten times the training: 20 networks.

The question and the rules are those of `layers_longer`, asked of the other two architectures of
`layers_keep`, `sites` and `deep`, ten networks each with eight channels, 30 000 steps on 390 000
lattices. Seen before, with another seed: they kept 0.990(1) and 0.989(1) of t, 0.10(9) and 0.42(13)
of h, 0.006(2) and 0.004(3) of u.
"""

from long_runs import load

KINDS = ("sites", 8), ("deep", 8)


def run(seed):
    """Lists of ten: "sites 8 numbers t", "average 8 numbers t", "untrained 8 numbers t", ..."""
    return load("layers_longer").trained_longer(KINDS, seed)
