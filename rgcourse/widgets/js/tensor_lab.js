// A lattice as a network of tensors: halve it again and again, and read off what the tensor knows.

import exact from "../corners.wasm";
import kernels from "../tensor.wasm";
import { element, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const PATIENCE = 60; // milliseconds that a moved slider may take for its steps
const STILL = 0.01; // a spectrum that moves less in four steps is at rest
const SEEN = 0.01; // a singular value above this is counted
const CLOSE = 0.05; // of an exact dimension, relatively: found

class TensorScene extends SteppedScene {
  frames = 30; // of the clock for one step
  depth = 0;

  constructor(model, kernels, exact) {
    super(model);
    Object.assign(this, { kernels, exact });
    const { most, legs, ranks } = this.constants;
    const real = { tensor: most ** 4, totals: 2, halves: 4 * most ** 3, rows: most ** 4, others: most ** 4 };
    const more = { lengths: most ** 2, spectrum: most ** 2, values: most };
    const whole = { legs, places: 3 * most ** 2, parities: most ** 2, odd: most };
    const take = (type, sizes) => Object.entries(sizes).map(([name, n]) => [name, kernels.allocate(type, n)]);
    this.at = Object.fromEntries([...take("float64", { ...real, ...more }), ...take("int32", whole)]);
    this.counts = exact.allocate("float64", ranks + 1);
    this.levels = exact.allocate("float64", ranks);
    this.build(this.spectrum.root, element("div", {}, this.dimensions.root, this.errors.root));
  }

  get K() {
    return 1 / this.T;
  }

  get critical() {
    return Math.abs(this.T - this.constants.T_c) < 1e-3;
  }

  get now() {
    return this.history.at(-1);
  }

  get done() {
    return this.history.length >= this.constants.steps;
  }

  begin() {
    super.begin();
    const { kernels, exact, at } = this;
    kernels.first_tensor(this.K, at.tensor, at.legs, at.totals);
    this.history = [];
    this.onsager = exact.exact_log_z_at(this.K);
    exact.corner_spectrum(this.K, this.constants.ranks, this.counts, this.levels);
    this.lines = [...exact.view("float64", this.levels, this.constants.ranks)];
  }

  advance() {
    this.history.push(this.after());
    this.depth = Math.max(this.depth, this.history.length);
    if (this.done) this.figure.set({ running: false });
  }

  /** One step, and all that is read off the tensor. */
  after() {
    const { kernels, at, chi } = this;
    const [nu, nl] = kernels.view("int32", at.legs, 2);
    const work = [at.halves, at.rows, at.others, at.lengths, at.places, at.spectrum, at.parities];
    kernels.trg_step(chi, at.tensor, at.legs, at.totals, ...work);
    const ring = [at.tensor, at.legs, at.rows, at.others];
    const one = kernels.ring_of_one(...ring, at.values, at.odd);
    const c = kernels.central_charge(one, kernels.ring_of_two(...ring));
    const log_z = kernels.log_z_at(at.tensor, at.legs, at.totals);
    const pairs = (values, parities, n) => {
      const odd = kernels.view("int32", parities, n);
      return [...kernels.view("float64", values, n)].map((value, i) => ({ value, odd: odd[i] === 1 }));
    };
    const [kept] = kernels.view("int32", at.legs, 1);
    return {
      kept,
      error: log_z / this.onsager - 1,
      c,
      spectrum: pairs(at.spectrum, at.parities, nu * nl),
      fields: pairs(at.values, at.odd, kept).slice(1, 1 + this.constants.fields),
    };
  }

  /** A moved slider: as many steps as were taken, or as many as there is time for. */
  changed(trait) {
    if (trait !== "T" && trait !== "chi") return;
    const start = performance.now();
    this.begin();
    if (this.figure.running) return;
    while (this.history.length < this.depth && performance.now() - start < PATIENCE) this.history.push(this.after());
  }

  step() {
    if (this.done) this.depth = 0;
    return super.step();
  }

  reset() {
    this.depth = 0;
    this.begin();
  }

  exhibit() {
    while (!this.done) this.advance();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    this.drawSpectrum();
    this.drawDimensions();
    this.drawErrors();
  }

  drawSpectrum() {
    const { spectrum: plot, chi, history } = this;
    const { ranks } = this.constants;
    plot.begin();
    plot.vertical(chi + 0.5, { colour: "muted", width: 1, dash: [4, 3] });
    const left = chi > ranks / 2;
    const kept = this.now && this.now.kept < chi && this.now.spectrum.length > chi ? `, keeps ${this.now.kept}` : "";
    plot.text(chi + 0.5, plot.y.high, `cut: \u03c7 = ${chi}${kept}`, {
      colour: "muted",
      align: left ? "right" : "left",
      dx: left ? -6 : 6,
      dy: 12,
    });
    if (this.corners && !this.critical) {
      for (const [i, level] of this.lines.entries()) {
        const ends = [i + 0.5, i + 1.5].map((x) => [x, level]);
        plot.line(ends, { colour: "ok", width: 3 });
      }
    }
    if (history.length > 1) {
      const before = history
        .at(-2)
        .spectrum.slice(0, ranks)
        .filter(({ value }) => value > 0);
      plot.line(
        before.map(({ value }, i) => [i + 1, value]),
        { colour: "ctrl", width: 1 },
      );
    }
    const shown = this.now?.spectrum.slice(0, ranks) ?? [];
    plot.clip(() => {
      for (const [i, { value, odd }] of shown.entries())
        if (value > 0)
          plot.dot(i + 1, value, { colour: i < this.now.kept ? "accent" : "muted", hollow: odd, radius: 4 });
    });
  }

  drawDimensions() {
    const { dimensions: plot, critical } = this;
    const { exact, charge } = this.constants;
    plot.begin();
    const colour = critical ? "critical" : "rule";
    const ink = critical ? "critical" : "muted";
    for (const [name, x] of [...exact, ["c = 1/2", charge]]) {
      plot.horizontal(x, { colour, width: 1.2, dash: name.startsWith("c") ? [6, 4] : [] });
      plot.text(plot.x.high, x, name, { colour: ink, align: "right", dx: 0, dy: x === 1 ? 13 : -4 });
    }
    plot.line(
      this.history.map(({ c }, n) => [n + 1, c]),
      { colour: "ink", width: 1.6 },
    );
    plot.clip(() => {
      for (const [n, { fields }] of this.history.entries())
        for (const { value, odd } of fields)
          if (value <= plot.y.high) plot.dot(n + 1, value, { hollow: odd, radius: 3 });
    });
  }

  drawErrors() {
    const { errors: plot } = this;
    const [low, high] = this.constants.errors;
    const inside = (error) => Math.min(high, Math.max(low, Math.abs(error)));
    plot.begin();
    const points = this.history.map(({ error }, n) => [n + 1, inside(error)]);
    plot.line(points, { colour: "accent", width: 1.6 });
    if (points.length) plot.dot(...points.at(-1), { radius: 3.5 });
  }

  // ------------------------------------------------------------------- words

  /** How many singular values are at least a hundredth of the largest. */
  get alive() {
    return this.now.spectrum.filter(({ value }) => value > SEEN).length;
  }

  /** Whether the spectrum has stopped to move. */
  get rests() {
    const [then, now] = [this.history.at(-5)?.spectrum, this.now.spectrum];
    return then?.slice(0, this.chi).every(({ value }, i) => Math.abs(value - (now[i]?.value ?? 0)) < STILL);
  }

  /** The step at which the lowest dimension was nearest to 1/8, and what it was. */
  get nearest() {
    const [[, x]] = this.constants.exact;
    const found = this.history.map(({ fields }, n) => ({ n: n + 1, x: fields[0]?.value ?? Number.POSITIVE_INFINITY }));
    return found.slice(3).reduce((best, next) => (Math.abs(next.x - x) < Math.abs(best.x - x) ? next : best));
  }

  say() {
    if (!this.done) return "";
    if (this.critical) {
      const { n, x } = this.nearest;
      const [[, aim]] = this.constants.exact;
      const good = Math.abs(x / aim - 1) < CLOSE ? "\u2713 " : "";
      const after = `${number(this.now.fields[0]?.value ?? 0, 3)} after step ${this.history.length}`;
      return `${good}x\u2081 was ${number(x, 4)} at step ${n} (exact 1/8), and is ${after}.`;
    }
    if (!this.rests) return "The spectrum still moves.";
    const { alive } = this;
    if (alive === 1) return "It rests, and one number is left.";
    return `\u2713 It rests, and ${alive} singular values are above a hundredth of the largest.`;
  }

  read() {
    const { now, history } = this;
    if (!now) return { sites: "1", error: "\u2013", x: "\u2013", c: "\u2013" };
    const x = now.fields.slice(0, 2).map(({ value }) => (value < 10 ? number(value, 3) : "> 10"));
    const error = now.error.toExponential(1).replaceAll("-", "\u2212");
    return { sites: `${2 ** history.length}`, error, x: x.join(", ") || "\u2013", c: number(now.c, 3) };
  }

  report() {
    const { now, history } = this;
    const dimensions = (now?.fields ?? []).map(({ value }) => Math.min(value, 1e3));
    return { steps: history.length, error: now?.error ?? 0, central_charge: now?.c ?? 0, dimensions };
  }

  words() {
    const { sites, error, x, c } = this.read();
    const where = `Tensor of ${sites} ${sites === "1" ? "site" : "sites"} at T = ${number(this.T, 3)}, at most ${this.chi} values a leg`;
    if (!this.now) return `${where}. No step has been taken.`;
    const largest = this.now.spectrum.slice(0, 6).map(({ value }) => number(value, 3));
    const drawn = this.corners && !this.critical;
    const lines = drawn
      ? ` Corner double lines: ${this.lines
          .slice(0, 6)
          .map((v) => number(v, 3))
          .join(", ")}.`
      : "";
    return (
      `${where}. Largest singular values ${largest.join(", ")}.${lines} Error of ln z ${error}, lowest dimensions ` +
      `${x}, c = ${c}. ${this.say()}`
    );
  }
}

export default widget(TensorScene, kernels, exact);
