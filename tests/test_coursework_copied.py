"""What copying gets: results nothing, code its points, and a rule that was built in none."""

import sys
from pathlib import Path

import pytest
from coursework_class import SECRET, SOURCES

from rgcourse.coursework import grade, key, rehearsal, source

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
ROOT = Path(__file__).resolve().parents[1]
CLASS = [f"s{n:03}" for n in range(120)]


@pytest.fixture(scope="module")
def made():
    return key.make(next(p for p in SOURCES if p.stem == "blocks_and_flows"), SECRET)


def test_many_lattices_and_every_rule_are_drawn(made):
    """Twelve lattices shared out among 120 students were 6 to 16 with the same answers."""
    own = [made.parameters(student) for student in CLASS]
    assert len({(p["rows"], p["length"]) for p in own}) > 35
    rules = [p["tie"] for p in own]
    assert len(set(rules)) == 4 and max(map(rules.count, set(rules))) < 50


def test_code_with_another_rule_built_in_loses_the_vote_and_nothing_else(made, monkeypatch):
    """Somebody's code beneath one's own numbers, as it is written by whoever has one rule."""
    ada, others = made.parameters("s000"), CLASS[1:]
    other = next(s for s in others if made.parameters(s)["tie"] != ada["tie"])
    same = next(s for s in others if made.parameters(s)["tie"] == ada["tie"])
    literal = [
        code.replace('"first row" in tie', repr("first row" in ada["tie"])).replace(
            '"first column" in tie', repr("first column" in ada["tie"])
        )
        for code in source.reference_code(made.assignment)
    ]
    grader = grade.Grader(made)
    monkeypatch.setattr(source, "reference_code", lambda assignment: literal)
    assert rehearsal.lost(grader, same) == []
    lost = rehearsal.lost(grader, other)
    assert len(lost) == 3 and all(reason.startswith("vote: ") for reason in lost)
    weights = [case.weight for case in made.cases("vote", ada)]
    assert 10 * weights[1] / sum(weights) == 1, "blocks of three by three have no ties"
    # the guide says so, in these words
    guide = (ROOT / "book/coursework/instructor_guide.md").read_text(encoding="utf-8")
    assert "*A student who puts somebody else's code beneath the own numbers gets" in guide
    assert "one of four, and code that has another one built in loses nine of" in guide


def test_the_points_that_are_not_automatic_are_as_the_guide_says():
    by_hand = [sum(q.manual for q in source.read(path).questions) for path in SOURCES]
    assert (min(by_hand), max(by_hand)) == (32, 40)
