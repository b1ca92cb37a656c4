"""Pictures in the outputs of a notebook, as a page may show them: decoded, small, drawn anew.

An output is what a student says that a cell has shown. Nothing here makes it true.
"""

import base64
import binascii
import io
import json
from typing import Any

__all__ = ["pictures", "redrawn"]

MAX_TEXT = 6_000_000  # characters of a picture in the notebook
MAX_PIXELS = 6_000_000  # before it is made smaller
MAX_SIDE = 900  # pixels, afterwards
MAX_EACH = 6  # pictures of a question
MAX_TRIED = 60  # of a notebook; each takes time to decode


def pictures(content: bytes) -> tuple[dict[str, list[bytes]], int]:
    """PNG pictures of a notebook by the question that they follow, and how many were left out.

    Parameters
    ----------
    content : bytes
        Of a file that `door.notebook` has accepted.

    Returns
    -------
    dict of str to list of bytes
        `{question: [PNG, ...]}`, each drawn anew.
    int
        Pictures that are none, are too large, or are too many.
    """
    found: dict[str, list[bytes]] = {}
    question, left_out, tried = "", 0, 0
    for cell in json.loads(content)["cells"]:
        about = _dict(_dict(cell.get("metadata")).get("rgcourse")).get("question")
        question = about if isinstance(about, str) else question
        for text in _encoded(cell):
            made = None
            if len(found.get(question, ())) < MAX_EACH and tried < MAX_TRIED:
                made, tried = _decoded(text), tried + 1
            if made is None:
                left_out += 1
            else:
                found.setdefault(question, []).append(made)
    return found, left_out


def redrawn(content: bytes) -> bytes | None:
    """A PNG drawn anew, with at most `MAX_SIDE` pixels a side; None if it is none or is too large.

    Parameters
    ----------
    content : bytes
        Whatever says that it is one.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as found:
            if found.width * found.height > MAX_PIXELS:
                return None
            picture = found.convert("RGBA")
            paper = Image.new("RGBA", picture.size, "white")
            flat = Image.alpha_composite(paper, picture).convert("RGB")
        flat.thumbnail((MAX_SIDE, MAX_SIDE))
        made = io.BytesIO()
        flat.quantize(64).save(made, "PNG")
        return made.getvalue()
    except Exception:  # a decoder raises what it likes at broken data
        return None


def _encoded(cell):
    """Texts of the PNG pictures of a cell: what it has shown, and what was dropped into it."""
    outputs = cell.get("outputs")
    shown = [_dict(out).get("data") for out in outputs] if isinstance(outputs, list) else []
    dropped = [*_dict(cell.get("attachments")).values()]
    for bundle in [*shown, *dropped]:
        text: Any = _dict(bundle).get("image/png")
        if isinstance(text, list) and all(isinstance(part, str) for part in text):
            text = "".join(text)
        if isinstance(text, str):
            yield text


def _decoded(text):
    if len(text) > MAX_TEXT:
        return None
    try:
        return redrawn(base64.b64decode(text, validate=False))
    except (binascii.Error, ValueError):
        return None


def _dict(value):
    return value if isinstance(value, dict) else {}
