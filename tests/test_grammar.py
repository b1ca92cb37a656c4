"""The random hierarchy model against enumeration: its sentences, its tables, its beliefs."""

import itertools

import numpy as np
import pytest
from scipy.stats import chi2, norm

from rgcourse.flows import find_fixed_point
from rgcourse.grammar import (
    Grammar,
    believe,
    denoising_map,
    hints,
    label_counts,
    neighbour_counts,
    number_tuples,
    random_grammar,
    regroup,
)

SIZES = [(1, 4, 3, 2, 2), (2, 4, 2, 2, 2), (3, 3, 3, 2, 2), (2, 3, 2, 3, 3), (2, 2, 2, 2, 2)]


def all_sentences(grammar):
    """Every text with its tree: levels, one row for each way of writing."""
    rows = [[[label]] for label in range(grammar.n_classes)]
    for rules in grammar.rules:
        rows = [
            [*levels, [symbol for choice, above in zip(choices, levels[-1], strict=True)
                       for symbol in rules[above, choice]]]
            for levels in rows
            for choices in itertools.product(range(grammar.m), repeat=len(levels[-1]))
        ]  # fmt: skip
    return [np.array(level) for level in zip(*rows, strict=True)]


def even(counts):
    """z-score of counts that should all be equal."""
    expected = counts.sum() / counts.size
    return norm.isf(chi2.sf(np.sum((counts - expected) ** 2) / expected, counts.size - 1))


@pytest.mark.parametrize(("L", "v", "n_classes", "m", "s"), SIZES)
def test_every_text_has_one_parse_and_all_are_counted(L, v, n_classes, m, s, rng):
    grammar = random_grammar(L, v=v, n_classes=n_classes, m=m, s=s, rng=rng)
    levels = all_sentences(grammar)
    assert len(np.unique(levels[-1], axis=0)) == len(levels[-1]) == grammar.n_sentences
    assert levels[-1].shape[1] == grammar.length == s**L
    parsed = grammar.parse(levels[-1])
    assert np.array_equal(parsed.labels, levels[0][:, 0])
    for found, truth in zip(parsed.levels, levels, strict=True):
        assert np.array_equal(found, truth)


@pytest.mark.parametrize(("L", "v", "n_classes", "m", "s"), SIZES)
def test_rules_use_no_tuple_twice(L, v, n_classes, m, s, rng):
    grammar = random_grammar(L, v=v, n_classes=n_classes, m=m, s=s, rng=rng)
    assert [r.shape for r in grammar.rules] == [(n_classes, m, s), *[(v, m, s)] * (L - 1)]
    for level, rules in enumerate(grammar.rules):
        assert len(np.unique(rules.reshape(-1, s), axis=0)) == len(rules) * m
        groups = grammar.groups(level)
        assert np.bincount(groups + 1)[1:].tolist() == [m] * len(rules)
        assert np.array_equal(groups[number_tuples(rules.reshape(1, -1), v=v, s=s)[0]],
                              np.repeat(np.arange(len(rules)), m))  # fmt: skip


def test_all_rules_and_all_texts_are_equally_likely(rng, z_within):
    first = [number_tuples(random_grammar(1, v=3, m=3, rng=rng).rules[0].reshape(1, -1), v=3)[0]
             for _ in range(3000)]  # fmt: skip
    for place in (0, 4, 8):
        z_within(even(np.bincount(np.array(first)[:, place], minlength=9)))
    grammar = random_grammar(2, v=3, n_classes=2, m=2, rng=rng)
    labels, levels = grammar.sample(20_000, rng=rng)
    _, counts = np.unique(levels[-1], axis=0, return_counts=True)
    assert counts.size == grammar.n_sentences == 16
    z_within(even(counts))
    z_within(even(np.bincount(labels)))
    loaded = counts.copy()
    loaded[:8] = loaded[:8] * 1.1
    assert even(loaded) > 4  # a choice that is off by 5 % would be seen


