"""Every page of the book obeys the rules of page_rules.py, and every rule can say no."""

import base64
import copy
import io
import json
import re
import sys
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from rgcourse.reference import collect, describe
from rgcourse.widgets import PictureZoom

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
import page_rules as rules  # noqa: E402
import page_text  # noqa: E402
import pages  # noqa: E402
from stills import FOLDER, still_path  # noqa: E402

VERDICT = r"verdict answer((?:-[a-z])+)"
PAGES = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in pages.notebooks()}
CHAPTERS = [name for name in PAGES if name.count("/") == 2 and "/reference/" not in name]


def told(rule, names):
    return [pytest.param(rule, name, id=f"{name}-{rule.__name__}") for name in names]


@pytest.mark.parametrize(
    "rule, name",
    [case for rule in rules.EVERY_PAGE for case in told(rule, PAGES)]
    + [case for rule in rules.EVERY_CHAPTER for case in told(rule, CHAPTERS)],
)
def test_page_obeys(rule, name):
    complaints = rule(pages.read(PAGES[name]))
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_in_normal_form(name):
    text = PAGES[name].read_text(encoding="utf-8")
    normal = pages.text_of(pages.normal_form(pages.read(PAGES[name]), PAGES[name].stem))
    assert text == normal, f"run `python tools/pages.py {PAGES[name].stem}` before you commit"


def strays(root):
    """What stands in book/ but not in _toc.yml, and the other way round."""
    listed = set(pages.toc_files(root))
    lying = {
        path.relative_to(root).with_suffix("").as_posix()
        for path in (root / "book").rglob("*.ipynb")
        if not any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
    }
    lost = {name for name in listed if not any((root / name).parent.glob(f"{Path(name).name}.*"))}
    return sorted(lying - listed), sorted(lost)


def test_pages_and_toc_agree():
    assert strays(ROOT) == ([], [])
    assert len(pages.toc_files()) == len(set(pages.toc_files()))


def test_a_page_missing_from_the_toc_or_from_the_disk_is_found(tmp_path):
    (tmp_path / "_toc.yml").write_text("root: book/intro\nchapters:\n- file: book/lost\n")
    (tmp_path / "book").mkdir()
    for name in ("intro.md", "forgotten.ipynb"):
        (tmp_path / "book" / name).touch()
    assert strays(tmp_path) == (["book/forgotten"], ["book/lost"])


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_of_the_book_has_its_stills(name):
    page = pages.read(PAGES[name])
    shown = range(1, len(pages.views(page)) + 1)
    wanted = {still_path(PAGES[name].stem, n, theme) for n in shown for theme in ("light", "dark")}
    there = set(FOLDER.glob(f"{PAGES[name].stem}-[0-9]*-*.webp"))
    assert there == wanted, f"run python tools/pages.py --stills {PAGES[name].stem}"
    for path in wanted:
        with Image.open(path) as image:
            assert image.width > 1200


def test_no_letter_wins_the_bets():
    """Who always bets on one letter is right in less than half of them."""
    book = "".join(path.read_text(encoding="utf-8") for path in PAGES.values())
    said = re.findall(VERDICT, book)
    letters = Counter(letter for text in said for letter in text.split("-") if letter)
    assert len(said) > 20
    assert max(letters.values()) < len(said) / 2, letters


def test_the_book_is_small():
    assert sum(path.stat().st_size for path in PAGES.values()) < rules.BOOK_BYTES


# --- every rule can say no --------------------------------------------------------------------

OPENING = """# Average pairs until only a Gaussian is left

**You will** watch a distribution forget its shape.
**You will learn** what a fixed point is.
**You need** mean and variance. *Route: physics, learning. 25 minutes; the page runs in 4 s.*

The idea is old {cite}`kadanoff1966,wilson1972`, see {cite:t}`wilson1975`."""
PREDICT = """## Predict first

After six rounds the skewness is *(a)* unchanged, *(b)* smaller by 8.

```{dropdown} Why each answer is tempting
(a) confuses shape and spread. (b) we now derive.
```"""
ENDING = """**What we found.** Averaging is an RG.
**Read next.** Kadanoff 1966.
**Next page:** the same for a magnet."""
ALT = "Seven points with error bars on a straight line of slope minus one half."
VIEW, MODEL = "0" * 32, "1" * 32


def png(dpi):
    """A small figure, base64 as notebooks store it."""
    figure, buffer = plt.figure(figsize=(0.5, 0.5)), io.BytesIO()
    figure.savefig(buffer, dpi=dpi)
    plt.close(figure)
    return base64.b64encode(buffer.getvalue()).decode()


