"""Figures in the style of the course: lattices, estimates with their errors, curves with labels.

Use with `plt.style.use("rgcourse.course")`. Every function draws into the axes it is given and
gives them back. Colours have roles, the same on every page: `COLD` is ordered, `HOT` disordered,
`CRITICAL` between the two.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from . import _checks
from ._palette import LIGHT

INK, MUTED, RULE, CTRL = (LIGHT[role] for role in ("ink", "muted", "rule", "ctrl"))
COLD, CRITICAL, HOT = (LIGHT[role] for role in ("cold", "critical", "hot"))
ACCENT, OK = LIGHT["accent"], LIGHT["ok"]
PHASES = (COLD, CRITICAL, HOT)

# The two tones are the ends of a ramp: where one pixel holds many spins, it shows their average.
SPINS = LinearSegmentedColormap.from_list("rgcourse.spins", [LIGHT["down"], LIGHT["up"]])

# Curves of a family differ in marker as well as in lightness, for readers and printers in grey.
_MARKERS = "osD^vPX*"

# Lighter than this end, the marks of cividis have less than 3:1 contrast with the paper.
_LIGHTEST = 0.55


def ramp(n):
    """`n` colours from light to dark, for a family of curves ordered by size.

    Parameters
    ----------
    n : int
        How many colours, at least 1.

    Returns
    -------
    list of str
        Colours `#rrggbb` with at least 3:1 contrast on the paper; the last is the darkest.

    Raises
    ------
    ValueError
        Unless `n` is a whole number of at least 1.

    Examples
    --------
    >>> len(ramp(4))
    4
    """
    n = _checks.integer("n", n, minimum=1)
    places = np.linspace(_LIGHTEST, 0.0, n) if n > 1 else [0.0]
    return [to_hex(colormaps["cividis"](place)) for place in places]


def plot_spins(spins, *, ax, title=None):
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


def zoom_strip(configurations, axes, *, window=None, titles=None):
    """The axes with successive zoom-outs of one lattice, a spin always drawn at the same size.

    Each panel shows the upper left `window` x `window` spins of its configuration, so a panel
    looks at the same lattice from further away than the one before; the frame marks what the one
    before has shown.

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
    configurations = [_one_configuration(spins) for spins in configurations]
    axes = np.ravel(axes)
    if not configurations or len(configurations) != len(axes):
        raise ValueError(
            f"zoom_strip needs one axes for each configuration, got {len(configurations)} "
            f"configurations and {len(axes)} axes"
        )
    sides = [len(spins) for spins in configurations]
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
    for i, (spins, ax, title) in enumerate(zip(configurations, axes, titles, strict=True)):
        plot_spins(spins[:window, :window], ax=ax, title=title)
        if i and blocks[i] > blocks[i - 1]:
            _frame(window * blocks[i - 1] / blocks[i], ax=ax)
    return axes


def plot_estimates(x, estimates, *, ax, label=None, color=None, marker="o", joined=False):
    """The axes with estimates drawn against x, one standard error up and down.

    Parameters
    ----------
    x : array, shape (n,)
    estimates : Estimate with arrays of shape (n,), or a sequence of n Estimates
    ax : matplotlib Axes
    label : str, optional
        Name of the series, for `label_lines` or a legend.
    color : optional
        Any matplotlib colour; by default the next of the style.
    marker : str, optional
    joined : bool, optional
        Join the points by a thin line, as a guide to the eye.

    Raises
    ------
    ValueError
        When `x` and `estimates` differ in length.
    """
    x = np.atleast_1d(np.asarray(x, dtype=float))
    value, error = _values_and_errors(estimates)
    if not x.shape == value.shape == error.shape or x.ndim != 1:
        raise ValueError(
            f"x and the estimates must be lists of equal length, got shapes {x.shape} and "
            f"{value.shape}"
        )
    ax.errorbar(
        x,
        value,
        yerr=error,
        color=color,
        marker=marker,
        linestyle="-" if joined else "none",
        linewidth=0.9,
        elinewidth=1.2,
        label=label,
    )
    return ax


