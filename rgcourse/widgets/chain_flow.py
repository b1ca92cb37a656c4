"""A chain dropped at (K, h): its couplings flow while the chain itself is decimated."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..couplings import correlation_length, decimate_chain
from ..couplings.chain import sample_chain
from ._front import (
    Between,
    LiveFigure,
    Whole,
    bare,
    colour_map,
    drawing,
    picture,
    said,
    script,
    seeded,
)

K_MOST, H_MOST = 2.0, 1.5


class ChainFlow(LiveFigure):
    """The plane of coupling and field of the Ising chain, and a chain, live in the page.

    A point dropped into the plane draws a chain with these couplings. Each step keeps every b-th
    spin of it, draws the survivors at full width below, and moves the point to the couplings that
    belong to them, `rgcourse.couplings.decimate_chain`.

    Parameters
    ----------
    K, h : float
        Where the first chain waits: K from 0 to 2, |h| <= 1.5.
    b : int
        Rescaling factor, 2 to 4.
    n_spins : int
        Length of the first chain, 64 to 512.
    running : bool
        Whether the first chain is decimated as soon as it is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `steps` and `flow`, the couplings [K, h] passed so far, to Python.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> chain = ChainFlow(K=1.5, h=0.02)
    """

    _esm = script("plot", "steps", "chain_flow", wasm=("decimation",))
    title = said("Where does a chain flow?")
    try_line = said(
        "drop a chain at h = 0 as far right as you can. Does it ever flow to the right?"
    )

    K = Between(0, K_MOST)
    h = Between(-H_MOST, H_MOST)
    b = Whole(2, 4)
    n_spins = Whole(64, 512)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    flow = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)

    def __init__(self, K=1.5, h=0.02, *, b=2, n_spins=256, seed=7, **frame):
        super().__init__(
            frame,
            K=K,
            h=h,
            b=b,
            n_spins=n_spins,
            **seeded(seed),
        )

    def path(self):
        """The couplings (K, h) of the chain until two spins or fewer are left, shape (n, 2)."""
        points, n = [(self.K, self.h)], self.n_spins
        while n // self.b >= 2:
            points.append(decimate_chain(*points[-1], self.b)[:2])
            n //= self.b
        return np.array(points)

    def still(self):
        figure = drawing(7.2, 4.6)
        ax, strip = figure.subplots(2, 1, height_ratios=(2, 1))
        bare(ax)
        for K in np.arange(0.25, K_MOST, 0.25):
            for h in np.linspace(-1, 1, 9):
                to = decimate_chain(K, h, self.b)
                ax.annotate("", to[:2], (K, h), arrowprops={"arrowstyle": "->", "lw": 0.6,
                            "color": LIGHT["ctrl"]}, annotation_clip=True)  # fmt: skip
        ax.plot(*self.path().T, color=LIGHT["accent"], marker="o", markersize=4)
        ax.set(xlim=(0, K_MOST), ylim=(-H_MOST, H_MOST), xlabel="coupling $K$", ylabel="field $h$")
        two_tones = colour_map("down", "up", steps=2)
        spins = sample_chain(self.K, self.n_spins, 1, h=self.h, rng=self.seed)[0]
        for row in range(len(self.path())):
            kept = spins[None, :: self.b**row]
            strip.imshow(kept, extent=(0, 1, -row - 0.8, -row), aspect="auto", cmap=two_tones,
                         vmin=-1, vmax=1, interpolation="nearest")  # fmt: skip
        strip.set(ylim=(-len(self.path()), 0), xticks=[], yticks=[])
        strip.axis("off")
        return picture(figure)

    def words(self):
        K, h = self.path()[-1]
        xi = correlation_length(self.K, self.h)
        return (
            f"{self.title} The plane of coupling K and field h of the Ising chain. From K = "
            f"{self.K:g}, h = {self.h:g}, with a correlation length of {xi:.1f} spins, "
            f"{len(self.path()) - 1} decimations by b = {self.b} lead to K = {K:.3f}, h = {h:.3f}; "
            f"below, the chain of {self.n_spins} spins and what is left of it after each."
        )
