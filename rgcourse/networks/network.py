"""The network itself: its weights, the maps of its layers, and the logit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ._kernels import _classify_all, _conv_all

__all__ = ["ConvNet", "as_labels", "as_lattices", "cross_entropy", "random_net"]

KERNEL_WIDTHS = 3, 2  # in the first layer, in the others


@dataclass(frozen=True, eq=False)
class ConvNet:
    """A convolutional network with weights in float32, read-only.

    Parameters
    ----------
    kernels : sequence of arrays, shapes (3, 3, 1, n_out), then (2, 2, n_in, n_out)
        One a layer; n_in is the n_out of the layer before.
    biases : sequence of arrays, shapes (n_out,)
    hidden, hidden_bias : arrays, shapes (sites * n_out of the last layer, n_hidden) and (n_hidden,)
        With sites = 1 the hidden units see the mean over the lattice; with more, the last maps
        themselves, row by row, which must have that many sites.
    out, out_bias : arrays, shapes (n_hidden,) and ()

    Raises
    ------
    ValueError
        When shapes do not fit together or a weight is not finite.

    Examples
    --------
    >>> net = random_net(rng=1)
    >>> net.channels, net.n_weights
    ((6, 8, 8), 605)
    >>> net.probability(np.ones((1, 16, 16), np.int8)).shape
    (1,)
    """

    kernels: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]

    if TYPE_CHECKING:  # what goes in may be lists; what is kept is arrays

        def __init__(
            self,
            kernels: Sequence[ArrayLike],
            biases: Sequence[ArrayLike],
            hidden: ArrayLike,
            hidden_bias: ArrayLike,
            out: ArrayLike,
            out_bias: ArrayLike,
        ) -> None: ...

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            many = field.name in ("kernels", "biases")
            value = tuple(map(_weights, value)) if many else _weights(value)
            object.__setattr__(self, field.name, value)
        expected = _shapes(self.channels, self.out.size, self.sites)
        got = {name: _shape(value) for name, value in vars(self).items()}
        for name, shape in expected.items():
            if got[name] != shape:
                raise ValueError(f"{name} must have shape {shape} here, got {got[name]}")

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of each layer."""
        return tuple(kernel.shape[-1] for kernel in self.kernels)

    @property
    def sites(self) -> int:
        """Sites that the hidden units see apart; 1 is the mean over the lattice."""
        return max(len(self.hidden) // self.channels[-1], 1)

    @property
    def n_weights(self) -> int:
        """Number of weights and biases."""
        return sum(array.size for array in _arrays(self))

    def layers(self, spins: ArrayLike) -> list[NDArray[np.float32]]:
        """The maps after each layer l: float32 arrays, (n_samples, L / 2**l, L / 2**l, n_out).

        Raises
        ------
        ValueError
            Unless `spins` is (n_samples, L, L) of +1 and -1 with L a multiple of 2**layers.
        """
        # sample x y channel
        maps = as_lattices(spins, len(self.kernels)).astype(np.float32)[..., None]
        found = []
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            (n, L, _, n_in), n_out = maps.shape, len(bias)
            after = np.empty((n, L // 2 * (L // 2) * n_out), np.float32)  # sample (x y channel)
            _conv_all(maps.reshape(n, -1), L, len(kernel), n_in, n_out, kernel.ravel(), bias, after)
            maps = after.reshape(n, L // 2, L // 2, n_out)  # sample x y channel
            found.append(maps)
        return found

    def logit(self, spins: ArrayLike) -> NDArray[np.float32]:
        """ln(p / (1 - p)) for the probability p of "ordered", float32, one a sample.

        Raises
        ------
        ValueError
            As `layers`, and unless the last maps have the sites that the hidden units see apart.
        """
        maps = self.layers(spins)[-1]  # sample x y channel
        n, side, _, n_in = maps.shape
        averaged = side * side
        if self.sites > 1:  # the mean over one site is the map itself
            check_sites(self.sites, averaged)
            averaged, n_in = 1, averaged * n_in
        logits, means = np.empty(n, np.float32), np.empty(n_in, np.float32)  # sample; channel
        _classify_all(
            maps.reshape(n, -1), averaged, n_in, self.out.size, self.hidden.ravel(),
            self.hidden_bias, self.out, self.out_bias.reshape(1), means, logits,
        )  # fmt: skip
        return logits

    def probability(self, spins: ArrayLike) -> NDArray[np.float64]:
        """The probability of "ordered" that the network gives each sample, float64."""
        from scipy.special import expit  # 0.1 s to import, and needed only here

        return expit(self.logit(spins).astype(float))


def random_net(
    channels: Sequence[int] = (6, 8, 8),
    n_hidden: int = 8,
    *,
    sites: int = 1,
    rng: int | np.random.Generator,
) -> ConvNet:
    """An untrained `ConvNet`: normal weights of variance 2 / n_inputs, biases zero.

    K. He et al., ICCV 2015, doi:10.1109/ICCV.2015.123: with this variance relu layers neither
    silence nor blow up what passes through them.

    Parameters
    ----------
    channels : sequence of int
        Channels of each layer, at least 1; one layer halves the lattice once.
    n_hidden : int
        Units of the hidden layer.
    sites : int
        What those units see: with 1 the mean over the lattice, and else each of the `sites` sites
        of the last maps by itself. Without the mean a network is for one size of lattice.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For no layer, numbers below 1, a missing rng.

    Examples
    --------
    >>> random_net((4,), 3, rng=1).hidden.shape
    (4, 3)
    """
    random = _checks.generator(rng)
    channels = tuple(_checks.integer("channels", c, minimum=1) for c in channels)
    if not channels:
        raise ValueError("channels is empty; a network needs at least one layer, as (6, 8, 8)")
    n_hidden = _checks.integer("n_hidden", n_hidden, minimum=1)
    shapes = _shapes(channels, n_hidden, _checks.integer("sites", sites, minimum=1))

    def draw(shape):
        return random.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1]))

    return ConvNet(
        [draw(shape) for shape in shapes["kernels"]],
        [np.zeros(shape) for shape in shapes["biases"]],
        draw(shapes["hidden"]),
        np.zeros(n_hidden),
        random.normal(size=n_hidden) / np.sqrt(n_hidden),
        np.zeros(()),
    )


def cross_entropy(probability: ArrayLike, ordered: ArrayLike) -> float:
    """Mean of `-ln(probability given to the right answer)`, in nats.

    Parameters
    ----------
    probability : array, shape (n_samples,)
        Of "ordered", from 0 to 1.
    ordered : array, shape (n_samples,)
        Labels: 1 or True for ordered, 0 or False for not.

    Raises
    ------
    ValueError
        For probabilities outside 0 to 1, or labels that do not fit.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0, 1]), 4)
    0.6931
    """
    p = _checks.real_array("probability", probability)
    if p.size == 0 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("probability must be from 0 to 1 and not empty")
    y = as_labels(ordered, p.size)
    tiny = np.finfo(np.float32).tiny
    return float(-np.mean(np.log(np.maximum(np.where(y == 1, p, 1 - p), tiny))))


# --- shapes and checks ------------------------------------------------------------------------


def _arrays(net):
    return [*net.kernels, *net.biases, net.hidden, net.hidden_bias, net.out, net.out_bias]


def check_sites(sites: int, here: int) -> None:
    """ValueError unless the last maps have as many sites as the hidden units see apart."""
    if sites not in (1, here):
        raise ValueError(
            f"the hidden units see {sites} sites apart, and the last maps have {here} here: "
            f"a network without the mean over the lattice is for one size of lattice"
        )


def _shapes(channels, n_hidden, sites):
    """The shapes that belong to these channels, by the names of `ConvNet`."""
    widths = [KERNEL_WIDTHS[layer > 0] for layer in range(len(channels))]
    triples = zip(widths, (1, *channels), channels, strict=False)
    return {
        "kernels": [(width, width, n_in, n_out) for width, n_in, n_out in triples],
        "biases": [(c,) for c in channels],
        "hidden": (sites * channels[-1], n_hidden),
        "hidden_bias": (n_hidden,),
        "out": (n_hidden,),
        "out_bias": (),
    }


def _shape(value):
    return [array.shape for array in value] if isinstance(value, tuple) else value.shape


def _weights(array):
    array = np.array(_checks.finite_array("weights", array), np.float32, order="C")
    array.flags.writeable = False
    return array


def as_lattices(spins: ArrayLike, layers: int) -> NDArray[np.int8]:
    """`spins` as int8, shape (n_samples, L, L); ValueError unless 2**layers divides L."""
    samples = _checks.spins(spins, min_dim=2)
    factor = 2**layers
    if samples.ndim != 3 or samples.shape[1] % factor:
        raise ValueError(
            f"{layers} layers halve the lattice {layers} times: spins must have shape "
            f"(n_samples, L, L) with L a multiple of {factor}, got {samples.shape}"
        )
    return samples


def as_labels(ordered: ArrayLike, n: int) -> NDArray[np.float32]:
    """`ordered` as float32; ValueError unless it holds n labels 0 or 1."""
    array = np.asarray(ordered)
    if array.shape != (n,) or not np.all((array == 0) | (array == 1)):
        raise ValueError(
            f"ordered must be {n} labels 0 or 1, one a sample, got shape {array.shape}"
        )
    return array.astype(np.float32)
