// Drop a point into the plane of the Kondo couplings and watch a narrowing band carry it away.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const G_MOST = 1; // where a flow has left the region of small couplings
const DECADES = 15; // of bandwidth taken away, at most
const [SHARE, LONGEST] = [0.04, 0.5]; // of a step, as in Python
const STRIDE = 0.5; // decades of one press of Step

class KondoScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "g_z", "g_perp", "loops");
    Object.assign(this, { kernels, drops: [] });
    this.buffer = kernels.allocate("float64", 3);
    this.plane = new Plot({
      x: { label: "g_z = \u03c1\u2080 J_z", low: -G_MOST, high: G_MOST },
      y: { label: "g\u22a5", low: 0, high: G_MOST },
      drop: (z, perp, phase) => this.drop({ g_z: Number(z.toFixed(3)), g_perp: Number(perp.toFixed(3)) }, phase),
    });
    this.run = new Plot({
      x: { label: "decades of bandwidth taken away", low: 0, high: DECADES },
      y: { label: "g", low: -G_MOST, high: G_MOST },
    });
    this.parts = [this.plane, this.run];
    const pair = element("div", { class: "rgw-pair" }, this.plane.root, this.run.root);
    this.stage = element("div", { class: "rgw-stage", role: "img" }, pair);
    const slider = (trait, label, low) => ({
      trait, name: label, label, low, high: G_MOST, step: 0.05, fine: 0.005, text: (g) => number(g, 3),
    });
    this.sliders = [slider("g_z", "g_z", -G_MOST), slider("g_perp", "g\u22a5", 0)];
    this.readouts = { decades: "decades", z: "g_z", perp: "g\u22a5", fate: "flows to" };
    this.tools = [element("label", {}, this.box("loops", 2, 1), " two loops")];
    this.keys = { t: ["one/two loops", () => this.figure.set({ loops: 3 - this.loops })] };
    this.legend =
      "Scaling of the anisotropic Kondo model (rgcourse.poor_mans_scaling.scaling_flow, compiled). Left: grey lines are flows, dashed violet lines " +
      "g\u22a5 = \u00b1g_z, thick red the line of free moments. Right: g_z (full) and g\u22a5 (dashed) on the way down. A thin line is the other number of loops. A flow stops where a coupling is 1.";
    this.begin();
  }

  get start() {
    return [this.g_z, this.g_perp];
  }

  get strong() {
    return this.kernels.flows_to_strong_coupling(...this.start) === 1;
  }

  /** Points [g_z, g_perp, decades] from a start until a coupling is 1 or the decades are used up. */
  flow(start, loops, most = 4000) {
    const { kernels, buffer } = this;
    const path = [[...start, 0]];
    kernels.view("float64", buffer, 3).set(path[0]);
    while (path.length < most) {
      const [z, perp, decades] = path.at(-1);
      if (decades >= DECADES || Math.max(Math.abs(z), perp) >= G_MOST) break;
      kernels.flow_step(buffer, loops, SHARE, LONGEST);
      const [z2, perp2, l] = kernels.view("float64", buffer, 3);
      path.push([z2, perp2, l / Math.LN10]);
    }
    return path;
  }

  begin() {
    this.path = this.flow(this.start, this.loops);
    this.other = this.flow(this.start, 3 - this.loops);
    this.shown = 1;
  }

  get done() {
    return this.shown >= this.path.length;
  }

  get now() {
    return this.path[this.shown - 1];
  }

  /** Whether the flow has left the region of small couplings within the decades drawn. */
  get arrived() {
    const [z, perp] = this.path.at(-1);
    return Math.max(Math.abs(z), perp) >= G_MOST;
  }

  finish() {
    const same = (drop) => drop.loops === this.loops && drop.start.every((g, i) => g === this.start[i]);
    if (!this.drops.some(same)) this.drops.push({ start: this.start, loops: this.loops, strong: this.strong, path: this.path });
    this.figure.set({ running: false });
  }

  advance() {
    const stride = this.whole ? STRIDE : STRIDE / 8;
    const [, , decades] = this.now;
    do this.shown += 1;
    while (!this.done && this.now[2] < decades + stride);
    if (this.done) this.finish();
  }

  reset() {
    this.drops = [];
    this.begin();
  }

  changed(trait) {
    if (this.traits.includes(trait)) this.begin();
    if (trait === "loops") this.drops = [];
  }

  /** Flow lines to look at, with a place for an arrow on each. */
  lines() {
    const starts = [0.2, 0.4, 0.6, 0.8].flatMap((g) => [[-0.999, g], [g, 0.02], [-0.02 - g / 2, 0.02 + g / 2 + 0.04]]);
    return this.kept("lines", this.loops, () => starts.map((start) => this.flow(start, this.loops)));
  }

  draw() {
    this.drawPlane();
    this.drawRun();
  }

  drawPlane() {
    const { plane: plot } = this;
    plot.begin(this.colour);
    for (const path of this.lines()) {
      plot.line(path, { colour: "ctrl", width: 1 });
      const at = path.findIndex(([z, perp]) => Math.hypot(z - path[0][0], perp - path[0][1]) > 0.12);
      if (at > 0) plot.arrow(path[at - 1], path[at], { colour: "ctrl", size: 6 });
    }
    plot.line([[-1, 1], [0, 0], [1, 1]], { colour: "critical", width: 1.5, dash: [6, 4] });
    plot.line([[-1, 0], [0, 0]], { colour: "hot", width: 4 });
    plot.text(-0.98, 0, "free moments", { colour: "hot", dx: 4, dy: -8 });
    plot.text(0.7, 1, "strong coupling \u2197", { colour: "cold", align: "right", dx: 0, dy: 12 });
    for (const { start, strong, path } of this.drops) {
      const colour = strong ? "cold" : "hot";
      plot.line(path, { colour, width: 0.8 });
      plot.dot(...start, { colour, hollow: !strong, radius: 4 });
    }
    plot.line(this.other.slice(0, this.done ? undefined : 0), { colour: "accent", width: 1, dash: [2, 3] });
    plot.line(this.path.slice(0, this.shown), { colour: "accent", width: 1.8 });
    plot.dot(...this.start, { hollow: true, radius: 6 });
    const [z, perp] = this.now;
    if (this.shown > 1) plot.clip(() => plot.dot(z, perp));
  }

  drawRun() {
    const { run: plot } = this;
    plot.begin(this.colour);
    plot.line([[0, 0], [DECADES, 0]], { colour: "rule", width: 1 });
    const across = (path, i) => path.map((point) => [point[2], point[i]]);
    if (this.done) for (const i of [0, 1]) plot.line(across(this.other, i), { colour: "muted", width: 1, dash: i ? [2, 3] : [] });
    const [z0, perp0] = this.start;
    const apart = Math.abs(z0 - perp0) > 0.12;
    plot.text(0, perp0, apart ? "g\u22a5" : "g\u22a5, g_z", { colour: "cold" });
    if (apart) plot.text(0, z0, "g_z", { colour: "accent", dy: 16 });
    const path = this.path.slice(0, this.shown);
    plot.line(across(path, 1), { colour: "cold", width: 1.8, dash: [6, 4] });
    plot.line(across(path, 0), { colour: "accent", width: 1.8 });
    const [z, perp, decades] = this.now;
    plot.clip(() => {
      plot.dot(decades, perp, { colour: "cold", radius: 3.5 });
      plot.dot(decades, z, { radius: 3.5 });
    });
  }

  say() {
    const { done, strong, arrived } = this;
    if (!done) return "";
    const decades = number(this.path.at(-1)[2], 1);
    if (!strong) return `The moment stays free: after ${decades} decades g_z = ${number(this.path.at(-1)[0], 3)}.`;
    if (!arrived) return `It would end in strong coupling, but not within ${DECADES} decades.`;
    const before = this.start[0] < 0 ? "\u2713 It began ferromagnetic and " : "It ";
    return `${before}reached strong coupling after ${decades} decades.`;
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
    const read = this.read();
    return (
      `Plane of the couplings g_z and g_perp, and both against decades of bandwidth. Start at g_z = ${z}, g_perp = ${perp}, ${this.loops} ` +
      `${this.loops === 1 ? "loop" : "loops"}; after ${read.decades} decades g_z = ${read.z}, g_perp = ${read.perp}. ${this.say()}`
    );
  }
}

const render = renders(KondoScene, "kondo_flow");

export default { render };
