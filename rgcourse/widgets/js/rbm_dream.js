// A trained machine dreams: Gibbs sweeps, its visible units drawn as a lattice.

import kernels from "../rbm.wasm";
import { number, withError, write } from "./dom.js";
import { widget } from "./figure.js";
import { paintable, point } from "./gestures.js";
import { cellUnder } from "./lattice.js";
import { RunningMean } from "./means.js";
import { SteppedScene } from "./scene.js";

const SHADES = 127; // of a weight, from zero to the strongest

class DreamScene extends SteppedScene {
  frames = 4; // of the clock for one sweep: faster would only be flicker

  constructor(model, kernels) {
    super(model);
    const { L, n_hidden: k } = this.constants;
    const [n, most] = [L ** 2, Math.max(L ** 2, k)];
    Object.assign(this, { kernels, L, n, k, temperatures: model.get("temperatures") });
    const floats = { W: n * k, a: n, b: k, v: n, h: k, fields: most };
    for (const [name, length] of Object.entries(floats)) this[name] = kernels.allocate("float32", length);
    this.scratch = kernels.allocate("uint32", most + 1);
    this.state = kernels.allocate("uint32", 8);
    this.spins = kernels.allocate("int8", n);
    this.held = new Uint8Array(n);
    this.means = { E: new RunningMean(), m: new RunningMean() };
    this.columns = k / this.rows;
    this.views = ["visible units", "hidden units", "weights"].map((name) => this.view(name));
    this.build(this.panels(this.views));
    const [lattice, hidden] = this.views;
    this.tools.push(paintable(lattice.canvas, (event, phase) => this.brush(cellUnder(event, L), phase)));
    point(hidden.canvas, (event) => this.look(cellUnder(event, this.columns)));
    this.reset();
  }

  /** In how many rows hidden units are drawn: the largest divisor up to the square root. */
  get rows() {
    let rows = Math.floor(Math.sqrt(this.k));
    while (this.k % rows) rows--;
    return rows;
  }

  /** Show the weights of a hidden unit. */
  look(unit) {
    if (unit < this.k) this.figure.set({ unit });
  }

  float(name, length) {
    return this.kernels.view("float32", this[name], length);
  }

  get holds() {
    return this.held.some(Boolean);
  }

  unavailable() {
    return this.holds ? [] : ["let_go"];
  }

  textOf(trait, value) {
    return trait === "machine" ? `T = ${number(this.temperatures[value], 2)}` : undefined;
  }

  // ---------------------------------------------------------------- physics

  /** The weights of the chosen machine, from their 16 bits. */
  load() {
    const { n, k, machine } = this;
    const { buffer, byteOffset } = this.model.get("weights");
    const size = n * k + n + k;
    const bits = new Int16Array(buffer.slice(byteOffset + 2 * size * machine, byteOffset + 2 * size * (machine + 1)));
    const scale = this.model.get("scales")[machine];
    const numbers = Float32Array.from(bits, (q) => q * scale);
    this.float("W", n * k).set(numbers.subarray(0, n * k));
    this.float("a", n).set(numbers.subarray(n * k, n * k + n));
    this.float("b", k).set(numbers.subarray(n * k + n));
    this.forget();
  }

  coins() {
    this.float("fields", this.n).fill(0.5);
    this.kernels.draw(this.fields, this.v, 1, this.n, this.scratch, this.state);
  }

  sweep() {
    const { W, a, b, n, k, v, h, fields, scratch, state } = this;
    const kept = this.holds && Float32Array.from(this.float("v", n));
    this.kernels.gibbs_sweep(W, a, b, n, k, v, h, fields, scratch, state);
    if (kept) this.putBack(kept);
  }

  /** The spins that are held, as they were. */
  putBack(kept) {
    const v = this.float("v", this.n);
    for (const [i, held] of this.held.entries()) if (held) v[i] = kept[i];
  }

  /** While units are held, and for a burn-in after a touch, it is no free dream: not averaged. */
  advance() {
    this.sweep();
    this.measure();
    if (this.holds) return;
    if (this.toForget > 0) this.toForget--;
    else for (const key of ["E", "m"]) this.means[key].add(this.last[key]);
  }

