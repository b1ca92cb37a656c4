"""Execute the pages of the book and bring them into their normal form.

    python tools/pages.py                      every page of _toc.yml
    python tools/pages.py block_spins          one page, by name or by path
    python tools/pages.py --text block_spins   normal form only: after edits of prose
    python tools/pages.py --stills block_spins stills only: after edits of figures
    python tools/pages.py --check              write nothing; fail where a page would change
    python tools/pages.py --reseed 7           write nothing; do the sentences survive other seeds?

Each page runs in a fresh kernel, two pages at a time. The normal form has no timings, no versions
and no random identifiers, so that two executions give the same bytes and a diff shows only what
changed. What it keeps, and why, stands at the functions below.
"""

import argparse
import asyncio
import copy
import hashlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
import yaml
from kernel_meter import Meter
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat.v4 import new_code_cell
from sharp import KERNEL_OPTIONS, sharp
from stills import FOLDER, add_stills

from rgcourse import __version__
from rgcourse.coursework import source

ROOT = Path(__file__).resolve().parents[1]
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WHEEL = f"rgcourse-{__version__}-py3-none-any.whl"  # as book/_theme/package_wheel.py names it
SENTENCES = "sentences"  # tag of a cell that asserts what the text says
THIS_SEED = "this-seed"  # tag of one that may fail with other random numbers, and says so
PAGES_AT_A_TIME = 2
SECONDS_PER_CELL = 600

# Written by editors and notebook services; nothing of it belongs to the page.
CELL_NOISE = {
    "ExecuteTime", "collapsed", "colab", "deletable", "editable", "execution", "executionInfo",
    "id", "jupyter", "outputId", "papermill", "pycharm", "scrolled", "slideshow", "trusted",
    "vscode",
}  # fmt: skip
NOTEBOOK_NOISE = {
    "accelerator", "celltoolbar", "colab", "interpreter", "jupytext", "nav_menu", "papermill",
    "signature", "toc", "toc-autonumbering", "varInspector", "vscode",
}  # fmt: skip
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "pygments_lexer": "ipython3"}


# --- which pages there are --------------------------------------------------------------------


def toc_files(root=ROOT):
    """The pages in the order of `_toc.yml`: paths relative to `root`, without suffix."""

    def files(node):
        if isinstance(node, list):
            return [name for item in node for name in files(item)]
        if not isinstance(node, dict):
            return []
        here = [node[key] for key in ("root", "file") if key in node]
        return here + [name for value in node.values() for name in files(value)]

    return files(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))


def notebooks(root=ROOT):
    """Paths of those pages of `_toc.yml` that are notebooks, in order."""
    paths = [root / f"{name}.ipynb" for name in toc_files(root)]
    return [path for path in paths if path.exists()]


def chosen(names, root=ROOT):
    """Paths of the named pages, all of them without names; ValueError for an unknown name."""
    pages = notebooks(root)
    if not names:
        return pages
    known = {}
    for page in pages:
        relative = page.relative_to(root)
        short = {page.stem, relative.as_posix(), relative.with_suffix("").as_posix()}
        known |= dict.fromkeys([*short, str(page)], page)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(
            f"no page {', '.join(unknown)} in _toc.yml; the pages are "
            + ", ".join(page.stem for page in pages)
        )
    return [known[name] for name in names]


# --- the normal form --------------------------------------------------------------------------


def colab_source(root=ROOT):
    """The code of the Colab cell: it installs the package, only where Colab runs it, from the
    repository, or from the wheel that the book serves, by the addresses in `_config.yml`.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    repository = config.get("repository", {}).get("url")
    book = config.get("html", {}).get("baseurl")
    address = None
    if repository:
        address = f"git+{repository}"
    elif book:
        address = f"{book.rstrip('/')}/_static/{WHEEL}"
    return source.colab_source(address)


def is_colab_cell(cell):
    """Whether this is the cell that `with_colab_cell` adds."""
    return "colab" in cell.metadata.get("tags", [])


def with_colab_cell(notebook, source):
    """The notebook with exactly one Colab cell, in front; pages without code need none."""
    cells = [cell for cell in notebook.cells if not is_colab_cell(cell)]
    if any(cell.cell_type == "code" for cell in cells):
        colab = new_code_cell(source, id="colab", metadata={"tags": ["colab", "remove-cell"]})
        old = [cell for cell in notebook.cells if is_colab_cell(cell)]
        if old:
            colab.execution_count, colab.outputs = old[0].execution_count, old[0].outputs
        cells.insert(0, colab)
    notebook.cells = cells
    return notebook


def with_fixed_ids(notebook):
    """Replace missing, doubled and random cell ids by one made from the cell's first content.

    An id once given stays, whatever is written into the cell or above it: readable ones are the
    author's, and the made ones (`code-1c9e02ab`) do not look random to this function.
    """
    random_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")
    taken = set()
    for cell in notebook.cells:
        cell_id = cell.get("id", "")
        if not cell_id or cell_id in taken or random_id.fullmatch(cell_id):
            digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
            stem = cell_id = f"{cell.cell_type}-{digest}"
            copies = 1
            while cell_id in taken:
                copies += 1
                cell_id = f"{stem}-{copies}"
        taken.add(cell_id)
        cell.id = cell_id
    return notebook


def without_noise(notebook):
    """Drop what editors leave in the metadata, and name the kernel without its version."""
    for key in NOTEBOOK_NOISE & set(notebook.metadata):
        del notebook.metadata[key]
    notebook.metadata.kernelspec = dict(KERNEL)
    notebook.metadata.language_info = dict(LANGUAGE)
    for cell in notebook.cells:
        for key in CELL_NOISE & set(cell.metadata):
            del cell.metadata[key]
    return notebook


def with_merged_streams(notebook):
    """Join neighbouring pieces of printed text: where the kernel cuts them is a matter of luck."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        outputs = []
        for output in cell.outputs:
            last = outputs[-1] if outputs else None
            if last and output.output_type == "stream" == last.output_type:
                if output.name == last.name:
                    last.text += output.text
                    continue
            outputs.append(output)
        cell.outputs = outputs
    return notebook


