"""Block spins by any rule, and what rules keep, against the plain sums that they are made of."""

import numpy as np
import pytest
from wasm_page import native

from rgcourse._random import random_state
from rgcourse.blocking import block_spins, decimate_spins
from rgcourse.exact import CRITICAL_K
from rgcourse.information import (
    all_rules,
    block_by_rule,
    block_given_ring,
    group_rows,
    mutual_information,
    rings_of,
    rule_information,
)
from rgcourse.information import block_rules as kernels
from rgcourse.samplers import SwendsenWang
from rgcourse.widgets.rule_lab import RULES, SPINS, SUMS


def critical_lattices(rng, n, L=32):
    chain = SwendsenWang(L, CRITICAL_K, rng=rng)
    chain.sweep(30)
    lattices = np.empty((n, L, L), np.int8)
    for lattice in lattices:
        chain.sweep(4)
        lattice[...] = chain.spins.reshape(L, L)
    return lattices


def images(states):
    """A state of each block in its 16 images, by NumPy's own turns of the spins."""
    spins = SPINS[states].reshape(-1, 2, 2)
    turned = [np.rot90(spins, turn, axes=(1, 2)) for turn in range(4)]
    both = [image for one in turned for image in (one, one.swapaxes(1, 2))]
    all_16 = [image for one in both for image in (one, -one)]
    return [(image.reshape(-1, 4) < 0) @ (1 << np.arange(4)) for image in all_16]


def with_images(p):
    """p(state | ring) of all rings and all their images."""
    return np.concatenate([p[:, image] for image in images(np.arange(16))])


def table_of(p):
    """p(state, ring) with all images, from the definition."""
    return with_images(p).T / (16 * len(p))


@pytest.fixture
def p(rng):
    return block_given_ring(rings_of(critical_lattices(rng, 8)), CRITICAL_K)


@pytest.fixture
def table(p):
    return table_of(p)


# --- blocking ----------------------------------------------------------------------------------


def test_every_state_becomes_what_the_rule_says(rng):
    rule = rng.integers(0, 2, 16)
    states = SPINS.reshape(16, 2, 2)
    assert block_by_rule(states, rule).ravel().tolist() == (2 * rule - 1).tolist()
    lattice = np.block([[s for s in states[4 * row : 4 * row + 4]] for row in range(4)])
    assert np.array_equal(block_by_rule(lattice[None], rule)[0], 2 * rule.reshape(4, 4) - 1)


def test_known_rules_are_known_blockings(rng):
    spins = rng.choice([-1, 1], (5, 16, 16))
    assert np.array_equal(block_by_rule(spins, RULES["decimation"]), decimate_spins(spins))
    fair = block_spins(spins, rng=rng)
    sums = spins.reshape(5, 8, 2, 8, 2).sum(axis=(2, 4))
    for name in ("majority", "ties up"):
        blocks = block_by_rule(spins, RULES[name])
        assert np.array_equal(blocks[sums != 0], fair[sums != 0])
    assert np.all(blocks[sums == 0] == 1)
    assert np.array_equal(block_by_rule(-spins, RULES["majority"]),
                          -block_by_rule(spins, RULES["majority"]))  # fmt: skip


@pytest.mark.parametrize(
    "spins, rule, message",
    [
        (np.ones((1, 4, 4)), [1, 0], "16 outputs, 1 for up and 0 for down"),
        (np.ones((1, 4, 4)), [0.5] * 16, "ties decided by coins use block_spins"),
        (np.ones((1, 4, 4)), [-1] * 16, "16 outputs"),
        (np.ones((1, 4, 4)), np.ones((4, 4)), r"got \[\[1.0"),
        (np.ones((1, 4, 4)), np.ones(99), r"got \(99,\)"),
        (np.ones((1, 4, 4)), [np.nan] * 16, "rule"),
        (np.ones((1, 4, 4)), None, "rule"),
        (np.ones((1, 4, 4)), "majority", "rule"),
        (np.ones((1, 3, 3)), [1] * 16, "an even L, got L = 3"),
        (np.ones((4, 4)), [1] * 16, r"shape \(n_samples, L, L\)"),
        (np.zeros((1, 4, 4)), [1] * 16, "spins"),
    ],
)
def test_bad_input_is_refused(spins, rule, message):
    with pytest.raises(ValueError, match=message):
        block_by_rule(spins, rule)


# --- kernels of the figure ----------------------------------------------------------------------


@pytest.mark.parametrize("rule", [*RULES.values(), "random"], ids=[*RULES, "random"])
def test_mean_spins_are_those_of_lattices_and_mirror_images(rng, rule):
    lattices = critical_lattices(rng, 6)
    rule = rng.integers(0, 2, 16) if isinstance(rule, str) else rule
    rule = np.asarray(rule, np.int8)
    both, expected = np.concatenate([lattices, -lattices]), []
    for level in range(4):
        both = block_by_rule(both, rule) if level else both
        expected.append(both.mean())
    means, work, mirror = np.full(4, np.nan), np.zeros(32 * 32, np.int8), np.zeros(16, np.int8)
    before = lattices.copy()
    native(kernels.mean_levels)(lattices.ravel(), 6, 32, 3, rule, mirror, work, means)
    assert means == pytest.approx(expected, abs=1e-14)
    assert np.array_equal(lattices, before)
    if np.all(rule != rule[::-1]):
        assert np.all(means == 0), "a symmetric rule grows no magnetization"


