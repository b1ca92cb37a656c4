"""Runs too long for a page: made once by a stated command, stored with all that remakes them.

`python tools/long_runs.py NAME` writes `book/_results/NAME.json`; a page reads it by name. A wheel
carries them inside the package, so that a page on Colab has them too.

Three pages read what stands in the course's folder beside the package: the ledger and the table of
claims what the other pages found, the page on speed the benchmarks. Alone, they say so.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .statistics import Estimate

__all__ = ["StoredRun", "course_folder", "printed", "stored_benchmark", "stored_run"]

NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


@dataclass(frozen=True)
class StoredRun:
    """What one long run has found; prints as where it comes from.

    Parameters
    ----------
    name : str
        Its name, as `stored_run` takes it.
    what : str
        What was run, in one sentence.
    seed : int
        Seed of its random numbers.
    version : str
        Version of the package that ran it.
    processor, date : str
        Where and when.
    seconds : float
        How long it took, in seconds of processor time: a busy machine makes it no longer.
    data : mapping
        Its results by name: numbers, and lists of numbers.
    """

    name: str
    what: str
    seed: int
    version: str
    processor: str
    date: str
    seconds: float
    data: Mapping[str, Any]

    @property
    def command(self) -> str:
        """The command that makes it again."""
        return f"python tools/long_runs.py {self.name} --seed {self.seed}"

    def __getitem__(self, key: str) -> Any:
        """A result by its name: a number as it is, a list as an array."""
        if key not in self.data:
            raise KeyError(f"the run {self.name} has {', '.join(self.data)}, got {key!r}")
        value = self.data[key]
        return np.array(value) if isinstance(value, list) else value

    def estimate(self, key: str) -> Estimate:
        """The result stored as `key`, [value, error] or [value, error, n_bins]."""
        stored = self.data.get(key, ())
        if not isinstance(stored, list) or len(stored) not in (2, 3):
            raise ValueError(f"{key} of the run {self.name} is no [value, error], got {stored!r}")
        value, error, *n_bins = stored
        return Estimate(value, error, n_bins=n_bins[0] if n_bins else None)

    def __str__(self) -> str:
        return (
            f"{self.what}; {_minutes(self.seconds)} of {self.processor}, {self.date}, "
            f"rgcourse {self.version}; again by: {self.command}"
        )


def stored_run(name: str) -> StoredRun:
    """The long run of this name, as it was stored.

    Parameters
    ----------
    name : str
        Such as "majority_rule_64".

    Raises
    ------
    ValueError
        If there is none; it names those there are.

    Examples
    --------
    >>> stored_run("square_votes").command
    'python tools/long_runs.py square_votes --seed 2026'
    """
    folder = _results_folder()
    there = sorted(path.stem for path in folder.glob("*.json"))
    if name not in there:
        raise ValueError(f"no stored run {name!r}; there are {', '.join(there) or 'none'}")
    text = (folder / f"{name}.json").read_text(encoding="utf-8")
    return StoredRun(name=name, **json.loads(text))


def course_folder() -> Path:
    """The folder of the whole course: the working directory, or the nearest one above it.

    Raises
    ------
    FileNotFoundError
        If there is none: a page that needs the others was taken alone.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_toc.yml").is_file() and (folder / "book").is_dir():
            return folder
    raise FileNotFoundError(
        f"this page reads what is stored in the folder of the whole course, and {here} is not "
        f"inside it: download the course, and open the page there"
    )


def printed(page: str, words: str) -> Estimate:
    """The number that a page of the book has printed behind these words, with its error.

    Read from the outputs that the page stores, so that a page which quotes another one quotes what
    that has found, and fails when it finds something else to say.

    Parameters
    ----------
    page : str
        Path of the page below `book`, without suffix, such as "learning/depth".
    words : str
        What stands before the number, from any place of the line on.

    Returns
    -------
    Estimate
        The number with its error, behind ± or in brackets, or an error of 0 where none is printed.

    Raises
    ------
    FileNotFoundError
        If the working directory is not inside the course.
    ValueError
        If there is no such page, or it has printed no number behind these words, or several.
    """
    path = course_folder() / "book" / f"{page}.ipynb"
    if not path.is_file():
        raise ValueError(f"the book has no notebook {page!r}")
    outputs = (
        output
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    )
    said = "".join("".join(output.get("text", ())) for output in outputs)
    after = rf"{re.escape(words)}\s*({NUMBER})(?: ± ({NUMBER})|\((\d+)\))?(?![\w.]*\d)"
    found = {
        (float(value), float(error or 0) or int(digits or 0) * _last_place(value))
        for value, error, digits in re.findall(after, said)
    }
    if len(found) != 1:
        raise ValueError(
            f"{page} has to print one number behind {words!r}, got {sorted(found) or 'none'}; "
            f"look at its outputs, and give more words of the line"
        )
    return Estimate(*found.pop())


def stored_benchmark(name: str) -> dict[str, Any]:
    """A stored benchmark: what `make bench` wrote to `benchmarks/` in the course's folder.

    Parameters
    ----------
    name : str
        Such as "growth".

    Raises
    ------
    FileNotFoundError
        If the page does not stand in the course's folder.
    ValueError
        If there is no such benchmark; it names those there are.
    """
    folder = course_folder() / "benchmarks"
    there = sorted(path.stem for path in folder.glob("*.json"))
    if name not in there:
        raise ValueError(f"no benchmark {name!r}; there are {', '.join(there) or 'none'}")
    stored: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return stored


def _last_place(number: str) -> float:
    """One unit of the last digit that is written."""
    return 10.0 ** -len(number.partition(".")[2])


def _results_folder() -> Path:
    """Where the runs are: in an installed package inside it, in the course's folder in its book."""
    package = Path(__file__).parent
    installed = package / "_results"
    return installed if installed.is_dir() else package.parent / "book/_results"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
