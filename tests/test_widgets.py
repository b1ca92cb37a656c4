"""The live figures, seen from Python: values, errors, declarations, scripts, bundles."""

import gzip
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from figure_examples import example
from native_lattices import equilibrated, packed_start, zoomed_out
from PIL import Image
from wasm_page import load_tool

from rgcourse import exact, widgets
from rgcourse._palette import DARK, LIGHT
from rgcourse.exact import CRITICAL_T
from rgcourse.widgets import IsingLab, KondoFlow, assets, figure_class
from rgcourse.widgets._declare import declared, fixed
from rgcourse.widgets._front import style

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "book" / "_theme" / "vendor"


FIGURES = [getattr(widgets, name) for name in widgets.FIGURES]


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
        ({"L": 1024, "algorithm": "Wolff"}, "Wolff clusters need L <= 512, got L = 1024"),
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
        ({"predict": ("?", "yes", "no"), "verdict": ("maybe", "...")}, "one of the answers"),
        ({"verdict": ("yes", "it is")}, "one of the answers"),
    ],
)
def test_lab_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        IsingLab(**wrong)


def test_a_menu_with_one_entry_is_not_declared():
    traits = [[control["trait"] for control in IsingLab(L=L).spec["controls"]] for L in (512, 1024)]
    assert "algorithm" in traits[0] and "algorithm" not in traits[1]


def test_assignment_is_checked_too():
    lab = IsingLab(L=64)
    with pytest.raises(ValueError, match="between 1 and 4"):
        lab.T = 9.0
    with pytest.raises(ValueError, match="algorithm must be"):
        lab.algorithm = "wolff"
    assert (lab.T, lab.algorithm) == (CRITICAL_T, "heat bath")


def test_a_parameter_that_no_figure_has_is_named():
    with pytest.raises(TypeError, match="IsingLab has no parameter 'tile'.*has running"):
        IsingLab(L=64, tile="a slip of the pen")


def test_a_figure_of_controls_alone_shows_them_where_help_and_completion_look():
    names = inspect.signature(KondoFlow).parameters
    assert list(names)[:4] == ["g_z", "g_perp", "loops", "running"]
    assert (names["g_z"].default, names["loops"].default) == (0.15, 1)


def test_curves_are_kaufman_s_and_yang_s():
    curves = IsingLab(L=512, T_range=(1.0, 4.0)).curves
    T, M = np.array(curves["T"]), np.array(curves["m"])
    assert np.all(np.diff(T) > 0) and T[0] == 1.0 and T[-1] == 4.0
    fine = np.linspace(1.0, 4.0, 1001)  # between the points, too: the page prints three digits
    torus = exact.kaufman(512, 1 / fine)
    assert np.allclose(np.interp(fine, T, curves["E"]), torus.energy, atol=2.5e-4)
    spread = fine * np.sqrt(torus.specific_heat) / 512
    assert np.allclose(np.interp(fine, T, curves["spread"]), spread, rtol=0.05)
    memory = np.interp([1.5, CRITICAL_T, 2.35, 3.5], T, curves["memory"])
    assert memory[1] == pytest.approx(0.1 * 512**2.1665, rel=0.01) and memory[[0, 3]].max() < 10
    away = np.abs(T / CRITICAL_T - 1) > 1e-5
    assert np.allclose(M[away], exact.spontaneous_magnetization(1 / T[away]), atol=1e-4)
    assert M.min() == 0.0


@pytest.mark.parametrize("name", widgets.FIGURES)
def test_all_that_is_synced_is_json(name):
    figure = example(name)
    state = {k: v for k, v in figure.get_state().items() if k not in ("layout", "_dom_classes")}
    for trait, value in state.items():
        assert isinstance(value, bytes) or json.loads(json.dumps(value)) == value, trait
    data, _ = figure._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id


# --- declarations --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", widgets.FIGURES)
def test_what_is_declared_can_be_used(name):
    """Keys are told apart, and each belongs to a control; ranges hold their marks."""
    spec = example(name).spec
    controls = spec["controls"]
    marks = [mark for control in controls for mark in control.get("marks", ())]
    keys = [key for control in controls for key in control["keys"]]
    keys += [key for _, _, key in marks if key]
    assert len(set(keys)) == len(keys) and not set(keys) & {" ", "s", "0"}
    assert "slider" in [control["kind"] for control in controls], "the arrow keys move the first"
    assert 0 < len(spec["readouts"]) <= 4 and len(spec["legend"]) > 60
    for control in controls:
        if control["kind"] == "slider":
            assert control["low"] < control["high"]
            assert all(control["low"] <= value <= control["high"] for value, *_ in control["marks"])


@pytest.mark.parametrize("figure", FIGURES, ids=widgets.FIGURES)
def test_the_scene_has_what_python_declares(figure):
    """Methods of buttons, readouts and constants by their names, in the source of the scene."""
    source = (ROOT / "rgcourse/widgets/js" / f"{figure.module}.js").read_text(encoding="utf-8")
    alike = fixed(figure)
    for name, part in declared(figure):
        if part.control["kind"] == "button":
            assert re.search(rf"^  {name}\(\) {{", source, re.M), f"no method {name}()"
    for name, _ in alike.get("readouts", ()):
        assert re.search(rf"\b{name}\b", source), f"readout {name} is never read"


