"""What surrounds the course: lock, environments, licences, commands and workflows agree."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from sphinx.util.matching import Matcher

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book" / "_theme")]
import citation as spoken  # noqa: E402

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MAKEFILE = text("Makefile").replace("\\\n", " ")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))


def project_files():
    """Files that are or would be committed; in an unpacked archive, everything there is."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        paths = [ROOT / os.fsdecode(name) for name in listed.split(b"\0") if name]
    else:
        ignored = {".venv", "_build", "artifacts", "node_modules", "__pycache__"}
        paths = [path for path in ROOT.rglob("*") if not ignored & set(path.parts)]
    return [path for path in paths if path.is_file()]


# --- versions ---------------------------------------------------------------------------------


def requirements(lines, extra=None):
    """A set that can be compared: (name, specifier, extra)."""
    parsed = [Requirement(line) for line in lines]
    return {(canonicalize_name(r.name), str(r.specifier), extra) for r in parsed}


def test_the_lock_holds_what_pyproject_asks_for():
    packages = tomllib.loads(text("uv.lock"))["package"]
    (course,) = (package for package in packages if package["name"] == PROJECT["name"])
    locked = {
        (
            canonicalize_name(entry["name"]),
            str(SpecifierSet(entry.get("specifier", ""))),
            next(iter(re.findall(r"extra == '(\w+)'", entry.get("marker", ""))), None),
        )
        for entry in course["metadata"]["requires-dist"]
    }
    asked = requirements(PROJECT["dependencies"])
    for extra, lines in EXTRAS.items():
        asked |= requirements(lines, extra)
    assert locked == asked, "run: uv lock"
    assert course["version"] == PROJECT["version"]


def test_the_locks_name_public_registries_only():
    addresses = re.findall(r'"((?:https?|file|git|ssh)[:+][^"]*)"', text("uv.lock"))
    hosts = {re.match(r"https://([^/]+)/", address)[1] for address in addresses}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    packages = tomllib.loads(text("uv.lock"))["package"]
    assert {key for package in packages for key in package["source"]} <= {"registry", "editable"}

    npm = json.loads(text("tools/bundle/package-lock.json"))
    resolved = {package.get("resolved", "") for package in npm["packages"].values()}
    assert all(re.match(r"$|https://registry\.npmjs\.org/", address) for address in resolved)


def test_conda_brings_python_and_pip_the_package():
    conda = yaml.safe_load(text("environment.yml"))["dependencies"]
    (pip,) = (entry["pip"] for entry in conda if isinstance(entry, dict))
    plain = [entry for entry in conda if isinstance(entry, str)]
    assert [re.split("[=<> ]", entry)[0] for entry in plain] == ["python", "pip"]

    version = plain[0].partition("=")[2]
    assert version in SpecifierSet(PROJECT["requires-python"])
    tested = yaml.safe_load(text(".github/workflows/test.yml"))["jobs"]["package"]
    assert version in tested["strategy"]["matrix"]["python"]

    (package,) = pip
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", package)[1].split(",")
    assert "book" in extras and set(extras) <= set(EXTRAS)


def test_other_environments_start_from_the_same_python_and_run_what_exists():
    """The container of an editor, and postBuild, which repo2docker runs once in an image."""
    version = re.search(r"- python=(\S+)", text("environment.yml"))[1]
    container = json.loads(text(".devcontainer/devcontainer.json"))
    assert container["image"] == f"mcr.microsoft.com/devcontainers/python:{version}"
    command, target = container["postCreateCommand"].split()
    assert command == "make" and target in TARGETS
    weekly = yaml.safe_load(text(".github/workflows/weekly.yml"))["jobs"]["environment"]
    assert {"python-version": version} in [step.get("with") for step in weekly["steps"]]

    assert os.access(ROOT / "postBuild", os.X_OK)
    script, (name,) = text("postBuild"), re.findall(r"^python (\S+)$", text("postBuild"), re.M)
    assert script.startswith("#!/usr/bin/env bash\n") and "set -euo pipefail" in script
    assert (ROOT / name).is_file()