  /** The burn-in at once, unseen. */
  burnIn() {
    for (let sweep = 0; sweep < this.constants.burn_in; sweep++) this.sweep();
    this.toForget = 0;
    this.measure();
  }

  measure() {
    const { kernels, n, L, spins } = this;
    kernels.view("int8", spins, n).set(this.float("v", n).map((on) => (on ? 1 : -1)));
    const [bonds, sum] = [Number(kernels.bond_sum_2d(spins, L)), Number(kernels.spin_sum(spins, n))];
    this.last = { E: -bonds / n, m: Math.abs(sum) / n };
  }

  forget() {
    for (const mean of Object.values(this.means)) mean.clear();
  }

  reset() {
    this.held.fill(0);
    this.load();
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.float("h", this.k).fill(0);
    this.coins();
    this.burnIn();
  }

  changed(trait) {
    if (trait !== "machine") return;
    this.load();
    this.burnIn();
  }

  // ------------------------------------------------------------------ touch

  /** Fair coins for the right half; the left half is held until it is let go. */
  erase() {
    const before = Float32Array.from(this.float("v", this.n));
    this.coins();
    this.held = this.held.map((_, i) => (i % this.L < this.L / 2 ? 1 : 0));
    this.putBack(before);
    this.afterTouch();
  }

  let_go() {
    this.held.fill(0);
    this.afterTouch();
  }

  /** The first spin of a stroke is turned, and the stroke goes on in its colour. */
  brush(site, phase) {
    const v = this.float("v", this.n);
    if (phase === "down") this.stroke = 1 - v[site];
    v[site] = this.stroke;
    this.afterTouch();
  }

  afterTouch() {
    this.forget();
    this.toForget = this.constants.burn_in;
    this.measure();
    this.figure.refresh();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const [lattice, hidden, weights] = this.views;
    const { n, k, L, columns, unit } = this;
    const accent = this.colour("accent");
    this.paint(lattice, { values: this.float("v", n), n: L, most: 1 });
    lattice.painter.outline(L, (i) => this.held[i], accent);
    const units = new Uint8Array(columns ** 2);
    units.set(this.float("h", k));
    this.paint(hidden, { values: units, n: columns, most: 1 });
    hidden.painter.outline(columns, (j) => j === unit, accent);
    const W = this.float("W", n * k);
    const column = Float64Array.from({ length: n }, (_, i) => W[i * k + unit]);
    this.strongest = column.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const values = Int8Array.from(column, (w) => Math.round((SHADES * w) / (this.strongest || 1)));
    this.paintSigns(weights, { values, n: L, most: SHADES });
    write(weights.label, `weights of unit ${unit}, up to ${number(this.strongest, 1)}`);
  }

  say() {
    if (this.holds) return "The framed half is held.";
    return this.toForget > 0 ? "Still remembers your touch: not averaged yet." : "";
  }

  read() {
    const shown = (key) => {
      const [mean, error] = this.means[key].estimate;
      return Number.isNaN(mean) ? number(this.last[key], 2) : withError(mean, error, 2);
    };
    const exact = (name) => {
      const known = this.model.get(name)[this.machine];
      return known === undefined ? "\u2013" : number(known, 3);
    };
    return { E: shown("E"), exact_E: exact("energies"), m: shown("m"), exact_m: exact("magnetizations") };
  }

  report() {
    const mean = (key) => this.means[key].estimate[0] || this.last[key];
    return { energy: mean("E"), magnetization: mean("m") };
  }

  words() {
    const { L, n, k, unit, last, strongest } = this;
    const on = (name, length) => this.float(name, length).reduce((sum, one) => sum + one, 0);
    return (
      `Machine trained at T = ${number(this.temperatures[this.machine], 3)}. Lattice of ${L} by ${L}: ` +
      `${on("v", n)} of ${n} spins up, energy ${number(last.E, 2)} and |m| ${number(last.m, 2)} per spin. ` +
      `${on("h", k)} of ${k} hidden units on. Hidden unit ${unit} has weights of up to ${number(strongest, 1)}.` +
      `${this.holds ? " The left half is held." : ""}`
    );
  }
}

export default widget(DreamScene, kernels);
