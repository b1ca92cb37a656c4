"""Sphinx extension: `{downloads}`, the book as files that a reader can take along.

They hang on the newest release of the repository that `_config.yml` names; where it names none,
the page says how they are made, and links nothing.
"""

from citation import repository
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FILES = {  # as `make release` calls them
    "zooming_out.pdf": ("the book as a PDF", "to print, or to read without a screen of one's own"),
    "zooming_out.zip": ("the book as a folder", "unpacked, its index.html opens without a network, "
                        "with all figures alive"),
    "notebooks.zip": ("the pages as notebooks", "with the package that they import"),
}  # fmt: skip


def setup(app):
    app.add_directive("downloads", Downloads)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


class Downloads(SphinxDirective):
    """The files of a release, one an item."""

    def run(self):
        return offered(repository())


def offered(address):
    """The list of files, linked where `address` is that of a repository, and how they are made."""
    listed = nodes.bullet_list()
    for name, (what, use) in FILES.items():
        words = [nodes.strong("", what)]
        if address:
            uri = f"{address.rstrip('/')}/releases/latest/download/{name}"
            words = [nodes.reference("", "", *words, refuri=uri)]
        line = nodes.paragraph("", "", *words, nodes.Text(f" ({name}): {use}"))
        listed += nodes.list_item("", line)
    if address:
        return [listed]
    made = nodes.paragraph("", "", nodes.literal("", "make release"))
    made += nodes.Text(" makes them all, in the folder ")
    made += [nodes.literal("", "_build"), nodes.Text(".")]
    return [listed, made]
