"""The sentences of a page are bound to its outputs: rules, each `rule(notebook) -> complaints`.

A cell tagged `sentences` asserts what the text says, with the words of the text as its message:

    assert abs(y_t.z_score(1)) < 3, "the third vote agrees with the exact exponent"

When the number drifts, the assert fails; when the sentence is edited, it is no longer in the text,
and `asserts_its_own_words` complains. What must be bound:

- every number with a decimal point or an error (`numbers_have_a_source`),
- every sentence of *What we found*, every row of a table of verdicts, and every sentence that says
  "agrees", "within two errors" and the like (`verdicts_are_asserted`).

A number may instead stand in `book/quoted.toml`, with its source.

What no rule sees, and a reader must: a fragment turned round by the words before or after it
("nobody should believe that ..."), a sentence added with other words for "agrees", and a source in
`quoted.toml` that is not a page or an entry of the ledger.
"""

import ast
import builtins
import re
import tokenize
import tomllib
from functools import cache
from io import StringIO
from pathlib import Path

import pages  # tools/pages.py
from nbformat import NotebookNode
from page_text import code_cells, first_line, markdown, pictures, tags

from rgcourse.reference import MIME as CHECK_MIME
from rgcourse.reference import entries, entry

ROOT = Path(__file__).resolve().parents[1]
END = " ¶ "  # between paragraphs
MOST_SKIPPED = 8  # words between two parts of a fragment
FEWEST_WORDS = 4  # of a fragment: less would be found anywhere
WORDS_A_COLON = 28


# --- the text ---------------------------------------------------------------------------------


def plain(text):
    """Text without emphasis, its white space single: what fragments are compared in."""
    return re.sub(r"\s+", " ", text.replace("*", "").replace("\u00a0", " ")).strip()


def without_fences(text):
    """Markdown without blocks of code, and without the lines that fence and set up directives."""
    kept, fences = [], []
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|:{3,})\s*(\{[\w:-]+\})?(.*)", line)
        if not mark:
            if not (fences and (fences[-1][1] or re.match(r"\s*:[\w-]+:", line))):
                kept.append(line)
            continue
        fence, name, rest = mark.groups()
        if not name and not rest.strip() and fences and fences[-1][0] == fence:
            fences.pop()
        elif not (fences and fences[-1][1]):
            fences.append((fence, not name or "code" in name))
            kept.append(rest if name and "solution" not in name else "")
    return "\n".join(kept)


def without_code(text):
    """Markdown without code, option lines, targets of links, roles and comments."""
    text = without_fences(text)
    text = re.sub(r"(?s)<!--.*?-->|^---$", " ", text)
    text = re.sub(r"\{[\w:]+\}`[^`]*`", " ", text)
    text = re.sub(r"\]\([^)]*\)|<a [^>]*>", "]", text)
    return re.sub(r"`[^`\n]*`", " ", text)


def captions(notebook):
    """Captions and alternative texts that authors wrote; those of live figures are their own."""
    found = []
    for cell in code_cells(notebook):
        about = cell.metadata.get("mystnb", {})
        if any(pages.WIDGET_VIEW in output.get("data", {}) for output in cell.outputs):
            about = {"figure": about.get("figure", {})}
        found += [about.get("figure", {}).get("caption"), about.get("image", {}).get("alt")]
    return [text for text in found if text]


def whole_text(notebook):
    """Everything that is read: the Markdown, the captions, the alternative texts."""
    return paragraphs("\n\n".join([markdown(notebook), *captions(notebook)]))


def paragraphs(text):
    """Plain text that keeps where a paragraph, an item or a title ends."""
    parts = re.split(r"\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |#|\|))|(?<=#)\n", text)
    return END.join(map(plain, parts))


# --- what is asserted -------------------------------------------------------------------------


def sentence_cells(notebook):
    """The cells that assert what the text says."""
    return [cell for cell in code_cells(notebook) if pages.SENTENCES in tags(cell)]


def asserted(notebook):
    """The fragments of text that are asserted, in order; cells that are no asserts give none."""
    found = []
    for cell in sentence_cells(notebook):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
                found += [plain(str(part)) for part in str(node.msg.value).split(" ... ")]
    return found


