"""Which mistake an answer is: when one is named, when two are, and when none."""

import math
import threading

import nbformat
import numpy as np
import pytest
from coursework_class import SECRET, code, small_source, text

from rgcourse.coursework import key, mistakes
from rgcourse.coursework.cases import close, honest, statistical
from rgcourse.coursework.mistakes import FAILED, Mistakes, reads_data


def question(name, answer, cases, wrong, setup=()):
    """Cells of a question."""
    return [
        text(f"{name}.", ["question"], question=name, auto=10),
        *(code(one) for one in setup),
        code(f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION", ["answer"], question=name),
        code(cases, ["cases"], question=name),
        *(code(one, ["wrong"], question=name) for one in wrong),
    ]


PAIR = "def pair(x):\n    return {0}, {1}"
CASES = "def cases(rng, p):\n    return [call('pair', x) for x in (2.0, 3.0)]"
MISTAKES = {
    "a factor in the first": PAIR.format("2 * x", "x + 1"),
    "a sign in the second": PAIR.format("x", "x - 1"),
    "both exchanged": PAIR.format("x + 1", "x"),
    "no number": PAIR.format("x", "(x - 1) * (np.nan if x > 2.5 else 4)"),
    "a failure": PAIR.format("x", "1 / 0"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    cells = small_source().cells[:3]
    wrong = [f"# {name}\n{code}" for name, code in MISTAKES.items()]
    cells += question("pair", PAIR.format("x", "x + 1"), CASES, wrong)
    value = "def cases(rng, p):\n    return [value('own', expected=p['factor'] ** 2)]"
    same = ["own = factor", "own = factor * 1", "own = 1 * factor"]
    for n in (2, 3):
        wrong = [f"# way {number}\n{one}" for number, one in enumerate(same[:n])]
        cells += question(f"own{n}", "own = factor**2", value, wrong)
    wrong = ["# the file itself\nraise SystemError('no')", "# asked again\nown = cube(factor)"]
    cells += question("odd", "own = 1", value, wrong, ["def cube(x):\n    return x**3"])
    path = tmp_path_factory.mktemp("key") / "source.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return key.make(path, SECRET)


def asked_of(made, name, student):
    parameters = made.parameters(student)
    reference = key.Reference(made)
    return [(case, reference.expected(case, parameters)) for case in made.cases(name, parameters)]


@pytest.fixture(scope="module")
def found(made):
    """Which mistakes the answers to a question look like."""
    questions = [one.name for one in made.assignment.questions]
    ours = Mistakes(
        made, {name: asked_of(made, name, "reference") for name in questions}, threading.Lock()
    )

    def recognised(name, answers, student="ada"):
        asked = asked_of(made, name, student)
        told = ours.recognised(name, asked, answers, made.parameters(student))
        return {one.names: one.whole for one in told}

    return recognised


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([[4.0, 3.0], [6.0, 4.0]], {"a factor in the first": True}),
        ([np.array([4.0, 3.0]), np.array([6.0, 4.0])], {"a factor in the first": True}),
        ([[4.0, 1.0], [6.0, 2.0]],
         {"a factor in the first": False, "a sign in the second": False}),
        ([[4.0, 9.0], [6.0, 9.0]], {"a factor in the first": False}),
        ([[3.0, 2.0], [4.0, 3.0]], {"both exchanged": True}),
        ([[2.0, 3.0], [3.0, 4.0]], {}),  # right
        ([[4.0, 3.0], [3.0, 4.0]], {}),  # right in one case, where the mistake is wrong
        ([[4.0, 3.0], [6.1, 4.0]], {}),
        ([[4.0, 3.0], FAILED], {}),
        ([FAILED, FAILED], {}),
        ([[4.0], [6.0]], {}),
        ([4.0, 6.0], {}),
        (["4.0", None], {}),
        ([[math.nan, 3.0], [math.nan, 4.0]], {}),
        ([[2.0, 4.0], [3.0, math.nan]], {"no number": True}),
        ([[2.0, 5.0], [3.0, math.nan]], {}),
        ([[2.0, math.nan], [3.0, math.nan]], {}),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_the_answer_is_its_own(found, answers, told):
    assert found("pair", answers) == {(name,): whole for name, whole in told.items()}


def test_two_that_cannot_be_told_apart_are_named_and_three_are_not(found, made):
    factor = made.parameters("ada")["factor"]
    assert found("own2", [factor]) == {("way 0", "way 1"): True}
    assert found("own3", [factor]) == {}


def test_each_has_the_mistake_with_own_numbers(found, made):
    for student in ("ada", "emmy"):
        factor = made.parameters(student)["factor"]
        assert found("own2", [factor], student) and not found("own2", [factor + 1], student)


def test_a_mistake_that_cannot_be_made_is_none_and_the_others_are_found(found, made):
    factor = made.parameters("ada")["factor"]
    assert found("odd", [factor**3]) == {("asked again",): True}


def test_mistakes_that_take_too_long_name_nothing(found, made, monkeypatch):
    factor = made.parameters("ada")["factor"]
    monkeypatch.setattr(mistakes, "MOST_SECONDS", -1.0)
    assert found("own2", [factor]) == {}


def test_each_answer_of_a_mistake_is_computed_once(made, monkeypatch):
    """A function that reads no numbers of a student answers for the whole class."""
    asked = {name: asked_of(made, name, "reference") for name in ("pair", "own2")}
    ours, runs = Mistakes(made, asked, threading.Lock()), []
    space = Mistakes._space

    def counted(self, *which):
        runs.append(which[:2])
        return space(self, *which)

    monkeypatch.setattr(Mistakes, "_space", counted)
    for student in ("ada", "emmy", "ada"):
        for name, answers in (("pair", [[4.0, 3.0], [6.0, 4.0]]), ("own2", [1.0])):
            ours.recognised(name, asked_of(made, name, student), answers, made.parameters(student))
    assert runs.count(("pair", 0)) == 1
    assert runs.count(("own2", 0)) == 3, "reference, ada and emmy"


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        ("def f(x): return x", False),
        ("def f(x): return np.sin(x)", False),
        ("def g(x): return x\ndef f(x): return g(x)", False),
        ("def f(n): return n and f(n - 1)", False),
        ("def f(x): return K", True),
        ("def g(x): return K\ndef f(x): return g(x)", True),
        ("def f(x): return [K for _ in x]", True),
        ("def f(x): return (lambda: K)()", True),
        ("def f(x, k=K): return k", True),
        ("def m(k): return lambda x: k\nf = m(K)", True),
        ("import functools\nf = functools.partial(print, K)", True),
    ],
)
def test_what_a_function_reads_is_known(code, reads):
    space = {"np": np, "K": 0.4}
    exec(code, space)
    assert reads_data(space["f"], space) is reads


# --- when two answers are the same ----------------------------------------------------------------


def test_measured_pairs_are_alike_within_their_errors_and_with_errors_of_one_size():
    alike = statistical(0.1).alike
    assert alike([1.0, 0.01], [1.05, 0.012], 2.0)
    assert not alike([1.0, 0.01], [1.1, 0.01], 2.0)  # seven errors away
    assert not alike([1.0, 0.01], [1.0, 0.016], 2.0)
    assert alike([0.5, 1e-6], [0.5, 1e-6], 2.0)
    for odd in ([1.0], None, [math.nan, 0.1], ["a", "b"], [1.0, 0.0]):
        assert not alike(odd, [1.0, 0.01], 2.0) and not alike([1.0, 0.01], odd, 2.0)


def test_errors_of_many_pairs_are_alike_if_they_are_wrong_by_the_same_factor():
    judge, right = honest([1.0] * 96), [0.0] * 96

    def pairs(size):
        return [[0.1 * size, 0.1]] * 96

    assert judge.alike(pairs(2.0), pairs(2.2), right)
    assert not judge.alike(pairs(2.0), pairs(4.0), right)
    assert judge.alike(pairs(0.0), pairs(0.01), right)
    assert not judge.alike([[1.0, 2.0]] * 96, pairs(2.0), right), "an error that is not allowed"
    assert not judge.alike(None, pairs(2.0), right)


def test_numbers_are_alike_within_the_tolerance_of_their_question():
    assert close(1e-2).alike(1.009, 1.0, 3.0) and not close(1e-2).alike(1.011, 1.0, 3.0)