def without_addresses(notebook):
    """Drop memory addresses: `<Dial object at 0x7f53e48ac150>` becomes `<Dial object>`."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if plain := output.get("data", {}).get("text/plain"):
                output.data["text/plain"] = re.sub(r" at 0x[0-9A-Fa-f]+", "", plain)
    return notebook


def without_frames(notebook):
    """Of an error keep its last line; the frames name files of the machine that ran the page."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
    return notebook


def widget_models(notebook):
    """The stored widget models, by model id; empty without widgets."""
    widgets = notebook.metadata.get("widgets", {})
    return widgets.get(WIDGET_STATE, {}).get("state", {})


def views(notebook):
    """The outputs of the page that show a widget, in order."""
    return [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if WIDGET_VIEW in output.get("data", {})
    ]


def shown_models(notebook):
    """Model ids of the widgets shown in the page, in the order of the page."""
    return [output.data[WIDGET_VIEW]["model_id"] for output in views(notebook)]


def without_stale_assets(notebook):
    """Drop the JavaScript and CSS from the widget state; the book build puts in the current ones.

    `_anywidget_id` stays: by it the build finds the class of the widget.
    """
    for model in widget_models(notebook).values():
        if "_anywidget_id" in model["state"]:
            model["state"].pop("_esm", None)
            model["state"].pop("_css", None)
    return notebook


def with_folded_sentences(notebook):
    """Cells that assert what the text says are folded in the book, under one and the same words."""
    for cell in notebook.cells:
        if SENTENCES in cell.metadata.get("tags", []):
            if "hide-input" not in cell.metadata.tags:
                cell.metadata.tags = [*cell.metadata.tags, "hide-input"]
            cell.metadata.setdefault("mystnb", {})["code_prompt_show"] = (
                "What the text says, as code"
            )
    return notebook


def with_alt_texts(notebook):
    """A cell that shows a live figure has the figure's own words as its alternative text."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "image/png" in data:
                image = cell.metadata.setdefault("mystnb", {}).setdefault("image", {})
                image["alt"] = data["text/plain"]
    return notebook


def model_order(notebook):
    """Model ids in an order that depends on the content of the page alone.

    First the widgets as they are shown, each followed by what it refers to; then the others, which
    may refer to these (links between widgets), by their state.
    """
    models, order = widget_models(notebook), []

    def visit(model_id):
        if model_id in models and model_id not in order:
            order.append(model_id)
            for referred in re.findall(r"IPY_MODEL_(\w+)", canonical(models[model_id])):
                visit(referred)

    for model_id in shown_models(notebook):
        visit(model_id)
    while rest := [model_id for model_id in models if model_id not in order]:
        # ids not yet numbered are random: blank them before comparing the states
        names = {model_id: "" for model_id in rest}
        names |= {model_id: str(n) for n, model_id in enumerate(order)}
        visit(min(rest, key=lambda m: renamed(canonical(models[m]), names)))
    return order


def canonical(value):
    """JSON with sorted keys."""
    return json.dumps(value, sort_keys=True)


def renamed(text, names):
    """`text` with every 32-digit model id replaced at once by its new name."""
    return re.sub(r"[0-9a-f]{32}", lambda found: names.get(found[0], found[0]), text)


def with_fixed_models(notebook, name):
    """Number the widget models of the page in order, under ids made from page and number."""
    names = {
        old: hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:32]
        for number, old in enumerate(model_order(notebook))
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = json.loads(renamed(json.dumps(cell.outputs), names))
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
    if "widgets" in notebook.metadata:
        state = json.loads(renamed(json.dumps(notebook.metadata.widgets), names))
        notebook.metadata.widgets = nbformat.from_dict(state)
    return notebook


def normal_form(notebook, name, colab=None):
    """A copy of the notebook in normal form; `name` tells the pages apart in model ids.

    Applied twice it changes nothing, and two executions of one page have the same normal form.
    """
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook = with_colab_cell(notebook, colab or colab_source())
    notebook = without_noise(notebook)
    notebook = with_fixed_ids(notebook)
    notebook = with_merged_streams(notebook)
    notebook = without_addresses(notebook)
    notebook = without_frames(notebook)
    notebook = without_stale_assets(notebook)
    notebook = with_alt_texts(notebook)
    notebook = with_folded_sentences(notebook)
    return with_fixed_models(notebook, name)


def text_of(notebook):
    """The notebook as it is written to disk: sorted keys, one trailing newline."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def read(path):
    """The notebook at `path`, in the current notebook format."""
    return nbformat.read(path, as_version=4)


