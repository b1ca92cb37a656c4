"""The colours of the course and what they stand for."""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap, to_hex

from .. import _checks
from .._palette import LIGHT

__all__ = [
    "ACCENT",
    "COLD",
    "CRITICAL",
    "CTRL",
    "HOT",
    "INK",
    "MUTED",
    "OK",
    "PHASES",
    "RULE",
    "SPINS",
    "ramp",
]

INK, MUTED, RULE, CTRL = (LIGHT[role] for role in ("ink", "muted", "rule", "ctrl"))
COLD, CRITICAL, HOT = (LIGHT[role] for role in ("cold", "critical", "hot"))
ACCENT, OK = LIGHT["accent"], LIGHT["ok"]
PHASES = (COLD, CRITICAL, HOT)

# The two tones are the ends of a ramp: where one pixel holds many spins, it shows their average.
SPINS = LinearSegmentedColormap.from_list("rgcourse.spins", [LIGHT["down"], LIGHT["up"]])

# Lighter than this end, the marks of cividis have less than 3:1 contrast with the paper.
_LIGHTEST = 0.55


def ramp(n: int) -> list[str]:
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
