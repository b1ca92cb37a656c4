"""How right a learner's groups are, exactly, and the mean belief: what a live page works out.

A learner calls every tuple by the number of a group. What it then calls a symbol depends on how the
symbol happened to be written, so each symbol has a distribution over names, and since the children
of a symbol are written independently, the distributions of one level follow from those below it.
Nothing is sampled. Which name means which symbol is the learner's secret, so names are matched
with symbols one to one, in the way that makes most of what is said right.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .._compile import compiled
from .model import Grammar, whole_numbers

__all__ = ["Score", "score_groups"]

MAX_NAMES = 12  # that are matched by trying all sets of them


@register_jitable
def name_symbols(n_symbols, n_names, m, s, rules, groups, n_below, below, above):
    """How often a symbol is called by each name, from how often its children are.

    below[symbol, name] has n_below + 1 columns, the last for what has no name; so has above, with
    n_names + 1. `groups` are the names of tuples, numbered in base n_below, -1 for none.
    """
    n_tuples = 1
    for _ in range(s):
        n_tuples *= n_below
    width = n_names + 1
    for symbol in range(n_symbols):
        for name in range(width):
            above[symbol * width + name] = 0.0
        named = 0.0
        for choice in range(m):
            rule = (symbol * m + choice) * s
            for t in range(n_tuples):
                product, rest = 1.0 / m, t
                for child in range(s - 1, -1, -1):
                    product *= below[rules[rule + child] * (n_below + 1) + rest % n_below]
                    rest //= n_below
                if groups[t] >= 0:
                    above[symbol * width + groups[t]] += product
                    named += product
        above[symbol * width + n_names] = max(0.0, 1.0 - named)


@register_jitable
def use_symbols(n_symbols, m, s, v, rules, above, below):
    """How often each of v symbols occurs below, from how often each of n_symbols does above."""
    for symbol in range(v):
        below[symbol] = 0.0
    for symbol in range(n_symbols):
        for i in range(m * s):
            below[rules[symbol * m * s + i]] += above[symbol] / (m * s)


@register_jitable
def match_names(n_symbols, n_names, use, names, best, choice, match):
    """Match names with symbols, each at most once; the share of occurrences that is called right.

    `use[symbol]` is how often it occurs, names[symbol, name] how often it is called so. `best` and
    `choice` have room for 2**n_symbols numbers: the best that the first names make of each set of
    symbols, and the symbol of the last of them. match[name] becomes a symbol, or -1.
    """
    n_sets = 1 << n_symbols
    for taken in range(n_sets):
        best[taken], choice[taken] = 0.0, -1
    for taken in range(1, n_sets):
        name = -1
        for symbol in range(n_symbols):
            name += (taken >> symbol) & 1
        found = -1.0
        for symbol in range(n_symbols):
            if (taken >> symbol) & 1 == 0:
                continue
            right = best[taken & ~(1 << symbol)]
            if name < n_names:
                right += use[symbol] * names[symbol * (n_names + 1) + name]
            if right > found:
                found = right
                choice[taken] = symbol
        best[taken] = found
    for name in range(n_names):
        match[name] = -1
    taken = n_sets - 1
    for name in range(n_symbols - 1, -1, -1):
        if name < n_names:
            match[name] = choice[taken]
        taken &= ~(1 << choice[taken])
    return best[n_sets - 1]


@register_jitable
def kept_share(n_symbols, n_names, use, names):
    """What names tell about symbols, I(symbol; name) / H(symbol); 1 if there is nothing to tell."""
    entropy, told = 0.0, 0.0
    for symbol in range(n_symbols):
        if use[symbol] > 0:
            entropy -= use[symbol] * math.log(use[symbol])
    for name in range(n_names + 1):
        total = 0.0
        for symbol in range(n_symbols):
            total += use[symbol] * names[symbol * (n_names + 1) + name]
        for symbol in range(n_symbols):
            p = names[symbol * (n_names + 1) + name]
            if use[symbol] * p > 0:
                told += use[symbol] * p * math.log(p / total)
    return told / entropy if entropy > 0 else 1.0


@register_jitable
def belief_above(p, v, m, s):
    """Mean belief in a symbol, if it is p in each of its s children: see `denoising_map`."""
    right, n_tuples = 1.0, 1.0
    for _ in range(s):
        right *= p
        n_tuples *= v
    used, synonyms = (m * v - 1) / (n_tuples - 1), (m - 1) / (n_tuples - 1)
    return (right + synonyms * (1 - right)) / (right + used * (1 - right))


@register_jitable
def hint_letters(n, v, noise, letters, beliefs):
    """Believe in each of n letters with 1 - noise + noise / v, and noise / v in each other one."""
    for i in range(n):
        for letter in range(v):
            beliefs[i * v + letter] = noise / v
        beliefs[i * v + letters[i]] += 1.0 - noise


_name_symbols, _use_symbols = compiled(name_symbols), compiled(use_symbols)
_match_names, _kept_share = compiled(match_names), compiled(kept_share)


class Score(NamedTuple):
    """How right the groups of one level are.

    Attributes
    ----------
    symbols : int array
        Which symbol each group stands for.
    right : float
        Share of the symbols of this level that are called by their group; 1 for true synonyms.
    kept : float
        Information of names about symbols over the entropy of symbols, from 0 to 1.
    """

    symbols: NDArray[np.int32]
    right: float
    kept: float


def score_groups(grammar: Grammar, groups: Sequence[ArrayLike]) -> list[Score]:
    """Compare groups that were found with the grammar's synonyms: exactly, over all sentences.

    Parameters
    ----------
    grammar : Grammar
        With at most 12 symbols a level.
    groups : sequence of int arrays (v^s,)
        For each level, from the text up, the group of each tuple of symbols or of groups below,
        -1 for none; of as many groups as there are symbols. Levels may be left out at the top.

    Returns
    -------
    One `Score` a level. Symbols are weighed by how often they occur.

    Raises
    ------
    ValueError
        If there are more groups than symbols, more levels than in the grammar, or too many symbols.

    Examples
    --------
    The grammar's own groups are right.

    >>> from rgcourse.grammar import random_grammar
    >>> grammar = random_grammar(3, v=4, m=2, rng=1)
    >>> [score.right for score in score_groups(grammar, [grammar.groups(2), grammar.groups(1)])]
    [1.0, 1.0]
    """
    m, s, v = grammar.m, grammar.s, grammar.v
    if max(v, grammar.n_classes) > MAX_NAMES:
        raise ValueError(
            f"groups can be matched with at most {MAX_NAMES} symbols, the grammar has "
            f"{max(v, grammar.n_classes)}"
        )
    if len(groups) > grammar.L:
        raise ValueError(f"the grammar has {grammar.L} levels, got groups for {len(groups)}")
    uses = [np.full(grammar.n_classes, 1 / grammar.n_classes)]
    for rules in grammar.rules:
        uses.append(np.empty(v))
        _use_symbols(len(rules), m, s, v, rules.ravel(), uses[-2], uses[-1])
    below, scores = np.eye(v, v + 1), []
    for rules, use, found in zip(grammar.rules[::-1], uses[-2::-1], groups, strict=False):
        k = len(rules)
        labels = _group_numbers(found, grammar.n_tuples, k)
        names, match = np.empty((k, k + 1)), np.empty(k, np.int32)
        _name_symbols(k, k, m, s, rules.ravel(), labels, v, below.ravel(), names.ravel())
        best, choice = np.empty(2**k), np.empty(2**k, np.int32)
        right = _match_names(k, k, use, names.ravel(), best, choice, match)
        scores.append(Score(match, float(right), float(_kept_share(k, k, use, names.ravel()))))
        below = names
    return scores


def _group_numbers(value: Any, n_tuples: int, k: int) -> NDArray[np.int32]:
    labels = whole_numbers("groups", value)
    if labels.shape != (n_tuples,) or labels.min() < -1 or labels.max() >= k:
        raise ValueError(
            f"the groups of a level must be {n_tuples} numbers from -1 to {k - 1}, got shape "
            f"{labels.shape}" + (f" up to {labels.max()}" if labels.size else "")
        )
    return labels
