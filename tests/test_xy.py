"""The XY chain against exact sums: quadrature on 2 x 2, a transfer matrix on 3 x 3, free arrows."""

import math

import numpy as np
import pytest
from scipy.special import iv

from rgcourse import jackknife, xy
from rgcourse.xy import XY


def two_by_two(K, q=24):
    """Energy and m2 per site of the torus of 2 x 2 arrows, every bond double, by quadrature.

    One angle is fixed by symmetry; the trapezoid rule is exact to all digits for q = 24 points.
    """
    a, b, c = np.meshgrid(*[2 * np.pi * np.arange(q) / q] * 3, indexing="ij")
    bonds = 2 * (np.cos(a) + np.cos(b) + np.cos(c - a) + np.cos(c - b))  # angles 0, a / b, c
    m2 = np.abs(1 + np.exp(1j * a) + np.exp(1j * b) + np.exp(1j * c)) ** 2 / 16
    weight = np.exp(K * (bonds - 8))
    return -(weight * bonds).sum() / weight.sum() / 4, (weight * m2).sum() / weight.sum()


def three_by_three(K, twist=0.0, q=12):
    """ln Z of 3 x 3 arrows with q directions, each bond of a row turned by `twist`."""
    s = np.array(np.meshgrid(*[np.arange(q)] * 3, indexing="ij")).reshape(3, -1)
    turn = 2 * np.pi / q
    row = sum(np.cos(turn * (s[i] - s[i - 1]) + twist) for i in range(3))
    between = sum(np.cos(turn * (s[i][:, None] - s[i][None, :])) for i in range(3))
    T = np.exp(K * (row[:, None] / 2 + row[None, :] / 2 + between - 6))
    z = np.einsum("ij,ji->", T @ T, T)  # [row] [row']
    return math.log(z) + 18 * K - 9 * math.log(q)


def three_by_three_exact(K):
    """Energy per site and helicity modulus, from derivatives of ln Z."""
    h = 0.02
    zero, near, far = (three_by_three(K, twist) for twist in (0, h, 2 * h))
    curvature = (-far + 16 * near - 15 * zero) / (6 * h * h)  # even in the twist
    up, down = three_by_three(K + 1e-4), three_by_three(K - 1e-4)
    return -(up - down) / 2e-4 / 9, -curvature / (9 * K)


def means(L, K, n, rng, every=2):
    chain = XY(L, K, rng=rng)
    chain.sweep(500)
    series = chain.record(n, every=every)
    return series, lambda x: jackknife(np.mean, x, n_bins=50)


@pytest.mark.parametrize("K", [0.3, 1.12])
def test_two_by_two_arrows(K, rng):
    energy, m2 = two_by_two(K)
    series, mean = means(2, K, 60000, rng, every=4)
    assert abs(mean(series.energy).z_score(energy)) < 4
    assert abs(mean(series.m2).z_score(m2)) < 4
    assert abs(mean(series.energy).z_score(two_by_two(1.05 * K)[0])) > 6  # power


@pytest.mark.parametrize("K", [0.6, 1.12])
def test_three_by_three_arrows(K, rng):
    energy, helicity = three_by_three_exact(K)
    series, mean = means(3, K, 80000, rng, every=3)
    assert abs(mean(series.energy).z_score(energy)) < 4
    assert abs(mean(series.helicity).z_score(helicity)) < 4
    wrong_energy, wrong = three_by_three_exact(1.05 * K)
    assert abs(mean(series.energy).z_score(wrong_energy)) > 6
    assert abs(mean(series.helicity).z_score(wrong)) > 4


def test_twelve_directions_are_enough_for_the_exact_sum():
    assert three_by_three(1.12, 0.1) == pytest.approx(three_by_three(1.12, 0.1, q=11), abs=1e-5)


def test_hot_arrows_follow_the_series(rng):
    """Two bonds a site, each u = I1 / I0 (K), and loops of four bonds: 2 u + 4 u**3."""
    u = iv(1, 0.2) / iv(0, 0.2)
    series, mean = means(16, 0.2, 20000, rng, every=20)
    assert abs(mean(-series.energy).z_score(2 * u * (1 + 2 * u * u))) < 4


