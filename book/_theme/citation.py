"""Sphinx extension: who made the course, under which licences, and how it is cited.

Everything comes from `CITATION.cff`, so that nothing can drift: the line at the foot of every page,
the entry for BibTeX on the page about the course, and what `learning_data.py` tells machines. Until
a release is dated there, the year is that of the copyright in `_config.yml`.
"""

import re
import textwrap
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "CITATION.cff"
ABOUT = "book/reference/about"
LICENSES = {  # what each is for, how it is called, where it is explained
    "CC-BY-4.0": ("text and figures", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "BSD-3-Clause": ("code", "BSD-3-Clause", "https://opensource.org/license/bsd-3-clause"),
}


def setup(app):
    app.connect("config-inited", put_colophon)
    app.add_directive("how-to-cite", HowToCite)
    app.add_directive("where-to-report", WhereToReport)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


# --- what the file says -------------------------------------------------------------------------


def read(path=PATH):
    """The content of a citation file as a dictionary."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def names(cff):
    """The names of the authors, as they are spoken."""
    parts = ("name", "given-names", "name-particle", "family-names", "name-suffix")
    return [" ".join(one[part] for part in parts if part in one) for one in cff["authors"]]


def bibtex_name(author):
    """A person as `van Family, Suffix, Given`; a group in braces, which nothing takes apart."""
    if "name" in author:
        return f"{{{author['name']}}}"
    family = " ".join(author[key] for key in ("name-particle", "family-names") if key in author)
    rest = [author[key] for key in ("name-suffix", "given-names") if key in author]
    return ", ".join([family, *rest])


def year(cff, copyright=""):
    """The year of the release, or before there is one that of the copyright; ValueError without."""
    found = re.match(r"\d{4}", str(cff.get("date-released") or copyright))
    if not found:
        raise ValueError(
            f"no year: got {cff.get('date-released')!r} as date-released and {copyright!r} as "
            "copyright, expected one that begins with a year; give `copyright:` in _config.yml"
        )
    return found[0]


def licenses(cff):
    """[(what for, name, address)] of the licences, text first; ValueError for one not known."""
    listed = cff["license"] if isinstance(cff["license"], list) else [cff["license"]]
    strange = [name for name in listed if name not in LICENSES]
    if strange:
        raise ValueError(
            f"licence {strange[0]} is not known, expected {' or '.join(LICENSES)}; say what it is "
            "for in LICENSES of book/_theme/citation.py"
        )
    return [known for name, known in LICENSES.items() if name in listed]


def address(cff):
    """The address that does not change: of the DOI, else of the code, else ""."""
    if cff.get("doi"):
        return f"https://doi.org/{cff['doi']}"
    return cff.get("repository-code") or cff.get("url") or ""


def series(words):
    """Words with commas, and `and` before the last."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def bibtex(cff, year):
    """The entry for BibTeX, which every style knows how to print."""
    fields = {
        "author": tex(" and ".join(map(bibtex_name, cff["authors"]))),
        "title": f"{{{tex(cff['title'])}}}",  # braces keep its capitals
        "year": year,
        "note": f"Version {cff['version']}",
    }
    if cff.get("doi"):
        fields["doi"] = cff["doi"]
    elif address(cff):
        fields["url"] = address(cff)
    long = {"width": 72, "subsequent_indent": "    ", "break_long_words": False}
    lines = [textwrap.fill(f"  {key} = {{{value}}}", **long) for key, value in fields.items()]
    return f"@misc{{zooming_out_{year},\n" + ",\n".join(lines) + "\n}"


def tex(text):
    return re.sub(r"([&%$#_])", r"\\\1", text)


# --- in the book ----------------------------------------------------------------------------------


def put_colophon(app, config):
    """What `templates/colophon.html` writes at the foot of every page."""
    cff = read()
    config.html_context["colophon"] = {
        "authors": series(names(cff)),
        "year": year(cff, config.copyright),
        "title": cff["title"],
        "version": cff["version"],
        "address": address(cff),
        "licenses": licenses(cff),
        "about": ABOUT,
    }


class HowToCite(SphinxDirective):
    """The citation as a sentence and as an entry for BibTeX."""

    def run(self):
        self.env.note_dependency(str(PATH))
        cff = read()
        when = year(cff, self.config.copyright)
        spoken = nodes.paragraph("", f"{series(names(cff))} ({when}). ")
        spoken += [nodes.emphasis("", cff["title"]), nodes.Text(f", version {cff['version']}.")]
        if address(cff):
            link = nodes.reference("", address(cff), refuri=address(cff))
            spoken += [nodes.Text(" "), link]
        entry = bibtex(cff, when)
        return [spoken, nodes.literal_block(entry, entry, language="bibtex")]


class WhereToReport(SphinxDirective):
    """Where problems go, by the address in `_config.yml`."""

    def run(self):
        return [where_to_report(repository())]


def repository():
    """The address of the code by `_config.yml`, or None."""
    # Not from the theme's options: without an address Jupyter Book puts its own there.
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return config.get("repository", {}).get("url")


def where_to_report(repository):
    """A paragraph: to the issues of the repository, or, without one, from hand to hand."""
    if not repository:
        return nodes.paragraph("", f"{UNPUBLISHED} {ASKED}")
    link = nodes.reference("", "list of issues", refuri=f"{repository.rstrip('/')}/issues")
    return nodes.paragraph("", "Tell it in the ", link, nodes.Text(f" of the course. {ASKED}"))


ASKED = "Say which page, which sentence or figure, what you expected, and which browser you use."
UNPUBLISHED = "This copy has no public address yet: tell it to who gave you the course."
