// A phi^4 field on the square lattice, the potential it sits in, and the values it takes.

import kernels from "../fields.wasm";
import { clamp, number } from "./dom.js";
import { Settling } from "./equilibrium.js";
import { widget } from "./figure.js";
import { Scene } from "./scene.js";

const [SHADES, BRIGHT] = [48, 1.5]; // of the picture: so many tones, from a field of -BRIGHT to BRIGHT
const [BINS, TALL] = [40, 3]; // of the histogram, and the height of density 1
const SMOOTHING = 0.95; // of the histogram and of |m|, so that they can be read while it runs

/** Where phi lies between -most and most, from 0 to 1. */
const share = (phi, most) => clamp(0.5 + phi / (2 * most), 0, 1);

const smooth = (old, now) => (old === undefined ? now : SMOOTHING * old + (1 - SMOOTHING) * now);

/** The field in the memory of its kernels. */
class FieldLattice extends Settling {
  quick = true;

  constructor(kernels, L, warmUp) {
    super();
    Object.assign(this, { kernels, warmUp, sites: L * L });
    this.field = kernels.allocate("float64", this.sites);
    this.sums = kernels.allocate("float64", 4);
    this.neighbours = kernels.allocate("int32", 4 * this.sites);
    this.stack = kernels.allocate("int32", this.sites);
    this.state = kernels.allocate("uint32", 8);
    kernels.fill_neighbours(L, 2, this.neighbours);
  }

  get values() {
    return this.kernels.view("float64", this.field, this.sites);
  }

  /** A field that is the same everywhere, and from there to equilibrium. */
  start(seedWords, phi, { r, u }) {
    this.kernels.view("uint32", this.state, 8).set(seedWords);
    this.values.fill(phi);
    this.arrive({ r, u });
  }

  *equilibration({ r, u }) {
    for (let k = 0; k < this.warmUp; k++) {
      this.sweep(r, u);
      yield;
    }
  }

  sweep(r, u) {
    const { kernels, field, neighbours, sites, stack, state } = this;
    kernels.metropolis_sweep(field, neighbours, sites, 2, r, u, kernels.proposal_width(r, u, 2), state);
    kernels.wolff_cluster(field, neighbours, sites, 2, stack, state);
  }

  magnetization() {
    this.kernels.field_sums(this.field, this.neighbours, this.sites, 2, this.sums);
    return this.kernels.view("float64", this.sums, 4)[0] / this.sites;
  }

  turn() {
    const { values } = this;
    for (let i = 0; i < values.length; i++) values[i] = -values[i];
  }
}

class FieldScene extends Scene {
  updates = 4;
  stays = ["r", "u"];

  constructor(model, kernels) {
    super(model);
    Object.assign(this, { kernels, L: model.get("L") });
    this.sites = this.L * this.L;
    this.lattice = new FieldLattice(kernels, this.L, this.constants.warm_up);
    this.values = new Uint8Array(this.sites);
    this.tones = this.view(`${this.L} × ${this.L} sites`);
    this.build(this.panels([this.tones], { narrow: false }), this.potential.root);
  }

  // ---------------------------------------------------------------- physics

  /** Where Landau's potential has its minimum. */
  get landau() {
    return this.kernels.landau_minimum(this.r, this.u);
  }

  begin() {
    this.lattice.start(this.model.get("seed_words"), this.landau, this);
    this.settled();
  }

  reset() {
    this.begin();
  }

  /** Let the averages start afresh. */
  settled() {
    [this.seen, this.size] = [undefined, undefined];
  }

  changed(trait) {
    if (trait === "r" || trait === "u") this.lattice.equilibrate({ r: this.r, u: this.u });
  }

  step() {
    this.lattice.sweep(this.r, this.u);
    return 1;
  }

  get mean() {
    return this.lattice.magnetization();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const field = this.lattice.values;
    const counts = new Float64Array(BINS);
    for (let i = 0; i < this.sites; i++) {
      this.values[i] = Math.round(SHADES * share(field[i], BRIGHT));
      counts[Math.floor(0.9999 * BINS * share(field[i], this.potential.x.high))] += 1;
    }
    this.seen = counts.map((n, k) => smooth(this.seen?.[k], n));
    this.size = smooth(this.size, Math.abs(this.mean));
    this.paint(this.tones, { values: this.values, n: this.L, most: SHADES });
    this.drawPotential();
  }

  drawPotential() {
    const { potential, kernels, r, u, landau } = this;
    const { low, high } = potential.x;
    const floor = potential.y.low;
    const width = (high - low) / BINS;
    potential.begin();
    const stairs = [...this.seen].flatMap((n, k) => {
      const height = floor + (TALL * n) / this.sites / width;
      return [0, 1].map((edge) => [low + (k + edge) * width, height]);
    });
    potential.line([[low, floor], ...stairs, [high, floor]], { colour: "accent", width: 1.4 });
    potential.curve((phi) => kernels.potential(phi, r, u), { width: 1.8 });
    for (const m of landau > 0 ? [-landau, landau] : [0])
      potential.clip(() => potential.dot(m, kernels.potential(m, r, u), { colour: "critical" }));
  }

  read() {
    return { m: number(this.size, 2), landau: number(this.landau, 2), pace: this.figure.speed };
  }

  report() {
    return { magnetization: this.mean };
  }

  words() {
    return (
      `A field of ${this.L} by ${this.L} sites at r = ${number(this.r, 2)}, u = ${number(this.u, 1)}. The size of ` +
      `its mean is ${number(this.size, 2)}; Landau's theory says ${number(this.landau, 2)}.`
    );
  }
}

export default widget(FieldScene, kernels);
