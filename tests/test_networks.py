"""Convolutional networks: the kernel against plain sums and JAX, training, and life without JAX."""

import builtins
import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from rgcourse import networks
from rgcourse.networks import ConvNet, cross_entropy, network, random_net, training


def lattices(rng, n=5, L=16):
    return rng.choice(np.int8([-1, 1]), (n, L, L))


def net_with_biases(rng, channels=(3, 5, 4), n_hidden=6, sites=1):
    net = random_net(channels, n_hidden, sites=sites, rng=rng)
    return changed(net, lambda name, w: w + 0.1 * rng.normal(size=w.shape))


def changed(net, change):
    arrays = {
        name: [change(name, w) for w in value] if isinstance(value, tuple) else change(name, value)
        for name, value in vars(net).items()
    }
    return ConvNet(**arrays)


def reference(net, spins):
    """The layers and the logits, from the equation, in float64."""
    maps, found = spins.astype(float)[..., None], []
    for kernel, bias in zip(net.kernels, net.biases, strict=True):
        total = bias.astype(float)
        for i, j in np.ndindex(kernel.shape[:2]):
            shifted = np.roll(maps, (-i, -j), axis=(1, 2))[:, ::2, ::2]
            total = total + np.einsum("nxyk,kc->nxyc", shifted, kernel[i, j].astype(float))
        maps = np.maximum(total, 0)
        found.append(maps)
    seen = maps.mean(axis=(1, 2)) if net.sites == 1 else maps.reshape(len(maps), -1)
    units = np.maximum(seen @ net.hidden + net.hidden_bias, 0)
    return found, units @ net.out + net.out_bias


def test_forward_is_the_equation(rng):
    net, spins = net_with_biases(rng), lattices(rng, L=24)
    layers, logits = reference(net, spins)
    for ours, theirs in zip(net.layers(spins), layers, strict=True):
        assert ours.dtype == np.float32 and ours == pytest.approx(theirs, abs=1e-5)
    assert net.logit(spins) == pytest.approx(logits, abs=1e-5)
    assert net.probability(spins) == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-5)


def test_without_the_mean_every_site_counts(rng):
    """The equation, JAX, and a logit that changes when blocks change places (with the mean not)."""
    net, spins = net_with_biases(rng, sites=4), lattices(rng)
    assert (net.sites, net.n_weights) == (4, net_with_biases(rng).n_weights + 3 * 4 * 6)
    assert net.logit(spins) == pytest.approx(reference(net, spins)[1], abs=1e-5)
    assert net.logit(spins) == pytest.approx(
        np.asarray(training._forward(vars(net), spins)), abs=1e-5
    )
    assert np.min(np.abs(net.logit(np.roll(spins, 8, axis=1)) - net.logit(spins))) > 1e-4
    ordered = rng.integers(0, 2, 5)
    loss, gradient = networks.loss_and_gradient(net, spins, ordered)
    assert loss == pytest.approx(cross_entropy(net.probability(spins), ordered), abs=1e-5)
    assert gradient.sites == 4


@pytest.mark.filterwarnings("error")
def test_a_network_may_be_as_sure_as_it_likes():
    """Probabilities at logits of any size, without a warning; between them as the equation says."""
    spins = np.ones((1, 16, 16), np.int8)
    for bias, p in ((-1000.0, 0.0), (1000.0, 1.0), (-3e38, 0.0), (3e38, 1.0)):
        sure = dataclasses.replace(random_net(rng=1), out_bias=bias)
        assert sure.probability(spins) == p
    net = random_net(rng=1)
    odds = net.logit(spins)[0] - net.out_bias
    for bias in (-700.0, -30.0, 0.0, 3.0):
        shifted = dataclasses.replace(net, out_bias=bias)
        expected = np.exp(-np.logaddexp(0, -np.float64(shifted.logit(spins)[0])))
        assert shifted.logit(spins)[0] == pytest.approx(odds + bias, rel=1e-6)
        assert shifted.probability(spins) == pytest.approx(expected, rel=1e-12)


def test_forward_has_the_power_to_see_a_wrong_weight(rng):
    net, spins = net_with_biases(rng), lattices(rng)
    wrong = changed(net, lambda name, w: 1.05 * w if name == "kernels" else w)
    assert np.max(np.abs(wrong.logit(spins) - reference(net, spins)[1])) > 1e-3


def test_kernel_and_jax_agree(rng):
    net, spins = net_with_biases(rng), lattices(rng, n=20)
    logits = np.asarray(training._forward(vars(net), spins))
    assert net.logit(spins) == pytest.approx(logits, abs=1e-5)


