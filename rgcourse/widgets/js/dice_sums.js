// A million numbers whose neighbours are added again and again: what stays is a fixed point.

import kernels from "../block_sums.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const HEAVY = 2; // from this exponent of the tail on, the variance is finite
const MOST_BINS = 256;

class DiceScene extends SteppedScene {
  frames = 50; // of the clock for one step

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { n } = this.constants;
    this.last = model.get("spec").controls.find(({ trait }) => trait === "level").high;
    this.rows = Array.from({ length: this.last + 1 }, (_, k) => kernels.allocate("float64", n >> k));
    this.state = kernels.allocate("uint32", 8);
    this.moments = kernels.allocate("float64", 4);
    this.counts = kernels.allocate("uint32", MOST_BINS);
  }

  begin() {
    super.begin();
    this.throw();
  }

  // ---------------------------------------------------------------- physics

  /** The numbers of the source, and all sums of them. */
  throw() {
    const { kernels, state, rows, constants, source } = this;
    kernels.view("uint32", state, 8).set(this.model.get("seed_words"));
    kernels.fill_numbers(constants.order.indexOf(source), constants.n, rows[0], state);
    this.add();
  }

  /** The sums of neighbours, level by level, with the cumulants of each. */
  add() {
    const { kernels, rows, constants } = this;
    const factor = 2 ** (-1 / this.alpha);
    this.sizes = [];
    this.levels = rows.map((row, k) => {
      const n = constants.n >> k;
      if (k > 0) kernels.add_pairs(rows[k - 1], 2 * n, factor, row);
      kernels.sum_powers(row, n, this.moments);
      if (this.heavy) this.sizes[k] = kernels.typical_size(row, n);
      return [...kernels.view("float64", this.moments, 4)];
    });
  }

  /** The exponent of the source's tail and its cumulants: alpha, kappa_3, kappa_4. */
  get known() {
    return this.constants.sources[this.source];
  }

  get heavy() {
    return this.known[0] < HEAVY;
  }

  /** The k-th cumulant that theory expects after so many steps. */
  expected(k, level) {
    const start = { 2: 1, 3: this.known[1], 4: this.known[2] }[k];
    return start * 2 ** (level * (1 - k / this.alpha));
  }

  /** The standard error of a measured cumulant. */
  error(k, level) {
    const known = this.constants.errors[this.source][level][k - 3];
    return known * 2 ** (level * k * (1 / 2 - 1 / this.alpha));
  }

  /** Bars { low, width, count }: of dice and coins each holds as many of the possible sums. */
  grid() {
    const { spacings, width: least } = this.constants;
    const { high } = this.bars.x;
    const spacing = (spacings[this.source] ?? 0) * 2 ** (-this.level / this.alpha);
    const sums = Math.ceil(least / spacing - 1e-9);
    const width = spacing ? spacing * (sums + ((sums + 1) % 2)) : least;
    const middle = spacing && this.level > 0 ? 0.5 : 0; // zero is a possible sum, or between two
    const half = Math.min(MOST_BINS / 2 - 1, Math.ceil(high / width + middle));
    return { low: -(half - middle) * width, width, count: 2 * half - 2 * middle };
  }

  // ----------------------------------------------------------------- motion

  get done() {
    return this.level >= this.last;
  }

  step() {
    if (this.done && this.whole) return 0;
    return super.step();
  }

  advance() {
    this.figure.set({ level: this.level + 1 });
    if (this.done) this.figure.set({ running: false });
  }

  reset() {
    this.begin();
  }

  changed(trait) {
    if (trait === "source") this.throw();
    if (trait === "alpha") this.add();
    if (trait === "running" && this.figure.running && this.done) this.figure.set({ level: 0 });
  }

  exhibit() {
    if (!this.level) this.figure.set({ level: 3 });
  }

  // ---------------------------------------------------------------- picture

  draw() {
    this.drawBars();
    this.drawFlow();
  }

  drawBars() {
    const { bars, kernels, constants, level } = this;
    const { high } = bars.x;
    const n = constants.n >> level;
    const { low, width, count } = this.grid();
    kernels.count_bins(this.rows[level], n, low, low + count * width, count, this.counts);
    const heights = [...kernels.view("uint32", this.counts, count)].map((visits) => visits / (n * width));
    const curve = constants.curves[this.source];
    bars.y.high = Math.max(0.7, Math.min(4, 1.08 * Math.max(...heights)));
    bars.begin();
    const { pen } = bars;
    bars.clip(() => {
      pen.fillStyle = bars.colour("ctrl");
      const bottom = bars.up(0);
      heights.forEach((height, i) => {
        const [left, right] = [bars.across(low + i * width), bars.across(low + (i + 1) * width)];
        pen.fillRect(left, bars.up(height), Math.max(1, right - left - 1), bottom - bars.up(height));
      });
    });
    bars.line(
      constants.x_curve.map((x, i) => [x, curve[i]]),
      { colour: "critical", width: 2 },
    );
    const name = { 1: "Cauchy", 1.5: "L\u00e9vy" }[this.known[0]] ?? "Gauss";
    bars.text(high, bars.y.high, `${name}, the fixed point`, { colour: "critical", align: "right", dx: -2, dy: 14 });
  }

  drawFlow() {
    const { flow, last, level } = this;
    flow.y.label = this.heavy ? "exp(mean ln |x|)" : "cumulant";
    flow.begin();
    flow.vertical(level, { colour: "rule", width: 6 });
    if (this.heavy) {
      const slope = 1 / this.known[0] - 1 / this.alpha;
      const size = (n) => this.constants.sizes[this.source] * 2 ** (n * slope);
      flow.line(
        [0, last].map((n) => [n, size(n)]),
        { colour: "critical", width: 1.2 },
      );
      flow.text(0, size(0), "typical size", { colour: "critical", dx: 8, dy: slope < 0 ? 20 : -10 });
      flow.clip(() => {
        for (let n = 0; n <= level; n++) flow.dot(n, this.sizes[n], { colour: "ink", radius: 4 });
      });
      return;
    }
    for (const k of [3, 4]) {
      const colour = k === 3 ? "accent" : "ink";
      if (this.expected(k, 0) !== 0) {
        const line = [0, last].map((n) => [n, Math.abs(this.expected(k, n))]);
        flow.line(line, { colour, width: 1.2, dash: k === 3 ? [5, 4] : [] });
        flow.text(0, line[0][1], k === 3 ? "\u03ba\u2083" : "\u03ba\u2084", { colour, dx: 8, dy: -6 });
      }
      this.levels.forEach((cumulants, n) => {
        const size = Math.abs(cumulants[k - 1]);
        const error = Math.min(this.error(k, n), 0.999 * size);
        if (n <= level && size > flow.y.low && size < flow.y.high)
          flow.dot(n, size, { colour, hollow: k === 3, radius: 4, error });
      });
    }
  }

  // ------------------------------------------------------------------ words

  /** A measured cumulant with the one expected. */
  beside(k) {
    if (this.heavy) return "none";
    const value = this.levels[this.level][k - 1];
    return `${number(value, 3)} (${number(this.expected(k, this.level), 3)})`;
  }

  read() {
    const variance = this.levels[this.level][1];
    const shown = variance < 1e4 ? number(variance, 3) : variance.toExponential(1).replace("e+", "e");
    return {
      n: `${this.constants.n >> this.level}`,
      variance: this.heavy ? `${shown} (\u221e)` : shown,
      third: this.beside(3),
      fourth: this.beside(4),
    };
  }

  report() {
    return { measured: this.levels[this.level] };
  }

  say() {
    const right = this.known[0];
    if (Math.abs(this.alpha - right) > 1e-9) {
      const way = this.alpha > right ? "spreads without end" : "shrinks to a point";
      return `Divided by the wrong power, it ${way}: these numbers want \u03b1 = ${right}.`;
    }
    if (this.heavy) return "\u2713 The width stays: sums of these numbers have a fixed point without a variance.";
    return this.level ? "In brackets what theory expects: \u03ba\u2096 times 2^(1 \u2212 k/2) a step." : "";
  }

  words() {
    const { n, variance, third, fourth } = this.read();
    const what = this.model.get("spec").controls.find(({ trait }) => trait === "source").options;
    const name = what.find(([value]) => value === this.source)[1];
    return (
      `Histogram of sums of ${2 ** this.level} ${name}, ${n} of them, divided by b to the power 1 over ` +
      `${number(this.alpha, 2)}: variance ${variance}, third cumulant ${third}, fourth ${fourth}. ${this.say()}`
    );
  }
}

export default widget(DiceScene, kernels);
