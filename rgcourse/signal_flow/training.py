"""Deep networks of equal layers, taught by gradient descent with momentum; NumPy alone.

    h_1 = x A,        h_{l+1} = tanh(h_l) W_l + b_l,        scores = tanh(h_last) C

and with shortcuts h_{l+1} = h_l + tanh(h_l) W_l + b_l. The first matrix is such that the first
signals have the variance that the layers keep.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .recursion import LINEAR, _between, _variances, fixed_variance

__all__ = ["DeepNet", "loss_and_gradient", "random_deep", "train_deep"]

Array = NDArray[np.float32]


class DeepNet(NamedTuple):
    """A network of equal layers with tanh.

    Parameters
    ----------
    weights : tuple of float32 arrays
        (n_inputs, width), then (width, width) for each layer, then (width, n_classes).
    biases : tuple of float32 arrays (width,)
        One for each layer.
    shortcuts : bool
        Whether a layer adds to its signals instead of replacing them.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    shortcuts: bool = False

    def signals(self, images: ArrayLike) -> list[Array]:
        """The signals of each layer (P, width), first those that the images make."""
        h = _images(self, images) @ self.weights[0]
        found = [h]
        for w, b in zip(self.weights[1:-1], self.biases, strict=True):
            after = np.tanh(h) @ w + b
            h = h + after if self.shortcuts else after
            found.append(h)
        return found

    def classify(self, images: ArrayLike) -> NDArray[np.intp]:
        """The class with the highest score, of each image (P, n_inputs)."""
        scores = np.tanh(self.signals(images)[-1]) @ self.weights[-1]
        return scores.argmax(axis=1)


def random_deep(
    depth: int, width: int, w2: float, b2: float, *, n_inputs: int = 64, n_classes: int = 10,
    q: float | None = None, shortcuts: bool = False, rng: Any,
) -> DeepNet:  # fmt: skip
    """A network with normal weights and biases.

    Parameters
    ----------
    depth, width : int
        Layers and units in each.
    w2, b2 : float
        Variances of weights (times 1 / width) and biases. Inputs of mean square 1 become signals of
        the variance that these keep.
    n_inputs, n_classes : int
    q : float, optional
        The variance of the first signals, above 0, if not the one that is kept.
    shortcuts : bool
        See `DeepNet`.
    rng : numpy Generator or seed

    Raises
    ------
    ValueError
        For sizes below 1 and variances out of range, and without q where all signals die.

    Examples
    --------
    >>> net = random_deep(3, 50, 1.5, 0.1, rng=1)
    >>> net.classify(np.ones((7, 64))).shape, len(net.signals(np.ones((7, 64))))
    ((7,), 4)
    """
    depth, width = (_checks.integer(name, value, minimum=1)
                    for name, value in (("depth", depth), ("width", width)))  # fmt: skip
    n_inputs = _checks.integer("n_inputs", n_inputs, minimum=1)
    n_classes = _checks.integer("n_classes", n_classes, minimum=2)
    w2, b2 = _variances(w2, b2)
    random = _checks.generator(rng)

    def draw(variance: float, *shape: int) -> Array:
        numbers = random.standard_normal(shape, dtype=np.float32)
        return numbers * np.float32(variance**0.5)

    if q is None:
        q = fixed_variance(w2, b2)
        if q < LINEAR:
            raise ValueError(
                f"without biases all signals die for w2 = {w2:g}: no variance is kept; say with q "
                f"which one the first signals have, or take w2 > 1 or b2 > 0"
            )
    else:
        q = _between("q", q, 1e-9, 100.0)
    first = draw(q / n_inputs, n_inputs, width)
    inner = [draw(w2 / width, width, width) for _ in range(depth)]
    last = draw(1 / width, width, n_classes)
    biases = tuple(draw(b2, width) for _ in range(depth))
    return DeepNet((first, *inner, last), biases, bool(shortcuts))


