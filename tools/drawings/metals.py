"""Drawings of the Kondo problem: an impurity in a metal, its band, the chain that stands for it."""

import numpy as np

from .pen import (
    ACCENT,
    COLD,
    CTRL,
    HOT,
    INK,
    MUTED,
    NORMAL,
    SURFACE,
    arrow,
    box,
    disc,
    line,
    sheet,
    words,
)  # fmt: skip


@sheet(40)
def impurity(ax):
    """A magnetic atom in a metal: free when it is hot, hidden when it is cold."""
    rng = np.random.default_rng(1964)
    for x0, colour, name in ((25, HOT, "hot: the spin is free"), (75, COLD, "cold: it is hidden")):
        cold = colour == COLD
        for k in range(20):
            ring = 12 if k < 8 else 17.5
            angle = 2 * np.pi * (k / 8 if k < 8 else (k - 7.5) / 12) + 0.12 * rng.standard_normal()
            x, y = x0 + 1.15 * ring * np.cos(angle), 22 + 0.82 * ring * np.sin(angle)
            tip = 1.9 if rng.random() < 0.5 else -1.9
            disc(ax, x, y, 0.9, SURFACE, CTRL, 0.8)
            arrow(ax, (x, y - tip), (x, y + tip), MUTED, 1, head=2.6, zorder=4)
        if cold:
            disc(ax, x0, 22, 8.2, "none", COLD, 1.6, ls="--")
            arrow(ax, (x0 + 2.6, 26.8), (x0 + 2.6, 17.2), COLD, 2.2, head=5, zorder=6)
        x = x0 - 2.4 if cold else x0
        disc(ax, x, 22, 3, ACCENT, ACCENT, zorder=5)
        arrow(ax, (x, 16.4), (x, 27.8), INK, 2.4, head=6, zorder=6)
        words(ax, x0, 3, name, colour)
    arrow(ax, (49, 22), (53, 22), INK)


@sheet(42)
def band_edges(ax):
    """The edges of a band are cut away a slice at a time."""
    for x0, half, name in ((8, 16, "$D$"), (40, 12.4, r"$D - \delta D$"), (72, 8.8, "and on")):
        box(ax, x0, 21.5 - half, 13, half, COLD, "none", 0, alpha=0.3)
        box(ax, x0, 21.5 - half, 13, 2 * half, "none", INK, 1.2)
        box(ax, x0, 21.5 + half - 3.6, 13, 3.6, ACCENT, "none", 0, alpha=0.6)
        box(ax, x0, 21.5 - half, 13, 3.6, ACCENT, "none", 0, alpha=0.6)
        line(ax, (x0 - 1.5, x0 + 14.5), (21.5, 21.5), INK, 1, ls="--")
        words(ax, x0 + 6.5, 2.2, name, INK, NORMAL)
    words(ax, 22.8, 35.4, "cut", ACCENT, ha="left")
    words(ax, 22.8, 7.6, "cut", ACCENT, ha="left")
    words(ax, 14.5, 26, "empty", INK)
    words(ax, 14.5, 14.5, "filled", INK)
    arrow(ax, (27, 23.6), (36, 23.6))
    arrow(ax, (57, 23.6), (68, 23.6))
    words(ax, 31.5, 27, "$J$ grows", HOT)
    words(ax, 62.5, 27, "$J$ grows", HOT)
    words(ax, 87, 21.5, "Fermi\nenergy", MUTED, ha="left")


@sheet(38)
def wilson_chain(ax):
    """An impurity at the end of a chain whose links get weaker by the same factor."""
    xs = 8 + np.array([0, 13, 25, 37, 49, 61, 73])
    widths = (4.2, 4.2, 3.0, 2.1, 1.5, 1.0)
    for x, following, width in zip(xs, xs[1:], widths, strict=False):
        line(ax, (x, following), (26, 26), HOT if x == xs[0] else INK, width)
    line(ax, (xs[-1], xs[-1] + 8), (26, 26), INK, 0.8, ls=":")
    disc(ax, xs[0], 26, 3.2, ACCENT, ACCENT)
    arrow(ax, (xs[0], 21), (xs[0], 31.4), INK, 2, head=5, zorder=6)
    for n, x in enumerate(xs[1:]):
        disc(ax, x, 26, 2.4, SURFACE)
        words(ax, x, 20.6, str(n), MUTED)
    words(ax, (xs[0] + xs[1]) / 2, 30.4, "$J$", HOT, NORMAL)
    for n, at in ((0, 1), (1, 2), (2, 3), (3, 4)):
        words(ax, (xs[at] + xs[at + 1]) / 2, 30.4, f"$t_{n}$", INK)
    words(ax, 50, 35.6, r"each link weaker than the last:  $t_n \sim \Lambda^{-n/2}$", INK)
    # energies on a logarithmic scale
    line(ax, (8, 96), (9, 9), INK, 1.1)
    for n in range(7):
        x = 86 * 0.6**n + 9
        line(ax, (x, x), (7.4, 10.6), ACCENT, 1.6)
    words(ax, 97, 4, "high energy", MUTED, ha="right")
    words(ax, 8, 4, "low energy", MUTED, ha="left")
    words(
        ax,
        52,
        14.2,
        "the band, cut at $1, \\Lambda^{-1}, \\Lambda^{-2}, ...$: one site for each slice",
        ACCENT,
    )
