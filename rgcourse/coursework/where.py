"""Where in a student's notebook something has failed, by the numbers that Jupyter shows.

A process only claims a place. What is told to anybody is the notebook's own line, as it was handed
in, and only if the claim fits it.
"""

from collections.abc import Sequence

from .door import Place

__all__ = ["line_of", "number_of", "told"]

MAX_LINE = 100  # characters of a line that is shown


def number_of(cells: Sequence[str], index: int) -> int:
    """The number of a code cell, as Jupyter shows it after *restart and run all*.

    Cells with nothing in them are not run there and so are not counted.

    Examples
    --------
    >>> number_of(["a = 1", "  ", "b = 2"], 2)
    2
    """
    return sum(bool(cell.strip()) for cell in cells[: index + 1])


def line_of(cell: str, line: int, text: str) -> int | None:
    """The line of a cell, counted from 1, that a process calls number `line`; None if none fits.

    IPython leaves out empty lines at the beginning, and makes one of several that belong together.

    Parameters
    ----------
    cell : str
        Source of the cell, as handed in.
    line : int
        Number of the line in what has run.
    text : str
        The line as it has run, without spaces at its ends.
    """
    lines = [one.strip() for one in cell.split("\n")]
    above = next((n for n, one in enumerate(lines) if one), 0)
    if not text.strip():
        return None
    if 1 <= line + above <= len(lines) and lines[line + above - 1] == text.strip():
        return line + above
    same = [n for n, one in enumerate(lines, 1) if one and one == text.strip()]
    return same[0] if len(same) == 1 else None


def told(cells: Sequence[str], place: Place | None) -> tuple[str, str]:
    """A place in words, and the line of the notebook that stands there; empty where unknown.

    Examples
    --------
    >>> told(["a = 1", "b = 2\\nc = 1 / 0"], (1, 2, "c = 1 / 0"))
    ('cell 2, line 2', 'c = 1 / 0')
    """
    if place is None or not 0 <= place[0] < len(cells):
        return "", ""
    index, number, text = place
    cell = f"cell {number_of(cells, index)}"
    line = line_of(cells[index], number, text)
    if line is None:
        return cell, ""
    shown = cells[index].split("\n")[line - 1].strip()
    return f"{cell}, line {line}", shown[:MAX_LINE]
