"""Pages for whoever marks: one file each, which fetches nothing and runs nothing but its own.

What students wrote is escaped. Should a text get through all the same, the policy in the head of
the page lets no script and no style work but those whose digests stand there.
"""

import base64
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from importlib.resources import files

from .. import _palette

__all__ = ["page", "resource", "table"]

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body{about}>
{body}
{script}</body>
</html>
"""


def page(
    title: str, body: str, *, style: str = "", script: str = "", about: dict[str, str] | None = None
) -> str:
    """A page that stands alone.

    Parameters
    ----------
    title : str
        As text; it is escaped here.
    body : str
        As HTML: whoever makes it has escaped what is not his own.
    style, script : str
        Its own, beside the common style; they are put into the page.
    about : dict
        Attributes `data-...` of the body.
    """
    style = f"{_colours()}{resource('page.css')}{style}"
    policy = [
        "default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'",
        f"style-src '{_digest(style)}'",
    ]  # fmt: skip
    if script:
        policy.append(f"script-src '{_digest(script)}'")
    said = "".join(f' data-{name}="{escape(value)}"' for name, value in (about or {}).items())
    return HEAD.format(
        policy="; ".join(policy),
        title=escape(title),
        style=style,
        about=said,
        body=body,
        script=f'<script type="module">{script}</script>\n' if script else "",
    )


def resource(name: str) -> str:
    """The text of a file in the folder `page` of this package."""
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def table(head: Iterable[object], lines: Iterable[Iterable[object]], caption: str = "") -> str:
    """A table as HTML, every cell of it escaped; it scrolls in itself where it is too wide."""
    top = "".join(f'<th scope="col">{escape(str(cell))}</th>' for cell in head)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in line) + "</tr>"
        for line in lines
    )
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption or "table")}">'
        f"<table>{told}<thead><tr>{top}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _colours():
    light, dark = (
        "".join(f"--{role}:{colour};" for role, colour in palette.items())
        for palette in (_palette.LIGHT, _palette.DARK)
    )
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _digest(text):
    """As a browser takes it; carriage returns would be lost on its way there."""
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()
