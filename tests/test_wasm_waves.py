"""The page draws, filters and judges the package's own pictures: same code, same bits."""

import numpy as np
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.spectra.live import fill_gaussian
from rgcourse.zoom_in import waves

L, SHELLS = 32, waves.n_shells(32)
ROOM = {"x": L * L, "y": L * L, "noise": L * L, "out": L * L, "line": 2 * L, "roots": 2 * L,
        "counts": SHELLS, "powers": SHELLS, "factors": SHELLS,
        "memory": waves.detail_memory(L)}  # fmt: skip


class Both:
    """One set of buffers here and one in the page; a kernel is called on both."""

    def __init__(self, rng):
        self.page = Page("waves.wasm")
        self.here = {name: rng.normal(size=n) for name, n in ROOM.items()}
        self.here["state"] = random_state(rng)
        self.there = {name: self.page.put(array) for name, array in self.here.items()}

    def call(self, kernel, *arguments, off=0):
        """What the kernel returns, alike on both sides; names stand for buffers."""
        ours, theirs = (
            [side[a] if isinstance(a, str) else a for a in arguments]
            for side in (self.here, self.there)
        )
        found = native(getattr(kernel, "py_func", kernel))(*ours)
        there = self.page.call(kernel.__name__, *theirs)
        assert found is None or there == found
        for name, array in self.here.items():
            assert np.allclose(self.page.get(self.there[name], array), array, off, 0), name
        return found


def test_every_kernel_is_bit_equal(rng):
    both = Both(rng)
    both.call(waves.fill_roots, L, "roots")
    both.call(waves.drop_discs, L, 60, 2.0, 9.0, "x", "state")
    both.call(waves.standardize, L * L, "x")
    both.call(waves.add_noise, L * L, 0.7, "x", "noise", "y")
    both.call(waves.keep_large, L, 2.1, "y", "memory", "out")
    assert both.call(waves.mean_square, L * L, "x", "out") > 0
    both.call(waves.hartley_2d, L, "roots", "x", "line")
    both.call(waves.hartley_2d, L, "roots", "y", "line")
    both.call(waves.shell_powers, L, "x", "counts", "powers")
    both.call(waves.wiener_factors, SHELLS, 0.7, "powers", "factors")
    both.call(waves.filter_waves, L, "factors", "y", "out")
    soft = both.call(waves.expected_error, SHELLS, 0.7, "counts", "powers", "factors")
    best = both.call(waves.best_cut, SHELLS, 0.7, "counts", "powers")
    both.call(waves.sharp_factors, SHELLS, int(best), "factors")
    sharp = both.call(waves.expected_error, SHELLS, 0.7, "counts", "powers", "factors")
    assert 0 < soft < sharp < 0.7**2
    assert 0 < both.call(waves.cutoff, SHELLS, 0.7, "counts", "powers") < SHELLS


def test_numbers_made_with_exp_and_log_are_equal_up_to_their_last_bits(rng):
    both = Both(rng)
    both.call(fill_gaussian, L * L, "x", 1.0, "state", off=1e-13)
    both.call(waves.colour_waves, L, 1.75, "x", off=1e-13)
