"""Bundle the live figures: one ES module each for notebooks, one script each for the book's pages.

    python tools/build_figures.py            write rgcourse/widgets/built and book/_theme/vendor
    python tools/build_figures.py --check    exit 1 unless they are what this would write

The sources are the modules of rgcourse/widgets/js with the kernels of rgcourse/widgets/*.wasm
inside, and so is the script that checks answers; the bundler is esbuild, at the version of
tools/bundle/package-lock.json.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from build_bundle import FIGURES as SCRIPTS
from build_bundle import ONES, SOURCE, VENDOR, differences, node_modules, run

ROOT = Path(__file__).resolve().parents[1]
WIDGETS = ROOT / "rgcourse" / "widgets"


def build(figures, scripts):
    """Write a module for each figure into one folder, and the scripts of the book into another."""
    node_modules()
    (scripts / ONES).mkdir()
    paths = (WIDGETS / "js", figures, *(scripts / name for name in SCRIPTS), scripts / ONES)
    run([shutil.which("node"), "figures.mjs", *paths], SOURCE)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures, scripts = Path(folder, "built"), Path(folder, "scripts")
        for target in (figures, scripts):
            target.mkdir()
        build(figures, scripts)
        current = Path(folder, "current")
        current.mkdir()
        for name in SCRIPTS:
            if (VENDOR / name).exists():
                shutil.copy(VENDOR / name, current)
        if (VENDOR / ONES).exists():
            shutil.copytree(VENDOR / ONES, current / ONES)
        stale = differences(figures, WIDGETS / "built") + differences(scripts, current)
        if options.check:
            for name in stale:
                print(f"stale: {name}")
            print("run python tools/build_figures.py" if stale else "the figures are current")
            return 1 if stale else 0
        shutil.rmtree(WIDGETS / "built", ignore_errors=True)
        shutil.copytree(figures, WIDGETS / "built")
        for name in SCRIPTS:
            shutil.copy(scripts / name, VENDOR)
        shutil.rmtree(VENDOR / ONES, ignore_errors=True)
        shutil.copytree(scripts / ONES, VENDOR / ONES)
    for path in [*sorted((WIDGETS / "built").iterdir()), *(VENDOR / name for name in SCRIPTS)]:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
