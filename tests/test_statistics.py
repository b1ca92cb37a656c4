"""Errors that are what they say: against distributions whose answer is known."""

import math
import os
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.stats import kstest, norm
from scipy.stats import t as student

from rgcourse.correlator import RunningAutocorrelation
from rgcourse.samplers import Metropolis
from rgcourse.statistics import (
    Estimate,
    ShortChainError,
    autocorrelation_time,
    jackknife,
    mean_of,
    pooled_autocorrelation_time,
    quantile_levels,
    share_told,
)


def autoregressive(rho, n, rng, n_series=1):
    """Stationary series x' = rho x + noise, whose tau is (1 + rho) / (1 - rho) / 2 exactly."""
    noise = rng.normal(size=(n_series, n)) * np.sqrt(1 - rho**2)
    noise[:, 0] /= np.sqrt(1 - rho**2)
    return lfilter([1], [1, -rho], noise, axis=1)


# --- Estimate


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.992, 0.012, "0.992 ± 0.012"),
        (0.99183, 0.01234, "0.992 ± 0.012"),
        (-1.41421356, 0.00002, "-1.414214 ± 0.000020"),
        (0.5, 0.0996, "0.50 ± 0.10"),
        (1.0, 9.96, "1 ± 10"),
        (1234.5, 12.3, "1234 ± 12"),
        (1234.5, 1.23, "1234.5 ± 1.2"),
        (0.0, 0.5, "0.00 ± 0.50"),
        (1.1483e-05, 2.1e-07, "(1.148 ± 0.021)e-05"),
        (1.5e12, 2e10, "(1.500 ± 0.020)e+12"),
        (1.0, 0.0, "1 ± 0"),
        (np.nan, np.nan, "nan ± nan"),
        (1.0, np.inf, "1 ± inf"),
    ],
)
def test_two_significant_digits_of_the_error(value, error, text):
    assert str(Estimate(value, error)) == text
    assert repr(Estimate(value, error)) == f"Estimate({text})"
    assert f"{Estimate(value, error):>30}" == f"{text:>30}"


def test_arrays_print_and_index_as_estimates():
    pair = Estimate([1.0, 0.25], [0.1, 0.012], n_bins=8)
    assert str(pair) == "[1.00 ± 0.10, 0.250 ± 0.012]"
    assert (len(pair), pair[1].value, pair[1].n_bins) == (2, 0.25, 8)
    assert [str(e) for e in pair] == ["1.00 ± 0.10", "0.250 ± 0.012"]


def test_exact_numbers_scale_and_shift():
    x = Estimate(2.0, 0.5, n_bins=8)
    for y, value, error in [
        (3 * x, 6, 1.5), (x * -3, -6, 1.5), (x / 4, 0.5, 0.125), (x + 1, 3, 0.5), (1 + x, 3, 0.5),
        (x - 1, 1, 0.5), (1 - x, -1, 0.5), (-x, -2, 0.5), (np.float64(2) * x, 4, 1),
    ]:  # fmt: skip
        assert (y.value, y.error, y.n_bins) == (value, error, 8)
    many = np.array([1.0, 2.0]) * x
    assert many.value.tolist() == [2, 4] and many.error.tolist() == [0.5, 1.0]
    assert (x + np.array([1.0, 2.0])).error.tolist() == [0.5, 0.5]


def test_powers_and_quotients_follow_to_first_order():
    x = Estimate(4.0, 0.4, n_bins=8)
    for y, value, error in [
        (1 / x, 0.25, 0.025), (2 / x, 0.5, 0.05), (x**2, 16, 3.2), (x**0.5, 2, 0.1), (x**1, 4, 0.4),
        (x**-1, 0.25, 0.025), (x**0, 1, 0), (-3 / x, -0.75, 0.075), (abs(x), 4, 0.4),
        (abs(-x), 4, 0.4), ((-x) ** 3, -64, 19.2), (np.float64(1) / x, 0.25, 0.025),
    ]:  # fmt: skip
        assert (y.value, y.error) == pytest.approx((value, error), rel=1e-15) and y.n_bins == 8
    many = Estimate([2.0, -5.0], [0.2, 0.5])
    assert (1 / many).value.tolist() == [0.5, -0.2]
    assert (1 / many).error == pytest.approx([0.05, 0.02], rel=1e-15)
    assert (np.array([1.0, 10.0]) / many).value.tolist() == [0.5, -2]
    assert (x ** np.array([1, 2])).error == pytest.approx([0.4, 3.2], rel=1e-15)
    assert abs(many).value.tolist() == [2, 5]


