"""What is done of a sweep, as a picture of its grid."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

__all__ = ["plot_done"]

MOST_TICKS = 8


def plot_done(dataset: Any, *, ax: Axes) -> Axes:
    """The axes with the share of tasks that have a result, at each point of the grid.

    The first parameter of the grid runs to the right and the second one, if there is one, upwards;
    the share is over all others and the replicas. A result that is nan everywhere counts as none.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `rgcourse.sweeps`: `stored_sweep(store)` while it runs, or `.result` of an error.
    ax : matplotlib Axes
        Where to draw.

    Raises
    ------
    ValueError
        If the dataset has no parameters.

    Examples
    --------
    >>> plot_done(stored_sweep("ising.sweep"), ax=ax)  # doctest: +SKIP
    """
    grid = [dim for dim in dataset.sizes if dim in dataset.coords]  # a result's own have no values
    shown = [dim for dim in grid if dim != "replica"][:2]
    if not shown:
        raise ValueError("got a dataset without parameters, expected the result of a sweep")
    done = np.zeros([dataset.sizes[dim] for dim in grid], bool)
    for values in dataset.data_vars.values():
        there = values.notnull()
        done |= there.any([dim for dim in there.dims if dim not in grid]).transpose(*grid).values
    others = tuple(n for n, dim in enumerate(grid) if dim not in shown)
    share = done.mean(axis=others).reshape(dataset.sizes[shown[0]], -1)
    image = ax.imshow(share.T, origin="lower", aspect="auto", vmin=0, vmax=1)
    ax.figure.colorbar(image, ax=ax, label="share of tasks done")
    _ticks(ax.xaxis, dataset, shown[0])
    ax.yaxis.set_ticks([])
    if len(shown) == 2:
        _ticks(ax.yaxis, dataset, shown[1])
    ax.set_title(f"{done.sum()} of {done.size} tasks done", loc="left")
    return ax


def _ticks(axis, dataset, dim):
    """The values of a parameter at evenly spaced places, a few of them told."""
    values = dataset[dim].values
    at = np.unique(
        np.linspace(0, len(values) - 1, min(len(values), MOST_TICKS)).round().astype(int)
    )
    told = [f"{v:.4g}" if isinstance(v, float) else str(v) for v in values[at].tolist()]
    axis.set_ticks(at, told)
    axis.set_label_text(str(dim))
