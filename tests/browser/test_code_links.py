"""The pages of the package in the built book: no public name is missing, no link leads nowhere."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

import rgcourse

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "book/_theme"), str(ROOT / "tools")]
import code_pages  # noqa: E402
import pages  # noqa: E402

LINK = re.compile(r'<a class="rg-name[^"]*" href="([^"#]*)#([^"]+)"')
CODE = [name for name in pages.toc_files() if name.startswith("book/package/")]


def texts(html):
    return {name: (html / f"{name}.html").read_text(encoding="utf-8") for name in pages.toc_files()}


@pytest.fixture(scope="module")
def book(html):
    return texts(html)


def ids(text):
    return set(re.findall(r'\bid="([^"]+)"', text))


def test_every_public_name_has_an_entry(book):
    found = set().union(*(ids(book[name]) for name in CODE))
    modules = [name for name in rgcourse.__all__ if code_pages.is_module(name)]
    names = [f"rgcourse.{module}.{name}" for module in modules
             for name in code_pages.listed(module)[0]]  # fmt: skip
    assert len(names) > 400
    assert [name for name in names if name not in found] == []
    assert [name for name in modules if f"module-rgcourse.{name}" not in found] == []


def test_links_by_name_lead_to_entries(book):
    there = {name: ids(text) for name, text in book.items()}
    linking, lost = set(), []
    for name, text in book.items():
        for path, identity in LINK.findall(text):
            file = (Path("/", name).parent / path).resolve() if path else Path("/", f"{name}.html")
            target = str(file).removeprefix("/").removesuffix(".html")
            linking.add(name)
            if unquote(identity) not in there.get(target, ()):
                lost.append((name, path, identity))
    assert lost == []
    imports = {p.relative_to(ROOT).with_suffix("").as_posix() for p in pages.notebooks()
               if "from rgcourse" in p.read_text(encoding="utf-8")}  # fmt: skip
    assert imports - linking == set()


def test_a_page_of_the_package_is_light(book):
    assert {name: len(book[name]) for name in CODE if len(book[name]) > 500_000} == {}
