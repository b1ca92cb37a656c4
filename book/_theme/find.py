"""Sphinx extension: the search of the book, in place of Sphinx's own.

Sphinx stems words before it asks whether they are stop words, so that *Ising* became *is* and was
found nowhere; it knows no second names, no Greek, no synonyms, and quotes print-outs. This one
writes

* `_static/find/index.js`: titles, second names, headings, the glossary, and for each word the
  sections that have it. No request but that of a script, so that it works from a folder;
* `_static/find/text-N.js`: the prose of a page, asked for when the page is shown as a result.

How words are compared stands here in `tokens` and once more in `static/find.js`; a test runs every
title and every term through both.
"""

import json
import re
import shutil
import unicodedata
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from terms import PAGE, anchor, forms, terms

STOP = frozenset(
    "a an and are as at be but by for from has have if in into is it its no not of on or so such "
    "than that the their then there these they this those to was we were which will with you your"
    .split()
)  # fmt: skip
GREEK = {"ς": "σ", "ϕ": "φ", "ϵ": "ε", "ϑ": "θ", "µ": "μ", "∂": "d"}
LETTERS = dict(zip("øłđæœß", ["o", "l", "d", "ae", "oe", "ss"], strict=True))
# The longest first; at least four letters stay, three before a plain plural.
ENDINGS = (
    "izations izational ization izing izers izer ized izes ize ational ations ation ating ators "
    "ator ated ates ate ities ity ings ing ions ion ies ed es e y s"
).split()
SIGNS = {
    name: chr(0x3B1 + i)
    for i, name in enumerate(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "finalsigma sigma tau upsilon phi chi psi omega".split()
    )
} | {
    "varepsilon": "ε", "varphi": "φ", "Delta": "Δ", "Gamma": "Γ", "Lambda": "Λ", "Sigma": "Σ",
    "Omega": "Ω", "Phi": "Φ", "Psi": "Ψ", "Theta": "Θ", "pm": "±", "times": "×", "approx": "≈",
    "to": "→", "infty": "∞", "langle": "⟨", "rangle": "⟩", "lvert": "|", "rvert": "|", "ln": "ln ",
    "exp": "exp ", "tanh": "tanh ", "le": "≤", "ge": "≥", "ll": "≪", "gg": "≫", "cdot": "·",
    "sim": "~", "ne": "≠", "propto": "∝", "dots": "…", "ldots": "…", "prime": "′",
}  # fmt: skip
LONG = 30  # letters of a formula that can still be quoted
NO_PROSE = (nodes.literal_block, nodes.comment, nodes.raw, nodes.math_block, nodes.image)

try:
    from names import second_name
except ImportError:  # the names of the side bar are another extension's matter

    def second_name(docname):
        return ""


def setup(app):
    app.connect("builder-inited", replace_search)
    app.connect("html-collect-pages", write_index)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def replace_search(app):
    app.builder.search = False  # Sphinx's index; our page of that name is in `write_index`


# --- words -------------------------------------------------------------------------------------


def folded(text):
    """The text in small Latin letters: no accents, Greek by name, an index joined to its letter."""
    small = "".join(GREEK.get(c, c) for c in text.lower())
    plain = unicodedata.normalize("NFKD", small)
    out = []
    for letter in plain:
        if unicodedata.combining(letter):
            continue
        out.append(LETTERS.get(letter) or named(letter))
    text = re.sub(r"['’]s\b", "", "".join(out))
    text = re.sub(r"\b([a-z0-9])/([a-z0-9])\b", r"\1\2", text)  # 1/f
    return re.sub(r"_\{?([a-z0-9]+)\}?", r"\1", text)


def named(letter):
    """A Greek letter by its name, any other as it is."""
    if not "α" <= letter <= "ω":
        return letter
    name = unicodedata.name(letter).split()[-1].lower()
    return f" {'lambda' if name == 'lamda' else name} "


def tokens(text):
    """The words of a text as the index has them."""
    words = re.split(r"[^a-z0-9]+", folded(text))
    return [stem(word) for word in words if len(word) > 1 and word not in STOP]


def stem(word):
    """The word without its ending; the British one counts as the American."""
    word = re.sub(r"(?<=[a-z]{4})is(?=(e|ed|es|er|ers|ing|ation|ations|ational)$)", "iz", word)
    word = re.sub(r"our(?=s?$)", "or", word) if len(word) > 5 else word
    for ending in ENDINGS:
        if word.endswith(ending) and not (ending == "s" and word[-2:] in ("ss", "us", "is")):
            root = word[: -len(ending)]
            if len(root) >= (3 if ending == "s" else 4):
                return root
    return word


# --- pages -------------------------------------------------------------------------------------


