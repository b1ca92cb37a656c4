"""Drawings of fields: shells, diagrams, flows, series, walks, charges, fluids, sand."""

import numpy as np
from matplotlib.patches import Annulus, Ellipse

from .pen import (
    ACCENT,
    COLD,
    CRITICAL,
    CTRL,
    HOT,
    INK,
    MUTED,
    NORMAL,
    PAPER,
    SURFACE,
    arrow,
    box,
    curve,
    disc,
    line,
    sheet,
    words,
)  # fmt: skip


@sheet(40)
def momentum_shell(ax):
    """Momenta in a ball; the thin shell at its edge is summed over, then the ruler changes."""
    for x, radius, inner, name in ((20, 15, 11, r"$\Lambda$"), (80, 15, None, r"$\Lambda$")):
        disc(ax, x, 21, radius, SURFACE, INK, 1.2)
        if inner:
            ax.add_patch(
                Annulus((x, 21), radius, radius - inner, fc=ACCENT, ec="none", alpha=0.55, zorder=4)
            )
            disc(ax, x, 21, inner, "none", ACCENT, 1.2, ls="--", zorder=5)
        arrow(ax, (x, 21), (x + radius * 0.7, 21 + radius * 0.714), INK, 1.2, zorder=6)
        words(ax, x + radius * 0.7 + 2.5, 21 + radius * 0.714 + 2.2, name, INK, NORMAL)
    disc(ax, 50, 21, 11, SURFACE, ACCENT, 1.2, ls="--")
    arrow(ax, (50, 21), (50 + 11 * 0.7, 21 + 11 * 0.714), INK, 1.2, zorder=6)
    words(ax, 61.5, 31, r"$\Lambda / b$", INK, NORMAL)
    words(ax, 18, 17, "slow", INK, zorder=7)
    words(ax, 48, 17, "slow", INK, zorder=7)
    words(ax, 20, 3, "sum over the shell", ACCENT)
    words(ax, 50, 3, "what is left")
    words(ax, 80, 3, "in the new ruler")
    arrow(ax, (36.4, 21), (38.4, 21), INK)
    arrow(ax, (62, 21), (64.4, 21), INK)


def _legs(ax, x, y, directions, size=6.5, colour=INK):
    for degrees in directions:
        angle = np.radians(degrees)
        line(ax, (x, x + size * np.cos(angle)), (y, y + size * np.sin(angle)), colour, 1.6)


@sheet(38)
def diagrams(ax):
    """The tadpole, the bubble and the sunset."""
    # tadpole
    line(ax, (5, 27), (16, 16), INK, 1.6)
    disc(ax, 16, 21.5, 5.5, "none", ACCENT, 2.2)
    disc(ax, 16, 16, 1.1, INK)
    # bubble
    _legs(ax, 42.5, 20, (135, 225))
    _legs(ax, 57.5, 20, (45, -45))
    ax.add_patch(Ellipse((50, 20), 15, 11, fc="none", ec=ACCENT, lw=2.2))
    disc(ax, 42.5, 20, 1.1, INK)
    disc(ax, 57.5, 20, 1.1, INK)
    # sunset
    line(ax, (72, 77.5), (20, 20), INK, 1.6)
    line(ax, (92.5, 98), (20, 20), INK, 1.6)
    ax.add_patch(Ellipse((85, 20), 15, 12, fc="none", ec=ACCENT, lw=2.2))
    line(ax, (77.5, 92.5), (20, 20), ACCENT, 2.2)
    disc(ax, 77.5, 20, 1.1, INK)
    disc(ax, 92.5, 20, 1.1, INK)
    for x, name, does in (
        (16, "tadpole", "shifts $r$"),
        (50, "bubble", "weakens $u$"),
        (85, "sunset", r"first $\eta$"),
    ):
        words(ax, x, 34.4, name, INK, NORMAL, style="italic")
        words(ax, x, 7.6, does, ACCENT)
    words(ax, 50, 2.8, "thin lines: slow, kept      thick lines: fast, summed over", MUTED)


