// Sentences of a grammar, and a learner that undoes it: pairs become groups, level by level.

import kernels from "../grammar.wasm";
import { element, fitted, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const S = 2; // symbols in a pair
const ROW = 46; // pixels from one level to the next
const RIGHT = 1 - 1e-9; // of the symbols: all, but for rounding
const KINDS = ["cold", "hot", "critical", "ok"]; // of marks, each full and hollow
const NAMES = { label: "the label", raw: "the raw text of the neighbour", coarse: "the neighbour's own groups" };
const TICK = "\u2713";

class GrammarScene extends SteppedScene {
  frames = 24; // of the clock for one level

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.rooms = {};
    this.tried = new Map();
    this.tree = element("canvas", { class: "rgw-rows", "aria-hidden": "true" });
    this.build(element("div", {}, this.tree, this.curve.root));
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

  /** The grammar's rules and the first sentences that belong to it, learnt from at once. */
  begin(P = this.P) {
    super.begin();
    const { kernels, m, L, constants } = this;
    const { v } = constants;
    this.state = this.room("state", "uint32", 8);
    kernels.view("uint32", this.state, 8).set(this.model.get("seed_words")[this.grammar]);
    const deck = this.room("deck", "int32", v * v);
    this.rules = Array.from({ length: L }, (_, l) => this.room(`rules ${l}`, "int32", v * v * S));
    for (const rules of this.rules) kernels.draw_rules(v, m, S, v, deck, rules, this.state);
    this.useSymbols();
    this.write(P);
    while (!this.done) this.learnLevel();
    if (!this.tried.has(P)) this.note();
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
    Object.assign(this, { size: P, labels, names: above, levels: [] });
  }

  /** Group the pairs of one level more, put their groups in their place, and score them. */
  learnLevel() {
    const { kernels, size, L, names, constants } = this;
    const { v } = constants;
    const depth = this.levels.length;
    const places = 1 << (L - 1 - depth);
    const n = size * places;
    const tuples = this.room(depth || this.learner !== "raw" ? "tuples" : "raw", "int32", n);
    kernels.number_tuples(n, S, v, names, tuples);
    const columns = this.count(n, places, depth, tuples);
    const groups = this.group(columns, depth);
    kernels.group_tuples(n, groups, tuples, names);
    this.levels.push({ ...this.score(depth, groups), names: this.read32(names, places) });
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
  group(columns, depth) {
    throw new Error(`not yet ${columns} ${depth}`);
  }

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
    if (this.done) this.write(this.P); // fresh sentences of the same grammar
    return super.step();
  }

  advance() {
    this.learnLevel();
    if (this.done) this.note();
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
    const old = this.tried.get(this.size) ?? { n: 0, all: 0, right: this.levels.map(() => 0) };
    const right = old.right.map((sum, depth) => sum + this.levels[depth].right);
    this.tried.set(this.size, { n: old.n + 1, all: old.all + (this.undone === this.height), right });
  }

  /** On paper every number of sentences has been tried. */
  exhibit() {
    for (const P of this.figure.sliders[0].stops) this.begin(P);
    this.begin();
  }

  get undone() {
    return this.levels.filter(({ right }) => right > RIGHT).length;
  }

  get star() {
    return this.constants.v * this.m ** this.L;
  }

  /** Sentences that one level costs a learner that asks the coarse neighbour. */
  get price() {
    const { m } = this;
    const { v } = this.constants;
    return m < v ? (v * v * m ** 3) / (v - m) : Infinity;
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawTree();
    this.drawCurve();
  }

  drawTree() {
    const { tree, L, sentence } = this;
    tree.style.height = `${(L + 1) * ROW}px`;
    const { width, pen } = fitted(tree);
    const margin = width < 520 ? 62 : 150;
    const place = (l, i) => [((i + 0.5) * (width - margin)) / (1 << l), (l + 0.5) * ROW];
    for (let l = 0; l < L; l++) sentence[l].forEach((symbol, i) => this.drawPair(pen, l, i, symbol, place));
    const room = (width - margin) / (1 << L);
    pen.textAlign = "center";
    sentence[L].forEach((symbol, i) => {
      const [x, y] = place(L, i);
      pen.fillStyle = this.colour("ink");
      if (room > 9) pen.fillText("abcdefgh"[symbol], x, y + 4);
      else pen.fillRect(x - 0.5, y - 4, Math.max(1, room / 3), 8);
    });
    for (let l = 0; l <= L; l++) this.drawScore(pen, l, width - margin + 10, (l + 0.5) * ROW, margin > 100);
  }

  /** The level of symbols l as it was learnt, if it was. */
  level(l) {
    return this.levels[this.L - 1 - l];
  }

  /** A symbol, the lines to its pair, and what the learner calls it. */
  drawPair(pen, l, i, symbol, place) {
    const [x, y] = place(l, i);
    const level = this.level(l);
    const name = level ? level.names[i] : -1;
    const called = name < 0 ? -1 : level.match[name];
    const colour = this.colour(called < 0 ? "ctrl" : KINDS[called % 4]);
    const radius = Math.min(11, 0.42 * (place(l, 1)[0] - place(l, 0)[0]));
    Object.assign(pen, { strokeStyle: colour, fillStyle: colour, lineWidth: called < 0 ? 1 : 1.5 });
    for (const child of [2 * i, 2 * i + 1]) {
      const [below, end] = place(l + 1, child);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(below, end - 9);
      pen.stroke();
    }
    const hollow = called < 0 || called >= 4;
    pen.beginPath();
    pen.arc(x, y, called < 0 ? Math.min(radius, 4) : radius, 0, 2 * Math.PI);
    pen.fillStyle = hollow ? this.colour("surface") : colour;
    pen.fill();
    pen.stroke();
    if (called < 0) return;
    if (radius > 7) {
      pen.fillStyle = hollow ? colour : this.colour("surface");
      pen.textAlign = "center";
      pen.fillText("ABCDEFGH"[called], x, y + 4);
    }
    if (called !== symbol) this.drawCross(pen, x, y, radius);
  }

  drawCross(pen, x, y, radius) {
    Object.assign(pen, { strokeStyle: this.colour("ink"), lineWidth: 1.5 });
    pen.beginPath();
    for (const turn of [1, -1]) {
      pen.moveTo(x - radius, y - turn * radius);
      pen.lineTo(x + radius, y + turn * radius);
    }
    pen.stroke();
  }

  /** How right a level is: a share, a tick, and a bar for the information kept. */
  drawScore(pen, l, x, y, wide) {
    const level = this.level(l);
    Object.assign(pen, { textAlign: "left", fillStyle: this.colour("muted") });
    if (l === this.L) pen.fillText(wide ? "text" : "text", x, y + 4);
    else if (!level) pen.fillText(this.L - l > this.height ? "not asked" : "\u2026", x, y + 4);
    else {
      const ticked = level.right > RIGHT;
      pen.fillStyle = this.colour(ticked ? "ok" : "ink");
      pen.fillText(`${number(level.right, 2)}${ticked ? ` ${TICK}` : ""}`, x, y - 2);
      const length = wide ? 110 : 46;
      Object.assign(pen, { strokeStyle: this.colour("ctrl"), lineWidth: 1, fillStyle: this.colour("ink") });
      pen.strokeRect(x + 0.5, y + 5.5, length, 6);
      pen.fillRect(x, y + 5, length * level.kept, 7);
    }
  }

  drawCurve() {
    const { curve, star, price, learner, tried, height } = this;
    curve.begin();
    const line = (P, words, y) => {
      if (P > curve.x.high) return;
      curve.vertical(P, { colour: "critical", width: 1, dash: [4, 4] });
      curve.text(P, y, words, { colour: "critical", dx: 4, dy: 4 });
    };
    if (learner === "coarse") line(price, "v\u00b2m\u00b3/(v \u2212 m)", 0.06);
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
      `Tree of a sentence with m = ${this.m} synonyms and L = ${this.L} levels, undone from P = ${this.P} sentences, ` +
      `which is ${this.read().ratio} P*, with groups chosen by ${NAMES[this.learner]}. Share of symbols called right, ` +
      `from the text up: ${right || "nothing yet"}. ${this.say()}`
    );
  }
}

export default widget(GrammarScene, kernels);
