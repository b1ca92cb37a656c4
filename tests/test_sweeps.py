"""Sweeps: the same bits on every executor, nothing lost, nothing doubled, refusals that say why."""

import functools
import json
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sweep_tasks
from sweep_tasks import GRID, SWEEP

from rgcourse import plotting, sweeps
from rgcourse.statistics import ShortChainError, mean_of, r_hat
from rgcourse.sweeps import StalledError, SweepError, pooled, run_sweep, stored_sweep

xarray = pytest.importorskip("xarray")
SPAWN = multiprocessing.get_context("spawn")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def serial():
    return run_sweep(sweep_tasks.walk, GRID, **SWEEP)


def rows(store):
    """The keys of all rows of a store that have a result, doubled ones twice."""
    found = []
    for line in store.read_text().split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if "result" in row:
            found.append(json.dumps(row["task"]))
    return found


# --- what comes back --------------------------------------------------------------------------


def test_a_sweep_is_a_loop_with_a_generator_for_each_task(serial):
    assert dict(serial.sizes) == {"L": 3, "K": 2, "replica": 4, "steps_0": 2}
    assert serial["steps"].dims == ("L", "K", "replica", "steps_0")
    task = {"L": 4, "K": 0.5, "replica": 2}
    rng = sweeps.task_generator(3, task)
    alone = sweep_tasks.walk(4, 0.5, rng)
    assert {name: serial[name].sel(task).values.tolist() for name in alone} == {
        name: np.asarray(value).tolist() for name, value in alone.items()
    }
    assert serial.attrs["seed"] == 3 and serial.attrs["function"] == "walk"


def test_generators_know_the_content_alone():
    known = sweeps.task_generator(1, {"K": 0.44, "L": 8, "replica": 0}).integers(2**63)
    assert known == 9045140345354601823  # for ever: stores of readers stand on it
    same = sweeps.task_generator(
        1, {"replica": np.int64(0), "L": np.int32(8), "K": np.float64(0.44)}
    )
    assert same.integers(2**63) == known
    others = [(2, {"K": 0.44, "L": 8, "replica": 0}), (1, {"K": 0.44, "L": 8, "replica": 1}),
              (1, {"K": 0.44, "L": 8.0, "replica": 0}), (1, {"L": 8, "replica": 0})]  # fmt: skip
    draws = {sweeps.task_generator(*one).integers(2**63) for one in others}
    assert len(draws | {known}) == 5


def test_tasks_are_independent(z_within):
    found = run_sweep(lambda n, rng: {"x": rng.normal()}, {"n": range(400)}, seed=1, n_seeds=2)
    x = found["x"].values
    z_within(
        [x.mean() * np.sqrt(800), np.mean(x[:, 0] * x[:, 1]) * 20, np.mean(x[1:] * x[:-1]) * 28]
    )


@pytest.mark.parametrize("per_call", [1, 5])
def test_threads_give_the_same_bits(serial, per_call):
    with ThreadPoolExecutor(3) as pool:
        found = run_sweep(sweep_tasks.walk, GRID, executor=pool, per_call=per_call, **SWEEP)
    assert serial.identical(found)


def test_processes_give_the_same_bits_and_lose_nothing_when_one_is_killed(serial, tmp_path):
    store = tmp_path / "s"
    with ProcessPoolExecutor(2, SPAWN) as pool:
        assert serial.identical(run_sweep(sweep_tasks.walk, GRID, executor=pool, **SWEEP))
        grid = {"L": [2, 8, 4], "K": [0.25, 0.5]}  # the last one kills
        with pytest.raises(StalledError, match="executor has stopped .* Make a new") as caught:
            run_sweep(sweep_tasks.deadly, grid, executor=pool, store=store, **SWEEP)
        with pytest.raises(StalledError, match="executor has stopped"):
            run_sweep(sweep_tasks.walk, GRID, executor=pool, **SWEEP)
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), StalledError)
    kept = rows(store)
    assert caught.value.result["mean"].notnull().sum() == len(kept) < 24


