"""What may cross the border between a submission and the grader, and what may not."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.coursework import plain

numbers = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.text()
)
nested = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def across(value):
    return plain.decode(json.loads(json.dumps(plain.encode(value))))


@settings(deadline=None)
@given(nested)
def test_plain_data_arrive_as_they_were(value):
    assert across(value) == value


@pytest.mark.parametrize("dtype", sorted(plain.DTYPES))
def test_arrays_keep_type_and_shape(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    got = across({"a": array})["a"]
    assert got.dtype == array.dtype and np.array_equal(got, array)


@pytest.mark.parametrize("number", [np.longdouble("1.25"), np.clongdouble(1.25 + 2j)])
def test_extended_precision_arrives_in_double(number):
    """It has no `item` of its own: asking for one gave the same number back, for ever."""
    ordinary = complex(number) if isinstance(number, np.complexfloating) else float(number)
    assert across(number) == ordinary
    got = across({"a": np.array([[number, 2]], dtype=number.dtype)})["a"]
    assert np.array_equal(got, [[ordinary, 2]]) and got.dtype.itemsize in (8, 16)
    assert across([number, 1]) == [ordinary, 1]


@pytest.mark.parametrize("thing", [np.datetime64("2026-12-01T00:00", "s"), np.void(b"abc")])
def test_what_numpy_has_beside_numbers_is_refused(thing):
    with pytest.raises(plain.NotPlain, match="an object of type"):
        across(thing)


def test_numbers_that_are_not_finite_arrive_as_such():
    got = across(np.array([np.nan, np.inf, -np.inf]))
    assert np.isnan(got[0]) and got[1] == np.inf and got[2] == -np.inf
    assert across(1 + 2j) == 1 + 2j and across((1, 2)) == [1, 2]


class Agreeable(float):
    """Equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "value",
    [
        Agreeable(1.0),
        [Agreeable(1.0)],
        {"x": Agreeable(1.0)},
        np.array([Agreeable(1.0)], dtype=object),
        np.ones(2).view(np.matrix),
        {1: 2},
        {1, 2},
        open,
        ...,
        b"pickle",
        np.zeros(plain.MAX_NUMBERS + 1),
        "x" * (plain.MAX_NUMBERS + 1),
    ],
)
def test_everything_else_is_refused(value):
    with pytest.raises(plain.NotPlain):
        plain.encode(value)


@pytest.mark.parametrize(
    "written",
    [
        [1], {"list": 3}, {"array": ["object", [1], [0]]},
        {"array": ["float64", [2, 2], [1, 2, 3]]},
        {"array": ["float64", [10**9], []]}, {"list": [], "dict": {}}, {"complex": [1]},
        {"pickle": "gASV"}, {"seed": "x"}, {"array": 3}, {"array": ["int8", [1], [300]]},
    ],
)  # fmt: skip
def test_what_encode_did_not_write_is_refused(written):
    with pytest.raises(plain.NotPlain):
        plain.decode(written)


def test_a_circle_is_refused():
    circle = []
    circle.append(circle)
    with pytest.raises((plain.NotPlain, RecursionError)):
        plain.encode(circle)
