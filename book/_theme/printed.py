"""Sphinx extension: what a cell prints, told apart by whether its lines may break.

On a phone a sentence may go on below, and a table must not. A printed text whose lines do not stand
in columns gets the class `rg-sentences`, whose lines `static/phone.css` lets break.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

COLUMN = re.compile(r"\S {2,}\S")  # two words with more than a space between them
ARRAY = re.compile(r"\s*\[")


def setup(app):
    app.add_post_transform(MarkSentences)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def in_columns(text):
    """Whether two lines or more are rows of a table or of an array."""
    lines = text.splitlines()
    return any(sum(bool(kind(line)) for line in lines) > 1 for kind in (COLUMN.search, ARRAY.match))


class MarkSentences(SphinxPostTransform):
    default_priority = 202
    formats = ("html",)

    def run(self, **kwargs):
        for block in self.document.findall(nodes.literal_block):
            if "stream" in block["classes"] and not in_columns(block.astext()):
                block["classes"].append("rg-sentences")
