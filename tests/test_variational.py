"""Trial distributions against sums over all states: the bound, its gap, its slope, its minimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse import variational
from rgcourse.enumeration import _count_states
from rgcourse.exact import CRITICAL_K, enumerate_ising, kaufman, onsager_log_z
from rgcourse.variational import BLOCKS, best_trial, block_trial

couplings = st.floats(-1.5, 1.5, allow_nan=False)
blocks = st.sampled_from(sorted(BLOCKS))

# All states of the 4 x 4 torus, one a row.
STATES = 1.0 - 2.0 * ((np.arange(2**16)[:, None] >> np.arange(16)) & 1).reshape(-1, 4, 4)
DOWN, RIGHT = STATES * np.roll(STATES, 1, axis=1), STATES * np.roll(STATES, 1, axis=2)
BONDS, SPINS = (DOWN + RIGHT).sum(axis=(1, 2)), STATES.sum(axis=(1, 2))


def inside(block):
    """Sum over the bonds inside the blocks that tile the torus, for each state."""
    rows, columns, wraps = BLOCKS[block]
    if wraps:
        return BONDS
    # a bond from row i to row i - 1 stays in the block unless i starts one
    down = DOWN[:, np.arange(4) % rows > 0].sum(axis=(1, 2))
    return down + RIGHT[:, :, np.arange(4) % columns > 0].sum(axis=(1, 2))


def log_normalized(log_weight):
    top = log_weight.max()
    return log_weight - top - np.log(np.exp(log_weight - top).sum())


@settings(deadline=None, max_examples=40)
@given(couplings, couplings, couplings, blocks)
def test_free_energy_is_the_sum_over_all_states_and_its_gap_is_kl(K, h, B, block):
    log_w, log_q = K * BONDS + h * SPINS, log_normalized(K * inside(block) + B * SPINS)
    q, log_p = np.exp(log_q), log_normalized(log_w)
    trial = block_trial(K, B, h=h, block=block)
    assert trial.free_energy == pytest.approx(q @ (log_q - log_w) / 16, abs=1e-12)
    assert trial.magnetization == pytest.approx(q @ SPINS / 16, abs=1e-12)
    assert trial.entropy == pytest.approx(-q @ log_q / 16, abs=1e-12)
    gap = trial.free_energy + enumerate_ising(4, K, h=h).log_z
    assert gap == pytest.approx(q @ (log_q - log_p) / 16, abs=1e-12)
    assert gap > -1e-13


def test_a_coupling_wrong_by_five_per_cent_is_seen():
    right, wrong = block_trial(0.4, 0.5, block=4), block_trial(0.42, 0.5, block=4)
    assert abs(right.free_energy - wrong.free_energy) > 1e-2


@settings(deadline=None, max_examples=40)
@given(couplings, couplings, couplings, blocks)
def test_slope_and_response_are_derivatives(K, h, B, block):
    step = 1e-4
    up, down = (block_trial(K, B + s, h=h, block=block) for s in (step, -step))
    trial = block_trial(K, B, h=h, block=block)
    slope, response = ((a - b) / (2 * step) for a, b in zip(up[1:3], down[1:3], strict=True))
    assert trial.slope == pytest.approx(slope, abs=2e-5)
    assert trial.response == pytest.approx(response, abs=2e-5)


@pytest.mark.parametrize("block", BLOCKS)
def test_table_of_states(block):
    n, bonds, table = variational._block(block)
    table = table[: (bonds + 1) * (n + 1)].reshape(bonds + 1, n + 1)
    assert table.sum() == 2 ** (n - 1)
    if block in (4, 16):
        nn, _, spin, count = _count_states(*{4: (2, 2, False), 16: (4, 2, True)}[block])
        where = (nn + bonds).astype(int) // 2, (spin + n).astype(int) // 2
        whole = np.zeros(table.shape)
        np.add.at(whole, where, count)
        assert np.array_equal(table + table[:, ::-1], whole)


@pytest.mark.parametrize("K", [0.0, 0.2, CRITICAL_K, 1.3])
@pytest.mark.parametrize("h", [0.0, 0.3, -0.7])
def test_the_whole_torus_is_its_own_best_trial(K, h):
    trial = best_trial(K, h=h, block=16)
    assert trial.B == h
    assert -trial.free_energy == pytest.approx(enumerate_ising(4, K, h=h).log_z, abs=1e-13)
    if h == 0:
        assert -trial.free_energy == pytest.approx(kaufman(4, K).log_z, abs=1e-13)


def test_mean_field_in_closed_form():
    K, B, h = 0.37, np.linspace(-3, 3, 13), 0.2
    trial, m = block_trial(K, B, h=h), np.tanh(B)
    entropy = -(1 + m) / 2 * np.log((1 + m) / 2) - (1 - m) / 2 * np.log((1 - m) / 2)
    assert np.allclose(trial.magnetization, m, atol=1e-15)
    assert np.allclose(trial.free_energy, -2 * K * m**2 - h * m - entropy, atol=1e-14)
    assert np.allclose(trial.response, 1 - m**2, atol=1e-15)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 1.5), st.floats(-1, 1), blocks)
def test_no_other_field_does_better(K, h, block):
    best = best_trial(K, h=h, block=block)
    others = block_trial(K, np.linspace(-4, 4, 401), h=h, block=block)
    assert best.free_energy <= others.free_energy.min() + 1e-13
    assert abs(best.slope) < 1e-12
    assert best.B * h >= 0


@pytest.mark.parametrize("block", [1, 2, 4])
def test_below_the_infinite_lattice_never(block):
    K = np.linspace(0, 2, 201)
    gap = best_trial(K, block=block).free_energy + onsager_log_z(K)
    assert gap.min() > -1e-13 and 0.05 < gap.max() < 0.08


def test_larger_blocks_are_better():
    K = np.linspace(0.05, 1, 20)
    bounds = [best_trial(K, block=block).free_energy for block in BLOCKS]
    assert np.all(np.diff(bounds, axis=0) < 0)


@pytest.mark.parametrize("block, K_c", [(1, 0.25), (2, 0.264805636750754), (4, 0.285745162040599)])
def test_where_order_begins(block, K_c):
    """K_c solves 2 K (bonds outside) dm/dB = 1; in a bond dm/dB = 1 + tanh K."""
    if block == 2:
        assert 3 * K_c * (1 + np.tanh(K_c)) == pytest.approx(1, abs=1e-13)
    assert best_trial(K_c * 0.9999, block=block).magnetization < 1e-12
    assert 0.01 < best_trial(K_c * 1.0001, block=block).magnetization < 0.03


def test_fields_turn_the_magnet_over():
    up, down = (best_trial(0.4, h=h, block=4) for h in (0.1, -0.1))
    assert (down.B, down.magnetization) == (-up.B, pytest.approx(-up.magnetization, abs=1e-15))
    assert down.free_energy == pytest.approx(up.free_energy, abs=1e-15)


def test_extremes_stay_finite():
    for trial in (best_trial(100.0, block=16), block_trial(-100.0, 100.0, h=-100.0, block=4)):
        assert np.all(np.isfinite(trial))
    assert best_trial(100.0, block=16).free_energy == pytest.approx(-200 - np.log(2) / 16)


def test_arrays_go_through_together():
    K, h = np.array([[0.2], [0.4]]), np.array([0.0, 0.1, 0.2])
    together = best_trial(K, h=h, block=2)
    assert together.free_energy.shape == (2, 3)
    assert [part[1, 2] for part in together] == list(best_trial(0.4, h=0.2, block=2))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: block_trial(np.nan, 0.0), "K must be finite"),
        (lambda: block_trial(0.4, "up"), "B must be a real number"),
        (lambda: block_trial(0.4, 0.1, h=np.inf), "h must be finite"),
        (lambda: block_trial(0.4, 101.0), "B must lie between -100 and 100, got 101"),
        (lambda: block_trial(np.ones(2), np.ones(3)), "K, B, h must have shapes that broadcast"),
        (lambda: block_trial(0.4, 0.1, block=3), "one of 1, 2, 4, 16"),
        (lambda: block_trial(0.4, 0.1, block=0), "block must be at least 1"),
        (lambda: block_trial(0.4, 0.1, block="2"), "block must be a whole number"),
        (lambda: best_trial(-0.1), "K must not be negative, got -0.1"),
        (lambda: best_trial(np.ones(2), h=np.ones(3)), "K, h must have shapes that broadcast"),
        (lambda: best_trial(0.4, block=2.5), "block must be a whole number"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
