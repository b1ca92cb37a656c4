"""Answers to the exercises of the pages, checked in Jupyter as in the book: `selfcheck`."""

from .checks import Check, Verdict, checks, selfcheck
from .typed import read_typed

__all__ = ["Check", "Verdict", "checks", "read_typed", "selfcheck"]
