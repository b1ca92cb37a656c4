"""Who made the course and how it is cited: one file says it, and all else is made from it."""

import sys
from pathlib import Path

import pytest
import yaml
from docutils import nodes
from pybtex.database import parse_string

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book" / "_theme")]
import citation  # noqa: E402

CFF = citation.read()
OPEN = {"doi", "date-released", "repository-code", "url"}  # until the owner supplies them
BARE = {key: value for key, value in CFF.items() if key not in OPEN}
GROUP = {"authors": [{"name": "The Rest & Co"}]}
PEOPLE = BARE | {
    "authors": [
        {"given-names": "Ada", "family-names": "Byron", "orcid": "https://orcid.org/0-1"},
        {
            "given-names": "J. M. J.",
            "name-particle": "van",
            "family-names": "Leeuwen",
            "name-suffix": "Jr",
        },
        *GROUP["authors"],
    ],
    "title": "Zoom & out",
    "date-released": "2031-02-03",
    "doi": "10.5281/zenodo.1",
}


def entry(cff, year):
    (found,) = parse_string(citation.bibtex(cff, year), "bibtex").entries.values()
    return found


def test_the_entry_for_bibtex_is_the_citation_file():
    found = entry(CFF, "2026")
    for author, name in zip(found.persons["author"], citation.names(CFF), strict=True):
        assert set(str(author).replace(",", "").strip("{}").split()) == set(name.split())
    assert found.fields["title"].strip("{}") == CFF["title"]
    assert found.fields["note"] == f"Version {CFF['version']}"
    assert (found.fields["year"], found.fields.get("doi")) == ("2026", CFF.get("doi"))


def test_a_group_is_not_taken_apart():
    (group,) = entry(BARE | GROUP, "2026").persons["author"]
    assert str(group) == r"{The Rest \& Co}" and citation.names(GROUP) == ["The Rest & Co"]


def test_an_entry_with_people_and_a_doi():
    found = entry(PEOPLE, citation.year(PEOPLE, "2026, us"))
    ada, jan, rest = found.persons["author"]
    assert (ada.last_names, ada.first_names) == (["Byron"], ["Ada"])
    assert (jan.prelast_names, jan.last_names, jan.lineage_names) == (["van"], ["Leeuwen"], ["Jr"])
    assert str(rest) == r"{The Rest \& Co}"
    assert found.fields["title"] == r"{Zoom \& out}"
    assert (found.fields["year"], found.fields["doi"]) == ("2031", PEOPLE["doi"])
    assert citation.series(citation.names(PEOPLE)) == (
        "Ada Byron, J. M. J. van Leeuwen Jr and The Rest & Co"
    )
    assert citation.address(PEOPLE) == "https://doi.org/10.5281/zenodo.1"


def test_the_address_of_the_code_stands_in_for_a_doi():
    home = {"repository-code": "https://code.example.org/rg"}
    assert entry(BARE | home, "2026").fields["url"] == home["repository-code"]
    assert "url" not in entry(PEOPLE | home, "2031").fields
    assert citation.address(BARE) == "" and "url" not in entry(BARE, "2026").fields


@pytest.mark.parametrize("told", ["", "The authors, 2026"])
def test_a_year_is_not_guessed(told):
    assert citation.year({}, "2026, the authors") == "2026"
    with pytest.raises(ValueError, match="no year: got None .* give `copyright:`"):
        citation.year({}, told)


def test_every_licence_says_what_it_is_for():
    uses = [use for use, *_ in citation.licenses(CFF)]
    assert uses == ["text and figures", "code"]
    assert citation.licenses({"license": "BSD-3-Clause"})[0][0] == "code"
    with pytest.raises(ValueError, match="licence MIT is not known, expected CC-BY-4.0 or"):
        citation.licenses({"license": ["CC-BY-4.0", "MIT"]})


def test_the_same_authors_and_the_same_year_everywhere():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    year, _, holder = config["copyright"].partition(", ")
    assert year.isdigit() and holder == config["author"] == citation.series(citation.names(CFF))
    notice = f"\nCopyright (c) {config['copyright']}\n"
    assert notice in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_problems_go_where_the_repository_is():
    found = citation.where_to_report("https://code.example.org/rg/")
    (link,) = found.findall(nodes.reference)
    assert link["refuri"] == "https://code.example.org/rg/issues"
    for nowhere in (None, ""):
        found = citation.where_to_report(nowhere)
        assert "no public address yet" in found.astext() and not list(
            found.findall(nodes.reference)
        )
        assert "which browser you use" in found.astext()
