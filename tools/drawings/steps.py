"""Drawings of single steps: balance, sums, cuts, grades, pooling, a triangle of triangles."""

import numpy as np
from matplotlib.patches import Polygon

from .pen import (
    ACCENT,
    COLD,
    CTRL,
    DOWN,
    HOT,
    INK,
    NORMAL,
    OK,
    PAPER,
    SURFACE,
    arrow,
    box,
    line,
    sheet,
    words,
)  # fmt: skip


@sheet(32)
def balance(ax):
    """Two states and the traffic between them, which must be equal."""
    for x, half, name, colour in ((18, 9.5, "likely", COLD), (82, 5, "rare", HOT)):
        box(ax, x - half, 17 - half, 2 * half, 2 * half, SURFACE, colour, 2)
        words(ax, x, 17, "$s$" if x < 50 else "$s'$", INK, 17)
        words(ax, x, 3, name, colour)
    arrow(ax, (31, 20.5), (73, 20.5), INK, 1.6, head=5)
    arrow(ax, (73, 13.5), (31, 13.5), INK, 1.6, head=5)
    words(ax, 52, 24.6, "many, and each goes seldom", INK)
    words(ax, 52, 9.2, "few, and each goes often", INK)
    words(ax, 52, 17, "equal traffic", ACCENT, NORMAL, style="italic")


@sheet(27)
def borel_road(ax):
    """The detour by which a divergent series gets a sum."""
    stops = (
        (13, 19, "a series that\ndiverges", HOT),
        (13, 5.5, "a number", OK),
        (82, 19, "a series that\nconverges", COLD),
        (82, 5.5, "continued to\nthe whole line", COLD),
    )
    for x, y, name, colour in stops:
        box(ax, x - 12.5, y - 4.4, 25, 8.8, PAPER, colour, 1.6)
        words(ax, x, y, name, colour)
    arrow(ax, (26, 19), (69, 19), INK)
    arrow(ax, (82, 14.4), (82, 10.2), INK, head=3.5)
    arrow(ax, (69, 5.5), (26, 5.5), INK)
    words(ax, 47.5, 22.2, "divide by the factorials", ACCENT)
    words(ax, 47.5, 8.8, "put them back: integrate", ACCENT)


@sheet(42)
def keep_low(ax):
    """Add a site, get four times as many levels, keep the lowest."""
    rng = np.random.default_rng(1975)
    few = np.sort(rng.uniform(0, 17, 8))
    many = np.sort(
        np.concatenate([few[:, None] * 0.9 + rng.uniform(0, 13, (8, 4))], axis=1).ravel()
    )
    for y in few:
        line(ax, (5, 25), (7 + y * 1.6,) * 2, COLD, 1.8)
    for n, y in enumerate(many):
        low = n < 8
        line(
            ax,
            (41, 61),
            (7 + y * 1.15,) * 2,
            COLD if low else CTRL,
            1.8 if low else 1,
            ls="-" if low else "--",
        )
    top = 7 + 1.15 * (many[7] + many[8]) / 2
    line(ax, (38.5, 63.5), (top, top), ACCENT, 1.6)
    scale = 27 / (many[7] - many[0])
    for y in many[:8]:
        line(ax, (76, 96), (7 + (y - many[0]) * scale,) * 2, COLD, 1.8)
    arrow(ax, (27, 19), (38, 19), INK)
    arrow(ax, (64, 12), (74, 17), INK)
    words(ax, 32.5, 22.6, "add\na site", INK, va="bottom")
    words(ax, 65, top, "cut", ACCENT, ha="left")
    words(ax, 15, 3, "8 levels")
    words(ax, 51, 3, "32 levels")
    words(ax, 86, 3, "8, in a finer unit")


@sheet(28)
def grades(ax):
    """Three grades of a claim, by what it could lose."""
    for x, name, what, colour in (
        (17, "theorem", "holds, for what\nit speaks about", OK),
        (50, "approximation", "has an error that\nhas been measured", COLD),
        (83, "metaphor", "no outcome has\nmade it yield", HOT),
    ):
        box(ax, x - 15, 15, 30, 9, PAPER, colour, 2)
        words(ax, x, 19.5, name, colour, 15)
        words(ax, x, 7, what, INK)


@sheet(34)
def pooling(ax):
    """Pooling beside a vote: the largest of four, or the majority of four."""
    numbers = ((1, 5, 2, 0), (3, 2, 1, 4), (0, 1, 7, 2), (2, 1, 3, 3))
    side = 6
    for i in range(4):
        for j in range(4):
            n, x, y = numbers[i][j], 6 + side * j, 7 + side * (3 - i)
            box(ax, x, y, side, side, SURFACE, CTRL, 0.8)
            block = [numbers[2 * (i // 2) + a][2 * (j // 2) + b] for a in (0, 1) for b in (0, 1)]
            words(ax, x + side / 2, y + side / 2, str(n), ACCENT if n == max(block) else INK, 15)
    for i in range(2):
        for j in range(2):
            box(ax, 6 + 12 * j, 7 + 12 * i, 12, 12, "none", INK, 1.8, zorder=5)
    for i, row in enumerate(((5, 4), (2, 7))):
        for j, n in enumerate(row):
            box(ax, 60 + 12 * j, 7 + 12 * (1 - i), 12, 12, SURFACE, INK, 1.8)
            words(ax, 66 + 12 * j, 13 + 12 * (1 - i), str(n), ACCENT, 22)
    arrow(ax, (35, 19), (55, 19), INK)
    words(ax, 45, 22.8, "keep the\nlargest", ACCENT, va="bottom")
    words(ax, 18, 3, "sixteen activities")
    words(ax, 72, 3, "four")


@sheet(38)
def gasket(ax):
    """A triangle of triangles, and a corner of it that is the whole."""

    def triangles(a, b, c, level):
        a, b, c = np.array(a, float), np.array(b, float), np.array(c, float)
        if level == 0:
            ax.add_patch(Polygon([a, b, c], fc=DOWN, ec="none"))
            return
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        for one in ((a, ab, ca), (ab, b, bc), (ca, bc, c)):
            triangles(*one, level - 1)

    height = 30 * np.sqrt(3) / 2
    for x0 in (8, 62):
        triangles((x0, 7), (x0 + 30, 7), (x0 + 15, 7 + height), 4)
    box(ax, 22, 6, 17, 15, "none", ACCENT, 2.4, zorder=5)
    arrow(ax, (41, 14), (60, 20), ACCENT, 1.6)
    words(ax, 49.5, 22.5, "twice as\nlarge", ACCENT)
    words(ax, 23, 2.4, "the whole")
    words(ax, 77, 2.4, "a corner: the whole again")
