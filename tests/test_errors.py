"""Errors cross processes: whatever the package raises is the same after pickling."""

import importlib
import inspect
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import rgcourse
from rgcourse.statistics import Estimate, ShortChainError, jackknife


def exception_classes():
    """Every exception class that a module of the package defines."""
    names = [m.name for m in pkgutil.walk_packages(rgcourse.__path__, "rgcourse.")]
    for name in ["rgcourse", *(n for n in names if not n.endswith("__main__"))]:
        for value in vars(importlib.import_module(name)).values():
            if inspect.isclass(value) and issubclass(value, BaseException):
                if value.__module__ == name:
                    yield value


CLASSES = sorted(exception_classes(), key=lambda c: c.__qualname__)


def example(kind):
    """An error with a message and a value for whatever else its constructor asks for."""
    if kind.__init__ in (RuntimeError.__init__, ValueError.__init__, Exception.__init__):
        return kind("what was got")
    own = list(inspect.signature(kind.__init__).parameters.values())[2:]
    return kind("what was got", *([1.5, {"more": "of it"}][: len(own)]))


def test_the_search_finds_them():
    names = {kind.__name__ for kind in CLASSES}
    assert {"ShortChainError", "UnstableSpectrum", "PadePole", "NoFixedPoint", "NotPlain"} <= names


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_pickling(kind, protocol):
    error = example(kind)
    error.add_note("seen on the way")
    copy = pickle.loads(pickle.dumps(error, protocol))
    assert type(copy) is kind and str(copy) == str(error) == "what was got"
    assert copy.args == error.args and vars(copy) == vars(error)


def refused():
    jackknife(np.mean, np.arange(640.0))


def test_a_refused_chain_does_not_kill_a_pool():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        with pytest.raises(ShortChainError, match="too short for its memory") as caught:
            pool.submit(refused).result()
        assert caught.value.estimate.value == pytest.approx(319.5)
        assert pool.submit(abs, -1).result() == 1
        far = pool.submit(pickle.loads, pickle.dumps(Estimate([1.0, 2.0], [0.1, 0.2], n_bins=8)))
        assert far.result() == Estimate([1.0, 2.0], [0.1, 0.2], n_bins=8)
