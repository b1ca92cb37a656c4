"""Operators against plain NumPy, written out by hand, and against what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.exact import enumerate_ising
from rgcourse.operators import (
    EVEN_LABELS,
    EVEN_LABELS_3D,
    EVEN_SHAPES,
    ODD_LABELS,
    ODD_LABELS_3D,
    ODD_SHAPES,
    even_operators,
    odd_operators,
    orientations,
)


def moved(spins, *r):
    """s(x + r) at every site x."""
    return np.roll(spins, tuple(-step for step in r), tuple(range(1, spins.ndim)))


def total(*factors):
    return np.prod(factors, axis=0).reshape(len(factors[0]), -1).sum(1, dtype=float)


def even_by_roll_2d(spins):
    s = spins.astype(int)
    return np.stack([
        total(s, moved(s, 1, 0)) + total(s, moved(s, 0, 1)),
        total(s, moved(s, 1, 1)) + total(s, moved(s, 1, -1)),
        total(s, moved(s, 1, 0), moved(s, 0, 1), moved(s, 1, 1)),
        total(s, moved(s, 2, 0)) + total(s, moved(s, 0, 2)),
        sum(total(s, moved(s, *r)) for r in ((2, 1), (2, -1), (1, 2), (1, -2))),
    ], axis=1)  # fmt: skip


def odd_by_roll_2d(spins):
    s = spins.astype(int)
    signs = [(a, b) for a in (1, -1) for b in (1, -1)]
    return np.stack([
        total(s),
        sum(total(s, moved(s, a, 0), moved(s, 0, b)) for a, b in signs),
        total(s, moved(s, 1, 0), moved(s, -1, 0)) + total(s, moved(s, 0, 1), moved(s, 0, -1)),
        sum(
            total(s, moved(s, a, 0), moved(s, 2 * a, b))
            + total(s, moved(s, 0, a), moved(s, b, 2 * a))
            for a, b in signs
        ),
    ], axis=1)  # fmt: skip


def even_by_roll_3d(spins):
    s = spins.astype(int)
    e = np.eye(3, dtype=int)
    pairs = [(e[0], e[1]), (e[0], e[2]), (e[1], e[2])]
    return np.stack([
        sum(total(s, moved(s, *a)) for a in e),
        sum(total(s, moved(s, *(a + b))) + total(s, moved(s, *(a - b))) for a, b in pairs),
        sum(total(s, moved(s, *a), moved(s, *b), moved(s, *(a + b))) for a, b in pairs),
        sum(total(s, moved(s, *(2 * a))) for a in e),
        sum(total(s, moved(s, 1, b, c)) for b in (1, -1) for c in (1, -1)),
    ], axis=1)  # fmt: skip


def odd_by_roll_3d(spins):
    s = spins.astype(int)
    e = np.eye(3, dtype=int)
    pairs = [(e[0], e[1]), (e[0], e[2]), (e[1], e[2])]
    return np.stack([
        total(s),
        sum(total(s, moved(s, *(i * a)), moved(s, *(j * b)))
            for a, b in pairs for i in (1, -1) for j in (1, -1)),
        sum(total(s, moved(s, *a), moved(s, *-a)) for a in e),
    ], axis=1)  # fmt: skip


def even_by_roll_1d(spins):
    s = spins.astype(int)
    return np.stack([
        *(total(s, moved(s, r)) for r in (1, 2, 3)),
        total(s, moved(s, 1), moved(s, 2), moved(s, 3)),
    ], axis=1)  # fmt: skip


def odd_by_roll_1d(spins):
    s = spins.astype(int)
    return np.stack([
        total(s),
        total(s, moved(s, 1), moved(s, 2)),
        total(s, moved(s, 1), moved(s, 3)) + total(s, moved(s, -1), moved(s, -3)),
    ], axis=1)  # fmt: skip


BY_ROLL = {
    1: (even_by_roll_1d, odd_by_roll_1d),
    2: (even_by_roll_2d, odd_by_roll_2d),
    3: (even_by_roll_3d, odd_by_roll_3d),
}


def random_spins(shape, seed):
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), shape)


@settings(deadline=None, max_examples=60)
@given(dim=st.integers(1, 3), L=st.integers(2, 9), seed=st.integers(0, 2**32))
def test_against_plain_numpy(dim, L, seed):
    """Small lattices, where orientations wrap onto each other, included."""
    spins = random_spins((3, *(L,) * dim), seed)
    for ours, plain in zip((even_operators, odd_operators), BY_ROLL[dim], strict=True):
        sums = ours(spins, dim=dim)
        assert sums.dtype == np.float64
        assert np.array_equal(sums, plain(spins))


def test_a_larger_lattice():
    spins = random_spins((4, 130, 130), 1)
    assert np.array_equal(even_operators(spins), even_by_roll_2d(spins))
    assert np.array_equal(odd_operators(spins), odd_by_roll_2d(spins))


def test_labels_and_numbers_of_orientations():
    assert EVEN_LABELS == ("nn", "nnn", "plaquette", "(2,0)", "(2,1)")
    assert ODD_LABELS == ("m", "corner", "straight", "bent")
    assert EVEN_LABELS_3D == ("nn", "nnn", "plaquette", "(2,0,0)", "(1,1,1)")
    assert ODD_LABELS_3D == ("m", "corner", "straight")
    counts = {
        dim: [[len(orientations(shape)) for shape in shapes[dim].values()]
              for shapes in (EVEN_SHAPES, ODD_SHAPES)]
        for dim in (1, 2, 3)
    }  # fmt: skip
    assert counts == {
        1: [[1, 1, 1, 1], [1, 1, 2]],
        2: [[2, 2, 1, 2, 4], [1, 4, 2, 8]],
        3: [[3, 6, 3, 3, 4], [1, 12, 3]],
    }
    for dim in (1, 2, 3):
        up = np.ones((1, *(5,) * dim))
        assert even_operators(up).tolist() == [[5**dim * c for c in counts[dim][0]]]
        assert odd_operators(up).tolist() == [[5**dim * c for c in counts[dim][1]]]


@settings(deadline=None, max_examples=30)
@given(dim=st.integers(1, 3), seed=st.integers(0, 2**32), shift=st.integers(1, 5))
def test_symmetries(dim, seed, shift):
    spins = random_spins((2, *(6,) * dim), seed)
    even, odd = even_operators(spins), odd_operators(spins)
    for same in (np.roll(spins, shift, 1), np.flip(spins, dim), np.swapaxes(spins, 1, dim)):
        assert np.array_equal(even_operators(same), even)
        assert np.array_equal(odd_operators(same), odd)
    assert np.array_equal(even_operators(-spins), even)
    assert np.array_equal(odd_operators(-spins), -odd)
    assert np.array_equal(even_operators(spins[::-1]), even[::-1])


@pytest.mark.parametrize("L", [2, 3, 4])
def test_nn_is_the_energy_and_m_the_magnetization(L):
    """Averages over all states: double bonds on L = 2 count twice, as in `enumerate_ising`."""
    K, h = 0.3, 0.2
    n = L * L
    codes = np.arange(2**n)
    spins = np.array([2 * (codes >> i & 1) - 1 for i in range(n)], np.int8).T.reshape(-1, L, L)
    nn, m = even_operators(spins)[:, 0], odd_operators(spins)[:, 0]
    weight = np.exp(K * nn + h * m)
    exact = enumerate_ising(L, K, h=h)
    assert weight @ nn / weight.sum() == pytest.approx(-n * exact.energy, rel=1e-12)
    assert weight @ m**2 / weight.sum() == pytest.approx(n**2 * exact.m2, rel=1e-12)


@pytest.mark.parametrize("operators", [even_operators, odd_operators])
@pytest.mark.parametrize(("spins", "message"), [
    (np.zeros((2, 4, 4)), r"must be \+1 or -1, found 0"),
    (np.ones((2, 4, 4), bool), "dtype bool"),
    (np.ones((0, 4, 4)), "non-empty"),
    (np.ones((2, 4, 6)), "equal length"),
    (np.ones(4), "axis 0 for samples"),
    (np.ones((1, 2, 2, 2, 2)), "1 to 3 axes of space, got 4"),
    (np.ones((1, 1, 1)), "L = 1 has no neighbours"),
])  # fmt: skip
def test_bad_input(operators, spins, message):
    with pytest.raises(ValueError, match=message):
        operators(spins)


@pytest.mark.parametrize("operators", [even_operators, odd_operators])
def test_one_lattice_is_not_taken_for_many_chains(operators):
    lattice = random_spins((8, 8), 1)
    with pytest.raises(ValueError, match=r"shape \(8, 8\).*spins\[None\].*dim=1 for 8 chains"):
        operators(lattice)
    for n in (7, 9):
        assert len(operators(random_spins((n, 8), 1))) == n
    assert np.array_equal(operators(lattice, dim=1)[:4], operators(lattice[:4]))
    assert operators(lattice[None], dim=2).shape == operators(lattice[None]).shape
    with pytest.raises(ValueError, match=r"\(n_samples, L, L\) for dim = 2, got \(8, 8\)"):
        operators(lattice, dim=2)
