"""Restricted Boltzmann machines against the sum over all their states."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logsumexp

from rgcourse import rbm
from rgcourse.exact import enumerate_ising
from rgcourse.rbm import RBM, GibbsChain, annealed_log_z


def states(n):
    """All 2**n rows of n units."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def machine(rng, n_visible=5, n_hidden=4, scale=1.0):
    shapes = (n_visible, n_hidden), n_visible, n_hidden
    return RBM(*(scale * rng.normal(size=shape) for shape in shapes))


def joint(m):
    """Minus the energies of all states, shape (2**n_visible, 2**n_hidden), term by term."""
    v, h = states(m.n_visible), states(m.n_hidden)
    return (v @ m.a)[:, None] + (h @ m.b)[None, :] + v @ m.W @ h.T


@pytest.mark.parametrize("shape", [(5, 4), (3, 7), (1, 1), (6, 2)])
def test_log_z_and_likelihood_are_the_sums(rng, shape):
    m = machine(rng, *shape, scale=2.0)
    log_z = logsumexp(joint(m))
    assert rbm.log_z_exact(m) == pytest.approx(log_z, abs=1e-12)
    v = states(m.n_visible)
    assert rbm.free_energy(m, v) == pytest.approx(-logsumexp(joint(m), axis=1), abs=1e-12)
    ln_p = rbm.log_likelihood(m, v)
    assert ln_p == pytest.approx(logsumexp(joint(m), axis=1) - log_z, abs=1e-12)
    assert np.exp(ln_p).sum() == pytest.approx(1, abs=1e-12)
    assert rbm.log_likelihood(m, v, log_z=log_z + 1) == pytest.approx(ln_p - 1, abs=1e-12)


def test_energy_is_that_of_the_joint_states(rng):
    m = machine(rng)
    v, h = states(5), states(4)
    pairs = [(i, j) for i in range(32) for j in range(16)]
    E = rbm.energy(m, v[[i for i, _ in pairs]], h[[j for _, j in pairs]])
    assert E == pytest.approx(-joint(m).ravel(), abs=1e-12)


def test_large_weights_neither_overflow_nor_vanish():
    m = RBM(np.full((3, 700), 50.0), np.zeros(3), np.full(700, -60.0))
    on = 700 * np.log1p(np.exp(50.0 * np.arange(4) - 60.0))
    assert rbm.log_z_exact(m) == pytest.approx(logsumexp(on, b=[1, 3, 3, 1]), rel=1e-14)


@pytest.mark.parametrize("n_hidden", [511, 512, 513, 1023, 1025, 3000])
def test_thousands_of_hidden_units_are_no_overflow(n_hidden):
    """2**n_hidden is more than a double holds, its logarithm is not."""
    idle = RBM(np.zeros((2, n_hidden)), [0.5, -1.0], np.zeros(n_hidden))
    expected = -np.array([0.0, 0.5, -1.0, -0.5]) - n_hidden * np.log(2)
    assert rbm.free_energy(idle, states(2)) == pytest.approx(expected, rel=1e-13)


def test_blocks_of_states_join():
    """More states than are summed at a time: hidden units that see nothing are free coins."""
    m = RBM(np.zeros((15, 14)), np.linspace(-1, 1, 15), np.zeros(14))
    expected = np.log1p(np.exp(m.a)).sum() + 14 * np.log(2)
    assert rbm.log_z_exact(m) == pytest.approx(expected, abs=1e-12)
    assert rbm.model_moments(m).v == pytest.approx(expit(m.a), abs=1e-12)


@pytest.mark.parametrize("shape", [(5, 4), (3, 6)])
def test_moments_are_averages_over_all_states(rng, shape):
    m = machine(rng, *shape)
    p = np.exp(joint(m) - logsumexp(joint(m)))
    v, h = states(m.n_visible), states(m.n_hidden)
    moments = rbm.model_moments(m)
    assert moments.vh == pytest.approx(v.T @ p @ h, abs=1e-13)
    assert moments.v == pytest.approx(p.sum(axis=1) @ v, abs=1e-13)
    assert moments.h == pytest.approx(p.sum(axis=0) @ h, abs=1e-13)


