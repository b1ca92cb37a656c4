"""References: every DOI says what its citation says, and the same in bibliography, ledger, code.

Many publishers write journal, volume and page into the DOI; Elsevier and World Scientific append a
check character. Where a DOI carries something, it must agree with the citation beside it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from pybtex.database import parse_file
from pybtex.richtext import Text

from rgcourse.reference import entries

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
import page_rules as rules  # noqa: E402
import pages  # noqa: E402

BIB = ROOT / "book/references.bib"

# What stands in a DOI, by publisher.
FORMS = [
    r"10\.1103/(?P<journal>[A-Za-z]+)\.(?P<volume>\d+)\.(?P<page>A?\d+)",
    r"10\.1143/(?P<journal>PTP)\.(?P<volume>\d+)\.(?P<page>\d+)",
    r"10\.1093/(?P<journal>biomet)/(?P<volume>\d+)\.[\d-]+\.(?P<page>\d+)",
    r"10\.1162/(?P<journal>neco)\.(?P<year>\d{4})\.(?P<volume>\d+)\.\d+\.(?P<page>\d+)",
    r"10\.4007/(?P<journal>annals)\.(?P<year>\d{4})\.(?P<volume>\d+)\.\d+\.\d+",
    r"10\.4310/(?P<journal>MRL)\.(?P<year>\d{4})\.v(?P<volume>\d+)\.n\d+\.a\d+",
    r"10\.1007/(?P<journal>JHEP)(?P<volume>\d\d)\((?P<year>\d{4})\)(?P<page>\d+)",
    r"10\.1088/(?P<journal>\d{4}-\d{4})/(?P<volume>\d+)/\d+/\d+",
    r"10\.1051/(?P<journal>jphys):0(?P<year>\d{4})0*(?P<volume>\d\d)\d\d0*(?P<page>\d+)00",
    r"10\.1051/(?P<journal>jphystap):0(?P<year>\d{4})00(?P<volume>\d)00(?P<page>\d+)00",
    r"10\.1070/(?P<journal>SM)(?P<year>\d{4})v0*(?P<volume>\d+)n\d+ABEH\d+",
    r"10\.1016/S?(?P<journal>\d{4}-\d{3}[\dX])\(\d\d\)\d{5}-\w",
]

JOURNALS = {
    "PhysRev": "Physical Review | Phys. Rev.",
    "PhysRevB": "Physical Review B | Phys. Rev. B",
    "PhysRevD": "Physical Review D | Phys. Rev. D",
    "PhysRevE": "Physical Review E | Phys. Rev. E",
    "PhysRevX": "Physical Review X | Phys. Rev. X",
    "PhysRevResearch": "Physical Review Research | Phys. Rev. Res.",
    "PhysRevLett": "Physical Review Letters | Phys. Rev. Lett.",
    "RevModPhys": "Reviews of Modern Physics | Rev. Mod. Phys.",
    "PhysicsPhysiqueFizika": "Physics Physique Fizika",
    "PTP": "Progress of Theoretical Physics | Prog. Theor. Phys.",
    "biomet": "Biometrika",
    "neco": "Neural Computation",
    "annals": "Annals of Mathematics",
    "MRL": "Mathematical Research Letters",
    "JHEP": "Journal of High Energy Physics",
    "SM": "Mathematics of the USSR-Sbornik | Math. USSR Sb.",
    "jphys": "Journal de Physique",
    "jphystap": "Journal de Physique Théorique et Appliquée | J. Phys. Theor. Appl.",
    "0022-3719": "Journal of Physics C: Solid State Physics | J. Phys. C",
    "0953-8984": "Journal of Physics: Condensed Matter | Condens. Matter",
    "0305-4470": "Journal of Physics A | J. Phys. A",
    "1751-8113": "J. Phys. A",
    "0021-9614": "Journal of Chemical Thermodynamics | J. Chem. Thermodyn.",
    "0003-4916": "Annals of Physics | Ann. Phys.",
    "0010-4655": "Computer Physics Communications | Comput. Phys. Commun.",
    "0031-8914": "Physica",
    "0378-4371": "Physica A",
    "0370-1573": "Physics Reports | Phys. Rep.",
    "0370-2693": "Physics Letters B | Phys. Lett. B",
    "0375-9601": "Physics Letters A | Phys. Lett. A",
    "0550-3213": "Nuclear Physics B | Nucl. Phys. B",
}


@dataclass(frozen=True)
class Work:
    """A citation with its DOI; fields that a book or a preprint does not have are empty."""

    doi: str
    journal: str = ""
    volume: str = ""
    page: str = ""
    year: str = ""


def in_bibliography():
    """Every entry with a DOI, by key."""
    works = {}
    for key, entry in parse_file(str(BIB), encoding="utf-8").entries.items():
        field = entry.fields
        if "doi" in field:
            journal = str(Text.from_latex(field.get("journal", "")))
            page = re.split("-|:", field.get("pages", ""))[0]
            works[key] = Work(field["doi"], journal, field.get("volume", ""), page, field["year"])
    return works


CITED = (
    r"(?P<journal>[A-Z][A-Za-zé. ]*?),? (?P<volume>\d+), (?P<page>[LAe]?\d+) \((?P<year>\d{4})\)"
)


def work(citation, doi):
    """The `Work` that a line such as `L. Onsager, Phys. Rev. 65, 117 (1944)` cites."""
    found = list(re.finditer(CITED, citation))
    if not found:
        return Work(doi)
    return Work(doi, **{name: text.strip() for name, text in found[-1].groupdict().items()})


def in_ledger():
    """Every entry with a DOI, by key."""
    return {
        key: work(item.citation.split(", erratum")[0], item.doi)
        for key, item in entries().items()
        if item.doi
    }


def in_code():
    """Every `doi:` in the package, by file and line; the citation is what stands before it."""
    works = {}
    for path in sorted((ROOT / "rgcourse").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        last = 0
        for found in re.finditer(r"doi:(10\.\S+)", text):
            line = text.count("\n", 0, found.start()) + 1
            before = " ".join(text[max(last, found.start() - 250) : found.start()].split())
            works[f"{path.relative_to(ROOT)}:{line}"] = work(before, found[1].rstrip(".,;:)"))
            last = found.end()
    return works


def same_journal(name, journal):
    return journal in JOURNALS.get(name, "").split(" | ")


def check_character(doi):
    """The last character that an Elsevier or World Scientific DOI must have, "" if not known.

    Weights are the primes without 11, from the right, modulo 11: a rule fitted to DOIs found in
    print, KNOWN below. Elsevier used letters in the 1990s, by another rule.
    """
    found = re.fullmatch(r"10\.1016/(S?)(\d{4}-\d{3}\d)\((\d\d)\)(\d{5})-\w", doi)
    if found and (found[1] or int(found[3]) < 90):
        digits = "".join(found.groups()[1:])
    elif found := re.fullmatch(r"10\.1142/S(\d{15})\w", doi):
        digits = found[1]
    else:
        return ""
    weights = (2, 3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)
    digits = [int(digit) for digit in reversed(digits.replace("-", ""))]
    return "0123456789X"[sum(w * d for w, d in zip(weights, digits, strict=True)) % 11]


def complaints(cited):
    """What in the DOI of a `Work` does not agree with its citation."""
    doi = cited.doi
    found = []
    if not re.fullmatch(r"10\.\d{4,9}/\S*[^\s.,;:]", doi):
        found.append(f"{doi} is not a DOI")
    if check_character(doi) not in ("", doi[-1]):
        found.append(f"{doi} should end with {check_character(doi)}")
    said = next((m.groupdict() for form in FORMS if (m := re.fullmatch(form, doi))), {})
    if doi.startswith(("10.1103/", "10.1143/")) and not said:
        found.append(f"{doi} should be journal.volume.page")
    if not cited.journal:
        return found
    if said and not same_journal(said.pop("journal"), cited.journal):
        found.append(f"{doi} is not of {cited.journal}")
    for name, text in said.items():
        if getattr(cited, name) != text:
            found.append(f"{doi} says {name} {text}, the citation {getattr(cited, name)}")
    return found


def is_isbn(text):
    """Whether the last of 13 digits is the check digit."""
    digits = [int(digit) for digit in text.replace("-", "")]
    return len(digits) == 13 and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


WORKS = in_bibliography() | in_ledger() | in_code()


# --- what is there


@pytest.mark.parametrize("where", WORKS)
def test_the_doi_says_what_the_citation_says(where):
    assert complaints(WORKS[where]) == []


def test_every_citation_is_read():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "rgcourse").rglob("*.py")]
    assert len(in_code()) == sum(text.count("doi:10.") for text in texts) > 80
    books = r"10\.(1017/|1201/|1093/oso/|1007/978-|1145/(1390156|872757)\.|1109/ICCV\.|7551/).*"
    unread = [w for w, cited in WORKS.items() if not (cited.journal or re.match(books, cited.doi))]
    assert unread == [], "neither journal, volume, page (year) before the DOI nor a book"


def test_one_work_has_one_doi_everywhere():
    dois, places = {}, {}
    for where, cited in WORKS.items():
        if cited.journal:
            place = cited.volume, cited.page, cited.year
            dois.setdefault(place, {})[cited.doi] = where
            places.setdefault(cited.doi, {})[place] = where
    assert [found for found in [*dois.values(), *places.values()] if len(found) > 1] == []


def test_every_entry_stands_once_and_is_cited():
    keys = re.findall(r"^@\w+\{(.+),", BIB.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(rules.literature())
    cited = set().union(*(rules.citations(pages.read(path)) for path in pages.notebooks()))
    shelf = (ROOT / "book/reference/bibliography.md").read_text(encoding="utf-8")
    cited |= rules.citations(new_notebook(cells=[new_markdown_cell(shelf)]))
    assert sorted(set(keys) - cited) == [], "cited on no page"


def test_every_work_has_one_entry():
    eprints = [e.fields.get("eprint", k) for k, e in parse_file(str(BIB)).entries.items()]
    dois = [cited.doi for cited in in_bibliography().values()]
    assert len(eprints) == len(set(eprints)) and len(dois) == len(set(dois))


def test_every_entry_says_where_it_stands():
    for key, entry in parse_file(str(BIB), encoding="utf-8").entries.items():
        field = entry.fields
        assert {"title", "year"} <= set(field) and entry.persons["author"], key
        # Soviet journals of the 1970s, NeurIPS and blogs have no DOI; a textbook may have none.
        address = {"article": "url", "inproceedings": "url", "online": "url", "book": "isbn"}
        elsewhere = address.get(entry.type, "doi")
        assert {"doi", "eprint", elsewhere} & set(field), key
        assert "isbn" not in field or is_isbn(field["isbn"]), key
        assert entry.type != "article" or {"journal", "volume", "pages"} <= set(field), key
        eprint = r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}"
        assert "eprint" not in field or re.fullmatch(eprint, field["eprint"]), key
        assert "arXiv" not in field.get("note", ""), f"{key}: eprint says it already"
        assert "$" not in field["title"], f"{key}: the list of sources sets no formulas"


# --- the rules can say no

PAWLEY = ("Physical Review B", "29", "4030", "1984")
KNOWN = """
    10.1016/0003-4916(75)90142-6 10.1016/0003-4916(75)90211-0 10.1016/0003-4916(76)90066-X
    10.1016/0370-1573(74)90023-4 10.1016/0370-2693(84)91565-X 10.1016/S0010-4655(03)00467-3
    10.1016/S0031-8914(34)80244-3 10.1016/S0031-8914(34)80259-5 10.1016/S0031-8914(34)90011-2
    10.1016/S0550-3213(02)00140-2 10.1016/S0550-3213(02)00144-X 10.1016/S0550-3213(02)00395-4
    10.1016/S0550-3213(02)00744-7 10.1016/S0550-3213(02)00905-7 10.1142/S0129183199000929
