"""Cells of percolation against counted paths and closed forms."""

from itertools import product

import numpy as np
import pytest

from rgcourse.couplings import bond_crossings, cell_probability, crossing_counts, square_crossings
from rgcourse.flows import find_fixed_point

WHEATSTONE = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]

# b, rule, p*, lambda, nu: computed independently of this package
TABLE = [
    (2, "vertical", 0.6180339887, 1.5278640, 1.635280),
    (2, "or", 0.3819660, 1.52786, 1.6353),
    (2, "and", 0.7675919, 1.64321, 1.3956),
    (3, "vertical", 0.6192601, 1.96653, 1.624515),
    (3, "or", 0.4726279, 2.06872, 1.5113),
    (3, "and", 0.7325248, 2.10101, 1.4798),
    (4, "vertical", 0.6193554, 2.3698075, 1.606723),
]


@pytest.mark.parametrize("b, rule, p, eigenvalue, nu", TABLE)
def test_square_cells(b, rule, p, eigenvalue, nu):
    vertical, horizontal = square_crossings(b)
    crossed = {"vertical": vertical, "or": vertical | horizontal, "and": vertical & horizontal}
    counts = crossing_counts(crossed[rule])
    point = find_fixed_point(lambda p: cell_probability(p, counts), 0.55, b=b)
    assert point.couplings == pytest.approx([p], abs=1e-7)
    assert point.eigenvalues == pytest.approx([eigenvalue], abs=1e-5)
    assert 1 / point.exponents == pytest.approx([nu], abs=1e-4)


def reached_by_walking(occupied, start):
    """The occupied sites connected to the row `start`, by a walk from site to site."""
    b, found = len(occupied), {(start, y) for y in range(len(occupied)) if occupied[start, y]}
    todo = list(found)
    while todo:
        x, y = todo.pop()
        for u, v in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if 0 <= u < b and 0 <= v < b and occupied[u, v] and (u, v) not in found:
                found.add((u, v))
                todo.append((u, v))
    return found


@pytest.mark.parametrize("b, states", [(2, None), (3, None), (4, 300)])
def test_crossings_by_walking(b, states, rng):
    vertical, horizontal = square_crossings(b)
    chosen = range(2 ** (b * b)) if states is None else rng.choice(2 ** (b * b), states)
    for state in chosen:
        occupied = (int(state) >> np.arange(b * b) & 1).reshape(b, b)
        below = any(x == b - 1 for x, _ in reached_by_walking(occupied, 0))
        right = any(x == b - 1 for x, _ in reached_by_walking(occupied.T, 0))
        assert (below, right) == (vertical[state], horizontal[state])


def test_turned_cells_are_crossed_the_other_way():
    vertical, horizontal = square_crossings(4)
    assert np.array_equal(crossing_counts(vertical), crossing_counts(horizontal))


def test_the_bridge_is_self_dual():
    """p' = p**5 + 5 p**4 q + 8 p**3 q**2 + 2 p**2 q**3, fixed at 1/2 with slope 13/8."""
    counts = crossing_counts(bond_crossings(WHEATSTONE, (0, 3)))
    assert counts.tolist() == [0, 0, 2, 8, 5, 1]
    for k, n in enumerate(counts):  # crossed, or crossed by the absent bonds of the dual
        assert n + counts[5 - k] == [1, 5, 10, 10, 5, 1][k]
    point = find_fixed_point(lambda p: cell_probability(p, counts), 0.45, b=2)
    assert point.couplings == pytest.approx([0.5]) and point.eigenvalues == pytest.approx([13 / 8])


@pytest.mark.parametrize("n", [1, 2, 5])
def test_rows_and_bundles(n):
    row = bond_crossings([(i, i + 1) for i in range(n)], (0, n))
    assert crossing_counts(row).tolist() == [0] * n + [1]
    bundle = bond_crossings([(0, 1)] * n, (1, 0))
    assert bundle.sum() == 2**n - 1 and not bundle[0]


def test_long_detours_are_found():
    """The only path uses all bonds, listed in the wrong order."""
    bonds = [(4, 5), (3, 4), (2, 3), (1, 2), (0, 1)]
    assert np.flatnonzero(bond_crossings(bonds, (0, 5))).tolist() == [31]


def test_probabilities_by_summation(rng):
    counts = crossing_counts(bond_crossings(WHEATSTONE, (0, 3)))
    crossed = bond_crossings(WHEATSTONE, (0, 3))
    for p in rng.random(5):
        total = sum(
            np.prod([p if bit else 1 - p for bit in bits])
            for bits in product((0, 1), repeat=5)
            if crossed[sum(bit << i for i, bit in enumerate(bits))]
        )
        assert cell_probability(p, counts) == pytest.approx(total, rel=1e-13)
    assert cell_probability(np.array([0.0, 1.0]), counts).tolist() == [0, 1]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: square_crossings(1), "b must be at least 2"),
        (lambda: square_crossings(5), r"b = 5 has 2\*\*25 states; use b = 2, 3 or 4"),
        (lambda: square_crossings(2.0), "whole number"),
        (lambda: bond_crossings([], (0, 1)), "1 to 20 bonds, got 0"),
        (lambda: bond_crossings([(0, 1)] * 21, (0, 1)), "got 21"),
        (lambda: bond_crossings([(0, 1, 2)], (0, 1)), "a bond is a pair"),
        (lambda: bond_crossings([3], (0, 1)), "a bond is a pair"),
        (lambda: bond_crossings([(0, -1)], (0, 1)), "site must be at least 0"),
        (lambda: bond_crossings([(0, 99)], (0, 1)), "from 0 to 60, got 99"),
        (lambda: crossing_counts([0, 1]), "booleans, got dtype int"),
        (lambda: crossing_counts(np.zeros(3, bool)), r"shape \(3,\)"),
        (lambda: crossing_counts(np.zeros(1, bool)), r"shape \(1,\)"),
        (lambda: crossing_counts(np.zeros(0, bool)), r"shape \(0,\)"),
        (lambda: cell_probability("p", [0, 1]), "p must be"),
        (lambda: cell_probability(np.nan, [0, 1]), "p must be finite"),
        (lambda: cell_probability(0.5, [1]), "n_0 .. n_n"),
        (lambda: cell_probability(0.5, [[0, 1]]), "n_0 .. n_n"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