@pytest.mark.parametrize("stride", [6, 5, 13, 40])
def test_rings_are_cut_where_they_lie(rng, stride):
    spins = rng.choice(np.int8([-1, 1]), (2, 32, 32))
    per_side = (32 - 6) // stride + 1
    rings = np.zeros((2 * per_side**2, 16), np.int8)
    for k in range(2):
        n = native(kernels.cut_rings)(spins[k].ravel(), 32, stride, rings.ravel(), k * per_side**2)
        assert n == per_side**2
    places = stride * np.arange(per_side)
    windows = [s[x : x + 6, y : y + 6] for s in spins for x in places for y in places]
    expected = np.concatenate([rings_of(window[None]) for window in windows])
    assert np.array_equal(rings, expected)
    if stride == 6:
        assert np.array_equal(rings, rings_of(spins))


def test_the_table_has_every_ring_in_all_images(p):
    table = np.zeros(16 * 16 * len(p))
    native(kernels.fill_table)(p.ravel(), len(p), table)
    columns, expected = table.reshape(16, -1).T, table_of(p).T
    assert np.array_equal(columns[np.lexsort(columns.T)], expected[np.lexsort(expected.T)])


def test_images_of_a_ring_are_images_of_its_block(rng):
    """p of a lattice turned, reflected and flipped is that of the image of the state."""
    window = rng.choice([-1, 1], (6, 6))
    turned = [np.rot90(window, turn) for turn in range(4)]
    lattices = np.array([m * s for t in turned for s in (t, t.T) for m in (1, -1)])
    there = block_given_ring(rings_of(lattices), CRITICAL_K)
    here = with_images(there[:1])
    apart = np.abs(there[:, None] - here).max(axis=2)
    assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1e-14


def test_what_a_rule_keeps_is_the_information_of_its_groups(rng, p, table):
    both = with_images(p)
    assert native(kernels.kept_by_all)(table.ravel(), table.shape[1]) == pytest.approx(
        mutual_information(table), abs=1e-11
    )
    for rule in [*RULES.values(), *rng.integers(0, 2, (20, 16))]:
        rule = np.asarray(rule, np.int8)
        kept = native(kernels.kept_by)(table.ravel(), table.shape[1], rule)
        assert kept == pytest.approx(mutual_information(group_rows(table, rule, 2)), abs=1e-11)
        assert kept == pytest.approx(rule_information(both, rule), abs=1e-11)
    for constant in (0, 1):
        rule = np.full(16, constant, np.int8)
        kept = native(kernels.kept_by)(table.ravel(), table.shape[1], rule)
        assert kept == pytest.approx(0, abs=1e-11)


def test_the_best_symmetric_rule_is_the_best_of_all_that_are(table):
    rules = all_rules()
    symmetric = rules[np.all(rules != rules[:, ::-1], axis=1)]
    assert len(symmetric) == 128
    both = table.T * table.shape[1]
    expected = rule_information(both, symmetric)
    trial, rule = np.zeros((2, 16), np.int8)
    kept = native(kernels.best_symmetric)(table.ravel(), table.shape[1], trial, rule)
    assert kept == pytest.approx(expected.max(), abs=1e-12)
    assert rule.tolist() in symmetric[expected > expected.max() - 1e-12].tolist()


def test_random_rules_are_fair_and_symmetric_where_asked(rng, z_within):
    state, n = random_state(rng), 4000
    drawn = np.zeros((2, n, 16), np.int8)
    for symmetric in (0, 1):
        for k in range(n):
            native(kernels.random_rule)(symmetric, drawn[symmetric, k], state)
    assert np.all(drawn[1] != drawn[1, :, ::-1])
    for free in (drawn[0], drawn[1, :, :8]):
        z_within((free.mean(axis=0) - 0.5) / np.sqrt(0.25 / n))
        pairs = np.corrcoef(free.T)[np.triu_indices(free.shape[1], 1)]
        z_within(pairs * np.sqrt(n), 4.5)


# --- the physics --------------------------------------------------------------------------------


def test_ties_up_beat_the_majority_and_take_sides(rng):
    """The gain and its error, which the images make small; and what ties up do to a lattice."""
    lattices = critical_lattices(rng, 40)
    groups = with_images(block_given_ring(rings_of(lattices), CRITICAL_K)).reshape(16, 40, -1, 16)
    rules = np.array([RULES["ties up"], RULES["majority"]])
    gains = []
    for k in range(40):  # leave one lattice out
        up, majority = rule_information(np.delete(groups, k, axis=1).reshape(-1, 16), rules)
        gains.append(up - majority)
    error = np.sqrt(39 / 40 * np.sum((gains - np.mean(gains)) ** 2))
    assert 0 < 20 * error < np.mean(gains) < 0.007
    blocks = block_by_rule(np.concatenate([lattices, -lattices]), RULES["ties up"])
    share = np.mean(lattices.reshape(40, 16, 2, 16, 2).sum(axis=(2, 4)) == 0)
    assert blocks.mean() == pytest.approx(share, abs=1e-12), "each tie gives one spin up, exactly"


def test_with_the_symmetry_kept_nothing_beats_the_majority(table):
    """By more than a hundred-thousandth of a nat."""
    trial, rule = np.zeros((2, 16), np.int8)
    best = native(kernels.best_symmetric)(table.ravel(), table.shape[1], trial, rule)
    majority = RULES["majority"].astype(np.int8)
    gain = best - native(kernels.kept_by)(table.ravel(), table.shape[1], majority)
    assert 0 <= gain < 1e-5
    assert np.array_equal(rule[SUMS != 0], majority[SUMS != 0])


def test_rules_are_named_by_what_they_do():
    assert RULES["majority"][SUMS > 0].all() and not RULES["majority"][SUMS < 0].any()
    assert RULES["ties up"][SUMS == 0].all()
    assert [len({*map(bool, rule)}) for rule in RULES.values()] == [2, 2, 2]
