"""Stacks of machines: what they dream, against the sum over all states."""

import numpy as np
import pytest

from rgcourse import rbm

STATES = (np.arange(8)[:, None] >> np.arange(3)) & 1  # all states of three units


def machine(n_visible, n_hidden, seed):
    return rbm.random_rbm(n_visible, n_hidden, scale=1.5, rng=seed)


def probability(rows, n):
    return np.bincount(rows @ (1 << np.arange(n)), minlength=2**n) / len(rows)


def given(model, states):
    """p(v | h) for all v, one row a state h."""
    p = rbm.visible_means(model, states)[:, None, :]
    return np.prod(np.where(STATES, p, 1 - p), axis=-1)


def marginal(model):
    p = np.exp(rbm.log_likelihood(model, STATES))
    return p / p.sum()


def test_dreams_of_a_stack_have_the_summed_distribution():
    bottom, top = machine(3, 3, 1), machine(3, 2, 2)
    exact = marginal(top) @ given(bottom, STATES)
    start = np.zeros((20_000, 3), int)
    dreams = rbm.stack_dreams([bottom, top], start, 2, every=20, rng=3)
    assert dreams.shape == (2, 20_000, 3) and dreams.dtype == np.int8
    for each in dreams:
        off = probability(each, 3) - exact
        assert abs(off / np.sqrt(exact * (1 - exact) / 20_000)).max() < 4.5


def test_one_machine_dreams_its_gibbs_samples():
    model = machine(3, 2, 4)
    dreams = rbm.stack_dreams([model], np.ones((20_000, 3), int), 1, rng=5)[0]
    off = probability(dreams, 3) - marginal(model)
    assert abs(off).max() < 4.5 * 0.5 / np.sqrt(20_000)


def test_a_second_machine_that_is_the_first_one_turned_changes_nothing():
    """p(v | h) p(h) with p(h) of the same machine is p(v): depth that says nothing new."""
    model = machine(3, 3, 6)
    exact = marginal(model)
    assert marginal(model.transposed) @ given(model, STATES) == pytest.approx(exact, abs=1e-12)
    dreams = rbm.stack_dreams([model, model.transposed], np.ones((20_000, 3), int), 1, rng=7)[0]
    assert abs(probability(dreams, 3) - exact).max() < 4.5 * 0.5 / np.sqrt(20_000)


def test_lift_draws_layer_by_layer():
    bottom, top = machine(3, 3, 1), machine(3, 2, 2)
    v = np.tile([1, 0, 1], (20_000, 1))
    h = rbm.hidden_means(bottom, v[:1])[0]
    seen = rbm.lift([bottom], v, rng=1)
    assert abs(seen.mean(axis=0) - h).max() < 4.5 * 0.5 / np.sqrt(20_000)
    p = np.prod(np.where(STATES, h, 1 - h), axis=-1)
    on = p @ rbm.hidden_means(top, STATES)
    assert abs(rbm.lift([bottom, top], v, rng=1).mean(axis=0) - on).max() < 4.5 * 0.5 / 20_000**0.5
    assert (rbm.lift([], v, rng=1) == v).all()


def test_stacks_that_do_not_fit_are_refused():
    stack = [machine(3, 3, 1), machine(2, 2, 1)]
    with pytest.raises(ValueError, match="2"):
        rbm.stack_dreams(stack, np.ones((4, 3)), 1, rng=1)
    with pytest.raises(ValueError, match="at least one RBM"):
        rbm.stack_dreams([], np.ones((4, 3)), 1, rng=1)
    with pytest.raises(ValueError, match="warm_up"):
        rbm.stack_dreams(stack[:1], np.ones((4, 3)), 1, warm_up=0, rng=1)
    for v in (None, np.full((2, 3), 7), np.full((2, 3), np.nan), np.ones(3)):
        with pytest.raises(ValueError, match="of 0 and 1"):
            rbm.lift([], v, rng=1)
    with pytest.raises(ValueError, match="rng"):
        rbm.lift(stack[:1], np.ones((4, 3)), rng=None)


def test_masked_data_are_refused():
    data = np.ma.masked_array(np.ones((5, 3), int), np.eye(5, 3))
    with pytest.raises(ValueError, match="v must have no masked entries"):
        rbm.lift([machine(3, 2, 1)], data, rng=1)
