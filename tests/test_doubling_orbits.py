"""Orbits of maps that double their period, against what is known exactly."""

import math

import numpy as np
import pytest

from rgcourse.doubling import maps
from rgcourse.doubling.orbits import (
    ACCUMULATION,
    FAMILIES,
    attractor_density,
    critical_point,
    find_period,
    iterate_map,
    lyapunov_exponent,
)


def test_sine_and_cosine_are_those_of_the_library():
    x = np.linspace(0, 1, 1001)
    sine = np.array([maps.sine_of_pi(value) for value in x])
    cosine = np.array([maps.cosine_of_pi(value) for value in x])
    assert np.abs(sine - np.sin(np.pi * x)).max() < 4e-16
    assert np.abs(cosine - np.cos(np.pi * x)).max() < 4e-16


SHARES = np.linspace(1e-4, 3e-4, 9)


@pytest.mark.parametrize("kind, family", [*enumerate(FAMILIES)])
def test_slopes_are_derivatives_and_vanish_at_the_critical_point(kind, family):
    a, h = 0.9 * ACCUMULATION[family], 1e-6
    for x in (0.1, 0.4, 0.7, 0.95):
        ahead, behind = (maps.next_value(kind, a, x + s * h) for s in (1, -1))
        assert maps.slope_at(kind, a, x) == pytest.approx((ahead - behind) / (2 * h), abs=1e-8)
    assert maps.slope_at(kind, a, critical_point(family, a)) == pytest.approx(0, abs=1e-15)


def test_gradient_descent_goes_down_the_loss():
    w, rate, h = 0.3, 0.2, 1e-6
    gradient = (maps.loss_at(w + h) - maps.loss_at(w - h)) / (2 * h)
    assert maps.next_value(2, rate, w) == pytest.approx(w - rate * gradient, abs=1e-10)
    assert maps.loss_at(1.0) == maps.loss_at(-1.0) == 0.0


def test_orbits_are_those_of_a_plain_loop():
    x = [0.3]
    for _ in range(9):
        x.append(3.7 * x[-1] * (1 - x[-1]))
    assert iterate_map("logistic", 3.7, 10, x=0.3).tolist() == x
    assert iterate_map("sine", 0.5, 1).tolist() == [0.45]


@pytest.mark.parametrize(
    "family, a, period",
    [
        ("logistic", 2.9, 1),
        ("logistic", 3.1, 2),
        ("logistic", 1 + math.sqrt(5), 2),  # superstable
        ("logistic", 3.44, 2),
        ("logistic", 3.46, 4),  # doubles at 1 + sqrt(6)
        ("logistic", 3.5699435, 512),
        ("logistic", 1 + math.sqrt(8) + 1e-3, 3),  # born there from a tangency
        ("logistic", 1 + math.sqrt(8) - 1e-3, 0),
        ("logistic", 4.0, 0),
        ("sine", 0.7, 1),  # doubles where a pi cos(pi x) = -1, near 0.7199
        ("sine", 0.73, 2),
        ("gradient descent", 0.99, 1),  # doubles at learning rate = 2 / curvature = 1
        ("gradient descent", 1.01, 2),
        ("gradient descent", 1.3018960, 32),
    ],
)
def test_periods(family, a, period):
    assert find_period(family, a) == period


def test_a_period_beyond_the_longest_is_none():
    assert find_period("logistic", 3.46, longest=4) == 4
    assert find_period("logistic", 3.46, longest=3) == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_the_accumulation_point_divides_short_periods_from_chaos(family):
    a = ACCUMULATION[family]
    assert find_period(family, a * (1 - 2e-7)) in (512, 1024, 2048)
    below, above = ([lyapunov_exponent(family, a * (1 + sign * share)) for share in SHARES]
                    for sign in (-1, 1))  # fmt: skip
    assert max(below) < 0 and max(above) > 1e-3  # there are windows of long periods in chaos
    assert abs(lyapunov_exponent(family, a, steps=2**20, transient=2**20)) < 1e-4


