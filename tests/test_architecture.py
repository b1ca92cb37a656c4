"""The shape of the package: imports point one way, modules stay small, public things explain."""

import ast
import doctest
import importlib
import inspect
import re
import sys
from inspect import getdoc, isclass, isfunction, isroutine
from pathlib import Path
from types import ModuleType

import pytest

import rgcourse

PACKAGE = Path(__file__).parents[1] / "rgcourse"

# Three storeys; a module imports only storeys below its own. Foundations stand on each other in
# this order. Methods are grouped by the parts of the course, and a method imports no other method,
# but for those of its own part that stand before it.
FOUNDATIONS = [
    "_cache", "_checks", "_journal", "_threads", "_compile", "_random", "_bits", "_chain",
    "_palette", "statistics", "sweeps", "flows", "enumeration", "exact", "results", "_ledger",
    "reference", "answers",
]  # fmt: skip
PARTS = {
    "Zooming out": [
        "samplers", "multispin", "correlator", "blocking", "couplings", "operators", "mcrg",
        "scaling", "finite_size", "tensor_rg", "doubling", "block_sums",
    ],
    "Fields and the epsilon expansion": [
        "field_theory", "epsilon_expansion", "resummation", "local_potential",
        "walks", "running_couplings", "xy", "coexistence", "sandpile",
    ],
    "The Kondo problem": ["poor_mans_scaling", "nrg", "kondo"],
    "Learning": [
        "rbm", "variational", "networks", "information", "grammar", "text", "signal_flow",
        "ridge", "zoom_in", "spectra",
    ],
}  # fmt: skip
METHODS = [method for part in PARTS.values() for method in part]
FACES = ["plotting", "widgets", "coursework"]

FILES = sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)
NAMES = [p.relative_to(PACKAGE).as_posix() for p in FILES]


