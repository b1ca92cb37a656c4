"""Entries of the ledger, as `reference.toml` has them, and what is demanded of each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .statistics import Estimate

KINDS = ("statistical", "numerical", "approximation")
METHODS = "_methods"  # table of the bounds of approximations
PROVENANCES = ("published", "exact", "independent run", "by construction", "experiment")


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
    repeats: str = ""
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


@dataclass(frozen=True)
class Method:
    """An approximate method: how far off its numbers may be, relative or absolute, and why."""

    reason: str
    relative: float = 0.0
    absolute: float = 0.0

    def __str__(self) -> str:
        return f"{100 * self.relative:g} %" if self.relative else f"{self.absolute:g}"


def read_entries(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Entry]:
    """Entries by key from the tables of a ledger file, [group.name] to "group.name".

    `same_as` names an earlier entry whose value, source, provenance and wording are taken over: one
    published number may be held against an exact computation here and a Monte Carlo estimate there.
    The table [_methods] gives every approximation its bound.
    """
    methods = read_methods(tables)
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
            if fields.get("repeats", "") not in ("", *ledger):
                raise ValueError(f"{key}: repeats = {fields['repeats']!r} is not an earlier entry")
            try:
                ledger[key] = Entry(key=key, **fields)
            except TypeError as error:
                raise ValueError(f"ledger entry {key}: {error}") from None
            _check_entry(ledger[key])
            if ledger[key].kind == "approximation":
                ledger[key] = replace(ledger[key], bound=_bound(ledger[key], methods))
    return ledger


def read_methods(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Method]:
    """Methods by name, from the table [_methods] of a ledger file."""
    table = {}
    for name, fields in tables.get(METHODS, {}).items():
        try:
            table[name] = Method(**fields)
        except TypeError as error:
            raise ValueError(f"{METHODS}.{name} needs a bound and a reason: {error}") from None
        bounds = [bound for bound in (table[name].relative, table[name].absolute) if bound]
        if len(bounds) != 1 or not bounds[0] > 0 or not table[name].reason:
            raise ValueError(
                f"{METHODS}.{name} needs one bound above 0, relative or absolute, and a reason"
            )
    return table


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


def _bound(item, methods):
    if item.method not in methods:
        raise ValueError(
            f"{item.key}: an approximation needs a method, one of {', '.join(methods)}; "
            f"got {item.method!r}"
        )
    method = methods[item.method]
    if method.relative and not item.value:
        raise ValueError(f"{item.key} is zero, and the bound of {item.method} is relative")
    return method.absolute or method.relative * abs(item.value)
