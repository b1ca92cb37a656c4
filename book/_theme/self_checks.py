"""Sphinx extension: below an exercise a place for an answer, which says whether it is right.

What is asked and what is right, covered, is the package's (`rgcourse.answers`); the script
`rg-answers.js`, which `static/late.js` loads, judges with the package's own code. Without scripts
the forms stay hidden, and the exercise is as it was.
"""

import json
import re
from html import escape

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from rgcourse.answers import checks
from rgcourse.answers.checks import LETTERS, WORDS

HINT = "0.44, 1/2 or 4.4e-1; a measured value as 0.441 ± 0.002 or 0.441(2)"
SEVERAL = "; a semicolon or a space between two numbers"
FOR_PAGE = {"choose": "Choose an answer first."}


def setup(app):
    app.add_post_transform(AskBelow)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


class AskBelow(SphinxPostTransform):
    """Adds the form of its self-check to each exercise that has one."""

    default_priority = 250
    formats = ("html",)

    def run(self, **kwargs):
        by_label = {check.label: check for check in checks().values()}
        found = [
            (node, by_label[node["label"]])
            for node in self.document.findall(is_exercise)
            if node["label"] in by_label
        ]
        for node, check in found:
            node += nodes.raw("", form(check), format="html")
        if found:
            words = json.dumps(WORDS | FOR_PAGE, ensure_ascii=False).replace("<", "\\u003c")
            script = f'<script type="application/json" class="rg-self-words">{words}</script>'
            self.document += nodes.raw("", script, format="html")


def is_exercise(node):
    return type(node).__name__ in ("exercise_node", "exercise_enumerable_node")


def form(check):
    """The form of a check as HTML; hidden until a script answers it."""
    key = f"answer-{check.label}"
    ask = f'<span class="rg-self-word">Your answer.</span> {in_html(check.ask)}'
    data = {
        "check": check.name,
        "sealed": check.sealed,
        "n": check.n,
        "mistakes": json.dumps(check.mistakes, ensure_ascii=False),
    }
    attributes = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    body = choices(check, key, ask) if check.choices else line(check, key, ask)
    in_jupyter = "In Jupyter: <code></code>"  # which the script fills, from `data-check`
    hint = "" if check.choices else f"{HINT}{SEVERAL if check.n > 1 else ''}. "
    return (
        f'<form class="rg-self"{attributes} hidden>{body}'
        f'<output class="rg-self-said" role="status"></output>'
        f'<p class="rg-self-hint" id="{key}-hint">{hint}{in_jupyter}</p></form>'
    )


def line(check, key, ask):
    """A line to type in."""
    return (
        f'<label for="{key}">{ask}</label><span class="rg-self-line">'
        f'<input type="text" id="{key}" aria-describedby="{key}-hint" autocomplete="off" '
        f'autocapitalize="off" spellcheck="false" maxlength="300"/>'
        f"{BUTTON}</span>"
    )


def choices(check, key, ask):
    """Answers to choose from."""
    options = "".join(
        f'<label><input type="radio" name="{key}" value="{letter}"/> '
        f"({letter}) {in_html(words)}</label>"
        for letter, words in zip(LETTERS, check.choices, strict=False)
    )
    return f"<fieldset><legend>{ask}</legend>{options}</fieldset>{BUTTON}"


BUTTON = '<button type="submit">Check</button>'


def in_html(text):
    """A text with code between backticks and stress between asterisks."""
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
    return re.sub(r"\*(\w[^*<]*)\*", r"<em>\1</em>", text)
