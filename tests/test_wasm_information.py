"""What rules keep and do in the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.exact import CRITICAL_K
from rgcourse.information import block_rules, grouping, keep_most, surroundings

WEIGHTS = np.exp(CRITICAL_K * np.arange(-3, 4))


@pytest.fixture
def page():
    return Page("information.wasm")


@pytest.fixture
def groups_page():
    return Page("grouping.wasm")


def in_page_and_here(page, kernel, arguments, *results):
    """Call a kernel in both worlds; (returned there, here), and its results must be equal."""
    there = [page.put(x) if isinstance(x, np.ndarray) else x for x in arguments]
    returned = page.call(kernel.__name__, *there), native(kernel)(*arguments)
    for k in results:
        assert np.array_equal(page.get(there[k], arguments[k]), arguments[k])
    return returned


@pytest.fixture
def table(page, rng):
    """p(state, ring) of 50 rings, made by the kernels in the page as it makes them here."""
    rings = rng.choice(np.int8([-1, 1]), 50 * 16)
    p, work = np.zeros(50 * 16), np.zeros(3 << 6)
    kernel = getattr(surroundings.given_ring, "py_func", surroundings.given_ring)
    in_page_and_here(page, kernel, (rings, 50, 2, 1, WEIGHTS, work, p), 6)
    assert np.array_equal(p.reshape(50, 16), surroundings.block_given_ring(
        rings.reshape(50, 16), CRITICAL_K))  # fmt: skip
    table = np.zeros(16 * 800)
    in_page_and_here(page, block_rules.fill_table, (p, 50, table), 2)
    return table


@pytest.mark.parametrize("stride", [6, 32])
def test_rings(page, rng, stride):
    spins, rings = rng.choice(np.int8([-1, 1]), 64 * 64), np.zeros(16 * 200, np.int8)
    one, other = in_page_and_here(page, block_rules.cut_rings, (spins, 64, stride, rings, 7), 3)
    assert one == other == (100 if stride == 6 else 4)


def test_information(page, rng, table):
    rule = rng.integers(0, 2, 16).astype(np.int8)
    one, other = in_page_and_here(page, block_rules.kept_by, (table, 800, rule))
    assert one == pytest.approx(other, abs=1e-12) and one > 0
    one, other = in_page_and_here(page, block_rules.kept_by_all, (table, 800))
    assert one == pytest.approx(other, abs=1e-12) and one > 0
    trial, best = np.zeros((2, 16), np.int8)
    one, other = in_page_and_here(page, block_rules.best_symmetric, (table, 800, trial, best), 3)
    assert one == pytest.approx(other, abs=1e-12)


def test_rules_at_random(page, rng):
    for symmetric in (0, 1):
        rule, state = np.zeros(16, np.int8), random_state(rng)
        in_page_and_here(page, block_rules.random_rule, (symmetric, rule, state), 1, 2)


def test_blocks_and_mean_spins(page, rng):
    spins, rule = rng.choice(np.int8([-1, 1]), 3 * 32 * 32), rng.integers(0, 2, 16).astype(np.int8)
    out = np.zeros(16 * 16, np.int8)
    in_page_and_here(page, block_rules.blocks_by_rule, (spins[: 32 * 32].copy(), 32, rule, out), 3)
    mirror, work, means = np.zeros(16, np.int8), np.zeros(32 * 32, np.int8), np.zeros(4)
    arguments = (spins, 3, 32, 3, rule, mirror, work, means)
    in_page_and_here(page, block_rules.mean_levels, arguments, 7)
    assert np.all(means[1:] != 0)


@pytest.mark.parametrize("k", [2, 3])
def test_groups_that_keep_most(groups_page, rng, table, k):
    """One start of the algorithm, the same in the page, natively and by its function."""
    length = grouping.memory_length(16, 800, k)
    assert groups_page.call("memory_length", 16, 800, k) == length
    labels, trial = np.zeros((2, 16), np.int32)
    seed = int(rng.integers(1000))
    state = random_state(np.random.default_rng(seed))
    arguments = (table, 16, 800, k, labels, trial, np.zeros(length), state)
    one, other = in_page_and_here(groups_page, grouping.group_once, arguments, 4, 7)
    groups = keep_most(table.reshape(16, 800), k, n_restarts=1, rng=seed)
    assert one == pytest.approx(other, abs=1e-11)
    assert one == pytest.approx(groups.information, abs=1e-12)
    same = labels[:, None] == labels
    assert np.array_equal(same, groups.labels[:, None] == groups.labels)
