"""What every page of the book must be: rules, each `rule(notebook) -> list of complaints`.

A complaint says what was found, what was expected and the way out. `EVERY_PAGE` holds for all
notebooks of the book, `EVERY_CHAPTER` for the pages in the folders of the parts as well.
"""

import base64
import json
import re
import struct
from functools import cache
from pathlib import Path
from statistics import median

import pages  # tools/pages.py
from page_text import (
    code_cells,
    directives,
    first_line,
    headings,
    lines_of,
    markdown,
    pictures,
    tags,
)
from pybtex.database import parse_file

from rgcourse.reference import MIME as CHECK_MIME
from rgcourse.widgets import figure_class
from rgcourse.widgets._declare import fixed

ROOT = Path(__file__).resolve().parents[1]
ROUTES = {"physics", "learning", "teaching"}
LONGEST_RUN = 60  # seconds, as a page says of itself; measured by benchmarks/pages.py
DOTS_PER_INCH = 200  # two for each of the screen
PAGE_BYTES = 400_000
BOOK_BYTES = 10_000_000


# --- every page -------------------------------------------------------------------------------


def has_one_title_with_a_verb(notebook):
    """`# Average pairs until ...`: one title, first of all, that says what the reader does.

    A verb cannot be recognized by its letters; what is refused is what begins titles without one.
    """
    titles = [title for level, title, _ in headings(markdown(notebook)) if level == 1]
    if len(titles) != 1:
        return [f"the page has {len(titles)} titles `# ...`, expected one"]
    nouns = r"(the|an?|on|about|introduction|chapter|part|lecture|some|notes)\b|\d"
    if re.match(nouns, titles[0], re.IGNORECASE):
        return [f"the title {titles[0]!r} does not begin with a verb; say what the reader will do"]
    return []


def is_executed_in_order(notebook):
    """Code cells counted 1, 2, 3, ...; no errors, no warnings, none empty, none kept from nbval."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    complaints = []
    if counts != list(range(1, len(cells) + 1)):
        complaints.append(f"execution counts {counts}, expected 1, 2, ...; run tools/pages.py")
    if len(cells) > 1 and not any(cell.outputs for cell in cells):
        complaints.append("no cell has an output; run tools/pages.py")
    for cell in cells:
        kinds = {o.output_type for o in cell.outputs} | {o.get("name") for o in cell.outputs}
        if not cell.source.strip():
            complaints.append("an empty code cell; remove it")
        if "error" in kinds and "raises-exception" not in tags(cell):
            complaints.append(
                f"{first_line(cell)} shows an error; tag it raises-exception if meant"
            )
        if "stderr" in kinds:
            complaints.append(f"{first_line(cell)} shows a warning; remove its cause")
        if "nbval-check-output" in tags(cell) and not cell.outputs:
            complaints.append(f"{first_line(cell)} is to be compared and has no output")
        if re.search(r"#\s*(PYTEST_VALIDATE|NBVAL)_", cell.source) or {
            "nbval-skip", "nbval-ignore-output", "skip-execution",
        } & set(tags(cell)):  # fmt: skip
            complaints.append(f"{first_line(cell)} is kept from nbval; only nbval-check-output may")
    return complaints


def describes_its_figures(notebook):
    """Every figure has caption, name and alt text in the metadata of its cell; one figure a cell.

    `{"mystnb": {"image": {"alt": ...}, "figure": {"caption": ..., "name": ...}}}`. The alt text
    says what one sees, so that the page is complete without: at least 40 letters, not the caption.
    Pictures written in Markdown need alt texts too.
    """
    complaints = []
    for cell in code_cells(notebook):
        count = len(pictures(cell))
        if count == 0:
            continue
        render = cell.metadata.get("mystnb", {})
        alt = render.get("image", {}).get("alt", "")
        figure = render.get("figure", {})
        if count > 1:
            complaints.append(f"{first_line(cell)} makes {count} figures, expected one for one alt")
        if len(alt.strip()) < 40:
            complaints.append(f"{first_line(cell)} has alt text {alt!r}; say what one sees")
        if not figure.get("caption") or not figure.get("name"):
            complaints.append(f"{first_line(cell)} has a figure without caption or name")
        if alt and alt == figure.get("caption"):
            complaints.append(f"{first_line(cell)} repeats its caption as alt text")
    text = markdown(notebook)
    for directive in directives(text):
        if directive.name in ("image", "figure") and not directive.options.get("alt"):
            complaints.append(f"the picture {directive.argument} has no :alt:")
    complaints += [
        f"the picture {url} has no alt" for url in re.findall(r"!\[\s*\]\((.*?)\)", text)
    ]
    for image in re.findall(r"<img\b[^>]*>", text):
        if not re.search(r"\balt=", image):
            complaints.append(f"{image} has no alt")
    return complaints


def is_pixels(picture):
    """Whether a stored picture is a PNG, not the text of an SVG."""
    return not picture.startswith("<svg")


def dots_per_inch(png):
    """The resolution a PNG (base64 text) declares, rounded; None when it declares none."""
    data = base64.b64decode(png)
    start = data.find(b"pHYs")
    return (
        round(struct.unpack(">I", data[start + 4 : start + 8])[0] * 0.0254) if start > 0 else None
    )


def keeps_its_size(notebook):
    """Figures that are vector or of at most 200 dots per inch, and a page of less than 400 kB."""
    complaints = []
    for cell in code_cells(notebook):
        for dots in map(dots_per_inch, filter(is_pixels, pictures(cell))):
            if dots and dots > DOTS_PER_INCH:
                complaints.append(
                    f"{first_line(cell)} draws {dots} dpi, expected at most {DOTS_PER_INCH}"
                )
    size = len(pages.text_of(notebook).encode())
    if size >= PAGE_BYTES:
        complaints.append(f"the page has {size} bytes, expected less than {PAGE_BYTES}")
    return complaints


PLUMBING = {
    r"\bpip\b|\bconda\b": "an installation: only the Colab cell of tools/pages.py installs",
    r"^\s*[!%]": "a shell command or magic",
    r"\bopen\(|\bPath\(|\bimport (os|sys|pathlib|subprocess)\b": "file or system access",
    r"savefig\(|np\.(load|save|savez|loadtxt|savetxt|fromfile)\(": "a file",
    r"""["'](\.{0,2}/\w|~/|[A-Za-z]:\\)""": "a path",
    r"rcParams|rc_context|plt\.rc\(": "rcParams: the style sheet decides the look",
    r"\bwarnings\b": "a warning filter: remove the cause",
}