@sheet(44)
def critical_surface(ax):
    """A flow with a fixed point: its surface attracts, one direction repels."""
    line(ax, (8, 8), (5, 41), INK, 1.2)
    line(ax, (8, 96), (5, 5), INK, 1.2)
    words(ax, 95, 1.8, "$K_1$", INK, NORMAL)
    words(ax, 4.4, 39, "$K_2$", INK, NORMAL)
    curve(ax, [(30, 41), (36, 33), (41, 27), (46, 22.5), (52, 17), (58, 11), (61, 5)], CRITICAL, 2)
    disc(ax, 46, 22.5, 1.5, CRITICAL, CRITICAL, zorder=8)
    arrow(ax, (33.2, 36.6), (39.4, 29.2), CRITICAL, 2)
    arrow(ax, (57.6, 11.4), (51.8, 17.3), CRITICAL, 2)
    arrow(ax, (48.5, 23.6), (69, 30), COLD, 1.8, bend=0.1)
    arrow(ax, (43.5, 21.4), (24, 14), HOT, 1.8, bend=0.1)
    for points, colour in (
        ([(37.5, 36.5), (42, 31), (46, 27.4), (61, 34.6)], COLD),
        ([(32, 32), (38, 27), (40, 23.5), (21, 19)], HOT),
        ([(60.5, 13), (55.5, 18), (55, 21), (73, 25.5)], COLD),
        ([(53.5, 10), (49, 14.8), (44.5, 17), (28, 9.4)], HOT),
    ):
        curve(ax, points, colour, 1.1)
        (x0, y0), (x1, y1) = points[2], points[3]
        arrow(ax, (x1 - 0.06 * (x1 - x0), y1 - 0.06 * (y1 - y0)), (x1, y1), colour, 1.1, head=3.5)
    words(ax, 45, 39.6, "critical surface", CRITICAL, ha="left")
    words(ax, 84, 30.5, "to the cold side", COLD)
    words(ax, 24, 24.5, "to the hot side", HOT, ha="center")
    arrow(ax, (73, 11.5), (48.6, 21.4), MUTED, 1, head=3)
    words(ax, 74, 10.5, "fixed point", CRITICAL, ha="left")


@sheet(36)
def coarse_field(ax):
    """Spins, averaged over blocks, are a smooth field."""
    rng = np.random.default_rng(8)
    xs = np.linspace(5, 59, 28)
    field = 0.75 * np.sin((xs - 5) / 54 * 2 * np.pi * 1.05 + 0.4)
    for x, f in zip(xs, field, strict=True):
        up = rng.random() < (1 + f) / 2
        low, high = (14.5, 21.5) if up else (21.5, 14.5)
        arrow(ax, (x, low), (x, high), COLD if up else HOT, 1.2, head=3)
    smooth = np.linspace(5, 59, 120)
    line(ax, smooth, 18 + 9 * np.sin((smooth - 5) / 54 * 2 * np.pi * 1.05 + 0.4), ACCENT, 2.4)
    words(ax, 32, 5, "spins, and their average over blocks")
    words(ax, 15, 31, r"field $\varphi(x)$", ACCENT)
    # one quartic for both, so that they touch at zero and nowhere else
    for r, end, colour, width, style in ((-10, 1.4, COLD, 1.8, "-"), (3, 1.15, HOT, 1.4, "--")):
        t = np.linspace(-end, end, 120)
        line(ax, 82 + 10 * t, 17 + r * t**2 + 5 * t**4, colour, width, ls=style)
    arrow(ax, (66, 9), (98.5, 9), INK, 1, head=3)
    words(ax, 82, 5, r"cost of a value $\varphi$")
    words(ax, 82, 29, r"$r > 0$", HOT)
    words(ax, 95.5, 20, r"$r < 0$", COLD)


