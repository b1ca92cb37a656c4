"""Drawings of machines that learn, of grammars, and of how one works with this book."""

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
    OK,
    PAPER,
    RULE,
    SURFACE,
    arrow,
    box,
    curve,
    disc,
    lattice,
    line,
    sheet,
    words,
)  # fmt: skip


def _layer(ax, xs, y, fill, edge=INK, radius=2.3):
    for x in xs:
        disc(ax, x, y, radius, fill, edge)


def _all_links(ax, below, y0, above, y1, colour=CTRL, width=0.8):
    for a in below:
        for b in above:
            line(ax, (a, b), (y0, y1), colour, width, zorder=1)


@sheet(38)
def rbm(ax):
    """Visible spins below, hidden spins above, links only between the two."""
    visible, hidden = np.linspace(10, 66, 7), np.linspace(20, 56, 4)
    _all_links(ax, visible, 8, hidden, 28)
    for a in visible:
        line(ax, (a, hidden[1]), (8, 28), ACCENT, 2, zorder=2)
    _layer(ax, visible, 8, DOWN)
    _layer(ax, hidden, 28, SURFACE)
    disc(ax, hidden[1], 28, 2.3, ACCENT, ACCENT, zorder=5)
    words(ax, 72, 28, "hidden $h_j$: summed over", INK, ha="left")
    words(ax, 72, 8, "visible $v_i$: the data", INK, ha="left")
    words(ax, 72, 18, "weights $w_{ij}$ of one\nhidden spin", ACCENT, ha="left")
    words(ax, 38, 34.6, "no links within a row", MUTED)
    words(ax, 38, 2.4, "spins of a lattice", MUTED)


@sheet(36)
def spectrum(ax):
    """Singular values of noise fill a hill that ends at an edge; one value stands beyond it."""
    line(ax, (4, 96), (8, 8), INK, 1.2)
    x = np.linspace(-1, 1, 201)
    hill = 17 * np.sqrt(1 - x**2) / (1.55 + x)
    ax.fill_between(33 + 25 * x, 8, 8 + hill, fc=SURFACE, ec=CTRL, lw=1.2)
    for k in np.linspace(-0.96, 0.99, 27):
        line(ax, (33 + 25 * k, 33 + 25 * k), (6.4, 9.6), COLD, 1.2)
    line(ax, (58, 58), (4, 27), CRITICAL, 1.4, ls="--")
    words(ax, 58, 30, "edge of noise", CRITICAL)
    line(ax, (82, 82), (5.5, 10.5), ACCENT, 2.4)
    words(ax, 82, 17, "one direction\nthat was learned", ACCENT)
    words(ax, 29, 13.5, "what chance does", MUTED)
    words(ax, 84, 2.4, "singular value", MUTED)


@sheet(46)
def rbm_stack(ax):
    """A stack of machines beside a stack of block spins: are they the same?"""
    ys = (7, 19, 31)
    for x0 in (4, 58):
        rows = [np.linspace(x0, x0 + 36, 8)]
        for _ in range(2):
            rows.append((rows[-1][::2] + rows[-1][1::2]) / 2)
        for n in range(2):
            if x0 == 4:
                for k, b in enumerate(rows[n + 1]):
                    for a in rows[n][2 * k : 2 * k + 2]:
                        line(ax, (a, b), (ys[n], ys[n + 1]), INK, 1.6, zorder=1)
            else:
                _all_links(ax, rows[n], ys[n], rows[n + 1], ys[n + 1])
        for y, row, fill in zip(ys, rows, (DOWN, SURFACE, SURFACE), strict=True):
            _layer(ax, row, y, fill, radius=1.9)
    words(ax, 22, 40, "block spins: a rule", COLD, NORMAL)
    words(ax, 76, 40, "a stack of machines: trained", ACCENT, NORMAL)
    words(ax, 49, 19, "the\nsame?", CRITICAL, NORMAL, style="italic")
    words(ax, 22, 2.2, "spins", MUTED)
    words(ax, 76, 2.2, "data", MUTED)


