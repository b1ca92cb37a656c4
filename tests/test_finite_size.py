"""Finite-size scaling: moments against enumeration, at couplings never run, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest

from rgcourse.exact import enumerate_ising
from rgcourse.finite_size import Lattice, critical_point, crossing, ising_moments
from rgcourse.results import stored_run
from rgcourse.scaling import corrected_power_law
from rgcourse.statistics import jackknife
from rgcourse.sweeps import run_sweep

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import long_runs  # noqa: E402

OMEGA = 0.83


def lattice(L, K, n, rng, dim=3, n_runs=16):
    runs = [ising_moments(L, K, n, dim=dim, rng=r) for r in rng.spawn(n_runs)]
    return Lattice(L, K, [r["center"] for r in runs], [r["moments"] for r in runs])


def exact(L, K, dim, h=1e-4):
    """m2, Binder's cumulant and the three slopes, of every state."""

    def of(K):
        e = enumerate_ising(L, K, dim=dim)
        return np.array([e.m2, 1 - e.m4 / (3 * e.m2**2), np.log(e.abs_m), np.log(e.m2)])

    slopes = (of(K + h) - of(K - h)) / (2 * h)
    return [*of(K)[:2], *slopes[1:]]


def measured(one, K):
    names = "m2 binder binder_slope log_abs_m_slope log_m2_slope"
    return [getattr(one, name)(K) for name in names.split()]


@pytest.mark.parametrize(("L", "dim", "K"), [(3, 3, 0.22), (2, 3, 0.2), (4, 2, 0.44), (3, 2, 0.4)])
def test_lattices_agree_with_enumeration_where_they_ran_and_beside_it(L, dim, K, rng, z_within):
    one = lattice(L, K, 1500, rng, dim)
    for t in (-0.9, 0.0, 0.5):
        there = K + t * one.reach
        z = [
            ours.z_score(x)
            for ours, x in zip(measured(one, there), exact(L, there, dim), strict=True)
        ]
        assert max(map(abs, z)) < 4, z
    z_within(one.m2(K).z_score(exact(L, K, dim)[0]))


def test_a_coupling_wrong_by_five_per_cent_is_found(rng):
    one = lattice(3, 0.22, 1500, rng)
    z = [x.z_score(y) for x, y in zip(measured(one, 0.22), exact(3, 0.231, 3), strict=True)]
    assert abs(z[0]) > 6 and abs(z[1]) > 6


def test_a_series_is_what_weighing_each_measurement_gives(rng):
    """The moments of a few states, reweighted directly."""
    m, s = rng.uniform(0, 1, (2, 50)), rng.normal(0, 3, (2, 50))
    center = np.array([100.0, 101.0])
    moments = [
        [[np.mean(x**a * y**b) for b in range(9)] for a in (0, 1, 2, 4)]
        for x, y in zip(m, s, strict=True)
    ]
    one, t = Lattice(8, 0.2, center, moments), 0.1
    weight = np.exp(t * (s + center[:, None] - 100))
    sums = np.stack([np.sum(m**a * weight, axis=1) for a in (0, 2, 4)], axis=1)

    def over_runs(of):
        return jackknife(lambda z: of(*np.sum(z, axis=0)), sums, n_bins=2)

    m2, binder = over_runs(lambda z, a, b: a / z), over_runs(lambda z, a, b: 1 - b * z / (3 * a**2))
    for ours, direct in ((one.m2(0.2 + t), m2), (one.binder(0.2 + t), binder)):
        assert ours.value == pytest.approx(direct.value, rel=1e-5)
        assert ours.error == pytest.approx(direct.error, rel=1e-3)
    up, down = (one.binder(0.2 + t + h).value for h in (1e-5, -1e-5))
    assert one.binder_slope(0.2 + t).value == pytest.approx((up - down) / 2e-5, rel=1e-4)


def test_squares_cross_at_the_exact_coupling(rng, z_within):
    """In two dimensions the crossings of L = 8 and 16 are within 0.001 of K_c."""
    found = crossing(lattice(8, 0.44, 4000, rng, 2), lattice(16, 0.44, 4000, rng, 2))
    assert 0 < found.error < 0.001
    assert abs(found.value - np.log(1 + np.sqrt(2)) / 2) < 0.001 + 4 * found.error


