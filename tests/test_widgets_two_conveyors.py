"""The two conveyors seen from Python."""

import numpy as np
import pytest

from rgcourse.networks import probing
from rgcourse.widgets import TwoConveyors
from rgcourse.widgets.two_conveyors import SCALES, TEMPERATURES, squares


def test_squares_stand_where_the_reader_has_them(rng):
    maps, features = rng.normal(size=(4, 4, probing.CHANNELS)), np.zeros(probing.FEATURES)
    probing._read_features(maps.ravel(), 0, 4, features)
    assert features[squares()] == pytest.approx((maps**2).mean(axis=(0, 1)))


def test_both_lanes_have_equally_many_numbers():
    constants = TwoConveyors().spec["constants"]
    L, channels = constants["L"], constants["channels"]
    blocks = [(L >> k) ** 2 for k in (1, 2, 3)]
    layers = [(L >> k + 1) ** 2 * channels[k] for k in (1, 2, 3)]
    assert blocks == layers == [256, 64, 16]


def test_scales_are_those_of_the_temperatures():
    assert SCALES[:2] == pytest.approx([np.mean(TEMPERATURES), np.std(TEMPERATURES)])


def test_streams_of_random_numbers_are_three():
    words = TwoConveyors(seed=3).seed_words
    assert len(words) == 3 and TwoConveyors(seed=4).seed_words[:2] == words[1:]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"T": 3.0}, "T must lie between 1.7 and 2.8"),
        ({"T": np.nan}, "T must be finite"),
        ({"task": "mood"}, "task must be one of 'T', 'E', 'sign', 'defect'"),
        ({"rule": None}, "rule must be one of 'votes', 'averages'"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_refusals(options, message):
    with pytest.raises(ValueError, match=message):
        TwoConveyors(**options)
