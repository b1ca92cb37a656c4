"""The Borel sums, seen from Python."""

import json

import pytest

from rgcourse.epsilon_expansion import omega_series
from rgcourse.reference import entry
from rgcourse.resummation import conformal, lipatov_a
from rgcourse.widgets import BorelSum


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"quantity": "gamma"}, "quantity must be one of 'nu', 'eta', 'omega'"),
        ({"N": 4}, "N must lie between 0 and 3"),
        ({"N": 1.5}, "N must be a whole number"),
        ({"order": 7}, "order must lie between 3 and 6"),
        ({"b": 31.0}, "b must lie between 0 and 30"),
        ({"lam": -2.0}, "lam must lie between -1 and 4"),
        ({"d": 4.2}, "d must lie between 2 and 3.9"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        BorelSum(**wrong)


def test_assignment_is_checked_too():
    borel = BorelSum()
    with pytest.raises(ValueError, match="one of"):
        borel.quantity = "alpha"
    assert (borel.quantity, borel.N, borel.order) == ("nu", 1, 6)


def test_the_page_gets_the_package_s_series_and_the_ledger_s_values():
    constants = json.loads(json.dumps(BorelSum().spec["constants"]))
    assert constants["series"]["omega"][1] == omega_series(1, 6).tolist()
    assert len(constants["series"]["omega"][2]) == 6
    item = entry("resummation.omega_1")
    assert constants["known"]["omega"][1] == [[3.0, item.value, item.error]]
    assert constants["growth"] == [lipatov_a(N) for N in range(4)]
    assert constants["scanned"] == conformal.N_B * conformal.N_LAM
    assert constants["nodes"] == conformal.N_NODES
