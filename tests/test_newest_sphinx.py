"""The comparison of the book with one that the newest Sphinx makes by itself finds what differs."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import newest_sphinx  # noqa: E402

PAGE = "<nav>list</nav><article><h1>Flow<a class='headerlink'>#</a></h1><p>to {}</p></article>"


def books(folder, ours, theirs):
    for side, texts in (("ours", ours), ("theirs", theirs)):
        (folder / side / "book").mkdir(parents=True)
        for name, text in texts.items():
            (folder / side / "book" / f"{name}.html").write_text(PAGE.format(text))
    return folder / "ours", folder / "theirs"


def test_the_same_words_are_the_same_book(tmp_path):
    plain = "the fixed point <span class=math>a{b} c</span>"
    spaced = "the  fixed\n<b>point</b><script>x</script> <span class=math>a {b}\nc</span>"
    assert newest_sphinx.compare(*books(tmp_path, {"a": plain}, {"a": spaced})) == {}


def test_another_word_and_another_page_are_found(tmp_path):
    ours, theirs = {"a": "the fixed point", "b": ""}, {"a": "the point here", "c": ""}
    assert newest_sphinx.compare(*books(tmp_path, ours, theirs)) == {
        "book/a.html": ["Flow to the [-fixed-] [++]", "to the fixed point [--] [+here+]"],
        "book/b.html": ["is not there"],
        "book/c.html": ["is there, and not in the other"],
    }


def test_the_configuration_needs_no_jupyter_book():
    text = "extensions = ['myst_nb', 'jupyter_book', 'look']\nnumfig = True\n"
    text += "bibtex_bibfiles = ['book/references.bib']\n"
    settings, path = {}, list(sys.path)
    try:
        exec(newest_sphinx.plain_configuration(text, ROOT), settings)
        assert sys.path[0] == str(ROOT / "book/_theme")
    finally:
        sys.path[:] = path
    assert settings["extensions"] == ["myst_nb", "look"] and settings["numfig"]
    assert Path(settings["external_toc_path"]).is_file()
    assert all(Path(name).is_file() for name in settings["bibtex_bibfiles"])


def test_without_a_book_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(newest_sphinx, "ROOT", tmp_path)
    assert "run `make book` first" in newest_sphinx.main([])


@pytest.mark.parametrize("name", ["sphinx", "numpydoc"])
def test_packages_are_named_once(name):
    assert newest_sphinx.PACKAGES.count(name) == 1