def test_gradient_is_the_derivative_of_the_likelihood(rng):
    """Against differences of high order: right to 1e-10."""
    m, data = machine(rng), states(5)[rng.integers(0, 32, 40)]
    gradient = rbm.log_likelihood_gradient(m, data)

    def mean(step):
        W, a, b = (x.copy() for x in (m.W, m.a, m.b))
        W[2, 1] += step[0]
        a[3] += step[1]
        b[0] += step[2]
        return rbm.log_likelihood(RBM(W, a, b), data).mean()

    weights = {-3: -1 / 60, -2: 3 / 20, -1: -3 / 4, 1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    found = [
        sum(w * mean(0.01 * n * direction) for n, w in weights.items()) / 0.01
        for direction in np.eye(3)
    ]
    assert found == pytest.approx([gradient.vh[2, 1], gradient.v[3], gradient.h[0]], abs=1e-10)


def test_gradient_vanishes_where_data_and_machine_agree(rng):
    m = machine(rng, 4, 3, scale=0.3)
    weight = np.exp(rbm.log_likelihood(m, states(4)))
    rows = np.repeat(states(4), np.rint(1e6 * weight).astype(int), axis=0)
    for part in rbm.log_likelihood_gradient(m, rows):
        assert np.max(np.abs(part)) < 2e-5


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32))
def test_spin_machines_have_the_same_probabilities(n, k, seed):
    rng = np.random.default_rng(seed)
    w, f, g = rng.normal(size=(n, k)), rng.normal(size=n), rng.normal(size=k)
    s, t = 2 * states(n) - 1, 2 * states(k) - 1
    weight = (s @ f)[:, None] + (t @ g)[None, :] + s @ w @ t.T
    m = rbm.from_spin_rbm(w, f, g)
    constant = w.sum() - f.sum() - g.sum()
    assert joint(m) + constant == pytest.approx(weight, abs=1e-12)
    back = rbm.to_spin_rbm(m)
    assert back.constant == pytest.approx(-constant, abs=1e-12)
    for one, other in zip(back[:3], (w, f, g), strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_a_hidden_spin_for_each_bond_makes_an_ising_magnet():
    """cosh(w (s + s')) ~ exp(K s s') with cosh 2w = exp 2K: 18 hidden units, 3 x 3 torus."""
    m = bond_machine(3, 0.4)
    s = 2 * states(9).reshape(-1, 3, 3) - 1
    K = 0.4 * (s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))).sum(axis=(1, 2))
    ln_p = rbm.log_likelihood(m, states(9))
    assert ln_p == pytest.approx(K - 9 * enumerate_ising(3, 0.4).log_z, abs=1e-12)


def bond_machine(L, K):
    """A hidden unit for each bond of the L x L torus: exactly its Ising model."""
    sites = np.arange(L * L).reshape(L, L)
    ends = [np.stack([sites, np.roll(sites, -1, axis)], -1).reshape(-1, 2) for axis in (0, 1)]
    w = np.zeros((L * L, 2 * L * L))
    for bond, pair in enumerate(np.concatenate(ends)):
        w[pair, bond] = np.arccosh(np.exp(2 * K)) / 2
    return rbm.from_spin_rbm(w)


# --- annealing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.3, 1.5])
def test_annealing_finds_log_z(rng, z_within, scale):
    m = machine(rng, 12, 9, scale=scale)
    found = annealed_log_z(m, n_chains=500, n_steps=300, rng=rng)
    assert found.error < 0.05
    z_within(found.z_score(rbm.log_z_exact(m)))


def test_annealing_from_the_means_of_the_data(rng, z_within):
    m = machine(rng, 10, 6)
    found = annealed_log_z(m, n_chains=500, n_steps=200, base=m.a, rng=rng)
    z_within(found.z_score(rbm.log_z_exact(m)))


def test_annealing_has_the_power_to_see_a_wrong_machine(rng):
    m = machine(rng, 12, 9)
    wrong = RBM(1.05 * m.W, m.a, m.b)
    found = annealed_log_z(m, n_chains=500, n_steps=300, rng=rng)
    assert abs(found.z_score(rbm.log_z_exact(wrong))) > 5


