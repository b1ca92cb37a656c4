"""Zooming out without interactions: sums of independent numbers, and averages of pictures.

`numbers` adds neighbours and rescales, the renormalization group whose fixed point is Gauss's law,
or one of Levy's. `pictures` averages 2 x 2 elements and measures the contrast that is left.
"""

from .numbers import (
    SOURCES,
    Source,
    add_neighbours,
    cumulant_errors,
    cumulants,
    draw_numbers,
    stable_density,
)
from .pictures import PICTURES, block_means, draw_picture, picture_contrast

__all__ = [
    "PICTURES",
    "SOURCES",
    "Source",
    "add_neighbours",
    "block_means",
    "cumulant_errors",
    "cumulants",
    "draw_numbers",
    "draw_picture",
    "picture_contrast",
    "stable_density",
]
