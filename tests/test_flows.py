"""Fixed points of maps whose fixed points are known exactly."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.flows import FixedPoint, NoFixedPoint, find_fixed_point, trajectory


def migdal_kadanoff(K):
    """Bonds moved, then every second spin summed over: d = 2, b = 2."""
    return math.atanh(math.tanh(2 * K) ** 2)


def cumulants(K):
    """Niemeijer and van Leeuwen's second order on the triangular lattice, three couplings."""
    a, b = math.exp(3 * K[0]), math.exp(-K[0])
    phi, chi = (a + b) / (a + 3 * b), (a - b) / (a + 3 * b)
    first = np.array([[2, 3, 2], [0, 0, 1], [0, 0, 0]]) @ K
    same, different = np.array([4, 1, 0]), np.array([4, 7, 4])
    second = K[0] ** 2 * (same * (1 - phi**2) + different * (chi - phi**2))
    return phi**2 * (first + second)


def linear_map(matrix, fixed):
    return lambda K: fixed + matrix @ (K - fixed)


# --- finding them


@pytest.mark.parametrize("guess", [0.2, 0.3, 0.5, 1.0])
def test_migdal_kadanoff(guess):
    point = find_fixed_point(migdal_kadanoff, guess, b=2)
    assert point.couplings == pytest.approx([0.304688931718], abs=1e-12)
    assert point.eigenvalues == pytest.approx([1.67857351043], abs=1e-11)
    assert point.exponents == pytest.approx([0.7472357189], abs=1e-10)


@pytest.mark.parametrize(
    ("cell", "p", "eigenvalue"),
    [
        (lambda p: p**5 + 5 * p**4 * (1 - p) + 8 * p**3 * (1 - p) ** 2 + 2 * p**2 * (1 - p) ** 3,
         1 / 2, 13 / 8),
        (lambda p: 3 * p**2 - 2 * p**3, 1 / 2, 3 / 2),
        (lambda p: 2 * p**2 - p**4, (math.sqrt(5) - 1) / 2, 6 - 2 * math.sqrt(5)),
    ],
)  # fmt: skip
def test_percolation_cells(cell, p, eigenvalue):
    point = find_fixed_point(cell, 0.55, b=2)
    assert point.couplings == pytest.approx([p], rel=1e-14)
    assert point.eigenvalues == pytest.approx([eigenvalue], rel=1e-12)


def test_three_couplings():
    point = find_fixed_point(cumulants, [0.28, 0.0, 0.0], b=math.sqrt(3))
    assert point.couplings == pytest.approx([0.27886906, -0.01424797, -0.01523123], abs=6e-9)
    assert point.eigenvalues == pytest.approx([1.77284341, 0.194778, -0.136354], abs=1e-6)
    assert cumulants(point.couplings) == pytest.approx(point.couplings, abs=1e-15)
    assert point.exponents[0] == pytest.approx(1.0424, abs=1e-4)


def test_eigenvalues_and_directions_of_a_linear_map(rng):
    # eigenvalues 4, -3, 1/2 + 1/4, with known directions in the columns of V
    V = rng.normal(size=(3, 3))
    matrix = V @ np.diag([0.75, 4.0, -3.0]) @ np.linalg.inv(V)
    fixed = rng.normal(size=3)
    point = find_fixed_point(linear_map(matrix, fixed), np.zeros(3), b=2)
    assert point.couplings == pytest.approx(fixed, rel=1e-11)
    assert point.eigenvalues == pytest.approx([4, -3, 0.75], rel=1e-11)
    assert point.exponents == pytest.approx([2, math.log2(3), math.log2(0.75)], rel=1e-10)
    assert matrix @ point.directions == pytest.approx(point.directions * [4, -3, 0.75], rel=1e-9)


def test_complex_eigenvalues(rng):
    matrix = 2 * np.array([[0.6, -0.8], [0.8, 0.6]])
    point = find_fixed_point(linear_map(matrix, np.ones(2)), [0.0, 3.0], b=2)
    assert sorted(point.eigenvalues, key=np.imag) == pytest.approx([1.2 - 1.6j, 1.2 + 1.6j])
    assert point.exponents == pytest.approx([1, 1], rel=1e-10)


@pytest.mark.parametrize("couplings", [0.04, 1.0, 40.0])
def test_derivatives_are_good_to_eleven_digits(couplings):
    # K' = K* exp(a (K / K* - 1)): strongly curved, eigenvalue a
    point = find_fixed_point(
        lambda K: couplings * math.exp(2.5 * (K / couplings - 1)), 1.05 * couplings, b=2
    )
    assert point.eigenvalues == pytest.approx([2.5], rel=1e-11)


def test_superstable_and_trivial_fixed_points():
    point = find_fixed_point(migdal_kadanoff, 0.01, b=2)
    assert point.couplings == pytest.approx([0], abs=1e-12)
    assert point.eigenvalues == pytest.approx([0], abs=1e-11)
    already_there = find_fixed_point(lambda K: K**2, 0.0, b=2)
    assert already_there.eigenvalues.tolist() == [0] and np.isnan(already_there.exponents[0])


def test_marginal_fixed_point():
    # asymptotic freedom: g' = g + g**2 has a double root at g = 0
    point = find_fixed_point(lambda g: g + g**2, 0.1, b=2)
    assert point.couplings == pytest.approx([0], abs=1e-7)
    assert point.exponents == pytest.approx([0], abs=1e-6)


