"""The machine itself: energy, free energy, and everything that can be summed exactly."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .. import _checks
from ._kernels import _softplus_sums

__all__ = [
    "RBM",
    "Moments",
    "SpinMachine",
    "as_units",
    "data_moments",
    "energy",
    "free_energy",
    "from_spin_rbm",
    "hidden_means",
    "log_likelihood",
    "log_likelihood_gradient",
    "log_z_exact",
    "model_moments",
    "to_spin_rbm",
    "visible_means",
]

MAX_ENUMERATED_UNITS = 24  # units of the smaller layer: 2**24 states take about a minute
STATES_PER_BLOCK = 2**13


@dataclass(frozen=True, eq=False)
class RBM:
    """A restricted Boltzmann machine of 0/1 units, E(v, h) = -a.v - b.h - v.W.h.

    Parameters
    ----------
    W : array, shape (n_visible, n_hidden)
        Weights; kept as float64, read-only.
    a : array, shape (n_visible,)
        Biases of the visible units.
    b : array, shape (n_hidden,)
        Biases of the hidden units.

    Raises
    ------
    ValueError
        If the shapes do not fit or a number is not finite.

    References
    ----------
    P. Smolensky, in Parallel Distributed Processing 1, 194 (MIT Press, 1986);
    G. E. Hinton, Neural Comput. 14, 1771 (2002), doi:10.1162/089976602760128018.

    Examples
    --------
    One bond between one visible and one hidden unit: ln Z = ln(3 + e**W).

    >>> float(round(np.exp(log_z_exact(RBM([[1.0]], [0.0], [0.0]))) - np.e, 12))
    3.0
    """

    W: NDArray[np.float64]
    a: NDArray[np.float64]
    b: NDArray[np.float64]

    if TYPE_CHECKING:  # what goes in may be lists; what is kept is arrays

        def __init__(self, W: ArrayLike, a: ArrayLike, b: ArrayLike) -> None: ...

    def __post_init__(self) -> None:
        for name in ("W", "a", "b"):
            array = np.ascontiguousarray(_checks.finite_array(name, getattr(self, name)))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        expected = "W (n_visible, n_hidden), a (n_visible,), b (n_hidden,)"
        if self.W.ndim != 2 or 0 in self.W.shape:
            raise ValueError(f"W must be a matrix, got shape {self.W.shape}; expected {expected}")
        if (self.a.shape, self.b.shape) != (self.W.shape[:1], self.W.shape[1:]):
            raise ValueError(
                f"biases do not fit the weights: W {self.W.shape}, a {self.a.shape}, "
                f"b {self.b.shape}; expected {expected}"
            )

    @property
    def n_visible(self) -> int:
        """Number of visible units."""
        return self.W.shape[0]

    @property
    def n_hidden(self) -> int:
        """Number of hidden units."""
        return self.W.shape[1]

    @property
    def transposed(self) -> "RBM":
        """The same machine with the roles of visible and hidden units exchanged."""
        return RBM(self.W.T, self.b, self.a)

    def __repr__(self) -> str:
        return f"RBM(n_visible={self.n_visible}, n_hidden={self.n_hidden})"


class Moments(NamedTuple):
    """Averages that learning compares: <v_i h_j>, <v_i>, <h_j>."""

    vh: NDArray[np.float64]
    v: NDArray[np.float64]
    h: NDArray[np.float64]


class SpinMachine(NamedTuple):
    """A machine of +-1 units, weight exp(s.w.t + f.s + g.t + constant)."""

    w: NDArray[np.float64]
    f: NDArray[np.float64]
    g: NDArray[np.float64]
    constant: float


def as_units(
    name: str, array: ArrayLike, n: int, *, fractions: bool = False, dtype: DTypeLike = float
) -> NDArray[Any]:
    """`array` as rows of 0/1 units, C-contiguous, shape (n_samples, n).

    Parameters
    ----------
    name : str
        What the array is called in messages.
    array : array, shape (n_samples, n) or (n,)
        A single sample becomes one row.
    n : int
        Units of the layer.
    fractions : bool
        Whether anything from 0 to 1 will do.
    dtype
        Of the result.

    Raises
    ------
    ValueError
        For another shape, or entries that are not 0 or 1.
    """
    rows = np.asarray(array)
    if rows.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be an array of 0 and 1, got dtype {rows.dtype}")
    if rows.ndim == 1:
        rows = rows[None]
    if rows.ndim != 2 or rows.shape[1] != n or len(rows) == 0:
        raise ValueError(
            f"{name} must have shape (n_samples, {n}), got {rows.shape}; flatten lattices with "
            f"spins.reshape(len(spins), -1)"
        )
    low, high = rows.min(), rows.max()
    if not (0 <= low <= high <= 1 and (fractions or np.all((rows == 0) | (rows == 1)))):
        raise ValueError(
            f"{name} must be {'from 0 to 1' if fractions else '0 or 1'}, found entries from {low} "
            f"to {high}; for spins use (spins + 1) / 2"
        )
    return np.ascontiguousarray(rows, dtype=dtype)


def energy(rbm: RBM, v: ArrayLike, h: ArrayLike) -> NDArray[np.float64]:
    """E(v, h) = -a.v - b.h - v.W.h, one per pair of rows, float64 array.

    Parameters
    ----------
    rbm : RBM
    v, h : arrays of 0 and 1, shapes (n_samples, n_visible) and (n_samples, n_hidden)

    Examples
    --------
    >>> energy(RBM([[2.0]], [0.5], [0.25]), [[1], [1]], [[0], [1]])
    array([-0.5 , -2.75])
    """
    v, h = as_units("v", v, rbm.n_visible), as_units("h", h, rbm.n_hidden)  # sample i, sample j
    coupled = np.einsum("ni,ij,nj->n", v, rbm.W, h, optimize=True)  # sample
    return -(v @ rbm.a) - h @ rbm.b - coupled


def hidden_means(rbm: RBM, v: ArrayLike) -> NDArray[np.float64]:
    """p(h_j = 1 | v) = sigmoid(b_j + sum_i v_i W_ij), array (n_samples, n_hidden)."""
    v = as_units("v", v, rbm.n_visible, fractions=True)  # sample i
    return 0.5 + 0.5 * np.tanh((v @ rbm.W + rbm.b) / 2)  # sample j


def visible_means(rbm: RBM, h: ArrayLike) -> NDArray[np.float64]:
    """p(v_i = 1 | h) = sigmoid(a_i + sum_j W_ij h_j), array (n_samples, n_visible)."""
    return hidden_means(rbm.transposed, h)


def free_energy(rbm: RBM, v: ArrayLike) -> NDArray[np.float64]:
    """F(v) = -ln sum_h exp(-E(v, h)), one per sample, float64 array.

        F(v) = -a.v - sum_j ln(1 + exp(b_j + sum_i v_i W_ij))

    The hidden units do not see one another, so each is summed alone. p(v) = exp(-F(v)) / Z.

    Parameters
    ----------
    rbm : RBM
    v : array of 0 and 1, shape (n_samples, n_visible) or (n_visible,)

    Raises
    ------
    ValueError
        For data of another shape, or with entries that are not 0 or 1.

    Examples
    --------
    Without weights each hidden unit contributes ln 2.

    >>> free_energy(RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2)), [1, 0, 1]) / np.log(2)
    array([-2.])
    """
    v = as_units("v", v, rbm.n_visible)  # sample i
    return -(v @ rbm.a) - _summed(v @ rbm.W, rbm.b)  # sample


def _summed(fields, bias):
    """sum_j ln(1 + exp(fields[:, j] + bias[j]))."""
    sums = np.empty(len(fields))
    _softplus_sums(fields.ravel(), bias, 1.0, *fields.shape, sums)
    return sums


def log_z_exact(rbm: RBM) -> float:
    """ln Z of a machine by summing over all states of its smaller layer, float.

    Parameters
    ----------
    rbm : RBM
        With at most 24 units in the smaller layer; 16 take a few hundredths of a second.

    Raises
    ------
    ValueError
        If both layers are larger; use `annealed_log_z`.

    Examples
    --------
    >>> float(round(log_z_exact(RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2))) / np.log(2), 12))
    5.0
    """
    return float(np.logaddexp.reduce([np.logaddexp.reduce(-F) for _, F in _blocks(rbm)[1]]))


def _blocks(rbm):
    """(machine, blocks): the machine with the smaller layer as its visible one, transposed if need
    be, and all states of that layer with their free energies, block by block.
    """
    small = rbm if rbm.n_visible <= rbm.n_hidden else rbm.transposed
    n = small.n_visible
    if n > MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"the smaller layer has {n} units, and 2**{n} states are too many to sum; at most "
            f"{MAX_ENUMERATED_UNITS} units, or use annealed_log_z"
        )

    def blocks():
        for start in range(0, 2**n, STATES_PER_BLOCK):
            numbers = np.arange(start, min(start + STATES_PER_BLOCK, 2**n))
            states = (numbers[:, None] >> np.arange(n) & 1).astype(float)  # state i
            yield states, -states @ small.a - _summed(states @ small.W, small.b)

    return small, blocks()


def log_likelihood(rbm: RBM, data: ArrayLike, *, log_z: float | None = None) -> NDArray[np.float64]:
    """ln p(v) = -F(v) - ln Z, one per sample, float64 array.

    Parameters
    ----------
    rbm : RBM
    data : array of 0 and 1, shape (n_samples, n_visible)
    log_z : float, optional
        ln Z where it is known already, from `annealed_log_z` for a large machine; otherwise it is
        summed by `log_z_exact`.

    Raises
    ------
    ValueError
        For data that do not fit, or a machine too large to be summed.

    Examples
    --------
    A machine without weights knows nothing: each of n units costs ln 2.

    >>> log_likelihood(RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2)), [1, 0, 1]) / np.log(2)
    array([-3.])
    """
    log_z = log_z_exact(rbm) if log_z is None else _checks.finite("log_z", log_z)
    return -free_energy(rbm, data) - log_z


def data_moments(rbm: RBM, data: ArrayLike) -> Moments:
    """`Moments` with the visible units clamped to the data, the hidden ones averaged given them."""
    v = as_units("data", data, rbm.n_visible, fractions=True)  # sample i
    h = hidden_means(rbm, v)  # sample j
    return Moments(v.T @ h / len(v), v.mean(axis=0), h.mean(axis=0))


def model_moments(rbm: RBM) -> Moments:
    """`Moments` of the machine left to itself, by exact summation over its smaller layer.

    Raises
    ------
    ValueError
        If both layers have more than 24 units.
    """
    log_z = log_z_exact(rbm)
    small, blocks = _blocks(rbm)
    vh, v, h = np.zeros(small.W.shape), np.zeros(small.n_visible), np.zeros(small.n_hidden)
    for states, F in blocks:
        weight = np.exp(-F - log_z)  # state
        means = hidden_means(small, states)  # state j
        vh += (weight[:, None] * states).T @ means  # i [state] [state] j
        v += weight @ states
        h += weight @ means
    return Moments(vh, v, h) if small is rbm else Moments(vh.T, h, v)


def log_likelihood_gradient(rbm: RBM, data: ArrayLike) -> Moments:
    """`Moments` d<ln p> / d(W, a, b): averages in the data minus averages in the machine.

        d <ln p(v)> / dW_ij = <v_i h_j>_data - <v_i h_j>_machine

    Raises
    ------
    ValueError
        For data that do not fit, or a machine too large to be summed.

    Examples
    --------
    A single visible unit, on in three of four samples, and a machine that believes in one half:

    >>> float(log_likelihood_gradient(RBM([[0.0]], [0.0], [0.0]), [[1], [1], [1], [0]]).v[0])
    0.25
    """
    data, model = data_moments(rbm, data), model_moments(rbm)
    return Moments(*(d - m for d, m in zip(data, model, strict=True)))


def from_spin_rbm(w: ArrayLike, f: ArrayLike | None = None, g: ArrayLike | None = None) -> RBM:
    """The `RBM` of 0/1 units with the probabilities of a machine of +-1 units.

    The machine of spins s = 2 v - 1 and t = 2 h - 1 has the weight exp(s.w.t + f.s + g.t); then

        W = 4 w,   a_i = 2 f_i - 2 sum_j w_ij,   b_j = 2 g_j - 2 sum_i w_ij,
        ln Z(0/1) = ln Z(+-1) + sum_i f_i + sum_j g_j - sum_ij w_ij.

    Parameters
    ----------
    w : array, shape (n_visible, n_hidden)
        Couplings.
    f, g : array, optional
        Fields on visible and hidden spins, shapes (n_visible,) and (n_hidden,); zero if not given.

    Raises
    ------
    ValueError
        If shapes do not fit or a number is not finite.

    Examples
    --------
    >>> machine = from_spin_rbm([[0.5]])
    >>> machine.W, machine.a, machine.b
    (array([[2.]]), array([-1.]), array([-1.]))
    """
    J = _checks.finite_array("w", w)  # i j
    if J.ndim != 2:
        raise ValueError(f"w must be a matrix (n_visible, n_hidden), got shape {J.shape}")
    on_v = np.zeros(J.shape[0]) if f is None else _checks.finite_array("f", f)
    on_h = np.zeros(J.shape[1]) if g is None else _checks.finite_array("g", g)
    if (on_v.shape, on_h.shape) != (J.shape[:1], J.shape[1:]):
        raise ValueError(
            f"fields do not fit the couplings: w {J.shape}, f {on_v.shape}, g {on_h.shape}; "
            f"expected f ({J.shape[0]},) and g ({J.shape[1]},)"
        )
    return RBM(4 * J, 2 * on_v - 2 * J.sum(axis=1), 2 * on_h - 2 * J.sum(axis=0))


def to_spin_rbm(rbm: RBM) -> SpinMachine:
    """The `SpinMachine` (w, f, g, constant) of +-1 units that gives states the weights of `rbm`.

    exp(-E(v, h)) = exp(s.w.t + f.s + g.t + constant): the constant keeps ln Z. The inverse of
    `from_spin_rbm`.

    Examples
    --------
    >>> float(to_spin_rbm(from_spin_rbm([[0.5]], [0.25], [0.0])).f[0])
    0.25
    """
    w = rbm.W / 4
    f, g = rbm.a / 2 + w.sum(axis=1), rbm.b / 2 + w.sum(axis=0)
    return SpinMachine(w, f, g, float(f.sum() + g.sum() - w.sum()))