def shown(**data):
    """A displayed output; `image_png=...` stands for the mime type image/png."""
    kinds = {"image_png": "image/png", "check": rules.CHECK_MIME, "view": pages.WIDGET_VIEW}
    return new_output("display_data", data={kinds[kind]: value for kind, value in data.items()})


def exercise(label):
    """An exercise and its folded solution."""
    question = f":::{{exercise}} Find it\n:label: {label}\n\nHow fast?\n:::"
    return [
        new_markdown_cell(question),
        new_markdown_cell(f":::{{solution-start}} {label}\n:class: dropdown\n:::"),
        new_code_cell("answer = 2"),
        new_code_cell("assert answer == 2"),
        new_markdown_cell(":::{solution-end}\n:::"),
    ]


@pytest.fixture
def good():
    """A minimal chapter that obeys every rule."""
    figure = new_code_cell("plot(x)", outputs=[shown(image_png=png(100))])
    figure.metadata.mystnb = {
        "image": {"alt": ALT},
        "figure": {"caption": "Skewness of the average.", "name": "fig-skewness"},
    }
    printed = new_code_cell("print(2)", outputs=[new_output("stream", text="2\n")])
    printed.metadata.tags = ["nbval-check-output"]
    still = shown(view={"model_id": VIEW}, image_png=png(100))
    still.data["text/plain"] = "Three lattices, cold, critical and hot, as block spins."
    widget = new_code_cell("PictureZoom()", outputs=[still])
    cells = [
        new_markdown_cell(OPENING),
        new_code_cell("import numpy as np"),
        new_markdown_cell(PREDICT),
        figure,
        printed,
        widget,
        new_code_cell('check("clt.y_3", y_3)', outputs=[shown(check={"key": "clt.y_3"})]),
        *exercise("ex-basin"),
        *exercise("ex-rate"),
        *exercise("ex-break"),
        new_markdown_cell(ENDING),
    ]
    notebook = pages.with_colab_cell(new_notebook(cells=cells), "%pip install rgcourse")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
    figure = PictureZoom()
    state = json.loads(json.dumps({k: figure.get_state()[k] for k in ("_anywidget_id", "spec")}))
    models = {VIEW: {"model_name": "AnyModel", "state": state}}
    notebook.metadata.widgets = nbformat.from_dict({pages.WIDGET_STATE: {"state": models}})
    return notebook


def cell_of(notebook, source):
    return next(cell for cell in notebook.cells if cell.source.startswith(source))


def replace(old, new):
    """A change of the text of whichever cells contain `old`."""

    def change(notebook):
        holders = [cell for cell in notebook.cells if old in cell.source]
        assert holders, f"no cell has {old!r}"
        for cell in holders:
            cell.source = cell.source.replace(old, new)

    return change


def edit(source, how):
    """A change `how(cell)` of the cell that begins with `source`."""
    return lambda notebook: how(cell_of(notebook, source))


def outputs(source, *new):
    """A change of the outputs of the cell that begins with `source`."""
    return edit(source, lambda cell: cell.update(outputs=list(new)))


def tagged(source, *tags):
    return edit(source, lambda cell: cell.metadata.update(tags=list(tags)))


def described(**metadata):
    """A change of what the figure's metadata say."""
    return edit("plot", lambda cell: cell.metadata.update(mystnb=metadata))


def coded(source):
    """A change of the code of one ordinary cell."""
    return edit("print(2)", lambda cell: cell.update(source=source))


def renumbered(notebook):
    for count, cell in enumerate(page_text.code_cells(notebook), start=7):
        cell.execution_count = count


def foreign_widget(notebook):
    extra = {"model_name": "AnyModel", "state": {"_anywidget_id": "__main__.Dial"}}
    pages.widget_models(notebook)[MODEL] = nbformat.from_dict(extra)


def stored(change):
    """A change of the stored state of the widget."""
    return lambda notebook: change(pages.widget_models(notebook)[VIEW]["state"])


def long_cells(notebook):
    for cell in page_text.code_cells(notebook)[1:]:
        cell.source = "x = 1\n" * 8 + cell.source


