"""Two lanes for one lattice: block spins, and a network that trains in the page."""

from typing import Any

import numpy as np
import traitlets

from ..exact import CRITICAL_T
from ..networks import probing
from ._declare import Button, Choice, Mark, Slider, Toggle, plot
from ._front import LiveFigure, seeded, text
from ._lattice import RECIPE

__all__ = ["TwoConveyors"]

L, STEPS, BATCH, RATE = 32, 600, 32, 0.02
CHANNELS, N_HIDDEN, LEAK = (8, 4, 4, 4), 8, 0.1  # the layers after the first are shown
TEMPERATURES = [round(1.7 + 0.1 * k, 1) for k in range(12)]
# Mean and spread of the temperatures, and of the energies of lattices drawn from them.
SCALES = [float(np.mean(TEMPERATURES)), float(np.std(TEMPERATURES)), -1.331, 0.36]
N_FITTED, N_EXAMINED = 1024, 512  # lattices that a reader is fitted to, and examined on
SWEEPS = {"pool": 3, "batch": 1}  # Swendsen-Wang sweeps of a chain between two of its lattices
PROBED = 16  # of these lattices after each step of training
RIDGE = 1e-3
TRUTHS = {"T": "temperature", "E": "energy", "sign": "sign of the total", "defect": "defect"}


def squares():
    """Where the mean squares of the channels stand among the reader's features."""
    places, at = [], 1 + probing.CHANNELS
    for channel in range(probing.CHANNELS):
        places.append(at)
        at += 2 * probing.CHANNELS - channel
    return places


class TwoConveyors(LiveFigure):
    """One lattice goes down two lanes: block spins, and a network that trains in the page.

    A 32 x 32 lattice is halved three times by votes or averages, to 256, 64 and 16 numbers. Beside
    it a convolutional network of four layers, on its last three as many numbers, learns a quantity
    of the reader's choice from fresh lattices. Under every layer bars say what the same fitted
    reader can read there, of each of four quantities, from lattices that it was not fitted to.

    Parameters
    ----------
    T : float
        Temperature of the lattice that is shown, 1.7 to 2.8 in units of J / k_B.
    task : {"T", "E", "sign", "defect"}
        What the network is asked for: temperature, energy, sign of the total, planted defect.
    rule : {"votes", "averages"}
        What makes the block spins.
    shuffle : bool
        Whether each lattice gets the label of another.
    difference : bool
        Whether the layers show what the paint on the lattice changes, where there is paint.
    seed : int
        Start of the page's random numbers.
    running, title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `steps`, `loss`, and the shares of variance that can be read, of temperature,
    energy, sign and defect: `block_shares` from the lattice and its three blockings,
    `network_shares` from the three layers, both flat.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lanes = TwoConveyors(task="defect")
    """

    title = text("What is thrown away on the way up?")
    try_line = text(
        "plant the defect and see where it dies in each lane. Then ask the network for the defect, "
        "press Run, and look again."
    )

    T = Slider(TEMPERATURES[0], TEMPERATURES[-1], CRITICAL_T, step=0.01, fine=0.001, digits=3,
               heat=True, label="Temperature", marks=[Mark(CRITICAL_T, "Tc", "c")])  # fmt: skip
    task = Choice(TRUTHS, label="Ask the network for", name="task", key="t", hint="next task")
    rule = Choice({"votes": "votes", "averages": "averages"}, label="Block spins by", name="rule",
                  key="v", hint="votes/averages")  # fmt: skip
    shuffle = Toggle("Shuffle the labels", off=False, on=True, key="l", hint="shuffle")
    difference = Toggle("Show what paint changes", off=False, on=True, default=True, key="d",
                        hint="difference")  # fmt: skip
    plant = Button("Plant defect", key="p")
    flip = Button("Flip a patch", key="f")
    wipe = Button("Wipe", key="w")
    fresh = Button("New lattice", key="n")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    loss = traitlets.Float().tag(sync=True)
    block_shares = traitlets.List(traitlets.Float()).tag(sync=True)
    network_shares = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"step": "step", "loss": "loss", "blocks": "top: blocks", "network": "network"}
    plots = {
        "losses": plot(("training step", 0, STEPS), ("loss (1: knows nothing)", 0, 1.3)),
    }
    constants = {
        **RECIPE,
        "L": L,
        "steps": STEPS,
        "batch": BATCH,
        "rate": RATE,
        "channels": CHANNELS,
        "n_hidden": N_HIDDEN,
        "leak": LEAK,
        "temperatures": TEMPERATURES,
        "scales": SCALES,
        "fitted": N_FITTED,
        "examined": N_EXAMINED,
        "sweeps": SWEEPS,
        "probed": PROBED,
        "ridge": RIDGE,
        "features": probing.FEATURES,
        "squares": squares(),
        "patch": probing.PATCH,
        "truths": [*TRUTHS.items()],
    }

    def __init__(self, *, seed: int = 7, **traits: Any) -> None:
        # of the lattices of training and examination, of the network, of the lattice shown
        super().__init__(**seeded(seed, 3), **traits)

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            "A 32 × 32 lattice, and what becomes of it in two lanes. At each stage both lanes have "
            "equally many numbers, 256, 64, 16, of one bit each for votes; the network's are four "
            "maps of its second, third and fourth layer. Bars: share of the variance of "
            "temperature T, energy E, sign of the total ± and planted defect D that one and the "
            f"same linear reader of {probing.FEATURES - 1} means and products finds, "
            f"fitted to {N_FITTED} lattices, examined on {N_EXAMINED} others, with its error; "
            "marks show the untrained network. The network trains on fresh lattices, Adam, "
            f"{BATCH} a step. Half of all lattices have a checkerboard of {probing.PATCH} × "
            f"{probing.PATCH} planted. rgcourse.networks.live, compiled; seed {self.seed}."
        )
