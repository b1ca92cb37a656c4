// A rule for block spins and a magnet of the reader's own, and what Monte Carlo RG finds of both.

import designs from "../designs.wasm";
import mcrg from "../mcrg.wasm";
import { Laboratory } from "./design_laboratory.js";
import { element, number, withError } from "./dom.js";
import { widget } from "./figure.js";
import { Tiles } from "./rules.js";
import { Scene } from "./scene.js";

const AT_REST = 100; // samples for one press of the step button
const SHOWN_SAMPLES = 2000; // behind the still image
const NEXT = { 1: 0.5, 0.5: 0, 0: 1 }; // what a press makes of an output
const OUTPUTS = { 1: "up", 0.5: "a coin", 0: "down" };
const SIGNIFICANT = 4; // errors

class DesignScene extends Scene {
  updates = 1000;

  constructor(model, kernels, mcrg) {
    super(model);
    const { L, groups, spins, steps } = this.constants;
    this.lab = new Laboratory(kernels, mcrg, this.constants);
    this.tiles = new Tiles(groups, spins, (place) => this.press(place));
    this.parts.push(this.tiles);
    this.views = Array.from({ length: steps + 1 }, (_, k) => this.view(`${L >> k}²`));
    const panels = this.panels(this.views, { narrow: false });
    panels.style.marginTop = "0.75rem";
    this.build(element("div", {}, this.tiles.root, panels), element("div", {}, this.exponents.root, this.flow.root));
    this.begin();
  }

  // ---------------------------------------------------------------- rules

  mirror(state) {
    return this.constants.n_states - 1 - state;
  }

  /** Whether up and down are treated alike. */
  isFair(rule = this.rule) {
    return rule.every((up, state) => up + rule[this.mirror(state)] === 1);
  }

  /** Whether the block spin does not change when all spins are flipped. */
  isBlind(rule = this.rule) {
    return rule.every((up, state) => up === rule[this.mirror(state)]);
  }

  family(state) {
    return this.constants.groups.find(([, states]) => states.includes(state))[1];
  }

  isAlike(rule = this.rule) {
    return this.constants.groups.every(([, states]) => states.every((state) => rule[state] === rule[states[0]]));
  }

  /** Take a rule; one that breaks what is ticked lets go of it. */
  take(rule) {
    this.figure.set({ alike: this.alike && this.isAlike(rule), fair: this.fair && this.isFair(rule), rule });
  }

  press(place) {
    this.figure.set({ state: place + 1 });
    this.change();
  }

  get chosen() {
    return this.tiles.order[this.state - 1];
  }

  change() {
    const rule = [...this.rule];
    const states = this.alike ? this.family(this.chosen) : [this.chosen];
    const output = NEXT[rule[this.chosen]];
    this.figure.set({ rule: this.put(rule, states, output) });
  }

  /** A rule with a new output for some states; where it must be fair, their mirror images follow,
   *  and a state whose mirror image is of the same kind is left to a coin. */
  put(rule, states, output) {
    for (const state of states) {
      rule[state] = output;
      if (!this.fair) continue;
      const image = this.mirror(state);
      if (states.includes(image)) rule[state] = 0.5;
      else rule[image] = 1 - output;
    }
    return rule;
  }

  majority() {
    this.take(this.constants.rules.majority);
  }

  decimation() {
    this.take(this.constants.rules.decimation);
  }

  average() {
    this.take(this.constants.rules["average and sign"]);
  }

  max_pool() {
    this.take(this.constants.rules["max-pool"]);
  }

  product() {
    this.take(this.constants.rules.product);
  }

  /** What is ticked is put right by the first state of each shape, or of each two mirror images. */
  mend(trait) {
    let rule = [...this.rule];
    if (this.alike && !this.isAlike(rule))
      for (const [, states] of this.constants.groups) for (const state of states) rule[state] = rule[states[0]];
    if (this.fair && !this.isFair(rule)) {
      const half = this.constants.n_states / 2;
      const shape = (state) => this.alike && this.family(state).includes(this.mirror(state));
      rule = rule.map((up, state) => (shape(state) ? 0.5 : state < half ? up : 1 - rule[this.mirror(state)]));
    }
    if (this[trait]) this.figure.set({ rule });
  }