def test_loky_gives_the_same_bits(serial):
    loky = pytest.importorskip("loky")
    pool = loky.get_reusable_executor(max_workers=2)
    assert serial.identical(run_sweep(sweep_tasks.walk, GRID, executor=pool, per_call=3, **SWEEP))
    pool.shutdown(kill_workers=True)


def test_a_task_that_hangs_ends_the_sweep_and_its_pool(tmp_path):
    store = tmp_path / "s"
    with ProcessPoolExecutor(2, SPAWN) as pool:  # would wait for ever for a hanging worker
        run_sweep(sweep_tasks.slow, GRID, executor=pool, **SWEEP)  # now both workers are there
        call = dict(executor=pool, store=store, patience=6)
        grid = {"L": [2, 8], "K": [0.25, 0.5]}
        with pytest.raises(StalledError, match=r"nothing has come for 6 s with .*L = 8, K = 0\.5"):
            run_sweep(sweep_tasks.hanging, grid, seed=3, **call)
    assert len(rows(store)) == 3


# --- stores -----------------------------------------------------------------------------------


def counted(n_calls):
    """`walk` that notes its calls, and is known as `walk` by a store."""

    @functools.wraps(sweep_tasks.walk)
    def call(**arguments):
        n_calls.append(arguments)
        return sweep_tasks.walk(**arguments)

    return call


def test_what_is_in_the_store_is_not_calculated_again_and_a_grid_grows(serial, tmp_path):
    store, calls = tmp_path / "s", []
    run_sweep(sweep_tasks.walk, GRID, store=store, seed=3, n_seeds=2)
    grown = run_sweep(counted(calls), GRID | {"L": [2, 3, 4, 8]}, store=store, **SWEEP)
    assert len(calls) == 4 * 2 * 4 - 3 * 2 * 2
    assert serial.identical(grown.sel(L=[2, 4, 8]))
    del calls[:]
    assert serial.identical(run_sweep(counted(calls), GRID, store=store, **SWEEP)) and not calls
    assert len(rows(store)) == len(set(rows(store))) == 32


def test_a_store_is_read_without_its_function_and_exported(serial, tmp_path):
    run_sweep(sweep_tasks.walk, GRID, store=tmp_path / "s", **SWEEP)
    found = stored_sweep(tmp_path / "s")
    assert serial.equals(found.sel(K=[0.25, 0.5]))
    found.to_netcdf(tmp_path / "s.nc", engine="scipy")
    with xarray.open_dataset(tmp_path / "s.nc", engine="scipy") as again:
        assert found.equals(again) and again.attrs["seed"] == 3
    pytest.importorskip("zarr")
    found.to_zarr(tmp_path / "s.zarr")
    with xarray.open_zarr(tmp_path / "s.zarr") as again:
        assert found.equals(again)
    with pytest.raises(ValueError, match="no store of a sweep"):
        stored_sweep(tmp_path / "nowhere")


def test_cut_short_anywhere_the_store_goes_on(serial, tmp_path):
    store = tmp_path / "s"
    call = dict(store=store, per_call=24)
    run_sweep(sweep_tasks.walk, GRID, **call, **SWEEP)
    whole = store.read_bytes()
    for left in [0, 1, 5, 40, *range(len(whole) // 5, len(whole), len(whole) // 5), len(whole) - 2]:
        store.write_bytes(whole[:left])
        assert serial.identical(run_sweep(sweep_tasks.walk, GRID, **call, **SWEEP))
        assert len(rows(store)) == len(set(rows(store))) == 24


def made(source, folder, name="tasks_made_here"):
    """The function `task` of a module with this source."""
    path = folder / f"{name}.py"
    path.write_text(source)
    import importlib.util
    import linecache

    linecache.clearcache()
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where `inspect` looks for classes
    spec.loader.exec_module(module)
    return module.task


CODE = """
N, LABEL = 3, "a"
TABLE = __import__("numpy").arange(3)

class Size:
    two = 2

def helper(x):
    return x * Size.two

def unused(x):
    return x

def task(K, rng, *, times=N):
    return {"x": helper(K) + sum(N for _ in TABLE)}
"""


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("helper(K) + sum", "helper(K) - sum", "the source of task was .*, is"),
        ("x * Size", "2 * x * Size", "the source of helper was"),
        ("two = 2", "two = 4", "the source of Size was"),
        ("N, LABEL = 3", "N, LABEL = 4", "N was 3, is 4"),
        ("arange(3)", "arange(4)", "TABLE was array .* of shape"),
        ("(K, rng", "(J, rng", "the source of task was"),
        ("def unused(x):\n    return x", "", None),
        ('"a"', '"b"', None),
    ],
)
def test_a_store_of_other_code_is_refused_and_what_changed_is_named(tmp_path, old, new, said):
    store = tmp_path / "s"
    run_sweep(made(CODE, tmp_path), {"K": [1, 2]}, seed=1, store=store)
    before = store.read_bytes()
    changed = made(CODE.replace(old, new), tmp_path)
    if said is None:
        run_sweep(changed, {"K": [1, 2]}, seed=1, store=store)
    else:
        with pytest.raises(ValueError, match=f"holds another sweep .*{said}.*name a new file"):
            run_sweep(changed, {"K": [1, 2]}, seed=1, store=store)
    assert store.read_bytes() == before


