"""Compile the package's own numba kernels to WebAssembly, for the live figures of the book.

    python tools/build_wasm.py            write rgcourse/widgets/*.wasm
    python tools/build_wasm.py --check    exit 1 unless they are what this would write

A kernel is a plain function on flat buffers. `njit` compiles it for this machine; here the same
function goes through `cfunc`, with pointers in place of arrays, to LLVM code, from there to a
WebAssembly object, and `wasm-ld` makes one file of each family of kernels. Nothing
of numba's runtime comes along: kernels allocate nothing and call nothing but `exp`, `log` and
`log1p`, which the page supplies.

The sweep of packed spins is made twice, plain and with vector instructions (`VECTORS`), which not
every browser has; the page takes the second where it can. Both give the same bits.

Into each file goes a section `rgcourse.sources` with the hash of the kernels' code and the versions
of the compilers, so that a test knows a stale file even where there is no linker.

To add a kernel to a family, add a line to `FAMILIES`; to add a family, an entry.
"""

import argparse
import ast
import hashlib
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

# The result must not depend on the machine it is made on. Numba reads these when it is imported.
GENERIC = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_OPT": "0",  # what is tuned for one machine, vectors above all, is slow on another
}
if __name__ == "__main__" and any(os.environ.get(k) != v for k, v in GENERIC.items()):
    again = [sys.executable, __file__, *sys.argv[1:]]
    sys.exit(subprocess.run(again, env={**os.environ, **GENERIC}).returncode)

import llvmlite  # noqa: E402
import llvmlite.binding as llvm  # noqa: E402
import numba  # noqa: E402
import numpy as np  # noqa: E402
from numba import cfunc, types  # noqa: E402

from rgcourse import (  # noqa: E402
    blocking,
    coexistence,  # noqa: E402
    correlator,  # noqa: E402
    operators,  # noqa: E402
    poor_mans_scaling,  # noqa: E402
    variational,
)
from rgcourse.answers import _kernels as answers  # noqa: E402
from rgcourse.block_sums import numbers as number_sums  # noqa: E402
from rgcourse.block_sums import pictures  # noqa: E402
from rgcourse.couplings import chain as ising_chain  # noqa: E402
from rgcourse.couplings import cumulants  # noqa: E402
from rgcourse.doubling import maps as doubling_maps  # noqa: E402
from rgcourse.epsilon_expansion import shell  # noqa: E402
from rgcourse.field_theory import counting, phi4  # noqa: E402
from rgcourse.grammar import _kernels as grammar  # noqa: E402
from rgcourse.grammar import live as grammar_scores  # noqa: E402
from rgcourse.information import block_rules, grouping, surroundings  # noqa: E402
from rgcourse.mcrg import designs, glass  # noqa: E402
from rgcourse.mcrg import live as monte_carlo_rg  # noqa: E402
from rgcourse.multispin import coarse, masks, rules, square  # noqa: E402
from rgcourse.networks import _kernels as network_kernels  # noqa: E402
from rgcourse.networks import live as training  # noqa: E402
from rgcourse.networks import probing  # noqa: E402
from rgcourse.rbm import _kernels as rbm_kernels  # noqa: E402
from rgcourse.resummation import conformal  # noqa: E402
from rgcourse.ridge import equivalent, regression  # noqa: E402
from rgcourse.running_couplings import beta as running  # noqa: E402
from rgcourse.samplers import (  # noqa: E402
    cluster,
    ising,
    local,
    plaquettes,
    swendsen_wang,
    wolff,
)
from rgcourse.sandpile import _kernels as sandpile  # noqa: E402
from rgcourse.signal_flow import random as random_layers  # noqa: E402
from rgcourse.signal_flow import recursion  # noqa: E402
from rgcourse.spectra import live as spectra  # noqa: E402
from rgcourse.spectra import tails  # noqa: E402
from rgcourse.tensor_rg import corners  # noqa: E402
from rgcourse.tensor_rg import live as tensors  # noqa: E402
from rgcourse.tensor_rg import live_readings as tensor_readings  # noqa: E402
from rgcourse.text import controls, windows  # noqa: E402
from rgcourse.walks import pivot  # noqa: E402
from rgcourse.zoom_in import _kernels as zooming_in  # noqa: E402
from rgcourse.zoom_in import waves  # noqa: E402

