// One critical lattice under two algorithms, and the autocorrelation of each while they run.

import correlator from "../correlator.wasm";
import ising from "../ising.wasm";
import { clamp, element, number, withError, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { Scene } from "./scene.js";

const UPDATES_A_FRAME = 4000;
const SEEN = 10; // the longest lag drawn is this part of the run: further out is noise
const SHOWN_SWEEPS = 50_000; // behind the still image
const COLOURS = ["ink", "accent"];

/** Sums of one series for all lags, in the memory of the correlator's kernels. */
class Memory {
  constructor(kernels, { levels, points, min_taus }) {
    Object.assign(this, { kernels, levels, points, min_taus });
    this.size = kernels.memory_length(levels);
    this.address = kernels.allocate("float64", this.size);
    this.result = kernels.allocate("float64", 3);
  }

  clear() {
    this.kernels.view("float64", this.address, this.size).fill(0);
    this.work = 0;
  }

  /** Take in a measurement less its mean, made by an update of this share of the lattice. */
  add(x, share) {
    this.kernels.take_in(x, this.levels, this.address);
    this.work += share;
  }

  get count() {
    return this.kernels.view("float64", this.address, 1)[0];
  }

  /** Sweeps that one step of the series stands for. */
  get share() {
    return this.work / Math.max(1, this.count);
  }

  /** [lag in sweeps, rho], as far as the series is long enough to tell. */
  line() {
    const { kernels, levels, points, address, count, share } = this;
    const line = [];
    for (let level = 0; level < levels; level++) {
      for (let k = level ? points / 2 : 1; k < points; k++) {
        const lag = k * 2 ** level;
        if (lag * SEEN > count) return line;
        line.push([lag * share, kernels.autocorrelation_at(level, k, levels, address)]);
      }
    }
    return line;
  }

  /** { tau, error } in sweeps, and whether the series is long enough for it to be honest. */
  time() {
    this.kernels.integrate(this.levels, this.address, this.result);
    const [tau, error, closed] = this.kernels.view("float64", this.result, 3);
    const known = closed > 0 && this.count >= this.min_taus * tau;
    return { tau: tau * this.share, error: error * this.share, known };
  }
}

class RaceScene extends Scene {
  updates = UPDATES_A_FRAME;
  lattices = {};

  constructor(model, kernels, sums) {
    super(model);
    this.kernels = kernels;
    this.memories = COLOURS.map(() => new Memory(sums, this.constants));
    this.views = COLOURS.map(() => this.view());
    const panels = this.panels(this.views, { narrow: false });
    Object.assign(panels.style, { maxWidth: "34rem", margin: "0 auto 0.75rem" });
    this.build(element("div", {}, panels, this.rho.root));
    this.reset();
  }

  get L() {
    return this.constants.sides[this.doublings];
  }

  get names() {
    return ["heat bath", this.cluster];
  }

  get pair() {
    // Memory is never given back: lattices of each side are made once.
    this.lattices[this.L] ??= COLOURS.map(() => new Lattice(this.kernels, this.L, 0, this.constants));
    return this.lattices[this.L];
  }

  // ---------------------------------------------------------------- physics

  measure(k, share) {
    const lattice = this.pair[k];
    const energy = this.observable === "energy";
    const x = energy ? lattice.energy() - this.constants.energies[this.doublings] : lattice.magnetization();
    this.memories[k].add(x, share);
  }

  /** One sweep on the left, and on the right updates until as many spins were dealt with. */
  step() {
    const [local, clusters] = this.pair;
    const [left, right] = this.memories;
    this.measure(0, local.heatBath());
    const wolff = this.cluster === "Wolff";
    while (right.work < left.work) this.measure(1, wolff ? clusters.wolff() : clusters.swendsenWang());
    return 1;
  }

  reset() {
    const [local, clusters] = this.pair;
    const [first, second] = this.model.get("seed_words");
    const { critical } = this.constants;
    local.start(first, critical, 0);
    clusters.set(critical, 0);
    clusters.restore(local.spins(0), second);
    for (const memory of this.memories) memory.clear();
  }

  changed(trait) {
    if (trait === "running") return;
    this.reset();
    this.figure.sweeps = 0;
  }

  exhibit() {
    for (let k = 0; k < SHOWN_SWEEPS; k++) this.step();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const { rho, names } = this;
    for (const [k, view] of this.views.entries()) {
      this.paint(view, this.pair[k].picture(0));
      write(view.label, names[k]);
    }
    rho.begin();
    rho.horizontal(0, { colour: "rule", width: 1 });
    for (const [k, memory] of this.memories.entries()) {
      const colour = COLOURS[k];
      rho.line(memory.line(), { colour, width: 1.8, dash: k ? [6, 4] : [] });
      const { tau, error, known } = memory.time();
      if (!known || tau > rho.x.high) continue;
      const [low, place, high] = [tau - error, tau, tau + error].map((t) => [
        clamp(t, rho.x.low, rho.x.high),
        Math.exp(-1),
      ]);
      rho.line([low, high], { colour });
      rho.dot(...place, { colour });
      rho.text(...place, names[k], { colour, dy: k ? 18 : -10 });
    }
  }

  /** Both times, with two digits of their errors. */
  read() {
    const [left, right] = this.memories.map((memory) => {
      const { tau, error, known } = memory.time();
      return known ? withError(tau, error, clamp(1 - Math.floor(Math.log10(error)), 0, 4)) : "too short";
    });
    return { left, right, sweeps: number(this.memories[0].work, 0) };
  }

  report() {
    return { times: this.memories.map((memory) => memory.time()).map(({ tau, known }) => (known ? tau : 0)) };
  }

  words() {
    const { left, right, sweeps } = this.read();
    const said = (time) => (time === "too short" ? "not known yet, the run is too short" : `${time} sweeps`);
    return (
      `Two critical Ising lattices of ${this.L} by ${this.L} spins after ${sweeps} sweeps. ` +
      `Autocorrelation time of the ${this.observable}: under heat bath ${said(left)}; ` +
      `under ${this.cluster} ${said(right)}.`
    );
  }
}

export default widget(RaceScene, ising, correlator);