@pytest.mark.parametrize("guess", [0.3, 0.9, 1.7])
@pytest.mark.parametrize("gap", [5e-14, 1e-12, 1e-8, 1e-4])
def test_a_map_that_comes_close_to_having_a_fixed_point_has_none(gap, guess):
    """K' - K = -(K - 1)**2 - gap never vanishes; without the gap it does at K = 1."""
    assert find_fixed_point(lambda K: K - (K - 1) ** 2, guess, b=2).couplings == pytest.approx([1])
    with pytest.raises(NoFixedPoint, match="where K' - K is"):
        find_fixed_point(lambda K: K - (K - 1) ** 2 - gap, guess, b=2)


def test_a_step_out_of_the_domain_is_shortened():
    # atanh is defined below 1 only, and plain Newton from 0.9 jumps beyond
    point = find_fixed_point(lambda K: 2 * math.atanh(K) ** 2, 0.15, b=2)
    K = point.couplings[0]
    assert 2 * math.atanh(K) ** 2 == pytest.approx(K, abs=1e-14)


@pytest.mark.parametrize(
    "rg_map",
    [lambda K: K + 1, lambda K: K**2 + 1, lambda K: math.nan, lambda K: math.exp(K) + 1],
)
def test_maps_without_a_fixed_point(rg_map):
    with pytest.raises(NoFixedPoint, match="found no fixed point from the guess 0.5.*start closer"):
        find_fixed_point(rg_map, 0.5, b=2)


# --- the noun


def test_exponents_are_sorted_with_nan_last():
    point = FixedPoint(np.zeros(4), [0.5, 0.0, -8.0, 1.0], np.eye(4), b=2)
    assert point.exponents[:3].tolist() == [3, 0, -1] and np.isnan(point.exponents[3])
    assert FixedPoint([0.0], [9.0], [[1.0]], b=3).exponents == pytest.approx([2])


@pytest.mark.parametrize("b", [1, 0, -2, math.nan, math.inf, None, "2"])
def test_rescaling_factors_are_greater_than_one(b):
    with pytest.raises(ValueError, match="b must be"):
        FixedPoint([0.0], [1.0], [[1.0]], b)
    with pytest.raises(ValueError, match="b must be"):
        find_fixed_point(lambda K: K**2, 0.5, b=b)


def test_shapes_must_fit():
    with pytest.raises(ValueError, match=r"n eigenvalues and an n x n matrix.*\(2,\), \(1,\)"):
        FixedPoint([0.0, 1.0], [1.0], np.eye(2), b=2)
    with pytest.raises(ValueError, match="n x n"):
        FixedPoint([0.0, 1.0], [1.0, 2.0], np.eye(3), b=2)


# --- trajectories


def test_chain_decimation():
    def decimate(K):
        return math.atanh(math.tanh(K) ** 2)

    path = trajectory(decimate, 1.0, 5)
    known = [1, 0.6625013736789, 0.3500611389453, 0.1136720674602, 0.0128115420358, 1.6411765e-4]
    assert path.shape == (6, 1)
    assert path[:, 0] == pytest.approx(known, rel=1e-7)


def test_a_trajectory_of_several_couplings_leaves_the_start_alone():
    start = np.array([1.0, 2.0])

    def halve(K):
        K /= 2
        return K

    assert trajectory(halve, start, 2).tolist() == [[1, 2], [0.5, 1], [0.25, 0.5]]
    assert start.tolist() == [1, 2]
    assert trajectory(lambda K: (K[1], K[0]), start, 1).tolist() == [[1, 2], [2, 1]]
    assert trajectory(halve, start, 0).tolist() == [[1, 2]]


# --- bad input

BAD_COUPLINGS = st.one_of(
    st.sampled_from([None, "0.4", 1j, math.nan, math.inf, [], {}, [[0.1]], [0.1, math.nan]])
)


@settings(deadline=None)
@given(BAD_COUPLINGS)
def test_couplings_must_be_finite_numbers(couplings):
    with pytest.raises(ValueError, match="couplings must be"):
        trajectory(lambda K: K, couplings, 3)
    with pytest.raises(ValueError, match="couplings must be"):
        find_fixed_point(lambda K: K, couplings, b=2)


@settings(deadline=None)
@given(st.one_of(st.integers(max_value=-1), st.floats(), st.none(), st.text()))
def test_the_number_of_steps_is_whole(n_steps):
    with pytest.raises(ValueError, match="n_steps must be"):
        trajectory(lambda K: K, 0.5, n_steps)


def test_a_map_returns_what_it_is_given():
    with pytest.raises(ValueError, match=r"shape \(1,\) and returned \(2,\)"):
        trajectory(lambda K: (K, 0.0), 0.5, 1)
    with pytest.raises(ValueError, match=r"shape \(2,\) and returned \(1,\)"):
        find_fixed_point(lambda K: K[0], [0.5, 0.5], b=2)


def test_eigenvalues_without_imaginary_part_are_real_whatever_numpy_calls_them():
    point = FixedPoint([0.0, 0.0], [2 + 0j, 0.5 + 0j], np.eye(2, dtype=complex), b=2)
    assert point.eigenvalues.dtype == point.directions.dtype == float
    spiral = FixedPoint([0.0, 0.0], [1 + 1j, 1 - 1j], np.eye(2), b=2)
    assert spiral.eigenvalues.dtype == complex