# The package gives this name to the function inside.
migdal_kadanoff = importlib.import_module("rgcourse.couplings.migdal_kadanoff")

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "rgcourse" / "widgets"

void, real, count, total = types.void, types.float64, types.int32, types.int64
spins = blocks = types.CPointer(types.int8)
stack = labels = terms = chosen = sites = channels = types.CPointer(types.int32)
symbols = tuples = groups = pile = types.CPointer(types.int32)
integers = types.CPointer(types.int64)
couplings = numbers = memory = result = sums = field = types.CPointer(types.float64)
weights = biases = layer = fields = maps = types.CPointer(types.float32)
words = types.CPointer(types.uint32)
state = thresholds = lattice = blocks_packed = rule = types.CPointer(types.uint64)
poisson = corrections = marked = streams = bits = types.CPointer(types.uint64)
counts = types.CPointer(types.uint8)

PACKED_SWEEP = {
    square.sweep_2d: void(lattice, count, rule, poisson, corrections, marked, streams, state),
}

# file: {kernel: signature}. Lengths are int32 in the page, sums come back as int64 (BigInt there).
FAMILIES = {
    "answers.wasm": {
        answers.unseal: void(bits, count),
        answers.judge: count(numbers, numbers, count, count),
    },
    "ising.wasm": {
        local.heat_bath_thresholds: void(real, real, count, thresholds),
        local.local_sweep_2d: void(spins, count, thresholds, state),
        cluster.bond_threshold: void(real, thresholds),
        wolff.wolff_cluster_2d: count(spins, count, thresholds, stack, state),
        swendsen_wang.swendsen_wang_sweep_2d: count(spins, count, thresholds, labels, state),
        ising.bond_sum_2d: total(spins, count),
        ising.spin_sum: total(spins, count),
        blocking.majority_2d: void(spins, count, count, blocks, state),
    },
    "packed.wasm": {
        square.n_words: count(count),
        masks.table_length: count(count),
        masks.seed_streams: void(streams, count, state),
        rules.fill_rule: void(real, real, count, count, count, rule, poisson),
        **PACKED_SWEEP,
        square.sweep_field_2d: void(
            lattice, count, rule, poisson, corrections, marked, streams, state
        ),
        square.count_unequal_2d: total(lattice, count),
        square.count_up_2d: total(lattice, count),
        square.majority_2d: void(lattice, count, blocks_packed, streams, count),
        square.counts_2d: void(lattice, count, count, counts),
        square.pack_2d: void(spins, count, lattice),
        square.unpack_2d: void(lattice, count, spins),
        coarse.coarse_coupling: real(real, real),
    },
    "packed_simd.wasm": PACKED_SWEEP,
    "denoising.wasm": {
        grammar.draw_rules: void(count, count, count, count, tuples, symbols, state),
        grammar.write_level: void(count, count, count, symbols, symbols, symbols, state),
        grammar.beliefs_up: void(count, count, count, count, count, symbols, numbers, numbers),
        grammar_scores.hint_letters: void(count, count, real, symbols, numbers),
        grammar_scores.belief_above: real(real, count, count, count),
    },
    "block_sums.wasm": {
        number_sums.fill_numbers: void(count, count, numbers, state),
        number_sums.add_pairs: void(numbers, count, real, numbers),
        number_sums.sum_powers: void(numbers, count, numbers),
        number_sums.typical_size: real(numbers, count),
        number_sums.count_bins: void(numbers, count, real, real, count, words),
        pictures.fill_picture: void(count, count, numbers, numbers, state),
        pictures.halve_picture: void(numbers, count, count, numbers),
        pictures.deviation: real(numbers, count),
    },
    "corners.wasm": {
        tensor_readings.exact_log_z_at: real(real),
        corners.corner_spectrum: void(real, count, numbers, numbers),
    },
    "decimation.wasm": {
        ising_chain.decimate_step: void(real, real, count, couplings),
        ising_chain.correlation_length_at: real(real, real),
        ising_chain.sample_segment: void(real, real, count, spins, state),
    },
    "cobweb.wasm": {
        migdal_kadanoff.move_and_decimate: real(real, real, real),
        migdal_kadanoff.unstable_coupling: void(real, real, couplings),
    },
    "doubling.wasm": {
        doubling_maps.next_value: real(count, real, real),
        doubling_maps.critical_at: real(count, real),
        doubling_maps.loss_at: real(real),
        doubling_maps.start_orbits: void(count, real, real, count, numbers),
        doubling_maps.let_settle: void(count, real, real, count, count, count, numbers),
        doubling_maps.add_visits: void(
            count,
            *[real] * 2,
            *[count] * 2,
            *[real] * 2,
            *[count] * 3,
            *[numbers] * 3,
            *[words] * 2,
        ),
        doubling_maps.period_at: count(count, real, count, count, real),
        doubling_maps.mean_log_slope: real(count, real, count, count),
        doubling_maps.write_orbit: void(count, real, real, count, numbers),
    },
    "flows.wasm": {
        cumulants.cumulant_step: void(couplings),
        cumulants.escape_time: count(real, real, real, count),
        cumulants.critical_coupling: real(real, real),
    },
    "coexistence.wasm": {
        coexistence.window_slope_kernel: real(numbers, numbers, count, real, real),
    },
    "variational.wasm": {
        variational.count_block: count(count, count, count, spins, integers, integers),
        variational.trial_point: void(real, real, real, count, count, integers, couplings),
        variational.best_point: real(real, real, count, count, integers, couplings),
    },
    "epsilon.wasm": {
        shell.shell_rate: void(couplings, real, real),
        shell.shell_step: void(couplings, real, real, real),
        shell.escape_time: count(real, real, real, real, count),
        shell.critical_line: real(real, real, real),
        shell.wilson_fisher: void(real, real, couplings),
    },
    "resummation.wasm": {
        conformal.borel_nodes: void(real, real, numbers),
        conformal.borel_sums: void(numbers, count, real, real, real, numbers, numbers),
        conformal.borel_scan: void(numbers, count, real, numbers, numbers, numbers, numbers),
        conformal.borel_choice: void(numbers, numbers, numbers),
    },
    "correlator.wasm": {
        correlator.memory_length: count(count),
        correlator.take_in: void(real, count, memory),
        correlator.autocorrelation_at: real(count, count, count, memory),
        correlator.integrate: void(count, memory, result),
    },
    "mcrg.wasm": {
        cluster.bond_threshold: void(real, thresholds),
        swendsen_wang.swendsen_wang_sweep_2d: count(spins, count, thresholds, labels, state),
        blocking.majority_2d: void(spins, count, count, blocks, state),
        operators.n_words: count(count, count, count),
        operators.pack_rows: void(spins, count, count, count, bits),
        operators.sum_operators: void(bits, count, count, count, terms, count, sums),
        monte_carlo_rg.bin_size: count(count),
        monte_carlo_rg.add_sample: void(sums, sums, count, numbers),
        monte_carlo_rg.measure_spectrum: void(
            numbers, count, count, chosen, count, real, *[numbers] * 6
        ),
    },
    "designs.wasm": {
        plaquettes.plaquette_thresholds: void(*[real] * 4, thresholds),
        plaquettes.plaquette_sweep: void(spins, count, thresholds, real, labels, sites, state),
        designs.blocks_by_coins: void(spins, count, spins, blocks, state),
        designs.count_neighbourhoods: void(spins, count, numbers),
        designs.measure_couplings: void(numbers, count, *[numbers] * 3),
    },
    "glass.wasm": {
        glass.shake: void(count, numbers, state),
        glass.strengths: void(count, numbers, numbers, numbers),
        glass.after_zooms: void(count, numbers, numbers, count, numbers),
        glass.match_knobs: void(count, numbers, count, count, numbers, numbers),
    },
    "fields.wasm": {
        counting.power_counting: real(real, count, count),
        counting.after_zoom: real(real, real, count, count, real),
        counting.potential: real(real, real, real),
        counting.landau_minimum: real(real, real),
        phi4.proposal_width: real(real, real, count),
        phi4.fill_neighbours: void(count, count, sites),
        phi4.metropolis_sweep: total(field, sites, count, count, real, real, real, state),
        phi4.wolff_cluster: total(field, sites, count, count, stack, state),
        phi4.shift_field: real(field, count, real, real, count, sums, state),
        phi4.field_sums: void(field, sites, count, count, sums),
    },
    "information.wasm": {
        surroundings.given_ring: void(spins, count, count, count, numbers, numbers, numbers),
        block_rules.cut_rings: count(spins, count, count, spins, count),
        block_rules.fill_table: void(numbers, count, numbers),
        block_rules.kept_by: real(numbers, count, spins),
        block_rules.kept_by_all: real(numbers, count),
        block_rules.best_symmetric: real(numbers, count, spins, spins),
        block_rules.random_rule: void(count, spins, state),
        block_rules.blocks_by_rule: void(spins, count, spins, blocks),
        block_rules.mean_levels: void(spins, count, count, count, spins, spins, spins, numbers),
    },
    "grouping.wasm": {
        grouping.memory_length: count(count, count, count),
        grouping.group_once: real(numbers, count, count, count, labels, labels, memory, state),
    },
    "grammar.wasm": {
        grammar.draw_rules: void(count, count, count, count, tuples, symbols, state),
        grammar.write_level: void(count, count, count, symbols, symbols, symbols, state),
        grammar.number_tuples: void(count, count, count, symbols, tuples),
        grammar.group_tuples: void(count, groups, tuples, symbols),
        grammar.count_labels: void(count, count, count, tuples, symbols, numbers),
        grammar.count_neighbours: void(count, count, count, count, tuples, tuples, numbers),
        grouping.memory_length: count(count, count, count),
        grouping.group_once: real(numbers, count, count, count, groups, groups, numbers, state),
        grammar_scores.name_symbols: void(
            count, count, count, count, symbols, groups, count, numbers, numbers
        ),
        grammar_scores.use_symbols: void(count, count, count, count, symbols, numbers, numbers),
        grammar_scores.match_names: real(count, count, numbers, numbers, numbers, symbols, symbols),
        grammar_scores.kept_share: real(count, count, numbers, numbers),
    },
    "kondo_flow.wasm": {
        poor_mans_scaling.flow_step: void(couplings, count, real, real),
        poor_mans_scaling.flows_to_strong_coupling: count(real, real),
    },
    "ridge.wasm": {
        equivalent.predict_error: void(numbers, numbers, count, real, real, real, numbers),
        regression.fit_once: real(
            numbers, numbers, count, count, real, real, *[numbers] * 4, state
        ),
    },
    "running.wasm": {
        running.fill_coefficients: void(real, real, couplings),
        running.run_inverse: real(real, real, couplings, count, real, real),
        running.fixed_coupling: real(couplings),
        running.pole_distance: real(real, real),
    },
    "walks.wasm": {
        pivot.table_size: count(count),
        pivot.start_rod: void(sites, count, count),
        pivot.end_square: total(sites, count, count),
        pivot.try_pivot: count(*[sites, count, count, count, count, count], *[sites] * 3),
        pivot.pivot_walk: total(
            *[sites, count, count, count, count], sites, count, sites, sites, state
        ),
        pivot.fit_line: void(numbers, numbers, numbers, count, numbers),
    },
    "signals.wasm": {
        recursion.variance_fixed: real(real, real),
        recursion.overlap_step: real(real, real, real, real),
        recursion.overlap_fixed: real(real, real, real),
        recursion.overlap_slope: real(real, real, real),
        recursion.edge_weight: real(real),
        recursion.edge_bias: real(real),
        recursion.edge_weight_at: real(real),
        random_layers.start_pair: void(count, real, real, numbers, numbers, state),
        random_layers.send_layer: void(count, real, real, *[numbers] * 4, state),
        random_layers.read_pair: void(count, numbers, numbers, numbers),
    },
    "spectra.wasm": {
        spectra.fill_gaussian: void(count, numbers, real, state),
        spectra.normalize: void(count, numbers),
        spectra.add_spike: void(count, count, real, numbers, numbers, numbers, numbers),
        spectra.turn_rows: count(count, count, count, numbers),
        spectra.read_rows: count(count, count, numbers, numbers),
        spectra.read_overlaps: void(count, count, count, real, *[numbers] * 5),
        tails.measure_tails: void(count, count, numbers, numbers, numbers),
    },
    "sandpile.wasm": {
        sandpile.draw_pile: void(pile, pile, pile, count, state),
        sandpile.clear_counts: void(pile, sites, count, sums),
        sandpile.find_unstable: total(pile, sites, count, count),
        sandpile.random_site: count(count, state),
        sandpile.drop_grain: total(pile, sites, count, count, count),
        sandpile.topple_front: total(pile, pile, sites, count, count, count, sums),
        sandpile.drop_grains: void(pile, pile, sites, count, count, count, numbers, sums, state),
        sandpile.burn: total(pile, pile, sites, count),
    },
    "rbm.wasm": {
        rbm_kernels.draw: void(fields, layer, count, count, words, state),
        rbm_kernels.gibbs_sweep: void(
            weights, biases, biases, count, count, layer, layer, fields, words, state
        ),
        ising.bond_sum_2d: total(spins, count),
        ising.spin_sum: total(spins, count),
    },
    "tensor.wasm": {
        tensors.first_tensor: void(real, numbers, sites, numbers),
        tensors.trg_step: void(count, numbers, sites, *[numbers] * 5, sites, numbers, sites),
        tensors.log_z_at: real(numbers, sites, numbers),
        tensor_readings.ring_of_one: real(numbers, sites, numbers, numbers, numbers, sites),
        tensor_readings.ring_of_two: real(numbers, sites, numbers, numbers),
        tensor_readings.central_charge: real(real, real),
    },
    "zoom_in.wasm": {
        zooming_in.rule_thresholds: void(real, real, real, thresholds),
        zooming_in.zoom_in_2d: void(blocks, count, thresholds, spins, state),
        ising.bond_sum_2d: total(spins, count),
        ising.spin_sum: total(spins, count),
        blocking.majority_2d: void(spins, count, count, blocks, state),
    },
    "waves.wasm": {
        waves.fill_roots: void(count, numbers),
        waves.hartley_2d: void(count, *[numbers] * 3),
        waves.shell_powers: void(count, *[numbers] * 3),
        spectra.fill_gaussian: void(count, numbers, real, state),
        waves.colour_waves: void(count, real, numbers),
        waves.drop_discs: void(count, count, real, real, numbers, state),
        cluster.bond_threshold: void(real, thresholds),
        swendsen_wang.swendsen_wang_sweep_2d: count(spins, count, thresholds, labels, state),
        waves.standardize: void(count, numbers),
        waves.add_noise: void(count, real, *[numbers] * 3),
        waves.mean_square: real(count, numbers, numbers),
        waves.wiener_factors: void(count, real, numbers, numbers),
        waves.sharp_factors: void(count, count, numbers),
        waves.filter_waves: void(count, *[numbers] * 3),
        waves.expected_error: real(count, real, *[numbers] * 3),
        waves.best_cut: real(count, real, numbers, numbers),
        waves.cutoff: real(count, real, numbers, numbers),
        waves.keep_large: void(count, real, *[numbers] * 3),
    },
    "words.wasm": {
        controls.reorder_pieces: void(sites, count, sites, count, sites, sites, state),
        controls.walk_markov: void(sites, count, count, sites, sites, count, sites, state),
        windows.correlate_near: void(
            sites, count, numbers, sites, sites, count, count, numbers, numbers
        ),
    },
    "networks.wasm": {
        network_kernels.conv_relu: void(maps, count, count, count, count, weights, biases, maps),
        network_kernels.classifier_head: void(
            maps, count, count, count, weights, biases, weights, biases, layer, fields
        ),
    },
    "conveyors.wasm": {
        cluster.bond_threshold: void(real, thresholds),
        swendsen_wang.swendsen_wang_sweep_2d: count(spins, count, thresholds, labels, state),
        probing.take_lattice: void(spins, count, real, numbers, blocks, numbers, state),
        probing.plant: void(spins, count, count, count),
        probing.draw_coins: void(spins, count, state),
        probing.halve: void(maps, count, count, spins, maps),
        probing.in_channels: void(maps, count, maps),
        probing.read_features: void(maps, count, count, numbers),
        probing.add_lesson: void(numbers, numbers, numbers),
        probing.fit_reader: void(numbers, real, numbers, numbers),
        probing.examine_reader: void(numbers, numbers, numbers, numbers),
        probing.read_shares: void(numbers, numbers, count, result),
    },
    "training.wasm": {
        training.n_weights: count(channels, count, count),
        training.maps_before: count(channels, count, count),
        training.draw_weights: void(weights, channels, count, count, state),
        training.predict: real(weights, channels, count, count, count, types.float32, maps, layer),
        training.train_step: real(
            spins,
            numbers,
            count,
            labels,
            count,
            count,
            weights,
            channels,
            count,
            count,
            count,
            types.float32,
            maps,
            layer,
            fields,
            weights,
            weights,
            numbers,
            real,
            state,
        ),
    },
}
# With vector instructions, which not every browser has; works in the memory of another module.
VECTORS = {"packed_simd.wasm"}
# Where most time goes: loops of known length are written out, and only then can become vectors.
HOT = {square.sweep_row_2d}

