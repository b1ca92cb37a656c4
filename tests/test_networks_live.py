"""The network that trains on flat buffers: against `ConvNet`, finite differences, JAX and optax."""

import numpy as np
import pytest

from rgcourse._random import random_state
from rgcourse.networks import ConvNet, live, loss_and_gradient, probing, random_net

L, CHANNELS, N_HIDDEN = 16, (8, 4, 4), 5


class Machine:
    """A network of the kernels, with all its buffers."""

    def __init__(self, rng, channels=CHANNELS, n_hidden=N_HIDDEN, kind=np.float32, leak=0.0):
        self.channels, self.n_layers = np.array(channels, np.int32), len(channels)
        self.shape = self.channels, self.n_layers, n_hidden, L, leak
        n = live.n_weights(self.channels, self.n_layers, n_hidden)
        n_maps = live.maps_before(self.channels, self.n_layers, L)
        n_maps += (L >> self.n_layers) ** 2 * channels[-1]
        self.weights, self.gradient = np.zeros(n, kind), np.zeros(n, kind)
        self.maps, self.slopes = np.zeros(n_maps, kind), np.zeros(n_maps, kind)
        self.units = np.zeros(channels[-1] + n_hidden, kind)
        self.memory, self.powers = np.zeros(2 * n, kind), np.ones(2)
        self.state = random_state(rng)
        live._draw_weights(self.weights, *self.shape[:3], self.state)

    def __call__(self, lattice):
        self.maps[: L * L] = lattice.ravel()
        return live._predict(self.weights, *self.shape, self.maps, self.units)

    def add_gradient(self, slope):
        slope = self.weights.dtype.type(slope)
        live._add_gradient(
            slope, self.weights, *self.shape, self.maps, self.units, self.slopes, self.gradient
        )

    def step(self, lattices, truths, rate, shuffled=False):
        order = np.zeros(len(lattices), np.int32)
        return live._train_step(
            lattices.ravel(), truths, 1, order, len(lattices), shuffled, self.weights, *self.shape,
            self.maps, self.units, self.slopes, self.gradient, self.memory, self.powers, rate,
            self.state,
        )  # fmt: skip


def lattices(rng, n=20):
    return rng.choice(np.int8([-1, 1]), (n, L, L))


def as_net(weights, channels=CHANNELS, n_hidden=N_HIDDEN):
    """The same numbers as a `ConvNet`."""
    parts, at, n_in = [], 0, 1

    def take(*shape):
        nonlocal at
        size = int(np.prod(shape, dtype=int))
        at += size
        return weights[at - size : at].reshape(shape)

    for layer, n_out in enumerate(channels):
        width = 2 if layer else 3
        parts += [take(width, width, n_in, n_out), take(n_out)]
        n_in = n_out
    head = take(n_in, n_hidden), take(n_hidden), take(n_hidden), take()
    assert at == weights.size
    return ConvNet(parts[::2], parts[1::2], *head)


def flat(net):
    """All weights of a `ConvNet` in the order of the buffer."""
    layers = [w for pair in zip(net.kernels, net.biases, strict=True) for w in pair]
    head = [net.hidden, net.hidden_bias, net.out, net.out_bias]
    return np.concatenate([w.ravel() for w in layers + head])


def test_the_number_and_the_maps_are_those_of_the_network(rng):
    machine = Machine(rng)
    machine.weights += (0.1 * rng.normal(size=machine.weights.size)).astype(np.float32)
    net, spins = as_net(machine.weights), lattices(rng)
    assert np.array_equal(flat(net), machine.weights)
    assert [machine(s) for s in spins] == pytest.approx(net.logit(spins), abs=1e-5)
    for layer, maps in enumerate(net.layers(spins[-1:]), 1):
        at = live.maps_before(machine.channels, layer, L)
        assert machine.maps[at : at + maps.size] == pytest.approx(maps.ravel(), abs=1e-5)


def test_untrained_weights_have_the_variance_of_the_package(rng):
    machine, squares = Machine(rng), np.zeros((2, len(CHANNELS)))
    for _ in range(40):
        live._draw_weights(machine.weights, *machine.shape[:3], machine.state)
        net = as_net(machine.weights.copy())
        squares += [[w.var() for w in n.kernels] for n in (net, random_net(CHANNELS, rng=rng))]
        assert all(np.all(b == 0) for b in net.biases)
        assert np.max(np.abs(net.kernels[0])) <= np.sqrt(6 / 9)
    assert squares[0] == pytest.approx(squares[1], rel=0.15)


def test_gradient_is_that_of_jax(rng):
    """Of the cross-entropy, whose slope by the logit is p - y."""
    machine, spins, ordered = Machine(rng), lattices(rng), rng.integers(0, 2, 20)
    machine.weights += (0.1 * rng.normal(size=machine.weights.size)).astype(np.float32)
    for s, y in zip(spins, ordered, strict=True):
        p = 1 / (1 + np.exp(-machine(s)))
        machine.add_gradient((p - y) / len(spins))
    _, gradient = loss_and_gradient(as_net(machine.weights), spins, ordered)
    assert machine.gradient == pytest.approx(flat(gradient), abs=2e-6)
    assert np.max(np.abs(machine.gradient)) > 1e-2


