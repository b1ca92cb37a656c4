"""The card of a page: its title and its own first picture on paper, as links to it show them.

Drawn with the fonts of the book by Pillow; the same page always gives the same bytes.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from rgcourse._palette import LIGHT

FONTS = Path(__file__).parent / "static" / "fonts"
SERIF, SANS = (f"{name}-latin-wght-normal.woff2" for name in ("source-serif-4", "inter"))
SIZE = 1200, 630  # pixels, the proportion that everybody asks for
EDGE = 64
GAP = 48
WIDE = 1.9  # pictures wider than that stand above the words, others beside them
HEADROOM = 300  # pixels that a picture above the words may have
NAME = "Learning by Zooming Out"


def write(path, title, second="", picture=None):
    """Draw the card of a page to `path` as PNG; `picture` is a file, or None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    card(title, second, Image.open(picture) if picture else None).save(path, compress_level=6)


def card(title, second="", picture=None):
    """The card as an image."""
    sheet = Image.new("RGB", SIZE, LIGHT["bg"])
    pen = ImageDraw.Draw(sheet)
    width, height = SIZE[0] - 2 * EDGE, SIZE[1] - 2 * EDGE
    left, top, column = EDGE, EDGE, width
    if picture is not None:
        above = picture.width > WIDE * picture.height
        room = (width, HEADROOM) if above else (width // 2, height)
        shown = fitted(on_paper(picture), room)
        at = (
            (EDGE, EDGE) if above else (SIZE[0] - EDGE - shown.width, (SIZE[1] - shown.height) // 2)
        )
        sheet.paste(shown, at)
        frame = (at[0] - 1, at[1] - 1, at[0] + shown.width, at[1] + shown.height)
        pen.rectangle(frame, outline=LIGHT["rule"])
        if above:
            top += shown.height + GAP // 2
        else:
            column = width - shown.width - GAP
    words(pen, (left, top, left + column, SIZE[1] - EDGE), title, second)
    return sheet


def words(pen, box, title, second):
    """Title and second name from the top of a box, the name of the book at its foot."""
    left, top, right, bottom = box
    pen.text((left, bottom), NAME, LIGHT["accent"], font(SANS, 28, 550), anchor="ls")
    for size in (68, 60, 52, 44, 38, 32):
        lines = broken(title, font(SERIF, size, 600), right - left)
        below = broken(second, font(SANS, 28, 400), right - left) if second else []
        if len(lines) * size * 1.12 + len(below) * 38 + 16 <= bottom - 56 - top:
            break
    for line in lines:
        pen.text((left, top), line, LIGHT["ink"], font(SERIF, size, 600))
        top += round(size * 1.12)
    top += 16
    for line in below:
        pen.text((left, top), line, LIGHT["muted"], font(SANS, 28, 400))
        top += 38


def font(name, size, weight):
    made = ImageFont.truetype(str(FONTS / name), size)
    made.set_variation_by_axes([weight])
    return made


def broken(text, face, width):
    """A text in lines that are no wider than `width`, if no word is."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def on_paper(picture):
    """A picture without transparency."""
    picture = picture.convert("RGBA")
    paper = Image.new("RGBA", picture.size, LIGHT["bg"])
    return Image.alpha_composite(paper, picture).convert("RGB")


def fitted(picture, room):
    """A picture as large as the room allows."""
    scale = min(room[0] / picture.width, room[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)
