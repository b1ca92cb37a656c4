"""Figures of a page: one format each, the same bytes each time, and no smaller than they may be."""

import base64
import io
import re
import sys
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from nbformat.v4 import new_code_cell, new_notebook, new_output  # noqa: E402
from PIL import Image  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "book" / "_theme")]

import draw  # noqa: E402
import pages  # noqa: E402
import recolour  # noqa: E402
import sharp  # noqa: E402
from drawings import DRAWINGS  # noqa: E402

from rgcourse._palette import DARK, LIGHT, contrast  # noqa: E402

VIEW = {"model_id": "0"}
TELEPHONE = 358  # pixels for a drawing, on one 390 pixels wide


def figure(points=500, picture=False):
    """(SVG, PNG in base64) as the kernel sends them."""
    with plt.style.context("rgcourse.course"):
        made, ax = plt.subplots()
        if picture:
            ax.imshow(np.eye(8))
        else:
            ax.plot(np.sin(np.arange(points)), label="$x^2$")
        ax.set(xlabel="step", ylabel="value")
        files = io.StringIO(), io.BytesIO()
        made.savefig(files[0], format="svg", bbox_inches="tight")
        made.savefig(files[1], format="png", bbox_inches="tight", dpi=200)
        plt.close(made)
    return files[0].getvalue(), base64.b64encode(files[1].getvalue()).decode()


def page(*figures, **others):
    outputs = [
        new_output(
            "display_data",
            data={sharp.SVG: svg, sharp.PNG: png} | others,
            metadata={sharp.PNG: {"width": 660, "height": 380}},
        )
        for svg, png in figures
    ]
    return new_notebook(cells=[new_code_cell("plot()", outputs=outputs)])


def kinds(notebook):
    return [
        sorted(kind for kind in output.data if kind.startswith("image"))
        for output in notebook.cells[0].outputs
    ]


def test_a_small_figure_is_vector_and_always_the_same_bytes():
    first, second = (sharp.sharp(page(figure())) for _ in range(2))
    assert kinds(first) == [[sharp.SVG]]
    assert first.cells[0].outputs[0].data == second.cells[0].outputs[0].data
    assert sharp.sharp(first) == first  # once is enough
    svg = first.cells[0].outputs[0].data[sharp.SVG]
    assert "date" not in svg and "<!--" not in svg and svg.startswith("<svg")


def test_a_small_vector_figure_is_the_figure(tmp_path):
    svg, _ = figure()
    small = sharp.small_svg(svg)
    assert len(small) < 0.75 * len(svg)
    assert small.count("<path") == svg.count("<path") and small.count("<use") == svg.count("<use")
    assert recolour.size(small) == recolour.size(svg)
    for name in set(re.findall(r"#([\w.-]+)['\")]", small)) - {one[1:] for one in colours()}:
        assert re.search(rf"id=['\"]{name}['\"]", small) or len(name) == 6


def colours():
    return [*LIGHT.values(), *DARK.values()]


@pytest.mark.parametrize(
    "made", [lambda: figure(picture=True), lambda: figure(points=20_000)], ids=["image", "large"]
)
def test_a_figure_of_many_points_or_pixels_has_two_pixels_for_each_of_the_screen(made, monkeypatch):
    monkeypatch.setattr(sharp, "SVG_BYTES", 30_000)
    notebook = sharp.sharp(page(made()))
    output = notebook.cells[0].outputs[0]
    assert kinds(notebook) == [[sharp.PNG]]
    assert output.metadata[sharp.PNG] == {"width": 660, "height": 380}
    with Image.open(io.BytesIO(base64.b64decode(output.data[sharp.PNG]))) as image:
        assert image.mode == "P" and round(image.info["dpi"][0]) == 200
        assert float(image.info["text_points"]) == 10.5


def test_the_largest_figures_become_pixels_where_the_page_would_be_too_large(monkeypatch):
    monkeypatch.setattr(sharp, "PAGE_BYTES", 10)
    monkeypatch.setattr(sharp, "few_colours", lambda png, points: "tiny")
    assert kinds(sharp.sharp(page(figure(), figure()))) == [[sharp.PNG], [sharp.PNG]]


def test_the_still_of_a_live_figure_stays_as_it_is():
    bundle = page(figure(), **{pages.WIDGET_VIEW: VIEW})
    assert kinds(sharp.sharp(bundle)) == [[sharp.PNG]]
    alone = new_output("display_data", data={pages.WIDGET_VIEW: VIEW, sharp.PNG: "still"})
    notebook = new_notebook(cells=[new_code_cell("Lab()", outputs=[alone])])
    assert sharp.sharp(notebook).cells[0].outputs[0].data[sharp.PNG] == "still"


# --- themes -----------------------------------------------------------------------------------


def test_each_colour_of_the_palette_becomes_its_twin():
    for role, colour in LIGHT.items():
        assert recolour.dark(f"fill: {colour}") == f"fill: {DARK[role]}"


@pytest.mark.parametrize("colour", ["#000080", "#123456", "#3b0f70", "#00224e", "#414d6b"])
def test_no_mark_is_lost_on_dark_paper(colour):
    assert contrast(recolour.dark_colour(colour), DARK["bg"]) >= recolour.LEAST_CONTRAST


def test_the_least_width_keeps_the_letters():
    svg = sharp.small_svg(figure()[0])
    width, points = recolour.size(svg)[0], recolour.smallest_text(svg)
    assert points == 10.5
    least = recolour.least_width(width, points)
    shown = points * recolour.PIXELS_PER_POINT * least / width
    assert shown == pytest.approx(recolour.LEAST_PIXELS, rel=0.01)
    assert recolour.least_width(width, 0) == 0


# --- drawings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_what_its_code_draws(name):
    stored = (draw.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert stored == draw.drawn(DRAWINGS[name], DRAWINGS[name].height), "run tools/draw.py"
    width, points = recolour.size(stored)[0], recolour.smallest_text(stored)
    assert points * recolour.PIXELS_PER_POINT * TELEPHONE / width >= 9
    known = {colour.lower() for colour in LIGHT.values()}
    assert set(re.findall(r"#[0-9a-f]{6}\b(?!['\")])", stored)) <= known | {"#ffffff"}


def test_every_drawing_is_in_a_page_and_every_page_has_its_drawings():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "book").rglob("*.ipynb")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "book").rglob("*.md")]
    used = set(re.findall(r"images/drawings/(\w+)\.svg", "\n".join(texts)))
    files = {path.stem for path in draw.FOLDER.glob("*.svg")}
    assert used == files == set(DRAWINGS)


def test_an_unknown_drawing_is_refused(capsys):
    with pytest.raises(SystemExit):
        draw.main(["four_spin"])
    assert "no drawing four_spin; there are" in capsys.readouterr().err
