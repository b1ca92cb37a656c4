"""The network that trains in the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.networks import live, probing

L, CHANNELS, N_HIDDEN, LEAK = 32, np.array([8, 4, 4, 4], np.int32), 8, np.float32(0.1)
SHAPE = (len(CHANNELS), N_HIDDEN, L)
SCALES = np.array([2.25, 0.35, -1.33, 0.36])


@pytest.fixture(scope="module")
def page():
    return Page("conveyors.wasm")


@pytest.fixture(scope="module")
def network():
    return Page("training.wasm")


def both(page, name, module, *arguments):
    """Call the kernel in the page and here: the results, and pairs of the arrays after it."""
    there = [
        page.put(a) if isinstance(a, np.ndarray) else float(a) if isinstance(a, np.float32) else a
        for a in arguments
    ]
    found = page.call(name, *there)
    expected = native(getattr(module, name))(*arguments)
    arrays = [
        (page.get(at, a), a)
        for at, a in zip(there, arguments, strict=True)
        if isinstance(a, np.ndarray)
    ]
    for one, other in arrays:
        assert np.array_equal(one, other, equal_nan=True)
    return found, expected


@pytest.mark.parametrize("shuffled", [0, 1])
def test_training_gives_the_same_bits(network, rng, shuffled):
    n = live.n_weights(CHANNELS, 4, N_HIDDEN)
    assert network.call("n_weights", network.put(CHANNELS), 4, N_HIDDEN) == n
    n_maps = live.maps_before(CHANNELS, 4, L) + 2 * 2 * 4
    state, weights = random_state(rng), np.zeros(n, np.float32)
    both(network, "draw_weights", live, weights, CHANNELS, 4, N_HIDDEN, state)
    batch = 6
    lattices = rng.choice(np.int8([-1, 1]), batch * L * L)
    truths, order = rng.normal(size=4 * batch), np.zeros(batch, np.int32)
    buffers = [np.zeros(size, np.float32) for size in (n_maps, 4 + N_HIDDEN, n_maps, n, 2 * n)]
    powers, losses = np.ones(2), []
    for _ in range(4):
        loss = both(
            network, "train_step", live, lattices, truths, 4, order, batch, shuffled, weights,
            CHANNELS, *SHAPE, LEAK, *buffers, powers, 0.02, state,
        )  # fmt: skip
        assert loss[0] == loss[1]
        losses.append(loss[0])
    assert len(set(losses)) == 4 and np.count_nonzero(weights) > 0.9 * n
    answers = both(network, "predict", live, weights, CHANNELS, *SHAPE, LEAK, *buffers[:2])
    assert answers[0] == answers[1] != 0


def test_lattices_and_lanes_give_the_same_bits(page, rng):
    state, spins = random_state(rng), rng.choice(np.int8([-1, 1]), L * L)
    lattice, truths = np.zeros(L * L, np.int8), np.zeros(4)
    both(page, "take_lattice", probing, spins, L, 2.4, SCALES, lattice, truths, state)
    coins, after = np.zeros(L * L // 4, np.int8), np.zeros(L * L // 4, np.float32)
    both(page, "draw_coins", probing, coins, coins.size, state)
    for votes in (0, 1):
        maps = lattice.astype(np.float32)
        both(page, "halve", probing, maps, L, votes, coins, after)
    sites, features = np.zeros(L * L // 4, np.float32), np.zeros(probing.FEATURES)
    both(page, "in_channels", probing, after, L // 4, sites)
    both(page, "read_features", probing, sites, 0, L // 4, features)
    assert features[0] == 1 and np.count_nonzero(features) > 20


def test_the_reader_gives_the_same_bits(page, rng):
    n, size = 60, probing.FEATURES
    sums, reader = np.zeros(size * (size + 4)), np.zeros(size * 4)
    features = np.column_stack([np.ones(n), rng.normal(size=(n, size - 1))])
    truths = features[:, 1:5] + rng.normal(size=(n, 4))
    for f, t in zip(features, truths, strict=True):
        native(probing.add_lesson)(f, t, sums)
    both(page, "add_lesson", probing, features[0], truths[0], sums)
    both(page, "fit_reader", probing, sums, 1e-3, reader, np.zeros(size * (size + 1)))
    misses = np.zeros((n, 4))
    both(page, "examine_reader", probing, features[0], truths[0], reader, misses[0].copy())
    misses[:] = features @ reader.reshape(size, 4) - truths
    both(page, "read_shares", probing, misses.ravel(), truths.ravel(), n, np.zeros(8))
