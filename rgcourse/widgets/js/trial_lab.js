// A trial distribution under the reader's hand: its bound, the true free energy, and the gap.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const [K_MOST, H_MOST, B_MOST] = [0.7, 0.5, 3];
const [ABOVE, BELOW, GAP_MOST] = [0.5, 0.08, 0.125];
const CRITICAL_K = Math.asinh(1) / 2;
const RATE = 0.2; // of the natural gradient, for one step
const SETTLED = 1e-4; // a smaller pull ends the descent
const FRAMES = 6; // of the clock for one step
const APART = 10; // pixels between two past steps that are both drawn
const WHOLE = 16; // spins of the torus: its block is the magnet itself
const NAMES = { 1: "one spin (mean field)", 2: "two spins", 4: "four spins", 16: "all sixteen spins" };

class TrialScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "K", "h", "B", "block");
    Object.assign(this, { kernels, frames: FRAMES });
    this.result = kernels.allocate("float64", 5);
    this.tables = Object.fromEntries(model.get("blocks").map(([n, ...shape]) => [n, this.table(n, shape)]));
    this.left = new Plot({
      x: { label: "magnetization m of the trial", low: -1, high: 1 },
      y: { label: "free energy \u03b2f", low: -1, high: 0 },
      size: "rgw-tall",
      drop: (m) => this.grab({ B: this.fieldOf(m) }),
    });
    this.right = new Plot({
      x: { label: "coupling K", low: 0, high: K_MOST },
      y: { label: "gap of the best trial", low: 0, high: GAP_MOST },
      size: "rgw-tall",
      drop: (K) => this.grab({ K: Number(K.toFixed(3)) }),
    });
    this.parts = [this.left, this.right];
    this.stage = element("div", { class: "rgw-stage rgw-pair", role: "img" }, this.left.root, this.right.root);
    const text = (x) => number(x, 2);
    this.sliders = [
      { trait: "B", name: "trial field", label: "Trial field B", low: -B_MOST, high: B_MOST, step: 0.1, fine: 0.01, text },
      { trait: "K", name: "K", label: "Coupling K", low: 0, high: K_MOST, step: 0.01, fine: 0.001, text: (K) => number(K, 3) },
      { trait: "h", name: "h", label: "Field h", low: -H_MOST, high: H_MOST, step: 0.01, text },
    ];
    this.readouts = { bound: "trial \u03b2f", exact: "true \u03b2f", gap: "gap", m: "m" };
    const blocks = this.choice("block", model.get("blocks").map(([n]) => [n, NAMES[n]]));
    const best = () => this.grab({ B: this.best(this.block) });
    const next = () => {
      const sizes = model.get("blocks").map(([n]) => n);
      this.figure.set({ block: sizes[(sizes.indexOf(this.block) + 1) % sizes.length] });
    };
    this.tools = [
      element("label", { class: "rgw-choice" }, "Spins in a block ", blocks),
      element("button", { type: "button", click: best }, "Best trial"),
    ];
    this.keys = { o: ["best trial", best], b: ["next block", next] };
    this.legend =
      "Magnet: the 4 \u00d7 4 torus, all 65 536 states counted. Trial: independent blocks in a field B. Left, the free energy per site of every " +
      "such trial; the dot is yours, the bar its gap, the Kullback\u2013Leibler divergence per site. Right, the gap of the best trial with 1, 2 and 4 " +
      "spins in a block, and yours as a dot. Run descends by a fifth of the natural gradient a step. rgcourse.variational.block_trial, compiled.";
    this.begin();
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
  trial(block, B, K = this.K) {
    const { n, bonds, states } = this.tables[block];
    this.kernels.trial_point(K, this.h, B, n, bonds, states, this.result);
    const [f, m, entropy, response, pull] = this.kernels.view("float64", this.result, 5);
    return { f, m, entropy, response, pull };
  }

  /** The true free energy: all sixteen spins in one block, in the field of the magnet. */
  exact(K = this.K) {
    return this.trial(WHOLE, this.h, K).f;
  }

  best(block, K = this.K) {
    const { n, bonds, states } = this.tables[block];
    return this.kernels.best_point(K, this.h, n, bonds, states, this.result);
  }

  /** The trial field of a given magnetization. */
  fieldOf(m) {
    let [low, high] = [-B_MOST, B_MOST];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      [low, high] = this.trial(this.block, middle).m < m ? [middle, high] : [low, middle];
    }
    return low;
  }

  // ---------------------------------------------------------------- descent

  begin() {
    this.path = [this.B];
    this.phase = 0;
  }

  grab(traits) {
    this.figure.set({ ...traits, running: false });
  }

  advance() {
    const { pull } = this.trial(this.block, this.B);
    this.moving = true;
    const to = Math.min(B_MOST, Math.max(-B_MOST, this.B - RATE * pull));
    this.path.push(to);
    this.figure.set({ B: to });
    this.moving = false;
    if (Math.abs(pull) < SETTLED) this.figure.set({ running: false });
  }

  changed(trait) {
    if (this.traits.includes(trait) && !this.moving) this.begin();
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawCost();
    this.drawGaps();
  }

  drawCost() {
    const { left: plot, K, h, block } = this;
    const curve = this.kept("curve", `${K} ${h} ${block}`, () =>
      Array.from({ length: 241 }, (_, i) => this.trial(block, B_MOST * ((i - 120) / 109) ** 3)).map(({ m, f }) => [m, f]));
    const exact = this.exact();
    Object.assign(plot.y, { low: exact - BELOW, high: exact + ABOVE });
    plot.begin(this.colour);
    plot.line([[-1, exact], [1, exact]], { colour: "critical", dash: [6, 4] });
    plot.text(-1, exact, "true free energy", { colour: "critical", dx: 8, dy: 15 });
    plot.line(curve, { colour: "ink", width: 1.8 });
    const { m, f } = this.trial(block, this.B);
    plot.line([[m, exact], [m, f]], { colour: "accent", width: 2.5 });
    plot.clip(() => {
      let seen = [-Infinity, 0];
      for (const past of this.path.map((B) => this.trial(block, B))) {
        const place = [plot.across(past.m), plot.up(past.f)];
        if (Math.hypot(place[0] - seen[0], place[1] - seen[1]) < APART) continue;
        plot.dot(past.m, past.f, { radius: 4, hollow: true });
        seen = place;
      }
      plot.dot(m, f, { radius: 6 });
    });
  }

  drawGaps() {
    const { right: plot, h } = this;
    const curves = this.kept("gaps", `${h}`, () => {
      const K = Array.from({ length: 71 }, (_, i) => (K_MOST * i) / 70);
      return [1, 2, 4].map((block) => [block, K.map((k) => [k, this.trial(block, this.best(block, k), k).f - this.exact(k)])]);
    });
    plot.begin(this.colour);
    plot.line([[CRITICAL_K, 0], [CRITICAL_K, GAP_MOST]], { colour: "critical", width: 1, dash: [4, 4] });
    plot.text(CRITICAL_K, GAP_MOST, "exact Kc", { colour: "critical", dx: 5, dy: 8 });
    if (h === 0) {
      plot.line([[0.35, Math.LN2 / WHOLE], [K_MOST, Math.LN2 / WHOLE]], { colour: "rule", width: 1 });
      plot.text(K_MOST, Math.LN2 / WHOLE, "ln 2 / 16", { colour: "muted", align: "right", dx: -2, dy: 14 });
    }
    for (const [block, curve] of curves) {
      const mine = block === this.block;
      plot.line(curve, { colour: mine ? "ink" : "ctrl", width: mine ? 2.4 : 1.2 });
      const top = curve.reduce((a, b) => (b[1] > a[1] ? b : a));
      plot.text(...top, `${block}`, { colour: mine ? "ink" : "muted", align: "center", dx: 0, dy: -5 });
    }
    plot.dot(this.K, Math.min(this.now().gap, GAP_MOST), { radius: 6 });
  }

  now() {
    const exact = this.exact();
    const { f, m } = this.trial(this.block, this.B);
    return { bound: f, exact, gap: f - exact, m };
  }

  read() {
    const { bound, exact, gap, m } = this.now();
    return { bound: number(bound, 4), exact: number(exact, 4), gap: number(gap, 4), m: number(m, 3) };
  }

  say() {
    const lowest = this.trial(this.block, this.best(this.block)).f - this.exact();
    const pull = Math.abs(this.trial(this.block, this.B).pull);
    if (this.now().gap - lowest < 1e-5) return "\u2713 No trial of this family is lower.";
    if (pull < 2 * SETTLED) return `Flat here, and yet not the lowest: the best gap is ${number(lowest, 4)}.`;
    return "";
  }

  report() {
    const { bound, exact, gap, m } = this.now();
    return { bound, exact, gap, magnetization: m, steps: this.path.length - 1 };
  }

  words() {
    const { bound, exact, gap, m } = this.read();
    return (
      `Free energy of trials with ${NAMES[this.block]} in a block against their magnetization, at K = ${number(this.K, 3)}, h = ${number(this.h, 2)}. ` +
      `Your trial has m = ${m} and free energy ${bound}, above the true ${exact} by ${gap}. ${this.say()}`
    );
  }
}

const render = renders(TrialScene, "variational");

export default { render };
