"""Power laws from estimates: exact data, honest errors, the way out of bad input."""

import numpy as np
import pytest
from scipy.stats import kstest

from rgcourse.scaling import corrected_power_law, power_law
from rgcourse.statistics import Estimate

X = np.array([4.0, 6, 8, 12, 16, 32])


def test_an_exact_law_is_found():
    law = power_law(X, Estimate(0.3 * X**2.17, 0.01 * X**2.17 * np.arange(1, 7)))
    assert law.exponent.value == pytest.approx(2.17, rel=1e-12)
    assert law.amplitude.value == pytest.approx(0.3, rel=1e-12)
    assert law.chi2 == pytest.approx(0, abs=1e-20)
    assert (law.degrees, law.p_value) == (4, 1.0)
    assert law(10.0) == pytest.approx(0.3 * 10**2.17)


def test_two_points_are_joined():
    law = power_law([1, 10], [Estimate(2, 0.2), Estimate(200, 20)])
    assert law.exponent.value == pytest.approx(2)
    assert law.exponent.error == pytest.approx(np.sqrt(2) * 0.1 / np.log(10))
    assert (law.degrees, law.p_value) == (0, 1.0)


def test_errors_are_those_of_least_squares():
    relative = np.array([0.01, 0.02, 0.05, 0.01, 0.03, 0.02])
    law = power_law(X, Estimate(X, relative * X))
    design = np.stack([np.log(X), np.ones(6)], axis=1) / relative[:, None]
    covariance = np.linalg.inv(design.T @ design)
    assert law.exponent.error == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-9)
    assert law.amplitude.error == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-9)


def noisy(rng, bend=0.0):
    y, relative = 2.0 * X**-0.5 * (1 + bend / X), np.array([0.01, 0.02, 0.01, 0.02, 0.02, 0.03])
    return power_law(X, Estimate(y * (1 + relative * rng.normal(size=6)), relative * y))


def test_z_scores_and_p_values_are_what_they_say(rng):
    laws = [noisy(rng) for _ in range(2000)]
    assert kstest([law.exponent.z_score(-0.5) for law in laws], "norm").pvalue > 1e-4
    assert kstest([law.p_value for law in laws], "uniform").pvalue > 1e-4


def test_a_bent_law_is_noticed(rng):
    assert np.median([noisy(rng, bend=1.0).p_value for _ in range(200)]) < 0.05


@pytest.mark.parametrize(
    ("x", "estimates", "message"),
    [
        ([1, 2], [Estimate(1, 0.1)], "equal length"),
        ([1, 1], [Estimate(1, 0.1)] * 2, "two different x"),
        ([1, -2], [Estimate(1, 0.1)] * 2, "positive x and y"),
        ([1, 2], [Estimate(-1, 0.1)] * 2, "fit its absolute value"),
        ([1, 2], [Estimate(1, 0.0)] * 2, "error above 0"),
        ([1, 2], [Estimate(1, 1.5)] * 2, "below its value"),
        ([1, 2], [1.0, 2.0], "must be Estimates with their errors, got 1.0"),
        ([1, np.nan], [Estimate(1, 0.1)] * 2, "x must be finite"),
        ([[1, 2]], Estimate([[1, 2]], [[0.1, 0.1]]), "two lists"),
    ],
)
def test_bad_input_is_refused(x, estimates, message):
    with pytest.raises(ValueError, match=message):
        power_law(x, estimates)


# --- with a correction


def test_a_correction_is_told_from_the_power():
    y = 0.7 * X**1.96 * np.exp(-0.4 * X**-0.83)
    law = corrected_power_law(X, Estimate(y, 0.01 * y), 0.83)
    assert law.exponent.value == pytest.approx(1.96, rel=1e-10)
    assert law.correction.value == pytest.approx(-0.4, rel=1e-9)
    assert (law.degrees, law.p_value) == (3, pytest.approx(1))
    assert abs(power_law(X, Estimate(y, 0.01 * y)).exponent.value - 1.96) > 0.03


def test_errors_with_a_correction_are_those_of_many_fits(rng, z_within):
    y = X**1.6 * np.exp(0.3 * X**-0.83)
    fits = [
        corrected_power_law(X, Estimate(y * np.exp(0.003 * rng.normal(size=6)), 0.003 * y), 0.83)
        for _ in range(400)
    ]
    z = np.array([fit.exponent.z_score(1.6) for fit in fits])
    z_within(np.sqrt(400) * z.mean())
    assert 0.85 < z.std() < 1.15
    assert kstest([fit.p_value for fit in fits], "uniform").pvalue > 1e-4


def test_a_correction_that_cannot_be_fitted_is_refused():
    two = [Estimate(1, 0.1), Estimate(2, 0.1)]
    with pytest.raises(ValueError, match="three different x"):
        corrected_power_law([1, 2], two, 0.83)
    with pytest.raises(ValueError, match="omega must be above 0"):
        corrected_power_law([1, 2, 3], [*two, Estimate(3, 0.1)], 0.0)
