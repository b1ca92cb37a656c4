"""Edges and spikes against large matrices, tails against the definition, Jacobi against LAPACK."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from rgcourse.spectra import (
    fit_power_law,
    marchenko_pastur,
    noise_edges,
    power_law_p_value,
    spike_outlier,
    spike_overlaps,
    spike_threshold,
    tail_distances,
    trace_log_tail,
)
from rgcourse.spectra.live import singular_values


@pytest.mark.parametrize("c", [0.1, 0.5, 0.9, 1.0])
def test_the_density_has_the_moments_of_noise(c):
    low, high = (edge**2 for edge in noise_edges(c))
    roots = np.linspace(low**0.5, high**0.5, 20_001)
    density = 2 * roots * marchenko_pastur(roots**2, c)
    # <x> = 1, <x^2> = 1 + c, <x^3> = 1 + 3 c + c^2, exactly
    for power, exact in enumerate((1, 1, 1 + c, 1 + 3 * c + c**2)):
        found = integrate.trapezoid(density * roots ** (2 * power), roots)
        assert found == pytest.approx(exact, abs=2e-4)
    assert list(marchenko_pastur([low / 2, high + 1], c)) == [0, 0]


def test_noise_fills_the_interval_between_its_edges(rng):
    n, m = 400, 800
    values = np.linalg.svd(rng.standard_normal((n, m)) / m**0.5, compute_uv=False)
    low, high = noise_edges(n / m)
    assert values[0] == pytest.approx(high, abs=0.03) and values[-1] == pytest.approx(low, abs=0.03)
    below = integrate.quad(lambda x: marchenko_pastur(x, 0.5).item(), low**2, 1.0)[0]
    assert np.mean(values**2 < 1) == pytest.approx(below, abs=0.01)


@pytest.mark.parametrize("c", [0.2, 1.0])
def test_outlier_and_overlaps_join_at_the_threshold(c):
    t = spike_threshold(c)
    assert t == pytest.approx(c**0.25)
    assert spike_outlier(t, c) == pytest.approx(noise_edges(c)[1], abs=1e-12)
    assert spike_outlier(0.9 * t, c) == pytest.approx(noise_edges(c)[1], abs=1e-12)
    assert spike_outlier(1.1 * t, c) > noise_edges(c)[1]
    for inside, outside in zip(spike_overlaps(t, c), spike_overlaps(1.001 * t, c), strict=True):
        assert inside == pytest.approx(0, abs=1e-12) and 0 < outside < 0.02
    assert spike_outlier(1e6, c) == pytest.approx(1e6)
    assert spike_overlaps(1e6, c) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize("theta", [1.3, 2.0])
def test_a_spike_stands_where_the_law_says(theta, rng):
    n, m, found = 200, 400, []
    for _ in range(20):
        u, v = (x / np.linalg.norm(x) for x in (rng.standard_normal(n), rng.standard_normal(m)))
        G = rng.standard_normal((n, m)) / m**0.5
        U, s, V = np.linalg.svd(G + theta * np.outer(u, v), full_matrices=False)
        found.append([s[0], (U[:, 0] @ u) ** 2, (V[0] @ v) ** 2])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / 20**0.5
    law = np.array([spike_outlier(theta, 0.5), *spike_overlaps(theta, 0.5)])
    assert np.all(np.abs(mean - law) < 4 * error + 0.01)
    wrong = np.array([spike_outlier(1.15 * theta, 0.5), *spike_overlaps(1.15 * theta, 0.5)])
    assert np.all(np.abs(mean - wrong) > 2 * error)


def by_definition(values, n):
    """Exponent and distance of one tail, with SciPy's test of Kolmogorov and Smirnov."""
    tail = np.sort(values)[-n:]
    alpha = 1 + n / np.sum(np.log(tail / tail[0]))
    law = stats.pareto(alpha - 1, scale=tail[0])
    return alpha, stats.kstest(tail, law.cdf).statistic


