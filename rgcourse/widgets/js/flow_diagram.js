// Drop a point into the plane of two couplings and watch zooming out carry it to its sink.

import kernels from "../flows.wasm";
import { linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { FlowScene } from "./scene.js";

const MAX_STEPS = 200; // a flow that has not decided by then sits on the surface
const FOUND = 8; // steps: whoever hesitates so long was dropped beside the surface
const DROPS = 6; // in the puzzle; then the surface is shown

class DiagramScene extends FlowScene {
  starts = ["K1", "K2", "K3"];
  frames = 14; // of the clock for one step of the flow

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.buffer = kernels.allocate("float64", 3);
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
    super.begin();
    const fate = this.kernels.escape_time(...this.start, MAX_STEPS);
    this.steps = Math.abs(fate) || MAX_STEPS;
    this.fate = fate > 0 ? "order" : fate < 0 ? "disorder" : "K*";
  }

  advance() {
    this.path.push(this.after(this.now));
    if (!this.done) return;
    this.arrive({ steps: this.steps, fate: this.fate });
    if (this.found || this.drops.length >= DROPS) this.figure.set({ reveal: true });
  }

  get found() {
    return this.drops.some(({ steps }) => steps >= FOUND);
  }

  changed(trait) {
    if (trait !== "reveal") super.changed(trait);
    if (trait === "K3") this.drops = [];
  }

  /** The critical K1 above every K2 of the plot, at the K3 of the slider. */
  surface() {
    const { low, high } = this.plane.y;
    const point = (K2) => [this.kernels.critical_coupling(K2, this.K3), K2];
    return this.kept("surface", this.K3, () => linspace(low, high, 33).map(point));
  }

  exhibit() {
    super.exhibit();
    this.figure.set({ reveal: true });
  }

  draw() {
    const { plane } = this;
    plane.begin();
    if (this.reveal) this.drawSurface();
    plane.dot(0, 0, { colour: "hot", hollow: true, radius: 4 });
    plane.text(0, 0, "disorder", { colour: "hot", dx: 8, dy: 16 });
    plane.text(plane.x.high, 0, "order →", { colour: "cold", align: "right", dx: -4, dy: -8 });
    this.drawDrops(({ fate }) => fate === "order");
    const points = [...this.path];
    if (this.phase > 0 && !this.done) {
      const next = this.after(this.now);
      points.push(this.now.map((K, i) => K + this.phase * (next[i] - K)));
    }
    this.drawFlow(points, { stations: 2.5 });
  }

  drawSurface() {
    const { plane } = this;
    const { fixed_point, exact_K1 } = this.constants;
    this.arrows(linspace(0.025, 0.475, 10), linspace(-0.14, 0.14, 8), ([K1, K2]) => this.after([K1, K2, this.K3]));
    plane.line(this.surface(), { colour: "critical", width: 2, dash: [6, 4] });
    plane.text(...this.surface()[28], "critical surface", { colour: "critical", dx: 10, dy: 0 });
    const [K1, K2] = fixed_point;
    plane.dot(K1, K2, { colour: "critical" });
    plane.text(K1, K2, "K*", { colour: "critical", dx: 8, dy: 14 });
    if (Math.abs(this.K3) < 5e-4) {
      plane.dot(exact_K1, 0, { colour: "ink", hollow: true, radius: 4 });
      plane.text(exact_K1, 0, "exact", { dx: 8, dy: -7 });
    }
  }

  say() {
    const n = this.drops.length;
    const longest = Math.max(...this.drops.map(({ steps }) => steps));
    if (this.found) return `✓ Found in ${n} ${n === 1 ? "drop" : "drops"}: that one took ${longest} steps to decide.`;
    if (n >= DROPS) return `${n} drops, no flow of ${FOUND} steps: now you see the surface. Reset to try again.`;
    return n ? `Decided after ${this.drops.at(-1).steps} steps; you look for ${FOUND} or more.` : "";
  }

  read() {
    const fate = this.done ? this.fate : "…";
    return { drops: `${this.drops.length} of ${DROPS}`, n: `${this.path.length - 1}`, K: number(this.now[0], 3), fate };
  }

  report() {
    const last = this.drops.at(-1);
    return { drops: this.drops.length, steps: last?.steps ?? 0, fate: last?.fate ?? "" };
  }

  words() {
    const [K1, K2, K3] = this.start.map((K) => number(K, 3));
    const end = this.done ? `it has gone to ${this.fate}` : `K1 is now ${number(this.now[0], 3)}`;
    return (
      `Plane of the couplings K1 and K2. Start at K1 = ${K1}, K2 = ${K2}, K3 = ${K3}; after ${this.path.length - 1} ` +
      `steps ${end}. ${this.drops.length} points dropped so far. ${this.say()}`
    );
  }
}

export default widget(DiagramScene, kernels);
