"""The dreaming machine seen from Python."""

import numpy as np
import pytest
from native_machines import rounded_machine

from rgcourse.rbm import RBM, random_rbm
from rgcourse.widgets import RBMDream
from rgcourse.widgets.rbm_dream import BURN_IN

MACHINES = [random_rbm(16, 6, scale=s, rng=n) for n, s in enumerate((0.5, 1.0))]


@pytest.mark.parametrize(
    "machines, options, message",
    [
        ([], {}, "machines must be some RBMs of one shape"),
        ([MACHINES[0], random_rbm(16, 5, rng=1)], {}, "of one shape"),
        ([random_rbm(15, 6, rng=1)] * 2, {}, "15 visible units are no square lattice"),
        (MACHINES, {"temperatures": [1.0]}, "temperatures must have 2 entries, got 1"),
        (MACHINES, {"energies": [1.0]}, "energies must have 2 entries"),
        (MACHINES, {"temperatures": []}, "temperatures must have 2 entries, got 0"),
        (MACHINES, {"machine": 2}, "machine must lie between 0 and 1"),
        (MACHINES, {"machine": 0.5}, "machine must be a whole number"),
        (MACHINES, {"unit": 6}, "unit must lie between 0 and 5"),
        (MACHINES, {"seed": -1}, "seed must be at least 0"),
    ],
)
def test_dream_refuses(machines, options, message):
    with pytest.raises(ValueError, match=message):
        RBMDream(machines, **{"temperatures": [2.0, 2.5]} | options)


def test_weights_come_back_within_half_a_step():
    dream = RBMDream(MACHINES, [2.0, 2.5])
    for n, machine in enumerate(MACHINES):
        page = rounded_machine(dream, n)
        for here, there in ((machine.W, page.W), (machine.a, page.a), (machine.b, page.b)):
            assert np.abs(here - there).max() <= 0.51 * dream.scales[n]
    assert dream.scales[0] < 1e-4
    nothing = RBM(np.zeros((4, 2)), np.zeros(4), np.zeros(2))
    assert not rounded_machine(RBMDream([nothing], [1.0]), 0).W.any()


def test_the_page_is_told_sizes_and_burn_in():
    spec = RBMDream(MACHINES, [2.0, 2.5]).spec
    assert spec["constants"] == {"L": 4, "n_hidden": 6, "burn_in": BURN_IN}
    ends = {c["trait"]: (c["low"], c["high"]) for c in spec["controls"] if "low" in c}
    assert ends == {"machine": (0, 1), "unit": (0, 5)}
    assert "16 visible and 6 hidden units" in spec["legend"]
