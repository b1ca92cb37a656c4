"""Block Gibbs: all hidden units at once given the visible ones, then all visible ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._chain import Chain, Fixed, explained, read_only, with_shape
from .._random import random_state
from .._threads import one_blas_thread
from ._kernels import _activation_probabilities, _draw
from .machine import RBM, as_units, free_energy

__all__ = ["GibbsChain", "GibbsSeries", "Layers"]


class Layers:
    """A machine in float32 with the buffers to draw `n` rows of either layer at once.

    The arrays are the working copy: training changes them in place.

    Parameters
    ----------
    rbm : RBM
    n : int
        Rows, one for each sample or chain.
    rng : int or numpy.random.Generator
    """

    def __init__(self, rbm: RBM, n: int, rng: int | np.random.Generator) -> None:
        self.take(rbm)
        self.state = random_state(rng)
        self.words = np.empty(max(self.W.shape) + 1, np.uint32)
        self.visible_probabilities = np.empty((n, rbm.n_visible), np.float32)
        self.hidden_probabilities = np.empty((n, rbm.n_hidden), np.float32)

    def take(self, rbm: RBM) -> None:
        """Take over the weights and biases of a machine."""
        self.W, self.a, self.b = (np.array(x, np.float32) for x in (rbm.W, rbm.a, rbm.b))

    def draw_hidden(
        self, v: NDArray[np.float32], h: NDArray[np.float32], beta: float = 1.0
    ) -> NDArray[np.float32]:
        """Draw the rows `h` given the rows `v`; returns their probabilities.

        Parameters
        ----------
        v, h : float32 arrays (n, n_visible) and (n, n_hidden)
        beta : float
            Inverse temperature of the weights and of the hidden biases.
        """
        np.dot(v, self.W, out=self.hidden_probabilities)
        return self._drawn(self.hidden_probabilities, h, self.b * np.float32(beta), beta)

    def draw_visible(
        self,
        h: NDArray[np.float32],
        v: NDArray[np.float32],
        beta: float = 1.0,
        bias: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Draw the rows `v` given the rows `h`; returns their probabilities.

        Parameters
        ----------
        h, v : float32 arrays (n, n_hidden) and (n, n_visible)
        beta : float
            Inverse temperature of the weights.
        bias : float32 array (n_visible,), optional
            In place of the biases of the machine, which `beta` does not multiply.
        """
        np.dot(h, self.W.T, out=self.visible_probabilities)
        return self._drawn(self.visible_probabilities, v, self.a if bias is None else bias, beta)

    def _drawn(self, fields, rows, bias, beta):
        n, m = fields.shape
        flat = fields.reshape(-1)
        _activation_probabilities(flat, bias, np.float32(beta), n, m)
        self.redraw(fields, rows)
        return fields

    def redraw(self, probabilities: NDArray[np.float32], rows: NDArray[np.float32]) -> None:
        """Draw the rows anew, each unit with its probability."""
        n, m = probabilities.shape
        _draw(probabilities.reshape(-1), rows.reshape(-1), n, m, self.words, self.state)


@dataclass(frozen=True)
class GibbsSeries:
    """What a `GibbsChain` recorded, measurement by measurement, one column a chain.

    Attributes
    ----------
    free_energy : float64 array (n, n_chains)
        F(v), see `free_energy`.
    """

    free_energy: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.free_energy)


class GibbsChain(Chain[GibbsSeries]):
    """Many chains of block Gibbs sweeps of one machine, side by side.

    A sweep draws all hidden units given the visible ones, then all visible units given the hidden
    ones: within a layer the units do not interact, so each half is exact and parallel. `record`
    keeps the free energies, a `GibbsSeries`; for other observables take `sample`, visible units
    int8 (n, n_chains, n_visible).

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
        For anything but an RBM, a start that does not fit, n_chains below 1, a missing rng.

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

    n_chains = Fixed()

    @explained
    def __init__(
        self,
        rbm: RBM,
        n_chains: int = 1,
        *,
        start: ArrayLike | None = None,
        rng: int | np.random.Generator,
    ) -> None:
        self.n_chains = _checks.integer("n_chains", n_chains, minimum=1)
        generator = _checks.generator(rng)
        self.n_sites = _machine(rbm).n_visible
        if start is None:
            start = generator.integers(0, 2, (self.n_chains, rbm.n_visible))
        rows: NDArray[np.float32] = as_units("start", start, rbm.n_visible, dtype=np.float32)
        if len(rows) != n_chains:
            raise ValueError(f"{n_chains} chains need as many rows to start from, got {len(rows)}")
        self._v = rows.copy()
        self._h = np.zeros((self.n_chains, rbm.n_hidden), np.float32)
        self._layers = Layers(rbm, self.n_chains, generator)
        self._parameters = {"rbm": rbm}

    def __repr__(self) -> str:
        return f"GibbsChain({self.rbm!r}, n_chains={self.n_chains})"

    @property
    def rbm(self) -> RBM:
        """The machine; assign another one of the same size to go on with it from these units."""
        return self._parameters["rbm"]

    @rbm.setter
    def rbm(self, rbm: RBM) -> None:
        self._set(rbm=rbm)
        self._layers.take(rbm)

    @property
    def visible(self) -> NDArray[np.int8]:
        """Visible units now, int8 array (n_chains, n_visible) of 0 and 1, a read-only copy.

        Assign a whole array, `chain.visible = start`, to continue from there.
        """
        return read_only(self._configuration())

    @visible.setter
    def visible(self, array: ArrayLike) -> None:
        array = with_shape("visible", array, self._v.shape)
        self._v[:] = as_units("visible", array, self._v.shape[1], dtype=np.float32)

    @property
    def hidden(self) -> NDArray[np.int8]:
        """Hidden units from which the visible ones were drawn last, int8; zero at the start."""
        return read_only(self._h.astype(np.int8))

    def _made_of(self, rbm: RBM) -> tuple[dict[str, RBM], None]:
        n_visible, n_hidden = self._v.shape[1], self._h.shape[1]
        if (_machine(rbm).n_visible, rbm.n_hidden) != (n_visible, n_hidden):
            raise ValueError(
                f"rbm must have {n_visible} visible and {n_hidden} hidden units, as this chain "
                f"has, got {rbm.n_visible} and {rbm.n_hidden}; make a new GibbsChain for it"
            )
        return {"rbm": rbm}, None

    def _configuration(self) -> NDArray[np.int8]:
        return self._v.astype(np.int8)

    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return np.empty(n, np.int64), np.empty((n, self.n_chains))

    @one_blas_thread()
    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        for t in range(len(counts)):
            for _ in range(every):
                self._layers.draw_hidden(self._v, self._h)
                self._layers.draw_visible(self._h, self._v)
            counts[t] = every
            if len(sums):
                sums[t] = free_energy(self.rbm, self._v)

    def _series(self, every: int, counts: Any, sums: Any) -> GibbsSeries:
        return GibbsSeries(sums)


def _machine(rbm: RBM) -> RBM:
    """The same; ValueError unless it is an `RBM`."""
    if not isinstance(rbm, RBM):
        raise ValueError(
            f"rbm must be an RBM, got {type(rbm).__name__}; use RBM(W, a, b), or random_rbm"
        )
    return rbm
