"""The network lab seen from Python."""

import base64

import numpy as np
import pytest

from rgcourse.networks import random_net
from rgcourse.widgets import NetworkLab
from rgcourse.widgets.network_lab import for_page

T = np.linspace(1.8, 2.8, 11)
CURVES = T, np.linspace(0.95, 0.05, 11), np.linspace(0.9, 0.1, 11)


def lab(**options):
    return NetworkLab(random_net(rng=2), (12.0, -7.0), CURVES, **options)


def test_weights_go_out_in_the_order_of_the_layers():
    net = random_net((2, 3), 4, rng=1)
    values = np.frombuffer(base64.b64decode(for_page(net)["weights"]), "<f4")
    assert values.size == net.n_weights
    assert np.array_equal(values[:18], net.kernels[0].ravel())
    assert np.array_equal(values[20:44], net.kernels[1].ravel())
    assert values[-1] == net.out_bias


def test_no_map_is_brighter_than_the_brightest():
    net = random_net(rng=2)
    patterns = (np.arange(512)[:, None] >> np.arange(9) & 1) * 2 - 1
    maps = np.maximum(patterns @ net.kernels[0].reshape(9, -1) + net.biases[0], 0)
    assert maps.max(axis=0) == pytest.approx(for_page(net)["brightest"], rel=1e-5)


def test_the_page_has_the_curves_and_their_ends():
    spec = lab().spec
    assert spec["constants"]["curves"]["network"] == np.round(CURVES[1], 4).tolist()
    assert spec["constants"]["line"] == [12.0, -7.0]
    (slider,) = spec["controls"]
    axis = dict(spec["plots"])["chances"]["x"]
    assert (slider["low"], slider["high"]) == (axis["low"], axis["high"]) == (1.8, 2.8)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: NetworkLab("net"), "net must be a ConvNet, got str"),
        (lambda: NetworkLab(random_net(sites=16, rng=1)), "must see the mean over the lattice"),
        (lambda: lab(T=3.5), "T must lie between 1.8 and 2.8"),
        (lambda: lab(L=28), "multiple of 8"),
        (lambda: NetworkLab(None, (1.0, np.inf)), "magnetization_reader must be finite"),
        (lambda: NetworkLab(curves=(T, T / 3, T[:3] / 3)), "three arrays"),
        (lambda: NetworkLab(curves=(T[::-1], T / 3, T / 3)), "rising temperatures"),
        (lambda: NetworkLab(curves=(T, T, T / 3)), "probabilities"),
        (lambda: NetworkLab(curves=(T, T / 3, T)), "probabilities"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_assignment_is_checked_too():
    figure = lab()
    with pytest.raises(ValueError, match="between 1.8 and 2.8"):
        figure.T = 1.0
    assert figure.T == pytest.approx(2.269185, abs=1e-6)