SECTION = "rgcourse.sources"
TRIPLE = "wasm32-unknown-unknown"
LINKER_ADVICE = (
    "wasm-ld is missing: install LLVM's linker (Debian: apt install lld; macOS: brew install lld)"
)


def linker():
    """Path of wasm-ld; RuntimeError with the way out when there is none."""
    names = ["wasm-ld", *(f"wasm-ld-{version}" for version in range(25, 14, -1))]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise RuntimeError(LINKER_ADVICE)
    return found


def family_object(family):
    """The kernels of one family as a WebAssembly object file, exported under their Python names."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    features = "+simd128" if family in VECTORS else ""
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(opt=3, features=features)
    layout = f'target triple = "{TRIPLE}"\ntarget datalayout = "{machine.target_data}"\n'
    module = llvm.parse_assembly(layout)
    for kernel, signature in FAMILIES[family].items():
        compiled = cfunc(signature, error_model="numpy")(plain(kernel))
        code = re.sub(r"target (triple|datalayout) = .*", "", compiled._library.get_llvm_str())
        # The object writer knows no common symbols; numba leaves one for its environment, unused.
        code = re.sub(r"= common (local_unnamed_addr )?global", "= internal global", code)
        code = code.replace("{ noinline }", "{ nounwind }")  # of the wrapper's call of the kernel
        code = code.replace(compiled.native_name, kernel.__name__)
        module.link_in(llvm.parse_assembly(layout + code))
    mark(module, {kernel.__name__ for kernel in FAMILIES[family]})
    module.verify()
    optimize(module, machine)  # now it is known what can happen at all
    optimize(module, machine, written_out=True, vectors=family in VECTORS)
    return machine.emit_object(module)


def mark(module, exported):
    """Tell LLVM which functions are called from outside, and which to make fast, not small.

    From outside, a kernel might raise. Private to the module it is seen never to do so, and its
    wrapper's calls of the Python interpreter go away.
    """
    hot = [f"{len(kernel.__name__)}{kernel.__name__}B" for kernel in HOT]  # in numba's long names
    for function in module.functions:
        if function.is_declaration:
            continue
        function.linkage = "external" if function.name in exported else "internal"
        fast = any(name in function.name for name in hot)
        function.add_function_attribute("noinline" if fast else "optsize")


def optimize(module, machine, written_out=False, vectors=False):
    """LLVM's own pipeline for the new target."""
    tuning = llvm.create_pipeline_tuning_options(speed_level=3 if written_out else 2)
    tuning.loop_unrolling, tuning.loop_vectorization = written_out, vectors
    tuning.loop_interleaving = tuning.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def plain(kernel):
    """The Python function under a compiled one."""
    return getattr(kernel, "py_func", kernel)


