"""The ledger: numbers with their sources, and `check`, which holds ours against them.

The entries stand in `reference.toml`. Each has a provenance: *published* (the cited work contains
the number), *exact* (evaluated from a formula that it contains), *independent run* (ours, by other
code or with another seed), *by construction* (holds by definition, a check of consistency) or
*experiment*. Each belongs to one kind:

statistical
    Ours is an `Estimate`; its z-score, with the published error added in quadrature, must lie
    within `sigmas` (3 unless stated), and its error below `max_error` where that is stated: an
    error bar that is wide enough agrees with anything.
numerical
    Ours must equal the value within `tolerance`.
approximation
    Ours is known to be off, by at most the `bound` of its `method`, one for all its numbers: the
    deviation is the result, and has no z-score. A number outside is a `known_miss`, with a reason.
"""

import difflib
import json
import math
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .statistics import Estimate

__all__ = [
    "Entry",
    "LedgerMismatch",
    "Words",
    "check",
    "collect",
    "describe",
    "entries",
    "entry",
    "read_entries",
]

MIME = "application/vnd.rgcourse.check+json"
KINDS = ("statistical", "numerical", "approximation")
METHODS = "_methods"  # table of the bounds of approximations
PROVENANCES = ("published", "exact", "independent run", "by construction", "experiment")


class LedgerMismatch(RuntimeError):
    """A result outside the bound that its ledger entry states."""


@dataclass(frozen=True)
class Entry:
    """One number, as the ledger has it."""

    key: str
    quantity: str
    value: float
    citation: str
    kind: str
    provenance: str
    error: float = 0.0
    unit: str = "1"
    convention: str = ""
    doi: str = ""
    arxiv: str = ""
    method_doi: str = ""
    sigmas: float = 3.0
    max_error: float = math.inf
    tolerance: float = 0.0
    method: str = ""
    bound: float = 0.0
    off: float = 0.0
    known_miss: str = ""

    @property
    def estimate(self) -> Estimate:
        """The value with its error; 0 where the source gives none."""
        return Estimate(self.value, self.error)

    @property
    def url(self) -> str:
        """Address of the source, its DOI or else arXiv; empty where no source has the number."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""

    @property
    def method_url(self) -> str:
        """Address of the paper whose method an independent run or a consistency check follows."""
        return f"https://doi.org/{self.method_doi}" if self.method_doi else ""


def check(key: str, ours: Estimate | float) -> None:
    """Print `ours` beside the value of the ledger entry `key`; raises if they disagree.

    One line shows both values, the provenance of the ledger's, and the deviation. In a notebook the
    line carries the same as data, from which the ledger page of the book is made.

    Parameters
    ----------
    key : str
        Key of the entry, such as "ising_2d.nu".
    ours : Estimate or float
        Our result; an `Estimate` where the entry is statistical.

    Raises
    ------
    LedgerMismatch
        If `ours` lies outside the bound that the entry states.
    ValueError
        If the key is unknown, or `ours` is not one number, or has no error where one is needed.

    Examples
    --------
    >>> check("onsager.critical_energy", -1.41421356237310)
    onsager.critical_energy: ours -1.41421356237, exact -1.41421356237, equal within 1e-12
    """
    item = entry(key)
    value, error, n_bins = _one_number(key, ours, item.kind)
    deviation = value - item.value
    record: dict[str, Any] = {
        "key": key,
        "provenance": item.provenance,
        "ours": _rounded(value),
        "published": item.value,
    }
    if item.kind == "statistical":
        z = float(Estimate(value, error, n_bins=n_bins).z_score(item.estimate))
        record |= {"error": _rounded(error), "z": _rounded(z, 4)}
        inside = abs(z) <= item.sigmas and error <= item.max_error
        bound = f"{item.sigmas:g} sigma"
        if math.isfinite(item.max_error):
            bound += f" and an error of at most {item.max_error:g}"
    elif item.kind == "numerical":
        inside = abs(deviation) <= item.tolerance
        bound = f"{item.tolerance:g}"
    else:
        missed = bool(item.known_miss) and abs(deviation - item.off) <= abs(item.off) / 4
        inside = abs(deviation) <= item.bound or missed
        bound = f"{item.bound:.2g} ({item.method})"
        if item.known_miss:
            bound += f" or {item.off:g} within a quarter, a known miss"
    words = _words(item, value, error, record.get("z"))
    line = f"{key}: ours {words.ours}, {item.provenance} {words.theirs}, {words.apart}"
    _show(line, record)
    if not inside:
        raise LedgerMismatch(
            f"{line}; the ledger allows {bound} ({item.citation}). Either the computation is "
            f"wrong or it is too short; the bound is not to be moved"
        )


@dataclass(frozen=True)
class Words:
    """A check in words: our number, the ledger's, and how far they are apart."""

    ours: str
    theirs: str
    apart: str


