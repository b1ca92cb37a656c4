"""Kernels compile and run where neither the package nor a home folder can be written."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rgcourse import _cache
from rgcourse.coursework import sandbox

PACKAGE = Path(_cache.__file__).parent
SCRIPT = """
import os
from rgcourse.samplers import Wolff
chain = Wolff(8, 0.4, rng=1)
chain.sweep(3)
print(chain.n_sites, os.environ["NUMBA_CACHE_DIR"], sum(len(f) for *_, f in os.walk("/tmp")) > 0)
"""


@pytest.fixture
def set_variable(monkeypatch):
    """What the test changes about NUMBA_CACHE_DIR, also through the package, is undone."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    return monkeypatch.setenv


@pytest.mark.skipif(
    sys.platform != "linux" or sandbox.bubblewrap() is None, reason="needs bubblewrap"
)
def test_a_read_only_installation_without_a_home_works_and_says_nothing():
    """All files read-only, an unknown user, no HOME: what a locked container looks like."""
    walls = "--ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --unshare-user --uid 1234".split()
    for folder in (PACKAGE.parent, sys.prefix, sys.base_prefix):  # which may lie below /tmp
        walls += ["--ro-bind", str(folder), str(folder)]
    bare = "--gid 1234 --chdir / --unsetenv HOME --unsetenv NUMBA_CACHE_DIR".split()
    python = [sys.executable, "-W", "error", "-c", SCRIPT]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    run = subprocess.run(
        [
            shutil.which("bwrap"),
            *walls,
            *bare,
            "--setenv",
            "PYTHONPATH",
            str(PACKAGE.parent),
            *python,
        ],
        env=environment | {"TMPDIR": "/tmp", "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == ["64", "/tmp/rgcourse-kernels-1234", "True"]


def test_numbas_own_places_and_the_users_choice_come_first(set_variable, monkeypatch, tmp_path):
    _cache.find_a_place_for_kernels(str(tmp_path))
    assert os.environ["NUMBA_CACHE_DIR"] == ""
    monkeypatch.setattr(_cache, "writable", lambda folder: False)
    set_variable("NUMBA_CACHE_DIR", "mine")
    _cache.find_a_place_for_kernels(str(tmp_path))
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"


@pytest.fixture
def nowhere_to_write(set_variable, monkeypatch, tmp_path):
    """Numba's own places will not do, and the current folder is empty."""
    import numba

    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(_cache, "writable", lambda folder: False)
    monkeypatch.setattr(_cache, "private_folder", lambda: "there")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_place_set_in_a_loaded_numba_stays(nowhere_to_write, monkeypatch):
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", "mine")
    _cache.find_a_place_for_kernels(str(nowhere_to_write))
    assert numba.config.CACHE_DIR == "mine" and "NUMBA_CACHE_DIR" not in os.environ


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("cache_dir: mine", None),
        ("opt: 2\nCache_Dir: 'mine'\n", None),
        ("{cache_dir: mine}", None),
        ("cache_dir: # later\nopt: 2", "there"),
        ("opt: 2", "there"),
        ("cache_dir:", "there"),
        ("", "there"),
        ("- [", "there"),
    ],
)
def test_a_place_in_numbas_file_of_settings_stays(nowhere_to_write, monkeypatch, text, place):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "yaml" or None)
    (nowhere_to_write / ".numba_config.yaml").write_text(text)
    _cache.find_a_place_for_kernels(str(nowhere_to_write))
    assert os.environ.get("NUMBA_CACHE_DIR") == place


def test_numbas_file_does_not_count_where_numba_cannot_read_it(nowhere_to_write, monkeypatch):
    (nowhere_to_write / ".numba_config.yaml").write_text("cache_dir: mine")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    _cache.find_a_place_for_kernels(str(nowhere_to_write))
    assert os.environ["NUMBA_CACHE_DIR"] == "there"


def test_an_empty_variable_comes_before_numbas_file(nowhere_to_write, monkeypatch):
    (nowhere_to_write / ".numba_config.yaml").write_text("cache_dir: mine")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    _cache.find_a_place_for_kernels(str(nowhere_to_write))
    assert os.environ["NUMBA_CACHE_DIR"] == "there"


def test_a_numba_loaded_before_hears_of_it(set_variable, monkeypatch, tmp_path):
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(_cache, "writable", lambda folder: False)
    monkeypatch.setattr(_cache, "private_folder", lambda: "there")
    _cache.find_a_place_for_kernels(str(tmp_path))
    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR == "there"


def test_writable_is_said_of_folders_that_could_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert _cache.writable(str(tmp_path / "not" / "yet"))
    assert not _cache.writable(str(tmp_path / "file" / "below"))
    assert not _cache.writable("~/.cache")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no modes")
def test_kernels_are_not_taken_from_a_folder_that_others_can_write_to(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = Path(_cache.private_folder())
    assert stat.S_IMODE(mine.stat().st_mode) == 0o700 and _cache.private_folder() == str(mine)
    mine.chmod(0o777)
    other = Path(_cache.private_folder())
    assert other != mine and stat.S_IMODE(other.stat().st_mode) == 0o700
    (tmp_path / "a file").touch()
    mine.rmdir()
    mine.symlink_to(other)
    assert Path(_cache.private_folder()) not in {mine, other}
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "a file" / "below"))
    assert _cache.private_folder() is None
