"""Drawings of coursework and reuse: what a submission sees, what a link to a hub does, what a
licence allows.
"""

from .pen import (
    ACCENT,
    COLD,
    CTRL,
    HOT,
    INK,
    MUTED,
    NORMAL,
    OK,
    PAPER,
    SURFACE,
    arrow,
    box,
    sheet,
    words,
)  # fmt: skip


@sheet(46)
def marking_box(ax):
    """What goes into the process of a submission, what comes out, and what never goes in."""
    for y, name in ((34, "notebook"), (22, "inputs")):
        box(ax, 3, y - 4, 21, 8, PAPER, COLD, 1.6)
        words(ax, 13.5, y, name, COLD)
        arrow(ax, (24.5, y), (36, y), COLD)
    box(ax, 37, 16, 28, 26, SURFACE, INK, 5)
    words(ax, 51, 34, "the student's\ncode", INK, NORMAL)
    words(ax, 51, 22.5, "no network, no\nfiles, few seconds", MUTED)
    arrow(ax, (66.5, 28), (76, 28), OK)
    box(ax, 76.5, 22.5, 21, 11, PAPER, OK, 1.6)
    words(ax, 87, 28, "answers,\nplain data", OK)
    box(ax, 24, 2, 41, 8, PAPER, HOT, 1.6)
    words(ax, 44.5, 6, "key, expected values", HOT)
    arrow(ax, (65.5, 6), (76, 6), HOT)
    arrow(ax, (87, 22), (87, 11), OK)
    words(ax, 87, 6, "points", ACCENT, 17)


@sheet(30)
def hub(ax):
    """From a link to a kernel, over one package that nobody can change."""
    stops = ((11, "link", INK), (37, "copy in\nthe home", COLD), (63, "page", COLD))
    for x, name, colour in (*stops, (89, "kernel", OK)):
        box(ax, x - 9, 16, 18, 10, PAPER, colour, 1.6)
        words(ax, x, 21, name, colour)
    for x in (20.5, 46.5, 72.5):
        arrow(ax, (x, 21), (x + 7, 21), INK)
    box(ax, 28, 2, 70, 7.5, SURFACE, CTRL, 1.6)
    words(ax, 63, 5.7, "one package for all, read-only", INK)
    arrow(ax, (89, 10), (89, 15.5), CTRL)


@sheet(28)
def reuse(ax):
    """What the licence of the text and that of the code allow and ask for."""
    for y, name, allowed, asked, colour in (
        (21, "text, figures", "share, change, teach", "and name us", COLD),
        (7, "code", "use it anywhere", "and keep its notice", OK),
    ):
        box(ax, 3, y - 5, 30, 10, PAPER, colour, 1.6)
        words(ax, 18, y, name, colour, NORMAL)
        arrow(ax, (34.5, y), (45, y), colour)
        words(ax, 47, y + 2.6, allowed, INK, ha="left")
        words(ax, 47, y - 2.6, asked, INK, ha="left")


@sheet(44)
def storeys(ax):
    """The three storeys of the package: each stands on those below it."""
    for y, wide, name, modules, colour in (
        (31, 54, "show and mark", "plotting, widgets, coursework", ACCENT),
        (17, 74, "methods, a subject each", "samplers, mcrg, resummation, nrg, rbm, ...", COLD),
        (3, 94, "foundations", "statistics, sweeps, flows, exact, reference, ...", OK),
    ):
        box(ax, 50 - wide / 2, y, wide, 11, PAPER, colour, 1.6)
        words(ax, 50, y + 7.6, name, colour, NORMAL)
        words(ax, 50, y + 3.2, modules, INK)