def test_a_power_is_right_where_the_error_is_small(rng):
    """The scatter of 1/x and x**2 of a mean, against the error carried along."""
    means = 3 + 0.01 * rng.normal(size=40_000)
    for power in (-1, 2):
        expected = (Estimate(3.0, 0.01) ** power).error
        assert np.std(means**power) == pytest.approx(expected, rel=4 / np.sqrt(2 * 40_000))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Estimate(1.0, 1.0) ** 2, ValueError, "put the power itself into jackknife"),
        (lambda: Estimate(-1.0, 1.1) ** 2, ValueError, "needs an error below the value"),
        (lambda: 1 / Estimate(0.0, 0.1), ValueError, "needs an error below the value"),
        (lambda: 1 / Estimate([2.0, 0.1], [0.1, 0.1]), ValueError, "needs an error below"),
        (lambda: 1 / Estimate(0.0, 0.0), ZeroDivisionError, "^a number divided by 0 ± 0, which"),
        (lambda: Estimate(0.0, 0.0) ** -1, ValueError, "is no finite real number"),
        (lambda: Estimate(-2.0, 0.1) ** 0.5, ValueError, "is no finite real number"),
        (lambda: Estimate(2.0, 0.1) / 0, ZeroDivisionError, "2.00 ± 0.10 divided by zero"),
        (lambda: Estimate(2.0, 0.1) / np.array([1.0, 0.0]), ZeroDivisionError, "by zero"),
    ],
)
def test_powers_and_quotients_refuse(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_power_is_refused_only_from_an_error_as_large_as_the_value():
    assert (Estimate(1.0, 0.999) ** 2).error == pytest.approx(1.998, rel=1e-15)
    assert (Estimate(0.0, 0.0) ** 2) == Estimate(0.0, 0.0)
    assert np.isnan((Estimate(np.nan, 0.1) ** 2).value)


def test_the_powers_one_and_zero_are_exact():
    for value, error in [(0.1, 3.0), (-2.0, 2.0), (0.0, 1.0), (0.0, 0.0), (1.0, np.inf)]:
        x = Estimate(value, error, n_bins=8)
        assert x**1 == x and x**0 == Estimate(1.0, 0.0, n_bins=8)
    assert Estimate(0.1, 3.0) ** np.array([1, 0]) == Estimate([0.1, 1.0], [3.0, 0.0])
    with pytest.raises(ValueError, match="needs an error below the value"):
        Estimate(0.1, 3.0) ** np.array([1, 2])


@pytest.mark.parametrize("other", ["x", None, 1j, [1, [2]], {}])
@pytest.mark.parametrize(
    "combine",
    [
        lambda a, x: a + x,
        lambda a, x: x + a if not isinstance(x, list) else a + x,
        lambda a, x: a - x,
        lambda a, x: x - a,
        lambda a, x: a * x,
        lambda a, x: a / x,
        lambda a, x: x / a,
        lambda a, x: a**x,
    ],
)
def test_an_estimate_goes_with_real_numbers_only(combine, other):
    with pytest.raises(TypeError, match=r"combined with real numbers .* got .* of type .*; use fl"):
        combine(Estimate(2.0, 0.1), other)


def test_fractions_are_real_numbers():
    assert Estimate(2.0, 0.5) * Fraction(1, 2) + Fraction(1, 4) == Estimate(1.25, 0.25)


def test_two_estimates_are_not_combined_silently():
    x, many = Estimate(2.0, 0.5), Estimate([2.0, 3.0], [0.5, 0.5])
    for y in (x, many):
        for combine in (
            lambda y: x + y, lambda y: x - y, lambda y: x * y, lambda y: x / y, lambda y: x**y,
            lambda y: sum([x, y]),
        ):  # fmt: skip
            with pytest.raises(TypeError, match=r"into one jackknife.*a\.minus\(b\)"):
                combine(y)


def test_an_estimate_is_no_plain_number():
    x = Estimate(2.0, 0.5)
    for compare in (
        lambda: x < 3,
        lambda: x <= 3,
        lambda: x > x,
        lambda: 3 >= x,
        lambda: max(x, x),
    ):
        with pytest.raises(TypeError, match=r"\.value, or ask .* \.z_score"):
            compare()
    for convert in (float, math.sqrt):
        with pytest.raises(TypeError, match=r"take its \.value"):
            convert(x)
    for estimate in (x, Estimate([1.0, 2.0], [0.5, 0.5])):
        with pytest.raises(TypeError, match=r"neither zero nor not: take its \.value"):
            bool(estimate)
    with pytest.raises(TypeError, match="one number and has no length"):
        list(x)


def test_the_difference_of_independent_estimates():
    a, b = Estimate(2.0, 0.3), Estimate(1.0, 0.4)
    assert a.minus(b) == Estimate(1.0, 0.5) and a.plus(b) == Estimate(3.0, 0.5)
    assert a.minus(0.5) == a - 0.5 and a.plus(0.5) == a + 0.5
    assert a.minus(b).degrees == math.inf
    two = Estimate([2.0, 3.0], [0.3, 0.3]).minus(Estimate([1.0, 5.0], [0.4, 0.0]))
    assert two == Estimate([1.0, -2.0], [0.5, 0.3])
    assert Estimate([2.0, 3.0], [0.3, 0.3]).minus(b) == Estimate([1.0, 2.0], [0.5, 0.5])


@pytest.mark.parametrize(
    ("errors", "bins", "degrees"),
    [
        ((1.0, 1.0), (8, 8), 14),  # equal: those of both together
        ((1.0, 0.0), (8, 5), 7),  # the other is exact
        ((0.0, 1.0), (8, 5), 4),
        ((1.0, 1.0), (8, None), 28),  # (1 + 1)**2 / (1 / 7)
        ((1.0, 2.0), (4, 6), 25 / (1 / 3 + 16 / 5)),
        ((0.0, 0.0), (4, 6), np.inf),
    ],
)
def test_degrees_of_freedom_after_welch(errors, bins, degrees):
    a, b = (Estimate(v, e, n_bins=n) for v, e, n in zip((5.0, 2.0), errors, bins, strict=True))
    assert a.minus(b).degrees == pytest.approx(degrees, rel=1e-14)
    assert b.minus(a).degrees == a.minus(b).degrees == a.plus(b).degrees


def test_degrees_of_arrays_go_with_their_elements():
    a = Estimate([1.0, 2.0], [1.0, 1.0], n_bins=8)
    gap = a.minus(Estimate([0.0, 0.0], [1.0, 0.0], n_bins=8))
    assert gap.degrees == pytest.approx([14, 7], rel=1e-14)
    assert (2 * gap)[0].degrees == pytest.approx(14, rel=1e-14)
    assert gap[1].z_score(0.0) == pytest.approx(Estimate(2.0, 1.0, n_bins=8).z_score(0), rel=1e-12)
    assert gap.z_score(0.0)[1] == gap[1].z_score(0.0)
    exact = Estimate(3.0, 0.0, n_bins=4).minus(Estimate(1.0, 0.0, n_bins=4))
    assert exact.z_score(2.0) == 0 and exact.z_score(1.0) == np.inf
    assert Estimate([60.0], [1.0], n_bins=[np.inf]).z_score(0.0).tolist() == [60]
    certain = a.minus(Estimate([1.0, 0.5], [0.0, 0.0]))
    assert certain.n_bins == pytest.approx([8, 8])


@settings(deadline=None)
@given(*[st.floats(0.01, 100)] * 2, *[st.integers(2, 100)] * 2)
def test_welch_lies_between_the_lesser_and_the_sum(e1, e2, n1, n2):
    degrees = Estimate(0.0, e1, n_bins=n1).minus(Estimate(0.0, e2, n_bins=n2)).degrees
    assert min(n1, n2) - 1 <= degrees * (1 + 1e-9) and degrees <= (n1 + n2 - 2) * (1 + 1e-9)


def test_equal_by_value():
    assert Estimate(2, 0.1) == Estimate(2.0, 0.1) and not Estimate(2, 0.1) != Estimate(2, 0.1)
    assert Estimate(2, 0.1) != Estimate(2, 0.2) and Estimate(2, 0.1) != Estimate(3, 0.1)
    assert Estimate(2, 0.1) != Estimate(2, 0.1, n_bins=8) and Estimate(2, 0.1) != 2
    assert Estimate([1, 2], [0, 0]) == Estimate([1, 2], [0, 0]) != Estimate([1, 3], [0, 0])
    assert Estimate([1], [0]) != Estimate([1, 1], [0, 0]) and Estimate([1], [0]) != Estimate(1, 0)
    assert len({Estimate(2, 0.1), Estimate(2.0, 0.1), Estimate(-0.0, 0), Estimate(0, 0)}) == 2
    certain = Estimate(1, 1), Estimate(1, 1, n_bins=math.inf)
    assert certain[0] == certain[1] and len(set(certain)) == 1
    pair, numbers = [1, 2], [1, 1]
    assert Estimate(pair, numbers, n_bins=8) == Estimate(pair, numbers, n_bins=[8, 8])
    assert Estimate(pair, numbers, n_bins=8) != Estimate(pair, numbers, n_bins=[8, 9])
    assert Estimate(pair, numbers) == Estimate(pair, numbers, n_bins=[math.inf] * 2)
    assert Estimate([], [], n_bins=8) == Estimate([], [])
    with pytest.raises(TypeError, match="unhashable"):
        hash(Estimate([1.0], [0.1]))


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (".2f", "0.99 ± 0.01"),
        (".1e", "9.9e-01 ± 1.2e-02"),
        (".2", "0.99 ± 0.012"),
        ("g", "0.99183 ± 0.01234"),
        (".1%", "99.2% ± 1.2%"),
        ("+.2f", "+0.99 ± 0.01"),
        ("15.2f", "    0.99 ± 0.01"),
        ("<15.2f", "0.99 ± 0.01    "),
        ("*^15.2f", "**0.99 ± 0.01**"),
        ("", "0.992 ± 0.012"),
        ("15", "0.992 ± 0.012  "),
        (">15", "  0.992 ± 0.012"),
        ("s", "0.992 ± 0.012"),
        ("0.2f", "0.99 ± 0.01"),
        ("0>15.2f", "00000.99 ± 0.01"),
    ],
)
def test_formats(spec, text):
    assert format(Estimate(0.99183, 0.01234), spec) == text
    if spec.endswith("f") and "15" not in spec:
        assert format(Estimate([0.99183] * 2, [0.01234] * 2), spec) == f"[{text}, {text}]"


