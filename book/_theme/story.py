"""Sphinx extension: code that folds, so that a page can be read as a story.

The input of every cell stands in a `<details>` with a line that says what it holds. It is open, but
for imports and for what the page itself folds (`hide-input`); `static/story.js` closes all of them
where the reader wants the story. Without JavaScript all is as the page has it.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import NodeMatcher

ORDINARY = "Show code cell source"  # what myst-nb says where the page says nothing


def setup(app):
    app.add_node(FoldedCode, html=(visit, depart))
    app.add_post_transform(FoldCode)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


class FoldedCode(nodes.Element):
    """The input of a cell, with `words` for its line, `code` after them, and whether it is open."""


def visit(self, node):
    code = f" <code>{self.encode(node['code'])}</code>" if node["code"] else ""
    fold, shown = ("open ", "rg-code rg-shown") if node["open"] else ("", "rg-code")
    self.body.append(
        f'<details {fold}class="{shown}">\n<summary>{self.encode(node["words"])}{code}</summary>\n'
    )


def depart(self, node):
    self.body.append("</details>\n")


class FoldCode(SphinxPostTransform):
    default_priority = 201  # after myst-nb has folded what the page folds
    formats = ("html",)

    def run(self, **kwargs):
        for source in list(self.document.findall(NodeMatcher(nodes.container))):
            if source.get("nb_element") != "cell_code_source":
                continue
            parent = source.parent
            code = source.astext()
            if not isinstance(parent, HideCodeCellNode):
                source.replace_self(folded(source, only_imports(code), said=""))
            elif len(parent.children) == 1:
                said = parent["prompt_show"]
                parent.replace_self(folded(source, True, said if said != ORDINARY else ""))


def folded(source, closed, said):
    """The input of a cell, ready to fold; `said` is what the page itself says of it."""
    lines = source.astext().strip().splitlines()
    count = f"{len(lines)} lines" if len(lines) > 1 else "1 line"
    imports = "Imports" if only_imports(source.astext()) else ""
    words = said or imports or f"Code, {count}:"
    fold = FoldedCode(open=not closed, words=words, code="" if said or imports else gist(lines))
    fold += source.deepcopy()
    return fold


def only_imports(code):
    """Whether a cell imports, and beyond that at most picks a style and makes a generator."""
    plumbing = ("import ", "from ", "plt.style", "rng = ", "#", ")", " ")
    lines = [line for line in code.splitlines() if line.strip()]
    return any(line.startswith(("import ", "from ")) for line in lines) and all(
        line.startswith(plumbing) for line in lines
    )


def gist(lines):
    """The line by which a reader knows the code: what it defines, or else where it begins."""
    told = [line for line in lines if line.strip() and not line.startswith(("import ", "from "))]
    defined = [line for line in told if line.startswith(("def ", "class "))]
    line = (defined or told or lines or [""])[0]
    return line.strip().removesuffix(":").lstrip("# ")
