"""Small convolutional networks that look at spins: trained by JAX, run by the course's own kernel.

A network halves the lattice once a layer, on the torus. The first layer looks at windows of 3 x 3
spins, which overlap and so contain every bond; the others join blocks of 2 x 2. Then come the mean
of every channel, a hidden layer, and one number, the logit of "ordered":

    maps[l][x, y, c] = relu(biases[l][c]
                            + sum_ijk maps[l - 1][2x + i, 2y + j, k] kernels[l][i, j, k, c])
    logit = out_bias + sum_h out[h] relu(hidden_bias[h] + sum_c <maps[-1]>[c] hidden[c, h])

Only training needs JAX and optax (`pip install "rgcourse[learn]"`), and asks for them when it runs.
"""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numba import njit

from . import _checks

WIDTHS = 3, 2  # of the kernels: in the first layer, in the others
INSTALL = 'training networks needs JAX and optax: pip install "rgcourse[learn]"'


@dataclass(frozen=True, eq=False)
class ConvNet:
    """A convolutional network with weights in float32, read-only.

    Parameters
    ----------
    kernels : sequence of arrays, shapes (3, 3, 1, n_out), then (2, 2, n_in, n_out)
        One a layer; n_in is the n_out of the layer before.
    biases : sequence of arrays, shapes (n_out,)
    hidden, hidden_bias : arrays, shapes (n_out of the last layer, n_hidden) and (n_hidden,)
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

    kernels: tuple
    biases: tuple
    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            many = field.name in ("kernels", "biases")
            value = tuple(map(_weights, value)) if many else _weights(value)
            object.__setattr__(self, field.name, value)
        expected = _shapes(self.channels, self.out.size)
        got = {name: _shape(value) for name, value in vars(self).items()}
        for name, shape in expected.items():
            if got[name] != shape:
                raise ValueError(f"{name} must have shape {shape} here, got {got[name]}")

    @property
    def channels(self):
        """Channels of each layer."""
        return tuple(kernel.shape[-1] for kernel in self.kernels)

    @property
    def n_weights(self):
        """Number of weights and biases."""
        return sum(array.size for array in _arrays(self))

    def layers(self, spins):
        """The maps after each layer l: float32 arrays, (n_samples, L / 2**l, L / 2**l, n_out).

        Raises
        ------
        ValueError
            Unless `spins` is (n_samples, L, L) of +1 and -1 with L a multiple of 2**layers.
        """
        maps = _lattices(spins, len(self.kernels)).astype(np.float32)[..., None]
        found = []
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            (n, L, _, n_in), n_out = maps.shape, len(bias)
            after = np.empty((n, L // 2 * (L // 2) * n_out), np.float32)
            _conv_all(maps.reshape(n, -1), L, len(kernel), n_in, n_out, kernel.ravel(), bias, after)
            maps = after.reshape(n, L // 2, L // 2, n_out)
            found.append(maps)
        return found

    def logit(self, spins):
        """ln(p / (1 - p)) for the probability p of "ordered", float32, one a sample."""
        maps = self.layers(spins)[-1]
        n, side, _, n_in = maps.shape
        logits, means = np.empty(n, np.float32), np.empty(n_in, np.float32)
        _head_all(
            maps.reshape(n, -1), side * side, n_in, self.out.size, self.hidden.ravel(),
            self.hidden_bias, self.out, self.out_bias.reshape(1), means, logits,
        )  # fmt: skip
        return logits

    def probability(self, spins):
        """The probability of "ordered" that the network gives each sample, float64."""
        return 1 / (1 + np.exp(-self.logit(spins).astype(float)))


# --- kernels ----------------------------------------------------------------------------------


def conv_relu(maps, L, width, n_in, n_out, weights, bias, after):
    """One layer: kernels with stride 2 on the L x L torus, then relu; channels run fastest."""
    for x in range(L // 2):
        for y in range(L // 2):
            here = (x * (L // 2) + y) * n_out
            for c in range(n_out):
                after[here + c] = bias[c]
            for i in range(width):
                row = (2 * x + i) % L * L
                for j in range(width):
                    there = (row + (2 * y + j) % L) * n_in
                    for k in range(n_in):
                        value = maps[there + k]
                        kernel = ((i * width + j) * n_in + k) * n_out
                        for c in range(n_out):
                            after[here + c] += value * weights[kernel + c]
            for c in range(n_out):
                if after[here + c] < 0:
                    after[here + c] = 0


def head(maps, sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logit):
    """The logit, into `logit[0]`, from the last maps: means over the sites, one hidden layer."""
    for k in range(n_in):
        means[k] = 0
    for site in range(sites):
        for k in range(n_in):
            means[k] += maps[site * n_in + k]
    for k in range(n_in):
        means[k] /= sites
    logit[0] = out_bias[0]
    for h in range(n_hidden):
        unit = hidden_bias[h]
        for k in range(n_in):
            unit += means[k] * hidden[k * n_hidden + h]
        if unit > 0:
            logit[0] += unit * out[h]


_conv_relu = njit(cache=True, error_model="numpy")(conv_relu)
_head = njit(cache=True, error_model="numpy")(head)


@njit(cache=True, error_model="numpy")
def _conv_all(maps, L, width, n_in, n_out, weights, bias, after):
    for sample in range(len(maps)):
        _conv_relu(maps[sample], L, width, n_in, n_out, weights, bias, after[sample])


@njit(cache=True, error_model="numpy")
def _head_all(maps, sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logits):
    for n in range(len(maps)):
        _head(maps[n], sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logits[n:])


# --- training ---------------------------------------------------------------------------------


def random_net(channels=(6, 8, 8), n_hidden=8, *, rng):
    """An untrained `ConvNet`: normal weights of variance 2 / n_inputs, biases zero.

    K. He et al., ICCV 2015, doi:10.1109/ICCV.2015.123: with this variance relu layers neither
    silence nor blow up what passes through them.

    Examples
    --------
    >>> random_net((4,), 3, rng=1).hidden.shape
    (4, 3)
    """
    rng = _checks.generator(rng)
    channels = tuple(_checks.integer("channels", c, minimum=1) for c in channels)
    if not channels:
        raise ValueError("channels is empty; a network needs at least one layer, as (6, 8, 8)")
    shapes = _shapes(channels, _checks.integer("n_hidden", n_hidden, minimum=1))

    def draw(shape):
        return rng.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1]))

    return ConvNet(
        [draw(shape) for shape in shapes["kernels"]],
        [np.zeros(shape) for shape in shapes["biases"]],
        draw(shapes["hidden"]), np.zeros(n_hidden), rng.normal(size=n_hidden) / np.sqrt(n_hidden),
        np.zeros(()),
    )  # fmt: skip


def train_nets(spins, ordered, *, n_nets=5, n_steps=300, batch_size=64, rate=0.01,
               channels=(6, 8, 8), n_hidden=8, rng):  # fmt: skip
    """A list of `n_nets` trained `ConvNet`, independent of one another from the data up.

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
    n_nets, n_steps, batch_size : int
    rate : float
        First step size of Adam.
    channels, n_hidden, rng
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
    spins = _lattices(spins, len(channels))
    ordered = _labels(ordered, len(spins))
    rng = _checks.generator(rng)
    n_nets = _checks.integer("n_nets", n_nets, minimum=1)
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    rate = _checks.finite("rate", rate)
    if rate <= 0:
        raise ValueError(f"rate must be positive, got {rate:g}")
    if len(spins) < n_nets:
        raise ValueError(f"{len(spins)} samples cannot be dealt out to {n_nets} networks")
    jax, _ = _libraries()
    nets = [random_net(channels, n_hidden, rng=rng) for _ in range(n_nets)]
    stacked = jax.tree.map(lambda *w: jax.numpy.stack(w), *map(vars, nets))
    order = rng.integers(0, len(spins) // n_nets, (n_steps, n_nets, batch_size))
    order = order * n_nets + np.arange(n_nets)[:, None]
    run = _trainer(rate, n_steps)
    leaves, tree = jax.tree.flatten(run(stacked, spins, ordered, order))
    apart = zip(*map(np.asarray, leaves), strict=True)
    return [ConvNet(**jax.tree.unflatten(tree, weights)) for weights in apart]


def loss_and_gradient(net, spins, ordered):
    """(cross-entropy, `ConvNet` of its derivatives) on labelled samples, by JAX.

    Raises ValueError and ImportError as `train_nets` does.

    Examples
    --------
    >>> loss_and_gradient(net, spins, T < 2.269)  # doctest: +SKIP
    """
    spins = _lattices(spins, len(net.kernels))
    ordered = _labels(ordered, len(spins))
    jax, _ = _libraries()
    loss, gradient = jax.value_and_grad(_loss)(vars(net), spins, ordered)
    return float(loss), ConvNet(**jax.tree.map(np.asarray, gradient))


def cross_entropy(probability, ordered):
    """Mean of `-ln(probability given to the right answer)`, in nats.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0, 1]), 4)
    0.6931
    """
    p = _checks.real_array("probability", probability)
    if p.size == 0 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("probability must be from 0 to 1 and not empty")
    y = _labels(ordered, p.size)
    tiny = np.finfo(np.float32).tiny
    return float(-np.mean(np.log(np.maximum(np.where(y == 1, p, 1 - p), tiny))))


def _libraries():
    try:
        import jax
        import optax
    except ImportError as error:
        raise ImportError(INSTALL) from error
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

    maps = spins.astype(jnp.float32)[..., None]
    for kernel, bias in zip(weights["kernels"], weights["biases"], strict=True):
        n, L, _, n_in = maps.shape
        width = len(kernel)
        if width == 2:  # blocks do not overlap: a change of order, and so is its derivative
            seen = maps.reshape(n, L // 2, 2, L // 2, 2, n_in).swapaxes(2, 3)
        else:
            wrap = (0, width - 2)
            maps = jnp.pad(maps, ((0, 0), wrap, wrap, (0, 0)), mode="wrap")
            offsets = [(i, j) for i in range(width) for j in range(width)]
            seen = jnp.stack([maps[:, i : i + L : 2, j : j + L : 2] for i, j in offsets], axis=-2)
        seen = seen.reshape(n, L // 2, L // 2, width**2 * n_in)
        maps = jnp.maximum(seen @ kernel.reshape(width**2 * n_in, -1) + bias, 0)
    means = maps.mean(axis=(1, 2))
    units = jnp.maximum(means @ weights["hidden"] + weights["hidden_bias"], 0)
    return units @ weights["out"] + weights["out_bias"]


# --- shapes and checks ------------------------------------------------------------------------


def _arrays(net):
    return [*net.kernels, *net.biases, net.hidden, net.hidden_bias, net.out, net.out_bias]


def _shapes(channels, n_hidden):
    """What belongs to these channels, by the names of `ConvNet`."""
    widths = [WIDTHS[layer > 0] for layer in range(len(channels))]
    triples = zip(widths, (1, *channels), channels, strict=False)
    return {
        "kernels": [(width, width, n_in, n_out) for width, n_in, n_out in triples],
        "biases": [(c,) for c in channels],
        "hidden": (channels[-1], n_hidden),
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


def _lattices(spins, layers):
    spins = _checks.spins(spins, min_dim=2)
    factor = 2**layers
    if spins.ndim != 3 or spins.shape[1] % factor:
        raise ValueError(
            f"{layers} layers halve the lattice {layers} times: spins must have shape "
            f"(n_samples, L, L) with L a multiple of {factor}, got {spins.shape}"
        )
    return spins


def _labels(ordered, n):
    labels = np.asarray(ordered)
    if labels.shape != (n,) or not np.all((labels == 0) | (labels == 1)):
        raise ValueError(
            f"ordered must be {n} labels 0 or 1, one a sample, got shape {labels.shape}"
        )
    return labels.astype(np.float32)
