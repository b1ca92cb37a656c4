"""p(block | ring) against enumeration, and the information that rules keep."""

from itertools import product

import numpy as np
import pytest

from rgcourse.exact import CRITICAL_K, kaufman
from rgcourse.information import (
    all_rules,
    block_given_ring,
    rings_of,
    rule_information,
    with_images,
)
from rgcourse.information.surroundings import given_ring
from rgcourse.samplers import SwendsenWang
from rgcourse.statistics import jackknife

WINDOWS = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]  # those that enumeration reaches


def by_enumeration(ring, K, block, buffer):
    """p(block | ring) by summing over all states of the window."""
    w = block + 2 * buffer
    spins = 1 - 2 * (np.arange(2 ** (w * w))[:, None] >> np.arange(w * w) & 1)
    patch = np.zeros((len(spins), w + 2, w + 2), int)
    patch[:, 1:-1, 1:-1] = spins.reshape(-1, w, w)
    patch[:, 0, 1:-1], patch[:, -1, 1:-1] = ring[:w], ring[w : 2 * w]
    patch[:, 1:-1, 0], patch[:, 1:-1, -1] = ring[2 * w : 3 * w], ring[3 * w :]
    bonds = (patch[:, 1:] * patch[:, :-1]).sum((1, 2))
    bonds = bonds + (patch[:, :, 1:] * patch[:, :, :-1]).sum((1, 2))
    inner = patch[:, 1 + buffer : 1 + buffer + block, 1 + buffer : 1 + buffer + block]
    state = (inner.reshape(len(spins), -1) < 0) @ 2 ** np.arange(block**2)
    p = np.bincount(state, np.exp(K * bonds), 2**block**2)
    return p / p.sum()


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("K", [CRITICAL_K, -0.7, 0.0, 2.0])
def test_ring_against_enumeration(rng, window, K):
    block, buffer = window
    rings = rng.choice([-1, 1], (3, 4 * (block + 2 * buffer)))
    p = block_given_ring(rings, K, block=block, buffer=buffer)
    for ring, row in zip(rings, p, strict=True):
        np.testing.assert_allclose(row, by_enumeration(ring, K, block, buffer), rtol=1e-11)


@pytest.mark.parametrize("buffer", [0, 1, 2])
def test_a_block_says_of_its_centre_what_the_centre_alone_says(rng, buffer):
    rings = rng.choice([-1, 1], (20, 4 * (3 + 2 * buffer)))
    p = block_given_ring(rings, 0.41, block=3, buffer=buffer)
    up = np.arange(512) >> 4 & 1 == 0
    alone = block_given_ring(rings, 0.41, block=1, buffer=buffer + 1)
    np.testing.assert_allclose(p[:, up].sum(1), alone[:, 0], rtol=1e-12)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-12)


def moved(block, how):
    """Where each state goes when its block is transposed or turned upside down."""
    sites = how(np.arange(block**2).reshape(block, block)).ravel()
    states = np.arange(2**block**2)
    return sum((states >> site & 1) << i for i, site in enumerate(sites))


@pytest.mark.parametrize("window", [(2, 1), (2, 2), (3, 1), (2, 3)])
def test_symmetries_of_the_square(rng, window):
    block, buffer = window
    w = block + 2 * buffer
    rings = rng.choice([-1, 1], (10, 4 * w))
    p = block_given_ring(rings, CRITICAL_K, block=block, buffer=buffer)
    top, bottom, left, right = np.split(rings, 4, axis=1)

    def of(*sides):
        return block_given_ring(np.hstack(sides), CRITICAL_K, block=block, buffer=buffer)

    np.testing.assert_allclose(of(-top, -bottom, -left, -right)[:, ::-1], p, rtol=1e-11)
    transposed = of(left, right, top, bottom)
    np.testing.assert_allclose(transposed[:, moved(block, np.transpose)], p, rtol=1e-11)
    turned = of(bottom, top, left[:, ::-1], right[:, ::-1])
    np.testing.assert_allclose(turned[:, moved(block, np.flipud)], p, rtol=1e-11)


@pytest.mark.parametrize("block", [1, 2, 3])
def test_images_are_those_of_the_lattice(rng, block):
    """What is said of the turned, reflected, flipped lattice stands among the images, and back."""
    window = rng.choice([-1, 1], (block + 4, block + 4))
    turned = [np.rot90(window, turn) for turn in range(4)]
    lattices = np.array([sign * s for t in turned for s in (t, t.T) for sign in (1, -1)])
    there = block_given_ring(rings_of(lattices, block=block), CRITICAL_K, block=block)
    here = with_images(there[:1])
    assert here.shape == (16, 2**block**2)
    apart = np.abs(there[:, None] - here).max(axis=2)
    assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1e-13
    many = with_images(there[:3])
    np.testing.assert_array_equal(many[:16], here)


def test_the_kernel_runs_as_plain_python(rng):
    rings = rng.choice([-1, 1], (2, 16))
    work, out = np.zeros(3 << 6), np.empty(2 * 16)
    given_ring(rings.ravel(), 2, 2, 1, np.exp(0.3 * np.arange(-3, 4)), work, out)
    np.testing.assert_allclose(out.reshape(2, 16), block_given_ring(rings, 0.3), rtol=1e-13)


