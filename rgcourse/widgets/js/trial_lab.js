// A trial distribution under the reader's hand: its bound, the true free energy, and the gap.

import kernels from "../variational.wasm";
import { clamp, linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const SETTLED = 1e-4; // a smaller pull ends the descent
const APART = 10; // pixels between two past steps that are both drawn

class TrialScene extends SteppedScene {
  frames = 6; // of the clock for one step

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.result = kernels.allocate("float64", 5);
    this.tables = Object.fromEntries(this.constants.blocks.map(([n, ...shape]) => [n, this.table(n, shape)]));
  }

  // ---------------------------------------------------------------- physics

  /** The states of a block, counted once. */
  table(n, shape) {
    const { kernels } = this;
    const [spins, neighbours] = [kernels.allocate("int8", n), kernels.allocate("uint64", 4 * n)];
    const states = kernels.allocate("uint64", (2 * n + 1) * (n + 1));
    return { n, states, bonds: kernels.count_block(...shape, spins, neighbours, states) };
  }

  /** A trial in the field B. */
  trial(B = this.B, K = this.K, block = this.block) {
    const { n, bonds, states } = this.tables[block];
    this.kernels.trial_point(K, this.h, B, n, bonds, states, this.result);
    const [f, m, entropy, response, pull] = this.kernels.view("float64", this.result, 5);
    return { f, m, entropy, response, pull };
  }

  /** The true free energy: all spins in one block, in the field of the magnet. */
  exact(K = this.K) {
    return this.trial(this.h, K, this.constants.sites).f;
  }

  /** The field of the best trial. */
  best(K = this.K, block = this.block) {
    const { n, bonds, states } = this.tables[block];
    return this.kernels.best_point(K, this.h, n, bonds, states, this.result);
  }

  /** How far the best trial stays above the true free energy. */
  bestGap(K = this.K, block = this.block) {
    return this.trial(this.best(K, block), K, block).f - this.exact(K);
  }

  /** The trial field of a given magnetization. */
  fieldOf(m) {
    let [low, high] = [-this.constants.max_B, this.constants.max_B];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      [low, high] = this.trial(middle).m < m ? [middle, high] : [low, middle];
    }
    return low;
  }

  /** What is known of the reader's trial. */
  get now() {
    const [{ f, m, pull }, exact] = [this.trial(), this.exact()];
    return { bound: f, exact, gap: f - exact, m, pull };
  }

  // ---------------------------------------------------------------- descent

  begin() {
    super.begin();
    this.path = [this.B];
  }

  /** In the plot of the cost, a place is the field of the trial that has its magnetization. */
  pointed(name, x, y, phase) {
    super.pointed(name, name === "cost" ? this.fieldOf(x) : x, y, phase);
  }

  drop(traits) {
    this.figure.set({ ...traits, running: false });
  }

  best_trial() {
    this.drop({ B: this.best() });
  }

  advance() {
    const { rate, max_B } = this.constants;
    const { pull } = this.trial();
    const B = clamp(this.B - rate * pull, -max_B, max_B);
    this.path.push(B);
    this.moving = true;
    this.figure.set({ B });
    this.moving = false;
    if (Math.abs(pull) < SETTLED) this.figure.set({ running: false });
  }

  changed(trait) {
    if (trait !== "running" && !this.moving) this.begin();
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawCost();
    this.drawGaps();
  }

  drawCost() {
    const { cost: plot, constants, K, h, block } = this;
    const exact = this.exact();
    const curve = this.kept("curve", `${K} ${h} ${block}`, () =>
      linspace(-1.1, 1.1, 241).map((x) => this.trial(constants.max_B * x ** 3)),
    );
    Object.assign(plot.y, { low: exact - constants.below, high: exact + constants.above });
    plot.begin();
    plot.horizontal(exact, { colour: "critical", dash: [6, 4] });
    plot.text(-1, exact, "true free energy", { colour: "critical", dx: 8, dy: 15 });
    plot.line(
      curve.map(({ m, f }) => [m, f]),
      { width: 1.8 },
    );
    const { m, bound } = this.now;
    plot.line(
      [
        [m, exact],
        [m, bound],
      ],
      { colour: "accent", width: 2.5 },
    );
    plot.clip(() => {
      this.drawPath();
      plot.dot(m, bound, { radius: 6 });
    });
  }

  /** The steps of the descent, those that can be told apart. */
  drawPath() {
    const { cost: plot } = this;
    let seen = [-Infinity, 0];
    for (const { m, f } of this.path.map((B) => this.trial(B))) {
      const place = [plot.across(m), plot.up(f)];
      if (Math.hypot(place[0] - seen[0], place[1] - seen[1]) < APART) continue;
      plot.dot(m, f, { radius: 4, hollow: true });
      seen = place;
    }
  }

  drawGaps() {
    const { gaps: plot, h, constants } = this;
    const [right, top] = [plot.x.high, plot.y.high];
    const curves = this.kept("gaps", h, () =>
      [1, 2, 4].map((block) => [block, linspace(0, right, 71).map((K) => [K, this.bestGap(K, block)])]),
    );
    plot.begin();
    plot.vertical(constants.critical, { colour: "critical", width: 1, dash: [4, 4] });
    plot.text(constants.critical, top, "exact Kc", { colour: "critical", dx: 5, dy: 8 });
    if (h === 0) {
      const cold = Math.LN2 / constants.sites; // of a trial with one valley, where the magnet has two
      plot.curve(() => cold, { low: right / 2, points: 2, colour: "rule", width: 1 });
      plot.text(right, cold, "ln 2 / 16", { colour: "muted", align: "right", dx: -2, dy: 14 });
    }
    for (const [block, curve] of curves) {
      const mine = block === this.block;
      plot.line(curve, { colour: mine ? "ink" : "ctrl", width: mine ? 2.4 : 1.2 });
      const highest = curve.reduce((a, b) => (b[1] > a[1] ? b : a));
      plot.text(...highest, `${block}`, { colour: mine ? "ink" : "muted", align: "center", dx: 0, dy: -5 });
    }
    plot.dot(this.K, Math.min(this.now.gap, top), { radius: 6 });
  }

  read() {
    const { bound, exact, gap, m } = this.now;
    return { bound: number(bound, 4), exact: number(exact, 4), gap: number(gap, 4), m: number(m, 3) };
  }

  say() {
    const [{ gap, pull }, lowest] = [this.now, this.bestGap()];
    if (gap - lowest < 1e-5) return "\u2713 No trial of this family is lower.";
    if (Math.abs(pull) < 2 * SETTLED) return `Flat here, and yet not the lowest: the best gap is ${number(lowest, 4)}.`;
    return "";
  }

  report() {
    const { bound, exact, gap, m } = this.now;
    return { bound, exact, gap, magnetization: m, steps: this.path.length - 1 };
  }

  words() {
    const { bound, exact, gap, m } = this.read();
    return (
      `Free energy of trials with ${this.constants.names[this.block]} in a block against their magnetization, at K = ` +
      `${number(this.K, 3)}, h = ${number(this.h, 2)}. Your trial has m = ${m} and free energy ${bound}, above the ` +
      `true ${exact} by ${gap}. ${this.say()}`
    );
  }
}

export default widget(TrialScene, kernels);
