"""Pack the built book for who has no network, and what is made of it.

    python tools/pack.py     write zooming_out, slides, figures and notebooks.zip into _build

The first is the book as it is: unpacked anywhere, its `index.html` opens with all figures alive.
The second has what `tools/slides.py` has made. The third has the pictures of every page under the
page's name, in order, and what they show. The fourth has the pages as notebooks, with the package
that they import: what its README says is all that they need.
"""

import csv
import html
import io
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "_build" / "html"
NAME = "zooming_out"
NAMES = (NAME, "slides", "figures", "notebooks")  # of the archives
IMAGE = re.compile(r"<img\b[^>]*>")
README = """Learning by Zooming Out: its pages as notebooks, with the package that they import.

In this folder, with Python 3.11 or newer:

    python -m venv .venv
    .venv/bin/pip install "./{name}[learn,matter]" jupyterlab
    .venv/bin/jupyter lab book/intro.ipynb

On Windows it is .venv\\Scripts in the place of .venv/bin.
"""


def attribute(tag, name):
    """The value of an attribute of a tag, or ""."""
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def figures(page):
    """The pictures of a page, each as it is on white paper: [(file, words)]."""
    tags = IMAGE.findall(page.read_text(encoding="utf-8"))
    dark = re.compile(r"\brg(w-still)?-dark\b")
    shown = [tag for tag in tags if "_images/" in tag and not dark.search(attribute(tag, "class"))]
    return [((page.parent / attribute(t, "src")).resolve(), attribute(t, "alt")) for t in shown]


def pack_folder(folder, name, path):
    """Write a folder, called `name`, as a zip; how many files are in it."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, Path(name) / file.relative_to(folder))
    return len(files)


def pack_figures(built, path):
    """Write the pictures of all pages, and a table of what they show."""
    lines = [("picture", "page", "what it shows")]
    with zipfile.ZipFile(path, "w") as archive:  # pictures are packed already
        for page in sorted((built / "book").rglob("*.html")):
            for number, (file, words) in enumerate(figures(page), 1):
                name = f"{page.stem}-{number}{file.suffix}"
                archive.write(file, f"figures/{name}")
                lines.append((name, page.relative_to(built).as_posix(), words))
        table = io.StringIO()
        csv.writer(table, lineterminator="\n").writerows(lines)
        archive.writestr("figures/captions.csv", table.getvalue())
    return len(lines) - 1


def notebooks(root, wheel):
    """What the bundle of notebooks holds: {name: file}. Pages find one another by `_toc.yml`."""
    toc = root / "_toc.yml"
    listed = re.findall(r"(?m)^\W*(?:root|file): *(\S+)", toc.read_text(encoding="utf-8"))
    pages = [root / f"{page}.ipynb" for page in listed]
    files = [toc, *filter(Path.is_file, pages), *sorted((root / "benchmarks").glob("*.json"))]
    return {wheel.name: wheel} | {file.relative_to(root).as_posix(): file for file in files}


def pack_notebooks(root, wheel, path):
    """Write the pages as notebooks, the package, and how to install it; how many pages."""
    files = notebooks(root, wheel)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notebooks/README.txt", README.format(name=wheel.name))
        for name, file in files.items():
            archive.write(file, f"notebooks/{name}")
    return sum(name.endswith(".ipynb") for name in files)


def main():
    if not (BUILT / "index.html").exists():
        print("there is no built book in _build/html: run make book", file=sys.stderr)
        return 1
    book, talks, pictures, sources = (BUILT.parent / f"{name}.zip" for name in NAMES)
    (wheel,) = (BUILT / "_static").glob("*.whl")
    counts = {
        book: f"{pack_folder(BUILT, NAME, book)} files",
        talks: f"{pack_folder(BUILT.parent / 'slides', 'slides', talks)} pages",
        pictures: f"{pack_figures(BUILT, pictures)} pictures",
        sources: f"{pack_notebooks(ROOT, wheel, sources)} notebooks",
    }
    for path, count in counts.items():
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.0f} MB, {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
