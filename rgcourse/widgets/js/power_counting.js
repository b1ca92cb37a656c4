// Which terms of a field grow: a board to be sorted, and a sampled field whose coupling is measured.

import kernels from "../fields.wasm";
import { interpolate } from "./curves.js";
import { clamp, number, withError } from "./dom.js";
import { Far, fittedPower } from "./far.js";
import { widget } from "./figure.js";
import { Scene } from "./scene.js";
import { otherWords } from "./zoomed.js";

const SLIGHT = 1e-9; // exponents smaller than this are zero
const SURE = 0.1; // error of an exponent that is worth a sentence
const WORK = 2048; // sites of one helping of sweeps
const SHOWN_SWEEPS = 3000; // of each lattice, in the still image
const TINT = { relevant: ["ink", 0.3], marginal: ["critical", 0.4], irrelevant: ["rule", 0.35] };
const FARTHEST = 8; // of the sides
const SIGN = { relevant: "grows", marginal: "keeps its size", irrelevant: "fades" };

const kind = (y) => (Math.abs(y) < SLIGHT ? "marginal" : y > 0 ? "relevant" : "irrelevant");

class CountingScene extends Scene {
  updates = 200;
  stays = ["d", "start", "term", "shown"];

  constructor(model, kernels) {
    super(model);
    const { terms, gradients, one_site } = this.constants;
    this.terms = terms.map(([name, ...powers]) => ({ name, powers }));
    this.kernels = this.withMemory(kernels);
    this.one_site = [0, 1].map((i) => one_site.map((pair) => pair[i]));
    this.board.y.marks = () => gradients.map((p) => [p, `${p}`]);
    this.board.x.marks = () => Array.from({ length: 8 }, (_, i) => [i + 1, `${i + 1}`]);
    this.growth.x.marks = () => [1, 2, 4, 8].map((b) => [b, `${b}`]);
    this.nameRatios(this.growth.y);
  }

  /** On an axis of less than two decades the powers of two are named. */
  nameRatios(axis) {
    const decades = axis.marks.bind(axis);
    const inside = (x) => x > axis.low && x < axis.high;
    const twos = () => [0.5, 1, 2, 4, 8, 16].filter(inside).map((x) => [x, `${x}`]);
    axis.marks = (count) => (axis.high / axis.low < 100 ? twos() : decades(count));
  }

  /** Memory of each lattice that has been sampled, to be used again. */
  withMemory(kernels) {
    const kept = {};
    kernels.memoryOf = (sites, d) => {
      kept[`${sites} ${d}`] ??= {
        field: kernels.allocate("float64", sites),
        neighbours: kernels.allocate("int32", 2 * d * sites),
        state: kernels.allocate("uint32", 8),
        sums: kernels.allocate("float64", 3),
      };
      return kept[`${sites} ${d}`];
    };
    return kernels;
  }

  begin() {
    this.clear();
  }

  reset() {
    this.clear();
    this.figure.set({ marked: [] });
  }

  /** Sampling starts anew, in whole dimensions; elsewhere there is no lattice. */
  clear() {
    const { kernels, d, u } = this;
    const { shifts, warm_up: warmUp, steps } = this.constants;
    let words = this.model.get("seed_words");
    this.fields = (shifts[d] ?? []).map(([b, shift]) => {
      words = otherWords(words);
      return new Far(kernels, { b, d, u, r: -u * shift, seedWords: words, warmUp, steps });
    });
    this.measure();
  }

  changed(trait) {
    if (trait === "d" || trait === "start") this.clear();
    const covered = trait === "shown" && !this.shown;
    if (trait === "d" || covered) this.figure.set({ marked: [] }); // a round is one of its dimension
  }

  /** The coupling at the start. */
  get u() {
    return 2 ** this.start;
  }

  // ---------------------------------------------------------------- sampling

  /** A helping of sweeps for the lattice that has had least work. */
  step() {
    if (!this.fields.length) {
      this.figure.set({ running: false });
      return 0;
    }
    const many = this.figure.running ? 1 : 40;
    for (let k = 0; k < many; k++) {
      const next = this.fields.reduce((least, field) => (field.work < least.work ? field : least));
      next.go(Math.ceil(WORK / next.sites));
    }
    return many;
  }

