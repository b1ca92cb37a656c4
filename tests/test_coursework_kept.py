"""Question 5 of the third assignment, by another route: states counted one by one, without arrays.

Every statement of its model answer and of its rubric is looked at for 120 students, with numbers
that come from here and not from the reference solution.
"""

import functools
import itertools
import math
from collections import Counter

import pytest
from coursework_class import SECRET, SOURCES

from rgcourse.coursework import key, source

STUDENTS = [f"s{n:03}" for n in range(1, 121)]
COLD_PAIR = (0.45, 0.60)
SIDE = 4


@functools.cache
def made():
    path = next(p for p in SOURCES if p.stem == "is_it_the_renormalization_group")
    return key.make(path, SECRET)


@functools.cache
def counts():
    """{what is shown: {(label, energy): number of states}}, a tie of a block counted as halves."""
    shown = {name: Counter() for name in ("all_spins", "size_of_m", "blocks", "corner")}
    for state in itertools.product((1, -1), repeat=SIDE * SIDE):
        rows = [state[SIDE * i : SIDE * i + SIDE] for i in range(SIDE)]
        energy = -sum(
            rows[i][j] * (rows[(i + 1) % SIDE][j] + rows[i][(j + 1) % SIDE])
            for i in range(SIDE)
            for j in range(SIDE)
        )
        shown["all_spins"][energy, energy] += 1
        shown["size_of_m"][abs(sum(state)), energy] += 1
        shown["corner"][(rows[0][0], rows[0][2], rows[2][0], rows[2][2]), energy] += 1
        sums = [
            rows[i][j] + rows[i][j + 1] + rows[i + 1][j] + rows[i + 1][j + 1]
            for i in (0, 2)
            for j in (0, 2)
        ]
        choices = [(1, -1) if total == 0 else (1 if total > 0 else -1,) for total in sums]
        share = 1 / math.prod(map(len, choices))
        for votes in itertools.product(*choices):
            shown["blocks"][votes, energy] += share
    return shown


@functools.cache
def rates(hot, cold):
    """The best rate of right guesses for each thing that is shown."""
    every = counts()["all_spins"]
    Z = [sum(n * math.exp(-k * e) for (_, e), n in every.items()) for k in (hot, cold)]
    told = {}
    for name, table in counts().items():
        gaps = Counter()
        for (label, e), n in table.items():
            gaps[label] += n * (math.exp(-hot * e) / Z[0] - math.exp(-cold * e) / Z[1])
        told[name] = 0.5 + math.fsum(map(abs, gaps.values())) / 4
    return told


def own(student):
    p = made().parameters(student)
    return rates(p["K_hot"], p["K_cold"])


def test_the_hidden_cases_are_right():
    for student in STUDENTS[::6]:
        cases = made().cases("kept", made().parameters(student))
        assert {case.name for case in cases} == set(own(student))
        for case in cases:
            assert case.expected == pytest.approx(own(student)[case.name], rel=1e-9)


def test_the_comparison_has_a_clear_answer_for_every_student():
    for student in STUDENTS:
        seen = own(student)
        assert seen["all_spins"] - seen["size_of_m"] > 0.008
        assert seen["size_of_m"] - seen["blocks"] > 0.01
        assert seen["blocks"] - seen["corner"] > 0.015
    cold = rates(*COLD_PAIR)
    assert cold["corner"] - cold["blocks"] > 0.03
    assert cold["all_spins"] == pytest.approx(cold["size_of_m"], abs=1e-12)


def test_the_public_check_is_true_for_every_right_answer():
    cells = made().assignment.cells
    places = [n for n, c in enumerate(cells) if "max(seen)" in c.source and "# check" in c.source]
    (check,) = (cells[n].source for n in places)
    for student in STUDENTS:
        for wobble in (0.0, 1e-15, -1e-15):  # of another order of summation
            answers = {k: v + wobble * (k == "all_spins") for k, v in own(student).items()}
            printed = []
            exec(check, answers | {"print": printed.append})
            assert printed == [True]


def test_the_model_answer_has_the_students_own_numbers():
    reference = key.Reference(made())
    for student in STUDENTS[::12]:
        p = made().parameters(student)
        numbers = reference.numbers(p)
        notebook = source.solution_notebook(made().assignment, p, student, numbers)
        (text,) = (
            c.source
            for c in notebook.cells
            if "written" in source.tags_of(c) and source.course_metadata(c)["question"] == "kept"
        )
        seen, cold = own(student), rates(*COLD_PAIR)
        told = [
            *seen.values(),
            cold["blocks"],
            cold["corner"],
            seen["all_spins"] - seen["size_of_m"],
        ]
        assert all(f"{number:.4f}" in text for number in told)