def test_a_format_that_is_none_is_refused():
    with pytest.raises(ValueError, match="[Ff]ormat"):
        format(Estimate(1.0, 0.1), ".2q")


@pytest.mark.parametrize(
    ("spec", "instead"),
    [
        ("015.2f", "15.2f"),
        ("015", "15"),
        ("+0015.2f", "[+]15.2f"),
        ("<015", "<15"),
        ("015s", "15s"),
    ],
)
def test_zeros_in_front_are_refused(spec, instead):
    with pytest.raises(
        ValueError, match=f"'[+<]?0.*fills with zeros.*1.00 ± 0.10; use '{instead}'"
    ):
        format(Estimate(1.0, 0.1), spec)


def test_estimate_is_frozen():
    with pytest.raises(AttributeError):
        Estimate(1.0, 0.1).value = 2.0


def test_z_score():
    assert Estimate(1.5, 0.25).z_score(1.0) == 2
    assert Estimate(0.5, 0.25).z_score(1.0) == -2
    assert Estimate(0.0, 3.0).z_score(Estimate(5.0, 4.0)) == -1
    assert Estimate(1.0, 0.0).z_score(1) == 0
    assert Estimate(1.0, 0.0).z_score(2) == -np.inf
    assert np.isnan(Estimate(np.nan, 1.0).z_score(2))
    assert Estimate([1.0, 2.0], [0.5, 0.5]).z_score([1.5, 1.0]).tolist() == [-1, 2]
    assert Estimate([1.0, 2.0], [0.5, 0.5]).z_score(1.0).tolist() == [0, 2]