@pytest.mark.parametrize("leak", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("channels", [(4,), (8, 4), (4, 8, 4, 4)])
def test_gradient_is_the_derivative(rng, leak, channels):
    """In double precision: central differences in every direction of the weights, to 1e-6."""
    machine = Machine(rng, channels, 3, float, leak)
    machine.weights += 0.1 * rng.normal(size=machine.weights.size)
    spins = lattices(rng, 1)[0]
    machine(spins)
    machine.add_gradient(2.5)
    start, step = machine.weights.copy(), 1e-6
    for i in range(start.size):
        values = []
        for sign in (1, -1):
            machine.weights[:] = start
            machine.weights[i] += sign * step
            values.append(machine(spins))
        slope = 2.5 * (values[0] - values[1]) / (2 * step)
        assert machine.gradient[i] == pytest.approx(slope, abs=1e-6)


def test_steps_are_those_of_optax(rng):
    """Five steps on one batch, mean square, beside Adam of another library."""
    jax, optax = pytest.importorskip("jax"), pytest.importorskip("optax")
    from rgcourse.networks.training import _forward

    machine, spins = Machine(rng), lattices(rng)
    truths = rng.normal(size=20)
    weights, optimizer = vars(as_net(machine.weights.copy())), optax.adam(0.01)

    def loss(weights):
        return jax.numpy.mean((_forward(weights, spins) - truths) ** 2)

    memory, order = optimizer.init(weights), machine.weights.copy()
    for _ in range(5):
        value, gradient = jax.value_and_grad(loss)(weights)
        updates, memory = optimizer.update(gradient, memory)
        weights = optax.apply_updates(weights, updates)
        assert machine.step(spins, truths, 0.01) == pytest.approx(float(value), rel=1e-4)
        assert np.all(machine.gradient == 0)
    found = flat(ConvNet(**jax.tree.map(np.asarray, weights)))
    moved = np.abs(found - order) > 1e-3  # where the slope is zero but for rounding, signs differ
    assert machine.weights[moved] == pytest.approx(found[moved], abs=1e-3)
    assert moved.mean() > 0.8


def test_shuffled_labels_are_the_same_labels_in_another_order(rng):
    """The mean square of a network that says nothing is theirs, whatever the order."""
    spins, truths = lattices(rng), rng.normal(size=20)
    for shuffled in (False, True):
        machine = Machine(rng)
        machine.weights[:] = 0
        loss = machine.step(spins, truths, 0.01, shuffled)
        assert loss == pytest.approx(np.mean(truths**2), rel=1e-6)
    one, other = Machine(1), Machine(1)
    assert one.step(spins, truths, 0.01) != other.step(spins, truths, 0.01, True)


def test_training_learns_and_on_shuffled_labels_does_not(rng):
    """The mean spin, by its sign: from lattices with a field of either sign."""
    losses = {}
    for shuffled in (False, True):
        machine, found = Machine(rng, leak=0.1), []
        for _ in range(150):
            sign = rng.choice([-1.0, 1.0], 32)
            up = rng.random((32, L, L)) < 0.5 + 0.1 * sign[:, None, None]
            found.append(machine.step(np.where(up, 1, -1).astype(np.int8), sign, 0.01, shuffled))
        losses[shuffled] = np.mean(found[-30:])
    assert losses[False] < 0.2 and losses[True] > 0.9


# --- lattices, votes, and the reader ----------------------------------------------------------

SCALES = np.array([2.25, 0.35, -1.33, 0.36])


def test_truths_of_a_lattice_are_its_own(rng):
    state, spins = random_state(rng), rng.choice(np.int8([-1, 1]), (L, L), p=(0.3, 0.7))
    copy, truths, planted = np.zeros(L * L, np.int8), np.zeros(4), []
    for _ in range(400):
        probing._take_lattice(spins.ravel(), L, 2.6, SCALES, copy, truths, state)
        s = copy.reshape(L, L).astype(int)
        energy = -(s * (np.roll(s, 1, 0) + np.roll(s, 1, 1))).mean()
        sign = 1 if s.sum() >= 0 else -1
        assert truths == pytest.approx([1.0, (energy + 1.33) / 0.36, sign, truths[3]])
        assert truths[3] == (1 if np.any(s != spins) else -1)
        planted.append(truths[3] > 0)
        if planted[-1]:  # what has changed lies in a square of the right side, in a checkerboard
            board = s * (-1) ** np.indices((L, L)).sum(axis=0)
            sums = sum(np.roll(board, (-i, -j), (0, 1)) for i, j in np.ndindex(8, 8))
            assert np.abs(sums).max() == probing.PATCH**2
    assert 0.4 < np.mean(planted) < 0.6


def test_votes_and_averages_of_blocks(rng):
    state, spins = random_state(rng), rng.choice(np.float32([-1, 1]), (L, L))
    coins, after = np.zeros(L * L // 4, np.int8), np.zeros(L * L // 4, np.float32)
    probing._draw_coins(coins, coins.size, state)
    assert set(coins) == {-1, 1}
    total = spins.reshape(L // 2, 2, L // 2, 2).sum(axis=(1, 3)).ravel()
    probing._halve(spins.ravel(), L, 1, coins, after)
    assert np.array_equal(after, np.where(total == 0, coins, np.sign(total)))
    probing._halve(spins.ravel(), L, 0, coins, after)
    assert np.array_equal(after, total / 4)


def test_of_a_checkerboard_nothing_but_coins_passes_the_votes(rng):
    board = (1.0 - 2 * (np.indices((L, L)).sum(axis=0) % 2)).astype(np.float32)
    coins, after = rng.choice(np.int8([-1, 1]), L * L // 4), np.zeros(L * L // 4, np.float32)
    probing._halve(board.ravel(), L, 1, coins, after)
    assert np.array_equal(after, coins)


def features_of(maps):
    """The reader's features in NumPy: maps (x y channel)."""
    beside = np.roll(maps, -1, 0) + np.roll(maps, -1, 1)
    found = [1.0, *maps.mean(axis=(0, 1))]
    for a in range(4):
        found += [np.mean(maps[..., a] * maps[..., b]) for b in range(a, 4)]
        found += [np.mean(maps[..., a] * beside[..., b]) for b in range(4)]
    return np.array(found)


def test_features_are_means_and_products(rng):
    maps, found = rng.normal(size=(6, 6, 4)), np.zeros(probing.FEATURES)
    probing._read_features(np.r_[np.zeros(3), maps.ravel()], 3, 6, found)
    assert found == pytest.approx(features_of(maps), abs=1e-12)


def test_a_single_map_goes_into_four_channels_and_shows_its_bonds(rng):
    spins, maps = rng.choice([-1.0, 1.0], (L, L)), np.zeros(L * L)
    probing._in_channels(spins.ravel(), L // 2, maps)
    sites = maps.reshape(L // 2, L // 2, 4)
    assert np.array_equal(sites[..., 0], spins[::2, ::2])
    assert np.array_equal(sites[..., 1], spins[::2, 1::2])
    assert np.array_equal(sites[..., 2], spins[1::2, ::2])
    features = features_of(sites)
    bonds = np.mean(spins[::2, ::2] * spins[::2, 1::2])
    assert features[6] == pytest.approx(bonds)  # of channels 0 and 1


def reader_of(features, truths, ridge):
    n_features, n_truths = probing.FEATURES, probing.TRUTHS
    sums = np.zeros(n_features * (n_features + n_truths))
    for f, t in zip(features, truths, strict=True):
        probing._add_lesson(f, t, sums)
    reader = np.zeros(n_features * n_truths)
    probing._fit_reader(sums, ridge, reader, np.zeros(n_features * (n_features + 1)))
    return reader.reshape(n_features, n_truths)


def test_the_reader_is_ridge_regression(rng):
    """Of features in units of their spread, with a constant that costs nothing; by NumPy."""
    n, ridge = 200, 0.01
    features = np.column_stack([np.ones(n), rng.normal(size=(n, probing.FEATURES - 1))])
    features[:, 1:] = features[:, 1:] * rng.uniform(0.1, 10, probing.FEATURES - 1) + 3
    features[:, 7] = 2.0  # says nothing
    truths = features[:, 1:5] @ rng.normal(size=(4, 4)) + rng.normal(size=(n, 4))
    reader = reader_of(features, truths, ridge)
    spread = features.std(axis=0)
    spread[spread < 1e-9] = np.inf
    x = (features - features.mean(axis=0)) / spread
    square = x.T @ x / n + ridge * np.eye(probing.FEATURES)
    slopes = np.linalg.solve(square, x.T @ truths / n) / spread[:, None]
    assert reader[1:] == pytest.approx(slopes[1:], abs=1e-9)
    assert np.mean(features @ reader - truths, axis=0) == pytest.approx(0, abs=1e-9)
    misses = np.zeros(4)
    probing._examine_reader(features[0], truths[0], reader.ravel(), misses)
    assert misses == pytest.approx(features[0] @ reader - truths[0], abs=1e-12)


def test_shares_and_their_errors(rng, z_within):
    """Of y = x + noise a reader that knows x has the share 1/2; the errors are honest."""
    found = []
    for _ in range(200):
        x, noise = rng.normal(size=(2, 300, 4))
        shares = np.zeros(8)
        probing._read_shares((-noise).ravel(), (x + noise).ravel(), 300, shares)
        found.append(shares.reshape(4, 2))
    values, errors = np.moveaxis(np.array(found), -1, 0)
    assert values.std() == pytest.approx(errors.mean(), rel=0.1)
    z_within((values.mean() - 0.5) / (values.std() / np.sqrt(values.size)))
