"""Power counting: sort the terms of a field, and let a sampled field judge what grows."""

from typing import Any

import traitlets

from ..field_theory.one_site import SHIFTS, WARM_UP, mass_shift, one_site_table
from ._declare import Button, Mark, Slider, Toggle, Whole, plot
from ._front import LiveFigure, seeded, text

__all__ = ["PowerCounting"]

D_RANGE = (1, 6)
MOST_FIELDS, GRADIENTS = 8, (0, 2, 4)
SIDES, MOST_SITES = (2, 3, 4, 6, 8), 8000  # of the lattices that are sampled
STARTS = ("¼", "½", "1", "2", "4", "8", "16")  # u, from 2**-2
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸"


def term_name(fields, gradients):
    """A term with so many fields, two of them with half of the gradients each."""
    if not gradients:
        return "φ" + ("" if fields == 1 else SUPERSCRIPTS[fields])
    bare = term_name(fields - 2, 0) if fields > 2 else ""
    return bare + {2: "(∇φ)²", 4: "(∇²φ)²"}[gradients]


# name, fields, gradients; a gradient of one field alone is nothing but a boundary
TERMS = tuple(
    (term_name(n, p), n, p)
    for p in GRADIENTS for n in range(2 if p else 1, MOST_FIELDS + 1)
)  # fmt: skip


class PowerCounting(LiveFigure):
    """Which terms of a field grow as one zooms out? Sort them, then ask a sampled field.

    Left a board with a cell for each number of fields and of gradients. While it is covered, a
    press marks a cell as a term that grows at the Gaussian fixed point; uncovered, it shows the
    exponents of `rgcourse.field_theory.coupling_dimension` and which marks are right. Right the
    coupling u of phi**4, measured: periodic lattices of b**d sites are sampled with u at the start,
    and zoomed out by b each is one site, whose u follows from the moments of its mean
    (`rgcourse.field_theory.one_site`). The exponent y that fits all sides best stands beside the
    counted one, which is that of a small u.

    Parameters
    ----------
    d : float
        Dimension of space, 1 to 6; in whole dimensions there are lattices.
    start : int
        Coupling at the start, u = 2**start, -2 to 4.
    term : int
        The term that is framed, a number of the list, from 1.
    shown : {False, True}
        Whether the board is uncovered.
    running : bool
        Whether the fields are sampled as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `marked`, the numbers of the terms that are marked, and of the sampled fields
    the exponent `y` with its `error`, 0 while there is none.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> figure = PowerCounting(d=3)
    """

    title = text("Which couplings survive zooming out?")
    try_line = text(
        "mark every term that grows in three dimensions, then show the exponents. Where one is "
        "zero, counting is silent. Ask the field: go to d = 4, set u to 8 and run. Does u stand "
        "still?"
    )

    d = Slider(*D_RANGE, 3, step=0.1, fine=0.05, digits=2, label="Dimension d", name="d",
               marks=[Mark(d, f"{d}") for d in range(2, D_RANGE[1])])  # fmt: skip
    start = Whole(-2, 4, 0, label="Start with u", name="u at the start", values=STARTS, keys="u")
    term = Whole(1, len(TERMS), 4, label="Term", name="term", values=[t[0] for t in TERMS],
                 keys="t")  # fmt: skip
    mark = Button("Mark as growing", key="m")
    shown = Toggle("Show the exponents", key="e", off=False, on=True, hint="exponents")
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    marked = traitlets.List(traitlets.Int()).tag(sync=True, follow=True)
    y = traitlets.Float().tag(sync=True)
    error = traitlets.Float().tag(sync=True)
    readouts = {"sorted": "sorted", "grow": "grow", "counted": "φ⁴ counted",
                "sampled": "φ⁴ sampled"}  # fmt: skip
    plots = {
        "board": plot(("fields n", 0.5, MOST_FIELDS + 0.5), ("gradients p", -1, 5),
                      drop=("term", "")),
        "growth": plot(("zoom factor b", 0.9, 9.5), ("u after the zoom / u", 0.4, 20), log="xy"),
    }  # fmt: skip

    def __init__(self, d: float = 3, *, seed: int = 1974, **frame: Any) -> None:
        super().__init__(d=d, **seeded(seed), **frame)

    @property
    def constants(self) -> dict[str, Any]:
        """The terms, and what the page must know to sample lattices and to read them."""
        return {
            "terms": TERMS,
            "gradients": GRADIENTS,
            "warm_up": WARM_UP,
            "steps": SHIFTS,
            "shifts": {d: shifts(d) for d in range(D_RANGE[0], D_RANGE[1] + 1)},
            "one_site": [[round(k, 9), float(f"{u:.6g}")] for k, u in one_site_table().tolist()],
        }

    legend = (
        "Left: a cell for each number of fields and gradients. One term stands for all with as "
        "many, and n = 2, p = 2 is the gradient that keeps its coefficient ½. Right: u of a field "
        "on periodic lattices of bᵈ sites that is seen from so far that it is one site, from the "
        "second and fourth moment of its mean (rgcourse.field_theory, compiled). Each starts with "
        "the same u, and with the r that leaves the one site none at first order. Line: b to the "
        "counted power, which a small u must follow; what is sampled is all that waves on the "
        "lattice add. Sampled y: the power that fits all sides best."
    )


def shifts(d):
    """Pairs of a side and how much of r the phi**4 term makes up there, per u."""
    return [[b, mass_shift(b, d)] for b in SIDES if b**d <= MOST_SITES]