@sheet(40)
def convolution_layer(ax):
    """The same small window of weights reads every place of the picture."""
    rng = np.random.default_rng(3)
    rows = ["".join("+-"[k] for k in rng.integers(0, 2, 8)) for _ in range(8)]
    lattice(ax, 4, 4, rows, 4)
    places = ((4, 24, ACCENT), (20, 8, COLD))
    for x, y, colour in places:
        box(ax, x, y, 12, 12, "none", colour, 2.6, zorder=5)
    box(ax, 50, 14, 12, 12, SURFACE, INK, 1.2)
    for k in range(1, 3):
        line(ax, (50 + 4 * k,) * 2, (14, 26), CTRL, 0.8)
        line(ax, (50, 62), (14 + 4 * k,) * 2, CTRL, 0.8)
    words(ax, 56, 9.6, "the same\nnine weights", INK, va="top")
    box(ax, 78, 11, 18, 18, PAPER, CTRL, 0.8)
    for x, y, colour in ((78, 26, ACCENT), (90, 14, COLD)):
        box(ax, x, y, 3, 3, colour, colour, 0)
    for k in range(1, 6):
        line(ax, (78 + 3 * k,) * 2, (11, 29), CTRL, 0.6)
        line(ax, (78, 96), (11 + 3 * k,) * 2, CTRL, 0.6)
    arrow(ax, (16, 30), (50, 22.5), ACCENT, 1.4, bend=0.1)
    arrow(ax, (32, 14), (50, 17.5), COLD, 1.4)
    arrow(ax, (62, 22.5), (77.6, 27.5), ACCENT, 1.4, bend=0.1)
    arrow(ax, (62, 17.5), (89.6, 15.5), COLD, 1.4)
    words(ax, 87, 7, "one answer\nfor each place", INK, va="top")


@sheet(42)
def grammar_tree(ax):
    """A symbol writes two, each of these two again; zooming out reads it back."""
    levels = [[50.0], [30.0, 70.0], [20.0, 40.0, 60.0, 80.0]]
    levels.append([x + d for x in levels[2] for d in (-5, 5)])
    names = ["A", "bc", "debd", "fghfaefg"]
    ys = (37, 27, 17, 7)
    for n in range(3):
        for k, x in enumerate(levels[n]):
            for child in levels[n + 1][2 * k : 2 * k + 2]:
                line(ax, (x, child), (ys[n], ys[n + 1]), CTRL, 1.2, zorder=1)
    for row, y, letters in zip(levels, ys, names, strict=True):
        for x, letter in zip(row, letters, strict=True):
            disc(
                ax,
                x,
                y,
                2.7,
                ACCENT if y == 37 else (SURFACE if y > 7 else PAPER),
                ACCENT if y == 37 else INK,
                1,
            )
            words(
                ax, x, y - 0.1, letter, PAPER if y == 37 else INK, NORMAL, zorder=6, style="italic"
            )
    arrow(ax, (6, 36), (6, 8), COLD, 1.6)
    arrow(ax, (95, 8), (95, 36), HOT, 1.6)
    words(ax, 8.5, 31, "write", COLD, NORMAL, ha="left", style="italic")
    words(ax, 92.5, 31, "zoom out", HOT, NORMAL, ha="right", style="italic")
    words(ax, 50, 1.6, "what one sees", MUTED)


@sheet(38)
def word_reach(ax):
    """A word and later ones: the thread between them gets thinner with the distance."""
    sentence = ["Emma", "had", "been", "...", "and", "she", "...", "thought"]
    xs = [7, 19, 30, 41, 51, 62, 73, 88]
    for x, word in zip(xs, sentence, strict=True):
        words(ax, x, 8.4, word, ACCENT if word == "Emma" else INK, NORMAL)
    for x, width in ((19, 4.4), (30, 3.2), (51, 2.0), (62, 1.5), (88, 0.8)):
        rise = 11 + 0.4 * (x - 7)
        curve(
            ax,
            [(7, 11), (7 + 0.25 * (x - 7), rise), (x - 0.25 * (x - 7), rise), (x, 11)],
            COLD,
            width,
        )
    words(ax, 97, 35, "what is left of the first word", COLD, ha="right")
    arrow(ax, (7, 4.4), (74, 4.4), CTRL, 1, head=3.5)
    words(ax, 84, 4.2, "distance $d$", MUTED)


