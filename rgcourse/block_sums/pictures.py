"""Pictures under zooming out: means of 2 x 2 elements, again and again, and the contrast left.

The contrast of independent elements falls as one over the side of a block. Where it falls more
slowly, neighbours are alike. Contrast alone says no more: a picture without a size of its own whose
spectrum is as steep as k^-2 hardly loses any at first, and then loses it faster and faster.
"""

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_below, random_state, uniform

__all__ = ["PICTURES", "block_means", "draw_picture", "picture_contrast"]

PICTURES = ("white noise", "noise of all sizes")
LARGEST_SIDE = 4096
LARGEST = 1e150  # its square, times 4096**2, is still a float


@register_jitable
def fill_picture(kind, side, picture, corners, state):
    """A square picture of noise, side a power of two; kind 0 white, 1 of all sizes.

    The second adds noises of 1, 2, 4, ... picture elements, alike in strength, each smooth between
    its corners and shifted by chance. `corners` is space for (side + 2)^2 numbers.
    """
    for i in range(side * side):
        picture[i] = 0.0
    step = 1
    while step <= side:
        n = side // step + 2
        for i in range(n * n):
            corners[i] = uniform(state) - 0.5
        down, right = next_below(state, step), next_below(state, step)
        for y in range(side):
            row, v = (y + down) // step, float((y + down) % step) / step
            for x in range(side):
                column, u = (x + right) // step, float((x + right) % step) / step
                at = row * n + column
                above = corners[at] + u * (corners[at + 1] - corners[at])
                below = corners[at + n] + u * (corners[at + n + 1] - corners[at + n])
                picture[y * side + x] += above + v * (below - above)
        step = 2 * step if kind == 1 else 2 * side


@register_jitable
def halve_picture(picture, height, width, halved):
    """The mean of each 2 x 2 picture elements; a last odd row or column is left out."""
    n = width // 2
    for y in range(height // 2):
        for x in range(n):
            at = 2 * y * width + 2 * x
            total = picture[at] + picture[at + 1] + picture[at + width] + picture[at + width + 1]
            halved[y * n + x] = 0.25 * total


@register_jitable
def deviation(x, n):
    """The standard deviation of n numbers."""
    mean = 0.0
    for i in range(n):
        mean += x[i]
    mean /= n
    total = 0.0
    for i in range(n):
        total += (x[i] - mean) * (x[i] - mean)
    return (total / n) ** 0.5


_fill_picture = compiled(fill_picture)
_halve_picture = compiled(halve_picture)


def draw_picture(kind: str, side: int, *, rng: Any) -> NDArray[np.float64]:
    """A square picture of noise.

    "white noise" has independent elements between -1/2 and 1/2. "noise of all sizes" adds smooth
    noises of 1, 2, 4, ... elements up to its side, all as strong.

    Parameters
    ----------
    kind : str
        One of `PICTURES`.
    side : int
        A power of two up to 4096.
    rng : int or numpy.random.Generator

    Returns
    -------
    array, shape (side, side)

    Raises
    ------
    ValueError
        For another kind or side, or without a generator.

    Examples
    --------
    >>> draw_picture("white noise", 4, rng=1).shape
    (4, 4)
    """
    if not isinstance(kind, str) or kind not in PICTURES:
        raise ValueError(f"kind must be one of {', '.join(map(repr, PICTURES))}, got {kind!r}")
    side = _checks.integer("side", side, minimum=1)
    if side > LARGEST_SIDE or side & (side - 1):
        raise ValueError(
            f"side must be a power of two of at most {LARGEST_SIDE}, got {side}; use 256 or 512"
        )
    picture = np.empty(side * side)
    _fill_picture(PICTURES.index(kind), side, picture, np.empty((side + 2) ** 2), random_state(rng))
    return picture.reshape(side, side)


def block_means(picture: ArrayLike, *, steps: int = 1) -> NDArray[np.float64]:
    """Average 2 x 2 picture elements, `steps` times.

    Parameters
    ----------
    picture : array, shape (height, width)
        At least 2^steps high and wide; a last odd row or column is left out.
    steps : int
        At least 0.

    Returns
    -------
    array, shape (height // 2^steps, width // 2^steps)

    Raises
    ------
    ValueError
        If the picture is too small, or it or its means are not finite.

    Examples
    --------
    >>> block_means([[0, 1], [2, 5]]).tolist()
    [[2.0]]
    """
    picture = _checks.finite_array("picture", picture)
    steps = _checks.integer("steps", steps, minimum=0)
    if picture.ndim != 2 or steps > 40 or min(picture.shape) < 2**steps:
        raise ValueError(
            f"picture must be at least 2**steps high and wide, got shape {picture.shape} for "
            f"{steps} steps"
        )
    for _ in range(steps):
        height, width = picture.shape
        halved = np.empty((height // 2, width // 2))
        _halve_picture(picture.reshape(-1), height, width, halved.reshape(-1))
        picture = halved
    if not np.all(np.isfinite(picture)):
        raise ValueError(
            "picture has sums of four elements that are not finite, got numbers too large; divide "
            "them first"
        )
    return picture


def picture_contrast(picture: ArrayLike) -> NDArray[np.float64]:
    """The standard deviation of a picture and of its averages over 2 x 2, 4 x 4, ... elements.

    Parameters
    ----------
    picture : array, shape (height, width)

    Returns
    -------
    array
        For the sides 1, 2, 4, ..., as long as there are at least 4 x 4 blocks.

    Raises
    ------
    ValueError
        If the picture is smaller than 4 x 4, not finite, or beyond 1e150 in size.

    Examples
    --------
    >>> picture_contrast(np.indices((4, 4)).sum(0) % 2).tolist()
    [0.5]
    """
    picture = _checks.finite_array("picture", picture)
    if picture.ndim != 2 or min(picture.shape) < 4:
        raise ValueError(f"picture must be at least 4 x 4, got shape {picture.shape}")
    if np.abs(picture).max() > LARGEST:
        raise ValueError(
            f"picture must lie between -{LARGEST:g} and {LARGEST:g}, got "
            f"{np.abs(picture).max():g}: squares overflow; divide it by its largest element first"
        )
    found = []
    while min(picture.shape) >= 4:
        found.append(float(np.std(picture)))
        picture = block_means(picture)
    return np.array(found)