def module_of(path):
    """The module of the package, a single file or a folder, that this file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path, *, package="rgcourse"):
    """Absolute dotted names of everything that a file imports, at the top or inside functions."""
    folders = [package, *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = folders[: len(folders) - node.level + 1] if node.level else []
            base = ".".join([*origin, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def before(method):
    """The methods of its own part that stand before it."""
    (part,) = (part for part in PARTS.values() if method in part)
    return part[: part.index(method)]


def allowed(importer, imported):
    """Whether one module of the package may import another."""
    if importer == imported or importer == "__init__" and imported == "_cache":
        return True
    if importer in FOUNDATIONS:
        return imported in FOUNDATIONS[: FOUNDATIONS.index(importer)]
    return imported in FOUNDATIONS or imported in (
        METHODS if importer in FACES else before(importer)
    )


def test_every_module_has_its_place():
    here = {module_of(path) for path in FILES} - {"__init__"}
    assert here <= {*FOUNDATIONS, *METHODS, *FACES}
    public = {name for name in here if not name.startswith("_")}
    offered = {name for name in rgcourse.__all__ if isinstance(getattr(rgcourse, name), ModuleType)}
    assert public == offered, "list it in rgcourse/__init__.pyi"
    assert [name for name in public if f"`{name}`" not in rgcourse.__doc__] == []


def test_the_parts_are_those_of_the_course():
    parts = re.findall(r"caption: (.+)", (PACKAGE.parent / "_toc.yml").read_text(encoding="utf-8"))
    assert set(PARTS) <= set(parts)
    for part, methods in PARTS.items():
        (paragraph,) = re.findall(rf"^{part}: .*?(?:\n\n|\Z)", rgcourse.__doc__, re.M | re.S)
        assert set(re.findall(r"`(\w+)`", paragraph)) == set(methods)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_one_way(path):
    inside = [name.split(".")[1] for name in imports(path) if name.startswith("rgcourse.")]
    for imported in set(inside) - {"__version__"}:
        assert allowed(module_of(path), imported), f"{module_of(path)} imports {imported}"


def test_the_rule_itself():
    assert allowed("exact", "_checks") and not allowed("_checks", "exact")
    assert allowed("samplers", "statistics") and not allowed("statistics", "samplers")
    assert allowed("mcrg", "operators") and not allowed("operators", "mcrg")
    assert allowed("multispin", "samplers") and not allowed("mcrg", "rbm")
    assert not allowed("samplers", "blocking") and not allowed("blocking", "plotting")
    assert allowed("widgets", "samplers") and not allowed("widgets", "plotting")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_heavy_libraries_stay_where_they_belong(path):
    libraries = {name.split(".")[0] for name in imports(path)}
    if module_of(path) not in FACES:
        assert not libraries & {"matplotlib", "anywidget", "ipywidgets"}
    if module_of(path) != "networks":
        assert not libraries & {"jax", "jaxlib", "optax"}
    top = ast.Module(ast.parse(path.read_text(encoding="utf-8")).body, [])
    at_once = {a.name.split(".")[0] for n in top.body if isinstance(n, ast.Import) for a in n.names}
    at_once |= {(n.module or "").split(".")[0] for n in top.body if isinstance(n, ast.ImportFrom)}
    assert not at_once & {"jax", "jaxlib", "optax"}, "import JAX inside the functions that need it"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_users_meet_no_assertions_and_kernels_no_short_cuts(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: raise ValueError instead"
        if isinstance(node, ast.keyword):
            assert node.arg not in {"fastmath", "parallel"}, f"line {node.lineno}"


def load(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def public(module):
    """(name, object) of the functions, classes and methods that a module defines for others."""
    for name, value in vars(module).items():
        mine = getattr(value, "__module__", None) == module.__name__
        if name.startswith("_") or not mine or not (isroutine(value) or isclass(value)):
            continue
        yield name, value
        if isclass(value):
            members = ((n, m) for n, m in vars(value).items() if not n.startswith("_"))
            yield from ((f"{name}.{n}", getattr(value, n)) for n, m in members if isfunction(m))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_public_things_say_what_they_are(path):
    module = load(path)
    assert module.__doc__, "a module says in its first line what it holds"
    if path.name.startswith("_") and path.name != "__init__.py":
        return
    for name, value in public(module):
        assert getdoc(value), f"{name} has no docstring"  # a method may inherit it


OPEN = [path for path in FILES if path.name == "__init__.py" or not path.name.startswith("_")]
OPEN_NAMES = [path.relative_to(PACKAGE).as_posix() for path in OPEN]


def own(module):
    """(name, object) of what a module lists in `__all__` and defines itself."""
    for name in getattr(module, "__all__", []):
        value = getattr(module, name)
        if getattr(value, "__module__", None) == module.__name__:
            yield name, value


@pytest.mark.parametrize("path", OPEN, ids=OPEN_NAMES)
def test_every_module_says_what_is_public(path):
    module = load(path)
    names = module.__all__
    assert len(set(names)) == len(names)
    assert [name for name in names if not hasattr(module, name)] == []
    assert [name for name in names if name.startswith("_")] == []


def compiled(function):
    """Whether numba compiles this plain function, in its module or another: it infers types."""
    if inspect.getsource(function).startswith("@register_jitable"):
        return True
    modules = [m for name, m in sys.modules.items() if name.startswith("rgcourse.")]
    values = (value for module in modules for value in list(vars(module).values()))
    return any(getattr(value, "py_func", None) is function for value in values)


def unannotated(name, function):
    """The parameters, and `return`, of a function or method that have no type."""
    signature = inspect.signature(function)
    told = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
    told = [f"{name}({parameter})" for parameter in told if parameter not in ("self", "cls")]
    silent = signature.return_annotation is signature.empty and not name.endswith(".__init__")
    return [*told, f"{name} -> ?"] if silent else told


def methods(value):
    """(name, function) of the public methods, properties and `__init__` that a class defines."""
    for name, member in vars(value).items():
        member = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if isfunction(member) and (name == "__init__" or not name.startswith("_")):
            yield f"{value.__name__}.{name}", member


@pytest.mark.parametrize("path", OPEN, ids=OPEN_NAMES)
def test_public_things_have_types(path):
    module = load(path)
    missing = []
    for name, value in own(module):
        if isfunction(value) and not compiled(value):
            missing += unannotated(name, value)
        elif isclass(value):
            for method, function in methods(value):
                missing += unannotated(method, function)
    assert missing == []


def test_missing_types_are_found():
    def half(a: int, b, *, rng) -> int: ...

    class Thing:
        def __init__(self, a): ...

        @property
        def size(self): ...

        def _private(self, x): ...

    assert unannotated("half", half) == ["half(b)", "half(rng)"]
    found = [what for name, method in methods(Thing) for what in unannotated(name, method)]
    assert found == ["Thing.__init__(a)", "Thing.size -> ?"]


# Names that stay: other people's code and the acceptance of the course call them.
CONTRACT = {
    "exact": "onsager_log_z onsager_energy onsager_specific_heat spontaneous_magnetization kaufman "
    "enumerate_ising",
    "samplers": "Metropolis HeatBath Wolff SwendsenWang sample_ising_metropolis "
    "sample_ising_heat_bath sample_ising_wolff sample_ising_swendsen_wang",
    "multispin": "PackedIsing",
    "blocking": "block_spins decimate_spins",
    "operators": "even_operators odd_operators",
    "mcrg": "linearized_rg scaling_exponents",
    "statistics": "Estimate mean_of jackknife autocorrelation_time",
    "flows": "FixedPoint find_fixed_point trajectory",
    "couplings": "decimate_chain migdal_kadanoff niemeijer_van_leeuwen",
    "tensor_rg": "trg_flow hotrg_flow TensorFlow",
    "epsilon_expansion": "eta_series inverse_nu_series omega_series",
    "resummation": "borel_resum",
    "running_couplings": "alpha_s run_coupling beta_coefficients",
    "xy": "XY",
    "walks": "count_walks PivotChain TreeChain",
    "coexistence": "stored_curve van_der_waals_curve local_slopes window_slope",
    "nrg": "wilson_chain kondo_flow impurity_thermodynamics kondo_temperature",
    "kondo": "wilson_chain kondo_flow impurity_thermodynamics kondo_temperature",
    "sandpile": "Sandpile MannaPile stabilize is_recurrent identity_pile recurrent_count "
    "mean_avalanche random_recurrent",
    "information": "keep_most mutual_information information_bias group_rows",
    "sweeps": "run_sweep task_generator pooled stored_sweep",
    "rbm": "RBM log_z_exact log_likelihood train_rbm from_spin_rbm",
}


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in CONTRACT for name in CONTRACT[module].split()]
)
def test_names_that_stay_explain_their_parameters(module, name):
    value = getattr(getattr(rgcourse, module), name)
    given = [p for p in inspect.signature(value).parameters if p not in ("self", "args", "kwargs")]
    # A class may speak of what it holds, which is what it is given.
    sections = ("Parameters", "Attributes") if isclass(value) else ("Parameters",)
    documentation = getdoc(value)
    assert any(f"\n{section}\n---" in documentation for section in sections)
    assert [
        p for p in given if not re.search(rf"^\s*[\w, *]*\b{p}\b[\w, ]* ?:", documentation, re.M)
    ] == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_examples_in_docstrings_are_true(path):
    assert doctest.testmod(load(path)).failed == 0
