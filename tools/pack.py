"""Pack the built book for who has no network, and its pictures for who makes slides.

    python tools/pack.py            write _build/zooming_out.zip and _build/figures.zip

The first is the book as it is: unpacked anywhere, its `index.html` opens with all figures alive.
The second has the pictures of every page under the page's name, in order, and what they show.
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
    """The pictures of a page, of live figures the light still: [(file, words)]."""
    tags = IMAGE.findall(page.read_text(encoding="utf-8"))
    shown = [tag for tag in tags if "rgw-still-dark" not in tag and "_images/" in tag]
    return [((page.parent / attribute(t, "src")).resolve(), attribute(t, "alt")) for t in shown]


def pack_book(built, path):
    """Write the book as one folder in a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(built.rglob("*")):
            if file.is_file():
                archive.write(file, Path(NAME) / file.relative_to(built))


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
    book, pictures = (BUILT.parent / f"{name}.zip" for name in (NAME, "figures"))
    pack_book(BUILT, book)
    count = pack_figures(BUILT, pictures)
    print(f"{book.relative_to(ROOT)}  {book.stat().st_size / 1e6:.0f} MB")
    print(f"{pictures.relative_to(ROOT)}  {pictures.stat().st_size / 1e6:.0f} MB, {count} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