def test_a_narrowed_control_refuses_and_says_its_own_range():
    lab = IsingLab(L=64, T_range=(2.0, 2.5))
    slider = next(control for control in lab.spec["controls"] if control["trait"] == "T")
    assert (slider["low"], slider["high"]) == (2.0, 2.5)
    with pytest.raises(ValueError, match="between 2 and 2.5, got 3"):
        lab.T = 3.0


def test_a_figure_loads_nothing_of_the_others():
    code = "import sys; from rgcourse.widgets import KondoFlow; KondoFlow(); print(*sys.modules)"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True)
    modules = set(loaded.stdout.split())
    assert "rgcourse.widgets.kondo_flow" in modules
    assert not modules & {"sympy", "mpmath", "matplotlib", "rgcourse.nrg", "rgcourse.rbm"}


# --- lattices ------------------------------------------------------------------------------------


def test_same_seed_same_lattice():
    first, again, other = (equilibrated(32, 2.3, 0.0, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("T", [2.0, CRITICAL_T, 2.5])
def test_large_lattices_start_in_equilibrium(T):
    """One lattice of 1024 x 1024 fixes the energy to 0.002 or better; a cold start is far off."""
    spins = packed_start(1024, T, 0.0, 4).astype(int)
    bonds = spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))
    assert -bonds.mean() == pytest.approx(exact.onsager_energy(1 / T), abs=0.01)
    far = spins * np.roll(spins, 64, 0)
    if T < 2.2:
        assert far.mean() == pytest.approx(exact.spontaneous_magnetization(1 / T) ** 2, abs=0.02)
    elif T > 2.4:
        assert abs(far.mean()) < 0.02
    else:
        assert 0.15 < far.mean() < 0.45  # 0.703 * 64**-(1 / 4) = 0.25 on the infinite lattice


def test_zoom_out_is_the_blocking_of_the_course():
    from rgcourse.blocking import block_spins

    spins = equilibrated(64, 2.2, 0.0, 3)
    steps = zoomed_out(spins, 3, seed=3)
    assert [len(s) for s in steps] == [64, 32, 16, 8]
    assert np.array_equal(steps[1], block_spins(spins[None], 2, rng=3)[0])


def test_the_front_page_s_picture_is_current():
    strip = load_tool("build_strip")
    spins = strip.strip()
    for name, palette in {"light": LIGHT, "dark": DARK}.items():
        path = strip.FOLDER / f"strip-{name}.webp"
        assert path.stat().st_size < 20_000
        wanted = np.array(strip.picture(spins, palette))
        assert np.array_equal(np.array(Image.open(path).convert("RGB")), wanted)


# --- scripts -----------------------------------------------------------------------------------


def test_assets_by_name():
    esm, css = assets("rgcourse.widgets.ising_lab.IsingLab")
    assert (esm, css) == (IsingLab._esm, IsingLab._css)
    for figure in FIGURES:
        name = f"{figure.__module__}.{figure.__name__}"
        assert figure_class(name) is figure and assets(name) == (figure._esm, figure._css)
    lab = IsingLab()
    assert lab._anywidget_id == f"{IsingLab.__module__}.{IsingLab.__name__}"


def test_unknown_widget_is_named():
    with pytest.raises(ValueError, match="no widget class 'rgcourse.widgets.Gone'.*IsingLab"):
        assets("rgcourse.widgets.Gone")


@pytest.mark.parametrize("figure", FIGURES, ids=widgets.FIGURES)
def test_script_is_one_module_of_moderate_size(figure):
    """A module that imports nothing, for it comes out of a notebook."""
    assert not re.search(r"(^|[;\n])import[\s{\"'*]", figure._esm)
    assert len(re.findall(r"export\s*\{\s*[\w$]+ as default\s*\}", figure._esm)) == 1
    assert len(gzip.compress(figure._esm.encode(), 9)) < 27_000, "as it goes over the line"


def test_figures_take_their_colours_from_the_palette():
    for name, value in LIGHT.items():
        assert f"--{name}: var(--rg-{name}, {value});" in style()


def test_javascript_fits_the_line():
    for folder in (ROOT / "rgcourse/widgets/js", ROOT / "book/_theme/live", ROOT / "tools/bundle"):
        for path in [*folder.glob("*.js"), *folder.glob("*.mjs")]:
            lines = path.read_text(encoding="utf-8").splitlines()
            assert max(map(len, lines)) <= 120, path.name


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["build_figures", "build_bundle"])
def test_what_is_bundled_is_what_the_tool_writes(tool):
    if shutil.which("npm") is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail("npm is missing: install Node.js (Debian: apt install npm)", pytrace=False)
        pytest.skip("npm is missing: the bundle cannot be built again here")
    script = [sys.executable, str(ROOT / "tools" / f"{tool}.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


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
