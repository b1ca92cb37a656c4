"""*Flows, measured*, by other routes: sums over all states, differences, numbers of the ledger."""

import functools
import itertools
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from coursework_class import INSTRUCTOR, SECRET, hard_wired

from rgcourse.coursework import grade, key, rehearsal, source
from rgcourse.flows import find_fixed_point

SIDE = "{} rows side by side, each of {} bonds in line"
BUNDLES = "{} bundles in line, each of {} bonds side by side"
TWO_ROWS = "2 rows side by side, each of {} bundles in line, each bundle of {} bonds side by side"
TWO_PIECES = "2 pieces in line, each of {} rows side by side, each row of {} bonds in line"


MAJORITY = "the majority of the four"


@functools.cache
def made():
    return key.make(INSTRUCTOR / "flows_measured.ipynb", SECRET)


@functools.cache
def hidden(question):
    """What the hidden cell of a question defines."""
    space = key.space_of_source()
    exec("\n\n".join(made().assignment.code_of("cases", question)), space)
    return SimpleNamespace(**{name: space[name] for name in space if name != "__builtins__"})


def bonds_of(recipe):
    """Bonds of one piece between the sites 0 and 1, laid one after another."""
    bonds, sites = [], itertools.count(2)

    def line(here, there, pieces):
        stops = [here, *(next(sites) for _ in range(pieces - 1)), there]
        return list(itertools.pairwise(stops))

    numbers = [int(word) for word in recipe.split() if word.isdigit()]
    if "each bundle" in recipe:
        for _ in range(2):
            bonds += line(0, 1, numbers[1]) * numbers[2]
    elif "pieces" in recipe:
        for here, there in line(0, 1, 2):
            for _ in range(numbers[1]):
                bonds += line(here, there, numbers[2])
    elif "bundles" in recipe:
        bonds = line(0, 1, numbers[0]) * numbers[1]
    else:
        for _ in range(numbers[0]):
            bonds += line(0, 1, numbers[1])
    return bonds


@pytest.mark.parametrize(
    "recipe",
    [SIDE.format(2, 3), BUNDLES.format(3, 2), TWO_ROWS.format(2, 3), TWO_PIECES.format(2, 2)],
)
@pytest.mark.parametrize("q", [2, 3])
def test_a_piece_summed_over_all_states_of_its_spins(recipe, q):
    M = np.random.default_rng(q).uniform(0.5, 1.5, (q, q))
    M, bonds = M + M.T, bonds_of(recipe)
    spins = 1 + max(map(max, bonds))
    total = np.zeros((q, q))
    for state in itertools.product(range(q), repeat=spins):
        total[state[0], state[1]] += math.prod(M[state[i], state[j]] for i, j in bonds)
    assert hidden("own_lattice").one_bond(M, {"recipe": recipe}) == pytest.approx(total)


@pytest.mark.parametrize("q", [3, 7])
def test_the_diamond_is_bond_moving_of_the_page(q):
    """Its exercise: bundles of two first, then a sum over the middle spin."""

    def moved(K):
        e = np.exp(2 * K)
        return np.log((e**2 + q - 1) / (2 * e + q - 2))

    point = find_fixed_point(moved, 0.8, b=2)
    first, later = (
        hidden("own_lattice").solve({"recipe": recipe}, q)
        for recipe in (BUNDLES.format(2, 2), SIDE.format(2, 2))
    )
    assert first["K_star"] == pytest.approx(point.couplings[0])
    assert later["K_star"] == pytest.approx(2 * first["K_star"])
    for found in (first, later):
        assert found["y_t"] == pytest.approx(point.exponents[0], rel=1e-7)
        assert found["d"] == 2


def test_a_field_on_an_ising_diamond():
    """Two states: a 2 x 2 matrix with the weights of all spins between, and its derivative."""

    def step(x):
        K, h = x
        bond = np.array([[math.exp(K + h), math.exp(h / 2)], [math.exp(h / 2), math.exp(K)]])
        ln = np.log((bond @ bond) ** 2)
        h = ln[0, 0] - ln[1, 1]
        return np.array([(ln[0, 0] + ln[1, 1]) / 2 - ln[0, 1], h])

    point = find_fixed_point(step, [1.2, 0.0], b=2)
    assert 1 / point.exponents[1] == pytest.approx(1.338, abs=5e-4)
    assert point.exponents[0] == pytest.approx(1.879, abs=5e-4)  # known for bond moving, d = 2


def test_the_matrix_of_a_vote_is_the_derivative_of_its_couplings():
    """All states of the torus, couplings of the blocks solved for, and differences."""
    h = hidden("own_vote")
    spins, four = h.shapes(h.ALL, 4), np.array(list(itertools.product([1, -1], repeat=4)))
    basis = np.column_stack([np.ones(16), h.shapes(four, 2)])
    for rule in (
        f"{MAJORITY}; a fair coin decides a tie",
        f"{MAJORITY}; the spin in the last row, first column decides a tie",
        "the majority of the three that are not in the first row, last column",
        "up with probability 1 / (1 + exp(-2 w S)), {} the sum of the four".format("S"),
    ):
        rows = h.table(rule, 1.2)
        share = np.zeros((len(spins), 16))
        blocks = h.ALL.reshape(-1, 2, 2, 2, 2).swapaxes(2, 3).reshape(-1, 4, 4)
        place = (blocks < 0) @ [8, 4, 2, 1]
        up = np.array([h.up_or_not(tuple(map(int, f)), rule, 1.2) for f in four])[place]
        for n, votes in enumerate(four):
            share[:, n] = np.where(votes == 1, up, 1 - up).prod(axis=1)
        assert share.sum() == pytest.approx(2**16) == rows[:, 6].sum()

        def blocked(K, share=share):
            ln = np.log(np.exp(spins @ K - 13) @ share)
            found, rest, *_ = np.linalg.lstsq(basis, ln, rcond=None)
            assert np.abs(basis @ found - ln).max() < 1e-9
            return found[1:]

        K, e = np.array([0.41, 0, 0]), 1e-4 * np.eye(3)
        T = np.array([(blocked(K + x) - blocked(K - x)) / 2e-4 for x in e]).T
        y = math.log2(max(abs(np.linalg.eigvals(T))))
        assert h.exact(rule, 1.2, 0.41, 3) == pytest.approx(y, abs=1e-6)


def verdict(change, seed):
    """Of the judge of 96 couplings, on the reference's `measure` with a change in its code."""
    p = made().parameters("ada")
    case = made().cases("own_vote", p)[3]
    space = dict(p)
    for cell in source.reference_code(made().assignment):
        if "import" in cell or "def measure" in cell or "def measurements" in cell:
            exec(cell.replace(*change), space)
    told = space["measurements"](case.args[0], np.random.default_rng(seed))
    return case.judge([[float(x) for x in pair] for pair in told], case.expected)


@pytest.mark.parametrize("seed", range(2))
def test_honest_errors_pass_and_others_do_not(seed):
    error = "error = ((bins - 1) * np.var(exponent(*rest))) ** 0.5"
    assert verdict((error, error), seed) is None
    assert "too small" in verdict((error, f"{error} / 2"), seed)


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_somebody_else_s_rules_lose_their_points(monkeypatch):
    """Code in which a recipe and a rule are built in, beneath one's own numbers."""
    lost = hard_wired(made(), ("recipe", "rule"), rehearsal, grade.Grader(made()), monkeypatch)
    assert {"own_lattice", "own_vote"} <= lost and not lost & {"swendsen", "drift", "aim"}
