"""Pack the built book for who has no network, its slides, and its pictures for who makes slides.

    python tools/pack.py     write zooming_out.zip, slides.zip and figures.zip into _build

The first is the book as it is: unpacked anywhere, its `index.html` opens with all figures alive.
The second has what `tools/slides.py` has made. The third has the pictures of every page under the
page's name, in order, and what they show.
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
IMAGE = re.compile(r"<img\b[^>]*>")


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


def main():
    if not (BUILT / "index.html").exists():
        print("there is no built book in _build/html: run make book", file=sys.stderr)
        return 1
    book, talks, pictures = (BUILT.parent / f"{name}.zip" for name in (NAME, "slides", "figures"))
    counts = {
        book: f"{pack_folder(BUILT, NAME, book)} files",
        talks: f"{pack_folder(BUILT.parent / 'slides', 'slides', talks)} pages",
        pictures: f"{pack_figures(BUILT, pictures)} pictures",
    }
    for path, count in counts.items():
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.0f} MB, {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
