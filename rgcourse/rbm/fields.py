"""Receptive fields of stacked machines: which part of the lattice a hidden unit looks at."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .machine import RBM

__all__ = ["block_share", "field_size", "receptive_fields", "spot_size"]


def receptive_fields(machines: Iterable[RBM]) -> list[NDArray[np.float64]]:
    """The fields of each layer of a stack: one column per hidden unit, seen from the data.

    W1, W1 W2, W1 W2 W3, ...: what a unit would get from the data if all units between were linear.

    Parameters
    ----------
    machines : sequence of RBM
        From the data upwards; the visible units of each are the hidden ones of the one below.

    Returns
    -------
    list of array, shape (n_visible, n_hidden of the layer)

    Raises
    ------
    ValueError
        If the layers do not fit on each other, or there is none.

    References
    ----------
    P. Mehta and D. J. Schwab, arXiv:1410.3831.

    Examples
    --------
    >>> from rgcourse.rbm import random_rbm
    >>> stack = [random_rbm(16, 4, rng=1), random_rbm(4, 2, rng=1)]
    >>> [field.shape for field in receptive_fields(stack)]
    [(16, 4), (16, 2)]
    """
    stack = list(machines)
    if not stack:
        raise ValueError("machines must be a stack of at least one RBM, got none")
    fields = [stack[0].W]  # site unit
    for below, machine in zip(stack, stack[1:], strict=False):
        if machine.n_visible != below.n_hidden:
            raise ValueError(
                f"a layer of {machine.n_visible} visible units stands on one of {below.n_hidden} "
                f"hidden units; the numbers must be equal"
            )
        fields.append(fields[-1] @ machine.W)  # site [below] [below] unit
    return fields


def field_size(fields: ArrayLike) -> float | NDArray[np.float64]:
    """Radius of each receptive field in lattice spacings; nan where all weights are zero.

    The root mean square distance from the field's centre, averaged with the squared weights. The
    lattice is a torus: the centre is the circular mean of each coordinate, and distances go the
    shorter way round. A field that is spread evenly over the lattice has no centre and gives about
    L / sqrt(6).

    Parameters
    ----------
    fields : array, shape (L * L,) or (L * L, n_units)
        Weights on a square lattice, row by row; one column per unit.

    Returns
    -------
    float or array, shape (n_units,)

    Raises
    ------
    ValueError
        For sites that make no square, or weights that are not finite.

    Examples
    --------
    Two neighbours across the edge of the torus lie half a spacing from their centre:

    >>> field = np.zeros((4, 4))
    >>> field[0, 0] = field[0, 3] = 1.0
    >>> round(float(field_size(field.ravel())), 12)
    0.5
    """
    weights, L = _on_lattice(fields)
    columns = weights.reshape(L * L, -1)
    power = np.frexp(abs(columns).max(axis=0))[1]  # of 2: rounds nothing, keeps squares in range
    weight = np.square(np.ldexp(columns, -power)).reshape(L, L, -1)  # x y unit
    total = weight.sum(axis=(0, 1))  # unit
    x = np.arange(L)[:, None]  # x unit
    square = np.zeros_like(total)
    for axis in (0, 1):
        profile = weight.sum(axis=1 - axis)  # x unit
        turn = 2j * np.pi / L
        centre = np.angle((profile * np.exp(turn * x)).sum(axis=0)) * L / (2 * np.pi)
        distance = (x - centre + L / 2) % L - L / 2
        square += (profile * distance**2).sum(axis=0)
    alive = total > 0
    size = np.full(total.shape, np.nan)
    size[alive] = np.sqrt(square[alive] / total[alive])
    return float(size[0]) if weights.ndim == 1 else size


def spot_size(fields: ArrayLike) -> float | NDArray[np.float64]:
    """Size of the spots of each field in lattice spacings; nan where all weights are zero.

    The distance at which the autocorrelation of a field, along the axes of the torus, falls to one
    half: half the side of a square block. A field of several small spots has the size of one of
    them here, and that of all of them together in `field_size`. One that never falls so low gets
    L / 2.

    Parameters
    ----------
    fields : array, shape (L * L,) or (L * L, n_units)
        Weights on a square lattice, row by row; one column per unit.

    Returns
    -------
    float or array, shape (n_units,)

    Raises
    ------
    ValueError
        For sites that make no square, or weights that are not finite.

    Examples
    --------
    A block of 4 x 4:

    >>> block = np.zeros((16, 16))
    >>> block[:4, 5:9] = 1.0
    >>> round(float(spot_size(block.ravel())), 12)
    2.0
    """
    weights, L = _on_lattice(fields)
    size = np.full(weights.reshape(L * L, -1).shape[1], np.nan)
    for unit, field in enumerate(weights.reshape(L, L, -1).transpose(2, 0, 1)):
        if not field.any():
            continue
        along = np.fft.ifft2(abs(np.fft.fft2(field / abs(field).max())) ** 2).real
        a = (along[0] + along[:, 0])[: L // 2 + 1] / (2 * along[0, 0])
        k = int(np.argmax(a < 0.5))  # the first below one half
        size[unit] = k - (0.5 - a[k]) / (a[k - 1] - a[k]) if k else L / 2
    return float(size[0]) if weights.ndim == 1 else size


def block_share(fields: ArrayLike, side: int) -> NDArray[np.float64]:
    """How much of each field a block of side * side sites holds, at every place on the torus.

        share = (sum of w over the block)**2 / (side**2 sum of w**2)

    It is 1 for the field of a block spin on its own block, and nowhere above: were the spins tossed
    at random, this share of the variance of the unit's input would be that of the block's sum. A
    field whose weights are all zero gives 0.

    Parameters
    ----------
    fields : array, shape (L * L,) or (L * L, n_units)
        Weights on a square lattice, row by row; one column per unit.
    side : int
        1 to L.

    Returns
    -------
    array, shape (L, L) or (L, L, n_units)
        By the corner of the block, its first row and column.

    Raises
    ------
    ValueError
        For sites that make no square, weights that are not finite, or a side outside 1 to L.

    Examples
    --------
    >>> block = np.zeros((8, 8))
    >>> block[2:4, 5:7] = 0.3
    >>> share = block_share(block.ravel(), 2)
    >>> round(float(share[2, 5]), 12), round(float(share[3, 5]), 12)
    (1.0, 0.25)
    """
    weights, L = _on_lattice(fields)
    side = _checks.integer("side", side, minimum=1)
    if side > L:
        raise ValueError(f"side must be at most L = {L}, got {side}")
    square = weights.reshape(L, L, -1)  # x y unit
    largest = abs(square).max(axis=(0, 1))  # the share has no scale, and squares must not overflow
    square = square / np.where(largest > 0, largest, 1)
    total = np.square(square).sum(axis=(0, 1))  # unit
    for axis in (0, 1):
        square = _run_sums(square, side, axis)
    share = np.square(square) / np.where(total > 0, side**2 * total, 1)
    return share[:, :, 0] if weights.ndim == 1 else share


def _run_sums(values, side, axis):
    """Sums of `side` values in a row along an axis that closes to a ring, by the first of each."""
    first = np.take(values, [0], axis)
    ring = np.concatenate([values, np.take(values, range(side - 1), axis)], axis)
    up_to = np.concatenate([0 * first, np.cumsum(ring, axis)], axis)
    n = values.shape[axis]
    return np.take(up_to, range(side, side + n), axis) - np.take(up_to, range(n), axis)


def _on_lattice(fields):
    """(weights, L) of fields on an L x L lattice."""
    weights = _checks.real_array("fields", fields)
    L = math.isqrt(len(weights)) if weights.ndim in (1, 2) else 0
    if L < 2 or L * L != len(weights):
        raise ValueError(
            f"fields must have L * L rows, one per site, got an array of shape {weights.shape}"
        )
    if not np.all(np.isfinite(weights)):
        raise ValueError("fields must be finite, got nan or inf; train with a smaller rate")
    return weights, L