def build(family):
    """The bytes of one `.wasm` file."""
    with tempfile.TemporaryDirectory() as folder:
        kernels, out = Path(folder, "kernels.o"), Path(folder, family)
        kernels.write_bytes(family_object(family))
        exports = [f"--export={kernel.__name__}" for kernel in FAMILIES[family]]
        memory = "--import-memory" if family in VECTORS else "--export=__heap_base"
        subprocess.run(
            [linker(), "--no-entry", "--allow-undefined", "--strip-all", "--gc-sections", memory]
            + ["-z", "stack-size=16384", *exports, str(kernels), "-o", str(out)],
            check=True,
        )
        return out.read_bytes() + section(SECTION, stamp(family).encode())


def section(name, payload):
    """A custom section of a WebAssembly module (id 0, size, name, payload)."""
    body = unsigned_leb128(len(name)) + name.encode() + payload
    return b"\0" + unsigned_leb128(len(body)) + body


def unsigned_leb128(number):
    groups = []
    while True:
        number, group = number >> 7, number & 0x7F
        groups.append(group | (0x80 if number else 0))
        if not number:
            return bytes(groups)


def stored_stamp(wasm):
    """The text of the sources section of a module, or None."""
    _, found, rest = wasm.rpartition(SECTION.encode())
    return rest.decode() if found else None


