"""Block Gibbs: all hidden units at once given the visible ones, then all visible ones."""

import numpy as np

from .. import _checks
from .._random import random_state
from .._threads import one_blas_thread
from ._kernels import _activation_probabilities, _draw
from .machine import as_units


class Layers:
    """A machine in float32 with the buffers to draw `n` rows of either layer in one go.

    The arrays are the working copy: training changes them in place.
    """

    def __init__(self, rbm, n, rng):
        self.W, self.a, self.b = (np.array(x, np.float32) for x in (rbm.W, rbm.a, rbm.b))
        self.state = random_state(rng)
        self.words = np.empty(max(self.W.shape) + 1, np.uint32)
        self.visible_chances = np.empty((n, rbm.n_visible), np.float32)
        self.hidden_chances = np.empty((n, rbm.n_hidden), np.float32)

    def draw_hidden(self, v, h, beta=1.0):
        """Set the rows `h` afresh given the rows `v`; returns their chances."""
        np.dot(v, self.W, out=self.hidden_chances)
        return self._drawn(self.hidden_chances, h, self.b * np.float32(beta), beta)

    def draw_visible(self, h, v, beta=1.0, bias=None):
        """Set the rows `v` afresh given the rows `h`; returns their chances."""
        np.dot(h, self.W.T, out=self.visible_chances)
        return self._drawn(self.visible_chances, v, self.a if bias is None else bias, beta)

    def _drawn(self, fields, rows, bias, beta):
        n, m = fields.shape
        flat = fields.reshape(-1)
        _activation_probabilities(flat, bias, np.float32(beta), n, m)
        self.redraw(fields, rows)
        return fields

    def redraw(self, chances, rows):
        """Set the rows afresh, each unit with its chance."""
        _draw(chances.reshape(-1), rows.reshape(-1), *chances.shape, self.words, self.state)


class GibbsChain:
    """Many chains of block Gibbs sweeps of one machine, side by side.

    A sweep draws all hidden units given the visible ones, then all visible units given the hidden
    ones: within a layer the units do not see one another, so each half is exact and parallel.

    Parameters
    ----------
    rbm : RBM
    n_chains : int
        How many chains run side by side.
    start : array of 0 and 1, shape (n_chains, n_visible), optional
        Where the visible units begin; fair coins if not given.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For a start that does not fit, n_chains below 1, a missing rng.

    References
    ----------
    S. Geman and D. Geman, IEEE Trans. Pattern Anal. Mach. Intell. 6, 721 (1984),
    doi:10.1109/TPAMI.1984.4767596.

    Examples
    --------
    Without weights and biases every unit is a fair coin:

    >>> from rgcourse.rbm import RBM
    >>> chain = GibbsChain(RBM(np.zeros((4, 2)), np.zeros(4), np.zeros(2)), 5000, rng=1)
    >>> chain.sweep()
    >>> bool(abs(chain.visible.mean() - 0.5) < 0.02)
    True
    """

    def __init__(self, rbm, n_chains=1, *, start=None, rng):
        n_chains = _checks.integer("n_chains", n_chains, minimum=1)
        rng = _checks.generator(rng)
        self.rbm = rbm
        if start is None:
            start = rng.integers(0, 2, (n_chains, rbm.n_visible))
        start = as_units("start", start, rbm.n_visible, dtype=np.float32)
        if len(start) != n_chains:
            raise ValueError(f"{n_chains} chains need as many rows to start from, got {len(start)}")
        self._v = start.copy()
        self._h = np.zeros((n_chains, rbm.n_hidden), np.float32)
        self._layers = Layers(rbm, n_chains, rng)

    @property
    def visible(self):
        """Visible units, int8 array (n_chains, n_visible) of 0 and 1; a copy."""
        return self._v.astype(np.int8)

    @property
    def hidden(self):
        """Hidden units from which the visible ones were drawn last, int8; zero at the start."""
        return self._h.astype(np.int8)

    @one_blas_thread()
    def sweep(self, n=1):
        """Make n sweeps."""
        for _ in range(_checks.integer("n", n, minimum=0)):
            self._layers.draw_hidden(self._v, self._h)
            self._layers.draw_visible(self._h, self._v)

    def record(self, n, statistic, every=1):
        """`statistic(visible)` after each of n times `every` sweeps, stacked on axis 0.

        `statistic` gets int8 units of shape (n_chains, n_visible) and returns an array.
        """
        n = _checks.integer("n", n, minimum=1)
        every = _checks.integer("every", every, minimum=1)
        return np.array([self.sweep(every) or statistic(self.visible) for _ in range(n)])
