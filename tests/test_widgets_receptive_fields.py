"""The explorer of receptive fields, seen from Python."""

import json

import numpy as np
import pytest

from rgcourse import rbm
from rgcourse.rbm import RBM
from rgcourse.widgets import ReceptiveFields
from rgcourse.widgets.receptive_fields import STEPS


def stack(seed, sizes=(64, 16, 4)):
    rng = np.random.default_rng(seed)
    pairs = zip(sizes, sizes[1:], strict=False)
    return [rbm.random_rbm(m, n, scale=1.0, rng=rng) for m, n in pairs]


def explorer(**options):
    return ReceptiveFields({"one": stack(1), "two": stack(2)}, n_units=9, **options)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"data": "three"}, "data must be one of 'one', 'two', got 'three'"),
        ({"layer": 3}, "layer must lie between 1 and 2, got 3"),
        ({"unit": 9}, "unit must lie between 0 and 8"),
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
    figure = explorer(data=data, layer=layer)
    expected = rbm.receptive_fields(stack(seed))[layer - 1][:, :9]
    shown = figure.fields().reshape(-1, 64).T
    assert shown.shape == expected.shape == (64, 9 if layer == 1 else 4)
    assert np.all(np.abs(shown - expected) < np.abs(expected).max(axis=0) / STEPS * 0.51)
    place = figure.table["names"].index(data) * 2 + layer - 1
    assert figure.table["sizes"][place] == pytest.approx(rbm.field_size(expected), abs=1e-3)


def test_dead_units_have_no_size():
    dead = RBM(np.zeros((16, 4)), np.zeros(16), np.zeros(4))
    figure = ReceptiveFields({"shuffled": [dead]})
    assert figure.table["sizes"] == [[None] * 4] and not figure.fields().any()
    assert "All its weights are zero" in figure.words()


def test_words():
    figure = explorer(layer=2, unit=8)
    assert "unit 0 in layer 2" in figure.words()


def test_state_is_small_and_survives_the_way_to_the_page():
    state = ReceptiveFields({"a": stack(1, (576, 144, 36, 9)), "b": stack(2, (576, 144, 36, 9))})
    state = {k: v for k, v in state.get_state().items() if k not in ("layout", "_dom_classes")}
    assert json.loads(json.dumps(state)) == state
    assert len(json.dumps(state["table"])) < 150_000
