"""The divergent series and their Borel plane, seen from Python."""

import json
import math

import numpy as np
import pytest

from rgcourse.epsilon_expansion import eta_series, inverse_nu_series
from rgcourse.reference import entry
from rgcourse.resummation import PadePole, borel_pade_sum, conformal, conformal_sums, lipatov_a
from rgcourse.widgets import BorelSum, borel_sum


def constants():
    return json.loads(json.dumps(BorelSum().spec["constants"]))


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"quantity": "gamma"}, "quantity must be one of 'integral', 'nu', 'eta', 'omega'"),
        ({"order": 13}, "order must lie between 4 and 12"),
        ({"order": 4.5}, "order must be a whole number"),
        ({"place": 0.2}, "place must lie between 0.3 and 8"),
        ({"opened": "yes"}, "opened must be one of False, True"),
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
    assert (borel.quantity, borel.order, borel.opened) == ("integral", 6, False)


def test_the_integral_is_what_its_series_sums_to():
    c = borel_sum.integral_series(12)
    assert c[:4].tolist() == pytest.approx([1, -1 / 2, 2 / 3, -11 / 8])
    assert sum(c * 0.02 ** np.arange(13)) == pytest.approx(borel_sum.integral_value(0.02), abs=1e-8)
    sums = conformal_sums(c, 2 / 3, b=3, lam=0, epsilon=3)
    assert sums[-1] == pytest.approx(borel_sum.integral_value(3), abs=1e-5)
    assert -c[12] / (12 * c[11]) == pytest.approx(2 / 3, rel=0.05)  # the singularity is at -3 / 2


def test_the_page_gets_the_package_s_series_and_the_ledger_s_values():
    given = constants()
    nu, eta = given["series"]["nu"], given["series"]["eta"]
    assert (nu["c"], nu["first"], nu["inverse"]) == (inverse_nu_series(1, 6).tolist(), 0, True)
    assert (eta["c"], eta["first"], eta["inverse"]) == (eta_series(1, 6)[2:].tolist(), 2, False)
    assert nu["truth"] == entry("resummation.nu_1").value
    assert eta["singularity"] == pytest.approx(1 / lipatov_a(1))
    assert given["scanned"] == conformal.N_B * conformal.N_LAM
    assert given["nodes"] == conformal.N_NODES


def test_pade_approximants_are_the_package_s_and_have_no_value_at_a_pole():
    tables = {name: one["pade"] for name, one in constants()["series"].items()}
    value, poles = tables["integral"]["6"]
    c = borel_sum.integral_series(6)
    assert value == pytest.approx(borel_pade_sum(c, 3, 3, b=borel_sum.B, epsilon=3))
    assert len(poles) == 3 and all(re < -1 for re, _ in poles)
    for name, table in tables.items():
        for value, poles in table.values():
            on_path = any(math.isclose(im, 0, abs_tol=1e-3) and re > 0 for re, im in poles)
            assert (value is None) == on_path, name
    with pytest.raises(PadePole):
        borel_pade_sum(borel_sum.EXPONENTS["omega"](1, 6)[1:], 2, 3, b=borel_sum.B)