@sheet(38)
def best_term(ax):
    """The terms of a divergent series shrink, then grow without end."""
    heights = [22, 13, 8.6, 6.6, 6.0, 6.6, 8.8, 13.5, 23.5]
    best = int(np.argmin(heights))
    for n, high in enumerate(heights):
        colour = ACCENT if n == best else (COLD if n < best else HOT)
        box(ax, 9 + 9.6 * n, 7, 6, high, colour, colour, 0)
        words(ax, 12 + 9.6 * n, 3.4, f"{n + 1}", MUTED)
    line(ax, (6, 97), (7, 7), INK, 1.2)
    words(ax, 29, 27, "help:\nthey shrink", COLD)
    words(ax, 71, 27, "harm: they grow\nfor ever", HOT)
    arrow(ax, (50.4, 20.5), (50.4, 14), ACCENT)
    words(ax, 50.4, 23, "stop here", ACCENT)
    words(ax, 14, 34.6, "size of the term", MUTED)


@sheet(38)
def pivot(ax):
    """A walk that never meets itself turns one end about a corner."""
    fixed = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (3, 1)]
    tail = [(3, 1), (4, 1), (4, 0), (5, 0), (6, 0), (6, 1), (5, 1), (5, 2), (6, 2)]
    turned = [(3 - (y - 1), 1 + (x - 3)) for x, y in tail]

    def at(points, x0, y0):
        return [x0 + 5.4 * x for x, _ in points], [y0 + 5.4 * y for _, y in points]

    line(ax, *at(fixed, 5, 6), INK, 2.2)
    line(ax, *at(tail, 5, 6), COLD, 2.2)
    line(ax, *at(fixed, 62, 6), INK, 2.2)
    line(ax, *at(turned, 62, 6), COLD, 2.2)
    for x0, points in ((5, fixed + tail), (62, fixed + turned)):
        xs, ys = at(points, x0, 6)
        for x, y in zip(xs, ys, strict=True):
            disc(ax, x, y, 0.9, INK)
        px, py = at([(3, 1)], x0, 6)
        disc(ax, px[0], py[0], 1.7, ACCENT, ACCENT, zorder=5)
    arrow(ax, (44, 15), (57, 15), ACCENT, 1.6)
    words(ax, 50.5, 18.5, "turn", ACCENT, NORMAL, style="italic")
    words(ax, 21, 29, "one end turns about a joint", INK, ha="center")
    words(ax, 21, 25.2, "and is kept if it meets nothing", INK, ha="center")
    words(ax, 21, 2, "a walk", MUTED)
    words(ax, 72, 2, "another, far away", MUTED)


@sheet(40)
def screening(ax):
    """A charge among pairs: from afar one sees less of it."""
    cx, cy = 22, 22
    rng = np.random.default_rng(11)
    for ring, n in ((7.5, 6), (13.5, 10)):
        for k in range(n):
            angle = 2 * np.pi * (k + 0.5 * (ring > 8)) / n + 0.1 * rng.standard_normal()
            x, y = cx + ring * np.cos(angle), cy + ring * np.sin(angle)
            dx, dy = 1.5 * np.cos(angle), 1.5 * np.sin(angle)
            ax.add_patch(
                Ellipse((x, y), 6.4, 3.4, angle=np.degrees(angle), fc=SURFACE, ec=CTRL, lw=0.9)
            )
            line(ax, (x - dx - 0.7, x - dx + 0.7), (y - dy,) * 2, COLD, 1.5)
            line(ax, (x + dx - 0.7, x + dx + 0.7), (y + dy,) * 2, HOT, 1.5)
            line(ax, (x + dx,) * 2, (y + dy - 0.7, y + dy + 0.7), HOT, 1.5)
    disc(ax, cx, cy, 2.8, HOT, HOT)
    words(ax, cx, cy, "+", PAPER, 17, zorder=6)
    x = np.linspace(0, 1, 60)
    line(ax, (52, 52), (9, 36), INK, 1.2)
    line(ax, (52, 96), (9, 9), INK, 1.2)
    line(ax, 53 + 40 * x, 9 + 6.5 / (1.28 - x), HOT, 2.2)
    words(ax, 74, 4.6, r"looked at from closer  $\to$", MUTED)
    words(ax, 52, 38, "charge seen", MUTED, ha="left")
    words(ax, 80, 29, "electric charge", HOT, ha="right")
    words(ax, 66, 22.5, "a quark?", COLD)
    words(ax, 22, 1.8, "pairs hide a charge")


