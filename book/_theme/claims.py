"""Sphinx extension: the table of claims becomes cards, and a map of them.

The data stay in one place, the table of the page: a table whose columns have the names below. Each
row becomes a card with its grade, what speaks for it and against it, its test, what that found and
what it would have seen; above them stands a map, a number for each claim, grouped by grade. Both
are whole without scripts; `static/claims.js` adds the choice of a grade.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform

NAMES = ("claim", "grade", "strongest objection", "tested", "verdict", "strongest support", "power")
LINES = (  # of a card, in this order
    ("strongest support", "for it"),
    ("strongest objection", "against it"),
    ("tested", "test"),
    ("verdict", "found"),
    ("power", "would have seen"),
)
GRADES = {  # how the cell begins: (class, title)
    "theorem": ("theorem", "Theorems"),
    "controlled approximation": ("controlled", "Controlled approximations"),
    "metaphor": ("metaphor", "Metaphors"),
}
UNTESTED = "not tested here"  # and behind a colon what a test would take
OTHER = ("other", "Observed, defined, refuted")
CAPTION = (
    "The claims, by grade. Filled: tested in this book. Double line: tested by half. Dashed: not "
    "tested here. Each number leads to its card."
)


def setup(app):
    app.add_transform(ClaimCards)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


class ClaimCards(SphinxTransform):
    """A table of claims is replaced by a map and a list of cards."""

    default_priority = 400  # before references and citations in the cells are looked for

    def apply(self, **kwargs):
        for table in list(self.document.findall(nodes.table)):
            header = [entry.astext() for entry in table.findall(nodes.entry)][: len(NAMES) + 1]
            if tuple(header[1:]) == NAMES:
                claims = [as_claim(row) for row in next(table.findall(nodes.tbody))]
                cards = nodes.bullet_list(classes=["rg-claims"], bullet="-")
                cards.extend(map(card, claims))
                table.replace_self([chart(claims), cards])


def as_claim(row):
    """{column: the nodes of its cell}, with the class of the grade and whether it was tested."""
    number, *cells = row.children
    claim = {name: list(cell.children) for name, cell in zip(NAMES, cells, strict=True)}
    grade, tested = (words(claim[name]) for name in ("grade", "tested"))
    start = next((key for key in GRADES if grade.startswith(key)), None)
    claim["number"] = number.astext().strip()
    claim["class"] = GRADES.get(start, OTHER)[0]
    half = "half" in tested
    claim["state"] = "no" if tested.startswith(UNTESTED) else "half" if half else "yes"
    return claim


def words(children):
    return " ".join(child.astext() for child in children)


def inline(children):
    """The inline nodes of a cell, whose text is one paragraph."""
    return [node for child in children for node in child.children]


def card(claim):
    classes = ["rg-claim", f"rg-grade-{claim['class']}", f"rg-tested-{claim['state']}"]
    item = nodes.list_item(classes=classes, ids=[f"claim-{claim['number']}"])
    grade = nodes.paragraph("", f"{claim['number']}. ", classes=["rg-claim-grade"])
    grade.extend(inline(claim["grade"]))
    title = nodes.paragraph("", "", *inline(claim["claim"]), classes=["rg-claim-words"])
    lines = nodes.definition_list()
    for name, label in LINES:
        body = nodes.paragraph("", "", *inline(claim[name]))
        if body.astext() != "none":
            term, definition = nodes.term("", label), nodes.definition("", body)
            lines += nodes.definition_list_item("", term, definition)
    item.extend([grade, title, lines])
    return item


def chart(claims):
    """The map: a line for each grade, a linked number for each claim."""
    lines = []
    for kind, title in [*GRADES.values(), OTHER]:
        some = [claim for claim in claims if claim["class"] == kind]
        tiles = "".join(
            f'<li class="rg-tested-{claim["state"]}"><a href="#claim-{claim["number"]}" '
            f'aria-label="Claim {claim["number"]}">{claim["number"]}</a></li>'
            for claim in some
        )
        lines.append(
            f'<div class="rg-grade-{kind}"><p>{title} <span>{len(some)}</span></p>'
            f"<ol>{tiles}</ol></div>"
        )
    html = (
        f'<figure class="rg-claims-map">{"".join(lines)}<figcaption>{CAPTION}</figcaption></figure>'
    )
    return nodes.raw("", html, format="html")
