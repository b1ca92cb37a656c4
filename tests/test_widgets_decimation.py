"""The chain that flows, seen from Python."""

import numpy as np
import pytest

from rgcourse.couplings import decimate_chain
from rgcourse.widgets import ChainFlow


def test_path_is_the_flow_of_the_couplings():
    path = ChainFlow(K=1.2, h=0.1, b=3, n_spins=64).path()
    assert len(path) == 4  # 64, 21, 7, 2 spins
    assert np.allclose(path[1], decimate_chain(1.2, 0.1, 3)[:2])


def test_words():
    figure = ChainFlow(K=1.0, h=0.0)
    assert "K = 1, h = 0" in figure.words() and "256 spins" in figure.words()


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"K": -0.1}, "K must lie between 0 and 2"),
        ({"h": 2.0}, "h must lie between -1.5 and 1.5"),
        ({"b": 5}, "b must lie between 2 and 4"),
        ({"n_spins": 1000}, "between 64 and 512"),
        ({"n_spins": 12}, "between 64 and 512, got 12"),
        ({"seed": -1}, "at least 0"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        ChainFlow(**wrong)
