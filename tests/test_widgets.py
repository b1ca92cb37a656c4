"""The live figures, seen from Python: values, errors, stills, scripts; and the vendored bundle."""

import base64
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from figure_examples import example
from PIL import Image
from wasm_page import load_tool

from rgcourse import exact, widgets
from rgcourse._palette import DARK, LIGHT
from rgcourse.widgets import IsingLab, ThreeTemperatures, assets, ising

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "book" / "_theme" / "vendor"


def mimebundle(figure):
    data, _ = figure._repr_mimebundle_()
    return data


# --- values ------------------------------------------------------------------------------------


def test_lab_starts_at_the_critical_temperature():
    lab = IsingLab()
    assert lab.T == pytest.approx(2.269185314213022, abs=1e-15)
    assert (lab.h, lab.algorithm, lab.level, lab.panels) == (0.0, "heat bath", 0, 4)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 100}, "multiple of 16"),
        ({"L": 4096}, "at most 2048"),
        ({"L": 576}, "multiple of 128.*got 576; use 512"),
        ({"L": 512, "algorithm": "Wolff"}, "Wolff clusters need L < 512"),
        ({"L": 64.5}, "whole number"),
        ({"T": 5.0}, "between 1 and 4, got 5"),
        ({"T": float("nan")}, "finite"),
        ({"h": 1.0}, "between -0.5 and 0.5"),
        ({"algorithm": "Metropolis"}, "'heat bath', 'Wolff'"),
        ({"panels": 5}, "between 1 and 4"),
        ({"level": -1}, "at least 0"),
        ({"seed": None}, "whole number"),
        ({"T_range": (4.0, 1.0)}, "must rise"),
        ({"predict": ("why?", "because")}, "question, answer, other answer"),
    ],
)
def test_lab_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        IsingLab(**wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 72}, "multiple of 16"),
        ({"level": 5}, "between 0 and 4"),
        ({"temperatures": (2.5, 2.0, 3.0)}, "three rising"),
        ({"temperatures": (2.0, 2.5)}, "three rising"),
        ({"temperatures": (0.0, 2.0, 2.5)}, "between 0.5 and 10"),
    ],
)
def test_three_temperatures_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        ThreeTemperatures(**wrong)


def test_assignment_is_checked_too():
    lab = IsingLab(L=64)
    with pytest.raises(ValueError, match="between 1 and 4"):
        lab.T = 9.0
    with pytest.raises(ValueError, match="algorithm must be"):
        lab.algorithm = "wolff"
    assert (lab.T, lab.algorithm) == (ising.CRITICAL_TEMPERATURE, "heat bath")


def test_a_parameter_that_no_figure_has_is_named():
    with pytest.raises(TypeError, match="IsingLab has no parameter 'tile'"):
        IsingLab(L=64, tile="a slip of the pen")


def test_curves_are_onsager_and_yang():
    curves = IsingLab(L=64, T_range=(1.0, 4.0)).curves
    T, M = np.array(curves["T"]), np.array(curves["M"])
    assert np.all(np.diff(T) > 0) and T[0] == 1.0 and T[-1] == 4.0
    assert np.allclose(curves["E"], exact.onsager_energy(1 / T), atol=1e-4)
    away = np.abs(T / ising.CRITICAL_TEMPERATURE - 1) > 1e-5
    assert np.allclose(M[away], exact.spontaneous_magnetization(1 / T[away]), atol=1e-4)
    assert M.min() == 0.0


def test_same_seed_same_lattice():
    first, again, other = (ising.equilibrated(32, 2.3, 0.0, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("name", [figure.__name__ for figure in widgets.FIGURES])
def test_a_stored_notebook_holds_state_still_and_words(name):
    """All that is synced is JSON; the still is small, and the same whenever it is made."""
    figure = example(name)
    state = {k: v for k, v in figure.get_state().items() if k not in ("layout", "_dom_classes")}
    for trait, value in state.items():
        assert isinstance(value, bytes) or json.loads(json.dumps(value)) == value, trait
    data = mimebundle(figure)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    still = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert still.width > 500 and len(data["image/png"]) < 60_000
    assert data["text/plain"] == figure.words() and figure.words().startswith(figure.title)
    assert mimebundle(figure) == data


@pytest.mark.parametrize("T", [2.0, ising.CRITICAL_TEMPERATURE, 2.5])
def test_large_lattices_start_in_equilibrium(T):
    """One lattice of 1024 x 1024 fixes the energy to 0.002 or better; a cold start is far off."""
    spins = ising.packed_start(1024, T, 0.0, 4).astype(int)
    bonds = spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))
    assert -bonds.mean() == pytest.approx(exact.onsager_energy(1 / T), abs=0.01)
    far = spins * np.roll(spins, 64, 0)
    if T < 2.2:
        assert far.mean() == pytest.approx(exact.spontaneous_magnetization(1 / T) ** 2, abs=0.02)
    elif T > 2.4:
        assert abs(far.mean()) < 0.02
    else:
        assert 0.15 < far.mean() < 0.45  # 0.703 * 64**-(1 / 4) = 0.25 on the infinite lattice