@sheet(40)
def two_signals(ax):
    """Two inputs on their way through layers: they merge, keep some distance, or part for good."""
    depth = np.arange(9)
    both = np.array([0, 0.7, -0.6, 1.1, 0.4, -1.0, 0.8, -0.4, 0.3])
    parting = 0.6 + np.array([0, 0.3, 1.0, 2.2, 4.9, 3.6, 6.4, 4.2, 5.6])
    for x0, name, colour, gap in (
        (3, "order", COLD, 5 * 0.55**depth),
        (36, "the edge", CRITICAL, 5 / (1 + 0.15 * depth)),
        (69, "chaos", HOT, parting),
    ):
        xs = x0 + 3 * depth + 2
        for x in xs:
            line(ax, (x, x), (10, 31), RULE, 1)
        line(ax, xs, 20.5 + both + gap, colour, 1.9)
        line(ax, xs, 20.5 + both - gap, colour, 1.9, ls=(0, (4, 1.6)))
        words(ax, x0 + 14, 36, name, colour, NORMAL)
    arrow(ax, (5, 5), (62, 5), CTRL, 1, head=3.5)
    words(ax, 78, 5, "layer after layer", MUTED)


@sheet(44)
def layers_zoom(ax):
    """Deeper units see wider windows, as block spins do."""
    ys, counts = (6, 17, 28, 39), (16, 8, 4, 2)
    below = np.linspace(6, 64, 16)
    chosen = {0: range(0, 8), 1: range(0, 4), 2: range(0, 2), 3: range(0, 1)}
    rows = [below]
    for _ in counts[1:]:
        rows.append((rows[-1][::2] + rows[-1][1::2]) / 2)
    for n in range(3):
        for k, b in enumerate(rows[n + 1]):
            for i in (2 * k, 2 * k + 1):
                on = k in chosen[n + 1]
                line(
                    ax,
                    (rows[n][i], b),
                    (ys[n], ys[n + 1]),
                    ACCENT if on else CTRL,
                    1.8 if on else 0.9,
                    zorder=1,
                )
    for n, row in enumerate(rows):
        for k, x in enumerate(row):
            on = k in chosen[n]
            disc(ax, x, ys[n], 1.5, ACCENT if on else SURFACE, ACCENT if on else CTRL, 1)
    for y, text in zip(ys, ("what comes in", "sees 2", "sees 4", "sees 8"), strict=True):
        words(ax, 70, y, text, INK, ha="left")
    arrow(ax, (94, 6), (94, 40), HOT, 1.6)
    words(ax, 92.5, 34, "zoom out", HOT, ha="right", style="italic")


@sheet(30)
def three_errors(ax):
    """Ours and theirs: how many errors lie between."""
    x = np.linspace(-4, 4, 160)
    y = 20 * np.exp(-(x**2) / 2)
    line(ax, 50 + 11 * x, 6 + y, INK, 1.8)
    line(ax, (4, 96), (6, 6), INK, 1.1)
    for k in range(-3, 4):
        line(ax, (50 + 11 * k,) * 2, (6, 6 + 20 * np.exp(-(k**2) / 2)), CTRL, 0.9, ls="--")
        words(ax, 50 + 11 * k, 2.6, f"${k:+d}$" if k else "0", MUTED)
    inside = abs(x) <= 3
    ax.fill_between(50 + 11 * x[inside], 6, 6 + y[inside], color=OK, alpha=0.25, lw=0)
    words(ax, 66, 22, "within three errors:", OK, ha="left")
    words(ax, 66, 18.6, "it agrees", OK, ha="left")
    words(ax, 34, 22, "ours minus theirs,", INK, ha="right")
    words(ax, 34, 18.6, "in units of the error", INK, ha="right")


@sheet(26)
def bet_run_answer(ax):
    """What one does on each page: bet, touch, run, compare."""
    steps = (
        ("bet", "before you see", CRITICAL),
        ("touch", "a live figure", ACCENT),
        ("run", "a few lines", COLD),
        ("compare", "with its error", OK),
    )
    for k, (name, what, colour) in enumerate(steps):
        x = 13 + 24.6 * k
        box(ax, x - 9.5, 10, 19, 10, PAPER, colour, 1.8)
        words(ax, x, 15, name, colour, 16)
        words(ax, x, 5.6, what, INK)
        if k < 3:
            arrow(ax, (x + 10.2, 15), (x + 14.4, 15), INK, head=3.5)


