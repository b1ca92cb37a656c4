// A divergent series summed: choose the exponent, the order and the two numbers nobody knows.

import kernels from "../resummation.wasm";
import { clamp, linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const SYMBOLS = { nu: "ν", eta: "η", omega: "ω" };
const DIGITS = { nu: 4, eta: 4, omega: 3 };
const STYLES = [{ width: 1.8 }, { width: 1.2, dash: [6, 4] }, { width: 1, dash: [2, 3] }]; // last order first

class BorelScene extends SteppedScene {
  frames = 50; // of the clock for one more loop
  found = new Map();

  constructor(model, kernels) {
    super(model);
    const { loops, nodes, scanned } = this.constants;
    const terms = loops[1] + 1;
    const sizes = { c: terms, nodes: 3 * nodes, scratch: 3 * terms, value: scanned, change: scanned, result: 4 };
    this.kernels = kernels;
    this.buffers = Object.fromEntries(Object.entries(sizes).map(([k, n]) => [k, kernels.allocate("float64", n)]));
  }

  get coefficients() {
    return this.constants.series[this.quantity][this.N];
  }

  /** Loops in use: the highest that are confirmed, at most. */
  get loops() {
    return Math.min(this.order, this.coefficients.length - 1);
  }

  get digits() {
    return DIGITS[this.quantity];
  }

  /** The coefficients from the first that is not zero on, at epsilon = 1, and what was taken out. */
  load(epsilon) {
    const first = this.coefficients.findIndex((c) => c !== 0);
    const c = this.coefficients.slice(first, this.loops + 1).map((ck, k) => ck * epsilon ** k);
    this.kernels.view("float64", this.buffers.c, c.length).set(c);
    return { n: c.length - 1, a: this.constants.growth[this.N] * epsilon, factor: epsilon ** first };
  }

  /** nu is one over what its series sums to. */
  as(value, error = 0) {
    return this.quantity === "nu" ? [1 / value, error / value ** 2] : [value, error];
  }

  /** Sums of the last three orders at b, lam, the last first. */
  sums(b, lam, epsilon) {
    const { kernels, buffers } = this;
    const { n, a, factor } = this.load(epsilon);
    kernels.borel_nodes(b, a, buffers.nodes);
    kernels.borel_sums(buffers.c, n, a, b, lam, buffers.nodes, buffers.scratch);
    const all = kernels.view("float64", buffers.scratch, 3 * (n + 1));
    return [0, 1, 2].filter((k) => k <= n).map((k) => this.as(factor * all[3 * n + 2 - k])[0]);
  }

  get sum() {
    return this.sums(this.b, this.lam, 4 - this.d)[0];
  }

  /** What the error rule says at a dimension: { value, error, b, lam }. */
  rule(d = this.d) {
    const { kernels, buffers, found } = this;
    const key = `${this.quantity} ${this.N} ${this.loops} ${d.toFixed(3)}`;
    if (!found.has(key)) {
      const { n, a, factor } = this.load(4 - d);
      kernels.borel_scan(buffers.c, n, a, buffers.nodes, buffers.scratch, buffers.value, buffers.change);
      kernels.borel_choice(buffers.value, buffers.change, buffers.result);
      const [f, off, b, lam] = kernels.view("float64", buffers.result, 4);
      const [value, error] = this.as(factor * f, factor * off);
      found.set(key, { value, error, b, lam });
    }
    return found.get(key);
  }

  plain(d) {
    const terms = this.coefficients.slice(0, this.loops + 1);
    return this.as(terms.reduce((sum, c, k) => sum + c * (4 - d) ** k, 0))[0];
  }

  /** Values known otherwise: [d, value, error]. */
  get known() {
    return this.constants.known[this.quantity][this.N];
  }

  /** The one of them at d, or undefined. */
  get accepted() {
    return this.known.find(([at]) => Math.abs(at - this.d) < 1e-6)?.[1];
  }

  to_rule() {
    const { b, lam } = this.rule();
    this.figure.set({ b, lam: Number(lam.toFixed(1)) });
  }

  advance() {
    const last = this.coefficients.length - 1;
    const order = this.loops < last ? this.loops + 1 : this.constants.loops[0];
    this.figure.set({ order });
    if (order === last) this.figure.set({ running: false });
  }

  draw() {
    this.drawB();
    this.drawD();
  }

  drawB() {
    const { against_b: plot, quantity, accepted, b, lam, d, sum } = this;
    const { value, error, b: chosen } = this.rule();
    const narrow = this.constants.reach[quantity];
    const far = 1.2 * Math.max(Math.abs(sum - value), accepted ? Math.abs(accepted - value) : 0);
    const reach = clamp(far, narrow, 4 * narrow);
    Object.assign(plot.y, { label: SYMBOLS[quantity], low: value - reach, high: value + reach });
    plot.begin();
    plot.clip(() => {
      if (!accepted) return;
      plot.horizontal(accepted, { colour: "ok", width: 1.2, dash: [1, 3] });
      plot.text(plot.x.high, accepted, "accepted", { colour: "ok", align: "right", dx: -2, dy: -5 });
    });
    const curves = linspace(plot.x.low, plot.x.high, 61).map((x) => [x, this.sums(x, lam, 4 - d)]);
    for (const k of curves[0][1].map((_, k) => k).reverse()) {
      plot.line(
        curves.map(([x, sums]) => [x, sums[k]]),
        STYLES[k],
      );
    }
    plot.dot(chosen, value, { colour: "critical", hollow: true, radius: 6, error });
    plot.clip(() => plot.dot(b, sum));
  }

  drawD() {
    const { against_d: plot, quantity } = this;
    const [low, high] = this.constants.wide[quantity];
    Object.assign(plot.y, { label: SYMBOLS[quantity], low, high });
    plot.begin();
    plot.vertical(this.d, { colour: "rule", width: 1 });
    const plain = linspace(plot.x.high, plot.x.low, 201).map((d) => [d, this.plain(d)]);
    const gone = plain.findIndex(([, y]) => y < low || y > high); // from there on it is off the plot
    plot.line(gone < 0 ? plain : plain.slice(0, gone), { colour: "hot", width: 1.4, dash: [6, 4] });
    const values = this.constants.dimensions.map((d) => ({ d, ...this.rule(d) }));
    plot.line([...values.map(({ d, value }) => [d, value]), plain[0]], { colour: "critical", width: 1.4 });
    plot.clip(() => {
      for (const { d, value, error } of values)
        plot.dot(d, value, { colour: "critical", hollow: true, radius: 3, error });
    });
    for (const [d, value, error] of this.known) plot.dot(d, value, { colour: "ok", radius: 4, error });
  }

  read() {
    const { digits, accepted } = this;
    const { value, error } = this.rule();
    return {
      sum: number(this.sum, digits),
      rule: `${number(value, digits)} ± ${number(error, digits)}`,
      accepted: accepted ? number(accepted, digits) : "unknown",
      off: accepted ? `${number((value - accepted) / error, 1)} errors` : "–",
    };
  }

  say() {
    const { loops, digits } = this;
    const missing = `Six loops are not confirmed for this exponent and N: ${loops} are used. `;
    const plain = `The plain sum of ${loops} loops is ${number(this.plain(this.d), digits)}.`;
    return (this.order > loops ? missing : "") + plain;
  }

  report() {
    const { value, error } = this.rule();
    return { estimate: [value, error] };
  }

  words() {
    const { sum, rule, accepted, off } = this.read();
    return (
      `Exponent ${this.quantity} for N = ${this.N} at d = ${number(this.d, 2)} from ${this.loops} loops. At b = ` +
      `${number(this.b, 1)}, lambda = ${number(this.lam, 1)} the Borel sum is ${sum}; the error rule says ${rule}; ` +
      `accepted ${accepted}, off by ${off}.`
    );
  }
}

export default widget(BorelScene, kernels);