def test_all_tails_are_those_of_the_definition(rng):
    values = rng.lognormal(size=60)
    alphas, distances = tail_distances(values, n_min=7)
    expected = [by_definition(values, n) for n in range(7, 61)]
    assert np.transpose([alphas, distances]) == pytest.approx(np.array(expected))
    law, best = fit_power_law(values, n_min=7), int(np.argmin(distances))
    assert (law.n_tail, law.alpha, law.distance) == (best + 7, alphas[best], distances[best])
    assert law.x_min == np.sort(values)[-law.n_tail]


def test_values_that_are_not_positive_are_in_no_tail():
    values = np.concatenate([np.arange(1.0, 31.0), [0.0, -1.0, -5.0]])
    assert fit_power_law(values) == fit_power_law(np.arange(1.0, 31.0))
    alphas, distances = tail_distances([1.0] * 3 + [2.0] * 3, n_min=2)
    assert list(distances[:2]) == [2, 2] and math.isinf(alphas[0])


def test_a_power_law_is_found_and_not_rejected_too_often(rng):
    laws, p = [], []
    for _ in range(60):
        values = rng.uniform(size=300) ** (-1 / 1.5)
        laws.append(fit_power_law(values).alpha)
        p.append(power_law_p_value(values, n_samples=50, rng=rng))
    assert np.mean(laws) == pytest.approx(2.5, abs=0.15)
    assert np.mean(np.array(p) <= 0.1) < 0.3
    exponential = [power_law_p_value(rng.exponential(size=2000), n_samples=40, n_min=500, rng=rng)
                   for _ in range(5)]  # fmt: skip
    assert max(exponential) <= 0.1  # the power of the test


def test_the_same_seed_gives_the_same_p(rng):
    values = rng.lognormal(size=100)
    assert power_law_p_value(values, rng=3) == power_law_p_value(values, rng=3)


def test_the_product_of_the_tail_is_one(rng):
    values = rng.lognormal(size=50)
    n, scaled = trace_log_tail(values), np.sort(values / values.mean())[::-1]
    assert np.prod(scaled[:n]) >= 1 > np.prod(scaled[: n + 1])
    assert trace_log_tail(7 * values) == n
    assert trace_log_tail([3.0, 3.0]) == 2 and trace_log_tail([5.0, 0.0]) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (20, 20), (30, 60)])
