// Two inputs through a random network, layer by layer, and the map of their overlap.

import kernels from "../signals.wasm";
import { element, linspace, number } from "./dom.js";
import { calm, widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const POINTS = 61; // of the curve of the map
const EDGE_POINTS = 48; // of the critical line
const NEAR = 1e-7; // from slope 1, for those who stand on the line
const FAR = 200; // layers: a length beyond is told as many

class EdgeScene extends SteppedScene {
  frames = 3; // of the clock for a layer

  constructor(model, kernels) {
    super(model);
    const { width, most_q } = this.constants;
    this.kernels = kernels;
    this.state = kernels.allocate("uint32", 8);
    this.signals = Array.from({ length: 4 }, () => kernels.allocate("float64", width));
    this.result = kernels.allocate("float64", 3);
    this.edge = linspace(0, Math.sqrt(most_q), EDGE_POINTS).map((root) => [
      Math.sqrt(kernels.edge_weight(root * root)),
      Math.sqrt(Math.max(0, kernels.edge_bias(root * root))),
    ]);
    this.build(element("div", {}, this.pad.root, this.flow.root), this.map.root);
    this.sow();
  }

  // ---------------------------------------------------------------- physics

  sow() {
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
  }

  get variances() {
    return [this.sigma_w ** 2, this.sigma_b ** 2];
  }

  /** What infinite width says: kept until a knob is turned. */
  get wide() {
    const [w2, b2] = this.variances;
    return this.kept("wide", `${w2} ${b2}`, () => {
      const { kernels } = this;
      const q = kernels.variance_fixed(w2, b2);
      const chi = kernels.overlap_slope(1, q, w2);
      const critical = Math.abs(chi - 1) < NEAR;
      const end = critical ? 1 : kernels.overlap_fixed(q, w2, b2);
      const length = critical ? 0 : -1 / Math.log(kernels.overlap_slope(end, q, w2));
      const after = (c) => kernels.overlap_step(c, q, w2, b2);
      const curve = linspace(0, 1, POINTS).map((c) => [c, after(c)]);
      return { q, chi, critical, end, length, after, curve };
    });
  }

  /** The recursion from the start to the last layer. */
  get recursion() {
    const { wide, overlap, constants } = this;
    return this.kept("recursion", `${this.variances} ${overlap}`, () => {
      const points = [overlap];
      while (points.length <= constants.depth) points.push(wide.after(points.at(-1)));
      return points;
    });
  }

  begin() {
    super.begin();
    const [x, y] = this.signals;
    this.kernels.start_pair(this.constants.width, this.wide.q, this.overlap, x, y, this.state);
    this.path = [this.overlap];
  }

  get done() {
    return this.path.length > this.constants.depth;
  }

  advance() {
    const { kernels, signals, constants, result } = this;
    kernels.send_layer(constants.width, ...this.variances, ...signals, this.state);
    this.signals = [...signals.slice(2), ...signals.slice(0, 2)];
    kernels.read_pair(constants.width, ...this.signals.slice(0, 2), result);
    const [first, second, apart] = kernels.view("float64", result, 3);
    this.path.push((first + second - apart) / (2 * Math.sqrt(first * second)));
    if (this.done) this.figure.set({ running: false });
  }

  changed(trait) {
    if (trait !== "running") this.begin();
  }

  reset() {
    this.sow();
    this.begin();
  }

  exhibit() {
    while (!this.done) this.advance();
  }

  snap() {
    this.figure.set({ sigma_w: this.critical });
    this.begin();
    this.figure.refresh();
  }

  /** sigma_w of the critical line at this sigma_b. */
  get critical() {
    return Math.sqrt(this.kernels.edge_weight_at(this.sigma_b ** 2));
  }

  another() {
    this.begin();
    if (calm.matches) this.exhibit();
    else this.figure.set({ running: true });
    this.figure.refresh();
  }

  /** A point under the pointer; near the line it sits on it. Let go, the inputs set out. */
  drop(traits, phase) {
    this.figure.set({ ...traits, running: false });
    if ("sigma_w" in traits && Math.abs(this.sigma_w - this.critical) < this.constants.catch)
      this.figure.set({ sigma_w: this.critical });
    if (phase === "up") this.another();
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawPad();
    this.drawFlow();
    this.drawMap();
  }

  drawPad() {
    const { pad, edge } = this;
    pad.begin();
    pad.line(edge, { colour: "critical", width: 2 });
    pad.text(0.75, 0.68, "order", { colour: "cold", dx: 0 });
    pad.text(2.3, 0.12, "chaos", { colour: "hot", align: "right", dx: 0 });
    pad.clip(() => pad.dot(this.sigma_w, this.sigma_b, { radius: 6 }));
  }

  drawFlow() {
    const { flow, path, recursion, wide } = this;
    flow.begin();
    flow.horizontal(wide.end, { colour: "critical", width: 1.2, dash: [6, 4] });
    flow.line(
      recursion.map((c, l) => [l, c]),
      { colour: "ink", width: 1.6 },
    );
    flow.clip(() => {
      for (const [l, c] of path.entries()) flow.dot(l, c, { colour: "accent", radius: 2.5 });
    });
  }

  drawMap() {
    const { map, wide, recursion } = this;
    map.begin();
    map.curve((c) => c, { colour: "ctrl", width: 1, points: 2 });
    map.line(wide.curve, { colour: "ink", width: 1.8 });
    const stairs = recursion.slice(1).flatMap((c, l) => [
      [recursion[l], c],
      [c, c],
    ]);
    map.line([[recursion[0], 0], ...stairs], { colour: "accent", width: 1.3 });
    map.clip(() => {
      map.dot(wide.end, wide.end, { colour: "critical", hollow: true, radius: 6 });
      map.dot(recursion[0], 0, { hollow: true, radius: 6 });
    });
    map.text(wide.end, wide.end, "c*", { colour: "critical", align: wide.end > 0.9 ? "right" : "left", dx: 0, dy: 22 });
  }

  // ------------------------------------------------------------------ words

  say() {
    const { wide, done } = this;
    if (wide.critical) return "\u2713 On the line: no length. The overlap creeps up as 1 / layer.";
    const length = `(\u03be = ${number(wide.length, 1)} layers)`;
    if (wide.chi < 1) return `Order: two inputs become one ${length}.`;
    return `${done ? "\u2713 " : ""}Chaos: wherever they start, two inputs end at ${number(wide.end, 2)} ${length}.`;
  }

  read() {
    const { chi, length, end, critical } = this.wide;
    const far = critical || length > FAR;
    return {
      chi: number(chi, 3),
      length: critical ? "\u221e" : far ? `> ${FAR}` : number(length, 1),
      end: number(end, 3),
      now: number(this.path.at(-1), 3),
    };
  }

  report() {
    const { chi, length, end } = this.wide;
    return { chi, length, end, path: this.path };
  }

  words() {
    const { chi, end, now } = this.read();
    const layers = this.path.length - 1;
    const at = `At \u03c3_w = ${number(this.sigma_w, 2)}, \u03c3_b = ${number(this.sigma_b, 2)}`;
    const passed = `${layers} ${layers === 1 ? "layer" : "layers"}`;
    return (
      `Plane of \u03c3_w and \u03c3_b with the critical line, the overlap of two inputs against the layer, and its ` +
      `map. ${at} the slope is ${chi} and the overlap ends at ${end}. From ${number(this.overlap, 2)} the network ` +
      `has come to ${now} after ${passed}. ${this.say()}`
    );
  }
}

export default widget(EdgeScene, kernels);
