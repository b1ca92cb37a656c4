// Sample, block, collect covariances, and show the eigenvalues of the linearized transformation.

import kernels from "../mcrg.wasm";
import { element, linspace, number, withError } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";
import { Sector } from "./sector.js";

const AT_REST = 100; // samples for one press of the step button
const MAX_SAMPLES = 1000; // in a frame
const SHOWN_SAMPLES = 2000; // behind the still image
const UP = 1.2; // how far the plane reaches up and down from the real axis, at least

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

class MonteCarloScene extends SteppedScene {
  updates = MAX_SAMPLES;

  constructor(model, kernels) {
    super(model);
    const L = model.get("L");
    const { blockings, sectors } = this.constants;
    Object.assign(this, { kernels, L });
    this.spins = Array.from({ length: blockings + 1 }, (_, k) => kernels.allocate("int8", (L >> k) ** 2));
    this.labels = kernels.allocate("int32", L ** 2 + 8);
    [this.threshold, this.state] = [2, 8].map((words) => kernels.allocate("uint32", words));
    this.bits = kernels.allocate("uint64", kernels.n_words(1, L, L));
    this.sectors = {};
    for (const name of Object.keys(sectors)) this.sectors[name] = new Sector(kernels, sectors[name], this.constants);
    this.boxes = element("span", { class: "rgw-boxes" });
    this.tools = [this.boxes];
  }

  /** Labels, exact exponent and axes of the sector shown. */
  get facts() {
    return this.constants.sectors[this.sector];
  }

  // ---------------------------------------------------------------- physics

  begin() {
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.kernels.view("int8", this.spins[0], this.L ** 2).fill(1);
    this.settle();
  }

  /** Bring the lattice to K, forget what was sampled, and take a first few samples at once, so that
   *  there is something to see. */
  settle() {
    this.kernels.bond_threshold(this.K, this.threshold);
    this.sweep(this.constants.burn);
    this.samples = 0;
    for (const sector of Object.values(this.sectors)) sector.clear();
    for (let k = 0; k < this.constants.first; k++) this.sample();
  }

  changed(trait) {
    if (trait === "K") this.settle();
  }

  sweep(times) {
    const { kernels, spins, L, threshold, labels, state } = this;
    for (let k = 0; k < times; k++) kernels.swendsen_wang_sweep_2d(spins[0], L, threshold, labels, state);
  }

  step() {
    const many = this.whole ? AT_REST : 1;
    for (let k = 0; k < many; k++) this.sample();
    return many;
  }

  sample() {
    const { kernels, spins, bits } = this;
    const { between, chunk, bins } = this.constants;
    const sectors = Object.values(this.sectors);
    this.sweep(between);
    for (const level of spins.keys()) {
      const L = this.L >> level;
      if (level) kernels.majority_2d(spins[level - 1], 2 * L, 2, spins[level], this.state);
      kernels.pack_rows(spins[level], 1, L, L, bits);
      for (const sector of sectors) sector.measure(level, bits, L);
    }
    const bin = Math.floor(this.samples / chunk) % bins;
    for (const sector of sectors) sector.collect(bin);
    this.samples++;
  }

  /** Spectra of all blockings, from the bins that are full. */
  spectra() {
    const { bins, chunk, blockings } = this.constants;
    const filled = Math.min(bins, Math.floor(this.samples / chunk));
    const chosen = this[this.sector].map((label) => this.facts.labels.indexOf(label));
    const sector = this.sectors[this.sector];
    return Array.from({ length: blockings }, (_, k) => sector.spectrum(k, chosen, filled));
  }

  get now() {
    return this.spectrum[this.blocking - 1];
  }

  // ----------------------------------------------------------------- picture

  exhibit() {
    while (this.samples < SHOWN_SAMPLES) this.sample();
  }

  draw() {
    this.spectrum = this.spectra();
    this.drawExponents();
    this.drawPlane();
    this.showBoxes();
  }

  drawExponents() {
    const { exponents } = this;
    const { name, exact, y } = this.facts;
    Object.assign(exponents.y, { label: name, low: y[0], high: y[1] });
    exponents.begin();
    exponents.horizontal(exact, { colour: "critical", width: 1.5, dash: [6, 4] });
    exponents.text(exponents.x.low, exact, "exact", { colour: "critical", dy: -5 });
    for (const [k, { y, error }] of this.spectrum.entries())
      if (!Number.isNaN(y))
        exponents.clip(() => exponents.dot(k + 1, y, { ...this.marker(k), error: error || undefined }));
  }

