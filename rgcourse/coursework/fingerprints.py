"""What is left of code and text when names, comments and layout are taken away, as fingerprints.

Code is read as a tree of syntax. Of names only those of Python and of imported things stay, of
texts none; docstrings, annotations, imports and printing are left out. Fingerprints are hashes of
whole statements, which outlive another order, and of runs of the stream, chosen by winnowing:
S. Schleimer, D. S. Wilkerson and A. Aiken, SIGMOD 2003, doi:10.1145/872757.872770. Words of a text
are treated likewise.

Nothing is run. What cannot be parsed is mended line by line, or taken as a stream of tokens.
"""

import ast
import builtins
import keyword
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["Place", "Prints", "imported", "literals", "of_code", "of_text", "winnowed"]

RUN = 12  # tokens of a fingerprint
WINDOW = 5  # of which the least is kept: a copied run of 16 tokens is always seen
STATEMENT = 9  # tokens of a statement that counts as a whole
WORDS = 6  # of a text in a row
MAX_CELL = 40_000  # characters; no answer is longer, and parsing takes time
MAX_CODE = 160_000  # of a paper; what follows is not looked at
MAX_TOKENS = 30_000  # of a paper
MAX_REPAIRS = 40  # lines of a paper that are left out so that the rest can be parsed

KNOWN = frozenset(dir(builtins)) | set(keyword.kwlist)
LEFT_OUT = {"ctx", "annotation", "returns", "type_comment", "type_params", "kind", "name", "names"}
TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[^\w\s]")
COMMENT = re.compile(r"#[^\n]*|'[^'\n]*'|\"[^\"\n]*\"")
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Place:
    """Where a fingerprint was found: lines of a cell, or characters of a written answer."""

    part: int
    first: int
    last: int


Prints = dict[int, Place]


def of_code(cells: Sequence[str], names: Iterable[str] = ()) -> Prints:
    """Fingerprints of code, each with the first place where it was found.

    Parameters
    ----------
    cells : sequence of str
        Sources as a student wrote them: magics, errors and all.
    names : iterable of str
        More names that are not the student's own, such as those imported by cells that everybody
        has.
    """
    left, room = [MAX_REPAIRS], MAX_CODE
    sources = []
    for source in cells:
        sources.append(source[: min(MAX_CELL, room)])
        room -= len(sources[-1])
    trees = [_parsed(source, left) for source in sources]
    known = KNOWN | set(names)
    for tree in trees:
        known |= set(_imported(tree)) if tree else set()
    found: Prints = {}
    tokens_left = MAX_TOKENS
    for part, (source, tree) in enumerate(zip(sources, trees, strict=True)):
        units = _units(tree, known) if tree else _lines(source, known)
        stream: list[str] = []
        lines: list[tuple[int, int]] = []
        for tokens, first, last in units:
            tokens = tokens[:tokens_left]
            tokens_left -= len(tokens)
            stream += tokens
            lines += [(first, last)] * len(tokens)
            if len(tokens) >= STATEMENT:
                found.setdefault(_hash(["statement", *tokens]), Place(part, first, last))
            if not tokens_left:
                break
        for number, start in winnowed(stream):
            first, last = lines[start][0], lines[start + RUN - 1][1]
            found.setdefault(number, Place(part, first, last))
    return found


def of_text(texts: Sequence[str]) -> Prints:
    """Fingerprints of texts: every run of six words, in lower case, by its place in characters."""
    found: Prints = {}
    for part, text in enumerate(texts):
        words = [*re.finditer(r"\w+", text)]
        for start in range(len(words) - WORDS + 1):
            run = words[start : start + WORDS]
            number = _hash([word[0].lower() for word in run])
            found.setdefault(number, Place(part, run[0].start(), run[-1].end()))
    return found


def winnowed(stream: Sequence[str], run: int = RUN, window: int = WINDOW) -> Iterator[tuple]:
    """(fingerprint, start) of a stream: of every `window` runs the one with the least hash.

    Whatever two streams have in common, of `run + window - 1` tokens or more, gives them a
    fingerprint in common.

    Parameters
    ----------
    stream : sequence of str
    run, window : int
    """
    hashes = [_hash(stream[start : start + run]) for start in range(len(stream) - run + 1)]
    chosen = -1
    for start in range(max(1, len(hashes) - window + 1) if hashes else 0):
        part = hashes[start : start + window]
        least = start + len(part) - 1 - part[::-1].index(min(part))
        if least != chosen:
            chosen = least
            yield hashes[least], least


