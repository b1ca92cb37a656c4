"""Sphinx extension: the figures of the book, sharp and in the colours of the page.

* A vector figure becomes two pictures, one for each theme; the style sheet shows one of them, and
  the browser loads no other. A figure of pixels stays on its light plate.
* Each picture says how large it is, so that the page does not move when it comes.
* On a telephone a figure shrinks until its letters would be too small, then scrolls in its box.
* A drawing (a picture from `images/drawings`, alone in its paragraph, with a paragraph in italics
  below) becomes a figure with a caption; Jupyter shows the same Markdown as picture and text.
"""

import hashlib
import re
from pathlib import Path

from docutils import nodes
from PIL import Image
from recolour import dark, least_width, size, smallest_text
from sphinx.transforms.post_transforms import SphinxPostTransform

DRAWINGS = "images/drawings/"
NARROWEST = 340  # pixels: what needs no more does not scroll, on any telephone
DOTS_PER_INCH = 100  # at which pictures are shown


def setup(app):
    app.connect("config-inited", dress)
    app.connect("html-page-context", give_shapes)
    app.add_post_transform(ShowDrawings)
    app.add_post_transform(ShowFigures)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def dress(app, config):
    config.html_css_files.append(("figures.css", {"priority": 620}))
    config.html_js_files.append(("figures.js", {"defer": "defer"}))


def give_shapes(app, pagename, templatename, context, doctree):
    """Measures as attributes, not as a style: a picture that shrinks then keeps its shape, and its
    place before it comes."""

    def with_attributes(tag):
        style = r'style="width: ([\d.]+)px; height: ([\d.]+)px;"'
        return tag[0] if "rgw-still" in tag[0] else re.sub(style, r'width="\1" height="\2"', tag[0])

    if "body" in context:
        context["body"] = re.sub(r"<img\b[^>]*>", with_attributes, context["body"])


class ShowDrawings(SphinxPostTransform):
    """Picture and caption become one figure, without a number."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs):
        for image in list(self.document.findall(is_drawing)):
            paragraph = image.parent
            if not isinstance(paragraph, nodes.paragraph) or len(paragraph) > 1:
                continue
            name = f"drawing-{Path(image['uri']).stem}"  # not in the list of numbers
            figure = nodes.figure("", image, classes=["rg-drawing"], ids=[name])
            caption = next_in(paragraph)
            if is_italic(caption):
                caption.parent.remove(caption)
                figure += nodes.caption("", "", *caption[0].children)
            paragraph.replace_self(figure)


def is_drawing(node):
    return isinstance(node, nodes.image) and DRAWINGS in node["uri"]


def next_in(node):
    """The next node of the same parent, or None."""
    after = node.parent.index(node) + 1
    return node.parent[after] if after < len(node.parent) else None


def is_italic(node):
    """Whether this is a paragraph of italics and nothing else."""
    return isinstance(node, nodes.paragraph) and [type(c) for c in node] == [nodes.emphasis]


class ShowFigures(SphinxPostTransform):
    """Vector figures in both themes, and the measures of all."""

    default_priority = 6  # after myst-nb has chosen one format of each output
    formats = ("html",)

    def run(self, **kwargs):
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.env.srcdir, image["uri"])
            if "rgw-still" in image.get("classes", []) or not path.exists():
                continue
            if path.suffix == ".svg":
                self.show_vector(image, path)
            elif path.suffix == ".png":
                self.show_pixels(image, path)

    def show_vector(self, image, path):
        svg = path.read_text(encoding="utf-8")
        measure(image, *size(svg))
        twin = image.deepcopy()
        image["classes"] = [*image.get("classes", []), "rg-light"]
        twin["classes"] = [*twin.get("classes", []), "rg-dark"]
        twin["uri"] = self.dark_file(svg)
        twin["candidates"] = {"*": twin["uri"]}
        self.env.images.add_file(self.env.docname, twin["uri"])
        in_box(image, [image.deepcopy(), twin], least_width(size(svg)[0], smallest_text(svg)))

    def show_pixels(self, image, path):
        with Image.open(path) as picture:
            points = float(picture.info.get("text_points", 0))
            dots = round(picture.info.get("dpi", (DOTS_PER_INCH,))[0])
            width, height = (round(side * DOTS_PER_INCH / dots) for side in picture.size)
        measure(image, width, height)
        in_box(image, [image.deepcopy()], least_width(width, points))

    def dark_file(self, svg):
        """Where the figure is in the colours of the dark theme, relative to the source."""
        text = dark(svg)
        folder = Path(self.env.app.outdir).parent / "jupyter_execute"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.svg"
        path.write_text(text, encoding="utf-8")
        return path.relative_to(self.env.srcdir).as_posix()


def measure(image, width, height):
    """Says how large the picture is. It is no link to itself: there is no more to see."""
    image["width"], image["height"] = str(width), str(height)
    image["classes"] = [*image.get("classes", []), "no-scaled-link"]


def in_box(image, pictures, least):
    """Puts the pictures in the place of the image, in a box that may scroll where they must."""
    if least > NARROWEST:
        opening = f'<div class="rg-scroll" style="--rg-least: {least}px">'
        pictures = [raw(opening), *pictures, raw("</div>")]
    here = image.parent.index(image)
    image.parent[here : here + 1] = pictures  # `replace_self` would give its classes to the box


def raw(html):
    return nodes.raw("", html, format="html")
