"""Gibbs sweeps and training of Boltzmann machines: kernels, exact transitions, statistics."""

import numpy as np
import pytest
from scipy.special import expit
from test_rbm import bond_machine, joint, machine, states

from rgcourse import rbm
from rgcourse._random import random_state
from rgcourse.exact import enumerate_ising
from rgcourse.rbm import RBM, GibbsChain, _kernels
from rgcourse.rbm.training import Trainer
from rgcourse.statistics import jackknife


def transition_matrix(m):
    """T[v, v'] of one sweep, from the chances that the package's own kernels work with."""
    v, h = states(m.n_visible).astype(np.float32), states(m.n_hidden).astype(np.float32)
    up = chances(v @ m.W.astype(np.float32), m.b)
    down = chances(h @ m.W.T.astype(np.float32), m.a)
    to_hidden = np.prod(np.where(h[None] == 1, up[:, None], 1 - up[:, None]), axis=2)
    to_visible = np.prod(np.where(v[None] == 1, down[:, None], 1 - down[:, None]), axis=2)
    return to_hidden.astype(float) @ to_visible.astype(float)


def chances(fields, bias, beta=1.0):
    fields = np.array(fields, np.float32)
    bias = np.asarray(bias, np.float32)
    _kernels._activation_probabilities(fields.reshape(-1), bias, np.float32(beta), *fields.shape)
    return fields


def test_sigmoid_is_right_everywhere():
    x = np.r_[np.linspace(-100, 100, 100_001), 0.0, -0.0, 1e-30, 1e4, -1e4].astype(np.float32)
    p = chances(x[None], np.zeros(len(x)))[0]
    exact = expit(x.astype(float))
    inside = np.abs(x) < 87
    assert np.max(np.abs(p[inside] / exact[inside] - 1)) < 2e-7
    assert np.all((p[~inside] >= 0) & (p[~inside] < 2e-38) | (p[~inside] == 1))


def test_a_sweep_leaves_the_distribution_alone(rng):
    m = machine(rng, 6, 4)
    p = np.exp(rbm.log_likelihood(m, states(6)))
    T = transition_matrix(m)
    assert T.sum(axis=1) == pytest.approx(np.ones(64), abs=1e-6)
    assert p @ T == pytest.approx(p, abs=1e-7)
    assert (p[:, None] * T) == pytest.approx((p[:, None] * T).T, abs=1e-7)  # h summed: reversible


def test_draws_have_their_chances(rng, z_within):
    p = np.float32([0.0, 2e-4, 0.1, 0.5, 0.77, 0.9999, 1.0])
    n = 200_000
    rows = np.empty((n, len(p)), np.float32)
    words = np.empty(len(p) + 1, np.uint32)
    _kernels._draw(np.tile(p, n), rows.reshape(-1), n, len(p), words, random_state(rng))
    mean = rows.mean(axis=0, dtype=float)
    assert mean[0] == 0 and mean[-1] == 1 and set(np.unique(rows)) == {0, 1}
    inner = p[1:-1].astype(float)
    z_within((mean[1:-1] - inner) * np.sqrt(n / (inner * (1 - inner))))
    correlation = np.corrcoef(rows[:, 2:5].T)[np.triu_indices(3, 1)]
    z_within(correlation * np.sqrt(n))


def test_one_chain_and_many_share_their_arithmetic(rng):
    """The kernel of the page against the batched sweep: same generator, same units."""
    m = machine(rng, 9, 7)
    chain = GibbsChain(m, 1, start=np.ones((1, 9)), rng=3)
    buffers = [x.astype(np.float32).ravel() for x in (m.W, m.a, m.b)]
    v, h, fields = np.ones(9, np.float32), np.zeros(7, np.float32), np.zeros(10, np.float32)
    words, state = np.zeros(10, np.uint32), chain._layers.state.copy()
    for _ in range(200):
        _kernels._gibbs_sweep(*buffers, 9, 7, v, h, fields, words, state)
        chain.sweep()
        assert np.array_equal(chain.visible[0], v) and np.array_equal(chain.hidden[0], h)


def test_a_chain_goes_on_and_records(rng):
    m = machine(rng)
    at_once, in_parts = (GibbsChain(m, 3, rng=5) for _ in range(2))
    at_once.sweep(6)
    series = in_parts.record(2, every=2)
    samples = in_parts.sample(1, every=2)
    assert series.free_energy.shape == (2, 3) and len(series) == 2
    assert samples.shape == (1, 3, m.n_visible) and samples.dtype == np.int8
    assert np.array_equal(at_once.visible, in_parts.visible)
    assert np.array_equal(samples[-1], in_parts.visible)
    again = GibbsChain(m, 3, rng=5)
    again.sweep(4)
    assert np.array_equal(series.free_energy[-1], rbm.free_energy(m, again.visible))
    assert in_parts.visible.dtype == in_parts.hidden.dtype == np.int8


