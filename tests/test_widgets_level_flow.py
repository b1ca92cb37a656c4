"""The explorer of the level flow, seen from Python."""

import numpy as np
import pytest
from native_levels import table_levels

from rgcourse.nrg import energy_unit, kondo_flow
from rgcourse.widgets import LevelFlow
from rgcourse.widgets.level_flow import TOP, TRACKS, free_excitations, level_table

SMALL = {"Lambdas": (2.5, 3.0), "n_sites": 12, "n_keep": 40}


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"J": 1.0}, "J must lie between -0.24 and 0.8, got 1"),
        ({"Lambda": 2.0}, "Lambda must be one of 2.5, 3.0, got 2.0"),
        ({"N": 12}, "N must lie between 0 and 11"),
        ({"n_sites": 4}, "n_sites must be at least 8"),
        ({"parity": "both"}, "parity must be one of 'even', 'odd'"),
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
    flow = kondo_flow(J, Lambda=3.0, n_sites=12, n_keep=40)
    N, levels = table_levels(LevelFlow(J, 3.0, parity=parity, **SMALL))
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
    at = np.array(level_table(3.0, 12, 40)["N_K"])
    found = at[at > 0]
    assert np.all(np.diff(found) < 0) and np.all(at[:7] == 0)  # J <= 0 never


def test_units_and_fixed_points_come_with_the_levels():
    table = level_table(2.5, 12, 40)
    assert table["units"] == pytest.approx([energy_unit(2.5, N) for N in range(12)], rel=1e-3)
    even, odd = table["fixed"]["even"]
    assert table["fixed"]["odd"] == [odd, even]
    assert table["ends"]["odd"] == [[0, 0, 0], [0, 2 * even[1], even[1]]]


def test_the_page_is_told_ranges_and_options():
    spec = LevelFlow(**SMALL).spec
    controls = {c["trait"]: c for c in spec["controls"]}
    assert controls["J"]["grid"] == controls["J"]["step"] == 0.04
    assert (controls["N"]["low"], controls["N"]["high"]) == (0, 11)
    assert controls["Lambda"]["options"] == [[2.5, "2.5"], [3.0, "3"]]
    assert dict(spec["plots"])["flow"]["x"]["high"] == 11
