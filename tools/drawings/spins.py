"""Drawings of magnets: block spins, walls, updates, chains, blocks that look at each other."""

import numpy as np

from .pen import (
    ACCENT,
    COLD,
    CRITICAL,
    CTRL,
    DOWN,
    HOT,
    INK,
    MUTED,
    NORMAL,
    PAPER,
    SURFACE,
    UP,
    arrow,
    box,
    curve,
    disc,
    lattice,
    line,
    sheet,
    words,
)  # fmt: skip

FOUR_BY_FOUR = ("++-+", "+---", "-+++", "--++")
VOTES = ("+-", "-+")


@sheet(34)
def four_spins(ax):
    """Four spins become one: vote, then shrink."""
    lattice(ax, 2, 7, FOUR_BY_FOUR, 6)
    for i in range(2):
        for j in range(2):
            box(ax, 2 + 12 * j, 7 + 12 * i, 12, 12, "none", ACCENT, 2.4)
    lattice(ax, 41, 7, VOTES, 12)
    for i in range(2):
        for j in range(2):
            box(ax, 41 + 12 * j, 7 + 12 * i, 12, 12, "none", ACCENT, 2.4)
    lattice(ax, 80, 13, VOTES, 6)
    arrow(ax, (28.5, 19), (38.5, 19))
    arrow(ax, (67.5, 19), (77.5, 19))
    words(ax, 33.5, 22.5, "vote", ACCENT, NORMAL, style="italic")
    words(ax, 72.5, 22.5, "shrink", ACCENT, NORMAL, style="italic")
    words(ax, 14, 3, "16 spins")
    words(ax, 53, 3, "4 verdicts")
    words(ax, 86, 9, "4 spins")


@sheet(40)
def wall(ax):
    """A straight wall is cheap, a crooked one can be made in many ways."""
    for x0, turns, name, colour in (
        (3, (3,) * 7, "energy: the short wall wins", COLD),
        (57, (3, 4, 4, 2, 2, 3, 5), "entropy: many long ones", HOT),
    ):
        rows = ["+" * turn + "-" * (8 - turn) for turn in turns]
        lattice(ax, x0, 8, rows, 4, edge="none", width=0)
        xs, ys = [], []
        for i, turn in enumerate(turns):
            xs += [x0 + 4 * turn] * 2
            ys += [8 + 4 * (7 - i), 8 + 4 * (6 - i)]
        line(ax, xs, ys, ACCENT, 3, solid_capstyle="round")
        words(ax, x0 + 16, 3.6, name, colour)
    words(ax, 46, 28, "$2J$ for each", INK)
    words(ax, 46, 24.4, "step of wall", INK)
    line(ax, (38, 54), (20.5, 20.5), CTRL, 1)
    words(ax, 46, 17, "a choice", INK)
    words(ax, 46, 13.4, "at each step", INK)


@sheet(40)
def one_or_many(ax):
    """One spin asks its neighbours; a cluster turns at once."""
    rows = ("++-++--", "+----++", "++---+-", "-+--+++", "++-+--+")
    lattice(ax, 3, 8, rows, 5.4)
    x, y = 3 + 3 * 5.4, 8 + 2 * 5.4
    box(ax, x, y, 5.4, 5.4, "none", ACCENT, 2.6, zorder=5)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        centre = np.array([x + 2.7, y + 2.7])
        start = centre + 4.9 * np.array([dx, dy])
        arrow(ax, start, centre + 1.4 * np.array([dx, dy]), ACCENT, 1.6, head=3.5, zorder=6)
    lattice(ax, 58, 8, rows, 5.4)
    cluster = {
        (0, 2),
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (2, 2),
        (2, 3),
        (2, 4),
        (3, 2),
        (3, 3),
        (4, 2),
    }
    for i, j in cluster:
        left, low = 58 + 5.4 * j, 8 + 5.4 * (4 - i)
        for (di, dj), xs, ys in (
            ((-1, 0), (left, left + 5.4), (low + 5.4, low + 5.4)),
            ((1, 0), (left, left + 5.4), (low, low)),
            ((0, -1), (left, left), (low, low + 5.4)),
            ((0, 1), (left + 5.4, left + 5.4), (low, low + 5.4)),
        ):
            if (i + di, j + dj) not in cluster:
                line(ax, xs, ys, ACCENT, 2.6, zorder=5, solid_capstyle="round")
    words(ax, 22, 3.6, "one spin asks four neighbours")
    words(ax, 77, 3.6, "a cluster turns at once")
    words(ax, 49.4, 22, "or", MUTED, NORMAL, style="italic")