  // -------------------------------------------------------------- physics

  begin() {
    this.lab.start(this.model.get("seed_words"));
    this.settle();
  }

  settle() {
    this.lab.settle(this.constants.magnets[this.magnet], this.ratio, this.h);
    this.anew();
  }

  /** Forget what was sampled; a first few lattices at once, so that there is something to see. */
  anew() {
    this.lab.forget();
    for (let k = 0; k < this.constants.first; k++) this.lab.sample(this.rule);
  }

  changed(trait) {
    if (trait === "alike" || trait === "fair") this.mend(trait);
    if (trait === "rule") this.anew();
    if (["magnet", "ratio", "h"].includes(trait)) this.settle();
  }

  step() {
    const many = this.figure.running ? 1 : AT_REST;
    for (let k = 0; k < many; k++) this.lab.sample(this.rule);
    return many;
  }

  reset() {
    this.begin();
  }

  exhibit() {
    while (this.lab.samples < SHOWN_SAMPLES) this.lab.sample(this.rule);
  }

  /** Exponents and couplings, found anew when another chunk is full. */
  get found() {
    const { lab, rule, magnet, ratio, h } = this;
    const key = [Math.floor(lab.samples / lab.chunk), ...rule, magnet, ratio, h].join();
    return this.kept("found", key, () => ({ exponents: lab.exponents, couplings: lab.couplings }));
  }

  get now() {
    return this.found.exponents[this.zoom - 1];
  }

  // -------------------------------------------------------------- picture

  draw() {
    this.tiles.draw(this.rule, this.state - 1);
    for (const [k, view] of this.views.entries())
      this.paint(view, { values: new Uint8Array(this.lab.lattice(k).slice().buffer), n: this.lab.L >> k, most: 1 });
    this.drawExponents();
    this.drawFlow();
  }

  drawExponents() {
    const plot = this.exponents;
    const { sectors } = this.constants;
    plot.begin();
    for (const { exact, name } of Object.values(sectors)) {
      plot.horizontal(exact, { colour: "critical", width: 1.5, dash: [6, 4] });
      plot.text(plot.x.high, exact, `${name} exact`, { colour: "critical", align: "right", dx: 0, dy: -5 });
    }
    for (const [k, { even, odd }] of this.found.exponents.entries()) {
      const colour = k + 1 === this.zoom ? "accent" : "muted";
      for (const [shift, { y, error }, hollow] of [
        [-0.06, even, false],
        [0.06, odd, true],
      ])
        if (!Number.isNaN(y))
          plot.clip(() => plot.dot(k + 1 + shift, y, { colour, hollow, error: error || undefined }));
    }
  }

  drawFlow() {
    const { flow, found } = this;
    const { index, label, low, high } = this.constants.planes[this.plane];
    Object.assign(flow.y, { label, low, high });
    flow.begin();
    if (low < 0) flow.horizontal(0, { colour: "rule", width: 1 });
    const known = found.couplings.filter((c) => !Number.isNaN(c[1]));
    const points = known.map((c) => [c[1], c[index]]);
    flow.line(points, { colour: "muted", width: 1.2 });
    for (const [k, point] of points.entries()) {
      if (k) flow.arrow(points[k - 1], point);
      const [colour, [x, y]] = [k === this.zoom ? "accent" : "ink", point];
      const [across, error] = [known[k][5], known[k][4 + index]].map((e) => e || 0);
      flow.line(
        [x - across, x + across].map((end) => [end, y]),
        { colour },
      );
      flow.clip(() => flow.dot(x, y, { hollow: k === 0, colour, radius: 4, error }));
      flow.clip(() => flow.text(x, y, `${k}`, { colour: "muted", dx: 7 + 9 * Math.max(0, k - 1), dy: 14 }));
    }
  }

  // ---------------------------------------------------------------- words

  textOf(trait, value) {
    return trait === "state" ? `${value}: ${OUTPUTS[this.rule[this.tiles.order[value - 1]]]}` : undefined;
  }

