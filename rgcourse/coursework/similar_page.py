"""The page about papers that are alike: which, by how much, and the passages side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from . import door, standalone
from .key import Key
from .similar import MAX_PAIRS, Borrowed, Comparison, Pair, Paper

__all__ = ["page", "passages"]

MAX_SHOWN = 20  # pairs whose passages are shown
MAX_LINES = 80  # of a passage
AROUND = 2  # lines about what is alike

WORDS = {"code": "Code", "text": "Written answers"}


def page(
    key: Key,
    found: Sequence[Paper],
    kinds: Mapping[str, Comparison],
    numbers: Sequence[Borrowed],
) -> str:
    """The page as HTML.

    Parameters
    ----------
    key : Key
    found : sequence of Paper
        From `similar.papers`.
    kinds : dict of Comparison
        By "code" and "text".
    numbers : sequence of Borrowed
        From `similar.borrowed`.
    """
    body = [
        f"<h1>{escape(key.assignment.title)}: papers that are alike</h1>",
        "<p><b>This is a question, not an answer.</b> Two papers may be alike because one was "
        "copied, because two students worked together and were allowed to, because both had the "
        "same help, or by chance. Read the passages, and ask the students to explain them, before "
        "you think anything of anybody.</p>",
        f"<p>{len(found)} papers. What was handed out is left out, and so are names, comments and "
        "layout. A passage counts by how few papers of this class have it: <i>excess</i> is how "
        "much two papers share beyond what each shares with the others. The line is drawn by the "
        "class itself, so that an honest one has a pair above it once in a hundred times, if "
        "its tail is exponential; in a class where many have copied it lies too high.</p>",
    ]
    for kind, comparison in kinds.items():
        body.append(_kind(kind, found, comparison))
    body.append("<h2>Numbers of another student</h2>")
    if numbers:
        lines = [(one.student, one.of, one.what) for one in numbers]
        body.append(standalone.table(("paper of", "numbers of", "what"), lines, "Numbers"))
    else:
        body.append("<p>No paper has numbers that were given to somebody else.</p>")
    return standalone.page(
        f"Alike: {key.assignment.title}", "\n".join(body), style=standalone.resource("similar.css")
    )


def _kind(kind, found, comparison):
    title = f"<h2>{WORDS[kind]}</h2>"
    if comparison.line is None:
        told = f"{comparison.n} papers are too few to say what is usual: there is no line."
    else:
        told = f"The line is at {comparison.line:.1f}; {len(comparison.above())} pairs are above."
    above = set(comparison.above())
    lines = [
        (
            number, found[pair.one].student, found[pair.other].student, f"{pair.excess:.1f}",
            f"{pair.share:.0%}", "above the line" if pair in above else "",
        )
        for number, pair in enumerate(comparison.pairs[:MAX_PAIRS], 1)
    ]  # fmt: skip
    if not lines:
        return f"{title}\n<p>{told} No two papers share anything rare.</p>"
    table = standalone.table(
        ("", "one", "other", "excess", "share of the smaller", ""), lines, f"Pairs: {WORDS[kind]}"
    )
    shown = [
        _side_by_side(number, kind, found[pair.one], found[pair.other], pair, pair in above)
        for number, pair in enumerate(comparison.pairs[:MAX_SHOWN], 1)
    ]
    return f"{title}\n<p>{told}</p>\n{table}\n" + "\n".join(shown)


def _side_by_side(number, kind, one, other, pair, is_open):
    blocks = "\n".join(
        f'<div class="pair"><div class="side"><p class="muted">{escape(one.student)}</p>'
        f'<pre tabindex="0">{left}</pre></div><div class="side"><p class="muted">'
        f'{escape(other.student)}</p><pre tabindex="0">{right}</pre></div></div>'
        for left, right in passages(kind, one, other, pair)
    )
    return (
        f"<details{' open' if is_open else ''}><summary>{number}. {escape(one.student)} and "
        f"{escape(other.student)}: {pair.excess:.1f}</summary>\n{blocks}\n</details>"
    )


def passages(kind: str, one: Paper, other: Paper, pair: Pair) -> list[tuple[str, str]]:
    """The passages that two papers share, as HTML, side by side.

    Parameters
    ----------
    kind : str
        "code" or "text".
    one, other : Paper
    pair : Pair
        Of the two.
    """
    mine, theirs = one.prints[kind], other.prints[kind]
    places = [(mine[number], theirs[number]) for number in pair.common]
    meet = Counter((a.part, b.part) for a, b in places)
    best: dict[int, int] = {}
    for (here, there), _ in meet.most_common():
        best.setdefault(here, there)
    shown = []
    for here, there in sorted(best.items()):
        left = [a for a, _ in places if a.part == here]
        right = [b for _, b in places if b.part == there]
        if kind == "code":
            shown.append((_marked(one.code[here], left), _marked(other.code[there], right)))
        else:
            mine_text, their_text = [*one.written.values()], [*other.written.values()]
            shown.append((_spans(mine_text[here], left), _spans(their_text[there], right)))
    return shown


def _marked(source, places):
    """Lines of a cell, those that are alike marked; far from these, dots."""
    lines = source.split("\n")
    alike = {n for place in places for n in range(place.first, place.last + 1)}
    near = {n + step for n in alike for step in range(-AROUND, AROUND + 1)}
    told, dots = [], False
    for number, line in enumerate(lines, 1):
        if number not in near or len(told) >= MAX_LINES:
            if not dots:
                told.append("…")
            dots = True
            continue
        dots = False
        text = escape(door.paragraphs(line, 400))
        told.append(f"<mark>{text}</mark>" if number in alike and text.strip() else text)
    return "\n".join(told)


def _spans(text, places):
    """A text with what is alike marked."""
    told, end = [], 0
    for first, last in sorted((place.first, place.last) for place in places):
        if last <= end:
            continue
        first = max(first, end)
        if first > end:
            told.append(escape(text[end:first]))
        told.append(f"<mark>{escape(text[first:last])}</mark>")
        end = last
    return "".join([*told, escape(text[end : end + 400])])