  exhibit() {
    for (const field of this.fields) field.go(SHOWN_SWEEPS);
    this.measure();
  }

  /** The coupling of each lattice as one site, and the power that fits them. */
  measure() {
    const [kurtosis, size] = this.one_site;
    const of = (second, fourth) => {
      const ratio = fourth / second ** 2;
      return interpolate(kurtosis, size, Math.max(ratio, kurtosis[0])) / second ** 2;
    };
    this.found = this.fields.map((field) => [field.b, field.coupling(of)]).filter(([, coupling]) => coupling);
    const whole = this.found.length === this.fields.length && this.found.length > 0;
    this.power = whole ? fittedPower(this.found, this.u, this.counted) : undefined;
  }

  // ---------------------------------------------------------------- counting

  /** The exponent of a term in d dimensions. */
  exponent({ powers }) {
    return this.kernels.power_counting(this.d, ...powers);
  }

  get counted() {
    return this.kernels.power_counting(this.d, 4, 0);
  }

  get growing() {
    return this.terms.filter((term) => kind(this.exponent(term)) === "relevant");
  }

  isRight(term, marked) {
    return marked === (kind(this.exponent(term)) === "relevant");
  }

  /** How many of the terms are sorted right. */
  get right() {
    return this.terms.filter((term, i) => this.isRight(term, this.marked.includes(i + 1))).length;
  }

  get marked() {
    return this.model.get("marked");
  }

  mark() {
    this.turn(this.term);
  }

  /** Mark a term as growing, or take the mark away. */
  turn(number) {
    const others = this.marked.filter((k) => k !== number);
    const marked = others.length < this.marked.length ? others : [...others, number].sort((a, b) => a - b);
    this.figure.set({ marked });
    this.figure.refresh();
  }

  unavailable() {
    return [this.shown && "mark"];
  }

  /** A press on the board frames a cell, and marks it while the board is covered. */
  pointed(_, x, y, phase) {
    const { gradients } = this.constants;
    const n = clamp(Math.round(x), 1, 8);
    const p = gradients[clamp(Math.round(y / 2), 0, gradients.length - 1)];
    const number = 1 + this.terms.findIndex(({ powers }) => powers[0] === n && powers[1] === p);
    if (phase !== "down" || number === 0) return;
    this.figure.set({ term: number });
    if (!this.shown) this.turn(number);
  }

  // ----------------------------------------------------------------- picture

  draw() {
    this.drawBoard();
    this.measure();
    this.drawGrowth();
  }

  drawBoard() {
    const { board } = this;
    board.begin();
    for (const [i, term] of this.terms.entries()) this.drawCell(i + 1, term);
  }

  drawCell(number_of, term) {
    const { board, shown } = this;
    const { pen } = board;
    const [n, p] = term.powers;
    const [left, right] = [board.across(n - 0.46), board.across(n + 0.46)];
    const [top, bottom] = [board.up(p + 0.92), board.up(p - 0.92)];
    const y = this.exponent(term);
    const is = kind(y);
    const [tint, strength] = shown ? TINT[is] : ["bg", 1];
    Object.assign(pen, { globalAlpha: strength, fillStyle: this.colour(tint) });
    pen.fillRect(left, top, right - left, bottom - top);
    pen.globalAlpha = 1;
    const framed = number_of === this.term;
    Object.assign(pen, { strokeStyle: this.colour(framed ? "accent" : "rule"), lineWidth: framed ? 2.5 : 1 });
    pen.strokeRect(left, top, right - left, bottom - top);
    const marked = this.marked.includes(number_of);
    const write = (words, dy, colour) => board.text(n, p, words, { align: "center", dx: 0, dy, colour });
    if (!shown) {
      if (marked) write("↑", 4, "accent");
      return;
    }
    write(number(y, 2).replace(/\.?0+$/, ""), 0, is === "irrelevant" ? "muted" : "ink");
    if (this.marked.length)
      write(`${marked ? "↑" : ""}${this.isRight(term, marked) ? (marked ? "✓" : "") : "✗"}`, 16, "accent");
  }

