// The magnet of the designer and all that is measured of it and of its block spins.

import { Sector } from "./sector.js";

/** The magnet, its block spins, and the bins of all that is measured. */
export class Laboratory {
  constructor(kernels, mcrg, constants) {
    Object.assign(this, { kernels, mcrg, ...constants });
    const { L, steps, n_states, n_counts, bins } = constants;
    this.levels = Array.from({ length: steps + 1 }, (_, k) => kernels.allocate("int8", (L >> k) ** 2));
    [this.labels, this.sizes] = [0, 1].map(() => kernels.allocate("int32", L ** 2));
    this.thresholds = kernels.allocate("uint64", 8 * n_states + 2);
    this.state = kernels.allocate("uint32", 8);
    this.output = kernels.allocate("int8", n_states);
    this.counts = this.levels.map(() => kernels.allocate("float64", bins * n_counts));
    [this.total, this.work, this.result] = [n_counts, 32, 8].map((n) => kernels.allocate("float64", n));
    this.room = mcrg.allocate("int8", L ** 2);
    this.bits = mcrg.allocate("uint64", mcrg.n_words(1, L, L));
    this.measured = ["even", "odd"].map(
      (name) => new Sector(mcrg, constants.sectors[name], { blockings: steps, bins }),
    );
  }

  start(seedWords) {
    this.kernels.view("uint32", this.state, 8).set(seedWords);
  }

  /** Bring the magnet to equilibrium from the ordered lattice. */
  settle({ K, K_4, K_down, K_up }, ratio, h) {
    const strength = ratio * K;
    this.h = h;
    const couplings = [strength, ...[K_4, K_down, K_up].map((part) => part * strength)];
    this.kernels.plaquette_thresholds(...couplings, this.thresholds);
    this.kernels.view("int8", this.levels[0], this.L ** 2).fill(1);
    this.sweep(this.burn);
  }

  sweep(times) {
    const { kernels, levels, L, thresholds, h, labels, sizes, state } = this;
    for (let k = 0; k < times; k++) kernels.plaquette_sweep(levels[0], L, thresholds, h, labels, sizes, state);
  }

  forget() {
    this.samples = 0;
    for (const sector of this.measured) sector.clear();
    for (const counts of this.counts) this.kernels.view("float64", counts, this.bins * this.n_counts).fill(0);
  }

  block(rule) {
    const { kernels, levels, L } = this;
    kernels.view("int8", this.output, this.n_states).set(rule.map((up) => 2 * up));
    for (let k = 1; k < levels.length; k++)
      kernels.blocks_by_coins(levels[k - 1], L >> (k - 1), this.output, levels[k], this.state);
  }

  lattice(level) {
    return this.kernels.view("int8", this.levels[level], (this.L >> level) ** 2);
  }

  sample(rule) {
    const { kernels, mcrg, levels, counts, n_counts, room, bits, measured } = this;
    this.sweep(this.between);
    this.block(rule);
    const bin = Math.floor(this.samples / this.chunk) % this.bins;
    for (const [k, level] of levels.entries()) {
      const L = this.L >> k;
      kernels.count_neighbourhoods(level, L, counts[k] + 8 * bin * n_counts);
      mcrg.view("int8", room, L * L).set(this.lattice(k));
      mcrg.pack_rows(room, 1, L, L, bits);
      for (const sector of measured) sector.measure(k, bits, L);
    }
    for (const sector of measured) sector.collect(bin);
    this.samples++;
  }

  /** How many bins have a chunk. */
  get filled() {
    return Math.min(this.bins, Math.floor(this.samples / this.chunk));
  }

  /** Errors from fewer bins scatter too much for anything to be said. */
  get full() {
    return this.filled === this.bins;
  }

  /** Exponents of each step: { even: { y, error }, odd }; without errors until all bins are filled. */
  get exponents() {
    const [even, odd] = this.measured.map((sector) => {
      const all = Array.from({ length: sector.n }, (_, i) => i);
      return Array.from({ length: this.steps }, (_, k) => {
        const spectrum = sector.spectrum(k, all, this.filled);
        return this.full ? spectrum : { ...spectrum, error: NaN };
      });
    });
    return even.map((spectrum, k) => ({ even: spectrum, odd: odd[k] }));
  }

  /** The couplings of each level, [h, K, K2, K4] and their errors; NaN where there are none. */
  get couplings() {
    const { kernels, total, work, result, filled } = this;
    return this.counts.map((counts) => {
      if (filled) kernels.measure_couplings(counts, filled, total, work, result);
      const found = filled ? [...kernels.view("float64", result, 8)] : Array(8).fill(NaN);
      return this.full ? found : found.map((x, i) => (i < 4 ? x : NaN));
    });
  }
}
