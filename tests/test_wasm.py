"""The kernels in the page are the package's own: same code, same bits, current files."""

import os
import subprocess
import sys

import numpy as np
import pytest
import wasmtime
from native_lattices import equilibrated
from wasm_page import ROOT, Page, build_wasm, native

from rgcourse import blocking
from rgcourse._random import random_state
from rgcourse.multispin import PackedHeatBath, PackedIsing, coarse
from rgcourse.samplers import cluster, local, swendsen_wang, wolff
from rgcourse.samplers.ising import bond_sum_2d
from rgcourse.widgets._front import words_for_page
from rgcourse.widgets._lattice import RECIPE, TRAVEL

L = 64
FAMILIES = list(build_wasm.FAMILIES)


@pytest.fixture
def page():
    return Page("ising.wasm")


@pytest.fixture(params=["packed.wasm", "packed_simd.wasm"])
def packed_page(request):
    return Page("packed.wasm", request.param if "simd" in request.param else None)


def start(rng):
    spins = rng.choice(np.array([-1, 1], np.int8), L * L)
    return spins, random_state(rng)


@pytest.mark.parametrize("K, h", [(0.3, 0.0), (0.44, 0.0), (0.44, -0.05), (0.8, 0.2)])
def test_heat_bath_is_bit_equal(page, rng, K, h):
    spins, state = start(rng)
    thresholds = np.zeros(10, np.uint64)
    there = [page.put(array) for array in (spins, thresholds, state)]
    page.call("heat_bath_thresholds", K, h, 4, there[1])
    native(local.heat_bath_thresholds)(K, h, 4, thresholds)
    assert np.array_equal(page.get(there[1], thresholds), thresholds)

    sweep = native(local.local_sweep_2d)
    for _ in range(300):
        sweep(spins, L, thresholds, state)
        page.call("local_sweep_2d", there[0], L, there[1], there[2])
    assert np.array_equal(page.get(there[0], spins), spins)
    assert np.array_equal(page.get(there[2], state), state)


@pytest.mark.parametrize("kernel", [wolff.wolff_cluster_2d, swendsen_wang.swendsen_wang_sweep_2d])
def test_clusters_are_bit_equal(page, rng, kernel):
    spins, state = start(rng)
    bond, work = np.zeros(1, np.uint64), np.zeros(L * L + 8, np.int32)
    there = [page.put(array) for array in (spins, bond, work, state)]
    page.call("bond_threshold", 0.4406868, there[1])
    native(cluster.bond_threshold)(0.4406868, bond)
    assert np.array_equal(page.get(there[1], bond), bond)

    update = native(kernel)
    for _ in range(300):
        here = update(spins, L, bond, work, state)
        assert page.call(kernel.__name__, there[0], L, *there[1:]) == here
    assert np.array_equal(page.get(there[0], spins), spins)
    assert np.array_equal(page.get(there[3], state), state)


