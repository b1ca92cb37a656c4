"""Install the wheel as a user would, in an environment of its own, and try every part of it.

    python tools/try_wheel.py                     the newest versions of what it needs
    python tools/try_wheel.py --lowest            the lowest that pyproject.toml allows
    python tools/try_wheel.py --python 3.13       another Python, where the machine has it

Only the base dependencies are there: no extra, no checkout. Every module is imported, and the
examples of its docstrings are run, which are calls of everything that matters. Then the command
`rgcourse pilot` marks its three papers.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

INSIDE = """
import doctest, importlib, pkgutil, sys
import matplotlib

matplotlib.use("agg")
import rgcourse

assert "site-packages" in rgcourse.__file__, rgcourse.__file__
walk = pkgutil.walk_packages(rgcourse.__path__, "rgcourse.")
modules = [importlib.import_module(found.name) for found in walk]
calls = dict.fromkeys(rgcourse.__all__, 0)
failed = 0
for module in modules:
    result = doctest.testmod(module)
    failed += result.failed
    part = module.__name__.split(".")[1]
    calls[part] = calls.get(part, 0) + result.attempted
    for name in getattr(module, "__all__", ()):
        getattr(module, name)
silent = [name for name in rgcourse.__all__ if hasattr(getattr(rgcourse, name), "__path__")]
silent = [name for name in silent if calls[name] == 0]
rgcourse.widgets.KondoFlow()
import numba, numpy

print("Python", sys.version.split()[0], "numpy", numpy.__version__, "numba", numba.__version__)
print(len(modules), "modules,", sum(calls.values()), "examples,", failed, "failed", flush=True)
sys.exit(f"no example in {silent}" if silent else failed > 0)
"""


def uv(*words):
    """Run a command of uv; its failure ends the trial."""
    subprocess.run([sys.executable, "-m", "uv", *map(str, words), "--quiet"], check=True)


def main():
    """Exit status 0 when everything was imported and every example gave what it says."""
    parser = argparse.ArgumentParser(description="Try the wheel in a fresh environment.")
    parser.add_argument("--lowest", action="store_true", help="lowest versions that are allowed")
    parser.add_argument("--python", default=sys.executable, help="version or path")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rgcourse-wheel-") as folder:
        folder = Path(folder)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (wheel,) = folder.glob("*.whl")
        uv("venv", "--python", options.python, folder / "env")
        (python,) = [*folder.glob("env/bin/python"), *folder.glob("env/Scripts/python.exe")]
        resolution = "lowest-direct" if options.lowest else "highest"
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        direct = project["dependencies"]  # named beside the wheel: only what is named is held low
        binary = ["--only-binary", ":all:"]  # as a reader without a compiler
        how = ["--python", python, "--resolution", resolution, *binary]
        uv("pip", "install", *how, wheel, *direct)
        start = time.monotonic()
        run = subprocess.run([python, "-I", "-c", INSIDE], cwd=folder)
        print(f"{wheel.name} on {resolution}: {time.monotonic() - start:.0f} s to run")
        status = run.returncode
        if os.name == "posix":  # marking needs Linux, or macOS for a trial
            command = [python.with_name("rgcourse"), "pilot", folder / "pilot"]
            status = status or subprocess.run(command, cwd=folder).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
