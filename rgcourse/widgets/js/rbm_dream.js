// A trained machine dreams: Gibbs sweeps, its visible units drawn as a lattice.

import { pixel } from "./lattice.js";
import { cellUnder, view } from "./views.js";
import { RunningMean } from "./means.js";
import { element, number, renders, write } from "./figure.js";
import { SteppedScene } from "./steps.js";

const BURN_IN = 300; // sweeps before the first frame; as in rbm_dream.py
const FRAMES = 4; // of the clock for one sweep: faster would only be flicker
const SHADES = 120; // of a weight, from zero to the strongest

class DreamScene extends SteppedScene {
  constructor(model, kernels) {
    super(model);
    Object.assign(this, { kernels, frames: FRAMES });
    this.L = model.get("L");
    [this.n, this.k] = [this.L ** 2, model.get("n_hidden")];
    this.temperatures = model.get("temperatures");
    const most = Math.max(this.n, this.k);
    const floats = { W: this.n * this.k, a: this.n, b: this.k, v: this.n, h: this.k, fields: most };
    for (const [name, length] of Object.entries(floats)) this[name] = kernels.allocate("float32", length);
    this.scratch = kernels.allocate("uint32", most + 1);
    this.state = kernels.allocate("uint32", 8);
    this.spins = kernels.allocate("int8", this.n);
    this.held = new Uint8Array(this.n);
    this.means = { E: new RunningMean(), m: new RunningMean() };
    this.buildStage();
    this.buildControls();
    this.reset();
  }

  // ---------------------------------------------------------------- anatomy

  buildStage() {
    const names = ["visible units", "hidden units", "weights"];
    this.views = names.map((name) => view(name));
    this.parts = this.views.map(({ painter }) => painter);
    let rows = Math.floor(Math.sqrt(this.k));
    while (this.k % rows) rows--;
    this.columns = this.k / rows;
    this.stage = element(
      "div", { class: "rgw-stage rgw-panels rgw-three", role: "img", style: "--panels: 3" },
      ...this.views.map((view) => view.root),
    );
    const [lattice, hidden] = this.views;
    this.touch(lattice.canvas, this.L, (site, phase) => this.paint(site, phase), true);
    this.touch(hidden.canvas, this.columns, (unit) => unit < this.k && this.figure.set({ unit }), false);
  }

