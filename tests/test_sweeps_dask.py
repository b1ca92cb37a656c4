"""Sweeps on a real Dask cluster of processes: the same bits, whatever dies, hangs or is busy.

`make test-sweeps` asks for more: RGCOURSE_SWEEPS is how often a client is killed, RGCOURSE_LOAD how
many processes besides keep the machine busy.
"""

import gc
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import sweep_tasks
from sweep_tasks import GRID, SWEEP
from test_sweeps import rows

from rgcourse.sweeps import StalledError, SweepError, run_sweep

dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")

KILLS = int(os.environ.get("RGCOURSE_SWEEPS", 0))
BUSY = int(os.environ.get("RGCOURSE_LOAD", 0))  # processes beside the tests
PATIENCE = 40 if BUSY else 20  # seconds
HERE = Path(__file__).parent
SPIN = "while True: pass"


@contextmanager
def cluster():
    """A client of two workers, each a process with one thread; a nanny starts them anew."""
    options = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.comm.timeouts.connect": 120,
    }
    with (
        dask.config.set(options),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as local,
        distributed.Client(local, timeout=120) as client,
    ):
        yield client
    gc.collect()  # now, and not while pytest parses something


@pytest.fixture(scope="module")
def client():
    with cluster() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def busy():
    others = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(BUSY)]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.fixture(scope="module")
def serial():
    return run_sweep(sweep_tasks.walk, GRID, **SWEEP)


@pytest.mark.parametrize("per_call", [1, 5])
def test_the_bits_are_those_without_a_cluster(client, serial, per_call):
    found = run_sweep(
        sweep_tasks.walk, GRID, executor=client, per_call=per_call, patience=120, **SWEEP
    )
    assert serial.identical(found)


def test_a_task_that_raises(client, serial):
    with pytest.raises(SweepError, match="no luck at 4") as caught:
        run_sweep(sweep_tasks.raising, GRID, executor=client, patience=120, **SWEEP)
    there = caught.value.result["mean"].notnull()
    assert there.sum() == 20 and serial.where(there).equals(caught.value.result.where(there))


def test_a_worker_that_is_killed_is_missed_by_nobody(client, serial):
    def kill(done, total):
        if done >= 4 and not killed:
            killed.append(next(iter(client.run(os.getpid, on_error="ignore").values())))
            psutil.Process(killed[0]).kill()

    killed = []
    found = run_sweep(sweep_tasks.slow, GRID, executor=client, patience=120, progress=kill, **SWEEP)
    assert killed and serial.equals(found)


def test_a_client_that_is_killed_goes_on(client, serial, tmp_path):
    """At random moments, each after the last one's rows; then to the end."""
    store, moments = tmp_path / "s", random.Random(1)
    address = client.scheduler.address
    command = [sys.executable, HERE / "sweep_tasks.py", store, address]
    for n in range(max(KILLS, 1)):
        if n % 10 == 9:
            store.unlink()  # or nothing is left to do
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout.readline() == "begins\n"
            time.sleep(moments.uniform(0.0, 0.5))
            other.kill()
        assert not store.exists() or len(rows(store)) == len(set(rows(store)))
    found = run_sweep(sweep_tasks.slow, GRID, executor=client, store=store, patience=120, **SWEEP)
    assert serial.equals(found)
    assert len(rows(store)) == len(set(rows(store))) == 24


def test_a_task_that_kills_its_worker_ends_with_the_others_kept(serial, tmp_path):
    store = tmp_path / "s"
    with cluster() as client:
        with pytest.raises((SweepError, StalledError)) as caught:
            run_sweep(
                sweep_tasks.deadly, GRID, executor=client, store=store, patience=PATIENCE, **SWEEP
            )
    result = caught.value.result
    there = result["mean"].notnull()
    assert there.sum() == len(rows(store)) > 0
    assert not there.sel(L=4, K=0.5).any()
    assert serial.where(there).equals(result.where(there))
    if isinstance(caught.value, SweepError):
        assert "KilledWorker" in str(caught.value) or "worker" in str(caught.value)


def test_a_task_that_hangs_is_given_up(serial, tmp_path):
    store = tmp_path / "s"
    with cluster() as client:
        run_sweep(sweep_tasks.slow, GRID, executor=client, **SWEEP)  # now both workers are there
        start = time.monotonic()
        with pytest.raises(
            StalledError, match=r"nothing has come for .* L = 8, K = 0\.5"
        ) as caught:
            run_sweep(
                sweep_tasks.hanging, GRID, executor=client, store=store, patience=PATIENCE / 4,
                **SWEEP,
            )  # fmt: skip
        assert time.monotonic() - start > PATIENCE / 4
        for worker in client.run(os.getpid).values():
            psutil.Process(worker).kill()
    there = caught.value.result["mean"].notnull()
    assert serial.where(there).equals(caught.value.result.where(there))
    if not BUSY:
        assert there.sum() == 20
