"""Routes lead where their readers can follow, and one clock tells the time on every page."""

import re
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rgcourse.coursework import source

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
import clock  # noqa: E402
import coursework_clock  # noqa: E402
import pages  # noqa: E402

BOOK = clock.on_routes()
INTRO = pages.read(ROOT / "book/intro.ipynb")
SYLLABUS = (ROOT / "book/coursework/syllabus.md").read_text(encoding="utf-8")
PARTS = {"zooming_out": "Zooming out", "fields": "Fields", "kondo": "Kondo", "learning": "Learning"}


# --- routes


def test_every_page_that_a_reader_needs_is_on_the_reader_s_route():
    assert clock.off_route(BOOK) == []


def in_part(names, part):
    return [name for name in names if name.startswith(f"book/{part}/")]


def stops(text):
    """Which routes stop at which part on the map of the introduction: {title: routes}."""
    found = re.findall(r'<li data-stops="([\w ]+)"[^>]*><a [^>]*>([\w ]+)</a>', text)
    return {title: set(names.split()) for names, title in found}


def test_the_map_stops_where_the_labels_say():
    drawn = stops(clock.prose(INTRO.cells))
    assert drawn.pop("Coursework") == {"teaching"}
    for part, title in PARTS.items():
        labelled = {r for r in clock.ROUTES if in_part(clock.route(BOOK, r), part)}
        assert drawn.pop(title) == labelled, title
    assert drawn == {}


def told(text, route):
    """The sentences of the introduction that describe one route."""
    return re.search(
        rf"\*\*{route.capitalize()}\*\*[.:,](.*?)(?=\*\*[A-Z]\w+\*\*|\n\n|\Z)", text, re.S
    )[1]


def test_the_learning_route_of_the_introduction_is_that_of_the_labels():
    wanted = clock.route(BOOK, "learning")
    named = set(clock.links("book/intro", told(clock.prose(INTRO.cells), "learning")))
    outside = {name for name in wanted if name.count("/") == 1 or "zooming_out" in name}
    assert outside - {"book/intro"} <= named
    for part in ("fields", "kondo"):
        assert in_part(wanted, part) == []


# --- the clock


@pytest.mark.parametrize("name", BOOK)
def test_the_head_of_a_page_tells_the_time(name):
    time = clock.reading_time(BOOK[name])
    assert clock.tells_the_time(BOOK[name]), (
        f"{time:.0f} minutes: run python tools/clock.py --write"
    )


@pytest.mark.parametrize("route", ["physics", "learning"])
def test_the_introduction_tells_the_hours_of_a_route(route):
    said = re.search(
        r"(\d+) hours of reading, and (\d+) more", told(clock.prose(INTRO.cells), route)
    )
    reading = clock.hours(BOOK, route)
    both = clock.hours(BOOK, route, exercises_a_page=2)
    assert abs(int(said[1]) - reading) < 1 and abs(int(said[2]) - (both - reading)) < 1


CLOCK = """Two hundred words of prose take a minute, and so do ten lines of code. A displayed
formula or a figure takes one, a figure that is alive five. Folded code is not read. An exercise
takes half an hour, the reading of a week two hours, an assignment three."""


def test_the_plan_states_the_clock():
    assert " ".join(CLOCK.split()) in " ".join(SYLLABUS.split())
    assert (clock.WORDS, clock.LINES) == (200, 10)
    assert (clock.FORMULA, clock.FIGURE, clock.LIVE_FIGURE, clock.EXERCISE) == (1, 1, 5, 30)


def weeks(text):
    """The rows of the tables of weeks: lists of cells."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines()]
    return [row for row in rows if len(row) >= 6 and re.fullmatch(r"\d+", row[0])]


def titles(notebook):
    """The titles of a page's exercises."""
    return re.findall(r"\{exercise(?:-start)?\} (.+)", clock.prose(notebook.cells))


@pytest.mark.parametrize("row", weeks(SYLLABUS), ids=lambda row: f"{row[0]}-{len(row)}")
def test_the_exercises_of_a_week_stand_on_its_pages(row):
    there = [
        title for name in clock.links("book/coursework/syllabus", row[1])
        for title in titles(BOOK[name])
    ]  # fmt: skip
    named = [name for name in re.findall(r"\*([^*]+)\*", row[3]) if name != "or"]
    assert [name for name in named if not any(name in title for title in there)] == []


def plans():
    """The rows of the plan of twelve weeks, and of that of five."""
    twelve, five = SYLLABUS.split("## Five weeks")
    return weeks(twelve), weeks(five)


def work(text):
    """Minutes of the exercises that a cell names, and of assignments or some of their questions."""
    parts = re.findall(r"assignment \d, questions (\d) to (\d)", text)
    tasks = len(re.findall(r"\*[^*]+\*", text)) + sum(int(b) - int(a) + 1 for a, b in parts)
    whole = len(re.findall(r"assignment \d", text)) - len(parts)
    return tasks * clock.EXERCISE + coursework_clock.MOST * whole