CAPTION = {"caption": "Skewness of the average.", "name": "fig-skewness"}
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])
WARNING = new_output("stream", name="stderr", text="DeprecationWarning")
BREAKS = {
    rules.has_one_title_with_a_verb: [
        replace("# Average pairs until", "# The average of pairs until"),
        replace("## Predict first", "# Again\n\n## Predict first"),
        replace("# Average pairs until only a Gaussian is left", ""),
    ],
    rules.is_executed_in_order: [
        renumbered,
        outputs("print(2)", ERROR),
        outputs("print(2)", WARNING),
        outputs("print(2)"),
        edit("answer", lambda cell: cell.update(source=" \n")),
        edit("answer", lambda cell: cell.update(source="# NBVAL_SKIP\nanswer = 2")),
        tagged("answer", "nbval-ignore-output"),
        edit("answer", lambda cell: cell.update(execution_count=None)),
    ],
    rules.describes_its_figures: [
        described(),
        described(image={"alt": ALT}),
        described(figure=CAPTION),
        described(image={"alt": "A plot."}, figure=CAPTION),
        described(image={"alt": ALT}, figure={"caption": ALT, "name": "fig-skewness"}),
        outputs("plot", shown(image_png=png(100)), shown(image_png=png(100))),
        replace("confuses shape", "![](book/flow.svg) confuses shape"),
        replace("Averaging is", '<img src="flow.svg"> Averaging is'),
        replace("Averaging is an RG.", "\n\n```{figure} flow.svg\n:name: f\n```\n"),
    ],
    rules.keeps_its_size: [
        outputs("plot", shown(image_png=png(288))),
        outputs("answer", new_output("stream", text="0123456789" * 40_000)),
    ],
    rules.has_no_plumbing: [
        coded("!pip install numpy"),
        coded("%matplotlib inline"),
        coded("%%bash\nls"),
        coded("text = open('data').read()"),
        coded("from pathlib import Path; Path('.')"),
        coded("import os"),
        coded("x = np.load('spins')"),
        coded("fig.savefig('flow')"),
        coded("x = read('../data/spins.csv')"),
        coded("x = read('/home/me/spins')"),
        coded("plt.rcParams['font.size'] = 12"),
        coded("import warnings\nwarnings.filterwarnings('ignore')"),
        tagged("answer", "remove-cell"),
    ],
    rules.has_no_dead_controls: [
        coded("from ipywidgets import interact\ninteract(draw, K=(0.0, 1.0))"),
    ],
    rules.shows_only_living_widgets: [foreign_widget],
    rules.shows_current_figures: [
        stored(lambda state: state["spec"]["constants"].update(warm_up=29)),
        stored(lambda state: state["spec"]["controls"][0].update(keys=["z"])),
        stored(lambda state: state["spec"].update(controls=[])),
        stored(lambda state: state.pop("spec")),
        stored(lambda state: state.update(_anywidget_id="rgcourse.widgets.Gone")),
        edit("PictureZoom", lambda cell: cell.outputs[0].data.pop("image/png")),
        edit("PictureZoom", lambda cell: cell.outputs[0].data.pop("text/plain")),
    ],
    rules.fits_the_measure: [coded("x = 1  # " + "far " * 20)],
    rules.opens_with_its_aims: [
        replace("**You will** watch", "We watch"),
        replace("**You will learn**", "We learn"),
        replace("**You need**", "We need"),
        replace("*Route: physics, learning. 25 minutes; the page runs in 4 s.*", ""),
        replace("Route: physics, learning", "Route: physics, chemistry"),
        replace("runs in 4 s", "runs in 75 s"),
        lambda notebook: notebook.cells.append(notebook.cells.pop(1)),
    ],
    rules.asks_to_predict_first: [
        replace("## Predict first", "## A question"),
        replace("*(b)* smaller", "smaller"),
        replace("```{dropdown} Why each answer is tempting", "```text"),
    ],
    rules.has_exercises_with_solutions: [
        replace(":::{exercise} Find it\n:label: ex-rate\n\nHow fast?\n:::", "How fast?"),
        replace(":label: ex-rate\n", ""),
        replace(":::{solution-start} ex-rate", ":::{solution-start} ex-other"),
        replace("ex-rate\n:class: dropdown", "ex-rate"),
        replace("assert answer == 2", "print(answer)"),
    ],
    rules.checks_the_ledger: [
        outputs('check("clt.y_3"', new_output("stream", text="ours 1")),
        replace('check("clt.y_3", y_3)', "compare(y_3)"),
        tagged("print(2)"),
    ],
    rules.is_alive: [outputs("PictureZoom", new_output("stream", text="a figure"))],
    rules.cites_literature: [
        replace("{cite}`kadanoff1966,wilson1972`", "{cite}`kadanoff1966`"),
        replace("wilson1975", "wilson1975,nobody1900"),
    ],
    rules.is_paced: [
        long_cells,
        replace("import numpy as np", "import numpy as np\n" + "x = 1\n" * 8),
        coded("x = 1\n" * 31),
    ],
    rules.ends_with_findings: [
        replace("**What we found.**", ""),
        replace("**Read next.**", ""),
        replace("**Next page:**", ""),
    ],
}  # fmt: skip
ALL_RULES = (*rules.EVERY_PAGE, *rules.EVERY_CHAPTER)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_rule_accepts_the_good_page(rule, good):
    assert rule(good) == []


