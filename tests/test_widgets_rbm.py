"""The dreaming machine seen from Python."""

import numpy as np
import pytest

from rgcourse.rbm import RBM, random_rbm
from rgcourse.widgets import RBMDream
from rgcourse.widgets.rbm_dream import hidden_rows

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
        page = dream.dreaming(n)
        for here, there in ((machine.W, page.W), (machine.a, page.a), (machine.b, page.b)):
            assert np.abs(here - there).max() <= 0.51 * dream.scales[n]
    assert dream.scales[0] < 1e-4
    nothing = RBM(np.zeros((4, 2)), np.zeros(4), np.zeros(2))
    assert not RBMDream([nothing], [1.0]).dreaming(0).W.any()


def test_words():
    dream = RBMDream(MACHINES, [2.0, 2.5], machine=1, unit=3)
    assert "T = 2.500" in dream.words() and "hidden unit 3" in dream.words()


def test_hidden_units_are_drawn_in_a_rectangle():
    assert [hidden_rows(n) for n in (1, 6, 7, 64, 128)] == [1, 2, 1, 8, 8]
