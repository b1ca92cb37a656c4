"""A page of several figures without a widget manager: one that fails takes no other with it."""

import json
import sys
from pathlib import Path

import pytest
from figure_page import figure_page
from figures import value
from ipywidgets.embed import embed_data

from rgcourse.widgets import Cobweb, KondoFlow

SLOT = """<div class="rgw-slot"><img class="rgw-still rgw-still-light" alt="{name}" src="data:,">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>"""
ALIVE = "performance.getEntriesByName('rg-alive').length"


@pytest.fixture
def open_views(figures_site, open_page):
    """`open_views(models, ids)` -> a page that shows the models with these ids, in order."""
    folder, address = figures_site

    def open_them(models, ids):
        first, *others = ids
        views = [(name, json.dumps({"model_id": name})) for name in others]
        slots = "".join(SLOT.format(name=name, view=view) for name, view in views)
        html = figure_page(models, first).replace("<div style", slots + "<div style")
        (folder / "views.html").write_text(html, encoding="utf-8")
        page = open_page()
        page.goto(f"{address}/views.html")
        return page

    return open_them


def stored(*figures):
    return embed_data(views=figures, drop_defaults=False)["manager_state"]["state"]


def test_two_views_of_one_figure_share_its_state(open_views, poll):
    figure = KondoFlow()
    page = open_views(stored(figure), [figure.model_id, figure.model_id])
    poll(lambda: page.locator("figure.rgw").count() == 2)
    page.locator("input[type=range]").first.fill("0.5")
    assert value(page, "g_z") == 0.5
    poll(lambda: page.locator("input[type=range]").nth(2).input_value() == "0.5")
    assert page.errors == []


def test_a_view_without_state_shows_its_still_and_the_others_live(open_views, poll):
    first, last = KondoFlow(), Cobweb()
    models = stored(first, last)
    page = open_views(models, [first.model_id, "f" * 32, last.model_id])
    poll(lambda: page.locator("figure.rgw").count() == 2)
    assert page.locator("img.rgw-still").nth(1).is_visible()
    assert page.locator(".rgw-slot").nth(1).get_attribute("class") == "rgw-slot rgw-failed"
    assert page.evaluate(ALIVE) == 2


def test_pages_with_widgets_of_others_are_told_apart():
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book/_theme"))
    import live_book

    ours = {"a": {"state": {"_anywidget_id": "rgcourse.widgets.cobweb.Cobweb"}}}
    foreign = {"b": {"state": {"_anywidget_id": "wigglystuff.slider.Slider2D"}}, "c": {"state": {}}}
    assert not live_book.shows_others(ours, ["a"])
    for other in ("b", "c", "missing"):
        assert live_book.shows_others(ours | foreign, ["a", other])
