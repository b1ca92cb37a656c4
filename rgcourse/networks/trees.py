"""Networks in the shape of a tree: each layer joins neighbouring symbols, all places alike.

Adam, by which they are trained: D. P. Kingma and J. Ba, arXiv:1412.6980.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .training import _libraries

__all__ = ["Reader", "TreeNet", "random_reader", "random_tree", "train_reader", "train_tree"]

Weights = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TreeNet:
    """A classifier of texts; `layers` joins patches of neighbours, `out` reads what is left.

    A symbol enters as a row of v numbers, sqrt(v) (1 - 1/v) at its own place and -1 / sqrt(v)
    elsewhere. Then, for every layer and every patch, with n_in the rows of its weights,

        h' = relu(h[patch] @ weights / sqrt(n_in)),    score = h[all] @ out / sqrt(n_in).

    Parameters
    ----------
    layers : tuple of float32 arrays (patch * channels below, channels)
        From the text up.
    out : float32 array (places on top * channels, n_classes)
    v : int
        Kinds of symbols.

    Examples
    --------
    >>> net = random_tree(8, (2, 2, 2), n_classes=8, rng=1)  # texts of eight symbols
    >>> net.classify(np.zeros((5, 8), int)).shape, net.n_weights
    ((5,), 17920)
    """

    layers: tuple[Weights, ...]
    out: Weights
    v: int

    @property
    def n_weights(self) -> int:
        """Number of weights."""
        return sum(w.size for w in self.layers) + self.out.size

    def activations(self, texts: ArrayLike) -> list[NDArray[Any]]:
        """What each layer says, arrays (n, places, channels), and the scores (n, n_classes)."""
        maps = _maps(np, self.layers, _texts(texts, self.v, self.layers), self.v)
        return [*maps, _scores(maps[-1], self.out)]

    def classify(self, texts: ArrayLike) -> NDArray[np.intp]:
        """The most likely class of each text (n, length)."""
        return self.activations(texts)[-1].argmax(axis=1)


class Reader(NamedTuple):
    """A network that reads a block of a text and says what stands beside it.

    Layers as in `TreeNet`, with patches of two: block a of layer l has 2^(l + 1) symbols. Its
    sibling is the block with which the next layer would join it.

    Parameters
    ----------
    layers : tuple of float32 arrays
    heads : tuple of float32 arrays (channels, 2, 2^l, v^2)
        One a layer: as the left (0) or right (1) of two siblings, the scores of each of the 2^l
        pairs of symbols in the other.
    v : int
        Kinds of symbols.
    """

    layers: tuple[Weights, ...]
    heads: tuple[Weights, ...]
    v: int

    @property
    def n_weights(self) -> int:
        """Number of weights."""
        return sum(w.size for w in (*self.layers, *self.heads))

    def predict(self, texts: ArrayLike) -> NDArray[Any]:
        """What each largest block expects beside it: (n, blocks, 2, 2^l, v^2), sums of one."""
        block = _maps(np, self.layers, _texts(texts, self.v, self.layers), self.v)[-1]
        scores = np.einsum("nbc,cswk->nbswk", block, self.heads[-1]) / np.sqrt(block.shape[-1])
        odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return odds / odds.sum(axis=-1, keepdims=True)


def random_tree(
    v: int, patches: tuple[int, ...], *, n_channels: int = 64, n_classes: int, rng: Any
) -> TreeNet:
    """A `TreeNet` with normal weights, one layer for each of `patches`.

    Parameters
    ----------
    v : int
        Kinds of symbols.
    patches : tuple of int
        Neighbours that each layer joins: (2, 2, 2) is deep, (8,) has one hidden layer. Their
        product is the length of the texts.
    n_channels, n_classes : int
        Numbers that each place holds, and classes.
    rng : numpy Generator or seed
    """
    v = _checks.integer("v", v, minimum=2)
    n_channels = _checks.integer("n_channels", n_channels, minimum=1)
    n_classes = _checks.integer("n_classes", n_classes, minimum=2)
    if not isinstance(patches, (tuple, list)) or not patches:
        raise ValueError(f"patches must be one number a layer, such as (2, 2, 2), got {patches!r}")
    joined = [_checks.integer("a patch", patch, minimum=1) for patch in patches]
    random = _checks.generator(rng)
    layers = _random_layers(v, joined, n_channels, random)
    return TreeNet(layers, _normal(random, n_channels, n_classes), v)


def random_reader(v: int, n_layers: int, *, n_channels: int = 64, rng: Any) -> Reader:
    """A `Reader` with normal weights, those of its heads ten times smaller."""
    v = _checks.integer("v", v, minimum=2)
    n_layers = _checks.integer("n_layers", n_layers, minimum=1)
    n_channels = _checks.integer("n_channels", n_channels, minimum=1)
    random = _checks.generator(rng)
    layers = _random_layers(v, [2] * n_layers, n_channels, random)
    heads = [0.1 * _normal(random, n_channels, 2, 2**l, v * v) for l in range(n_layers)]
    return Reader(layers, tuple(heads), v)


def train_tree(
    net: TreeNet, texts: ArrayLike, classes: ArrayLike, *, n_steps: int = 2000,
    batch_size: int = 64, rate: float = 0.01, rng: Any,
) -> TreeNet:  # fmt: skip
    """A new `TreeNet`, taught classes by Adam at a rate that falls to a tenth.

    Parameters
    ----------
    net : TreeNet
        Where it starts.
    texts : int array (P, length)
        Symbols from 0 to v - 1.
    classes : int array (P,)
    n_steps, batch_size : int
        Steps, and texts drawn for each.
    rate : float
        First step size.
    rng : numpy Generator or seed

    Raises
    ------
    ValueError
        For texts and classes that do not fit the network.
    ImportError
        Without JAX and optax, with the line that installs them.
    """
    rows = _texts(texts, net.v, net.layers)
    right = np.asarray(classes)
    n_classes = net.out.shape[1]
    if right.shape != (len(rows),) or right.dtype.kind not in "iu":
        raise ValueError(f"classes must be {len(rows)} whole numbers, got shape {right.shape}")
    if right.min() < 0 or right.max() >= n_classes:
        raise ValueError(f"classes must be from 0 to {n_classes - 1}")
    layers, out = _train(
        _class_loss, (net.layers, net.out), net.v, (rows, right), n_steps, batch_size, rate, rng
    )
    return TreeNet(layers, out, net.v)


def train_reader(
    net: Reader, texts: ArrayLike, *, n_steps: int = 2000, batch_size: int = 64,
    rate: float = 0.01, rng: Any,
) -> Reader:  # fmt: skip
    """A new `Reader`, taught by texts alone: the mean cross-entropy, added over layers.

    Parameters
    ----------
    net : Reader
        Where it starts.
    texts : int array (P, length)
        The length is a multiple of 2^(layers + 1).
    n_steps, batch_size, rate, rng
        As for `train_tree`; so are the errors raised.
    """
    rows = _texts(texts, net.v, net.layers)
    if rows.shape[1] % 2 ** (len(net.layers) + 1):
        raise ValueError(
            f"{len(net.layers)} layers need texts of a length that {2 ** (len(net.layers) + 1)} "
            f"divides, so that each block has a sibling, got shape {rows.shape}"
        )
    weights = net.layers, net.heads
    layers, heads = _train(_beside_loss, weights, net.v, (rows,), n_steps, batch_size, rate, rng)
    return Reader(layers, heads, net.v)


def _train(
    loss: Any, weights: Any, v: int, data: Any, n_steps: Any, batch_size: Any, rate: Any, rng: Any
) -> Any:
    """The weights after training on `data`, arrays with one row a text."""
    rate = _checks.finite("rate", rate)
    if rate <= 0:
        raise ValueError(f"rate must be positive, got {rate:g}")
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    jax, _ = _libraries()
    order = _checks.generator(rng).integers(0, len(data[0]), (n_steps, batch_size))
    run = _trainer(loss, v, n_steps, rate)
    return jax.tree.map(np.asarray, run(weights, tuple(array[order] for array in data)))


def _normal(random: np.random.Generator, *shape: int) -> Weights:
    return random.normal(size=shape).astype(np.float32)


def _random_layers(v: int, patches: list[int], n_channels: int, random: Any) -> tuple[Weights, ...]:
    below = [v] + [n_channels] * (len(patches) - 1)
    return tuple(_normal(random, p * n, n_channels) for p, n in zip(patches, below, strict=True))


def _texts(texts: ArrayLike, v: int, layers: tuple[Weights, ...]) -> NDArray[np.int16]:
    rows, joined, width = np.asarray(texts), 1, v
    for weights in layers:
        joined, width = joined * (len(weights) // width), weights.shape[1]
    if rows.ndim != 2 or rows.size == 0 or rows.dtype.kind not in "iu" or rows.shape[1] % joined:
        raise ValueError(
            f"texts must be rows of whole numbers, their length a multiple of {joined}, got "
            f"shape {rows.shape} of {rows.dtype}"
        )
    if rows.min() < 0 or rows.max() >= v:
        raise ValueError(f"texts must hold symbols from 0 to {v - 1}")
    return rows.astype(np.int16)


@lru_cache
def _trainer(loss: Callable[..., Any], v: int, n_steps: int, rate: float) -> Callable[..., Any]:
    """The compiled training; compiled again for other shapes only."""
    jax, optax = _libraries()
    optimizer = optax.adam(optax.cosine_decay_schedule(rate, n_steps, 0.1))

    def step(carry: Any, batch: Any) -> Any:
        weights, state = carry
        updates, state = optimizer.update(jax.grad(loss)(weights, v, *batch), state)
        return (optax.apply_updates(weights, updates), state), None

    @jax.jit
    def run(weights: Any, batches: Any) -> Any:
        return jax.lax.scan(step, (weights, optimizer.init(weights)), batches)[0][0]

    return run


def _maps(xp: Any, layers: Any, texts: Any, v: int) -> list[Any]:
    """What each layer says of each of its patches, (n, places, channels); in NumPy or JAX."""
    maps = []
    h = ((xp.eye(v) - 1 / v) * np.sqrt(v)).astype(xp.float32)[texts]  # text place symbol
    for weights in layers:
        seen = h.reshape(len(h), -1, len(weights))  # text patch (place channel)
        h = xp.maximum(seen @ weights / np.float32(np.sqrt(len(weights))), 0)
        maps.append(h)
    return maps


def _scores(top: Any, out: Any) -> Any:
    """The scores of the classes, from all places on top."""
    if top.shape[1] * top.shape[2] != len(out):
        raise ValueError(
            f"{top.shape[1]} places of {top.shape[2]} channels are left on top, and the output "
            f"reads {len(out)} numbers: the network does not fit the texts; shorten them or it"
        )
    return top.reshape(len(top), -1) @ out / np.float32(np.sqrt(len(out)))


def _class_loss(weights: Any, v: int, texts: Any, classes: Any) -> Any:
    _, optax = _libraries()
    import jax.numpy as jnp

    layers, out = weights
    scores = _scores(_maps(jnp, layers, texts, v)[-1], out)
    return optax.softmax_cross_entropy_with_integer_labels(scores, classes).mean()


def _beside_loss(weights: Any, v: int, texts: Any) -> Any:
    _, optax = _libraries()
    import jax.numpy as jnp

    layers, heads = weights
    pairs = texts[:, 0::2].astype(jnp.int32) * v + texts[:, 1::2]  # text pair
    total = 0.0
    for h, head in zip(_maps(jnp, layers, texts, v), heads, strict=True):
        n, blocks, channels = h.shape
        siblings = h.reshape(n, blocks // 2, 2, channels)
        scores = jnp.einsum("nbsc,cswk->nbswk", siblings, head) / np.sqrt(channels)
        beside = pairs.reshape(n, blocks // 2, 2, -1)[:, :, ::-1]  # text parent sibling pair
        total += optax.softmax_cross_entropy_with_integer_labels(scores, beside).mean()
    return total
