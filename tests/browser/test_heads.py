"""Every page of the built book as others read it: what its head, its data and its foot say."""

import html as escapes
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "book/_theme")]
import citation  # noqa: E402
import pages  # noqa: E402

TAG = r'<meta (?:name|property)="{}" content="([^"]*)"'
DATA = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.S)


def told(text, name):
    """The content of a tag in the head."""
    return escapes.unescape(re.search(TAG.format(name), text)[1])


@pytest.mark.parametrize("name", pages.toc_files())
def test_a_page_says_the_same_to_all(name, html):
    text = (html / f"{name}.html").read_text(encoding="utf-8")
    (data,) = map(json.loads, DATA.findall(text))
    assert data["name"] == told(text, "og:title")
    assert data["description"] == told(text, "description")
    assert data["@type"] == ("Course" if name == "book/intro" else "LearningResource")
    head = re.search(r"<em>Routes?: [^<]*?\. (\d+) minutes", text)
    minutes = f"PT{head[1]}M" if head and name != "book/intro" else None
    assert data.get("timeRequired") == minutes
    assert ("teaches" in data) == ("<strong>You will learn</strong>" in text)
    foot = re.search(r'<footer class="bd-footer-content">.*?</footer>', text, re.S)[0]
    assert all(
        f'rel="license" href="{one[2]}"' in foot for one in citation.licenses(citation.read())
    )
    assert "executablebooks" not in text, "the address that Jupyter Book puts where none is given"
    assert "Cite as: " in foot and ("/about.html" in foot) == (
        not name.startswith("book/reference")
    )