def test_a_store_of_another_seed_parameters_or_version_is_refused(tmp_path, monkeypatch):
    store, grid = tmp_path / "s", {"n": [1, 2]}
    run_sweep(sweep_tasks.nothing, grid, seed=1, store=store)
    with pytest.raises(ValueError, match=r"seed was 1, is 2\)"):
        run_sweep(sweep_tasks.nothing, grid, seed=2, store=store)
    part = functools.partial(sweep_tasks.walk, L=2)
    run_sweep(part, {"K": [1]}, seed=1, store=tmp_path / "t")
    with pytest.raises(ValueError, match=r"argument L was 2, is 3"):
        run_sweep(
            functools.partial(sweep_tasks.walk, L=3), {"K": [1]}, seed=1, store=tmp_path / "t"
        )
    with pytest.raises(
        ValueError, match=r"parameters was \['K', 'replica'\], is \['K', 'L', 'repl"
    ):
        run_sweep(sweep_tasks.walk, GRID, seed=1, store=tmp_path / "t")
    monkeypatch.setattr("rgcourse.sweeps.store.version", lambda name: "9.9")
    with pytest.raises(ValueError, match=r"rgcourse was .*, is 9\.9"):
        run_sweep(sweep_tasks.nothing, grid, seed=1, store=store)


def test_a_file_that_is_no_store_is_left_alone(tmp_path):
    for n, text in enumerate(["notes\n", '{"sweep": 1}\n{"task": {}}\n', '\n{"task": {"n": 1}}\n']):
        (tmp_path / str(n)).write_text(text)
        with pytest.raises(ValueError, match="is no store of a sweep"):
            run_sweep(sweep_tasks.nothing, {"n": [1]}, seed=1, store=tmp_path / str(n))
        assert (tmp_path / str(n)).read_text() == text
    with pytest.raises(ValueError, match="define one by def"):
        run_sweep(max, {"n": [1]}, seed=1, store=tmp_path / "new")


def test_a_full_disk_says_so_and_what_was_written_stays(serial, tmp_path):
    pytest.importorskip("resource")
    store = tmp_path / "s"
    run_sweep(sweep_tasks.walk, GRID, store=store, seed=3, n_seeds=1)
    full = store.stat().st_size + 1000
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({full}, {full}));"
        "import sweep_tasks; from rgcourse.sweeps import run_sweep;"
        f"run_sweep(sweep_tasks.walk, {GRID}, store={str(store)!r}, **sweep_tasks.SWEEP)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True)
    assert "OSError" in run.stderr and "what was written before is kept: make room" in run.stderr
    assert 6 < len(rows(store)) < 24
    assert serial.identical(run_sweep(sweep_tasks.walk, GRID, store=store, **SWEEP))
    assert len(rows(store)) == len(set(rows(store))) == 24