def test_one_version_everywhere():
    citation = yaml.safe_load(text("CITATION.cff"))
    package = re.search(r'^__version__ = "(.+)"$', text("rgcourse/__init__.py"), re.M)[1]
    assert {citation["version"], package} == {PROJECT["version"]}
    assert spoken.names(citation) == [author["name"] for author in PROJECT["authors"]]


def required_by(name):
    """Names of what an installed package cannot be there without."""
    needed = [Requirement(line) for line in requires(name) or []]
    return {canonicalize_name(r.name) for r in needed if not r.marker or r.marker.evaluate()}


def test_the_package_imports_only_what_it_declares():
    """Or what a declared package requires itself, as ipywidgets does traitlets."""
    declared = {name for name, *_ in requirements(PROJECT["dependencies"])}
    declared = declared.union(*map(required_by, declared))
    # Heavy, and imported only inside the functions that need them.
    lazily = [line for extra in ("learn", "matter", "scale") for line in EXTRAS[extra]]
    declared |= {name for name, *_ in requirements(lazily)}
    owners = packages_distributions() | {PROJECT["name"]: [PROJECT["name"]]}
    undeclared = {}
    for path in (ROOT / "rgcourse").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names:
                owner = canonicalize_name(owners.get(name, [name])[0])
                if owner not in declared | {PROJECT["name"]}:
                    undeclared.setdefault(name, []).append(path.name)
    assert undeclared == {}, "add them to the dependencies in pyproject.toml"


# --- licences ---------------------------------------------------------------------------------


def test_licences_are_there_in_full():
    assert text("LICENSE").startswith("BSD 3-Clause License")
    assert "EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE." in text("LICENSE")
    assert text("LICENSE-TEXT").startswith("Attribution 4.0 International")
    for number in range(1, 9):
        assert f"\nSection {number} -- " in text("LICENSE-TEXT")
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])


def test_the_notices_name_everything_vendored():
    notices = text("THIRD_PARTY_NOTICES.md")
    vendored = json.loads(text("tools/bundle/package.json"))["dependencies"]
    missing = [f"{name} {version}" for name, version in vendored.items()
               if f"{name} | {version} |" not in notices]  # fmt: skip
    assert missing == []
    fonts = {path.parent for path in (ROOT / "book").rglob("*.woff2") if "vendor" not in path.parts}
    for folder in fonts:
        assert f"`{folder.relative_to(ROOT).as_posix()}`" in notices
        assert any(re.search("OFL|LICEN[CS]E", file.name) for file in folder.iterdir())
    for name in re.findall(r"`((?:book|rgcourse|tools)/[^`]+)`", notices):
        assert (ROOT / name).exists(), f"{name} is in the notices, not in the tree"


# --- commands ---------------------------------------------------------------------------------


