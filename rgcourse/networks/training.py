"""Training by JAX and optax, of several networks at once."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from .. import _checks
from .network import ConvNet, as_labels, as_lattices, check_sites, random_net

__all__ = ["loss_and_gradient", "train_nets"]

INSTALL_HINT = 'training networks needs JAX and optax: pip install "rgcourse[learn]"'


def train_nets(
    spins: ArrayLike,
    ordered: ArrayLike,
    *,
    n_nets: int = 5,
    n_steps: int = 300,
    batch_size: int = 64,
    rate: float = 0.01,
    channels: Sequence[int] = (6, 8, 8),
    n_hidden: int = 8,
    sites: int = 1,
    rng: int | np.random.Generator,
) -> list[ConvNet]:
    """A list of `n_nets` trained `ConvNet`, independent of one another, data included.

    Descends the cross-entropy, `-<y ln p + (1 - y) ln(1 - p)>`, by Adam, at a rate that falls to
    zero like half a cosine. The samples are dealt out: network k starts from its own random
    weights and sees samples k, k + n_nets, k + 2 n_nets, ... only, so that the scatter of the
    networks is the error of the whole experiment. All are trained at once.

    Parameters
    ----------
    spins : array of +1 and -1, shape (n_samples, L, L)
        L a multiple of `2**len(channels)`.
    ordered : array, shape (n_samples,)
        Labels: 1 or True for ordered, 0 or False for not.
    n_nets : int
        How many networks.
    n_steps : int
        Steps of training.
    batch_size : int
        Samples that each network sees in a step.
    rate : float
        First step size of Adam.
    channels, n_hidden, sites, rng
        As for `random_net`.

    Raises
    ------
    ValueError
        For samples and labels that do not fit, and input out of range.
    ImportError
        Without JAX and optax, with the line that installs them.

    Adam: D. P. Kingma and J. Ba, arXiv:1412.6980.

    Examples
    --------
    >>> train_nets(spins, T < 2.269, n_nets=5, rng=1)  # doctest: +SKIP
    """
    channels = tuple(channels)
    samples = as_lattices(spins, len(channels))  # sample x y
    right = as_labels(ordered, len(samples))  # sample
    random = _checks.generator(rng)
    n_nets = _checks.integer("n_nets", n_nets, minimum=1)
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    rate = _checks.finite("rate", rate)
    if rate <= 0:
        raise ValueError(f"rate must be positive, got {rate:g}")
    if len(samples) < n_nets:
        raise ValueError(f"{len(samples)} samples cannot be dealt out to {n_nets} networks")
    jax, _ = _libraries()
    nets = [random_net(channels, n_hidden, sites=sites, rng=random) for _ in range(n_nets)]
    check_sites(nets[0].sites, (samples.shape[1] >> len(channels)) ** 2)
    stacked = jax.tree.map(lambda *w: jax.numpy.stack(w), *map(vars, nets))
    order = random.integers(0, len(samples) // n_nets, (n_steps, n_nets, batch_size))
    order = order * n_nets + np.arange(n_nets)[:, None]  # step net sample
    run = _trainer(rate, n_steps)
    leaves, tree = jax.tree.flatten(run(stacked, samples, right, order))
    apart = zip(*map(np.asarray, leaves), strict=True)
    return [ConvNet(**jax.tree.unflatten(tree, weights)) for weights in apart]


def loss_and_gradient(net: ConvNet, spins: ArrayLike, ordered: ArrayLike) -> tuple[float, ConvNet]:
    """(cross-entropy, `ConvNet` of its derivatives) on labelled samples, by JAX.

    Parameters
    ----------
    net : ConvNet
    spins, ordered
        As for `train_nets`.

    Raises
    ------
    ValueError, ImportError
        As `train_nets`.

    Examples
    --------
    >>> loss_and_gradient(net, spins, T < 2.269)  # doctest: +SKIP
    """
    samples = as_lattices(spins, len(net.kernels))  # sample x y
    check_sites(net.sites, (samples.shape[1] >> len(net.kernels)) ** 2)
    right = as_labels(ordered, len(samples))  # sample
    jax, _ = _libraries()
    loss, gradient = jax.value_and_grad(_loss)(vars(net), samples, right)
    return float(loss), ConvNet(**jax.tree.map(np.asarray, gradient))


def _libraries():
    try:
        import jax
        import optax
    except ImportError as error:
        raise ImportError(INSTALL_HINT) from error
    return jax, optax


@lru_cache
def _trainer(rate, n_steps):
    """The compiled training of several networks; compiled again for other shapes only."""
    jax, optax = _libraries()
    optimizer = optax.adam(optax.cosine_decay_schedule(rate, n_steps))

    @jax.jit
    def run(weights, spins, ordered, order):
        def step(carry, batch):
            weights, state = carry
            gradient = jax.vmap(jax.grad(_loss))(weights, spins[batch], ordered[batch])
            updates, state = optimizer.update(gradient, state)
            return (optax.apply_updates(weights, updates), state), None

        return jax.lax.scan(step, (weights, optimizer.init(weights)), order)[0][0]

    return run


def _loss(weights, spins, ordered):
    import jax.numpy as jnp

    logit = _forward(weights, spins)
    return jnp.mean(jnp.logaddexp(0, logit) - ordered * logit)


def _forward(weights, spins):
    """The logits, in JAX: as `ConvNet.logit`, with a layer as one product of matrices."""
    import jax.numpy as jnp

    maps = spins.astype(jnp.float32)[..., None]  # sample x y channel
    for kernel, bias in zip(weights["kernels"], weights["biases"], strict=True):
        n, L, _, n_in = maps.shape
        width = len(kernel)
        if width == 2:  # blocks do not overlap: a change of order, and so is its derivative
            seen = maps.reshape(n, L // 2, 2, L // 2, 2, n_in)  # sample X i Y j channel
            seen = seen.swapaxes(2, 3)  # sample X Y i j channel
        else:
            wrap = (0, width - 2)
            maps = jnp.pad(maps, ((0, 0), wrap, wrap, (0, 0)), mode="wrap")
            offsets = [(i, j) for i in range(width) for j in range(width)]
            parts = [maps[:, i : i + L : 2, j : j + L : 2] for i, j in offsets]
            seen = jnp.stack(parts, axis=-2)  # sample X Y (i j) channel
        seen = seen.reshape(n, L // 2, L // 2, width**2 * n_in)  # sample X Y (i j channel)
        kernel = kernel.reshape(width**2 * n_in, -1)  # (i j channel) channel'
        maps = jnp.maximum(seen @ kernel + bias, 0)  # sample X Y channel'
    whole = len(weights["hidden"]) == maps.shape[-1]  # the mean, or every site by itself
    seen = maps.mean(axis=(1, 2)) if whole else maps.reshape(len(maps), -1)  # sample (x y channel)
    units = jnp.maximum(seen @ weights["hidden"] + weights["hidden_bias"], 0)  # sample hidden
    return units @ weights["out"] + weights["out_bias"]  # sample