def test_annealing_is_exact_without_weights(rng):
    m = RBM(np.zeros((4, 3)), rng.normal(size=4), np.zeros(3))
    found = annealed_log_z(m, n_chains=4, n_steps=3, base=m.a, rng=rng)
    assert found.value == pytest.approx(rbm.log_z_exact(m), abs=1e-6)


@pytest.mark.filterwarnings("error")
def test_annealing_starts_from_units_that_are_as_good_as_frozen(rng):
    """Biases whose exp is no float: the unit is on or off, and there is no warning."""
    m = RBM(np.zeros((3, 2)), [-1000.0, 1000.0, 0.5], np.zeros(2))
    found = annealed_log_z(m, n_chains=4, n_steps=3, base=m.a, rng=rng)
    assert found.value == pytest.approx(1000 + np.logaddexp(0, 0.5) + 2 * np.log(2), abs=1e-3)


# --- refusals ----------------------------------------------------------------------------------

SMALL = RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2))
LARGE = RBM(np.zeros((30, 25)), np.zeros(30), np.zeros(25))
DATA = np.ones((10, 3))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: RBM([1.0], [0.0], [0.0]), "W must be a matrix"),
        (lambda: RBM(np.zeros((3, 2)), np.zeros(2), np.zeros(3)), "biases do not fit"),
        (lambda: RBM([[np.nan]], [0.0], [0.0]), "W must be finite"),
        (lambda: rbm.free_energy(SMALL, [1, 0]), r"shape \(n_samples, 3\), got \(1, 2\)"),
        (lambda: rbm.free_energy(SMALL, [1, -1, 1]), r"for spins use \(spins \+ 1\) / 2"),
        (lambda: rbm.log_z_exact(LARGE), "use annealed_log_z"),
        (lambda: rbm.model_moments(LARGE), "too many to sum"),
        (lambda: rbm.log_likelihood(SMALL, DATA, log_z=np.inf), "log_z must be finite"),
        (lambda: rbm.from_spin_rbm([1.0]), "w must be a matrix"),
        (lambda: rbm.from_spin_rbm([[1.0]], f=[1, 2]), "fields do not fit"),
        (lambda: GibbsChain(SMALL, 2, start=[[1, 0, 1]], rng=1), "2 chains need as many rows"),
        (lambda: GibbsChain(SMALL, 0, rng=1), "n_chains must be at least 1"),
        (lambda: GibbsChain(SMALL, rng=None), "rng is needed"),
        (lambda: annealed_log_z(SMALL, base=[1.0], rng=1), "base must have shape"),
        (lambda: annealed_log_z(SMALL, n_chains=1, rng=1), "n_chains must be at least 2"),
        (lambda: rbm.train_rbm(DATA, 2, n_epochs=1, rng=1), "pass a smaller batch_size"),
        (lambda: train(DATA, 2, start=SMALL), "either n_hidden"),
        (lambda: train(DATA), "either n_hidden"),
        (lambda: train(DATA[:, :2], start=SMALL), "start has 3 visible units, the data 2"),
        (lambda: train(DATA - 2, 2), "must be from 0 to 1"),
        (lambda: train(DATA * np.nan, 2), "must be from 0 to 1"),
        (lambda: train([["a"]], 2), "got dtype <U1"),
        (lambda: train(3.0, 2), "data must have shape"),
        (lambda: train(DATA, 2, rate=(0.1, 0.0)), "rate must be positive"),
        (lambda: train(DATA, 2, l1=-1.0), "l1 must not be negative"),
        (lambda: train(DATA, 2, k=0), "k must be at least 1"),
        (lambda: rbm.epochs(DATA, 2, n_epochs=-1, batch_size=5, rng=1), "n_epochs must be"),
    ],
)
def test_bad_input_is_refused_with_the_way_out(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def train(data, n_hidden=None, **options):
    return rbm.train_rbm(data, n_hidden, **{"n_epochs": 1, "batch_size": 5, "rng": 1} | options)


def test_a_machine_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        SMALL.W[0, 0] = 1.0
    assert repr(SMALL) == "RBM(n_visible=3, n_hidden=2)" and SMALL.transposed.n_visible == 2
