"""The zoom into the bifurcation diagram, seen from Python."""

import math

import numpy as np
import pytest

from rgcourse.doubling.orbits import ACCUMULATION, FAMILIES, LARGEST
from rgcourse.widgets import BifurcationZoom
from rgcourse.widgets.bifurcation_zoom import ALPHA, DELTA, FINEST, HOMES


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"family": "tent"}, "family must be one of 'logistic', 'sine', 'gradient descent'"),
        ({"family": None}, "family must be one of"),
        ({"place": 101}, "place must lie between 0 and 100, got 101"),
        ({"place": math.nan}, "place must be finite"),
        ({"window": (3.0, 3.0, 0, 1)}, "window must be .a_low, a_high"),
        ({"window": (3.0, 3.5, 1, 1)}, "window must be .a_low, a_high"),
        ({"window": (3.0, 3.5, 1)}, "window must be .a_low, a_high"),
        ({"window": (3.0, np.inf, 0, 1)}, "finite"),
        ({"window": "3, 4, 0, 1"}, "window must be"),
        ({"window": (3.5, 3.5 + 0.49 * FINEST * math.ulp(3.5), 0, 1)}, "fewer than 65536 floats"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        BifurcationZoom(**wrong)


def test_a_window_just_wide_enough_is_taken():
    width = 0.51 * FINEST * math.ulp(3.5)
    assert BifurcationZoom(window=(3.5, 3.5 + width, 0, 1)).window[1] == 3.5 + width


@pytest.mark.parametrize("family", FAMILIES)
def test_a_figure_begins_with_the_whole_of_its_family(family):
    zoom = BifurcationZoom(family)
    low, high, bottom, top = zoom.window
    assert zoom.window == HOMES[family] and 0 < low < ACCUMULATION[family] < high <= LARGEST[family]
    critical = zoom.spec["constants"]["critical"][family]
    assert (bottom + top) / 2 == pytest.approx(critical, abs=0.003)  # so that it can repeat
    other = FAMILIES[FAMILIES.index(family) - 1]
    zoom.family = other
    assert zoom.window == HOMES[other]


def test_windows_can_be_set_and_turned_over():
    zoom = BifurcationZoom(window=[3.5, 3.6, 0.6, 0.4])
    assert zoom.window == [3.5, 3.6, 0.6, 0.4]
    with pytest.raises(ValueError, match="window must be"):
        zoom.window = [3.6, 3.5, 0.4, 0.6]


def test_the_factors_are_those_of_superstable_parameters():
    """delta from 2, 4, ..., 256 steps of the logistic map, alpha from the points next to 1/2."""
    r, last = [2.0, 1 + 5**0.5], 0.5
    points = []
    for n in range(2, 10):
        guess = r[-1] + (r[-1] - r[-2]) / (DELTA if n > 2 else 4.7)
        old = guess + 1e-9
        for _ in range(50):
            f, g = (orbit_at(value, 2**n) - 0.5 for value in (guess, old))
            if f == g:
                break
            old, guess = guess, guess - f * (guess - old) / (f - g)
        r.append(guess)
        points.append(orbit_at(guess, 2 ** (n - 1)) - last)
    assert (r[-2] - r[-3]) / (r[-1] - r[-2]) == pytest.approx(DELTA, abs=1e-4)
    assert -points[-2] / points[-1] == pytest.approx(ALPHA, abs=1e-3)


def orbit_at(r, n):
    x = 0.5
    for _ in range(n):
        x = r * x * (1 - x)
    return x
