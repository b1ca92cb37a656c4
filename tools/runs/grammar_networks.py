"""Labelled sentences that trained networks need, deep and with one hidden layer, ten grammars each.

Question: how many labelled sentences P bring the test error of a trained network down to half of
chance, in units of P* = n_c m^L, with v = n_c = 8 and pairs of symbols (s = 2)?

Fixed before the run: ten seeds a point, each with its own grammar, sentences and start; nothing is
left out or chosen by its result. The deep network joins pairs L times, with 64 channels; the other
one has one hidden layer that sees the whole sentence, and as many weights (249 hidden units). 1000
steps of Adam on 64 sentences each, rate 0.01 falling to a tenth. Error is that on 2000 fresh
sentences over the error of guessing, 7/8. P_half is read off each seed's curve, running minimum,
straight in ln P. All numbers are errors over chance, one a seed:

    "deep m L ratio"        at P = ratio P*,
    "one m L ratio"         one hidden layer, at (m, L) = (4, 3) alone,
    "... x10"               ten times the steps, the first three seeds.

Refuted, "a deep network pays P*": if the mean of P_half / P* leaves 1/4 ... 4 at one of the pairs
(m, L), or if its logarithm, fitted as a + b L ln m, has b = 1 off by more than 0.2 and by three
errors. Refuted, "one hidden layer pays more": if at (4, 3) and 16 P* its mean error is below 0.25.
Converged: if ten times the steps move the mean by less than three errors of the mean difference.
A trial with two seeds, by other code, was seen before: it gave P_half / P* from 0.87 to 1.74, and
0.64 for the error of one hidden layer at 16 P*. A first start of this run with 2000 steps was
broken off after (2, 2) and (4, 2), to save time.
"""

import numpy as np

from rgcourse.grammar import random_grammar
from rgcourse.networks import random_tree, train_tree

V, N_SEEDS, N_TEST, N_STEPS = 8, 10, 2000, 1000
PAIRS = (2, 2), (4, 2), (2, 3), (3, 3), (4, 3), (2, 4)
RATIOS = 0.5, 1, 2, 4, 8


def run(seed):
    """Lists of errors over chance, by names such as "deep 4 3 2" and "one 4 3 16 x10"."""
    found = {}
    points = [("deep", m, L, r) for m, L in PAIRS for r in RATIOS]
    points += [("one", 4, 3, r) for r in (1, 4, 16)] + [("deep", 4, 3, 16)]
    for kind, m, L, ratio in points:
        name = f"{kind} {m} {L} {ratio:g}"
        found[name] = [_error(kind, m, L, ratio, N_STEPS, [seed, k]) for k in range(N_SEEDS)]
        print(name, np.round(np.mean(found[name]), 3), flush=True)
    for kind, ratio in (("deep", 2), ("one", 16)):
        name = f"{kind} 4 3 {ratio}"
        found[f"{name} x10"] = [
            _error(kind, 4, 3, ratio, 10 * N_STEPS, [seed, k]) for k in range(3)
        ]
        print(name, "x10", found[f"{name} x10"], found[name], flush=True)
    return found


def _error(kind, m, L, ratio, n_steps, seed):
    rng = np.random.default_rng([*seed, m, L, int(8 * ratio)])
    grammar = random_grammar(L, v=V, m=m, rng=rng)
    labels, levels = grammar.sample(int(ratio * V * m**L), rng=rng)
    patches, n_channels = ((2,) * L, 64) if kind == "deep" else ((2**L,), 249)
    net = random_tree(V, patches, n_channels=n_channels, n_classes=V, rng=rng)
    net = train_tree(net, levels[-1], labels, n_steps=n_steps, rng=rng)
    labels, levels = grammar.sample(N_TEST, rng=rng)
    return round(float(np.mean(net.classify(levels[-1]) != labels) / (1 - 1 / V)), 4)
