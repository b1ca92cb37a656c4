// A rule for blocks of 2 x 2 spins: what it keeps about the surroundings, and what it does to a lattice.

import grouping from "../grouping.wasm";
import kernels from "../information.wasm";
import ising from "../ising.wasm";
import { element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { Bar, Tiles } from "./rules.js";
import { Scene } from "./scene.js";

const SAME = 5e-5; // nats: not seen in four digits

/** Critical lattices, what their surroundings say about blocks, and what rules make of both. */
class Laboratory {
  constructor(kernels, grouping, lattice, constants) {
    const { L, levels, n_lattices, n_states, weights } = constants;
    Object.assign(this, { kernels, grouping, lattice, ...constants });
    this.state = kernels.allocate("uint32", 8);
    this.rules = [0, 1].map(() => kernels.allocate("int8", n_states));
    this.steps = Array.from({ length: levels + 1 }, (_, k) => kernels.allocate("int8", (L >> k) ** 2));
    this.lattices = kernels.allocate("int8", n_lattices * L * L);
    this.means = kernels.allocate("float64", levels + 1);
    this.weights = kernels.allocate("float64", weights.length);
    kernels.view("float64", this.weights, weights.length).set(weights);
  }

  /** Sample from a seed; returns the lattice that comes last. */
  sample(seedWords) {
    const { kernels, lattice, L, stride, n_lattices } = this;
    const sites = L * L;
    lattice.start(seedWords, this.critical, 0);
    const window = L / stride; // to a side
    const [rings, room] = [kernels.allocate("int8", 16 * n_lattices * window ** 2), this.steps[0]];
    this.n = 0;
    for (let k = 0; k < n_lattices; k++) {
      for (let i = 0; i < this.between; i++) lattice.swendsenWang();
      kernels.view("int8", room, sites).set(lattice.spins(0));
      kernels.view("int8", this.lattices + k * sites, sites).set(lattice.spins(0));
      this.n += kernels.cut_rings(room, L, stride, rings, this.n);
    }
    this.tabulate(rings);
    kernels.view("uint32", this.state, 8).set(seedWords);
    this.best = this.search(seedWords);
    return lattice.spins(0).slice();
  }

  /** p(state, ring) of all rings and their images, and of the first few for the search. */
  tabulate(rings) {
    const { kernels, n, n_states, images, searched, buffer } = this;
    const side = Math.log2(n_states) ** 0.5;
    const work = kernels.allocate("float64", 3 << (side + 2 * buffer + side * (side - 1)));
    const p = kernels.allocate("float64", n * n_states);
    kernels.given_ring(rings, n, side, buffer, this.weights, work, p);
    [this.table, this.few] = [n, searched].map((many) => {
      const table = kernels.allocate("float64", many * images * n_states);
      kernels.fill_table(p, many, table);
      return { address: table, columns: many * images };
    });
  }

  /** The best of all rules, two groups of states; the block with all spins up stays up. */
  search(seedWords) {
    const { kernels, grouping, few, n_states } = this;
    const length = few.columns * n_states;
    const table = grouping.allocate("float64", length);
    const [labels, trial] = [0, 1].map(() => grouping.allocate("int32", n_states));
    const memory = grouping.allocate("float64", grouping.memory_length(n_states, few.columns, 2));
    const state = grouping.allocate("uint32", 8);
    grouping.view("float64", table, length).set(kernels.view("float64", few.address, length));
    grouping.view("uint32", state, 8).set(seedWords);
    grouping.group_once(table, n_states, few.columns, 2, labels, trial, memory, state);
    const groups = grouping.view("int32", labels, n_states);
    return Array.from(groups, (group) => Number(group === groups[0]));
  }

  /** The address of a rule in memory. */
  put(rule) {
    this.kernels.view("int8", this.rules[0], this.n_states).set(rule);
    return this.rules[0];
  }

  taken() {
    return [...this.kernels.view("int8", this.rules[0], this.n_states)];
  }

  kept(rule) {
    return this.kernels.kept_by(this.table.address, this.table.columns, this.put(rule));
  }

  /** What the block with all its spins knows. */
  all() {
    return this.kernels.kept_by_all(this.table.address, this.table.columns);
  }

  bestSymmetric() {
    this.kernels.best_symmetric(this.few.address, this.few.columns, this.rules[1], this.rules[0]);
    return this.taken();
  }

  random(symmetric) {
    this.kernels.random_rule(Number(symmetric), this.rules[0], this.state);
    return this.taken();
  }

  /** The mean spin of the lattices after each step. */
  meanSpins(rule) {
    const { kernels, lattices, n_lattices, L, levels, steps, rules, means } = this;
    kernels.mean_levels(lattices, n_lattices, L, levels, this.put(rule), rules[1], steps[0], means);
    return [...kernels.view("float64", means, levels + 1)];
  }

  /** Block the running lattice; a picture of each step. */
  pictures(rule) {
    const { kernels, lattice, L, steps } = this;
    kernels.view("int8", steps[0], L * L).set(lattice.spins(0));
    const address = this.put(rule);
    for (let k = 1; k < steps.length; k++) kernels.blocks_by_rule(steps[k - 1], L >> (k - 1), address, steps[k]);
    return steps.map((step, k) => ({ values: kernels.view("uint8", step, (L >> k) ** 2), n: L >> k, most: 1 }));
  }
}

class RuleScene extends Scene {
  constructor(model, ising, kernels, grouping) {
    super(model);
    const { L, levels, groups, spins, rules } = this.constants;
    this.lattice = new Lattice(ising, L, 0, this.constants);
    this.lab = new Laboratory(kernels, grouping, this.lattice, this.constants);
    this.first = this.lab.sample(model.get("seed_words"));
    this.known = { majority: this.lab.kept(rules.majority), best: this.lab.kept(this.lab.best), all: this.lab.all() };
    this.tiles = new Tiles(groups, spins, (place) => this.press(place));
    this.bar = new Bar();
    this.parts.push(this.tiles, this.bar);
    this.views = Array.from({ length: levels + 1 }, () => this.view());
    const panels = this.panels(this.views, { narrow: false });
    panels.style.cssText = "--panels: 2; align-content: start";
    this.build(element("div", {}, this.tiles.root, this.bar.root), panels);
    this.begin();
  }

  // ---------------------------------------------------------------- rules

  begin() {
    const rule = this.rule;
    this.now = { ...this.known, kept: this.lab.kept(rule), means: this.lab.meanSpins(rule) };
  }

  /** A state and its mirror image: all spins flipped. */
  mirror(state) {
    return this.constants.n_states - 1 - state;
  }

  /** Whether up and down are treated alike. */
  fair(rule = this.rule) {
    return rule.every((up, state) => up !== rule[this.mirror(state)]);
  }

  /** Take a rule; one that takes sides lets go of the symmetry. */
  take(rule) {
    this.figure.set({ symmetric: this.symmetric && this.fair(rule), rule });
  }

  press(place) {
    this.figure.set({ state: place + 1 });
    this.flip();
  }

  get chosen() {
    return this.tiles.order[this.state - 1];
  }

  flip() {
    const rule = [...this.rule];
    rule[this.chosen] = 1 - rule[this.chosen];
    if (this.symmetric) rule[this.mirror(this.chosen)] = 1 - rule[this.chosen];
    this.figure.set({ rule });
  }

  majority() {
    this.take(this.constants.rules.majority);
  }

  ties_up() {
    this.take(this.constants.rules["ties up"]);
  }

  decimation() {
    this.take(this.constants.rules.decimation);
  }

  random() {
    this.take(this.lab.random(this.symmetric));
  }

  choose() {
    this.take(this.symmetric ? this.lab.bestSymmetric() : this.lab.best);
  }

  /** The symmetry is put back by the first of each two mirror images, in which the last spin is up. */
  changed(trait) {
    if (trait === "symmetric" && this.symmetric && !this.fair()) {
      const half = this.constants.n_states / 2;
      const rule = this.rule.map((up, state) => (state < half ? up : 1 - this.rule[this.mirror(state)]));
      this.figure.set({ rule });
    }
    if (trait === "rule") this.begin();
  }

  // -------------------------------------------------------------- lattice

  step() {
    this.lattice.heatBath();
    return 1;
  }

  reset() {
    this.lattice.restore(this.first, this.model.get("seed_words"));
  }

  // -------------------------------------------------------------- picture

  draw() {
    this.tiles.draw(this.rule, this.state - 1);
    this.bar.draw(this.now);
    for (const [k, picture] of this.lab.pictures(this.rule).entries()) {
      this.paint(this.views[k], picture);
      write(this.views[k].label, `b = ${2 ** k}: \u27e8m\u27e9 = ${number(this.now.means[k], 2)}`);
    }
  }

  textOf(trait, value) {
    return trait === "state" ? `${value}: ${this.rule[this.tiles.order[value - 1]] ? "up" : "down"}` : undefined;
  }

  read() {
    const { kept, majority, best, all } = this.now;
    return {
      kept: number(kept, 4),
      majority: number(majority, 4),
      best: number(best, 4),
      all: `${number(all, 4)} nats`,
    };
  }

  say() {
    return `${this.compare()} ${this.sides()}`;
  }

  compare() {
    const { kept, majority, best } = this.now;
    const gain = kept - majority;
    if (kept < SAME) return "It keeps nothing.";
    if (Math.abs(gain) < SAME) return "It keeps as much as the majority.";
    if (gain < 0) return `It keeps ${number(-gain, 4)} nats less than the majority.`;
    const most = best - kept < SAME ? "; no rule keeps more" : "";
    return `\u2713 It keeps ${number(gain, 4)} nats more than the majority${most}.`;
  }

  sides() {
    if (this.fair()) return "It treats up and down alike, and \u27e8m\u27e9 stays zero.";
    return `It takes sides: after three steps \u27e8m\u27e9 = ${number(this.now.means.at(-1), 2)}.`;
  }

  report() {
    const { kept, majority, best, means } = this.now;
    return { information: kept, majority_information: majority, best_information: best, magnetizations: means };
  }

  words() {
    const { kept, majority, best, all } = this.read();
    const { L, words } = this.constants;
    const ups = this.rule.filter((up) => up).length;
    const means = this.now.means.map((m) => number(m, 2)).join(", ");
    const becomes = `${words[this.chosen]} becomes ${this.rule[this.chosen] ? "up" : "down"}`;
    return (
      `A rule for blocks of 2 by 2 spins: ${ups} of the 16 states become up. The chosen one, ${becomes}. The block ` +
      `spin keeps ${kept} of ${all} about the surroundings, the majority ${majority}, the best of all rules ${best}. ` +
      `A critical lattice of ${L} by ${L} spins after 0 to 3 steps of the rule; mean spins ${means}. ${this.say()}`
    );
  }
}

export default widget(RuleScene, ising, kernels, grouping);
