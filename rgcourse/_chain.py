"""What all Markov chains of the course share: sweep, record, sample, and numbers that can be set.

A chain keeps its configuration and the state of its random numbers, so that it can be continued,
measured and recorded. What an update is, each kind of chain says for itself: spins one by one
(`samplers`), 64 in a word (`multispin`), real fields (`field_theory`), layers of units (`rbm`).
"""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import _checks

SeriesT = TypeVar("SeriesT")
Arguments = ParamSpec("Arguments")
Self = TypeVar("Self")


@dataclass(frozen=True)
class Series:
    """What a chain of Ising spins recorded; unpacks as `energy, magnetization`.

    Attributes
    ----------
    energy : float64 array (n,)
        Energy per site, -sum s s' / N over the bonds, without the field term.
    magnetization : float64 array (n,)
        Magnetization per site with its sign.
    """

    energy: NDArray[np.float64]
    magnetization: NDArray[np.float64]

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        return iter((self.energy, self.magnetization))

    def __len__(self) -> int:
        return len(self.energy)


class Fixed:
    """A whole number that is set once, when the object is made, and can only be read from then on.

    Buffers have the size that it says: to set it would be to lie.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, thing: Any, owner: type | None = None) -> int:
        return self if thing is None else thing.__dict__[self.name]  # type: ignore[return-value]

    def __set__(self, thing: Any, value: int) -> None:
        if self.name in thing.__dict__:
            kind = type(thing).__name__
            raise AttributeError(
                f"{self.name} of a {kind} is fixed, here {thing.__dict__[self.name]}; make a new "
                f"{kind} for {self.name} = {value!r}"
            )
        thing.__dict__[self.name] = value


class Parameter:
    """A number of a chain that can be set at any time, and then holds for the updates to come.

    A value that is refused leaves the chain as it was.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, chain: Any, owner: type | None = None) -> float:
        return self if chain is None else chain._parameters[self.name]  # type: ignore[return-value]

    def __set__(self, chain: Any, value: float) -> None:
        chain._set(**{self.name: value})


class Declared:
    """An object on which only what its class declares can be set.

    Anything else would be taken without a word, and change nothing.
    """

    if not TYPE_CHECKING:  # a type checker would take it as leave to set everything

        def __setattr__(self, name: str, value: Any) -> None:
            kind = type(self)
            if name.startswith("_") or _can_be_set(kind, name):
                return super().__setattr__(name, value)
            names = ", ".join(n for n in dir(kind) if n[0] != "_" and _can_be_set(kind, n, True))
            advice = "; use K = 1 / T" if name in ("T", "beta") and hasattr(kind, "K") else ""
            raise AttributeError(
                f"{name} of a {kind.__name__} cannot be set, only {names}{advice}",
                name=name,
                obj=self,
            )


def _can_be_set(kind: type, name: str, again: bool = False) -> bool:
    """Whether a class declares an attribute that can be set; `again`: more than once."""
    found = getattr(kind, name, kind.__setattr__)  # a method, where there is nothing
    if isinstance(found, property):
        return found.fset is not None
    return not (callable(found) or again and isinstance(found, Fixed))


