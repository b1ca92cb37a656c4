"""Networks in the shape of a tree: against plain sums, numerical derivatives, and solved tasks."""

import builtins

import numpy as np
import pytest

from rgcourse.networks import (
    TreeNet,
    random_reader,
    random_tree,
    train_reader,
    train_tree,
    trees,
)

V = 4


def texts(rng, n=6, length=8):
    return rng.integers(0, V, (n, length))


def plain_maps(layers, rows, v):
    """The layers of one text after the other, from the equation, in float64."""
    found = []
    for row in rows:
        h = [np.sqrt(v) * (np.eye(v)[a] - 1 / v) for a in row]
        maps = []
        for w in layers:
            patch = len(w) // len(h[0])
            seen = [np.concatenate(h[i : i + patch]) for i in range(0, len(h), patch)]
            h = [np.maximum(x @ w.astype(float) / np.sqrt(len(w)), 0) for x in seen]
            maps.append(np.array(h))
        found.append(maps)
    return [np.array(level) for level in zip(*found, strict=True)]


@pytest.mark.parametrize("patches", [(2, 2, 2), (8,), (4, 2)])
def test_a_tree_is_the_equation(rng, patches):
    net, rows = random_tree(V, patches, n_channels=5, n_classes=3, rng=rng), texts(rng)
    *maps, scores = net.activations(rows)
    expected = plain_maps(net.layers, rows, V)
    for ours, theirs in zip(maps, expected, strict=True):
        assert ours.dtype == np.float32 and ours == pytest.approx(theirs, abs=1e-5)
    theirs = expected[-1].reshape(len(rows), -1) @ net.out / np.sqrt(5)
    assert scores == pytest.approx(theirs, abs=1e-5)
    assert np.array_equal(net.classify(rows), theirs.argmax(axis=1))


def test_weights_are_counted():
    deep = random_tree(8, (2, 2, 2), n_channels=64, n_classes=8, rng=1)
    one = random_tree(8, (8,), n_channels=249, n_classes=8, rng=1)
    assert (deep.n_weights, one.n_weights) == (17920, 17928)
    assert random_reader(V, 2, n_channels=3, rng=1).n_weights == 8 * 3 + 6 * 3 + 3 * 2 * 16 * 3


def plain_beside(net, rows):
    """The probabilities that every layer gives the pairs of the siblings: block by block."""
    found = []
    for maps, head in zip(plain_maps(net.layers, rows, net.v), net.heads, strict=True):
        scores = np.einsum("nbc,cswk->nbswk", maps, head.astype(float)) / np.sqrt(maps.shape[-1])
        odds = np.exp(scores)
        found.append(odds / odds.sum(axis=-1, keepdims=True))
    return found


def plain_loss(net, rows):
    """The cross-entropy, written out: each block, its sibling, and the pairs of that."""
    pairs, total = rows[:, 0::2] * net.v + rows[:, 1::2], 0.0
    for l, p in enumerate(plain_beside(net, rows)):
        w, terms = 2**l, []
        for n, block in np.ndindex(p.shape[:2]):
            other = block ^ 1
            for place in range(w):
                terms.append(-np.log(p[n, block, block & 1, place, pairs[n, other * w + place]]))
        total += np.mean(terms)
    return total


def test_a_reader_expects_what_the_equation_says(rng):
    net, rows = random_reader(V, 2, n_channels=5, rng=rng), texts(rng)
    net = net._replace(heads=tuple(10 * h for h in net.heads))
    found = net.predict(rows)
    assert found.shape == (6, 2, 2, 2, 16) and found.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert found == pytest.approx(plain_beside(net, rows)[-1], abs=1e-5)


def test_losses_and_gradients_are_those_of_plain_sums(rng):
    """JAX's loss against the written-out one, its gradient against differences of that."""
    jax = pytest.importorskip("jax")
    rows, right = texts(rng), rng.integers(0, 3, 6)
    net = random_reader(V, 2, n_channels=5, rng=rng)
    net = net._replace(heads=tuple(10 * h for h in net.heads))
    loss, gradient = jax.value_and_grad(trees._beside_loss)((net.layers, net.heads), V, rows)
    assert loss == pytest.approx(plain_loss(net, rows), abs=1e-5)
    for name, found in zip(("layers", "heads"), gradient, strict=True):
        for k in range(2):
            move = rng.normal(size=found[k].shape)
            sides = []
            for sign in (1, -1):
                moved = [w.astype(float) for w in getattr(net, name)]
                moved[k] = moved[k] + sign * 1e-5 * move
                sides.append(plain_loss(net._replace(**{name: tuple(moved)}), rows))
            slope = (sides[0] - sides[1]) / 2e-5
            assert np.sum(found[k] * move) == pytest.approx(slope, abs=2e-4)
    tree = random_tree(V, (2, 2, 2), n_channels=5, n_classes=3, rng=rng)
    scores = tree.activations(rows)[-1].astype(float)
    odds = np.exp(scores)
    expected = -np.mean(np.log(odds[np.arange(6), right] / odds.sum(axis=1)))
    loss = trees._class_loss((tree.layers, tree.out), V, rows, right)
    assert loss == pytest.approx(expected, abs=1e-5)