def imported(cells: Iterable[str]) -> set[str]:
    """Names that the cells import."""
    left = [MAX_REPAIRS]
    trees = (_parsed(source[:MAX_CELL], left) for source in cells)
    return {name for tree in trees if tree for name in _imported(tree)}


def literals(source: str) -> tuple[dict[str, object], set[float]]:
    """What a cell assigns to names as plain values, and all numbers that stand in it.

    Examples
    --------
    >>> literals("K = -0.5\\nx = K + 3")
    ({'K': -0.5}, {0.5, 3.0})
    """
    tree = _parsed(source[:MAX_CELL], [0])
    if tree is None:
        return {}, set()
    assigned: dict[str, object] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                assigned[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
    numbers = {
        float(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and abs(node.value) < 1e300
    }
    return assigned, numbers


# --- trees ------------------------------------------------------------------------------------


def _parsed(source, left):
    """The tree of a cell; lines that cannot be parsed, magics say, are passed over; else None."""
    lines = source.split("\n")
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse("\n".join(lines))
        except SyntaxError as error:
            number = (error.lineno or 0) - 1
            if left[0] <= 0 or not 0 <= number < len(lines) or lines[number].strip() == "pass":
                return None
            left[0] -= 1
            indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            lines[number] = f"{indent}pass"
        except (ValueError, MemoryError, RecursionError, OverflowError):
            return None


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in node.names:
                yield (name.asname or name.name).split(".")[0]


def _units(tree, known):
    """(tokens, first line, last line) of every statement, without what stands in its block."""
    waiting = [*reversed(tree.body)]
    while waiting:
        node = waiting.pop()
        blocks = [
            child
            for name in BLOCKS
            if isinstance(getattr(node, name, None), list)
            for child in getattr(node, name)
        ]
        waiting += reversed(blocks)
        if _says_nothing(node):
            continue
        first = getattr(node, "lineno", 1)
        last = min((block.lineno - 1 for block in blocks if hasattr(block, "lineno")), default=None)
        last = max(first, getattr(node, "end_lineno", first) if last is None else last)
        yield _tokens(node, known), first, last


def _says_nothing(node):
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal)):
        return True
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    is_print = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print"
    return isinstance(value, ast.Constant) or is_print


def _tokens(node, known):
    """The nodes of a statement in their order, without recursion: trees may be deep."""
    tokens: list[str] = []
    waiting = [node]
    while waiting and len(tokens) < MAX_TOKENS:
        one = waiting.pop()
        if isinstance(one, ast.Name):
            tokens.append(one.id if one.id in known else "v")
            continue
        if isinstance(one, ast.Constant):
            tokens.append(_constant(one.value))
            continue
        if isinstance(one, ast.arg):
            tokens.append("v")
            continue
        kind = "Assign" if isinstance(one, ast.AnnAssign) else type(one).__name__
        attribute = getattr(one, "attr", None) or (getattr(one, "arg", None) or "")
        tokens.append(f"{kind}.{attribute}" if isinstance(attribute, str) and attribute else kind)
        children = []
        for name, value in ast.iter_fields(one):
            if name in LEFT_OUT or (name in BLOCKS and isinstance(value, list)):
                continue
            many = value if isinstance(value, list) else [value]
            children += [child for child in many if isinstance(child, ast.AST)]
        waiting += reversed(children)
    return tokens


def _constant(value):
    if isinstance(value, (bool, type(None), type(...))):
        return str(value)
    if isinstance(value, (int, float)):
        try:
            return f"{float(value):.12g}"
        except OverflowError:
            return "large"
    return type(value).__name__


def _lines(source, known):
    """Tokens of every line of what is no Python; names and numbers as in a tree."""
    for number, line in enumerate(source.split("\n"), 1):
        tokens = TOKEN.findall(COMMENT.sub("", line))
        yield [t if not t[0].isalpha() or t in known else "v" for t in tokens], number, number


def _hash(tokens):
    text = "\x1f".join(tokens).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest())
