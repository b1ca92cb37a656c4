"""Build the JavaScript that the book serves itself, so that no page asks another host for anything.

    python tools/build_bundle.py            write book/_theme/vendor
    python tools/build_bundle.py --check    exit 1 unless that folder is what this would write

Two things are made, with npm and esbuild at the versions of tools/bundle/package-lock.json:

    rg-widgets.js, rg-widgets.css   Jupyter's HTML widget manager and anywidget in one script
    mathjax/                        MathJax 3, its fonts, the few extensions it loads on demand

and LICENSES.txt with the licence of every package inside. anywidget's front end is taken from the
installed Python package, because the two must agree.
"""

import argparse
import filecmp
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import files, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "tools" / "bundle"
VENDOR = ROOT / "book" / "_theme" / "vendor"

FIGURES = ("rg-figures.js", "rg-answers.js")  # of tools/build_figures.py, in the same folder
ONES = "figures"  # and the folder with a script for each figure, of the same
MATHJAX_EXTENSIONS = ("boldsymbol", "braket", "cancel", "cases", "color", "enclose", "upgreek")

# The manager also carries the widgets of ipywidgets 7, which nobody here makes: they are answered
# by those of 8. The icon font is dropped: its glyphs would be 300 kB and our controls have words.
ALIASES = {
    "@jupyter-widgets/base7": "@jupyter-widgets/base",
    "@jupyter-widgets/controls7": "@jupyter-widgets/controls",
    "@fortawesome/fontawesome-free/css/all.min.css": "./nothing.css",
    "@fortawesome/fontawesome-free/css/v4-shims.min.css": "./nothing.css",
    "anywidget-amd": "./anywidget.js",
    "ajv": "./no_schema.js",
}
ESBUILD = [
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2022",
    "--legal-comments=none",
    # The manager assigns this webpack variable; outside webpack it must exist.
    "--banner:js=var __webpack_public_path__='';",
    *(f"--loader:.{suffix}=empty" for suffix in ("woff2", "woff", "ttf", "eot", "svg")),
]


def run(command, folder):
    """Run a command in a folder; RuntimeError with its output when it fails."""
    command = [str(word) for word in command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stdout}\n{done.stderr}")


def anywidget_front_end():
    """anywidget's AMD script as an ES module."""
    wanted = "nbextensions/anywidget/index.js"
    paths = [f for f in files("anywidget") or [] if f.as_posix().endswith(wanted)]
    if len(paths) != 1:
        raise RuntimeError(f"expected one {wanted} in the installed anywidget, found {len(paths)}")
    text = Path(paths[0].locate()).read_text(encoding="utf-8")
    head, define, tail = text.partition('define(["@jupyter-widgets/base"], widget_default);')
    if not define:
        raise RuntimeError("anywidget's front end no longer ends in the known define(...)")
    return head + "export default widget_default;" + tail


def package_of(path):
    """The npm package a bundled file belongs to, or None."""
    _, found, inside = path.rpartition("node_modules/")
    if not found:
        return None
    parts = inside.split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def licences(modules, packages):
    """One text with the licence of every package, equal texts given once."""
    own = next(f for f in files("anywidget") if f.name == "LICENSE")
    groups = {own.read_text().strip(): [f"anywidget {version('anywidget')} (MIT)"]}
    for package in sorted(packages):
        folder = modules / package
        facts = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        texts = sorted(p for p in folder.iterdir() if p.name.lower().startswith("licen"))
        text = texts[0].read_text(encoding="utf-8").replace("\r\n", "\n").strip() if texts else ""
        name = f"{package} {facts['version']} ({facts.get('license', 'see text')})"
        groups.setdefault(text, []).append(name)
    rule = "\n\n" + "=" * 80 + "\n\n"
    return rule.join("\n".join(names) + "\n\n" + text for text, names in groups.items()) + "\n"


def node_modules():
    """The folder of the npm packages, installed where the lock has changed since."""
    folder = SOURCE / "node_modules"
    stamp, lock = folder / ".lock", (SOURCE / "package-lock.json").read_bytes()
    if not stamp.exists() or stamp.read_bytes() != lock:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm is missing: install Node.js 20 or later (apt install npm)")
        run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], SOURCE)
        stamp.write_bytes(lock)
    return folder


def build(target):
    """Write the bundle, MathJax and their licences into the empty folder `target`."""
    modules = node_modules()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for name in ("entry.js", "no_schema.js"):
            shutil.copy(SOURCE / name, work)
        (work / "node_modules").symlink_to(modules, target_is_directory=True)
        (work / "anywidget.js").write_text(anywidget_front_end(), encoding="utf-8")
        (work / "nothing.css").write_text("", encoding="utf-8")
        esbuild = shutil.which("esbuild", path=str(modules / ".bin"))
        aliases = [f"--alias:{name}={path}" for name, path in ALIASES.items()]
        files_out = ["--metafile=meta.json", f"--outfile={target / 'rg-widgets.js'}"]
        run([esbuild, "entry.js", *ESBUILD, *aliases, *files_out], work)

        copy_mathjax(modules / "mathjax" / "es5", target / "mathjax")
        outputs = json.loads((work / "meta.json").read_text(encoding="utf-8"))["outputs"]
        inside = {package_of(p) for output in outputs.values() for p in output["inputs"]}
        packages = (inside - {None}) | {"mathjax"}
        (target / "LICENSES.txt").write_text(licences(modules, packages), encoding="utf-8")


def copy_mathjax(source, target):
    """MathJax for TeX input and HTML output, with fonts and a few extensions."""
    target.mkdir(parents=True)
    shutil.copy(source / "tex-mml-chtml.js", target)
    fonts = Path("output", "chtml", "fonts", "woff-v2")
    shutil.copytree(source / fonts, target / fonts)
    extensions = Path("input", "tex", "extensions")
    (target / extensions).mkdir(parents=True)
    for name in MATHJAX_EXTENSIONS:
        shutil.copy(source / extensions / f"{name}.js", target / extensions)


def differences(left, right):
    """Relative paths of the files that two folders do not have in common, byte for byte."""
    names = {p.relative_to(f) for f in (left, right) for p in f.rglob("*") if p.is_file()}
    same, _, _ = filecmp.cmpfiles(left, right, [str(n) for n in names], shallow=False)
    return sorted(str(n) for n in names if str(n) not in same)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "vendor")
        fresh.mkdir()
        build(fresh)
        changed = differences(fresh, VENDOR) if VENDOR.is_dir() else ["everything"]
        changed = [n for n in changed if n not in FIGURES and Path(n).parts[0] != ONES]
        if options.check:
            for name in changed:
                print(f"stale: {name}")
            print("run python tools/build_bundle.py" if changed else "the bundle is current")
            return 1 if changed else 0
        shutil.rmtree(VENDOR / "mathjax", ignore_errors=True)
        shutil.copytree(fresh, VENDOR, dirs_exist_ok=True)
    for path in sorted(VENDOR.glob("*.*")):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