def test_cold_arrows_are_stiff(rng):
    """Spin waves: <cos> = 1 - T / 4 of a bond, so that the helicity modulus is 1 - T / 4."""
    series, mean = means(16, 20.0, 4000, rng, every=5)
    assert abs(mean(series.helicity).value - (1 - 0.05 / 4)) < 2e-3


def test_free_arrows_stand_alone(rng):
    series, mean = means(8, 0.0, 4000, rng, every=64)
    assert np.all(series.cluster_size == 1)
    assert abs(mean(series.m2).z_score(1 / 64)) < 4


def test_a_cluster_and_its_inverse_are_equally_likely(rng):
    """Detailed balance on two sites: forward and backward flow between bins of the angle."""
    chain = XY(2, 0.7, rng=rng)
    chain.sweep(100)
    seen = np.empty(200000)
    for t in range(seen.size // 1000):  # one cluster between neighbours in time
        seen[1000 * t : 1000 * (t + 1)] = chain.record(1000).energy
    bins = np.digitize(seen, np.quantile(seen, [0.25, 0.5, 0.75]))
    flow = np.bincount(4 * bins[:-1] + bins[1:], minlength=16).reshape(4, 4).astype(float)
    total, excess = flow + flow.T, flow - flow.T
    apart = ~np.eye(4, dtype=bool)
    assert np.all(abs(excess[apart]) < 5 * np.sqrt(total[apart]))


def test_reflections_keep_length_and_goes_on_where_it_stopped():
    one, two = XY(8, 1.0, rng=3), XY(8, 1.0, rng=3)
    one.sweep(3), one.sweep(4), two.sweep(7)
    assert np.array_equal(one.angles, two.angles)
    one.sweep(20000)
    assert np.hypot(one._arrows[0::2], one._arrows[1::2]) == pytest.approx(1, abs=1e-11)


def test_sums_by_hand(rng):
    angles = rng.uniform(-np.pi, np.pi, (5, 5))
    chain = XY(5, 0.8, rng=1)
    chain.angles = angles
    assert chain.angles == pytest.approx(angles, abs=1e-14)
    down, right = (np.roll(angles, -1, axis) - angles for axis in (0, 1))
    assert chain.energy() == pytest.approx(-(np.cos(down) + np.cos(right)).mean())
    sums = np.empty(6)
    xy.arrow_sums(chain._arrows, 5, sums)
    expected = [np.cos(angles).sum(), np.sin(angles).sum(), np.cos(down).sum(),
                np.cos(right).sum(), np.sin(down).sum(), np.sin(right).sum()]  # fmt: skip
    assert sums == pytest.approx(expected, abs=1e-12)


def test_series_hang_together():
    series = XY(4, 1.3, rng=1).record(50)
    assert len(series) == 50
    assert series.helicity == pytest.approx(-series.energy / 2 - 1.3 * series.twist)
    assert np.all(series.cluster_size >= 1) and np.all(series.m2 <= 1 + 1e-12)


@pytest.mark.parametrize("L", [None, True, 1, 0, -3, 2.0, "8", math.nan, 8193, 10**30])
def test_bad_edges_are_refused(L):
    with pytest.raises(ValueError, match="L "):
        XY(L, 1.0, rng=1)


@pytest.mark.parametrize("K", [None, True, "1", -0.1, math.nan, math.inf, 1.1e6, [1.0]])
def test_bad_couplings_are_refused(K):
    with pytest.raises(ValueError, match="K must be"):
        XY(4, K, rng=1)
    chain = XY(4, 1.0, rng=1)
    with pytest.raises(ValueError, match="K must be"):
        chain.K = K
    assert chain.K == 1.0


def test_other_errors():
    with pytest.raises(TypeError, match=r"K=1 / T"):
        XY(4, T=0.9, rng=1)
    with pytest.raises(ValueError, match="rng is needed"):
        XY(4, 1.0, rng=None)
    with pytest.raises(AttributeError, match="fixed"):
        XY(4, 1.0, rng=1).L = 5
    with pytest.raises(ValueError, match="angles must have shape"):
        XY(4, 1.0, rng=1).angles = np.zeros(16)
    with pytest.raises(ValueError, match="angles must be finite"):
        XY(2, 1.0, rng=1).angles = np.full((2, 2), np.nan)
    assert XY(np.int8(4), np.float32(1e6), rng=1).K == 1e6
