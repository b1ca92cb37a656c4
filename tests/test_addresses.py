"""Links of the book to a state of a figure: the figure is there, and has such a state."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

BOOK = Path(__file__).resolve().parents[1] / "book"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
LINK = re.compile(r'href="([^"#]*)#figure-(\d+):([^"]*)"')


def figures(path):
    """The states of the figures of a page, in their order."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    views = [output["data"][VIEW] for output in outputs if VIEW in output.get("data", {})]
    return [models[view["model_id"]]["state"] for view in views]


def links():
    for path in sorted([*BOOK.rglob("*.ipynb"), *BOOK.rglob("*.md")]):
        text = path.read_text(encoding="utf-8").replace('\\"', '"')
        for page, number, pairs in LINK.findall(text):
            target = path.parent / page.replace(".html", ".ipynb") if page else path
            yield pytest.param(target, int(number), pairs, id=f"{path.stem}-{number}-{pairs[:20]}")


def written(value):
    """A value as JavaScript writes it into an address."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def can_be(control, text):
    """Whether a control has the value that a text of an address stands for."""
    if "options" in control:
        return text in [written(value) for value, _ in control["options"]]
    return control["low"] <= float(text) <= control["high"]


@pytest.mark.parametrize("page, number, pairs", list(links()))
def test_a_link_leads_to_a_state_that_the_figure_has(page, number, pairs):
    shown = figures(page)
    assert number <= len(shown), f"{page.name} has {len(shown)} figures"
    controls = {
        c["trait"]: c for c in shown[number - 1]["spec"]["controls"] if c["kind"] != "button"
    }
    for pair in pairs.split(","):
        trait, _, text = pair.partition("=")
        assert trait in controls, f"the figure has {sorted(controls)}"
        assert can_be(controls[trait], unquote(text)), f"{trait} cannot be {text}"


def test_the_book_has_such_links():
    assert len(list(links())) > 2
