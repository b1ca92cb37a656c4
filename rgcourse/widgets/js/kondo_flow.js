// Drop a point into the plane of the Kondo couplings and watch a narrowing band carry it away.

import kernels from "../kondo_flow.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { FlowScene } from "./scene.js";

const STRIDE = 0.5; // decades of one press of Step
const MAX_POINTS = 4000;

class KondoScene extends FlowScene {
  starts = ["g_z", "g_perp"];

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.buffer = kernels.allocate("float64", 3);
  }

  /** Points [g_z, g_perp, decades] from a start until a coupling is 1 or the decades are used up. */
  flow(start, loops) {
    const { kernels, buffer } = this;
    const { g_max, decades, relative_step, max_step } = this.constants;
    const path = [[...start, 0]];
    kernels.view("float64", buffer, 3).set(path[0]);
    while (path.length < MAX_POINTS) {
      const [z, perp, passed] = path.at(-1);
      if (passed >= decades || Math.max(Math.abs(z), perp) >= g_max) break;
      kernels.flow_step(buffer, loops, relative_step, max_step);
      const [z2, perp2, l] = kernels.view("float64", buffer, 3);
      path.push([z2, perp2, l / Math.LN10]);
    }
    return path;
  }

  begin() {
    super.begin();
    this.route = this.flow(this.start, this.loops);
    this.other = this.flow(this.start, 3 - this.loops);
    this.path = this.route.slice(0, 1);
    this.strong = this.kernels.flows_to_strong_coupling(...this.start) === 1;
  }

  get done() {
    return this.path.length === this.route.length;
  }

  /** Whether the flow has left the region of small couplings within the decades drawn. */
  get arrived() {
    const [z, perp] = this.route.at(-1);
    return Math.max(Math.abs(z), perp) >= this.constants.g_max;
  }

  step() {
    if (this.done) this.begin();
    this.advance();
    return 1;
  }

  advance() {
    const stride = this.whole ? STRIDE : STRIDE / 8;
    const until = this.now[2] + stride;
    const end = this.route.findIndex(([, , decades]) => decades >= until);
    this.path = this.route.slice(0, end < 0 ? undefined : end + 1);
    if (this.done) this.arrive({ strong: this.strong });
  }

  changed(trait) {
    super.changed(trait);
    if (trait === "loops") this.drops = [];
  }

  /** Flow lines to look at. */
  lines() {
    const starts = [0.2, 0.4, 0.6, 0.8].flatMap((g) => [
      [-0.999, g],
      [g, 0.02],
      [-0.02 - g / 2, 0.06 + g / 2],
    ]);
    return this.kept("lines", this.loops, () => starts.map((start) => this.flow(start, this.loops)));
  }

  draw() {
    this.drawPlane();
    this.drawRun();
  }

  drawPlane() {
    const { plane } = this;
    plane.begin();
    for (const path of this.lines()) {
      plane.line(path, { colour: "ctrl", width: 1 });
      const at = path.findIndex(([z, perp]) => Math.hypot(z - path[0][0], perp - path[0][1]) > 0.12);
      if (at > 0) plane.arrow(path[at - 1], path[at], { colour: "ctrl", size: 6 });
    }
    plane.line(
      [
        [-1, 1],
        [0, 0],
        [1, 1],
      ],
      { colour: "critical", width: 1.5, dash: [6, 4] },
    );
    plane.line(
      [
        [-1, 0],
        [0, 0],
      ],
      { colour: "hot", width: 4 },
    );
    plane.text(-0.98, 0, "free moments", { colour: "hot", dx: 4, dy: -8 });
    plane.text(0.7, 1, "strong coupling \u2197", { colour: "cold", align: "right", dx: 0, dy: 12 });
    this.drawDrops(({ strong }) => strong);
    if (this.done) plane.line(this.other, { colour: "accent", width: 1, dash: [2, 3] });
    this.drawFlow();
  }

  drawRun() {
    const { run } = this;
    run.begin();
    run.horizontal(0, { colour: "rule", width: 1 });
    const across = (path, i) => path.map((point) => [point[2], point[i]]);
    for (const i of this.done ? [0, 1] : []) {
      run.line(across(this.other, i), { colour: "muted", width: 1, dash: i ? [2, 3] : [] });
    }
    const [z0, perp0] = this.start;
    const apart = Math.abs(z0 - perp0) > 0.12;
    run.text(0, perp0, apart ? "g\u22a5" : "g\u22a5, g_z", { colour: "cold" });
    if (apart) run.text(0, z0, "g_z", { colour: "accent", dy: 16 });
    run.line(across(this.path, 1), { colour: "cold", width: 1.8, dash: [6, 4] });
    run.line(across(this.path, 0), { colour: "accent", width: 1.8 });
    const [z, perp, decades] = this.now;
    run.clip(() => {
      run.dot(decades, perp, { colour: "cold", radius: 3.5 });
      run.dot(decades, z, { radius: 3.5 });
    });
  }

  say() {
    if (!this.done) return "";
    const [z, , decades] = this.now;
    const after = `after ${number(decades, 1)} decades`;
    if (!this.strong) return `The moment stays free: ${after} g_z = ${number(z, 3)}.`;
    if (!this.arrived) return `It would end in strong coupling, but not within ${this.constants.decades} decades.`;
    return `${this.start[0] < 0 ? "\u2713 It began ferromagnetic and " : "It "}reached strong coupling ${after}.`;
  }

  read() {
    const [z, perp, decades] = this.now;
    const fate = this.done ? (this.strong ? "screening" : "free moment") : "\u2026";
    return { decades: number(decades, 1), z: number(z, 3), perp: number(perp, 3), fate };
  }

  report() {
    const fate = this.done ? (this.strong ? "strong coupling" : "free moment") : "";
    return { drops: this.drops.length, decades: this.now[2], fate };
  }

  words() {
    const [z, perp] = this.start.map((g) => number(g, 3));
    const now = this.read();
    return (
      `Plane of the couplings g_z and g_perp, and both against decades of bandwidth. Start at g_z = ${z}, g_perp = ` +
      `${perp}, ${this.loops} ${this.loops === 1 ? "loop" : "loops"}; after ${now.decades} decades g_z = ${now.z}, ` +
      `g_perp = ${now.perp}. ${this.say()}`
    );
  }
}

export default widget(KondoScene, kernels);