  /** Full marks for the chosen blocking, hollow ones for the others. */
  marker(k) {
    return k + 1 === this.blocking ? { colour: "accent" } : { colour: "muted", hollow: true };
  }

  drawPlane() {
    const { plane, blocking } = this;
    Object.assign(plane.y, { low: -UP, high: UP });
    [plane.x.low, plane.x.high] = this.facts.re;
    keepRound(plane);
    plane.begin();
    plane.horizontal(0, { colour: "rule", width: 1 });
    const circle = linspace(0, 2 * Math.PI, 73).map((angle) => [Math.cos(angle), Math.sin(angle)]);
    plane.line(circle, { colour: "critical", width: 1.2 });
    plane.text(0, -1, "|λ| = 1", { colour: "critical", align: "center", dx: 0 });
    const order = [...this.spectrum.keys()].sort((a, b) => (a + 1 === blocking) - (b + 1 === blocking));
    plane.clip(() => {
      for (const k of order)
        for (const [re, im] of this.spectrum[k].eigenvalues)
          plane.dot(re, im, { ...this.marker(k), radius: k + 1 === blocking ? 4.5 : 3 });
    });
    const [first] = this.now.eigenvalues;
    if (first && first[0] < plane.x.high)
      plane.text(...first, number(first[0], 2), { colour: "accent", align: "center", dx: 0, dy: -10 });
  }

  /** One box for each operator of the sector, made anew when the sector changes. */
  showBoxes() {
    const { sector } = this;
    const { labels } = this.facts;
    this.inputs = this.kept("boxes", sector, () => {
      const box = (label) => element("input", { type: "checkbox", change: () => this.toggle(label) });
      const inputs = labels.map(box);
      this.boxes.replaceChildren(...labels.map((label, i) => element("label", {}, inputs[i], ` ${label} `)));
      return inputs;
    });
    for (const [i, label] of labels.entries()) {
      this.inputs[i].checked = this[sector].includes(label);
      this.inputs[i].disabled = this[sector].length === 1 && this[sector][0] === label; // one must stay
    }
  }

  toggle(label) {
    const chosen = this[this.sector];
    const next = this.facts.labels.filter((name) => chosen.includes(name) !== (name === label));
    this.figure.set({ [this.sector]: next });
  }

  // ------------------------------------------------------------------- words

  answered() {
    return this.sector === "even" && this.even.join() === "nn" && this.now.error > 0;
  }

  say() {
    const { y, error, eigenvalues } = this.now;
    const { chunk, bins } = this.constants;
    if (this.samples < chunk) return `No covariances before ${chunk} samples.`;
    const list = eigenvalues.map(complex).join(", ");
    if (Number.isNaN(y)) return `Unstable: the leading eigenvalue is complex or negative. λ = ${list}`;
    if (Number.isNaN(error)) return `λ = ${list}; one of the ${bins} jackknife samples is unstable: no error yet.`;
    return `λ = ${list}`;
  }

  read() {
    const { y, error } = this.now;
    const known = error > 0;
    const digits = known ? Math.max(2, 1 - Math.floor(Math.log10(error))) : 3;
    const shown = Number.isNaN(y) ? "unstable" : withError(y, known ? error : undefined, digits);
    return {
      n: `${this.samples}`,
      y: this.samples < this.constants.chunk ? "–" : shown,
      exact: `${this.facts.exact}`,
      pace: this.figure.speed,
    };
  }

  report() {
    const { y, error } = this.now;
    return { samples: this.samples, exponent: y || 0, error: error || 0 };
  }

  words() {
    const { name, exact } = this.facts;
    return (
      `Leading exponent of each blocking, and eigenvalues in the complex plane. ${this.samples} lattices at K = ` +
      `${number(this.K, 4)}, blocking ${this.blocking}, ${this.sector} operators ${this[this.sector].join(", ")}: ` +
      `${name} = ${this.read().y}, exact ${exact}. ${this.say()}`
    );
  }
}

export default widget(MonteCarloScene, kernels);
