"""The machine itself: energy, free energy, and everything that can be summed exactly."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import _checks
from .units import _softplus_sums

MOST_ENUMERATED = 24  # units of the smaller layer: 2**24 states take about a minute
STATES_AT_A_TIME = 2**13


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

    W: np.ndarray
    a: np.ndarray
    b: np.ndarray

    def __post_init__(self):
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
    def n_visible(self):
        """Number of visible units."""
        return self.W.shape[0]

    @property
    def n_hidden(self):
        """Number of hidden units."""
        return self.W.shape[1]

    @property
    def turned(self):
        """The same machine with the roles of visible and hidden units exchanged."""
        return RBM(self.W.T, self.b, self.a)

    def __repr__(self):
        return f"RBM(n_visible={self.n_visible}, n_hidden={self.n_hidden})"


class Moments(NamedTuple):
    """Averages that learning compares: <v_i h_j>, <v_i>, <h_j>."""

    vh: np.ndarray
    v: np.ndarray
    h: np.ndarray


class SpinMachine(NamedTuple):
    """A machine of +-1 units, weight exp(s.w.t + f.s + g.t + constant)."""

    w: np.ndarray
    f: np.ndarray
    g: np.ndarray
    constant: float


def units(name, array, n, *, fractions=False, dtype=float):
    """`array` with shape (n_samples, n) and this dtype; ValueError unless its entries are 0 or 1.

    With `fractions`, anything from 0 to 1. A single sample of shape (n,) becomes one row.
    """
    array = np.asarray(array)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be an array of 0 and 1, got dtype {array.dtype}")
    if array.ndim == 1:
        array = array[None]
    if array.ndim != 2 or array.shape[1] != n or len(array) == 0:
        raise ValueError(
            f"{name} must have shape (n_samples, {n}), got {array.shape}; flatten lattices with "
            f"spins.reshape(len(spins), -1)"
        )
    low, high = array.min(), array.max()
    if not (0 <= low <= high <= 1 and (fractions or np.all((array == 0) | (array == 1)))):
        raise ValueError(
            f"{name} must be {'from 0 to 1' if fractions else '0 or 1'}, found entries from {low} "
            f"to {high}; for spins use (spins + 1) / 2"
        )
    return np.ascontiguousarray(array, dtype=dtype)


def energy(rbm, v, h):
    """E(v, h) = -a.v - b.h - v.W.h, one per pair of rows, float64 array.

    Examples
    --------
    >>> energy(RBM([[2.0]], [0.5], [0.25]), [[1], [1]], [[0], [1]])
    array([-0.5 , -2.75])
    """
    v, h = units("v", v, rbm.n_visible), units("h", h, rbm.n_hidden)
    return -(v @ rbm.a) - h @ rbm.b - np.einsum("ni,ij,nj->n", v, rbm.W, h, optimize=True)


def hidden_means(rbm, v):
    """p(h_j = 1 | v) = sigmoid(b_j + sum_i v_i W_ij), array (n_samples, n_hidden)."""
    v = units("v", v, rbm.n_visible, fractions=True)
    return 0.5 + 0.5 * np.tanh((v @ rbm.W + rbm.b) / 2)


def visible_means(rbm, h):
    """p(v_i = 1 | h) = sigmoid(a_i + sum_j W_ij h_j), array (n_samples, n_visible)."""
    return hidden_means(rbm.turned, h)


def free_energy(rbm, v):
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
    v = units("v", v, rbm.n_visible)
    return -(v @ rbm.a) - _summed(v @ rbm.W, rbm.b)


def _summed(fields, bias):
    """sum_j ln(1 + exp(fields[:, j] + bias[j]))."""
    sums = np.empty(len(fields))
    _softplus_sums(fields.ravel(), bias, 1.0, *fields.shape, sums)
    return sums


def log_z_exact(rbm):
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
    """(machine, blocks): turned so that its visible layer is the smaller one, and then all states
    of that layer with their free energies, block by block.
    """
    small = rbm if rbm.n_visible <= rbm.n_hidden else rbm.turned
    n = small.n_visible
    if n > MOST_ENUMERATED:
        raise ValueError(
            f"the smaller layer has {n} units, and 2**{n} states are too many to sum; at most "
            f"{MOST_ENUMERATED} units, or use annealed_log_z"
        )

    def blocks():
        for start in range(0, 2**n, STATES_AT_A_TIME):
            numbers = np.arange(start, min(start + STATES_AT_A_TIME, 2**n))
            states = (numbers[:, None] >> np.arange(n) & 1).astype(float)
            yield states, -states @ small.a - _summed(states @ small.W, small.b)

    return small, blocks()


def log_likelihood(rbm, data, *, log_z=None):
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


def data_moments(rbm, data):
    """`Moments` with the visible units clamped to the data, the hidden ones averaged given them."""
    v = units("data", data, rbm.n_visible, fractions=True)
    h = hidden_means(rbm, v)
    return Moments(v.T @ h / len(v), v.mean(axis=0), h.mean(axis=0))


def model_moments(rbm):
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
        weight = np.exp(-F - log_z)
        means = hidden_means(small, states)
        vh += (weight[:, None] * states).T @ means
        v += weight @ states
        h += weight @ means
    return Moments(vh, v, h) if small is rbm else Moments(vh.T, h, v)


def log_likelihood_gradient(rbm, data):
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


def from_spin_rbm(w, f=None, g=None):
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
    w = _checks.finite_array("w", w)
    if w.ndim != 2:
        raise ValueError(f"w must be a matrix (n_visible, n_hidden), got shape {w.shape}")
    f = np.zeros(w.shape[0]) if f is None else _checks.finite_array("f", f)
    g = np.zeros(w.shape[1]) if g is None else _checks.finite_array("g", g)
    if (f.shape, g.shape) != (w.shape[:1], w.shape[1:]):
        raise ValueError(
            f"fields do not fit the couplings: w {w.shape}, f {f.shape}, g {g.shape}; expected "
            f"f ({w.shape[0]},) and g ({w.shape[1]},)"
        )
    return RBM(4 * w, 2 * f - 2 * w.sum(axis=1), 2 * g - 2 * w.sum(axis=0))


def to_spin_rbm(rbm):
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