def has_no_plumbing(notebook):
    """No installation, no shell, no paths, no rcParams, no warning filter, no removed cell."""
    complaints = []
    for cell in code_cells(notebook):
        for pattern, what in PLUMBING.items():
            if found := re.search(pattern, cell.source, re.MULTILINE):
                complaints.append(f"{first_line(cell)} has `{found[0].strip()}`: {what}")
        if "remove-cell" in tags(cell):
            complaints.append(f"{first_line(cell)} is removed from the book, not from the notebook")
    return complaints


def has_no_dead_controls(notebook):
    """`interact(` needs a kernel: a static figure stands in the same cell or in the next."""
    cells = code_cells(notebook)
    return [
        f"{first_line(cell)} has interact( without a static figure beside it"
        for cell, after in zip(cells, [*cells[1:], None], strict=True)
        if re.search(r"\binteract(ive|_manual|ive_output)?\(", cell.source)
        and not pictures(cell)
        and not (after and pictures(after))
    ]


def shows_only_living_widgets(notebook):
    """Each widget shown is stored in the page, and those with a front end are the package's."""
    models, complaints = pages.widget_models(notebook), []
    for model_id in pages.shown_models(notebook):
        if model_id not in models:
            complaints.append(f"the widget {model_id} is shown but not stored; run tools/pages.py")
    for model in models.values():
        owner = model["state"].get("_anywidget_id", "rgcourse.")
        if not owner.startswith("rgcourse."):
            complaints.append(f"the widget {owner} is not in rgcourse.widgets; move it there")
    return complaints


def shows_current_figures(notebook):
    """A stored figure declares what its class declares now, and has a still and words."""
    models, complaints = pages.widget_models(notebook), []
    for output in pages.views(notebook):
        state = models.get(output.data[pages.WIDGET_VIEW]["model_id"], {}).get("state", {})
        owner = state.get("_anywidget_id", "")
        if owner.startswith("rgcourse."):
            complaints += stale_parts(owner, state.get("spec", {}))
            if not output.data.get("image/png") or len(output.data.get("text/plain", "")) < 40:
                complaints.append("a figure has no still or words: run tools/pages.py --stills")
    return complaints


