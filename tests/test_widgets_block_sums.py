"""Sums of dice and pictures under zooming out, seen from Python."""

import numpy as np
import pytest

from rgcourse.block_sums import SOURCES, cumulant_errors
from rgcourse.widgets import DiceSums, PictureZoom
from rgcourse.widgets.dice_sums import N_NUMBERS


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"source": "dice"}, "source must be one of 'die', 'coin', 'exponential'"),
        ({"level": 11}, "level must lie between 0 and 10, got 11"),
        ({"level": 2.0}, "level must be a whole number"),
        ({"alpha": 0.5}, "alpha must lie between 0.6 and 2.5, got 0.5"),
        ({"alpha": None}, "alpha must be one real number"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_dice_refuse(wrong, message):
    with pytest.raises(ValueError, match=message):
        DiceSums(**wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"picture": "photograph"}, "picture must be one of 'white noise', 'noise of all sizes'"),
        ({"level": 8}, "level must lie between 0 and 7, got 8"),
        ({"level": True}, "level must be a whole number"),
        ({"stretch": True}, "stretch must be one of 'plain', 'stretched'"),
        ({"seed": None}, "seed must be a whole number"),
    ],
)
def test_pictures_refuse(wrong, message):
    with pytest.raises(ValueError, match=message):
        PictureZoom(**wrong)


def test_the_page_has_what_is_known_of_each_source():
    constants = DiceSums().spec["constants"]
    assert constants["sources"]["exponential"] == [2.0, 2, 6]
    assert constants["sources"]["Cauchy"] == [1.0]
    assert list(constants["errors"]) == ["die", "coin", "exponential"]
    assert constants["errors"]["die"][3] == pytest.approx(
        cumulant_errors("die", N_NUMBERS >> 3, steps=3)[2:].tolist(), abs=1e-7
    )
    x = np.array(constants["x_curve"])
    assert constants["sizes"]["Cauchy"] == pytest.approx(1)
    assert np.array(constants["curves"]["die"]) == pytest.approx(
        np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), abs=1e-6
    )
    faces = (np.arange(6) - 2.5) / np.sqrt(35 / 12)
    assert constants["spacings"]["die"] == pytest.approx(faces[1] - faces[0])
    assert set(constants["curves"]) == set(SOURCES)


def test_of_a_reader_s_picture_python_is_told_the_contrasts_only():
    figure = PictureZoom("own")
    state = set(figure.get_state()) - set(DiceSums().get_state())
    assert state == {"picture", "stretch", "contrast"}
