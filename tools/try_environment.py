"""Run pages where nothing is installed but what `environment.yml` says.

    python tools/try_environment.py                    every page, after `postBuild`
    python tools/try_environment.py flows sampling     some pages
    python tools/try_environment.py --no-warm flows    without `postBuild`

The files that git knows are copied to a new folder with a home of its own. Where micromamba or
conda is on the PATH it makes the environment; elsewhere an environment of the running Python takes
the place of conda's, and pip's lines of the file are installed into it by uv. `postBuild` runs as
repo2docker runs it, then each page runs as a reader would run it, and nothing is compared.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pages
import yaml

ROOT = Path(__file__).resolve().parents[1]
CONDAS = ("micromamba", "mamba", "conda")


def copy_of_the_tree(folder):
    """What git knows of the tree, as it stands now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, map(os.fsdecode, listed.split(b"\0"))):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def pip_lines(description):
    """What pip is to install, from the text of `environment.yml`."""
    entries = yaml.safe_load(description)["dependencies"]
    return [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]


def commands(description, env, conda, python):
    """The commands, to be run in the tree, that make the environment `env`."""
    if conda:
        verb = ["create", "-y", "-f"] if conda == "micromamba" else ["env", "create", "-f"]
        return [[conda, *verb, "environment.yml", "-p", str(env)]]
    uv = [sys.executable, "-m", "uv", "--quiet"]
    words = [word for line in pip_lines(description) for word in line.split()]
    into = ["--python", str(env / "bin/python")]
    return [[*uv, "venv", "--python", python, str(env)], [*uv, "pip", "install", *into, *words]]


def clean(env, home):
    """Variables of a shell in which the environment `env` is active and nothing else is known."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NUMBA", "VIRTUAL"))}
    return kept | {"PATH": f"{env / 'bin'}{os.pathsep}{kept['PATH']}", "HOME": str(home)}


def kernels(tree):
    """How many compiled kernels lie beside the sources."""
    return sum(1 for _ in tree.glob("rgcourse/**/*.nbc"))


def run_pages(paths, tree, variables, results):
    """Execute each page; the names of those that failed."""
    failed = []
    for path in paths:
        start, before = time.monotonic(), kernels(tree)
        page = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--log-level", "WARN"]
        page += ["--output-dir", str(results), str(path.relative_to(ROOT))]
        status = subprocess.run(page, cwd=tree, env=variables).returncode
        failed += [path.stem] if status else []
        compiled = kernels(tree) - before
        took = f"{time.monotonic() - start:.0f} s, {compiled} kernels compiled"
        print(f"{path.stem}: {'FAILED' if status else 'ran'}, {took}", flush=True)
    return failed


def main():
    """Exit status 0 when every page has run."""
    parser = argparse.ArgumentParser(description="Run pages in a documented environment.")
    parser.add_argument("pages", nargs="*", help="names or paths; all pages of _toc.yml if none")
    parser.add_argument("--python", default=sys.executable, help="without conda: version or path")
    parser.add_argument("--no-warm", action="store_true", help="leave postBuild out")
    options = parser.parse_args()
    paths = pages.chosen(options.pages)
    conda = next(filter(shutil.which, CONDAS), None)
    with tempfile.TemporaryDirectory(prefix="rgcourse-environment-") as folder:
        tree, env, home = (Path(folder, name) for name in ("tree", "env", "home"))
        home.mkdir()
        copy_of_the_tree(tree)
        description = (tree / "environment.yml").read_text(encoding="utf-8")
        for command in commands(description, env, conda, options.python):
            subprocess.run(command, cwd=tree, check=True)
        variables = clean(env, home)
        say = "import sys; print('Python', sys.version.split()[0], 'by', sys.argv[1], flush=True)"
        subprocess.run(["python", "-c", say, conda or "uv"], env=variables, check=True)
        if not options.no_warm:
            subprocess.run(["./postBuild"], cwd=tree, env=variables, check=True)
            print(kernels(tree), "kernels compiled by postBuild", flush=True)
        failed = run_pages(paths, tree, variables, Path(folder, "results"))
    print(f"{len(paths) - len(failed)} of {len(paths)} pages ran")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