def stale_parts(owner, spec):
    """Complaints about what a stored figure declares."""
    try:
        wanted = json.loads(json.dumps(fixed(figure_class(owner))))
    except ValueError as error:
        return [str(error)]
    names = wanted["controls"]
    for name in spec.get("hidden", ()):
        names.pop(name, None)
    controls = {control["trait"]: control for control in spec.get("controls", [])}
    found = {n: {k: c.get(k) for k in names.get(n, ())} for n, c in controls.items()}
    stored = {**spec, "controls": found}
    return [
        f"{name} of {owner} have changed since: run tools/pages.py"
        for name in wanted
        if stored.get(name) != wanted[name]
    ]


def fits_the_measure(notebook):
    """Code lines of at most 79 characters: longer ones would scroll."""
    return [
        f"{first_line(cell)} has a line of {len(line)} characters, expected at most 79"
        for cell in code_cells(notebook)
        for line in cell.source.splitlines()
        if len(line) > 79
    ]


EVERY_PAGE = (
    has_one_title_with_a_verb,
    is_executed_in_order,
    describes_its_figures,
    keeps_its_size,
    has_no_plumbing,
    has_no_dead_controls,
    shows_only_living_widgets,
    shows_current_figures,
    fits_the_measure,
)


# --- every chapter ----------------------------------------------------------------------------


def opens_with_its_aims(notebook):
    """Before the first code: lines `**You will** ...`, `**You learn** ...`, `**You need** ...` and
    `*Route: physics, learning, teaching. 25 minutes; the page runs in 4 s.*`
    """
    cells = notebook.cells
    first = next((n for n, c in enumerate(cells) if c in code_cells(notebook)), len(cells))
    opening = "\n".join(c.source for c in cells[:first] if c.cell_type == "markdown")
    complaints = [
        f"no line beginning `**{aim}**` before the first code"
        for aim, pattern in {
            "You will": r"You will",
            "You will learn": r"You (will )?learn",
            "You need": r"You need",
        }.items()
        if not re.search(rf"^\*\*{pattern}\*\*", opening, re.MULTILINE)
    ]
    sentence = r"\*Routes?: ([\w, ]+)\. (\d+)(?:-\d+)? minutes; the page runs in (\d+) s\.\*"
    found = re.search(sentence, opening)
    if not found:
        return [*complaints, "no `*Route: physics. 25 minutes; the page runs in 4 s.*` at the top"]
    unknown = set(re.split(r",\s*(?:and )?| and ", found[1].strip())) - ROUTES
    if unknown:
        complaints.append(f"unknown route {sorted(unknown)}; the routes are {sorted(ROUTES)}")
    if int(found[3]) >= LONGEST_RUN:
        complaints.append(f"the page runs in {found[3]} s, expected less than {LONGEST_RUN}")
    return complaints


def asks_to_predict_first(notebook):
    """A section `## Predict first`: a question with answers *(a)*, *(b)*, ..., and folded below, in
    a `{dropdown}` or an admonition of class predict, why each is tempting.
    """
    sections = [s for s in headings(markdown(notebook)) if s[1].lower() == "predict first"]
    if not sections:
        return ["no section `## Predict first`"]
    text = sections[0][2]
    complaints = []
    question = text.split("{dropdown}")[0]
    if not {"(a)", "(b)"} <= set(re.findall(r"\([a-z]\)", question)):
        complaints.append("`Predict first` offers no answers *(a)*, *(b)*, ...")
    inside = directives(text)
    if not any(d.name == "dropdown" or "predict" in d.options.get("class", "") for d in inside):
        complaints.append("`Predict first` has no {dropdown} that says why each answer is tempting")
    return complaints


def solutions(notebook):
    """The code cells between `{solution-start} label` and `{solution-end}`, by label."""
    found, label = {}, None
    for cell in notebook.cells:
        if cell.cell_type == "code" and label is not None:
            found[label].append(cell)
        elif cell.cell_type == "markdown":
            for directive in directives(cell.source):
                if directive.name == "solution-start":
                    label = directive.argument
                    found[label] = []
                elif directive.name == "solution-end":
                    label = None
    return found