@pytest.mark.parametrize("n_bins", [2, 8, 64, 1000])
def test_z_score_has_the_probability_of_students_t(n_bins):
    for t in (-5.0, -0.3, 0.0, 1.0, 3.0, 12.0):
        z = Estimate(t, 1.0, n_bins=n_bins).z_score(0.0)
        assert norm.sf(abs(z)) == pytest.approx(student.sf(abs(t), n_bins - 1), rel=1e-9)
        assert np.sign(z) == np.sign(t) and abs(z) <= abs(t)


def test_z_score_of_a_difference_is_normal(rng):
    def difference():
        a, b = rng.normal(size=6), 0.2 * rng.normal(size=9)
        return jackknife(np.mean, a, n_bins=6).z_score(jackknife(np.mean, b, n_bins=9))

    assert kstest([difference() for _ in range(1500)], "norm").pvalue > 1e-4


@settings(deadline=None)
@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e6))
def test_the_print_loses_less_than_a_twentieth_of_the_error(value, error):
    text = str(Estimate(value, error))
    scale = float("1" + text.split(")")[1]) if ")" in text else 1.0
    shown = [scale * float(part) for part in text.split(")")[0].strip("(").split(" ± ")]
    rounding = 4e-16 * abs(value)
    assert abs(shown[0] - value) <= 0.0501 * error + rounding or error >= 100
    assert abs(shown[0] - value) <= 0.5001 * max(1, 0.1 * error) + rounding
    assert abs(shown[1] - error) <= 0.0501 * error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.0, -0.1), "cannot be negative, got -0.1"),
        (([1.0, 2.0], 0.1), r"same shape, got \(2,\) and \(\)"),
        (("1", 0.1), "value must be a real number"),
        ((1.0, None), "error must be a real number"),
        ((1j, 0.1), "value must be a real number"),
    ],
)
def test_estimate_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Estimate(*arguments)
    with pytest.raises(ValueError, match="n_bins must be more than 1"):
        Estimate(1.0, 0.1, n_bins=1)
    with pytest.raises(
        ValueError, match="n_bins must be a real number or an array of them, got '8'"
    ):
        Estimate(1.0, 0.1, n_bins="8")


# --- jackknife


def test_jackknife_of_a_mean_is_the_standard_error(rng):
    x = rng.normal(size=640)
    estimate = jackknife(np.mean, x)
    bins = x.reshape(64, 10).mean(axis=1)
    assert estimate.value == pytest.approx(x.mean(), rel=1e-12)
    assert estimate.error == pytest.approx(bins.std(ddof=1) / 8, rel=1e-12)
    assert estimate.n_bins == 64


def test_jackknife_calls_the_statistic_once_more_than_there_are_bins(rng):
    lengths = []
    jackknife(lambda x: lengths.append(len(x)) or x.mean(), rng.normal(size=100), n_bins=10)
    assert lengths == [100] + [90] * 10


@pytest.mark.parametrize(("n", "n_bins"), [(100, 12), (10, 8), (64, 64), (1003, 64)])
def test_unequal_bins_keep_the_mean_and_the_error_honest(rng, z_within, n, n_bins):
    x = rng.normal(size=(400, n))
    results = [jackknife(np.mean, row, n_bins=n_bins) for row in x]
    assert results[0].value == pytest.approx(x[0].mean(), rel=1e-9)
    variance = np.array([r.error**2 for r in results])
    z_within((variance.mean() - 1 / n) / (variance.std() / np.sqrt(len(variance))))