def week_hours(row, due=0):
    """Hours of a week by the clock; of two things to choose from, of the longer one.

    An assignment is done in the week in which it is due and in the week before.
    """
    page_cells, task_cells = (re.split(r";? ?\*or\*", row[n]) for n in (1, 3))
    minutes = [
        work(tasks)
        + sum(clock.head(BOOK[n]).minutes for n in clock.links("book/coursework/syllabus", named))
        for named, tasks in zip(page_cells, task_cells, strict=True)
    ]
    return (max(minutes) + 120 + due * 90) / 60


def test_the_hours_of_a_week_are_those_of_the_clock():
    twelve, five = plans()
    for row in five:
        assert abs(float(row[4]) - week_hours(row)) <= 0.5, (row[0], week_hours(row))
    for row, after in zip(twelve, [*twelve[1:], None], strict=True):
        due = ("due**" in row[-1]) + (after is not None and "due**" in after[-1])
        assert abs(float(row[4]) - week_hours(row, due)) <= 0.5, (row[0], week_hours(row, due))


def test_the_table_of_assignments_says_what_they_are():
    row = r"^\| \d\. ([^|]+) \| [\w ]+ \| (\d+), (\d+) \| ([\d.]+) to ([\d.]+) \|"
    rows = re.findall(row, SYLLABUS, re.MULTILINE)
    sources = (ROOT / "instructor").glob("*.ipynb")
    assert sorted(title for title, *_ in rows) == sorted(source.read(one).title for one in sources)
    for title, *said in rows:
        name = re.sub(r"\W+", "_", title.lower()).strip("_")
        one = source.read(ROOT / f"instructor/{name}.ipynb")
        points = [sum(q.auto for q in one.questions), sum(q.manual for q in one.questions)]
        hours = [round(minutes / 60, 1) for minutes in one.minutes]
        assert [float(number) for number in said] == [*points, *hours], title


def test_every_page_of_the_teaching_route_has_a_week():
    twelve, five = (
        [name for row in rows for name in clock.links("book/coursework/syllabus", row[1])]
        for rows in plans()
    )
    assert sorted(twelve) == sorted(clock.route(BOOK, "teaching"))
    assert set(five) <= set(twelve)


# --- the rules can say no


def page(need, routes="learning", minutes=10, text="", cells=()):
    opening = f"# Do it\n\n**You need** {need}. *Route: {routes}. {minutes} minutes"
    first = new_markdown_cell(f"{opening}; the page runs in 4 s.*\n\n{text}")
    return new_notebook(cells=[first, *cells])


def test_a_page_that_needs_what_its_route_leaves_out_is_found():
    first, second = page("nothing", "physics"), page("[sums](../a/first), see [x](https://x.org)")
    book = {"book/a/first": first, "book/b/second": second}
    assert clock.off_route(book) == [("book/b/second", "learning", "book/a/first")]
    first.cells[0].source = first.cells[0].source.replace("physics", "physics, learning")
    assert clock.off_route(book) == []
    assert len(clock.off_route(dict(reversed(book.items())))) == 1, "needed before it is met"
    assert clock.off_route({"book/b/second": second}) != [], "not a page on a route"


def test_the_clock_counts_what_is_read():
    words = page("nothing", text="word " * 2000)
    short = clock.reading_time(words)
    assert 10 < short < 10.2
    assert clock.reading_time(page("nothing", text="word " * 2000 + "\n\n$$ x = 1 $$")) > short + 1
    code = new_code_cell("x = 1\n" * 20)
    assert clock.reading_time(page("nothing", cells=[code])) == pytest.approx(2, abs=0.2)
    code.metadata.tags = ["hide-input"]
    assert clock.reading_time(page("nothing", cells=[code])) < 0.2
    code.outputs = [new_output("display_data", data={"image/png": ""})]
    assert 1 <= clock.reading_time(page("nothing", cells=[code])) < 1.2
    asked = new_markdown_cell(":::{exercise} Find it\n:label: ex\n\n" + "word " * 2000 + "\n:::")
    assert clock.reading_time(page("nothing", cells=[asked])) < 0.2
    assert clock.exercises(page("nothing", cells=[asked])) == 1


@pytest.mark.parametrize(
    "minutes, right", [(10, True), (5, False), (15, True), (20, False), (12, False)]
)
def test_a_head_that_tells_another_time_is_found(minutes, right):
    notebook = page("nothing", minutes=minutes, text="word " * 2200)
    assert clock.tells_the_time(notebook) == right
    assert clock.tells_the_time(clock.with_minutes(notebook))


def test_a_map_that_stops_elsewhere_is_read():
    text = '<li data-stops="physics learning" data-ends="physics"><a href="x">Fields</a></li>'
    assert stops(text) == {"Fields": {"physics", "learning"}}