def asserts_its_own_words(notebook):
    """Cells tagged `sentences` have asserts alone; each tests something, in words of the text."""
    text, complaints = whole_text(notebook), []
    for cell in sentence_cells(notebook):
        for node in ast.parse(cell.source).body:
            if not isinstance(node, ast.Assert):
                complaints.append(f"{first_line(cell)} does more than assert; move it up one cell")
                continue
            if not isinstance(node.msg, ast.Constant) or not isinstance(node.msg.value, str):
                complaints.append(f"`{ast.unparse(node)}` has no sentence as its message")
                continue
            complaints += [
                f"`{ast.unparse(part)}` tests nothing that was computed"
                for part in empty_parts(node.test)
            ]
            parts = [plain(part) for part in node.msg.value.split(" ... ")]
            if len(" ".join(parts).split()) < FEWEST_WORDS:
                complaints.append(f"{node.msg.value!r} has less than {FEWEST_WORDS} words")
            complaints += misplaced(parts, text)
    return complaints


def is_computed(node):
    """Whether an expression has a name that the page has given to something."""
    names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return any(not hasattr(builtins, name) for name in names)


def empty_parts(test):
    """The parts of a condition that are true or false whatever the page computes."""
    if isinstance(test, ast.BoolOp):
        return [part for value in test.values for part in empty_parts(value)]
    if isinstance(test, ast.Compare):
        sides = [test.left, *test.comparators]
        pairs = zip(sides, sides[1:], strict=False)
        return [test] if any(not is_computed(a) and not is_computed(b) for a, b in pairs) else []
    return [] if is_computed(test) else [test]


def misplaced(parts, text):
    """Complaints about fragments that are not in the text, in order and near to one another."""
    ended = None
    for part in parts:
        place = text.find(part, ended or 0)
        if place < 0:
            return [f"asserted, but not in the text: {part!r}"]
        skipped = text[ended:place] if ended is not None else ""
        if END.strip() in skipped or len(skipped.split()) > MOST_SKIPPED:
            return [f"{' ... '.join(parts)!r} skips a paragraph, or more than eight words"]
        ended = place + len(part)
    return []


def asserts_are_tagged(notebook):
    """What says `this-seed` is a cell of sentences; those say in words that they mean this run."""
    complaints = []
    for cell in code_cells(notebook):
        if pages.THIS_SEED not in tags(cell):
            continue
        if pages.SENTENCES not in tags(cell):
            complaints.append(f"{first_line(cell)} is tagged this-seed, but not sentences")
    return complaints


def spans(text, fragments):
    """Where the fragments lie in the text: (start, end) of every occurrence."""
    return [
        (found.start(), found.end())
        for fragment in fragments
        for found in re.finditer(re.escape(fragment), text)
    ]