""".split()


@pytest.mark.parametrize("doi", KNOWN)
def test_the_check_character_of_known_dois(doi):
    assert check_character(doi) == doi[-1]


@pytest.mark.parametrize(
    "doi, journal, volume, page, year",
    [
        ("10.1103/PhysRevB.29.4030", "Phys. Rev. B", "29", "4030", "1984"),
        ("10.1016/0003-4916(76)90066-X", "Annals of Physics", "100", "359", "1976"),
        ("10.1051/jphystap:019070060066100", "J. Phys. Theor. Appl.", "6", "661", "1907"),
        ("10.1051/jphys:01975003606058100", "Journal de Physique", "36", "581", "1975"),
        ("10.1142/S0129183199000929", "Int. J. Mod. Phys. C", "10", "1113", "1999"),
    ],
)
def test_a_good_citation_passes(doi, journal, volume, page, year):
    assert complaints(Work(doi, journal, volume, page, year)) == []


@pytest.mark.parametrize(
    "cited, message",
    [
        (Work("10.1103/PhysRevB.29.4003", *PAWLEY), "says page 4003"),
        (Work("10.1103/PhysRevB.92.4030", *PAWLEY), "says volume 92"),
        (Work("10.1103/PhysRevD.29.4030", *PAWLEY), "is not of Phys"),
        (Work("10.1016/0003-4916(76)90060-X", "Ann. Phys.", "100", "359", "1976"), "end with 9"),
        (Work("10.1162/neco.1996.7.5.889", "Neural Computation", "7", "889", "1995"), "year 1996"),
        (Work("doi:10.1103/PhysRevB.29.4030"), "is not a DOI"),
        (Work("10.1103/PhysRevB.29.4030."), "is not a DOI"),
        (Work("10.1103/PhysRevB-29-4030", *PAWLEY), "journal.volume.page"),
    ],
)
def test_a_broken_citation_is_refused(cited, message):
    assert any(message in complaint for complaint in complaints(cited))


def test_a_wrong_isbn_is_refused():
    assert is_isbn("978-0-19-851393-3")
    assert not is_isbn("978-0-19-851393-2") and not is_isbn("978-0-19-851339-3")
    assert not is_isbn("0-19-851393-3")


def test_a_citation_is_read():
    line = "M. Creutz, L. Jacobs and C. Rebbi, Phys. Rev. Lett. 42, 1390 (1979), "
    assert work(line, "10.1/1") == Work("10.1/1", "Phys. Rev. Lett.", "42", "1390", "1979")
