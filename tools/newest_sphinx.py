"""Build the book with the newest Sphinx, without Jupyter Book, and compare the text of all pages.

    python tools/newest_sphinx.py              # needs the book, built by `make book`
    python tools/newest_sphinx.py --keep       # with the environment of the last time

The configuration is what `jupyter-book config sphinx` makes of `_config.yml`, the environment is a
new one with the newest versions of everything, and the build is strict. Where it fails, or a page
has other words, the day has come to look at it; the book itself is still built by Jupyter Book.
All of it goes into `_build/newest`.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("_build/newest")
BUILT = Path("_build/html")
# What stands behind `extensions` of the configuration, and what the book's own extensions import.
PACKAGES = [
    "sphinx", "myst-nb", "sphinx-book-theme", "sphinx-comments", "sphinx-copybutton",
    "sphinx-design", "sphinx-exercise", "sphinx-external-toc", "sphinx-jupyterbook-latex",
    "sphinx-multitoc-numbering", "sphinx-thebe", "sphinx-togglebutton", "sphinxcontrib-bibtex",
    "beautifulsoup4", "hatchling", "numpydoc",
]  # fmt: skip
SHOWN = ["sphinx", "myst-nb", "myst-parser", "sphinx-book-theme", "pydata-sphinx-theme", "docutils"]
VERSIONS = "import sys, importlib.metadata as m\nfor n in sys.argv[1:]: print(n, m.version(n))"
NO_WORDS = ["script", "style", "svg", "button", ".headerlink", ".rgw-slot"]
DIFFERENCES = 20  # lines shown of a page


def plain_configuration(text, root):
    """What `jupyter-book config sphinx` writes, for a Sphinx that knows no Jupyter Book."""
    settings = {}
    exec(text, settings)  # our own file: names and plain values
    changed = {
        "extensions": [name for name in settings["extensions"] if name != "jupyter_book"],
        # what is told from the folder of the configuration, which is not that of the book here
        "external_toc_path": str(root / "_toc.yml"),
        "bibtex_bibfiles": [str(root / name) for name in settings["bibtex_bibfiles"]],
    }
    lines = [f"import sys\n\nsys.path.insert(0, {str(root / 'book/_theme')!r})", text]
    return "\n".join([*lines, *(f"{name} = {value!r}" for name, value in changed.items()), ""])


def words(html):
    """The words of the article of a page, in order."""
    page = BeautifulSoup(html, "html.parser")
    article = page.select_one("article") or page
    for noise in article.select(", ".join(NO_WORDS)):
        noise.decompose()
    for formula in article.select(".math"):  # blanks mean nothing there
        formula.string = "".join(formula.get_text().split())
    return article.get_text(" ").split()


def difference(ours, theirs):
    """Lines that tell where the words of two pages differ; none for the same words."""
    found = []
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            before = " ".join(ours[max(a - 4, 0) : a])
            found.append(f"{before} [-{' '.join(ours[a:b])}-] [+{' '.join(theirs[c:d])}+]")
    return found


def compare(ours, theirs):
    """{page: what differs} of two built books."""
    names = {p.relative_to(ours).as_posix() for p in (ours / "book").rglob("*.html")}
    others = {p.relative_to(theirs).as_posix() for p in (theirs / "book").rglob("*.html")}
    found = {name: ["is not there"] for name in sorted(names - others)}
    found |= {name: ["is there, and not in the other"] for name in sorted(others - names)}
    for name in sorted(names & others):
        pair = [words((folder / name).read_text(encoding="utf-8")) for folder in (ours, theirs)]
        # equal pages are many and long, and need no matching
        lines = [] if pair[0] == pair[1] else difference(*pair)
        if lines:
            found[name] = lines
    return found


def run(*command):
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)


def environment(folder):
    """The Python of a new environment with the newest of everything."""
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "--quiet", "--clear", folder, "--python", sys.executable)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(*uv, "pip", "install", "--quiet", "--upgrade", "--python", python, "-e", ".", *PACKAGES)
    return python


def configuration(folder):
    """`conf.py` in the folder, made of `_config.yml`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "_config.yml", folder)
    program = Path(sys.executable).with_name("jupyter-book")
    run(program, "config", "sphinx", ".", "--config", folder / "_config.yml")
    path = folder / "conf.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(plain_configuration(text, ROOT), encoding="utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="the environment of the last time")
    options = parser.parse_args(arguments)
    if not (ROOT / BUILT / "index.html").exists():
        return f"no book in {BUILT}, to which the new one is compared; run `make book` first"
    folder = ROOT / FOLDER
    python = folder / "venv/bin/python"
    if not options.keep or not python.exists():
        python = environment(folder / "venv")
    run(python, "-c", VERSIONS, *SHOWN)
    configuration(folder)
    shutil.rmtree(folder / "html", ignore_errors=True)
    strict = ["-W", "-n", "--keep-going", "-q"]
    run(python, "-m", "sphinx", *strict, "-c", folder, "-d", folder / "trees", ".", folder / "html")
    found = compare(ROOT / BUILT, folder / "html")
    for name, lines in found.items():
        print(f"{name}: {len(lines)} differences", *lines[:DIFFERENCES], sep="\n  ")
    if found:
        return f"{len(found)} pages have other words under the newest Sphinx"
    print("the words of all pages are the same under the newest Sphinx")


if __name__ == "__main__":
    sys.exit(main())
