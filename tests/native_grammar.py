"""What the pages with grammars do, step by step in Python, from the same words."""

import numpy as np

from rgcourse._random import random_state
from rgcourse.grammar import (
    Grammar,
    Sentences,
    label_counts,
    neighbour_counts,
    number_tuples,
    regroup,
)
from rgcourse.grammar._kernels import _draw_rules, _write_level
from rgcourse.information.grouping import LEAST_GAIN, _group_once, memory_length


def start(seed):
    """The state of the page's generator."""
    return random_state(np.random.default_rng(seed))


def drawn(L, v, m, state):
    """A grammar of pairs, from the top; as many labels as symbols."""
    rules, deck = [np.empty((v, m, 2), np.int32) for _ in range(L)], np.empty(v * v, np.int32)
    for level in rules:
        _draw_rules(v, m, 2, v, deck, level.ravel(), state)
    return Grammar(tuple(rules), v)


def written(grammar, P, state):
    """P sentences, their labels written as if one symbol above had each for a synonym."""
    v, labels = grammar.n_classes, np.empty(P, np.int32)
    _write_level(P, v, 1, np.arange(v, dtype=np.int32), np.zeros(P, np.int32), labels, state)
    levels = [labels[:, None]]
    for rules in grammar.rules:
        above, below = levels[-1], np.empty((P, 2 * levels[-1].shape[1]), np.int32)
        _write_level(above.size, grammar.m, 2, rules.ravel(), above.ravel(), below.ravel(), state)
        levels.append(below)
    return Sentences(labels, levels)


def grouped(counts, k, restarts, state):
    """The best of some groupings of the rows of a table, one after the other from one state."""
    table, (n, columns) = counts / counts.sum(), counts.shape
    labels, trial = np.empty((2, n), np.int32)
    memory, best, most = np.empty(memory_length(n, columns, k)), None, -1.0
    for _ in range(restarts):
        kept = _group_once(table.ravel(), n, columns, k, labels, trial, memory, state)
        if kept > most + LEAST_GAIN:
            best, most = labels.copy(), kept
    return best, most


def learnt(sentences, L, v, learner, restarts, state):
    """The groups of all levels that a learner asks about, from the text up, and their tables."""
    names = sentences.levels[-1]
    raw, found, tables = number_tuples(names, v=v), [], []
    for _ in range(L if learner == "label" else L - 1):
        tuples = number_tuples(names, v=v)
        if learner == "label":
            counts = label_counts(tuples, sentences.labels, n_tuples=v * v, n_classes=v)
        else:
            seen = raw if learner == "raw" else tuples
            counts = neighbour_counts(tuples, n_tuples=v * v, context=seen, n_context=v * v)
        groups, _ = grouped(counts, v, restarts, state)
        names = regroup(tuples, groups)
        found.append(groups)
        tables.append(counts)
    return found, tables