def has_exercises_with_solutions(notebook):
    """At least three `{exercise}` with a `:label:`, each followed by a folded solution that runs.

    A solution is gated: `{solution-start} label` with `:class: dropdown`, code cells,
    `{solution-end}`. Its last cell checks the result, by `check(` or `assert`.
    """
    inside = directives(markdown(notebook))
    exercises = [d for d in inside if d.name in ("exercise", "exercise-start")]
    starts = {d.argument: d for d in inside if d.name == "solution-start"}
    solved, complaints = solutions(notebook), []
    ends = sum(d.name == "solution-end" for d in inside)
    if ends != len(starts):
        complaints.append(f"{len(starts)} {{solution-start}}, but {ends} {{solution-end}}")
    if len(exercises) < 3:
        complaints.append(f"{len(exercises)} exercises, expected at least 3")
    for exercise in exercises:
        label = exercise.options.get("label")
        if not label:
            complaints.append(f"the exercise {exercise.argument!r} has no :label:")
        elif label not in starts:
            complaints.append(f"exercise {label} has no {{solution-start}} {label}")
        elif "dropdown" not in starts[label].options.get("class", ""):
            complaints.append(f"the solution of {label} is not folded: add :class: dropdown")
        elif not solved[label] or not re.search(r"\bcheck\(|\bassert\b", solved[label][-1].source):
            complaints.append(f"the solution of {label} does not end in a check( or an assert")
    return complaints


def checks_the_ledger(notebook):
    """A visible `check("key", ...)` outside the solutions with its stored result, and at least one
    output that nbval compares (tag `nbval-check-output`).
    """
    in_solutions = [cell for cells in solutions(notebook).values() for cell in cells]
    checked = [
        cell
        for cell in code_cells(notebook)
        if re.search(r"\bcheck\(", cell.source)
        and any(CHECK_MIME in output.get("data", {}) for output in cell.outputs)
        and cell not in in_solutions
    ]
    complaints = [] if checked else ['no cell calls check("key", ...) and shows its result']
    if not any("nbval-check-output" in tags(cell) for cell in code_cells(notebook)):
        complaints.append("no cell is tagged nbval-check-output")
    return complaints


def is_alive(notebook):
    """At least one interactive of the package is shown, or the table of claims, which the book
    makes one of."""
    if re.search(r"(?m)^\| \| claim \| grade \|", markdown(notebook)):
        return []
    models = pages.widget_models(notebook)
    for model_id in pages.shown_models(notebook):
        if "rgcourse." in json.dumps(models.get(model_id, {})):
            return []
    return ["no widget of rgcourse.widgets is shown"]


@cache
def literature():
    """Which entries of the bibliography say where to find the work: {key: bool}.

    By DOI or arXiv number; an old journal may have an address instead, a textbook an ISBN.
    """
    entries = parse_file(str(ROOT / "book/references.bib")).entries
    places = {"doi", "eprint", "url", "isbn"}
    return {key: bool(places & set(entry.fields)) for key, entry in entries.items()}


def citations(notebook):
    """The keys cited by `{cite}` and its variants."""
    cited = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", markdown(notebook))
    return {key.strip() for keys in cited for key in keys.split(",")}


def cites_literature(notebook):
    """At least three entries of references.bib are cited, and all say where to find them."""
    cited, known = citations(notebook), literature()
    complaints = [f"{key} is not in references.bib" for key in sorted(cited - set(known))]
    complaints += [f"{k} has no doi or eprint" for k in sorted(cited) if not known.get(k, 1)]
    if len(cited) < 3:
        complaints.append(f"{len(cited)} works cited, expected at least 3")
    return complaints


def is_paced(notebook):
    """Median code cell of at most 8 lines, none beyond 30; the first (imports) at most 8.

    Cells that assert what the text says are folded and have no pace.
    """
    cells = [cell for cell in code_cells(notebook) if pages.SENTENCES not in tags(cell)]
    lengths = [len(lines_of(cell)) for cell in cells] or [0]
    complaints = []
    if median(lengths) > 8:
        complaints.append(f"the median code cell has {median(lengths)} lines, expected at most 8")
    if lengths[0] > 8:
        complaints.append(f"the first code cell has {lengths[0]} lines, expected at most 8")
    complaints += [
        f"{first_line(cell)} has {length} lines, expected at most 30"
        for cell, length in zip(cells, lengths, strict=False)
        if length > 30
    ]
    return complaints


def ends_with_findings(notebook):
    """The last lines say `**What we found.**`, `**Read next.**` and `**Next page:**`."""
    text = markdown(notebook)
    return [
        f"no paragraph beginning `**{ending}`"
        for ending in ("What we found", "Read next", "Next page")
        if not re.search(rf"\*\*{ending}[.:]?\*\*", text)
    ]


EVERY_CHAPTER = (
    opens_with_its_aims,
    asks_to_predict_first,
    has_exercises_with_solutions,
    checks_the_ledger,
    is_alive,
    cites_literature,
    is_paced,
    ends_with_findings,
)
