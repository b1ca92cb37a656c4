"""Block spins and decimation against exact maps and plain NumPy."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from rgcourse.blocking import block_spins, decimate_spins


def block_sums(spins, b):
    """Sums over blocks by reshaping."""
    n, L, dim = len(spins), spins.shape[1], spins.ndim - 1
    cut = spins.reshape(n, *(L // b, b) * dim).astype(int)
    return cut.sum(tuple(range(2, 2 * dim + 1, 2)))


def random_spins(shape, seed=0):
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), shape)


@pytest.mark.parametrize(("dim", "L", "b"), [
    (1, 12, 2), (1, 12, 3), (1, 12, 12), (2, 12, 2), (2, 12, 3), (2, 12, 4), (2, 12, 12),
    (2, 15, 5), (3, 6, 2), (3, 6, 3), (3, 6, 6), (2, 66, 1), (2, 66, 2), (3, 10, 2),
])  # fmt: skip
def test_block_spins_are_the_signs_of_block_sums(dim, L, b):
    spins = random_spins((40, *(L,) * dim))
    blocks, sums = block_spins(spins, b, rng=1), block_sums(spins, b)
    assert blocks.dtype == np.int8 and blocks.shape == sums.shape
    assert set(np.unique(blocks)) <= {-1, 1}
    assert np.array_equal(blocks[sums != 0], np.sign(sums[sums != 0]))


@pytest.mark.parametrize(("b", "dim"), [(2, 1), (2, 2), (4, 2), (2, 3)])
def test_ties_are_fair_and_independent(b, dim, rng, z_within):
    block = np.resize([1, -1], b**dim).reshape((b,) * dim)
    spins = np.tile(block, (20_000, *(4,) * dim))  # every block is a tie
    blocks = block_spins(spins, b, rng=rng).reshape(20_000, -1).astype(float)
    z_within(blocks.sum() / np.sqrt(blocks.size))
    pairs = blocks[:, :-1] * blocks[:, 1:]  # neighbours along the stream of coins
    assert abs(pairs.sum() / np.sqrt(pairs.size)) < 4
    pairs = blocks[:-1] * blocks[1:]  # the same block of the next sample
    assert abs(pairs.sum() / np.sqrt(pairs.size)) < 4
    columns = blocks.sum(0) ** 2 / 20_000
    assert abs(norm.isf(chi2.sf(columns.sum(), blocks.shape[1]))) < 4


@pytest.mark.parametrize(("dim", "across"), [(1, 200), (2, 14), (3, 6)])
def test_coins_stay_fair_where_a_lattice_needs_several_words_of_them(dim, across, rng, z_within):
    """About 200 blocks, all tied: three words of 64 coins each, and some of a fourth."""
    block = np.resize([1, -1], 2**dim).reshape((2,) * dim)
    spins = np.tile(block, (2000, *(across,) * dim))
    blocks = block_spins(spins, 2, rng=rng).reshape(2000, -1).astype(float)
    for start in range(0, blocks.shape[1], 64):
        word = blocks[:, start : start + 64]
        z_within(word.sum() / np.sqrt(word.size))
    for distance in (63, 64, 65, 128):
        pairs = blocks[:, distance:] * blocks[:, :-distance]
        z_within(pairs.sum() / np.sqrt(pairs.size))


@pytest.mark.parametrize("K", [0.2, 0.440686793509772])
def test_exact_map_of_4x4_to_2x2(K, rng, z_within):
    """Block every state many times; the weight of each of the 16 outcomes is known exactly."""
    repeats = 50
    codes = np.arange(2**16)
    spins = np.array([2 * (codes >> i & 1) - 1 for i in range(16)], np.int8).T.reshape(-1, 4, 4)
    bonds = sum((spins * np.roll(spins, 1, axis)).sum((1, 2), dtype=int) for axis in (1, 2))
    weight = np.exp(K * bonds)
    weight /= weight.sum()
    up = (1 + np.sign(block_sums(spins, 2).reshape(-1, 4))) / 2
    seen = np.zeros((len(codes), 16))
    for _ in range(repeats):
        outcome = (block_spins(spins, 2, rng=rng).reshape(-1, 4) > 0) @ [1, 2, 4, 8]
        seen[codes, outcome] += 1 / repeats
    total = 0.0
    for code, bits in enumerate(product((0, 1), repeat=4)):
        p = np.prod([up[:, k] if bit else 1 - up[:, k] for k, bit in enumerate(bits)], axis=0)
        code = np.dot(bits, [1, 2, 4, 8])
        assert np.all(seen[p == 0, code] == 0)
        error = np.sqrt(np.sum(weight**2 * p * (1 - p)) / repeats)
        z_within((weight @ seen[:, code] - weight @ p) / error)
        total += weight @ p
    assert abs(total - 1) < 1e-12


def test_seeds_repeat_and_odd_blocks_need_none():
    spins = random_spins((5, 8, 8))
    assert np.array_equal(block_spins(spins, 2, rng=3), block_spins(spins, rng=3))
    assert not np.array_equal(block_spins(spins, 2, rng=3), block_spins(spins, 2, rng=4))
    generator = np.random.default_rng(3)
    assert np.array_equal(block_spins(spins, rng=3), block_spins(spins, rng=generator))
    assert not np.array_equal(block_spins(spins, rng=3), block_spins(spins, rng=generator))
    odd = random_spins((5, 9, 9))
    assert np.array_equal(block_spins(odd, 3), block_spins(odd, 3, rng=5))


def test_input_is_left_alone_and_may_have_any_layout():
    spins = random_spins((4, 8, 8))
    copy = spins.copy()
    expected = block_spins(spins, 2, rng=1)
    assert np.array_equal(spins, copy)
    alike = [spins.astype(float), spins.tolist(), np.asfortranarray(spins), spins.astype(">i4")]
    for same in alike:
        assert np.array_equal(block_spins(same, 2, rng=1), expected)
    turned = spins.transpose(0, 2, 1)
    assert np.array_equal(block_spins(turned, 2, rng=1), block_spins(turned.copy(), 2, rng=1))


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_decimation_keeps_every_bth_site(dim):
    spins = random_spins((3, *(6,) * dim))
    for b in (1, 2, 3, 6):
        kept = decimate_spins(spins, b)
        assert kept.shape == (3, *(6 // b,) * dim) and kept.dtype == np.int8
        for site in product(range(6 // b), repeat=dim):
            assert np.array_equal(kept[:, *site], spins[:, *(b * x for x in site)])
    kept = decimate_spins(spins)
    kept[...] = 0
    assert np.all(spins != 0)


@settings(deadline=None, max_examples=40)
@given(L=st.integers(1, 12), b=st.integers(2, 12))
def test_blocks_must_divide_the_lattice(L, b):
    spins = np.ones((2, L, L), np.int8)
    if L % b == 0:
        assert np.all(block_spins(spins, b, rng=1) == 1)
        assert np.all(decimate_spins(spins, b) == 1)
    else:
        for function in (lambda: block_spins(spins, b, rng=1), lambda: decimate_spins(spins, b)):
            with pytest.raises(ValueError, match=f"{b} does not divide L = {L}; use"):
                function()


bad_arrays = [
    (np.zeros((2, 4, 4)), r"must be \+1 or -1, found 0"),
    (np.full((2, 4, 4), 2), r"must be \+1 or -1, found 2"),
    (np.full((2, 4, 4), np.nan), r"must be \+1 or -1, found nan"),
    (np.ones((2, 4, 4), bool), "dtype bool"),
    (np.ones((2, 4, 4), complex), "dtype complex"),
    (np.full((2, 4, 4), "up"), "dtype <U2"),
    (np.ones((0, 4, 4)), "non-empty"),
    (np.ones((2, 4, 6)), "equal length"),
    (np.ones(4), "axis 0 for samples"),
    (1, "axis 0 for samples"),
]


@pytest.mark.parametrize(("spins", "message"), bad_arrays)
def test_bad_spins(spins, message):
    with pytest.raises(ValueError, match=message):
        block_spins(spins, 2, rng=1)
    with pytest.raises(ValueError, match=message):
        decimate_spins(spins, 2)


@pytest.mark.parametrize("b", [0, -1, 2.0, None, "2", True])
def test_bad_blocks(b):
    for function in (block_spins, decimate_spins):
        with pytest.raises(ValueError, match="b must be"):
            function(np.ones((1, 4, 4)), b)


def test_missing_rng_and_too_many_axes():
    with pytest.raises(ValueError, match=r"blocks of 2\*\*2 spins can tie.*pass rng=1"):
        block_spins(np.ones((1, 4, 4)))
    with pytest.raises(ValueError, match="rng must be"):
        block_spins(np.ones((1, 4, 4)), rng="seed")
    with pytest.raises(ValueError, match="1 to 3 axes"):
        block_spins(np.ones((1, 2, 2, 2, 2)), rng=1)


@pytest.mark.parametrize("coarsen", [decimate_spins, lambda s, **dim: block_spins(s, rng=1, **dim)])
def test_one_lattice_is_not_taken_for_many_chains(coarsen):
    lattice = random_spins((8, 8))
    with pytest.raises(ValueError, match=r"shape \(8, 8\).*spins\[None\].*dim=1 for 8 chains"):
        coarsen(lattice)
    for n in (7, 9):
        assert coarsen(random_spins((n, 8))).shape == (n, 4)
    assert coarsen(lattice, dim=1).shape == (8, 4)
    assert coarsen(lattice[None]).shape == coarsen(lattice[None], dim=2).shape == (1, 4, 4)
    for dim, shape in ((2, "n_samples, L, L"), (3, "n_samples, L, L, L")):
        with pytest.raises(ValueError, match=rf"\({shape}\) for dim = {dim}, got \(8, 8\)"):
            coarsen(lattice, dim=dim)
    with pytest.raises(ValueError, match="dim must be at least 1"):
        coarsen(lattice, dim=0)
