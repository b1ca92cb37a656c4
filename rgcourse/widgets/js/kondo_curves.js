// Curves of many impurities: slide the axis from T to T / T_K and watch them become one.

import { decodeBase64 } from "./wasm.js";
import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const POINTS = 96; // of each curve, as in Python
const [LOWEST, HIGHEST] = [0.01, 0.4]; // from 0.01 T_K to T = 0.4
const UNIT = 32768; // values come as whole numbers of 1 / UNIT
const STEP = 0.1; // of the power, for one press of Step
const FRAMES = 12; // of the clock for that much

class CurvesScene extends SteppedScene {
  constructor(model) {
    super(model, "J", "power");
    this.couplings = model.get("couplings");
    this.T_K = model.get("temperatures");
    const numbers = new Uint16Array(decodeBase64(model.get("curves")).buffer);
    this.curves = this.couplings.map((_, k) => [0, 1].map((i) => numbers.subarray((2 * k + i) * POINTS, (2 * k + i + 1) * POINTS)));
    const x = { label: "T", low: 1e-9, high: 1, log: true };
    this.parts = [
      new Plot({ x, y: { label: "S / ln 2", low: 0, high: 1.1 } }),
      new Plot({ x, y: { label: "T\u03c7", low: 0, high: 0.27 } }),
    ];
    this.stage = element("div", { class: "rgw-stage", role: "img" }, element("div", { class: "rgw-pair" }, ...this.parts.map((plot) => plot.root)));
    const [low, high] = [this.couplings[0], this.couplings.at(-1)];
    const gap = Math.min(...this.couplings.slice(1).map((J, k) => J - this.couplings[k]));
    this.sliders = [
      { trait: "J", name: "J", label: "Coupling J", low, high, step: Number(gap.toFixed(6)), text: () => number(this.couplings[this.chosen], 2) },
      { trait: "power", name: "the power", label: "T / T_K^p", low: 0, high: 1, step: 0.05, fine: 0.01, text: (p) => `p = ${number(p, 2)}` },
    ];
    this.readouts = { J: "J", T_K: "T_K", spread: "curves spread over" };
    this.keys = { t: ["T or T/T_K", () => this.figure.set({ power: this.power < 0.5 ? 1 : 0 })] };
    this.legend =
      `Impurity entropy and T\u03c7 of ${this.couplings.length} Kondo impurities, J = ${low} to ${high} (in units of D), by the numerical renormalization group ` +
      "(rgcourse.kondo, calculated when the page was made). The thick curve is the chosen J, its dot is at T_K. Run moves the axis from T to T / T_K.";
  }

  /** Index of the curve drawn thick. */
  get chosen() {
    const away = this.couplings.map((J) => Math.abs(J - this.J));
    return away.indexOf(Math.min(...away));
  }

  /** Decades over which the curves pass half of their entropy. */
  get spread() {
    const places = this.model.get("halves").map((T, k) => Math.log10(T) - this.power * Math.log10(this.T_K[k]));
    return Math.max(...places) - Math.min(...places);
  }

  step() {
    const { whole } = this;
    const from = this.power >= 1 ? 0 : this.power;
    const power = Math.min(1, from + (whole ? STEP : STEP / FRAMES));
    this.figure.set({ power: Number(power.toFixed(6)), running: this.figure.running && power < 1 });
    return whole ? 1 : 1 / FRAMES;
  }

  /** Points [x, y] of one curve on the axis of now. */
  points(k, i) {
    const [low, shift] = [LOWEST * this.T_K[k], this.T_K[k] ** this.power];
    return Array.from(this.curves[k][i], (y, n) => [(low * (HIGHEST / low) ** (n / (POINTS - 1))) / shift, y / UNIT]);
  }

  draw() {
    const { power, T_K, chosen } = this;
    const name = power === 0 ? "T (D)" : power === 1 ? "T / T_K" : `T / T_K^${number(power, 2)}`;
    const lows = T_K.map((t) => (LOWEST * t) / t ** power);
    const highs = T_K.map((t) => HIGHEST / t ** power);
    this.parts.forEach((plot, i) => {
      Object.assign(plot.x, { label: name, low: Math.min(...lows), high: Math.max(...highs) });
      plot.begin(this.colour);
      plot.line([[plot.x.low, i ? 0.25 : 1], [plot.x.high, i ? 0.25 : 1]], { colour: "rule", width: 1, dash: [3, 3] });
      T_K.forEach((_, k) => k !== chosen && plot.line(this.points(k, i), { colour: "ctrl", width: 1 }));
      const thick = this.points(chosen, i);
      plot.line(thick, { colour: "accent", width: 2.2 });
      const n = Math.round((Math.log(1 / LOWEST) / Math.log(HIGHEST / (LOWEST * T_K[chosen]))) * (POINTS - 1));
      plot.dot(...thick[n], {});
    });
  }

  say() {
    const { spread, power } = this;
    if (spread < 0.05) return "\u2713 One curve: T_K was the only thing that told these impurities apart.";
    return power === 0 ? `The same shape at temperatures ${number(spread, 1)} decades apart.` : "";
  }

  read() {
    const k = this.chosen;
    return { J: number(this.couplings[k], 2), T_K: this.T_K[k].toExponential(2).replace("-", "\u2212"), spread: `${number(this.spread, 2)} decades` };
  }

  words() {
    const { J, T_K, spread } = this.read();
    return (
      `Entropy and T chi of ${this.couplings.length} Kondo impurities against T over T_K to the power ${number(this.power, 2)}. ` +
      `Thick: J = ${J}, T_K = ${T_K}. The curves are spread over ${spread}. ${this.say()}`
    );
  }
}

const render = renders(CurvesScene);

export default { render };
