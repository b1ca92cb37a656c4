"""The figure of block-spin rules seen from Python."""

import numpy as np
import pytest

from rgcourse.exact import CRITICAL_K
from rgcourse.widgets import RuleLab
from rgcourse.widgets.rule_lab import GROUPS, RULES, SPINS, SUMS


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"rule": "coin"}, "rule must be one of 'majority', 'ties up', 'decimation', got 'coin'"),
        ({"rule": [1, 0]}, "rule must be 16 outputs"),
        ({"rule": [2] * 16}, "rule must be 16 outputs"),
        ({"rule": None}, "rule"),
        ({"state": 0}, "state must lie between 1 and 16, got 0"),
        ({"symmetric": 2}, "symmetric must be one of False, True, got 2"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_figure_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        RuleLab(**wrong)


def test_assignment_is_checked_too():
    figure = RuleLab(np.array(RULES["ties up"]))
    assert figure.rule == RULES["ties up"].astype(int).tolist()
    with pytest.raises(ValueError, match="16 outputs"):
        figure.rule = [1] * 15 + [3]
    figure.rule = [0, 1] * 8
    assert figure.rule == [0, 1] * 8


def test_states_are_grouped_by_their_symmetry():
    """Each group has one spin sum; ties, those whose two up spins touch or do not."""
    order = [state for _, states in GROUPS for state in states]
    assert sorted(order) == list(range(16))
    kinds = {}
    for name, states in GROUPS:
        spins = SPINS[states].reshape(-1, 2, 2)
        bonds = spins[:, 0] * spins[:, 1]
        kinds[name] = {*zip(SUMS[states].tolist(), np.abs(bonds.sum(axis=1)).tolist(), strict=True)}
    assert [len(kind) for kind in kinds.values()].count(1) >= 5
    sums = {name: {total for total, _ in kind} for name, kind in kinds.items()}
    assert sums == {"sum 4": {4}, "sum −4": {-4}, "sum 2": {2}, "sum −2": {-2},
                    "ties, crosswise": {0}, "ties, side by side": {0}}  # fmt: skip
    for name, states in GROUPS:
        if name.startswith("ties"):
            corners = SPINS[states][:, 0] == SPINS[states][:, 3]
            assert np.all(corners == name.endswith("crosswise"))
    above, below = dict(GROUPS)["sum 2"], dict(GROUPS)["sum −2"]
    assert [15 - state for state in above] == below


def test_the_page_gets_what_python_knows():
    constants = RuleLab().spec["constants"]
    assert constants["weights"] == np.exp(CRITICAL_K * np.arange(-3, 4)).tolist()
    assert constants["words"][9] == "down up over up down"
    assert "1024 of them" in RuleLab().legend
    assert "rule" in RuleLab().spec["follows"]
