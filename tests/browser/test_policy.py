"""Under a strict content policy, which forbids eval, figures and the widgets of others run."""

import functools
import http.server
import json
import threading
from pathlib import Path

import ipywidgets
import pytest
from conftest import Handler
from ipywidgets.embed import embed_data

VENDOR = Path(__file__).resolve().parents[2] / "book/_theme/vendor"
POLICY = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:"
KIND = "application/vnd.jupyter.widget"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>a slider</title><script src="rg-widgets.js" defer></script></head><body>
<script type="{kind}-view+json">{view}</script><script type="{kind}-state+json">{state}</script>
</body></html>"""


class Strict(Handler):
    """What a university's server may add to each answer."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture
def strict():
    """`strict(folder)` -> address of a server with that policy."""
    servers = []

    def start(folder):
        handler = functools.partial(Strict, directory=str(folder), prefix="")
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", ["intro", "zooming_out/block_spins", "kondo/numerical_rg"])
def test_pages_of_the_book_run(name, html, strict, open_page, poll):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{strict(html)}/book/{name}.html")
    poll(lambda: page.locator("figure.rgw canvas").count() > 0)
    poll(lambda: page.evaluate("window.MathJax?.startup?.document !== undefined"))
    assert (page.errors, page.blocked) == ([], [])


def test_widgets_of_others_run(tmp_path, strict, open_page, poll):
    slider = ipywidgets.IntSlider(7, description="spins")
    data = embed_data(views=[slider])
    view, state = json.dumps(data["view_specs"][0]), json.dumps(data["manager_state"])
    (tmp_path / "page.html").write_text(PAGE.format(kind=KIND, view=view, state=state))
    (tmp_path / "rg-widgets.js").write_bytes((VENDOR / "rg-widgets.js").read_bytes())
    page = open_page()
    page.goto(f"{strict(tmp_path)}/page.html")
    poll(lambda: page.get_by_text("spins").count() > 0)
    assert (page.errors, page.blocked) == ([], [])