@sheet(32)
def every_second(ax):
    """Sum over every second spin of a chain: the rest is a chain again."""
    xs = np.linspace(8, 92, 9)
    line(ax, xs, [24] * 9, INK, 1.6)
    for n, x in enumerate(xs):
        summed = n % 2
        disc(
            ax,
            x,
            24,
            2.5,
            PAPER if summed else DOWN,
            CTRL if summed else INK,
            1.4,
            ls="--" if summed else "-",
        )
    for x in (xs[0] + xs[1]) / 2 + np.array([0, xs[1] - xs[0]]):
        words(ax, x, 27.2, "$K$", MUTED)
    words(ax, xs[1], 19.2, "summed", MUTED)
    line(ax, xs[::2], [7] * 5, ACCENT, 1.6)
    for x in xs[::2]:
        arrow(ax, (x, 20.5), (x, 10.4), CTRL, 1, head=3.5)
        disc(ax, x, 7, 2.5, DOWN)
    words(ax, (xs[0] + xs[2]) / 2, 10.4, "$K'$", ACCENT)
    words(ax, xs[6], 2.4, "kept", INK)


@sheet(36)
def grows(ax):
    """A small deviation from the fixed point is stretched by the same factor in each step."""
    line(ax, (6, 94), (7, 7), INK, 1.2)
    disc(ax, 10, 7, 1.5, CRITICAL, CRITICAL)
    words(ax, 10, 2.6, "fixed point", CRITICAL, ha="center")
    xs = 10 + 5 * 2.0 ** np.arange(5)
    for start, end in zip(xs, xs[1:], strict=False):
        arrow(ax, (start, 9.2), (end, 9.2), HOT, 1.5, bend=0.5, head=4)
    for x in xs[:4]:
        disc(ax, x, 7, 1.2, HOT, HOT)
    words(ax, 42, 18.5, r"$\times\, b^{\,y}$", HOT, NORMAL)
    words(ax, 71, 22.5, r"$\times\, b^{\,y}$", HOT, NORMAL)
    words(ax, 10, 32, "each step stretches the distance by the same factor", INK, ha="left")
    words(ax, 62, 2.6, "distance from it", MUTED)


@sheet(35)
def far_blocks(ax):
    """A block, a buffer around it, and what lies beyond."""
    rng = np.random.default_rng(1936)
    side, n = 4.2, 8
    for i in range(n):
        for j in range(n):
            ring = max(abs(i - 3.5), abs(j - 3.5))
            up = rng.random() < 0.5
            fill = SURFACE if 1 < ring < 2 else (UP if up else DOWN)
            edge = CTRL
            box(ax, 4 + side * j, 1 + side * i, side, side, fill, edge, 0.6)
    box(ax, 4 + 3 * side, 1 + 3 * side, 2 * side, 2 * side, "none", ACCENT, 2.6, zorder=5)
    box(ax, 4 + 2 * side, 1 + 2 * side, 4 * side, 4 * side, "none", CTRL, 1.6, zorder=4, ls="--")
    for y, text, colour, point in (
        (26, "the block: what can be kept of it", ACCENT, (4 + 5 * side, 1 + 4.6 * side)),
        (17.5, "the buffer: ring that is not looked at", MUTED, (4 + 5.6 * side, 1 + 4 * side)),
        (9, "the surroundings: what it should tell of", COLD, (4 + 7.5 * side, 1 + 2 * side)),
    ):
        line(ax, (42.5, point[0]), (y, point[1]), colour, 1.2, zorder=6)
        words(ax, 43.5, y, text, colour, ha="left")


@sheet(40)
def zooming_in(ax):
    """A fine lattice that is being drawn, row by row, and what the next site looks at."""
    coarse, side, block = ["+-", "++"], 8.0, 14.0
    lattice(ax, 5, 8, coarse, block)
    rows, x0, y0 = ["++--", "+-", ""], 56, 4
    for i in range(4):
        for j in range(4):
            there = i < len(rows) and j < len(rows[i])
            fill = (UP if rows[i][j] == "+" else DOWN) if there else PAPER
            box(ax, x0 + side * j, y0 + side * (3 - i), side, side, fill, CTRL, 0.6)
    x, y = x0 + 2.5 * side, y0 + 2.5 * side
    words(ax, x, y, "?", ACCENT, size=18)
    arrow(ax, (x, y + side), (x, y + 0.3 * side), ACCENT, 2)
    arrow(ax, (x - side, y), (x - 0.3 * side, y), ACCENT, 2)
    box(ax, 5 + block, 8 + block, block, block, "none", ACCENT, 2.6, zorder=5)
    arrow(ax, (5 + 2 * block, 8 + 1.5 * block), (x0 - 1.5, y), ACCENT, 2, bend=-0.1)
    words(ax, 45, 32, "parent", ACCENT)
    words(ax, 5 + 0.5 * block, 8 + 1.5 * block, "near", INK)
    words(ax, 5 + 1.5 * block, 8 + 0.5 * block, "near", INK)
    words(ax, 94, y + side, "drawn", INK)
    words(ax, 94, y, "now", ACCENT)
    words(ax, 94, y - side, "not yet", MUTED)
    words(ax, 5 + block, 4, "coarse lattice", INK)


