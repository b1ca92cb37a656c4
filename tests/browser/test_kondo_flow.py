"""The Kondo plane in a real browser: dropped points flow as the package says."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, place_of, value, verdict

from rgcourse.poor_mans_scaling import scaling_flow
from rgcourse.widgets import KondoFlow


def path(page, name="route"):
    return np.array(page.evaluate(f"{FIGURE}.scene.{name}"))


def expected(g_z, g_perp, loops):
    flow = scaling_flow(g_z, g_perp, loops=loops, l_max=15 * np.log(10))
    return np.transpose([flow.g_z, flow.g_perp, flow.l / np.log(10)])


@pytest.mark.parametrize("loops", [1, 2])
def test_flows_are_the_package_s(mount, loops):
    page = mount(KondoFlow(g_z=-0.1, g_perp=0.2, loops=loops))
    assert path(page) == pytest.approx(expected(-0.1, 0.2, loops), rel=1e-13)
    assert path(page, "other") == pytest.approx(expected(-0.1, 0.2, 3 - loops), rel=1e-13)


def test_a_click_drops_a_ferromagnet_that_is_screened(mount, poll):
    page = mount(KondoFlow(), script=HURRY)
    page.mouse.click(*place_of(page, "plane", -0.2, 0.5))
    poll(lambda: value(page, "drops") == 1)
    assert (value(page, "fate"), value(page, "running")) == ("strong coupling", False)
    assert value(page, "g_z") == pytest.approx(-0.2, abs=0.01)
    flow = expected(value(page, "g_z"), value(page, "g_perp"), 1)
    assert value(page, "decades") == pytest.approx(flow[-1, 2])
    assert "✓ It began ferromagnetic" in verdict(page)
    assert page.errors == []


def test_keys_alone(mount, poll):
    page = mount(KondoFlow(g_z=-0.5, g_perp=0.2), script=HURRY)
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
    page.mouse.click(*place_of(page, "plane", 0.3, 0.3))
    assert (value(page, "drops"), value(page, "fate")) == (1, "strong coupling")
