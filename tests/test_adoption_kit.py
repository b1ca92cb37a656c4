"""What instructors may look at is current, tells no solution, and can be tried as it says."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import adoption_kit  # noqa: E402
import pack  # noqa: E402
import pages  # noqa: E402

KIT = adoption_kit.KIT


def cells(text):
    """Sources of the cells of a notebook but the one for Colab, whose address is that of a copy."""
    found = nbformat.reads(text, as_version=4).cells
    return [cell.source for cell in found if "google.colab" not in cell.source]


@pytest.fixture(scope="module")
def made():
    return adoption_kit.kit()


def test_the_kit_is_current(made):
    assert {path.name for path in KIT.iterdir()} == {*made, "warm_up.ipynb"}
    for name, text in made.items():
        there = (KIT / name).read_text(encoding="utf-8")
        same = cells(there) == cells(text) if name.endswith(".ipynb") else there == text
        assert same, f"{name} is stale: run python tools/adoption_kit.py"


def test_the_warm_up_is_marked_as_its_page_says(made):
    feedback = made["warm_up_feedback.txt"]
    assert "decimate: 8 of 8" in feedback and "measure: 0 of 8" in feedback
    assert "an error of 0.8" in feedback, "the spread of single pairs"


def test_the_commands_of_the_trial_name_what_there_is():
    guide = (ROOT / "book/coursework/instructor_guide.md").read_text(encoding="utf-8")
    named = set(re.findall(r"<\.\./\.\./instructor/kit/([\w.]+)>", guide))
    assert named == {"warm_up.ipynb", "warm_up_answered.ipynb"}
    assert named <= {path.name for path in KIT.iterdir()}
    assert f'href="../../_static/{pages.WHEEL}"' in guide
    assert f"RGCOURSE_SECRET={adoption_kit.variants.DEMO_SECRET}" in guide


def test_pictures_are_packed_once_with_their_words(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_images").mkdir()
    for name in ("a.webp", "b.webp", "c.png"):
        (tmp_path / "_images" / name).write_bytes(name.encode())
    (tmp_path / "book/flows.html").write_text(
        '<img class="rgw-still-light" src="../_images/a.webp" alt="a &amp; b">'
        '<img class="rgw-still-dark" src="../_images/b.webp" alt="the same">'
        '<img src="../_images/c.png" alt="c"><img src="../_static/logo.svg">'
    )
    assert pack.pack_figures(tmp_path, tmp_path / "figures.zip") == 2
    with pack.zipfile.ZipFile(tmp_path / "figures.zip") as archive:
        assert archive.read("figures/flows-2.png") == b"c.png"
        assert "flows-1.webp,book/flows.html,a & b" in archive.read("figures/captions.csv").decode()
