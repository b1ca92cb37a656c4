"""The cumulant expansion against geometry, enumeration of a triangle and known fixed points."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.couplings import critical_surface, niemeijer_van_leeuwen
from rgcourse.couplings.cumulants import B, cell_averages, cumulant_step, escape_time
from rgcourse.flows import find_fixed_point, trajectory

FIXED_POINT = np.array([0.27886906, -0.01424797, -0.01523123])


def second_order(K):
    return niemeijer_van_leeuwen(K, order=2)


@settings(deadline=None)
@given(st.floats(-30, 30))
def test_averages_of_a_triangle_by_enumeration(K):
    spins = np.array([s for s in product((1, -1), repeat=3) if sum(s) > 0])
    pairs = spins[:, 0] * spins[:, 1] + spins[:, 1] * spins[:, 2] + spins[:, 2] * spins[:, 0]
    weight = np.exp(K * pairs - np.max(K * pairs))
    phi, chi = cell_averages(K)
    assert phi == pytest.approx(np.average(spins[:, 0], weights=weight), abs=1e-14)
    assert chi == pytest.approx(np.average(spins[:, 0] * spins[:, 1], weights=weight), abs=1e-14)


# --- the numbers of bonds and paths, counted on the lattice
# Sites x e1 + y e2 of the triangular lattice; the triangle of cell (X, Y) stands at the point
# X (1, 1) + Y (-1, 2), its three sites there and one step along e1 and e2.


def site(cell, corner):
    X, Y = cell
    x, y = X - Y, X + 2 * Y
    return np.add((x, y), ((0, 0), (1, 0), (0, 1))[corner])


def squared(step):
    x, y = step
    return x * x + x * y + y * y


CELLS = list(product(range(-4, 5), repeat=2))
# cells at distance 1, sqrt(3), 2 in units of the coarse lattice, whose squared unit is 3
OTHERS = {n: next(c for c in CELLS if squared(site(c, 0)) == 3 * n) for n in (1, 3, 4)}


def bonds_between(one, other, length):
    """Pairs of corners, one in each cell, at this squared distance."""
    return [
        (i, j)
        for i, j in product(range(3), repeat=2)
        if squared(site(one, i) - site(other, j)) == length
    ]


def test_cells_tile_the_lattice():
    sites = {tuple(site(cell, corner)) for cell in CELLS for corner in range(3)}
    assert len(sites) == 3 * len(CELLS)
    inside = [squared(site((0, 0), i) - site((0, 0), j)) for i, j in combinations(range(3), 2)]
    assert inside == [1, 1, 1]


def test_first_order_counts_bonds():
    counts = [[len(bonds_between((0, 0), OTHERS[n], m)) for m in (1, 3, 4)] for n in (1, 3, 4)]
    assert counts == [[2, 3, 2], [0, 0, 1], [0, 0, 0]]
    phi, _ = cell_averages(0.0)
    step = 1e-6  # of small couplings, the map is linear
    matrix = np.array([second_order(step * row) for row in np.eye(3)]).T / step
    assert matrix == pytest.approx(phi**2 * np.array(counts), abs=1e-5)


def test_second_order_counts_paths():
    """Two K1 bonds from cell to cell through a third, meeting on one spin of it or on two."""
    same, different = [], []
    for n in (1, 3, 4):
        pairs = [
            (i, j)
            for middle in CELLS
            if middle not in ((0, 0), OTHERS[n])
            for (_, i), (_, j) in product(
                bonds_between((0, 0), middle, 1), bonds_between(OTHERS[n], middle, 1)
            )
        ]
        same.append(sum(i == j for i, j in pairs))
        different.append(sum(i != j for i, j in pairs))
    assert (same, different) == ([4, 1, 0], [4, 7, 4])
    K = 0.21
    phi, chi = cell_averages(K)
    first = 2 * phi**2 * np.array([K, 0, 0])
    paths = (phi * K) ** 2 * (np.array(same) * (1 - phi**2) + np.array(different) * (chi - phi**2))
    assert second_order([K, 0, 0]) == pytest.approx(first + paths, rel=1e-13)


# --- fixed points


def test_first_order():
    point = find_fixed_point(niemeijer_van_leeuwen, [0.33, 0.0], b=B)
    assert point.couplings == pytest.approx([math.log(1 + 2 * math.sqrt(2)) / 4, 0], abs=1e-12)
    assert point.eigenvalues == pytest.approx([3 / math.sqrt(2), 1.6235243874], abs=1e-10)
    assert point.exponents == pytest.approx([1.3690702, 0.8822026], abs=1e-7)


def test_second_order():
    point = find_fixed_point(second_order, [0.28, 0.0, 0.0], b=B)
    assert point.couplings == pytest.approx(FIXED_POINT, abs=6e-9)
    assert point.eigenvalues == pytest.approx([1.77284341, 0.194778, -0.136354], abs=1e-6)


def test_low_temperatures_align():
    """phi = chi = 1: nothing fluctuates, bonds between cells add."""
    assert second_order([300.0, 0.0, 0.0]) == pytest.approx([600, 0, 0], abs=1e-12)
    assert niemeijer_van_leeuwen(500.0) == 1000.0


# --- the critical surface


@pytest.mark.parametrize("K2, K3", [(0, 0), (0.1, 0), (-0.1, 0.05), (0.05, -0.15), (0.12, 0.12)])
def test_critical_surface_flows_into_the_fixed_point(K2, K3):
    K1 = critical_surface(K2, K3)
    path = trajectory(second_order, [K1, K2, K3], 16)
    assert path[16] == pytest.approx(FIXED_POINT, abs=1e-7)
    assert escape_time(K1 + 1e-6, K2, K3, 200) > 0 > escape_time(K1 - 1e-6, K2, K3, 200)


def test_known_critical_coupling():
    # Niemeijer and van Leeuwen quote 0.2575; the linearized flow alone would give 0.25744
    assert critical_surface(0, 0) == pytest.approx(0.2574842, abs=1e-7)


def test_the_step_in_place_is_the_step():
    K = np.array([0.3, -0.05, 0.1])
    after = second_order(K)
    cumulant_step(K)
    assert np.array_equal(K, after)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: niemeijer_van_leeuwen(0.3, order=3), "order must be 1 or 2, got 3"),
        (lambda: niemeijer_van_leeuwen(0.3, order=True), "order must be 1 or 2, got True"),
        (lambda: niemeijer_van_leeuwen(0.3, order=2), r"three couplings.*shape \(\)"),
        (lambda: niemeijer_van_leeuwen([0.3, 0, 0]), r"or \(K, h\), got shape \(3,\)"),
        (lambda: niemeijer_van_leeuwen(math.inf), "finite"),
        (lambda: niemeijer_van_leeuwen(None), "real number"),
        (lambda: critical_surface(0.2, -0.11), "too far out: use"),
        (lambda: critical_surface(math.nan, 0), "K2 must be finite"),
        (lambda: critical_surface(0, "0"), "K3 must be"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
