"""The doubling operator and superstable parameters: exact cases, many digits, bad input."""

import math

import mpmath as mp
import numpy as np
import pytest

from rgcourse.doubling import (
    NoDoublingFixedPoint,
    NoSuperstableCycle,
    distance_ratios,
    doubling_fixed_point,
    superstable_parameters,
)

ALPHA = "2.502907875095892822283902873218215786"  # Broadhurst 1999, to this many digits
DELTA = "4.669201609102990671853203820466201617"

FAMILIES = {
    "logistic": (lambda x, r: r * x * (1 - x), lambda r: 0.5, (2.1, 3.2)),
    "sine": (lambda x, r: r * math.sin(math.pi * x), lambda r: 0.5, (0.52, 0.78)),
    "descent": (
        lambda w, eta: w - eta * w * (w * w - 1),
        lambda eta: math.sqrt((1 + eta) / (3 * eta)),
        (0.5, 1.1),
    ),
}


def quartic(x, r):
    return r * (1 - (2 * x - 1) ** 4)


@pytest.mark.parametrize("digits", [3, 12, 24])
def test_the_constants_have_the_digits_asked_for(digits):
    g = doubling_fixed_point(digits=digits)
    with mp.workdps(50):
        assert abs(g.alpha / mp.mpf(ALPHA) - 1) < mp.mpf(10) ** -digits
        assert abs(g.delta / mp.mpf(DELTA) - 1) < mp.mpf(10) ** -digits
    assert g.digits == digits


@pytest.mark.parametrize("z", [1.2, 2, 4, 8])
def test_the_map_is_a_fixed_point(z):
    g, x = doubling_fixed_point(z, digits=10), np.linspace(-1, 1, 201)
    one = g(1.0)
    assert np.max(np.abs(g(g(one * x)) / one - g(x))) < 1e-10
    assert abs(one * float(g.alpha) + 1) < 1e-14
    assert g.eigenvalues[0] == pytest.approx(float(g.delta), abs=1e-8)


def test_the_linearization_is_the_derivative():
    """The leading eigenvalue from differences of T itself, on a function and not on a series."""
    g, x = doubling_fixed_point(digits=12), np.linspace(-1, 1, 7)
    series = np.array([float(c) for c in g.coefficients])

    def double(f):
        return lambda x: f(f(f(1.0) * x)) / f(1.0)

    def with_first(c):
        there = np.append(c[::-1], 1.0)
        return lambda x: np.polyval(there, x**2)

    apart = {}
    for sign in (1, -1):
        c = series.copy()
        c[0] += sign * 1e-7
        f = with_first(c)
        for steps in (4, 5):
            h = f
            for _ in range(steps):
                h = double(h)
            apart[sign, steps] = h(x)
    ratio = (apart[1, 5] - apart[-1, 5])[:3] / (apart[1, 4] - apart[-1, 4])[:3]
    assert np.allclose(ratio, float(g.delta), rtol=2e-3)


def test_the_irrelevant_eigenvalues():
    g = doubling_fixed_point(digits=20)
    alpha = float(g.alpha)
    assert np.sum(np.abs(g.eigenvalues) > 1) == 1
    assert np.min(np.abs(g.eigenvalues - alpha**-2)) < 1e-8  # a change of coordinates
    assert np.min(np.abs(g.eigenvalues - alpha**-4)) < 1e-8
    assert np.min(np.abs(g.eigenvalues + 0.1236527)) < 1e-6


def test_delta_grows_with_z_and_alpha_falls():
    points = [doubling_fixed_point(z, digits=6) for z in (1.3, 1.9, 2.1, 4.4, 7.7)]
    assert np.all(np.diff([float(p.delta) for p in points]) > 0)
    assert np.all(np.diff([float(p.alpha) for p in points]) < 0)


def test_what_is_asked_for_beyond_reach(monkeypatch):
    monkeypatch.setattr("rgcourse.doubling.operator.MOST_TERMS", 12)
    with pytest.raises(NoDoublingFixedPoint, match="12 terms do not give 15 digits"):
        doubling_fixed_point(8, digits=15)


@pytest.mark.parametrize(
    ("z", "digits", "words"),
    [
        (1.19, 10, "from 1.2 to 8"),
        (8.01, 10, "from 1.2 to 8"),
        (-2, 10, "from 1.2 to 8"),
        (math.nan, 10, "z must be finite"),
        (10**400, 10, "z must be finite"),
        (None, 10, "z must be one real number"),
        (True, 10, "z must be one real number"),
        ("2", 10, "z must be one real number"),
        ([2], 10, "z must be one real number"),
        (2, 2, "digits must be at least 3"),
        (2, 37, "digits must be at most 36"),
        (2, 10**30, "digits must be at most 36"),
        (2, 10.0, "digits must be a whole number"),
        (2, None, "digits must be a whole number"),
    ],
)
def test_bad_orders_and_digits(z, digits, words):
    with pytest.raises(ValueError, match=words):
        doubling_fixed_point(z, digits=digits)


