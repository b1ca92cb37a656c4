"""The explorer of the level flow, seen from Python."""

import numpy as np
import pytest

from rgcourse.nrg import kondo_flow
from rgcourse.widgets import LevelFlow
from rgcourse.widgets.level_flow import TOP, TRACKS, free_excitations, level_table

SMALL = {"Lambdas": (2.5, 3.0), "n_sites": 12, "n_keep": 40}


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"J": 1.0}, "J must lie between -0.24 and 0.8, got 1"),
        ({"Lambda": 2.0}, "Lambda must be one of 2.5, 3.0, got 2.0"),
        ({"N": 12}, "N must lie between 0 and 11"),
        ({"parity": "both"}, "parity must be one of 'even', 'odd'"),
        ({"Lambdas": (3.0, 2.5)}, "rise in equal steps"),
        ({"Lambdas": (2.0, 2.5, 4.0)}, "rise in equal steps"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_explorer_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        LevelFlow(**{**SMALL, **wrong})


def test_assignment_is_checked_and_rounded():
    explorer = LevelFlow(**SMALL)
    explorer.J = 0.39
    assert explorer.J == 0.4
    with pytest.raises(ValueError, match="one of"):
        explorer.Lambda = 2.7
    assert explorer.Lambda == 2.5


@pytest.mark.parametrize("parity", TRACKS)
@pytest.mark.parametrize("J", [-0.2, 0.4])
def test_the_table_holds_the_levels_of_the_package(parity, J):
    explorer = LevelFlow(J, 3.0, parity=parity, **SMALL)
    flow = kondo_flow(J, Lambda=3.0, n_sites=12, n_keep=40)
    N, levels = explorer.levels()
    assert np.all((N + 1) % 2 == (parity == "odd")) and np.nanmin(levels) == 0
    for row, site in zip(levels, N, strict=True):
        for level, (Q, S2, k) in zip(row, TRACKS[parity], strict=True):
            place = (flow.charge[site] == -Q) & (flow.spin[site] == S2 / 2)  # -Q: the same
            same = flow.energies[site][place]
            exact = same[k] if len(same) > k else np.inf
            if exact <= TOP:
                assert level == pytest.approx(exact, abs=1e-4)
            else:
                assert np.isnan(level)


def test_levels_of_fixed_points():
    assert free_excitations(2.0, 60)[:4] == pytest.approx([0, 0.65551, 1.31103, 1.96654], abs=2e-5)
    assert free_excitations(2.5, 61) == pytest.approx([0, 1.52048, 3.04097], abs=2e-5)


def test_crossovers_come_later_for_weaker_coupling():
    table = level_table((2.5, 3.0), 12, 40)
    at = np.array(table["N_K"]["3"])
    found = at[at > 0]
    assert np.all(np.diff(found) < 0) and np.all(at[:7] == 0)  # J <= 0 never


def test_words():
    explorer = LevelFlow(0.6, 2.5, **SMALL)
    assert "cross over near site 8" in explorer.words()
    assert "do not cross over" in LevelFlow(-0.2, **SMALL).words()
