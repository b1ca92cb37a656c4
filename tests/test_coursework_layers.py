"""The assignment on learning: its references by other routes, and what another's rule costs."""

import itertools
import sys

import numpy as np
import pytest
from coursework_class import SECRET, SOURCES, of_class

from rgcourse import signal_flow
from rgcourse.coursework import grade, key, rehearsal, source
from rgcourse.grammar import Grammar, believe, hints, random_grammar

PATH = next(path for path in SOURCES if path.stem == "layers_and_levels")
CLASS = [f"s{n:03}" for n in range(120)]
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")


@pytest.fixture(scope="module")
def made():
    return key.make(PATH, SECRET)


@pytest.fixture(scope="module")
def hidden(made):
    """Names that the hidden cells define, by question."""
    spaces = {}
    for question in ("layer", "vertex", "text"):
        made.cases(question, made.parameters("ada"))
        spaces[question] = key._defined("\n\n".join(made.assignment.code_of("cases", question)))
    return spaces


def space_of(made, student="ada", **changes):
    """Names of the reference solution for a student, functions of its own to be changed."""
    space = key.space_of_source() | made.parameters(student) | changes
    for code in source.reference_code(made.assignment):
        exec(code, space)
    return space


@pytest.fixture(scope="module")
def reference(made):
    return space_of(made)


def test_every_rule_and_claim_is_drawn_and_no_two_students_are_alike(made):
    own = [made.parameters(student) for student in CLASS]
    for name, kinds in (("activation", 6), ("fault", 4), ("typo", 4), ("claim", 4)):
        told = [one[name] for one in own]
        assert len(set(told)) == kinds and max(map(told.count, set(told))) < 60, name
    assert rehearsal.alike(made, CLASS) == []


def test_a_layer_is_that_of_the_package_where_the_package_has_one(reference, hidden):
    """The hidden reference with tanh in the place of the student's function, and the solution."""
    given = {"activation": "tanh", "gain": 1.0, "w2_order": 1.0, "w2_chaos": 2.5, "b2": 0.05}
    space = hidden["layer"]
    space["F_"]["tanh"] = np.tanh
    try:
        q, c = space["after"](given, 0.5, 0.3, 1.5, 0.05)
        own = space["numbers_of"](given)
    finally:
        del space["F_"]["tanh"]
    assert q == pytest.approx(signal_flow.variance_after(0.5, 1.5, 0.05), abs=1e-8)
    assert c == pytest.approx(float(signal_flow.overlap_after(0.3, 0.5, 1.5, 0.05)), abs=1e-7)
    assert own["w2_edge"] == pytest.approx(signal_flow.critical_weight(0.05), rel=1e-5)
    assert own["xi_order"] == pytest.approx(signal_flow.phase(1.0, 0.05).length, rel=1e-4)
    assert own["xi_chaos"] == pytest.approx(signal_flow.phase(2.5, 0.05).length, rel=1e-4)
    assert own["fade"] == pytest.approx(2, rel=1e-4)


def test_a_layer_is_what_a_wide_drawn_layer_does(reference):
    rng = np.random.default_rng(5)
    q, c, w2, b2, n = 0.7, 0.4, 1.8, 0.3, 2_000_000
    h = np.sqrt(q) * np.array([[1, 0], [c, np.sqrt(1 - c**2)]]) @ rng.standard_normal((2, n))
    sent = reference["f"](h)
    drawn = w2 * sent @ sent.T / n + b2
    after, overlap = reference["layer"](q, c, w2, b2)
    assert drawn[0, 0] == pytest.approx(after, rel=4e-3)
    assert drawn[0, 1] / np.sqrt(drawn[0, 0] * drawn[1, 1]) == pytest.approx(overlap, abs=4e-3)


@pytest.mark.parametrize("fault", ["lost with probability 1/3", "multiplied by a number drawn"])
@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_the_rate_is_a_quotient_of_moments(hidden, fault, alpha):
    """Without a fault it is that of the page: 5 for a ReLU, 3.08 for alpha = 1/2."""
    page = 6 * (1 + alpha**4) / (1 + alpha**2) ** 2
    share = {"l": 3 / 2, "m": 9 / 5}[fault[0]]
    own = hidden["vertex"]["rate_of"]({"alpha": alpha, "fault": fault})
    assert own == pytest.approx(page * share - 1, rel=1e-6)


def test_the_product_formula_is_that_of_networks_with_weights(made):
    """Matrices drawn one by one; the reference draws signals, given the layer before."""
    space = space_of(made, alpha=0.4, fault="lost with probability 1/2")
    rng = np.random.default_rng(2)
    n, nets = 16, 20_000
    h = rng.standard_normal((nets, n))
    for _ in range(2):
        sent = np.where(h > 0, h, 0.4 * h) * (rng.random(h.shape) < 0.5)
        K = (sent**2).mean(axis=1) / (0.5 * (1 + 0.4**2) / 2)
        W = rng.standard_normal((nets, n, n)) / np.sqrt(n * 0.5 * (1 + 0.4**2) / 2)
        h = np.einsum("aij,aj->ai", W, sent)
    exact = (1 + space["rate"] / n) ** 2 - 1
    bins = np.array([np.var(x) / np.mean(x) ** 2 for x in K.reshape(40, -1)])
    assert abs(bins.mean() - exact) < 5 * bins.std(ddof=1) / 40**0.5 + 0.03 * exact


TYPOS = ("the next", "the letter before", "letter 0", "any of the other")  # how the rules begin


def whole_rule(made, begins):
    rules = {made.parameters(student)["typo"] for student in CLASS}
    return next(rule for rule in rules if rule.startswith(begins))


