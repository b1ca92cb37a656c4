"""A trained network looks at a running lattice, beside a reader of the magnetization alone."""

import base64

import numpy as np
import traitlets

from .. import _checks
from .._palette import LIGHT
from ..networks import ConvNet, random_net
from ._front import (
    LiveFigure,
    bare,
    colour_map,
    drawing,
    picture,
    said,
    script,
    within,
    words_for_page,
)
from .ising import CRITICAL_TEMPERATURE, equilibrated, lattice_side, side_of_critical

MOST_POINTS = 60


class NetworkLab(LiveFigure):
    """A network's opinion of a lattice that runs in the page.

    The lattice runs at temperature `T` under heat-bath sweeps. The network, `rgcourse.networks`
    compiled, looks at every picture of it: shown are the maps of its first layer, its probability
    of "ordered", and that of a logistic reader that knows |m| alone,
    `1 / (1 + exp(-(slope |m| + offset)))`; both against T, on curves measured before.

    Parameters
    ----------
    net : ConvNet, optional
        By default one that is untrained.
    magnetization_reader : (float, float)
        Slope and offset of the reader of |m|; by default one that knows nothing.
    curves : (array, array, array)
        Rising temperatures, and the mean outputs of network and |m| reader there; their ends are
        the ends of the slider.
    L : int
        Side of the lattice: 16 to 128, a multiple of `2**layers`.
    T : float
        Temperature, in units of J / k_B.
    running, seed, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `network`, `reader` (their last outputs) and `magnetization`.

    Raises
    ------
    ValueError
        For curves that are no probabilities at rising temperatures, and values out of range.

    Examples
    --------
    >>> NetworkLab(net, (40, -25), (T, ours, theirs))  # doctest: +SKIP
    """

    _esm = script("lattice", "views", "plot", "network_lab",
                  wasm=("ising", "networks"))  # fmt: skip
    title = said("What does the network see?")
    try_line = said(
        "let the lattice run at Tc, pause when the two readers disagree, and look at the lattice."
    )
    running = traitlets.Bool(True).tag(sync=True)

    L = traitlets.Int().tag(sync=True)
    T = traitlets.Float().tag(sync=True)
    T_range = traitlets.List(traitlets.Float()).tag(sync=True)
    channels = traitlets.List(traitlets.Int()).tag(sync=True)
    n_hidden = traitlets.Int().tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)
    reader_weights = traitlets.List(traitlets.Float()).tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    network = traitlets.Float().tag(sync=True)
    reader = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        net=None,
        magnetization_reader=(0.0, 0.0),
        curves=((1.6, 3.0), (0.5, 0.5), (0.5, 0.5)),
        *,
        L=32,
        T=CRITICAL_TEMPERATURE,
        seed=7,
        **frame,
    ):
        net = random_net(rng=1) if net is None else net
        if not isinstance(net, ConvNet):
            raise ValueError(f"net must be a ConvNet, got {type(net).__name__}; see train_nets")
        slope, offset = (_checks.finite("magnetization_reader", x) for x in magnetization_reader)
        temperatures, ours, theirs = _curves(curves)
        seed = _checks.integer("seed", seed, minimum=0)
        self.net = net
        super().__init__(
            frame,
            L=lattice_side(L, len(net.channels), largest=128),
            T_range=[temperatures[0], temperatures[-1]],
            T=T,
            channels=list(net.channels),
            n_hidden=net.out.size,
            weights=packed(net),
            reader_weights=[slope, offset],
            curves={"T": temperatures, "network": ours, "reader": theirs},
            seed_words=words_for_page(seed),
        )
        self.seed = seed

    @traitlets.validate("T")
    def _check_T(self, proposal):
        return within("T", proposal["value"], *self.T_range)

    def outputs(self, spins):
        """The two readers' probabilities of "ordered" for one lattice."""
        slope, offset = self.reader_weights
        field = slope * abs(spins.mean()) + offset
        return self.net.probability(spins[None])[0], 1 / (1 + np.exp(-field))

    def still(self):
        spins = equilibrated(self.L, self.T, 0.0, self.seed)
        maps = self.net.layers(spins[None])[0][0]
        figure = drawing(7.2, 3.0)
        left, middle, right = figure.subfigures(1, 3, width_ratios=(2, 2, 3))
        ax = left.subplots()
        ax.imshow(spins, cmap=colour_map("down", "up", steps=2), vmin=-1, vmax=1)
        ax.set(xticks=[], yticks=[])
        panels = middle.subplots(-(-maps.shape[-1] // 3), 3, squeeze=False).flat
        for c, panel in enumerate(panels):
            panel.axis("off")
            if c < maps.shape[-1]:
                panel.imshow(maps[..., c], cmap="Greys", vmin=0, vmax=brightest(self.net)[c])
        ax = right.subplots()
        bare(ax)
        ax.plot(self.curves["T"], self.curves["network"], color=LIGHT["ink"])
        ax.plot(self.curves["T"], self.curves["reader"], color=LIGHT["critical"], linestyle="--")
        ours, theirs = self.outputs(spins)
        ax.plot(self.T, theirs, "o", mfc=LIGHT["surface"], color=LIGHT["critical"])
        ax.plot(self.T, ours, "o", color=LIGHT["accent"])
        ax.set(xlabel="temperature $T$", ylabel='probability of "ordered"', ylim=(0, 1.02))
        return picture(figure)

    def words(self):
        spins = equilibrated(self.L, self.T, 0.0, self.seed)
        ours, theirs = self.outputs(spins)
        return (
            f"{self.title} An Ising lattice of {self.L} by {self.L} spins at T = {self.T:.3f}, "
            f"{side_of_critical(self.T)}, with |m| = {abs(spins.mean()):.2f}; beside it the "
            f'{self.channels[0]} maps of the first layer. The network gives "ordered" a '
            f"probability of {ours:.2f}, the reader of |m| {theirs:.2f}. Their mean outputs fall "
            f"from one to zero around the critical temperature."
        )


def packed(net):
    """All weights in the order of the layers, float32 in base64: kernel and bias of each, then
    the hidden layer and the output.
    """
    layers = [w for pair in zip(net.kernels, net.biases, strict=True) for w in pair]
    head = [net.hidden, net.hidden_bias, net.out, net.out_bias]
    return base64.b64encode(b"".join(w.astype("<f4").tobytes() for w in layers + head)).decode()


def brightest(net):
    """The largest value each channel of the first layer can have, for any spins."""
    return np.maximum(net.biases[0] + np.abs(net.kernels[0]).sum(axis=(0, 1, 2)), 1e-6)


def _curves(curves):
    T, ours, theirs = (_checks.finite_array("curves", curve) for curve in curves)
    if not (T.ndim == 1 and 2 <= T.size <= MOST_POINTS and T.shape == ours.shape == theirs.shape):
        raise ValueError(
            f"curves must be three arrays of 2 to {MOST_POINTS} numbers, got shapes "
            f"{T.shape}, {ours.shape}, {theirs.shape}"
        )
    chances = np.concatenate([ours, theirs])
    if np.any(np.diff(T) <= 0) or T[0] < 0.5 or not np.all((0 <= chances) & (chances <= 1)):
        raise ValueError("curves need rising temperatures above 0.5, and probabilities")
    return [np.round(curve, 4).tolist() for curve in (T, ours, theirs)]