def explained(
    init: Callable[Concatenate[Self, Arguments], None],
) -> Callable[Concatenate[Self, Arguments], None]:
    """`__init__` that reports wrong arguments under the public name, and `T=` with K = 1 / T."""
    signature = inspect.signature(init)

    @functools.wraps(init)
    def checked(self: Self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        kind = type(self).__name__
        if "T" in kwargs and "T" not in signature.parameters:
            raise TypeError(
                f"{kind} takes the coupling K = 1 / T (J = k_B = 1), not T = {kwargs['T']!r}; "
                f"use {kind}(..., K=1 / T, ...)"
            )
        try:
            signature.bind(self, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{kind}: {error}") from None
        init(self, *args, **kwargs)

    return checked


class Chain(Declared, ABC, Generic[SeriesT]):
    """A Markov chain: a configuration that is updated again and again.

    It goes on where it stopped: `sweep(3); sweep(4)` gives the same configuration as `sweep(7)`.
    The numbers in its weight, such as the coupling K, can be set between updates. Then it goes on
    from where it is, so that one chain can be taken from temperature to temperature.
    """

    # A compiled call cannot be interrupted, so no call updates more sites: about 0.1 s.
    _sites_per_call = 2**25
    _parameters: dict[str, Any]  # name: value
    _tables: Any  # what the update needs to know of them
    n_sites = Fixed()

    def sweep(self, n: int = 1) -> None:
        """Make n updates."""
        self._update(_checks.integer("n", n, minimum=0))

    def record(self, n: int, every: int = 1) -> SeriesT:
        """Make `every` updates and measure, n times over; a series of length n.

        Only the measurements are kept: memory grows with n, not with n configurations.
        """
        n, every = _numbers(n, every)
        counts, sums = self._buffers(n)
        self._in_parts(every, counts, sums)
        return self._series(every, counts, sums)

    def sample(self, n: int, every: int = 1) -> NDArray[Any]:
        """Make `every` updates and keep the configuration, n times over; n on axis 0."""
        n, every = _numbers(n, every)
        now = self._configuration()
        samples = np.empty((n, *now.shape), now.dtype)
        self._fill(every, samples)
        return samples

    def _set(self, **changed: Any) -> None:
        """Take over changed parameters, all or none."""
        parameters = getattr(self, "_parameters", {}) | changed
        self._parameters, self._tables = self._made_of(**parameters)

    def _update(self, n: int) -> Any:
        """Make n updates, in calls short enough for Ctrl-C; the sum of their counts."""
        per_call = max(1, self._sites_per_call // self.n_sites)
        total: Any = 0
        while n > 0:
            total = total + self._repeat(min(n, per_call))
            n -= per_call
        return total

    def _in_parts(self, every: int, counts: NDArray[np.int64], *arrays: NDArray[Any]) -> None:
        """As `_advance` for all rows, in calls short enough for Ctrl-C."""
        rows = self._sites_per_call // (every * self.n_sites)
        for start in range(0, len(counts), max(1, rows)):
            before = self._update(every - 1) if rows == 0 else 0
            part = slice(start, start + max(1, rows))
            self._advance(every if rows else 1, counts[part], *(array[part] for array in arrays))
            counts[part] += before

    def _fill(self, every: int, samples: NDArray[Any]) -> None:
        """Make `every` updates before each row of `samples`, and copy the configuration to it."""
        for sample in samples:
            self._update(every)
            sample[...] = self._configuration()

    def _measured(self) -> NDArray[Any]:
        """The sums of the configuration as it is now."""
        counts, sums = self._buffers(1)
        self._advance(0, counts, sums)
        return sums[0]

    def _repeat(self, n: int) -> Any:
        """Make n updates in one call; the sum of their counts."""
        counts, sums = self._buffers(1)
        self._advance(n, counts, sums[:0])
        return counts[0]

    @abstractmethod
    def _made_of(self, *args: Any, **parameters: Any) -> tuple[dict[str, Any], Any]:
        """The checked parameters, by name, and the tables of the update.

        ValueError, without any change of the chain, for values that cannot be.
        """

    @abstractmethod
    def _configuration(self) -> NDArray[Any]:
        """The configuration now, a new array."""

    @abstractmethod
    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Room for n rows of what is counted during the updates, and of what is measured after."""

    @abstractmethod
    def _advance(
        self, every: int, counts: NDArray[np.int64], sums: NDArray[Any], *samples: NDArray[Any]
    ) -> None:
        """For each row of `counts` make `every` updates, then measure into that of `sums`, if any.

        `counts` receives what the algorithm counts, summed over these updates.
        """

    @abstractmethod
    def _series(self, every: int, counts: NDArray[np.int64], sums: NDArray[Any]) -> SeriesT:
        """The record."""


class IsingChain(Chain[SeriesT]):
    """A chain of Ising spins on a periodic lattice, with weight exp(K sum_nn s s' + h sum s).

    Attributes
    ----------
    K, h : float
        Coupling and field, both dimensionless. Set them, `chain.K = 0.4`, to go on from the
        present spins at another temperature or in another field.
    L, dim, n_sites : int
        Edge, dimension (2 or 3) and number L**dim of sites; fixed.
    """

    L, dim = Fixed(), Fixed()
    K, h = Parameter(), Parameter()

    def __repr__(self) -> str:
        field = f", h={self.h:g}" if self.h else ""
        return f"{type(self).__name__}(L={self.L}, K={self.K:.7g}{field}, dim={self.dim})"

    def energy(self) -> float:
        """Energy per site now, -sum s s' / N over the bonds, without the field term."""
        return -float(self._measured()[0]) / self.n_sites

    def magnetization(self) -> float:
        """Magnetization per site now, sum s / N, with its sign."""
        return float(self._measured()[1]) / self.n_sites

    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return np.empty(n, np.int64), np.empty((n, 2), np.int64)

    def _series(self, every: int, counts: NDArray[np.int64], sums: NDArray[np.int64]) -> Any:
        return Series(-sums[:, 0] / self.n_sites, sums[:, 1] / self.n_sites)


def _numbers(n: int, every: int) -> tuple[int, int]:
    """How many measurements, and how many updates before each."""
    return _checks.integer("n", n, minimum=1), _checks.integer("every", every, minimum=1)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, which can no longer be written to: to change entries would change nothing."""
    array.flags.writeable = False
    return array


def with_shape(name: str, array: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """`array` as a NumPy array; ValueError unless it has this shape."""
    if np.shape(array) != shape:
        raise ValueError(f"{name} must have shape {shape}, got {np.shape(array)}")
    return np.asarray(array)
