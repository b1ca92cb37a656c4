"""Two algorithms side by side, seen from Python."""

import pytest

from rgcourse.correlator import LEVELS, POINTS
from rgcourse.exact import CRITICAL_T, kaufman
from rgcourse.widgets import AlgorithmRace


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 48}, "L must be one of 16, 32, 64, 128, got 48"),
        ({"observable": "m"}, "'magnetization', 'energy', got 'm'"),
        ({"cluster": "Metropolis"}, "'Wolff', 'Swendsen-Wang'"),
        ({"seed": -1}, "at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_race_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        AlgorithmRace(**wrong)


def test_assignment_is_checked_too():
    race = AlgorithmRace(L=32)
    with pytest.raises(ValueError, match="doublings must lie between 0 and 3"):
        race.doublings = 4
    race.doublings = 2
    assert race.L == 64


def test_the_means_are_kaufman_s_and_the_sizes_the_correlator_s():
    constants = AlgorithmRace().spec["constants"]
    exact = [kaufman(L, 1 / CRITICAL_T).energy for L in (16, 32, 64, 128)]
    assert constants["energies"] == pytest.approx(exact, abs=1e-14)
    assert (constants["levels"], constants["points"]) == (LEVELS, POINTS)


def test_the_slider_shows_the_sides():
    slider = AlgorithmRace().spec["controls"][0]
    assert slider["values"] == ["L = 16", "L = 32", "L = 64", "L = 128"]
    assert (slider["low"], slider["high"]) == (0, 3)
