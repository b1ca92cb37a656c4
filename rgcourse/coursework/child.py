"""What runs inside the sandbox: the cells of a submission, then the calls that are asked for.

Started as a script, in a process of its own, by `sandbox`. It reads a job from standard input
(cells, limits), and writes one line of JSON for everything that happens: `begin` before a step,
then `done`, `value` or `error`. The requests come when the last cell is over, since what a cell
raises is told to its student. It knows inputs and nothing else: no expected value, no key, no
points. Nothing that a submission prints gets out.
"""

import asyncio
import json
import linecache
import os
import re
import shutil
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import Any, BinaryIO, TextIO

__all__ = ["answer_to", "main", "place_of", "prepared", "reason_of", "restrict", "steps"]

CELL = re.compile(r"<ipython-input-(\d{1,6})-")  # IPython's name for the code of a cell


def main() -> None:
    """Run the job on standard input; the exit status says nothing."""
    source = os.fdopen(os.dup(0), "rb")
    job = json.loads(source.readline())
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    for folder in job["scratch"]:  # an older bubblewrap makes it for us, not for another user
        os.chmod(folder, 0o1777)
    restrict(job["limits"], job["user"], bytes.fromhex(job["filter"]))
    if job.get("probe"):
        channel.write(json.dumps("ready") + "\n")
        channel.flush()
        os._exit(0)
    if job["kernels"]:  # a copy of its own: numba refuses a folder that it cannot write to
        shutil.copytree(job["kernels"], os.environ["NUMBA_CACHE_DIR"])
    sys.path.insert(0, job["package"])
    asyncio.new_event_loop().run_until_complete(steps(job["cells"], source, channel))
    os._exit(0)  # no exit handler of the submission runs


async def steps(cells: Sequence[tuple[int, str]], source: BinaryIO, channel: TextIO) -> None:
    """Run all cells, then answer all requests, inside a loop of events as in a notebook.

    Parameters
    ----------
    cells : sequence of (int, str)
        Number and source of each.
    source : file
        Its next line has the requests, pairs of (number, what), once the cells are over.
    channel : file
        Where a line is written for everything that happens.
    """
    from rgcourse.coursework import plain, shell

    def say(**event):
        channel.write(json.dumps(event) + "\n")
        channel.flush()

    notebook = shell.start()
    for number, cell in cells:
        say(begin=["cell", number])
        notebook.execution_count = number + 1  # by which `place_of` knows the cell again
        try:
            error = await shell.run_cell(notebook, cell)
        except BaseException as raised:  # a cell that exits has failed, not the notebook
            error = raised
        if error is None:
            say(done=["cell", number])
        else:
            say(error=["cell", number], reason=reason_of(error), at=place_of(error))
    for number, request in json.loads(source.readline()):
        say(begin=["request", number])
        try:
            answer = plain.encode(answer_to(request, notebook.user_ns, plain))
            say(value=["request", number], answer=answer)
        except BaseException as error:
            say(error=["request", number], reason=reason_of(error), at=place_of(error))
    say(end=True)


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
    try:  # of an error of syntax without the place, which `place_of` tells
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:300].rstrip(": ")


def place_of(error: BaseException) -> list[Any] | None:
    """[cell, line in it, text of the line] where a cell of the notebook has failed, if it was one.

    The last step of the error inside the notebook's own cells counts, not that in a library.
    """
    try:
        if isinstance(error, SyntaxError):
            steps = [(error.filename or "", error.lineno)]
        else:
            walked = traceback.walk_tb(error.__traceback__)
            steps = [(frame.f_code.co_filename, line) for frame, line in walked]
        for name, line in reversed(steps):
            found = CELL.match(name)
            if found and line:
                return [int(found[1]) - 1, line, linecache.getline(name, line).strip()[:500]]
    except BaseException:
        pass
    return None


def restrict(limits: dict[str, int], user: int | None, refuse: bytes = b"") -> None:
    """Give up what a submission does not need: its user, resources, calls of the kernel.

    Parameters
    ----------
    limits : dict
        The most of each resource, by its name in `resource`.
    user : int, optional
        The number of the user to become.
    refuse : bytes
        A filter of system calls, from `syscalls.program`.
    """
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
    if refuse:
        _filter(refuse)


def _filter(program):
    """Have the kernel apply a filter to this process and all that come from it."""
    import ctypes

    steps = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    told = Program(len(program) // 8, ctypes.addressof(steps))
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    gain_nothing, set_filter, by_program = 38, 22, 2  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
    for call in ((gain_nothing, 1, 0), (set_filter, by_program, ctypes.addressof(told))):
        if kernel.prctl(*call, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the kernel takes no filter of its calls")


if __name__ == "__main__":
    main()
