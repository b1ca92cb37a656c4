"""The glossary's data, `reference/glossary.toml`, read once and held to its own rules."""

import re
import tomllib
from functools import cache
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent
PATH = BOOK / "reference" / "glossary.toml"
PAGE = "book/reference/glossary"  # the page that shows it
NEEDED = {"name", "side", "text", "page"}
ALLOWED = NEEDED | {"also", "search", "symbol", "other", "quiet"}
SIDES = ("physics", "learning", "both")


@cache
def terms(path=PATH):
    """The terms in alphabetical order; ValueError for one that a reader could not use."""
    with Path(path).open("rb") as file:
        found = tomllib.load(file).get("term", [])
    for term in found:
        complain(term)
    names = [form.lower() for term in found for form in forms(term)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"glossary.toml defines {', '.join(twice)} more than once; leave one")
    return sorted(found, key=lambda term: term["name"].lower())


def complain(term):
    """ValueError unless the term has what it needs, and nothing else."""
    name = term.get("name", "a term without a name")
    missing, unknown = NEEDED - term.keys(), term.keys() - ALLOWED
    if missing or unknown:
        raise ValueError(
            f"glossary.toml: {name} lacks {sorted(missing)} and has unknown {sorted(unknown)}; "
            f"expected {sorted(NEEDED)} and perhaps {sorted(ALLOWED - NEEDED)}"
        )
    if term["side"] not in SIDES:
        raise ValueError(
            f"glossary.toml: {name} has side {term['side']!r}, expected one of {SIDES}"
        )
    if not any((BOOK / f"{term['page']}{suffix}").exists() for suffix in (".ipynb", ".md")):
        raise ValueError(f"glossary.toml: {name} is taught on {term['page']!r}, which is no page")


def forms(term):
    """The names under which a term stands in the text."""
    return [term["name"], *term.get("also", [])]


def anchor(term):
    """The id of the term on the glossary page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term["name"].lower()).strip("-")


def teacher(term):
    """The docname of the page that teaches it."""
    return f"book/{term['page']}"


def pattern(wanted):
    """A regular expression that finds the forms of the terms, the longest first, and plurals."""
    every = sorted((form for term in wanted for form in forms(term)), key=len, reverse=True)
    inner = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in every)
    return re.compile(rf"(?<![\w-])({inner})s?(?![\w-])", re.IGNORECASE)


def by_form(wanted):
    """{form in lower case: term}, for what `pattern` finds."""
    return {form.lower(): term for term in wanted for form in forms(term)}