# --- execution --------------------------------------------------------------------------------


async def execute(notebook, folder):
    """(executed copy, Meter) of the notebook in a fresh kernel; raises at the first error."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        extra_arguments=["--log-level=ERROR", *KERNEL_OPTIONS],
    )
    async with client.async_setup_kernel(env=os.environ | {"PYTHONHASHSEED": "0"}):
        meter = Meter(client.km.provisioner.pid)
        try:
            for index, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, index)
        finally:
            meter.stop()
        client.set_widgets_metadata()
    return notebook, meter


def reseeded(notebook, offset):
    """A copy in which every literal seed is larger by `offset`; the prose stays."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(
                r"(default_rng\(|\brng=|\bseed=)(\d+)\b",
                lambda found: f"{found[1]}{int(found[2]) + offset}",
                cell.source,
            )
    return notebook


async def failures(notebook, folder):
    """{cell id: error} of what no longer holds when the page runs to its end."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.tags = [*cell.metadata.get("tags", []), "raises-exception"]
    page, _ = await execute(notebook, folder)
    return {
        cell.id: f"{output.ename}: {output.evalue}"
        for cell in page.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" and THIS_SEED not in cell.metadata.tags
    }


async def reseed(paths, offset):
    """Report what does not survive other random numbers; True when all of it does.

    One in four hundred results lies beyond three of its errors by chance: a cell counts as failed
    when it fails with two other seeds, which chance alone does once in a hundred thousand times.
    """
    good = True
    for path in paths:
        page = read(path)
        if reseeded(page, offset) == page:
            continue
        failed = await failures(reseeded(page, offset), path.parent)
        lines = [f"once: {error}" for error in failed.values()]
        if failed:
            again = await failures(reseeded(page, 2 * offset), path.parent)
            lines += [f"TWICE: {again[cell]}" for cell in failed if cell in again]
            good = good and not failed.keys() & again.keys()
        print(f"{path.stem:24} {len(failed)} failed", *lines, sep="\n    ", flush=True)
    return good


async def rebuild(path, *, run, stills=False, folder=FOLDER):
    """(new text, note) of the page at `path`, executed if `run`; a failed page raises."""
    page = with_colab_cell(read(path), colab_source())
    note = ""
    if run:
        page, meter = await execute(page, path.parent)
        page = sharp(page)
        note = f"{meter.seconds:6.1f} s {meter.megabytes:6.0f} MB"
    if stills:
        await add_stills(views(page), widget_models(page), path.stem, folder)
    return text_of(normal_form(page, path.stem)), note


async def rebuild_all(paths, *, run, check, stills=False):
    """Rebuild the pages, report each as it is done; True when all ran and, in a check, agree."""
    turns = asyncio.Semaphore(PAGES_AT_A_TIME)

    async def one(path):
        async with turns:
            try:
                folder = Path(scratch) if check else FOLDER
                text, note = await rebuild(path, run=run, stills=stills, folder=folder)
            except (CellControlSignal, DeadKernelError) as error:
                report = re.sub(r"\x1b\[[\d;]*m", "", str(error))  # without colours
                print(f"{path.stem:24} FAILED\n{report}", file=sys.stderr)
                return False
        same = text == path.read_text(encoding="utf-8")
        if not same and not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.stem:24} {note}  {'unchanged' if same else 'changed'}", flush=True)
        return same or not check

    # Pages of reference are made from what the others store: they come after them.
    late = [path for path in paths if path.parent.name == "reference"]
    early = [path for path in paths if path not in late]
    with tempfile.TemporaryDirectory() as scratch:
        done = [await asyncio.gather(*map(one, wave)) for wave in (early, late)]
    return all(sum(done, []))


def main(arguments=None):
    """Exit status 0 when every page ran and, with --check, every page is as it is stored."""
    parser = argparse.ArgumentParser(description="Execute and normalize the pages of the book.")
    parser.add_argument("pages", nargs="*", help="names or paths; all pages of _toc.yml if none")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    parser.add_argument("--text", action="store_true", help="do not execute, only normalize")
    parser.add_argument("--stills", action="store_true", help="do not execute, renew the stills")
    parser.add_argument("--reseed", type=int, metavar="N", help="try with every seed larger by N")
    options = parser.parse_args(arguments)
    try:
        paths = chosen(options.pages)
    except ValueError as error:
        parser.error(str(error))
    if options.reseed:
        return 0 if asyncio.run(reseed(paths, options.reseed)) else 1
    run = not (options.text or options.stills)
    stills = run or options.stills
    done = asyncio.run(rebuild_all(paths, run=run, stills=stills, check=options.check))
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
