"""What a tensor renormalization leaves behind, and the tensor it starts from.

A tensor T[u, l, d, r] has one leg for each side: up, left, down, right. One tensor stands for one
spin of the square lattice, and neighbours share a leg, so that Z is the sum over all legs.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["TensorFlow", "Tensors", "ising_tensor", "log_trace"]

MAX_STEPS = 200  # 2**-200 of ln Z is beyond any float
MAX_BYTES = 4e9


class Tensors(Sequence[NDArray[np.float64]]):
    """The tensors of a flow, T[u, l, d, r] after n steps at place n, made when asked for."""

    def __init__(self, makers: list[Callable[[], NDArray[np.float64]]]):
        self._makers = makers

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, n: int) -> NDArray[np.float64]: ...
    @overload
    def __getitem__(self, n: slice) -> "Tensors": ...
    def __getitem__(self, n):
        return Tensors(self._makers[n]) if isinstance(n, slice) else self._makers[n]()

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        return (make() for make in self._makers)


@dataclass(frozen=True)
class TensorFlow:
    """A lattice contracted step by step.

    Attributes
    ----------
    log_z_per_site : float
        ln Z per site of the torus of 2**n_steps sites that the last tensor closes to. For many
        steps that is the infinite lattice.
    tensors : sequence of array
        T[u, l, d, r] after 0, 1, ... steps, the largest element 1.
    log_scales : array of float
        The tensor that stands for 2**n sites is exp(log_scales[n]) tensors[n].
    log_z : array of float
        ln Z per site of the torus of 2**n sites, after 0, 1, ... steps.
    parities : list of (array, array) of int
        Parity, 0 or 1, of each state of the legs (u and d, l and r).
    """

    log_z_per_site: float
    tensors: Sequence[NDArray[np.float64]]
    log_scales: NDArray[np.float64]
    log_z: NDArray[np.float64]
    parities: list[tuple[NDArray[np.int64], NDArray[np.int64]]]


def ising_tensor(K: float) -> tuple[NDArray[np.float64], float]:
    """The tensor of one spin, shape (2, 2, 2, 2), and the logarithm of what was taken out of it.

        exp(K s s') = cosh(K) sum_i W[s, i] W[s', i],    W[s, i] = (s sqrt(tanh K))**i
        T[u, l, d, r] = sum_s W[s, u] W[s, l] W[s, d] W[s, r]

    State 0 of a leg is even and state 1 odd under a flip of all spins.

    Parameters
    ----------
    K : float
        Coupling J / T, not negative.

    Returns
    -------
    T : array of float, shape (2, 2, 2, 2)
    log_scale : float
        2 ln cosh K: the tensor of the network is exp(log_scale) T.

    Raises
    ------
    ValueError
        If K is negative or not a finite real number.

    Examples
    --------
    A single spin on a torus is its own neighbour twice: Z = 2 exp(2 K).

    >>> T, log_scale = ising_tensor(0.5)
    >>> Z = np.exp(log_scale) * np.trace(np.trace(T, axis1=0, axis2=2))
    >>> round(float(Z / np.exp(2 * 0.5)), 12)
    2.0
    """
    K = coupling(K)
    return spin_tensor(K, 0), 2 * log_cosh(K)


def spin_tensor(K: float, odd: int) -> NDArray[np.float64]:
    """sum_s s**odd W[s, u] W[s, l] W[s, d] W[s, r]: 2 sqrt(tanh K) to the number of odd legs."""
    n_odd = np.indices((2, 2, 2, 2)).sum(axis=0)  # u l d r
    return np.where(n_odd % 2 == odd, 2 * math.tanh(K) ** (n_odd / 2), 0.0)


def log_trace(T: ArrayLike) -> float:
    """ln of the sum over u = d and l = r: ln Z of the torus that this one tensor closes to.

    Parameters
    ----------
    T : array of float, shape (m, n, m, n)
        Legs u, l, d, r.

    Raises
    ------
    ValueError
        If T has not this shape, is not finite, or has a trace that is not positive.

    Examples
    --------
    >>> log_trace(np.ones((1, 1, 1, 1)))
    0.0
    """
    T = square_tensor("T", T)
    trace = float(np.trace(np.trace(T, axis1=0, axis2=2)))
    if not trace > 0:
        raise ValueError(f"the trace of T must be positive to be a partition sum, got {trace}")
    return math.log(trace)


def square_tensor(name: str, T: Any) -> NDArray[np.float64]:
    """T as a float array with legs u, l, d, r, opposite ones of one size; else ValueError."""
    T = _checks.finite_array(name, T)
    if T.ndim != 4 or T.shape[:2] != T.shape[2:] or T.size == 0:
        raise ValueError(f"{name} must have legs (u, l, d, r) of shape (m, n, m, n), got {T.shape}")
    return T


def coupling(K: Any) -> float:
    """K as a float; ValueError unless it is finite and not negative."""
    K = _checks.finite("K", K)
    if K < 0:
        raise ValueError(
            f"K must not be negative, got {K}; the square lattice at -K has the same ln Z: flip "
            f"every second spin"
        )
    return K


def log_cosh(K: float) -> float:
    """ln cosh K without overflow."""
    return K + math.log1p(math.exp(-2 * K)) - math.log(2)


def sizes(K: Any, chi: Any, n_steps: Any, bytes_per: Callable[[int, int], float]) -> tuple:
    """The checked arguments of a flow, within the memory of an ordinary computer."""
    K, chi = coupling(K), _checks.integer("chi", chi, minimum=1)
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    if n_steps > MAX_STEPS:
        raise ValueError(
            f"n_steps must be at most {MAX_STEPS}, got {n_steps}; 30 steps are 10**9 sites, and "
            f"ln Z per site stands still in double precision after 60"
        )
    if chi > 1000 or bytes_per(chi, n_steps) > MAX_BYTES:
        best = max(c for c in range(1, 1001) if bytes_per(c, n_steps) <= MAX_BYTES)
        raise ValueError(
            f"chi = {chi} with n_steps = {n_steps} needs more than {MAX_BYTES / 1e9:.0f} GB; use "
            f"chi of at most {best}, or fewer steps"
        )
    return K, chi, n_steps


class Record:
    """Collects a flow: the tensor, its scale, and ln Z per site after each step."""

    def __init__(self) -> None:
        self.makers: list[Callable[[], NDArray[np.float64]]] = []
        self.scales: list[float] = []
        self.log_z: list[float] = []
        self.parities: list[tuple[NDArray[Any], NDArray[Any]]] = []

    def add(self, make, log_scale, trace, vertical, horizontal) -> None:
        """Note the tensor that `make` makes, its trace, and the parities of its legs."""
        self.log_z.append((math.log(trace) + log_scale) / 2.0 ** len(self.makers))
        self.makers.append(make)
        self.scales.append(log_scale)
        self.parities.append((vertical, horizontal))

    def flow(self) -> TensorFlow:
        """All that was noted."""
        return TensorFlow(
            self.log_z[-1],
            Tensors(self.makers),
            np.array(self.scales),
            np.array(self.log_z),
            self.parities,
        )
