"""The built book in a real browser, with no way out of this machine.

site        address of the built book, as any web server serves it; subpath_site, not at its root
browser     the system's Chromium, started once
open_page   open_page(width=360, reduced_motion="reduce", ...) -> a new page, gated
page        open_page() at desktop width
mount       mount(figure, ...) -> a page of `open_page` in which a live figure is alive
poll        poll(lambda: ...) waits until it is true and returns its value

A gated page collects in `page.blocked` every request that wanted to leave the machine and in
`page.errors` every error of the console, uncaught or logged. RGCOURSE_HTML=folder tests a book
built elsewhere; CHROMIUM=program another browser.
"""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from figures import FLAGS, chromium, write_bundle, write_page
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds: what has not come by then hangs, on however slow a machine
OUTSIDE = re.compile(r"^(https?|wss?)://(?!(localhost|127\.0\.0\.1)(:|/|$))")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# --- the book ---------------------------------------------------------------------------------


def newest(paths):
    """The latest time of change of the files, 0 for none."""
    return max((path.stat().st_mtime for path in paths if path.is_file()), default=0)


def sources():
    """Everything the built book is made of."""
    yield from (ROOT / name for name in ("_config.yml", "_toc.yml", "CITATION.cff"))
    for folder in ("book", "rgcourse"):
        yield from (p for p in (ROOT / folder).rglob("*") if "__pycache__" not in p.parts)


@pytest.fixture(scope="session")
def html():
    """The folder of the built book; built strictly when it is missing or older than a source."""
    if "RGCOURSE_HTML" in os.environ:
        return Path(os.environ["RGCOURSE_HTML"])
    folder = ROOT / "_build/html"
    if not (folder / "index.html").exists() or newest(folder.rglob("*")) < newest(sources()):
        # from nothing: Sphinx is silent about the warnings of pages it has read before
        shutil.rmtree(ROOT / "_build", ignore_errors=True)
        program = Path(sys.executable).with_name("jupyter-book")
        command = [program, "build", ".", "-W", "-n", "--keep-going"]
        build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if build.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            report = (build.stdout + build.stderr)[-4000:]
            pytest.fail(f"the book does not build without warnings:\n{report}", pytrace=False)
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of `directory` under the address `/prefix/`, and nothing elsewhere."""

    def __init__(self, *args, prefix, **options):
        self.prefix = prefix
        super().__init__(*args, **options)

    def translate_path(self, path):
        inside = path.startswith(self.prefix + "/")
        return super().translate_path(
            path.removeprefix(self.prefix) if inside else "/nowhere at all"
        )

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def serve():
    """`serve(folder, prefix="")` -> address of a small web server, until the session ends."""
    servers = []

    def start(folder, prefix=""):
        handler = functools.partial(Handler, directory=str(folder), prefix=prefix)
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        turn = functools.partial(servers[-1].serve_forever, poll_interval=0.05)
        threading.Thread(target=turn, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}{prefix}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(html, serve):
    return serve(html)


@pytest.fixture(scope="session")
def subpath_site(html, serve):
    """The site as GitHub Pages serves it: not at the root of the host."""
    return serve(html, prefix="/someone/course")


# --- the browser ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        try:
            path = chromium(playwright)
        except RuntimeError as none:
            if os.environ.get("CI"):
                pytest.fail(str(none), pytrace=False)
            pytest.skip(str(none))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """`open_page(width=1280, height=900, **options of a Playwright context)` -> a gated page."""
    contexts = []

    def open_one(*, width=1280, height=900, **options):
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, service_workers="block", **options)
        contexts.append(context)
        page = context.new_page()
        page.errors, page.blocked = [], []

        def block(route):
            page.blocked.append(route.request.url)
            route.abort()

        def logged(message):
            if message.type == "error":
                page.errors.append(f"{message.text} ({message.location.get('url', '')})")

        def socket(opened):
            if OUTSIDE.match(opened.url):
                page.blocked.append(opened.url)

        context.route(OUTSIDE, block)

        def answered(response):
            if response.status >= 400:
                page.errors.append(f"{response.status} {response.url}")

        page.on("console", logged)
        page.on("response", answered)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("websocket", socket)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture(scope="session")
def figures_site(serve, tmp_path_factory):
    """A folder for pages with one figure, and its address."""
    folder = tmp_path_factory.mktemp("figures")
    write_bundle(folder)
    return folder, serve(folder)


@pytest.fixture
def mount(figures_site, open_page):
    """`mount(figure, **options of open_page)` -> a page in which the figure is alive."""
    folder, address = figures_site

    def open_figure(figure, *, script=None, alive=True, **options):
        write_page(figure, folder / f"{figure.model_id}.html")
        page = open_page(**options)
        page.set_default_timeout(1000 * PATIENCE)
        if script:
            page.add_init_script(script)
        page.goto(f"{address}/{figure.model_id}.html")
        if alive:
            page.locator("figure.rgw").wait_for()
        return page

    return open_figure


@pytest.fixture(scope="session")
def poll(browser):
    """`poll(predicate)` -> its first true value; AssertionError with the last one.

    Between two looks a blank page waits in the browser: a plain sleep would not let the events of
    the other pages in (their errors, their addresses).
    """
    blank = browser.new_page()

    def wait_until(predicate, timeout=PATIENCE, every=0.03):
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            if time.monotonic() > deadline:
                raise AssertionError(f"still {value!r} after {timeout} s")
            blank.wait_for_timeout(1000 * every)
        return value

    yield wait_until
    blank.close()
