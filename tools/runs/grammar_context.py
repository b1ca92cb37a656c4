"""What text alone teaches networks of a grammar: end to end, or level by level, ten grammars each.

Question: how many unlabelled sentences P does it take to know 80 % of the top symbols (the two
that the label is written as), and how does that number grow with the number of levels L?

One criterion for all: the halves of 256 fresh sentences are put into v = 8 groups, and scored by
I(group; top symbol) / H(top symbol). Nobody is told a symbol above the text.

    end      one deep network (`Reader`, 64 channels). Each of its layers has to predict the raw
             text of the sibling of what it sees, pair by pair, all layers at once. Then the fresh
             halves are grouped by `keep_most`, by what the network expects beside them.
    level    regroup and forget. A network of one layer reads pairs and predicts the sibling pair;
             `keep_most` puts the 64 pairs into 8 groups by what it expects beside them; the pairs
             are replaced by their groups, the text is forgotten, and the next network reads those.
    rule     as `level`, with the table of counts in place of a network.
    raw      as `rule`, with the raw pairs of the sibling's text as columns.
    untrained  as `end`, without training.

Budgets: both have the same sentences and 2000 steps of Adam, which the networks of `level` share.
In all else `level` has less: 64 channels a network, as `end` has a layer, so fewer weights, and 64
pairs of siblings a step, where `end` reads 64 whole sentences. At L = 2 they are the same.

Fixed before the run: v = 8, s = 2, m = 3, ten seeds with a grammar of their own, the same for all
P of one m and L; nothing is left out. P80 is read off the mean over seeds, running maximum,
straight in ln P, its error by leaving out one seed at a time. The windows of P and the width were
chosen on trials with one to four other seeds. With c the growth of ln P80 per level,

    "level by level costs the same at every level"   refuted, if c of `level` over L = 2 ... 5 is
        above (ln m) / 2 or not below it by three errors;
    "end to end costs m times more per level"        refuted, if ln P80(L + 1) - ln P80(L) of `end`
        is below ln m by three errors; `more than` is said where 80 % is not reached.

The rule of stopping: 2000 steps everywhere; what more steps and more networks do is
`grammar_context_longer`.
"""

import numpy as np

from rgcourse.grammar import neighbour_counts, number_tuples, random_grammar, regroup
from rgcourse.information import keep_most, mutual_information
from rgcourse.networks import random_reader, train_reader

V, N_SEEDS, N_STEPS, N_CHANNELS, N_FRESH = 8, 10, 2000, 64, 256
PAIRS = np.stack(np.divmod(np.arange(V * V), V), axis=1)


WINDOWS = {  # of P, by method and L
    "level": {2: (64, 128, 256)} | dict.fromkeys((3, 4, 5), (128, 256, 512)),
    "end": {3: (1024, 2048, 4096), 4: (8192,)},
    "rule": dict.fromkeys((2, 3, 4, 5), (32, 64, 128, 256, 512)),
    "raw": dict.fromkeys((3, 4, 5), (32, 64, 128, 256, 512, 1024, 2048, 4096)),
    "untrained": {2: (5,), 3: (5,), 4: (5,)},
}


def run(seed, m=3, windows=WINDOWS):
    """Lists of shares over the seeds by names such as "level 3 4 256": method, m, L, P."""
    found = {}
    for method, by_level in windows.items():
        for L, window in by_level.items():
            for P in window:
                name = f"{method} {m} {L} {P}"
                found[name] = [share(method, m, L, P, [seed, k]) for k in range(N_SEEDS)]
                print(name, np.mean(found[name]).round(3), np.std(found[name]).round(3), flush=True)
    return found


def share(method, m, L, P, seed, n_steps=N_STEPS, n_nets=1):
    """What one method knows of the top symbols of one grammar; `n_nets` are averaged."""
    rng = np.random.default_rng([*seed, m, L])
    grammar = random_grammar(L, v=V, m=m, rng=rng)
    fresh = grammar.sample(N_FRESH, rng=rng).levels
    texts = grammar.sample(P, rng=rng).levels[-1]
    if method in ("end", "untrained"):
        groups = end_to_end(texts, fresh[-1], n_steps * (method == "end"), n_nets, rng)
    elif method == "level":
        groups = level_by_level(texts, fresh[-1], n_steps, n_nets, rng)
    else:
        groups = by_rule(texts, fresh[-1], method == "raw", rng)
    return round(float(top_share(groups, fresh[1])), 4)


def top_share(groups, symbols):
    """Which share of the entropy of the top symbols the groups of their blocks tell."""
    counts = np.zeros((groups.max() + 1, V))
    np.add.at(counts, (groups.ravel(), symbols.ravel()), 1)
    p = counts.sum(axis=0) / counts.sum()
    return mutual_information(counts) / -np.sum(p[p > 0] * np.log(p[p > 0]))


def end_to_end(texts, fresh, n_steps, n_nets, rng):
    """One network for all levels, raw symbols; the groups of the fresh texts' halves."""
    n_layers = int(np.log2(texts.shape[1])) - 1
    beside = 0
    for _ in range(n_nets):
        net = random_reader(V, n_layers, n_channels=N_CHANNELS, rng=rng)
        net = train_reader(net, texts, n_steps=n_steps, rng=rng) if n_steps else net
        beside += net.predict(fresh)
    table = beside.reshape(2 * len(fresh), -1)
    return keep_most(table, V, n_restarts=5, rng=rng).labels


def level_by_level(texts, fresh, n_steps, n_nets, rng):
    """One network a level, for two siblings at a time; groups for text, which is forgotten."""
    n_layers = int(np.log2(texts.shape[1])) - 1
    for _ in range(n_layers):
        beside = 0
        for _ in range(n_nets):
            net = random_reader(V, 1, n_channels=N_CHANNELS, rng=rng)
            net = train_reader(net, texts.reshape(-1, 4), n_steps=n_steps // n_layers, rng=rng)
            beside += net.predict(PAIRS).reshape(V * V, -1)
        tuples = number_tuples(texts, v=V)
        seen = np.bincount(tuples.ravel(), minlength=V * V)
        texts, fresh = _up(texts, fresh, keep_most(seen[:, None] * beside, V, rng=rng).labels)
    return fresh


def by_rule(texts, fresh, raw, rng):
    """The same by counting and `keep_most`, without a network; raw or coarse neighbours."""
    leaves = number_tuples(texts, v=V) if raw else None
    while texts.shape[1] > 2:
        tuples = number_tuples(texts, v=V)
        counts = neighbour_counts(tuples, n_tuples=V * V, context=leaves)
        texts, fresh = _up(texts, fresh, keep_most(counts, V, rng=rng).labels)
    return fresh


def _up(texts, fresh, labels):
    groups = np.maximum(labels, 0)  # pairs never seen count as the first group
    return regroup(number_tuples(texts, v=V), groups), regroup(number_tuples(fresh, v=V), groups)