@pytest.mark.parametrize("n_bins", [8, 64])
def test_z_scores_of_the_jackknife_are_unit_normal(rng, n_bins):
    def z():
        x = rng.normal(1.0, 2.0, size=640)
        return jackknife(lambda x: np.mean(x) ** 2, x, n_bins=n_bins).z_score(1.0)

    assert kstest([z() for _ in range(1500)], "norm").pvalue > 1e-4


def test_the_error_covers_a_correlated_chain(rng):
    series = autoregressive(0.8, 4096, rng, n_series=600)
    z = [jackknife(np.var, x, n_bins=32).z_score(1.0) for x in series]
    assert kstest(z, "norm").pvalue > 1e-4


def test_the_leading_bias_is_removed(rng, z_within):
    # the variance with 1/n has the bias -1/n; the jackknife turns it into the one with 1/(n - 1)
    x = rng.normal(size=20)
    assert jackknife(np.var, x, n_bins=20).value == pytest.approx(np.var(x, ddof=1), rel=1e-12)
    # mean(x)**-1 has a bias of all orders: without correction 1/100 of the value here
    plain, corrected = [], []
    for _ in range(3000):
        x = rng.normal(1.0, 1.0, size=100)
        plain.append(1 / x.mean())
        corrected.append(jackknife(lambda x: 1 / np.mean(x), x, n_bins=20).value)
    error = np.std(corrected) / np.sqrt(len(corrected))
    assert np.mean(plain) - 1 > 4 * error
    assert abs(np.mean(corrected) - 1) < 4 * error


def test_several_samples_and_an_array_of_results(rng):
    x, y = rng.normal(size=(2, 400)) + 3
    both = jackknife(lambda x, y: [x.mean() / y.mean(), x.mean()], x, y, n_bins=20)
    assert both.value.shape == (2,)
    assert both[1].error == pytest.approx(jackknife(np.mean, x, n_bins=20).error, rel=1e-12)
    fields = rng.normal(size=(400, 3, 2))
    assert jackknife(lambda f: f.mean(axis=0), fields, n_bins=20).value.shape == (3, 2)


def test_a_chain_that_remembers_longer_than_a_bin_is_refused(rng):
    slow = autoregressive(0.999, 6400, rng)[0]
    with pytest.raises(ShortChainError, match="too short for its memory") as caught:
        jackknife(np.mean, slow)
    assert caught.value.estimate.value == pytest.approx(slow.mean())
    drifting = rng.normal(size=6400) + np.linspace(0, 3, 6400)
    with pytest.raises(ShortChainError):
        jackknife(np.mean, drifting)


@pytest.mark.parametrize("n_bins", [36, 64, 400])
@pytest.mark.parametrize("several", [False, True])
def test_bins_are_refused_from_a_correlation_of_4_over_the_root_of_their_number(n_bins, several):
    """A wave of one period added to an alternating series; its share sets the correlation."""
    t = np.arange(n_bins)
    wave, alternating = np.cos(2 * np.pi * (t + 0.5) / n_bins), (-1.0) ** t

    def series(share):
        return share * wave + (1 - share) * alternating

    def correlation(share):
        change = series(share) - series(share).mean()
        return change[1:] @ change[:-1] / (change @ change)

    def call(bound):
        x = series(brentq(lambda share: correlation(share) - bound, 0.0, 1.0))
        if several:  # the most correlated component of the statistic decides
            return jackknife(lambda x, y: [np.mean(y), np.mean(x)], x, alternating, n_bins=n_bins)
        return jackknife(np.mean, x, n_bins=n_bins)

    bound = 4 / np.sqrt(n_bins)
    call(0.99 * bound)
    with pytest.raises(ShortChainError, match="neighbouring bins are correlated"):
        call(1.01 * bound)


@pytest.mark.parametrize("size", [1e-3, 1e-8, 1e-10])
def test_small_changes_of_a_large_number_must_be_independent_too(rng, size):
    slow = 1 + size * autoregressive(0.999, 6400, rng)[0]
    with pytest.raises(ShortChainError, match="too short for its memory"):
        jackknife(np.mean, slow)
    jackknife(np.mean, rng.permutation(slow))


def test_independent_samples_are_hardly_ever_refused(rng):
    for x in rng.normal(size=(500, 640)):
        jackknife(np.mean, x)


def test_a_constant_is_not_a_correlation(rng):
    x = rng.normal(size=640)
    estimate = jackknife(lambda x: [x.mean(), 0.1, 0.0], x)
    assert estimate.error[1:] == pytest.approx([0, 0], abs=1e-14)


@pytest.mark.parametrize(
    ("samples", "n_bins", "message"),
    [
        ((), 8, "at least one array of samples"),
        ((3.0,), 8, "at least one array of samples"),
        ((np.ones(10), np.ones(11)), 8, r"equally many, got \[10, 11\]"),
        ((np.ones(10),), 64, "10 samples do not fill 64 bins; take more, or pass n_bins <= 10"),
        ((np.ones(10),), 1, "n_bins must be at least 2"),
        ((np.ones(10),), 2.5, "n_bins must be a whole number"),
        ((np.ones(0),), 2, "0 samples"),
    ],
)
def test_jackknife_refuses(samples, n_bins, message):
    with pytest.raises(ValueError, match=message):
        jackknife(lambda *s: 1.0, *samples, n_bins=n_bins)