def stamp(family):
    """`<hash of the kernels and signatures> numba <version> llvmlite <version>`."""
    digest = hashlib.sha256(family.encode())
    for kernel, signature in FAMILIES[family].items():
        digest.update(f"{kernel.__name__}{signature}\n".encode())
        for function in sorted(reachable(plain(kernel)), key=lambda f: f.__qualname__):
            digest.update(source(function).encode())
    return f"{digest.hexdigest()} numba {numba.__version__} llvmlite {llvmlite.__version__}"


def reachable(function, seen=None):
    """A kernel and all functions of the package that it calls, however deep."""
    seen = set() if seen is None else seen
    if function in seen:
        return seen
    seen.add(function)
    for name in function.__code__.co_names:
        callee = plain(function.__globals__.get(name))
        if inspect.isfunction(callee) and callee.__module__.startswith("rgcourse"):
            reachable(callee, seen)
    return seen


def source(function):
    """The code of a function without comments, docstring and layout, and its constants."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    body = tree.body[0].body
    if len(body) > 1 and ast.get_docstring(tree.body[0]) is not None:
        del body[0]
    constants = {
        name: function.__globals__[name]
        for name in function.__code__.co_names
        if isinstance(function.__globals__.get(name), (int, float, np.floating))
    }
    return f"{ast.unparse(tree)}\n{sorted(constants.items())}\n"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    stale = False
    for family, kernels in FAMILIES.items():
        fresh, path = build(family), TARGET / family
        current = path.is_file() and path.read_bytes() == fresh
        if not options.check:
            path.write_bytes(fresh)
        stale |= options.check and not current
        note = "current" if current else "stale" if options.check else "written"
        print(f"{path.relative_to(ROOT)}  {len(fresh)} bytes, {len(kernels)} kernels, {note}")
    if stale:
        print("run python tools/build_wasm.py")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
