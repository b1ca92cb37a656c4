"""The author's tool that executes and normalizes pages: same bytes from two executions."""

import asyncio
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import rgcourse

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import kernel_meter  # noqa: E402
import pages  # noqa: E402

FIGURE = """import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot([1, 4, 2])
ax.set_title("three points");"""
WIDGETS = """import anywidget, ipywidgets, traitlets

class Dial(anywidget.AnyWidget):
    _esm = "export default { render() {} }"
    _css = ".dial { color: red }"
    value = traitlets.Float(1.5).tag(sync=True)
    cells = traitlets.Bytes(b"many spins").tag(sync=True)

left, right = Dial(value=1), Dial(value=2)
link = ipywidgets.jslink((left, "value"), (right, "value"))
display(right)
left"""
PRINTS = """import sys
print("one", flush=True)
print("two", flush=True)
print({"north", "south", "east", "west"})"""


def finished(coroutine):
    """The result of a coroutine, run in a thread of its own: the browser tests of the same session
    keep an event loop in this one.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def raw_page(tmp_path):
    """A page as an editor leaves it: random ids, timings, stale outputs, several lines printed."""
    cells = [
        new_markdown_cell("# Watch a dial"),
        new_code_cell(FIGURE, metadata={"execution": {"iopub.status.busy": "2024-01-01"}}),
        new_code_cell(WIDGETS, metadata={"collapsed": True, "tags": ["hide-input"]}),
        new_code_cell(PRINTS, id="the-authors-own", execution_count=17),
        new_code_cell(PRINTS, outputs=[new_output("stream", text="stale")]),
    ]
    notebook = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    notebook.metadata.language_info.version = "3.11.7"
    notebook.metadata.vscode = {"noise": 1}
    path = tmp_path / "dial.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def rebuilt(raw_page):
    """`rebuilt()` executes the page anew and returns the text of its normal form."""

    def rebuild():
        text, _ = finished(pages.rebuild(raw_page, run=True))
        return text

    return rebuild


def test_two_executions_give_the_same_bytes_and_the_normal_form_is_stable(raw_page, rebuilt):
    first = rebuilt()
    assert rebuilt() == first
    raw_page.write_text(first, encoding="utf-8")
    assert rebuilt() == first
    assert pages.text_of(pages.normal_form(pages.read(raw_page), "dial")) == first

    page = nbformat.reads(first, as_version=4)
    nbformat.validate(page)
    assert "version" not in page.metadata.language_info and "vscode" not in page.metadata
    assert [cell.execution_count for cell in page.cells if cell.cell_type == "code"] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    colab, title, figure, dials, prints, again = page.cells
    assert colab.metadata.tags == ["colab", "remove-cell"] and "google.colab" in colab.source
    assert prints.id == "the-authors-own" and again.id == "code-" + again.id[-8:]
    assert figure.metadata == {} and dials.metadata == {"tags": ["hide-input"]}
    assert figure.outputs[0].data["image/svg+xml"]
    assert len(prints.outputs) == 1 and prints.outputs[0].text.startswith("one\ntwo\n{")

    models = pages.widget_models(page)
    shown = [models[model]["state"] for model in pages.shown_models(page)]
    assert [state["value"] for state in shown] == [2, 1]
    assert all(state["_anywidget_id"].endswith("Dial") for state in shown)
    assert not any("_esm" in state or "_css" in state for state in shown)
    assert models[pages.shown_models(page)[0]]["buffers"][0]["path"] == ["cells"]
    links = [m["state"] for m in models.values() if m["model_name"] == "LinkModel"]
    assert links[0]["source"] == [f"IPY_MODEL_{pages.shown_models(page)[1]}", "value"]


def test_an_error_shown_on_purpose_names_no_file_of_the_machine(tmp_path):
    path = tmp_path / "refused.ipynb"
    source = 'from fractions import Fraction\nFraction("one half")'
    cell = new_code_cell(source, metadata={"tags": ["raises-exception"]})
    nbformat.write(new_notebook(cells=[cell]), path)
    text, _ = finished(pages.rebuild(path, run=True))
    page = nbformat.reads(text, as_version=4)
    nbformat.validate(page)
    (error,) = page.cells[1].outputs
    assert error.ename == "ValueError"
    assert error.traceback == ["ValueError: Invalid literal for Fraction: 'one half'"]
    assert "fractions.py" not in text and sys.prefix not in text


def test_a_failing_page_is_reported_and_left_alone(tmp_path, capsys):
    path = tmp_path / "broken.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    assert not finished(pages.rebuild_all([path], run=True, check=False))
    report = capsys.readouterr().err
    assert "ZeroDivisionError" in report and "\x1b" not in report
    assert path.read_bytes() == before


def test_pages_of_reference_wait_for_those_that_they_are_made_from(tmp_path, monkeypatch):
    names = ["reference/ledger", "part/one", "part/two", "reference/map", "part/three"]
    events = []

    async def rebuild(path, **options):
        events.append(("begin", path.stem))
        for _ in range(10 if path.stem == "two" else 1):
            await asyncio.sleep(0)
        events.append(("end", path.stem))
        return "", ""

    monkeypatch.setattr(pages, "rebuild", rebuild)
    paths = [tmp_path / f"{name}.ipynb" for name in names]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert finished(pages.rebuild_all(paths, run=True, check=False))
    assert {name for _, name in events[:6]} == {"one", "two", "three"}
    assert {name for _, name in events[6:]} == {"ledger", "map"}


def test_check_writes_nothing_and_fails_where_a_page_would_change(tmp_path):
    path = tmp_path / "prose.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Read", id="0123abcd")]), path)
    before = path.read_bytes()
    assert not finished(pages.rebuild_all([path], run=False, check=True))
    assert path.read_bytes() == before
    assert finished(pages.rebuild_all([path], run=False, check=False))
    assert path.read_bytes() != before
    assert finished(pages.rebuild_all([path], run=False, check=True))


def test_ids_stay_when_a_cell_is_edited_or_another_is_put_above():
    notebook = new_notebook(cells=[new_code_cell("1"), new_code_cell("2"), new_code_cell("2")])
    notebook = pages.with_fixed_ids(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == 3
    notebook.cells[0].source = "10"
    notebook.cells.insert(0, new_markdown_cell("above"))
    assert [cell.id for cell in pages.with_fixed_ids(notebook).cells][1:] == ids


def test_only_notebooks_with_code_get_one_colab_cell():
    prose = new_notebook(cells=[new_markdown_cell("# Read")])
    assert len(pages.with_colab_cell(prose, "install").cells) == 1
    code = new_notebook(cells=[new_markdown_cell("# Do"), new_code_cell("1")])
    for source in ("install", "install better"):
        code = pages.with_colab_cell(code, source)
        assert [cell.source for cell in code.cells] == [source, "# Do", "1"]


NOWHERE = "html: {baseurl: ''}\n"
BOOK = "html: {baseurl: 'https://book.example.org/rg/'}\n"
REPOSITORY = "repository: {url: 'https://code.example.org/us/rg'}\n"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            BOOK + REPOSITORY,
            '%pip install -q "rgcourse[learn,matter] @ git+https://code.example.org/us/rg"',
        ),
        (
            BOOK,
            '"rgcourse[learn,matter] @ https://book.example.org/rg/_static/rgcourse-{}-py3-none-any.whl"',
        ),
        (NOWHERE, 'print("This notebook needs the package of its course: upload'),
    ],
)
def test_colab_installs_from_an_address_that_is_ours_or_says_what_to_do(config, expected, tmp_path):
    (tmp_path / "_config.yml").write_text(config)
    code = pages.colab_source(tmp_path)
    assert expected.format(rgcourse.__version__) in code
    assert not re.search(r"pip install (-q )?[\"']?rgcourse[\"'\s]*$", code, re.M)
    plain = code.replace("%pip", "pass  # %pip")
    exec(plain, {})  # nothing happens elsewhere


def test_student_notebooks_install_from_the_address_in_the_metadata(monkeypatch):
    from rgcourse.coursework import source

    for links, address in (None, None), ([], None), (["Issues, https://x/issues"], None):
        monkeypatch.setattr(source, "metadata", lambda name, links=links: Links(links))
        assert source.origin() is address
    monkeypatch.setattr(source, "metadata", lambda name: Links(["Repository, https://x/y"]))
    assert source.origin() == "git+https://x/y"


class Links:
    """The part of a package's metadata that is asked."""

    def __init__(self, links):
        self.links = links

    def get_all(self, key):
        return self.links if key == "Project-URL" else None


