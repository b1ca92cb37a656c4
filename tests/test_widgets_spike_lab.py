"""The figure with a spike in noise, seen from Python."""

import pytest

from rgcourse.spectra import noise_edges, spike_outlier, spike_threshold
from rgcourse.widgets import SpikeLab
from rgcourse.widgets._front import words_for_page


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"theta": -0.1}, "theta must lie between 0 and 2.5"),
        ({"theta": 2.6}, "theta must lie between 0 and 2.5"),
        ({"theta": float("nan")}, "theta must be finite"),
        ({"tail": 4}, "tail must lie between 5 and 60"),
        ({"tail": 61}, "tail must lie between 5 and 60"),
        ({"tail": 7.5}, "tail must be a whole number"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_it_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        SpikeLab(**wrong)


def test_the_page_gets_the_law_of_the_package():
    lab = SpikeLab(theta=2.5, tail=60, seed=3)
    constants = lab.spec["constants"]
    assert lab.seed_words == words_for_page(3)
    assert constants["edges"] == pytest.approx(noise_edges(0.5))
    assert constants["threshold"] == pytest.approx(spike_threshold(0.5))
    for theta, outlier, overlap in constants["law"][::7]:
        assert outlier == pytest.approx(spike_outlier(theta, 0.5))
        assert 0 <= overlap < 1
