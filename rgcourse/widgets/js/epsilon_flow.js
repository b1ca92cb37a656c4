// The plane of r and u near four dimensions: two fixed points, and a magnet dropped between them.

import kernels from "../epsilon.wasm";
import { linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { FlowScene } from "./scene.js";

const STRIDE = 5; // steps of the kernel in one step of the figure
const MAX_STEPS = 1000; // of the kernel: whoever has not decided then sits on the critical line

class EpsilonScene extends FlowScene {
  starts = ["r", "u"];

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.point = kernels.allocate("float64", 2);
    this.result = kernels.allocate("float64", 4);
  }

  begin() {
    super.begin();
    const fate = this.kernels.escape_time(this.r, this.u, this.d, this.N, MAX_STEPS);
    this.steps = Math.abs(fate);
    this.fate = fate > 0 ? "order" : fate < 0 ? "disorder" : "critical";
  }

  get done() {
    return (this.path.length - 1) * STRIDE >= (this.steps || MAX_STEPS / 2);
  }

  /** The point after `move(address)` by a kernel. */
  moved(from, move) {
    const view = () => this.kernels.view("float64", this.point, 2);
    view().set(from);
    move(this.point);
    return [...view()];
  }

  advance() {
    const { kernels, d, N } = this;
    const stride = (point) => {
      for (let n = 0; n < STRIDE; n++) kernels.shell_step(point, d, N, this.constants.dl);
    };
    this.path.push(this.moved(this.now, stride));
    if (this.done) this.arrive();
  }

  /** The critical r at a strength u. */
  criticalAt(u) {
    return this.kernels.critical_line(u, this.d, this.N);
  }

  critical() {
    this.figure.set({ r: this.criticalAt(this.u) });
  }

  /** The line between order and disorder, anew only where d or N has changed. */
  line() {
    const heights = linspace(...this.constants.u_range, 10);
    return this.kept("line", `${this.d} ${this.N}`, () => heights.map((u) => [this.criticalAt(u), u]));
  }

  /** Both fixed points with their exponents, and which of them rules. */
  points() {
    const { kernels, result, d, N } = this;
    kernels.wilson_fisher(d, N, result);
    const [r, u, y_t, y_u] = kernels.view("float64", result, 4);
    const gauss = { name: "Gauss", at: [0, 0], y: [2, 4 - d], rules: d >= 4 };
    return [gauss, { name: "Wilson-Fisher", at: [r, u], y: [y_t, y_u], rules: d < 4 }];
  }

  /** A point and its rate of change, added up. */
  ahead(from) {
    const rate = this.moved(from, (point) => this.kernels.shell_rate(point, this.d, this.N));
    return from.map((x, i) => x + rate[i]);
  }

  draw() {
    const { plane } = this;
    const { x, y } = plane;
    plane.begin();
    this.arrows(linspace(-0.5, 0.5, 11), linspace(-0.1, 0.5, 9), (from) => this.ahead(from), 18, 40);
    plane.horizontal(0, { colour: "rule", width: 1 });
    plane.line(this.line(), { colour: "critical", width: 2, dash: [6, 4] });
    plane.text(x.low, y.low, "u < 0: no stable magnet", { colour: "muted", dx: 8, dy: -6 });
    plane.text(x.high, y.high, "disorder →", { colour: "hot", align: "right", dx: -4, dy: 14 });
    plane.text(x.low, y.high, "← order", { colour: "cold", dx: 8, dy: 14 });
    this.drawFlow();
    const beside = { Gauss: { dx: 10, dy: 16 }, "Wilson-Fisher": { align: "right", dx: -10, dy: 4 } };
    for (const { name, at, rules } of this.points()) {
      plane.dot(...at, { colour: "critical", hollow: !rules, radius: 5.5 });
      plane.text(...at, name, { colour: "critical", ...beside[name] });
    }
  }

  say() {
    const u = number(this.points()[1].at[1], 3);
    if (Math.abs(this.d - 4) < 1e-9) return "At d = 4 the two points are one, and u is marginal.";
    if (this.d > 4) return `The second point sits at u = ${u}, where no magnet lives: Gauss rules.`;
    return `Below four dimensions Wilson-Fisher has split off, at u = ${u}, and rules.`;
  }

  /** Exponents of the point that rules. */
  get ruling() {
    return this.points().find(({ rules }) => rules).y;
  }

  read() {
    const [y_t, y_u] = this.ruling;
    return { y_t: number(y_t, 3), y_u: number(y_u, 3), nu: number(1 / y_t, 3), fate: this.done ? this.fate : "…" };
  }

  report() {
    return { exponents: this.ruling, fate: this.done ? this.fate : "" };
  }

  words() {
    const { y_t, y_u, fate } = this.read();
    const [[r0, u0], [r, u]] = [this.start, this.now].map((point) => point.map((x) => number(x, 3)));
    return (
      `Plane of r and u for d = ${number(this.d, 2)}, N = ${this.N}. ${this.say()} Exponents there: ${y_t} and ` +
      `${y_u}. A magnet started at r = ${r0}, u = ${u0}; it is now at r = ${r}, u = ${u}` +
      `${this.done ? `, decided for: ${fate}` : ""}.`
    );
  }
}

export default widget(EpsilonScene, kernels);