def test_a_live_figure_is_described_in_its_own_words_and_other_cells_are_left_alone():
    data = {pages.WIDGET_VIEW: {"model_id": "0"}, "image/png": "", "text/plain": "What it says."}
    live = new_code_cell("Cobweb()", outputs=[new_output("display_data", data=data)])
    live.metadata.mystnb = {"image": {"alt": "what somebody wrote once"}}
    plot = new_code_cell("plot()", metadata={"mystnb": {"image": {"alt": "the author's"}}})
    page = pages.with_alt_texts(new_notebook(cells=[live, plot]))
    alts = [cell.metadata["mystnb"]["image"]["alt"] for cell in page.cells]
    assert alts == ["What it says.", "the author's"]


def test_cells_that_assert_what_the_text_says_are_folded_others_are_not():
    says = new_code_cell("assert 2 < 3, 'two is less than three'", metadata={"tags": ["sentences"]})
    other = new_code_cell("x = 2")
    page = pages.with_folded_sentences(new_notebook(cells=[says, other]))
    assert pages.with_folded_sentences(page) == page
    assert page.cells[0].metadata.tags == ["sentences", "hide-input"]
    assert "text says" in page.cells[0].metadata.mystnb["code_prompt_show"]
    assert page.cells[1].metadata == {}