def prose(node, no=NO_PROSE):
    """The text of a node without code, print-outs and what is not shown."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, nodes.math):
        return spoken(node.astext())
    if isinstance(node, no) or node.get("nb_element") == "cell_code_source":
        return ""
    if node.get("nb_element") == "mime_bundle":
        return " ".join(prose(child) for child in node.findall(nodes.caption))
    if isinstance(node, (nodes.section, nodes.title, addnodes.desc, addnodes.index)):
        return ""
    inner = "".join(prose(child, no) for child in node.children)
    return inner if isinstance(node, nodes.Inline) else inner + " "


def spoken(tex):
    """A formula as a line of text can quote it: a short one in letters, a long one as dots."""
    tex = re.sub(r"\\(?:mathrm|mathbf|text|operatorname|left|right)(?![a-z])|\\[,;! ]", "", tex)
    tex = re.sub(r"\\([A-Za-z]+)", lambda found: SIGNS.get(found[1], found[0]), tex)
    tex = re.sub(r"(?<=_) ", "", re.sub(r"\s+", " ", re.sub(r"[{}]", "", tex))).strip()
    return "…" if "\\" in tex or len(tex) > LONG else tex


def sections(doctree):
    """[[id, heading, prose, words of tables]] of a page, in order; the first is the page itself.
    A table is found, but a line of it is nothing to quote."""
    found = []
    for section in doctree.findall(lambda node: isinstance(node, (nodes.section, addnodes.desc))):
        if isinstance(section, addnodes.desc):
            inner = isinstance(section.parent, addnodes.desc_content)  # a method of a class
            found += [described(section)] if found and not inner else []
            continue
        title = next((child for child in section if isinstance(child, nodes.title)), None)
        if title is None:
            continue
        heading = "".join(prose(child) for child in title.children)
        words = "".join(prose(child, (*NO_PROSE, nodes.table)) for child in section.children)
        tables = [prose(t) for child in section.children for t in tables_of(child)]
        identity = section["ids"][0] if found else ""
        found.append([identity, tidy(heading), tidy(words), tidy(" ".join(tables))])
    return found


def tables_of(node):
    """The tables in a part of a section, not those of its subsections or print-outs."""
    if isinstance(node, nodes.Text | nodes.section) or node.get("nb_element") == "mime_bundle":
        return []
    if isinstance(node, nodes.table):
        return [node]
    return [table for child in node.children for table in tables_of(child)]


def described(desc):
    """A name of the package as a section: it is found by itself and by its first sentence. Its
    heading is its id, without the package."""
    signature = next(desc.findall(addnodes.desc_signature))
    identity = (signature["ids"] or [""])[0]
    first = next(desc.findall(nodes.paragraph), nodes.paragraph())
    sentence = re.split(r"(?<=[.:]) ", tidy(prose(first)))[0]
    return [identity, identity.partition(".")[2], sentence, ""]


def tidy(text):
    return re.sub(r"\s+([,.;:)])", r"\1", re.sub(r"\s+", " ", text)).strip()


def parts(app):
    """{docname: caption of its part} from the table of contents."""
    toc = Path(app.srcdir, "_toc.yml")
    listed = yaml.safe_load(toc.read_text(encoding="utf-8")) if toc.is_file() else {}
    return {
        chapter.get("file"): part.get("caption", "")
        for part in listed.get("parts", [])
        for chapter in part.get("chapters", [])
    }


def collected(app):
    """What the index is made of: (pages, prose, tables); a page is {d, u, t, n, p, s}."""
    captions, pages, texts, tables = parts(app), [], [], []
    for docname in sorted(app.env.found_docs, key=order(app)):
        found = sections(app.env.get_doctree(docname))
        if not found:
            continue
        pages.append({
            "d": docname,
            "u": app.builder.get_target_uri(docname),
            "t": found[0][1],
            "n": second_name(docname) or "",
            "p": captions.get(docname, ""),
            "s": [[identity, heading] for identity, heading, *_ in found],
        })  # fmt: skip
        texts.append([words for _, _, words, _ in found])
        tables.append([words for *_, words in found])
    return pages, texts, tables


def order(app):
    """Sort by the place in the book; what is not in it comes last."""
    place = {app.config.root_doc: -1} | {name: i for i, name in enumerate(parts(app))}
    return lambda docname: (place.get(docname, 10_000), docname)


def glossary(app, pages):
    """The terms as the search needs them; none in a book without the glossary."""
    if PAGE not in app.env.found_docs:
        return []
    place = {page["d"]: number for number, page in enumerate(pages)}
    home = app.builder.get_target_uri(PAGE)
    return [
        {
            "t": term["name"],
            "u": f"{home}#{anchor(term)}",
            "x": term["text"],
            "f": [*forms(term), *term.get("search", [])],
            "p": place.get(f"book/{term['page']}", -1),
            "s": term.get("symbol", ""),
        }
        for term in terms()
    ]


def postings(pages, texts):
    """{word: the sections that have it, counted through the book, as differences}."""
    found, number = {}, 0
    for page, words in zip(pages, texts, strict=True):
        for (_, heading), text in zip(page["s"], words, strict=True):
            for token in set(tokens(f"{heading} {text}")):
                found.setdefault(token, []).append(number)
            number += 1
    return {
        token: [b - a for a, b in zip([0, *at], at, strict=False)]
        for token, at in sorted(found.items())
    }


def write_index(app):
    """Write the scripts of the search, and give Sphinx its page."""
    if app.builder.format != "html":
        return
    pages, texts, tables = collected(app)
    every = [
        [f"{a} {b}" for a, b in zip(*both, strict=True)] for both in zip(texts, tables, strict=True)
    ]
    folder = Path(app.outdir, "_static", "find")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shown = [{**page, "s": [short(*section) for section in page["s"]]} for page in pages]
    for page in shown:
        del page["d"]
    index = {"pages": shown, "terms": glossary(app, pages), "words": postings(pages, every)}
    (folder / "index.js").write_text(call("index", index), encoding="utf-8")
    for number, text in enumerate(texts):
        (folder / f"text-{number}.js").write_text(call("text", number, text), encoding="utf-8")
    yield "search", {"title": "Search"}, "search.html"


def short(identity, heading):
    """A section as the script has it: no heading where the id says it."""
    return [identity, "" if identity.endswith(f".{heading}") else heading]


def call(name, *values):
    """A line of JavaScript that hands the values to the search."""
    inner = ",".join(json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in values)
    return f"rgFind.{name}({inner});\n"