  /** Calls `act(cell, phase)` for the cell under the pointer: of a drag, or of any move. */
  touch(canvas, side, act, drag) {
    canvas.style.cursor = "crosshair";
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      act(cellUnder(event, side), "down");
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag || event.buttons) act(cellUnder(event, side), "move");
    });
  }

  buildControls() {
    const { model } = this;
    this.readouts = { E: "E", exactE: "exact", m: "|m|", exactM: "exact" };
    this.sliders = [
      {
        trait: "machine", name: "machine", label: "Trained at", low: 0, high: this.temperatures.length - 1, step: 1,
        text: (i) => `T = ${number(this.temperatures[Math.round(i)], 2)}`,
      },
      { trait: "unit", name: "hidden unit", label: "Hidden unit", low: 0, high: this.k - 1, step: 1, text: (j) => `${j}` },
    ];
    this.eraseButton = element("button", { type: "button", "aria-keyshortcuts": "e", click: () => this.erase() }, "Erase half");
    this.letGo = element("button", { type: "button", "aria-keyshortcuts": "g", click: () => this.release() }, "Let go");
    this.tools = [element("div", { class: "rgw-buttons" }, this.eraseButton, this.letGo)];
    this.keys = { e: ["erase", () => this.erase()], g: ["let go", () => this.release()] };
    this.legend =
      `A machine of ${this.n} visible and ${this.k} hidden units (light on, dark off), and the weights of one hidden unit: red ` +
      "pulls a spin up, blue down. E and |m| per spin, averaged since the last change, beside the exact values of the magnet it was " +
      `trained on. Drag on the lattice to paint spins, move over a hidden unit to see its weights. rgcourse.rbm, compiled; seed ${model.get("seed")}.`;
  }

  get machine() {
    return Math.round(this.model.get("machine"));
  }

  get unit() {
    return Math.round(this.model.get("unit"));
  }

  float(name, length) {
    return this.kernels.view("float32", this[name], length);
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
    const kept = this.held.some(Boolean) && Float32Array.from(this.float("v", this.n));
    this.kernels.gibbs_sweep(this.W, this.a, this.b, this.n, this.k, this.v, this.h, this.fields, this.scratch, this.state);
    if (kept) this.float("v", this.n).forEach((_, i, v) => (v[i] = this.held[i] ? kept[i] : v[i]));
  }

  advance() {
    this.sweep();
    this.measure();
    for (const key of ["E", "m"]) this.means[key].add(this.last[key]);
  }

  measure() {
    const { kernels, n, L } = this;
    const spins = kernels.view("int8", this.spins, n);
    this.float("v", n).forEach((on, i) => (spins[i] = on ? 1 : -1));
    const [bonds, sum] = [Number(kernels.bond_sum_2d(this.spins, L)), Number(kernels.spin_sum(this.spins, n))];
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
    for (let sweep = 0; sweep < BURN_IN; sweep++) this.sweep();
    this.measure();
  }

  changed(trait) {
    if (trait === "machine") this.load();
  }

  /** Fair coins for the right half; the left half is held until it is let go. */
  erase() {
    const before = Float32Array.from(this.float("v", this.n));
    this.coins();
    this.float("v", this.n).forEach((_, i, v) => {
      this.held[i] = i % this.L < this.L / 2 ? 1 : 0;
      if (this.held[i]) v[i] = before[i];
    });
    this.afterTouch();
  }

  release() {
    this.held.fill(0);
    this.afterTouch();
  }

  /** The first spin of a stroke is turned, and the stroke goes on in its colour. */
  paint(site, phase) {
    const v = this.float("v", this.n);
    if (phase === "down") this.brush = 1 - v[site];
    v[site] = this.brush;
    this.afterTouch();
  }

  afterTouch() {
    this.forget();
    this.measure();
    this.figure.refresh();
  }

  // ----------------------------------------------------------------- picture

  recolour(colour) {
    [this.up, this.down] = [pixel(colour("up")), pixel(colour("down"))];
    [this.hot, this.cold, this.paper, this.rule] = ["hot", "cold", "bg", "ctrl"].map((name) => pixel(colour(name)));
    this.ink = colour("accent");
  }

  draw() {
    const [lattice, hidden, weights] = this.views;
    const { n, k, L, columns } = this;
    lattice.painter.draw({ values: this.float("v", n), n: L, most: 1 }, this.up, this.down);
    this.frame(lattice.painter, L, (i) => this.held[i]);
    const shown = Array.from({ length: columns ** 2 }, (_, j) => (j < k ? this.float("h", k)[j] : 0));
    hidden.painter.draw({ values: shown, n: columns, most: 1 }, this.up, this.down);
    this.frame(hidden.painter, columns, (j) => j === this.unit);
    const column = Array.from({ length: n }, (_, i) => this.float("W", n * k)[i * k + this.unit]);
    this.strongest = Math.max(...column.map(Math.abs));
    this.signs(weights.painter, column);
    write(weights.label, `weights of unit ${this.unit}, up to ${number(this.strongest, 1)}`);
    this.letGo.disabled = !this.held.some(Boolean);
  }

  say() {
    return this.held.some(Boolean) ? "The framed half is held." : "";
  }

  /** Weights on the lattice: from the paper to red for positive ones, to blue for negative ones. */
  signs(painter, column) {
    const { L } = this;
    const repeat = Math.max(1, Math.ceil(painter.side / L - 0.01));
    const { canvas, context } = painter;
    if (canvas.width !== L * repeat) canvas.width = canvas.height = L * repeat;
    column.forEach((w, i) => {
      const share = Math.round((SHADES * Math.abs(w)) / (this.strongest || 1)) / SHADES;
      const [from, to] = [this.paper, w > 0 ? this.hot : this.cold];
      const part = (shift) => Math.round(((from >>> shift) & 255) * (1 - share) + ((to >>> shift) & 255) * share);
      context.fillStyle = `rgb(${part(0)} ${part(8)} ${part(16)})`;
      context.fillRect((i % L) * repeat, Math.floor(i / L) * repeat, repeat, repeat);
    });
  }

  /** A line around the cells of a picture for which `inside` holds. */
  frame(painter, side, inside) {
    const { context, canvas } = painter;
    const cell = canvas.width / side;
    const width = Math.max(2, canvas.width / 120);
    context.fillStyle = this.ink;
    for (let i = 0; i < side * side; i++) {
      if (!inside(i)) continue;
      const [x, y] = [i % side, Math.floor(i / side)];
      const open = (dx, dy) => {
        const [u, w] = [x + dx, y + dy];
        return u < 0 || w < 0 || u >= side || w >= side || !inside(w * side + u);
      };
      if (open(-1, 0)) context.fillRect(x * cell, y * cell, width, cell);
      if (open(1, 0)) context.fillRect((x + 1) * cell - width, y * cell, width, cell);
      if (open(0, -1)) context.fillRect(x * cell, y * cell, cell, width);
      if (open(0, 1)) context.fillRect(x * cell, (y + 1) * cell - width, cell, width);
    }
  }

  read() {
    const { means, last, machine } = this;
    const shown = (key) => {
      const [mean, error] = means[key].estimate;
      if (Number.isNaN(mean)) return number(last[key], 2);
      return number(mean, 2) + (error === undefined ? "" : ` ± ${number(error, 2)}`);
    };
    const exact = (name) => {
      const table = this.model.get(name);
      return table.length ? number(table[machine], 3) : "–";
    };
    return { E: shown("E"), exactE: exact("energies"), m: shown("m"), exactM: exact("magnetizations") };
  }

  report() {
    const mean = (key) => (this.means[key].estimate[0] || this.last[key]);
    return { energy: mean("E"), magnetization: mean("m") };
  }

  words() {
    const up = Math.round(this.float("v", this.n).reduce((sum, on) => sum + on));
    const on = Math.round(this.float("h", this.k).reduce((sum, unit) => sum + unit));
    const held = this.held.some(Boolean) ? " The left half is held." : "";
    return (
      `Machine trained at T = ${number(this.temperatures[this.machine], 3)}. Lattice of ${this.L} by ${this.L}: ${up} of ${this.n} spins up, ` +
      `energy ${number(this.last.E, 2)} and |m| ${number(this.last.m, 2)} per spin. ${on} of ${this.k} hidden units on. ` +
      `Hidden unit ${this.unit} has weights of up to ${number(this.strongest ?? 0, 1)}.${held}`
    );
  }
}

const render = renders(DreamScene, "rbm");

export default { render };
