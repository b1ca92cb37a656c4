"""The boiling fluid, seen from Python."""

import base64
import json

import numpy as np
import pytest

from rgcourse.coexistence import stored_curve, stored_fluids, van_der_waals_curve
from rgcourse.reference import entry
from rgcourse.widgets import BoilingFluid


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"fluid": "steam"}, "fluid must be one of 'water', 'sulfur hexafluoride'"),
        ({"fluid": None}, "fluid must be one of"),
        ({"place": -4.6}, "place must lie between -4.5 and -0.8"),
        ({"place": float("nan")}, "place must be finite"),
        ({"place": "x"}, "place must be one real number"),
        ({"width": 0.2}, "width must lie between 0.3 and 1.5"),
        ({"width": True}, "width must be one real number"),
        ({"L": 15}, "L must be at least 16"),
        ({"L": 513}, "at most 512"),
        ({"L": 64.0}, "L must be a whole number"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        BoilingFluid(**wrong)


def test_assignment_is_checked_too_and_the_ends_are_inside():
    figure = BoilingFluid(place=-4.5, width=1.5, L=16)
    with pytest.raises(ValueError, match="one of"):
        figure.fluid = "steam"
    figure.fluid, figure.place, figure.width = "van der Waals", -0.8, 0.3
    assert (figure.fluid, figure.place, figure.width) == ("van der Waals", -0.8, 0.3)


def test_the_page_gets_the_package_s_tables_and_the_ledger_s_exponent():
    figure = BoilingFluid()
    constants = json.loads(json.dumps(figure.spec["constants"]))
    assert constants["fluids"] == [*stored_fluids(), "van der Waals"]
    assert constants["ising"] == entry("ising_3d.beta").value
    numbers = np.frombuffer(base64.b64decode(figure.tables), "<f4").reshape(-1, constants["points"])
    t = stored_curve("water").distance
    assert np.allclose(numbers[0], np.log(t), rtol=1e-6)
    for row, name in zip(numbers[1:], stored_fluids(), strict=False):
        assert np.allclose(row, np.log(stored_curve(name).difference), rtol=1e-6, atol=1e-7)
    assert np.allclose(numbers[-1], np.log(van_der_waals_curve(t).difference), rtol=1e-6)
    assert set(constants["closest"]) == set(stored_fluids())
    assert all(-4 < place < -2.5 for place in constants["closest"].values())