@pytest.mark.parametrize("typo", TYPOS)
def test_posteriors_are_those_of_all_texts_written_one_by_one(made, typo):
    space = space_of(made, typo=whole_rule(made, typo))
    habit, noise, v = space["habit"], 0.2, 3
    rules = random_grammar(2, v=v, m=2, rng=4).rules
    becomes = {
        TYPOS[0]: lambda x: [(x + 1) % v],
        TYPOS[1]: lambda x: [(x - 1) % v],
        TYPOS[2]: lambda x: [0],
        TYPOS[3]: lambda x: [y for y in range(v) if y != x],
    }[typo]

    def chance(meant, seen):
        wrong = becomes(meant)
        return (1 - noise) * (meant == seen) + noise * wrong.count(seen) / len(wrong)

    possible = 0
    for text in ([0, 1, 2, 2], [2, -1, 0, 1], [1, 1, -1, -1], [-1, 2, 0, 0], [0, 0, 0, -1]):
        joint = np.zeros(v)
        for label, ways in itertools.product(range(v), itertools.product(range(2), repeat=3)):
            pair = rules[0][label, ways[0]]
            letters = [*rules[1][pair[0], ways[1]], *rules[1][pair[1], ways[2]]]
            weight = np.prod([habit if way == 0 else 1 - habit for way in ways])
            read = [chance(int(a), b) for a, b in zip(letters, text, strict=True) if b >= 0]
            joint[label] += weight * np.prod(read)
        if joint.sum() > 0:
            right, possible = joint / joint.sum(), possible + 1
            assert space["posterior"](rules, np.array(text), v, noise) == pytest.approx(right)
    assert possible >= 2


def test_with_equal_habits_and_honest_noise_it_is_the_package(made):
    space = space_of(made, typo=whole_rule(made, TYPOS[3]), habit=0.5)
    rules, noise = random_grammar(3, v=4, m=2, rng=9).rules, 0.3
    text = np.array([0, 3, 1, -1, 2, 2, 0, 1])
    other = noise * 3 / 4  # of letters drawn from all four, a quarter are the right ones
    there = believe(Grammar(rules, 4), hints([text], noise, v=4)).posterior[0][0, 0]
    assert space["posterior"](rules, text, 4, other) == pytest.approx(there)


def test_each_claim_has_its_page_with_numbers(made):
    told = {}
    reference = key.Reference(made)
    for student in CLASS:
        own = made.parameters(student)
        if own["claim"] not in told:
            told[own["claim"]] = reference.numbers(own)["trial"]["page"]
    assert len(told) == 4
    for page in told.values():
        assert 250 < len(page.split()) < 600 and page.count("\n\n") == 5
        for part in ("The claim.", "Grade.", "Support and objection.", "A test.", "A pilot."):
            assert f"*{part}*" in page


def literal(made, student):
    """The reference as somebody writes it who has one rule of each kind."""
    own = made.parameters(student)
    codes = source.reference_code(made.assignment)
    for name, place in (("activation", "[activation]"), ("fault", "[fault]"), ("typo", "[typo]")):
        assert sum(place in code for code in codes) == 1
        codes = [code.replace(place, f"[{own[name]!r}]") for code in codes]
    codes = [code.replace('"lost" in fault', f'"lost" in {own["fault"]!r}') for code in codes]
    return codes


@linux
def test_code_with_another_rule_built_in_loses_the_question_of_the_rule(made, monkeypatch):
    """Own numbers above somebody else's code: questions 1 to 3 are lost, the fourth is not."""
    ada = made.parameters("s000")
    other = next(
        s
        for s in CLASS
        if all(made.parameters(s)[name] != ada[name] for name in ("activation", "fault", "typo"))
    )
    grader, codes = grade.Grader(made), literal(made, "s000")
    monkeypatch.setattr(source, "reference_code", lambda assignment: codes)
    assert rehearsal.lost(grader, "s000") == []
    lost = rehearsal.lost(grader, other)
    by_question = {
        q: sum(why.startswith(f"{q}: ") for why in lost) for q in ("layer", "vertex", "text")
    }
    cases = {q: len(made.cases(q, ada)) for q in by_question}
    assert by_question["layer"] >= cases["layer"] - 2
    assert by_question["vertex"] == cases["vertex"]
    assert by_question["text"] >= cases["text"] - 1
    assert not [why for why in lost if why.startswith("judged")]


def verdict(case, code, own, seed):
    space = key.space_of_source() | own
    exec("import numpy as np\nfrom rgcourse import jackknife\n" + code, space)
    rng = np.random.default_rng(seed)
    told = [[float(x) for x in space["vertex"](n, depth, rng)] for n, depth in case.args[0]]
    return case.judge(told, case.expected)


@pytest.mark.parametrize("seed", range(2))
def test_honest_errors_pass_and_others_do_not(made, seed):
    own = made.parameters("ada")
    case = made.cases("vertex", own)[0]
    assert len(case.expected) == 96 and case.weight == 2
    (answer,) = made.assignment.code_of("answer", "vertex")
    code = source.without_markers(answer).split("own_V = (...")[0]
    assert verdict(case, code, own, seed) is None
    listed = [w for w in made.assignment.code_of("wrong", "vertex") if "error" in w.split("\n")[0]]
    assert len(listed) == 4
    for wrong in listed:
        why = verdict(case, wrong.split("own_V = (...")[0], own, seed)
        assert why, wrong.split("\n")[0]


@pytest.mark.slow
def test_rates_over_many_students_and_seeds(made):
    """Honest errors pass for every rule, also the one with the longest tails."""
    (answer,) = made.assignment.code_of("answer", "vertex")
    code = source.without_markers(answer).split("own_V = (...")[0]
    for seed, student in enumerate(CLASS[: of_class(10, 40)]):
        own = made.parameters(student)
        assert verdict(made.cases("vertex", own)[0], code, own, seed) is None, student