@pytest.mark.parametrize(
    "claim, verdict",
    [
        ("assert seed > 0, 'true with any seed'", True),
        ("assert seed == 5, 'true with this seed alone'", False),
        ("assert seed != 7, 'fails with one of two'", True),
    ],
)
def test_a_sentence_must_survive_one_of_two_other_seeds(claim, verdict, tmp_path, capsys):
    path = tmp_path / "dice.ipynb"
    drawn = new_code_cell("draw = lambda seed: seed\nseed = draw(seed=5)")
    cells = [drawn, new_code_cell(claim)]
    nbformat.write(new_notebook(cells=cells), path)
    before = path.read_bytes()
    assert finished(pages.reseed([path], 2)) is verdict
    said = capsys.readouterr().out
    assert ("TWICE" in said) is not verdict and ("once" in said) is ("any" not in claim)
    assert path.read_bytes() == before


def test_sentences_that_name_their_seed_need_not_survive_another(tmp_path):
    path = tmp_path / "dice.ipynb"
    named = new_code_cell("assert seed == 5, 'in this run'", metadata={"tags": ["this-seed"]})
    cells = [new_code_cell("draw = lambda seed: seed\nseed = draw(seed=5)"), named]
    nbformat.write(new_notebook(cells=cells), path)
    assert finished(pages.reseed([path], 2))


def test_pages_are_found_in_the_order_of_the_toc(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "root: intro\nparts:\n- caption: x\n  chapters:\n  - file: a/second\n"
        "    sections:\n    - file: a/third\n  - file: prose\n"
    )
    assert pages.toc_files(tmp_path) == ["intro", "a/second", "a/third", "prose"]
    (tmp_path / "a").mkdir()
    for name in ("intro", "a/third"):
        (tmp_path / f"{name}.ipynb").touch()
    intro, third = pages.notebooks(tmp_path)
    assert pages.chosen([], tmp_path) == [intro, third]
    assert pages.chosen(["third"], tmp_path) == pages.chosen(["a/third.ipynb"], tmp_path) == [third]
    with pytest.raises(ValueError, match="no page fourth in _toc.yml; the pages are intro, third"):
        pages.chosen(["fourth"], tmp_path)


BIG = "x = bytearray(80_000_000); x[::4096] = b'1' * len(x[::4096]); "
WAIT = "print('up', flush=True); input()"


@pytest.fixture
def start():
    """`start(code)` -> a Python process that runs it; ready when it has printed a line."""
    processes = []

    def run(code):
        pipe = subprocess.PIPE
        processes.append(subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe))
        return processes[-1]

    yield run
    for process in processes:
        process.communicate(b"\n")


def test_meter_counts_the_memory_of_children(start):
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BIG + WAIT!r}])"
    process = start(code)
    meter = kernel_meter.Meter(process.pid, every=0.02)
    process.stdout.readline()
    while meter.megabytes < 80:
        assert process.poll() is None and time.perf_counter() < meter.start + 300
        time.sleep(0.02)
    meter.stop()
    assert 80 < meter.megabytes < 300
    assert 0 < meter.seconds


def test_meter_sees_memory_given_back_between_two_samples_where_the_system_remembers(start):
    process = start(BIG + "del x; " + WAIT)
    process.stdout.readline()
    meter = kernel_meter.Meter(process.pid)
    meter.stop()
    assert (meter.megabytes > 80) == (sys.platform == "linux")


def test_meter_of_a_process_that_is_gone_is_zero(start):
    process = start("pass")
    process.wait()
    assert kernel_meter.resident_bytes(process.pid) == 0
    assert kernel_meter.high_water_bytes(process.pid) == 0
