// A coupling mapped again and again, as a staircase between a curve and the diagonal.

import kernels from "../cobweb.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const CATCH = 0.0055; // so near the fixed point a coupling sits on it: no slider and no key would hit it
const ENOUGH = 8; // steps to see that it stays
const MAX_STEPS = 60; // whoever has not left by then sits on the fixed point

class CobwebScene extends SteppedScene {
  frames = 20;

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.result = kernels.allocate("float64", 2);
  }

  begin() {
    super.begin();
    this.kernels.unstable_coupling(this.b, this.dim, this.result);
    [this.star, this.exponent] = this.kernels.view("float64", this.result, 2);
    this.caught = Boolean(this.star) && Math.abs(this.K - this.star) < CATCH;
    this.path = [this.caught ? this.star : this.K];
  }

  get now() {
    return this.path.at(-1);
  }

  /** Where the staircase has gone to: out of the picture at one of its ends, or nowhere. */
  get fate() {
    if (this.now > this.constants.K_max) return "order";
    return this.now < this.constants.K_min ? "disorder" : "";
  }

  get done() {
    return this.fate !== "" || this.path.length > (this.caught ? ENOUGH : MAX_STEPS);
  }

  after(K) {
    return this.kernels.move_and_decimate(K, this.b, this.dim);
  }

  advance() {
    this.path.push(this.caught ? this.star : this.after(this.now));
    if (this.done) this.figure.set({ running: false });
  }

  changed(trait) {
    if (trait !== "running") this.begin();
  }

  exhibit() {
    while (!this.done) this.advance();
  }

  draw() {
    const { map, path, star } = this;
    map.begin();
    map.curve((K) => K, { colour: "ctrl", width: 1, points: 2 });
    map.curve((K) => this.after(K), { colour: "ink", width: 1.8 });
    const stairs = path.slice(1).flatMap((K, n) => [
      [path[n], K],
      [K, K],
    ]);
    map.line([[path[0], 0], ...stairs], { colour: "accent", width: 1.4 });
    map.clip(() => {
      if (star) map.dot(star, star, { colour: "critical", hollow: true, radius: 6 });
      map.dot(path[0], 0, { hollow: true, radius: 6 });
      map.dot(this.now, path.length > 1 ? this.now : 0);
    });
    if (star && star < this.constants.K_max) map.text(star, star, "K*", { colour: "critical", dx: 10, dy: 14 });
  }

  say() {
    if (!this.star) return "No coupling stays: in so few dimensions disorder always wins.";
    if (this.fate) return `It flows to ${this.fate}, after ${this.path.length - 1} steps.`;
    return this.done ? "\u2713 It has stayed: you have found the fixed point." : "";
  }

  read() {
    const [star, nu] = this.star ? [number(this.star, 4), number(1 / this.exponent, 3)] : ["none", "\u2013"];
    return { n: `${this.path.length - 1}`, K: number(this.now, 4), star, nu };
  }

  report() {
    const nu = this.star ? 1 / this.exponent : 0;
    return { fixed_point: this.star, nu, steps: this.path.length - 1 };
  }

  words() {
    const { n, K, star, nu } = this.read();
    return (
      `New coupling against old in d = ${number(this.dim, 2)}, b = ${number(this.b, 2)}: they cross at K* = ${star}, ` +
      `with \u03bd = ${nu}. From K = ${number(this.K, 3)} the staircase has come to ${K} ` +
      `after ${n} steps. ${this.say()}`
    );
  }
}

export default widget(CobwebScene, kernels);
