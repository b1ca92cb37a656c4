"""The slope of a window in the page is the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page

from rgcourse import coexistence


@pytest.mark.parametrize("name", coexistence.stored_fluids())
def test_slopes_are_bit_equal(name, rng):
    page, curve = Page("coexistence.wasm"), coexistence.stored_curve(name)
    x, y = np.log(curve.distance), np.log(curve.difference)
    there = page.put(x), page.put(y)
    for low, high in np.sort(rng.uniform(x[0], x[-1], size=(20, 2))):
        ours = coexistence._window_slope(x, y, x.size, low, high)
        found = page.call("window_slope_kernel", *there, x.size, low, high)
        assert found == ours or (np.isnan(found) and np.isnan(ours))
