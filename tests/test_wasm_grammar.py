"""Grammars in the page: sentences, tables, groups, scores, beliefs are the package's own bits."""

import numpy as np
import pytest
from native_grammar import drawn, learnt, start, written
from wasm_page import Page, native

from rgcourse.grammar import _kernels as kernels
from rgcourse.grammar import (
    believe,
    denoising_map,
    hints,
    label_counts,
    live,
    neighbour_counts,
    number_tuples,
    regroup,
)
from rgcourse.grammar.live import score_groups
from rgcourse.information.grouping import group_once, memory_length

P, L, V, M = 60, 3, 8, 4
I32 = np.int32


@pytest.fixture(scope="module")
def page():
    return Page("grammar.wasm")


@pytest.fixture(scope="module")
def noisy():
    return Page("denoising.wasm")


def write(page, state, v, m):
    """Addresses of the rules and of all levels of P sentences that the page writes."""
    there, deck = page.put(state), page.put(np.zeros(v * v, I32))
    rules = [page.put(np.zeros(v * m * 2, I32)) for _ in range(L)]
    for level in rules:
        page.call("draw_rules", v, m, 2, v, deck, level, there)
    levels = [page.put(np.zeros(P << l, I32)) for l in range(L + 1)]
    alphabet, root = page.put(np.arange(v, dtype=I32)), page.put(np.zeros(P, I32))
    page.call("write_level", P, v, 1, alphabet, root, levels[0], there)
    for l in range(L):
        page.call("write_level", P << l, m, 2, rules[l], levels[l], levels[l + 1], there)
    return rules, levels, there


@pytest.mark.parametrize("family, v", [("grammar.wasm", V), ("denoising.wasm", 16)])
def test_sentences_are_equal(family, v):
    page, state = Page(family), start(5)
    rules, levels, there = write(page, state.copy(), v, M)
    grammar = drawn(L, v, M, state)
    sentences = written(grammar, P, state)
    for mine, theirs in zip((*grammar.rules, *sentences.levels), (*rules, *levels), strict=True):
        assert np.array_equal(page.get(theirs, mine), mine.ravel())
    assert np.array_equal(page.get(there, state), state)
    assert np.array_equal(grammar.parse(sentences.levels[-1]).labels, sentences.labels)


def test_tables_are_equal(page, rng):
    state = start(6)
    sentences = written(drawn(L, V, M, state), P, state)
    text = sentences.levels[-1]
    tuples = number_tuples(text, v=V)
    there, labels = page.put(np.zeros(tuples.size, I32)), page.put(sentences.labels)
    page.call("number_tuples", tuples.size, 2, V, page.put(text), there)
    assert np.array_equal(page.get(there, tuples), tuples.ravel())

    counts = label_counts(tuples, sentences.labels, n_tuples=V * V, n_classes=V)
    table = page.put(np.zeros(counts.size))
    page.call("count_labels", P, tuples.shape[1], V, there, labels, table)
    assert np.array_equal(page.get(table, counts), counts.ravel())

    groups = rng.integers(0, V, V * V, dtype=I32)
    names = page.put(np.zeros(tuples.size, I32))
    page.call("group_tuples", tuples.size, page.put(groups), there, names)
    above = regroup(tuples, groups)
    assert np.array_equal(page.get(names, above), above.ravel())

    coarse = number_tuples(above, v=V)
    for seen, size in ((coarse, 1), (tuples, 2)):
        counts = neighbour_counts(coarse, n_tuples=V * V, context=seen, n_context=V * V)
        table = page.put(np.zeros(counts.size))
        where = page.put(coarse), page.put(seen)
        page.call("count_neighbours", coarse.size, 2, V * V, size, *where, table)
        assert np.array_equal(page.get(table, counts), counts.ravel())