def describe(record: Mapping[str, Any]) -> Words:
    """The numbers of a stored check as texts, with the digits that matter.

    Digits end at the second one of an error; without an error, of the tolerance of a numerical
    entry, and of the deviation of an approximation. Three are always shown, at most twelve.

    Examples
    --------
    >>> describe({"key": "flows.mk_2d_nu", "ours": 1.3382657903, "published": 1.0})
    Words(ours='1.34', theirs='1', apart='off by +0.34 (+34 %)')
    """
    item, ours = entry(record["key"]), float(record["ours"])
    slack = 5e-12 * abs(ours)  # stored to twelve digits
    return _words(item, ours, float(record.get("error", 0)), record.get("z"), slack)


def _words(item, ours, error, z, slack=0.0):
    deviation = ours - item.value
    if item.kind == "statistical":
        theirs = str(item.estimate) if item.error else _to_place(item.value, error / 10, True)
        return Words(str(Estimate(ours, error)), theirs, f"{_signed(float(z))} sigma")
    if item.kind == "numerical":
        scale = item.tolerance
        equal = abs(deviation) <= scale + slack
        apart = f"equal within {scale:g}" if equal else f"off by {deviation:.2g}"
    else:
        scale = min(item.bound, abs(deviation)) or item.bound
        apart = f"off by {deviation:+.2g}"
        if item.value:
            share = 100 * deviation / abs(item.value)
            apart += f" ({share:{'+.0f' if abs(share) >= 99.5 else '+.2g'}} %)"
        if abs(deviation) > item.bound and item.known_miss:
            apart += f", a known miss: {item.known_miss}"
    shown = item.error > scale / 10
    theirs = str(item.estimate) if shown else _to_place(item.value, scale, exact=True)
    return Words(_to_place(ours, scale), theirs, apart)


def entry(key: str) -> Entry:
    """The ledger `Entry` of a key.

    Parameters
    ----------
    key : str
        Such as "ising_2d.nu".

    Raises
    ------
    ValueError
        If there is no such entry; it names the nearest keys.

    Examples
    --------
    >>> entry("ising_2d.nu").value
    1.0
    """
    ledger = entries()
    if key not in ledger:
        near = difflib.get_close_matches(str(key), ledger, n=3, cutoff=0.4)
        hint = "did you mean " + ", ".join(near) + "?" if near else "see reference.toml"
        raise ValueError(f"the ledger has no entry {key!r}; {hint}")
    return ledger[key]


@cache
def entries() -> dict[str, Entry]:
    """All entries of the ledger by key, in the order of `reference.toml`.

    Raises
    ------
    ValueError
        If an entry lacks its source or its bound, or has a field that is not known.
    """
    text = files("rgcourse").joinpath("reference.toml").read_text(encoding="utf-8")
    return read_entries(tomllib.loads(text))


def read_entries(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Entry]:
    """Entries by key from the tables of a ledger file, [group.name] to "group.name".

    `same_as` names an earlier entry whose value, source, provenance and wording are taken over: one
    published number may be held against an exact computation here and a Monte Carlo estimate there.
    The table [_methods] gives every approximation its bound.
    """
    methods = tables.get(METHODS, {})
    for name, fields in methods.items():
        _check_method(name, fields)
    ledger: dict[str, Entry] = {}
    for group, members in tables.items():
        if group == METHODS:
            continue
        for name, fields in members.items():
            key, fields = f"{group}.{name}", dict(fields)
            origin = fields.pop("same_as", None)
            if origin is not None:
                if origin not in ledger:
                    raise ValueError(f"{key}: same_as = {origin!r} is not an earlier entry")
                fields = _source(ledger[origin]) | fields
            try:
                ledger[key] = Entry(key=key, **fields)
            except TypeError as error:
                raise ValueError(f"ledger entry {key}: {error}") from None
            _check_entry(ledger[key])
            if ledger[key].kind == "approximation":
                ledger[key] = replace(ledger[key], bound=_bound(ledger[key], methods))
    return ledger


def collect(book: str | Path) -> list[dict[str, Any]]:
    """All checks stored in the committed notebooks under `book`, one dict each.

    Each has page (path below `book`, without suffix), key, provenance, ours, published and, where
    the entry is statistical, error and z; in the order of the pages' paths, then of their cells.

    Parameters
    ----------
    book : str or Path
        Folder of notebooks.

    Raises
    ------
    ValueError
        If a stored check differs from today's ledger: the page has to be run again.
    """
    book, rows = Path(book), []
    if not book.is_dir():
        raise ValueError(f"{book} is not a folder of notebooks")
    for path in sorted(book.rglob("*.ipynb")):
        if any(part.startswith((".", "_")) for part in path.relative_to(book).parts):
            continue
        page = path.relative_to(book).with_suffix("").as_posix()
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                record = output.get("data", {}).get(MIME)
                if record is None:
                    continue
                now = entries().get(record["key"])
                stored = record["published"], record.get("provenance")
                if now is None or stored != (now.value, now.provenance):
                    raise ValueError(
                        f"{page} stores a check of {record['key']} that the ledger no longer has; "
                        f"run the page again"
                    )
                rows.append({"page": page} | record)
    return rows


