"""Spins of a lattice as pictures, a site a whole number of pixels."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._palette import LIGHT
from .colours import CTRL, INK, SPINS

__all__ = ["plot_spins", "zoom_strip"]


def plot_spins(spins: ArrayLike, *, ax: Axes, title: str | None = None) -> Axes:
    """The axes with one lattice drawn in two tones, light for +1 and dark for -1.

    A site is a whole number of screen pixels. A lattice with more sites than the axes have pixels
    is drawn as the average of what falls into each pixel, as an eye would see it from afar.

    Parameters
    ----------
    spins : array of +1 and -1, shape (L, L)
        Row 0 is drawn on top.
    ax : matplotlib Axes
        Where to draw; loses its ticks.
    title : str, optional
        Label above the upper left corner.

    Raises
    ------
    ValueError
        Unless `spins` is one square configuration of +1 and -1.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, ax = plt.subplots()
    >>> plot_spins([[1, -1], [-1, 1]], ax=ax).get_images()[0].get_array().shape
    (2, 2)
    """
    spins = _one_configuration(spins)
    image = ax.imshow(spins, cmap=SPINS, vmin=-1, vmax=1, origin="upper")
    ax.set_axes_locator(_WholePixels(image, len(spins)))
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set(visible=True, color=CTRL, linewidth=0.8)
    if title is not None:
        ax.set_title(title, loc="left")
    return ax


def zoom_strip(
    configurations: Iterable[ArrayLike],
    axes: Any,
    *,
    window: int | None = None,
    titles: Sequence[str] | None = None,
) -> Any:
    """The axes with successive zoom-outs of one lattice, a spin always drawn at the same size.

    Each panel shows the upper left `window` x `window` spins of its configuration, so a panel
    looks at the same lattice from further away than the one before; a frame marks what that one
    showed.

    Parameters
    ----------
    configurations : sequence of arrays of +1 and -1, shapes (L, L), (L/b, L/b), ...
        The lattice and its descendants, largest first.
    axes : sequence of matplotlib Axes
        One for each configuration.
    window : int, optional
        Spins along the side of each panel; by default as many as the smallest lattice has.
    titles : sequence of str, optional
        By default the block size in units of the first lattice, `b = 1`, `b = 2`, ...

    Raises
    ------
    ValueError
        When the numbers of configurations, axes and titles differ, when a lattice is smaller than
        the window or is no whole fraction of the first.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> _, axes = plt.subplots(1, 2)
    >>> zoom_strip([np.ones((8, 8)), np.ones((4, 4))], axes)[1].get_title(loc="left")
    '$b = 2$'
    """
    lattices = [_one_configuration(spins) for spins in configurations]
    axes = np.ravel(axes)
    if not lattices or len(lattices) != len(axes):
        raise ValueError(
            f"zoom_strip needs one axes for each configuration, got {len(lattices)} "
            f"configurations and {len(axes)} axes"
        )
    sides = [len(spins) for spins in lattices]
    if any(sides[0] % side for side in sides) or sides != sorted(sides, reverse=True):
        raise ValueError(
            f"each lattice must divide the one before, the largest first, got sides {sides}"
        )
    blocks = [sides[0] // side for side in sides]
    titles = [f"$b = {b}$" for b in blocks] if titles is None else list(titles)
    if len(titles) != len(axes):
        raise ValueError(f"{len(axes)} panels need as many titles, got {len(titles)}")
    window = sides[-1] if window is None else _checks.integer("window", window, minimum=1)
    if window > sides[-1]:
        raise ValueError(f"window {window} is wider than the smallest lattice, {sides[-1]} spins")
    for i, (spins, ax, title) in enumerate(zip(lattices, axes, titles, strict=True)):
        plot_spins(spins[:window, :window], ax=ax, title=title)
        if i and blocks[i] > blocks[i - 1]:
            _frame(window * blocks[i - 1] / blocks[i], ax=ax)
    return axes


class _WholePixels:
    """Axes locator: shrinks the box so that each of `n` sites is a whole number of pixels."""

    def __init__(self, image, n):
        self._image = image
        self._n = n

    def __call__(self, ax, renderer):
        figure = ax.get_figure(root=False)
        box = ax.get_position(original=True).transformed(figure.transSubfigure)
        scale = int(min(box.width, box.height) // self._n)
        # The size of the box is known only now, and with it whether a pixel holds many sites.
        self._image.set_interpolation("nearest" if scale else "hanning")
        if not scale:
            return ax.get_position(original=True)
        side = scale * self._n
        left, top = round(box.x0), round(box.y1)
        snapped = Bbox.from_extents(left, top - side, left + side, top)
        return snapped.transformed(figure.transSubfigure.inverted())


def _one_configuration(spins: ArrayLike) -> NDArray[np.int8]:
    lattice = _checks.spins(np.asarray(spins)[None])[0]
    if lattice.ndim != 2:
        raise ValueError(
            f"a picture needs one configuration of shape (L, L), got shape {lattice.shape}; pick a "
            "sample, or a plane of a cubic lattice"
        )
    return lattice


def _frame(side, *, ax):
    # Light under dark, so that the line shows on both tones; half a site beyond the first centre.
    for color, width in ((LIGHT["bg"], 3.0), (INK, 1.2)):
        ax.add_patch(
            Rectangle((-0.5, -0.5), side, side, fill=False, edgecolor=color, linewidth=width)
        )