def plot_sizes(x, estimates, *, ax, joined=True):
    """The axes with one series of estimates for each lattice size, small light, large dark.

    Curves of a dimensionless ratio against K cross at the critical point; the same series against
    a scaled variable fall on one curve when the exponents are right. Name the curves with
    `label_lines` or `ax.legend()`.

    Parameters
    ----------
    x : array, shape (n,), or dict L -> array
        Common to all sizes, or one scaled variable for each.
    estimates : dict L -> Estimate with arrays of shape (n,), or sequence of n Estimates
    ax : matplotlib Axes
    joined : bool, optional
        Join the points of a size by a thin line, as a guide to the eye.

    Raises
    ------
    ValueError
        When `x` and `estimates` differ in length or in their sizes.
    """
    if isinstance(x, dict) and set(x) != set(estimates):
        raise ValueError(
            f"x and estimates must be given for the same sizes, got {sorted(x)} and "
            f"{sorted(estimates)}"
        )
    sizes = sorted(estimates)
    for i, (L, color) in enumerate(zip(sizes, ramp(max(1, len(sizes))), strict=False)):
        plot_estimates(
            x[L] if isinstance(x, dict) else x,
            estimates[L],
            ax=ax,
            label=f"$L = {L}$",
            color=color,
            marker=_MARKERS[i % len(_MARKERS)],
            joined=joined,
        )
    return ax


def label_lines(*, ax):
    """The axes with the label of each curve at its right end, in its colour: no legend needed.

    Call it last, when the limits of the axes stand. Labels that would overlap are moved apart, by
    as little as possible. Four curves are a good number, eight the most.
    """
    handles, labels = ax.get_legend_handles_labels()
    lines = [getattr(handle, "lines", (handle,))[0] for handle in handles]
    ax.figure.draw_without_rendering()  # the layout decides how many points a data unit is
    ends = [_right_end(line, ax) for line in lines]
    if not ends:
        return ax
    per_point = ax.figure.dpi / 72
    size = ax.xaxis.label.get_size()
    heights = np.array([ax.transData.transform(end)[1] / per_point for end in ends])
    places = _spread(heights, gap=1.15 * size)
    for line, label, end, shift in zip(lines, labels, ends, places - heights, strict=True):
        ax.annotate(
            label,
            end,
            xytext=(7, shift),
            textcoords="offset points",
            color=line.get_color(),
            size=size,
            va="center",
            annotation_clip=False,
        )
    return ax


def mark_value(x, *, ax, label, color=CRITICAL):
    """The axes with a dashed vertical line at `x` and its label on top; violet means critical.

    Parameters
    ----------
    x : float
    ax : matplotlib Axes
    label : str
    color : optional
        Any matplotlib colour.
    """
    x = _checks.finite("x", x)
    ax.axvline(x, color=color, linewidth=1.0, linestyle=(0, (4, 3)), zorder=0.5)
    ax.annotate(
        label,
        (x, 1.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(0, 2),
        textcoords="offset points",
        color=color,
        ha="center",
        va="bottom",
        annotation_clip=False,
    )
    return ax


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


def _one_configuration(spins):
    spins = _checks.spins(np.asarray(spins)[None])[0]
    if spins.ndim != 2:
        raise ValueError(
            f"a picture needs one configuration of shape (L, L), got shape {spins.shape}; pick a "
            "sample, or a plane of a cubic lattice"
        )
    return spins


def _frame(side, *, ax):
    # Light under dark, so that the line shows on both tones; half a site beyond the first centre.
    for color, width in ((LIGHT["bg"], 3.0), (INK, 1.2)):
        ax.add_patch(
            Rectangle((-0.5, -0.5), side, side, fill=False, edgecolor=color, linewidth=width)
        )


def _values_and_errors(estimates):
    if not hasattr(estimates, "value"):
        estimates = list(estimates)
        pairs = [(e.value, e.error) for e in estimates]
        value, error = zip(*pairs, strict=True) if pairs else ((), ())
    else:
        value, error = estimates.value, estimates.error
    value, error = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (value, error))
    return value, np.broadcast_to(error, value.shape)


def _right_end(line, ax):
    x, y = (np.asarray(a, dtype=float) for a in line.get_data())
    low, high = sorted(ax.get_xlim())
    seen = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (x >= low) & (x <= high))
    last = seen[np.argmax(x[seen])]
    return x[last], y[last]


def _spread(heights, *, gap):
    """`heights` moved apart to at least `gap`, with the least sum of squared moves.

    Pool adjacent violators: with i * gap taken off the i-th, the heights only need to be ordered.
    """
    order = np.argsort(heights, kind="stable")
    offsets = gap * np.arange(len(heights))
    pools = []  # sums and numbers of heights that share one place
    for height in heights[order] - offsets:
        pools.append((height, 1))
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] > pools[-1][0] * pools[-2][1]:
            (later, n), (earlier, m) = pools.pop(), pools.pop()
            pools.append((earlier + later, m + n))
    places = np.empty(len(heights))
    places[order] = np.concatenate([np.full(n, total / n) for total, n in pools]) + offsets
    return places
