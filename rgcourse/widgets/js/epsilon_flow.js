// The plane of r and u near four dimensions: two fixed points, and a magnet dropped between them.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const DL = GIVEN.dl; // of ln(length) in one step of the kernel
const STEPS = 5; // of the kernel in one step of the figure
const LONGEST = 1000; // steps of the kernel: whoever has not decided then sits on the critical line
const [R_LOW, R_HIGH] = GIVEN.plot.r;
const [U_LOW, U_HIGH] = GIVEN.plot.u;

class EpsilonScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "d", "N", "r", "u");
    this.kernels = kernels;
    this.point = kernels.allocate("float64", 2);
    this.result = kernels.allocate("float64", 4);
    const inside = (x, [low, high]) => Number(Math.min(high, Math.max(low, x)).toFixed(3));
    this.plot = new Plot({
      x: { label: "r, like a temperature", low: R_LOW, high: R_HIGH },
      y: { label: "u, strength of the quartic term", low: U_LOW, high: U_HIGH },
      size: "rgw-tall",
      drop: (r, u, phase) => this.drop({ r: inside(r, GIVEN.r), u: inside(u, GIVEN.u) }, phase),
    });
    this.parts = [this.plot];
    this.stage = element("div", { class: "rgw-stage", role: "img" }, this.plot.root);
    const span = (trait) => ({ trait, name: trait, low: GIVEN[trait][0], high: GIVEN[trait][1] });
    const place = { step: 0.02, fine: 0.005, text: (x) => number(x, 3) };
    this.sliders = [
      { ...span("d"), label: "Dimension d", step: 0.1, fine: 0.02, text: (d) => number(d, 2), mark: [4, "d = 4"] },
      { trait: "N", name: "N", label: "Components", low: 0, high: GIVEN.N, step: 1, text: (N) => `N = ${N}` },
      { ...span("r"), label: "Start r", ...place },
      { ...span("u"), label: "Start u", ...place },
    ];
    this.readouts = { y_t: "y_t", y_u: "other y", nu: "1/y_t", fate: "magnet" };
    this.keys = { c: ["onto the critical line", () => this.figure.set({ r: this.critical(this.u) })] };
    this.legend =
      "One-loop flow of (r, u) under zooming out, in units of the cutoff (rgcourse.epsilon_expansion.shell, compiled). " +
      "The fixed point that rules the transition is full, the other hollow; dashed, the critical line. Exponents are those of the full point.";
    this.begin();
  }

  begin() {
    this.path = [[this.r, this.u]];
    const fate = this.kernels.escape_time(this.r, this.u, this.d, this.N, LONGEST);
    this.steps = Math.abs(fate);
    this.fate = fate > 0 ? "order" : fate < 0 ? "disorder" : "critical";
  }

  get done() {
    return (this.path.length - 1) * STEPS >= (this.steps || LONGEST / 2);
  }

  advance() {
    const { kernels, point } = this;
    kernels.view("float64", point, 2).set(this.path.at(-1));
    for (let n = 0; n < STEPS; n++) kernels.shell_step(point, this.d, this.N, DL);
    this.path.push([...kernels.view("float64", point, 2)]);
    if (this.done) this.figure.set({ running: false });
  }

  step() {
    if (this.done) this.begin();
    this.advance();
    return STEPS * DL;
  }

  changed(trait) {
    if (this.traits.includes(trait)) this.begin();
  }

  critical(u) {
    return this.kernels.critical_line(u, this.d, this.N);
  }

  /** The line between order and disorder, anew only where d or N has changed. */
  line() {
    const [low, high] = GIVEN.u;
    const heights = Array.from({ length: 10 }, (_, i) => low + ((high - low) * i) / 9);
    return this.kept("line", `${this.d} ${this.N}`, () => heights.map((u) => [this.critical(u), u]));
  }

  /** Both fixed points with their exponents, and which of them rules. */
  points() {
    const { kernels, result, d, N } = this;
    kernels.wilson_fisher(d, N, result);
    const [r, u, y_t, y_u] = kernels.view("float64", result, 4);
    const gauss = { name: "Gauss", at: [0, 0], y: [2, 4 - d], rules: d >= 4 };
    return [gauss, { name: "Wilson-Fisher", at: [r, u], y: [y_t, y_u], rules: d < 4 }];
  }

  arrows() {
    const { kernels, point, plot } = this;
    for (let r = -0.5; r < 0.56; r += 0.1) {
      for (let u = -0.1; u < 0.52; u += 0.075) {
        kernels.view("float64", point, 2).set([r, u]);
        kernels.shell_rate(point, this.d, this.N);
        const [dr, du] = kernels.view("float64", point, 2);
        plot.towards([r, u], [r + dr, u + du], 18, 40);
      }
    }
  }

  draw() {
    const { plot, path } = this;
    plot.begin(this.colour);
    this.arrows();
    plot.line([[R_LOW, 0], [R_HIGH, 0]], { colour: "rule", width: 1 });
    plot.line(this.line(), { colour: "critical", width: 2, dash: [6, 4] });
    plot.text(R_LOW, U_LOW, "u < 0: no stable magnet", { colour: "muted", dx: 8, dy: -6 });
    plot.text(R_HIGH, U_HIGH, "disorder →", { colour: "hot", align: "right", dx: -4, dy: 14 });
    plot.text(R_LOW, U_HIGH, "← order", { colour: "cold", dx: 8, dy: 14 });
    plot.line(path, { colour: "accent", width: 1.8 });
    plot.clip(() => {
      plot.dot(...path[0], { hollow: true, radius: 6 });
      if (path.length > 1) plot.dot(...path.at(-1));
    });
    for (const { name, at, rules } of this.points()) {
      plot.dot(...at, { colour: "critical", hollow: !rules, radius: 5.5 });
      const left = name === "Gauss";
      plot.text(...at, name, { colour: "critical", align: left ? "left" : "right", dx: left ? 10 : -10, dy: left ? 16 : 4 });
    }
  }

  say() {
    const [, other] = this.points();
    if (Math.abs(this.d - 4) < 1e-9) return "At d = 4 the two points are one, and u is marginal.";
    if (this.d > 4) return `The second point sits at u = ${number(other.at[1], 3)}, where no magnet lives: Gauss rules.`;
    return `Below four dimensions Wilson-Fisher has split off, at u = ${number(other.at[1], 3)}, and rules.`;
  }

  read() {
    const [y_t, y_u] = this.points().find(({ rules }) => rules).y;
    return { y_t: number(y_t, 3), y_u: number(y_u, 3), nu: number(1 / y_t, 3), fate: this.done ? this.fate : "…" };
  }

  report() {
    const [y_t, y_u] = this.points().find(({ rules }) => rules).y;
    return { exponents: [y_t, y_u], fate: this.done ? this.fate : "" };
  }

  words() {
    const { y_t, y_u, fate } = this.read();
    const [r, u] = this.path.at(-1);
    return (
      `Plane of r and u for d = ${number(this.d, 2)}, N = ${this.N}. ${this.say()} Exponents there: ${y_t} and ${y_u}. ` +
      `A magnet started at r = ${number(this.path[0][0], 3)}, u = ${number(this.path[0][1], 3)}; it is now at ` +
      `r = ${number(r, 3)}, u = ${number(u, 3)}${this.done ? `, decided for: ${fate}` : ""}.`
    );
  }
}

const render = renders(EpsilonScene, "epsilon");

export default { render };
