"""The chain that flows, seen from Python."""

import pytest

from rgcourse.widgets import ChainFlow


def test_the_page_gets_ranges_factors_and_the_chain_from_python():
    K, h, b = ChainFlow(n_spins=64).spec["controls"]
    assert (K["low"], K["high"], h["low"], h["high"]) == (0, 2, -1.5, 1.5)
    assert (b["low"], b["high"], b["text"]) == (2, 4, "b = {}")
    plane = dict(ChainFlow(seed=5).spec["plots"])["plane"]
    assert plane["drop"] == ["K", "h"] and (plane["x"]["high"], plane["y"]["low"]) == (2, -1.5)
    assert "A chain of 64 spins" in ChainFlow(n_spins=64).spec["legend"]


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