def fenced(document):
    """The lines of the code blocks of a Markdown document, comments dropped."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", document, re.M | re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def uv_command(line):
    """(extras, command) of a `uv run` line."""
    words = shlex.split(line)
    assert words[:3] == ["uv", "run", "--frozen"], line
    words, extras = words[3:], []
    while words[0] == "--extra":
        extras.append(words[1])
        words = words[2:]
    return extras, " ".join(words)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_documented_make_targets_exist(document):
    lines = [line for line in fenced(text(document)) if line.startswith("make ")]
    inline = re.findall(r"`(make [^`]+)`", text(document))
    targets = {word for line in lines + inline for word in line.split()[1:] if "=" not in word}
    assert targets and targets <= TARGETS


def test_the_readme_gives_the_same_commands_through_uv():
    commands = [uv_command(line) for line in fenced(text("README.md")) if line.startswith("uv ")]
    assert all(set(extras) <= set(EXTRAS) for extras, _ in commands)
    (build,) = (command for _, command in commands if command.startswith("jupyter-book"))
    assert f".venv/bin/{build} " in MAKEFILE
    (test,) = (extras for extras, command in commands if command == "pytest")
    assert f"$(SYNC) {' '.join(f'--extra {extra}' for extra in test)}\n" in MAKEFILE


def test_make_test_leaves_no_test_out():
    """Whatever `make test-unit` ignores has its own target, and `make test` runs them all."""
    (unit,) = re.findall(r"-m pytest tests (--ignore .+)", MAKEFILE)
    for ignored in unit.replace("--ignore", "").split():
        assert re.search(rf"-m pytest {ignored}( -|$)", MAKEFILE, re.M)
        assert (ROOT / ignored).exists()
    (parts,) = re.findall(r"^test: (.*?) ##", MAKEFILE, re.M)
    assert sorted(parts.split()) == ["test-browser", "test-notebooks", "test-unit"]
    stages = re.findall(r"^stage .*\bmake (test-\S+)$", text(".ci/run"), re.M)
    assert {*parts.split()} <= {*stages}


def test_scripts_that_make_calls_exist():
    scripts = re.findall(r"\$\(PY\) (tools/\S+\.py)", MAKEFILE)
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
    named = re.findall(r"\btests/\w+\.py", MAKEFILE)
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_call_the_same_commands(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    runs = [step["run"].strip() for job in jobs.values() for step in job["steps"] if "run" in step]
    known = {".ci/run", "python -m pip install uv", ".venv/bin/python -m uv lock --check",
             'echo "RGCOURSE_SEED=$RGCOURSE_SEED"', "sudo apt-get install -q -y bubblewrap",
             "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"}  # fmt: skip
    for run in runs:
        if run.startswith("make "):
            assert {word for word in run.split()[1:] if "=" not in word} <= TARGETS
        elif run.startswith("uv run"):
            extras, command = uv_command(run)
            assert f"$(PY) -m {command}\n" in MAKEFILE and set(extras) <= set(EXTRAS)
        else:
            assert run in known


def test_workflows_exist():
    assert [path.stem for path in WORKFLOWS] == ["pages", "release", "test", "weekly"]


# --- files ------------------------------------------------------------------------------------


def test_the_map_in_the_readme_is_the_tree():
    (block,) = re.findall(r"^## The map.*?```\n(.*?)```", text("README.md"), re.M | re.S)
    names = [line.split()[0] for line in block.splitlines()]
    assert [name for name in names if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", [path.name for path in sorted(ROOT.glob("*.md"))])
def test_local_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text(document))
    local = [link for link in links if not re.match(r"\w+:", link)]
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_the_book_reads_no_text_of_others():
    """Jupyter Book lists once what it leaves out, and npm may install while a book is built."""
    left_out = Matcher(yaml.safe_load(text("_config.yml"))["exclude_patterns"])
    assert left_out("tools/bundle/node_modules/x/README.md") and left_out(".venv/x/y.md")
    assert not left_out("book/reference/about.md")


def test_no_file_knows_one_machine():
    """The page guard's own examples of a bad path belong to nobody: `me`."""
    folders = rb"(?<![\w.])/(?:root|work|(?:home|Users)/(?!me/)\w+)/|[A-Z]:\\+Users\\"
    found = [str(path.relative_to(ROOT)) for path in project_files()
             if re.search(folders, path.read_bytes())]  # fmt: skip
    assert found == []


def test_no_file_is_large():
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in project_files()}
    assert {name: size for name, size in sizes.items() if size > 2_000_000} == {}


def test_notebook_differences_are_set_up_as_contributing_says():
    assert re.search(r"^\*\.ipynb .*\bdiff=ipynb\b", text(".gitattributes"), re.M)
    assert "git config diff.ipynb.textconv" in text("CONTRIBUTING.md")
