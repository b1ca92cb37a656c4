"""What the pages with grammars do, step by step in Python, from the same words."""

import numpy as np

from rgcourse._random import random_state
from rgcourse.grammar import Grammar, Sentences
from rgcourse.grammar._kernels import _draw_rules, _write_level


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
