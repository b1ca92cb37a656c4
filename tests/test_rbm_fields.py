"""Receptive fields: their products and their sizes."""

import numpy as np
import pytest

from rgcourse import rbm


def test_fields_are_products_of_the_weights():
    rng = np.random.default_rng(11)
    stack = [rbm.random_rbm(m, n, rng=rng) for m, n in ((36, 9), (9, 4), (4, 2))]
    W = [m.W for m in stack]
    first, second, third = rbm.receptive_fields(stack)
    assert np.array_equal(first, W[0])
    assert second == pytest.approx(W[0] @ W[1], abs=1e-15)
    assert third == pytest.approx(W[0] @ W[1] @ W[2], abs=1e-15)


def test_sizes_of_fields_that_are_known():
    L = 8
    delta, pair, even = np.zeros((3, L, L))
    delta[3, 5] = -2.0
    pair[1, 0] = pair[1, 4 - 1] = 1.0  # three apart: 1.5 from their centre
    even[:] = 0.7
    fields = np.stack([delta.ravel(), pair.ravel(), even.ravel(), np.zeros(L * L)], axis=1)
    size = rbm.field_size(fields)
    assert size[:2] == pytest.approx([0, 1.5], abs=1e-12)
    assert size[2] == pytest.approx(L / np.sqrt(6), rel=0.02)  # it has no centre
    assert np.isnan(size[3])
    assert rbm.field_size(fields[:, 1]) == pytest.approx(1.5)


def test_size_of_a_gaussian_anywhere_on_the_torus():
    L, sigma = 32, 2.5
    x = np.arange(L)
    for shift in (0, 7, 29):
        d = (x - shift + L / 2) % L - L / 2
        profile = np.exp(-(d**2) / (4 * sigma**2))  # squared: a normal distribution
        size = rbm.field_size(np.outer(profile, np.roll(profile, 5)).ravel())
        assert size == pytest.approx(np.sqrt(2) * sigma, rel=1e-6)


def test_spots_of_fields_that_are_known():
    """A block has half its side, wherever it stands and however many of either sign there are."""
    L = 24
    one, many, even = np.zeros((3, L, L))
    one[-3:, 20:] = one[-3:, :2] = 2.0  # 3 by 6, across the edge
    for x, y, sign in ((0, 0, 1), (13, 3, -1), (5, 15, 1), (18, 16, -1)):
        many[x : x + 4, y : y + 4] = sign
    even[:] = 0.7
    fields = np.stack([f.ravel() for f in (many, even, np.zeros((L, L)))], axis=1)
    size = rbm.spot_size(fields)
    assert size[0] == pytest.approx(2, abs=1e-9)
    assert size[1] == L / 2
    assert np.isnan(size[2])
    assert rbm.spot_size(1e-200 * fields)[:2] == pytest.approx(size[:2])
    assert 1.5 < rbm.spot_size(one.ravel()) < 3
    assert rbm.spot_size(fields[:, 0]) == size[0]


@pytest.mark.parametrize(
    "fields, message", [(np.ones(10), "L \\* L rows"), (np.array([1, 2, 3, np.nan]), "fields")]
)
def test_sizes_refuse(fields, message):
    for size in (rbm.field_size, rbm.spot_size):
        with pytest.raises(ValueError, match=message):
            size(fields)


def test_fields_refuse():
    with pytest.raises(ValueError, match="9 hidden units"):
        rbm.receptive_fields([rbm.random_rbm(16, 9, rng=1), rbm.random_rbm(8, 2, rng=1)])
    with pytest.raises(ValueError, match="at least one"):
        rbm.receptive_fields([])


def test_a_block_holds_all_of_its_block_spin_and_by_cauchy_schwarz_no_more(rng):
    L = 12
    spin = np.zeros((L, L))
    spin[10:, 3:7] = spin[:2, 3:7] = -0.4  # 4 by 4, across the edge
    share = rbm.block_share(spin.ravel(), 4)
    assert share.shape == (L, L) and share[10, 3] == pytest.approx(1)
    assert share[10, 5] == pytest.approx(0.25)
    assert rbm.block_share(spin.ravel(), 2).max() == pytest.approx(1 / 4)
    noise = rng.standard_normal((L * L, 5))
    for side in (1, 3, 12):
        shares = rbm.block_share(noise, side)
        total = sum(
            np.roll(noise.reshape(L, L, -1), (-i, -j), (0, 1))
            for i in range(side) for j in range(side)
        )  # fmt: skip
        assert shares == pytest.approx(total**2 / side**2 / (noise**2).sum(axis=0), abs=1e-12)
        assert shares.max() <= 1
        for scale in (1e-200, 1e200):
            assert rbm.block_share(scale * noise, side) == pytest.approx(shares)
    assert not rbm.block_share(np.zeros(16), 2).any()
    with pytest.raises(ValueError, match="side must be at most L = 4, got 5"):
        rbm.block_share(np.zeros(16), 5)


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e170, 1e300])
def test_a_size_has_no_scale(scale, rng):
    fields = rng.standard_normal((64, 2))
    size = rbm.field_size(fields)
    assert rbm.field_size(scale * fields) == pytest.approx(size, rel=1e-12)
    assert rbm.field_size(fields * [1, scale]) == pytest.approx(size, rel=1e-12)  # each its own


@pytest.mark.parametrize("measure", [
    rbm.field_size, rbm.spot_size, lambda fields: rbm.block_share(fields, 2)
])  # fmt: skip
def test_what_is_hidden_or_imaginary_is_not_measured(measure):
    fields = np.ones(16)
    with pytest.raises(ValueError, match="no masked entries"):
        measure(np.ma.masked_array(fields, fields > 0))
    for wrong in (fields + 1j, fields.astype(str)):
        with pytest.raises(ValueError, match="a real number"):
            measure(wrong)
    locked = fields.astype(np.float32)
    locked.flags.writeable = False
    assert np.array_equal(measure(locked), measure(fields))
