"""The ledger: numbers with their sources, and `check`, which holds ours against them.

The entries stand in `reference.toml`. Each has a provenance: *published* (the cited work contains
the number), *exact* (evaluated from a formula that it contains), *independent run* (ours, by other
code or with another seed), *by construction* (holds by definition, a check of consistency) or
*experiment*. Each belongs to one kind:

statistical
    Ours is an `Estimate`; its z-score, with the published error added in quadrature, must lie
    within `sigmas` (3 unless stated), and its error below `max_error` where that is stated: an
    error bar that is wide enough agrees with anything. An entry that `repeats` another is the same
    quantity from the same run, and is not counted a second time.
numerical
    Ours must equal the value within `tolerance`.
approximation
    Ours is known to be off, by at most the `bound` of its `method`, one for all its numbers: the
    deviation is the result, and has no z-score. A number outside is a `known_miss`, with a reason.
"""

import difflib
import json
import math
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ._ledger import Entry, Method, read_entries, read_methods
from .results import course_folder
from .statistics import Estimate

__all__ = [
    "Entry",
    "LedgerMismatch",
    "Method",
    "Words",
    "check",
    "collect",
    "describe",
    "entries",
    "entry",
    "methods",
    "read_entries",
]

MIME = "application/vnd.rgcourse.check+json"


class LedgerMismatch(RuntimeError):
    """A result outside the bound that its ledger entry states."""


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
    return read_entries(_tables())


@cache
def methods() -> dict[str, Method]:
    """The methods of all approximations by name, with their bounds.

    Examples
    --------
    >>> print(methods()["bond_moving"])
    50 %
    """
    return read_methods(_tables())


def _tables():
    text = files("rgcourse").joinpath("reference.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def collect(book: str | Path | None = None) -> list[dict[str, Any]]:
    """All checks stored in the pages of the book, one dict each, in the order of the book.

    Each has page (path below `book`, without suffix), key, provenance, ours, published and, where
    the entry is statistical, error and z. Pages are what `_toc.yml` beside the book lists; other
    notebooks in its folder are not read.

    Parameters
    ----------
    book : str or Path, optional
        Folder of the book; without it, that of the course around the working directory.

    Raises
    ------
    FileNotFoundError
        If the working directory is not inside the course, and no `book` is given.
    ValueError
        If `book` is not the folder of a book, if a page of it is no executed notebook, or if a
        stored check differs from today's ledger: the page has to be run again.
    """
    book = course_folder() / "book" if book is None else Path(book).resolve()
    toc = book.parent / "_toc.yml"
    if not toc.is_file():
        raise ValueError(f"{book} is not the folder of a book: there is no {toc} that lists pages")
    listed = re.findall(
        rf"(?m)^\W*(?:root|file): *{re.escape(book.name)}/(\S+)", toc.read_text(encoding="utf-8")
    )
    if not listed:
        raise ValueError(f"{toc} lists no page in {book}")
    return [row for page in listed for row in _stored_checks(book, page)]


def _stored_checks(book, page):
    path = book / f"{page}.ipynb"
    if not path.is_file():
        if any(path.with_suffix(suffix).is_file() for suffix in (".md", ".rst")):
            return
        raise ValueError(f"the page {page} of {book.parent / '_toc.yml'} is missing in {book}")
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        records = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a notebook: {error}") from None
    for record in records:
        now = entries().get(record["key"])
        stored = record["published"], record.get("provenance")
        if now is None or stored != (now.value, now.provenance):
            raise ValueError(
                f"{page} stores a check of {record['key']} that the ledger no longer has; "
                f"run the page again"
            )
        yield {"page": page} | record


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