def test_torus_has_no_seam(rng):
    """Moved by whole blocks of all layers, a lattice gives the same logit and moved maps."""
    net, spins = net_with_biases(rng), lattices(rng)
    moved = np.roll(spins, (8, -8), axis=(1, 2))
    assert net.logit(moved) == pytest.approx(net.logit(spins), abs=1e-5)
    expected = np.roll(net.layers(spins)[0], (4, -4), axis=(1, 2))
    assert np.array_equal(net.layers(moved)[0], expected)


def test_gradient_is_the_derivative_of_the_cross_entropy(rng):
    net, spins = net_with_biases(rng), lattices(rng, n=30)
    ordered = rng.integers(0, 2, 30)
    loss, gradient = networks.loss_and_gradient(net, spins, ordered)

    def exact(net):
        p = 1 / (1 + np.exp(-reference(net, spins)[1]))
        return cross_entropy(p, ordered)

    assert loss == pytest.approx(exact(net), abs=1e-5)
    for name in vars(net):

        def moved(step, name=name):
            def change(which, w):
                w = w.astype(float)
                if which == name:
                    w.flat[w.size // 2] += step
                return w

            return exact(changed(net, change))

        slope = (moved(1e-3) - moved(-1e-3)) / 2e-3
        value = getattr(gradient, name)
        arrays = value if isinstance(value, tuple) else [value]
        assert slope == pytest.approx(sum(a.flat[a.size // 2] for a in arrays), abs=2e-3)


def test_first_weights_have_the_variance_that_relu_layers_keep(rng, z_within):
    """2 / n_inputs behind a relu, 1 / n_inputs for the last, linear layer; biases are zero.

    The sum of n squares of unit normals is n with an error of sqrt(2 n).
    """
    net = random_net((64, 32), 128, rng=rng)
    weights = [(kernel, 2 / kernel[..., 0].size) for kernel in net.kernels]
    weights += [(net.hidden, 2 / 32), (net.out, 1 / 128)]
    for w, variance in weights:
        z = (np.sum(w.astype(float) ** 2 / variance) - w.size) / np.sqrt(2 * w.size)
        z_within([z, np.sum(w) / np.sqrt(w.size * variance)])
        wrong = (np.sum(w.astype(float) ** 2 / variance * 2) - w.size) / np.sqrt(2 * w.size)
        assert wrong > 4  # half the variance would be seen, in each layer
    assert not any(np.any(bias) for bias in (*net.biases, net.hidden_bias, net.out_bias))


def problem(rng, n=400, L=8):
    """Nearly ordered lattices of both signs, and coins."""
    ordered = rng.integers(0, 2, n)
    spins = lattices(rng, n, L)
    aligned = np.where(rng.random((n, L, L)) < 0.95, 1, -1) * rng.choice([-1, 1], (n, 1, 1))
    return np.where(ordered[:, None, None], aligned, spins).astype(np.int8), ordered


def test_training_improves_and_can_be_repeated(rng):
    spins, ordered = problem(rng)
    options = dict(n_nets=3, n_steps=200, batch_size=32, rng=7)
    nets = networks.train_nets(spins, ordered, **options)
    again = networks.train_nets(spins, ordered, **options)
    test_spins, test_ordered = problem(rng)
    for net, same in zip(nets, again, strict=True):
        assert cross_entropy(net.probability(test_spins), test_ordered) < 0.1
        assert all(map(np.array_equal, network._arrays(net), network._arrays(same)))
    logits = [net.logit(test_spins) for net in nets]
    assert not np.allclose(logits[0], logits[1])


def test_training_without_the_mean_improves(rng):
    spins, ordered = problem(rng)
    nets = networks.train_nets(spins, ordered, n_nets=2, channels=(6, 8), sites=4, rng=7)
    test_spins, test_ordered = problem(rng)
    for net in nets:
        assert net.hidden.shape == (32, 8)
        assert cross_entropy(net.probability(test_spins), test_ordered) < 0.1


@pytest.mark.parametrize("n_steps", [1, 2, 4])
def test_the_rate_falls_to_zero_like_half_a_cosine(rng, n_steps):
    """Where the gradient does not change, a step of Adam is as long as its rate.

    All samples are alike, so that batches are, too, and steps are so small that the gradient stays
    what it was. The rates are (1 + cos(pi k / n)) / 2, k = 0 .. n - 1, and their sum (n + 1) / 2.
    """
    rate, spins = 1e-6, np.repeat(lattices(rng, 1, 8), 4, axis=0)
    net = random_net(rng=7)
    _, gradient = networks.loss_and_gradient(net, spins, np.ones(4))
    trained = networks.train_nets(spins, np.ones(4), n_nets=1, n_steps=n_steps, rate=rate, rng=7)
    moved = trained[0].out_bias - net.out_bias
    assert moved / rate == pytest.approx(-np.sign(gradient.out_bias) * (n_steps + 1) / 2, rel=1e-2)


def test_networks_see_only_their_share_of_the_samples(rng):
    spins, ordered = problem(rng, 40)
    options = dict(n_nets=2, n_steps=5, batch_size=8, rng=7)
    one = networks.train_nets(spins, ordered, **options)
    spins[1::2] *= -1
    ordered[1::2] ^= 1
    other = networks.train_nets(spins, ordered, **options)
    same = [
        all(map(np.array_equal, network._arrays(a), network._arrays(b)))
        for a, b in zip(one, other, strict=True)
    ]
    assert same == [True, False]


def test_labels_without_meaning_teach_nothing(rng):
    spins, ordered = problem(rng)
    net = networks.train_nets(spins, rng.permutation(ordered), n_nets=1, n_steps=200, rng=7)[0]
    test_spins, test_ordered = problem(rng)
    assert cross_entropy(net.probability(test_spins), test_ordered) > 0.5


NET = random_net((3, 4), 5, rng=1)
FLAT = random_net((3, 4), 5, sites=4, rng=1)
SPINS = np.ones((4, 8, 8), np.int8)


def train(spins=SPINS, ordered=(0, 1, 0, 1), **options):
    return networks.train_nets(spins, ordered, **{"n_nets": 2, "rng": 1} | options)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: NET.logit(SPINS[:, :6, :6]), r"multiple of 4, got \(4, 6, 6\)"),
        (lambda: NET.logit(SPINS[0]), "at least 2 axes of space"),
        (lambda: NET.logit(np.ones((2, 4, 4, 4), np.int8)), r"shape \(n_samples, L, L\)"),
        (lambda: NET.logit(0 * SPINS), r"spins must be \+1 or -1"),
        (lambda: changed(NET, lambda name, w: w[:-1] if name == "out" else w), "must have shape"),
        (lambda: changed(NET, lambda name, w: w + np.nan), "must be finite"),
        (lambda: FLAT.logit(np.ones((2, 16, 16), np.int8)), "4 sites apart, .* have 16"),
        (lambda: networks.loss_and_gradient(FLAT, np.ones((1, 16, 16)), [1]), "have 16 here"),
        (lambda: train(channels=(3, 4), sites=9), "9 sites apart, .* have 4 here"),
        (lambda: random_net(sites=0, rng=1), "sites must be at least 1"),
        (lambda: random_net((), rng=1), "at least one layer"),
        (lambda: random_net((0,), rng=1), "channels must be at least 1"),
        (lambda: random_net(rng=None), "rng is needed"),
        (lambda: train(ordered=(0, 1)), "4 labels 0 or 1"),
        (lambda: train(ordered=(0, 1, 2, 0)), "4 labels 0 or 1"),
        (lambda: train(n_nets=5), "cannot be dealt out"),
        (lambda: train(rate=0), "rate must be positive"),
        (lambda: train(n_steps=0), "n_steps must be at least 1"),
        (lambda: train(SPINS[:, :4, :4]), "multiple of 8"),
        (lambda: cross_entropy([1.2], [1]), "from 0 to 1"),
    ],
)
def test_bad_input_is_refused_with_the_way_out(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_network_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        NET.out[0] = 1.0


# --- without JAX ------------------------------------------------------------------------------


def test_without_jax_the_message_has_the_install_line(monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name.split(".")[0] in ("jax", "optax"):
            raise ImportError(f"No module named {name!r}")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    for call in (train, lambda: networks.loss_and_gradient(NET, SPINS, [0, 1, 0, 1])):
        with pytest.raises(ImportError, match=r'pip install "rgcourse\[learn\]"'):
            call()


def test_without_jax_the_rest_works():
    """In a process that cannot import JAX, the whole package imports and a network runs."""
    code = """
import sys
sys.modules.update(jax=None, optax=None, sklearn=None)
import importlib, pkgutil
import numpy as np
import rgcourse
for module in pkgutil.walk_packages(rgcourse.__path__, "rgcourse."):
    importlib.import_module(module.name)
from rgcourse.networks import random_net
print(random_net(rng=1).logit(np.ones((1, 8, 8), np.int8)).shape)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("(1,)\n", 0), done.stderr
