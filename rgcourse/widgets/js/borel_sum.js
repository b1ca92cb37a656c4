// A divergent series summed: choose the exponent, the order and the two numbers nobody knows.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const [N_NODES, N_B, N_LAM] = GIVEN.sizes; // of rgcourse.resummation.conformal
const [FEWEST, MOST] = GIVEN.loops;
const [B_LOW, B_HIGH] = GIVEN.b;
const [D_LOW, D_HIGH] = GIVEN.d;
const FRAMES = 50; // of the clock for one more loop
const NAMES = { nu: "ν", eta: "η", omega: "ω" };
const DIGITS = { nu: 4, eta: 4, omega: 3 };

class BorelScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "quantity", "N", "order", "b", "lam", "d");
    Object.assign(this, { kernels, frames: FRAMES, found: new Map() });
    const real = (n) => kernels.allocate("float64", n);
    this.buffers = { c: real(MOST + 1), nodes: real(3 * N_NODES), scratch: real(3 * (MOST + 1)), value: real(N_B * N_LAM), change: real(N_B * N_LAM), result: real(4) };
    this.byB = new Plot({ x: { label: "b", low: B_LOW, high: B_HIGH }, y: { label: "", low: 0, high: 1 }, drop: (b) => this.figure.set({ b: Number(b.toFixed(1)) }) });
    this.byD = new Plot({ x: { label: "dimension d", low: D_LOW, high: 4 }, y: { label: "", low: 0, high: 1 }, drop: (d) => this.figure.set({ d: Number(Math.min(D_HIGH, d).toFixed(2)) }) });
    const panels = element("div", { class: "rgw-pair" }, this.byB.root, this.byD.root);
    this.stage = element("div", { class: "rgw-stage", role: "img" }, panels);
    this.parts = [this.byB, this.byD];
    const names = Object.entries(NAMES).map(([key, name]) => [key, `exponent ${name}`]);
    this.tools = [this.choice("quantity", names, { "aria-label": "Exponent" })];
    this.sliders = [
      { trait: "order", name: "order", label: "Loops", low: FEWEST, high: MOST, step: 1, text: (n) => `${n}` },
      { trait: "N", name: "N", label: "Components", low: 0, high: GIVEN.growth.length - 1, step: 1, text: (N) => `N = ${N}` },
      { trait: "b", name: "b", label: "Borel b", low: B_LOW, high: B_HIGH, step: 0.5, fine: 0.1, text: (b) => number(b, 1) },
      { trait: "lam", name: "λ", label: "Growth λ", low: GIVEN.lam[0], high: GIVEN.lam[1], step: 0.1, text: (x) => number(x, 1) },
      { trait: "d", name: "d", label: "Dimension d", low: D_LOW, high: D_HIGH, step: 0.1, fine: 0.05, text: (d) => number(d, 2), mark: [3, "d = 3"] },
    ];
    this.readouts = { sum: "at b, λ", rule: "rule", accepted: "accepted", off: "off by" };
    this.keys = { r: ["to the rule's b and λ", () => this.toRule()] };
    this.legend =
      "Left: Borel sums with the conformal map against b at your λ, the last order full, the two before dashed; ring: what the error rule chose. " +
      "Right: the plain sum of the series (red, dashed) and the rule's values with their errors; full dots: bootstrap and Monte Carlo at d = 3, exact at d = 2. " +
      "Sums and rule: rgcourse.resummation.conformal, compiled.";
  }

  get chosen() {
    const { quantity, N } = this;
    const series = this.model.get("series")[quantity][N];
    return { quantity, N, series, order: Math.min(this.order, series.length - 1) };
  }

  /** The coefficients from the first that is not zero on, at epsilon = 1, and what was taken out. */
  load(epsilon) {
    const { series, order } = this.chosen;
    const first = series.findIndex((c) => c !== 0);
    const c = series.slice(first, order + 1).map((ck, k) => ck * epsilon ** k);
    this.kernels.view("float64", this.buffers.c, c.length).set(c);
    return { n: c.length - 1, a: GIVEN.growth[this.chosen.N] * epsilon, factor: epsilon ** first };
  }

  /** nu is one over what its series sums to. */
  as(value, error = 0) {
    return this.chosen.quantity === "nu" ? [1 / value, error / value ** 2] : [value, error];
  }

  /** Sums of the last three orders at b, lam. */
  sums(b, lam, epsilon) {
    const { kernels, buffers } = this;
    const { n, a, factor } = this.load(epsilon);
    kernels.borel_nodes(b, a, buffers.nodes);
    kernels.borel_sums(buffers.c, n, a, b, lam, buffers.nodes, buffers.scratch);
    const all = kernels.view("float64", buffers.scratch, 3 * (n + 1));
    return [0, 1, 2].filter((k) => k <= n).map((k) => this.as(factor * all[3 * n + 2 - k])[0]);
  }

  /** What the error rule says at a dimension: { value, error, b, lam }. */
  rule(d) {
    const { kernels, buffers } = this;
    const { quantity, N, order } = this.chosen;
    const key = `${quantity} ${N} ${order} ${d.toFixed(3)}`;
    if (!this.found.has(key)) {
      const { n, a, factor } = this.load(4 - d);
      kernels.borel_scan(buffers.c, n, a, buffers.nodes, buffers.scratch, buffers.value, buffers.change);
      kernels.borel_choice(buffers.value, buffers.change, buffers.result);
      const [f, off, b, lam] = kernels.view("float64", buffers.result, 4);
      const [value, error] = this.as(factor * f, factor * off);
      this.found.set(key, { value, error, b, lam });
    }
    return this.found.get(key);
  }

  plain(d) {
    const { series, order } = this.chosen;
    return this.as(series.slice(0, order + 1).reduce((sum, c, k) => sum + c * (4 - d) ** k, 0))[0];
  }

  toRule() {
    const { b, lam } = this.rule(this.d);
    this.figure.set({ b, lam: Number(lam.toFixed(1)) });
  }

  advance() {
    const { series, order } = this.chosen;
    const next = order + 1 < series.length ? order + 1 : FEWEST;
    this.figure.set({ order: next });
    if (next === series.length - 1) this.figure.set({ running: false });
  }

  draw() {
    this.drawB();
    this.drawD();
  }

  /** Values known otherwise: [d, value, error]. */
  known() {
    return this.model.get("known")[this.quantity][this.N];
  }

  /** The one of them at d, or undefined. */
  accepted(d) {
    return this.known().find(([at]) => Math.abs(at - d) < 1e-6)?.[1];
  }

  drawB() {
    const { byB: plot, quantity, d, lam, b } = this;
    const choice = this.rule(d);
    const [sum, known] = [this.sums(b, lam, 4 - d)[0], this.accepted(d)];
    const most = 1.2 * Math.max(Math.abs(sum - choice.value), known ? Math.abs(known - choice.value) : 0);
    const reach = Math.min(Math.max(GIVEN.reach[quantity], most), 4 * GIVEN.reach[quantity]);
    Object.assign(plot.y, { label: NAMES[quantity], low: choice.value - reach, high: choice.value + reach });
    plot.begin(this.colour);
    if (known) {
      plot.line([[B_LOW, known], [B_HIGH, known]], { colour: "ok", width: 1.2, dash: [1, 3] });
      plot.clip(() => plot.text(B_HIGH, known, "accepted", { colour: "ok", align: "right", dx: -2, dy: -5 }));
    }
    const along = Array.from({ length: 61 }, (_, i) => B_LOW + ((B_HIGH - B_LOW) * i) / 60);
    const at = along.map((x) => [x, this.sums(x, lam, 4 - d)]);
    for (const [k, style] of [[2, { width: 1, dash: [2, 3] }], [1, { width: 1.2, dash: [6, 4] }], [0, { width: 1.8 }]]) {
      plot.line(at.filter(([, sums]) => k < sums.length).map(([x, sums]) => [x, sums[k]]), style);
    }
    plot.dot(choice.b, choice.value, { colour: "critical", hollow: true, radius: 6, error: choice.error });
    plot.clip(() => plot.dot(b, sum));
  }

  drawD() {
    const { byD: plot, quantity, d } = this;
    const [low, high] = GIVEN.wide[quantity];
    Object.assign(plot.y, { label: NAMES[quantity], low, high });
    plot.begin(this.colour);
    plot.line([[d, low], [d, high]], { colour: "rule", width: 1 });
    const plain = Array.from({ length: 201 }, (_, i) => [4 - 0.01 * i, this.plain(4 - 0.01 * i)]);
    const gone = plain.findIndex(([, y]) => y < low || y > high); // from there on it is off the plot
    plot.line(gone < 0 ? plain : plain.slice(0, gone), { colour: "hot", width: 1.4, dash: [6, 4] });
    const values = GIVEN.dimensions.map((x) => [x, this.rule(x)]);
    plot.line([...values.map(([x, { value }]) => [x, value]), [4, this.plain(4)]], { colour: "critical", width: 1.4 });
    for (const [x, { value, error }] of values) plot.clip(() => plot.dot(x, value, { colour: "critical", hollow: true, radius: 3, error }));
    for (const [x, value, error] of this.known()) plot.dot(x, value, { colour: "ok", radius: 4, error });
  }

  read() {
    const { d } = this;
    const { value, error } = this.rule(d);
    const [sum] = this.sums(this.b, this.lam, 4 - d);
    const digits = DIGITS[this.quantity];
    const known = this.accepted(d);
    return {
      sum: number(sum, digits),
      rule: `${number(value, digits)} ± ${number(error, digits)}`,
      accepted: known ? number(known, digits) : "unknown",
      off: known ? `${number((value - known) / error, 1)} errors` : "–",
    };
  }

  say() {
    const { quantity, order } = this.chosen;
    const missing = this.order > order ? `Six loops are not confirmed for this exponent and N: ${order} are used. ` : "";
    return `${missing}The plain sum of ${order} loops is ${number(this.plain(this.d), DIGITS[quantity])}.`;
  }

  report() {
    const { value, error } = this.rule(this.d);
    return { estimate: [value, error] };
  }

  words() {
    const { quantity, N, order } = this.chosen;
    const { sum, rule, accepted, off } = this.read();
    return (
      `Exponent ${quantity} for N = ${N} at d = ${number(this.d, 2)} from ${order} loops. At b = ${number(this.b, 1)}, ` +
      `lambda = ${number(this.lam, 1)} the Borel sum is ${sum}; the error rule says ${rule}; accepted ${accepted}, off by ${off}.`
    );
  }
}

const render = renders(BorelScene, "resummation");

export default { render };
