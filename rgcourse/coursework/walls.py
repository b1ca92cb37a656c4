"""What is around the process of a submission: walls of bubblewrap, another user, few variables."""

import functools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import child, syscalls

__all__ = ["Box", "Level", "command", "environment", "held", "may_change_user", "start"]

SCRATCH_BYTES = 100_000_000  # of its temporary folder, and of the memory that processes share
SCRATCH = ("/tmp", "/dev/shm")
SYSTEM_PATHS = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
PACKAGE = Path(__file__).resolve().parents[2]
OF_THE_BUS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")  # by which systemd-run is heard
LIMITS = {
    "RLIMIT_CPU": 60,
    "RLIMIT_AS": 4_000_000_000,
    "RLIMIT_FSIZE": 50_000_000,
    "RLIMIT_NPROC": 32,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
}
MEMORY_IN_ALL = 4_000_000_000  # bytes of all processes together, with memory files and scratch
TASKS_IN_ALL = 40  # processes and threads, with the few that build the walls


@dataclass(frozen=True)
class Level:
    """How well submissions are kept in on this machine; see `levels`."""

    name: str
    told: str
    walls: bool = True
    limits: bool = True
    held: bool = False  # a control group of the kernel holds memory and processes of all
    shut: bool = True  # no user namespace inside, as far as bubblewrap sees to it
    sized: bool = True  # scratch has a size, and permissions
    proc: bool = True  # it sees its own processes
    filtered: bool = True  # the kernel refuses some calls of it; see `syscalls`


@dataclass(frozen=True)
class Box:
    """What is around a process; see `sandbox.run`."""

    level: Level
    hidden: tuple[str | Path, ...] = ()
    kernels: Path | None = None
    trusted: bool = False

    @property
    def isolated(self) -> bool:
        """Whether it has walls."""
        return self.level.walls and not self.trusted


def start(job: dict[str, Any], box: Box, folder: str, user: int | None) -> tuple[Any, bytes]:
    """A process of `child` in its box, and the line that it expects on its standard input.

    Parameters
    ----------
    job : dict
        What it has to do; what it must give up is added here.
    box : Box
    folder : str
        Its working folder if it has no walls.
    user : int, optional
        The number of the user that it becomes.
    """
    ours = box.trusted or not box.level.limits
    job = job | {
        "limits": {} if ours else LIMITS,
        "filter": syscalls.program().hex() if box.level.filtered and not ours else "",
        "user": user,
        "scratch": SCRATCH if box.isolated and user is not None else (),
        "package": str(PACKAGE),
        "kernels": None if box.trusted or not box.kernels else str(box.kernels),
    }
    process = subprocess.Popen(
        [*(command(box) if box.isolated else ()), sys.executable, "-s", "-P", child.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment(folder, box),
        start_new_session=True,
    )
    return process, json.dumps(job).encode() + b"\n"


def may_change_user(box: Box) -> bool:
    """Whether we are root, and another user could still reach Python and the package."""
    if box.trusted or not hasattr(os, "getuid") or os.getuid() != 0:
        return False
    roots = [Path(sys.prefix), Path(sys.base_prefix), PACKAGE]
    folders = {folder for root in roots for folder in [root, *root.parents]}
    return box.isolated or all(folder.stat().st_mode & 0o001 for folder in folders)


def environment(folder: str, box: Box) -> dict[str, str]:
    """Few variables: what Python and the compiled kernels need, nothing of the grader's own."""
    home = "/tmp" if box.isolated else folder
    names = ("LANG", *(OF_THE_BUS if box.isolated and box.level.held else ()))
    keep = {name: os.environ[name] for name in names if name in os.environ}
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return (
        keep
        | dict.fromkeys(threads, "1")
        | {
            "HOME": home,
            "IPYTHONDIR": f"{home}/.ipython",
            "NUMBA_CACHE_DIR": str(box.kernels) if box.trusted else f"{home}/kernels",
            "TMPDIR": home,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(_matplotlib_cache()),
            "PIP_RETRIES": "0",  # there is no network: `%pip install` need not try five times
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONIOENCODING": "utf-8:backslashreplace",  # in Jupyter, anything can be printed
            # what our own run compiles, of IPython too, serves all that come after it
            "PYTHONDONTWRITEBYTECODE": "" if box.trusted else "1",
        }
    )


@functools.cache
def _matplotlib_cache():
    """Matplotlib's folder with its list of fonts, which takes seconds to make anew."""
    import matplotlib

    return Path(matplotlib.get_cachedir())


def held() -> list[str]:
    """The command that starts another in a control group of its own, with limits for the group."""
    of_user = [] if os.getuid() == 0 else ["--user"]
    limits = [f"MemoryMax={MEMORY_IN_ALL}", "MemorySwapMax=0", f"TasksMax={TASKS_IN_ALL}"]
    asked = [part for limit in limits for part in ("-p", limit)]
    path = shutil.which("systemd-run") or "systemd-run"
    return [path, *of_user, "--scope", "--quiet", "--collect", *asked, "--"]


def command(box: Box) -> list[str]:
    """What stands before the command of a process whose box has walls."""
    before = held() if box.level.held else []
    return [*before, shutil.which("bwrap") or "bwrap", *_spaces(box.level), *_places(box)]


def _spaces(level):
    """Options that part a process from the network and from other processes."""
    user = [] if os.getuid() == 0 else ["--unshare-user"]
    shut = ["--disable-userns"] if level.shut and user else []
    bus = [part for name in OF_THE_BUS for part in ("--unsetenv", name)] if level.held else []
    spaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    return [*spaces, *user, *shut, *bus, "--die-with-parent", "--new-session"]


def _places(box):
    """A file system of what Python needs, read-only, with scratch, and nothing else."""
    kernels = [Path(box.kernels)] if box.kernels else []
    roots = [Path(sys.prefix), Path(sys.base_prefix), PACKAGE / "rgcourse", _matplotlib_cache()]
    roots += kernels
    sized = box.level.sized
    seen = ["--perms", "0755"] if sized else []  # older ones give this, and know no option for it
    size = ["--size", str(SCRATCH_BYTES), "--perms", "1777"] if sized else []
    binds = [*seen, "--dir", "/etc"]
    for path in SYSTEM_PATHS:
        if Path(path).is_symlink():
            binds += ["--symlink", os.readlink(path), path]
        elif Path(path).exists():
            binds += ["--ro-bind", path, path]
    for root in roots:
        if root.exists() and not root.is_relative_to("/usr"):
            for parent in reversed(root.parents[:-1]):
                binds += [*seen, "--dir", str(parent)]
            binds += ["--ro-bind", str(root), str(root)]
    for hidden in map(Path, box.hidden):
        place = hidden.resolve()
        if any(place.is_relative_to(root) for root in [*roots, *SYSTEM_PATHS]):
            kind = ["--tmpfs"] if place.is_dir() else ["--ro-bind", os.devnull]
            binds += [*kind, str(place)]
    proc = ["--proc", "/proc"] if box.level.proc else []
    return [
        *size, "--tmpfs", "/tmp", *binds, *proc, "--dev", "/dev", *size, "--tmpfs", "/dev/shm",
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp",
    ]  # fmt: skip
