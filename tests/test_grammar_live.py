"""Scores of groups against true synonyms: exact, so held by enumeration and by many sentences."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from rgcourse.grammar import denoising_map, hints, number_tuples, random_grammar, regroup
from rgcourse.grammar.live import (
    belief_above,
    hint_letters,
    kept_share,
    match_names,
    score_groups,
)


def all_sentences(grammar, symbols, level):
    """Levels under the given rows of symbols, for each way of writing them once."""
    if level == grammar.L:
        return [[symbols]]
    rules, found = grammar.rules[level], []
    for choices in itertools.product(range(grammar.m), repeat=symbols.shape[1]):
        below = np.concatenate([rules[s, c] for s, c in zip(symbols.T, choices, strict=True)], 1)
        found += [[symbols, *rest] for rest in all_sentences(grammar, below, level + 1)]
    return found


def called(grammar, text, groups):
    """What a learner calls the symbols of all levels above the text, text first."""
    names, found = text, []
    for labels in groups:
        names = regroup(number_tuples(np.maximum(names, 0), v=grammar.v), labels)
        found.append(names)
    return found


def shares(symbols, names, k):
    """Right and kept of one level from its symbols and the names that they were given."""
    table = np.zeros((k, k + 1))
    np.add.at(table, (symbols.ravel(), names.ravel()), 1)  # -1 is the last column
    table /= table.sum()
    rows, columns = linear_sum_assignment(table[:, :k], maximize=True)
    ends = table.sum(1, keepdims=True) * table.sum(0)
    told = np.sum(table[table > 0] * np.log(table[table > 0] / ends[table > 0]))
    use = table.sum(1)[table.sum(1) > 0]
    return table[rows, columns].sum(), told / -np.sum(use * np.log(use))


def guesses(grammar, rng, wrong):
    """True groups of all levels under secret names, with some tuples in a wrong group."""
    found, v, secret = [], grammar.v, np.arange(grammar.v)
    for level in range(grammar.L - 1, -1, -1):
        k = len(grammar.rules[level])
        below, secret, true = secret, rng.permutation(k), grammar.groups(level)
        labels = np.empty(v * v, int)
        labels[(v * below[:, None] + below).ravel()] = np.where(true < 0, 0, secret[true])
        places = rng.choice(len(labels), wrong, replace=False)
        labels[places] = rng.integers(0, k, wrong)
        found.append(labels)
    return found


@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_scores_are_those_of_all_sentences(rng, wrong):
    grammar = random_grammar(2, v=3, m=2, rng=rng)
    groups = guesses(grammar, rng, wrong)
    every = all_sentences(grammar, np.arange(3)[:, None], 0)
    levels = [np.concatenate(level) for level in zip(*every, strict=True)]
    names = called(grammar, levels[-1], groups)
    for depth, score in enumerate(score_groups(grammar, groups)):
        right, kept = shares(levels[-2 - depth], names[depth], 3)
        assert score.right == pytest.approx(right, abs=1e-12)
        assert score.kept == pytest.approx(kept, abs=1e-12)


@pytest.mark.parametrize("m, n_classes", [(2, 8), (4, 5), (8, 8)])
def test_scores_are_the_mean_of_many_sentences(rng, m, n_classes):
    grammar = random_grammar(3, v=8, m=m, n_classes=n_classes, rng=rng)
    groups = guesses(grammar, rng, 6)
    _, levels = grammar.sample(40_000, rng=rng)
    names = called(grammar, levels[-1], groups)
    scores = score_groups(grammar, groups)
    assert min(score.right for score in scores) < 0.98
    for depth, score in enumerate(scores):
        k = len(grammar.rules[-1 - depth])
        right, kept = shares(levels[-2 - depth], names[depth], k)
        assert score.right == pytest.approx(right, abs=0.01)
        assert score.kept == pytest.approx(kept, abs=0.015)


def test_synonyms_under_any_names_are_right_and_keep_everything(rng):
    grammar = random_grammar(4, m=3, rng=rng)
    groups = guesses(grammar, rng, 0)
    scores = score_groups(grammar, groups)
    assert [score.right for score in scores] == pytest.approx([1] * 4, abs=1e-12)
    assert [score.kept for score in scores] == pytest.approx([1] * 4, abs=1e-12)
    true = grammar.groups(3)
    at_work = np.isin(true, grammar.rules[2])  # symbols that occur at all
    assert np.array_equal(scores[0].symbols[groups[0][at_work]], true[at_work])


def test_a_tuple_without_a_name_is_not_right():
    grammar = random_grammar(1, v=4, m=2, rng=1)
    labels = grammar.groups(0).copy()
    labels[np.flatnonzero(labels >= 0)[0]] = -1
    (score,) = score_groups(grammar, [labels])
    assert score.right == pytest.approx(1 - 1 / 8)
    (blank,) = score_groups(grammar, [np.full(16, -1)])
    assert (blank.right, blank.kept) == (0, 0)


@pytest.mark.parametrize("n_symbols, n_names", [(1, 1), (5, 5), (6, 4), (8, 8)])
def test_names_are_matched_in_the_best_way(rng, n_symbols, n_names):
    for _ in range(20):
        use = rng.dirichlet(np.ones(n_symbols))
        names = rng.dirichlet(np.full(n_names + 1, 0.3), n_symbols)
        match = np.empty(n_names, np.int32)
        work = np.empty(2**n_symbols), np.empty(2**n_symbols, np.int32)
        right = match_names(n_symbols, n_names, use, names.ravel(), *work, match)
        table = use[:, None] * names[:, :n_names]
        rows, columns = linear_sum_assignment(table, maximize=True)
        assert right == pytest.approx(table[rows, columns].sum(), abs=1e-12)
        assert len(set(match)) == n_names
        assert table[match, np.arange(n_names)].sum() == pytest.approx(right, abs=1e-12)


def test_where_there_is_one_symbol_nothing_is_to_be_told():
    assert kept_share(2, 2, np.array([0.0, 1.0]), np.array([0.5, 0.5, 0, 0.5, 0.5, 0])) == 1


@pytest.mark.parametrize("v, m, s", [(16, 4, 2), (8, 8, 2), (4, 2, 3)])
def test_the_mean_belief_is_that_of_the_module(v, m, s):
    for p in np.linspace(1 / v, 1, 9):
        assert belief_above(p, v, m, s) == pytest.approx(denoising_map(p, v=v, m=m, s=s), abs=1e-15)


def test_hints_are_those_of_the_module(rng):
    letters = rng.integers(0, 5, (1, 7))
    beliefs = np.empty((1, 7, 5))
    hint_letters(7, 5, 0.3, letters.ravel(), beliefs.ravel())
    assert beliefs == pytest.approx(hints(letters, 0.3, v=5), abs=1e-15)


@pytest.mark.parametrize(
    "grammar, groups, message",
    [
        ((1, 4, 2), [np.zeros(15)], "must be 16 numbers from -1 to 3"),
        ((1, 4, 2), [np.full(16, 4)], "up to 4"),
        ((1, 4, 2), [np.full(16, 0.5)], "whole numbers"),
        ((1, 4, 2), [np.full(16, np.nan)], "finite"),
        ((1, 4, 2), [np.zeros(0)], "must be 16 numbers"),
        ((1, 4, 2), [np.zeros(16)] * 2, "has 1 levels, got groups for 2"),
        ((1, 16, 2), [np.zeros(256)], "at most 12 symbols, the grammar has 16"),
    ],
)
def test_score_refuses(grammar, groups, message):
    L, v, m = grammar
    with pytest.raises(ValueError, match=message):
        score_groups(random_grammar(L, v=v, m=m, rng=1), groups)