def sentences(text):
    """(start, end) of the sentences of a text, roughly: up to a full stop before a capital."""
    ends = [m.end() for m in re.finditer(r"[.!?][)\"'”]?(?= +[A-Z$\[(|*\\-])| ¶ ", text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def bound(span, where):
    """Whether a piece of text overlaps with one of those in `where`."""
    return any(start < span[1] and span[0] < end for start, end in where)


def inside(span, where):
    """Whether a piece of text lies within one of those in `where`."""
    return any(start <= span[0] and span[1] <= end for start, end in where)


VERDICT = re.compile(
    r"(?<!spins )(?<!neighbours )\b(dis)?agree[sd]?\b|\bagreement (with|of ours)\b"
    r"|\b(within|beyond|outside) \S+( \S+)?( of)?( (its|their|our))?( own)?"
    r"( standard| statistical)? error(s|\b(?! of))( bars?)?"
    r"|\berror bars? (off|away|apart)\b|\berrors (off|away|apart|below|above)\b",
    re.IGNORECASE,
)


def findings(notebook):
    """The paragraph or list of *What we found*, without its title; empty where there is none."""
    found = re.search(
        r"\*\*What we found[.:]?\*\*(.*?)(?=\*\*Read next|\Z)", markdown(notebook), re.DOTALL
    )
    return paragraphs(without_code(found[1])) if found else ""


def verdict_rows(notebook):
    """The rows of every table that has a column `verdict`."""
    rows, inside = [], False
    for line in markdown(notebook).splitlines():
        if not line.lstrip().startswith("|"):
            inside = False
        elif re.search(r"\|\s*\**verdict\**\s*\|", line, re.IGNORECASE):
            inside = True
        elif inside and not re.fullmatch(r"[|\s:-]+", line):
            rows.append(plain(line))
    return rows


def cited_numbers(notebook):
    """Numbers that others have found: of the ledger's entries that the page checks, and quoted."""
    records = [
        o.get("data", {}).get(CHECK_MIME, {}) for c in code_cells(notebook) for o in c.outputs
    ]
    items = [entry(record["key"]) for record in records if record.get("key") in entries()]
    numbers_quoted = [
        n.split("(")[0] for n in quoted().get(name_of(notebook), {}) if n[0].isdigit()
    ]
    return [item.value for item in items] + [float(n) for n in numbers_quoted]


def verdicts_are_asserted(notebook, general=None, elsewhere=None):
    """Findings, rows of verdicts and sentences with verdicts overlap what is asserted. A row may
    be bound on another page instead, or be declared to state no result.
    """
    general = general_of(notebook) if general is None else general
    elsewhere = elsewhere_of(notebook) if elsewhere is None else elsewhere
    fragments, complaints = asserted(notebook), []
    text = findings(notebook)
    held = spans(text, fragments)
    for span in sentences(text):
        words = text[slice(*span)].strip(" ¶")
        if len(words.split()) >= FEWEST_WORDS and not bound(span, held):
            complaints.append(f"*What we found* says, and nothing asserts: {words!r}")
    known = cited_numbers(notebook)
    for found in numbers(text):
        if not inside(found.span("digits"), held) and not has_source(found, known):
            complaints.append(f"*What we found* has {found[0].strip()} outside of what is asserted")
    for row in verdict_rows(notebook):
        if not spans(row, [*fragments, *map(plain, [*general, *elsewhere])]):
            complaints.append(f"a row of verdicts that nothing asserts: {row[:90]!r}")
    text = whole_text(notebook)
    held = spans(text, [*fragments, *map(plain, general)])
    for found in VERDICT.finditer(text):
        if not inside(found.span(), held):
            near = text[max(0, found.start() - 60) : found.end() + 40]
            complaints.append(f"a verdict that nothing asserts: {found[0]!r} in `...{near}...`")
    for fragment in general:
        if not spans(text, [plain(fragment)]):
            complaints.append(f"quoted.toml lists {fragment!r}, which is not in the text")
    for fragment, source in elsewhere.items():
        complaints += wrong_elsewhere(notebook, plain(fragment), source)
    return complaints


def wrong_elsewhere(notebook, fragment, source):
    """Complaints about a row that rests on another page: the row names this page, which has the
    row's numbers and asserts sentences of its own.
    """
    rows = [row for row in verdict_rows(notebook) if spans(row, [fragment])]
    if not rows:
        return [f"quoted.toml lists {fragment!r}, which is in no row of verdicts"]
    kind, _, name = source.partition(" ")
    path = ROOT / f"book/{name}.ipynb"
    if kind != "page" or not path.exists():
        return [f"quoted.toml: {fragment!r} rests on {source!r}, which is no page"]
    page, (row, *_) = pages.read(path), rows
    complaints = []
    if f"{path.stem})" not in row:
        complaints.append(f"{fragment!r} rests on {name}, which its row does not name")
    if not asserted(page):
        complaints.append(f"{fragment!r} rests on {name}, which asserts nothing")
    values = printed(page) + literals(code_cells(page))
    return complaints + [
        f"{written(found)} beside {fragment!r} is not printed by the page {name}"
        for found in numbers(without_code(row))
        if not has_source(found, values)
    ]


# --- where numbers come from ------------------------------------------------------------------

NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d+(?:\.\d+)?)(?:\((?P<error>\d+(?:\.\d+)?)\))?"
    r"(?:\s*(?:\\times|\\cdot|\\,|×|·)+\s*10\s*\^\s*\{?(?P<power>[-−]?\d+)\}?)?"
    r"(?P<percent>\s*(?:\\?%|\\,\\%|per cent|per mille))?"
)


