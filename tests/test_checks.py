"""Bad input is refused with what was got, what was expected and the way out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse import _checks

NOT_REAL = st.one_of(
    st.none(), st.text(), st.complex_numbers(), st.booleans(), st.lists(st.floats(), max_size=3)
)


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_integer_passes_what_reaches_the_minimum(value, minimum):
    if value >= minimum:
        assert _checks.integer("L", np.int64(value), minimum=minimum) == value
    else:
        with pytest.raises(ValueError, match=f"L must be at least {minimum}, got {value}"):
            _checks.integer("L", value, minimum=minimum)


@settings(deadline=None)
@given(st.one_of(NOT_REAL, st.floats()))
def test_integer_refuses_everything_else(value):
    with pytest.raises(ValueError, match="L must be a whole number, got"):
        _checks.integer("L", value, minimum=0)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_finite_passes_real_numbers(value):
    assert _checks.finite("K", value) == value
    assert _checks.finite("K", np.array(value)) == value
    assert _checks.finite_array("K", [value, 1]).tolist() == [value, 1.0]


@settings(deadline=None)
@given(NOT_REAL)
def test_finite_refuses_what_is_not_a_real_number(value):
    with pytest.raises(ValueError, match="K must be one real number, got"):
        _checks.finite("K", value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan")])
def test_finite_refuses_nan_and_infinity(value):
    with pytest.raises(ValueError, match="K must be finite, got"):
        _checks.finite("K", value)
    with pytest.raises(ValueError, match="K must be finite, got"):
        _checks.finite_array("K", [0.0, value])


@pytest.mark.parametrize("value", ["0.4", None, [1j], [[1.0], [1.0, 2.0]], {}, [None]])
def test_arrays_refuse_what_is_not_real(value):
    with pytest.raises(ValueError, match="K must be a real number or an array of them"):
        _checks.real_array("K", value)


def test_arrays_are_copies():
    mine = np.zeros(2)
    _checks.real_array("K", mine)[0] = 1
    assert mine[0] == 0


@pytest.mark.parametrize("dim", [1, 4, 2.0, "2", None, np.array([2])])
def test_dimension_is_two_or_three(dim):
    assert (_checks.dimension(2), _checks.dimension(np.int64(3))) == (2, 3)
    with pytest.raises(ValueError, match="square lattice.*cubic lattice"):
        _checks.dimension(dim)


def test_generator_needs_a_seed():
    rng = np.random.default_rng(1)
    assert _checks.generator(rng) is rng
    assert _checks.generator(1).integers(2**60) == np.random.default_rng(1).integers(2**60)
    with pytest.raises(ValueError, match="rng is needed.*pass rng=1"):
        _checks.generator(None)
    for bad in (-1, 0.5, "seed", np.random):
        with pytest.raises(ValueError, match="rng must be"):
            _checks.generator(bad)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.float32, float])
def test_spins_become_int8(dtype):
    given_spins = np.array([[[1, -1], [-1, 1]]], dtype=dtype)[:, ::-1]
    spins = _checks.spins(given_spins, min_dim=2)
    assert spins.dtype == np.int8 and spins.flags.c_contiguous
    assert np.array_equal(spins, given_spins)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((0, 4)), "non-empty"),
        (np.ones((2, 4), bool), "dtype bool"),
        (np.ones((2, 4), complex), "dtype complex"),
        (np.full((2, 4), "up"), "dtype <U2"),
        (np.ones(4), r"use spins\[None\]"),
        (np.ones((1, 4, 5)), "equal length"),
        (np.array([[1, 0, 1, 1]]), "found 0; for 0/1 data use 2"),
        (np.array([[1.0, np.nan]]), "found nan"),
        (np.array([[1, 257]]), "found 257"),
    ],
)
def test_spins_refuses(array, message):
    with pytest.raises(ValueError, match=message):
        _checks.spins(array)


HIDDEN = np.ma.array([1, -1], mask=[False, True])


@pytest.mark.parametrize(
    "check",
    [
        lambda: _checks.integer("L", np.ma.array(3, mask=True), minimum=1),
        lambda: _checks.finite("K", np.ma.array(0.3, mask=True)),
        lambda: _checks.finite_array("K", HIDDEN),
        lambda: _checks.numbers_only("K", HIDDEN),
        lambda: _checks.spins(HIDDEN[None]),
    ],
)
def test_what_a_mask_hides_is_not_used(check):
    with pytest.raises(ValueError, match="must have no masked entries"):
        check()


def test_a_mask_that_hides_nothing_is_no_fault():
    assert _checks.finite_array("K", np.ma.array([1.0, 2.0])).tolist() == [1.0, 2.0]
