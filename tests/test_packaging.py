"""What leaves the tree: metadata for an index page, types for editors, documented environments."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "book/_theme")]
import pages  # noqa: E402

import hatch_build  # noqa: E402


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

# --- metadata ---------------------------------------------------------------------------------

RELATIVE = r"\]\((?!https?://|#)[^)]*\)|(?:src|href)=[\"'](?!https?://|#)"
ADDRESS = "https://code.example.org/us/rg"


@pytest.mark.parametrize("url", [None, ADDRESS])
def test_the_index_page_has_no_link_that_leads_nowhere(url):
    assert re.search(RELATIVE, text("README.md"))
    page = hatch_build.index_page(text("README.md"), url)
    assert re.findall(RELATIVE, page) == []
    assert ("![" in page) == (url is not None)
    assert "[uv](https://docs.astral.sh/uv/)" in page and "BSD 3-Clause licence" in page
    assert (f"({ADDRESS}/raw/main/book/images/block_spins.png)" in page) == (url is not None)


def test_the_address_of_the_repository_stands_in_one_place():
    lines = "repository:\n  # ours\n  branch: main\n  url: '" + ADDRESS + "/'\n"
    assert hatch_build.repository("title: x\n" + lines + "html:\n  url: y\n") == ADDRESS
    assert hatch_build.repository("html:\n  url: y\n") is None
    assert hatch_build.repository("repository:\n  branch: main\nhtml:\n  url: y\n") is None
    assert hatch_build.addresses(None) == {}
    assert hatch_build.addresses(ADDRESS)["Repository"] == ADDRESS

    told = yaml.safe_load(text("_config.yml")).get("repository", {}).get("url")
    assert hatch_build.repository(text("_config.yml")) == (told.rstrip("/") if told else None)
    links = importlib.metadata.metadata(PROJECT["name"]).get_all("Project-URL") or []
    addresses = hatch_build.addresses(hatch_build.repository(text("_config.yml")))
    assert dict(link.split(", ") for link in links) == addresses, "run: uv sync"


def test_pythons_that_are_named_are_tested():
    found = [re.fullmatch(r".* :: (3\.\d+)", line) for line in PROJECT["classifiers"]]
    named = [version[1] for version in found if version]
    workflow = yaml.safe_load(text(".github/workflows/test.yml"))["jobs"]["package"]
    assert workflow["strategy"]["matrix"]["python"] == named
    assert re.findall(r"^\| (3\.\d+) \|", text("CONTRIBUTING.md"), re.M) == named
    assert PROJECT["requires-python"] == f">={named[0]}"


def test_the_book_serves_a_wheel_that_is_whole(tmp_path):
    import package_wheel  # book/_theme/package_wheel.py

    (tmp_path / "_static").mkdir()
    builder = SimpleNamespace(format="html")
    package_wheel.put_wheel(SimpleNamespace(outdir=tmp_path, builder=builder), None)
    (wheel,) = (tmp_path / "_static").iterdir()
    address = pages.source.colab_source(f"https://x/_static/{wheel.name}")
    assert f"/_static/{pages.WHEEL}" in address
    names = zipfile.ZipFile(wheel).namelist()
    assert {"rgcourse/py.typed", "rgcourse/__init__.pyi", "rgcourse/reference.toml"} <= set(names)
    assert {"rgcourse/data/austen.txt.xz", "rgcourse/data/coexistence.json"} <= set(names)
    assert any(name.endswith(".wasm") for name in names)
    assert not [name for name in names if "instructor" in name or "__pycache__" in name]
    # The one source of an assignment in it is the warm-up, whose solutions are public: `pilot` runs
    # from the wheel alone.
    notebooks = [name for name in names if name.endswith(".ipynb")]
    assert notebooks == ["rgcourse/coursework/warm_up.ipynb"]


# --- types ------------------------------------------------------------------------------------

SNIPPET = """
import rgcourse
from rgcourse import Estimate, jackknife
from rgcourse.samplers import Wolff

