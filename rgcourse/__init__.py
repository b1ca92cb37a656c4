"""Learning by Zooming Out: the renormalization group and deep learning, an executable course.

What nearly every page needs can be imported from here; everything else from its module, for example
`from rgcourse.samplers import Wolff`. Modules are loaded when they are first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Estimate": "statistics",
    "jackknife": "statistics",
    "autocorrelation_time": "statistics",
    "check": "reference",
    "FixedPoint": "flows",
    "find_fixed_point": "flows",
    "trajectory": "flows",
}
__all__ = sorted(_HOME)


def __getattr__(name):
    if name in _HOME:
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_HOME])
