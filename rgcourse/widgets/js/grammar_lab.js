// Sentences of a grammar, and a learner that undoes it: pairs become groups, level by level.

import kernels from "../grammar.wasm";
import { element, number } from "./dom.js";
import { widget } from "./figure.js";
import { ParseTree, RIGHT } from "./parse_tree.js";
import { SteppedScene } from "./scene.js";

const S = 2; // symbols in a pair
const NAMES = { label: "the label", raw: "the raw text of the neighbour", coarse: "the neighbour's own groups" };
const TICK = "\u2713";
const BLINK = 40; // milliseconds of grouping before the page may do something else
const IN_A_FRAME = 6; // milliseconds of it while the clock runs

class GrammarScene extends SteppedScene {
  frames = 24; // of the clock for one level

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.rooms = {};
    this.tried = new Map();
    this.tree = new ParseTree(this);
    this.build(element("div", {}, this.tree.canvas, this.curve.root));
  }

  /** Memory for so many numbers, the same as long as it is large enough. */
  room(name, type, length) {
    if (!(this.rooms[name]?.length >= length))
      this.rooms[name] = { length, address: this.kernels.allocate(type, length) };
    return this.rooms[name].address;
  }

  read32(address, length) {
    return Array.from(this.kernels.view("int32", address, length));
  }

  // ---------------------------------------------------------------- physics

  /** How many levels this learner can undo: at the top there is no neighbour. */
  get height() {
    return this.learner === "label" ? this.L : this.L - 1;
  }

  get done() {
    return this.levels.length >= this.height;
  }

  begin(P = this.P) {
    super.begin();
    this.sample(P);
    this.learnOn();
  }

  /** The grammar's rules, and the first sentences that belong to it. */
  sample(P) {
    const { kernels, m, L, constants } = this;
    const { v } = constants;
    this.state = this.room("state", "uint32", 8);
    kernels.view("uint32", this.state, 8).set(this.model.get("seed_words")[this.grammar]);
    const deck = this.room("deck", "int32", v * v);
    this.rules = Array.from({ length: L }, (_, l) => this.room(`rules ${l}`, "int32", v * v * S));
    for (const rules of this.rules) kernels.draw_rules(v, m, S, v, deck, rules, this.state);
    this.useSymbols();
    this.write(P);
    this.first = true;
  }

  /** Group level after level. What takes longer than a blink goes on by and by. */
  learnOn() {
    clearTimeout(this.later);
    if (!this.work(BLINK) || this.figure.gone) return;
    this.later = setTimeout(() => {
      this.learnOn();
      this.figure.refresh();
    });
  }

  /** Group for some milliseconds, until so many levels are done; whether there is more to do. */
  work(milliseconds, levels = this.height) {
    const started = performance.now();
    while (this.levels.length < levels && performance.now() - started < milliseconds) this.learning.next();
    return this.levels.length < levels;
  }

  /** How often each symbol of each level occurs. */
  useSymbols() {
    const { kernels, m, L, constants } = this;
    const { v } = constants;
    this.uses = Array.from({ length: L + 1 }, (_, l) => this.room(`use ${l}`, "float64", v));
    kernels.view("float64", this.uses[0], v).fill(1 / v);
    for (let l = 0; l < L; l++) kernels.use_symbols(v, m, S, v, this.rules[l], this.uses[l], this.uses[l + 1]);
  }

  /** P sentences, of which the first is shown. Labels are written as if by one symbol above them. */
  write(P) {
    const { kernels, m, L, constants, state } = this;
    const { v } = constants;
    const [alphabet, labels] = [this.room("alphabet", "int32", v), this.room("labels", "int32", P)];
    let [above, below] = ["above", "below"].map((name) => this.room(name, "int32", P << L));
    kernels.view("int32", alphabet, v).set(Array.from({ length: v }, (_, a) => a));
    kernels.view("int32", above, P).fill(0);
    kernels.write_level(P, v, 1, alphabet, above, labels, state);
    kernels.view("int32", above, P).set(kernels.view("int32", labels, P));
    this.sentence = [this.read32(above, 1)];
    for (let l = 0; l < L; l++) {
      kernels.write_level(P << l, m, S, this.rules[l], above, below, state);
      this.sentence.push(this.read32(below, S << l));
      [above, below] = [below, above];
    }
    Object.assign(this, { size: P, labels, names: above, levels: [], learning: this.learn() });
  }

  /** Undo level after level, with a rest after each start of a grouping. */
  *learn() {
    while (!this.done) yield* this.learnLevel();
  }

  /** Group the pairs of one level more, put their groups in their place, and score them. */
  *learnLevel() {
    const { kernels, size, L, names, constants } = this;
    const { v } = constants;
    const depth = this.levels.length;
    const places = 1 << (L - 1 - depth);
    const n = size * places;
    const tuples = this.room(depth || this.learner !== "raw" ? "tuples" : "raw", "int32", n);
    kernels.number_tuples(n, S, v, names, tuples);
    const columns = this.count(n, places, depth, tuples);
    const groups = yield* this.group(columns);
    kernels.group_tuples(n, groups, tuples, names);
    this.levels.push({ ...this.score(depth, groups), names: this.read32(names, places) });
    if (this.done) this.note();
    yield;
  }

  /** The table of what pairs say, in memory; the number of its columns. */
  count(n, places, depth, tuples) {
    const { kernels, size, labels, constants } = this;
    const { v } = constants;
    const shown = this.learner === "raw" ? 1 << depth : 1; // pairs that the neighbour shows
    const columns = this.learner === "label" ? places * v : S * (S - 1) * shown * v * v;
    const counts = this.room("counts", "float64", v * v * columns);
    kernels.view("float64", counts, v * v * columns).fill(0);
    if (this.learner === "label") kernels.count_labels(size, places, v, tuples, labels, counts);
    else {
      const context = shown > 1 ? this.rooms.raw.address : tuples;
      kernels.count_neighbours(n, S, v * v, shown, tuples, context, counts);
    }
    return columns;
  }

  /** Groups of the pairs that keep most of what the table says, in memory. */
  *group(columns) {
    const { kernels, rooms, state, constants } = this;
    const { v, restarts, least_gain } = constants;
    const n = v * v;
    const memory = this.room("memory", "float64", kernels.memory_length(n, columns, v));
    const [groups, labels, trial] = ["groups", "labels now", "trial"].map((name) => this.room(name, "int32", n));
    const table = kernels.view("float64", rooms.counts.address, n * columns);
    const total = table.reduce((a, b) => a + b);
    for (let i = 0; i < table.length; i++) table[i] /= total;
    let most = -1;
    for (let k = 0; k < restarts; k++) {
      if (k) yield;
      const kept = kernels.group_once(rooms.counts.address, n, columns, v, labels, trial, memory, state);
      if (kept <= most + least_gain) continue;
      most = kept;
      kernels.view("int32", groups, n).set(kernels.view("int32", labels, n));
    }
    return groups;
  }

  /** What the learner calls the symbols of a level, how right that is, and what it keeps. */
  score(depth, groups) {
    const { kernels, m, L, constants, rooms, rules, uses } = this;
    const { v } = constants;
    const width = v * (v + 1);
    const [above, match] = [this.room(`names ${depth + 1}`, "float64", width), this.room("match", "int32", v)];
    const work = [this.room("best", "float64", 1 << v), this.room("choice", "int32", 1 << v)];
    if (!depth) {
      const own = kernels.view("float64", this.room("names 0", "float64", width), width);
      own.forEach((_, i) => {
        own[i] = i % (v + 2) === 0 ? 1 : 0; // each symbol of the text is called by its own name
      });
    }
    const l = L - 1 - depth;
    kernels.name_symbols(v, v, m, S, rules[l], groups, v, rooms[`names ${depth}`].address, above);
    const right = kernels.match_names(v, v, uses[l], above, ...work, match);
    const kept = kernels.kept_share(v, v, uses[l], above);
    return { right, kept, match: this.read32(match, v) };
  }

  // ----------------------------------------------------------------- motion

  step() {
    clearTimeout(this.later);
    if (this.done) {
      this.write(this.P); // fresh sentences of the same grammar
      this.aim = 0;
      this.first = false;
    }
    const share = super.step();
    this.work(this.whole ? Infinity : IN_A_FRAME, this.aim);
    return share;
  }

  advance() {
    this.aim = this.levels.length + 1;
  }

  changed(trait) {
    if (trait === "running") return;
    if (trait !== "P") this.tried.clear();
    this.begin();
  }

  reset() {
    this.tried.clear();
    this.begin();
  }

  new_grammar() {
    this.figure.set({ grammar: (this.grammar + 1) % this.model.get("seed_words").length });
  }

  /** Keep how right every level was at this number of sentences. */
  note() {
    if (this.first && this.tried.has(this.size)) return; // the same sentences again
    const old = this.tried.get(this.size) ?? { n: 0, all: 0, right: this.levels.map(() => 0) };
    const right = old.right.map((sum, depth) => sum + this.levels[depth].right);
    this.tried.set(this.size, { n: old.n + 1, all: old.all + (this.undone === this.height), right });
  }

  /** On paper every number of sentences has been tried. */
  exhibit() {
    clearTimeout(this.later);
    for (const P of [...this.figure.sliders[0].stops, this.P]) {
      this.sample(P);
      this.work(Infinity);
    }
  }

  get undone() {
    return this.levels.filter(({ right }) => right > RIGHT).length;
  }

  /** Sentences that the label costs, and one level by way of the coarse neighbour, by the formulas. */
  get star() {
    return this.constants.stars[this.m][this.L];
  }

  get price() {
    return this.constants.prices[this.m];
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.tree.draw();
    this.drawCurve();
  }

  drawCurve() {
    const { curve, star, price, learner, tried, height } = this;
    curve.begin();
    const line = (P, words, y) => {
      if (P > curve.x.high) return;
      curve.vertical(P, { colour: "critical", width: 1, dash: [4, 4] });
      const late = curve.x.share(P) > 0.8;
      curve.text(P, y, words, { colour: "critical", align: late ? "right" : "left", dx: late ? -4 : 4, dy: 4 });
    };
    if (learner === "coarse" && price) line(price, "v\u00b2m\u00b3/(v \u2212 m)", 0.06);
    line(star, "P*", 0.16);
    const points = [...tried.entries()].sort(([a], [b]) => a - b);
    for (let depth = 0; depth < height; depth++) {
      const top = depth === height - 1;
      const means = points.map(([P, { n, right }]) => [P, right[depth] / n]);
      curve.line(means, { colour: top ? "ink" : "ctrl", width: top ? 2 : 1 });
      if (top) for (const [P, mean] of means) curve.dot(P, mean, { colour: "ink", radius: 2.5 });
    }
    const now = tried.get(this.size);
    if (now) curve.clip(() => curve.dot(this.size, now.right[height - 1] / now.n, { radius: 6 }));
  }

  // ------------------------------------------------------------------ words

  get top() {
    return this.done ? this.levels[this.height - 1].right : NaN;
  }

  read() {
    const ratio = this.P / this.star;
    return {
      star: `${this.star}`,
      ratio: ratio < 0.1 ? ratio.toPrecision(1) : number(ratio, 2),
      top: this.done ? number(this.top, 2) : "\u2026",
      undone: `${this.undone} of ${this.height}`,
    };
  }

  say() {
    const { n, all } = this.tried.get(this.P) ?? { n: 0, all: 0 };
    if (this.figure.running) return n ? `All levels undone in ${all} of ${n} samples.` : "";
    if (!this.done) return `${this.levels.length} of ${this.height} levels grouped.`;
    if (this.learner !== "label" && this.m === this.constants.v)
      return "Every pair is grammatical, all equally often: the neighbour says nothing.";
    const often = n > 1 ? ` In ${all} of ${n} samples all were.` : "";
    if (this.undone === this.height) return `${TICK} All levels that it asks about are undone.${often}`;
    const first = this.levels.findIndex(({ right }) => right <= RIGHT);
    return `Level ${first + 1} from the text is not undone: ${number(this.levels[first].right, 2)} right.${often}`;
  }

  report() {
    const [right, kept] = ["right", "kept"].map((key) => this.levels.map((level) => level[key]));
    return { right, kept, undone: this.undone, samples: this.tried.get(this.P)?.n ?? 0 };
  }

  words() {
    const right = this.levels.map((level) => number(level.right, 2)).join(", ");
    return (
      `Tree of a sentence with m = ${this.m} synonyms and L = ${this.L} levels, from P = ${this.P} sentences, ` +
      `which is ${this.read().ratio} P*, with pairs grouped by ${NAMES[this.learner]}. Called right, ` +
      `from the text up: ${right || "nothing yet"}. ${this.say()}`
    );
  }
}

export default widget(GrammarScene, kernels);