@pytest.mark.parametrize("n, n_columns, k", [(16, 3, 2), (12, 5, 4), (64, 2, 2)])
def test_groups_are_bit_equal(page, rng, n, n_columns, k):
    """Of small tables: here each logarithm of the page is a call of Python."""
    once = native(group_once)
    table = rng.dirichlet(np.full(n_columns, 0.2), n) * rng.dirichlet(np.ones(n))[:, None]
    table[rng.choice(n, 2, replace=False)] = 0  # never seen
    table /= table.sum()
    length = memory_length(n, n_columns, k)
    assert page.call("memory_length", n, n_columns, k) == length
    labels, trial, memory = np.zeros(n, I32), np.zeros(n, I32), np.zeros(length)
    state = start(7)
    there = [page.put(a) for a in (table, labels, trial, memory, state)]
    for _ in range(2):
        kept = once(table.ravel(), n, n_columns, k, labels, trial, memory, state)
        assert page.call("group_once", there[0], n, n_columns, k, *there[1:]) == kept
        assert np.array_equal(page.get(there[1], labels), labels)
        assert np.array_equal(page.get(there[4], state), state)


def test_scores_are_bit_equal(page, rng):
    state = start(8)
    grammar = drawn(L, V, M, state)
    groups, _ = learnt(written(grammar, 100, state), L, V, "label", 2, state)
    names = [page.put(np.eye(V, V + 1))] + [page.put(np.zeros(V * (V + 1))) for _ in range(L)]
    uses = [page.put(np.full(V, 1 / V))] + [page.put(np.zeros(V)) for _ in range(L)]
    rules = [page.put(level) for level in grammar.rules]
    match = page.put(np.zeros(V, I32))
    work = page.put(np.zeros(2**V)), page.put(np.zeros(2**V, I32))
    for l in range(L):
        page.call("use_symbols", V, M, 2, V, rules[l], uses[l], uses[l + 1])
    for depth, score in enumerate(score_groups(grammar, groups)):
        l, (below, above) = L - 1 - depth, names[depth : depth + 2]
        labels = page.put(groups[depth].astype(I32))
        page.call("name_symbols", V, V, M, 2, rules[l], labels, V, below, above)
        assert page.call("match_names", V, V, uses[l], above, *work, match) == score.right
        assert np.array_equal(page.get(match, score.symbols), score.symbols)
        assert page.call("kept_share", V, V, uses[l], above) == pytest.approx(score.kept, rel=1e-14)


def test_beliefs_are_equal(noisy):
    v, state = 16, start(9)
    rules, levels, _ = write(noisy, state.copy(), v, M)
    grammar = drawn(L, v, M, state)
    sentences = written(grammar, P, state)
    upward = believe(grammar, hints(sentences.levels[-1], 0.7, v=v)).upward
    there = [noisy.put(np.zeros((P << l) * v)) for l in range(L + 1)]
    noisy.call("hint_letters", P << L, v, 0.7, levels[L], there[L])
    for l in range(L, -1, -1):
        if l < L:
            noisy.call("beliefs_up", P << l, v, M, 2, v, rules[l], there[l + 1], there[l])
        assert noisy.get(there[l], upward[l]) == pytest.approx(upward[l].ravel(), rel=1e-12)
    for p in np.linspace(0, 1, 11):
        here = noisy.call("belief_above", p, v, M, 2)
        assert here == pytest.approx(denoising_map(p, v=v, m=M), rel=1e-14)


@pytest.mark.parametrize("kernel", [kernels.beliefs_up, live.hint_letters])
def test_beliefs_are_bit_equal_to_the_kernels(noisy, rng, kernel):
    """Without the divisions of the wrappers."""
    n, v = 4, 16
    below, above = rng.dirichlet(np.ones(v), 2 * n), np.zeros((2 * n, v))
    if kernel is live.hint_letters:
        first = (2 * n, v, 0.3, rng.integers(0, v, 2 * n, dtype=I32), above.ravel())
    else:
        rules = drawn(1, v, M, start(1)).rules[0].ravel()
        first = (n, v, M, 2, v, rules, below.ravel(), above.ravel())
    there = [noisy.put(a) if isinstance(a, np.ndarray) else a for a in first]
    native(kernel)(*first)
    noisy.call(kernel.__name__, *there)
    assert np.array_equal(noisy.get(there[-1], above), above.ravel())
