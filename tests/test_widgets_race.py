"""Two algorithms side by side, seen from Python."""

import pytest

from rgcourse.exact import kaufman
from rgcourse.widgets import AlgorithmRace
from rgcourse.widgets.ising import CRITICAL_TEMPERATURE


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
    with pytest.raises(ValueError, match="doublings must be one of 0, 1, 2, 3"):
        race.doublings = 4
    race.doublings = 2
    assert race.L == 64


def test_the_means_are_kaufman_s():
    energies = AlgorithmRace().energies
    exact = [kaufman(L, 1 / CRITICAL_TEMPERATURE).energy for L in (16, 32, 64, 128)]
    assert energies == pytest.approx(exact, abs=1e-14)


def test_words():
    race = AlgorithmRace(L=16, observable="energy", cluster="Swendsen-Wang")
    assert "sweeps under Swendsen-Wang" in race.words()
    assert "not known yet" in AlgorithmRace(L=64).words()
