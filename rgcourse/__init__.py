"""Learning by Zooming Out: the renormalization group and deep learning, an executable course.

What nearly every page needs stands here: `Estimate`, `mean_of`, `jackknife`,
`autocorrelation_time`, `FixedPoint`, `find_fixed_point`, `trajectory`, `check` and `selfcheck`.
Everything else is in a module named after its subject, which is loaded when it is first used:

>>> import rgcourse
>>> rgcourse.exact.CRITICAL_K
0.4406867935097715

Under everything: numbers with their errors in `statistics`, one function over many parameters and
seeds on any number of machines in `sweeps`, fixed points and trajectories in `flows`, published
numbers with their sources in `reference`, runs too long for a page in `results`, answers to
exercises in `answers`, and what is known in closed form or can be summed state by state in `exact`
and `enumeration`.

Zooming out: maps that double their period in `doubling`, sums of independent numbers and averages
of pictures in `block_sums`; chains of Ising configurations in `samplers`, packed 64 to a word in
`multispin`, and their autocorrelations in `correlator`; blocks of spins in `blocking`, maps of
couplings in `couplings`, what Monte Carlo RG measures in `operators`, the method itself in `mcrg`,
power laws in `scaling`, what the size of a lattice says of them in `finite_size`, and the lattice
as a network of tensors in `tensor_rg`.

Fields and the epsilon expansion: a field on a lattice in `field_theory`, series in epsilon in
`epsilon_expansion`, their sums in `resummation`, the flow of a whole potential in
`local_potential`; self-avoiding walks in `walks`, couplings of particles and of vortices in
`running_couplings`, arrows in a plane in `xy`, liquids beside their vapour in `coexistence`, and
piles of sand in `sandpile`.

The Kondo problem: its perturbative flow in `poor_mans_scaling`, Wilson's numerical renormalization
group in `nrg`, and a spin in a metal, solved by it, in `kondo`.

Learning: restricted Boltzmann machines in `rbm`, trial distributions and their bound in
`variational`, networks that look at spins or read text in `networks`, what a small configuration
says about the rest in `information`, sentences made level by level in `grammar`, novels, word by
word, in `text`, signals on their way through random layers in `signal_flow`, learning curves that
can be calculated in `ridge`, lattices grown from one spin in `zoom_in`, and the singular values of
what was learned in `spectra`.

What you see and hand in: figures in the style of the course in `plotting`, live ones in `widgets`,
assignments and their marking in `coursework`.
"""

import os as _os

import lazy_loader as _lazy

from ._cache import find_a_place_for_kernels as _find_a_place_for_kernels

__version__ = "0.1.0"

_HERE = _os.path.dirname(_os.path.abspath(__file__))
_load, _names, __all__ = _lazy.attach_stub(__name__, __file__)
_find_a_place_for_kernels(_HERE)


def __getattr__(name):
    if name in __all__:
        return _load(name)
    message = f"module {__name__!r} has no attribute {name!r}"
    for home in _homes_of(name):
        message += f"; it is in {__name__}.{home}: from {__name__}.{home} import {name}"
        break
    raise AttributeError(message, name=name, obj=__import__(__name__))


def __dir__():
    return [*_names(), "__doc__", "__version__"]


def _homes_of(name):
    """The public modules whose `__all__` lists a name, which are read for it and not loaded."""
    import ast

    for module in [] if name.startswith("_") else __all__:
        for path in (f"{module}.py", _os.path.join(module, "__init__.py")):
            path = _os.path.join(_HERE, path)
            if not _os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as source:
                tree = ast.parse(source.read())
            for node in tree.body:
                if isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets):
                    listed = (getattr(word, "value", None) for word in ast.walk(node.value))
                    if name in listed:
                        yield module
