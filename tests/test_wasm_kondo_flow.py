"""The flow of the page's Kondo plane is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse import poor_mans_scaling as pms


@pytest.fixture(scope="module")
def page():
    return Page("kondo_flow.wasm")


@pytest.mark.parametrize("loops", [1, 2])
def test_steps_are_bit_equal(page, rng, loops):
    step = native(pms.flow_step)
    for g_z, g_perp in [(0.0, 0.0), (0.3, 0.0), *rng.uniform([-1, 0], [1, 1], (100, 2))]:
        flow = np.array([g_z, g_perp, 0.0])
        there = page.put(flow)
        for _ in range(20):
            step(flow, loops, pms.RELATIVE_STEP, pms.MAX_STEP)
            page.call("flow_step", there, loops, pms.RELATIVE_STEP, pms.MAX_STEP)
        assert np.array_equal(page.get(there, flow), flow)


def test_fates_are_equal(page, rng):
    starts = [(-0.2, 0.2), (0.2, 0.0), *rng.uniform([-1, 0], [1, 1], (100, 2))]
    fates = [pms.flows_to_strong_coupling(*start) for start in starts]
    assert set(fates) == {0, 1}
    assert [page.call("flows_to_strong_coupling", *start) for start in starts] == fates
