"""What cells print: sentences may break on a phone, columns may not."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book" / "_theme"))
from printed import in_columns  # noqa: E402


@pytest.mark.parametrize(
    "text, columns",
    [
        ("at T = 2.3:  xi = 16\nmore than the lattice has", False),
        ("nu: ours 1.0021, exact 1, 0.3 errors away", False),
        ("  set in\n  and set in again", False),
        ("", False),
        ("L = 8   0.61\nL = 16  0.62", True),
        ("two heads\n L      y\n 8   0.61\n", True),
        ("[[1. 0.]\n [0. 1.]]", True),
        ("[0.5 0.25]\nand a sentence", False),
    ],
)
def test_columns_are_told_from_sentences(text, columns):
    assert in_columns(text) == columns