def test_two_clients_on_one_store(serial, tmp_path):
    pytest.importorskip("fcntl")
    store = tmp_path / "s"
    command = [sys.executable, HERE / "sweep_tasks.py", store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        while not (store.exists() and rows(store)):
            assert other.poll() is None
        with pytest.raises(ValueError, match=f"another sweep is writing {store} right now"):
            run_sweep(sweep_tasks.slow, GRID, store=store, **SWEEP)
        assert stored_sweep(store)["mean"].notnull().sum() > 0, "reading is free"
        assert other.communicate()[0] == "begins\nends\n"
    assert serial.equals(run_sweep(sweep_tasks.slow, GRID, store=store, **SWEEP))
    assert len(rows(store)) == len(set(rows(store))) == 24


# --- what goes wrong --------------------------------------------------------------------------


def test_a_task_that_raises_takes_no_other_with_it_and_is_tried_again(serial, tmp_path):
    store = tmp_path / "s"
    for per_call in (1, 24):
        with pytest.raises(SweepError, match=r"4 tasks failed, the first at L = 4, K = 0\.5, repl"):
            run_sweep(sweep_tasks.raising, GRID, store=store, per_call=per_call, **SWEEP)
    with pytest.raises(
        SweepError, match=r"RuntimeError: no luck at 4 \(line \d+ of sweep_tas"
    ) as e:
        run_sweep(sweep_tasks.raising, GRID, **SWEEP)
    found = pickle.loads(pickle.dumps(e.value))
    assert [failure.task["replica"] for failure in found.failures] == [0, 1, 2, 3]
    assert found.result["mean"].isnull().sum() == 4 and len(rows(store)) == 20
    kept = found.result.where(found.result["mean"].notnull())
    assert serial.where(found.result["mean"].notnull()).equals(kept)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(serial, tmp_path):
    def stop(done, total):
        if done == 9:
            raise KeyboardInterrupt

    store = tmp_path / "s"
    sentence = f"9 of 24 tasks are done and kept in {store}: run the same sweep again to go on"
    with pytest.raises(KeyboardInterrupt, match=sentence):
        run_sweep(sweep_tasks.walk, GRID, store=store, progress=stop, **SWEEP)
    with pytest.raises(KeyboardInterrupt, match="9 of 24 tasks are done. With store="):
        run_sweep(sweep_tasks.walk, GRID, progress=stop, **SWEEP)
    assert len(rows(store)) == 9
    seen = []
    again = run_sweep(
        sweep_tasks.walk, GRID, store=store, progress=lambda *now: seen.append(now), **SWEEP
    )
    assert serial.identical(again) and seen == [(n, 24) for n in range(9, 25)]


@pytest.mark.parametrize(
    "grid, options, said",
    [
        ([1, 2], {}, "grid must be {parameter: values}, got list"),
        ({"replica": [1]}, {}, "cannot be called 'replica'"),
        ({"rng": [1]}, {}, "cannot be called 'rng'"),
        ({"n": 3}, {}, r"must be a list of values, got 3; use \[3\]"),
        ({"n": "ab"}, {}, "must be a list of values"),
        ({"n": []}, {}, "n has no value"),
        ({"n": [1, 2, 1.0]}, {}, "n has a value twice"),
        ({"n": [float("nan")]}, {}, "must be finite numbers or texts, got nan"),
        ({"n": [None]}, {}, "must be finite numbers or texts, got None"),
        ({"n": [1]}, {"seed": -1}, "seed must be at least 0"),
        ({"n": [1]}, {"n_seeds": 0}, "n_seeds must be at least 1"),
        ({"n": [1]}, {"per_call": 0}, "per_call must be at least 1"),
        ({"n": [1]}, {"patience": 0}, "patience must be more than 0"),
        ({"n": [1]}, {"executor": "dask"}, "executor must be None, a pool"),
    ],
)
def test_wrong_input_is_refused(grid, options, said):
    with pytest.raises(ValueError, match=said):
        run_sweep(sweep_tasks.nothing, grid, **{"seed": 1} | options)


def test_results_of_the_wrong_kind_are_told():
    def failing(function):
        with pytest.raises(SweepError) as caught:
            run_sweep(function, {"n": [1]}, seed=1)
        return caught.value.failures[0].reason

    assert "returns {name: number or array}, got 3" in failing(lambda n, rng: 3)
    assert "x must be a real number" in failing(lambda n, rng: {"x": 1j})
    with pytest.raises(ValueError, match=r"got {'x': \(1,\)} at n = 1, replica = 0 and {'x': \(2,"):
        run_sweep(lambda n, rng: {"x": [0] * n}, {"n": [1, 2]}, seed=1)
    with pytest.raises(ValueError, match="returns 'n', which is a parameter: rename it"):
        run_sweep(lambda n, rng: {"n": n}, {"n": [1]}, seed=1)


def test_a_result_that_is_lost_while_it_is_fetched_is_a_failure_of_its_task():
    """Seen on a busy cluster: finished, lost with its worker, and then the next worker died."""

    class Lost:
        status = "finished"

        def add_done_callback(self, call):
            call(self)

        def result(self, timeout):
            raise RuntimeError("all workers died")

    class Cluster:
        def submit(self, *arguments):
            return Lost()

    with pytest.raises(SweepError, match="the first at n = 1.*all workers died"):
        run_sweep(sweep_tasks.nothing, {"n": [1]}, seed=1, executor=Cluster())


# --- what is made of it -----------------------------------------------------------------------


def test_replicas_are_pooled(serial):
    estimate = pooled(serial, "mean")
    expected = mean_of(np.moveaxis(serial["mean"].values, 2, 0))
    assert estimate == expected and estimate.value.shape == (3, 2)
    assert pooled(serial, "steps").value.shape == (3, 2, 2)
    with pytest.raises(ValueError, match="the sweep has mean, steps, whole, got 'energy'"):
        pooled(serial, "energy")
    with pytest.raises(ValueError, match="has the dimensions"):
        pooled(serial, "mean", along="steps_0")


def test_replicas_that_do_not_mix_are_refused():
    def series(offset, rng):
        return {"x": rng.normal(size=200) + offset * rng.normal()}

    found = run_sweep(series, {"offset": [0.0, 1.0]}, seed=1, n_seeds=4)
    good = pooled(found.sel(offset=[0.0]), "x", along="x_0")
    assert good == mean_of(found["x"].sel(offset=[0.0]).mean("x_0").values.T)
    with pytest.raises(ShortChainError, match="R-hat of x is .*, expected 1.1 or less") as caught:
        pooled(found, "x", along="x_0")
    assert caught.value.estimate.value.shape == (2,)


def test_what_is_done_is_drawn(tmp_path):
    import matplotlib.pyplot as plt

    with pytest.raises(SweepError) as caught:
        run_sweep(sweep_tasks.raising, GRID, **SWEEP)
    fig, (left, right) = plt.subplots(1, 2)
    axes = plotting.plot_done(caught.value.result, ax=left)
    share = axes.get_images()[0].get_array()
    assert share.shape == (2, 3) and share[1, 1] == 0 and share.sum() == 5
    assert axes.get_title(loc="left") == "20 of 24 tasks done" and axes.get_xlabel() == "L"
    one = run_sweep(lambda K, rng: {"x": K}, {"K": [0.1, 0.2]}, seed=1)
    assert plotting.plot_done(one, ax=right).get_images()[0].get_array().shape == (1, 2)
    with pytest.raises(ValueError, match="without parameters"):
        plotting.plot_done(one.isel(K=0, drop=True), ax=right)
    plt.close(fig)


def test_r_hat_is_that_of_its_definition(rng):
    chains = rng.normal(size=(5, 100, 2))
    halves = chains.reshape(10, 50, 2)
    within = halves.var(1, ddof=1).mean(0)
    between = 50 * halves.mean(1).var(0, ddof=1)
    expected = np.sqrt((49 / 50 * within + between / 50) / within)
    np.testing.assert_allclose(r_hat(chains), expected, rtol=1e-12)
    assert r_hat(np.ones((2, 4))) < 1 and r_hat([[0] * 4, [1] * 4]) == np.inf
    drift = np.linspace(0, 1, 100) + 0.1 * rng.normal(size=(4, 100))
    assert r_hat(drift) > 1.5, "halves find a common drift"
    for wrong in (np.ones(8), np.ones((1, 8)), np.ones((2, 3))):
        with pytest.raises(ValueError, match="two chains or more"):
            r_hat(wrong)
