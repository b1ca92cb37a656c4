"""The stills of a page are its figures at rest, the same whenever they are taken."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import figures  # noqa: F401  puts the tools on the path
import stills
from ipywidgets.embed import embed_data
from nbformat import from_dict
from PIL import Image

from rgcourse._palette import DARK, LIGHT
from rgcourse.widgets import KondoFlow


def taken(figure, folder):
    """(output of a notebook with its still, light and dark picture) of one figure."""
    models = embed_data(views=[figure], drop_defaults=False)["manager_state"]["state"]
    view = from_dict({"data": {stills.WIDGET_VIEW: {"model_id": figure.model_id}}})
    with ThreadPoolExecutor(1) as pool:  # the session keeps an event loop in this thread
        pool.submit(asyncio.run, stills.add_stills([view], models, "page", folder)).result()
    paths = [stills.still_path("page", 1, theme, folder) for theme in ("light", "dark")]
    return view.data, *(Image.open(path).convert("RGB") for path in paths)


def colours(image):
    return {f"#{bytes(rgb).hex()}" for _, rgb in image.getcolors(1 << 24)}


def test_stills_are_the_figure_in_both_themes_at_twice_the_size_of_the_screen(tmp_path):
    figure = KondoFlow(g_z=-0.1, g_perp=0.2, running=True)
    (tmp_path / "page-2-dark.webp").touch()  # of a figure that the page no longer has
    data, light, dark = taken(figure, tmp_path)
    assert light.size == dark.size and light.width > 1200
    for image, palette, other in ((light, LIGHT, DARK), (dark, DARK, LIGHT)):
        assert {palette["accent"], palette["critical"], palette["hot"]} <= colours(image)
        assert other["accent"] not in colours(image)
    assert data["text/plain"].startswith(f"{figure.title} Plane of the couplings")
    assert "It began ferromagnetic and reached strong coupling" in data["text/plain"]
    assert len(data["image/png"]) < 60_000
    assert len(list(tmp_path.iterdir())) == 2


def test_two_takes_give_the_same_bytes(tmp_path):
    figure = KondoFlow()
    folders = [tmp_path / name for name in ("first", "second")]
    (first, *_), (second, *_) = (taken(figure, folder) for folder in folders)
    assert first == second
    for name in ("page-1-light.webp", "page-1-dark.webp"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
