"""The key of an assignment: computed from its source and the class secret, never stored with it."""

import contextlib
import functools
import io
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import cases as case_tools
from . import plain, source, variants

__all__ = [
    "Key",
    "Reference",
    "answer_in",
    "make",
    "read",
    "request",
    "space_of_source",
    "write",
]

FORMAT = "rgcourse key 1"


@dataclass(frozen=True)
class Key:
    """What a grader needs: the assignment with its hidden cells, and the key of the class."""

    assignment: source.Assignment
    class_key: str
    shared: str = ""  # all have the numbers of this student; if empty, each has his or her own

    def parameters(self, student: str) -> dict[str, Any]:
        """The parameters of a student, `{name: value}`; empty where the source draws none."""
        code = self.assignment.code_of("variant")
        if not code:
            return {}
        space = _defined("\n\n".join(code))
        name = unicodedata.normalize(
            "NFC", self.shared or student
        )  # a Mac takes letters and accents apart
        return space["variant"](variants.generator(self.class_key, "variant", name))

    def cases(self, question: str, parameters: dict[str, Any]) -> list[case_tools.Case]:
        """The hidden `Case`s of a question for a student with these parameters."""
        space = _defined("\n\n".join(self.assignment.code_of("cases", question)))
        return space["cases"](variants.generator(self.class_key, "cases", question), parameters)


class Reference:
    """Answers of the reference solution, each computed once."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.code = source.reference_code(key.assignment)
        self.spaces: dict[str, dict[str, Any]] = {}
        self.known: dict[tuple[str, str], Any] = {}

    def expected(self, case: case_tools.Case, parameters: dict[str, Any]) -> Any:
        """What the reference solution answers to a case."""
        if case.expected is not case_tools.REFERENCE:
            return case.expected
        asked = json.dumps(request(case))
        needs = "" if case.args is not None else json.dumps(parameters, default=str)
        if (asked, needs) not in self.known:
            self.known[asked, needs] = self._answer(case, parameters)
        return self.known[asked, needs]

    def numbers(self, parameters: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The numbers of the model answers for a student, `{question: {name: number}}`.

        Raises
        ------
        AssertionError
            If what a model answer says is not so for these parameters.
        """
        told = {}
        for question in self.key.assignment.questions:
            for code in self.key.assignment.code_of("model", question.name):
                space = dict(self._space_of(parameters))
                exec(compile(code, f"model answer of {question.name}", "exec"), space)
                told[question.name] = space["numbers"]
        return told

    def _answer(self, case, parameters):
        """Functions of a reference do not read the parameters: any space will do for them."""
        if case.args is not None and self.spaces:
            space = next(iter(self.spaces.values()))
        else:
            space = self._space_of(parameters)
        return plain.decode(plain.encode(answer_in(space, case)))

    def _space_of(self, parameters):
        """Names of the reference solution, run with these parameters."""
        name = json.dumps(parameters, default=str)
        if name not in self.spaces:
            space = space_of_source() | dict(parameters)
            with contextlib.redirect_stdout(io.StringIO()):
                for number, code in enumerate(self.code):
                    exec(compile(code, f"reference {number}", "exec"), space)
            self.spaces = {**dict([*self.spaces.items()][:1]), name: space}
        return self.spaces[name]


def request(case: case_tools.Case) -> dict[str, Any]:
    """The case as a submission's process gets it."""
    asked: dict[str, Any] = {"name": case.name}
    if case.args is not None:
        asked["args"] = [plain.encode(item) for item in case.args]
    return asked


def make(path: str | Path, secret: str) -> Key:
    """The `Key` of the assignment in a source notebook, for the class with this secret."""
    assignment = source.read(path)
    return Key(assignment, variants.class_key(secret, assignment.name))


def write(key: Key, path: str | Path) -> None:
    """Write a key to a file that only its owner can read."""
    path = Path(path)
    path.touch(mode=0o600)
    path.chmod(0o600)  # also where a file of this name was there, open to others
    content = {"format": FORMAT, "class_key": key.class_key, "source": key.assignment.text()}
    path.write_text(json.dumps(content), encoding="utf-8")


def read(path: str | Path) -> Key:
    """The `Key` from a file; ValueError if there is none."""
    if not Path(path).exists():
        raise ValueError(f"there is no {path}; make a key: rgcourse key SOURCE -o {path}")
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is not a key: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(
            f"{path} is not a key of this version; make one: rgcourse key SOURCE -o {path}"
        )
    return Key(source.read_text(content["source"]), content["class_key"])


@functools.lru_cache(maxsize=64)
def _defined(code):
    """Names that a hidden cell defines, once for all students: it may keep what it knows."""
    space = space_of_source()
    exec(code, space)
    return space


def space_of_source() -> dict[str, Any]:
    """The names that a cell of a source may use without importing them."""
    names = ("call", "value", "close", "honest", "statistical")
    tools = {name: getattr(case_tools, name) for name in names}
    return {"__name__": "assignment", "np": np, "Seed": plain.Seed, **tools}


def answer_in(space: dict[str, Any], case: case_tools.Case) -> Any:
    """What a case asks for, of a notebook of ours that has run in this process.

    Parameters
    ----------
    space : dict
        Names of the notebook.
    case : Case
    """
    thing = space[case.name]
    return thing if case.args is None else thing(*(_argument(item) for item in case.args))


def _argument(value):
    if isinstance(value, plain.Seed):
        return np.random.default_rng(int(value))
    return value.copy() if isinstance(value, np.ndarray) else value
