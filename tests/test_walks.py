"""Self-avoiding walks: every one of a few steps, and the chains that sample the long ones."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from rgcourse._random import random_state
from rgcourse.statistics import autocorrelation_time, jackknife
from rgcourse.walks import (
    PivotChain,
    TreeChain,
    count_walks,
    lattice_symmetries,
    line_through,
)
from rgcourse.walks.pivot import (
    NEWEST,
    _end_square,
    _pivot_walk,
    _start_rod,
    _try_pivot,
    attempts_of,
    table_size,
)
from rgcourse.walks.symmetries import product_tables, signed_axes
from rgcourse.walks.tree import _try_joint

SQUARE = [1, 4, 12, 36, 100, 284, 780, 2172, 5916, 16268, 44100, 120292, 324932]
CUBIC = [1, 6, 30, 150, 726, 3534, 16926, 81390, 387966, 1853886, 8809878]
SQUARES = [1, 2.666667, 4.555556, 7.04, 9.56338, 12.574359, 15.556169, 19.012847, 22.41136,
           26.24254]  # fmt: skip


def every_walk(n, dim):
    """All walks of n steps, (number, n + 1, dim), by trying all lists of steps."""
    steps = [sign * np.eye(dim, dtype=int)[a] for a in range(dim) for sign in (1, -1)]
    found = []
    for taken in product(steps, repeat=n):
        sites = np.cumsum([np.zeros(dim, int), *taken], axis=0)
        if len({*map(tuple, sites)}) == n + 1:
            found.append(sites)
    return np.array(found)


def contacts(sites):
    """Pairs of neighbours on the lattice that are not neighbours along the walk."""
    apart = np.abs(sites[:, None] - sites[None]).sum(axis=2)
    return int(np.sum(np.triu(apart == 1, 2)))


# Counting


@pytest.mark.parametrize(("dim", "known"), [(2, SQUARE), (3, CUBIC)])
def test_counts_are_the_published_ones(dim, known):
    assert count_walks(len(known) - 1, dim=dim).counts.tolist() == known


def test_mean_squares_are_those_of_the_sheet():
    assert count_walks(10).mean_square[1:] == pytest.approx(SQUARES, abs=1e-6)


@pytest.mark.parametrize(("n", "dim"), [(7, 2), (5, 3), (4, 4)])
def test_contacts_and_squares_are_those_of_all_lists_of_steps(n, dim):
    walks = every_walk(n, dim)
    found = count_walks(n, dim=dim)
    met = np.array([contacts(sites) for sites in walks])
    squares = np.sum(walks[:, -1] ** 2, axis=1)
    n_columns = found.contacts.shape[1]
    assert np.bincount(met, minlength=n_columns).tolist() == found.contacts[n].tolist()
    assert np.bincount(met, squares, n_columns).tolist() == found.contact_squares[n].tolist()


def test_shorter_walks_do_not_depend_on_the_longest():
    long, short = count_walks(11), count_walks(6)
    columns = short.contacts.shape[1]
    assert np.array_equal(long.contacts[:7, :columns], short.contacts)
    assert long.contacts[:7, columns:].sum() == 0
    assert np.array_equal(long.squares[:7], short.squares)


# Symmetries


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_symmetries_are_a_group_with_its_tables(dim):
    group = lattice_symmetries(dim)
    n = len(group)
    assert n == 2**dim * [1, 1, 2, 6, 24][dim]
    assert np.array_equal(group[0], np.eye(dim))
    assert np.unique(group, axis=0).shape == group.shape
    products, quotients = (table.reshape(n, n) for table in product_tables(dim))
    some = range(0, n, max(1, n // 20))
    for g, h in product(some, some):
        assert np.array_equal(group[products[g, h]], group[g] @ group[h])
        assert np.array_equal(group[g] @ group[quotients[g, h]], group[h])


# One step of either chain, against plain NumPy


def turned(sites, pivot, matrix):
    """The walk with all that comes after site `pivot` turned about it; None if it meets itself."""
    new = sites.copy()
    new[pivot:] = sites[pivot] + (sites[pivot:] - sites[pivot]) @ matrix.T  # site a, [b] a -> b
    return new if len({*map(tuple, new)}) == len(new) else None


def shape_of(sites):
    """A walk up to shifts, as a key."""
    return (sites - sites[0]).tobytes()


def buffers(n, dim):
    return (
        signed_axes(dim),
        np.zeros((n + 1) * dim, np.int32),
        np.zeros(2 * table_size(n) + 1, np.int32),
    )


@pytest.mark.parametrize(("n", "dim"), [(4, 2), (5, 2), (3, 3)])
def test_the_exact_matrix_of_all_pivots_leaves_all_walks_equally_likely(n, dim):
    walks = every_walk(n, dim)
    number = {shape_of(sites): i for i, sites in enumerate(walks)}
    group, moved, table = buffers(n, dim)
    n_group = len(lattice_symmetries(dim))
    matrix = np.zeros((len(walks), len(walks)), int)
    for i, start in enumerate(walks):
        for pivot, element in product(range(1, n), range(1, n_group)):
            sites = start.astype(np.int32).ravel()
            done = _try_pivot(sites, n, dim, pivot, element, 1, group, moved, table)
            there = sites.reshape(n + 1, dim).astype(int)
            assert done or np.array_equal(there, start)
            matrix[i, number[shape_of(there)]] += 1
    assert np.array_equal(matrix, matrix.T)  # reversible with equal weights
    # One step keeps its direction, and from each walk one gets to all others with that direction.
    reached = np.linalg.matrix_power((matrix > 0).astype(float) + np.eye(len(walks)), 3 * n) > 0
    assert np.array_equal(reached, reached.T)
    assert np.all(reached.sum(axis=1) == len(walks) // (2 * dim))


@pytest.mark.parametrize(("n", "dim"), [(2, 2), (9, 2), (60, 2), (60, 3), (30, 4)])
def test_a_pivot_does_what_plain_numpy_does(n, dim, rng):
    group, moved, table = buffers(n, dim)
    matrices = lattice_symmetries(dim)
    sites = np.zeros((n + 1) * dim, np.int32)
    _start_rod(sites, n, dim)
    seen = {0: 0, 1: 0}
    for _ in range(1000):
        before = sites.reshape(n + 1, dim).astype(int)
        pivot, element = int(rng.integers(1, n)), int(rng.integers(1, len(matrices)))
        done = _try_pivot(sites, n, dim, pivot, element, 1, group, moved, table)
        here = sites.reshape(n + 1, dim).astype(int)
        # the shorter arm was turned: the same as turning the others, looked at from that side
        upper = 2 * pivot >= n
        looked = before if upper else before[::-1]
        expected = turned(looked, pivot if upper else n - pivot, matrices[element])
        assert bool(done) == (expected is not None)
        assert np.array_equal(here if upper else here[::-1], expected if done else looked)
        seen[done] += 1
    assert seen[1] > 0 and (n == 2 or seen[0] > 0)


@pytest.mark.parametrize(("n", "dim"), [(2, 2), (9, 2), (100, 2), (100, 3), (40, 4)])
def test_the_tree_does_what_plain_numpy_does(n, dim, rng):
    chain = TreeChain(n, dim=dim, rng=rng)
    matrices = lattice_symmetries(dim)
    before = chain.sites
    kept = chain._tree.copy()
    accepted = 0
    for _ in range(1000):
        pivot, element = int(rng.integers(1, n)), int(rng.integers(1, len(matrices)))
        done = _try_joint(chain._tree, chain._top, pivot + 1, element, *chain._tables)
        expected = turned(before, pivot, matrices[element])
        assert bool(done) == (expected is not None)
        if done:
            before = expected
            kept = chain._tree.copy()
        assert np.array_equal(chain._tree, kept)  # a refusal leaves no trace
        assert np.array_equal(chain.sites, before)
        accepted += done
    words = 4 + 3 * dim
    box = chain._tree.reshape(-1, words)[chain._top, 4 + dim :].reshape(2, dim)
    assert np.array_equal(box, [before.min(axis=0), before.max(axis=0)])
    assert 0 < accepted < 1000 or n == 2


def test_the_table_is_wiped_when_its_stamps_run_out():
    n, dim = 12, 2
    group, moved, table = buffers(n, dim)
    sites = np.zeros((n + 1) * dim, np.int32)
    _start_rod(sites, n, dim)
    fresh = sites.copy()
    clean = buffers(n, dim)[2]
    table[1::2] = 1  # what a stamp of 1 would take for its own
    table[-1] = NEWEST - 1
    state, same_state = random_state(3), random_state(3)
    done = _pivot_walk(sites, n, dim, 200, 1, group, 8, moved, table, state)
    assert done == _pivot_walk(fresh, n, dim, 200, 1, group, 8, moved, clean, same_state)
    assert np.array_equal(sites, fresh) and table[-1] == 200


# Chains, against all walks


@pytest.mark.parametrize("Chain", [PivotChain, TreeChain])
def test_all_walks_of_five_steps_are_equally_likely(Chain, rng):
    n = 5
    group = lattice_symmetries(2)
    images = [[shape_of(w @ g.T) for g in group] for w in every_walk(n, 2)]  # x a, [b] a -> x b
    number = {key: i for i, key in enumerate(sorted({min(keys) for keys in images}))}
    alike = np.bincount([number[min(keys)] for keys in images])
    assert alike.sum() == 284 and {*alike} == {4, 8}  # up to turning the whole walk
    chain = Chain(n, rng=rng)
    seen = np.zeros(len(number))
    for _ in range(20_000):
        chain.run(30)  # enough to forget
        seen[number[min(shape_of(chain.sites @ g.T) for g in group)]] += 1
    assert stats.chisquare(seen, alike / alike.sum() * seen.sum()).pvalue > 1e-4


@pytest.mark.parametrize("Chain", [PivotChain, TreeChain])
@pytest.mark.parametrize(("n", "dim"), [(2, 2), (12, 2), (16, 2), (9, 3), (7, 4)])
def test_mean_squares_are_those_of_all_walks(Chain, n, dim, rng, z_within):
    chain = Chain(n, dim=dim, rng=rng)
    chain.run(1000)
    squares = jackknife(np.mean, chain.record(60_000, every=4))
    exact = count_walks(n, dim=dim).mean_square[n]
    z_within(squares.z_score(exact))
    assert squares.error < exact / 150  # so that 5 % would be seen
    assert chain.attempts == 241_000 and 0 < chain.successes < chain.attempts


def test_both_chains_agree_at_lengths_that_nobody_can_count(rng, z_within):
    plain, tree = PivotChain(300, rng=rng), TreeChain(300, rng=rng)
    plain.run(20_000)
    tree.run(2000)
    one, two = (jackknife(np.mean, chain.record(20_000, every=10)) for chain in (plain, tree))
    z_within((one.value - two.value) / np.hypot(one.error, two.error))
    assert plain.successes / plain.attempts == pytest.approx(
        tree.successes / tree.attempts, rel=0.02
    )


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_an_ideal_chain_has_one_step_squared_a_step(dim, rng, z_within):
    chain = PivotChain(100, dim=dim, avoiding=False, rng=rng)
    chain.run(3000)
    z_within(jackknife(np.mean, chain.record(30_000, every=5)).z_score(100))
    assert chain.successes == chain.attempts


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_the_tree_starts_from_a_walk_that_is_nearly_typical(dim, rng):
    starts = [TreeChain(400, dim=dim, rng=rng) for _ in range(100)]
    squares = np.mean([chain.record(1)[0] for chain in starts])
    chain = TreeChain(400, dim=dim, rng=rng)
    chain.run(5000)
    assert squares == pytest.approx(chain.record(20_000, every=5).mean(), rel=0.4)
    for n in (3, 1000, 30_001):
        sites = TreeChain(n, dim=dim, rng=rng).sites
        assert sites.shape == (n + 1, dim) and len({*map(tuple, sites.tolist())}) == n + 1
        assert np.all(np.abs(np.diff(sites, axis=0)).sum(axis=1) == 1)


def test_the_end_decorrelates_after_a_few_successes(rng):
    chain = TreeChain(1000, rng=rng)
    chain.run(5000)
    tau = autocorrelation_time(chain.record(100_000))
    assert 1 < tau.value * chain.successes / chain.attempts < 20


def test_seeds_repeat_and_lengths_of_runs_add_up():
    for Chain in (PivotChain, TreeChain):
        one, two = Chain(50, dim=3, rng=5), Chain(50, dim=3, rng=np.random.default_rng(5))
        assert one.run(300) == two.run(100) + two.run(200)
        assert np.array_equal(one.sites, two.sites)
        assert np.array_equal(one.record(5, every=7), two.record(5, every=7))
        assert one.successes == two.successes
        last = one.sites[-1] - one.sites[0]
        assert one.record(1, every=1).dtype == float
        assert last @ last == two.record(1)[0] or one.successes >= 0
    flat = np.array([3, 4, 0, 0], np.int32)
    assert _end_square(flat, 1, 2) == 25


# Lines


def test_a_line_is_that_of_least_squares(rng):
    x, errors = rng.normal(size=12), rng.uniform(0.1, 1, 12)
    y = 2 * x + 1 + errors * rng.normal(size=12)
    slope, intercept, chi2 = line_through(x, y, errors)
    fit, covariance = np.polyfit(x, y, 1, w=1 / errors, cov="unscaled")
    assert [slope.value, intercept.value] == pytest.approx(fit, abs=1e-12)
    assert [slope.error, intercept.error] == pytest.approx(np.sqrt(np.diag(covariance)))
    assert chi2 == pytest.approx(np.sum(((y - np.polyval(fit, x)) / errors) ** 2))


# What is refused


@pytest.mark.parametrize("make", [
    lambda n, dim: count_walks(n, dim=dim),
    lambda n, dim: PivotChain(n, dim=dim, rng=1),
    lambda n, dim: TreeChain(n, dim=dim, rng=1),
])  # fmt: skip
def test_lengths_and_dimensions_out_of_range_are_refused(make):
    for n in (None, True, "5", 2.5, np.nan, np.inf, [], [3], -1, 0, np.float64(5), 10**30):
        with pytest.raises(ValueError, match="n must be"):
            make(n, 2)
    for dim in (None, True, "2", 2.0, np.nan, 1, 5, 0, -2, [2], 10**30):
        with pytest.raises(ValueError, match="dim must be"):
            make(5, dim)
    for n in (np.int8(5), np.uint64(5), np.int64(5), np.array(5)):
        make(n, np.int16(2))


@pytest.mark.parametrize(("dim", "longest"), [(2, 22), (3, 15), (4, 12)])
def test_counts_end_where_they_take_a_minute(dim, longest):
    with pytest.raises(ValueError, match=f"n must be at most {longest} for dim = {dim}, got "):
        count_walks(longest + 1, dim=dim)


@pytest.mark.parametrize("Chain", [PivotChain, TreeChain])
def test_a_chain_refuses_what_it_cannot_do(Chain):
    for n in (1, 2**21 + 1):
        with pytest.raises(ValueError, match="n must be at"):
            Chain(n, rng=1)
    with pytest.raises(ValueError, match="rng is needed"):
        Chain(5, rng=None)
    chain = Chain(2, rng=1)
    for wrong in (0, -1, None, True, 2.0, "3", np.nan, [], 10**30):
        with pytest.raises(ValueError, match="every must be|one call makes"):
            chain.run(wrong)
        with pytest.raises(ValueError, match="n_samples must be"):
            chain.record(wrong)
        with pytest.raises(ValueError, match="every must be|one call makes"):
            chain.record(1, every=wrong)
    assert chain.attempts == 0
    assert chain.record(np.int8(2), every=np.uint16(3)).size == 2


def test_the_most_that_one_call_does():
    assert attempts_of(2**24, 2**4) == (2**24, 2**4)
    with pytest.raises(ValueError, match="at most 2..24"):
        attempts_of(2**24 + 1, 1)
    with pytest.raises(ValueError, match="at most 2..28"):
        attempts_of(2**24, 2**4 + 1)


def test_the_longest_walks_can_be_had():
    longest = PivotChain(2**21, rng=1)
    longest.run(1)
    assert longest.sites.shape == (2**21 + 1, 2)


def test_avoiding_is_yes_or_no():
    for wrong in (None, 1, "no", np.nan, []):
        with pytest.raises(ValueError, match="avoiding must be True or False"):
            PivotChain(5, avoiding=wrong, rng=1)
    assert PivotChain(5, avoiding=np.bool_(False), rng=1).run(3) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1, 2], [1]), "lists of one length"),
        (([[1, 2]], [[1, 2]], [[1, 1]]), "lists of one length"),
        (([1], [1], [1]), "two different x"),
        (([], [], []), "two different x"),
        (([1, 1], [1, 2], [1, 1]), "two different x"),
        (([1, 2], [1, np.nan], [1, 1]), "y must be finite"),
        (([1, np.inf], [1, 2], [1, 1]), "x must be finite"),
        (([1, 2], [1, 2], [1, 0]), "errors must be positive"),
        (([1, 2], [1, 2], [1, -1]), "errors must be positive"),
        (([1, 2], [1, 2], [1e-200, 1]), "rescale"),
        (([1e200, 2], [1, 2], [1, 1]), "rescale"),
        ((["a", 2], [1, 2], [1, 1]), "real number"),
        ((None, [1, 2], [1, 1]), "real number"),
        (([True, False], [1, 2], [1, 1]), "truth values"),
        ((np.array([True, False]), [1, 2], [1, 1]), "truth values"),
        (([1, 2], [1, 2], [1, True]), "truth values"),
        (([1, 2], np.ma.array([1, 2], mask=[0, 1]), [1, 1]), "masked"),
    ],
)
def test_lines_through_nothing_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        line_through(*arguments)
