"""What the drawings of the book are drawn with: a sheet of paper 100 wide, and a few strokes.

The sheet is as wide as the text of the book. Its letters are at least `SMALL` points, which are
9 pixels on a telephone 390 pixels wide. Colours are those of the course and nothing else, so that
the book can show each drawing in both of its themes.
"""

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path
from sharp import small_svg  # tools/sharp.py

from rgcourse._palette import LIGHT
from rgcourse.plotting import ACCENT, COLD, CRITICAL, CTRL, HOT, INK, MUTED, OK, RULE

WIDTH = 6.6  # inches
SMALL, NORMAL = 12, 13.5  # points
PAPER, SURFACE, UP, DOWN = (LIGHT[role] for role in ("bg", "surface", "up", "down"))

__all__ = [
    "ACCENT", "COLD", "CRITICAL", "CTRL", "DOWN", "HOT", "INK", "MUTED", "NORMAL", "OK", "PAPER",
    "RULE", "SMALL", "SURFACE", "UP", "arrow", "box", "curve", "disc", "drawn", "lattice", "line",
    "sheet",
    "words",
]  # fmt: skip


def drawn(function, height):
    """The SVG of what `function(ax)` draws on a sheet 100 wide and `height` high."""
    with mpl.rc_context(), plt.style.context("rgcourse.course"):
        mpl.rcParams.update({"savefig.bbox": None, "figure.constrained_layout.use": False})
        figure = Figure(figsize=(WIDTH, WIDTH * height / 100))
        ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, height))
        ax.set_axis_off()
        function(ax)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return small_svg(file.getvalue()) + "\n"


def words(ax, x, y, text, color=INK, size=SMALL, ha="center", va="center", **more):
    """A text at (x, y)."""
    ax.text(x, y, text, color=color, size=size, ha=ha, va=va, **more)


def line(ax, xs, ys, color=INK, width=1.4, **more):
    """Straight lines through the points."""
    ax.plot(xs, ys, color=color, lw=width, ls=more.pop("ls", "-"), **more)


def curve(ax, points, color=INK, width=1.4, **more):
    """Bezier curves: a start, and for each piece two controls and an end."""
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1)
    ax.add_patch(PathPatch(Path(points, codes), fc="none", ec=color, lw=width, **more))


def arrow(ax, start, end, color=INK, width=1.4, bend=0.0, head=4.5, style="-|>", **more):
    """An arrow; `bend` is how far it bows to the left, as a share of its length."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle=f"{style},head_length={head},head_width={0.45 * head}",
            connectionstyle=f"arc3,rad={-bend}",
            color=color,
            lw=width,
            shrinkA=0,
            shrinkB=0,
            **more,
        )
    )


def disc(ax, x, y, radius, fill=PAPER, edge=INK, width=1.2, **more):
    """A circle."""
    ax.add_patch(
        Circle((x, y), radius, fc=fill, ec=edge, lw=width, zorder=more.pop("zorder", 3), **more)
    )


def box(ax, x, y, wide, high, fill=PAPER, edge=CTRL, width=0.8, **more):
    """A rectangle with its lower left corner at (x, y)."""
    ax.add_patch(Rectangle((x, y), wide, high, fc=fill, ec=edge, lw=width, **more))


def lattice(ax, x, y, rows, side, edge=CTRL, width=0.6):
    """Spins as squares, `+` and `-` in the rows from the top; (x, y) is the lower left corner."""
    for i, row in enumerate(reversed(rows)):
        for j, spin in enumerate(row):
            fill = UP if spin == "+" else DOWN
            box(ax, x + j * side, y + i * side, side, side, fill, edge, width)


def sheet(height):
    """Decorator: a function that draws on a sheet of this height."""

    def with_height(function):
        function.height = height
        return function

    return with_height
