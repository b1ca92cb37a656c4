"""A lattice seen as one site: its couplings from its moments."""

import numpy as np
import pytest
from scipy.integrate import quad

from rgcourse import jackknife
from rgcourse.field_theory import lattice_momenta
from rgcourse.field_theory.one_site import (
    mass_shift,
    one_site_coupling,
    one_site_table,
    sample_one_site,
)


@pytest.mark.parametrize("ratio", [-6.0, -1.0, 0.0, 2.0, 40.0])
@pytest.mark.parametrize("u", [0.3, 7.0])
def test_moments_give_back_the_coupling(ratio, u):
    r = ratio * np.sqrt(u)
    scale = u**-0.25

    def moment(power):
        def weight(x):
            phi = scale * x
            return phi**power * np.exp(-r * phi**2 / 2 - u * phi**4 / 24 - 1.5 * min(ratio, 0) ** 2)

        return quad(weight, 0, 12, limit=200, epsabs=0)[0]

    second, fourth = (moment(p) / moment(0) for p in (2, 4))
    found = np.interp(fourth / second**2, *one_site_table().T) / second**2
    assert found == pytest.approx(u, rel=0.01)


def test_the_table_rises_from_a_spin_to_a_gaussian():
    kurtosis, size = one_site_table().T
    assert np.all(np.diff(kurtosis) > 0) and np.all(np.diff(size) < 0)
    assert 1 < kurtosis[0] < 1.001 and (kurtosis[-1], size[-1]) == (3, 0)


@pytest.mark.parametrize(
    "field, words",
    [
        ([], "0 samples"), ([0.0, 0.0], "not zero"), ([1.0, np.nan], "finite"),
        ([1, -1, -1], "a spin"), ([1.0, 1.01], "a spin"),
    ],
)  # fmt: skip
def test_no_coupling_is_read_where_there_is_none(field, words):
    with pytest.raises(ValueError, match=words):
        one_site_coupling(field)


def test_a_coupling_is_read_up_to_the_end_of_the_table():
    least = one_site_table()[0, 0]
    apart = np.sqrt((least + 1e-6 - 1) / (2 - least - 1e-6))  # squares 1 +- apart, made so below
    squares = np.array([1 - apart, 1 + apart])
    assert np.mean(squares**2) / np.mean(squares) ** 2 > least
    assert one_site_coupling(np.sqrt(squares)) > 0
    assert one_site_coupling([3.0, 0.0, 0.0, 0.0, 0.0]) == 0  # kurtosis 5


@pytest.mark.parametrize("b, dim", [(2, 1), (3, 2), (4, 3), (2, 5)])
def test_mass_shift_is_half_the_propagator_without_the_mean(b, dim):
    modes = np.sort(lattice_momenta(b, dim).ravel())[1:]
    assert mass_shift(b, dim) == pytest.approx(np.mean(np.r_[0, 1 / modes]) / 2)
    assert mass_shift(1, dim) == 0


def test_two_sites_are_integrated(rng):
    """The smallest lattice against a sum over a grid of all its fields."""
    u, b, dim = 2.0, 2, 1
    r = -u * mass_shift(b, dim)
    x = np.linspace(-7, 7, 281)
    one, two = np.meshgrid(x, x)
    action = (one - two) ** 2 + r / 2 * (one**2 + two**2) + u / 24 * (one**4 + two**4)
    weight = np.exp(-action)
    mean = (one + two) / 2 * b ** ((dim - 2) / 2)
    phi = sample_one_site(b, dim, u, 100_000, rng=rng)
    for power in (2, 4):
        exact = (weight * mean**power).sum() / weight.sum()
        assert abs(jackknife(np.mean, phi**power).z_score(exact)) < 4


@pytest.mark.parametrize("dim, y", [(2, 2), (3, 1), (4, 0), (5, -1)])
def test_a_small_coupling_goes_by_its_counted_power(dim, y, rng):
    u = 0.1
    phi = sample_one_site(2, dim, u, 100_000, rng=rng)
    found = jackknife(lambda phi: np.log2(one_site_coupling(phi) / u), phi)
    assert abs(found.value - y) < 4 * found.error + 0.02


def test_a_large_coupling_fades_in_four_dimensions(rng):
    phi = sample_one_site(2, 4, 8.0, 100_000, rng=rng)
    assert jackknife(one_site_coupling, phi).z_score(8) < -4


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: sample_one_site(1, 3, 1.0, 10, rng=1), "b must be at least 2"),
        (lambda: sample_one_site(2, 3, 0.0, 10, rng=1), "u must be above 0"),
        (lambda: mass_shift(0, 3), "b must be at least 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((1, 3, 1.0, 10), "b must be at least 2"), ((2, 3, 0.0, 10), "u must be above 0"),
        ((2, 3, np.nan, 10), "finite"), ((2, 3, 1.0, 0), "n_samples"), ((2, 28, 1.0, 1), "sites"),
    ],
)  # fmt: skip
def test_a_lattice_that_cannot_be_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        sample_one_site(*arguments, rng=1)


@pytest.mark.parametrize("power", [-250, -100, 100, 200])
def test_a_coupling_scales_with_the_fourth_power(power, rng):
    field = rng.uniform(-1, 1, 1000)
    scaled = one_site_coupling(np.ldexp(field, power))
    assert scaled == np.ldexp(one_site_coupling(field), -4 * power)
    with pytest.raises(ValueError, match="u overflows"):
        one_site_coupling(np.ldexp(field, -270))
    with pytest.raises(ValueError, match="got 0 samples"):
        one_site_coupling([])