def test_texts_are_written_anew_below_a_level_only(rng):
    grammar = random_grammar(3, v=8, m=4, rng=rng)
    _, levels = grammar.sample(200, rng=rng)
    for level in range(4):
        again = grammar.write(levels[level], level=level, rng=rng)
        assert len(again) == 4 - level
        parsed = grammar.parse(again[-1]).levels
        for l in range(level + 1):
            assert np.array_equal(parsed[l], levels[l])
        if level < 3:
            same = np.mean(again[-1] == levels[-1])
            assert same < 0.6


def test_one_seed_one_grammar():
    one, two = (random_grammar(3, v=8, m=4, rng=5) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.rules, two.rules, strict=True))
    a, b = (one.sample(50, rng=6).levels[-1] for _ in range(2))
    assert np.array_equal(a, b)


@pytest.mark.parametrize("s", [2, 3])
def test_counts_are_those_of_plain_loops(s, rng):
    P, places, n_tuples, n_classes, size, n_context = 30, 2 * s, 7, 3, 2, 5
    tuples = rng.integers(-1, n_tuples, (P, places))
    labels = rng.integers(n_classes, size=P)
    context = rng.integers(-1, n_context, (P, places * size))
    by_label = np.zeros((n_tuples, places, n_classes))
    coarse = np.zeros((n_tuples, s, s - 1, 1, n_tuples))
    raw = np.zeros((n_tuples, s, s - 1, size, n_context))
    for p, place in np.ndindex(P, places):
        t, parent, child = tuples[p, place], place // s, place % s
        if t < 0:
            continue
        by_label[t, place, labels[p]] += 1
        siblings = [k for k in range(s) if k != child]
        for other, k in enumerate(siblings):
            if tuples[p, parent * s + k] >= 0:
                coarse[t, child, other, 0, tuples[p, parent * s + k]] += 1
            for i in range(size):
                seen = context[p, (parent * s + k) * size + i]
                if seen >= 0:
                    raw[t, child, other, i, seen] += 1
    found = label_counts(tuples, labels, n_tuples=n_tuples, n_classes=n_classes)
    assert np.array_equal(found, by_label.reshape(n_tuples, -1))
    found = neighbour_counts(tuples, n_tuples=n_tuples, s=s)
    assert np.array_equal(found, coarse.reshape(n_tuples, -1))
    found = neighbour_counts(tuples, n_tuples=n_tuples, s=s, context=context, n_context=n_context)
    assert np.array_equal(found, raw.reshape(n_tuples, -1))


def test_true_groups_lead_up_the_tree(rng):
    grammar = random_grammar(3, v=5, m=3, s=3, rng=rng)
    _, levels = grammar.sample(40, rng=rng)
    for level in (2, 1, 0):
        tuples = number_tuples(levels[level + 1], v=5, s=3)
        assert np.array_equal(regroup(tuples, grammar.groups(level)), levels[level])
    unknown = number_tuples([[0, -1, 3, 4]], v=5)
    assert unknown.tolist() == [[-1, 19]] and regroup(unknown, np.arange(25)).tolist() == [[-1, 19]]


