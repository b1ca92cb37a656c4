// Sample, block, collect covariances, and show the eigenvalues of the linearized transformation.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const BINS = 16; // of the jackknife
const CHUNK = 50; // samples in a row for one bin, many times what a chain of clusters remembers
const BETWEEN = 2; // Swendsen-Wang sweeps between samples
const BURN = 30; // ... from the ordered lattice, and after K was changed; as in monte_carlo_rg.py
const AT_REST = 100; // samples for one press of the step button
const RANGES = { even: { y: [0.84, 1.14], re: [-1.2, 2.6] }, odd: { y: [1.845, 1.907], re: [-1.2, 4.2] } };
const NAMES = { even: "yₜ", odd: "yₕ" };

/** One unit is as long upwards as across: the shorter one's axis shows more. */
function keepRound(plane) {
  const { x, y } = plane;
  const wide = (plane.across(1) - plane.across(0)) / (plane.up(0) - plane.up(1));
  if (wide > 1) x.high = x.low + wide * (x.high - x.low);
  else if (wide > 0) [y.low, y.high] = [y.low / wide, y.high / wide];
}

/** A complex number as text; the imaginary part where two digits show it. */
function complex([re, im]) {
  const part = number(Math.abs(im), 2);
  return number(re, 2) + (Number(part) ? ` ${im > 0 ? "+" : "−"} ${part}i` : "");
}

/** The operators of one sector: their tables, sums of each lattice, and bins of each blocking. */
class Sector {
  constructor(kernels, terms, n, blockings) {
    Object.assign(this, { kernels, n, blockings, nTerms: terms.length / 14, size: kernels.bin_size(n) });
    this.terms = kernels.allocate("int32", terms.length);
    kernels.view("int32", this.terms, terms.length).set(terms);
    this.sums = Array.from({ length: blockings + 1 }, () => kernels.allocate("float64", n));
    this.bins = Array.from({ length: blockings }, () => kernels.allocate("float64", BINS * this.size));
    [this.total, this.work, this.T] = [this.size, 2 * n * n, n * n].map((length) => kernels.allocate("float64", length));
    [this.coefficients, this.roots, this.result] = [n + 1, 2 * n, 3].map((length) => kernels.allocate("float64", length));
    this.chosen = kernels.allocate("int32", n);
    this.clear();
  }

  clear() {
    for (const bins of this.bins) this.kernels.view("float64", bins, BINS * this.size).fill(0);
  }

  measure(level, bits, L) {
    this.kernels.view("float64", this.sums[level], this.n).fill(0);
    this.kernels.sum_operators(bits, 1, L, L, this.terms, this.nTerms, this.sums[level]);
  }

  collect(bin) {
    for (let k = 0; k < this.blockings; k++) {
      this.kernels.add_sample(this.sums[k], this.sums[k + 1], this.n, this.bins[k] + 8 * bin * this.size);
    }
  }

  /** Exponent, error and eigenvalues of one blocking for the operators with these numbers. */
  spectrum(k, chosen, filled) {
    const { kernels, n, total, work, T, coefficients, roots, result } = this;
    const m = chosen.length;
    if (!filled) return { y: NaN, error: NaN, eigenvalues: [] };
    kernels.view("int32", this.chosen, m).set(chosen);
    kernels.measure_spectrum(this.bins[k], filled, n, this.chosen, m, 2, total, work, T, coefficients, roots, result);
    const [y, error] = kernels.view("float64", result, 3);
    const parts = kernels.view("float64", roots, 2 * m);
    const eigenvalues = chosen.map((_, i) => [parts[2 * i], parts[2 * i + 1]]).filter(([re]) => !Number.isNaN(re));
    return { y, error, eigenvalues };
  }
}

class MonteCarloScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "K", "blocking", "sector", "even", "odd");
    this.kernels = kernels;
    this.L = model.get("L");
    this.blockings = model.get("blockings");
    const levels = Array.from({ length: this.blockings + 1 }, (_, k) => this.L >> k);
    this.spins = levels.map((L) => kernels.allocate("int8", L * L));
    this.labels = kernels.allocate("int32", this.L ** 2 + 8);
    [this.threshold, this.state] = [2, 8].map((words) => kernels.allocate("uint32", words));
    this.bits = kernels.allocate("uint64", kernels.n_words(1, this.L, this.L));
    this.sectors = {};
    for (const [name, terms] of Object.entries(model.get("terms"))) {
      this.sectors[name] = new Sector(kernels, terms, model.get("labels")[name].length, this.blockings);
    }
    const x = { label: "blocking n", low: 0.5, high: this.blockings + 0.5 };
    this.exponents = new Plot({ x, y: { label: "", low: 0, high: 1 } });
    this.plane = new Plot({ x: { label: "Re λ", low: -1, high: 3 }, y: { label: "Im λ", low: -1.2, high: 1.2 } });
    this.parts = [this.exponents, this.plane];
    this.stage = element("div", { class: "rgw-stage rgw-pair", role: "img" }, this.exponents.root, this.plane.root);
    const { K_c } = model.get("exact");
    this.sliders = [
      { trait: "blocking", name: "blocking", label: "Blocking n", low: 1, high: this.blockings, step: 1, text: (n) => `${n}` },
      { trait: "K", name: "K", label: "Coupling K", low: 0.42, high: 0.46, step: 0.001, fine: 0.0001, text: (K) => number(K, 4), mark: [K_c, "critical"] },
    ];
    this.readouts = { n: "samples", y: "y", exact: "exact", pace: "samples/s" };
    const sectors = ["even", "odd"].map((name) => [name, `${name} operators`]);
    this.boxes = element("span", { class: "rgw-boxes" });
    this.tools = [this.choice("sector", sectors, { "aria-label": "Operators" }), this.boxes];
    this.keys = { e: ["even/odd", () => this.figure.set({ sector: this.sector === "even" ? "odd" : "even" })] };
    this.legend =
      `Left: leading exponent of each blocking, ${this.L}² spins at the start, with its jackknife error; dashed: exact. ` +
      "Right: eigenvalues of the linearized transformation and the unit circle; full marks belong to the chosen blocking. " +
      "Swendsen-Wang, majority with fair coins (rgcourse.mcrg, compiled).";
    this.reset();
  }

  get chosen() {
    const labels = this.model.get("labels")[this.sector];
    return this[this.sector].map((label) => labels.indexOf(label)).sort();
  }

  reset() {
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.kernels.view("int8", this.spins[0], this.L ** 2).fill(1);
    this.settle();
  }

  /** Bring the lattice to K and forget what was sampled. */
  settle() {
    this.kernels.bond_threshold(this.K, this.threshold);
    for (let k = 0; k < BURN; k++) this.sweep();
    this.samples = 0;
    for (const sector of Object.values(this.sectors)) sector.clear();
  }

  changed(trait) {
    if (trait === "K") this.settle();
  }

  sweep() {
    this.kernels.swendsen_wang_sweep_2d(this.spins[0], this.L, this.threshold, this.labels, this.state);
  }

  step() {
    const many = this.whole ? AT_REST : 1;
    for (let k = 0; k < many; k++) this.sample();
    return many;
  }

  sample() {
    const { kernels, spins, bits } = this;
    const sectors = Object.values(this.sectors);
    for (let k = 0; k < BETWEEN; k++) this.sweep();
    for (let level = 0; level <= this.blockings; level++) {
      const L = this.L >> level;
      if (level) kernels.majority_2d(spins[level - 1], 2 * L, 2, spins[level], this.state);
      kernels.pack_rows(spins[level], 1, L, L, bits);
      for (const sector of sectors) sector.measure(level, bits, L);
    }
    const bin = Math.floor(this.samples / CHUNK) % BINS;
    for (const sector of sectors) sector.collect(bin);
    this.samples++;
  }

  updates() {
    return 1000;
  }

  /** Spectra of all blockings, from the bins that are full. */
  spectra() {
    const filled = Math.min(BINS, Math.floor(this.samples / CHUNK));
    const { chosen } = this;
    return Array.from({ length: this.blockings }, (_, k) => this.sectors[this.sector].spectrum(k, chosen, filled));
  }

  draw() {
    const { exponents, plane, sector, blocking: shown } = this;
    const range = RANGES[sector];
    const exact = this.model.get("exact")[sector];
    this.spectrum = this.spectra();
    Object.assign(exponents.y, { label: NAMES[sector], low: range.y[0], high: range.y[1] });
    [plane.x.low, plane.x.high] = range.re;
    [plane.y.low, plane.y.high] = [-1.2, 1.2];
    keepRound(plane);
    exponents.begin(this.colour);
    exponents.line([[0.5, exact], [this.blockings + 0.5, exact]], { colour: "critical", width: 1.5, dash: [6, 4] });
    exponents.text(0.5, exact, "exact", { colour: "critical", dx: 6, dy: -5 });
    this.spectrum.forEach(({ y, error }, k) => {
      if (Number.isNaN(y)) return;
      const chosen = k + 1 === shown;
      const bar = Number.isNaN(error) ? undefined : error;
      exponents.clip(() => exponents.dot(k + 1, y, { colour: chosen ? "accent" : "muted", hollow: !chosen, error: bar }));
    });
    this.drawPlane(plane, shown);
    this.showBoxes();
  }

  drawPlane(plane, shown) {
    plane.begin(this.colour);
    const circle = Array.from({ length: 73 }, (_, i) => [Math.cos((i * Math.PI) / 36), Math.sin((i * Math.PI) / 36)]);
    plane.line([[plane.x.low, 0], [plane.x.high, 0]], { colour: "rule", width: 1 });
    plane.line(circle, { colour: "critical", width: 1.2 });
    plane.text(0, -1, "|λ| = 1", { colour: "critical", align: "center", dx: 0, dy: -6 });
    const order = this.spectrum.map((_, k) => k).sort((a, b) => (a + 1 === shown) - (b + 1 === shown));
    for (const k of order) {
      const chosen = k + 1 === shown;
      for (const [re, im] of this.spectrum[k].eigenvalues) {
        plane.clip(() => plane.dot(re, im, { colour: chosen ? "accent" : "muted", hollow: !chosen, radius: chosen ? 4.5 : 3 }));
      }
    }
    const [first] = this.spectrum[shown - 1].eigenvalues;
    if (first && first[0] < plane.x.high) plane.text(...first, number(first[0], 2), { colour: "accent", align: "center", dx: 0, dy: -10 });
  }

  /** One box for each operator of the sector, made anew when the sector changes. */
  showBoxes() {
    const { sector } = this;
    const labels = this.model.get("labels")[sector];
    const chosen = this[sector];
    if (this.boxed !== sector) {
      this.boxed = sector;
      this.inputs = labels.map((label) => element("input", { type: "checkbox", change: () => this.toggle(label) }));
      this.boxes.replaceChildren(...labels.map((label, i) => element("label", {}, this.inputs[i], ` ${label} `)));
    }
    labels.forEach((label, i) => {
      this.inputs[i].checked = chosen.includes(label);
      this.inputs[i].disabled = chosen.length === 1 && chosen[0] === label; // one must stay
    });
  }

  toggle(label) {
    const { sector } = this;
    const chosen = this[sector];
    const next = this.model.get("labels")[sector].filter((name) => chosen.includes(name) !== (name === label));
    this.figure.set({ [sector]: next });
  }

  get now() {
    return this.spectrum[this.blocking - 1];
  }

  say() {
    const { y, error, eigenvalues } = this.now;
    if (this.samples < CHUNK) return `No covariances before ${CHUNK} samples.`;
    const list = eigenvalues.map(complex).join(", ");
    if (Number.isNaN(y)) return `Unstable: the leading eigenvalue is complex or negative. λ = ${list}`;
    if (Number.isNaN(error)) return `λ = ${list}; one of the ${BINS} jackknife samples is unstable: no error yet.`;
    return `λ = ${list}`;
  }

  read() {
    const { y, error } = this.now;
    const digits = error > 0 ? Math.max(2, 1 - Math.floor(Math.log10(error))) : 3;
    const shown = Number.isNaN(y) ? "unstable" : number(y, digits) + (error > 0 ? ` ± ${number(error, digits)}` : "");
    return {
      n: `${this.samples}`, y: this.samples < CHUNK ? "–" : shown, exact: `${this.model.get("exact")[this.sector]}`,
      pace: this.figure.speed,
    };
  }

  report() {
    const { y, error } = this.now;
    return { samples: this.samples, exponent: y || 0, error: error || 0 };
  }

  words() {
    const names = this[this.sector].join(", ");
    return (
      `Leading exponent of each blocking, and eigenvalues in the complex plane. ${this.samples} lattices at K = ${number(this.K, 4)}, ` +
      `blocking ${this.blocking}, ${this.sector} operators ${names}: ${NAMES[this.sector]} = ${this.read().y}, exact ${this.model.get("exact")[this.sector]}. ${this.say()}`
    );
  }
}

const render = renders(MonteCarloScene, "mcrg");

export default { render };