def numbers(text):
    """Every number of a text that has a decimal point or an error in brackets, in order."""
    for found in NUMBER.finditer(text):
        if "." in found["digits"] or found["error"]:
            yield found


def written(found):
    """A number as it stands in the text, without what follows: the key of `quoted.toml`."""
    error = f"({found['error']})" if found["error"] else ""
    return f"{found['digits']}{error}"


def as_values(found):
    """[(value, half of its last digit), ...] of a number of the text and of its error."""
    scale = 10.0 ** int((found["power"] or "0").replace("−", "-"))
    places = len(found["digits"].partition(".")[2])
    last = 10.0**-places
    pairs = [(float(found["digits"]) * scale, 0.5 * last * scale)]
    if found["error"]:
        unit = 1.0 if "." in found["error"] else last
        step = 10.0 ** -len(found["error"].partition(".")[2]) if unit == 1.0 else last
        pairs.append((float(found["error"]) * unit * scale, 0.5 * step * scale))
    if found["percent"]:
        share = 1e-3 if "mille" in found["percent"] else 1e-2
        pairs = [(value * share, half * share) for value, half in pairs] + pairs
    return pairs


def has_source(found, values):
    """Whether the number, and its error if it has one, is among the values, to its precision."""

    def there(value, half):
        return any(abs(abs(v) - value) <= half * (1 + 1e-9) + 1e-15 for v in values)

    pairs = as_values(found)
    if not found["percent"]:
        return all(there(*pair) for pair in pairs)
    middle = len(pairs) // 2
    return all(there(*p) for p in pairs[:middle]) or all(there(*p) for p in pairs[middle:])


def printed(notebook):
    """The numbers that the page's outputs show, and those of the ledger that it checks against."""
    found = []
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if pages.WIDGET_VIEW in data:
                continue
            texts = [output.get("text", ""), output.get("evalue", "")]
            texts += [data.get(kind, "") for kind in ("text/plain", "text/markdown", "text/latex")]
            texts.append(re.sub(r"<[^>]*>", " ", data.get("text/html", "")))
            for text in map("".join, texts):
                text = re.sub(r"[×·]\s*10\^?\{?([-−]?\d+)\}?", r"e\1", text.replace("−", "-"))
                found += map(float, re.findall(r"(?<![\w.])\d+\.?\d*(?:e[-+]?\d+)?", text))
                found += [error for _, error in with_errors(text)]
            record = data.get(CHECK_MIME, {})
            found += [v for v in record.values() if isinstance(v, int | float)]
            if (key := record.get("key")) in entries():
                item = entry(key)
                found += [item.value, item.error, item.tolerance, item.bound]
    return found


def with_errors(text):
    """(value, error) of every 1.234(5) in a text."""
    for value, error in re.findall(r"(\d+\.\d+)\((\d+)\)", text):
        places = len(value.partition(".")[2])
        yield float(value), float(error) * 10.0**-places


def sections(notebook):
    """The cells of the page from one title `##` to the next, as notebooks."""
    parts = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            parts.append([])
        parts[-1].append(cell)
    return [NotebookNode(cells=cells) for cells in parts]


def literals(cells):
    """The numbers that code has: sizes, couplings, what is asserted."""
    found = []
    for cell in cells:
        for token in tokenize.generate_tokens(StringIO(cell.source).readline):
            if token.type == tokenize.NUMBER and "j" not in token.string.lower():
                value = ast.literal_eval(token.string)
                found.append(float(value))
    return found


@cache
def quoted():
    """`book/quoted.toml`: {page: {number: source, ..., "general": {...}, "elsewhere": {...}}}."""
    return tomllib.loads((ROOT / "book/quoted.toml").read_text(encoding="utf-8"))


