// A text coloured by a function of its words: shuffle it in parts, and see what is left of C(d).

import kernels from "../words.wasm";
import { clamp, element, fromBase64, number, withError } from "./dom.js";
import { widget } from "./figure.js";
import { mixed } from "./lattice.js";
import { Prose } from "./prose.js";
import { SteppedScene } from "./scene.js";

const FRAMES = 12; // of the clock for one word
const STRONG = 4; // half standard deviations: from there on a word has its full colour
const CUT = 2; // half standard deviations: from there on it is heavy or slanted
const SEEN = 3; // errors
const BELOW = 0.8; // of the lowest value drawn: bands end there

class ReachScene extends SteppedScene {
  frames = FRAMES;

  constructor(model, kernels) {
    super(model);
    const { distances, step } = this.constants;
    this.kernels = kernels;
    this.vocabulary = model.get("words").split(" ");
    const ids = this.unpacked(model.get("ids"));
    const bytes = fromBase64(model.get("functions"), Int8Array);
    const last = bytes.length / 3 - 1; // row of all words without functions of their own
    this.values = [0, 1, 2].map((k) => this.vocabulary.map((_, w) => step * bytes[3 * Math.min(w, last) + k]));
    this.n = ids.length;
    this.starts = [0];
    for (const length of this.unpacked(model.get("lengths"))) this.starts.push(this.starts.at(-1) + length);
    this.starts.pop(); // the end of the text
    const [n, m] = [this.n, distances.length];
    const whole = { written: n, shown: n, starts: n, pieces: n, first: this.vocabulary.length + 1, followers: n };
    const sizes = { values: this.vocabulary.length, sums: n + 1, result: 2 * m };
    this.buffers = { state: kernels.allocate("uint32", 8) };
    for (const [k, size] of Object.entries({ ...whole, lowest: m, highest: m }))
      this.buffers[k] = kernels.allocate("int32", size);
    for (const [k, size] of Object.entries(sizes)) this.buffers[k] = kernels.allocate("float64", size);
    this.whole("written", n).set(ids);
    this.whole("lowest", m).set(this.constants.lowest);
    this.whole("highest", m).set(this.constants.highest);
    this.prose = new Prose((at) => this.figure.set({ at: Math.min(at, this.furthest) }));
    this.parts.push(this.prose);
    this.key = element("span", { class: "rgw-label" });
    this.build(element("div", {}, this.key, this.prose.root, this.strip.root), this.decay.root);
    this.reset();
  }

  whole(name, length) {
    return this.kernels.view("int32", this.buffers[name], length);
  }

  /** The numbers that `packed` in rgcourse/widgets/word_reach.py has written. */
  unpacked(text) {
    const { short } = this.constants;
    const [bytes, numbers] = [fromBase64(text), []];
    for (let i = 0; i < bytes.length; i++)
      numbers.push(bytes[i] < short ? bytes[i] : short + 256 * (bytes[i] - short) + bytes[++i]);
    return numbers;
  }

  /** The number of the distance. */
  get notch() {
    return this.constants.distances.indexOf(this.d);
  }

  /** The last word that has another at the largest distance. */
  get furthest() {
    return this.n - this.constants.distances.at(-1) - 1;
  }

  // ------------------------------------------------------------------ orders

  /** The text anew in the order that is asked for. */
  rearrange() {
    const { kernels, buffers, n, order } = this;
    this.version = (this.version ?? 0) + 1;
    this.sentences = order === "as written" ? this.starts : [];
    if (order === "as written") this.whole("shown", n).set(this.whole("written", n));
    else if (order === "Markov") {
      const { written, first, followers, shown, state } = buffers;
      kernels.walk_markov(written, n, this.vocabulary.length, first, followers, n, shown, state);
    } else {
      const length = order === "pieces" ? this.constants.piece : 1;
      const equal = () => Array.from({ length: Math.ceil(n / length) }, (_, k) => k * length);
      const starts = order === "sentences" ? this.starts : equal();
      this.whole("starts", starts.length).set(starts);
      const { written, pieces, shown, state } = buffers;
      kernels.reorder_pieces(written, n, buffers.starts, starts.length, pieces, shown, state);
      if (order === "sentences") this.sentences = this.joined(starts);
    }
  }

  /** Where the pieces start that were put together in a new order. */
  joined(starts) {
    let place = 0;
    return Array.from(this.whole("pieces", starts.length), (piece) => {
      place += (starts[piece + 1] ?? this.n) - starts[piece];
      return place - ((starts[piece + 1] ?? this.n) - starts[piece]);
    });
  }

  /** Another text of the same kind, if it is of that kind already. */
  take(order) {
    if (order !== this.order) return this.figure.set({ order });
    this.rearrange();
    return this.figure.refresh();
  }

  as_written() {
    this.take("as written");
  }

  shuffle_words() {
    this.take("words");
  }

