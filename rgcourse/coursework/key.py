"""The key of an assignment: computed from its source and the class secret, never stored with it."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import cases as case_tools
from . import plain, source, variants

__all__ = ["Key", "Reference", "make", "read", "request", "write"]

FORMAT = "rgcourse key 1"


@dataclass(frozen=True)
class Key:
    """What a grader needs: the assignment with its hidden cells, and the key of the class."""

    assignment: source.Assignment
    class_key: str

    def parameters(self, student: str) -> dict[str, Any]:
        """The parameters of a student, `{name: value}`; empty where the source draws none."""
        code = self.assignment.code_of("variant")
        if not code:
            return {}
        space = _space()
        exec("\n\n".join(code), space)
        return space["variant"](variants.generator(self.class_key, "variant", student))

    def cases(self, question: str, parameters: dict[str, Any]) -> list[case_tools.Case]:
        """The hidden `Case`s of a question for a student with these parameters."""
        space = _space()
        exec("\n\n".join(self.assignment.code_of("cases", question)), space)
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

    def _answer(self, case, parameters):
        """Functions of a reference do not read the parameters: any space will do for them."""
        name = json.dumps(parameters, default=str)
        if case.args is not None and self.spaces:
            name = next(iter(self.spaces))
        if name not in self.spaces:
            space = _space() | dict(parameters)
            with contextlib.redirect_stdout(io.StringIO()):
                for number, code in enumerate(self.code):
                    exec(compile(code, f"reference {number}", "exec"), space)
            self.spaces = {**dict([*self.spaces.items()][:1]), name: space}
        thing = self.spaces[name][case.name]
        if case.args is not None:
            thing = thing(*(_argument(item) for item in case.args))
        return plain.decode(plain.encode(thing))


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
    """The `Key` from a file; ValueError if it is not one."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is not a key: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(
            f"{path} is not a key of this version; make one: rgcourse key SOURCE -o {path}"
        )
    return Key(source.read_text(content["source"]), content["class_key"])


def _space():
    tools = {name: getattr(case_tools, name) for name in ("call", "value", "close", "statistical")}
    return {"__name__": "assignment", "np": np, "Seed": plain.Seed, **tools}


def _argument(value):
    if isinstance(value, plain.Seed):
        return np.random.default_rng(int(value))
    return value.copy() if isinstance(value, np.ndarray) else value