@pytest.mark.parametrize("family", FAMILIES)
def test_the_accumulation_point_is_the_limit_of_superstable_parameters(family):
    """Newton by secants in floats, and the limit by delta, an independent run of other code."""
    kind, delta = FAMILIES.index(family), 4.669201609102990

    def misses(a, n):
        x = start = maps.critical_at(kind, a)
        for _ in range(2**n):
            x = maps.next_value(kind, a, x)
        return x - start

    a, shift = ACCUMULATION[family], {}
    known = {"logistic": [2.0, 1 + 5**0.5], "sine": [0.5, 0.777733766], "gradient descent": []}
    found = known[family] or [0.5, 1.121320344]
    for n in range(1 if family == "sine" else 2, 9):
        guess = found[n] if n < len(found) else found[-1] + (found[-1] - found[-2]) / delta
        old = guess * (1 + 1e-9)
        for _ in range(60):
            now, before = misses(guess, n), misses(old, n)
            if now == before or guess == old:
                break
            old, guess = guess, guess - now * (guess - old) / (now - before)
        found[n:] = [guess]
        shift[n] = found[n] + (found[n] - found[n - 1]) / (delta - 1) - a
    assert abs(shift[8]) < 3e-10 and abs(shift[8]) < abs(shift[4])


@pytest.mark.parametrize(
    "family, a, exact",
    [
        ("logistic", 2.5, math.log(0.5)),  # ln |2 - a|
        ("logistic", 3.2, math.log(abs(4 + 2 * 3.2 - 3.2**2)) / 2),
        ("gradient descent", 0.7, math.log(0.4)),  # ln |1 - 2 a|
        ("gradient descent", 0.3, math.log(0.4)),
    ],
)
def test_lyapunov_exponents_of_cycles(family, a, exact):
    assert lyapunov_exponent(family, a) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("family, a, exact", [("logistic", 4.0, 2), ("gradient descent", 2.0, 3)])
def test_lyapunov_exponents_of_chebyshev_maps(family, a, exact):
    """a = 4 is conjugate to angles that double, a learning rate of 2 to angles that triple."""
    assert lyapunov_exponent(family, a, steps=2**18) == pytest.approx(math.log(exact), abs=5e-3)


@pytest.mark.parametrize("family, a", [("logistic", 2.0), ("gradient descent", 0.5)])
def test_a_superstable_cycle_has_a_large_and_finite_exponent(family, a):
    assert math.log(1e-300) <= lyapunov_exponent(family, a) < -30


def test_the_density_of_full_chaos_is_the_arcsine_law():
    found = attractor_density(
        "logistic", [4 - 1e-9, 4.0, 0.0, 1.0], shape=(20, 4), transient=100, steps=200_000
    )
    edges = 2 / np.pi * np.arcsin(np.sqrt(np.linspace(0, 1, 21)))
    share = found.counts / found.counts.sum(0)
    assert found.counts.sum(0).tolist() == [200_000] * 4
    assert np.abs(share - np.diff(edges)[:, None]).max() < 5e-3
    assert found.lyapunov == pytest.approx(np.log(2), abs=0.02)


def test_columns_are_orbits_and_rows_are_heights():
    window = [3.0, 3.6, 0.2, 0.9]
    found = attractor_density("logistic", window, shape=(70, 6), transient=500, steps=160)
    assert found.parameters == pytest.approx(3.05 + 0.1 * np.arange(6))
    for a, counts, mean in zip(found.parameters, found.counts.T, found.lyapunov, strict=True):
        orbit = iterate_map("logistic", a, 661)[501:]
        assert counts.tolist() == np.histogram(orbit, 70, window[2:])[0].tolist()
        slopes = a * (1 - 2 * iterate_map("logistic", a, 660)[500:])
        assert mean == pytest.approx(np.log(np.abs(slopes)).mean())


def test_a_zoom_by_delta_and_alpha_repeats_the_picture():
    """Periods at corresponding places double: 2^k at level k stays 2^(k + n) at level k + n."""
    a, delta = ACCUMULATION["gradient descent"], 4.669201609102990
    places = [-0.35, -0.3, -0.05, 0.02, 0.1]
    periods = [[find_period("gradient descent", a + place / delta**n) for place in places]
               for n in (2, 3, 4, 5)]  # fmt: skip
    for shallow, deep in zip(periods, periods[1:], strict=False):
        assert deep[:3] == [2 * period for period in shallow[:3]]
    signs = [[np.sign(lyapunov_exponent("logistic", ACCUMULATION["logistic"] + place / delta**n))
              for place in (-0.3, 0.1)] for n in (2, 3, 4, 5)]  # fmt: skip
    assert signs == [[-1, 1]] * 4


