"""Every page of the built book at a desk, from `python -m http.server` in the unzipped site: light
and dark, two widths, an early picture, every live figure driven by mouse and by keyboard. The phone
is in test_phone.
"""

import re
import subprocess
import sys
import zipfile

import pytest
import visit

PAGES = visit.pages_to_visit()


@pytest.fixture(scope="session")
def unzipped_site(html, tmp_path_factory):
    """The site as somebody gets it by mail: zipped, unzipped, `python -m http.server`."""
    folder = tmp_path_factory.mktemp("mail")
    with zipfile.ZipFile(folder / "site.zip", "w") as archive:
        for path in html.rglob("*"):
            archive.write(path, path.relative_to(html))
    zipfile.ZipFile(folder / "site.zip").extractall(folder / "site")
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=folder / "site", **pipes) as server:
        port = re.search(r"port (\d+)", server.stdout.readline())[1]
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.mark.parametrize("name", PAGES)
def test_page_at_a_desk(name, unzipped_site, open_page, poll):
    page = open_page(width=1280, color_scheme="light")
    page.goto(f"{unzipped_site}/{name}.html")
    visit.settle(page, poll)
    complaints = visit.barriers(page) + visit.overflow(page, 1280)
    if name not in visit.WITHOUT_PICTURE:
        complaints += visit.late_picture(page)
    complaints += visit.unmoved(page, poll) + visit.troubles(page)
    if complaints or visit.ALL_PICTURES:
        for theme in ("dark", "light"):
            visit.use_theme(page, poll, theme)
            visit.picture(page, name, theme)
    complaints += visit.overflow(page, 768) + visit.faint(page, poll)
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_is_printed_light_from_either_theme(theme, subpath_site, open_page, poll):
    page = open_page(color_scheme=theme)
    page.goto(f"{subpath_site}/book/zooming_out/block_spins.html")
    visit.settle(page, poll)
    page.emulate_media(media="print", color_scheme=theme)
    still = page.locator("img.rgw-still-light").first
    assert still.is_visible() and page.locator("img.rgw-still-dark").first.is_hidden()
    assert page.locator(".rgw-stage").first.is_hidden()


def test_the_front_door_leads_to_the_first_page(subpath_site, page, poll):
    page.goto(f"{subpath_site}/index.html")
    poll(lambda: page.url == f"{subpath_site}/{PAGES[0]}.html")