@pytest.mark.parametrize(("L", "v", "n_classes", "m", "s"), SIZES)
def test_beliefs_are_sums_over_all_sentences(L, v, n_classes, m, s, rng):
    grammar = random_grammar(L, v=v, n_classes=n_classes, m=m, s=s, rng=rng)
    levels, P = all_sentences(grammar), 5
    evidence = rng.random((P, grammar.length, v)) ** 2
    beliefs = believe(grammar, 3.0 * evidence)
    letters = levels[-1]
    for p in range(P):
        weight = np.prod(evidence[p, np.arange(grammar.length), letters], axis=1)
        weight /= weight.sum()
        for symbols, found in zip(levels, beliefs.posterior, strict=True):
            for i in range(symbols.shape[1]):
                exact = np.bincount(symbols[:, i], weight, minlength=found.shape[2])
                assert found[p, i] == pytest.approx(exact, abs=1e-13)
        # what lies under the first symbol below the label, and nothing else
        under = grammar.length // s
        alone = evidence[p].copy()
        alone[under:] = 1.0
        top = np.prod(alone[np.arange(grammar.length), letters], axis=1)
        kinds = np.bincount(levels[1][:, 0], minlength=v)
        exact = np.bincount(levels[1][:, 0], top, minlength=v) / np.maximum(kinds, 1)
        seen = kinds > 0
        found = beliefs.upward[1][p, 0]
        assert found[seen] / found[seen].sum() == pytest.approx(exact[seen] / exact.sum())


def test_contradictions_leave_no_nan(rng):
    grammar = random_grammar(2, v=4, m=1, n_classes=2, rng=rng)
    wrong = next(t for t in itertools.product(range(4), repeat=4)
                 if not any(np.array_equal(t, w) for w in all_sentences(grammar)[-1]))  # fmt: skip
    for level in sum(believe(grammar, hints([wrong], 0.0, v=4)), []):
        assert np.all(np.isfinite(level)) and level.sum(axis=-1) == pytest.approx(1.0)


@pytest.mark.parametrize(("v", "m", "s"), [(16, 4, 2), (8, 3, 2), (5, 4, 3), (2, 1, 2)])
def test_fixed_points_of_the_denoising_map(v, m, s):
    for p in (1 / v, 1.0):
        assert denoising_map(p, v=v, m=m, s=s) == pytest.approx(p, abs=1e-15)
    step = 1e-6
    slope = (1 - denoising_map(1 - step, v=v, m=m, s=s)) / step
    assert slope == pytest.approx(s * m * (v - 1) / (v**s - 1), rel=1e-4)


def test_the_transition_of_sixteen_symbols():
    point = find_fixed_point(lambda p: denoising_map(p, v=16, m=4), [0.3], b=2)
    assert point.couplings[0] == pytest.approx(0.25, abs=1e-12)
    assert point.eigenvalues[0] == pytest.approx(1.36, abs=1e-8)
    assert 1 / point.exponents[0] == pytest.approx(2.2542, abs=1e-4)


def test_belief_propagation_follows_the_map(rng, z_within):
    v, m, L = 32, 4, 3
    for noise in (0.2, 0.6, 0.85, 0.95):
        beliefs, p = [], 1 - noise + noise / v
        for _ in range(L):
            p = denoising_map(p, v=v, m=m)
        for _ in range(40):
            grammar = random_grammar(L, v=v, m=m, rng=rng)
            labels, levels = grammar.sample(30, rng=rng)
            top = believe(grammar, hints(levels[-1], noise, v=v)).upward[0][:, 0]
            beliefs.append(np.mean(np.take_along_axis(top, labels[:, None], axis=1)))
        error = np.std(beliefs, ddof=1) / np.sqrt(len(beliefs))
        assert abs(np.mean(beliefs) - p) < 4 * error + 0.01