@pytest.mark.parametrize("wrong", ["x", None, np.zeros((3, 2))])
def test_a_chain_is_made_of_a_machine_and_nothing_else(wrong, rng):
    message = rf"rbm must be an RBM, got {type(wrong).__name__}; use RBM\(W, a, b\)"
    with pytest.raises(ValueError, match=message):
        GibbsChain(wrong, rng=1)
    chain = GibbsChain(machine(rng), rng=1)
    with pytest.raises(ValueError, match=message):
        chain.rbm = wrong


def test_sampled_moments_are_the_exact_ones(rng, z_within):
    m = machine(rng, 5, 4)
    chain = GibbsChain(m, 4000, rng=rng)
    chain.sweep(50)
    v = chain.visible.astype(float)
    exact = np.exp(joint(m) - rbm.log_z_exact(m)).sum(axis=1) @ states(5)
    z_within((v.mean(axis=0) - exact) / np.sqrt(exact * (1 - exact) / len(v)))


def energies(v, L):
    s = 2.0 * v.reshape(-1, L, L) - 1
    return -(s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))).mean(axis=(1, 2))


def test_the_bond_machine_samples_the_magnet_and_a_weaker_one_is_found_out(rng, z_within):
    exact = enumerate_ising(4, 0.4).energy

    def z(K):
        chain = GibbsChain(bond_machine(4, K), 2000, rng=rng)
        chain.sweep(200)
        E = energies(chain.sample(5, every=40), 4)
        return jackknife(np.mean, E, n_bins=50).z_score(exact)

    z_within(z(0.4))
    assert abs(z(0.38)) > 5


# --- training ----------------------------------------------------------------------------------


def trainer(rng, start, data, **options):
    defaults = dict(batch_size=len(data), k=1, persistent=True, centered=False, l1=0.0, l2=0.0)
    return Trainer(start, np.float32(data), rng=rng, **defaults | options)


@pytest.mark.parametrize("centered", [False, True])
def test_a_step_is_the_difference_of_moments(rng, centered):
    """The step against the same sums by NumPy, in the coordinates that the offsets give."""
    m, data = machine(rng, 5, 4), states(5)[rng.integers(0, 32, 40)]
    t = trainer(rng, m, data, centered=centered)
    t.step(data.astype(np.float32), 0.0)  # draws; a step of length zero moves nothing
    for now, before in zip((t.machine.W, t.machine.a, t.machine.b), (m.W, m.a, m.b), strict=True):
        assert now == pytest.approx(before, abs=1e-6)
    t.layers.draw_visible(t.drawn, t.v[40:])
    chains = t.v[40:].copy()
    t.v[:40] = data
    t.h[:] = chances(t.v @ t.layers.W, t.layers.b)
    d, c = rbm.data_moments(m, data), rbm.data_moments(m, chains)
    t.ascend(0.1)
    mu, lam = t.mu.astype(float), t.lam.astype(float) * centered
    dv, dh = d.v - c.v, d.h - c.h
    dW = d.vh - c.vh - np.outer(mu, dh) - np.outer(dv, lam)
    assert t.machine.W - m.W == pytest.approx(0.1 * dW, abs=1e-6)
    assert t.machine.a - m.a == pytest.approx(0.1 * (dv - dW @ lam), abs=1e-6)
    assert t.machine.b - m.b == pytest.approx(0.1 * (dh - mu @ dW), abs=1e-6)


@pytest.mark.parametrize("centered", [False, True])
def test_the_path_of_a_training_without_chance(centered):
    """Visible units so sure of themselves that chains stand still: every step is known.

    The batch is all data, so that order does not matter either. What is left is the equation of
    the steps, its offsets included: the mean of the data, and a mean activity of the hidden units
    that begins at 1/2 and moves by a hundredth towards that of each batch.
    """
    data = np.array([[0, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 1.0]])
    W, a = np.array([[0.9, -0.4], [-0.7, 0.2], [0.3, 0.5]]), np.array([40.0, -40.0, 40.0])
    b, chain, l1, l2, n = np.array([0.3, -1.2]), np.array([1.0, 0.0, 1.0]), 1e-3, 2e-2, 150
    found = rbm.train_rbm(data, start=RBM(W, a, b), n_epochs=n, batch_size=4, rate=(0.2, 0.05),
                          centered=centered, l1=l1, l2=l2, rng=1)  # fmt: skip
    mu, lam = data.mean(axis=0) * centered, np.full(2, 0.5) * centered
    for rate in np.linspace(0.2**0.5, 0.05**0.5, n) ** 2:
        h, h_chain = expit(data @ W + b), expit(chain @ W + b)
        lam = lam + 0.01 * centered * (h.mean(axis=0) - lam)
        dW = (data - mu).T @ (h - lam) / 4 - np.outer(chain - mu, h_chain - lam)
        dv, dh = data.mean(axis=0) - chain, h.mean(axis=0) - h_chain
        W = (1 - rate * l2) * W + rate * dW
        W = np.sign(W) * np.maximum(np.abs(W) - rate * l1, 0)
        a, b = a + rate * (dv - dW @ lam), b + rate * (dh - mu @ dW)
    assert np.abs(a).min() > 25  # the chains had no choice
    for now, expected in ((found.W, W), (found.a, a), (found.b, b)):
        assert now == pytest.approx(expected, abs=5e-5)