@pytest.mark.parametrize("window", [(2, 1), (2, 2), (3, 1)])
def test_mean_over_rings_is_the_lattice(rng, z_within, window):
    """The blocks that rings of a chain predict have the exact bond of the torus."""
    block, buffer = window
    chain = SwendsenWang(16, CRITICAL_K, rng=rng)
    chain.sweep(50)
    spins = np.array([chain.sweep(2) or chain.spins for _ in range(4000)])
    p = block_given_ring(
        rings_of(spins, block=block, buffer=buffer), CRITICAL_K, block=block, buffer=buffer
    )
    states = np.arange(2**block**2)
    bond = 1 - 2 * ((states ^ states >> 1) & 1)
    by_lattice = (p @ bond).reshape(4000, -1).mean(1)
    measured = jackknife(np.mean, by_lattice, n_bins=50)
    exact = -kaufman(16, CRITICAL_K).energy / 2
    z_within(measured.z_score(exact))
    wrong = block_given_ring(
        rings_of(spins, block=block, buffer=buffer), 1.05 * CRITICAL_K, block=block, buffer=buffer
    )
    assert abs(np.mean(wrong @ bond) - exact) > 4 * measured.error


def test_rings_stand_around_their_windows():
    L = 12
    i, j = np.meshgrid(np.arange(L), np.arange(L), indexing="ij")
    rows, columns = (rings_of(np.where(x % 6 == 0, 1, -1)[None]) for x in (i, j))
    assert rows.shape == (4, 16)  # two windows of 6 along each axis
    top, left = rows[:, :4], columns[:, 8:12]
    assert np.all(top == 1) and np.all(left == 1)
    assert np.all(rows[:, 4:] == -1)
    assert np.all(columns[:, :8] == -1) and np.all(columns[:, 12:] == -1)


def direct(p, rule):
    """I(block spin : ring) from the joint table."""
    joint = np.stack([p @ rule, p @ (1 - rule)]) / len(p)
    q = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    seen = joint > 0
    return np.sum(joint[seen] * np.log(joint[seen] / q[seen]))


def test_information_of_rules(rng):
    p = rng.dirichlet(np.ones(16), 200)
    rules = np.vstack([rng.integers(0, 2, (5, 16)), rng.random((5, 16))])
    kept = rule_information(p, rules)
    np.testing.assert_allclose(kept, [direct(p, rule) for rule in rules], atol=1e-13)
    assert np.max(np.abs(rule_information(p.astype(np.float32), rules) - kept)) < 3e-6
    assert rule_information(p, rules[0]).shape == ()
    assert rule_information(p, rules[0]) == pytest.approx(kept[0], abs=1e-15)


def test_pieces_are_as_good_as_the_whole(rng, monkeypatch):
    p, rules = rng.dirichlet(np.ones(4), 50), all_rules(4)
    whole = rule_information(p, rules)
    monkeypatch.setattr("rgcourse.information.surroundings.CHUNK", 150)
    np.testing.assert_allclose(rule_information(p, rules), whole, rtol=1e-13)


def test_all_rules_are_all_different():
    rules = all_rules(5)
    assert {tuple(rule) for rule in rules} == {(1, *rest) for rest in product((0, 1), repeat=4)}
    assert rules[0b0110].tolist() == [1, 1, 0, 0, 1]


def test_convexity_no_coin_beats_the_best_table(rng):
    p = block_given_ring(rng.choice([-1, 1], (300, 16)), CRITICAL_K)
    best = np.max(rule_information(p, all_rules()))
    assert np.all(rule_information(p, rng.random((300, 16))) < best)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: block_given_ring(np.ones((2, 12)), 0.4), r"shape \(n_rings, 16\)"),
        (lambda: block_given_ring(np.ones(16), 0.4), r"shape \(n_rings, 16\)"),
        (lambda: block_given_ring(np.zeros((1, 16)), 0.4), r"\+1 or -1"),
        (lambda: block_given_ring(np.full((1, 16), np.nan), 0.4), r"\+1 or -1"),
        (lambda: block_given_ring(np.ones((1, 16)), np.nan), "finite"),
        (lambda: block_given_ring(np.ones((1, 16)), 2.5), "between -2 and 2"),
        (lambda: block_given_ring(np.ones((1, 16)), 0.4, block=4), "at most 3"),
        (lambda: block_given_ring(np.ones((1, 16)), 0.4, buffer=4), "at most 8"),
        (lambda: block_given_ring(np.ones((1, 16)), 0.4, buffer=-1), "at least 0"),
        (lambda: block_given_ring(np.ones((0, 16)), 0.4), "non-empty"),
        (lambda: rings_of(np.ones((1, 4, 4))), "L >= 6"),
        (lambda: rings_of(np.ones((8, 8))), r"\(n_samples, L, L\)"),
        (lambda: with_images(np.ones((3, 4))), r"n of \[2, 16, 512\]"),
        (lambda: with_images(np.ones(16)), r"shape \(n_rings, n\)"),
        (lambda: with_images(np.ones((0, 16))), "p"),
        (lambda: with_images([[0.5, np.nan]]), "finite"),
        (lambda: all_rules(30), "at most 18"),
        (lambda: all_rules(2.5), "whole number"),
        (lambda: rule_information([[0.5, 0.4]], [1, 0]), "sum to 1"),
        (lambda: rule_information([[1.5, -0.5]], [1, 0]), "sum to 1"),
        (lambda: rule_information([[0.5, 0.5]], [1, 0, 1]), r"\(n_rules, 2\)"),
        (lambda: rule_information([[0.5, 0.5]], [1, 2]), "between 0 and 1"),
        (lambda: rule_information([[0.5, np.nan]], [1, 0]), "finite"),
        (lambda: rule_information([0.5, 0.5], [1, 0]), r"\(n_rings, n_states\)"),
        (lambda: rule_information([[0.5, 0.5]], None), "real number"),
    ],
)
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()