  shuffle_pieces() {
    this.take("pieces");
  }

  shuffle_sentences() {
    this.take("sentences");
  }

  markov() {
    this.take("Markov");
  }

  unavailable() {
    return this.order === "as written" ? ["as_written"] : [];
  }

  changed(trait) {
    if (trait === "order") this.rearrange();
  }

  reset() {
    this.begin();
    this.kernels.view("uint32", this.buffers.state, 8).set(this.model.get("seed_words"));
    this.rearrange();
  }

  /** Read on. */
  advance() {
    this.figure.set({ at: this.at < this.furthest ? this.at + 1 : 0 });
  }

  // ------------------------------------------------------------------- C(d)

  /** [C, error] at all distances of the text "shown" or "written". */
  measure(text) {
    const { kernels, buffers, n, constants } = this;
    const m = constants.distances.length;
    kernels.view("float64", buffers.values, this.vocabulary.length).set(this.values[this.function - 1]);
    const { values, lowest, highest, sums, result } = buffers;
    kernels.correlate_near(buffers[text], n, values, lowest, highest, m, constants.blocks, sums, result);
    const found = kernels.view("float64", result, 2 * m);
    return Array.from({ length: m }, (_, k) => [found[2 * k], found[2 * k + 1]]);
  }

  get written() {
    return this.kept("written", this.function, () => this.measure("written"));
  }

  /** C(d), and the function's means along the text. */
  get shown() {
    return this.kept("shown", `${this.function} ${this.version}`, () => {
      const curve = this.measure("shown"); // leaves the running sums
      const [size, sums] = [this.constants.smoothed, this.kernels.view("float64", this.buffers.sums, this.n + 1)];
      const count = Math.floor(this.n / size);
      const means = Array.from({ length: count }, (_, k) => (sums[(k + 1) * size] - sums[k * size]) / size);
      const ids = this.whole("shown", this.n);
      const f = this.values[this.function - 1];
      const square = ids.reduce((sum, id) => sum + f[id] ** 2, 0) / this.n;
      const mean = ids.reduce((sum, id) => sum + f[id], 0) / this.n;
      return { curve, means, mean, deviation: Math.sqrt(square - mean ** 2) };
    });
  }

  /** The function at a word of the text, less its mean, in standard deviations. */
  valueAt(place) {
    const { mean, deviation } = this.shown;
    return (this.values[this.function - 1][this.whole("shown", this.n)[place]] - mean) / deviation;
  }

  /** The largest distance to which all C are above so many errors; 0 if none is. */
  reachOf(curve) {
    const lost = curve.findIndex(([C, error]) => C < SEEN * error);
    return lost < 0 ? this.constants.distances.at(-1) : (this.constants.distances[lost - 1] ?? 0);
  }

  // ----------------------------------------------------------------- picture