@pytest.mark.parametrize("b", [2, 4, 8])
def test_blocks_and_sums_are_equal(page, rng, b):
    spins, state = start(rng)
    blocks = np.zeros((L // b) ** 2, np.int8)
    there = [page.put(array) for array in (spins, blocks, state)]
    page.call("majority_2d", there[0], L, b, there[1], there[2])
    native(blocking.majority_2d)(spins, L, b, blocks, state)
    assert np.array_equal(page.get(there[1], blocks), blocks)
    assert np.array_equal(page.get(there[2], state), state)
    assert page.call("spin_sum", there[0], L * L) == spins.sum(dtype=int)
    square = spins.reshape(L, L).astype(int)
    bonds = np.sum(square * (np.roll(square, 1, 0) + np.roll(square, 1, 1)))
    assert page.call("bond_sum_2d", there[0], L) == bonds == bond_sum_2d(spins, L)


@pytest.mark.parametrize("h", [0.0, 0.1])
def test_the_page_starts_from_the_lattice_of_the_package(page, h):
    """What the page does before its first frame, step by step, gives the native lattice."""
    T, seed = 2.3, 7
    words = np.array(words_for_page(seed), np.uint32)
    spins, site, bond = np.ones(L * L, np.int8), np.zeros(10, np.uint64), np.zeros(1, np.uint64)
    work = np.zeros(L * L + 8, np.int32)
    there = [page.put(array) for array in (spins, site, bond, work, words)]
    page.call("heat_bath_thresholds", 1 / T, h, 4, there[1])
    page.call("bond_threshold", 1 / T, there[2])
    for _ in range(RECIPE["warm_up"]):
        page.call("swendsen_wang_sweep_2d", there[0], L, there[2], there[3], there[4])
    if h:
        turned = page.get(there[0], spins)
        if turned.sum() * h < 0:
            page.memory.write(page.store, (-turned).tobytes(), there[0])
        for _ in range(TRAVEL["field_warm_up"]):
            page.call("local_sweep_2d", there[0], L, there[1], there[4])
    native_one = equilibrated(L, T, h, seed)
    assert np.array_equal(page.get(there[0], spins), native_one.ravel())


# --- packed spins ------------------------------------------------------------------------------


def put_chain(page, chain):
    """The buffers of a packed chain in the page, with tables that the page makes itself."""
    tables = chain._tables
    zeros = [np.zeros_like(buffer) for buffer in (tables.rule, tables.poisson)]
    buffers = [chain.words, *zeros, tables.corrections, tables.marked, chain._streams, chain._state]
    there = [page.put(buffer) for buffer in buffers]
    heat_bath = int(isinstance(chain, PackedHeatBath))
    page.call("fill_rule", chain.K, chain.h, 4, heat_bath, chain.L // 2, there[1], there[2])
    assert np.array_equal(page.get(there[1], tables.rule), tables.rule)
    assert np.array_equal(page.get(there[2], tables.poisson), tables.poisson)
    return there


@pytest.mark.parametrize("Packed", [PackedHeatBath, PackedIsing])
@pytest.mark.parametrize(
    "L, K, h", [(128, 0.44, 0.0), (384, 0.3, 0.0), (256, 0.44, 0.03), (128, -0.3, -0.5)]
)
def test_packed_sweeps_are_bit_equal(packed_page, Packed, L, K, h):
    chain = Packed(L, K, h=h, rng=3)
    there = put_chain(packed_page, chain)
    sweep = "sweep_field_2d" if h else "sweep_2d"
    for _ in range(300):
        packed_page.call(sweep, there[0], L, *there[1:])
    chain.sweep(300)
    assert np.array_equal(packed_page.get(there[0], chain.words), chain.words)
    assert np.array_equal(packed_page.get(there[5], chain._streams), chain._streams)
    assert np.array_equal(packed_page.get(there[6], chain._state), chain._state)
    assert not packed_page.get(there[3], chain._tables.corrections).any()


def test_packed_buffers_are_made_as_natively(packed_page):
    chain = PackedHeatBath(128, 0.4, rng=5)
    assert packed_page.call("n_words", 128) == len(chain.words)
    assert 1 + 2 * packed_page.call("table_length", 64) == len(chain._tables.poisson)
    state, streams = random_state(np.random.default_rng(5)), np.zeros_like(chain._streams)
    there = [packed_page.put(buffer) for buffer in (streams, state)]
    packed_page.call("seed_streams", there[0], len(streams), there[1])
    assert np.array_equal(packed_page.get(there[0], streams), chain._streams)
    assert np.array_equal(packed_page.get(there[1], state), chain._state)


def test_packed_measurements_and_blocks_are_equal(packed_page, rng):
    chain = PackedHeatBath(512, 0.43, rng=rng)
    chain.sweep(50)
    spins, n = chain.spins, chain.n_sites
    there = packed_page.put(chain.words)
    assert 2 * packed_page.call("count_unequal_2d", there, 512) / n - 2 == chain.energy()
    assert 2 * packed_page.call("count_up_2d", there, 512) / n - 1 == chain.magnetization()

    bytes_there = packed_page.put(spins)
    packed_page.call("unpack_2d", there, 512, bytes_there)
    assert np.array_equal(packed_page.get(bytes_there, spins), spins.ravel())
    again = packed_page.put(np.zeros_like(chain.words))
    packed_page.call("pack_2d", bytes_there, 512, again)
    assert np.array_equal(packed_page.get(again, chain.words), chain.words)
    for b in (2, 4, 8):
        packed_page.call("counts_2d", there, 512, b, bytes_there)
        up = (spins.reshape(512 // b, b, 512 // b, b) > 0).sum(axis=(1, 3)).astype(np.uint8)
        assert np.array_equal(packed_page.get(bytes_there, up), up.ravel())

    streams = packed_page.put(chain._streams)
    halved = packed_page.put(np.zeros(packed_page.call("n_words", 256), np.uint64))
    packed_page.call("majority_2d", there, 512, halved, streams, 256)
    blocks = chain.block()
    assert np.array_equal(packed_page.get(halved, blocks.words), blocks.words)


@pytest.mark.parametrize("factor", [1.0, 4.0])
@pytest.mark.parametrize("K", [0.1, 0.4406868, 0.6])
def test_coarse_coupling_is_equal(packed_page, K, factor):
    assert packed_page.call("coarse_coupling", K, factor) == coarse.coarse_coupling(K, factor)


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_imports_are_mathematics_only(family):
    engine = wasmtime.Engine()
    module = wasmtime.Module.from_file(engine, str(build_wasm.TARGET / family))
    mathematics = {"exp", "log", "log1p"}
    wanted = {"memory"} if family in build_wasm.VECTORS else mathematics
    assert {imported.name for imported in module.imports} <= wanted
    assert {kernel.__name__ for kernel in build_wasm.FAMILIES[family]} <= {
        exported.name for exported in module.exports
    }


def test_vectors_are_only_where_a_page_asks_for_them():
    """A module with vector instructions is refused by an engine without them, and no other is."""
    config = wasmtime.Config()
    config.wasm_relaxed_simd = False
    config.wasm_simd = False
    engine = wasmtime.Engine(config)
    for family in FAMILIES:
        code = (build_wasm.TARGET / family).read_bytes()
        if family in build_wasm.VECTORS:
            with pytest.raises(wasmtime.WasmtimeError, match="SIMD"):
                wasmtime.Module.validate(engine, code)
        else:
            wasmtime.Module.validate(engine, code)


@pytest.mark.parametrize("family", FAMILIES)
def test_wasm_is_small(family):
    assert (build_wasm.TARGET / family).stat().st_size <= 8000


@pytest.mark.parametrize("family", FAMILIES)
def test_wasm_belongs_to_the_kernels(family):
    """Without any linker: the file names the hash of the code it was made from."""
    stored = build_wasm.stored_stamp((build_wasm.TARGET / family).read_bytes())
    assert stored.split()[0] == build_wasm.stamp(family).split()[0], (
        f"{family} is stale: run python tools/build_wasm.py and commit the result"
    )


def test_wasm_is_what_the_tool_writes():
    """With a linker: the file is, byte for byte, what the tool writes today."""
    if sys.platform != "linux":
        pytest.skip("the committed files are built on Linux")
    try:
        build_wasm.linker()
    except RuntimeError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    for family in FAMILIES:
        stored = build_wasm.stored_stamp((build_wasm.TARGET / family).read_bytes())
        same_compilers = stored.split()[1:] == build_wasm.stamp(family).split()[1:]
        if not same_compilers and not os.environ.get("CI"):
            pytest.skip(f"{family} was made with {' '.join(stored.split()[1:])}")
    tool = [sys.executable, str(ROOT / "tools" / "build_wasm.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_stamp_sees_code_and_not_comments():
    def kernel(n):
        """A docstring."""
        return n + 1  # a comment

    def same(n):
        return n + 1

    def other(n):
        return n + 2

    first, second, third = (
        build_wasm.source(f).replace(f.__name__, "f") for f in (kernel, same, other)
    )
    assert first == second != third


def test_stamp_reaches_what_kernels_call():
    names = {f.__name__ for f in build_wasm.reachable(swendsen_wang.swendsen_wang_sweep_2d)}
    assert {"swendsen_wang_sweep_2d", "next_word", "join", "find_root"} <= names


def test_missing_linker_is_named_with_the_way_out(monkeypatch):
    monkeypatch.setattr(build_wasm.shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="apt install lld"):
        build_wasm.linker()
