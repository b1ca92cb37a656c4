// Couplings of a field at the Gaussian fixed point: which of them grow, in which dimension.

import kernels from "../fields.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

// where, on the axis of d, each line has its name, and how many pixels lower
const NAMED = [
  [4.4, -8],
  [5.3, -1],
  [5.05, 0],
  [4.5, 0],
  [1.1, -2],
];
const FRAMES = 180; // of the clock from b = 1 to b = 100
const SLIGHT = 1e-9; // exponents smaller than this are zero
const LOOK = {
  relevant: { colour: "ink" },
  marginal: { colour: "critical", width: 2.4 },
  irrelevant: { colour: "muted", dash: [5, 4] },
};

const kind = (y) => (Math.abs(y) < SLIGHT ? "marginal" : y > 0 ? "relevant" : "irrelevant");

class CountingScene extends SteppedScene {
  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.terms = this.constants.terms.map(([name, ...powers]) => ({ name, powers }));
  }

  /** The exponent of each term in d dimensions. */
  exponents(d = this.d) {
    return this.terms.map(({ powers }) => this.kernels.power_counting(d, ...powers));
  }

  step() {
    const { zoom_max } = this.constants;
    const from = this.zoom >= zoom_max ? 0 : this.zoom;
    const zoom = Math.min(zoom_max, from + zoom_max / (this.whole ? 10 : FRAMES));
    this.figure.set({ zoom, running: this.running && zoom < zoom_max });
    return 1 / FRAMES;
  }

  textOf(trait, value) {
    if (trait !== "zoom") return undefined;
    return `b = ${value < 1.995 ? (10 ** value).toPrecision(2) : (10 ** value).toFixed(0)}`;
  }

  draw() {
    const y = this.exponents();
    this.drawLines(y);
    this.drawGrowth(y);
  }

  drawLines(y) {
    const { lines, d } = this;
    const { low, high } = lines.y;
    lines.begin();
    lines.horizontal(0, { colour: "rule", width: 1 });
    this.terms.forEach(({ name, powers }, k) => {
      const look = LOOK[kind(y[k])];
      const exponent = (x) => this.kernels.power_counting(x, ...powers);
      lines.curve(exponent, { points: 2, ...look });
      const [at, dy] = NAMED[k];
      lines.text(at, exponent(at), name, { colour: look.colour, dx: 5, dy: dy - 4 });
    });
    lines.vertical(d, { colour: "accent", width: 1.2 });
    lines.clip(() => {
      for (const value of y) if (value >= low && value <= high) lines.dot(d, value, { radius: 4 });
    });
  }

  drawGrowth(y) {
    const { growth, kernels, d } = this;
    growth.begin();
    growth.horizontal(1, { colour: "rule", width: 1 });
    const b = 10 ** this.zoom;
    const { low } = growth.y;
    const ends = this.terms.map(({ name, powers }, k) => {
      const look = LOOK[kind(y[k])];
      const end = kernels.after_zoom(1, d, ...powers, b);
      const path = [
        [1, 1],
        [b, end],
      ];
      growth.line(path, look);
      const share = end < low ? Math.log(2 * low) / Math.log(end) : 1; // where it leaves the plot
      return { name, x: b ** share, end: end ** share, colour: look.colour };
    });
    if (this.zoom < 0.25) return; // too close together to be named
    let above = -Infinity; // where the last name stands, in pixels from the top
    for (const { name, x, end, colour } of ends.sort((one, other) => other.end - one.end)) {
      const at = Math.max(growth.up(end), above + 13);
      growth.text(x, end, name, { colour, dy: at - growth.up(end) - 4 });
      above = at;
    }
  }

  answered() {
    return kind(this.exponents()[3]) === "marginal";
  }

  say() {
    const [, , four, six] = this.exponents();
    if (kind(six) === "marginal") return "✓ d = 3: φ⁶ keeps its size, and φ⁴ still grows.";
    if (kind(four) === "marginal") return "d = 4: φ⁴ keeps its size, at this order. What decides is the next one.";
    return four > 0 ? "" : "Above four dimensions φ and φ² alone grow: the free field, and Landau's exponents.";
  }

  read() {
    const kinds = this.exponents().map(kind);
    const names = (wanted) => this.terms.filter((_, k) => kinds[k] === wanted).map(({ name }) => name);
    const said = (wanted) => names(wanted).join(" ") || "none";
    return { relevant: said("relevant"), marginal: said("marginal"), irrelevant: said("irrelevant") };
  }

  report() {
    return { exponents: this.exponents() };
  }

  words() {
    const said = this.exponents().map((y, k) => `${this.terms[k].name} ${kind(y)}, y = ${number(y, 2)}`);
    const b = (10 ** this.zoom).toPrecision(3);
    return `Couplings of a field in d = ${number(this.d, 2)} dimensions, zoomed out by ${b}: ${said.join("; ")}.`;
  }
}

export default widget(CountingScene, kernels);
