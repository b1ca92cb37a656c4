// The strong coupling against the scale: pull flavours, colours and strength, and see freedom end.

import kernels from "../running.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const POINTS = 72; // of a curve, on each side of M_Z
const STEP = 0.5; // of the flavours, for one press of Step

class RunningScene extends SteppedScene {
  frames = 10;

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.b = kernels.allocate("float64", 3);
  }

  /** The coefficients b0, b1, b2, in the kernels' memory and here. */
  coefficients() {
    this.kernels.fill_coefficients(this.n_f, this.n_c, this.b);
    return [...this.kernels.view("float64", this.b, 3)];
  }

  /** 1 / alpha at Q from its value x at another scale; 0 beyond the pole. */
  inverse(x, from, Q, loops) {
    const { least, most } = this.constants;
    return this.kernels.run_inverse(x, 2 * Math.log(Q / from), this.b, loops, least, most);
  }

  /** Points [Q, 1 / alpha] over the whole axis, as far as there is a coupling. */
  curve(loops) {
    this.coefficients();
    const { M_Z } = this.constants;
    const sides = [this.run.x.low, this.run.x.high].map((end) => {
      const points = [[M_Z, 1 / this.alpha]];
      for (let n = 1; n <= POINTS; n++) {
        const [from, x] = points.at(-1);
        const Q = M_Z * (end / M_Z) ** (n / POINTS);
        const there = this.inverse(x, from, Q, loops);
        if (!there) break;
        points.push([Q, there]);
      }
      return points;
    });
    return [...sides[0].reverse(), ...sides[1].slice(1)];
  }

  get state() {
    const { n_f, n_c, alpha, loops } = this;
    return this.kept("state", `${n_f} ${n_c} ${alpha} ${loops}`, () => {
      const b = this.coefficients();
      const { M_Z, lookups } = this.constants;
      const [low, high] = lookups.map((Q) => this.inverse(1 / alpha, M_Z, Q, loops));
      const star = this.kernels.fixed_coupling(this.b);
      const distance = Math.abs(b[0]) > 1e-12 ? this.kernels.pole_distance(alpha, -2 * b[0]) : 0;
      const curve = this.curve(loops);
      return { b, low, high, star, distance, curve, straight: loops > 1 ? this.curve(1) : curve };
    });
  }

  /** Flavours per freedom: positive while the force is free at short distances. */
  get free() {
    return Math.abs(this.state.b[0]) < 1e-12 ? 0 : Math.sign(this.state.b[0]);
  }

  get done() {
    return this.n_f >= this.figure.sliders.find((s) => s.trait === "n_f").high;
  }

  step() {
    if (this.done) this.figure.set({ n_f: 0 });
    const share = this.whole ? 1 : 1 / this.frames;
    this.phase += share;
    if (this.phase > 1 - 1e-9) {
      this.phase = 0;
      this.advance();
    }
    return share;
  }

  advance() {
    this.figure.set({ n_f: this.n_f + STEP });
    if (this.done) this.figure.set({ running: false });
  }

  draw() {
    const { run, straight, state, constants, alpha } = this;
    const { star, curve } = state;
    for (const plot of [run, straight]) {
      const of = (x) => (plot === run ? 1 / x : x);
      plot.begin();
      plot.vertical(constants.M_Z, { colour: "rule", width: 1 });
      if (star && this.loops > 1) {
        plot.line(
          [
            [plot.x.low, of(1 / star)],
            [plot.x.high, of(1 / star)],
          ],
          { colour: "critical", width: 1.2, dash: [6, 4] },
        );
      }
      const line = (points, options) =>
        plot.line(
          points.map(([Q, x]) => [Q, of(x)]),
          options,
        );
      if (this.loops > 1) line(state.straight, { colour: "muted", width: 1.2, dash: [2, 3] });
      line(curve, { colour: "accent", width: 2.2 });
      plot.clip(() => {
        for (const [Q, a, error] of constants.measured)
          plot.dot(Q, of(1 / a), { colour: "ink", radius: 2.5, error: plot === run ? error : error / a ** 2 });
        plot.dot(constants.M_Z, of(1 / alpha), { hollow: true, radius: 6 });
      });
    }
    run.text(constants.M_Z, 0.6, "M_Z", { colour: "muted", dy: 12 });
  }

  /** The place of the pole of the straight line, in GeV. */
  get pole() {
    const { distance } = this.state;
    if (!distance) return "none";
    const power = (Math.log(this.constants.M_Z) + distance) / Math.LN10;
    if (Math.abs(power) < 3) return `${+(10 ** power).toPrecision(3)} GeV`;
    return `10^${number(power, 0)} GeV`;
  }

  say() {
    const { free, n_c } = this;
    if (free > 0) return "Free: the shorter the distance, the weaker the force.";
    if (free === 0) return "✓ The edge: at one loop the coupling does not run at all.";
    const most = number(5.5 * n_c, 1);
    return `✓ Freedom has ended, above ${most} flavours: the force grows towards short distances, as electricity does.`;
  }

  read() {
    const { low, high, star } = this.state;
    const digits = (x) => (x ? number(1 / x, 4) : "beyond");
    return { low: digits(low), high: digits(high), pole: this.pole, star: star ? number(star, 3) : "none" };
  }

  report() {
    const { b, star } = this.state;
    return { slope: 2 * b[0], fixed_point: star };
  }

  words() {
    const { low, high, pole, star } = this.read();
    return (
      `Coupling against scale for N_f = ${number(this.n_f, 1)} flavours and N_c = ${this.n_c} colours, ` +
      `${this.loops} ${this.loops === 1 ? "loop" : "loops"}, ${number(this.alpha, 3)} at M_Z: ${low} at 10 GeV, ` +
      `${high} at 1 TeV. Pole of the straight line: ${pole}. Fixed point of two loops: ${star}. ${this.say()}`
    );
  }
}

export default widget(RunningScene, kernels);