def test_jackknife_refuses_a_complex_statistic():
    with pytest.raises(ValueError, match="the statistic must be a real number"):
        jackknife(lambda x: 1j, np.ones(10), n_bins=2)


# --- autocorrelation time


@pytest.mark.parametrize("rho", [-0.98, -0.9, -0.5, 0.0, 0.5, 0.9, 0.98])
def test_autocorrelation_time_of_an_autoregressive_series(rng, rho):
    tau = (1 + rho) / (1 - rho) / 2
    n = 20_000 if abs(rho) < 0.95 else 100_000
    results = [autocorrelation_time(x) for x in autoregressive(rho, n, rng, n_series=60)]
    values = np.array([r.value for r in results])
    # unbiased to a fifth of the single error; the error is the scatter, as known from 60 series
    spread = values.std(ddof=1)
    assert abs(values.mean() - tau) < (4 / np.sqrt(60) + 0.2) * spread
    assert 0.65 < np.mean([r.error for r in results]) / spread < 1.6


def test_a_chain_that_turns_over_in_the_hot_phase_has_a_small_time():
    """A checkerboard of Metropolis updates accepts nearly everything when K is small."""
    chain = Metropolis(16, 0.02, rng=1)
    chain.sweep(2000)
    tau = autocorrelation_time(chain.record(100_000).magnetization)
    assert 0 < tau.value < 0.05 and tau.error < tau.value
    means = Metropolis(16, 0.02, rng=2).record(200_000).magnetization.reshape(-1, 500)
    truth = 500 * means.mean(axis=1).var() / means.var() / 2  # the variance of long means
    assert tau.value == pytest.approx(truth, rel=0.35)


def time_or_refusal(x):
    """What is found of the time, whether the series is long enough or not."""
    try:
        return autocorrelation_time(x)
    except ShortChainError as short:
        return short.estimate


@pytest.mark.parametrize("period", [3, 4, 8])
def test_times_of_series_that_swing(rng, period):
    """Memory with a period: tau is half the height of the spectrum at zero."""
    pole = 0.95 * np.exp(2j * np.pi / period)
    x = lfilter([1], [1, -2 * pole.real, abs(pole) ** 2], rng.normal(size=(60, 51_000)))[:, 1000:]
    at_zero, noise = (
        1 / abs(1 - pole) ** 4,
        lfilter([1], [1, -2 * pole.real, abs(pole) ** 2], np.eye(1, 5000)[0]),
    )
    tau = at_zero / np.sum(noise**2) / 2
    results = [time_or_refusal(series) for series in x]
    z = np.array([result.z_score(tau) for result in results])
    assert np.mean(abs(z) > 3) < 0.05
    assert np.mean([result.error for result in results]) < 0.1  # of 10 steps of memory


@pytest.mark.parametrize("n", [4, 20, 60, 99])
def test_series_of_less_than_a_hundred_steps_are_refused(rng, n):
    """Noise can look as if it had no memory at all; a rule that asks tau alone would believe it."""
    for x in rng.random((200, n)):
        with pytest.raises(ShortChainError):
            autocorrelation_time(x)


@pytest.mark.parametrize(("n", "rho"), [(100, 0.0), (200, 0.0), (400, 0.5), (1000, -0.9)])
def test_short_series_that_are_taken_lie_within_their_errors(rng, n, rho):
    tau, z = (1 + rho) / (1 - rho) / 2, []
    for x in autoregressive(rho, n, rng, n_series=500):
        try:
            z.append(autocorrelation_time(x).z_score(tau))
        except ShortChainError:
            continue
    assert len(z) > 300 and np.mean(np.abs(z) > 3) < 0.06


def test_shift_and_scale_do_not_change_it(rng):
    x = autoregressive(0.7, 5000, rng)[0]
    tau = autocorrelation_time(x)
    assert autocorrelation_time(1e3 - 5 * x).value == pytest.approx(tau.value, rel=1e-9)


def test_it_is_the_sum_of_the_autocorrelations(rng):
    x = autoregressive(0.5, 500, rng)[0]
    change, n = x - x.mean(), len(x)
    rho = np.array([change[: n - t] @ change[t:] for t in range(60)]) / (change @ change)
    taus = 0.5 + np.cumsum(rho[1:]) - rho[1:] / 2
    window = next(w for w in range(1, 60) if w >= 6 * max(taus[w - 1], 2))
    expected = taus[window - 1] * (1 + (2 * window + 1) / n)
    assert autocorrelation_time(x).value == pytest.approx(expected, rel=1e-12)


def test_a_short_series_is_refused_with_its_estimate(rng):
    x = autoregressive(0.999, 2000, rng)[0]
    with pytest.raises(ShortChainError, match="2000 steps are too few") as caught:
        autocorrelation_time(x)
    assert caught.value.estimate.value > 2000 / 50
    assert isinstance(caught.value, RuntimeError)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones(100), "never changes"),
        (np.ones((10, 10)), "one series"),
        ([1.0, 2.0], "at least 4"),
        ([1.0, 2.0, np.nan, 1.0], "finite"),
        (["a"] * 10, "real number"),
    ],
)
def test_autocorrelation_time_refuses(x, message):
    with pytest.raises(ValueError, match=message):
        autocorrelation_time(x)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e3, 1e3), min_size=0, max_size=40))