def loss_and_gradient(
    net: DeepNet, images: ArrayLike, classes: ArrayLike
) -> tuple[float, list[Array]]:
    """Mean cross-entropy in nats, and its derivatives by all weights and then all biases.

    Parameters
    ----------
    net : DeepNet
    images : float array (P, n_inputs)
    classes : int array (P,)
        From 0 to n_classes - 1.

    Raises
    ------
    ValueError
        For images and classes that do not fit the network.
    """
    x, right = _examples(net, images, classes)
    signals = net.signals(x)
    units = [np.tanh(h) for h in signals]
    scores = units[-1] @ net.weights[-1]
    scores -= scores.max(axis=1, keepdims=True)
    odds = np.exp(scores)
    total = odds.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = float(np.mean(np.log(total[:, 0]) - scores[rows, right]))
    back = odds / total
    back[rows, right] -= 1
    back /= np.float32(len(x))

    by_weights = [units[-1].T @ back]  # [image] unit, [image] class
    by_biases: list[Array] = []
    slope = (back @ net.weights[-1].T) * (1 - units[-1] ** 2)
    for w, unit in zip(net.weights[-2:0:-1], units[-2::-1], strict=True):
        by_weights.append(unit.T @ slope)
        by_biases.append(slope.sum(axis=0))
        below = (slope @ w.T) * (1 - unit**2)
        slope = slope + below if net.shortcuts else below
    by_weights.append(x.T @ slope)
    return loss, [*by_weights[::-1], *by_biases[::-1]]


def train_deep(
    net: DeepNet, images: ArrayLike, classes: ArrayLike, *, n_steps: int = 200,
    batch_size: int = 64, rate: float = 0.02, momentum: float = 0.9, most: float = 1.0, rng: Any,
) -> DeepNet:  # fmt: skip
    """A new network, after steps of gradient descent with momentum; gradients are cut at a length.

    Parameters
    ----------
    net : DeepNet
        Where it starts.
    images : float array (P, n_inputs)
    classes : int array (P,)
    n_steps, batch_size : int
        Steps, and images drawn for each.
    rate, momentum : float
        rate > 0, and 0 <= momentum < 1.
    most : float
        A longer gradient is made that short; one that is not finite is left out.
    rng : numpy Generator or seed

    Raises
    ------
    ValueError
        For images and classes that do not fit the network, and for parameters out of range, such
        as a rate at which weights overflow.
    """
    x, right = _examples(net, images, classes)
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    rate, most = _checks.finite("rate", rate), _checks.finite("most", most)
    if rate <= 0 or most <= 0:
        raise ValueError(f"rate and most must be above 0, got {rate:g} and {most:g}")
    if rate > float(np.finfo(np.float32).max):
        raise ValueError(f"rate must be a number of 32 bits, got {rate:g}")
    step, keep = np.float32(rate), np.float32(_between("momentum", momentum, 0.0, 1.0 - 1e-6))
    random = _checks.generator(rng)
    weights = [w.copy() for w in net.weights]
    biases = [b.copy() for b in net.biases]
    new = DeepNet(tuple(weights), tuple(biases), net.shortcuts)
    pace = [np.zeros_like(p) for p in (*weights, *biases)]
    for _ in range(n_steps):
        some = random.integers(0, len(x), batch_size)
        with np.errstate(over="ignore", invalid="ignore"):
            _, gradient = loss_and_gradient(new, x[some], right[some])
            length = np.sqrt(sum(float(np.vdot(g, g)) for g in gradient))
        share = min(1.0, most / length) if np.isfinite(length) and length > 0 else 0.0
        for p, v, g in zip((*weights, *biases), pace, gradient, strict=True):
            v *= keep
            if share:
                v += np.float32(share) * g
            with np.errstate(over="ignore", invalid="ignore"):
                p -= step * v
    if not all(np.isfinite(p).all() for p in (*weights, *biases)):
        raise ValueError(f"the weights overflow at a rate of {rate:g}; take a lower one")
    return new


def _examples(
    net: DeepNet, images: ArrayLike, classes: ArrayLike
) -> tuple[Array, NDArray[np.intp]]:
    _checks.refuse_masked("classes", classes)
    x, right = _images(net, images), np.asarray(classes)
    n_classes = net.weights[-1].shape[1]
    if right.shape != (len(x),) or right.dtype.kind not in "iu":
        raise ValueError(f"classes must be {len(x)} whole numbers, got shape {right.shape}")
    if right.min() < 0 or right.max() >= n_classes:
        raise ValueError(
            f"classes must be from 0 to {n_classes - 1}, got {right.min()} to {right.max()}"
        )
    return x, right.astype(np.intp)


def _images(net: DeepNet, images: ArrayLike) -> Array:
    """The images in 32 bits; ValueError unless they are rows of finite numbers for this network."""
    with np.errstate(over="ignore"):
        x = _checks.real_array("images", images).astype(np.float32)
    n_inputs = len(net.weights[0])
    if x.ndim != 2 or x.shape[1] != n_inputs or len(x) == 0:
        raise ValueError(f"images must be rows of {n_inputs} numbers, got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"images must be finite in 32 bits, got {x[~np.isfinite(x)].flat[0]}")
    return x
