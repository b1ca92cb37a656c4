"""Where a whole table of pairs against labels begins to tell: twelve new sizes, eight grammars.

Question: the run `grammar_labels` refuted P_half ~ n_classes m^L for its learner, which does better
the larger its table. After looking, an explanation: the table has v m rows in v groups of m, and
C = n_classes 2^(L - 1) columns. Its pattern has singular values of sqrt(m C S), and must pass those
of the noise, sqrt(N sqrt(v m C)), with the relative variances S = v / m^(L - 1) of the signal and
N = v m n_classes / P of the noise in one cell. They are equal at

    P_seen = n_classes m^L sqrt(v / (m C)).

In `grammar_labels` P_half / P_seen lies between 1.4 and 2.1 for 13 of 14 sizes that have a P_half,
3.0 for m = v = 8, L = 3. So it is tested on seeds and sizes that nobody has seen, v and n_classes
among them.

Fixed before the run: P / P_seen = 2^-1, 2^-0.5, ..., 2^2.5; P_half as there. The explanation is
refuted if P_half / P_seen leaves 1.8 by more than a factor of 1.5 for any size, or if its logarithm
changes with that of n_classes m^L by three errors of the slope.
"""

import numpy as np

from rgcourse.grammar import label_counts, number_tuples, random_grammar, regroup
from rgcourse.information import keep_most

N_GRAMMARS, N_TEST, N_RESTARTS = 8, 1000, 4
RATIOS = 2.0 ** np.arange(-1, 2.6, 0.5)
SIZES = [  # v, n_classes, m, L
    (8, 8, 5, 2), (8, 8, 5, 3), (8, 8, 2, 6), (8, 8, 3, 4), (8, 8, 4, 4), (8, 8, 4, 5),
    (12, 12, 4, 2), (12, 12, 4, 3), (12, 4, 4, 3), (16, 4, 3, 3), (8, 3, 3, 4), (6, 12, 3, 3),
]  # fmt: skip


def run(seed):
    """Errors over that of a guess, "v n_classes m L": (8 ratios, 8 grammars)."""
    found = {"ratios": RATIOS.tolist(), "sizes": [list(size) for size in SIZES]}
    for v, n_classes, m, L in SIZES:
        seen = n_classes * m**L * np.sqrt(v / (m * n_classes * 2 ** (L - 1)))
        errors = [[] for _ in RATIOS]
        for k in range(N_GRAMMARS):
            rng = np.random.default_rng([seed, 1, v, n_classes, m, L, k])
            grammar = random_grammar(L, v=v, n_classes=n_classes, m=m, rng=rng)
            for several, ratio in zip(errors, RATIOS, strict=True):
                several.append(round(error(grammar, max(int(ratio * seen), 8), rng), 4))
        found[f"{v} {n_classes} {m} {L}"] = errors
    return found


def error(grammar, P, rng):
    """Share of wrong labels on fresh sentences, over that of a guess."""
    v, n_classes = grammar.v, grammar.n_classes
    labels, levels = grammar.sample(P, rng=rng)
    text, test = levels[-1], grammar.sample(N_TEST, rng=rng)
    read = test.levels[-1]
    while text.shape[1] > grammar.s:
        tuples = number_tuples(text, v=v)
        table = label_counts(tuples, labels, n_tuples=v * v, n_classes=n_classes)
        groups = keep_most(table, v, n_restarts=N_RESTARTS, rng=rng).labels
        text, read = regroup(tuples, groups), regroup(number_tuples(read, v=v), groups)
    tuples = number_tuples(text, v=v)
    table = label_counts(tuples, labels, n_tuples=v * v, n_classes=n_classes)
    verdict = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), -1)
    guessed = regroup(number_tuples(read, v=v), verdict)[:, 0]
    return float(np.mean(guessed != test.labels) / (1 - 1 / n_classes))