def test_any_series_gives_a_number_or_a_clear_error(x):
    try:
        assert np.isfinite(autocorrelation_time(x).value)
    except (ValueError, ShortChainError) as error:
        assert len(str(error)) > 20


def running_time(x):
    running = RunningAutocorrelation(mean=0.0)
    running.add(x)
    return running.time()


@pytest.mark.parametrize(
    ("time", "n_chains", "n"),
    [(autocorrelation_time, 1, 500), (pooled_autocorrelation_time, 8, 500), (running_time, 1, 500)],
)
def test_fifty_autocorrelation_times_are_asked_for(time, n_chains, n, rng):
    """Many series of about fifty times their tau: refused below, not above."""
    ratios, needless = [], 0
    for _ in range(600):
        x = autoregressive(0.905, n, rng, n_series=n_chains)
        refused = False
        try:
            tau = time(x.T if n_chains > 1 else x[0]).value
        except ShortChainError as error:
            refused, tau = True, error.estimate.value
        ratios.append(n / tau)
        assert refused or ratios[-1] >= 50
        needless += refused and ratios[-1] >= 50
    assert needless < 6  # a series that looks as if it alternated
    ratios = np.array(ratios)  # enough of them close by on either side
    assert np.sum((48 < ratios) & (ratios < 50)) > 2 and np.sum((50 < ratios) & (ratios < 52)) > 2


# --- many chains together


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95])
def test_pooled_times_are_unbiased_and_their_errors_honest(rng, rho, z_within):
    tau = (1 + rho) / (1 - rho) / 2
    n = round(100 * tau)
    z = [
        pooled_autocorrelation_time(autoregressive(rho, n, rng, n_series=64).T).z_score(tau)
        for _ in range(200)
    ]
    z_within(np.mean(z) * np.sqrt(200))
    assert 0.75 < np.std(z) < 1.15


def test_pooling_is_not_averaging_times(rng):
    """Single chains of 100 tau find a time that is too long: windows follow their noise."""
    x = autoregressive(0.95, 2000, rng, n_series=2000)
    single = []
    for series in x:
        try:
            single.append(autocorrelation_time(series).value)
        except ShortChainError as short:
            single.append(short.estimate.value)
    error = np.std(single) / np.sqrt(len(single))
    assert np.mean(single) > 19.5 + 4 * error
    pooled = pooled_autocorrelation_time(x.T)
    assert abs(pooled.z_score(19.5)) < 4 and pooled.error < error


def test_pooled_time_is_the_sum_of_the_mean_products(rng):
    x = autoregressive(0.5, 300, rng, n_series=5)
    change = x - x.mean()
    products = np.array([np.mean(change[:, : 300 - t] * change[:, t:]) for t in range(60)])
    taus = 0.5 + (np.cumsum(products[1:]) - products[1:] / 2) / products[0]
    window = next(w for w in range(1, 60) if w >= 6 * max(taus[w - 1], 2))
    expected = taus[window - 1] * (1 + (2 * window + 1) / 1500)
    assert pooled_autocorrelation_time(x.T).value == pytest.approx(expected, rel=1e-12)


def test_pooled_chains_too_short_are_refused_however_many(rng):
    x = autoregressive(0.99, 2000, rng, n_series=64).T
    with pytest.raises(ShortChainError, match="2000 steps are too few") as caught:
        pooled_autocorrelation_time(x)
    assert abs(caught.value.estimate.z_score(99.5)) < 4


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((100, 4)), "never changes"),
        (np.arange(100.0), "for one series use autocorrelation_time"),
        (np.arange(100.0)[:, None], "at least 2 chains"),
        (np.ones((3, 5)), "at least 4 measurements"),
        (np.full((10, 2), np.nan), "finite"),
    ],
)
def test_pooled_autocorrelation_time_refuses(x, message):
    with pytest.raises(ValueError, match=message):
        pooled_autocorrelation_time(x)


# --- the mean of runs


def test_the_error_of_a_mean_of_runs_covers_as_it_says(rng):
    for n in (2, 5, 10):
        z = mean_of(rng.normal(3.0, 2.0, (n, 4000))).z_score(3.0)
        assert kstest(z, norm.cdf).pvalue > 1e-4


def test_the_mean_of_runs_by_hand():
    found = mean_of([[1, 10], [3, 10], [2, 16]])
    assert np.allclose(found.value, [2, 12]) and np.allclose(found.error, [3**-0.5, 2])
    assert np.all(found.n_bins == 3)


@pytest.mark.parametrize("runs", [2.0, [2.0], [1.0, np.nan], [], "ab"])
def test_a_mean_of_runs_refuses(runs):
    with pytest.raises(ValueError, match="runs"):
        mean_of(runs)


# --- the pool of z-scores


