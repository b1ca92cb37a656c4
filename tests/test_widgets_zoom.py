"""The camera that zooms out and the blind test, seen from Python."""

import math

import numpy as np
import pytest
from native_lattices import packed_start, zoomed_out

from rgcourse.exact import CRITICAL_K, CRITICAL_T, onsager_energy
from rgcourse.widgets import WhichZoom, ZoomCamera
from rgcourse.widgets._zoomed import coupling_table

SEED = 20


@pytest.mark.parametrize("figure", [ZoomCamera, WhichZoom])
@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 4096}, "at most 2048"),
        ({"L": 256}, "at least 512"),
        ({"window": 130}, "at most .*, got L = 2048 and a window of 130"),
        ({"window": 31}, "even"),
        ({"window": 4}, "at least 8"),
        ({"L": 576, "window": 10}, "multiple of 128"),
        ({"temperatures": (2.0, 2.0, 3.0)}, "three rising"),
        ({"temperatures": (2.0, 2.5)}, "three rising"),
        ({"temperatures": (0.5, 2.0, 2.5)}, "between 1 and 4"),
        ({"temperatures": (2.0, math.nan, 2.5)}, "finite"),
        ({"seed": -1}, "at least 0"),
    ],
)
def test_both_refuse(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


@pytest.mark.parametrize(
    "figure, wrong, message",
    [
        (ZoomCamera, {"zoom": 4.5}, "between 0 and 4"),
        (ZoomCamera, {"shown": "hot"}, "'below', 'at', 'above'"),
        (ZoomCamera, {"centre": [0.5]}, "two shares"),
        (ZoomCamera, {"centre": [0.5, 2]}, "between 0 and 1"),
        (WhichZoom, {"window": 66}, "at most 64"),
        (WhichZoom, {"picture": 6}, "between 1 and 5"),
        (WhichZoom, {"temperature": "cold"}, "'mystery', 'below', 'at', 'above'"),
    ],
)
def test_each_refuses(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


def test_table_gives_the_coupling_of_an_energy():
    """Between its rows, too: the thermometer shows three digits."""
    agreement, K = np.transpose(coupling_table())
    assert np.all(np.diff(agreement) > 0) and (agreement[0], K[0]) == (0, 0)
    assert agreement[-1] > 0.9999
    between = np.unique(np.r_[np.linspace(0, 1, 997), CRITICAL_K + np.geomspace(1e-6, 0.1, 50)])
    found = np.interp(-np.asarray(onsager_energy(between)) / 2, agreement, K)
    assert np.max(abs(found - between)) < 6e-4


def test_agreement_settles_at_the_critical_temperature_and_runs_away_beside_it():
    """What the thermometer shows of lattices like the page's, b = 1, 2, 4, 8, 16."""
    agreements = {}
    for T in (2.20, CRITICAL_T, 2.35):
        steps = zoomed_out(packed_start(2048, T, 0, SEED), 4, SEED)
        agreements[T] = [agreement(spins) for spins in steps]
    below, at, above = map(np.array, agreements.values())
    assert np.all(np.diff(below) > 0.02) and below[-1] > 0.96
    assert np.all(np.diff(above) < -0.04) and above[-1] < 0.3
    assert np.all(abs(at - [0.7071, 0.695, 0.694, 0.698, 0.705]) < [0.006, 0.01, 0.014, 0.02, 0.03])


def agreement(spins):
    spins = spins.astype(np.int16)
    return sum(np.mean(spins * np.roll(spins, 1, axis)) for axis in (0, 1)) / 2
