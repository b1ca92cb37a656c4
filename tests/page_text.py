"""Reading the text of a notebook: its cells, MyST directives and headings."""

import re
from collections import namedtuple

import pages  # tools/pages.py


def markdown(notebook):
    """The text of all markdown cells."""
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def code_cells(notebook):
    """The code cells, without the Colab cell."""
    return [c for c in notebook.cells if c.cell_type == "code" and not pages.is_colab_cell(c)]


def first_line(cell):
    """How a complaint names a cell: by its first line."""
    return f"cell `{cell.source.strip().splitlines()[0][:60]}`" if cell.source.strip() else "a cell"


def tags(cell):
    return cell.metadata.get("tags", [])


def lines_of(cell):
    """The lines of a cell that are not blank."""
    return [line for line in cell.source.splitlines() if line.strip()]


def pictures(cell):
    """The figures of a code cell, PNG or SVG: not the stills of widgets."""
    outputs = [output.get("data", {}) for output in cell.outputs]
    shown = [data for data in outputs if pages.WIDGET_VIEW not in data]
    kinds = ("image/svg+xml", "image/png")
    return [data[kind] for data in shown for kind in kinds if kind in data]


Directive = namedtuple("Directive", "name argument options body")


def directives(text):
    """All MyST directives in a text, nested ones too: ```` ```{name} argument ```` or `:::`."""
    found, lines, n = [], text.splitlines(), 0
    while n < len(lines):
        opening = re.match(r"\s*(`{3,}|:{3,})\s*\{([\w:-]+)\}\s*(.*)$", lines[n])
        n += 1
        if not opening:
            continue
        fence, name, argument = opening.groups()
        closing = re.compile(rf"\s*{fence[0]}{{{len(fence)},}}\s*$")
        inside = []
        while n < len(lines) and not closing.match(lines[n]):
            inside.append(lines[n])
            n += 1
        n += 1
        pairs = [re.match(r"\s*:([\w-]+):\s*(.*)$", line) for line in inside]
        options = {pair[1]: pair[2].strip() for pair in pairs if pair}
        body = "\n".join(inside)
        found += [Directive(name, argument.strip(), options, body), *directives(body)]
    return found


def headings(text):
    """(level, title, text up to the next heading) of every heading outside code fences."""
    found, fence = [], None
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|:{3,})", line)
        if mark and fence is None:
            fence = mark[1]
        elif mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence):
            fence = None
        heading = re.match(r"(#{1,6})\s+(.*)$", line)
        if heading and fence is None:
            found.append((len(heading[1]), heading[2].strip(), []))
        elif found:
            found[-1][2].append(line)
    return [(level, title, "\n".join(below)) for level, title, below in found]