def test_penalties_shrink_weights_and_not_biases(rng):
    m, data = machine(rng, 5, 4), states(5)[rng.integers(0, 32, 40)]

    def moved(**penalty):
        t = trainer(np.random.default_rng(7), m, data, **penalty)
        t.step(data.astype(np.float32), 0.1)
        return t.machine

    free, ridge, lasso = moved(), moved(l2=0.5), moved(l1=0.5)
    assert ridge.W == pytest.approx(free.W - 0.05 * m.W, abs=1e-6)
    shrunk = np.sign(free.W) * np.maximum(np.abs(free.W) - 0.05, 0)
    assert lasso.W == pytest.approx(shrunk, abs=1e-6)
    assert np.array_equal(ridge.a, free.a) and np.array_equal(lasso.b, free.b)
    assert not np.all(moved(l1=10.0).W)


def test_contrastive_divergence_starts_at_the_data_and_persistence_does_not(rng):
    """A machine whose units are frozen where they are: chains that begin at the data stay there."""
    frozen = rbm.from_spin_rbm([[20.0, 0.0], [20.0, 0.0]])
    data = np.repeat([[0, 0], [1, 1]], [30, 10], axis=0)
    t = trainer(rng, frozen, data, persistent=False, k=3)
    t.step(data.astype(np.float32), 0.0)
    assert np.array_equal(t.v[:40], data) and np.array_equal(t.v[40:], data)
    t = trainer(rng, frozen, np.ones((40, 2)))
    t.step(np.zeros((40, 2), np.float32), 0.0)
    assert np.all(t.v[40:] == 1)


@pytest.mark.parametrize("persistent", [True, False])
def test_training_reaches_the_likelihood_that_is_there(rng, persistent):
    """A machine learns another one: 4 visible, 3 hidden units, compared state by state."""
    teacher = machine(rng, 4, 3)
    chain = GibbsChain(teacher, 20_000, rng=rng)
    chain.sweep(100)
    options = dict(n_epochs=40, rate=(0.3, 0.01), persistent=persistent, k=1 if persistent else 5)
    learned = rbm.train_rbm(chain.visible, 4, **options, rng=rng)
    p = np.exp(rbm.log_likelihood(teacher, states(4)))
    divergence = p @ (np.log(p) - rbm.log_likelihood(learned, states(4)))
    uniform = p @ np.log(16 * p)
    assert 0 < divergence < min(0.01, uniform / 5)


def test_epochs_show_the_way_and_leave_the_start_alone(rng):
    data = (rng.random((500, 6)) < 0.3).astype(int)
    start = rbm.random_rbm(6, 3, rng=1)
    before = start.W.copy()
    options = dict(n_epochs=3, start=start, batch_size=50, rng=9)
    history = list(rbm.epochs(data, **options))
    assert len(history) == 4 and np.array_equal(start.W, before)
    assert history[0].W == pytest.approx(start.W, abs=1e-8)
    last = rbm.train_rbm(data, **options)
    assert np.array_equal(last.W, history[-1].W) and np.array_equal(last.a, history[-1].a)
    assert not np.array_equal(history[1].W, history[2].W)
    assert rbm.train_rbm(data, 3, n_epochs=0, rng=1).n_hidden == 3


def test_first_biases_are_those_of_the_means():
    m = rbm.random_rbm(3, 2, means=[0.5, 0.9, 0.0], scale=0.0, rng=1)
    assert rbm.visible_means(m, [[0, 1]])[0] == pytest.approx([0.5, 0.9, 0.001], abs=1e-12)


def test_weights_out_of_bounds_are_reported(rng):
    data = (rng.random((100, 5)) < 0.5).astype(int)
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="smaller rate"):
        rbm.train_rbm(data, 4, n_epochs=9, batch_size=10, rate=1.0, l2=10.0, rng=1)


def test_chances_between_are_data_too(rng):
    half = rbm.train_rbm(np.full((200, 3), 0.25), 2, n_epochs=20, rate=(0.1, 0.01), rng=rng)
    assert isinstance(half, RBM)
    assert rbm.model_moments(half).v == pytest.approx([0.25] * 3, abs=0.05)


def test_work_is_the_difference_of_two_softplus_sums(rng):
    fields = (5 * rng.normal(size=(20, 700))).astype(np.float32)
    bias = rng.normal(size=700).astype(np.float32)
    low, high = np.float32(0.25), np.float32(0.5)
    x, sums = fields.astype(float) + bias, np.zeros(20)
    expected = (np.logaddexp(0, high * x) - np.logaddexp(0, low * x)).sum(axis=1)
    _kernels._annealing_work(fields.reshape(-1), bias, low, high, 20, 700, sums)
    assert sums == pytest.approx(expected, abs=2e-4)