def test_squares_together_find_the_exact_coupling_and_cumulant(rng):
    """Corrections of the square lattice fall with L**-2 and more; Salas and Sokal have 0.61069."""
    squares = [lattice(L, 0.44, 12_000, rng, 2) for L in (6, 8, 12, 16)]
    found = critical_point(squares, 2.0)
    assert found.K.error < 0.0015 and found.degrees == 1 and found.p_value > 1e-4
    assert abs(found.K.z_score(np.log(1 + np.sqrt(2)) / 2)) < 4
    assert abs(found.binder.z_score(0.61069)) < 4
    with pytest.raises(ValueError, match="expected three or more"):
        critical_point(squares[:2], 2.0)
    with pytest.raises(ValueError, match="omega must be above 0"):
        critical_point(squares, 0.0)


def test_far_couplings_are_refused(rng):
    one = lattice(4, 0.22, 300, rng, n_runs=3)
    with pytest.raises(ValueError, match="reach .* run the lattice nearer"):
        one.m2(0.22 + 1.1 * one.reach)
    with pytest.raises(ValueError, match="do not cross between"):
        crossing(lattice(4, 0.1, 300, rng, n_runs=3), lattice(6, 0.1, 300, rng, n_runs=3))
    with pytest.raises(ValueError, match="stack what ising_moments returns"):
        Lattice(4, 0.22, [1.0, 2.0], np.ones((3, 4, 9)))
    with pytest.raises(ValueError, match="n must be"):
        ising_moments(4, 0.2, 0, rng=1)


def test_a_point_of_a_sweep_is_the_same_in_other_processes(rng):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    sweep = dict(grid={"L": [4, 6], "K": [0.22], "n": [100]}, seed=3, n_seeds=2)
    alone = run_sweep(ising_moments, **sweep)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert alone.identical(run_sweep(ising_moments, **sweep, executor=pool))


# --- the stored cubes


def test_the_stored_cubes_are_what_the_sweep_gives_now():
    """One run of the smallest cube, to the digits that are stored."""
    stored, cubes = stored_run("cubes"), long_runs.load("cubes")
    again = run_sweep(ising_moments, {"L": [8], "K": [cubes.K], "n": [cubes.N]}, seed=stored.seed)
    assert again.center.values.ravel()[0] == pytest.approx(stored["center 8"][0], rel=1e-9)
    ours = again.moments.values.reshape(4, 9)
    assert np.allclose(ours, stored["moments 8"][0], rtol=1e-7)


def test_the_stored_cubes_agree_with_the_best_known_numbers():
    """One correction L**-0.83, put in; no size dropped, and the bounds are four errors."""
    stored = stored_run("cubes")
    cubes = [
        Lattice(L, stored["K"], stored[f"center {L}"], stored[f"moments {L}"])
        for L in stored["sizes"]
    ]
    found = critical_point(cubes, OMEGA)
    assert abs(found.K.z_score(0.221654626)) < 4 and found.K.error < 2e-5
    assert abs(found.binder.z_score(0.46548)) < 4
    K = float(found.K.value)
    for name, exact, enough in (
        ("log_m2_slope", 1 / 0.629971, 0.04),
        ("log_abs_m_slope", 1 / 0.629971, 0.04),
        ("m2", -1 - 0.036298, 0.03),
    ):
        values = [getattr(one, name)(K) for one in cubes]
        law = corrected_power_law(stored["sizes"], values, OMEGA)
        assert law.exponent.error < enough and abs(law.exponent.z_score(exact)) < 4
        assert law.p_value > 1e-3


@pytest.mark.parametrize(
    ("L", "K", "center", "moments", "told"),
    [
        (1, 0.2, [1, 2], np.ones((2, 4, 9)) * [[[1, 0, 1, 0, 1, 0, 1, 0, 1]]], "L must be"),
        (4, None, [1, 2], np.ones((2, 4, 9)) * [[[1, 0, 1, 0, 1, 0, 1, 0, 1]]], "K must be"),
        (4, 0.2, [1], np.ones((1, 4, 9)), "two runs"),
        (4, 0.2, [1, 2], np.ones((2, 4, 9)), "must vary"),
    ],
)
def test_a_lattice_that_can_say_nothing_is_refused(L, K, center, moments, told):
    """Red before: a division by zero, or a type error, when it was asked."""
    with pytest.raises(ValueError, match=told):
        Lattice(L, K, center, moments)
