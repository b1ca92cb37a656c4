"""Figures in the style of the course: lattices, estimates with their errors, curves with labels.

Use with `plt.style.use("rgcourse.course")`. Every function draws into the axes it is given and
returns them. Colours have roles, the same on every page: `COLD` is ordered, `HOT` disordered,
`CRITICAL` between the two.
"""

from .colours import (
    ACCENT,
    COLD,
    CRITICAL,
    CTRL,
    HOT,
    INK,
    MUTED,
    OK,
    PHASES,
    RULE,
    SPINS,
    ramp,
)
from .curves import label_lines, mark_value, plot_estimates, plot_sizes
from .lattices import plot_spins, zoom_strip
from .sweeps import plot_done

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
    "label_lines",
    "mark_value",
    "plot_done",
    "plot_estimates",
    "plot_sizes",
    "plot_spins",
    "ramp",
    "zoom_strip",
]