@sheet(34)
def part_map(ax):
    """The parts of the course and what leads to what."""
    places = {
        "Zooming out": (17, 17, INK),
        "Fields": (50, 27, COLD),
        "Kondo": (50, 7, HOT),
        "Learning": (83, 17, ACCENT),
    }
    for a, b in (
        ("Zooming out", "Fields"),
        ("Zooming out", "Kondo"),
        ("Fields", "Learning"),
        ("Kondo", "Learning"),
    ):
        (x0, y0, _), (x1, y1, _) = places[a], places[b]
        arrow(
            ax,
            (x0 + 14.2, y0 + 0.25 * (y1 - y0)),
            (x1 - 14.2, y1 - 0.25 * (y1 - y0)),
            CTRL,
            1.2,
            head=4,
        )
    arrow(ax, (31.2, 17), (68.8, 17), ACCENT, 1.6)
    for name, (x, y, colour) in places.items():
        box(ax, x - 13, y - 4, 26, 8, PAPER, colour, 1.8)
        words(ax, x, y, name, colour, NORMAL)


@sheet(25)
def refute(ax):
    """A claim is graded by what could have refuted it."""
    stops = (
        (11, "question", INK),
        (37, "what would\nrefute it", HOT),
        (63, "run, with the\nsmallest effect", COLD),
        (89, "verdict", OK),
    )
    for (x, _, _), (nxt, _, _) in zip(stops, stops[1:], strict=False):
        arrow(ax, (x + 3.2, 19), (nxt - 3.2, 19), INK, 1.4, head=4)
    for k, (x, name, colour) in enumerate(stops):
        disc(ax, x, 19, 2.8, PAPER, colour, 2)
        words(ax, x, 19, str(k + 1), colour, NORMAL, zorder=6)
        words(ax, x, 13.6, name, colour, va="top")
    line(ax, (3, 3, 48, 48), (6.4, 5, 5, 6.4), MUTED, 1)
    words(ax, 25.5, 2.2, "written down before the run", MUTED)


@sheet(26)
def class_hour(ax):
    """An hour in class, cut into bets and answers."""
    pieces = (
        (0, 8, "bet", CRITICAL),
        (8, 26, "figure", ACCENT),
        (26, 44, "board", INK),
        (44, 54, "run", COLD),
        (54, 60, "bets", CRITICAL),
    )
    for start, end, name, colour in pieces:
        x0, x1 = 5 + 1.5 * start, 5 + 1.5 * end
        box(ax, x0, 11, x1 - x0, 8, PAPER, colour, 1.8)
        words(ax, (x0 + x1) / 2, 15, name, colour)
    for minutes in (0, 15, 30, 45, 60):
        x = 5 + 1.5 * minutes
        line(ax, (x, x), (8.4, 10), CTRL, 1)
        words(ax, x, 5.4, str(minutes), MUTED)
    words(ax, 50, 1.6, "minutes", MUTED)
    words(ax, 5, 23.6, "open a bet, show, derive, run, close the bet", INK, ha="left")


@sheet(26)
def sources(ax):
    """A number, the paper it comes from, the page that computes it again."""
    for x, name, what, colour in (
        (17, "a paper", "says it first", INK),
        (50, "a number", "with its error", ACCENT),
        (83, "a page", "finds it again", COLD),
    ):
        box(ax, x - 12, 10, 24, 9, PAPER, colour, 1.8)
        words(ax, x, 14.5, name, colour, NORMAL)
        words(ax, x, 5.4, what, INK)
    arrow(ax, (30, 14.5), (37, 14.5), INK)
    arrow(ax, (70, 14.5), (63, 14.5), INK)


@sheet(42)
def ridge_water_line(ax):
    """Modes by their variance over a water line, the renormalized ridge, that examples lower."""
    heights = 30 * np.arange(1, 13) ** -0.75
    level = 9.2
    for k, height in enumerate(heights):
        x = 8 + 4.6 * k
        learnt = height > level
        box(ax, x, 6, 3, height, fill=COLD if learnt else SURFACE, edge=COLD if learnt else CTRL)
    line(ax, (4, 66), (6 + level, 6 + level), CRITICAL, 2, ls="--")
    line(ax, (4, 66), (6, 6), INK)
    words(ax, 36, 2.4, "modes, by their variance $\\lambda_k$", MUTED)
    words(ax, 20, 36.5, "learnt", COLD, ha="left")
    words(ax, 68, 6 + level, "$\\kappa$, the ridge now", CRITICAL, ha="left")
    words(ax, 68, 8.6, "not learnt: they\nadd to the ridge", MUTED, ha="left")
    arrow(ax, (63, 27), (63, 6 + level + 1), ACCENT)
    words(ax, 68, 27, "more examples", ACCENT, ha="left")
