"""Compute what is right, and what is known to be wrong, for the self-checks of the exercises.

    python tools/self_checks.py                   all pages: write rgcourse/data/selfcheck.json
    python tools/self_checks.py decimation flows  these pages; the others stay as they are
    python tools/self_checks.py --check PAGE ...  write nothing; fail where a page answers otherwise

`book/exercises.toml` says what is asked, `tests/wrong_answers.toml` which wrong answers are known.
What is right is the value of an expression after the page's own solution, run with those statements
of the page that it needs. The same expression after a wrong answer gives the value that is named.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import time
import tomllib
import warnings
import zlib

import numpy as np
from pages import ROOT, chosen, notebooks

from rgcourse import Estimate
from rgcourse.answers import _kernels as kernels
from rgcourse.answers import checks
from rgcourse.answers.checks import Check, seal
from rgcourse.coursework import pages

sys.path.insert(0, str(ROOT / "book/_theme"))
from plain_math import plain  # noqa: E402

AUTHORED = ROOT / "book/exercises.toml"
WRONG = ROOT / "tests/wrong_answers.toml"
STORED = ROOT / "rgcourse/data/selfcheck.json"
RTOL, ATOL = 2e-3, 1e-6  # unless the file says otherwise
EXACT = (0.0, 1e-9)  # of whole numbers
FACTOR = 3.0  # by which an error may differ from that of the page's own run


def authored():
    """{page: {label: what `book/exercises.toml` says}}."""
    found = tomllib.loads(AUTHORED.read_text(encoding="utf-8"))
    del found["minutes"]
    return {page: {k: v for k, v in one.items() if k != "topics"} for page, one in found.items()}


def wrong_answers(page, label):
    """The wrong answers to an exercise, as code."""
    return tomllib.loads(WRONG.read_text(encoding="utf-8"))[page][label]


def value_of(code, expression):
    """The expression after the code, both in a space of their own."""
    space = {"__name__": "page", "np": np, "Estimate": Estimate}  # wrong answers may need them
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, "page", "exec"), space)
        return eval(compile(expression, "answer", "eval"), space)


def right_value(exercise, about):
    """What the page's own solution gives."""
    return value_of(exercise.code(about["answer"]), about["answer"])


def wrong_values(exercise, about, names):
    """[(name, value)] of the named wrong answers that give a value of the same form."""
    if not any(names):
        return
    for code, name in zip(wrong_answers(exercise.page, exercise.label), names, strict=True):
        if not name:
            continue
        cells = [*exercise.before, pages.without_stubs(exercise.check), *exercise.solution, code]
        yield name, value_of(pages.needed(cells, about["answer"]), about["answer"])


def check_of(exercise, about, right, wrong):
    """The `Check` of an exercise.

    Parameters
    ----------
    exercise : rgcourse.coursework.pages.Exercise
    about : dict
        Its entry in `book/exercises.toml`.
    right : value of the expression
    wrong : list of (name, value)

    Raises
    ------
    ValueError
        If a named mistake has the right value, or that of another one.
    """
    choices = about.get("choices", ())
    if choices:
        right, wrong = choices.index(right), []
    measured = isinstance(right, Estimate)
    expected = numbers(right)
    whole = not measured and is_whole(right)
    rtol = about.get("rtol", EXACT[0] if whole or "atol" in about else RTOL)
    atol = about.get("atol", EXACT[1] if whole or "rtol" in about else ATOL)
    if measured:
        error = float(right.error)
        expected = np.array([float(right.value), error, error / FACTOR, error * FACTOR])
    n = 1 if measured else expected.size
    head = [0, kernels.PAIR if measured else kernels.NUMBERS, n, 0, rtol, atol]
    names, values = [], []
    for name, value in wrong:
        if numbers(value).size != n:
            raise ValueError(f"{exercise.name}: {name!r} gives {value}, expected {n} numbers")
        names.append(in_letters(name))
        values.append(numbers(value))
    head[3] = len(names)
    made = Check(
        name=exercise.name,
        page=exercise.page,
        label=exercise.label,
        ask=in_letters(about["ask"]),
        n=n,
        choices=tuple(choices),
        mistakes=tuple(names),
        sealed=seal(np.concatenate([head, expected, *values]), zlib.crc32(exercise.name.encode())),
    )
    for place, value in enumerate(values, 1):
        told = int(kernels.verdict_on(made.numbers(), value, False))
        if told != place:
            raise ValueError(f"{exercise.name}: {names[place - 1]!r} is taken for {told}: {value}")
    return made


def numbers(value):
    """Whatever an expression gives as numbers in a row; of an Estimate its value."""
    if isinstance(value, Estimate):
        value = value.value
    if isinstance(value, (list, tuple)):
        value = [one.value if isinstance(one, Estimate) else one for one in value]
    return np.array(value, dtype=float).ravel()


def is_whole(value):
    """Whether these are whole numbers by their type."""
    parts = np.asarray(value, dtype=object).ravel()
    return all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) for one in parts)


def in_letters(text):
    """A text with its formulas in plain letters, as Jupyter can print them too."""
    parts = text.split("$")
    return "".join(plain(part) if k % 2 else part for k, part in enumerate(parts))


def computed(path):
    """(name, its check or an error, seconds) of each exercise of a page, computed anew."""
    about = authored().get(path.stem, {})
    for exercise in pages.exercises(path):
        started = time.process_time()
        entry = about[exercise.label]
        if "answer" not in entry:
            continue
        names = [] if entry.get("choices") else entry["mistakes"]
        try:
            right = right_value(exercise, entry)
            made = check_of(exercise, entry, right, list(wrong_values(exercise, entry, names)))
        except Exception as error:
            made = error
        yield exercise.name, made, time.process_time() - started


def agree(stored, fresh):
    """Whether a stored check takes what a new computation gives for right, and asks the same."""
    if stored is None or replaced(stored) != replaced(fresh):
        return False
    new, pair = fresh.numbers(), fresh.numbers()[1] == kernels.PAIR
    given = new[kernels.HEAD : kernels.HEAD + (2 if pair else fresh.n)]
    return kernels.verdict_on(stored.numbers(), given, pair) == kernels.RIGHT


def replaced(check):
    """All of a check but what is right."""
    return {k: v for k, v in vars(check).items() if k != "sealed"}


def write(made):
    """Store checks, those of a page together, in the order of the book."""
    order = {path.stem: place for place, path in enumerate(notebooks())}
    rows = sorted(made, key=lambda check: order[check.page])
    lines = ",\n".join(json.dumps(vars(check), ensure_ascii=False) for check in rows)
    STORED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", help="pages by name; all of them unless given")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    kept = dict(checks()) if STORED.exists() else {}
    wrong = []
    for path in chosen(options.pages):
        if path.stem not in authored():
            continue
        fresh = []
        for name, made, seconds in computed(path):
            print(f"{name}  {seconds:.1f} s", flush=True)
            if isinstance(made, Exception):
                wrong.append(f"{name}: {type(made).__name__}: {made}")
                print(f"  {wrong[-1]}", flush=True)
            elif options.check and not agree(kept.get(name), made):
                wrong.append(f"{name}: not as stored")
            else:
                fresh.append(made)
        if not options.check:
            kept = {name: c for name, c in kept.items() if c.page != path.stem}
            kept |= {check.name: check for check in fresh}
            write(kept.values())
    for name in wrong:
        print(f"wrong: {name}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
