"""Sums of neighbours and averages of pictures, against exact laws and small cases by hand."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.integrate import simpson

from rgcourse import block_sums
from rgcourse.block_sums import (
    PICTURES,
    SOURCES,
    add_neighbours,
    block_means,
    cumulant_errors,
    cumulants,
    draw_numbers,
    draw_picture,
    numbers,
    picture_contrast,
    pictures,
    stable_density,
)

LIGHT = ["die", "coin", "exponential"]


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("source", LIGHT)
def test_cumulants_are_those_of_the_source(source, rng):
    n = 400_000
    found = cumulants(draw_numbers(source, n, rng=rng))
    exact = np.array([0, *SOURCES[source].kappa[:3]])
    assert np.all(np.abs(found - exact) < 5 * cumulant_errors(source, n) + 1e-4)


def test_all_cumulants_of_the_table_by_enumeration():
    """From the moments of the faces, by the recursion of moments and cumulants."""
    faces = {"die": (np.arange(6) - 2.5) / math.sqrt(35 / 12), "coin": np.array([-1.0, 1.0])}
    for source, values in faces.items():
        moments = [np.mean(values**k) for k in range(9)]
        kappa = [0.0] * 9
        for k in range(1, 9):
            lower = [math.comb(k - 1, j - 1) * kappa[j] * moments[k - j] for j in range(1, k)]
            kappa[k] = moments[k] - sum(lower)
        assert SOURCES[source].kappa == pytest.approx(kappa[2:], abs=1e-9)


@pytest.mark.parametrize("source", LIGHT)
@pytest.mark.parametrize("steps", [0, 3])
def test_errors_are_the_spread_of_many_samples(source, steps, rng):
    n, samples = 500, 1500
    rows = add_neighbours(draw_numbers(source, samples * n << steps, rng=rng), steps=steps)
    spread = np.std([cumulants(row) for row in rows.reshape(samples, n)], axis=0)
    tolerance = [0.1, 0.15, 0.2, 0.35] if source == "exponential" else [0.1] * 4
    for found, exact, rel in zip(
        spread, cumulant_errors(source, n, steps=steps), tolerance, strict=True
    ):
        assert found == pytest.approx(exact, rel=rel, abs=0.03)  # of coins the next order is left


def test_typical_sizes_known_in_closed_form(rng):
    """exp(mean ln |x|) is scale * exp(gamma (1 / alpha - 1)) for a stable law: 1 for Cauchy."""
    x = draw_numbers("Cauchy", 200_000, rng=rng)
    assert numbers.typical_size(x, x.size) == pytest.approx(1, abs=0.02)
    x = draw_numbers("Levy", 200_000, rng=rng)
    assert numbers.typical_size(x, x.size) == pytest.approx(math.exp(1 / 1.5), abs=0.02)
    x = rng.normal(size=200_000)
    exact = math.sqrt(0.5) * math.exp(-np.euler_gamma / 2)
    assert numbers.typical_size(x, x.size) == pytest.approx(exact, abs=0.01)


def test_a_die_by_enumeration():
    """Six faces, and all 36 pairs: cumulants shrink by the eigenvalues 2^(1 - k / 2), exactly."""
    faces = (np.arange(6) - 2.5) / math.sqrt(35 / 12)
    one = cumulants(faces)
    assert one == pytest.approx([0, 1, 0, SOURCES["die"].kappa[2]])
    rows = np.array([*product(faces, repeat=2)]).ravel()
    assert cumulants(add_neighbours(rows)) == pytest.approx(one * [0, 1, 2**-0.5, 0.5])


@pytest.mark.parametrize("alpha", [2.0, 1.3])
def test_skewed_numbers_by_enumeration(alpha):
    values = np.array([0.0, 1.0, 5.0])
    rows = np.array([*product(values, repeat=4)]).ravel()
    before, after = cumulants(values), cumulants(add_neighbours(rows, alpha=alpha, steps=2))
    assert after == pytest.approx([4 ** (1 - k / alpha) * before[k - 1] for k in (1, 2, 3, 4)])


@pytest.mark.parametrize("source", ["Cauchy", "Levy"])
def test_tails_have_their_exponents(source, rng):
    n, t = 400_000, 20.0
    x = np.abs(draw_numbers(source, n, rng=rng))
    exact = {"Cauchy": 1 - 2 / math.pi * math.atan(t), "Levy": t**-1.5}[source]
    assert np.mean(x > t) == pytest.approx(exact, abs=5 * math.sqrt(exact / n))
    assert x.min() >= (1 if source == "Levy" else 0)


def test_cauchy_is_a_fixed_point_and_other_factors_are_not(rng):
    x = draw_numbers("Cauchy", 2**19, rng=rng)
    medians = [np.median(np.abs(add_neighbours(x, alpha=1.0, steps=k))) for k in (0, 3, 6)]
    assert medians == pytest.approx([1, 1, 1], abs=0.09)
    wide = np.median(np.abs(add_neighbours(x, alpha=2.0, steps=6)))
    assert wide == pytest.approx(8, rel=0.09)  # 2^(6 (1/1 - 1/2))


def test_levy_sums_flow_to_the_stable_law(rng):
    known = SOURCES["Levy"]
    x = add_neighbours(draw_numbers("Levy", 2**20, rng=rng), alpha=known.alpha, steps=7)
    edges = np.linspace(-8, 8, 9)
    fine = np.linspace(-8, 8, 8 * 50 + 1)
    density = stable_density(fine, known.alpha, scale=known.scale)
    exact = [simpson(density[50 * i : 50 * i + 51], dx=0.04) for i in range(8)]
    found = np.histogram(x, edges)[0] / len(x)
    assert found == pytest.approx(np.array(exact), abs=5 * math.sqrt(0.2 / len(x)))


def test_stable_densities_known_in_closed_form():
    x = np.linspace(-30, 30, 61)
    gauss = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    assert stable_density(x, 2.0, scale=math.sqrt(0.5)) == pytest.approx(gauss, abs=1e-9)
    assert stable_density(x, 1.0) == pytest.approx(1 / (math.pi * (1 + x**2)), abs=1e-9)
    peak = math.gamma(1 + 1 / 1.5) / math.pi
    assert stable_density(0.0, 1.5, scale=2.0) == pytest.approx(peak / 2, abs=1e-7)


def test_sums_leave_out_what_has_no_partner():
    assert add_neighbours([1, 2, 3], alpha=1).tolist() == [1.5]
    assert add_neighbours([1, 2, 3], steps=0).tolist() == [1, 2, 3]
    assert add_neighbours(np.arange(4, dtype=np.int8), alpha=np.float32(1), steps=2) == [1.5]


def test_bins_are_those_of_numpy(rng):
    x = rng.normal(size=1000)
    counts = np.empty(12, np.uint32)
    numbers.count_bins(x, 1000, -2.0, 2.0, 12, counts)
    assert counts.tolist() == np.histogram(x, 12, (-2, 2))[0].tolist()


# --- pictures --------------------------------------------------------------------------------


def test_averages_by_hand():
    picture = [[1, 2, 9], [3, 6, 9], [0, 0, 0]]
    assert block_means(picture).tolist() == [[3.0]]
    assert block_means(np.arange(16).reshape(4, 4), steps=2).tolist() == [[7.5]]
    assert block_means([[True, False], [True, True]]).tolist() == [[0.75]]


def test_the_contrast_of_white_noise_falls_as_one_over_the_side(rng):
    contrast = picture_contrast(draw_picture("white noise", 512, rng=rng))
    side = 2.0 ** np.arange(len(contrast))
    assert contrast[0] == pytest.approx(math.sqrt(1 / 12), rel=5e-3)
    assert (contrast * side)[:5] == pytest.approx(math.sqrt(1 / 12), rel=0.06)


def test_noise_of_all_sizes_keeps_its_contrast(rng):
    """All octaves above the block survive: the squares fall evenly with the logarithm."""
    squares = np.mean(
        [picture_contrast(draw_picture("noise of all sizes", 256, rng=rng))[:5] ** 2
         for _ in range(12)], axis=0)  # fmt: skip
    steps = -np.diff(squares[1:])
    assert np.all(steps > 0) and steps.max() < 2 * steps.min()
    assert squares[4] > 0.25 * squares[0]


def test_contrasts_are_those_of_numpy(rng):
    picture = rng.normal(size=(20, 33))
    four = picture[:, :32].reshape(5, 4, 8, 4).mean(axis=(1, 3))
    assert picture_contrast(picture)[2] == pytest.approx(four.std())
    assert len(picture_contrast(picture)) == 3
    assert pictures.deviation(picture.ravel(), picture.size) == pytest.approx(picture.std())


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["dice", None, 0, ["die"], np.nan])
def test_other_sources_are_refused(source):
    with pytest.raises(ValueError, match="source must be one of 'die', 'coin'"):
        draw_numbers(source, 3, rng=1)
    with pytest.raises(ValueError, match="kind must be one of 'white noise'"):
        draw_picture(source, 4, rng=1)


def test_errors_are_of_finite_variances_only():
    for source in ("Cauchy", "Levy", "dice", None):
        with pytest.raises(ValueError, match="source must be 'die', 'coin' or 'exponential'"):
            cumulant_errors(source, 10)
    for n, steps in ((0, 0), (1.5, 0), (10, -1), (10, None)):
        with pytest.raises(ValueError, match="must be"):
            cumulant_errors("die", n, steps=steps)


@pytest.mark.parametrize("n", [0, -1, 2.0, True, None, "3", 2**26 + 1, 10**40])
def test_counts_are_checked(n):
    with pytest.raises(ValueError, match="n must be"):
        draw_numbers("die", n, rng=1)
    with pytest.raises(ValueError, match="side must be"):
        draw_picture("white noise", n, rng=1)


@pytest.mark.parametrize("side", [3, 6, 8192, 2**30])
def test_sides_are_powers_of_two(side):
    with pytest.raises(ValueError, match="side must be a power of two of at most 4096"):
        draw_picture("white noise", side, rng=1)


def test_a_generator_is_needed():
    with pytest.raises(ValueError, match="rng is needed"):
        draw_numbers("die", 3, rng=None)
    with pytest.raises(ValueError, match="rng is needed"):
        draw_picture("white noise", 4, rng=None)


@pytest.mark.parametrize("x", [None, "1, 2", [1, np.nan], [1, np.inf], [[1], [1, 2]], [1j, 2]])
def test_numbers_that_are_none_are_refused(x):
    for call in (add_neighbours, cumulants, block_means, picture_contrast):
        with pytest.raises(ValueError, match="must be"):
            call(x)
    with pytest.raises(ValueError, match="x must be"):
        stable_density(x, 1.5)


def test_sizes_just_inside_and_just_outside():
    assert len(add_neighbours(np.ones(8), steps=3)) == 1
    assert block_means(np.ones((8, 9)), steps=3).shape == (1, 1)
    for x, steps in ((np.ones(7), 3), ([], 0), (np.ones((2, 2)), 1), (np.ones(2), 10**9)):
        with pytest.raises(ValueError, match="x must be a row of at least"):
            add_neighbours(x, steps=steps)
    for shape, steps in (((7, 9), 3), ((4,), 1), ((0, 0), 0), ((4, 4), 10**9)):
        with pytest.raises(ValueError, match="picture must be at least"):
            block_means(np.ones(shape), steps=steps)
    with pytest.raises(ValueError, match="picture must be at least 4 x 4"):
        picture_contrast(np.ones((3, 4)))
    with pytest.raises(ValueError, match="at least one number, got none"):
        cumulants([])


@pytest.mark.parametrize("alpha", [0.09, 0, -1, np.nan, None, "2", True])
def test_exponents_are_checked(alpha):
    with pytest.raises(ValueError, match="alpha must"):
        add_neighbours([1, 2], alpha=alpha)
    with pytest.raises(ValueError, match="alpha must"):
        stable_density(0, alpha)


def test_stable_laws_just_inside_and_just_outside():
    assert stable_density([50.0], 1) > 0
    with pytest.raises(ValueError, match="within 50 scales, 50, got 50.1"):
        stable_density([50.1], 1)
    for alpha, scale in ((0.999, 1), (2.001, 1), (1.5, 0), (1.5, -1)):
        with pytest.raises(ValueError, match="between 1 and 2 and scale above 0"):
            stable_density(0, alpha, scale=scale)


def test_all_sources_and_pictures_are_listed():
    assert list(SOURCES) == ["die", "coin", "exponential", "Cauchy", "Levy"]
    assert len(PICTURES) == 2 and set(block_sums.__all__) >= {"PICTURES", "SOURCES"}
