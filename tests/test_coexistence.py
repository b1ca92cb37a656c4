"""Liquid beside vapour: closed forms first, then the stored tables, then refusals."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from rgcourse import coexistence
from rgcourse.coexistence import (
    CoexistenceCurve,
    fluid_curve,
    local_slopes,
    stored_curve,
    stored_fluids,
    van_der_waals_curve,
    window_slope,
)

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import get_fluids  # noqa: E402

t = np.geomspace(1e-4, 0.1, 31)


# --- slopes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [0.125, 0.5, -1.2])
def test_powers_come_back(power):
    y = 3 * t**power
    assert window_slope(t, y, 1e-4, 0.1) == pytest.approx(power, abs=1e-13)
    middle, slope = local_slopes(t, y)
    assert np.allclose(slope, power, atol=1e-12) and np.allclose(middle**2, t[1:] * t[:-1])


def test_the_slope_of_a_window_is_numpy_s_least_squares(rng):
    y = t**0.3 * np.exp(0.1 * rng.normal(size=t.size))
    inside = (t >= 1e-3) & (t <= 1e-2)
    expected = np.polyfit(np.log(t[inside]), np.log(y[inside]), 1)[0]
    assert window_slope(t, y, 1e-3, 1e-2) == pytest.approx(expected, rel=1e-11)


def test_both_ends_of_a_window_belong_to_it():
    y = np.array([1.0, 2.0, 3.0, 5.0])
    x = np.array([0.01, 0.02, 0.03, 0.05])
    assert window_slope(x, y, 0.01, 0.03) == pytest.approx(1)
    with pytest.raises(ValueError, match="only 2 of 4 distances lie between 0.02 and 0.03"):
        window_slope(x, y, 0.02, 0.03)


def test_a_correction_to_scaling_bends_the_slope_as_it_should():
    """d ln y / d ln t of t**beta (1 + a t**Delta) is beta + a Delta t**Delta / (1 + a t**Delta)."""
    fine = np.geomspace(1e-3, 0.1, 4001)
    beta, a, Delta = 0.3264, 0.7, 0.5
    middle, slope = local_slopes(fine, fine**beta * (1 + a * fine**Delta))
    bent = beta + a * Delta * middle**Delta / (1 + a * middle**Delta)
    assert np.abs(slope - bent).max() < 1e-7


# --- van der Waals --------------------------------------------------------------------------------


def test_phases_of_van_der_waals_have_one_pressure_and_one_chemical_potential():
    curve = van_der_waals_curve(np.geomspace(1e-7, 0.8, 40))
    T, (liquid, vapour) = 1 - curve.distance, (curve.liquid, curve.vapour)

    def pressure(rho):
        return 8 * T * rho / (3 - rho) - 3 * rho**2

    def potential(rho):  # over k_B T_c, up to what depends on T alone
        return T * np.log(rho / (3 - rho)) + T * rho / (3 - rho) - 9 / 4 * rho

    assert np.allclose(pressure(liquid), pressure(vapour), atol=2e-14)
    assert np.allclose(potential(liquid), potential(vapour), atol=2e-14)
    assert np.all(liquid > 1) and np.all(vapour < 1)


def test_the_expansion_of_van_der_waals_at_the_critical_point():
    """(rho_l - rho_v) / 2 = 2 sqrt(t), (rho_l + rho_v) / 2 = 1 + 2 t / 5, to leading order."""
    near = np.array([1e-8, 1e-6, 1e-5])
    curve = van_der_waals_curve(near)
    assert np.allclose(curve.difference / (2 * np.sqrt(near)), 1, atol=1e-5)
    assert np.allclose((curve.diameter - 1) / (0.4 * near), 1, atol=1e-3)
    assert curve.slope(1e-8, 1e-5) == pytest.approx(0.5, abs=1e-5)


# --- tables ---------------------------------------------------------------------------------------


def test_the_tables_are_whole():
    assert stored_fluids() == tuple(get_fluids.NAMES)
    for name in stored_fluids():
        curve = stored_curve(name)
        assert isinstance(curve, CoexistenceCurve) and curve.name == name
        assert np.allclose(curve.distance, np.geomspace(*get_fluids.DISTANCE))
        assert np.all(np.diff(curve.difference) > 0) and np.all(curve.vapour > 0)
        assert 0.99 < curve.diameter[0] < 1.01


def test_one_table_cannot_be_changed_through_a_curve():
    stored_curve("neon").liquid[:] = 0
    assert stored_curve("neon").liquid.min() > 1


def test_the_tables_are_what_coolprop_gives():
    stored = json.loads((ROOT / "rgcourse/data/coexistence.json").read_text(encoding="utf-8"))
    made = get_fluids.tables()
    assert get_fluids.differs(stored, made) < get_fluids.TOLERANCE
    for name, fluid in made["fluids"].items():
        assert stored["fluids"][name]["T_c"] == pytest.approx(fluid["T_c"], rel=1e-8)
    assert get_fluids.as_text(stored) == get_fluids.as_text(json.loads(get_fluids.as_text(stored)))


def test_water_boils_at_a_hundred_degrees():
    """An anchor outside the critical region: 958.4 and 0.598 kg / m**3 at 373.15 K."""
    water = stored_curve("water")
    far = fluid_curve("Water", [1 - 373.15 / water.T_c])
    kilograms = water.rho_c * 0.018015268
    assert far.liquid[0] * kilograms == pytest.approx(958.4, abs=0.2)
    assert far.vapour[0] * kilograms == pytest.approx(0.598, abs=0.001)


def test_guggenheim_s_formula_of_1945_fits_argon():
    """rho_l, rho_v = 1 + 3 t / 4 +- 7/4 t**(1/3), to a few per cent of the critical density."""
    argon = stored_curve("argon")
    far = argon.distance > 0.01
    formula = 1 + 0.75 * argon.distance, 1.75 * np.cbrt(argon.distance)
    assert np.abs(argon.diameter - formula[0])[far].max() < 0.02
    assert np.abs(argon.difference - formula[1])[far].max() < 0.03


# --- refusals -------------------------------------------------------------------------------------

WRONG = [np.nan, np.inf, -np.inf, None, "0.1", True, [], [[0.1, 0.2]], -1, 0, 1e308, np.float64(5)]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("curve", [van_der_waals_curve, lambda x: fluid_curve("Argon", x)])
def test_wrong_distances(curve, wrong):
    with pytest.raises(ValueError, match="distance"):
        curve(wrong)
    with pytest.raises(ValueError, match="distance"):
        curve([0.01, wrong] if np.ndim(wrong) == 0 else wrong)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.longdouble])
def test_numbers_of_numpy_are_welcome(kind):
    distance = np.array([0.125, 0.25], dtype=kind)
    assert np.allclose(
        van_der_waals_curve(distance).liquid, van_der_waals_curve([0.125, 0.25]).liquid
    )
    low, high = kind(1e-4), kind(0.1)
    assert window_slope(t, t, low, high) == pytest.approx(1)


@pytest.mark.parametrize(
    ("distance", "message"),
    [
        ([0.9e-8], "must lie between 1e-08 and 0.8, got 9e-09"),
        ([0.8001], "must lie between 1e-08 and 0.8"),
        ([0.2, 0.1], "must rise"),
        ([0.1, 0.1], "must rise"),
        (0.1, "array of one axis"),
    ],
)
def test_distances_just_outside(distance, message):
    with pytest.raises(ValueError, match=message):
        van_der_waals_curve(distance)


def test_distances_just_inside():
    curve = van_der_waals_curve([1e-8, 0.8])
    assert 1 < curve.liquid[0] < 1.001 and 0 < curve.vapour[1] < 1e-4


@pytest.mark.parametrize("wrong", ["Water", "steam", "", None, 3, ["water"], np.nan])
def test_tables_that_are_not_there(wrong):
    with pytest.raises(ValueError, match="no table of .*; there are water, sulfur hexafluoride"):
        stored_curve(wrong)


@pytest.mark.parametrize("wrong", ["Unobtainium", "", "Water::x", "water&argon[0.5]"])
def test_fluids_that_coolprop_does_not_know(wrong):
    with pytest.raises(ValueError, match="CoolProp knows no fluid"):
        fluid_curve(wrong, [0.1])


@pytest.mark.parametrize("blend", ["Air", "R404A", "R507A", "R410A", "R410A.mix"])
def test_blends_have_no_such_curve(blend):
    with pytest.raises(ValueError, match="is a blend|knows no fluid"):
        fluid_curve(blend, [0.001, 0.01, 0.1])


def test_a_fluid_that_is_no_name_and_one_that_is_frozen():
    with pytest.raises(ValueError, match="name must be that of a fluid"):
        fluid_curve(None, [0.1])
    with pytest.raises(ValueError, match="must lie between 1e-08 and 0.29"):
        fluid_curve("SulfurHexafluoride", [0.3])
    assert fluid_curve("SulfurHexafluoride", [0.298]).liquid[0] > 2


def test_without_coolprop_there_is_a_way_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "CoolProp", None)
    with pytest.raises(ImportError, match=r"pip install coolprop.*\[matter\]"):
        fluid_curve("Argon", [0.1])
    assert stored_curve("argon").slope(0.01, 0.1) > 0.3


@pytest.mark.parametrize("wrong", [np.nan, None, "1", True, 1 + 1j, np.inf, [0.1], -1.0, 0])
def test_wrong_windows(wrong):
    with pytest.raises(ValueError, match="low|window"):
        window_slope(t, t, wrong, 0.1)
    with pytest.raises(ValueError, match="high|window"):
        window_slope(t, t, 0.01, wrong)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (t, t[1:], "equally long"),
        (t[:1], t[:1], "at least two"),
        (t, -t, "positive"),
        (t, 0 * t, "positive"),
        (t[::-1], t, "rise"),
        (t, np.where(t > 0.01, np.nan, t), "difference must be finite"),
        (t + 0j, t, "real"),
        ([[0.1, 0.2]], [[1, 2]], "one axis"),
        ("abc", t, "real"),
        (None, t, "real"),
    ],
)
def test_wrong_curves(x, y, message):
    for function in (local_slopes, lambda x, y: window_slope(x, y, 1e-3, 1e-2)):
        with pytest.raises(ValueError, match=message):
            function(x, y)


def test_the_kernel_says_when_it_has_too_few_points():
    x = np.arange(4.0)
    assert np.isnan(coexistence._window_slope(x, x, 4, 1.5, 3.0))
    assert coexistence._window_slope(x, 2 * x, 4, 1.0, 3.0) == 2