@sheet(40)
def tensors(ax):
    """Four tensors around a plaquette are split, and their halves become one."""

    def legs(x, y, size, colour=INK, turn=0, width=1.6):
        for angle in np.arange(4) * np.pi / 2 + turn:
            step = size * np.array([np.cos(angle), np.sin(angle)])
            line(ax, (x, x + step[0]), (y, y + step[1]), colour, width)

    for i in range(2):
        for j in range(2):
            legs(8 + 12 * j, 14 + 12 * i, 7.4)
            disc(ax, 8 + 12 * j, 14 + 12 * i, 2.6, DOWN)
    arrow(ax, (30, 20), (37, 20))
    # the halves: triangles that share a thick leg with their other half
    square = [(47, 15), (57, 15), (57, 25), (47, 25)]
    for (x, y), (dx, dy) in zip(square, ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=True):
        line(ax, (x, x + 5 * dx), (y, y + 5 * dy), ACCENT, 3.4)
        disc(ax, x, y, 1.8, SURFACE)
    line(ax, (47, 57, 57, 47, 47), (15, 15, 25, 25, 15), INK, 1.6)
    arrow(ax, (66, 20), (73, 20))
    legs(86, 20, 9.5, ACCENT, np.pi / 4, 3.4)
    disc(ax, 86, 20, 3.4, DOWN)
    words(ax, 14, 3, "four tensors")
    words(ax, 52, 3, "cut in halves")
    words(ax, 86, 3, "one tensor")
    words(ax, 52, 36.4, r"thick legs: the $\chi$ largest singular values", ACCENT)


@sheet(30)
def temperatures(ax):
    """The line of couplings from hot to cold, with what stands where."""
    y = 15
    arrow(ax, (5, y), (97, y), INK, 1.4)
    for x, colour, top, low in (
        (8, HOT, "$K = 0$", "hot: each spin\nfor itself"),
        (50, CRITICAL, "$K = K_c$", "critical: islands\nof every size"),
        (90, COLD, r"$K \to \infty$", "cold: all\nagree"),
    ):
        disc(ax, x, y, 1.5, colour, colour)
        words(ax, x if x != 8 else 9, y + 5, top, colour, NORMAL)
        words(ax, x + (4 if x == 8 else 0), y - 8, low, INK)
    arrow(ax, (44, y + 2.4), (17, y + 2.4), MUTED, 1.2, head=3.5)
    arrow(ax, (56, y + 2.4), (82, y + 2.4), MUTED, 1.2, head=3.5)
    words(ax, 30.5, y + 5, "zoom out", MUTED, style="italic")
    words(ax, 69.5, y + 5, "zoom out", MUTED, style="italic")
    words(ax, 50, 27.5, "$K = J / k_B T$", MUTED)


@sheet(28)
def sixty_four(ax):
    """Sixty-four replicas of a spin in one machine word."""
    side = 3.6
    rng = np.random.default_rng(64)
    for n in range(24):
        up = rng.random() < 0.5
        box(ax, 5 + side * n, 13, side, side, UP if up else DOWN, CTRL, 0.6)
    words(ax, 94, 14.8, "...")
    line(ax, (5, 5, 97, 97), (19.5, 21, 21, 19.5), ACCENT, 1.4)
    words(ax, 50, 24.4, "one word of the machine: 64 spins, one operation for all", ACCENT)
    words(ax, 5, 8.6, "bit 0: a spin of lattice 0", INK, ha="left")
    words(ax, 97, 8.6, "bit 63: the same site, lattice 63", INK, ha="right")
    curve(ax, [(5 + side / 2, 12.4), (5 + side / 2, 11.5), (6, 11), (6.5, 10.6)], MUTED, 1)
    words(ax, 50, 3.4, "or 64 neighbours of one lattice", MUTED)
