"""The book as files: what the front page offers is what a release makes, and no link is dead."""

import re
import sys
import zipfile
from pathlib import Path

import yaml
from docutils import nodes

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book/_theme"), str(ROOT / "tools")]
import downloads  # noqa: E402
import pack  # noqa: E402


def links(found):
    return [link["refuri"] for node in found for link in node.findall(nodes.reference)]


def test_files_hang_on_the_newest_release_of_the_repository():
    found = downloads.offered("https://code.example.org/rg/")
    start = "https://code.example.org/rg/releases/latest/download/"
    assert links(found) == [start + name for name in downloads.FILES]


def test_without_a_repository_nothing_is_linked_and_the_command_is_named():
    found = downloads.offered(None)
    assert links(found) == []
    assert "make release" in " ".join(node.astext() for node in found)


def test_what_is_offered_is_what_a_release_carries():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^release: pdf zip ", makefile, re.M)
    made = {"zooming_out.pdf", *(f"{name}.zip" for name in pack.NAMES)}
    assert set(downloads.FILES) <= made and "_build/zooming_out.pdf:" in makefile
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    (attached,) = [step["with"]["files"] for step in steps["jobs"]["files"]["steps"]
                   if "action-gh-release" in step.get("uses", "")]  # fmt: skip
    assert attached.split() == ["_build/*.pdf", "_build/*.zip"]


def test_the_front_page_offers_them():
    assert "{downloads}" in (ROOT / "book/intro.ipynb").read_text(encoding="utf-8")


def test_the_bundle_of_notebooks_is_what_its_pages_read(tmp_path):
    wheel = tmp_path / "rgcourse-9.9-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    count = pack.pack_notebooks(ROOT, wheel, tmp_path / "notebooks.zip")
    with zipfile.ZipFile(tmp_path / "notebooks.zip") as archive:
        names, readme = set(archive.namelist()), archive.read("notebooks/README.txt").decode()
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    listed = [name for name in re.findall(r"(?:root|file): (\S+)", toc)
              if (ROOT / f"{name}.ipynb").exists()]  # fmt: skip
    assert count == len(listed) > 30
    assert {f"notebooks/{name}.ipynb" for name in listed} <= names
    assert {"notebooks/_toc.yml", f"notebooks/{wheel.name}"} <= names
    assert "notebooks/benchmarks/growth.json" in names
    assert f'"./{wheel.name}[learn,matter]"' in readme
    (extras,) = re.findall(r"-e \.\[([\w,]+)\]", (ROOT / "environment.yml").read_text())
    assert {*extras.split(",")} - {"book", "scale"} == {"learn", "matter"}
