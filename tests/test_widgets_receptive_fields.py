"""The explorer of receptive fields, seen from Python."""

import base64
import json

import numpy as np
import pytest

from rgcourse import rbm
from rgcourse.rbm import RBM
from rgcourse.widgets import ReceptiveFields
from rgcourse.widgets.receptive_fields import SHUFFLES, STEPS


def stack(seed, sizes=(64, 16, 4)):
    rng = np.random.default_rng(seed)
    pairs = zip(sizes, sizes[1:], strict=False)
    return [rbm.random_rbm(m, n, scale=1.0, rng=rng) for m, n in pairs]


def explorer(**options):
    return ReceptiveFields({"one": stack(1), "two": stack(2)}, n_units=9, **options)


def decoded(layer, n_sites):
    """The fields of a layer of the table in units of the largest weight, shape (sites, units)."""
    bits = np.frombuffer(base64.b64decode(layer["fields"]), np.int8).reshape(-1, n_sites)
    return bits.T / STEPS


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"data": "three"}, "data must be one of 'one', 'two', got 'three'"),
        ({"layer": 3}, "layer must lie between 1 and 2, got 3"),
        ({"layer": 1.5}, "layer must be a whole number"),
        ({"unit": 9}, "unit must lie between 0 and 8"),
        ({"side": 9}, "side must lie between 1 and 8"),
        ({"corner": 64}, "corner must be below L"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_explorer_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        explorer(**wrong)


@pytest.mark.parametrize(
    "stacks, message",
    [
        ({}, "some stacks of one shape"),
        ({"one": stack(1), "two": stack(2, (64, 9, 4))}, "some stacks of one shape"),
        ({"one": stack(1, (60, 9))}, "no square lattice"),
        ({"one": []}, "at least one RBM"),
    ],
)
def test_explorer_refuses_stacks(stacks, message):
    with pytest.raises(ValueError, match=message):
        ReceptiveFields(stacks)


def test_assignment_is_checked():
    figure = explorer()
    figure.layer = 2
    with pytest.raises(ValueError, match="layer"):
        figure.layer = 0
    assert figure.layer == 2


@pytest.mark.parametrize("data, seed", [("one", 1), ("two", 2)])
@pytest.mark.parametrize("layer", [1, 2])
def test_the_table_holds_the_fields_of_the_package(data, seed, layer):
    table = explorer().table[data][layer - 1]
    expected = rbm.receptive_fields(stack(seed))[layer - 1][:, :9]
    shown = decoded(table, 64)
    assert shown.shape == expected.shape == (64, 9 if layer == 1 else 4)
    assert np.all(np.abs(shown - expected / np.abs(expected).max(axis=0)) < 0.51 / STEPS)
    assert table["sizes"] == pytest.approx(rbm.field_size(expected), abs=1e-3)
    for side in (1, 3, 8):
        best = rbm.block_share(expected, side).max(axis=(0, 1))
        assert table["typical"][side - 1] == pytest.approx(np.median(best), abs=1e-4)


def test_chance_is_what_other_orders_of_the_weights_give():
    table = explorer().table["one"][0]
    fields = rbm.receptive_fields(stack(1))[0][:, :9]
    rng = np.random.default_rng(5)
    orders = [rng.permuted(fields, axis=0) for _ in range(200)]
    for side in (2, 4):
        best = np.array([rbm.block_share(w, side).max(axis=(0, 1)) for w in orders])
        mean, spread = table["chance"][side - 1]
        assert abs(mean - best.mean()) < 4 * best.std() / np.sqrt(9 * SHUFFLES)
        assert spread == pytest.approx(best.std(), rel=0.3)
    whole = table["chance"][-1][0]  # a block that is everywhere does not mind the order
    assert whole == pytest.approx(rbm.block_share(fields, 8).max(axis=(0, 1)).mean(), abs=1e-4)


def test_dead_units_have_no_size():
    dead = RBM(np.zeros((16, 4)), np.zeros(16), np.zeros(4))
    (layer,) = ReceptiveFields({"shuffled": [dead]}).table["shuffled"]
    assert (layer["sizes"], layer["typical"]) == ([None] * 4, [0.0] * 4)
    assert not decoded(layer, 16).any()


def test_the_page_is_told_the_steps_of_a_weight_and_what_can_be_chosen():
    spec = explorer().spec
    assert spec["constants"] == {"L": 8, "sides": 8, "steps": STEPS}
    side, layer, unit, data, seek = spec["controls"]
    assert [(c["low"], c["high"]) for c in (side, layer, unit)] == [(1, 8), (1, 2), (0, 8)]
    assert data["options"] == [["one", "one"], ["two", "two"]]
    assert seek["kind"] == "button"


def test_state_is_small_and_survives_the_way_to_the_page():
    state = ReceptiveFields({"a": stack(1, (576, 144, 36, 9)), "b": stack(2, (576, 144, 36, 9))})
    state = {k: v for k, v in state.get_state().items() if k not in ("layout", "_dom_classes")}
    state["spec"] = json.loads(json.dumps(state["spec"]))  # marks are tuples
    assert json.loads(json.dumps(state)) == state
    assert len(json.dumps(state["table"])) < 150_000
