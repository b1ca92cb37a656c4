"""A page starts quickly: what an import loads, and that nothing is compiled a second time.

How many seconds that takes is the machine's affair, and measured by `benchmarks/bench.py`.
"""

import os
import subprocess
import sys

import pytest

FIRST_CALLS = """
import numpy as np
from rgcourse import jackknife
from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_K, kaufman, onsager_energy
from rgcourse.samplers import HeatBath, Wolff

cluster, local = Wolff(16, CRITICAL_K, rng=1), HeatBath(16, CRITICAL_K, rng=1)
cluster.sweep(100)
local.sweep(100)
series = cluster.record(640)
local.record(10)
block_spins(cluster.spins[None], 2, rng=1)
jackknife(np.mean, series.energy, n_bins=8)
kaufman(16, CRITICAL_K), onsager_energy(CRITICAL_K)
"""

COUNT = """
from numba.core import event

with event.install_recorder("numba:compile") as recorder:
    exec(open(CALLS).read())
import sys
heavy = {"sympy", "matplotlib", "jax", "anywidget", "IPython"} & set(sys.modules)
print(len(recorder.buffer), *heavy)
"""


def test_first_calls_compile_nothing_that_was_compiled_before(tmp_path):
    (tmp_path / "calls.py").write_text(FIRST_CALLS)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    code = f"CALLS = {str(tmp_path / 'calls.py')!r}\n" + COUNT
    command = [sys.executable, "-c", code]
    cold, warm = (
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert int(cold) > 0 and warm.split() == ["0"]


@pytest.mark.parametrize("heavy", ["numba", "scipy", "matplotlib", "jax", "IPython", "anywidget"])
def test_the_face_loads_nothing_heavy(heavy):
    code = f"""
import rgcourse, sys
from rgcourse import Estimate, FixedPoint, autocorrelation_time, check, find_fixed_point, jackknife
from rgcourse import trajectory
print({heavy!r} in sys.modules, set(rgcourse.__all__) <= set(dir(rgcourse)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_the_face_knows_what_it_does_not_have():
    import rgcourse

    assert rgcourse.jackknife.__module__.startswith("rgcourse.statistics.")
    with pytest.raises(AttributeError, match="module 'rgcourse' has no attribute 'jacknife'"):
        _ = rgcourse.jacknife
    way_out = "it is in rgcourse.samplers: from rgcourse.samplers import Wolff$"
    with pytest.raises(AttributeError, match=way_out):
        _ = rgcourse.Wolff


def test_looking_for_a_name_loads_nothing():
    code = """
import sys, rgcourse
before = set(sys.modules)
print(hasattr(rgcourse, "Wolff"), hasattr(rgcourse, "_private"))
print(sorted(name for name in set(sys.modules) - before if name.startswith("rgcourse")))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False", "[]"]
