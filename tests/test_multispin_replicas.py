"""Sixty-four lattices in a word: the update bit by bit, exact averages, and their independence."""

import math

import numpy as np
import pytest
from scipy.stats import chi2, norm
from test_multispin import OneByOne
from test_samplers_exact import states

from rgcourse.exact import kaufman
from rgcourse.multispin import HeatBathReplicas, MetropolisReplicas
from rgcourse.statistics import jackknife

K_C = math.log(1 + math.sqrt(2)) / 2
both = pytest.mark.parametrize("Replicas", [HeatBathReplicas, MetropolisReplicas])


class ManyByOne(OneByOne):
    """As `OneByOne`, on 64 lattices that share the random words and nothing else."""

    def __init__(self, replicas):
        super().__init__(replicas)
        self.all = replicas.spins.astype(int)
        self.rows = [(r,) for r in range(self.L)]
        self.strips = [(0,)]

    def sweep(self):
        for colour in (0, 1):
            for row in self.rows:
                masks, top_digit = self.masks()
                first = (row[0] + colour) % 2
                for b in range(64):
                    self.spins = self.all[b]
                    self.update(row, first, [mask[b] for mask in masks], top_digit[b])


@both
@pytest.mark.parametrize("L", [4, 6, 10])
def test_the_update_is_that_of_single_spins(Replicas, L, rng):
    replicas = Replicas(L, 0.43, rng=rng)
    replicas.spins = rng.choice(np.array([-1, 1], np.int8), (64, L, L))
    plain = ManyByOne(replicas)
    for _ in range(6):
        plain.sweep()
        replicas.sweep()
        assert np.array_equal(replicas.spins, plain.all)


@both
def test_measurements_are_those_of_the_spins(Replicas, rng):
    replicas = Replicas(12, 0.4, rng=rng)
    start = rng.choice(np.array([-1, 1], np.int8), (64, 12, 12))
    replicas.spins = start
    assert np.array_equal(replicas.spins, start)
    energy, magnetization = replicas.record(5, every=2)
    spins = replicas.spins.astype(int)
    bonds = spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))
    assert np.array_equal(energy[-1], -bonds.sum((1, 2)) / 144)
    assert np.array_equal(magnetization[-1], spins.sum((1, 2)) / 144)


@both
def test_it_goes_on_where_it_stopped(Replicas, monkeypatch):
    at_once, in_parts = Replicas(8, K_C, rng=3), Replicas(8, K_C, rng=3)
    at_once.sweep(7)
    in_parts.sweep(3)
    in_parts.sweep(4)
    assert np.array_equal(at_once.spins, in_parts.spins)
    monkeypatch.setattr(Replicas, "_sites_per_call", 64 * 2 * 3)
    first, second = at_once.record(10, 2), in_parts.record(10, 2)
    monkeypatch.undo()
    third = Replicas(8, K_C, rng=3)
    third.sweep(7)
    assert np.array_equal(first.energy, third.record(10, 2).energy)
    assert np.array_equal(first.energy, second.energy)


def chi_square_z(replicas, K, n, every):
    """Normal deviate of the joint counts of bond and spin sums of 4 x 4, all replicas together."""
    replicas.sweep(every)
    energy, magnetization = replicas.record(n, every)
    bonds, spins = states(4, 2)
    weight = np.exp(K * (bonds - bonds.max()))
    cell = (bonds + 32) * 33 + spins + 16
    p = np.bincount(cell, weight / weight.sum())
    seen = np.rint(32 - 16 * energy) * 33 + np.rint(16 * magnetization) + 16
    count = np.bincount(seen.astype(int).ravel(), minlength=len(p))
    assert count[p == 0].sum() == 0
    count, expected = count[p > 0], energy.size * p[p > 0]
    rare = expected < 10
    count = np.append(count[~rare], count[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    return norm.isf(chi2.sf(np.sum((count - expected) ** 2 / expected), len(count) - 1))


@both
@pytest.mark.parametrize("K", [0.2, K_C, -0.3])
def test_joint_distribution_of_energy_and_magnetization(Replicas, K, rng, z_within):
    z_within(chi_square_z(Replicas(4, K, rng=rng), K, n=500, every=500))


@both
def test_the_joint_distribution_would_show_a_wrong_coupling(Replicas, rng):
    assert chi_square_z(Replicas(4, 1.05 * K_C, rng=rng), K_C, n=500, every=500) > 6


@both
@pytest.mark.parametrize("L", [8, 16, 34])
def test_energy_of_the_finite_torus(Replicas, L, rng, z_within):
    """The error from the scatter of the 64 means, which are independent."""
    replicas = Replicas(L, 0.42, rng=rng)
    replicas.sweep(2000)
    means = replicas.record(400, 10).energy.mean(axis=0)
    z_within(jackknife(np.mean, means).z_score(kaufman(L, 0.42).energy))


@both
def test_lattices_are_independent(Replicas, rng, z_within):
    """No pair of columns is correlated: the squares of 2016 correlations add up to chi-square."""
    replicas = Replicas(6, 0.3, rng=rng)
    replicas.sweep(200)
    n = 4000
    for x in replicas.record(n, 30):
        r = np.corrcoef(x.T)[np.triu_indices(64, 1)]
        z_within((n * np.sum(r**2) - r.size) / math.sqrt(2 * r.size))
    shared = np.repeat(x[:, :1], 64, axis=1)
    assert np.all(np.corrcoef(shared.T) > 0.99)  # what random words shared by all would give


def test_zero_coupling_is_free_in_the_heat_bath(rng, z_within):
    record = HeatBathReplicas(6, 0.0, rng=rng).record(500)
    z_within(record.magnetization.mean() * 6 * math.sqrt(record.magnetization.size))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, 0.4), "L must be even and at most 1024, got 7: use L = 6"),
        ((1026, 0.4), "got 1026: use L = 1024"),
        ((2, 0.4), "L must be at least 4"),
        ((8.0, 0.4), "L must be a whole number"),
        ((8, float("nan")), "K must be finite"),
        ((8, 0.0), "use HeatBathReplicas"),
        ((8, np.arange(-0.3, 0.4, 0.1)[3]), "K = 5.55112e-17 flips every spin.*HeatBathReplicas"),
        ((8, -4.9e-4), "use HeatBathReplicas"),
    ],
)
def test_bad_lattices_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MetropolisReplicas(*arguments, rng=1)


def test_other_bad_input_is_refused():
    with pytest.raises(ValueError, match="rng is needed"):
        HeatBathReplicas(8, 0.4, rng=None)
    replicas = HeatBathReplicas(8, 0.4, rng=1)
    with pytest.raises(ValueError, match=r"shape \(64, 8, 8\), got \(8, 8\)"):
        replicas.spins = np.ones((8, 8))
    with pytest.raises(ValueError, match="must be \\+1 or -1"):
        replicas.spins = np.zeros((64, 8, 8))
    for wrong in ({"n": 0}, {"n": 2, "every": 0}):
        with pytest.raises(ValueError, match="at least 1"):
            replicas.record(**wrong)
    with pytest.raises(ValueError, match="at least 0"):
        replicas.sweep(-1)
    assert repr(replicas) == "HeatBathReplicas(L=8, K=0.4)"
