"""What the marks of a class say about its questions, and which papers are unusually alike.

Written for whoever teaches: tables, one figure, and pages that need no server.
"""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from .._palette import LIGHT
from . import items, similar, standalone
from .items import CaseOf, Item, Marks
from .key import Key
from .tables import as_csv, replace

__all__ = ["figure", "items_page", "write"]


def write(
    grades: str | Path,
    key: Key,
    folder: str | Path,
    *,
    papers: str | Path | None = None,
    roster: Sequence[str] = (),
) -> str:
    """Write `items.html`, `items.csv`, `cases.csv` and `items.png` into a folder; in words, what.

    Parameters
    ----------
    grades : str or Path
        The table of marks, with its journal beside it.
    key : Key
    folder : str or Path
        Made if it is not there.
    papers : str or Path
        Submissions: then `similar.html` and `similar.csv` are written as well.
    roster : sequence of str
        For the names of these.

    Raises
    ------
    ValueError
        If there is no such table or journal, or they are of another assignment.
    """
    folder = Path(folder)
    marks = items.read(grades, key)
    found = items.analysed(marks, key.assignment.questions)
    cases = items.cases_of(marks, key)
    folder.mkdir(parents=True, exist_ok=True)
    picture = figure(found, cases)
    (folder / "items.png").write_bytes(picture)
    replace(folder / "items.csv", as_csv(_item_lines(found)))
    replace(folder / "cases.csv", as_csv(_case_lines(cases)))
    replace(folder / "items.html", items_page(key, marks, found, cases, picture), mode=0o600)
    told = f"{folder}: {len(found)} items of {len(marks)} papers"
    if papers is None:
        return told
    return f"{told}; {similar.write(papers, key, folder, roster=roster)}"


def _item_lines(found):
    yield (
        "item", "points", "students", "all points", "mean", "error of the mean", "discrimination",
        "its error", "remark", "commonest reasons", "recognised mistakes",
    )  # fmt: skip
    for one in found:
        mean = (
            (f"{one.mean.value:.3g}", f"{one.mean.error:.2g}") if one.mean is not None else ("", "")
        )
        told = one.discrimination
        sharp = (f"{told.value:.2f}", f"{told.error:.2f}") if told is not None else ("", "")
        yield (
            one.name, f"{one.most:g}", one.n, f"{one.right:.3f}", *mean, *sharp, one.why_not,
            _listed(one.reasons), _listed(one.mistakes),
        )  # fmt: skip


def _case_lines(cases):
    yield "question", "asked", "cases", "students", "right", "commonest reasons"
    for one in cases:
        yield (
            one.question, one.asked, f"{one.cases:g}", one.n, f"{one.right:.3f}",
            _listed(one.reasons),
        )  # fmt: skip


def _listed(reasons):
    return "; ".join(f"{count} x {text}" for text, count in reasons)


def items_page(
    key: Key, marks: Marks, found: Sequence[Item], cases: Sequence[CaseOf], picture: bytes
) -> str:
    """The page about the questions as HTML.

    Parameters
    ----------
    key : Key
    marks : Marks
        From `items.read`.
    found, cases : sequence
        From `items.analysed` and `items.cases_of`.
    picture : bytes
        From `figure`.
    """
    by_item = standalone.table(
        ("question", "of", "all points", "mean", "discrimination", "commonest reasons", "mistakes"),
        (
            (
                one.name,
                f"{one.most:g}",
                f"{one.right:.0%}",
                str(one.mean) if one.mean is not None else "",
                f"{told}" if (told := one.discrimination) is not None else f"({one.why_not})",
                _listed(one.reasons[:3]),
                _listed(one.mistakes[:3]),
            )
            for one in found
        ),
        "Questions",
    )
    by_case = standalone.table(
        ("question", "asked", "cases", "right", "commonest reasons"),
        (
            (one.question, one.asked, f"{one.cases:g}", f"{one.right:.0%}", _listed(one.reasons))
            for one in cases
        ),
        "Hidden cases, by what was asked; right means all of them",
    )
    absent = f", {marks.absent} more have no paper that was marked" if marks.absent else ""
    small = (
        f"<p><b>With {len(marks)} papers these numbers are rough:</b> look at the errors, and at "
        "the answers themselves, before you change a question.</p>"
        if len(marks) < 30
        else ""
    )
    code = base64.b64encode(picture).decode()
    body = (
        f"<h1>{escape(key.assignment.title)}: its questions</h1>\n"
        f"<p>{len(marks)} papers{absent}. Points are out of the column <i>of</i>. "
        "Discrimination is the correlation of a question with all the others together: a question "
        "near zero does not tell who knows the rest, a negative one deserves a look at its cases. "
        "Its error is that of a jackknife over the students. Questions that a person reads count "
        "once all of their points are there.</p>\n"
        f"{small}\n"
        '<p class="plate"><img alt="Shares of points, and discrimination, of each question; '
        f'the table below has the numbers" src="data:image/png;base64,{code}"></p>\n'
        f"{by_item}\n<h2>Hidden cases</h2>\n{by_case}"
    )
    return standalone.page(f"Questions: {key.assignment.title}", body)


def figure(found: Sequence[Item], cases: Sequence[CaseOf]) -> bytes:
    """A figure as PNG: mean share of points and its error with the shares of cases, discrimination.

    Parameters
    ----------
    found, cases : sequence
        From `items.analysed` and `items.cases_of`.
    """
    import matplotlib.style
    from matplotlib.figure import Figure

    with matplotlib.style.context("rgcourse.course"):
        drawn = Figure(figsize=(8.5, 1.1 + 0.42 * len(found)), layout="constrained")
        left, right = drawn.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        for place, one in enumerate(found):
            if one.mean is not None:
                share, error = one.mean.value / one.most, one.mean.error / one.most
                left.barh(place, share, height=0.55, color=LIGHT["cold"], alpha=0.25)
                left.errorbar(share, place, xerr=error, color=LIGHT["cold"], fmt="o")
            for case in (case for case in cases if case.question == one.name):
                left.plot(case.right, place + 0.36, "|", color=LIGHT["accent"], markersize=7)
            told = one.discrimination
            if told is not None:
                right.errorbar(told.value, place, xerr=told.error, color=LIGHT["ink"], fmt="o")
            else:
                right.text(0.02, place, "none", va="center", color=LIGHT["muted"])
        left.set(xlim=(0, 1.02), xlabel="mean share of the points (bar); right, by case (ticks)")
        left.set_yticks(range(len(found)), [_plain(one.name) for one in found])
        left.set_ylim(len(found) - 0.4, -0.6)
        right.axvline(0, color=LIGHT["ctrl"], linewidth=0.8, linestyle="-")
        right.set(xlim=(-1.05, 1.05), xlabel="discrimination")
        right.spines.left.set_visible(False)
        right.tick_params(axis="y", length=0)
        made = io.BytesIO()
        drawn.savefig(made, format="png", dpi=150)
    return made.getvalue()


def _plain(name):
    """A name that matplotlib does not take for a formula."""
    return name.replace("$", r"\$")
