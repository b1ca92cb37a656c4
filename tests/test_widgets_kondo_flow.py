"""The plane of the Kondo couplings, seen from Python."""

import re

import pytest

from rgcourse import poor_mans_scaling
from rgcourse.widgets import KondoFlow, kondo_flow


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"g_z": 1.5}, "g_z must lie between -1 and 1, got 1.5"),
        ({"g_perp": -0.1}, "g_perp must lie between 0 and 1"),
        ({"loops": 3}, "loops must lie between 1 and 2"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        KondoFlow(**wrong)


def test_words():
    figure = KondoFlow(g_z=-0.1, g_perp=0.3)
    assert "with 1 loop, the flow leads to strong coupling, reached after" in figure.words()
    free = KondoFlow(g_z=-0.3, g_perp=0.1, loops=2).words()
    assert "with 2 loops, the flow leads to a free moment, where g_z is -0.28" in free
    assert "not reached within 15" in KondoFlow(g_z=0.01, g_perp=0.01).words()


def test_page_and_package_step_alike():
    """What the script sets for itself is what Python uses."""
    constants = dict(re.findall(r"^const (\w+) = ([\d.]+);", KondoFlow._esm, re.MULTILINE))
    assert float(constants["G_MOST"]) == kondo_flow.G_MOST
    assert float(constants["DECADES"]) == kondo_flow.DECADES
    pair = re.search(r"\[SHARE, LONGEST\] = \[([\d.]+), ([\d.]+)\]", KondoFlow._esm)
    steps = poor_mans_scaling.RELATIVE_STEP, poor_mans_scaling.MAX_STEP
    assert tuple(map(float, pair.groups())) == steps