def pair():
    return random_grammar(2, v=4, m=2, rng=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random_grammar(2, v=4, m=5, rng=1), "take m <= 4"),
        (lambda: random_grammar(2, v=4, m=2, n_classes=9, rng=1), "take m <= 1"),
        (lambda: random_grammar(0, m=2, rng=1), "L must be at least 1"),
        (lambda: random_grammar(2, m=2.0, rng=1), "m must be a whole number"),
        (lambda: random_grammar(2, m=2, rng=None), "rng is needed"),
        (lambda: random_grammar(2, m=2, s=1, rng=1), "s must be at least 2"),
        (lambda: random_grammar(2, v=2**11, m=2, rng=1), "too many"),
        (lambda: random_grammar(40, m=2, rng=1), "too long"),
        (lambda: Grammar((np.zeros((2, 2, 2)),), 4), "a tuple twice"),
        (lambda: Grammar((), 4), "rules must be"),
        (lambda: Grammar((np.full((1, 1, 2), 4),), 4), "symbols from 0 to 3"),
        (lambda: Grammar((np.full((1, 1, 2), np.nan),), 4), "finite"),
        (lambda: Grammar((pair().rules[0], pair().rules[0][:2]), 4), "must have shape"),
        (lambda: pair().sample(0, rng=1), "P must be at least 1"),
        (lambda: pair().sample(2**30, rng=1), "too many"),
        (lambda: pair().sample(3, rng=None), "rng is needed"),
        (lambda: pair().write([[0, 1, 2]], level=1, rng=1), "rows of 2 symbols"),
        (lambda: pair().write([[0, 4]], level=1, rng=1), "from 0 to 3, found 4"),
        (lambda: pair().write([[0]], level=3, rng=1), "level must be from 0"),
        (lambda: pair().groups(2), "level must be from 0 to L - 1"),
        (lambda: pair().parse(np.zeros((0, 4))), "shape"),
        (lambda: pair().parse([[0.5, 0, 0, 0]]), "whole numbers"),
        (lambda: number_tuples([[0, 1, 2]], v=4), "no tuples of s = 2"),
        (lambda: number_tuples([[0, 9]], v=4), "found"),
        (lambda: number_tuples(None, v=4), "symbols"),
        (lambda: regroup([[5]], [0, 1]), "from -1 to 1, found 5"),
        (lambda: regroup([[0]], [[0]]), "groups must be a row"),
        (lambda: label_counts([[0]], [[1]], n_tuples=1, n_classes=2), "one number a sentence"),
        (lambda: label_counts([[0]], [1, 1], n_tuples=1, n_classes=2), "2 labels"),
        (lambda: label_counts([[0]], [2], n_tuples=1, n_classes=2), "found 2"),
        (lambda: label_counts([[0]], [0], n_tuples=2**20, n_classes=2**20), "too large"),
        (lambda: neighbour_counts([[0, 1, 0]], n_tuples=2), "no groups of s = 2"),
        (lambda: neighbour_counts([[0, 1]], n_tuples=2, context=[[0]]), "a multiple of 2"),
        (lambda: neighbour_counts([[0, 1]], n_tuples=2, n_context=3), "not given"),
        (lambda: hints([[0]], 1.5, v=2), "noise must be from 0 to 1"),
        (lambda: hints([[2]], 0.5, v=2), "or -1, found 2"),
        (lambda: hints([], 0.5, v=2), "rows of letters"),
        (lambda: believe(pair(), np.ones((1, 3, 4))), "shape"),
        (lambda: believe(pair(), np.zeros((1, 4, 4))), "zero"),
        (lambda: believe(pair(), -np.ones((1, 4, 4))), "negative"),
        (lambda: believe(pair(), np.full((1, 4, 4), np.nan)), "finite"),
        (lambda: denoising_map(1.5, v=4, m=2), "must be a probability, got 1.5"),
        (lambda: denoising_map(0.5, v=4, m=5), "take m <= 4"),
        (lambda: denoising_map([0.5, np.nan], v=4, m=2), "finite"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_ungrammatical_text_is_named(rng):
    grammar = random_grammar(2, v=4, m=1, n_classes=2, rng=rng)
    legal = all_sentences(grammar)[-1]
    wrong = next(t for t in itertools.product(range(4), repeat=4)
                 if not any(np.array_equal(t, w) for w in legal))  # fmt: skip
    with pytest.raises(ValueError, match="text 1 is not grammatical"):
        grammar.parse([legal[0], wrong])


def test_numbers_beyond_all_floats_are_refused():
    with pytest.raises(ValueError, match="too many"):
        denoising_map(0.5, v=10**400, m=2)