@pytest.mark.parametrize("family", ["tent", "", None, 1, ["logistic"], np.str_("cubic")])
def test_other_families_are_refused(family):
    for call in (critical_point, find_period, lyapunov_exponent):
        with pytest.raises(ValueError, match="family must be one of 'logistic', 'sine', 'grad"):
            call(family, 1.0)


@pytest.mark.parametrize("a", [np.nan, np.inf, None, True, "3", [3.0], 1j, {}, 10**400])
def test_parameters_that_are_no_numbers_are_refused(a):
    for call in (critical_point, find_period, lyapunov_exponent):
        with pytest.raises(ValueError, match="a must be"):
            call("logistic", a)
    with pytest.raises(ValueError, match="a must be"):
        iterate_map("logistic", a, 3)


@pytest.mark.parametrize("family, most", [("logistic", 4), ("sine", 1), ("gradient descent", 2)])
def test_parameters_just_inside_and_just_outside(family, most):
    assert np.isfinite(iterate_map(family, most, 50)).all()
    assert np.isfinite(iterate_map(family, np.float32(1e-6), 5)).all()
    assert find_period(family, np.int64(1), transient=10) >= 0
    for wrong in (np.nextafter(most, 9), 0, -1e-9):
        with pytest.raises(ValueError, match=f"above 0 and at most {most}, or orbits"):
            iterate_map(family, wrong, 3)


@pytest.mark.parametrize("x", [np.nan, -1e-12, np.nextafter(1, 2), "0.5", None])
def test_points_from_where_orbits_escape_are_refused(x):
    if x is None:
        return
    with pytest.raises(ValueError, match="x must"):
        iterate_map("logistic", 3.0, 4, x=x)


def test_points_at_the_rim_are_taken():
    assert iterate_map("logistic", 3.0, 2, x=1).tolist() == [1.0, 0.0]
    assert np.isfinite(iterate_map("gradient descent", 1.0, 9, x=-math.sqrt(3))).all()
    with pytest.raises(ValueError, match="between -1.73205 and 1.73205"):
        iterate_map("gradient descent", 1.0, 9, x=1.7321)


@pytest.mark.parametrize("n", [0, -1, 2.0, True, None, "3", 10**9 + 1, 10**30])
def test_numbers_of_steps_are_checked(n):
    with pytest.raises(ValueError, match="n must be"):
        iterate_map("logistic", 3.0, n)
    with pytest.raises(ValueError, match="longest must be"):
        find_period("logistic", 3.0, longest=n)
    with pytest.raises(ValueError, match="steps must be"):
        lyapunov_exponent("logistic", 3.0, steps=n)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"window": [3, 3, 0, 1]}, "a_low < a_high"),
        ({"window": [3, 4, 1, 0]}, "a_low < a_high"),
        ({"window": [3, 4, 0]}, "a_low < a_high"),
        ({"window": [3, 4, 0, np.nan]}, "window must be finite"),
        ({"window": None}, "window must be a real"),
        ({"window": [3, 4.01, 0, 1]}, "at most 4"),
        ({"window": [-0.1, 4, 0, 1]}, "at least 0"),
        ({"shape": (10,)}, "rows, columns"),
        ({"shape": (0, 4)}, "shape must be at least 1"),
        ({"shape": (4.0, 4)}, "whole number"),
        ({"shape": (10**4, 10**4)}, "too many"),
        ({"shape": (1, 1001), "steps": 10**6}, "too many"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"transient": True}, "whole number"),
    ],
)
def test_densities_are_checked(changes, message):
    with pytest.raises(ValueError, match=message):
        attractor_density("logistic", **{"window": [3, 4, 0, 1], "shape": (4, 4)} | changes)


def test_steps_are_rounded_up_to_whole_blocks():
    found = attractor_density("logistic", [0.0, 2.0, 0.0, 1.0], shape=(1, 2), steps=17)
    assert found.counts.tolist() == [[32, 32]]
