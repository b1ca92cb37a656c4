// Drop a point into the plane of two couplings and watch zooming out carry it to its sink.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const MOST_STEPS = 200; // a flow that has not decided by then sits on the surface
const FOUND = 8; // steps: whoever hesitates so long was dropped beside the surface
const DROPS = 6; // in the puzzle; then the surface is shown
const FRAMES = 14; // of the clock for one step of the flow
const EXACT = [Math.log(3) / 4, 0]; // the triangular lattice with nearest neighbours only

class FlowScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "K1", "K2", "K3", "reveal");
    Object.assign(this, { kernels, frames: FRAMES, drops: [] });
    this.buffer = kernels.allocate("float64", 3);
    const [low, high, reach] = [0, 0.5, 0.16];
    this.plot = new Plot({
      x: { label: "K₁, nearest neighbours", low, high },
      y: { label: "K₂, second neighbours", low: -reach, high: reach },
      size: "rgw-tall",
      drop: (K1, K2, phase) => this.drop({ K1: Number(K1.toFixed(3)), K2: Number(K2.toFixed(3)) }, phase),
    });
    this.parts = [this.plot];
    this.stage = element("div", { class: "rgw-stage", role: "img" }, this.plot.root);
    const slider = (trait, name, ends) => ({
      trait, name, label: name, low: ends[0], high: ends[1], step: 0.005, fine: 0.001, text: (K) => number(K, 3),
    });
    this.sliders = [slider("K1", "K₁", [low, high]), slider("K2", "K₂", [-reach, reach]), slider("K3", "K₃", [-0.1, 0.1])];
    this.readouts = { drops: "drops", n: "steps", K: "K₁ now", fate: "flows to" };
    this.tools = [element("label", {}, this.box("reveal"), " show surface and arrows")];
    this.keys = { v: ["surface", () => this.figure.set({ reveal: !this.reveal })] };
    this.legend =
      "One step of zooming out by √3 on the triangular lattice, in the second order of Niemeijer and van Leeuwen " +
      "(rgcourse.couplings.niemeijer_van_leeuwen, compiled). Dropped points: full blue circles end in order, hollow red ones in disorder. The ring named exact: ln(3)/4, nearest neighbours alone.";
    this.begin();
  }

  get start() {
    return [this.K1, this.K2, this.K3];
  }

  get done() {
    return this.path.length > this.steps;
  }

  /** The couplings after one step. */
  after(K) {
    const { kernels, buffer } = this;
    kernels.view("float64", buffer, 3).set(K);
    kernels.cumulant_step(buffer);
    return [...kernels.view("float64", buffer, 3)];
  }

  /** A fresh path of one point, and how it will end. */
  begin() {
    this.path = [this.start];
    this.phase = 0;
    const fate = this.kernels.escape_time(...this.start, MOST_STEPS);
    this.steps = Math.abs(fate) || MOST_STEPS;
    this.fate = fate > 0 ? "order" : fate < 0 ? "disorder" : "K*";
  }

  advance() {
    this.path.push(this.after(this.path.at(-1)));
    if (!this.done) return;
    const same = (drop) => drop.start.every((K, i) => K === this.start[i]);
    if (!this.drops.some(same)) this.drops.push({ start: this.start, steps: this.steps, fate: this.fate, path: this.path });
    if (this.found || this.drops.length >= DROPS) this.figure.set({ reveal: true });
    this.figure.set({ running: false });
  }

  get found() {
    return this.drops.some(({ steps }) => steps >= FOUND);
  }

  reset() {
    this.drops = [];
    this.begin();
  }

  changed(trait) {
    if (trait.startsWith("K")) this.begin();
    if (trait === "K3") this.drops = [];
  }

  /** The critical K1 above every K2 of the plot, at the K3 of the slider. */
  surface() {
    const heights = Array.from({ length: 33 }, (_, i) => -0.16 + 0.01 * i);
    return this.kept("surface", this.K3, () => heights.map((K2) => [this.kernels.critical_coupling(K2, this.K3), K2]));
  }

  arrows() {
    const { plot } = this;
    for (let K1 = 0.025; K1 < 0.5; K1 += 0.05) {
      for (let K2 = -0.14; K2 < 0.15; K2 += 0.04) {
        plot.towards([K1, K2], this.after([K1, K2, this.K3]));
      }
    }
  }

  draw() {
    const { plot, reveal, path } = this;
    plot.begin(this.colour);
    if (reveal) this.revealed();
    plot.dot(0, 0, { colour: "hot", hollow: true, radius: 4 });
    plot.text(0, 0, "disorder", { colour: "hot", dx: 8, dy: 16 });
    plot.text(0.5, 0, "order →", { colour: "cold", align: "right", dx: -4, dy: -8 });
    for (const { start, fate, path } of this.drops) {
      const colour = fate === "order" ? "cold" : "hot";
      plot.line(path, { colour, width: 0.8 });
      plot.dot(start[0], start[1], { colour, hollow: fate !== "order", radius: 4 });
    }
    const next = this.phase > 0 && !this.done ? [this.after(path.at(-1))] : [];
    const head = next.map((to) => to.map((K, i) => path.at(-1)[i] + this.phase * (K - path.at(-1)[i])));
    const points = [...path, ...head];
    plot.line(points, { colour: "accent", width: 1.8 });
    for (const [K1, K2] of path.slice(1)) if (K1 <= 0.5) plot.clip(() => plot.dot(K1, K2, { radius: 2.5 }));
    plot.dot(path[0][0], path[0][1], { hollow: true, radius: 6 });
    const [K1, K2] = points.at(-1);
    if (path.length + head.length > 1 && K1 <= 0.5) plot.clip(() => plot.dot(K1, K2));
  }

  revealed() {
    const { plot } = this;
    const star = this.model.get("fixed_point");
    this.arrows();
    plot.line(this.surface(), { colour: "critical", width: 2, dash: [6, 4] });
    const [K1, K2] = this.surface()[28];
    plot.text(K1, K2, "critical surface", { colour: "critical", dx: 10, dy: 0 });
    plot.dot(star[0], star[1], { colour: "critical" });
    plot.text(star[0], star[1], "K*", { colour: "critical", dx: 8, dy: 14 });
    if (Math.abs(this.K3) < 5e-4) {
      plot.dot(...EXACT, { colour: "ink", hollow: true, radius: 4 });
      plot.text(...EXACT, "exact", { dx: 8, dy: -7 });
    }
  }

  say() {
    const n = this.drops.length;
    if (this.found) return `✓ Found in ${n} ${n === 1 ? "drop" : "drops"}: that one took ${Math.max(...this.drops.map((d) => d.steps))} steps to decide.`;
    if (n >= DROPS) return `${n} drops, no flow of ${FOUND} steps: now you see the surface. Reset to try again.`;
    return n ? `Decided after ${this.drops.at(-1).steps} steps; you look for ${FOUND} or more.` : "";
  }

  read() {
    const ended = this.done ? this.fate : "…";
    return { drops: `${this.drops.length} of ${DROPS}`, n: `${this.path.length - 1}`, K: number(this.path.at(-1)[0], 3), fate: ended };
  }

  report() {
    const last = this.drops.at(-1);
    return { drops: this.drops.length, steps: last?.steps ?? 0, fate: last?.fate ?? "" };
  }

  words() {
    const [K1, K2, K3] = this.start.map((K) => number(K, 3));
    const now = number(this.path.at(-1)[0], 3);
    const end = this.done ? `it has gone to ${this.fate}` : `K1 is now ${now}`;
    return (
      `Plane of the couplings K1 and K2. Start at K1 = ${K1}, K2 = ${K2}, K3 = ${K3}; after ${this.path.length - 1} steps ${end}. ` +
      `${this.drops.length} points dropped so far. ${this.say()}`
    );
  }
}

const render = renders(FlowScene, "flows");

export default { render };
