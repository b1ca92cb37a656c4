"""The time that an assignment says it takes is that of the book's clock, three hours at most."""

import json
import re
import sys

import pytest
from coursework_class import INSTRUCTOR, SOURCES, small_source

from rgcourse.coursework import source

ROOT = INSTRUCTOR.parent
sys.path[:0] = [str(ROOT / "tools")]
import clock  # noqa: E402
import coursework_clock  # noqa: E402

GUIDE = (ROOT / "book/coursework/instructor_guide.md").read_text(encoding="utf-8")
MARKED = json.loads((ROOT / "benchmarks/grading.json").read_text(encoding="utf-8"))
SYLLABUS = (ROOT / "book/coursework/syllabus.md").read_text(encoding="utf-8")
COUNT = """The text and the code that is given are read as on a page. A question with code is an
exercise, half an hour, or twenty minutes for those who have done the exercises of its pages. A
question in words alone takes a quarter of an hour for each two hundred words that it allows."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_assignment_tells_the_time(path):
    one = source.read(path)
    counted = coursework_clock.count(one)
    assert coursework_clock.tells_the_time(one.minutes, counted), counted
    assert coursework_clock.fits(one.minutes, counted), counted
    assert "Two to three hours by the book's clock" in one.cells[0].source


def test_the_plan_says_how_it_is_counted():
    assert " ".join(COUNT.split()) in " ".join(SYLLABUS.split())
    assert (clock.EXERCISE, coursework_clock.QUICK) == (30, 20)
    assert (coursework_clock.CLAIM, coursework_clock.CLAIM_WORDS) == (15, 200)
    assert coursework_clock.MOST == 180


def test_what_takes_time_is_counted():
    notebook = small_source()
    texts = [c for c in notebook.cells if "question" in source.tags_of(c)]
    with_code = [c for c in texts if source.course_metadata(c).get("auto")]
    texts.append(next(c for c in notebook.cells if "assignment" in source.tags_of(c)))
    before = coursework_clock.count(source.read_text(written(notebook)))
    assert before.exercises == len(with_code) and before.claims == 0
    assert before.most - before.least == 10 * len(with_code)
    assert before.least == pytest.approx(before.reading + 20 * len(with_code))
    texts[-1].source += " word" * 200 + "\n\n$$ x = 1 $$"
    longer = coursework_clock.count(source.read_text(written(notebook)))
    assert longer.most - before.most == pytest.approx(2, abs=0.1)
    assert (longer.formulas - before.formulas, longer.lines) == (1, before.lines)
    source.course_metadata(with_code[0]).update(auto=0, manual=1, rubric=["1: so"])
    with_code[0].source += " In at most 400 words."
    in_words = coursework_clock.count(source.read_text(written(notebook)))
    assert in_words.claims == 400 and in_words.exercises == before.exercises - 1
    assert in_words.least - longer.least == pytest.approx(2 * 15 - 20, abs=0.1)


def written(notebook):
    """A notebook as the text of a source."""
    return json.dumps([dict(cell) for cell in notebook.cells])


@pytest.mark.parametrize(
    ("text", "words"), [("In at most 200 words.", 200), ("A page, of 400 to 600 words.", 600)]
)
def test_the_words_that_are_allowed(text, words):
    assert coursework_clock.words_allowed(text) == words


def test_a_question_in_words_without_a_limit_is_refused():
    with pytest.raises(ValueError, match=re.escape("Grade it: got a question in words without")):
        coursework_clock.words_allowed("## Grade it\n\nSay why, in your own words.")


def counted(least, most):
    return coursework_clock.Count(0, 0, 0, 0, 0, 0, least, most)


@pytest.mark.parametrize(
    ("minutes", "right"),
    [((120, 170), True), ((125, 170), True), ((115, 170), False), ((120, 180), False),
     ((121, 170), False), ((120, 171), False)],
)  # fmt: skip
def test_minutes_of_another_time_are_found(minutes, right):
    assert coursework_clock.tells_the_time(minutes, counted(121, 174)) == right


@pytest.mark.parametrize(
    ("minutes", "most", "right"),
    [((130, 180), 180.0, True), ((130, 180), 180.1, False), ((130, 185), 180.0, False)],
)
def test_three_hours_are_the_limit(minutes, most, right):
    assert coursework_clock.fits(minutes, counted(130, most)) == right


def test_the_guide_says_how_long_a_class_took():
    right, copied = (round(MARKED[name]) for name in ("seconds_if_all_are_right", "seconds"))
    assert f"Marking {MARKED['submissions']} right papers" in GUIDE
    assert f"took {right} s on two cores" in GUIDE and f"it took {copied} s (" in GUIDE
    assert MARKED["cores"] == 2
