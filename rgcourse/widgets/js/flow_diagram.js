// Drop a point into the plane of two couplings and watch zooming out carry it to its sink.

import kernels from "../flows.wasm";
import { linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { FlowScene } from "./scene.js";

const MAX_STEPS = 200; // a flow that has not decided by then sits on the surface
const FOUND = 8; // steps: whoever hesitates so long was dropped beside the surface
const DROPS = 6; // in the puzzle; then the surface is shown
const CATCH = 0.003; // so near the shown surface a point lies on it, as a slider catches at its marks
const REACH = 10; // pixels, for a pointer
const NEAR = 0.002; // from K*, where a flow on the surface has arrived

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

  /** The critical K1 at these further couplings. */
  critical(K2, K3) {
    return this.kernels.critical_coupling(K2, K3);
  }

  /** A fresh path of one point, and how it will end. */
  begin() {
    super.begin();
    const [K1, K2, K3] = this.start;
    const K1c = this.critical(K2, K3);
    this.caught = this.reveal && Math.abs(K1 - K1c) < CATCH;
    if (this.caught) {
      this.path = [[K1c, K2, K3]];
      [this.steps, this.fate] = [this.stepsToFixedPoint(), "K*"];
      return;
    }
    const fate = this.kernels.escape_time(...this.start, MAX_STEPS);
    this.steps = Math.abs(fate) || MAX_STEPS;
    this.fate = fate > 0 ? "order" : fate < 0 ? "disorder" : "K*";
  }

  /** One step of a point on the surface: rounding alone would carry it off. */
  along(K) {
    const [, K2, K3] = this.after(K);
    return [this.critical(K2, K3), K2, K3];
  }

  stepsToFixedPoint() {
    const { fixed_point } = this.constants;
    let [K, steps] = [this.path[0], 0];
    for (; steps < MAX_STEPS && Math.hypot(...K.map((x, i) => x - fixed_point[i])) > NEAR; steps++) K = this.along(K);
    return Math.max(1, steps);
  }

  advance() {
    this.path.push(this.caught ? this.along(this.now) : this.after(this.now));
    if (!this.done) return;
    this.arrive({ steps: this.steps, fate: this.fate, colour: this.caught ? "critical" : undefined });
    if (this.found || this.drops.length >= DROPS) this.figure.set({ reveal: true });
  }

  /** The number of the drop that found the surface, 0 for none: the puzzle ends with the sixth. */
  get found() {
    return 1 + this.drops.slice(0, DROPS).findIndex(({ steps }) => steps >= FOUND);
  }

  changed(trait) {
    if (trait !== "reveal" || this.path.length === 1) super.changed(trait);
    if (trait === "K3") this.drops = [];
  }

  /** A pointer that is nearly on the surface means the surface. */
  drop(traits, phase) {
    const K1 = this.critical(traits.K2, this.K3);
    const apart = Math.abs(this.plane.across(traits.K1) - this.plane.across(K1));
    super.drop(this.reveal && apart < REACH ? { ...traits, K1 } : traits, phase);
  }

  answered() {
    return this.drops.some(({ steps }) => steps >= FOUND);
  }

  /** The critical K1 above every K2 of the plot, at the K3 of the slider. */
  surface() {
    const { low, high } = this.plane.y;
    const point = (K2) => [this.critical(K2, this.K3), K2];
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
      const next = this.caught ? this.along(this.now) : this.after(this.now);
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
    const { drops, found } = this;
    const n = drops.length;
    const caught = drops.filter(({ fate }) => fate === "K*").length;
    if (caught > 1) return `✓ ${caught} magnets from different places of the surface have come to one point, K*.`;
    if (caught) return "It stays on the surface and comes to K*. Drop another one there.";
    if (found) {
      const many = `${found} ${found === 1 ? "drop" : "drops"}`;
      return `✓ Found in ${many}: that one took ${drops[found - 1].steps} steps to decide.`;
    }
    if (n >= DROPS) return `${DROPS} drops, no flow of ${FOUND} steps: now you see the surface. Reset to try again.`;
    return n ? `Decided after ${drops.at(-1).steps} steps; you look for ${FOUND} or more.` : "";
  }

  read() {
    const fate = this.done ? this.fate : "…";
    const n = this.drops.length;
    const drops = this.reveal ? `${n}` : `${n} of ${DROPS}`;
    return { drops, n: `${this.path.length - 1}`, K: number(this.now[0], 3), fate };
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