def _source(item):
    names = ("quantity", "value", "error", "unit", "convention", "citation")
    names += ("provenance", "doi", "arxiv", "method_doi")
    return {name: getattr(item, name) for name in names}


def _check_entry(item):
    if item.kind not in KINDS:
        raise ValueError(f"{item.key}: kind must be one of {', '.join(KINDS)}, got {item.kind!r}")
    if item.provenance not in PROVENANCES:
        raise ValueError(
            f"{item.key}: provenance must be one of {', '.join(PROVENANCES)}, "
            f"got {item.provenance!r}"
        )
    if item.provenance in ("published", "exact", "experiment") and not item.url:
        raise ValueError(f"{item.key}: a source needs a doi or an arxiv number")
    if item.provenance == "independent run" and item.url:
        raise ValueError(
            f"{item.key}: no paper has the number of an independent run; name the paper of its "
            f"method in method_doi"
        )
    if item.kind == "numerical" and not item.tolerance > 0:
        raise ValueError(f"{item.key}: a numerical entry needs a tolerance above 0")
    if item.bound:
        raise ValueError(f"{item.key}: give a method of [{METHODS}], which has the bound")
    if bool(item.off) != bool(item.known_miss):
        raise ValueError(
            f"{item.key}: a known miss needs both off, by how much, and known_miss, why"
        )


def _check_method(name, fields):
    bounds = [fields[scale] for scale in ("relative", "absolute") if scale in fields]
    if len(bounds) != 1 or not bounds[0] > 0 or set(fields) - {"relative", "absolute", "reason"}:
        raise ValueError(
            f"{METHODS}.{name} needs a bound above 0, relative or absolute, and a reason"
        )
    if not fields.get("reason"):
        raise ValueError(f"{METHODS}.{name} needs the reason of its bound")


def _bound(item, methods):
    if item.method not in methods:
        raise ValueError(
            f"{item.key}: an approximation needs a method, one of {', '.join(methods)}; "
            f"got {item.method!r}"
        )
    method = methods[item.method]
    if "absolute" in method:
        return method["absolute"]
    if not item.value:
        raise ValueError(f"{item.key} is zero, and the bound of {item.method} is relative")
    return method["relative"] * abs(item.value)


def _one_number(key: str, ours: Any, kind: str) -> tuple[float, float, float | None]:
    """(value, error, n_bins) of what is to be checked."""
    if not isinstance(ours, Estimate):
        if kind == "statistical":
            raise ValueError(
                f"{key} is statistical: pass an Estimate with its error (from jackknife, say), "
                f"got {ours!r}"
            )
        ours = Estimate(ours, np.zeros(np.shape(ours)))
    if not isinstance(ours.value, float):
        raise ValueError(f"{key}: check one number at a time, got {len(ours)} of them")
    if kind == "statistical" and ours.error == 0:
        raise ValueError(f"{key} is statistical, but the error of {ours} is zero")
    return ours.value, ours.error, ours.n_bins


def _rounded(number, digits=12):
    """`number` to so many digits, so that what a notebook stores does not depend on rounding."""
    return float(f"{number:.{digits}g}") if math.isfinite(number) else str(number)


def _to_place(number, scale, exact=False):
    """`number` up to the second digit of `scale`, in three digits at least, in twelve at most.

    Zeros at the end count as digits, unless the number is `exact` there.
    """
    if not number or not math.isfinite(number) or not 0 < scale < math.inf:
        return f"{number:.3g}"
    digits = math.floor(math.log10(abs(number))) - math.floor(math.log10(scale)) + 2
    if digits < 2:
        return f"{number:.2g}"
    digits = min(max(digits, 3), 12)
    text = f"{number:.{digits}g}"
    return text if exact and float(text) == number else f"{number:#.{digits}g}".removesuffix(".")


def _signed(z):
    return "0.0" if abs(z) < 0.05 else f"{z:+.1f}"


def _show(line, record):
    """Print the line; in a notebook, display it together with the record."""
    ipython = sys.modules.get("IPython")  # not loaded: then this is no notebook
    if ipython is None or ipython.get_ipython() is None:
        print(line)
        return
    from IPython.display import display

    display({"text/plain": line, MIME: record}, raw=True)
