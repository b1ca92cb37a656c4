"""What a reader's connection must carry before something lives: bytes, not seconds."""

import gzip
from urllib.parse import unquote, urlsplit

import pytest

LIMIT = 400_000  # bytes, compressed as servers send them
PACKED = (".woff2", ".webp", ".png", ".jpg", ".gif", ".wasm")
ASKED_FOR = """() => {
  const [alive] = performance.getEntriesByName("rg-alive");
  if (!alive) return null;
  const all = performance.getEntriesByType("resource");
  return all.filter((entry) => entry.startTime < alive.startTime).map((entry) => entry.name);
}"""


def weight(path):
    """Bytes of a file on the line."""
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, 6))


@pytest.mark.parametrize("name", ["book/intro", "book/zooming_out/block_spins"])
def test_the_first_frame_is_light(name, html, site, page, poll, capsys):
    page.goto(f"{site}/{name}.html")
    asked = poll(lambda: page.evaluate(ASKED_FOR))
    paths = {html / unquote(urlsplit(address).path).lstrip("/") for address in asked}
    loads = {path.name: weight(path) for path in {*paths, html / f"{name}.html"} if path.is_file()}
    total = sum(loads.values())
    heaviest = sorted(loads.items(), key=lambda load: -load[1])[:8]
    with capsys.disabled():
        print(f"\n{name}: {total / 1e3:.0f} kB before the first frame; {heaviest}")
    assert not {"rg-widgets.js", "tex-mml-chtml.js"} & set(loads)
    assert total <= LIMIT
    page.wait_for_function("() => window.MathJax?.startup?.promise")
    assert page.errors == []
