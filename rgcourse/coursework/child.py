"""What runs inside the sandbox: the cells of a submission, then the calls that are asked for.

Started as a script, in a process of its own, by `sandbox`. It reads one job from standard input
(cells, requests, limits), and writes one line of JSON for everything that happens: `begin` before
a step, then `done`, `value` or `error`. It knows inputs and nothing else: no expected value, no
key, no points. Nothing that a submission prints gets out.
"""

import json
import os
import shutil
import sys
from types import ModuleType
from typing import Any

__all__ = ["answer_to", "main", "prepared", "reason_of", "restrict"]


def main() -> None:
    """Run the job on standard input; the exit status says nothing."""
    job = json.loads(sys.stdin.buffer.read())
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    restrict(job["limits"], job["user"])
    if job["kernels"]:  # a copy of its own: numba refuses a folder that it cannot write to
        shutil.copytree(job["kernels"], os.environ["NUMBA_CACHE_DIR"])
    sys.path.insert(0, job["package"])
    from rgcourse.coursework import plain

    def say(**event):
        channel.write(json.dumps(event) + "\n")
        channel.flush()

    space = {"__name__": "__main__", "__builtins__": __builtins__}
    for number, source in job["cells"]:
        say(begin=["cell", number])
        try:
            exec(compile(source, f"cell {number}", "exec"), space)
            say(done=["cell", number])
        except BaseException as error:  # a cell that exits has failed, not the notebook
            say(error=["cell", number], reason=reason_of(error))
    for number, request in job["requests"]:
        say(begin=["request", number])
        try:
            answer = plain.encode(answer_to(request, space, plain))
            say(value=["request", number], answer=answer)
        except BaseException as error:
            say(error=["request", number], reason=reason_of(error))
    say(end=True)
    os._exit(0)  # no exit handler of the submission runs


def answer_to(request: dict[str, Any], space: dict[str, Any], plain: ModuleType) -> Any:
    """The value of a name, or what a function returns for arguments made anew.

    Parameters
    ----------
    request : dict
        As for `sandbox.run`.
    space : dict
        Names of the submission after its cells have run.
    plain : module
        `rgcourse.coursework.plain`, which this script can import only after it has started.
    """
    if request["name"] not in space:
        raise NameError(f"there is no {request['name']!r} in the notebook")
    thing = space[request["name"]]
    if "args" in request:
        if not callable(thing):
            raise TypeError(f"{request['name']!r} is not a function")
        thing = thing(*(prepared(plain.decode(item), plain) for item in request["args"]))
    parts = thing if type(thing) is tuple else (thing,)
    if thing is None or any(part is ... for part in parts):
        raise ValueError("not answered yet")
    return thing


def prepared(value: Any, plain: ModuleType) -> Any:
    """An argument as the function gets it: a seed becomes a generator."""
    if isinstance(value, plain.Seed):
        import numpy as np

        return np.random.default_rng(int(value))
    return value


def reason_of(error: BaseException) -> str:
    """The error in one short line; its own text may fail, and may be long."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:300].rstrip(": ")


def restrict(limits: dict[str, int], user: int | None) -> None:
    """Give up what a submission does not need: another user, and limits on every resource."""
    try:
        import resource
    except ImportError:  # no Linux; the caller has said `unsafe`
        return
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    for name, most in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