reveal_type(Wolff(16, 0.4, rng=1).record(3))
reveal_type(jackknife(max, [1.0, 2.0]))
reveal_type(rgcourse.Estimate(1.0, 0.1).z_score(1.0))
rgcourse.exact.kaufman
"""


@pytest.mark.slow
def test_an_editor_knows_what_comes_back(tmp_path):
    (tmp_path / "snippet.py").write_text(SNIPPET)
    command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "snippet.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    types = re.findall(r'Revealed type is "(.*)"', run.stdout)
    assert len(types) == 3, run.stdout
    assert types[0].endswith("Series") and types[1].endswith(".Estimate")
    assert "Any" != types[2] and "error" not in run.stdout


# --- environments that a reader is told to make -------------------------------------------------

LOCK = {}
for package in tomllib.loads(text("uv.lock"))["package"]:
    LOCK.setdefault(package["name"], []).append(package)


def closure(extras):
    """Names of all that is installed with the package and these extras, by the lock."""
    done, todo = set(), [(PROJECT["name"], extra) for extra in [None, *extras]]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        for package in LOCK[name]:
            optional = package.get("optional-dependencies", {})
            needed = package.get("dependencies", []) if extra is None else optional.get(extra, [])
            for one in needed:
                todo += [(one["name"], also) for also in [None, *one.get("extra", [])]]
    return {name for name, _ in done}


def imported(code):
    """Dotted names of the modules that code imports, inside functions too."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports_of_page(path):
    """{first name: where} of what a page imports, itself and through the package's own modules.

    What a module imports inside its functions counts: the page may call them.
    """
    cells = nbformat.read(path, as_version=4).cells
    code = [c.source for c in cells if c.cell_type == "code" and not pages.is_colab_cell(c)]
    plain = [re.sub(r"^\s*[%!].*", "", source, flags=re.M) for source in code]
    names = {name: path.stem for source in plain for name in imported(source)}
    for name in list(names):
        if name.startswith("rgcourse."):
            home = ROOT / "rgcourse" / name.split(".")[1]
            for file in [home.with_suffix(".py"), *home.glob("**/*.py")]:
                if file.exists():
                    names |= dict.fromkeys(imported(file.read_text(encoding="utf-8")), file.name)
    return {name.partition(".")[0]: where for name, where in names.items()}


def extras_in(words):
    """Extras of a `uv run --extra a --extra b` line or of a requirement `name[a,b]`."""
    found = re.findall(r"--extra (\w+)", words)
    for listed in re.findall(r"(?:rgcourse|\.)\[([\w,]+)\]", words):
        found += listed.split(",")
    return found


def documented():
    """{where: the words that install} of every environment in which pages are to be run."""
    guide, readme = text("book/coursework/hub.md"), text("README.md")
    makefile = text("Makefile")
    (lab,) = re.findall(r"`(uv run [^`]* jupyter lab)`", readme)
    (hub,) = re.findall(r"pip install nbgitpuller '(rgcourse.*)'", guide)
    (make,) = re.findall(r"^\.venv/\.lab:.*\n\t(\$\(SYNC\).*)", makefile, re.M)
    return {
        "README, uv": lab,
        "README and student guide, make lab": make,
        "environment.yml: conda, Binder, Zero to JupyterHub": text("environment.yml"),
        "hub, The Littlest JupyterHub": hub,
        "Colab": pages.source.colab_source("git+https://x/y"),
    }


BROUGHT = {"hub": "ipython"}  # what a hub and Colab have before anything is installed


@pytest.mark.parametrize("page", pages.notebooks(), ids=lambda path: path.stem)
@pytest.mark.parametrize("where", documented())
def test_what_a_reader_is_told_to_install_runs_every_page(where, page):
    installed = closure(extras_in(documented()[where])) | set(BROUGHT.values())
    owners = importlib.metadata.packages_distributions()
    missing = {}
    for name, place in imports_of_page(page).items():
        if name in sys.stdlib_module_names or name == PROJECT["name"]:
            continue
        # A name that many share, as a namespace, is there when one of its owners is.
        if not {canonicalize_name(owner) for owner in owners.get(name, [name])} & installed:
            missing[name] = place
    assert missing == {}, f"{where} does not install it"


def test_the_rule_finds_what_is_missing():
    page = ROOT / "book/learning/convolution.ipynb"
    assert {"jax", "sklearn"} <= set(imports_of_page(page))
    assert "jax" not in closure(["book"]) and {"jax", "scikit-learn"} <= closure(["book", "learn"])
    assert "make lab" in text("book/coursework/student_guide.md")
    direct = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert direct <= closure([])