def test_training_learns_what_can_be_learnt(rng):
    """The class is whether the two halves begin alike: no single symbol knows it."""
    pytest.importorskip("jax")
    rows = texts(rng, 1000, 4)
    right = (rows[:, 0] == rows[:, 2]).astype(int)
    net = random_tree(V, (2, 2), n_channels=16, n_classes=2, rng=rng)
    before = [w.copy() for w in net.layers]
    taught = train_tree(net, rows, right, n_steps=600, rng=rng)
    new = texts(rng, 400, 4)
    assert np.mean(taught.classify(new) == (new[:, 0] == new[:, 2])) > 0.95
    assert all(np.array_equal(w, old) for w, old in zip(net.layers, before, strict=True))


def test_a_reader_learns_what_stands_beside(rng):
    """A sibling that repeats the pair, in the other order, is expected."""
    pytest.importorskip("jax")
    left = texts(rng, 500, 2)
    rows = np.concatenate([left, left[:, ::-1]], axis=1)
    net = random_reader(V, 1, n_channels=16, rng=rng)
    p = train_reader(net, rows, n_steps=600, rng=rng).predict(rows)
    other = rows[:, 2] * V + rows[:, 3]
    assert np.min(p[np.arange(500), 0, 0, 0, other]) > 0.9
    one, two = (train_reader(net, rows, n_steps=5, rng=7) for _ in range(2))
    assert np.array_equal(one.heads[0], two.heads[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"texts": np.zeros((3, 6), int)}, "their length a multiple of 8"),
        ({"texts": np.zeros((3, 8))}, "rows of whole numbers"),
        ({"texts": np.zeros((0, 8), int)}, "rows of whole numbers"),
        ({"texts": np.full((3, 8), V)}, "symbols from 0 to 3"),
        ({"texts": np.full((3, 8), -1)}, "symbols from 0 to 3"),
        ({"classes": [0, 1]}, "classes must be 3 whole numbers"),
        ({"classes": [0, 1, 2]}, "classes must be from 0 to 1"),
        ({"classes": [0, 1, np.nan]}, "classes must be 3 whole numbers"),
        ({"rate": 0.0}, "rate must be positive"),
        ({"rate": np.nan}, "rate"),
        ({"n_steps": 0}, "n_steps"),
        ({"batch_size": 1.5}, "batch_size"),
        ({"rng": None}, "rng is needed"),
    ],
)
def test_bad_input_is_refused(change, message):
    pytest.importorskip("jax")
    given = {"texts": np.zeros((3, 8), int), "classes": [0, 1, 1], "rng": 1} | change
    net = random_tree(V, (2, 2, 2), n_channels=2, n_classes=2, rng=1)
    with pytest.raises(ValueError, match=message):
        train_tree(net, given.pop("texts"), given.pop("classes"), **given)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="one number a layer"):
        random_tree(V, (), n_classes=2, rng=1)
    with pytest.raises(ValueError, match="n_layers"):
        random_reader(V, 0, rng=1)
    with pytest.raises(ValueError, match="each block has a sibling"):
        train_reader(random_reader(V, 2, rng=1), np.zeros((3, 4), int), rng=1)
    with pytest.raises(ValueError, match="does not fit the texts"):
        random_tree(V, (2, 2), n_classes=2, rng=1).classify(np.zeros((3, 8), int))


def test_without_jax_the_way_out_is_named(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name in ("jax", "optax"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    net = random_tree(V, (2, 2), n_classes=2, rng=1)
    assert isinstance(net, TreeNet) and net.classify(np.zeros((1, 4), int)).shape == (1,)
    with pytest.raises(ImportError, match="rgcourse\\[learn\\]"):
        train_tree(net, np.zeros((3, 4), int), [0, 1, 1], rng=1)


def test_symbols_beyond_those_of_a_byte_are_read():
    net = random_tree(300, (2,), n_channels=3, n_classes=2, rng=1)
    (rows,) = net.activations([[0, 299]])[0]
    letters = -np.ones((2, 300)) / np.sqrt(300)
    letters[[0, 1], [0, 299]] += np.sqrt(300)
    expected = np.maximum(letters.ravel() @ net.layers[0] / np.sqrt(600), 0)
    assert np.allclose(rows[0], expected, atol=1e-4)
