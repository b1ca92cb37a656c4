// A spectrum and a target that are turned by hand, and the learning curve of ridge regression that
// follows; regressions on drawn data fall onto it.

import kernels from "../ridge.wasm";
import { clamp, number, withError } from "./dom.js";
import { widget } from "./figure.js";
import { Scene } from "./scene.js";

const POINTS = 33; // of the curve
const NEAR = 0.01; // of ln P: half the step of the local exponent
const FIRST = 2; // the mode from which on a line can be turned
const SHOWN = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256]; // modes with a dot
const EVEN = 0.02; // of an exponent: b - 1 and 2 a are told apart
const RIDGE_RULES = 0.5; // share of the renormalized ridge that is the bare one
const SHOWN_DRAWS = 40; // of each P, in the still image

class SpectrumScene extends Scene {
  updates = 6;

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { D, examples } = this.constants;
    const most = Math.max(...examples);
    const room = { lambda: D, target: D, z: D * most, gram: most * most, y: most, missed: D, out: 3 };
    this.at = Object.fromEntries(
      Object.entries(room).map(([name, length]) => [name, kernels.allocate("float64", length)]),
    );
    this.state = kernels.allocate("uint32", 8);
  }

  // ---------------------------------------------------------------- physics

  begin() {
    const { D, examples } = this.constants;
    const { kernels, at, a, b } = this;
    kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    const powers = (slope) => Array.from({ length: D }, (_, k) => (k + 1) ** -slope);
    kernels.view("float64", at.lambda, D).set(powers(a));
    kernels.view("float64", at.target, D).set(powers(b));
    this.drawn = examples.map(() => ({ n: 0, sum: 0, squares: 0, missed: new Float64Array(D) }));
    this.draws = 0;
  }

  reset() {
    this.begin();
  }

  changed(trait) {
    if (["a", "b", "ridge"].includes(trait)) this.begin();
  }

  get delta() {
    return this.constants.ridges[this.ridge];
  }

  /** What theory says of P examples: { kappa, gamma, error }. */
  theory(P) {
    const { kernels, at, delta } = this;
    kernels.predict_error(at.lambda, at.target, this.constants.D, P, delta, 0, at.out);
    const [kappa, gamma, error] = kernels.view("float64", at.out, 3);
    return { kappa, gamma, error };
  }

  /** Theory over the whole axis, at the chosen P, and at those that are drawn. */
  get known() {
    const { a, b, delta, P } = this;
    return this.kept("known", `${a} ${b} ${delta} ${P}`, () => {
      const { low, high } = this.curve.x;
      const all = Array.from({ length: POINTS }, (_, i) => low * (high / low) ** (i / (POINTS - 1)));
      const sides = [-NEAR, NEAR].map((step) => Math.log(this.theory(P * Math.exp(step)).error));
      return {
        here: this.theory(P),
        exponent: (sides[0] - sides[1]) / (2 * NEAR),
        curve: all.map((p) => [p, this.theory(p).error]),
        drawn: this.constants.examples.map((p) => this.theory(p).error),
      };
    });
  }

  get learnt() {
    const { kappa } = this.known.here;
    return Math.min(this.constants.D, Math.floor(kappa ** (-1 / this.a)));
  }

  /** The exponent for very many examples and modes, without a ridge. */
  get limit() {
    return Math.min(this.b - 1, 2 * this.a);
  }

  /** One regression with the next of the numbers of examples. */
  step() {
    const { kernels, at, state, delta, drawn } = this;
    const { D, examples } = this.constants;
    const i = this.draws % examples.length;
    const { lambda, target, z, gram, y, missed } = at;
    const error = kernels.fit_once(lambda, target, D, examples[i], delta, 0, z, gram, y, missed, state);
    this.draws++;
    if (error < 0) return 1;
    const one = drawn[i];
    one.n++;
    one.sum += error;
    one.squares += error * error;
    kernels.view("float64", missed, D).forEach((gap, k) => {
      one.missed[k] += gap;
    });
    return 1;
  }

  /** Some more regressions for every P. */
  collect() {
    const { rounds, examples } = this.constants;
    this.figure.set({ running: false });
    for (let k = 0; k < rounds * examples.length; k++) this.step();
    this.figure.refresh();
  }

  exhibit() {
    while (this.draws < SHOWN_DRAWS * this.constants.examples.length) this.step();
  }

  /** [mean, its error] of what was drawn for the i-th P; an error from the third draw on. */
  mean(i) {
    const { n, sum, squares } = this.drawn[i];
    if (!n) return undefined;
    const mean = sum / n;
    return [mean, n > 2 ? Math.sqrt(Math.max(squares / n - mean * mean, 0) / (n - 1)) : undefined];
  }

  // ---------------------------------------------------------------- pointer

  /** Right: the nearest P. Left: the nearer line is taken, and turned to where the pointer is. */
  pointed(name, x, y, phase) {
    if (name === "curve") {
      const off = this.constants.examples.map((p) => Math.abs(Math.log(p / x)));
      this.figure.set({ P: this.constants.examples[off.indexOf(Math.min(...off))] });
      return;
    }
    const slope = -Math.log(y) / Math.log(Math.max(x, FIRST));
    if (phase === "down") this.hand = Math.abs(slope - this.a) < Math.abs(slope - this.b) ? "a" : "b";
    if (x < FIRST) return;
    const slider = this.figure.sliders.find(({ trait }) => trait === this.hand);
    this.figure.set({ [this.hand]: slider.inside(slider.rounded(slope)) });
  }

  // ---------------------------------------------------------------- picture

  draw() {
    this.drawSpectrum();
    this.drawCurve();
  }

  drawSpectrum() {
    const { spectrum: plot, a, b, learnt } = this;
    const { D, examples } = this.constants;
    const { kappa, error } = this.known.here;
    plot.begin();
    const share = (k) => k ** -a / (k ** -a + kappa);
    const missed = (k) => k ** -b * (1 - share(k)) ** 2 + (share(k) ** 2 * error) / this.P;
    plot.clip(() => {
      const [left, right] = [plot.across(1), plot.across(kappa ** (-1 / a))];
      const [top, bottom] = [plot.up(plot.y.high), plot.up(plot.y.low)];
      Object.assign(plot.pen, { globalAlpha: 0.12, fillStyle: this.colour("critical") });
      plot.pen.fillRect(left, top, Math.max(0, right - left), bottom - top);
      plot.pen.globalAlpha = 1;
    });
    plot.line(
      SHOWN.map((k) => [k, missed(k)]),
      { colour: "muted", width: 1.2 },
    );
    const { n, missed: sums } = this.drawn[examples.indexOf(this.P)];
    plot.clip(() => {
      if (n) for (const k of SHOWN) plot.dot(k, sums[k - 1] / n, { colour: "muted", hollow: true, radius: 3 });
    });
    for (const [slope, colour, name, dy] of [
      [b, "cold", "target c", 18],
      [a, "accent", "spectrum λ", -8],
    ]) {
      plot.line(
        [1, D].map((k) => [k, k ** -slope]),
        { colour, width: 2.4 },
      );
      const k = Math.min(12, 10 ** (4.5 / slope)); // where its name stands
      plot.text(k, k ** -slope, name, { colour, align: dy > 0 ? "right" : "left", dx: dy > 0 ? -6 : 8, dy });
    }
    plot.horizontal(kappa, { colour: "critical", width: 1.4, dash: [6, 4] });
    plot.text(D, clamp(kappa, 2e-6, 1), `κ, ${learnt} learnt`, { colour: "critical", align: "right", dx: -4 });
  }

  drawCurve() {
    const { curve: plot, known, P } = this;
    const { examples } = this.constants;
    const ends = known.curve.map(([, error]) => error);
    Object.assign(plot.y, { low: Math.min(...ends) / 3, high: 3 * Math.max(...ends) });
    plot.begin();
    plot.vertical(P, { colour: "rule", width: 1 });
    plot.line(known.curve, { colour: "ink", width: 1.8 });
    plot.clip(() => {
      plot.dot(P, known.here.error, { colour: "critical", hollow: true, radius: 7 });
      for (const [i, p] of examples.entries()) {
        const found = this.mean(i);
        if (found) this.drawFound(p, ...found);
      }
    });
  }

  /** A mean with its bar, as far as that is on the axis. */
  drawFound(P, mean, error = 0) {
    const { curve: plot } = this;
    const bar = [mean - error, mean + error].map((x) => [P, Math.max(plot.y.low, x)]);
    plot.line(bar, { colour: "accent", width: 1.6 });
    plot.dot(P, mean, { radius: 4 });
  }

  // ------------------------------------------------------------------ words

  answered() {
    return this.draws > 0 && this.b - 1 >= 2 * this.a;
  }

  /** Drawn over theory at the chosen P, with its error. */
  get ratio() {
    const i = this.constants.examples.indexOf(this.P);
    const found = this.mean(i);
    if (!found) return "–";
    const [mean, error] = found.map((x) => x && x / this.known.drawn[i]);
    return withError(mean, error, 2);
  }

  read() {
    return {
      learnt: `${this.learnt} of ${this.constants.D}`,
      slope: number(this.known.exponent, 2),
      limit: this.delta ? "–" : number(this.limit, 2),
      ratio: this.ratio,
    };
  }

  say() {
    const { a, b, delta, P } = this;
    const share = delta / (P * this.known.here.kappa);
    if (share > RIDGE_RULES) return `The ridge rules: ${number(100 * share, 0)} % of P κ is the ridge itself.`;
    if (Math.abs(b - 1 - 2 * a) < EVEN) return "b − 1 = 2a: target and kernel are equally to blame.";
    if (b - 1 > 2 * a) return `✓ The kernel is the limit: 2a = ${number(2 * a, 2)}. A steeper target no longer helps.`;
    return `The target is the limit: b − 1 = ${number(b - 1, 2)}, from modes not yet learnt.`;
  }

  report() {
    const errors = this.drawn.map((_, i) => (this.mean(i)?.[0] ?? 0) / this.known.drawn[i]);
    return { kappa: this.known.here.kappa, learnt: this.learnt, errors };
  }

  words() {
    const { learnt, slope, ratio } = this.read();
    const drawn = ratio === "–" ? "nothing is drawn" : `drawn over theory ${ratio}`;
    return (
      `Spectrum with slope a = ${number(this.a, 2)}, target with slope b = ${number(this.b, 2)}, ` +
      `ridge ${this.delta}. At P = ${this.P} examples ${learnt} modes are learnt, the error is ` +
      `${this.known.here.error.toPrecision(3)} and falls with the exponent ${slope}; ${drawn}. ${this.say()}`
    );
  }
}

export default widget(SpectrumScene, kernels);