# --- stills ------------------------------------------------------------------------------------


def test_stills_are_lattices_side_by_side():
    for figure in (IsingLab(L=256, h=0.02), ThreeTemperatures(L=128, level=1)):
        still = figure.still()
        assert still.width > 2 * still.height
        assert "critical temperature" in figure.words()


def test_still_shows_the_spins():
    figure = ThreeTemperatures(L=64, temperatures=(1.0, 2.0, 3.0))
    pixels = np.array(figure.still().convert("RGBA"))
    up = [int(LIGHT["up"][i : i + 2], 16) for i in (1, 3, 5)]
    for k, T in enumerate(figure.temperatures):
        spins = ising.equilibrated(64, T, 0.0, figure.seed + k)
        panel = pixels[:, k * 72 : k * 72 + 64]
        assert np.array_equal(np.all(panel[..., :3] == up, axis=-1), spins > 0)
    assert np.all(pixels[:, 64:72, 3] == 0)


def test_zoom_out_is_the_blocking_of_the_course():
    from rgcourse.blocking import block_spins

    spins = ising.equilibrated(64, 2.2, 0.0, 3)
    steps = ising.zoomed_out(spins, 3, seed=3)
    assert [len(s) for s in steps] == [64, 32, 16, 8]
    assert np.array_equal(steps[1], block_spins(spins[None], 2, rng=3)[0])


def test_hero_picture_is_current():
    hero = load_tool("build_hero")
    spins = hero.spins()
    for name, palette in {"light": LIGHT, "dark": DARK}.items():
        path = hero.FOLDER / f"hero-{name}.webp"
        assert path.stat().st_size < 40_000
        wanted = np.array(hero.picture(spins, palette))
        assert np.array_equal(np.array(Image.open(path).convert("RGB")), wanted)


# --- scripts -----------------------------------------------------------------------------------


def test_assets_by_name():
    esm, css = assets("rgcourse.widgets.ising.IsingLab")
    assert "export default { render };" in esm and ".rgw" in css
    assert (esm, css) == (IsingLab._esm, IsingLab._css)
    for figure in widgets.FIGURES:
        assert assets(f"{figure.__module__}.{figure.__name__}") == (figure._esm, figure._css)
    lab = IsingLab()
    assert lab._anywidget_id == f"{IsingLab.__module__}.{IsingLab.__name__}"


def test_unknown_widget_is_named():
    with pytest.raises(ValueError, match="no widget class 'rgcourse.widgets.Gone'.*IsingLab"):
        assets("rgcourse.widgets.Gone")


@pytest.mark.parametrize("figure", widgets.FIGURES)
def test_script_is_one_module_of_moderate_size(figure):
    lines = figure._esm.splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert [line for line in lines if line.startswith("export ")] == ["export default { render };"]
    without_wasm = "\n".join(line for line in lines if "WASM_BASE64 =" not in line)
    assert len(without_wasm) < 32_000
    assert len(gzip.compress(without_wasm.encode(), 9)) < 12_000, "as it goes over the line"


def test_figures_take_their_colours_from_the_palette():
    for name, value in LIGHT.items():
        assert f"--{name}: var(--rg-{name}, {value});" in IsingLab._css


# --- the vendored bundle -----------------------------------------------------------------------


def test_bundle_asks_no_other_host():
    text = (VENDOR / "rg-widgets.js").read_text(encoding="utf-8")
    for host in ("cdn.jsdelivr.net", "unpkg.com", "cdnjs"):
        assert host not in text
    assert max(p.stat().st_size for p in VENDOR.rglob("*") if p.is_file()) < 2_000_000


def test_bundle_has_its_licences():
    text = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for package in ("anywidget", "@jupyter-widgets/html-manager", "mathjax 3.2.2", "backbone"):
        assert package in text


def test_lock_file_names_no_host():
    text = (ROOT / "tools" / "bundle" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text, "write it with npm install --omit-lockfile-registry-resolved"
    assert text.count('"integrity"') > 50


def test_bundle_has_the_installed_anywidget():
    """Without npm: the front end inside is that of the locked Python package."""
    front = load_tool("build_bundle").anywidget_front_end()
    text = (VENDOR / "rg-widgets.js").read_text(encoding="utf-8")
    for sentence in ("[anywidget] Runtime not found.", "anywidget.initialize"):
        assert sentence in front and sentence in text


@pytest.mark.slow
def test_bundle_is_what_the_tool_writes():
    if shutil.which("npm") is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail("npm is missing: install Node.js (Debian: apt install npm)", pytrace=False)
        pytest.skip("npm is missing: the bundle cannot be built again here")
    tool = [sys.executable, str(ROOT / "tools" / "build_bundle.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
