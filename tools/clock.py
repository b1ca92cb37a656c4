"""The routes through the book, and the one clock that says how long a page takes.

    python tools/clock.py           # minutes of every page, hours of every route
    python tools/clock.py --write   # renew the minutes at the head of every page

The clock, as the plan of the course states it: two hundred words of prose a minute, ten lines of
code a minute, a minute for a displayed formula or a figure, five for a figure that is alive.
Folded code is not read. Exercises are counted apart, half an hour each.
"""

import argparse
import posixpath
import re
from collections import namedtuple

import pages

ROUTES = ("physics", "learning", "teaching")
WORDS, LINES = 200, 10  # a minute
FORMULA, FIGURE, LIVE_FIGURE = 1, 1, 5  # minutes
EXERCISE = 30  # minutes
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell", "sentences"}
HEAD = re.compile(r"\*Routes?: (?P<routes>[\w, ]+)\. (?P<minutes>\d+) minutes; the page runs in ")

Head = namedtuple("Head", "routes minutes")


def head(notebook):
    """What the line `*Route: ...*` of a page says; None where there is none."""
    found = HEAD.search(prose(notebook.cells))
    if not found:
        return None
    names = re.split(r",\s*(?:and )?| and ", found["routes"].strip())
    return Head(frozenset(names), int(found["minutes"]))


def prose(cells):
    """The text of the markdown cells among `cells`."""
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def read_cells(notebook):
    """The cells that are read: without those from the exercises to *What we found*."""
    inside, found = False, []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if re.search(r"^## Exercises|\{exercise(-start)?\}", cell.source, re.MULTILINE):
                inside = True
            if re.search(r"\*\*What we found", cell.source):
                inside = False
        if not inside and not pages.is_colab_cell(cell):
            found.append(cell)
    return found


def reading_time(notebook):
    """Minutes that the page takes without its exercises, not rounded."""
    cells = read_cells(notebook)
    text = prose(cells)
    code = [cell for cell in cells if cell.cell_type == "code"]
    unfolded = [c for c in code if not FOLDED & set(c.metadata.get("tags", []))]
    lines = sum(bool(line.strip()) for cell in unfolded for line in cell.source.splitlines())
    outputs = [output.get("data", {}) for cell in code for output in cell.outputs]
    live = sum(pages.WIDGET_VIEW in data for data in outputs)
    shown = [data for data in outputs if pages.WIDGET_VIEW not in data]
    still = sum("image/png" in data or "image/svg+xml" in data for data in shown)
    minutes = len(text.split()) / WORDS + lines / LINES + text.count("$$") // 2 * FORMULA
    return minutes + still * FIGURE + live * LIVE_FIGURE


def rounded(minutes):
    """To the next five minutes, at least five."""
    return max(5, 5 * round(minutes / 5))


def tells_the_time(notebook):
    """Whether the minutes at the head are those of the clock; a word more or less is no matter."""
    said = head(notebook).minutes
    return said % 5 == 0 and abs(said - reading_time(notebook)) < 5


def exercises(notebook):
    """How many exercises the page has."""
    return len(re.findall(r"\{exercise(?:-start)?\}", prose(notebook.cells)))


def links(name, text):
    """The pages of the book, such as `book/zooming_out/flows`, that a text on page `name` links."""
    targets = re.findall(r"\]\(([\w./-]+?)(?:\.\w+)?(?:#[\w-]+)?\)", text)
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) for link in targets]


def needs(name, notebook):
    """The pages that the line `**You need** ...` of page `name` links."""
    line = re.search(r"^\*\*You need\*\*.*$", prose(notebook.cells), re.MULTILINE)
    return links(name, line[0]) if line else []


def off_route(book):
    """What a page needs and its reader has not met: [(page, route, needed page)].

    `book` is {name: notebook} in the order of the book, of the pages that are on routes.
    """
    heads = {name: head(notebook) for name, notebook in book.items()}
    order = list(book)
    return [
        (name, route, needed)
        for name, notebook in book.items()
        for needed in needs(name, notebook)
        for route in sorted(heads[name].routes)
        if needed not in heads
        or route not in heads[needed].routes
        or order.index(needed) > order.index(name)
    ]


def on_routes():
    """The pages that are on routes, by name: {"book/intro": notebook, ...}."""
    book = {
        path.relative_to(pages.ROOT).with_suffix("").as_posix(): path for path in pages.notebooks()
    }
    read = {name: pages.read(path) for name, path in book.items()}
    return {name: notebook for name, notebook in read.items() if head(notebook)}


def route(book, name):
    """The pages of one route, in the order of the book."""
    return [page for page, notebook in book.items() if name in head(notebook).routes]


def hours(book, name, exercises_a_page=0):
    """Hours that a route takes: the minutes at its heads, and some exercises on every page."""
    minutes = 0
    for page in route(book, name):
        minutes += head(book[page]).minutes
        minutes += EXERCISE * min(exercises_a_page, exercises(book[page]))
    return minutes / 60


def with_minutes(notebook):
    """The notebook with the clock's minutes at its head, where they do not agree."""
    if head(notebook) and not tells_the_time(notebook):
        minutes = rounded(reading_time(notebook))
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(
                    r"(\*Routes?: [\w, ]+\. )\d+( minutes;)", rf"\g<1>{minutes}\2", cell.source
                )
    return notebook


def main(arguments=None):
    parser = argparse.ArgumentParser(description="How long the pages and the routes take.")
    parser.add_argument("--write", action="store_true", help="renew the minutes of the pages")
    options = parser.parse_args(arguments)
    for path in pages.notebooks():
        notebook = pages.read(path)
        if not head(notebook):
            continue
        said, time = head(notebook).minutes, reading_time(notebook)
        wrong = "" if tells_the_time(notebook) else f"  should say {rounded(time)}"
        print(f"{path.stem:24} says {said:3} minutes, the clock {time:5.1f}{wrong}")
        if options.write and wrong:
            text = pages.text_of(pages.normal_form(with_minutes(notebook), path.stem))
            path.write_text(text, encoding="utf-8", newline="\n")
    book = on_routes()
    for name in ROUTES:
        with_two = hours(book, name, exercises_a_page=2)
        print(f"{name}: {len(route(book, name))} pages, {hours(book, name):.1f} hours of reading,")
        print(f"    {with_two:.1f} with two exercises on each page")
    for page, name, needed in off_route(book):
        print(f"{page} is on the route {name}, and needs {needed}")


if __name__ == "__main__":
    main()