@pytest.mark.parametrize(("scale", "exit_code"), [(1.0, 0), (1.6, 1)])
def test_a_reseeded_run_fails_when_its_errors_are_wrong(tmp_path, scale, exit_code):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_pool.py").write_text(
        f"def test_pool(rng, z_within):\n    z_within({scale} * rng.normal(size=200), 10)\n"
    )
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}  # CI's need plugins
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        env=os.environ | {"RGCOURSE_SEED": "1"} | alone,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == exit_code, run.stdout
    assert "200 z-scores" in run.stdout


# --- what a decoder can tell ------------------------------------------------------------------


def test_share_told_is_the_explained_variance_of_a_known_table(rng, z_within):
    """x = a[state] + noise of a width that depends on the state; shares by the law of variance."""
    a, width = np.array([-1.0, 0.0, 0.5, 2.0]), np.array([0.5, 1.0, 2.0, 1.0])
    exact = np.var(a) / (np.var(a) + np.mean(width**2))
    shares = []
    for _ in range(40):
        state = rng.integers(0, 4, 2000)
        x = a[state] + width[state] * rng.normal(size=2000)
        shares.append(share_told(state, 10 + 3 * x))
    deficit = 4 / 2000  # at most what the table has learned of noise
    error = np.std(shares, ddof=1) / 40**0.5
    assert 3 * error < 0.03  # the power
    z_within([(np.mean(shares) - exact) / error])
    assert exact - deficit - 3 * error < np.mean(shares) < exact + 3 * error


def test_a_table_of_noise_is_told_nothing(rng):
    """Examined on itself a table of 500 states on 1000 samples would tell half of pure noise."""
    state, x = rng.integers(0, 500, 1000), rng.normal(size=1000)
    assert -1.5 < share_told(state, x) < 0.1
    assert share_told(np.zeros(1000, int), x) == pytest.approx(0, abs=1e-12)
    assert abs(share_told(state % 2, x)) < 0.03


def test_a_state_that_the_table_has_not_seen_is_told_the_mean():
    x = np.array([0.0, 1.0, 2.0, 3.0, 10.0])
    assert share_told(np.arange(5), x, n_folds=5) == pytest.approx(0, abs=1e-12)


def test_share_told_is_the_fisher_information_that_is_left(rng):
    """A ring of 8 spins and the sums of its halves: information by enumeration and derivatives."""
    s = 1 - 2 * (np.arange(256)[:, None] >> np.arange(8) & 1)
    E = (s * np.roll(s, 1, axis=1)).sum(axis=1)
    f = (s[:, :4].sum(axis=1) + 4) * 9 + s[:, 4:].sum(axis=1) + 4

    def information(states, K=0.4, step=1e-4):
        def p(K):
            weights = np.bincount(states, np.exp(K * E))
            return weights[weights > 0] / weights.sum()

        return np.sum(((p(K + step) - p(K - step)) / (2 * step)) ** 2 / p(K))

    exact = information(f) / information(np.arange(256))
    weights = np.exp(0.4 * E)
    drawn = rng.choice(256, 200_000, p=weights / weights.sum())
    assert share_told(f[drawn], E[drawn]) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: share_told([0, 1], [0.0, 1.0, 2.0], n_folds=2), "one a sample"),
        (lambda: share_told([0.5, 1.0], [0.0, 1.0], n_folds=2), "must be integers"),
        (lambda: share_told([0, 1], [1.0, 1.0], n_folds=2), "values that vary"),
        (lambda: share_told([0, 1, 0], [1.0, np.nan, 2.0], n_folds=2), "values must be finite"),
        (lambda: quantile_levels([1.0, np.nan, 2.0], 1), "numbers must be finite"),
        (lambda: share_told([0, 1], [0.0, 1.0]), "10 folds need"),
        (lambda: share_told([0, 1], [0.0, 1.0], n_folds=1), "at least 2"),
    ],
)
def test_share_told_refuses_what_it_cannot_use(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_levels_are_equally_frequent_and_in_order(rng):
    x = rng.normal(size=(500, 4))
    for bits in (1, 2, 3):
        level = quantile_levels(x, bits)
        assert level.shape == x.shape
        assert np.ptp(np.bincount(level.ravel())) <= 1
        assert np.all(np.diff(level.ravel()[np.argsort(x, axis=None)]) >= 0)


def test_what_is_often_zero_has_a_level_by_itself(rng):
    x = np.maximum(rng.normal(size=4000) - 0.25, 0)
    level = quantile_levels(x, 2)
    assert np.array_equal(level == 0, x == 0)
    assert np.ptp(np.bincount(level)[1:]) <= 1
    assert np.array_equal(quantile_levels(x, 1) > 0, x > 0)


def test_few_values_keep_their_levels():
    assert quantile_levels([[1, -1], [-1, -1]], 1).tolist() == [[1, 0], [0, 0]]
    assert quantile_levels([0.5, 0.5], 1).tolist() == [0, 0]
    for bad in (lambda: quantile_levels([], 1), lambda: quantile_levels([1.0], 17)):
        with pytest.raises(ValueError, match="must not be empty and bits at most 16"):
            bad()
