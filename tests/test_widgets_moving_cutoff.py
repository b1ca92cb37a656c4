"""The figure of the moving cutoff, seen from Python."""

import pytest

from rgcourse.exact import CRITICAL_K
from rgcourse.widgets import MovingCutoff
from rgcourse.zoom_in.waves import detail_memory, n_shells


@pytest.mark.parametrize("wrong, message", [
    ({"noise": 0.04}, "noise must lie between 0.05 and 5"),
    ({"noise": float("nan")}, "noise must be finite"),
    ({"cut": 0}, "cut must lie between 1 and 91"),
    ({"cut": 2.5}, "cut must be a whole number"),
    ({"filter": "median"}, "filter must be one of 'Wiener', 'sharp', 'thresholds'"),
    ({"source": "photograph"}, "source must be one of 'Gaussian', 'magnet', 'discs'"),
    ({"seed": -1}, "seed must be at least 0"),
])  # fmt: skip
def test_figure_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        MovingCutoff(**wrong)


def test_the_page_is_told_what_python_knows():
    constants = MovingCutoff().spec["constants"]
    L = constants["L"]
    assert (constants["shells"], constants["memory"]) == (n_shells(L), detail_memory(L))
    assert (constants["slope"], constants["K"]) == (2 - 0.25, CRITICAL_K)
    assert f"{L} × {L}" in MovingCutoff().legend
    assert "radii from {1} to {2}".format(*constants["discs"]) in MovingCutoff().legend
