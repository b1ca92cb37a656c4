"""The ledger: published numbers with their sources, and `check`, which holds ours against them.

The entries stand in `reference.toml`. Each belongs to one kind:

statistical
    Ours is an `Estimate`; its z-score, with the published error added in quadrature, must lie
    within `sigmas` (3 unless stated), and its error below `max_error` where that is stated: an
    error bar that is wide enough agrees with anything.
numerical
    Ours must equal the published value within `tolerance`.
approximation
    Ours is known to be off, by at most `bound`: the deviation is the result, and has no z-score.
"""

import difflib
import json
import math
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .statistics import Estimate

__all__ = ["Entry", "LedgerMismatch", "check", "collect", "entries", "entry", "read_entries"]

MIME = "application/vnd.rgcourse.check+json"
KINDS = ("statistical", "numerical", "approximation")
PROVENANCES = ("published", "exact", "independent run", "by construction", "experiment")


class LedgerMismatch(RuntimeError):
    """A result outside the bound that its ledger entry states."""


@dataclass(frozen=True)
class Entry:
    """One published number, as the ledger has it."""

    key: str
    quantity: str
    value: float
    citation: str
    kind: str
    provenance: str = "published"
    error: float = 0.0
    unit: str = "1"
    convention: str = ""
    doi: str = ""
    arxiv: str = ""
    sigmas: float = 3.0
    max_error: float = math.inf
    tolerance: float = 0.0
    bound: float = 0.0

    @property
    def estimate(self) -> Estimate:
        """The published value with its error; 0 where none is published."""
        return Estimate(self.value, self.error)

    @property
    def url(self) -> str:
        """Address of the source: its DOI, or else arXiv."""
        return f"https://doi.org/{self.doi}" if self.doi else f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def published(self) -> str:
        """The published value as text, with its error if it has one."""
        return str(self.estimate) if self.error else f"{self.value:.12g}"


def check(key: str, ours: Estimate | float) -> None:
    """Print `ours` beside the published value of the ledger entry `key`; raises if they disagree.

    One line shows both values and the deviation. In a notebook the line carries the same as data,
    from which the ledger page of the book is made.

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
    onsager.critical_energy: ours -1.41421356237, published -1.41421356237, equal within 1e-12
    """
    item = entry(key)
    value, error, n_bins = _one_number(key, ours, item.kind)
    deviation = value - item.value
    record: dict[str, Any] = {"key": key, "ours": _rounded(value), "published": item.value}
    if item.kind == "statistical":
        z = float(Estimate(value, error, n_bins=n_bins).z_score(item.estimate))
        record |= {"error": _rounded(error), "z": _rounded(z, 4)}
        inside = abs(z) <= item.sigmas and error <= item.max_error
        verdict = f"{_signed(z)} sigma"
        bound = f"{item.sigmas:g} sigma"
        if math.isfinite(item.max_error):
            bound += f" and an error of at most {item.max_error:g}"
    elif item.kind == "numerical":
        inside = abs(deviation) <= item.tolerance
        equal = f"equal within {item.tolerance:g}"
        verdict = equal if inside else f"off by {deviation:.2g}"
        bound = f"{item.tolerance:g}"
    else:
        inside = abs(deviation) <= item.bound
        verdict = f"off by {deviation:+.2g}"
        if item.value:
            verdict += f" ({100 * deviation / abs(item.value):+.2g} %)"
        bound = f"{item.bound:g}"
    shown = str(Estimate(value, error)) if error else f"{value:.12g}"
    line = f"{key}: ours {shown}, published {item.published}, {verdict}"
    _show(line, record)
    if not inside:
        raise LedgerMismatch(
            f"{line}; the ledger allows {bound} ({item.citation}). Either the computation is "
            f"wrong or it is too short; the bound is not to be moved"
        )


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

    `same_as` names an earlier entry whose value, source and wording are taken over: one published
    number may be held against an exact computation here and a Monte Carlo estimate there.
    """
    ledger: dict[str, Entry] = {}
    for group, members in tables.items():
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
    return ledger


def collect(book: str | Path) -> list[dict[str, Any]]:
    """All checks stored in the committed notebooks under `book`, one dict each.

    Each has page (path below `book`, without suffix), key, ours, published and, where the entry is
    statistical, error and z; in the order of the pages' paths, then of their cells.

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
                if now is None or now.value != record["published"]:
                    raise ValueError(
                        f"{page} stores a check of {record['key']} that the ledger no longer has; "
                        f"run the page again"
                    )
                rows.append({"page": page} | record)
    return rows


def _source(item):
    names = ("quantity", "value", "error", "unit", "convention", "citation", "doi", "arxiv")
    return {name: getattr(item, name) for name in names}


def _check_entry(item):
    if item.kind not in KINDS:
        raise ValueError(f"{item.key}: kind must be one of {', '.join(KINDS)}, got {item.kind!r}")
    if item.provenance not in PROVENANCES:
        raise ValueError(
            f"{item.key}: provenance must be one of {', '.join(PROVENANCES)}, "
            f"got {item.provenance!r}"
        )
    if not (item.doi or item.arxiv):
        raise ValueError(f"{item.key}: a source needs a doi or an arxiv number")
    if item.kind == "numerical" and not item.tolerance > 0:
        raise ValueError(f"{item.key}: a numerical entry needs a tolerance above 0")
    if item.kind == "approximation" and not item.bound > 0:
        raise ValueError(f"{item.key}: an approximation needs a bound above 0")


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