  /** Colours of words, from blue to red. */
  recolour(colour) {
    super.recolour(colour);
    this.forget();
    const css = (pixel) => `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
    this.shades = Array.from({ length: 2 * STRONG + 1 }, (_, k) => {
      const end = this.pixel(k < STRONG ? "cold" : "hot");
      return css(mixed(this.pixel("ink"), end, Math.abs(k - STRONG) / STRONG));
    });
  }

  /** The text as `Prose` takes it. */
  get text() {
    const ids = this.whole("shown", this.n);
    const levels = this.values[this.function - 1].map((f) => clamp(Math.round(2 * f), -STRONG, STRONG));
    const starts = new Set(this.sentences);
    const label = (i) => {
      const word = this.vocabulary[ids[i]];
      const begun = starts.has(i) ? word[0].toUpperCase() + word.slice(1) : word;
      return starts.has(i + 1) ? `${begun}.` : begun;
    };
    const cut = (i) => (levels[ids[i]] >= CUT ? 1 : levels[ids[i]] <= -CUT ? 2 : 0);
    return { length: this.n, label, cut, colour: (i) => this.shades[levels[ids[i]] + STRONG] };
  }

  resize() {
    super.resize();
    this.forget();
  }

  forget() {
    for (const name of ["text", "picture"]) delete this.drawn?.[name];
  }

  /** The picture, where it is not there already: while the text is read, few frames change it. */
  draw() {
    this.kept("picture", `${this.function} ${this.version} ${this.d} ${this.at}`, () => this.drawAnew());
  }

  drawAnew() {
    const { prose, at, d } = this;
    const text = this.kept("text", `${this.function} ${this.version}`, () => this.text);
    const [x, y] = [at, at + d].map((place) => this.valueAt(place));
    const later = d === 1 ? "the next word" : `${d} words later`;
    prose.begin();
    const from = prose.open(0, `word ${at}: x = ${number(x, 2)}`, at, text);
    const heading = `${later}: x = ${number(y, 2)}, product ${number(x * y, 2)}`;
    const to = prose.open(1, heading, at + d, text);
    prose.arc(from, to);
    const [high, low] = this.constants.ends[this.function - 1];
    this.key.replaceChildren(
      element("b", { class: "rgw-hot" }, `high: ${high.join(", ")}`),
      element("br"),
      element("i", { class: "rgw-cold" }, `low: ${low.join(", ")}`),
    );
    this.drawStrip();
    this.drawDecay();
  }

  drawStrip() {
    const { strip, at, d, shown, constants } = this;
    strip.begin();
    const band = (2 * shown.deviation) / Math.sqrt(constants.smoothed);
    for (const y of [-band, 0, band]) strip.horizontal(y, { colour: "ctrl", width: 1, dash: y ? [4, 3] : [] });
    shown.means.forEach((y, k) => {
      const x = (k + 0.5) * constants.smoothed;
      const bar = [
        [x, 0],
        [x, y],
      ];
      strip.line(bar, { colour: y > 0 ? "hot" : "cold", width: 1.5 });
    });
    for (const x of [at, at + d]) strip.vertical(x, { colour: "accent", width: 1.5 });
  }

  drawDecay() {
    const { decay, written, shown, order, notch, d, constants } = this;
    decay.begin();
    decay.vertical(d, { colour: "rule", width: 1 });
    const corpus = constants.corpus[this.function - 1].map((C) => [C, 0]);
    this.curve(corpus, "muted", { dash: [2, 3], width: 1.3 });
    this.band(written, "ink");
    this.curve(written, "ink", { width: 1.8 }, 3);
    if (order !== "as written") {
      this.band(shown.curve, "hot");
      this.curve(shown.curve, "hot", { width: 1.8, dash: [6, 4] }, 3);
    }
    const [C, error] = shown.curve[notch];
    if (C > error) decay.clip(() => decay.dot(d, C, { radius: 5 }));
    const corner = [decay.x.high, decay.y.high];
    decay.text(...corner, "as written", { align: "right", dx: -4, dy: 12 });
    if (order !== "as written")
      decay.text(...corner, constants.orders[order], { colour: "hot", align: "right", dx: -4, dy: 29 });
  }

  /** Points that are above their errors, joined where they are neighbours. */
  curve(values, colour, line, radius = 0) {
    const { decay, constants } = this;
    const points = values.map(([C, error], k) => (C > Math.max(error, 0) ? [constants.distances[k], C] : undefined));
    points.forEach((point, k) => {
      if (point && points[k - 1]) decay.line([points[k - 1], point], { colour, ...line });
    });
    if (!radius) return;
    decay.clip(() => {
      for (const point of points.filter(Boolean)) decay.dot(...point, { colour, radius });
    });
  }

  /** The range of one error around C, as far down as the plot goes. */
  band(values, colour) {
    const { decay, constants } = this;
    const { pen } = decay;
    const edge = (sign) =>
      values.map(([C, error], k) => [
        decay.across(constants.distances[k]),
        decay.up(Math.max(C + sign * error, BELOW * decay.y.low)),
      ]);
    decay.clip(() => {
      Object.assign(pen, { fillStyle: this.colour(colour), globalAlpha: 0.18 });
      pen.beginPath();
      for (const point of [...edge(1), ...edge(-1).reverse()]) pen.lineTo(...point);
      pen.fill();
      pen.globalAlpha = 1;
    });
  }

  // ------------------------------------------------------------------- words

  read() {
    const { written, shown, notch } = this;
    const reach = this.reachOf(shown.curve);
    return {
      now: withError(...shown.curve[notch], 4),
      written: withError(...written[notch], 4),
      reach: reach ? `${reach}` : "none",
    };
  }

  say() {
    const [now, before] = [this.shown.curve, this.written].map((curve) => this.reachOf(curve));
    const order = this.constants.orders[this.order];
    const said = (reach) => (reach ? `out to ${reach} words` : "at no distance");
    const found = `${order[0].toUpperCase()}${order.slice(1)}: C(d) is above ${SEEN} errors ${said(now)}`;
    return this.order === "as written" ? `${found}.` : `${found}; as written, ${said(before)}.`;
  }

  report() {
    return { found: this.shown.curve[this.notch] };
  }

  words() {
    const { d, at, constants } = this;
    const ids = this.whole("shown", this.n);
    const { now, written } = this.read();
    const [high, low] = constants.ends[this.function - 1];
    return (
      `${constants.novel}, ${this.n} words, ${constants.orders[this.order]}. Function ${this.function} is high for ` +
      `${high[0]} and ${high[1]}, low for ${low[0]} and ${low[1]}. C(${d}) = ${now}; as written ${written}. ` +
      `Word ${at} is "${this.vocabulary[ids[at]]}", ${d} later "${this.vocabulary[ids[at + d]]}". ${this.say()}`
    );
  }
}

export default widget(ReachScene, kernels);
