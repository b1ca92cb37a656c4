"""Estimates with their errors, curves with their labels."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .. import _checks
from ..statistics import Estimate
from .colours import CRITICAL, ramp

__all__ = ["label_lines", "mark_value", "plot_estimates", "plot_sizes"]

# Curves of a family differ in marker as well as in lightness, for readers and printers in grey.
_MARKERS = "osD^vPX*"


def plot_estimates(
    x: ArrayLike,
    estimates: Estimate | Iterable[Estimate],
    *,
    ax: Axes,
    label: str | None = None,
    color: Any = None,
    marker: str = "o",
    joined: bool = False,
) -> Axes:
    """The axes with estimates drawn against x, one standard error up and down.

    Parameters
    ----------
    x : array, shape (n,)
        Where they were measured.
    estimates : Estimate with arrays of shape (n,), or a sequence of n Estimates
        What is drawn.
    ax : matplotlib Axes
        Where to draw.
    label : str, optional
        Name of the series, for `label_lines` or a legend.
    color : optional
        Any matplotlib colour; by default the next of the style.
    marker : str, optional
        Any matplotlib marker.
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


def plot_sizes(
    x: ArrayLike | Mapping[int, ArrayLike],
    estimates: Mapping[int, Estimate | Iterable[Estimate]],
    *,
    ax: Axes,
    joined: bool = True,
) -> Axes:
    """The axes with one series of estimates for each lattice size, small light, large dark.

    Curves of a dimensionless ratio against K cross at the critical point; the same series against
    a scaled variable fall on one curve when the exponents are right. Name the curves with
    `label_lines` or `ax.legend()`.

    Parameters
    ----------
    x : array, shape (n,), or dict L -> array
        Common to all sizes, or one scaled variable for each.
    estimates : dict L -> Estimate with arrays of shape (n,), or sequence of n Estimates
        What is drawn, one series for each size.
    ax : matplotlib Axes
        Where to draw.
    joined : bool, optional
        Join the points of a size by a thin line, as a guide to the eye.

    Raises
    ------
    ValueError
        When `x` and `estimates` differ in length or in their sizes.
    """
    if isinstance(x, Mapping) and set(x) != set(estimates):
        raise ValueError(
            f"x and estimates must be given for the same sizes, got {sorted(x)} and "
            f"{sorted(estimates)}"
        )
    sizes = sorted(estimates)
    for i, (L, color) in enumerate(zip(sizes, ramp(max(1, len(sizes))), strict=False)):
        plot_estimates(
            x[L] if isinstance(x, Mapping) else x,
            estimates[L],
            ax=ax,
            label=f"$L = {L}$",
            color=color,
            marker=_MARKERS[i % len(_MARKERS)],
            joined=joined,
        )
    return ax


def label_lines(*, ax: Axes) -> Axes:
    """The axes with the label of each curve at its right end, in its colour: no legend needed.

    Call it last, when the limits of the axes are final. Labels that would overlap are moved apart,
    by as little as possible. Four curves are a good number, eight the most.

    Parameters
    ----------
    ax : matplotlib Axes
        Its labelled lines and error bars are named.
    """
    handles, labels = ax.get_legend_handles_labels()
    lines: list[Any] = [getattr(handle, "lines", (handle,))[0] for handle in handles]
    figure: Any = ax.figure
    figure.draw_without_rendering()  # the layout decides how many points a data unit is
    ends = [_right_end(line, ax) for line in lines]
    if not ends:
        return ax
    per_point = figure.dpi / 72
    size = float(ax.xaxis.label.get_fontsize())
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


def mark_value(x: float, *, ax: Axes, label: str, color: Any = CRITICAL) -> Axes:
    """The axes with a dashed vertical line at `x` and its label on top; violet means critical.

    Parameters
    ----------
    x : float
        Where the line stands.
    ax : matplotlib Axes
        Where to draw.
    label : str
        Text above the line.
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