  /** A number with its error, to two digits of the error. */
  shown(value, error) {
    if (Number.isNaN(value)) return this.lab.full ? "none" : "–";
    const digits = error > 0 ? Math.min(4, Math.max(2, 1 - Math.floor(Math.log10(error)))) : 3;
    return withError(value, error > 0 ? error : undefined, digits);
  }

  read() {
    const { even, odd } = this.now;
    const field = this.found.couplings[this.zoom];
    return {
      t: this.shown(even.y, even.error),
      h: this.shown(odd.y, odd.error),
      field: this.shown(field[0], field[4]),
      n: `${this.lab.samples}`,
    };
  }

  say() {
    return `${this.sides()} ${this.compare()}`;
  }

  /** What the rule does to up and down. */
  sides() {
    if (this.h !== 0) return `The magnet itself is in a field, h = ${number(this.h, 3)}.`;
    if (this.isFair()) return "Your rule treats up and down alike, and makes no field.";
    if (this.isBlind()) return "Your rule gives a block and its mirror image the same spin: magnetization is lost.";
    const unlike = "Your rule treats a block and its mirror image differently";
    if (!this.lab.full) return `${unlike}.`;
    const fields = this.found.couplings.slice(1).filter(([h]) => !Number.isNaN(h));
    const list = fields.map(([h, , , , error]) => this.shown(h, error)).join(", ");
    const found = `h = ${list} after ${fields.length > 1 ? "each step" : "one step"}`;
    const seen = fields.some(([h, , , , error]) => Math.abs(h) > SIGNIFICANT * error);
    if (fields.length && !seen) return `${unlike}, and no field is seen: ${found}.`;
    const grown = `a field where there was none, ${found}`;
    const made = fields.length ? grown : "spins that are all alike";
    return `\u2717 Your rule breaks the up-down symmetry: it has made ${made}. A field is relevant.`;
  }

  /** How far the exponents of the chosen step are from the exact ones. */
  compare() {
    const { full, bins, chunk } = this.lab;
    if (!full) return `Errors, and what they say, come with ${bins * chunk} samples.`;
    const off = Object.entries(this.constants.sectors).map(([sector, { name, exact }]) => {
      const { y, error } = this.now[sector];
      if (Number.isNaN(y)) return `${name} does not exist: the leading eigenvalue is complex or negative`;
      if (!(error > 0)) return `${name} has no error`;
      const z = (y - exact) / error;
      const far = `${number(Math.abs(z), 1)} errors from ${number(exact, 3)}`;
      return `${name} is ${far}${Math.abs(z) < SIGNIFICANT ? "" : ` (${number(y - exact, 3)})`}`;
    });
    return `Step ${this.zoom}: ${off.join(", ")}.`;
  }

  report() {
    const { even, odd } = this.now;
    return {
      samples: this.lab.samples,
      y_t: even.y || 0,
      y_t_error: even.error || 0,
      y_h: odd.y || 0,
      y_h_error: odd.error || 0,
      couplings: this.found.couplings.map((c) => c.map((x) => x || 0)),
    };
  }

  words() {
    const { t, h, field, n } = this.read();
    const count = (output) => this.rule.filter((up) => up === output).length;
    const becomes = `${this.constants.words[this.chosen]} becomes ${OUTPUTS[this.rule[this.chosen]]}`;
    const kept = this.found.couplings.map((c) => (Number.isNaN(c[1]) ? "none" : number(c[1], 3))).join(", ");
    return (
      `A rule for blocks of 2 by 2 spins: ${count(1)} of the 16 states become up, ${count(0.5)} are left to a coin. ` +
      `The chosen one, ${becomes}. Magnet: ${this.magnet}, ${number(this.ratio, 3)} of the critical coupling. ` +
      `After ${n} lattices, step ${this.zoom}: yₜ = ${t}, yₕ = ${h}, field of the block spins ${field}. ` +
      `Couplings K before and after each step: ${kept}. ${this.say()}`
    );
  }
}

export default widget(DesignScene, designs, mcrg);
