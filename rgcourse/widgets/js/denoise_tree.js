// What a noisy sentence says of the symbols above its letters, and the recursion of the mean belief.

import kernels from "../denoising.wasm";
import { element, fitted, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const HEIGHT = 352; // pixels of the tree, as tall as the plot beside it
const SHOWN = 40; // sentences behind the still image
const FOR_DIGITS = 36; // pixels of a cell that has its number written in it
const MARGIN = 46; // pixels for the mean of a level
const NEAR = 1e-9;

class DenoiseScene extends SteppedScene {
  frames = 8; // of the clock for one sentence

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { v, m, s } = this.constants;
    const most = model.get("spec").controls.find(({ trait }) => trait === "L").high;
    this.state = kernels.allocate("uint32", 8);
    this.deck = kernels.allocate("int32", v ** s);
    this.zero = kernels.allocate("int32", 1);
    this.alphabet = kernels.allocate("int32", v);
    kernels.view("int32", this.alphabet, v).set(Array.from({ length: v }, (_, a) => a));
    kernels.view("int32", this.zero, 1)[0] = 0;
    this.rows = Array.from({ length: most + 1 }, (_, l) => ({
      n: s ** l,
      rules: kernels.allocate("int32", v * m * s), // that write this level
      symbols: kernels.allocate("int32", s ** l),
      beliefs: kernels.allocate("float64", v * s ** l),
    }));
    this.tree = element("canvas", { class: "rgw-rows", "aria-hidden": "true" });
    this.build(element("div", {}, this.tree), this.map.root);
  }

  // ---------------------------------------------------------------- physics

  begin() {
    super.begin();
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.samples = 0;
    this.sums = Array.from({ length: this.L + 1 }, () => 0);
    this.advance();
  }

  /** Another grammar, a sentence of it, and what its letters say of the symbols above. */
  advance() {
    const { kernels, rows, L, state, noise } = this;
    const { v, m, s } = this.constants;
    for (let l = 1; l <= L; l++) kernels.draw_rules(v, m, s, v, this.deck, rows[l].rules, state);
    kernels.write_level(1, v, 1, this.alphabet, this.zero, rows[0].symbols, state);
    for (let l = 0; l < L; l++)
      kernels.write_level(rows[l].n, m, s, rows[l + 1].rules, rows[l].symbols, rows[l + 1].symbols, state);
    kernels.hint_letters(rows[L].n, v, noise, rows[L].symbols, rows[L].beliefs);
    for (let l = L - 1; l >= 0; l--)
      kernels.beliefs_up(rows[l].n, v, m, s, v, rows[l + 1].rules, rows[l + 1].beliefs, rows[l].beliefs);
    this.truth = rows.slice(0, L + 1).map((row) => this.inTruth(row));
    this.samples++;
    this.truth.forEach((beliefs, l) => {
      this.sums[l] += beliefs.reduce((a, b) => a + b) / beliefs.length;
    });
  }

  /** Beliefs in the symbols that are there. */
  inTruth({ n, symbols, beliefs }) {
    const { v } = this.constants;
    const all = this.kernels.view("float64", beliefs, n * v);
    return Array.from(this.kernels.view("int32", symbols, n), (symbol, i) => all[i * v + symbol]);
  }

  /** Mean belief on each level over all sentences, from the label down. */
  get means() {
    return this.sums.map((sum) => sum / this.samples);
  }

  after(p) {
    const { v, m, s } = this.constants;
    return this.kernels.belief_above(p, v, m, s);
  }

  get letter() {
    return 1 - this.noise + this.noise / this.constants.v;
  }

  /** The recursion of the mean belief, from a letter to the label. */
  get flow() {
    const path = [this.letter];
    while (path.length <= this.L) path.push(this.after(path.at(-1)));
    return path;
  }

  changed(trait) {
    if (trait !== "running") this.begin();
  }

  exhibit() {
    while (this.samples < SHOWN) this.advance();
  }

  /** A press in the map is the belief in a letter. */
  pointed(name, x, y, phase) {
    super.pointed(name, (1 - x) / (1 - 1 / this.constants.v), y, phase);
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawTree();
    this.drawMap();
  }

  /** Each symbol is a cell as wide as the letters below it; the more blue, the surer. */
  drawTree() {
    const { tree, truth, means, L } = this;
    tree.style.height = `${HEIGHT}px`;
    const { width, pen } = fitted(tree);
    const [across, tall] = [width - MARGIN, HEIGHT / (L + 1)];
    truth.forEach((beliefs, l) => {
      const [cell, top] = [across / beliefs.length, l * tall];
      const gap = cell > 6 ? 1 : 0;
      beliefs.forEach((belief, i) => {
        pen.fillStyle = this.colour("bg");
        pen.fillRect(i * cell, top, cell, tall - 3);
        Object.assign(pen, { fillStyle: this.colour("cold"), globalAlpha: belief });
        pen.fillRect(i * cell, top, cell - gap, tall - 3);
        pen.globalAlpha = 1;
        if (cell > FOR_DIGITS) this.write(pen, number(belief, 2), (i + 0.5) * cell, top + tall / 2 + 3, "center");
      });
      Object.assign(pen, { strokeStyle: this.colour("ctrl"), lineWidth: 1 });
      pen.strokeRect(0.5, top + 0.5, across - 1, tall - 4);
      this.write(pen, number(means[l], 2), across + 8, top + tall / 2 + 3, "left");
    });
  }

  write(pen, words, x, y, align) {
    Object.assign(pen, { textAlign: align, fillStyle: this.colour("ink"), lineJoin: "round" });
    Object.assign(pen, { strokeStyle: this.colour("surface"), lineWidth: 3 });
    pen.strokeText(words, x, y);
    pen.fillText(words, x, y);
  }

  drawMap() {
    const { map, flow, means, letter, L } = this;
    const { p_star } = this.constants;
    map.begin();
    map.curve((p) => p, { colour: "ctrl", width: 1, points: 2 });
    map.curve((p) => this.after(p), { colour: "ink", width: 1.8 });
    const stairs = flow.slice(1).flatMap((p, k) => [
      [flow[k], p],
      [p, p],
    ]);
    map.line([[letter, 0], ...stairs], { colour: "accent", width: 1.4 });
    map.clip(() => {
      map.dot(p_star, p_star, { colour: "critical", hollow: true, radius: 6 });
      for (let l = 0; l < L; l++) map.dot(means[l + 1], means[l], { colour: "cold", hollow: true, radius: 3.5 });
      map.dot(letter, 0, { radius: 6 });
    });
    map.text(p_star, p_star, "p*", { colour: "critical", dx: 10, dy: 14 });
  }

  // ------------------------------------------------------------------ words

  read() {
    const { letter, means, flow, samples } = this;
    const [inLetter, inLabel, recursion] = [letter, means[0], flow.at(-1)].map((p) => number(p, 3));
    return { letter: inLetter, label: inLabel, flow: recursion, n: `${samples}` };
  }

  say() {
    const off = this.letter - this.constants.p_star;
    if (Math.abs(off) < NEAR)
      return "At p*: the recursion neither grows nor fades. The beliefs of real sentences scatter around it.";
    if (off > 0) return "Above p*: level by level the belief grows towards 1, the label comes out.";
    return `Below p*: level by level the belief fades towards 1/${this.constants.v}, the label is lost.`;
  }

  report() {
    return { beliefs: this.means.reverse(), samples: this.samples };
  }

  words() {
    const means = this.means.reverse().map((p) => number(p, 3));
    return (
      `Tree of ${this.L} levels over a sentence with noise \u03b5 = ${number(this.noise, 3)}. Mean belief in the ` +
      `true symbol after ${this.samples} ${this.samples === 1 ? "sentence" : "sentences"}, from the letters up: ` +
      `${means.join(", ")}. By the recursion the label has ${this.read().flow}. ${this.say()}`
    );
  }
}

export default widget(DenoiseScene, kernels);