@pytest.mark.parametrize("z", [np.float32(2), np.int8(2), np.float64(2), np.array(2)])
def test_numbers_of_every_kind(z):
    assert mp.nstr(doubling_fixed_point(z, digits=np.int64(6)).alpha, 6) == "2.50291"


@pytest.mark.parametrize("x", [1.0000001, -2, math.inf, math.nan, None, "x"])
def test_the_map_is_known_between_minus_one_and_one(x):
    with pytest.raises(ValueError, match="x must"):
        doubling_fixed_point(digits=6)(x)


def test_the_map_keeps_shapes():
    g = doubling_fixed_point(digits=6)
    assert g(np.zeros((2, 3))).shape == (2, 3) and g([]).shape == (0,) and float(g(0)) == 1


def test_the_logistic_map_exactly():
    r = superstable_parameters(*FAMILIES["logistic"], 4)
    assert r[:2] == pytest.approx([2, 1 + math.sqrt(5)], abs=1e-14)
    x = 0.5
    for _ in range(4):
        x = r[2] * x * (1 - x)
    assert abs(x - 0.5) < 1e-14
    assert r[3] == pytest.approx(3.5546408627688, abs=1e-12)


@pytest.mark.parametrize("name", FAMILIES)
def test_one_delta_for_three_families(name):
    r = superstable_parameters(*FAMILIES[name], 11)
    ratios = distance_ratios(r)
    assert ratios[-1] == pytest.approx(float(DELTA), abs=5e-6)
    assert np.all(np.diff(np.abs(ratios[1:7] - float(DELTA))) < 0)


def test_gradient_descent_exactly():
    """On (w**2 - 1)**2 / 4 the first one is 1/2, where Newton's step 1 / curvature is made."""
    eta = superstable_parameters(*FAMILIES["descent"], 6)
    assert eta[0] == pytest.approx(0.5, abs=1e-14)
    assert eta[1:] == pytest.approx(
        [1.12132034, 1.26298965, 1.29384331, 1.30047470, 1.30189603], abs=1e-8
    )
    assert eta[1] == pytest.approx((3 * math.sqrt(2) - 2) / 2, abs=1e-12)


def test_a_flatter_maximum_is_another_class():
    ratios = distance_ratios(superstable_parameters(quartic, lambda r: 0.5, (0.5, 0.9), 11))
    assert ratios[-1] == pytest.approx(float(doubling_fixed_point(4, digits=8).delta), abs=1e-4)


def test_a_family_that_runs_downwards():
    step = FAMILIES["logistic"][0]
    down = superstable_parameters(lambda x, r: step(x, -r), lambda r: 0.5, (-2.1, -3.2), 5)
    assert down == pytest.approx(-superstable_parameters(*FAMILIES["logistic"], 5), abs=1e-14)


@pytest.mark.parametrize(
    ("guesses", "n", "words"),
    [
        ((2, 3.2), 1, "n must be at least 2"),
        ((2, 3.2), 17, "n must be at most 16"),
        ((2, 3.2), 10**30, "n must be at most 16"),
        ((2, 3.2), 3.0, "n must be a whole number"),
        ((2, 3.2), None, "n must be a whole number"),
        ((2, 2), 3, "two different numbers"),
        ((2, 3, 4), 3, "two different numbers"),
        (2.0, 3, "two different numbers"),
        ((), 3, "two different numbers"),
        ((2, math.nan), 3, "guesses must be finite"),
        ("23", 3, "guesses must be a real number"),
        (None, 3, "guesses must be a real number"),
    ],
)
def test_bad_guesses_and_numbers(guesses, n, words):
    step, critical, _ = FAMILIES["logistic"]
    with pytest.raises(ValueError, match=words):
        superstable_parameters(step, critical, guesses, n)


def test_families_that_do_not_double():
    step, critical, guesses = FAMILIES["logistic"]
    with pytest.raises(ValueError, match="step must be a function, got 2"):
        superstable_parameters(2, critical, guesses, 3)
    with pytest.raises(ValueError, match="critical must be a function"):
        superstable_parameters(step, 0.5, guesses, 3)
    with pytest.raises(ValueError, match="no finite number"):
        superstable_parameters(lambda x, r: x / 0, critical, guesses, 3)
    with pytest.raises(NoSuperstableCycle, match="no cycle of 2\\*\\*0 steps"):
        superstable_parameters(lambda x, r: x + 1, critical, guesses, 3)
    with pytest.raises(NoSuperstableCycle, match="shorter"):  # everything is a fixed point
        superstable_parameters(lambda x, r: x, critical, guesses, 3)
    with pytest.raises(NoSuperstableCycle, match="better guesses"):  # both at period 1
        superstable_parameters(step, critical, (2.0, 2.01), 3)


def test_ratios():
    assert distance_ratios([0, 4, 5, 5.25]).tolist() == [4, 4]
    assert superstable_parameters(*FAMILIES["logistic"], np.int8(2)).shape == (2,)
    for wrong, words in {
        (1, 2): "at least three", (): "at least three", (1, 1, 2): "equal",
        (1, 2, math.inf): "must be finite",
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=words):
            distance_ratios(wrong)
    with pytest.raises(ValueError, match="at least three"):
        distance_ratios([[1, 2, 3]])
