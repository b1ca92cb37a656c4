"""A vector figure of the course in the colours of the dark theme, and how small its letters are."""

import re
from functools import cache

from matplotlib import colormaps
from matplotlib.colors import to_hex

from rgcourse._palette import DARK, LIGHT, contrast

LEAST_CONTRAST = 3  # of a mark with the dark paper
PIXELS_PER_POINT = 100 / 72  # figures are shown at a hundred pixels for an inch
LEAST_PIXELS = 8.5  # of the smallest letters, on a telephone


@cache
def twins():
    """{light colour: dark colour}: the palette by its roles, and the ramp of the curves.

    On light paper the darkest end of cividis says most, on dark paper the brightest.
    """
    ramp = [to_hex(colormaps["cividis"](i)) for i in range(256)]
    pairs = dict(zip(ramp, reversed(ramp), strict=True))
    pairs |= {"#ffffff": DARK["bg"], "#000000": DARK["ink"]}
    return pairs | {LIGHT[role]: DARK[role] for role in LIGHT}


@cache
def dark_colour(colour):
    """The colour `#rrggbb` that takes the place of `colour` on dark paper.

    One that nobody has named stays, unless it is too near to the paper: then its lightness turns.
    """
    if colour in twins():
        return twins()[colour]
    if contrast(colour, DARK["bg"]) >= LEAST_CONTRAST:
        return colour
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    turn = 255 - max(channels) - min(channels)
    return "#" + "".join(f"{channel + turn:02x}" for channel in channels)


def dark(svg):
    """The text of a vector figure in the colours of the dark theme."""
    return re.sub(r"#[0-9a-f]{6}\b", lambda found: dark_colour(found[0]), svg)


def size(svg):
    """(width, height) in pixels at which a figure of matplotlib is shown."""
    found = re.search(r"\bwidth=[\"']([\d.]+)pt[\"'] height=[\"']([\d.]+)pt", svg)
    return tuple(round(float(points) * PIXELS_PER_POINT) for points in found.groups())


def smallest_text(svg):
    """Points of the smallest letters of a figure, indices and exponents apart; 0 without any."""
    sizes = [float(size) for size in re.findall(r"scale\(([\d.]+) -[\d.]+\)", svg)]
    return round(100 * min(sizes, default=0), 2)


def least_width(width, points):
    """Pixels below which a figure of that width must not shrink, or its letters are too small."""
    return round(width * LEAST_PIXELS / (points * PIXELS_PER_POINT)) if points else 0
