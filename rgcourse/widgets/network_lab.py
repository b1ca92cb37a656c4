"""A trained network looks at a running lattice, beside a reader of the magnetization alone."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .. import _checks
from ..exact import CRITICAL_T
from ..networks import ConvNet, random_net
from ..networks.network import KERNEL_WIDTHS
from ._declare import plot
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE, lattice_side, temperature

__all__ = ["NetworkLab"]

MAX_POINTS = 60


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

    title = text("What does the network see?")
    try_line = text(
        "let the lattice run at Tc, pause when the two readers disagree, and look at the lattice."
    )
    running = traitlets.Bool(True).tag(sync=True, follow=True)

    T = temperature()
    L = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    network = traitlets.Float().tag(sync=True)
    reader = traitlets.Float().tag(sync=True)
    magnetization = traitlets.Float().tag(sync=True)
    readouts = {"T": "T", "m": "|m|", "network": "network", "reader": "|m| reader"}

    def __init__(
        self,
        net: ConvNet | None = None,
        magnetization_reader: tuple[float, float] = (0.0, 0.0),
        curves: Sequence[ArrayLike] = ((1.6, 3.0), (0.5, 0.5), (0.5, 0.5)),
        *,
        L: int = 32,
        T: float = CRITICAL_T,
        seed: int = 7,
        **frame: Any,
    ) -> None:
        net = random_net(rng=1) if net is None else net
        if not isinstance(net, ConvNet):
            raise ValueError(f"net must be a ConvNet, got {type(net).__name__}; see train_nets")
        if net.sites > 1:
            raise ValueError("net must see the mean over the lattice (sites = 1) to be shown here")
        slope, offset = (_checks.finite("magnetization_reader", x) for x in magnetization_reader)
        temperatures, ours, theirs = checked_curves(curves)
        self.net = net
        self.line = [slope, offset]
        self.curves = {"T": temperatures, "network": ours, "reader": theirs}
        super().__init__(
            narrow={"T": (temperatures[0], temperatures[-1])},
            L=lattice_side(L, len(net.channels), largest=128),
            T=T,
            **seeded(seed),
            **frame,
        )

    @property
    def constants(self) -> dict[str, Any]:
        """The network, the reader of |m| and the curves of both, beside what all lattices need."""
        return {**RECIPE, **for_page(self.net), "line": self.line, "curves": self.curves}

    @property
    def plots(self) -> dict[str, Any]:
        """Both probabilities against T."""
        x = ("temperature T", *self.narrowed["T"])
        return {"chances": plot(x, ("probability of “ordered”", 0, 1.12), drop=("T", ""))}

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"Left, {self.L} × {self.L} spins under heat-bath sweeps (light up, dark down); right, "
            "the maps of the first layer, marked where a channel answers. Below, what the network "
            "(full line, full dot) and a reader of |m| alone (dashed, ring) say on average, and "
            "what they say now (small marks). Trained on this page; rgcourse.networks, compiled."
        )


def for_page(net):
    """The network as the page needs it: sizes, and the largest value of each map, for any spins.

    The weights are in the order of the layers, float32 in base64: kernel and bias of each, then
    the hidden layer and the output.
    """
    layers = [w for pair in zip(net.kernels, net.biases, strict=True) for w in pair]
    head = [net.hidden, net.hidden_bias, net.out, net.out_bias]
    weights = b"".join(w.astype("<f4").tobytes() for w in layers + head)
    brightest = np.maximum(net.biases[0] + np.abs(net.kernels[0]).sum(axis=(0, 1, 2)), 1e-6)
    return {
        "widths": KERNEL_WIDTHS,
        "channels": list(net.channels),
        "n_hidden": net.out.size,
        "weights": base64.b64encode(weights).decode(),
        "brightest": brightest.tolist(),
    }


def checked_curves(curves):
    """Temperatures and both probabilities as lists, for drawing; ValueError where they are none."""
    T, ours, theirs = (_checks.finite_array("curves", curve) for curve in curves)
    if not (T.ndim == 1 and 2 <= T.size <= MAX_POINTS and T.shape == ours.shape == theirs.shape):
        raise ValueError(
            f"curves must be three arrays of 2 to {MAX_POINTS} numbers, got shapes "
            f"{T.shape}, {ours.shape}, {theirs.shape}"
        )
    chances = np.concatenate([ours, theirs])
    if np.any(np.diff(T) <= 0) or T[0] < 0.5 or not np.all((0 <= chances) & (chances <= 1)):
        raise ValueError("curves need rising temperatures above 0.5, and probabilities")
    return [np.round(curve, 4).tolist() for curve in (T, ours, theirs)]
