"""How an answer is judged: just inside and just outside of each bound."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from rgcourse.coursework.cases import close, honest, statistical

ONCE_IN_A_MILLION = norm.isf(0.5e-6)


@pytest.mark.parametrize("own", [0.0, 0.03])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_right_measurement_is_refused_once_in_a_million(own, side):
    """The bound is that of the normal distribution, both tails; errors add in quadrature."""
    judge = statistical(0.1, 0.01)
    expected = [2.0, own] if own else 2.0
    for share, right in ((1 - 1e-6, True), (1 + 1e-6, False)):
        value = 2.0 + side * share * ONCE_IN_A_MILLION * math.hypot(0.04, own)
        assert (judge([value, 0.04], expected) is None) == right
    assert "than chance allows" in judge([value, 0.04], expected)


def test_the_bound_in_errors_can_be_chosen():
    judge = statistical(1.0, z_most=3.0)
    assert judge([2.99, 1.0], 0.0) is None and judge([-2.99, 1.0], 0.0) is None
    assert "than chance allows" in judge([3.01, 1.0], 0.0)
    assert judge([12.01, 1.0], 0.0).startswith("far more than its error away")


@pytest.mark.parametrize(
    ("error", "right"),
    [(0.01, True), (0.1, True), (0.0099, False), (0.1001, False), (0.0, False), (-0.05, False)],
)
def test_an_error_is_neither_too_large_nor_too_small(error, right):
    reason = statistical(0.1, 0.01)([2.0, error], 2.0)
    why = "larger than zero" if error <= 0 else "too small" if error < 0.01 else "larger than the"
    assert reason is None if right else why in reason


@pytest.mark.parametrize("answer", [2.0, [2.0], [2.0, 0.05, 1.0], [[2.0, 0.05]], "2 ± 0.05", None])
def test_a_measurement_is_a_pair(answer):
    assert "a pair (value, error)" in statistical(0.1)(answer, 2.0)


@pytest.mark.parametrize("answer", [[math.nan, 0.05], [2.0, math.inf], [True, 0.05], ["2", "1"]])
def test_a_measurement_is_two_finite_numbers(answer):
    assert "two finite numbers" in statistical(0.1)(answer, 2.0)


@pytest.mark.parametrize("want", [3.0, -3.0, 3.0j, np.array([3.0, -3.0])])
def test_close_means_rtol_of_the_expected_value_plus_atol(want):
    judge = close(rtol=1e-3, atol=1e-2)
    for share, right in ((0.999, True), (1.001, False)):
        assert (judge(want + share * (3e-3 + 1e-2), want) is None) == right
        assert (judge(want - share * (3e-3 + 1e-2), want) is None) == right


def test_close_by_default_asks_for_seven_digits_and_the_right_kind():
    judge = close()
    assert judge(1 + 0.9e-7, 1.0) is None and judge(0.9e-9, 0.0) is None
    assert judge(1 + 1.1e-7, 1.0) == "wrong" and judge(1.1e-9, 0.0) == "wrong"
    assert judge([1.0, 2.0], [1.0, 3.0]) == "the second of 2 numbers is wrong"
    assert judge([1.0, 2.0], [2.0, 3.0]) == "all 2 numbers are wrong"
    assert (
        judge([1.0, 2.0, 4.0], [2.0, 2.0, 3.0]) == "the first and the third of 3 numbers are wrong"
    )
    assert judge(np.zeros((2, 2)), np.eye(2)) == "2 of 4 numbers are wrong"
    assert judge([1.0], 1.0) == "expected a number, got numbers in 1 axis"
    assert judge([1.0], [1.0, 2.0]) == "expected 2 numbers, got 1"
    assert judge([1.0] * 99, [1.0, 2.0]) == "expected 2 numbers, got many"
    assert judge(np.zeros(3), np.zeros(5)) == "the wrong length"
    assert judge(np.zeros((2, 3)), np.zeros((2, 4))) == "the wrong length along the second axis"
    assert (
        judge(np.zeros(3), np.zeros((3, 1))) == "got numbers in 1 axis, expected numbers in 2 axes"
    )
    assert judge(True, True) is None and "which is not it" in judge(1, True)
    assert judge({"a": 1.0}, {"a": 1.0}) is None
    assert judge({"a": 2.0}, {"a": 1.0}) == "a: wrong"
    assert "a dictionary of a" in judge({"a": 1.0, "b": 1.0}, {"a": 1.0})
    assert judge(math.nan, 1.0) == "not a finite number"


SECRETS = (0.123456, "0.123456", [0.123456] * 3, {"0.123456": 0.123456}, np.full(3, 0.123456), None)


@pytest.mark.parametrize("answer", SECRETS)
@pytest.mark.parametrize("expected", [0.654321, "654321", [0.654321] * 2, {"a": 0.654321}, True])
@pytest.mark.parametrize("judge", [close(), statistical(0.1), honest([0.1, 0.1])])
def test_a_reason_holds_nothing_of_an_answer_or_of_what_is_right(judge, answer, expected):
    """Red before: an answer was shown as it was, so that a function could hand out its inputs."""
    try:
        reason = judge(answer, expected)
    except (TypeError, ValueError):  # which the marking says by its type alone
        return
    assert reason and not {"1234", "6543"} & {reason[n : n + 4] for n in range(len(reason))}
