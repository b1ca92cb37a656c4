// One large square lattice in WebAssembly memory, 64 spins in a word: see rgcourse.multispin.

import { Settling } from "./equilibrium.js";
import { COORDINATION, Lattice } from "./lattice.js";

const HEAT_BATH = 1;
const [CHANCES, RULE_WORDS] = [5, 16]; // in a field, the most there are
const STREAM_WORDS = 2;
const LARGEST_SUM = 8; // spins across; the sum of 8 x 8 still is a byte
const PICTURE_SIDE = 512; // elements across a picture, at most

/** As `Lattice`; Wolff clusters only where `clusters` says so. */
export class PackedLattice extends Settling {
  /** `packed` has the kernels of packed spins, `kernels` those of single ones, for what is small:
   *  the lattice it starts from, and block spins too few to be packed. */
  constructor(packed, kernels, L, levels, recipe) {
    super();
    Object.assign(this, { packed, L, recipe });
    this.sites = L * L;
    this.steps = [];
    const sides = Array.from({ length: levels + 1 }, (_, k) => L >> k).filter(
      (side) => side % recipe.packed_side === 0,
    );
    for (const side of sides) this.steps.push(packed.allocate("uint64", packed.n_words(side)));
    this.rest = new Lattice(kernels, sides.at(-1), levels + 1 - sides.length, recipe);
    this.factor = 1;
    while (L % this.factor || L / this.factor > recipe.cluster_side) this.factor++;
    this.small = new Lattice(kernels, L / this.factor, 0, recipe);
    this.quick = this.clusters = this.factor === 1;

    this.lanes = L / 2;
    const entries = 1 + CHANCES * packed.table_length(this.lanes);
    this.rule = packed.allocate("uint64", RULE_WORDS);
    this.arrivals = packed.allocate("uint64", entries);
    this.events = packed.allocate("uint64", CHANCES * this.lanes);
    this.places = packed.allocate("uint64", entries);
    this.streams = packed.allocate("uint64", STREAM_WORDS * this.lanes);
    this.coins = packed.allocate("uint64", STREAM_WORDS * this.lanes);
    this.state = packed.allocate("uint32", 8);
    this.bytes = packed.allocate("int8", this.sites);
  }

  /** The lattice that belongs to a seed (eight words of 32 bits), T and h, in equilibrium. */
  start(seedWords, T, h) {
    this.begin(seedWords);
    this.arrive({ T, h });
  }

  /** Where its way to equilibrium begins, whatever it was before. */
  begin(seedWords) {
    const { packed } = this;
    this.seedWords = seedWords;
    this.small.restore(new Int8Array(this.small.sites).fill(1), seedWords);
    packed.view("uint32", this.state, 8).set(seedWords);
    packed.seed_streams(this.streams, STREAM_WORDS * this.lanes, this.state);
    this.firstCoins = packed.view("uint64", this.streams, STREAM_WORDS * this.lanes).slice();
  }

  /** From a smaller lattice whose correlation length is smaller by the same factor; it goes on from
   *  what it was, since clusters soon forget that. */
  *equilibration({ T, h }) {
    const { packed, factor, small, recipe } = this;
    const coarse = { T: 1 / packed.coarse_coupling(1 / T, factor), h: h * factor ** recipe.field_exponent };
    yield* small.equilibration(coarse);
    this.grow();
    this.set(T, h);
    for (let k = 0; k < recipe.settle; k++) {
      yield;
      this.heatBath();
    }
  }

  /** Each spin of the smaller lattice becomes a block. */
  grow() {
    const { packed, factor, small, L } = this;
    const [spins, grown] = [small.spins(0), packed.view("int8", this.bytes, this.sites)];
    for (let x = 0, i = 0; x < L; x++) {
      const row = Math.floor(x / factor) * small.L;
      for (let y = 0; y < L; y++, i++) grown[i] = spins[row + Math.floor(y / factor)];
    }
    packed.pack_2d(this.bytes, L, this.steps[0]);
    this.loose = false;
  }

  /** Where the smaller lattice is as large as this one, it lends its clusters. Until the next
   *  sweep or look the spins are loose, one in a byte. */
  wolff() {
    if (!this.loose) {
      this.small.spins(0).set(this.spins(0));
      this.small.set(this.T, 0);
    }
    this.loose = true;
    return this.small.wolff();
  }

  /** Back to 64 spins in a word, where they are loose. */
  pack() {
    if (this.loose) this.grow();
  }

  set(T, h) {
    this.T = T;
    this.sweep = h === 0 ? this.packed.sweep_2d : this.packed.sweep_field_2d;
    this.packed.fill_rule(1 / T, h, COORDINATION, HEAT_BATH, this.lanes, this.rule, this.arrivals);
  }

  /** Every spin the other way round. */
  turn() {
    const words = this.packed.view("uint32", this.steps[0], 2 * this.packed.n_words(this.L)); // margins, too
    for (let i = 0; i < words.length; i++) words[i] = ~words[i];
  }

  /** Returns the share of the lattice it has dealt with. */
  heatBath() {
    this.pack();
    const { steps, L, rule, arrivals, events, places, streams, state } = this;
    this.sweep(steps[0], L, rule, arrivals, events, places, streams, state);
    return 1;
  }

  energy() {
    this.pack();
    return (2 * Number(this.packed.count_unequal_2d(this.steps[0], this.L))) / this.sites - 2;
  }

  magnetization() {
    this.pack();
    return (2 * Number(this.packed.count_up_2d(this.steps[0], this.L))) / this.sites - 1;
  }

  /** Let 2 x 2 blocks vote, `levels` times, with the same coins each time; packed while it goes. */
  zoomOut(levels) {
    const { packed, steps, L, lanes, coins, rest } = this;
    this.pack();
    packed.view("uint64", coins, STREAM_WORDS * lanes).set(this.firstCoins);
    for (let k = 0; k < Math.min(levels, steps.length - 1); k++) {
      packed.majority_2d(steps[k], L >> k, steps[k + 1], coins, lanes);
    }
    if (levels < steps.length) return;
    rest.restore(this.spins(steps.length - 1), this.seedWords);
    rest.zoomOut(levels - steps.length + 1);
  }

  /** One byte a spin, valid until the next call. */
  spins(level) {
    const { packed, steps, rest, bytes } = this;
    if (level >= steps.length) return rest.spins(level - steps.length + 1);
    packed.unpack_2d(steps[level], this.L >> level, bytes);
    return packed.view("int8", bytes, this.sites >> (2 * level));
  }

  /** Sums of b x b spins where the lattice is finer than `pixels`, those of the screen, across;
   *  valid until the next call. */
  picture(level, pixels) {
    const { packed, steps, rest, bytes } = this;
    if (level >= steps.length) return rest.picture(level - steps.length + 1);
    const side = this.L >> level;
    let [b, n] = [1, side];
    while ((n > PICTURE_SIDE || n >= 2 * pixels) && n % 128 === 0 && b < LARGEST_SUM) [b, n] = [2 * b, n / 2];
    if (b === 1) packed.unpack_2d(steps[level], side, bytes);
    else packed.counts_2d(steps[level], side, b, bytes);
    return { values: packed.view("uint8", bytes, n * n), n, most: b * b };
  }
}