  drawGrowth() {
    const { growth, u, shown, found, counted } = this;
    const end = FARTHEST ** counted;
    Object.assign(growth.y, { low: 0.4 * Math.min(1, end), high: 2.5 * Math.max(1, end) });
    growth.begin();
    growth.horizontal(1, { colour: "rule", width: 1 });
    if (shown) {
      growth.curve((b) => this.kernels.after_zoom(1, this.d, 4, 0, b), { low: 1, points: 2 });
      growth.text(2.6, 2.6 ** counted, "counted", { dy: -9, align: counted > 0 ? "right" : "left" });
    }
    growth.clip(() => {
      growth.dot(1, 1, { colour: "muted" });
      for (const [b, [value, error]] of found) this.drawFound(b, value / u, error / u);
    });
    const missing = this.fields.length ? "run, and lattices are sampled" : "no lattice has so many dimensions";
    if (!found.length) growth.text(3, 1, missing, { colour: "muted", align: "center", dy: 24 });
  }

  /** A dot with its bar, as far as that is above zero. */
  drawFound(b, value, error) {
    const { growth } = this;
    const bar = [value - error, value + error].map((x) => [b, Math.max(growth.y.low, x)]);
    growth.line(bar, { colour: "accent", width: 1.6 });
    if (value > growth.y.low) growth.dot(b, value);
  }

  // ------------------------------------------------------------------- words

  answered() {
    return this.shown && this.d === 3;
  }

  /** The sampled exponent with its error. */
  get measured() {
    const [y, error] = this.power;
    return withError(y, error, error < 0.0095 ? 3 : 2);
  }

  /** What the field says beside the count; three errors are needed for a contradiction. */
  judge() {
    if (!this.power || this.power[1] > SURE) return "";
    const { counted, measured } = this;
    const [y, error] = this.power;
    const said = `From u = ${this.u} the field has y = ${measured}`;
    if (Math.abs(y - counted) < 3 * error) return `${said}: as counted.`;
    if (counted === 0) return `✓ ${said}: where counting is silent, u ${y < 0 ? "fades" : "grows"}.`;
    return `${said}, counted ${number(counted, 2)}: what is left is of the next order in u.`;
  }

  say() {
    if (!this.fields.length && this.figure.running) return "Lattices have whole dimensions.";
    if (!this.shown) return this.marked.length ? "" : "Covered. Press the cells of the terms that grow.";
    const field = this.judge();
    if (field) return field;
    const even = this.growing.filter(({ powers }) => powers[0] % 2 === 0).map(({ name }) => name);
    const sorted = this.marked.length ? `${this.right} of ${this.terms.length} are sorted right. ` : "";
    const tick = this.right === this.terms.length ? "✓ " : "";
    return `${tick}${sorted}With the symmetry φ → −φ these grow: ${even.join(", ")}.`;
  }

  read() {
    const { shown, terms, growing, power } = this;
    return {
      sorted: shown && this.marked.length ? `${this.right} of ${terms.length}` : "–",
      grow: shown ? `${growing.length} of ${terms.length}` : "covered",
      counted: shown ? number(this.counted, 2) : "covered",
      sampled: power ? this.measured : "–",
    };
  }

  report() {
    const [y, error] = this.power ?? [0, 0];
    return { y, error };
  }

  words() {
    const { shown, term, terms, marked, power } = this;
    const { name } = terms[term - 1];
    const y = this.exponent(terms[term - 1]);
    const board = shown
      ? `${name} ${SIGN[kind(y)]}, y = ${number(y, 2)}; ${this.growing.map((t) => t.name).join(", ")} grow.`
      : `The board is covered; ${marked.map((k) => terms[k - 1].name).join(", ") || "nothing"} marked as growing.`;
    const field = power ? ` Sampled from u = ${this.u}: y = ${this.measured}.` : "";
    return `Terms of a field in d = ${number(this.d, 2)} dimensions. Framed: ${name}. ${board}${field}`;
  }
}

export default widget(CountingScene, kernels);
