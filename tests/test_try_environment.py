"""The trial of the documented environment: what it would install, and where it looks."""

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import try_environment  # noqa: E402

DESCRIPTION = (ROOT / "environment.yml").read_text(encoding="utf-8")


def test_without_conda_pip_installs_what_the_file_says():
    (pip,) = (e["pip"] for e in yaml.safe_load(DESCRIPTION)["dependencies"] if isinstance(e, dict))
    make, install = try_environment.commands(DESCRIPTION, Path("env"), None, "3.13")
    assert make[-4:] == ["venv", "--python", "3.13", "env"]
    assert install[install.index("install") + 3 :] == pip[0].split()


@pytest.mark.parametrize(
    ("conda", "verb"), [("micromamba", "create -y -f"), ("conda", "env create -f")]
)
def test_conda_gets_the_file_itself(conda, verb):
    (command,) = try_environment.commands(DESCRIPTION, Path("env"), conda, "3.13")
    assert command == [conda, *verb.split(), "environment.yml", "-p", "env"]


def test_nothing_of_the_present_environment_is_known_there(monkeypatch):
    for name in ("PYTHONPATH", "NUMBA_CACHE_DIR", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "mine")
    variables = try_environment.clean(Path("env"), Path("home"))
    assert "mine" not in variables.values() and variables["HOME"] == "home"
    assert variables["PATH"].startswith(str(Path("env", "bin")))


def test_the_copy_has_what_git_knows_and_nothing_else(tmp_path):
    try_environment.copy_of_the_tree(tmp_path)
    assert (tmp_path / "environment.yml").is_file() and (tmp_path / "postBuild").is_file()
    assert not (tmp_path / ".venv").exists() and not list(tmp_path.rglob("*.nbc"))