def test_rotations_find_the_singular_values(shape, rng):
    a = rng.standard_normal(shape)
    assert singular_values(a) == pytest.approx(np.linalg.svd(a, compute_uv=False), rel=1e-12)
    a[-1] = a[0]
    rank = min(shape[0], np.linalg.matrix_rank(a))
    assert singular_values(a)[:rank] == pytest.approx(
        np.linalg.svd(a, compute_uv=False)[:rank], rel=1e-9
    )


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: noise_edges(0), "c must be rows / columns"),
        (lambda: noise_edges(1.01), "transpose a matrix"),
        (lambda: spike_threshold("a"), "c must be one real number"),
        (lambda: spike_outlier(0.0, 0.5), "theta must be above 0"),
        (lambda: spike_overlaps([1.0, -1.0], 0.5), "theta must be above 0"),
        (lambda: marchenko_pastur(np.nan, 0.5), "x must be finite"),
        (lambda: fit_power_law(np.ones(30)), "all equal"),
        (lambda: fit_power_law(np.arange(1.0, 20.0)), "at least n_min = 20, got 19"),
        (lambda: fit_power_law(np.arange(-5.0, 19.0)), "must be above 0"),
        (lambda: fit_power_law(np.arange(1.0, 9.0), n_min=1), "n_min must be at least 2"),
        (lambda: power_law_p_value(np.arange(1.0, 30.0), rng=None), "rng is needed"),
        (lambda: power_law_p_value(np.arange(1.0, 30.0), n_samples=0, rng=1), "n_samples"),
        (lambda: trace_log_tail([]), "must be there"),
        (lambda: trace_log_tail([1.0, -0.1]), "not negative"),
        (lambda: trace_log_tail([0.0, 0.0]), "not all 0"),
        (lambda: singular_values(np.ones((3, 2))), "transpose"),
        (lambda: singular_values([1.0, 2.0]), "rows and columns"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("value", [1e-300, 0.1, 1.1, 3.0, 7.7, 1e6, 1e300])
@pytest.mark.parametrize("n", [2, 20, 30, 100])
def test_equal_values_have_no_tail_however_their_logarithms_round(value, n):
    values = np.full(n, value)
    for same in (values, values * (1 + 1e-15 * (np.arange(n) % 2))):
        alphas, distances = tail_distances(same, n_min=min(n, 20))
        assert np.all(alphas == np.inf) and np.all(distances == 2)
        with pytest.raises(ValueError, match="must not be all equal"):
            fit_power_law(same, n_min=min(n, 20))
    law = fit_power_law(np.r_[values[1:], value * (1 + 1e-9)], n_min=min(n, 20))
    assert np.isfinite(law.alpha) and law.distance <= 1


def test_tails_of_hundreds_of_decades_have_a_p_value():
    values = ((np.arange(100) + 0.5) / 100) ** -130.0  # a power law, and alpha - 1 = 1 / 130
    assert fit_power_law(values).alpha - 1 == pytest.approx(1 / 130, rel=0.2)
    assert power_law_p_value(values, n_samples=20, rng=1) > 0.2  # its samples overflow at times
    heavy = np.exp(np.linspace(0, 700, 100) ** 0.999)  # not one: even, in logarithms
    assert fit_power_law(heavy).distance > 0.1
    with np.errstate(all="raise", under="ignore"):
        power_law_p_value(heavy, n_samples=20, rng=1)


def test_the_product_of_the_tail_at_the_ends_of_the_range():
    for scale in (1e-320, 1e-300, 1.0, 1e307):
        assert trace_log_tail(np.array([4.0, 1.0, 1.0]) * scale) == 2
    assert trace_log_tail([1e308] * 3) == 3 and trace_log_tail([5e-324, 0.0]) == 1


def test_strong_spikes_and_narrow_matrices_end_somewhere():
    assert spike_outlier(1e75, 0.5) == pytest.approx(1e75)
    assert [float(x) for x in spike_overlaps(1e75, 0.5)] == [1, 1]
    for call in (spike_outlier, spike_overlaps):
        with pytest.raises(ValueError, match="theta must be at most 1e"):
            call([1.0, 1.1e75], 0.5)
    c = 1e-16  # a half circle about 1, of radius 2 sqrt(c)
    assert marchenko_pastur(1.0, c) == pytest.approx(1 / (np.pi * c**0.5), rel=1e-6)
    with pytest.raises(ValueError, match="c must be at least 1e-16 for a density"):
        marchenko_pastur(1.0, 0.9e-16)


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-90, 1e-77, 1e77, 1e150, 1e300])
def test_rotations_scale(scale, rng):
    a = rng.standard_normal((3, 5))
    assert singular_values(scale * a) / scale == pytest.approx(
        np.linalg.svd(a, compute_uv=False), rel=1e-12
    )
    assert singular_values(0 * a).tolist() == [0, 0, 0]


def test_rotations_say_where_products_are_lost():
    small = np.array([[0, 1, 1], [0, 1, 0]])
    for factor in (1e-30, 1.1e-60):
        graded = np.vstack([[1, 0, 0], factor * small])
        golden = factor * (np.sqrt(5) + np.array([1, -1])) / 2
        assert singular_values(graded) == pytest.approx([1, *golden], rel=1e-12)
    with pytest.raises(ValueError, match="rows must be 0, or at least 1e-60"):
        singular_values(np.vstack([[1, 0, 0], 0.9e-60 * small]))
    assert singular_values(np.diag([1.0, 0.0])).tolist() == [1, 0]
    with pytest.raises(ValueError, match="singular values overflow"):
        singular_values(np.full((2, 3), 1.7e308))