@sheet(38)
def coexistence(ax):
    """Two wells of equal depth: liquid and vapour together."""
    t = np.linspace(-1.62, 1.62, 140)
    for x0, tilt, name, colour in (
        (17, 0.55, "vapour wins", HOT),
        (50, 0.0, "both coexist", CRITICAL),
        (83, -0.55, "liquid wins", COLD),
    ):
        y = 6.2 * (t**2 - 1) ** 2 + 4.2 * tilt * t
        keep = y < 17
        line(ax, x0 + 8.6 * t[keep], 14 + y[keep], INK, 1.6)
        for place in (-1, 1):
            depth = 14 + 4.2 * tilt * place
            wins = tilt == 0 or place * tilt < 0
            disc(
                ax,
                x0 + 8.6 * place * (1.03 if tilt else 1),
                depth + 1.5,
                1.5,
                colour if wins else PAPER,
                colour,
            )
        words(ax, x0, 35, name, colour)
        arrow(ax, (x0 - 14, 7), (x0 + 14, 7), CTRL, 0.9, head=3)
    words(ax, 50, 3, "density", MUTED)
    words(ax, 17, 3, "pressure too low", MUTED)
    words(ax, 83, 3, "pressure too high", MUTED)


@sheet(36)
def toppling(ax):
    """A site with four grains gives one to each neighbour."""
    before = ((1, 3, 0), (2, 4, 3), (3, 1, 2))
    after = ((1, 4, 0), (3, 0, 4), (3, 2, 2))
    side = 9
    for x0, grid in ((8, before), (65, after)):
        for i, row in enumerate(grid):
            for j, n in enumerate(row):
                x, y = x0 + side * j, 5 + side * (2 - i)
                full = n >= 4
                box(ax, x, y, side, side, ACCENT if full else SURFACE, CTRL, 0.8)
                words(ax, x + side / 2, y + side / 2, str(n), PAPER if full else INK, 15)
    cx, cy = 8 + 1.5 * side, 5 + 1.5 * side
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        arrow(
            ax,
            (cx + 3 * dx, cy + 3 * dy),
            (cx + 6.4 * dx, cy + 6.4 * dy),
            INK,
            1.6,
            head=3.5,
            zorder=6,
        )
    arrow(ax, (40, cy), (60, cy), INK)
    words(ax, 50, cy + 4.4, "topples", ACCENT, NORMAL, style="italic")
    words(ax, 50, cy - 4.2, "4 grains: one\nto each side", INK, va="top")
    words(ax, 78.5, 34, "two more are too high now", ACCENT)


@sheet(40)
def doubling(ax):
    """Two steps of a map, seen through a smaller window upside down, look like one."""

    def parabola(x, a):
        return a * x * (1 - x)

    x = np.linspace(0, 1, 160)
    for x0, values, name in (
        (8, parabola(x, 3.4), "one step"),
        (62, parabola(parabola(x, 3.4), 3.4), "two steps"),
    ):
        side = 30
        box(ax, x0, 7, side, side, "none", CTRL, 1)
        line(ax, (x0, x0 + side), (7, 7 + side), MUTED, 1, ls="--")
        line(ax, x0 + side * x, 7 + side * values, INK, 2)
        words(ax, x0 + side / 2, 3, name)
    low, high = 1 / 3.4, 1 - 1 / 3.4
    box(
        ax,
        62 + 30 * low,
        7 + 30 * low,
        30 * (high - low),
        30 * (high - low),
        "none",
        ACCENT,
        2.2,
        zorder=5,
    )
    arrow(ax, (62 + 30 * low - 1, 7 + 15), (40, 22), ACCENT, 1.6)
    words(ax, 51, 27.5, "turn over\nand enlarge", ACCENT)
