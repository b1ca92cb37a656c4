"""What a table says, and the groups that keep most of it: against enumeration of all rules."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from rgcourse.information import (
    Grouping,
    group_rows,
    information_bias,
    keep_most,
    mutual_information,
)


def all_rules(n_rows, k):
    """Every deterministic rule, one a row, with the first row in group 0."""
    return np.array([(0, *rest) for rest in product(range(k), repeat=n_rows - 1)])


def best_by_enumeration(table, k):
    return max(mutual_information(group_rows(table, rule, k)) for rule in all_rules(len(table), k))


tables = st.builds(
    lambda n_rows, n_columns, seed, sharpness: (
        np.random.default_rng(seed).dirichlet(np.full(n_rows * n_columns, sharpness))
    ).reshape(n_rows, n_columns),
    st.integers(2, 6),
    st.integers(2, 6),
    st.integers(0, 2**32),
    st.sampled_from([0.05, 0.3, 1.0, 10.0]),
)


# --- Information of a table


def test_information_is_the_mean_distance_from_independence(rng):
    table = rng.dirichlet(np.ones(20)).reshape(4, 5)
    independent = np.outer(table.sum(axis=1), table.sum(axis=0))
    exact = entropy(table.ravel(), independent.ravel())
    assert mutual_information(table) == pytest.approx(exact, abs=1e-14)
    assert mutual_information(7000 * table.T) == pytest.approx(exact, abs=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1, 1e12, 1e300])
def test_the_scale_of_a_table_does_not_matter(scale):
    table = np.array([[3.0, 1, 0], [1, 3, 2]])
    assert mutual_information(scale * table) == pytest.approx(mutual_information(table), abs=1e-14)
    assert keep_most(scale * table, 1, rng=1).information == pytest.approx(0, abs=1e-14)


def test_a_binary_symmetric_channel_and_a_chain_of_spins():
    K, r = 0.5, 3  # spins at distance r of the Ising chain: P(equal) = (1 + tanh(K)**r) / 2
    t = math.tanh(K) ** r
    table = np.array([[1 + t, 1 - t], [1 - t, 1 + t]]) / 4
    exact = ((1 + t) * math.log1p(t) + (1 - t) * math.log1p(-t)) / 2
    assert mutual_information(table) == pytest.approx(exact, abs=1e-15)


def test_the_bias_is_what_independent_samples_show(rng, z_within):
    n, runs = 2000, 400
    p = rng.dirichlet(np.full(6, 5.0))
    q = rng.dirichlet(np.full(5, 5.0))
    samples = rng.multinomial(n, np.outer(p, q).ravel(), size=runs).reshape(runs, 6, 5)
    found = np.array([mutual_information(counts) for counts in samples])
    assert information_bias(samples[0]) == 4 * 5 / (2 * n)
    z_within((found.mean() - 4 * 5 / (2 * n)) / (found.std(ddof=1) / math.sqrt(runs)))


def test_the_bias_is_the_same_where_there_is_information(rng, z_within):
    n, runs = 2000, 400
    p = rng.dirichlet(np.full(30, 5.0)).reshape(6, 5)
    samples = rng.multinomial(n, p.ravel(), size=runs).reshape(runs, 6, 5)
    found = np.array([mutual_information(counts) for counts in samples]) - mutual_information(p)
    error = found.std(ddof=1) / math.sqrt(runs)
    assert error < 0.1 * 20 / (2 * n), "a bias wrong by a third would be seen"
    z_within((found.mean() - 20 / (2 * n)) / error)


def test_the_bias_of_very_many_counts_is_small_and_not_an_overflow():
    assert information_bias(np.full((2, 2), 2**40)) == 2.0**-43
    assert information_bias(np.full((2, 2), 1e308)) == 0


def test_only_rows_and_columns_that_occur_count_for_the_bias():
    assert information_bias([[4, 4, 0], [4, 4, 0], [0, 0, 0]]) == 1 / 32


# --- The theorems


@given(tables, st.integers(1, 4), st.integers(0, 2**32), st.floats(0, 1))
def test_information_is_convex_in_the_rule(table, k, seed, share):
    rng = np.random.default_rng(seed)
    one, other = rng.dirichlet(np.ones(k), size=(2, len(table)))  # row group
    mixed = share * one + (1 - share) * other
    kept = [mutual_information(rule.T @ table) for rule in (one, other, mixed)]
    assert kept[2] <= share * kept[0] + (1 - share) * kept[1] + 1e-12


@given(tables, st.integers(2, 3), st.integers(0, 2**32))
def test_no_rule_with_chance_keeps_more_than_the_best_without(table, k, seed):
    chance = np.random.default_rng(seed).dirichlet(np.full(k, 0.3), size=len(table))  # row group
    best = best_by_enumeration(table, k)
    assert mutual_information(chance.T @ table) <= best + 1e-12
    assert best <= mutual_information(table) + 1e-12, "groups cannot say more than rows"


@given(tables, st.integers(1, 3), st.integers(0, 2**32))
def test_what_is_lost_is_the_mean_distance_from_the_centres(table, k, seed):
    labels = np.random.default_rng(seed).integers(k, size=len(table))
    grouped = group_rows(table, labels, k)
    lost = sum(
        row.sum() * entropy(row, grouped[g])  # entropy normalizes both
        for row, g in zip(table, labels, strict=True)
        if row.sum() > 0
    )
    difference = mutual_information(table) - mutual_information(grouped)
    assert difference == pytest.approx(lost, abs=1e-10)


# --- The best groups


@given(tables, st.integers(1, 3), st.integers(0, 2**32))
def test_ten_restarts_find_the_best_of_all_rules(table, k, seed):
    found = keep_most(table, k, rng=seed)
    assert found.information == pytest.approx(best_by_enumeration(table, k), abs=1e-10)
    kept = mutual_information(group_rows(table, found.labels, k))
    assert found.information == pytest.approx(kept, abs=1e-10)


def test_ten_restarts_find_the_best_of_all_rules_for_counts_with_many_holes(rng):
    for _ in range(40):
        counts = rng.poisson(0.7, size=(8, 6))
        counts[0, 0] += 1
        for k in (2, 3):
            seen = counts[counts.sum(axis=1) > 0]
            found = keep_most(counts, k, rng=rng)
            assert found.information == pytest.approx(best_by_enumeration(seen, k), abs=1e-10)


def test_all_rules_of_sixteen_states(rng):
    """A table of the size of a 2 x 2 block of spins: 32 768 rules, in one matrix product."""
    rules = (np.arange(2**15)[:, None] >> np.arange(16)) & 1
    for sharpness in (0.1, 1.0, 10.0):
        table = rng.dirichlet(np.full(16 * 8, sharpness)).reshape(16, 8)
        one = rules @ table  # rule column
        joint = np.stack([one, table.sum(axis=0) - one])  # group rule column
        p, q = joint.sum(axis=2, keepdims=True), table.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.nansum(joint * np.log(joint / (p * q)), axis=(0, 2))
        found = keep_most(table, 2, rng=rng)
        assert found.information == pytest.approx(kept.max(), abs=1e-10)


def test_planted_groups_are_found(rng):
    centres = rng.dirichlet(np.full(40, 0.5), size=8)
    planted = rng.integers(8, size=300)
    counts = np.array([rng.multinomial(400, centres[g]) for g in planted])
    found = keep_most(counts, 8, rng=rng)
    pairs = np.zeros((8, 8))
    np.add.at(pairs, (planted, found.labels), 1)
    assert np.count_nonzero(pairs) == 8


def test_groups_are_numbered_as_they_appear_and_empty_rows_have_none():
    found = keep_most([[0, 0], [1, 9], [9, 1], [0, 0], [1, 9]], 2, rng=3)
    assert isinstance(found, Grouping)
    assert found.labels.tolist() == [-1, 0, 1, -1, 0]
    labels, information = found
    assert labels is found.labels and information == found.information


def test_more_groups_than_different_rows_keep_everything():
    table = [[1, 3], [2, 6], [3, 1]]
    for k in (2, 3, 50):
        found = keep_most(table, k, rng=1)
        assert found.information == pytest.approx(mutual_information(table), abs=1e-14)
        assert found.labels[0] == found.labels[1] or k > 2


def test_the_same_seed_gives_the_same_groups(rng):
    table = rng.dirichlet(np.ones(200)).reshape(20, 10)
    first, again = (keep_most(table, 4, rng=11, n_restarts=2) for _ in range(2))
    assert np.array_equal(first.labels, again.labels) and first.information == again.information


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (None, "real number"),
        ([], "table"),
        ([1.0, 2.0], "table"),
        (np.zeros((0, 3)), "not empty"),
        (np.zeros((2, 2)), "all zero"),
        ([[1, -1]], "negative"),
        ([[1, np.nan]], "finite"),
        ([[1, np.inf]], "finite"),
        ([["a", "b"]], "real number"),
        (np.ones((2, 2, 2)), "table"),
        ([[1j, 1]], "real number"),
    ],
)
def test_what_is_no_table_is_refused(counts, message):
    for function in (
        mutual_information,
        information_bias,
        lambda x: keep_most(x, 2, rng=1),
        lambda x: group_rows(x, [0]),
    ):
        with pytest.raises(ValueError, match=message):
            function(counts)


def test_what_the_rest_refuses():
    table = [[1, 2], [2, 1]]
    for k in (0, -1, 1.5, None, True):
        with pytest.raises(ValueError, match="k must be"):
            keep_most(table, k, rng=1)
    for n_restarts in (0, 2.0, None):
        with pytest.raises(ValueError, match="n_restarts must be"):
            keep_most(table, 2, n_restarts=n_restarts, rng=1)
    with pytest.raises(ValueError, match="rng is needed"):
        keep_most(table, 2, rng=None)
    with pytest.raises(ValueError, match="whole numbers"):
        information_bias([[0.5, 0.5]])
    for labels in ([0], [0.0, 1.0], [[0, 1]], None, []):
        with pytest.raises(ValueError, match="one integer a row"):
            group_rows(table, labels)
    with pytest.raises(ValueError, match="from -1 to 1"):
        group_rows(table, [0, 2], 2)
    with pytest.raises(ValueError, match="from -1 to 0"):
        group_rows(table, [0, -2])
    with pytest.raises(ValueError, match="label -1"):
        group_rows(table, [0, -1])
