"""The Kondo plane in a real browser: dropped points flow as the package says."""

import numpy as np
import pytest
from figures import FIGURE, value

from rgcourse.poor_mans_scaling import scaling_flow
from rgcourse.widgets import KondoFlow


def path(page, name="path"):
    return np.array(page.evaluate(f"{FIGURE}.scene.{name}"))


def expected(g_z, g_perp, loops):
    flow = scaling_flow(g_z, g_perp, loops=loops, l_max=15 * np.log(10))
    return np.transpose([flow.g_z, flow.g_perp, flow.l / np.log(10)])


def place_of(page, z, perp):
    canvas = page.locator("canvas.rgw-touch")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    plane = f"{FIGURE}.scene.plane"
    across, up = page.evaluate(f"[{plane}.across({z}), {plane}.up({perp})]")
    return box["x"] + across, box["y"] + up


def test_mounts_without_error_or_request(mount):
    page = mount(KondoFlow(title="A title"))
    assert page.locator("figure.rgw .rgw-title").inner_text() == "A title"
    assert page.locator("figure.rgw input[type=range]").count() == 2
    assert page.locator("img.rgw-still").is_hidden()
    assert "g_z = 0.150, g_perp = 0.150, 1 loop" in page.get_by_role("img").get_attribute(
        "aria-label"
    )
    assert (page.errors, page.blocked) == ([], [])


@pytest.mark.parametrize("loops", [1, 2])
def test_flows_are_the_package_s(mount, loops):
    page = mount(KondoFlow(g_z=-0.1, g_perp=0.2, loops=loops))
    assert path(page) == pytest.approx(expected(-0.1, 0.2, loops), rel=1e-13)
    assert path(page, "other") == pytest.approx(expected(-0.1, 0.2, 3 - loops), rel=1e-13)


def test_a_click_drops_a_ferromagnet_that_is_screened(mount, poll):
    page = mount(KondoFlow())
    page.mouse.click(*place_of(page, -0.2, 0.5))
    poll(lambda: value(page, "drops") == 1)
    assert (value(page, "fate"), value(page, "running")) == ("strong coupling", False)
    assert value(page, "g_z") == pytest.approx(-0.2, abs=0.01)
    flow = expected(value(page, "g_z"), value(page, "g_perp"), 1)
    assert value(page, "decades") == pytest.approx(flow[-1, 2])
    assert "✓ It began ferromagnetic" in page.locator("p[role=status]").inner_text()
    assert page.errors == []


def test_keys_alone(mount, poll):
    page = mount(KondoFlow(g_z=-0.5, g_perp=0.2))
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert 0.4 < value(page, "decades") < 1.0
    page.keyboard.press("Space")
    poll(lambda: value(page, "drops") == 1)
    assert value(page, "fate") == "free moment"
    page.keyboard.press("t")
    assert (value(page, "loops"), value(page, "decades")) == (2, 0)
    page.get_by_label("two loops").click()
    assert value(page, "loops") == 1
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "g_z") == pytest.approx(-0.45)
    page.keyboard.press("0")
    assert (value(page, "g_z"), value(page, "drops")) == (-0.5, 0)


def test_reduced_motion_goes_to_the_end_at_once(mount):
    page = mount(KondoFlow(), reduced_motion="reduce")
    page.mouse.click(*place_of(page, 0.3, 0.3))
    assert (value(page, "drops"), value(page, "fate")) == (1, "strong coupling")


def test_no_scroll_on_a_phone_and_both_themes(mount):
    page = mount(KondoFlow(g_z=-0.1, g_perp=0.3), width=360)
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    before = page.locator("canvas").first.screenshot()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert page.locator("canvas").first.screenshot() != before
    assert page.errors == []
