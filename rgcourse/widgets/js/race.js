// One critical lattice under two algorithms, and the autocorrelation of each while they run.

import { CRITICAL_TEMPERATURE, Lattice, pixel } from "./lattice.js";
import { view } from "./views.js";
import { Scene, element, number, renders, write } from "./figure.js";
import { Plot } from "./plot.js";

const SMALLEST = 16;
const [LEVELS, POINTS, SHORTEST] = [20, 32, 50]; // as in correlator.py and statistics.py
const UPDATES_A_FRAME = 4000;
const SEEN = 10; // the longest lag drawn is this part of the run: further out is noise
const [SHORTEST_LAG, LONGEST_LAG] = [0.1, 2e4];
const COLOURS = ["ink", "accent"];

/** Sums of one series for all lags, in the memory of the correlator's kernels. */
class Memory {
  constructor(kernels) {
    this.kernels = kernels;
    this.size = kernels.memory_length(LEVELS);
    this.address = kernels.allocate("float64", this.size);
    this.result = kernels.allocate("float64", 3);
  }

  clear() {
    this.kernels.view("float64", this.address, this.size).fill(0);
    this.work = 0;
  }

  /** Take in a measurement less its mean, made by an update of this share of the lattice. */
  add(x, share) {
    this.kernels.take_in(x, LEVELS, this.address);
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
    const { kernels, address, count, share } = this;
    const points = [];
    for (let level = 0; level < LEVELS; level++) {
      for (let k = level ? POINTS / 2 : 1; k < POINTS; k++) {
        const lag = k * 2 ** level;
        if (lag * SEEN > count) return points;
        points.push([lag * share, kernels.autocorrelation_at(level, k, LEVELS, address)]);
      }
    }
    return points;
  }

  /** { tau, error } in sweeps, and whether the series is long enough for it to be honest. */
  time() {
    this.kernels.integrate(LEVELS, this.address, this.result);
    const [tau, error, closed] = this.kernels.view("float64", this.result, 3);
    const known = closed > 0 && this.count >= SHORTEST * tau;
    return { tau: tau * this.share, error: error * this.share, known };
  }
}

class RaceScene extends Scene {
  constructor(model, kernels, sums) {
    super(model, "doublings", "observable", "cluster");
    Object.assign(this, { kernels, lattices: {} });
    this.memories = [new Memory(sums), new Memory(sums)];
    this.buildStage();
    this.buildControls();
    this.reset();
  }

  get L() {
    return SMALLEST * 2 ** this.doublings;
  }

  get names() {
    return ["heat bath", this.cluster];
  }

  get pair() {
    // Memory is never given back: lattices of each side are made once.
    return (this.lattices[this.L] ??= [0, 1].map(() => new Lattice(this.kernels, this.L, 0)));
  }

  // ---------------------------------------------------------------- anatomy

  buildStage() {
    this.views = [view(), view()];
    this.plot = new Plot({
      x: { label: "lag (sweeps)", low: SHORTEST_LAG, high: LONGEST_LAG, log: true },
      y: { label: "autocorrelation", low: -0.6, high: 1.12 },
    });
    this.parts = [...this.views.map((v) => v.painter), this.plot];
    const panels = element("div", { class: "rgw-panels", style: "--panels: 2; max-width: 34rem; margin: 0 auto 0.75rem" }, ...this.views.map((v) => v.root));
    this.stage = element("div", { class: "rgw-stage", role: "img" }, panels, this.plot.root);
  }

  buildControls() {
    this.readouts = { left: "\u03c4 heat bath", right: "\u03c4 clusters", sweeps: "sweeps" };
    this.sliders = [{
      trait: "doublings", name: "side", label: "Side", low: 0, high: 3, step: 1,
      text: (k) => `L = ${SMALLEST * 2 ** k}`,
    }];
    const choice = (trait, label, ...names) =>
      element("label", { class: "rgw-choice" }, label, this.choice(trait, names.map((name) => [name, name])));
    this.tools = [choice("observable", "Memory of the ", "magnetization", "energy"), choice("cluster", "Right: ", "Wolff", "Swendsen-Wang")];
    this.legend =
      "One lattice at the critical temperature (light up, dark down), continued by two algorithms with equally many spin updates. " +
      "Curves: the autocorrelation so far, out to a tenth of the run; dots: the autocorrelation times, shown when 50 of them have passed. " +
      `The page runs the course's own rgcourse.samplers and rgcourse.correlator, compiled. Seed ${this.model.get("seed")}.`;
  }

  // ---------------------------------------------------------------- physics

  measure(k, share) {
    const lattice = this.pair[k];
    const energy = this.observable === "energy";
    const x = energy ? lattice.energy() - this.model.get("energies")[this.doublings] : lattice.magnetization();
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

  updates() {
    return UPDATES_A_FRAME;
  }

  reset() {
    const [local, clusters] = this.pair;
    const [first, second] = this.model.get("seed_words");
    local.start(first, CRITICAL_TEMPERATURE, 0);
    clusters.set(CRITICAL_TEMPERATURE, 0);
    clusters.restore(local.spins(0), second);
    for (const memory of this.memories) memory.clear();
  }

  changed(trait) {
    if (!this.traits.includes(trait)) return;
    this.reset();
    this.figure.sweeps = 0;
  }

  // ----------------------------------------------------------------- picture

  recolour(colour) {
    super.recolour(colour);
    [this.up, this.down] = [pixel(colour("up")), pixel(colour("down"))];
  }

  draw() {
    const { plot, names } = this;
    this.views.forEach(({ painter, label }, k) => {
      painter.draw(this.pair[k].picture(0), this.up, this.down);
      write(label, names[k]);
    });
    plot.begin(this.colour);
    plot.line([[SHORTEST_LAG, 0], [LONGEST_LAG, 0]], { colour: "rule", width: 1 });
    this.memories.forEach((memory, k) => {
      const colour = COLOURS[k];
      plot.line(memory.line(), { colour, width: 1.8, dash: k ? [6, 4] : [] });
      const { tau, error, known } = memory.time();
      if (!known || tau > LONGEST_LAG) return;
      const place = Math.max(tau, SHORTEST_LAG);
      const bar = [tau - error, tau + error].map((t) => [Math.min(LONGEST_LAG, Math.max(SHORTEST_LAG, t)), Math.exp(-1)]);
      plot.line(bar, { colour });
      plot.dot(place, Math.exp(-1), { colour });
      plot.text(place, Math.exp(-1), names[k], { colour, dy: -10 });
    });
  }

  read() {
    const times = this.memories.map((memory) => memory.time());
    const digits = (error) => Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(error)))); // two of the error
    const text = ({ tau, error, known }) => (known ? [tau, error].map((x) => number(x, digits(error))).join(" \u00b1 ") : "too short");
    return { left: text(times[0]), right: text(times[1]), sweeps: `${Math.round(this.memories[0].work)}` };
  }

  report() {
    return { times: this.memories.map((memory) => memory.time()).map(({ tau, known }) => (known ? tau : 0)) };
  }

  words() {
    const { left, right, sweeps } = this.read();
    const said = (time) => (time === "too short" ? "not known yet, the run is too short" : `${time} sweeps`);
    return (
      `Two critical Ising lattices of ${this.L} by ${this.L} spins after ${sweeps} sweeps. Autocorrelation time of the ` +
      `${this.observable}: under heat bath ${said(left)}; under ${this.cluster} ${said(right)}.`
    );
  }
}

const render = renders(RaceScene, "ising", "correlator");

export default { render };