def name_of(notebook):
    """The page's name: the key of its table in `quoted.toml`."""
    return notebook.metadata.get("name", "")


def general_of(notebook):
    """Fragments of the page that have the words of a verdict and state no result of it."""
    return quoted().get(name_of(notebook), {}).get("general", {}).get("fragments", [])


def elsewhere_of(notebook):
    """{fragment: "page part/name"}: rows of verdicts whose test is on another page."""
    return quoted().get(name_of(notebook), {}).get("elsewhere", {})


def numbers_have_a_source(notebook, quotes=None):
    """Every number with a decimal point or an error is printed, asserted or quoted, or it is set in
    the code of its section.
    """
    if quotes is None:
        quotes = quoted().get(name_of(notebook), {})
        quotes = {k: v for k, v in quotes.items() if k not in ("general", "elsewhere")}
    everywhere = printed(notebook) + literals(sentence_cells(notebook))
    complaints, used = [], set()
    for section in sections(notebook):
        values = everywhere + literals(code_cells(section))
        for text in (markdown(section), *captions(section)):
            for found in numbers(without_code(text)):
                number = written(found)
                if number in quotes:
                    used.add(number)
                elif not has_source(found, values):
                    near = plain(found.string[max(0, found.start() - 50) : found.end() + 20])
                    complaints.append(
                        f"{number} in `...{near}...` is not printed by this page to that "
                        "precision, not in the code of its section, and not in book/quoted.toml"
                    )
    complaints += [
        f"quoted.toml has {n}, which the text has not" for n in sorted(set(quotes) - used)
    ]
    return complaints + [c for n, s in quotes.items() if (c := wrong_source(n, s))]


def wrong_source(number, source):
    """A complaint if the source is a page or an entry of the ledger that has not this number."""
    kind, _, name = source.partition(" ")
    found = NUMBER.match(number)
    if not found or found.end() < len(number) and not found["percent"]:
        return f"quoted.toml: {number!r} is no number"
    if kind == "page":
        path = ROOT / f"book/{name}.ipynb"
        if not path.exists():
            return f"quoted.toml: {number} is of the page {name}, which is not there"
        page = pages.read(path)
        if not has_source(found, printed(page) + literals(code_cells(page))):
            return f"quoted.toml: {number} is not printed by the page {name}"
    if kind == "ledger":
        if name not in entries():
            return f"quoted.toml: {number} is of the entry {name}, which is not there"
        if not has_source(found, [entry(name).value, entry(name).error]):
            return f"quoted.toml: {number} is not what the ledger has as {name}"
    return None


# --- how it reads -----------------------------------------------------------------------------


def reads_without_halts(notebook):
    """At most one colon or semicolon in 28 words: a full stop or a comma reads better."""
    text = without_code(markdown(notebook))
    text = re.sub(r"(?s)\$\$.*?\$\$|\$[^$]*\$", " ", text)
    text = re.sub(r"(?m)^(\s*\||#).*$", " ", text)
    halts, words = len(re.findall(r"[:;](?=\s)", text)), len(re.findall(r"[A-Za-z]{2,}", text))
    if halts * WORDS_A_COLON > words:
        return [
            f"{halts} colons and semicolons in {words} words, expected at most one in "
            f"{WORDS_A_COLON}: cut {halts - words // WORDS_A_COLON}"
        ]
    return []


def folds_what_only_draws(notebook):
    """A cell that draws a figure is tagged `hide-input`, with words for what is folded."""
    complaints = []
    for cell in code_cells(notebook):
        if not pictures(cell):
            continue
        if "hide-input" not in tags(cell):
            complaints.append(f"{first_line(cell)} draws a figure and is not tagged hide-input")
        elif not cell.metadata.get("mystnb", {}).get("code_prompt_show"):
            complaints.append(f"{first_line(cell)} is folded without code_prompt_show")
    return complaints


SENTENCE_RULES = (
    asserts_its_own_words,
    asserts_are_tagged,
    numbers_have_a_source,
    verdicts_are_asserted,
    reads_without_halts,
    folds_what_only_draws,
)