@pytest.mark.parametrize(
    "rule, change",
    [
        pytest.param(rule, change, id=f"{rule.__name__}-{n}")
        for rule in ALL_RULES
        for n, change in enumerate(BREAKS[rule])
    ],
)
def test_rule_refuses_a_page_that_breaks_it_and_it_alone(rule, change, good):
    broken = copy.deepcopy(good)
    change(broken)
    complaints = {other.__name__: other(broken) for other in ALL_RULES if other(broken)}
    assert list(complaints) == [rule.__name__]


def first_code(lines):
    return edit("import numpy", lambda cell: cell.update(source="\n".join(["x = 1"] * lines)))


def of_size(size):
    """A change that makes the page exactly so many bytes long."""

    def change(notebook):
        output = new_output("stream", text="0")
        outputs("answer", output)(notebook)
        output.text += "0" * (size - len(pages.text_of(notebook).encode()))

    return change


EDGES = {
    "79 characters": (rules.fits_the_measure, lambda n: coded("x" * n), 79),
    "200 dpi": (rules.keeps_its_size, lambda n: outputs("plot", shown(image_png=png(n))), 200),
    "399 999 bytes": (rules.keeps_its_size, of_size, 399_999),
    "59 s": (rules.opens_with_its_aims, lambda n: replace("runs in 4 s", f"runs in {n} s"), 59),
    "30 lines": (rules.is_paced, lambda n: coded("x = 1\n" * n), 30),
    "8 lines first": (rules.is_paced, first_code, 8),
}


@pytest.mark.parametrize("edge", EDGES)
def test_rules_count_to_the_last_one_allowed(edge, good):
    rule, change, most = EDGES[edge]
    for n in (most, most + 1):
        page = copy.deepcopy(good)
        change(n)(page)
        assert bool(rule(page)) == (n > most)


def test_alt_texts_have_forty_letters(good):
    for n in (39, 40):
        described(image={"alt": f" {ALT[:n].replace(' ', '_')} "}, figure=CAPTION)(good)
        assert bool(rules.describes_its_figures(good)) == (n < 40)


def test_a_widget_that_is_shown_but_not_stored_is_refused(good):
    del good.metadata["widgets"]
    assert rules.shows_only_living_widgets(good) and rules.is_alive(good)


def test_a_work_without_doi_or_arxiv_number_is_refused(good, monkeypatch):
    monkeypatch.setattr(rules, "literature", lambda: dict.fromkeys(rules.citations(good), False))
    assert len(rules.cites_literature(good)) == 3


def test_interact_beside_a_static_figure_is_accepted(good):
    cell_of(good, "plot").source = "interact(draw, K=(0.0, 1.0)); plot(x)"
    assert rules.has_no_dead_controls(good) == []


def test_directives_are_read_in_both_fences_and_nested():
    text = "::::{margin}\n```{note} Look\n:class: tip\ninside\n```\n::::\n\n:::{exercise}\n:::"
    found = page_text.directives(text)
    assert [directive.name for directive in found] == ["margin", "note", "exercise"]
    assert found[1].argument == "Look" and found[1].options == {"class": "tip"}


def test_headings_inside_fences_are_not_headings():
    text = "# Title\n```python\n# a comment\n```\n## Next\nbelow"
    assert page_text.headings(text) == [
        (1, "Title", "```python\n# a comment\n```"),
        (2, "Next", "below"),
    ]


# --- all pages together -----------------------------------------------------------------------


def test_no_equation_has_the_name_of_another():
    named = [
        name
        for path in PAGES.values()
        for name in re.findall(
            r"\$\$ *\((eq-[\w-]+)\)", page_text.markdown(pages.read(path)), re.MULTILINE
        )
    ]
    assert len(named) > 50 and [name for name in set(named) if named.count(name) > 1] == []


def test_the_ledger_page_shows_what_the_pages_store():
    """It is made from their stored results, so that it must be run after the last of them."""
    page = pages.read(PAGES["book/reference/ledger"])
    shown = [
        line
        for cell in page_text.code_cells(page)
        for output in cell.outputs
        for line in "".join(output.get("data", {}).get("text/markdown", "")).splitlines()
    ]
    stale = [
        row["key"]
        for row in collect(ROOT / "book")
        if not any(
            f"../{row['page']}.ipynb" in s and f"| {describe(row).ours} |" in s for s in shown
        )
    ]
    assert stale == [], "run python tools/pages.py ledger"
