"""What a release, a journal and an owner need: one list of what is open, a paper, a changelog."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]
BLANK = re.compile(r"\{\{([a-z][a-z ]*)\}\}")
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| .+ \|$", re.M)


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


# --- what is open -----------------------------------------------------------------------------


def listed(contributing):
    """{(open, file)} of the table in CONTRIBUTING."""
    _, _, section = contributing.partition("## What only the owner can supply\n")
    return set(ROW.findall(section.partition("\n## ")[0]))


def blanks(texts):
    """{(`{{name}}`, file)} of what is left blank in texts, {file: text}."""
    return {(found, name) for name, text in texts.items() for found in _marks(text)}


def _marks(text):
    return {f"{{{{{name}}}}}" for name in BLANK.findall(text)}


def unset(config, cff):
    """The settings that have no value yet, as the table calls them."""
    settings = {
        ("repository: url", "_config.yml"): config.get("repository", {}).get("url"),
        ("html: baseurl", "_config.yml"): config["html"].get("baseurl"),
        ("doi", "CITATION.cff"): cff.get("doi"),
        ("date-released", "CITATION.cff"): cff.get("date-released"),
        ("authors", "CITATION.cff"): [one for one in cff["authors"] if "family-names" in one],
    }
    return {name for name, value in settings.items() if not value}


def texts():
    """All that people read, but the list itself."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "book").rglob("*.md"), ROOT / "CITATION.cff"]
    names = [path.relative_to(ROOT).as_posix() for path in paths if path.name != "CONTRIBUTING.md"]
    return {name: text(name) for name in names}


def test_the_list_of_what_is_open_is_complete_and_has_nothing_else():
    found = blanks(texts()) | unset(
        *(yaml.safe_load(text(n)) for n in ("_config.yml", "CITATION.cff"))
    )
    assert listed(text("CONTRIBUTING.md")) == found
    assert len(found) > 3


def test_a_blank_in_a_file_and_a_row_too_many_are_found():
    assert blanks({"a.md": "by {{the owner}}, {{ not }} {one}"}) == {("{{the owner}}", "a.md")}
    head, row = "## What only the owner can supply", "| `doi` | `x` | what |"
    table = f"{head}\n\n{row}\n\n## Next\n| `a` | `b` | c |\n"
    assert listed(table) == {("doi", "x")}
    person = {
        "authors": [{"family-names": "Byron"}],
        "doi": "10.1/2",
        "date-released": "2031-01-01",
    }
    published = {"repository": {"url": "https://x"}, "html": {"baseurl": "https://y"}}
    assert unset(published, person) == set()
    assert len(unset({"html": {}}, {"authors": [{"name": "we"}]})) == 5


# --- the paper --------------------------------------------------------------------------------


def test_the_paper_has_what_the_journal_asks_for():
    _, head, body = text("paper.md").split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["title"] == yaml.safe_load(text("CITATION.cff"))["title"]
    assert {"authors", "affiliations", "date", "bibliography", "tags"} <= set(told)
    places = {place["index"] for place in told["affiliations"]}
    assert {author["affiliation"] for author in told["authors"]} == places
    sections = re.findall(r"^# (.+)$", body, re.M)
    assert {"Summary", "Statement of need", "Learning objectives", "How it is used"} <= set(
        sections
    )
    assert sections[-1] == "References" and 500 < len(body.split()) < 1500


def test_the_paper_cites_what_its_bibliography_has_and_the_book_says_the_same():
    entries = parse_file(ROOT / "paper.bib").entries
    assert set(re.findall(r"@([a-z]+\d{4}\w*)", text("paper.md"))) == set(entries)
    book = parse_file(ROOT / "book/references.bib").entries
    assert {key for key in entries if key in book and entries[key] != book[key]} == set()
    assert all("doi" in one.fields or "eprint" in one.fields or one.type == "book"
               for one in entries.values())  # fmt: skip


# --- a release --------------------------------------------------------------------------------


def test_the_newest_change_is_that_of_this_version():
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    released = yaml.safe_load(text("CITATION.cff")).get("date-released", "not released yet")
    assert re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.M)[0] == f"{version}, {released}"


@pytest.mark.parametrize("name", ["CODE_OF_CONDUCT.md", "CHANGELOG.md"])
def test_who_contributes_is_led_to_it(name):
    assert f"]({name})" in text("CONTRIBUTING.md")
