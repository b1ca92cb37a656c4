"""The shape of the package: imports point one way, modules stay small, public things explain."""

import ast
import doctest
import importlib
from inspect import getdoc, isclass, isfunction, isroutine
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rgcourse"

# Three storeys; a module imports only storeys below its own. Foundations stand on each other in
# this order, every module that is not named here is a method, and methods do not import methods.
FOUNDATIONS = [
    "_checks", "_threads", "_compile", "_random", "_bits", "_chain", "_palette", "statistics",
    "flows", "enumeration", "exact", "reference",
]  # fmt: skip
FACES = {"plotting", "widgets", "coursework"}
EXCEPTIONS = {("mcrg", "operators"), ("kondo", "nrg")}

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


def allowed(importer, imported):
    """Whether one module of the package may import another."""
    if importer == imported or (importer, imported) in EXCEPTIONS:
        return True
    if importer in FOUNDATIONS:
        return imported in FOUNDATIONS[: FOUNDATIONS.index(importer)]
    return imported in FOUNDATIONS or (importer in FACES and imported not in FACES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_one_way(path):
    inside = [name.split(".")[1] for name in imports(path) if name.startswith("rgcourse.")]
    for imported in set(inside) - {"__version__"}:
        assert allowed(module_of(path), imported), f"{module_of(path)} imports {imported}"


def test_the_rule_itself():
    assert allowed("exact", "_checks") and not allowed("_checks", "exact")
    assert allowed("samplers", "statistics") and not allowed("statistics", "samplers")
    assert allowed("mcrg", "operators") and not allowed("operators", "mcrg")
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


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_examples_in_docstrings_are_true(path):
    assert doctest.testmod(load(path)).failed == 0
