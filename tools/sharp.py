"""The figures of a page as it is stored: vector where that is small, else twice the pixels.

A page is executed with both formats. What is kept is the SVG, unless it holds a picture (lattices,
colour maps), is larger than `SVG_BYTES`, or would make the page too large: then the PNG, in the few
colours that a figure has. Vector figures are made small and always the same bytes; the book draws
them in the colours of either theme (`book/_theme/figures.py`).
"""

import base64
import io
import re

import nbformat
from PIL import Image
from PIL.PngImagePlugin import PngInfo

SVG, PNG = "image/svg+xml", "image/png"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SVG_BYTES = 70_000
PAGE_BYTES = 392_000  # of a page, whose limit is 400 kB
POINTS = "text_points"  # in a PNG: the size of its smallest text
DOTS_PER_INCH = 200  # of a PNG: two for each of the screen, at the scale of the style sheet

# For the kernel. The style sheet fixes the salt of the identifiers.
KERNEL_OPTIONS = ["--InlineBackend.figure_formats={'svg', 'retina'}"]


def sharp(notebook):
    """The notebook with one format for each figure that has both; changes it in place."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    both = [output for output in outputs if {SVG, PNG} <= set(output.get("data", {}))]
    spare = []  # what can still become pixels: (bytes of the SVG, output, its PNG)
    for output in both:
        size = output.metadata.get(PNG, {})
        svg = small_svg(renamed(output.data.pop(SVG)))
        png = few_colours(output.data.pop(PNG), smallest_text(svg))
        if WIDGET_VIEW in output.data or "<image" in svg or len(svg) > SVG_BYTES:
            show_pixels(output, png, size)
        else:
            output.data[SVG] = svg
            output.metadata.pop(PNG, None)
            spare.append((len(svg), len(spare), output, png, size))
    for _, _, output, png, size in sorted(spare, key=lambda one: -one[0]):
        if len(nbformat.writes(notebook, version=4).encode()) <= PAGE_BYTES:
            break
        if len(png) < len(output.data[SVG]):
            del output.data[SVG]
            show_pixels(output, png, size)
    return notebook


def show_pixels(output, png, size):
    """Puts a PNG into an output, with the size at which it is shown."""
    output.data[PNG] = png
    output.metadata[PNG] = size


def renamed(svg):
    """The same with names in their order: matplotlib's hang on a salt that a page need not set."""
    found = dict.fromkeys(re.findall(r' id="([\w.-]+)"', svg))
    names = {name: f"n{k}" for k, name in enumerate(found)}
    return re.sub(
        r'( id="|#)([\w.-]+)(?=[")])',
        lambda m: m[1] + names.get(m[2], m[2]),
        svg,
    )


def small_svg(svg):
    """A vector figure of matplotlib without what no picture needs, and always the same bytes.

    The date, comments and names that nothing refers to go; places are kept to a hundredth of a
    point, outlines of letters are whole numbers anyway.
    """
    svg = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S
    )
    used = set(re.findall(r"#([\w.-]+)[\")]", svg))
    svg = re.sub(r' id="([\w.-]+)"', lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(
        r'(?<=[ "])(d|x|y|points|width|height)="([^"]*)"',
        lambda m: f'{m[1]}="{rounded(" ".join(m[2].split()))}"',
        svg,
    )
    svg = re.sub(r"translate\([^)]*\)", lambda m: rounded(m[0]), svg)
    svg = re.sub(r"([A-Zz]) (?=[-\d])", r"\1", svg)
    svg = re.sub(r"(?<=\d) (?=[A-Z]|z)|: (?=[#\w])|; (?=\w)", lambda m: m[0].strip(), svg)
    svg = re.sub(r">\s+<", "><", svg).strip()
    return svg if "'" in svg else svg.replace('"', "'")  # which JSON would write as two letters


def rounded(places):
    """The numbers of a text to two decimals, without trailing zeros."""
    return re.sub(r"-?\d+\.\d+", lambda found: f"{round(float(found[0]), 2) + 0:.10g}", places)


def smallest_text(svg):
    """Points of the smallest text of a figure, indices and exponents apart; 0 without text."""
    sizes = [float(size) for size in re.findall(r"scale\(([\d.]+) -[\d.]+\)", svg)]
    return round(100 * min(sizes, default=0), 2)


def few_colours(png, points):
    """A PNG (base64) in at most 256 colours, that says how small its text is."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    colours = image.getcolors(256)
    few = image.quantize(256, dither=Image.Dither.NONE) if colours is None else image.quantize(256)
    words = PngInfo()
    words.add_text(POINTS, f"{points:g}")
    file = io.BytesIO()
    dots = (DOTS_PER_INCH, DOTS_PER_INCH)
    few.save(file, "PNG", optimize=True, dpi=dots, pnginfo=words)
    return base64.b64encode(file.getvalue()).decode()
